/* SPDX-License-Identifier: MIT */
/*
 * cmd_compare.c - `smtpspec compare`: what changed between two runs
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "report/changes.h"

#define COMMAND "compare"

/* As options.def has them. */
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN };

static int print(const struct smtpspec_changes *changes, enum format format)
{
    if (format == FORMAT_TEXT)
        smtpspec_changes_text(changes, stdout);
    else if (format == FORMAT_MARKDOWN)
        smtpspec_changes_markdown(changes, stdout);
    else if (smtpspec_changes_json(changes, stdout) != SMTPSPEC_OK)
        return smtpspec_cli_usage(COMMAND, "out of memory");
    return smtpspec_cli_finish(COMMAND, smtpspec_changes_worsened(changes)
                                            ? SMTPSPEC_EXIT_FOUND
                                            : SMTPSPEC_EXIT_OK);
}

static int compare(char *const files[2], enum format format)
{
    struct smtpspec_changes changes = { 0 };
    int status = 0;

    for (unsigned i = 0; i < 2 && status == 0; i++)
        if (smtpspec_changes_read(&changes, i, files[i]) != SMTPSPEC_OK)
            status = smtpspec_cli_usage(COMMAND, "%s", changes.message);
    if (status == 0 && smtpspec_changes_find(&changes) != SMTPSPEC_OK)
        status = smtpspec_cli_usage(COMMAND, "out of memory");
    if (status == 0)
        status = print(&changes, format);
    smtpspec_changes_free(&changes);
    return status;
}

int smtpspec_cmd_compare(int argc, char **argv)
{
    enum format format = FORMAT_TEXT;
    struct smtpspec_options options;
    int id;

    smtpspec_options_begin(&options, SMTPSPEC_VERB_COMPARE, argc, argv);
    while ((id = smtpspec_options_next(&options)) > 0)
        format = (enum format)options.choice;
    if (id < 0)
        return options.status;
    if (argc - options.first != 2)
        return smtpspec_cli_usage(COMMAND, "two files are wanted, OLD and NEW; "
                                  "see smtpspec compare --help");
    return compare(argv + options.first, format);
}
