/* SPDX-License-Identifier: MIT */
/*
 * vars.c - what the C: lines of a case stand for: names, repeated octets and
 * escapes
 *
 * One function reads the next piece of a text; expanding and checking are two
 * loops around it, so that they cannot disagree.
 */
#include <string.h>

#include <smtpspec/base64.h>

#include "base/octet.h"
#include "case/case.h"

/* Room for what a name stands for once it is made: PLAIN's message of two
 * values and two NULs, or CRAM-MD5's answer, in base64. */
#define DIGEST_KEPT 128
#define PLAIN_KEPT (2 * SMTPSPEC_CASE_VALUE_KEPT + 2)
#define MADE_KEPT SMTPSPEC_BASE64_ROOM(PLAIN_KEPT)

/* The next piece of a text: `count` times the octets of `octets`, or a fault,
 * which stands for its first octet. `taken` octets of the text made it. */
struct piece {
    struct smtpspec_span octets;
    size_t count, taken;
    bool fault;
    char octet; /* room for an octet that the text does not hold as it is */
    char made[MADE_KEPT]; /* room for a value that is made up */
};

/* Read one octet, escaped or not. Returns how many octets of the text it
 * takes, 0 where the escape is unknown. */
static size_t read_octet(struct smtpspec_span text, char *octet)
{
    static const char letters[] = "rnt0\\", values[] = "\r\n\t\0\\";

    if (text.length == 0)
        return 0;
    *octet = text.at[0];
    if (text.at[0] != '\\')
        return 1;
    if (text.length < 2)
        return 0;
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        if (text.at[1] == letters[i]) {
            *octet = values[i];
            return 2;
        }
    }
    if (text.at[1] != 'x' || text.length < 4)
        return 0;

    int high = digit_of(text.at[2]), low = digit_of(text.at[3]);

    if (high < 0 || low < 0)
        return 0;
    *octet = (char)(unsigned char)(high * 16 + low);
    return 4;
}

/* Read "x*500" whole: an octet, an asterisk and a count of 1 to 99999. */
static bool read_repeat(struct smtpspec_span inside, struct piece *piece)
{
    size_t i = read_octet(inside, &piece->octet), count = 0;

    if (i == 0 || i + 1 >= inside.length || inside.at[i] != '*' ||
        inside.length - i > 6)
        return false;
    for (i++; i < inside.length; i++) {
        if (inside.at[i] < '0' || inside.at[i] > '9')
            return false;
        count = count * 10 + (size_t)(inside.at[i] - '0');
    }
    piece->octets = (struct smtpspec_span){ &piece->octet, 1 };
    piece->count = count;
    return count > 0;
}

/* --- Names --------------------------------------------------------------- */

/* A text under way. */
struct text {
    char at[PLAIN_KEPT];
    size_t length;
};

/* Cut where it is full: the values are as short as case.h says. */
static void put(struct text *text, struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length && text->length < PLAIN_KEPT; i++)
        text->at[text->length++] = octets.at[i];
}

static void make_base64(struct smtpspec_span octets, struct piece *piece)
{
    piece->octets = (struct smtpspec_span){
        piece->made,
        smtpspec_base64_write(octets, piece->made, sizeof piece->made) };
    if (piece->octets.length > sizeof piece->made)
        piece->octets.length = 0;
}

/* An empty authorization identity in front (RFC 4616, 2). */
static void make_plain(struct smtpspec_span user, struct smtpspec_span password,
                       struct piece *piece)
{
    static const char nul = '\0';
    struct text text = { .length = 0 };

    put(&text, (struct smtpspec_span){ &nul, 1 });
    put(&text, user);
    put(&text, (struct smtpspec_span){ &nul, 1 });
    put(&text, password);
    make_base64((struct smtpspec_span){ text.at, text.length }, piece);
}

/* "user digest" (RFC 2195, 2). */
static void make_cram(const struct smtpspec_case_vars *vars,
                      struct piece *piece)
{
    struct text challenge, text = { .length = 0 };
    char digest[DIGEST_KEPT];
    size_t length = 0;

    piece->octets = (struct smtpspec_span){ piece->made, 0 };
    if (vars->cram != NULL &&
        smtpspec_base64_read(vars->challenge, challenge.at,
                             sizeof challenge.at, &challenge.length))
        length = vars->cram(vars->cram_context,
                            (struct smtpspec_span){ challenge.at,
                                                    challenge.length },
                            vars->user, vars->password, digest,
                            sizeof digest);
    if (length == 0 || length > sizeof digest)
        return;
    put(&text, vars->user);
    put(&text, SMTPSPEC_SPAN(" "));
    put(&text, (struct smtpspec_span){ digest, length });
    make_base64((struct smtpspec_span){ text.at, text.length }, piece);
}

/* The number behind SIZE and one more; it may be the largest there is. */
static void make_oversize(uint64_t size, struct piece *piece)
{
    char *end = piece->made + sizeof piece->made, *at = end;
    unsigned carry = 1;

    do {
        unsigned digit = (unsigned)(size % 10) + carry;

        carry = digit / 10;
        *--at = (char)('0' + digit % 10);
        size /= 10;
    } while (size > 0 || carry > 0);
    piece->octets = (struct smtpspec_span){ at, (size_t)(end - at) };
}

static bool make_value(struct smtpspec_span name,
                       const struct smtpspec_case_vars *vars,
                       struct piece *piece)
{
    if (smtpspec_span_equal(name, SMTPSPEC_SPAN("auth-plain")))
        make_plain(vars->user, vars->password, piece);
    else if (smtpspec_span_equal(name, SMTPSPEC_SPAN("auth-wrong")))
        make_plain(vars->user, SMTPSPEC_SPAN("never-this-one"), piece);
    else if (smtpspec_span_equal(name, SMTPSPEC_SPAN("auth-user")))
        make_base64(vars->user, piece);
    else if (smtpspec_span_equal(name, SMTPSPEC_SPAN("auth-password")))
        make_base64(vars->password, piece);
    else if (smtpspec_span_equal(name, SMTPSPEC_SPAN("cram")))
        make_cram(vars, piece);
    else if (smtpspec_span_equal(name, SMTPSPEC_SPAN("oversize")))
        make_oversize(vars->size, piece);
    else
        return false;
    return true;
}

static bool read_name(struct smtpspec_span name,
                      const struct smtpspec_case_vars *vars,
                      struct piece *piece)
{
    const struct {
        struct smtpspec_span name, value;
    } rows[] = {
        { SMTPSPEC_SPAN("domain"), vars->domain },
        { SMTPSPEC_SPAN("from"), vars->from },
        { SMTPSPEC_SPAN("rcpt"), vars->rcpt },
        { SMTPSPEC_SPAN("nobody"), vars->nobody },
        { SMTPSPEC_SPAN("elsewhere"),
          vars->elsewhere.length > 0 ? vars->elsewhere
                                     : SMTPSPEC_SPAN("elsewhere.example") },
        { SMTPSPEC_SPAN("id"), vars->id },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        if (smtpspec_span_equal(name, rows[i].name)) {
            piece->octets = rows[i].value;
            return true;
        }
    }
    return make_value(name, vars, piece);
}

unsigned smtpspec_case_names(struct smtpspec_span text)
{
    static const struct {
        struct smtpspec_span begin;
        unsigned names;
    } rows[] = {
        { { "{auth-", 6 }, SMTPSPEC_CASE_NAME_USER },
        { { "{cram}", 6 }, SMTPSPEC_CASE_NAME_USER | SMTPSPEC_CASE_NAME_CRAM },
        { { "{oversize}", 10 }, SMTPSPEC_CASE_NAME_OVERSIZE },
    };
    unsigned names = 0;

    for (;;) {
        text = smtpspec_span_skip(text, smtpspec_span_find(text, '{'));
        if (text.length == 0)
            return names;
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
            if (smtpspec_span_equal(
                    smtpspec_span_head(text, rows[i].begin.length),
                    rows[i].begin))
                names |= rows[i].names;
        text = smtpspec_span_skip(text, 1);
    }
}

/* --- Pieces -------------------------------------------------------------- */

/* `text` is not empty. */
static void next_piece(struct smtpspec_span text,
                       const struct smtpspec_case_vars *vars,
                       struct piece *piece)
{
    piece->fault = false;
    piece->count = 1;
    if (text.at[0] == '{') {
        size_t end = smtpspec_span_find(text, '}');
        struct smtpspec_span inside = { text.at + 1, end - 1 };

        piece->taken = end + 1;
        if (end < text.length && (read_name(inside, vars, piece) ||
                                  read_repeat(inside, piece)))
            return;
    } else {
        piece->taken = read_octet(text, &piece->octet);
        piece->octets = (struct smtpspec_span){ &piece->octet, 1 };
        if (piece->taken > 0)
            return;
    }
    piece->fault = true;
    piece->taken = 1;
    piece->count = 1;
    piece->octets = smtpspec_span_head(text, 1);
}

/* What stands for itself. */
static size_t plain_length(struct smtpspec_span text)
{
    size_t i = 0;

    while (i < text.length && text.at[i] != '{' && text.at[i] != '\\')
        i++;
    return i;
}

size_t smtpspec_case_expand(struct smtpspec_span text,
                            const struct smtpspec_case_vars *vars, char *out,
                            size_t cap)
{
    struct piece piece;
    size_t length = 0;

    while (text.length > 0) {
        size_t plain = plain_length(text);

        piece.octets = smtpspec_span_head(text, plain);
        piece.count = 1;
        piece.taken = plain;
        if (plain == 0)
            next_piece(text, vars, &piece);
        for (size_t i = 0; i < piece.count; i++) {
            if (length <= cap && piece.octets.length <= cap - length &&
                piece.octets.length > 0)
                memcpy(out + length, piece.octets.at, piece.octets.length);
            length += piece.octets.length;
        }
        text = smtpspec_span_skip(text, piece.taken);
    }
    return length;
}

size_t smtpspec_case_expand_fault(struct smtpspec_span text)
{
    static const struct smtpspec_case_vars none;
    struct smtpspec_span rest = text;
    struct piece piece;

    while (rest.length > 0) {
        next_piece(rest, &none, &piece);
        if (piece.fault)
            return text.length - rest.length;
        rest = smtpspec_span_skip(rest, piece.taken);
    }
    return text.length;
}

/* How far into a line we are, and how much of a word it has begun with. */
struct match {
    struct smtpspec_span word;
    size_t column, matched;
};

/* Whether the word is whole with this octet. */
static bool match_octet(struct match *match, char octet)
{
    struct smtpspec_span due = smtpspec_span_skip(match->word, match->column);

    if (octet == '\n') {
        match->column = match->matched = 0;
        return false;
    }
    if (match->matched == match->column && due.length > 0 &&
        smtpspec_span_equal_nocase((struct smtpspec_span){ &octet, 1 },
                                   smtpspec_span_head(due, 1)))
        match->matched++;
    match->column++;
    return match->matched == match->word.length;
}

bool smtpspec_case_has_line(struct smtpspec_span text,
                            struct smtpspec_span word)
{
    static const struct smtpspec_case_vars none;
    struct match match = { .word = word };
    struct piece piece;

    while (text.length > 0) {
        next_piece(text, &none, &piece);
        /* A name: something stands there. */
        if (piece.octets.length != 1)
            match.column++;
        else
            for (size_t i = 0; i < piece.count; i++)
                if (match_octet(&match, piece.octets.at[0]))
                    return true;
        text = smtpspec_span_skip(text, piece.taken);
    }
    return false;
}
