/* SPDX-License-Identifier: MIT */
/*
 * test_caps_text.c - caps as a user writes them, and words as scripts
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/caps_text.h"
#include "learn/word_script.h"
#include "support/machines.h"

static struct smtpspec_alphabet alphabet;

static int set_up(void **state)
{
    (void)state;
    read_alphabet(&alphabet, "std14");
    return 0;
}

static bool read_caps(struct smtpspec_caps *caps, const char *text)
{
    char why[160] = "";
    bool done = smtpspec_caps_read(caps, &alphabet, smtpspec_span_of(text), why, sizeof(why));

    assert_int_equal(done, why[0] == '\0');
    return done;
}

static uint8_t symbol(const char *name)
{
    return (uint8_t)smtpspec_alphabet_find(&alphabet, smtpspec_span_of(name));
}

static void symbols_are_counted_alone_or_together(void **state)
{
    (void)state;
    struct smtpspec_caps caps;
    const uint8_t ehlo = symbol("EHLO"), helo = symbol("HELO"), vrfy = symbol("VRFY");
    const uint8_t word[] = { ehlo, vrfy, helo, vrfy, ehlo, vrfy };

    assert_true(read_caps(&caps, "HELO+EHLO=2,VRFY=5"));
    assert_int_equal(smtpspec_caps_within(&caps, word, sizeof(word)), 4);
    assert_true(read_caps(&caps, "VRFY=2"));
    assert_int_equal(smtpspec_caps_within(&caps, word, sizeof(word)), 5);
    assert_true(read_caps(&caps, "EHLO=9999,HELO=1"));
    assert_int_equal(smtpspec_caps_within(&caps, word, sizeof(word)), sizeof(word));
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", ",", "=", "EHLO", "EHLO=", "EHLO=0", "=3", "EHLO=x", "EHLO=3x", "EHLO=-1",
        "EHLO=10001", "EHLO=99999999999999999999", "ehlo=3", "X=3", "EHLO+=3", "+EHLO=3",
        "EHLO+EHLO=3", "EHLO=1,EHLO=1", "EHLO=1,,HELO=1", "EHLO=1=2",
    };
    struct smtpspec_caps caps;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++)
        if (read_caps(&caps, texts[i]))
            fail_msg("'%s'", texts[i]);
}

static void a_word_is_a_script(void **state)
{
    (void)state;
    const uint8_t word[] = { symbol("EHLO"), symbol("DATA"), symbol("DATA"), symbol("QUIT") };
    const uint32_t outputs[] = { SMTPSPEC_OUTPUT_CODE(250), SMTPSPEC_OUTPUT_CODE(503),
                                 SMTPSPEC_OUTPUT_CODES(354, 250), SMTPSPEC_OUTPUT_CODE(221) };
    char *text;
    size_t length;
    FILE *file = open_memstream(&text, &length);

    assert_non_null(file);
    smtpspec_word_script(&alphabet, word, outputs, 4, file);
    fclose(file);
    assert_string_equal(text, "CEHLO probe.example\nt\nCDATA\nt\n"
                              "CDATA\nt\nCSubject: smtpspec\nC\nCtext\nC.\nt\nCQUIT\nt\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_counted_alone_or_together),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(a_word_is_a_script),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
