/* SPDX-License-Identifier: MIT */
/*
 * lookups.h - the vocabulary as dense tables
 *
 * Floor 2, rules. Private. src/gen/lookups_gen.c makes the tables when the
 * library is built, from the rows that vocabulary.c reads one by one.
 *
 * A row counts by the profile and the service, which make a context, and then
 * by what is true of the session: a set of bits, of which one must be among
 * those of the row.
 */
#ifndef SMTPSPEC_LOOKUPS_H
#define SMTPSPEC_LOOKUPS_H

#include <smtpspec/rules.h>

/* What may be true: each extension that is offered, by its number, and */
#define SMTPSPEC_TRUE_ALWAYS  SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_NONE)
#define SMTPSPEC_TRUE_IN_TLS  SMTPSPEC_BIT64(62)
#define SMTPSPEC_TRUE_UNASKED SMTPSPEC_BIT64(63) /* nothing was offered      */

/* Contexts, the first of which has no rows; profiles of one service that say
 * the same share one. */
#define SMTPSPEC_CONTEXTS_MOST (SMTPSPEC_PROFILE_COUNT * 3 + 1)
/* Kinds of codes that no row tells apart: ten of no codes, by their digit,
 * then the codes. */
#define SMTPSPEC_CODE_KINDS_MOST 128
#define SMTPSPEC_NO_CODE_KINDS 10
#define SMTPSPEC_NO_REPLY_ROW UINT16_MAX

/* A row of replies.def, where one of `when` is true. In a list of choices the
 * first that fits speaks; the last fits always, as NO_REPLY_ROW. `any`: where
 * this row or another behind it fits. */
struct smtpspec_choice {
    uint64_t when, any;
    uint16_t row;
};

/* What is true where a command has any row of its own, and where any that
 * counts for it has this first digit. */
struct smtpspec_reach {
    uint64_t own, digit[10];
    uint16_t first; /* choices of its first row                              */
};

/* Nobody outside has them, so nothing is asked of a linker. */
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif
extern const uint8_t smtpspec_lookup_context[SMTPSPEC_PROFILE_COUNT][3];
extern const uint8_t smtpspec_lookup_kind[1000];
extern const struct smtpspec_reach
    smtpspec_lookup_reach[][SMTPSPEC_COMMAND_COUNT];
extern const uint16_t
    smtpspec_lookup_cell[][SMTPSPEC_COMMAND_COUNT][SMTPSPEC_CODE_KINDS_MOST];
extern const struct smtpspec_choice smtpspec_lookup_choice[];
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
