/* SPDX-License-Identifier: MIT */
/*
 * options.h - read the options of a command, as options.def has them
 *
 * Floor 7, cli.
 *
 *     struct smtpspec_options options;
 *
 *     smtpspec_options_begin(&options, SMTPSPEC_VERB_CHECK, argc, argv);
 *     while ((id = smtpspec_options_next(&options)) > 0)
 *         take options.value as what `id` was given
 *     if (id < 0)
 *         return options.status;
 *     the operands are argv[options.first] and what follows it
 *
 * Options and operands may be mixed; "--" ends the options; a long name may be
 * cut as long as it stays clear. One command line is read at a time: it is
 * getopt that keeps the place.
 */
#ifndef SMTPSPEC_OPTIONS_H
#define SMTPSPEC_OPTIONS_H

#include <stddef.h>
#include <stdio.h>

/* --- the rows ------------------------------------------------------------- */

enum smtpspec_verb {
    SMTPSPEC_VERB_UNSET,
#define VERB(id, name, usage, operand, text) SMTPSPEC_VERB_##id,
#include "cli/options.def"
    SMTPSPEC_VERB_COUNT
};

/* Above what a letter of getopt may be. */
enum smtpspec_option {
    SMTPSPEC_OPTION_NONE = 255,
#define OPTION(id, name, letter, word, value, text)                         \
    SMTPSPEC_OPTION_##id##_##name,
#include "cli/options.def"
    SMTPSPEC_OPTION_END
};

enum smtpspec_row_kind {
    SMTPSPEC_ROW_VERB,
    SMTPSPEC_ROW_PROSE,
    SMTPSPEC_ROW_SECTION,
    SMTPSPEC_ROW_ITEM,
    SMTPSPEC_ROW_OPTION,
    SMTPSPEC_ROW_ALIAS,
    SMTPSPEC_ROW_STATUS,
    SMTPSPEC_ROW_EXAMPLE,
    SMTPSPEC_ROW_COUNT
};

enum smtpspec_value_kind {
    SMTPSPEC_VALUE_NONE,
    SMTPSPEC_VALUE_ANY,
    SMTPSPEC_VALUE_WORDS,  /* one of the words, in any case of letters       */
    SMTPSPEC_VALUE_FILE,
    SMTPSPEC_VALUE_FOLDER,
    SMTPSPEC_VALUE_LISTED, /* words: tables of `smtpspec list`               */
    SMTPSPEC_VALUE_BEGINS,
    SMTPSPEC_VALUE_REPORT, /* words: formats                                 */
    SMTPSPEC_VALUE_COUNT
};

/* What follows an option, or the options of a command. */
struct smtpspec_option_value {
    enum smtpspec_value_kind kind;
    const char *name;      /* "FILE", for a reader; NULL: none               */
    const char *words;     /* with blanks between them; NULL: none           */
};

/* One row; of `name`, `letter` and `value` it has what its kind needs. */
struct smtpspec_option_row {
    enum smtpspec_row_kind kind;
    enum smtpspec_verb verb;
    int id;                /* enum smtpspec_option; of a status its number   */
    char letter;           /* or 0                                           */
    const char *name;      /* option, command, term or example               */
    struct smtpspec_option_value value;
    const char *usage;     /* of a command: what follows its name            */
    const char *text;
};

/* All, in the order of options.def. */
extern const struct smtpspec_option_row smtpspec_option_rows[];
extern const size_t smtpspec_option_row_count;

/* --- reading -------------------------------------------------------------- */

struct smtpspec_options {
    enum smtpspec_verb verb;
    int argc;
    char **argv;
    const char *place;     /* of a configuration file; NULL: argv            */
    const char *name;      /* of the option last read: "only"                */
    const char *value;     /* of it; NULL where it takes none                */
    int choice;            /* of WORDS: which, from 0                        */
    int status;            /* the exit status, once there is one             */
    int first;             /* index of the first operand, once all are read  */
};

void smtpspec_options_begin(struct smtpspec_options *options,
                            enum smtpspec_verb verb, int argc, char **argv);

/*
 * The next option's id (enum smtpspec_option); 0 once there is none left; -1
 * where the command is done with: --help was given and printed, or something
 * is wrong, which stderr has. Then `status` is the exit status.
 */
int smtpspec_options_next(struct smtpspec_options *options);

/*
 * Take what a configuration file at `options->place` says, the long name of an
 * option that there is and its value, as if it were the option last read.
 * Returns its id, or -1 as above.
 */
int smtpspec_options_assign(struct smtpspec_options *options, const char *name,
                            const char *value);

/* Say on stderr that the option last read wants something else, "a number".
 * Returns SMTPSPEC_EXIT_USAGE. */
int smtpspec_options_bad(const struct smtpspec_options *options,
                         const char *want);

/* --- printing ------------------------------------------------------------- */

/* "check"; of a verb that there is. */
const char *smtpspec_verb_name(enum smtpspec_verb verb);

/* The page of a command. It fits 80 columns. */
void smtpspec_help_print(FILE *out, enum smtpspec_verb verb);
/* The commands there are. */
void smtpspec_help_verbs(FILE *out);

#endif
