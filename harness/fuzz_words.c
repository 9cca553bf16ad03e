/* SPDX-License-Identifier: MIT */
/*
 * fuzz_words.c - what a reply's words tell, what a mistyped name may have
 * meant, what a finding is worth, a dialogue octet by octet
 *
 * targets:  smtpspec_phrase_of, smtpspec_nearest_distance, _offer, _write,
 *           smtpspec_security_judge, smtpspec_remedy_of, smtpspec_hex_put
 * input:    first line: an id, or a mistyped name; second: another name, or a
 *           rule; the rest: a reply
 * holds:    a phrase is found in capitals, too, by a second reading here, and
 *           more text leads to the same row or one above; a distance is the
 *           same both ways, 0 for the same word alone, and no more than
 *           writing it anew costs; one verdict more makes no finding harmless;
 *           the octets can be read back off the hexadecimal page, whatever
 *           the pieces that they came in, and it keeps to 80 columns
 * seeds:    corpus/seeds/words    words: corpus/dictionaries/words.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <string.h>

#include "case/case.h"
#include "case/remedy.h"
#include "case/security.h"
#include "report/hex.h"
#include "rules/phrases.h"
#include "run/nearest.h"

#include "harness.h"

#define SIZE_LIMIT 8192
#define HEX_SHOWN 4096

/* --- Phrases -------------------------------------------------------------- */

static char lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? (char)(octet | 0x20) : octet;
}

static bool in_word(char octet)
{
    octet = lower(octet);
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
}

/* Whether a wording, "mailbox*full", stands in the text from `at` on: each
 * piece by the first place that fits. */
static bool stands(struct smtpspec_span text, const char *wording, size_t end)
{
    size_t at = 0, w = 0;

    while (w < end) {
        size_t length = 0, i;

        while (w + length < end && wording[w + length] != '*')
            length++;
        for (i = at; i + length <= text.length; i++) {
            size_t k = 0;

            while (k < length && lower(text.at[i + k]) == wording[w + k])
                k++;
            if (k == length && (length == 0 || i == 0 ||
                                !in_word(wording[w]) ||
                                !in_word(text.at[i - 1])))
                break;
        }
        if (i + length > text.length)
            return false;
        at = i + length;
        w += length + 1;
    }
    return true;
}

static bool any_stands(struct smtpspec_span text, const char *words)
{
    for (;;) {
        size_t end = strcspn(words, "|");

        if (stands(text, words, end))
            return true;
        if (words[end] == '\0')
            return false;
        words += end + 1;
    }
}

static const struct smtpspec_phrase *second_reading(struct smtpspec_span text,
                                                    unsigned digit)
{
    size_t count;
    const struct smtpspec_phrase *rows = smtpspec_phrases(&count);

    for (size_t i = 0; i < count; i++)
        if ((digit == 0 || rows[i].digit == 0 || rows[i].digit == digit) &&
            any_stands(text, rows[i].words))
            return &rows[i];
    return NULL;
}

static void check_phrases(struct smtpspec_span text)
{
    static char loud[2 * SIZE_LIMIT];
    struct smtpspec_span head = smtpspec_span_head(text, 600);
    struct smtpspec_span more = { loud, 2 * head.length + 1 };
    unsigned digit = head.length > 0 && (head.at[0] == '4' || head.at[0] == '5')
                         ? (unsigned)(head.at[0] - '0')
                         : 0;
    const struct smtpspec_phrase *row = smtpspec_phrase_of(head, digit);
    const struct smtpspec_phrase *further;

    MUST(row == second_reading(head, digit));
    for (size_t i = 0; i < head.length; i++)
        loud[i] = lower(head.at[i]) >= 'a' && lower(head.at[i]) <= 'z'
                      ? (char)(head.at[i] & ~0x20)
                      : head.at[i];
    MUST(row == smtpspec_phrase_of(smtpspec_span_head(more, head.length),
                                   digit));
    loud[head.length] = ' ';
    if (head.length > 0)
        memcpy(loud + head.length + 1, head.at, head.length);
    further = smtpspec_phrase_of(more, digit);
    MUST(row == NULL || (further != NULL && further <= row));
}

/* --- Names ---------------------------------------------------------------- */

static void check_names(struct smtpspec_span a, struct smtpspec_span b)
{
    struct smtpspec_nearest nearest = { .word = a };
    size_t longer = a.length > b.length ? a.length : b.length;
    size_t shorter = a.length + b.length - longer;
    unsigned distance = smtpspec_nearest_distance(a, b, 1000);
    char meant[300];

    MUST(distance == smtpspec_nearest_distance(b, a, 1000));
    MUST((distance == 0) == smtpspec_span_equal_nocase(a, b) ||
         longer > SMTPSPEC_NEAREST_ROOM);
    if (longer <= SMTPSPEC_NEAREST_ROOM)
        MUST(distance >= longer - shorter && distance <= longer);
    for (unsigned i = 0; i < 5; i++) {
        smtpspec_nearest_offer(&nearest, smtpspec_span_skip(b, i));
        smtpspec_nearest_offer(&nearest, smtpspec_span_head(b, i));
    }
    MUST(nearest.count <= SMTPSPEC_NEAREST_KEPT);
    for (unsigned i = 1; i < nearest.count; i++)
        MUST(nearest.distance[i - 1] <= nearest.distance[i]);
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    MUST((meant[0] == '\0') == (nearest.count == 0));
}

/* --- What a finding is worth ---------------------------------------------- */

static void check_worth(const char *id, const char *rule, const char *observed)
{
    struct smtpspec_result_verdict verdicts[] = {
        { .outcome = SMTPSPEC_OUTCOME_FAIL, .rule = rule },
        { .outcome = SMTPSPEC_OUTCOME_WARN, .rule = id, .observed = observed },
    };
    struct smtpspec_result result = {
        .id = id, .rule = rule, .outcome = SMTPSPEC_OUTCOME_FAIL,
        .observed = observed, .verdicts = verdicts, .verdict_count = 1
    };
    const struct smtpspec_remedy *remedy =
        smtpspec_remedy_of(smtpspec_span_of(id));
    enum smtpspec_security alone;

    smtpspec_security_judge(&result);
    alone = result.security;
    MUST(alone != SMTPSPEC_SECURITY_NONE);
    MUST(alone != SMTPSPEC_SECURITY_EXPLOITABLE ||
         result.security_reason != NULL);
    MUST((result.security_reason == NULL) ==
         (result.security_reference == NULL));
    result.verdict_count = 2;
    smtpspec_security_judge(&result);
    MUST(result.security >= alone);
    result.outcome = SMTPSPEC_OUTCOME_PASS;
    result.verdict_count = 0;
    smtpspec_security_judge(&result);
    MUST(result.security == SMTPSPEC_SECURITY_NONE ||
         result.security == alone);
    MUST(smtpspec_case_matches(smtpspec_span_of(id),
                               smtpspec_span_of(remedy->id)));
}

/* --- Octet by octet ------------------------------------------------------- */

static char *page_of(struct smtpspec_span octets, size_t cut)
{
    static const struct smtpspec_finding_style style = {
        .label = "", .colour = "", .strong = "", .plain = ""
    };
    struct smtpspec_transcript_entry entries[] = {
        { .from = 'S', .octets = smtpspec_span_head(octets, cut) },
        { .from = 'S', .octets = smtpspec_span_skip(octets, cut) },
    };
    const struct smtpspec_result result = { .transcript = entries,
                                            .transcript_count = 2 };
    char *page = NULL;
    size_t length;
    FILE *out = open_memstream(&page, &length);

    MUST(out != NULL);
    smtpspec_hex_put(out, &style, &result);
    MUST(fclose(out) == 0);
    return page;
}

/* Read the numbers of a line; returns how many there were. */
static size_t read_row(const char *line, unsigned char out[16])
{
    static const char digits[] = "0123456789abcdef";
    size_t count = 0;

    while (count < 16 && line[15 + 3 * count] != ' ') {
        const char *high = strchr(digits, line[15 + 3 * count]);
        const char *low = strchr(digits, line[16 + 3 * count]);

        MUST(high != NULL && low != NULL);
        out[count++] = (unsigned char)((high - digits) * 16 + (low - digits));
    }
    return count;
}

static void check_page(struct smtpspec_span octets)
{
    uint64_t random = harness_seed(octets);
    char *page = page_of(octets, octets.length);
    char *pieces =
        page_of(octets, (size_t)(harness_random(&random) %
                                 (octets.length + 1)));
    size_t at = 0;

    MUST(strcmp(page, pieces) == 0);
    for (char *line = page; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        unsigned char row[16];
        size_t count;

        MUST(length <= 80 && line[length] == '\n');
        if (strncmp(line, "         ... ", 13) == 0) {
            MUST(at == HEX_SHOWN / 2);
            at += octets.length - HEX_SHOWN;
        } else {
            count = read_row(line, row);
            MUST(count > 0 && at + count <= octets.length &&
                 memcmp(row, octets.at + at, count) == 0);
            at += count;
        }
        line += length + 1;
    }
    MUST(at == octets.length);
    free(page);
    free(pieces);
}

/* --- The target ----------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span rest = { (const char *)data, size }, id, rule;
    char id_text[200], rule_text[200], observed[200];

    if (size > SIZE_LIMIT || !harness_line(&rest, &id) ||
        !harness_line(&rest, &rule))
        return 0;
    smtpspec_span_escape(id, id_text, sizeof(id_text));
    smtpspec_span_escape(rule, rule_text, sizeof(rule_text));
    smtpspec_span_escape(smtpspec_span_head(rest, 40), observed,
                         sizeof(observed));
    check_phrases(rest);
    check_names(id, rule);
    check_worth(id_text, rule_text, observed);
    check_page(rest);
    return 0;
}
