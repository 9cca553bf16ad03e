/* SPDX-License-Identifier: MIT */
/*
 * mutate_reply.c - operators on one line that the server sends, and the
 * mutator for streams of them
 */
#include <string.h>

#include <smtpspec/limits.h>
#include <smtpspec/status.h>

#include "mutate/lines.h"
#include "mutate/mutate.h"
#include "mutate/mutate_reply.h"
#include "mutate/random.h"
#include "mutate/script.h"
#include "mutate/mutate_words.h"

/* A line of the server, and its text: what stands for the octets before its
 * line end. */
struct server_line {
    struct smtpspec_place line, text;
};

static bool is_sent(struct smtpspec_span line)
{
    return smtpspec_script_is_server(smtpspec_script_line(line).kind);
}

static bool draw(struct smtpspec_mutant *mutant, struct server_line *drawn)
{
    if (!smtpspec_mutant_pick(mutant, mutant->marks ? is_sent : NULL,
                              &drawn->line))
        return false;
    drawn->text = smtpspec_mutant_inside(mutant, drawn->line);
    drawn->text.from += mutant->marks ? 1 : 0;
    return true;
}

/* The same, of a line with three octets where the code should be. */
static bool draw_code(struct smtpspec_mutant *mutant,
                      struct server_line *drawn)
{
    return draw(mutant, drawn) && drawn->text.to - drawn->text.from >= 3;
}

static void write_code(char *at, unsigned code)
{
    at[0] = (char)('0' + code / 100 % 10);
    at[1] = (char)('0' + code / 10 % 10);
    at[2] = (char)('0' + code % 10);
}

/* Digits at their borders: 1-6 and 0, 9 (RFC 5321, 4.2). */
static void change_digit(struct smtpspec_mutant *mutant, size_t at)
{
    static const char first[] = "2345160", second[] = "0123569";
    size_t place = smtpspec_mutant_below(mutant, 3);
    const char *digits = place == 0 ? first : second;

    mutant->at[at + place] = digits[smtpspec_mutant_below(mutant, 7)];
}

bool smtpspec_reply_digit(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;

    if (!draw_code(mutant, &drawn))
        return false;
    if (smtpspec_mutant_once_in(mutant, 8)) {
        drawn.text.to = drawn.text.from + 1;
        if (smtpspec_mutant_once_in(mutant, 2))
            return smtpspec_mutant_copy(mutant, drawn.text, drawn.text.from);
        smtpspec_mutant_delete(mutant, drawn.text);
        return true;
    }
    change_digit(mutant, drawn.text.from);
    return true;
}

bool smtpspec_reply_code(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;

    if (!draw_code(mutant, &drawn))
        return false;
    write_code(mutant->at + drawn.text.from,
               smtpspec_word_code(&mutant->random));
    return true;
}

bool smtpspec_reply_separator(struct smtpspec_mutant *mutant)
{
    static const char others[] = "- -+\t:.";
    struct server_line drawn;
    size_t at;

    if (!draw_code(mutant, &drawn))
        return false;
    at = drawn.text.from + 3;
    if (at == drawn.text.to)
        return smtpspec_mutant_insert(
            mutant, at, smtpspec_mutant_once_in(mutant, 2)
                            ? SMTPSPEC_SPAN("-") : SMTPSPEC_SPAN(" "));
    if (smtpspec_mutant_once_in(mutant, 8)) {
        smtpspec_mutant_delete(mutant, (struct smtpspec_place){ at, at + 1 });
        return true;
    }
    if (mutant->at[at] != '^')
        mutant->at[at] =
            mutant->at[at] != '-' && smtpspec_mutant_once_in(mutant, 2)
                ? '-'
                : others[smtpspec_mutant_below(mutant, sizeof(others) - 1)];
    return true;
}

bool smtpspec_reply_textless(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;

    if (!draw_code(mutant, &drawn))
        return false;
    drawn.text.from += 3;
    if (drawn.text.from == drawn.text.to)
        return false;
    if (smtpspec_mutant_once_in(mutant, 2))
        drawn.text.from++;
    smtpspec_mutant_delete(mutant, drawn.text);
    return true;
}

/* --- Text ----------------------------------------------------------------- */

static size_t write_status(struct smtpspec_mutant *mutant, unsigned class_digit,
                           char *out, size_t cap)
{
    static const struct smtpspec_span malformed[] = {
        { "5.01.1 ", 7 }, { "2.0.1000 ", 9 }, { "3.1.1 ", 6 }, { "4.1 ", 4 },
        { "5.1.1.1 ", 8 }, { "2.1.5", 5 },
    };
    const struct smtpspec_span *odd = &malformed[smtpspec_mutant_below(
        mutant, SMTPSPEC_ARRAY_LEN(malformed))];
    size_t length;

    if (smtpspec_mutant_once_in(mutant, 4)) {
        memcpy(out, odd->at, odd->length);
        return odd->length;
    }
    if (smtpspec_mutant_once_in(mutant, 2))
        class_digit = "245"[smtpspec_mutant_below(mutant, 3)] - '0';
    length = smtpspec_word_status(&mutant->random, class_digit, out, cap - 1);
    out[length] = ' ';
    return length + 1;
}

bool smtpspec_reply_status(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;
    struct smtpspec_status status;
    struct smtpspec_place place;
    char word[32];
    size_t length;

    if (!draw_code(mutant, &drawn) || drawn.text.to - drawn.text.from < 4)
        return false;
    place.from = drawn.text.from + 4;
    place.to = drawn.text.to;
    length = smtpspec_status_parse(smtpspec_mutant_span(mutant, place),
                                   &status);
    place.to = place.from + length;
    if (length > 0 && place.to < drawn.text.to)
        place.to++;
    if (length > 0 && smtpspec_mutant_once_in(mutant, 4)) {
        smtpspec_mutant_delete(mutant, place);
        return true;
    }
    length = write_status(mutant,
                          (unsigned char)mutant->at[drawn.text.from] % 8,
                          word, sizeof(word));
    return smtpspec_mutant_replace(mutant, place,
                                   (struct smtpspec_span){ word, length });
}

bool smtpspec_reply_keyword(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;
    char word[SMTPSPEC_WORD_KEPT];

    if (!draw_code(mutant, &drawn) || drawn.text.to - drawn.text.from < 4)
        return false;
    drawn.text.from += 4;
    return smtpspec_mutant_replace(
        mutant, drawn.text,
        (struct smtpspec_span){ word,
                                smtpspec_word_keyword(&mutant->random, word,
                                                      sizeof(word)) });
}

bool smtpspec_reply_border(struct smtpspec_mutant *mutant)
{
    static const size_t limits[] = { SMTPSPEC_REPLY_LINE_LIMIT,
                                     SMTPSPEC_REPLY_TEXT_KEPT,
                                     SMTPSPEC_TEXT_LINE_LIMIT };
    size_t limit =
        limits[smtpspec_mutant_below(mutant, SMTPSPEC_ARRAY_LEN(limits))];
    size_t wanted = limit - 3 + smtpspec_mutant_below(mutant, 3);
    struct server_line drawn;
    size_t length;

    if (!draw(mutant, &drawn))
        return false;
    length = drawn.text.to - drawn.text.from;
    return length < wanted &&
           smtpspec_mutant_pad(mutant, drawn.text.to, wanted - length, 'x');
}

bool smtpspec_reply_octet(struct smtpspec_mutant *mutant)
{
    static const char octets[] = "\0\r\n\t\x01\x1b\x7f\x80\xc3\xff";
    struct server_line drawn;
    size_t at;

    if (!draw(mutant, &drawn))
        return false;
    at = drawn.text.from +
         smtpspec_mutant_below(mutant, drawn.text.to - drawn.text.from + 1);
    return smtpspec_mutant_insert_octet(
        mutant, at,
        octets[smtpspec_mutant_below(mutant, sizeof(octets) - 1)]);
}

/* --- Lines ---------------------------------------------------------------- */

bool smtpspec_reply_line_end(struct smtpspec_mutant *mutant)
{
    static const struct smtpspec_span plain[] = {
        { "\n", 1 }, { "\r", 1 }, { "", 0 }, { "\r\r\n", 3 }, { "\n\r\n", 3 },
        { "\r\n\r\n", 4 }, { "\r\n", 2 },
    };
    static const struct smtpspec_span marked[] = {
        { "^n", 2 }, { "^r", 2 }, { "", 0 }, { "^r^r^n", 6 }, { "^n^r^n", 6 },
        { "^r^n^r^n", 8 }, { "^r^n", 4 },
    };
    size_t choice =
        smtpspec_mutant_below(mutant, SMTPSPEC_ARRAY_LEN(plain));
    struct server_line drawn;
    struct smtpspec_place end;

    if (!draw(mutant, &drawn))
        return false;
    end.from = end.to = drawn.text.to;
    if (!mutant->marks)
        end.to = drawn.line.to;
    if (!smtpspec_mutant_replace(mutant, end, mutant->marks ? marked[choice]
                                                            : plain[choice]))
        return false;
    if (mutant->marks)
        mutant->at[drawn.line.from] = 's';
    return true;
}

bool smtpspec_reply_grow(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;
    size_t text;

    if (!draw_code(mutant, &drawn) || drawn.text.to - drawn.text.from < 4 ||
        !smtpspec_mutant_copy(mutant, drawn.line, drawn.line.from))
        return false;
    text = drawn.text.from;
    mutant->at[text + 3] = '-';
    if (smtpspec_mutant_once_in(mutant, 8))
        write_code(mutant->at + text, smtpspec_word_code(&mutant->random));
    return true;
}

/* --- Of a session alone: to a stream of replies they bring nothing -------- */

bool smtpspec_reply_split(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;
    struct smtpspec_span between = SMTPSPEC_SPAN("\nS");
    struct smtpspec_place code;
    size_t at;

    if (!draw_code(mutant, &drawn))
        return false;
    at = drawn.text.from +
         smtpspec_mutant_below(mutant, drawn.text.to - drawn.text.from + 1);
    if (!smtpspec_mutant_insert(mutant, at, between))
        return false;
    code.from = drawn.text.from;
    code.to = drawn.text.from + 4;
    if (code.to <= at && smtpspec_mutant_once_in(mutant, 2))
        smtpspec_mutant_copy(mutant, code, at + between.length);
    return true;
}

bool smtpspec_reply_merge(struct smtpspec_mutant *mutant)
{
    struct server_line drawn;
    struct smtpspec_place end;

    if (!draw(mutant, &drawn) || drawn.line.to == mutant->length)
        return false;
    end.from = drawn.text.to;
    end.to = drawn.line.to;
    if (mutant->at[end.to] != 'S' && mutant->at[end.to] != 's')
        return false;
    mutant->at[drawn.line.from] = mutant->at[end.to++];
    smtpspec_mutant_delete(mutant, end);
    return true;
}

bool smtpspec_reply_insert(struct smtpspec_mutant *mutant)
{
    enum smtpspec_command command = (enum smtpspec_command)
        smtpspec_mutant_below(mutant, SMTPSPEC_COMMAND_COUNT);
    char line[SMTPSPEC_WORD_KEPT + 2];
    size_t length = smtpspec_word_reply(&mutant->random, command, line + 1,
                                        sizeof(line) - 2);

    line[0] = 'S';
    line[1 + length] = '\n';
    return smtpspec_mutant_insert(mutant, smtpspec_mutant_border(mutant),
                                  (struct smtpspec_span){ line, length + 2 });
}

static const struct smtpspec_operator operators[] = {
    { "delete-line",     smtpspec_lines_delete,        8, true },
    { "delete-block",    smtpspec_lines_delete_block,  6, true },
    { "duplicate-line",  smtpspec_lines_duplicate,     4, true },
    { "replay-block",    smtpspec_lines_replay,        4, true },
    { "swap-lines",      smtpspec_lines_swap,          4, true },
    { "truncate",        smtpspec_lines_truncate,      2, true },
    { "reply-digit",     smtpspec_reply_digit,         8, true },
    { "reply-code",      smtpspec_reply_code,          8, true },
    { "reply-separator", smtpspec_reply_separator,     8, true },
    { "reply-textless",  smtpspec_reply_textless,      4, true },
    { "reply-status",    smtpspec_reply_status,        8, true },
    { "reply-keyword",   smtpspec_reply_keyword,       4, true },
    { "reply-border",    smtpspec_reply_border,        1, true },
    { "reply-octet",     smtpspec_reply_octet,         8, true },
    { "reply-line-end",  smtpspec_reply_line_end,      8, true },
    { "reply-grow",      smtpspec_reply_grow,          8, true },
};

const struct smtpspec_mutator smtpspec_mutator_reply = {
    "reply", operators, SMTPSPEC_ARRAY_LEN(operators), false
};
