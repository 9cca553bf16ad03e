/* SPDX-License-Identifier: MIT */
/*
 * test_word_script.c - words as scripts
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/word_script.h"
#include "support/machines.h"

static struct smtpspec_alphabet alphabet;

static int set_up(void **state)
{
    (void)state;
    read_alphabet(&alphabet, "std14");
    return 0;
}

static uint8_t symbol(const char *name)
{
    return (uint8_t)smtpspec_alphabet_find(&alphabet, smtpspec_span_of(name));
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
        cmocka_unit_test(a_word_is_a_script),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
