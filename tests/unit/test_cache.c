/* SPDX-License-Identifier: MIT */
/*
 * test_cache.c - what was answered is known, and outlives a process
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/cache.h"
#include "support/machines.h"

#define X      SMTPSPEC_OUTPUT_X
#define SILENT (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT)
#define C(code) SMTPSPEC_OUTPUT_CODE(code)

static struct smtpspec_alphabet alphabet;

/* --- The tree ------------------------------------------------------------- */

static void what_begins_alike_is_known(void **state)
{
    static const uint8_t word[] = { 0, 1, 2, 3 }, other[] = { 0, 1, 5 };
    static const uint32_t outputs[] = { C(250), C(250), C(503), C(250) };
    struct smtpspec_cache cache = { .nodes = NULL };
    uint32_t seen[4];

    (void)state;
    assert_int_equal(smtpspec_cache_look(&cache, word, 4, seen), 0);
    assert_int_equal(smtpspec_cache_note(&cache, word, outputs, 4), 4);
    for (size_t length = 0; length <= 4; length++)
        assert_int_equal(smtpspec_cache_look(&cache, word, length, seen), length);
    assert_memory_equal(seen, outputs, sizeof(outputs));
    assert_int_equal(smtpspec_cache_look(&cache, other, 3, NULL), 2);
    smtpspec_cache_free(&cache);
}

/* Behind the close and behind a silence nothing is left to ask. */
static void an_end_is_an_end(void **state)
{
    static const struct { uint32_t output, behind; } rows[] = {
        { X, X }, { C(221), X }, { C(421), X }, { SILENT, SILENT },
        { SMTPSPEC_OUTPUT_CODES(354, 421), X },
    };
    static const uint8_t word[] = { 1, 2, 3, 4 };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        const uint32_t outputs[] = { C(250), rows[i].output };
        struct smtpspec_cache cache = { .nodes = NULL };
        uint32_t seen[4];

        smtpspec_cache_note(&cache, word, outputs, 2);
        assert_int_equal(smtpspec_cache_look(&cache, word, 4, seen), 4);
        assert_int_equal(seen[2], rows[i].behind);
        assert_int_equal(seen[3], rows[i].behind);
        smtpspec_cache_free(&cache);
    }
}

static void a_goodbye_that_stays_is_no_end(void **state)
{
    static const uint8_t word[] = { 1, 2 };
    const uint32_t outputs[] = { C(221) | SMTPSPEC_OUTPUT_STAYS };
    struct smtpspec_cache cache = { .nodes = NULL };

    (void)state;
    smtpspec_cache_note(&cache, word, outputs, 1);
    assert_int_equal(smtpspec_cache_look(&cache, word, 2, NULL), 1);
    smtpspec_cache_free(&cache);
}

static void a_contradiction_changes_nothing(void **state)
{
    static const uint8_t word[] = { 1, 2, 3 };
    static const uint32_t before[] = { C(250), C(250), C(503) }, now[] = { C(250), C(451), C(503) };
    struct smtpspec_cache cache = { .nodes = NULL };
    uint32_t seen[3];

    (void)state;
    smtpspec_cache_note(&cache, word, before, 3);
    assert_int_equal(smtpspec_cache_note(&cache, word, now, 3), 1);
    assert_int_equal(smtpspec_cache_look(&cache, word, 3, seen), 3);
    assert_memory_equal(seen, before, sizeof(before));
    /* Corrected, what was behind it is not known any more. */
    smtpspec_cache_correct(&cache, word, now, 2);
    assert_int_equal(smtpspec_cache_look(&cache, word, 3, seen), 2);
    assert_int_equal(seen[1], C(451));
    smtpspec_cache_free(&cache);
}

/* --- On disk -------------------------------------------------------------- */

static char *text_of(const struct smtpspec_cache *cache)
{
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);

    assert_non_null(file);
    assert_true(smtpspec_cache_write(cache, &alphabet, file));
    assert_int_equal(fclose(file), 0);
    return text;
}

static bool read_text(struct smtpspec_cache *cache, const char *text, char why[200])
{
    why[0] = '\0';
    return smtpspec_cache_read(cache, &alphabet, smtpspec_span_of(text), why, 200);
}

#define HEAD "smtpspec cache 1\nsymbols EHLO MAIL RCPT DATA RSET NOOP BAD QUIT\n"

static void a_text_is_what_was_seen(void **state)
{
    static const uint8_t words[][3] = { { 0, 1, 2 }, { 0, 1, 3 }, { 7, 0, 0 }, { 6, 6, 6 } };
    static const uint32_t outputs[][3] = { { C(250), C(250), C(550) },
                                           { C(250), C(250), SMTPSPEC_OUTPUT_CODES(354, 250) },
                                           { C(221), X, X }, { C(500), SILENT, SILENT } };
    struct smtpspec_cache cache = { .nodes = NULL }, again = { .nodes = NULL };
    char *text, *second, why[200];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++)
        smtpspec_cache_note(&cache, words[i], outputs[i], 3);
    text = text_of(&cache);
    assert_string_equal(text, HEAD "EHLO/250 MAIL/250 RCPT/550\nEHLO/250 MAIL/250 DATA/354+250\n"
                                   "BAD/500 BAD/-\nQUIT/221\n");
    assert_true(read_text(&again, text, why));
    assert_int_equal(again.count, cache.count);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++)
        assert_int_equal(smtpspec_cache_look(&again, words[i], 3, NULL), 3);
    second = text_of(&again);
    assert_string_equal(second, text);
    free(text);
    free(second);
    smtpspec_cache_free(&cache);
    smtpspec_cache_free(&again);
}

/* A process that was killed leaves half a line. */
static void any_cut_of_a_text_is_read(void **state)
{
    static const char text[] = HEAD "EHLO/250 MAIL/250 DATA/354+250\nEHLO/250 MAIL/250 RCPT/550\n";
    char why[200];

    (void)state;
    for (size_t length = sizeof(HEAD) - 1; length < sizeof(text); length++) {
        struct smtpspec_cache cache = { .nodes = NULL };
        char *cut = strndup(text, length);
        const char *first_end = strchr(cut + sizeof(HEAD) - 1, '\n');

        assert_true(read_text(&cache, cut, why));
        assert_int_equal(cache.count,
                         first_end == NULL ? 0 : length < sizeof(text) - 1 ? 4 : 5);
        free(cut);
        smtpspec_cache_free(&cache);
    }
}

static void the_later_word_counts(void **state)
{
    static const uint8_t word[] = { 0, 1 };
    struct smtpspec_cache cache = { .nodes = NULL };
    uint32_t seen[2];
    char why[200];

    (void)state;
    assert_true(read_text(&cache, HEAD "EHLO/250 MAIL/250\nEHLO/250 MAIL/451\n", why));
    smtpspec_cache_look(&cache, word, 2, seen);
    assert_int_equal(seen[1], C(451));
    smtpspec_cache_free(&cache);
}

static void what_is_no_cache_is_refused(void **state)
{
    static const struct { const char *text, *why; } rows[] = {
        { "", "line 1" }, { "smtpspec cache 1", "line 1" }, { "smtpspec cache 2\n", "line 1" },
        { "smtpspec cache 1\n", "line 2" }, { "smtpspec cache 1\nsymbols EHLO\n", "line 2" },
        { "smtpspec cache 1\nsymbols EHLO MAIL RCPT DATA RSET NOOP BAD QUIT X\n", "line 2" },
        { "smtpspec cache 1\nsymbols MAIL EHLO RCPT DATA RSET NOOP BAD QUIT\n", "line 2" },
        { HEAD "\n", "line 3" }, { HEAD "EHLO\n", "line 3" }, { HEAD "EHLO/\n", "line 3" },
        { HEAD "EHLO/2500\n", "line 3" }, { HEAD "HELO/250\n", "line 3" },
        { HEAD "EHLO/250  MAIL/250\n", "line 3" }, { HEAD "EHLO/250 \n", NULL },
        { HEAD "EHLO/250\nQUIT/221 EHLO/250\n", "line 4" }, { HEAD "QUIT/221 EHLO/x\n", "line 3" },
        { HEAD "EHLO/250\r\n", "line 3" },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_cache cache = { .nodes = NULL };
        char why[200];

        if (read_text(&cache, rows[i].text, why) != (rows[i].why == NULL))
            fail_msg("row %zu: %s", i, why);
        if (rows[i].why != NULL)
            assert_memory_equal(why, rows[i].why, strlen(rows[i].why));
        smtpspec_cache_free(&cache);
    }
}

/* A word of as many symbols as there may be, and one more. */
static void long_words_are_bounded(void **state)
{
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        struct smtpspec_cache cache = { .nodes = NULL };
        char text[sizeof(HEAD) + 9 * (SMTPSPEC_WORD_KEPT + 1) + 2] = HEAD, why[200];

        size_t length = sizeof(HEAD) - 1;

        for (unsigned i = 0; i < SMTPSPEC_WORD_KEPT + more; i++)
            length += (size_t)snprintf(text + length, sizeof(text) - length, "NOOP/250%c",
                                      i + 1 < SMTPSPEC_WORD_KEPT + more ? ' ' : '\n');
        assert_true(read_text(&cache, text, why) == (more == 0));
        smtpspec_cache_free(&cache);
    }
}

static int set_up(void **state)
{
    (void)state;
    read_alphabet(&alphabet, "core8");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_begins_alike_is_known),
        cmocka_unit_test(an_end_is_an_end),
        cmocka_unit_test(a_goodbye_that_stays_is_no_end),
        cmocka_unit_test(a_contradiction_changes_nothing),
        cmocka_unit_test(a_text_is_what_was_seen),
        cmocka_unit_test(any_cut_of_a_text_is_read),
        cmocka_unit_test(the_later_word_counts),
        cmocka_unit_test(what_is_no_cache_is_refused),
        cmocka_unit_test(long_words_are_bounded),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
