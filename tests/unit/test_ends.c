/* SPDX-License-Identifier: MIT */
/*
 * test_ends.c - where lines end, by each set of instructions of this machine
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire/ends.h"

#include "support/page_end.h"

static bool is_odd(char octet)
{
    return (octet < 0x20 || octet > 0x7e) && octet != '\n';
}

/* Octet by octet: whether one of 64 from `block` on is odd, and not right in
 * front of an LF. The last octet of all may be, or not. */
static bool has_odd(const char *at, size_t length, size_t block)
{
    for (size_t i = block; i < block + 64 && i < length; i++)
        if (is_odd(at[i]) && (i + 1 == length || at[i + 1] != '\n'))
            return true;
    return false;
}

static void check(enum smtpspec_reply_form form, struct smtpspec_span octets)
{
    static struct smtpspec_ends ends;
    size_t count = 0, start = 0;

    smtpspec_ends_find(form, octets.at, octets.length, &ends);
    assert_int_equal(ends.length, octets.length < SMTPSPEC_ENDS_MOST
                                      ? octets.length : SMTPSPEC_ENDS_MOST);
    for (size_t i = 0; i < ends.length; i++) {
        bool odd = false;

        if (octets.at[i] != '\n')
            continue;
        assert_true(count < ends.count);
        assert_int_equal(ends.lf[count++], i);
        for (size_t k = start; k + 1 < i; k++)
            odd = odd || is_odd(octets.at[k]);
        assert_true(!odd || smtpspec_ends_is_odd(&ends, start, i));
        start = i + 1;
    }
    assert_int_equal(ends.count, count);
    for (size_t block = 0; block < ends.length; block += 64)
        assert_true((ends.odd >> block / 64 & 1) == 0 ||
                    has_odd(octets.at, ends.length, block) ||
                    (block > 0 && is_odd(octets.at[block - 1])));
}

static void check_all(struct smtpspec_span octets)
{
    octets = page_end_copy(0, octets);
    for (unsigned form = 0; form <= (unsigned)smtpspec_reply_fastest(); form++)
        check((enum smtpspec_reply_form)form, octets);
}

/* Each octet of interest, at each place of a few blocks. */
static void finds_ends_and_odd_octets(void **state)
{
    static const char octets[] = "\n\r\0\t\x1f\x7f\x80\xff ~";
    char text[200];

    (void)state;
    for (size_t kind = 0; kind < sizeof(octets) - 1; kind++) {
        for (size_t at = 0; at < sizeof(text); at++) {
            memset(text, 'x', sizeof(text));
            for (size_t i = 6; i < sizeof(text); i += 40)
                text[i] = '\n';
            text[at] = octets[kind];
            check_all((struct smtpspec_span){ text, sizeof(text) });
        }
    }
}

/* Any length from the least on, and more octets than are looked at. */
static void looks_at_any_length(void **state)
{
    static char text[SMTPSPEC_ENDS_MOST + 100];

    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = "\n\na\r\nb\t"[i * i % 13 % 7];
    for (size_t length = SMTPSPEC_ENDS_LEAST; length < 300; length++)
        check_all((struct smtpspec_span){ text, length });
    check_all((struct smtpspec_span){ text, sizeof(text) });
    memset(text, '\n', sizeof(text));
    check_all((struct smtpspec_span){ text, sizeof(text) });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_ends_and_odd_octets),
        cmocka_unit_test(looks_at_any_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
