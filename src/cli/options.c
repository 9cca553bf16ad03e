/* SPDX-License-Identifier: MIT */
/*
 * options.c - read the options of a command
 */
#include "cli/options.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

#include <smtpspec/base.h>

#include "cli/cli.h"
#include "cli/unknown.h"

/* Options of a command, other spellings among them. */
#define OPTIONS_KEPT 64

/* What getopt_long wants, made of the rows of one command. */
struct wanted {
    struct option longs[OPTIONS_KEPT + 1];
    char shorts[2 * OPTIONS_KEPT + 2];
};

static bool is_option(const struct smtpspec_option_row *row)
{
    return row->kind == SMTPSPEC_ROW_OPTION || row->kind == SMTPSPEC_ROW_ALIAS;
}

/* The option's own row, by its id or its letter. */
static const struct smtpspec_option_row *row_of(enum smtpspec_verb verb,
                                                int id)
{
    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];

        if (row->kind == SMTPSPEC_ROW_OPTION && row->verb == verb &&
            (row->id == id || (row->letter != 0 && row->letter == id)))
            return row;
    }
    return NULL;
}

static bool takes_value(const struct smtpspec_option_row *row)
{
    return row_of(row->verb, row->id)->value.kind != SMTPSPEC_VALUE_NONE;
}

static void want_letter(struct wanted *wanted,
                        const struct smtpspec_option_row *row)
{
    size_t length = strlen(wanted->shorts);

    if (row->letter == 0)
        return;
    wanted->shorts[length++] = row->letter;
    if (takes_value(row))
        wanted->shorts[length++] = ':';
    wanted->shorts[length] = '\0';
}

static void want_all(struct wanted *wanted, enum smtpspec_verb verb)
{
    size_t count = 0;

    memset(wanted, 0, sizeof(*wanted));
    /* A missing value is told from an unknown option. */
    wanted->shorts[0] = ':';
    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];

        if (row->verb != verb || !is_option(row))
            continue;
        assert(count < OPTIONS_KEPT);
        wanted->longs[count++] = (struct option){
            .name = row->name,
            .has_arg = takes_value(row) ? required_argument : no_argument,
            .val = row->id,
        };
        want_letter(wanted, row);
    }
}

/* Which of the words; -1: none. */
static int choice_of(const char *words, const char *value)
{
    struct smtpspec_span given = smtpspec_span_of(value);

    for (int which = 0; *words != '\0'; which++) {
        struct smtpspec_span word = { words, strcspn(words, " ") };

        if (smtpspec_span_equal_nocase(word, given))
            return which;
        words += word.length;
        words += *words == ' ';
    }
    return -1;
}

/* "a, b or c" */
static void say_words(const char *words, char *out, size_t cap)
{
    size_t length = 0;

    for (; *words != '\0' && length + 8 < cap; words++) {
        bool last = *words == ' ' && strchr(words + 1, ' ') == NULL;
        const char *text = last ? " or " : ", ";

        if (*words != ' ') {
            out[length++] = *words;
            continue;
        }
        memcpy(out + length, text, strlen(text));
        length += strlen(text);
    }
    out[length] = '\0';
}

static int done(struct smtpspec_options *options, int status)
{
    options->status = status;
    return -1;
}

static int refuse(struct smtpspec_options *options, int answer)
{
    const char *verb = smtpspec_verb_name(options->verb);
    const char *word = optind > 0 && optind <= options->argc
                           ? options->argv[optind - 1] : "?";
    char why[SMTPSPEC_UNKNOWN_ROOM];

    if (answer == ':')
        return done(options, smtpspec_cli_usage(verb, "%s wants a value",
                                                word));
    if (optopt > SMTPSPEC_OPTION_NONE)
        return done(options, smtpspec_cli_usage(verb, "%s takes no value",
                                                word));
    if (optopt > 0)
        return done(options, smtpspec_cli_usage(verb, "unknown option '-%c'",
                                                optopt));
    smtpspec_unknown_option(options->verb, word, why, sizeof(why));
    return done(options, smtpspec_cli_usage(verb, "%s", why));
}

static int take(struct smtpspec_options *options,
                const struct smtpspec_option_row *row, const char *value)
{
    char want[128];

    options->name = row->name;
    options->value = value;
    if (row->value.kind != SMTPSPEC_VALUE_WORDS)
        return row->id;
    options->choice = choice_of(row->value.words, value);
    if (options->choice >= 0)
        return row->id;
    say_words(row->value.words, want, sizeof(want));
    return done(options, smtpspec_options_bad(options, want));
}

void smtpspec_options_begin(struct smtpspec_options *options,
                            enum smtpspec_verb verb, int argc, char **argv)
{
    *options = (struct smtpspec_options){ .verb = verb, .argc = argc,
                                          .argv = argv };
    opterr = 0;
    /* 0 and not 1: what is left of a group of letters is forgotten, too. */
    optind = 0;
}

int smtpspec_options_next(struct smtpspec_options *options)
{
    struct wanted wanted;
    const struct smtpspec_option_row *row;
    int id;

    want_all(&wanted, options->verb);
    id = getopt_long(options->argc, options->argv, wanted.shorts,
                     wanted.longs, NULL);
    options->first = optind;
    if (id == -1)
        return 0;
    if (id == '?' || id == ':')
        return refuse(options, id);
    row = row_of(options->verb, id);
    if (strcmp(row->name, "help") != 0)
        return take(options, row, optarg);
    smtpspec_help_print(stdout, options->verb);
    return done(options, smtpspec_cli_finish(smtpspec_verb_name(options->verb),
                                             SMTPSPEC_EXIT_OK));
}

int smtpspec_options_assign(struct smtpspec_options *options, const char *name,
                            const char *value)
{
    const struct smtpspec_option_row *row = smtpspec_option_rows;

    while (row->kind != SMTPSPEC_ROW_OPTION || row->verb != options->verb ||
           strcmp(row->name, name) != 0)
        row++;
    return take(options, row, value);
}

int smtpspec_options_bad(const struct smtpspec_options *options,
                         const char *want)
{
    const char *verb = smtpspec_verb_name(options->verb);

    if (options->place != NULL)
        return smtpspec_cli_usage(verb, "%s: %s wants %s, not '%s'",
                                  options->place, options->name, want,
                                  options->value);
    return smtpspec_cli_usage(verb, "--%s wants %s, not '%s'", options->name,
                              want, options->value);
}
