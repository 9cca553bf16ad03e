/* SPDX-License-Identifier: MIT */
/*
 * defect.c - names, texts, levels and sections of the defects
 */
#include <smtpspec/reply.h>

static const struct {
    const char *name, *text, *reference;
    enum smtpspec_level level;
    unsigned line;
} rows[SMTPSPEC_DEFECT_COUNT] = {
#define DEFECT(name, id, level, reference, text)                            \
    [SMTPSPEC_DEFECT_##name] = { id, text, reference,                       \
                                 SMTPSPEC_LEVEL_##level, __LINE__ },
#include "defects.def"
#undef DEFECT
};

static bool is_known(enum smtpspec_defect defect)
{
    return (unsigned)defect < SMTPSPEC_DEFECT_COUNT;
}

const char *smtpspec_defect_name(enum smtpspec_defect defect)
{
    return is_known(defect) ? rows[defect].name : "?";
}

const char *smtpspec_defect_text(enum smtpspec_defect defect)
{
    return is_known(defect) ? rows[defect].text : "?";
}

enum smtpspec_level smtpspec_defect_level(enum smtpspec_defect defect)
{
    return is_known(defect) ? rows[defect].level : SMTPSPEC_LEVEL_UNSET;
}

const char *smtpspec_defect_reference(enum smtpspec_defect defect)
{
    return is_known(defect) ? rows[defect].reference : "";
}

unsigned smtpspec_defect_line(enum smtpspec_defect defect)
{
    return is_known(defect) ? rows[defect].line : 0;
}
