/* SPDX-License-Identifier: MIT */
/*
 * caps_text.c - caps as a user writes them: "EHLO+HELO=3,VRFY=5"
 */
#include "learn/caps_text.h"

#include <stdio.h>
#include <string.h>

#define MOST_LIMIT 10000

/* Cut the text in front of an octet, and drop that; all where there is none. */
static struct smtpspec_span take_until(struct smtpspec_span *text, char octet)
{
    size_t end = smtpspec_span_find(*text, octet);
    struct smtpspec_span head = smtpspec_span_head(*text, end);

    *text = smtpspec_span_skip(*text, end + 1);
    return head;
}

/* 0 where it is no number from 1 on. */
static unsigned read_number(struct smtpspec_span text)
{
    unsigned value = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || value > MOST_LIMIT)
            return 0;
        value = 10 * value + (unsigned)(text.at[i] - '0');
    }
    return value > MOST_LIMIT ? 0 : value;
}

static bool read_names(struct smtpspec_caps *caps, uint64_t *met,
                       const struct smtpspec_alphabet *alphabet,
                       struct smtpspec_span names, unsigned most)
{
    unsigned first = alphabet->count;

    if (names.length > 0 && names.at[names.length - 1] == '+')
        return false;
    while (names.length > 0 || first == alphabet->count) {
        struct smtpspec_span name = take_until(&names, '+');
        unsigned symbol = smtpspec_alphabet_find(alphabet, name);

        if (symbol == alphabet->count ||
            (*met & SMTPSPEC_BIT64(symbol)) != 0)
            return false;
        *met |= SMTPSPEC_BIT64(symbol);
        first = first < alphabet->count ? first : symbol;
        caps->with[symbol] = (uint8_t)first;
        caps->most[first] = (uint16_t)most;
    }
    return true;
}

bool smtpspec_caps_read(struct smtpspec_caps *caps,
                        const struct smtpspec_alphabet *alphabet,
                        struct smtpspec_span text, char *why, size_t cap)
{
    uint64_t met = 0;

    *caps = (struct smtpspec_caps){ .together = true };
    for (unsigned i = 0; i < alphabet->count; i++)
        caps->with[i] = (uint8_t)i;
    do {
        struct smtpspec_span number = take_until(&text, ','), names;
        unsigned most;

        names = take_until(&number, '=');
        most = read_number(number);
        if (most == 0) {
            snprintf(why, cap, "NAME=N is wanted, N from 1 to %u", MOST_LIMIT);
            return false;
        }
        if (!read_names(caps, &met, alphabet, names, most)) {
            snprintf(why, cap, "'%.*s' has no symbol of the alphabet, or one "
                     "twice", (int)(names.length < 80 ? names.length : 80),
                     names.at);
            return false;
        }
    } while (text.length > 0);
    return true;
}
