/* SPDX-License-Identifier: MIT */
/*
 * option_rows.c - the rows of options.def as one table
 */
#include "cli/options.h"

/* Formats of reports: those that have a writer. */
static const char formats_behind_a_blank[] =
#define WRITER(name) " " #name
#include "report/writers.def"
#undef WRITER
    ;
#define FORMATS (formats_behind_a_blank + 1)

#define NOTHING                                                             \
    { SMTPSPEC_VALUE_NONE, NULL, NULL }
#define ANY(name)                                                           \
    { SMTPSPEC_VALUE_ANY, name, NULL }
#define WORDS(name, list)                                                   \
    { SMTPSPEC_VALUE_WORDS, name, list }
#define FILE_NAME(name)                                                     \
    { SMTPSPEC_VALUE_FILE, name, NULL }
#define FOLDER(name)                                                        \
    { SMTPSPEC_VALUE_FOLDER, name, NULL }
#define LISTED(name, what)                                                  \
    { SMTPSPEC_VALUE_LISTED, name, what }
#define BEGINS(name, list)                                                  \
    { SMTPSPEC_VALUE_BEGINS, name, list }
#define REPORT(name, list)                                                  \
    { SMTPSPEC_VALUE_REPORT, name, list }

#define VERB(of, word, line, operand, says)                                 \
    { .kind = SMTPSPEC_ROW_VERB, .verb = SMTPSPEC_VERB_##of, .name = #word, \
      .usage = line, .value = operand, .text = says },
#define PROSE(of, says)                                                     \
    { .kind = SMTPSPEC_ROW_PROSE, .verb = SMTPSPEC_VERB_##of, .text = says },
#define SECTION(of, says)                                                   \
    { .kind = SMTPSPEC_ROW_SECTION, .verb = SMTPSPEC_VERB_##of,             \
      .text = says },
#define ITEM(of, term, says)                                                \
    { .kind = SMTPSPEC_ROW_ITEM, .verb = SMTPSPEC_VERB_##of, .name = term,  \
      .text = says },
#define OPTION(of, what, short_name, word, takes, says)                     \
    { .kind = SMTPSPEC_ROW_OPTION, .verb = SMTPSPEC_VERB_##of,              \
      .id = SMTPSPEC_OPTION_##of##_##what, .letter = short_name,            \
      .name = word, .value = takes, .text = says },
#define ALIAS(of, what, word)                                               \
    { .kind = SMTPSPEC_ROW_ALIAS, .verb = SMTPSPEC_VERB_##of,               \
      .id = SMTPSPEC_OPTION_##of##_##what, .name = word },
#define STATUS(of, number, says)                                            \
    { .kind = SMTPSPEC_ROW_STATUS, .verb = SMTPSPEC_VERB_##of,              \
      .id = number, .text = says },
#define EXAMPLE(of, line, says)                                             \
    { .kind = SMTPSPEC_ROW_EXAMPLE, .verb = SMTPSPEC_VERB_##of,             \
      .name = line, .text = says },

const struct smtpspec_option_row smtpspec_option_rows[] = {
#include "cli/options.def"
};

const size_t smtpspec_option_row_count =
    sizeof(smtpspec_option_rows) / sizeof(smtpspec_option_rows[0]);
