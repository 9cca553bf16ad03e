/* SPDX-License-Identifier: MIT */
/*
 * lawful.c - hold a proposed code against the rows
 *
 * Floor 5, server. What makes the server keep to the tables of whatever
 * profile it is given: no code goes out that expect.def forbids here or that
 * the profile's table of the command does not list, as long as any other will
 * do.
 */
#include "server/engine.h"

static enum smtpspec_listing listing_of(const struct smtpspec_terms *terms,
                                        enum smtpspec_command command,
                                        unsigned code)
{
    return smtpspec_rules_look_up(terms, command, (uint16_t)code, NULL);
}

static bool is_listed(const struct smtpspec_terms *terms,
                      enum smtpspec_command command, unsigned code)
{
    return listing_of(terms, command, code) == SMTPSPEC_LISTING_LISTED;
}

/* Rows of expect.def are written for RFC 5321: a code that one names need not
 * be in that table, but in that of an older text. */
static bool is_allowed(const struct smtpspec_terms *terms,
                       enum smtpspec_command command,
                       const struct smtpspec_expectation *due, unsigned code)
{
    if (due == NULL)
        return is_listed(terms, command, code);
    if (due->denied)
        return !smtpspec_codes_have(&due->codes, code) &&
               is_listed(terms, command, code);
    return smtpspec_rules_is_due(terms, command, &due->codes, (uint16_t)code,
                                 NULL) &&
           (!smtpspec_profile_narrows(terms->profile) ||
            is_listed(terms, command, code));
}

/* What is due, as the profile narrows it; nothing where no row says. */
static struct smtpspec_codes
codes_due(const struct smtpspec_terms *terms, enum smtpspec_command command,
          const struct smtpspec_expectation *due)
{
    struct smtpspec_codes codes = { .count = 0 };

    if (due != NULL && !due->denied)
        smtpspec_rules_is_due(terms, command, &due->codes, 0, &codes);
    return codes;
}

static const struct smtpspec_expectation *
row_of(const struct smtpspec_terms *terms, enum smtpspec_state state,
       enum smtpspec_command command, enum smtpspec_stimulus stimulus)
{
    const struct smtpspec_expectation *due =
        smtpspec_rules_expect(state, command, stimulus);

    if (due != NULL && due->needs != SMTPSPEC_EXTENSION_NONE &&
        (terms->offered & SMTPSPEC_BIT64(due->needs)) == 0)
        return NULL;
    return due;
}

unsigned smtpspec_lawful(const struct smtpspec_terms *terms,
                         enum smtpspec_state state,
                         enum smtpspec_command command,
                         enum smtpspec_stimulus stimulus, unsigned code)
{
    /* Nearest first, where a table lacks what would be right. */
    static const uint16_t refusals[] = { 501, 500, 550, 554, 502, 504, 503 };
    const struct smtpspec_expectation *due =
        row_of(terms, state, command, stimulus);
    struct smtpspec_codes codes;

    /* A text that does not know the command has nothing to say of it. */
    if (listing_of(terms, command, code) == SMTPSPEC_LISTING_NO_ROW ||
        is_allowed(terms, command, due, code))
        return code;
    codes = codes_due(terms, command, due);
    for (unsigned i = 0; i < codes.count; i++)
        if (!(codes.whole_class >> i & 1) &&
            is_allowed(terms, command, due, codes.code[i]))
            return codes.code[i];
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(refusals); i++)
        if (is_allowed(terms, command, due, refusals[i]))
            return refusals[i];
    return code;
}
