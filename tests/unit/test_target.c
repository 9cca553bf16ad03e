/* SPDX-License-Identifier: MIT */
/*
 * test_target.c - the words that name a target
 */
#include "support/rows.h"

#include <string.h>

#include "net/target.h"

struct good {
    const char *text;
    enum smtpspec_target_kind kind;
    const char *host, *port;
};

static struct good goods[] = {
    { "mx.example", SMTPSPEC_TARGET_TCP, "mx.example", "25" },
    { "mx.example:2525", SMTPSPEC_TARGET_TCP, "mx.example", "2525" },
    { "127.0.0.1:1", SMTPSPEC_TARGET_TCP, "127.0.0.1", "1" },
    { "a_b-c:65535", SMTPSPEC_TARGET_TCP, "a_b-c", "65535" },
    { "mx:25", SMTPSPEC_TARGET_TCP, "mx", "25" },
    { "lmtp:24", SMTPSPEC_TARGET_TCP, "lmtp", "24" },
    { "[::1]", SMTPSPEC_TARGET_TCP, "::1", "25" },
    { "[2001:db8::1]:587", SMTPSPEC_TARGET_TCP, "2001:db8::1", "587" },
    { "[fe80::1%eth0]:25", SMTPSPEC_TARGET_TCP, "fe80::1%eth0", "25" },
    { "embedded:", SMTPSPEC_TARGET_EMBEDDED, "", "25" },
    { "Embedded:bare-lf,nested-mail", SMTPSPEC_TARGET_EMBEDDED, "", "25" },
};

static void is_read(void **state)
{
    const struct good *row = *state;
    struct smtpspec_target target;
    char why[320] = "";

    assert_true(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    assert_int_equal(target.kind, row->kind);
    assert_string_equal(target.host, row->host);
    assert_string_equal(target.port, row->port);
    assert_ptr_equal(target.name, row->text);
    if (row->kind == SMTPSPEC_TARGET_EMBEDDED) {
        assert_ptr_equal(target.misdeeds.at, row->text + 9);
        assert_int_equal(target.misdeeds.length, strlen(row->text) - 9);
    }
}

struct bad {
    const char *text;
    const char *why;    /* how the message begins                            */
};

static struct bad bads[] = {
    { "", "bad host name" },
    { ":25", "bad host name" },
    { "a b", "bad host name" },
    { "a\033[1mb", "bad host name" },
    { "mail\303\266.example", "bad host name" },
    { "host:", "bad port" },
    { "host:0", "bad port" },
    { "host:65536", "bad port" },
    { "host:250000", "bad port" },
    { "host:+25", "bad port" },
    { "host:smtp", "bad port" },
    { "::1", "write an IPv6 address as [ADDRESS]:PORT" },
    { "2001:db8::1:25", "write an IPv6 address as [ADDRESS]:PORT" },
    { "[::1", "bad address" },
    { "[]", "bad address" },
    { "[::1]25", "bad port" },
    { "[::1]:", "bad port" },
    { "mx:example.org", "unknown kind of target 'mx:example.org'" },
    { "exec:exim -bs", "unknown kind of target" },
    { "unix:/run/x", "unknown kind of target" },
    { "smtps://host", "unknown kind of target" },
    { "gopher://host:70", "unknown kind of target" },
    { "lmtp://host:24", "unknown kind of target" },
};

static void is_refused(void **state)
{
    const struct bad *row = *state;
    struct smtpspec_target target;
    char why[320] = "";

    assert_false(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    if (strncmp(why, row->why, strlen(row->why)) != 0)
        fail_msg("says '%s', not '%s'", why, row->why);
}

static void a_host_of_any_length_stays_in_its_room(void **state)
{
    char text[600], why[64];
    struct smtpspec_target target;

    (void)state;
    for (size_t length = 1; length < sizeof(text); length++) {
        memset(text, 'a', length);
        text[length] = '\0';
        assert_int_equal(
            smtpspec_target_parse(text, &target, why, sizeof(why)),
            length <= SMTPSPEC_DOMAIN_LIMIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_of_any_length_stays_in_its_room),
    };

    return RUN_ROWS(is_read, goods) + RUN_ROWS(is_refused, bads) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
