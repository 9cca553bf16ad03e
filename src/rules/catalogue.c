/* SPDX-License-Identifier: MIT */
/*
 * catalogue.c - what codes mean: codes.def, advice.def, enhanced.def
 */
#include <smtpspec/rules.h>

#include "rules/sources.h"

/* A code of the catalogue may be one that no server can send, but a row that
 * is not LOCAL is one that the grammar has (RFC 5321, 4.2). */
#define CODE(code, source, section, meaning)                                \
    _Static_assert((code) >= 200 && (code) <= 559 &&                        \
                       (code) / 10 % 10 <= 5,                               \
                   #source " " #code);
#define LOCAL(code, source, section, meaning)                               \
    _Static_assert((code) >= 100 && (code) <= 599, #source " " #code);
#include "rules/codes.def"
#undef CODE
#undef LOCAL

/* The class is the first digit (RFC 5321, 4.2.1). */
#define KIND_OF(code)                                                       \
    ((code) < 300   ? SMTPSPEC_CODE_SUCCESS                                 \
     : (code) < 400 ? SMTPSPEC_CODE_INTERMEDIATE                            \
     : (code) < 500 ? SMTPSPEC_CODE_TRANSIENT                               \
                    : SMTPSPEC_CODE_PERMANENT)

static const struct smtpspec_code_entry codes[] = {
#define CODE(code, source, section, meaning)                                \
    { code, SMTPSPEC_SOURCE_##source, KIND_OF(code), section, meaning },
#define LOCAL(code, source, section, meaning)                               \
    { code, SMTPSPEC_SOURCE_##source, SMTPSPEC_CODE_LOCAL, section, meaning },
#include "rules/codes.def"
#undef CODE
#undef LOCAL
};

static const struct smtpspec_code_advice advice[] = {
#define ADVICE(code, name, cause, remedy) { code, name, cause, remedy },
#include "rules/advice.def"
#undef ADVICE
};

static const struct smtpspec_enhanced_entry enhanced[] = {
#define ENHANCED(subject, detail, name, reference, basic)                   \
    { subject, detail, basic, reference, name },
#include "rules/enhanced.def"
#undef ENHANCED
};

const struct smtpspec_code_entry *smtpspec_code_entries(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(codes);
    return codes;
}

const struct smtpspec_code_advice *smtpspec_code_advice_of(unsigned code)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(advice); i++)
        if (advice[i].code == code)
            return &advice[i];
    return NULL;
}

const struct smtpspec_enhanced_entry *smtpspec_enhanced_entries(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(enhanced);
    return enhanced;
}

const char *smtpspec_code_kind_name(enum smtpspec_code_kind kind)
{
    static const char *const names[] = {
        [SMTPSPEC_CODE_SUCCESS] = "success",
        [SMTPSPEC_CODE_INTERMEDIATE] = "intermediate",
        [SMTPSPEC_CODE_TRANSIENT] = "transient",
        [SMTPSPEC_CODE_PERMANENT] = "permanent",
        [SMTPSPEC_CODE_LOCAL] = "local",
    };

    return (unsigned)kind < SMTPSPEC_ARRAY_LEN(names) ? names[kind] : "?";
}

/* Three of the founding documents list 1yz; SMTP has no command that could
 * get it (RFC 5321, 4.2.1). */
const char *smtpspec_digit_text(unsigned place, unsigned digit)
{
    static const char *const first[] = {
        "",
        "taken, nothing done yet, to be confirmed (not used by SMTP)",
        "done",
        "understood, more has to follow",
        "failed for now; the same may work later",
        "failed for good; do not send the same again",
    };
    static const char *const second[] = {
        "syntax",
        "information",
        "the connection",
        "unspecified",
        "unspecified",
        "the mail system",
    };

    if (place == 1 && digit < SMTPSPEC_ARRAY_LEN(first))
        return first[digit];
    if (place == 2 && digit < SMTPSPEC_ARRAY_LEN(second))
        return second[digit];
    return "";
}
