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

/* Whether the profile's table has the code, or has no row for the command. */
static bool is_listed(const struct smtpspec_terms *terms,
                      enum smtpspec_command command, unsigned code)
{
    switch (smtpspec_rules_look_up(terms, command, (uint16_t)code, NULL)) {
    case SMTPSPEC_LISTING_LISTED:
    case SMTPSPEC_LISTING_NO_ROW:
        return true;
    default:
        return false;
    }
}

static bool fits(const struct smtpspec_expectation *due, unsigned code)
{
    return due == NULL ||
           smtpspec_codes_have(&due->codes, code) != due->denied;
}

unsigned smtpspec_lawful(const struct smtpspec_terms *terms,
                         enum smtpspec_state state,
                         enum smtpspec_command command,
                         enum smtpspec_stimulus stimulus, unsigned code)
{
    /* Nearest first, where a table lacks what would be right. */
    static const uint16_t refusals[] = { 501, 500, 550, 554, 502, 504, 503 };
    const struct smtpspec_expectation *due =
        smtpspec_rules_expect(state, command, stimulus);

    if (due != NULL && due->needs != SMTPSPEC_EXTENSION_NONE &&
        (terms->offered & SMTPSPEC_BIT64(due->needs)) == 0)
        due = NULL;
    if (fits(due, code) && is_listed(terms, command, code))
        return code;
    if (due != NULL && !due->denied)
        for (unsigned i = 0; i < due->codes.count; i++)
            if (!(due->codes.whole_class >> i & 1) &&
                is_listed(terms, command, due->codes.code[i]))
                return due->codes.code[i];
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(refusals); i++)
        if (fits(due, refusals[i]) && is_listed(terms, command, refusals[i]))
            return refusals[i];
    /* The profile's row and the state have no code in common: then any
     * refusal of the row. */
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(refusals); i++)
        if (is_listed(terms, command, refusals[i]))
            return refusals[i];
    return code;
}
