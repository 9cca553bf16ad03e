/* SPDX-License-Identifier: MIT */
/*
 * rules.c - names of sources, profiles, kinds
 */
#include <smtpspec/rules.h>

#include "rules/sources.h"

static const struct {
    const char *name, *title;
} sources[SMTPSPEC_SOURCE_COUNT] = {
    [SMTPSPEC_SOURCE_NONE] = { "none", "no source" },
#define SOURCE(id, name, title) [SMTPSPEC_SOURCE_##id] = { name, title },
#include "rules/sources.def"
#undef SOURCE
};

/* A source travels as an octet. */
_Static_assert(SMTPSPEC_SOURCE_COUNT <= UINT8_MAX, "too many sources");

const char *smtpspec_source_name(uint8_t source)
{
    return source < SMTPSPEC_SOURCE_COUNT ? sources[source].name : "?";
}

const char *smtpspec_source_title(uint8_t source)
{
    return source < SMTPSPEC_SOURCE_COUNT ? sources[source].title : "?";
}

static const struct {
    const char *name, *text;
    bool strict;
} profiles[SMTPSPEC_PROFILE_COUNT] = {
    [SMTPSPEC_PROFILE_UNSET] = { "?", "", false },
#define PROFILE(id, name, strict, text)                                     \
    [SMTPSPEC_PROFILE_##id] = { name, text, strict },
#include "rules/profiles.def"
#undef PROFILE
};

static bool is_profile(enum smtpspec_profile profile)
{
    return (unsigned)profile < SMTPSPEC_PROFILE_COUNT;
}

const char *smtpspec_profile_name(enum smtpspec_profile profile)
{
    return is_profile(profile) ? profiles[profile].name : "?";
}

const char *smtpspec_profile_text(enum smtpspec_profile profile)
{
    return is_profile(profile) ? profiles[profile].text : "";
}

enum smtpspec_profile smtpspec_profile_of(struct smtpspec_span name)
{
    for (int i = SMTPSPEC_PROFILE_UNSET + 1; i < SMTPSPEC_PROFILE_COUNT; i++)
        if (smtpspec_span_equal_nocase(name,
                                       smtpspec_span_of(profiles[i].name)))
            return (enum smtpspec_profile)i;
    return SMTPSPEC_PROFILE_UNSET;
}

bool smtpspec_profile_is_strict(enum smtpspec_profile profile)
{
    return is_profile(profile) && profiles[profile].strict;
}

const char *smtpspec_kind_name(enum smtpspec_kind kind)
{
    static const char *const names[SMTPSPEC_KIND_COUNT] = {
        [SMTPSPEC_KIND_SUCCESS] = "success",
        [SMTPSPEC_KIND_INTERMEDIATE] = "intermediate",
        [SMTPSPEC_KIND_FAILURE] = "failure",
        [SMTPSPEC_KIND_ERROR] = "error",
    };

    return (unsigned)kind < SMTPSPEC_KIND_COUNT ? names[kind] : "?";
}
