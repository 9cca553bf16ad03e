/* SPDX-License-Identifier: MIT */
/*
 * misdeed.c - the rows of misdeeds.def by number and by name, and lists of
 * misdeeds and quirks
 *
 * Floor 5, server.
 */
#include "server/server.h"

static const struct {
    const char *id, *shown, *text;
    enum smtpspec_layer layer;
} rows[SMTPSPEC_MISDEED_COUNT] = {
    [SMTPSPEC_MISDEED_NONE] = { "none", "", "does nothing wrong",
                                SMTPSPEC_LAYER_NONE },
#define MISDEED(name, id, layer, shown, text)                               \
    [SMTPSPEC_MISDEED_##name] = { id, shown, text, SMTPSPEC_LAYER_##layer },
#include "server/misdeeds.def"
#undef MISDEED
};

static bool is_known(enum smtpspec_misdeed misdeed)
{
    return (unsigned)misdeed < SMTPSPEC_MISDEED_COUNT;
}

const char *smtpspec_misdeed_name(enum smtpspec_misdeed misdeed)
{
    return is_known(misdeed) ? rows[misdeed].id : "?";
}

const char *smtpspec_misdeed_text(enum smtpspec_misdeed misdeed)
{
    return is_known(misdeed) ? rows[misdeed].text : "?";
}

const char *smtpspec_misdeed_shown(enum smtpspec_misdeed misdeed)
{
    return is_known(misdeed) ? rows[misdeed].shown : "";
}

enum smtpspec_layer smtpspec_misdeed_layer(enum smtpspec_misdeed misdeed)
{
    return is_known(misdeed) ? rows[misdeed].layer : SMTPSPEC_LAYER_NONE;
}

enum smtpspec_service smtpspec_misdeed_service(enum smtpspec_misdeed misdeed)
{
    struct smtpspec_span id =
        smtpspec_span_of(smtpspec_misdeed_name(misdeed));

    return smtpspec_span_starts_nocase(id, SMTPSPEC_SPAN("lmtp-"))
               ? SMTPSPEC_SERVICE_LMTP : SMTPSPEC_SERVICE_SMTP;
}

enum smtpspec_misdeed smtpspec_misdeed_of(struct smtpspec_span name)
{
    for (unsigned i = SMTPSPEC_MISDEED_NONE + 1; i < SMTPSPEC_MISDEED_COUNT;
         i++)
        if (smtpspec_span_equal_nocase(name, smtpspec_span_of(rows[i].id)))
            return (enum smtpspec_misdeed)i;
    return SMTPSPEC_MISDEED_NONE;
}

bool smtpspec_server_options_add(struct smtpspec_server_options *options,
                                 struct smtpspec_span names,
                                 struct smtpspec_span *unknown)
{
    struct smtpspec_server_options added = *options;

    if (smtpspec_span_trim(names).length == 0)
        return true;
    for (;;) {
        size_t comma = smtpspec_span_find(names, ',');
        struct smtpspec_span name =
            smtpspec_span_trim(smtpspec_span_head(names, comma));
        enum smtpspec_misdeed misdeed = smtpspec_misdeed_of(name);
        enum smtpspec_quirk quirk = smtpspec_quirk_of(name);

        if (misdeed == SMTPSPEC_MISDEED_NONE && quirk == SMTPSPEC_QUIRK_NONE) {
            *unknown = name;
            return false;
        }
        /* Number 0 of either is nobody's. */
        added.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
        added.quirks[quirk] = quirk != SMTPSPEC_QUIRK_NONE;
        if (comma == names.length)
            break;
        names = smtpspec_span_skip(names, comma + 1);
    }
    *options = added;
    return true;
}
