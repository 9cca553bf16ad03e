/* SPDX-License-Identifier: MIT */
/*
 * test_lawful.c - the built-in server keeps to the tables of every profile
 *
 * Every state, command and stimulus, each on a session of its own, with the
 * judge listening.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "support/hearing.h"

static const char *const ways[] = { "", "E", "HELO probe.example", "E|M",
                                    "E|M|R", "E|M|R|BDAT 6|NOOP", "E|M|RSET",
                                    "E|M|R|DATA|.", "E|M|R|M|R",
                                    "E|MAIL FROM:<> BODY=BINARYMIME|R",
                                    "E|MAIL FROM:<> SMTPUTF8",
                                    "E|AUTH PLAIN AHVzZXIAc2VjcmV0",
                                    "E|AUTH PLAIN AHVzZXIAc2VjcmV0|M|R|R",
                                    "E|STARTTLS", "E|M|R|STARTTLS|E",
                                    "E|STARTTLS|E|AUTH PLAIN AHVzZXIAc2VjcmV0|M" };

static const char *const lines[] = {
    "HELO a.example", "HELO", "HELO -a-", "HELO a b", "helo a.example",
    "HELO a.example ", "HELO \x80", "HELO {600}", "EHLO a.example", "EHLO",
    "EHLO -a-", "EHLO a b", "ehlo a.example", "EHLO [127.0.0.1]", "EHLO \x01",
    "EHLO a.example\nNOOP", "EHLO {3000}", "LHLO a.example", "M", "MAIL",
    "MAIL FROM:<>", "MAIL FROM:", "MAIL FROM:alice", "MAIL FROM:<a@b@c>",
    "MAIL FROM:<> X=1", "MAIL FROM:<> SIZE=1", "MAIL FROM:<> SIZE=999999999",
    "MAIL FROM:<> BODY=BINARYMIME", "MAIL FROM:<> SMTPUTF8", "mail from:<>",
    "MAIL FROM:<> ", "MAIL FROM: <>", "MAIL FROM:<\xe9@b.example>",
    "MAIL FROM:<{600}>", "MAIL FROM:<> {600}=1", "MAIL FROM:<> {2100}", "R",
    "RCPT", "RCPT TO:", "RCPT TO:bob", "RCPT TO:<bob", "RCPT TO:<>",
    "RCPT TO:<nobody@b.example>", "RCPT TO:<bob@far.away>",
    "RCPT TO:<postmaster>", "RCPT TO:<bob@b.example> NOTIFY=NEVER",
    "RCPT TO:<{600}@b.example>", "rcpt to:<bob@b.example>",
    "RCPT TO:<\xe9@b.example>", "DATA|.", "DATA x", "data|.", "DATA |.",
    "DATA \x80", "BDAT 6|NOOP", "BDAT 0 LAST", "BDAT", "BDAT x", "BDAT 6 x",
    "BDAT 99999999999999999999999", "BURL imap://a", "RSET", "RSET x", "rset",
    "RSET ", "RSET\nRSET", "SEND FROM:<a@b.example>", "SEND",
    "SOML FROM:<a@b.example>", "SAML FROM:<a@b.example>", "VRFY alice",
    "VRFY nobody", "VRFY", "VRFY bob@far.away", "vrfy alice", "VRFY \xe9",
    "VRFY {600}", "EXPN staff", "EXPN nobody", "EXPN", "expn staff", "HELP",
    "HELP MAIL", "HELP XYZZY", "help", "HELP \x01", "HELP {600}", "NOOP",
    "NOOP text", "noop", "NOOP \x80", "NOOP {600}", "NOOP\rx", "QUIT",
    "QUIT x", "quit", "QUIT ", "QUIT \x80", "TURN", "TURN x", "STARTTLS",
    "STARTTLS x", "AUTH", "AUTH PLAIN", "AUTH PLAIN AGEAYg==", "ETRN",
    "ETRN b.example", "ETRN #b", "ETRN far.away", "ETRN a b", "ATRN",
    "MAIL FROM:<> RET=HDRS ENVID=a", "MAIL FROM:<> RET=a", "MAIL FROM:<> BY=1;R",
    "MAIL FROM:<> BY=0;R", "MAIL FROM:<> MT-PRIORITY=9", "MAIL FROM:<> MT-PRIORITY=a",
    "MAIL FROM:<> REQUIRETLS", "MAIL FROM:<> AUTH=<>", "MAIL FROM:<> NOTIFY=NEVER",
    "MAIL FROM:<\xc3\xa9@b.example> SMTPUTF8", "MAIL FROM:<> SMTPUTF8=1",
    "RCPT TO:<\xc3\xa9@b.example>", "RCPT TO:<bob@b.example> NOTIFY=a",
    "RCPT TO:<bob@b.example> ORCPT=rfc822;a", "RCPT TO:<bob@b.example> RET=FULL",
    "VRFY \xc3\xa9 SMTPUTF8", "VRFY alice SMTPUTF8", "EXPN staff SMTPUTF8",
    "XYZZY", "xyzzy a", "", " NOOP", "\x01", "\xe9",
    "{600}", "{5000}", "250 OK", ".", "GET / HTTP/1.0",
};

static void keeps_to_its_tables(void **state)
{
    const struct smtpspec_server_options *options = *state;
    static struct heard heard;
    unsigned bad = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ways); i++)
        for (size_t k = 0; k < SMTPSPEC_ARRAY_LEN(lines); k++) {
            char dialogue[200];

            snprintf(dialogue, sizeof(dialogue), "%s%s%s|", ways[i],
                     ways[i][0] != '\0' ? "|" : "", lines[k]);
            hear_as(options, dialogue, false, &heard);
            if (heard.bad == 0 && heard.lawful)
                continue;
            print_message("%s: %s: %s\n", dialogue, heard.rules,
                          heard.lawful ? "" : "(not lawful)");
            bad++;
        }
    assert_int_equal(bad, 0);
}

int main(void)
{
    static struct smtpspec_server_options rows[] = {
        { .profile = SMTPSPEC_PROFILE_KB234 },
        { .profile = SMTPSPEC_PROFILE_RFC821 },
        { .profile = SMTPSPEC_PROFILE_RFC2821 },
        { .profile = SMTPSPEC_PROFILE_RFC5321 },
        { .profile = SMTPSPEC_PROFILE_MODERN },
        { .profile = SMTPSPEC_PROFILE_MODERN, .service = SMTPSPEC_SERVICE_SUBMISSION },
        { .profile = SMTPSPEC_PROFILE_MODERN, .service = SMTPSPEC_SERVICE_LMTP },
        { .profile = SMTPSPEC_PROFILE_MODERN, .tls = SMTPSPEC_SERVER_TLS_IMPLICIT },
        { .profile = SMTPSPEC_PROFILE_MODERN, .tls = SMTPSPEC_SERVER_TLS_NO },
    };
    static const char *const services[] = { "SMTP", "submission", "LMTP" };
    static struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows)];
    static char names[SMTPSPEC_ARRAY_LEN(rows)][80];

    _Static_assert(SMTPSPEC_SERVICE_SMTP == 0, "the default");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        size_t service = rows[i].service == SMTPSPEC_SERVICE_LMTP         ? 2
                         : rows[i].service == SMTPSPEC_SERVICE_SUBMISSION ? 1
                                                                          : 0;

        snprintf(names[i], sizeof(names[0]), "keeps to the tables of %s, %s%s",
                 smtpspec_profile_name(rows[i].profile), services[service],
                 rows[i].tls == SMTPSPEC_SERVER_TLS_IMPLICIT ? " in TLS"
                 : rows[i].tls == SMTPSPEC_SERVER_TLS_NO     ? " without TLS"
                                                             : "");
        tests[i] = (struct CMUnitTest){ .name = names[i],
                                        .initial_state = &rows[i],
                                        .test_func = keeps_to_its_tables };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
