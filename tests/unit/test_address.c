/* SPDX-License-Identifier: MIT */
/*
 * test_address.c - domains, literals, mailboxes and paths
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/command.h>

#include "support/page_end.h"
#include "support/rows.h"

struct row {
    const char *text;
    bool good; /* by RFC 5321 */
    bool wide; /* with UTF-8 allowed, where that can be told */
};

static struct row domains[] = {
    { "example.com", true, 0 },
    { "localhost", true, 0 },
    { "a", true, 0 },
    { "1", true, 0 },
    { "3com.com", true, 0 },
    { "a-b.c--d.e", true, 0 },
    { "xn--bcher-kva.example", true, 0 },
    { "A.B", true, 0 },
    { "192.0.2.1", true, 0 },
    { "", false, 0 },
    { ".", false, 0 },
    { ".a", false, 0 },
    { "a.", false, 0 },
    { "a..b", false, 0 },
    { "-a", false, 0 },
    { "a-", false, 0 },
    { "a-.b", false, 0 },
    { "a.-b", false, 0 },
    { "a_b", false, 0 },
    { "a b", false, 0 },
    { "a@b", false, 0 },
    { "[a]", false, 0 },
    { "b\303\274cher.example", false, 0 },
};

static struct row literals[] = {
    { "[192.0.2.1]", true, 0 },
    { "[0.0.0.0]", true, 0 },
    { "[255.255.255.255]", true, 0 },
    { "[001.02.3.4]", true, 0 },
    { "[0001.2.3.4]", false, 0 },
    { "[1.2.3.0004]", false, 0 },
    { "[256.0.0.1]", false, 0 },
    { "[1.2.3.999]", false, 0 },
    { "[1.2.3]", false, 0 },
    { "[1.2.3.]", false, 0 },
    { "[1.2.3.4.5]", false, 0 },
    { "[1.2..4]", false, 0 },
    { "[1.2.3.4444]", false, 0 },
    { "[1,2,3,4]", false, 0 },
    { "1.2.3.4", false, 0 },
    { "[1.2.3.4", false, 0 },
    { "1.2.3.4]", false, 0 },
    { "[]", false, 0 },
    { "[", false, 0 },
    { "", false, 0 },
    { "[ 1.2.3.4]", false, 0 },
    { "[IPv6:2001:db8:1:2:3:4:5:6]", true, 0 },
    { "[ipv6:2001:DB8::1]", true, 0 },
    { "[IPv6:::]", true, 0 },
    { "[IPv6:::1]", true, 0 },
    { "[IPv6:1::]", true, 0 },
    { "[IPv6:aAfF:a:A:f:F::]", true, 0 },
    { "[IPv6:9:0::]", true, 0 },
    { "[IPv6:1:2:3:4:5:6::]", true, 0 },
    { "[IPv6:1:2:3::4:5:6]", true, 0 },
    { "[IPv6:::ffff:192.0.2.1]", true, 0 },
    { "[IPv6:::192.0.2.1]", true, 0 },
    { "[IPv6:1:2:3:4:5:6:192.0.2.1]", true, 0 },
    { "[IPv6:1:2::3:4:192.0.2.1]", true, 0 },
    { "[IPv6:2001:db8:1:2:3:4:5]", false, 0 },
    { "[IPv6:1:2:3:4:5:6:7:8:9]", false, 0 },
    { "[IPv6:1:2:3:4:5:6:7::]", false, 0 },
    { "[IPv6:1:2:3:4::5:6:7]", false, 0 },
    { "[IPv6:1::2::3]", false, 0 },
    { "[IPv6::::]", false, 0 },
    { "[IPv6::1]", false, 0 },
    { "[IPv6:1:]", false, 0 },
    { "[IPv6:1:2:3:4:5:6:7:]", false, 0 },
    { "[IPv6::1:2:3:4:5:6:7]", false, 0 },
    { "[IPv6:12345::]", false, 0 },
    { "[IPv6:g::]", false, 0 },
    { "[IPv6:]", false, 0 },
    { "[IPv6:1:2:3:4:5:192.0.2.1]", false, 0 },
    { "[IPv6:1:2:3:4:5:6:7:192.0.2.1]", false, 0 },
    { "[IPv6:1:2::3:4:5:192.0.2.1]", false, 0 },
    { "[IPv6:::192.0.2.1:1]", false, 0 },
    { "[IPv6:::192.0.2]", false, 0 },
    { "[IPv6:2001:db8::1%eth0]", false, 0 },
    { "[2001:db8::1]", true, 0 }, /* a general literal with tag "2001" */
    { "[x-tag:any!thing]", true, 0 },
    { "[tag:^~]", true, 0 },
    { "[tag:]", false, 0 },
    { "[:x]", false, 0 },
    { "[tag-:x]", false, 0 },
    { "[t_g:x]", false, 0 },
    { "[tag:a b]", false, 0 },
    { "[tag:a[b]", false, 0 },
    { "[tag:a]b]", false, 0 },
    { "[tag:a\\b]", false, 0 },
    { "[tag]", false, 0 },
};

static struct row mailboxes[] = {
    { "a@b", true, true },
    { "first.last@example.com", true, true },
    { "!#$%&'*+-/=?^_`{|}~@example.com", true, true },
    { "a@[192.0.2.1]", true, true },
    { "a@[IPv6:::1]", true, true },
    { "\"\"@b", true, true },
    { "\"a b\"@c", true, true },
    { "\"a@b\"@c", true, true },
    { "\"a\\\"b\"@c", true, true },
    { "\"a\\\\\"@c", true, true },
    { "\"<>,:;\"@c", true, true },
    { "Joe.\\Blow@example.com", false, false },
    { "a", false, false },
    { "a@", false, false },
    { "@b", false, false },
    { "", false, false },
    { ".a@b", false, false },
    { "a.@b", false, false },
    { "a..b@c", false, false },
    { "a b@c", false, false },
    { "a@b@c", false, false },
    { "a@b c", false, false },
    { "a,b@c", false, false },
    { "(a)@b", false, false },
    { "\"a\"b@c", false, false },
    { "\"a@c", false, false },
    { "\"a\\\"@c", false, false },
    { "\"a\\", false, false },
    { "\"", false, false },
    { "\"a\tb\"@c", false, false },
    { "\"a\177\"@c", false, false },
    { "a@b_c", false, false },
    { "a@-b", false, false },
    { "a@[1.2.3]", false, false },
    { "j\303\266rg@example.com", false, true },
    { "\"j\303\266 rg\"@example.com", false, true },
    { "\"j\303\266\"@example.com", false, true },
    { "\302\200@b", false, true },
    { "\301\277@b", false, false },
    { "a@b\303\274cher.example", false, true },
    { "\346\227\245@\346\234\254.\360\237\230\200", false, true },
    { "\303@b", false, false },             /* cut short */
    { "\266@b", false, false },             /* no lead */
    { "\300\200@b", false, false },         /* overlong */
    { "\340\200\200@b", false, false },     /* overlong */
    { "\340\240\200@b", false, true },
    { "\355\240\200@b", false, false },     /* surrogate */
    { "\355\237\277@b", false, true },
    { "\360\217\277\277@b", false, false }, /* overlong */
    { "\360\220\200\200@b", false, true },
    { "\364\217\277\277@b", false, true },
    { "\364\220\200\200@b", false, false }, /* past U+10FFFF */
    { "\365\200\200\200@b", false, false },
    { "\346\227x@b", false, false },
    { "a@b.\303", false, false },
};

static struct row forward_paths[] = {
    { "<a@b>", true, true },
    { "<Postmaster>", true, true },
    { "<POSTMASTER>", true, true },
    { "<postmaster@example.com>", true, true },
    { "<@a:b@c>", true, true },
    { "<@a,@b.c:d@e>", true, true },
    { "<\"a>b\"@c>", true, true },
    { "<@b\303\274cher:a@b>", false, true },
    { "<>", false, false },
    { "<nobody>", false, false },
    { "a@b", false, false },
    { "<a@b", false, false },
    { "a@b>", false, false },
    { "<a@b> ", false, false },
    { " <a@b>", false, false },
    { "<<a@b>>", false, false },
    { "< a@b>", false, false },
    { "<@a>", false, false },
    { "<@a:>", false, false },
    { "<@:a@b>", false, false },
    { "<@a,:b@c>", false, false },
    { "<@a,b:c@d>", false, false },
    { "<a:b@c>", false, false },
    { "<@[1.2.3.4]:a@b>", false, false },
    { "<", false, false },
    { "", false, false },
};

static struct row reverse_paths[] = {
    { "<>", true, true },
    { "<a@b>", true, true },
    { "<@a:b@c>", true, true },
    { "<\303\266@b>", false, true },
    { "<Postmaster>", false, false },
    { "< >", false, false },
    { "", false, false },
    { "<", false, false },
};

static struct smtpspec_span text_of(const struct row *row)
{
    return page_end_copy(0, smtpspec_span_of(row->text));
}

static void domain(void **state)
{
    const struct row *row = *state;

    assert_int_equal(smtpspec_is_domain(text_of(row)), row->good);
}

static void literal(void **state)
{
    const struct row *row = *state;

    assert_int_equal(smtpspec_is_address_literal(text_of(row)), row->good);
}

static void mailbox(void **state)
{
    const struct row *row = *state;

    assert_int_equal(smtpspec_is_mailbox(text_of(row), false), row->good);
    assert_int_equal(smtpspec_is_mailbox(text_of(row), true), row->wide);
}

static void forward_path(void **state)
{
    const struct row *row = *state;

    assert_int_equal(smtpspec_is_forward_path(text_of(row), false), row->good);
    assert_int_equal(smtpspec_is_forward_path(text_of(row), true), row->wide);
}

static void reverse_path(void **state)
{
    const struct row *row = *state;

    assert_int_equal(smtpspec_is_reverse_path(text_of(row), false), row->good);
    assert_int_equal(smtpspec_is_reverse_path(text_of(row), true), row->wide);
}

/* Which octets may stand where, by the RFC's own numbers. */
static void each_octet_where_the_grammar_allows_it(void **state)
{
    static const char specials[] = "!#$%&'*+-/=?^_`{|}~";

    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        char plain[] = "axb@c", quoted[] = "\"axb\"@c", pair[] = "\"a\\xb\"@c";
        char host[] = "a@bxc", tagged[] = "a@[tag:x]";
        char c = (char)octet;
        bool digit = octet >= '0' && octet <= '9';
        bool letter = (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
        bool atext = digit || letter || (octet != 0 && strchr(specials, c) != NULL);

        plain[1] = quoted[2] = host[3] = tagged[7] = c;
        pair[3] = c;
        assert_int_equal(smtpspec_is_mailbox((struct smtpspec_span){ plain, 5 }, false),
                         atext || octet == '.');
        assert_int_equal(smtpspec_is_mailbox((struct smtpspec_span){ quoted, 7 }, false),
                         octet >= 32 && octet <= 126 && octet != '"');
        assert_int_equal(smtpspec_is_mailbox((struct smtpspec_span){ pair, 8 }, false),
                         octet >= 32 && octet <= 126);
        assert_int_equal(smtpspec_is_mailbox((struct smtpspec_span){ host, 5 }, false),
                         digit || letter || octet == '-' || octet == '.');
        assert_int_equal(smtpspec_is_mailbox((struct smtpspec_span){ tagged, 9 }, false),
                         (octet >= 33 && octet <= 90) || (octet >= 94 && octet <= 126));
    }
}

/* Sizes are limits, not grammar. */
static void long_names_are_good_names(void **state)
{
    char text[600];

    (void)state;
    memset(text, 'a', sizeof(text));
    text[299] = '@';
    assert_true(smtpspec_is_mailbox((struct smtpspec_span){ text, sizeof(text) }, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_octet_where_the_grammar_allows_it),
        cmocka_unit_test(long_names_are_good_names),
    };
    int failed = RUN_ROWS(domain, domains);

    failed += RUN_ROWS(literal, literals);
    failed += RUN_ROWS(mailbox, mailboxes);
    failed += RUN_ROWS(forward_path, forward_paths);
    failed += RUN_ROWS(reverse_path, reverse_paths);
    failed += cmocka_run_group_tests_name("address", tests, NULL, NULL);
    return failed;
}
