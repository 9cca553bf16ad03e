/* SPDX-License-Identifier: MIT */
/*
 * mutate_command.c - operators on one line that the client sends
 */
#include <smtpspec/limits.h>

#include "mutate/mutate_command.h"

#include "base/octet.h"
#include "mutate/random.h"
#include "mutate/script.h"
#include "mutate/mutate_words.h"

static bool is_sent(struct smtpspec_span line)
{
    return smtpspec_script_is_client(smtpspec_script_line(line).kind);
}

static bool has_verb(struct smtpspec_span line)
{
    return is_sent(line) && line.length > 1 && is_letter(line.at[1]);
}

static bool has_blank(struct smtpspec_span line)
{
    return has_verb(line) && smtpspec_span_find(line, ' ') < line.length;
}

static bool has_path(struct smtpspec_span line)
{
    return is_sent(line) && smtpspec_span_find(line, '<') < line.length;
}

static bool has_number(struct smtpspec_span line)
{
    for (size_t i = 1; i < line.length; i++) {
        if (is_digit(line.at[i]) && line.at[i - 1] != '^')
            return is_sent(line);
    }
    return false;
}

/* Draw a line that fits: where it is without its LF. */
static bool draw(struct smtpspec_mutant *mutant, smtpspec_line_test *fits,
                 struct smtpspec_place *inside)
{
    if (!smtpspec_mutant_pick(mutant, fits, inside))
        return false;
    *inside = smtpspec_mutant_inside(mutant, *inside);
    return true;
}

/* The verb of a line that has one. */
static struct smtpspec_place verb_in(const struct smtpspec_mutant *mutant,
                                     struct smtpspec_place line)
{
    struct smtpspec_place verb = { line.from + 1, line.from + 1 };

    while (verb.to < line.to && (is_letter(mutant->at[verb.to]) ||
                                 is_digit(mutant->at[verb.to])))
        verb.to++;
    return verb;
}

/* A place inside the text of a line that is not in the middle of a mark. */
static size_t spot_in(struct smtpspec_mutant *mutant,
                      struct smtpspec_place line)
{
    size_t text = line.to - line.from - 1;
    size_t at = line.from + 1 + smtpspec_mutant_below(mutant, text + 1);
    size_t hats = 0;

    while (at - hats > line.from + 1 && mutant->at[at - hats - 1] == '^')
        hats++;
    return at - hats % 2;
}

bool smtpspec_command_case(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line, verb;
    bool all;

    if (!draw(mutant, has_verb, &line))
        return false;
    verb = verb_in(mutant, line);
    all = smtpspec_mutant_once_in(mutant, 2);
    for (size_t i = verb.from; i < verb.to; i++) {
        if (is_letter(mutant->at[i]) &&
            (all || i == verb.from || smtpspec_mutant_once_in(mutant, 2)))
            mutant->at[i] ^= 0x20;
    }
    return true;
}

bool smtpspec_command_verb(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;
    char word[SMTPSPEC_WORD_KEPT];

    if (!draw(mutant, has_verb, &line))
        return false;
    return smtpspec_mutant_replace(
        mutant, verb_in(mutant, line),
        (struct smtpspec_span){
            word, smtpspec_word_verb(&mutant->random, word, sizeof(word)) });
}

bool smtpspec_command_length(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line, verb;

    if (!draw(mutant, has_verb, &line))
        return false;
    verb = verb_in(mutant, line);
    if (smtpspec_mutant_once_in(mutant, 2))
        return smtpspec_mutant_pad(mutant, verb.to,
                                   1 + smtpspec_mutant_below(mutant, 8), 'X');
    verb.from = verb.to - 1 -
                smtpspec_mutant_below(mutant, verb.to - verb.from);
    smtpspec_mutant_delete(mutant, verb);
    return true;
}

bool smtpspec_command_blank(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line, blank;
    size_t at;

    if (smtpspec_mutant_once_in(mutant, 2)) {
        if (!draw(mutant, is_sent, &line))
            return false;
        at = spot_in(mutant, line);
        return smtpspec_mutant_pad(mutant, at, 1,
                                   smtpspec_mutant_once_in(mutant, 4) ? '\t'
                                                                      : ' ');
    }
    if (!draw(mutant, has_blank, &line))
        return false;
    do {
        at = line.from + smtpspec_span_find(smtpspec_mutant_span(mutant, line),
                                            ' ');
        blank = (struct smtpspec_place){ at, at + 1 };
        line.from = at + 1;
    } while (smtpspec_span_find(smtpspec_mutant_span(mutant, line), ' ') <
                 line.to - line.from &&
             smtpspec_mutant_once_in(mutant, 2));
    smtpspec_mutant_delete(mutant, blank);
    return true;
}

/* Put octets that are written as a script writes them into `place`. */
static bool put_written(struct smtpspec_mutant *mutant,
                        struct smtpspec_place place,
                        struct smtpspec_span octets)
{
    char line[2 * SMTPSPEC_WORD_KEPT + 2];
    size_t length = smtpspec_script_write(true, octets, line, sizeof(line));

    return length <= sizeof(line) && length >= 2 &&
           smtpspec_mutant_replace(
               mutant, place, (struct smtpspec_span){ line + 1, length - 2 });
}

bool smtpspec_command_argument(struct smtpspec_mutant *mutant)
{
    struct smtpspec_command_line read;
    struct smtpspec_place line;
    struct smtpspec_span other;
    char word[SMTPSPEC_WORD_KEPT];

    if (!draw(mutant, has_verb, &line))
        return false;
    smtpspec_command_parse(
        smtpspec_span_skip(smtpspec_mutant_span(mutant, line), 1), &read);
    line.from = verb_in(mutant, line).to;
    other = (struct smtpspec_span){
        word, smtpspec_word_command(&mutant->random, read.command, word,
                                    sizeof(word)) };
    return put_written(mutant, line,
                       smtpspec_span_skip(other,
                                          smtpspec_span_find(other, ' ')));
}

bool smtpspec_command_parameter(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;
    char word[SMTPSPEC_WORD_KEPT] = " ";
    size_t length = 1;

    if (!draw(mutant, has_verb, &line))
        return false;
    if (smtpspec_mutant_once_in(mutant, 8))
        length += smtpspec_word_verb(&mutant->random, word + 1,
                                     sizeof(word) - 1);
    else
        length += smtpspec_word_parameter(&mutant->random, word + 1,
                                          sizeof(word) - 1);
    return smtpspec_mutant_insert(mutant, line.to,
                                  (struct smtpspec_span){ word, length });
}

bool smtpspec_command_parameter_twice(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line, last;

    if (!draw(mutant, has_blank, &line))
        return false;
    last = line;
    for (last.from = line.to; mutant->at[last.from - 1] != ' '; last.from--)
        ;
    last.from--;
    return smtpspec_mutant_copy(mutant, last, line.to);
}

bool smtpspec_command_number(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line, number;
    char word[SMTPSPEC_WORD_KEPT];

    if (!draw(mutant, has_number, &line))
        return false;
    number.from = line.from + 1;
    while (!is_digit(mutant->at[number.from]) ||
           mutant->at[number.from - 1] == '^')
        number.from++;
    for (number.to = number.from;
         number.to < line.to && is_digit(mutant->at[number.to]); number.to++)
        ;
    return smtpspec_mutant_replace(
        mutant, number,
        (struct smtpspec_span){
            word, smtpspec_word_number(&mutant->random, word, sizeof(word)) });
}

/* --- Borders -------------------------------------------------------------- */

/* What is padded, to how many octets, and behind which octet. */
static const struct border {
    size_t limit;
    char behind;   /* 0: at the end of the line                              */
    char until;    /* 0: counted are all octets that the line sends          */
} borders[] = {
    { SMTPSPEC_COMMAND_LINE_LIMIT, 0, 0 },
    { SMTPSPEC_TEXT_LINE_LIMIT, 0, 0 },
    { SMTPSPEC_COMMAND_KEPT + 2, 0, 0 },
    { SMTPSPEC_COMMAND_LINE_LIMIT, '<', 0 },
    { SMTPSPEC_LOCAL_PART_LIMIT, '<', '@' },
    { SMTPSPEC_DOMAIN_LIMIT, '@', '>' },
    { SMTPSPEC_PATH_LIMIT - 2, '<', '>' },
};

/* How many octets the line has that count towards the border. */
static size_t counted(struct smtpspec_span all, const struct border *border)
{
    struct smtpspec_script_line line = smtpspec_script_line(all);
    struct smtpspec_span part = smtpspec_span_skip(
        all, smtpspec_span_find(all, border->behind) + 1);

    return border->until == 0 ? smtpspec_script_read(&line, NULL, 0)
                              : smtpspec_span_find(part, border->until);
}

bool smtpspec_command_border(struct smtpspec_mutant *mutant)
{
    const struct border *border = &borders[smtpspec_mutant_below(
        mutant, SMTPSPEC_ARRAY_LEN(borders))];
    size_t wanted = border->limit - 1 + smtpspec_mutant_below(mutant, 3);
    struct smtpspec_place line;
    size_t at, length;

    if (!draw(mutant, border->behind != 0 ? has_path : is_sent, &line))
        return false;
    length = counted(smtpspec_mutant_span(mutant, line), border);
    at = line.to;
    if (border->behind != 0)
        at = line.from + 1 +
             smtpspec_span_find(smtpspec_mutant_span(mutant, line),
                                border->behind);
    return at <= line.to && length < wanted &&
           smtpspec_mutant_pad(mutant, at, wanted - length, 'a');
}

/* --- Paths ---------------------------------------------------------------- */

bool smtpspec_command_nesting(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;
    struct smtpspec_span rest;
    size_t depth = 1 + smtpspec_mutant_below(mutant, 4), open, close;

    if (!draw(mutant, has_path, &line))
        return false;
    rest = smtpspec_mutant_span(mutant, line);
    open = line.from + smtpspec_span_find(rest, '<');
    close = line.from + smtpspec_span_find(rest, '>');
    if (smtpspec_mutant_once_in(mutant, 4) || close == line.to)
        return smtpspec_mutant_pad(mutant, open, depth, '<');
    if (close < open || mutant->cap - mutant->length < 2 * depth)
        return false;
    return smtpspec_mutant_pad(mutant, close, depth, '>') &&
           smtpspec_mutant_pad(mutant, open, depth, '<');
}

bool smtpspec_command_route(struct smtpspec_mutant *mutant)
{
    struct smtpspec_span whole = SMTPSPEC_SPAN("@a.example,@b.example:");
    struct smtpspec_place line;
    size_t at;

    if (!draw(mutant, has_path, &line))
        return false;
    at = line.from + 1 +
         smtpspec_span_find(smtpspec_mutant_span(mutant, line), '<');
    /* A part of a route is one that lacks its comma or colon. */
    if (smtpspec_mutant_once_in(mutant, 2))
        whole = smtpspec_span_skip(
            whole, smtpspec_mutant_below(mutant, whole.length));
    if (smtpspec_mutant_once_in(mutant, 4))
        whole = smtpspec_span_head(
            whole, smtpspec_mutant_below(mutant, whole.length));
    return whole.length > 0 && smtpspec_mutant_insert(mutant, at, whole);
}

/* --- Octets, line ends, writes -------------------------------------------- */

bool smtpspec_command_octet(struct smtpspec_mutant *mutant)
{
    static const char octets[] = "\0\r\n\t\x01\x7f\x80\xc3\xff^";
    struct smtpspec_place line;
    size_t at;

    if (!draw(mutant, is_sent, &line))
        return false;
    at = spot_in(mutant, line);
    return smtpspec_mutant_insert_octet(
        mutant, at,
        octets[smtpspec_mutant_below(mutant, sizeof(octets) - 1)]);
}

bool smtpspec_command_line_end(struct smtpspec_mutant *mutant)
{
    static const struct smtpspec_span ends[] = {
        { "^n", 2 }, { "^r", 2 }, { "", 0 }, { "^r^r^n", 6 }, { "^n^r^n", 6 },
        { "^r^n^n", 6 }, { "^n^n", 4 }, { "^r^n^r^n", 8 },
    };
    struct smtpspec_place line;

    if (!draw(mutant, is_sent, &line) ||
        !smtpspec_mutant_insert(
            mutant, line.to,
            ends[smtpspec_mutant_below(mutant, SMTPSPEC_ARRAY_LEN(ends))]))
        return false;
    mutant->at[line.from] = 'c';
    return true;
}

bool smtpspec_command_split(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;
    struct smtpspec_span between = SMTPSPEC_SPAN("\nc");
    size_t at;
    char kind;

    if (!draw(mutant, is_sent, &line))
        return false;
    at = spot_in(mutant, line);
    kind = mutant->at[line.from];
    /* Between CR and LF: the end is spelt out to be cut there. */
    if (kind == 'C' && smtpspec_mutant_once_in(mutant, 2)) {
        at = line.to;
        between = SMTPSPEC_SPAN("^r\nc^n");
        kind = 'c';
    }
    if (smtpspec_mutant_once_in(mutant, 4))
        between = between.length == 2 ? SMTPSPEC_SPAN("\nt\nc")
                                      : SMTPSPEC_SPAN("^r\nt\nc^n");
    if (!smtpspec_mutant_insert(mutant, at, between))
        return false;
    mutant->at[line.from] = 'c';
    if (kind == 'C')
        mutant->at[at + between.length - 1] = 'C';
    return true;
}
