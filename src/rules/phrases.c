/* SPDX-License-Identifier: MIT */
/*
 * phrases.c - what the text of a refusal tells of its reason
 *
 * Floor 2, rules.
 */
#include "rules/phrases.h"

/* More is no text for a person. */
#define LOOKED_AT 4096

static const struct smtpspec_phrase rows[] = {
#define PHRASE(words, digit, name, cause, remedy, better, source)           \
    { words, digit, name, cause, remedy, better, source },
#include "rules/phrases.def"
#undef PHRASE
};

const struct smtpspec_phrase *smtpspec_phrases(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(rows);
    return rows;
}

static bool is_of_word(char octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9');
}

/* Where what follows `piece` begins, or SIZE_MAX: a word that it begins with
 * begins in the text, too ("sorbs" is not in "absorbs"). */
static size_t behind(struct smtpspec_span text, struct smtpspec_span piece,
                     size_t from)
{
    for (size_t i = from; i + piece.length <= text.length; i++)
        if ((i == 0 || !is_of_word(text.at[i - 1]) ||
             !is_of_word(piece.at[0])) &&
            smtpspec_span_starts_nocase(smtpspec_span_skip(text, i), piece))
            return i + piece.length;
    return SIZE_MAX;
}

/* One wording: its pieces, in their order. */
static bool has(struct smtpspec_span text, struct smtpspec_span wording)
{
    size_t at = 0;

    while (wording.length > 0) {
        size_t star = smtpspec_span_find(wording, '*');
        struct smtpspec_span piece = smtpspec_span_head(wording, star);

        if (piece.length > 0)
            at = behind(text, piece, at);
        if (at == SIZE_MAX)
            return false;
        wording = smtpspec_span_skip(wording, star + 1);
    }
    return true;
}

static bool fits(struct smtpspec_span text, const char *words)
{
    struct smtpspec_span rest = smtpspec_span_of(words);

    while (rest.length > 0) {
        size_t bar = smtpspec_span_find(rest, '|');

        if (has(text, smtpspec_span_head(rest, bar)))
            return true;
        rest = smtpspec_span_skip(rest, bar + 1);
    }
    return false;
}

const struct smtpspec_phrase *smtpspec_phrase_of(struct smtpspec_span text,
                                                 unsigned digit)
{
    text = smtpspec_span_head(text, LOOKED_AT);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        if ((digit == 0 || rows[i].digit == 0 || rows[i].digit == digit) &&
            fits(text, rows[i].words))
            return &rows[i];
    return NULL;
}
