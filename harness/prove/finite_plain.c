/* SPDX-License-Identifier: MIT */
/*
 * finite_plain.c - every octet in every lane, every mask of a block, through
 * the searches for plain octets
 *
 * The predicate is of single octets and lanes do not act on each other, so
 * lanes and masks of a block are all there is; lengths and places in memory
 * cover how blocks are put together. Every input ends where a page does.
 */
#include "wire/plain.h"

#include "../../tests/support/page_end.h"
#include "finite.h"

typedef size_t search(const char *at, size_t length);

static const struct {
    const char *name;
    search *find;
} searches[] = {
    { "swar", plain_swar },
#ifdef SMTPSPEC_PLAIN_SSE2
    { "sse2", plain_sse2 },
#endif
};

/* By the words of plain.h, octet by octet. */
static size_t simple(const char *at, size_t length)
{
    size_t i = 0;

    while (i < length && (unsigned char)at[i] >= 0x20 &&
           (unsigned char)at[i] <= 0x7e)
        i++;
    return i;
}

static void hold(struct finite *finite, const char *at, size_t length)
{
    size_t want = simple(at, length);

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(searches); i++)
        if (searches[i].find(at, length) != want)
            finite_fail(finite, searches[i].name,
                        (struct smtpspec_span){ at, length });
}

/* Each octet alone, at each place of each length: all lanes of first, middle
 * and last blocks, at all offsets from a page's end. */
static void every_lane(struct finite *finite)
{
    uint64_t members = 0;

    for (size_t length = 0; length <= 50; length++) {
        char *room = page_end_room(0, length);

        memset(room, 'x', length);
        hold(finite, room, length);
        members++;
        for (size_t at = 0; at < length; at++) {
            for (unsigned octet = 0; octet < 256; octet++) {
                room[at] = (char)octet;
                hold(finite, room, length);
            }
            members += 256;
            room[at] = 'x';
        }
    }
    finite_done(finite, "every octet at every place of up to 50", members);
}

/* Which of 16 octets are odd, by each kind of odd octet. */
static void every_mask(struct finite *finite)
{
    static const char odd[] = { '\0', '\n', '\x1f', '\x7f', '\x80', '\xff' };
    char *room = page_end_room(0, 16);
    uint64_t members = 0;

    for (size_t kind = 0; kind < sizeof(odd); kind++) {
        for (unsigned mask = 0; mask < 1u << 16; mask++) {
            for (unsigned i = 0; i < 16; i++)
                room[i] = mask >> i & 1 ? odd[kind] : '~';
            hold(finite, room, 16);
            members++;
        }
    }
    finite_done(finite, "every mask of a block of 16", members);
}

int main(void)
{
    struct finite finite = { 0 };

    every_lane(&finite);
    every_mask(&finite);
    return finite_end(&finite);
}
