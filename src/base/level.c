/* SPDX-License-Identifier: MIT */
/*
 * level.c - names of the levels (RFC 2119, and two of our own)
 */
#include <smtpspec/base.h>

static const char *const names[SMTPSPEC_LEVEL_COUNT] = {
    [SMTPSPEC_LEVEL_UNSET] = "?",
    [SMTPSPEC_LEVEL_MUST] = "MUST",
    [SMTPSPEC_LEVEL_SHOULD] = "SHOULD",
    [SMTPSPEC_LEVEL_POLICY] = "POLICY",
    [SMTPSPEC_LEVEL_INFO] = "INFO",
};

const char *smtpspec_level_name(enum smtpspec_level level)
{
    unsigned index = (unsigned)level;

    return names[index < SMTPSPEC_LEVEL_COUNT ? index : 0];
}

enum smtpspec_level smtpspec_level_of(struct smtpspec_span name)
{
    for (unsigned i = SMTPSPEC_LEVEL_MUST; i < SMTPSPEC_LEVEL_COUNT; i++) {
        if (smtpspec_span_equal_nocase(name, smtpspec_span_of(names[i])))
            return (enum smtpspec_level)i;
    }
    return SMTPSPEC_LEVEL_UNSET;
}
