/* SPDX-License-Identifier: MIT */
/*
 * nearest.c - which known names a mistyped word may have meant
 */
#include "run/nearest.h"

#include <stdio.h>
#include <string.h>

/* What the word is only a part of comes behind all that is near. */
#define PART 100

static char lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? (char)(octet + 32) : octet;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned low = a < b ? a : b;

    return low < c ? low : c;
}

unsigned smtpspec_nearest_distance(struct smtpspec_span a,
                                   struct smtpspec_span b, unsigned limit)
{
    unsigned rows[3][SMTPSPEC_NEAREST_ROOM + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    if (a.length > SMTPSPEC_NEAREST_ROOM || b.length > SMTPSPEC_NEAREST_ROOM)
        return limit;
    for (unsigned k = 0; k <= b.length; k++)
        last[k] = k;
    memcpy(before, last, sizeof(rows[0]));
    for (size_t i = 1; i <= a.length; i++) {
        unsigned *free_row = before;

        now[0] = (unsigned)i;
        for (size_t k = 1; k <= b.length; k++) {
            bool same = lower(a.at[i - 1]) == lower(b.at[k - 1]);

            now[k] = least(last[k] + 1, now[k - 1] + 1, last[k - 1] + !same);
            if (i > 1 && k > 1 && lower(a.at[i - 1]) == lower(b.at[k - 2]) &&
                lower(a.at[i - 2]) == lower(b.at[k - 1]) &&
                before[k - 2] + 1 < now[k])
                now[k] = before[k - 2] + 1;
        }
        before = last;
        last = now;
        now = free_row;
    }
    return last[b.length] < limit ? last[b.length] : limit;
}

static bool is_part(struct smtpspec_span word, struct smtpspec_span name)
{
    for (; name.length >= word.length; name = smtpspec_span_skip(name, 1))
        if (smtpspec_span_starts_nocase(name, word))
            return true;
    return false;
}

void smtpspec_nearest_offer(struct smtpspec_nearest *nearest,
                            struct smtpspec_span name)
{
    struct smtpspec_span word = nearest->word;
    unsigned limit = (unsigned)(word.length + 2) / 3 + 1;
    unsigned distance, place;

    if (word.length < 2 || name.length >= SMTPSPEC_NEAREST_ROOM)
        return;
    distance = smtpspec_nearest_distance(word, name, limit);
    if (distance == limit && (word.length < 4 || !is_part(word, name)))
        return;
    if (distance == limit)
        distance = PART + (unsigned)name.length;
    for (place = 0; place < nearest->count; place++)
        if (distance < nearest->distance[place])
            break;
    if (place == SMTPSPEC_NEAREST_KEPT)
        return;
    if (nearest->count < SMTPSPEC_NEAREST_KEPT)
        nearest->count++;
    for (unsigned i = nearest->count - 1; i > place; i--) {
        nearest->distance[i] = nearest->distance[i - 1];
        memcpy(nearest->name[i], nearest->name[i - 1], SMTPSPEC_NEAREST_ROOM);
    }
    nearest->distance[place] = distance;
    snprintf(nearest->name[place], SMTPSPEC_NEAREST_ROOM, "%.*s",
             (int)name.length, name.at);
}

/* Names that are much further off than the first only distract. */
static unsigned worth_telling(const struct smtpspec_nearest *nearest)
{
    unsigned count = 1;

    while (count < nearest->count &&
           nearest->distance[count] <= 2 * nearest->distance[0])
        count++;
    return count;
}

void smtpspec_nearest_write(const struct smtpspec_nearest *nearest, char *out,
                            size_t cap)
{
    size_t length;
    unsigned told;

    out[0] = '\0';
    if (nearest->count == 0)
        return;
    told = worth_telling(nearest);
    length = (size_t)snprintf(out, cap, "; did you mean ");
    for (unsigned i = 0; i < told && length < cap; i++)
        length += (size_t)snprintf(out + length, cap - length, "%s%s",
                                   i == 0          ? ""
                                   : i + 1 == told ? " or "
                                                   : ", ",
                                   nearest->name[i]);
    if (length < cap)
        snprintf(out + length, cap - length, "?");
}
