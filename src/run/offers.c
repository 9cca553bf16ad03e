/* SPDX-License-Identifier: MIT */
/*
 * offers.c - what EHLO lists, compared over the connections of a run
 */
#include "run/offers.h"

#include <stdio.h>

void smtpspec_offers_add(struct smtpspec_offers *offers,
                         const struct smtpspec_judge *judge,
                         const struct smtpspec_exchange *exchange)
{
    const struct smtpspec_session *session = smtpspec_judge_session(judge);
    const struct smtpspec_ehlo *ehlo = smtpspec_judge_ehlo(judge);
    unsigned at = (session->tls ? SMTPSPEC_OFFERS_TLS : 0u) |
                  (session->authenticated ? SMTPSPEC_OFFERS_LOGIN : 0u);

    if (exchange->code != 250 ||
        (exchange->command != SMTPSPEC_COMMAND_EHLO &&
         exchange->command != SMTPSPEC_COMMAND_LHLO))
        return;
    if (!offers->seen[at]) {
        offers->seen[at] = true;
        offers->first[at] = ehlo->listed;
        offers->unknown[at] = ehlo->unknown;
    }
    offers->differs |= offers->first[at] ^ ehlo->listed;
    if (offers->unknown[at] != ehlo->unknown)
        offers->unknown_differs = true;
}

void smtpspec_offers_tell(const struct smtpspec_offers *offers, char *out,
                          size_t cap)
{
    size_t length = 0;

    out[0] = '\0';
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT && length < cap; i++)
        if (offers->differs & SMTPSPEC_BIT64(i))
            length += (size_t)snprintf(
                out + length, cap - length, "%s%s", length > 0 ? ", " : "",
                smtpspec_extension_name((enum smtpspec_extension)i));
    if (offers->unknown_differs && length < cap)
        snprintf(out + length, cap - length, "%s",
                 length > 0 ? " and others" : "keywords that are not known");
}
