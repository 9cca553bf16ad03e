/* SPDX-License-Identifier: MIT */
/*
 * mutant.c - change a text in place, by octets and by lines
 */
#include <string.h>

#include "mutate/mutant.h"
#include "mutate/random.h"
#include "mutate/script.h"

/* Of so many places that should be a seam one is any border. */
#define SEAMLESS_ONCE_IN 8

size_t smtpspec_mutant_below(struct smtpspec_mutant *mutant, size_t count)
{
    return smtpspec_random_below(&mutant->random, count);
}

bool smtpspec_mutant_once_in(struct smtpspec_mutant *mutant, size_t count)
{
    return smtpspec_random_once_in(&mutant->random, count);
}

struct smtpspec_span smtpspec_mutant_span(const struct smtpspec_mutant *mutant,
                                          struct smtpspec_place place)
{
    return (struct smtpspec_span){ mutant->at + place.from,
                                   place.to - place.from };
}

/* Make `length` octets of room in the place of `place`. */
static bool open_gap(struct smtpspec_mutant *mutant,
                     struct smtpspec_place place, size_t length)
{
    size_t left = mutant->length - (place.to - place.from);

    if (length > mutant->cap - left)
        return false;
    memmove(mutant->at + place.from + length, mutant->at + place.to,
            mutant->length - place.to);
    mutant->length = left + length;
    return true;
}

bool smtpspec_mutant_replace(struct smtpspec_mutant *mutant,
                             struct smtpspec_place place,
                             struct smtpspec_span with)
{
    if (!open_gap(mutant, place, with.length))
        return false;
    if (with.length > 0)
        memcpy(mutant->at + place.from, with.at, with.length);
    return true;
}

bool smtpspec_mutant_insert(struct smtpspec_mutant *mutant, size_t at,
                            struct smtpspec_span octets)
{
    return smtpspec_mutant_replace(mutant, (struct smtpspec_place){ at, at },
                                   octets);
}

void smtpspec_mutant_delete(struct smtpspec_mutant *mutant,
                            struct smtpspec_place place)
{
    open_gap(mutant, place, 0);
}

bool smtpspec_mutant_insert_octet(struct smtpspec_mutant *mutant, size_t at,
                                  char octet)
{
    char mark[2] = { octet, 0 };
    size_t length = mutant->marks ? smtpspec_script_mark(octet, mark) : 1;

    return smtpspec_mutant_insert(mutant, at,
                                  (struct smtpspec_span){ mark, length });
}

bool smtpspec_mutant_pad(struct smtpspec_mutant *mutant, size_t at,
                         size_t count, char octet)
{
    if (!open_gap(mutant, (struct smtpspec_place){ at, at }, count))
        return false;
    memset(mutant->at + at, octet, count);
    return true;
}

bool smtpspec_mutant_copy(struct smtpspec_mutant *mutant,
                          struct smtpspec_place place, size_t to)
{
    size_t length = place.to - place.from;
    size_t before = to <= place.from ? 0
                    : to >= place.to ? length : to - place.from;

    if (!open_gap(mutant, (struct smtpspec_place){ to, to }, length))
        return false;
    /* What stood before the gap is where it was, the rest is behind it. */
    memcpy(mutant->at + to, mutant->at + place.from, before);
    memcpy(mutant->at + to + before,
           mutant->at + place.from + before + length, length - before);
    return true;
}

static void reverse(char *at, size_t length)
{
    for (size_t i = 0; i < length / 2; i++) {
        char octet = at[i];

        at[i] = at[length - 1 - i];
        at[length - 1 - i] = octet;
    }
}

void smtpspec_mutant_move(struct smtpspec_mutant *mutant,
                          struct smtpspec_place place, size_t to)
{
    size_t from = to < place.from ? to : place.from;
    size_t end = to < place.from ? place.to : to;
    size_t middle = to < place.from ? place.from : place.to;

    reverse(mutant->at + from, middle - from);
    reverse(mutant->at + middle, end - middle);
    reverse(mutant->at + from, end - from);
}

/* The line that begins at `from`, its LF included. */
static struct smtpspec_place line_at(const struct smtpspec_mutant *mutant,
                                     size_t from)
{
    struct smtpspec_place rest = { from, mutant->length };
    size_t length = smtpspec_span_find(smtpspec_mutant_span(mutant, rest),
                                       '\n');

    if (from + length < mutant->length)
        length++;
    return (struct smtpspec_place){ from, from + length };
}

static size_t start_of(const struct smtpspec_mutant *mutant)
{
    return mutant->fixed < mutant->length ? mutant->fixed : mutant->length;
}

size_t smtpspec_mutant_lines(const struct smtpspec_mutant *mutant)
{
    size_t count = 0;

    for (size_t at = start_of(mutant); at < mutant->length; count++)
        at = line_at(mutant, at).to;
    return count;
}

struct smtpspec_place
smtpspec_mutant_line(const struct smtpspec_mutant *mutant, size_t number)
{
    struct smtpspec_place line = line_at(mutant, start_of(mutant));

    while (number-- > 0)
        line = line_at(mutant, line.to);
    return line;
}

struct smtpspec_place
smtpspec_mutant_inside(const struct smtpspec_mutant *mutant,
                       struct smtpspec_place place)
{
    if (place.to > place.from && mutant->at[place.to - 1] == '\n')
        place.to--;
    if (!mutant->marks && place.to > place.from &&
        mutant->at[place.to - 1] == '\r')
        place.to--;
    return place;
}

size_t smtpspec_mutant_border(struct smtpspec_mutant *mutant)
{
    size_t lines = smtpspec_mutant_lines(mutant);

    return smtpspec_mutant_line(mutant,
                                smtpspec_mutant_below(mutant, lines + 1)).from;
}

bool smtpspec_mutant_pick(struct smtpspec_mutant *mutant,
                          smtpspec_line_test *fits,
                          struct smtpspec_place *line)
{
    size_t count = 0, chosen = 0;

    for (unsigned round = 0; round < 2; round++) {
        size_t met = 0;

        for (size_t at = start_of(mutant); at < mutant->length;) {
            *line = line_at(mutant, at);
            at = line->to;
            if (fits != NULL &&
                !fits(smtpspec_mutant_span(
                    mutant, smtpspec_mutant_inside(mutant, *line))))
                continue;
            if (round == 1 && met == chosen)
                return true;
            met++;
        }
        count = met;
        chosen = smtpspec_mutant_below(mutant, count);
        if (count == 0)
            return false;
    }
    return false;
}

/* The last line of a reply that ends an exchange, of a script or a stream; or
 * a turn, at which all replies that are due come. */
static bool ends_exchange(struct smtpspec_span line)
{
    if (smtpspec_span_equal(line, SMTPSPEC_SPAN("t")))
        return true;
    if (line.length > 0 && (line.at[0] == 'S' || line.at[0] == 's'))
        line = smtpspec_span_skip(line, 1);
    return line.length >= 3 && line.at[0] >= '2' && line.at[0] <= '5' &&
           line.at[0] != '3' && (line.length == 3 || line.at[3] != '-');
}

size_t smtpspec_mutant_seam(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;

    if (!smtpspec_mutant_once_in(mutant, SEAMLESS_ONCE_IN) &&
        smtpspec_mutant_pick(mutant, ends_exchange, &line))
        return line.to;
    return smtpspec_mutant_border(mutant);
}
