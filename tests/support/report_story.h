/* SPDX-License-Identifier: MIT */
/*
 * report_story.h - results made up for the report tests, hostile text inside
 *
 * Header only. Two targets: one with an outcome of every kind, one that could
 * not be reached. What a peer is made to say holds escape sequences, NUL,
 * quotation marks, markup and octets over 127.
 */
#ifndef SMTPSPEC_TESTS_REPORT_STORY_H
#define SMTPSPEC_TESTS_REPORT_STORY_H

#include "report/report.h"

/* Octets of a literal, NULs inside kept. */
#define OCTETS(literal) { (literal), sizeof(literal) - 1 }

static const struct smtpspec_transcript_entry story_before_mail[] = {
    { 'S', 0, OCTETS("220 mx.example ESMTP\r\n"), false },
    { 'C', 3, OCTETS("EHLO probe.example\r\n"), false },
    { 'S', 5, OCTETS("250-mx.example\r\n250 SIZE 1000\r\n"), false },
    { 'C', 6, OCTETS("RCPT TO:<user@mx.example>\r\n"), false },
    { 'S', 9, OCTETS("250 2.1.5 fine\r\n"), true },
};

static const struct smtpspec_transcript_entry story_hostile[] = {
    { 'C', 1, OCTETS("EHLO probe.example\r\n"), false },
    { 'S', 2, OCTETS("250-mx.example \033]0;owned\007\r\n250-\033[2"), true },
    { 'S', 4, OCTETS("J\000\"quoted\" </script><script>alert(1)</script>\n"
                     "250 \xff\xfe 100% \\ '&amp;\r\n"), true },
    { 'C', 5, OCTETS("NOOP \x80\r\n"), false },
    { 'S', 6, OCTETS("250 this line is so long that it does not fit on the page, for "
                     "it goes on and on and on and on and on and on and on and on "
                     "and on and on\r\n"), false },
    { '-', 9, OCTETS("the connection was closed\033[1m"), false },
};

static const struct smtpspec_result_verdict story_verdicts[] = {
    { SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_GRAMMAR, SMTPSPEC_LEVEL_MUST,
      "defect.control", "5321:4.2", "no control octets in a reply", NULL,
      "250-\\x1b[2J" },
    { SMTPSPEC_OUTCOME_WARN, SMTPSPEC_LAYER_VOCABULARY, SMTPSPEC_LEVEL_SHOULD,
      "reply.EHLO", "5321:4.2, 4.3.2",
      "a server sends only the codes that are listed for the command that it answers",
      "250", "251 x" },
};

static const struct smtpspec_result story_results[] = {
    { .id = "connect.greeting", .title = "the greeting is 220 or 554",
      .level = SMTPSPEC_LEVEL_MUST, .reference = "5321:3.1",
      .state = SMTPSPEC_STATE_CONNECT, .command = SMTPSPEC_COMMAND_CONNECT,
      .ms = 2, .again = "smtpspec check --only connect.greeting mx.example:25" },
    { .id = "helo.first", .title = "a case that passes with a note",
      .level = SMTPSPEC_LEVEL_INFO, .reference = "5321:4.1.4",
      .layer = SMTPSPEC_LAYER_STATE, .rule = "expect.MAIL.IDLE",
      .requirement = "MAIL before EHLO may get 503",
      .state = SMTPSPEC_STATE_IDLE, .command = SMTPSPEC_COMMAND_MAIL,
      .expected = "250 or 503", .observed = "550 no",
      .again = "smtpspec check --only helo.first mx.example:25" },
    { .id = "ehlo.first-line", .title = "the reply to EHLO keeps to its grammar",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_FAIL,
      .layer = SMTPSPEC_LAYER_GRAMMAR, .reference = "5321:4.2",
      .observed = "250-mx.example \\x1b]0;owned\\x07", .rule = "defect.control",
      .requirement = "no control octets in a reply; this sentence goes on so that it "
                     "has to be broken",
      .state = SMTPSPEC_STATE_IDLE, .command = SMTPSPEC_COMMAND_EHLO,
      .security = SMTPSPEC_SECURITY_NON_CONFORMING,
      .again = "smtpspec check --only ehlo.first-line mx.example:25", .ms = 9,
      .verdicts = story_verdicts,
      .verdict_count = SMTPSPEC_ARRAY_LEN(story_verdicts),
      .transcript = story_hostile,
      .transcript_count = SMTPSPEC_ARRAY_LEN(story_hostile) },
    { .id = "rcpt.before-mail",
      .title = "RCPT with no MAIL before it is answered 503",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_FAIL,
      .layer = SMTPSPEC_LAYER_STATE, .reference = "5321:3.3", .expected = "503",
      .observed = "250 2.1.5 fine", .rule = "expect.RCPT.READY",
      .requirement = "RCPT with no MAIL before it is answered 503",
      .row = "expect.def:63",
      .security = SMTPSPEC_SECURITY_EXPLOITABLE,
      .security_reason = "whoever sits between client and server can name a recipient of his "
                         "own",
      .security_reference = "3207:4.2; CVE-2011-0411",
      .state = SMTPSPEC_STATE_READY, .command = SMTPSPEC_COMMAND_RCPT, .ms = 3,
      .again = "smtpspec check --only rcpt.before-mail mx.example:25",
      .transcript = story_before_mail,
      .transcript_count = SMTPSPEC_ARRAY_LEN(story_before_mail) },
    { .id = "noop.argument", .title = "NOOP takes an argument",
      .level = SMTPSPEC_LEVEL_SHOULD, .outcome = SMTPSPEC_OUTCOME_WARN,
      .layer = SMTPSPEC_LAYER_STATE, .reference = "article 234",
      .expected = "250", .observed = "no reply", .rule = "expect.NOOP.READY",
      .state = SMTPSPEC_STATE_READY, .command = SMTPSPEC_COMMAND_NOOP,
      .reason = "came twice" },
    { .id = "vrfy.unknown", .title = "VRFY of nobody is not 250",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_FAIL,
      .layer = SMTPSPEC_LAYER_STATE, .reference = "5321:3.5.3",
      .rule = "expect.VRFY.READY", .expected_failure = true,
      .expected_failure_reason = "this server answers 252 to everybody, by the decision of "
                                 "its operator" },
    { .id = "help.any", .title = "HELP is answered",
      .level = SMTPSPEC_LEVEL_MUST, .expected_failure = true,
      .expected_failure_reason = "was broken in 1.0" },
    { .id = "data.dot", .title = "a dot alone ends the data",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_SKIP,
      .reason = "needs --to" },
    { .id = "data.stuffed", .title = "a stuffed dot is taken off",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_SKIP,
      .reason = "needs --to" },
    { .id = "starttls.once", .title = "STARTTLS under TLS is refused",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_SKIP,
      .reason = "STARTTLS is not offered" },
    { .id = "mail.null", .title = "the null reverse-path is taken",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_BLOCKED,
      .reason = "554 to MAIL: \"5.7.1 not from you\"" },
    { .id = "rset.many", .title = "RSET may come again and again",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_THROTTLED,
      .reason = "421 to every connection" },
    { .id = "quit.close", .title = "the connection is closed after QUIT",
      .level = SMTPSPEC_LEVEL_MUST, .outcome = SMTPSPEC_OUTCOME_ERROR,
      .reason = "no descriptor is left" },
};

static const char *const story_extensions[] = {
    "SIZE 1000", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES", "STARTTLS",
    "AUTH PLAIN LOGIN", "X-\\x1b[31m\"<b>",
};

static const struct smtpspec_transition story_transitions[] = {
    { SMTPSPEC_STATE_CONNECT, SMTPSPEC_COMMAND_CONNECT, SMTPSPEC_CLASS_SUCCESS,
      4, SMTPSPEC_OUTCOME_PASS, "connect.greeting" },
    { SMTPSPEC_STATE_IDLE, SMTPSPEC_COMMAND_EHLO, SMTPSPEC_CLASS_SUCCESS, 4,
      SMTPSPEC_OUTCOME_FAIL, "ehlo.first-line" },
    { SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_RCPT, SMTPSPEC_CLASS_SUCCESS, 1,
      SMTPSPEC_OUTCOME_FAIL, "rcpt.before-mail" },
    { SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_NOOP, SMTPSPEC_CLASS_NONE, 1,
      SMTPSPEC_OUTCOME_WARN, "noop.argument" },
};

static const struct smtpspec_run_facts story_facts = {
    .version = "0.1.0", .profile = "modern", .seed = INT64_MAX,
    .elapsed_ms = 1234, .started = "2026-01-01T00:00:00Z",
};

/* Feed all of it to a writer. */
static inline void story_tell(const struct smtpspec_report_writer *writer,
                              struct smtpspec_report *report)
{
    struct smtpspec_target_facts facts = {
        .name = "mx.example:25",
        .greeting = "220 mx.example \\x1b[31m ESMTP",
        .extensions = story_extensions,
        .extension_count = SMTPSPEC_ARRAY_LEN(story_extensions),
        .connections = 4,
        .commands = 61,
        .cells = 124,
        .exercised = 118,
        .transitions = story_transitions,
        .transition_count = SMTPSPEC_ARRAY_LEN(story_transitions),
    };
    struct smtpspec_target_facts unreachable = {
        .name = "[2001:db8::1]:25\033[31m\xff",
        .trouble = "connection refused",
    };

    writer->begin(report, &story_facts);
    smtpspec_report_target_begin(writer, report, facts.name);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(story_results); i++) {
        smtpspec_summary_add(&facts.summary, &story_results[i]);
        writer->result(report, &story_results[i]);
    }
    writer->target_end(report, &facts);
    smtpspec_report_target_begin(writer, report, unreachable.name);
    writer->target_end(report, &unreachable);
}

#endif
