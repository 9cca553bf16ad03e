/* SPDX-License-Identifier: MIT */
/*
 * test_alphabet.c - symbols, outputs as text, and lists of words
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "learn/alphabet.h"
#include "learn/output.h"
#include "learn/word_list.h"
#include <smtpspec/command.h>

static struct smtpspec_alphabet alphabet;
static char why[128];

static bool read_text(const char *text)
{
    const struct smtpspec_alphabet_names names = {
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = SMTPSPEC_SPAN("a@b.example"),
        .to = SMTPSPEC_SPAN("postmaster"),
        .unknown = SMTPSPEC_SPAN("nobody@b.example")
    };

    return smtpspec_alphabet_read(&alphabet, smtpspec_span_of(text), &names, why, sizeof(why));
}

static void the_built_in_ones_are_read(void **state)
{
    (void)state;
    const struct { const char *name; unsigned count; } rows[] = { { "core8", 8 }, { "std14", 14 } };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_span text = smtpspec_alphabet_text(smtpspec_span_of(rows[i].name));

        assert_true(read_text(text.at));
        assert_int_equal(alphabet.count, rows[i].count);
    }
    assert_int_equal(smtpspec_alphabet_text(SMTPSPEC_SPAN("core9")).length, 0);
}

static void names_and_escapes_are_put_in(void **state)
{
    (void)state;
    const struct smtpspec_symbol *symbol = alphabet.symbols;

    assert_true(read_text("# mail\n\nM  MAIL FROM:<{from}>\n"
                          "D DATA | a\\x41\\r\\n..\\\\ \nR RCPT {to}"));
    assert_int_equal(alphabet.count, 3);
    assert_string_equal(symbol[0].name, "M");
    assert_int_equal(symbol[0].command, SMTPSPEC_COMMAND_MAIL);
    assert_string_equal(symbol[0].line, "MAIL FROM:<a@b.example>\r\n");
    assert_int_equal(symbol[0].line_length, strlen(symbol[0].line));
    assert_int_equal(symbol[0].content_length, 0);
    assert_string_equal(symbol[1].line, "DATA\r\n");
    assert_string_equal(symbol[1].content, "aA\r\n..\\\r\n.\r\n");
    assert_string_equal(symbol[2].line, "RCPT postmaster\r\n");
    assert_int_equal(smtpspec_alphabet_find(&alphabet, SMTPSPEC_SPAN("R")), 2);
    assert_int_equal(smtpspec_alphabet_find(&alphabet, SMTPSPEC_SPAN("X")), 3);
}

static void a_file_of_another_system_is_the_same(void **state)
{
    (void)state;

    assert_true(read_text("# mail\r\n\r\nN  NOOP\r\nD  DATA | a\r\n"));
    assert_int_equal(alphabet.count, 2);
    assert_string_equal(alphabet.symbols[0].line, "NOOP\r\n");
    assert_string_equal(alphabet.symbols[1].content, "a\r\n.\r\n");
}

static void what_is_no_alphabet_is_said_to_be_none(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "# nothing\n", "A  NOOP {who}\n", "A  NOOP \\q\n",
                                         "A  NOOP\nA  RSET\n", "A0123456789abcdef  NOOP\n",
                                         "A/B  NOOP\n", "A\"  NOOP\n", "\x01  NOOP\n",
                                         "|  NOOP\n" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++) {
        why[0] = '\0';
        assert_false(read_text(texts[i]));
        assert_non_null(strstr(why, "line "));
    }
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    char text[2048] = "A  ";

    memset(text + 3, 'a', SMTPSPEC_SYMBOL_LINE_KEPT - 2);
    assert_true(read_text(text));
    text[SMTPSPEC_SYMBOL_LINE_KEPT + 1] = 'a';
    assert_false(read_text(text));
}

static void words_are_spelt(void **state)
{
    (void)state;
    char text[32];

    assert_true(read_text("EHLO EHLO x\nMAIL MAIL y\n"));
    assert_int_equal(smtpspec_alphabet_spell(&alphabet, (const uint8_t *)"\0\1\0", 3, text,
                                             sizeof(text)), 14);
    assert_string_equal(text, "EHLO MAIL EHLO");
    assert_int_equal(smtpspec_alphabet_spell(&alphabet, (const uint8_t *)"\0\1\0", 3, text, 6),
                     14);
    assert_string_equal(text, "EHLO ");
}

static void outputs_are_written_and_read_back(void **state)
{
    (void)state;
    static const char *const texts[] = { "250", "000", "x", "-", "354+250", "354+x", "354+-",
                                         "221*", "221!", "354+250*", "421*!", "x*" };
    static const char *const none[] = { "", "25", "2500", "x+250", "-+x", "354+", "250!*", "y" };
    char text[SMTPSPEC_OUTPUT_KEPT];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++) {
        uint32_t output = smtpspec_output_read(smtpspec_span_of(texts[i]));

        assert_int_not_equal(output, SMTPSPEC_OUTPUT_NONE);
        assert_int_equal(smtpspec_output_write(output, text), strlen(texts[i]));
        assert_string_equal(text, texts[i]);
    }
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(none); i++)
        assert_int_equal(smtpspec_output_read(smtpspec_span_of(none[i])), SMTPSPEC_OUTPUT_NONE);
    assert_int_equal(smtpspec_output_write(SMTPSPEC_OUTPUT_NONE, text), 0);
    assert_int_equal(smtpspec_output_read(SMTPSPEC_SPAN("354+250")),
                     SMTPSPEC_OUTPUT_CODES(354, 250));
}

static void outputs_tell_what_ends(void **state)
{
    (void)state;
    static const char *const ends[] = { "x", "-", "221", "421", "354+421", "354+x", "221*" };
    static const char *const goes_on[] = { "250", "221!", "354+250", "554" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ends); i++)
        assert_true(smtpspec_output_ends(smtpspec_output_read(smtpspec_span_of(ends[i]))));
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(goes_on); i++)
        assert_false(smtpspec_output_ends(smtpspec_output_read(smtpspec_span_of(goes_on[i]))));
}

static void prefixes_of_words_are_dropped(void **state)
{
    (void)state;
    struct smtpspec_words words = { .pool = NULL };
    size_t length;

    smtpspec_words_add(&words, (const uint8_t *)"bc", 2);
    smtpspec_words_add(&words, (const uint8_t *)"", 0);
    smtpspec_words_add(&words, (const uint8_t *)"b", 1);
    smtpspec_words_add(&words, (const uint8_t *)"bcd", 3);
    smtpspec_words_add(&words, (const uint8_t *)"bcd", 3);
    smtpspec_words_add(&words, (const uint8_t *)"a", 1);
    smtpspec_words_reduce(&words);
    assert_int_equal(words.count, 2);
    assert_memory_equal(smtpspec_words_at(&words, 0, &length), "a", 1);
    assert_memory_equal(smtpspec_words_at(&words, 1, &length), "bcd", 3);
    assert_int_equal(smtpspec_words_symbols(&words), 4);
    smtpspec_words_free(&words);
    smtpspec_words_reduce(&words);
    assert_int_equal(words.count, 0);
}

static void shuffled_words_are_all_there(void **state)
{
    (void)state;
    struct smtpspec_words words = { .pool = NULL };
    bool moved = false, seen[100] = { false };
    size_t length;

    for (uint8_t i = 0; i < 100; i++)
        smtpspec_words_add(&words, &i, 1);
    smtpspec_words_shuffle(&words, 7);
    for (size_t i = 0; i < 100; i++) {
        uint8_t symbol = *smtpspec_words_at(&words, i, &length);

        assert_false(seen[symbol]);
        seen[symbol] = true;
        moved = moved || symbol != i;
    }
    assert_true(moved);
    smtpspec_words_free(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_ones_are_read),
        cmocka_unit_test(names_and_escapes_are_put_in),
        cmocka_unit_test(a_file_of_another_system_is_the_same),
        cmocka_unit_test(what_is_no_alphabet_is_said_to_be_none),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(words_are_spelt),
        cmocka_unit_test(outputs_are_written_and_read_back),
        cmocka_unit_test(outputs_tell_what_ends),
        cmocka_unit_test(prefixes_of_words_are_dropped),
        cmocka_unit_test(shuffled_words_are_all_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
