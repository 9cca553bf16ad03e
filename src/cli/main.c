/* SPDX-License-Identifier: MIT */
/*
 * main.c - `smtpspec COMMAND ...`
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <smtpspec/base.h>

#include "cli/options.h"
#include "cli/unknown.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
#define VERB(id, name, usage, operand, text) { #name, smtpspec_cmd_##name },
#include "cli/options.def"
};

static int print_help(void)
{
    puts("usage: smtpspec COMMAND [options] ...\n"
         "\n"
         "Tells whether an SMTP server answers as the standards say.\n");
    smtpspec_help_verbs(stdout);
    puts("\nsmtpspec help COMMAND tells more; --version prints the version.\n"
         "Try: smtpspec check embedded:");
    return smtpspec_cli_finish(NULL, SMTPSPEC_EXIT_OK);
}

/*
 * Where standard input, output or error is closed, the next file or socket
 * would get its number, and what is printed would go there. What keeps the
 * place cannot be read (0) or written (1, 2), as if it were closed.
 */
static void keep_places(void)
{
    for (int number = 0; number <= 2; number++)
        if (fcntl(number, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) != number)
            return;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    char why[SMTPSPEC_UNKNOWN_ROOM], help[] = "--help";

    keep_places();
    if (word == NULL)
        return smtpspec_cli_usage(
            NULL, "no command (smtpspec --help lists them)");
    if (strcmp(word, "help") == 0 && argc > 2) {
        /* `help check` is `check --help`. */
        word = argv[2];
        argv[2] = help;
        argc = 3;
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
               strcmp(word, "help") == 0) {
        return print_help();
    }
    if (strcmp(word, "--version") == 0) {
        puts("smtpspec " SMTPSPEC_VERSION);
        return smtpspec_cli_finish(NULL, SMTPSPEC_EXIT_OK);
    }
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(commands); i++)
        if (strcmp(word, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    smtpspec_unknown_command(word, why, sizeof(why));
    return smtpspec_cli_usage(NULL, "%s", why);
}
