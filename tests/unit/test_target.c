/* SPDX-License-Identifier: MIT */
/*
 * test_target.c - the words that name a target
 */
#include "support/rows.h"

#include <string.h>

#include "net/target.h"

#define TCP SMTPSPEC_TARGET_TCP
#define MX  SMTPSPEC_TARGET_MX

enum { SMTP = SMTPSPEC_SERVICE_SMTP, SUBMISSION = SMTPSPEC_SERVICE_SUBMISSION,
       LMTP = SMTPSPEC_SERVICE_LMTP };

struct good {
    const char *text;
    enum smtpspec_target_kind kind;
    int service;
    bool tls;
    const char *host, *port;
    const char *rest;
};

static struct good goods[] = {
    { "mx.example", TCP, SMTP, false, "mx.example", "25", "" },
    { "mx.example:2525", TCP, SMTP, false, "mx.example", "2525", "" },
    { "127.0.0.1:1", TCP, SMTP, false, "127.0.0.1", "1", "" },
    { "a_b-c:65535", TCP, SMTP, false, "a_b-c", "65535", "" },
    { "mx.example:587", TCP, SUBMISSION, false, "mx.example", "587", "" },
    { "mx.example:465", TCP, SUBMISSION, true, "mx.example", "465", "" },
    { "[::1]:465", TCP, SUBMISSION, true, "::1", "465", "" },
    { "mx:25", TCP, SMTP, false, "mx", "25", "" },
    { "lmtp:24", TCP, SMTP, false, "lmtp", "24", "" },
    { "exec:24", TCP, SMTP, false, "exec", "24", "" },
    { "[::1]", TCP, SMTP, false, "::1", "25", "" },
    { "[2001:db8::1]:587", TCP, SUBMISSION, false, "2001:db8::1", "587", "" },
    { "[fe80::1%eth0]:25", TCP, SMTP, false, "fe80::1%eth0", "25", "" },
    { "smtps://mx.example", TCP, SUBMISSION, true, "mx.example", "465", "" },
    { "SMTPS://mx.example:2465", TCP, SMTP, true, "mx.example", "2465", "" },
    { "smtps://[::1]:1465", TCP, SMTP, true, "::1", "1465", "" },
    { "lmtp://mx.example:24", TCP, LMTP, false, "mx.example", "24", "" },
    { "lmtp://[::1]:465", TCP, LMTP, false, "::1", "465", "" },
    { "unix:/run/lmtp", SMTPSPEC_TARGET_UNIX, LMTP, false, "", "25", "/run/lmtp" },
    { "unix:a b", SMTPSPEC_TARGET_UNIX, LMTP, false, "", "25", "a b" },
    { "unix+smtp:s", SMTPSPEC_TARGET_UNIX, SMTP, false, "", "25", "s" },
    { "exec:exim -bs", SMTPSPEC_TARGET_EXEC, SMTP, false, "", "25", "exim -bs" },
    { "exec:24 hours", SMTPSPEC_TARGET_EXEC, SMTP, false, "", "25", "24 hours" },
    { "exec+lmtp:x | y", SMTPSPEC_TARGET_EXEC, LMTP, false, "", "25", "x | y" },
    { "mx:a.example", MX, SMTP, false, "", "25", "a.example" },
    { "mx:25.example", MX, SMTP, false, "", "25", "25.example" },
    { "mx:a.example:2525", MX, SMTP, false, "", "2525", "a.example" },
    { "mx:a.example/mx1.b.example", MX, SMTP, false, "mx1.b.example", "25", "a.example" },
    { "mx:a.example/mx1:26", MX, SMTP, false, "mx1", "26", "a.example" },
    { "embedded:", SMTPSPEC_TARGET_EMBEDDED, SMTP, false, "", "25", "" },
    { "embedded+lmtp:", SMTPSPEC_TARGET_EMBEDDED, LMTP, false, "", "25", "" },
    { "embedded+submission:bare-lf", SMTPSPEC_TARGET_EMBEDDED, SUBMISSION, false, "", "25",
      "bare-lf" },
    { "Embedded:bare-lf,nested-mail", SMTPSPEC_TARGET_EMBEDDED, SMTP, false, "", "25",
      "bare-lf,nested-mail" },
};

static void is_read(void **state)
{
    const struct good *row = *state;
    struct smtpspec_target target;
    char why[320] = "";

    assert_true(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    assert_int_equal(target.kind, row->kind);
    assert_int_equal(target.service, row->service);
    assert_int_equal(target.implicit_tls, row->tls);
    assert_false(target.by_dns);
    assert_string_equal(target.host, row->host);
    assert_string_equal(target.port, row->port);
    assert_ptr_equal(target.name, row->text);
    assert_int_equal(target.rest.length, strlen(row->rest));
    if (row->rest[0] != '\0')
        assert_memory_equal(target.rest.at, row->rest, strlen(row->rest));
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
    { "[", "bad address" },
    { "[::1]25", "bad port" },
    { "[::1]:", "bad port" },
    { "tcp:example.org", "unknown kind of target 'tcp:example.org'" },
    { "gopher://host:70", "unknown kind of target" },
    { "smtp://host", "unknown kind of target" },
    { "smtps:host", "unknown kind of target" },
    { "lmtp:host", "unknown kind of target" },
    { "smtps://", "bad host name" },
    { "smtps://host:0", "bad port" },
    { "smtps://host/", "bad host name" },
    { "lmtp://host", "write lmtp://HOST:PORT with its port" },
    { "lmtp://[::1]", "write lmtp://HOST:PORT with its port" },
    { "lmtp:///run/lmtp", "bad host name" },
    { "unix:", "no path" },
    { "unix+smtp:", "no path" },
    { "exec:", "no command" },
    { "exec:   ", "no command" },
    { "exec+lmtp:", "no command" },
    { "mx:", "bad domain" },
    { "mx:/host", "bad domain" },
    { "mx:[127.0.0.1]", "bad domain" },
    { "mx:a.example:", "bad port" },
    { "mx:a.example:smtp", "bad port" },
    { "mx:a.example/", "bad host name" },
    { "mx:a.example/b/c", "bad host name" },
    { "mx:a.example:25/b", "bad port" },
};

static void is_refused(void **state)
{
    const struct bad *row = *state;
    struct smtpspec_target target;
    char why[320] = "";

    assert_false(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    if (strncmp(why, row->why, strlen(row->why)) != 0)
        fail_msg("says '%s', not '%s'", why, row->why);
    assert_null(strchr(why, '\n'));
}

struct room {
    const char *begins;
    size_t most;        /* octets that may follow                            */
};

static struct room rooms[] = {
    { "", SMTPSPEC_DOMAIN_LIMIT },
    { "smtps://", SMTPSPEC_DOMAIN_LIMIT },
    { "mx:", SMTPSPEC_DOMAIN_LIMIT },
    { "mx:a.example/", SMTPSPEC_DOMAIN_LIMIT },
    { "unix:", SMTPSPEC_TARGET_PATH_LIMIT },
};

static void a_word_of_any_length_stays_in_its_room(void **state)
{
    const struct room *row = *state;
    char text[600], why[64];
    size_t begins = strlen(row->begins);
    struct smtpspec_target target;

    for (size_t length = begins + 1; length < sizeof(text); length++) {
        memcpy(text, row->begins, begins);
        memset(text + begins, 'a', length - begins);
        text[length] = '\0';
        assert_int_equal(smtpspec_target_parse(text, &target, why, sizeof(why)),
                         length - begins <= row->most);
    }
}

int main(void)
{
    return RUN_ROWS(is_read, goods) + RUN_ROWS(is_refused, bads) +
           RUN_ROWS(a_word_of_any_length_stays_in_its_room, rooms);
}
