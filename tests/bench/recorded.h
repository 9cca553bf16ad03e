/* SPDX-License-Identifier: MIT */
/*
 * recorded.h - a session of a client that pipelines, as it was recorded
 *
 * Greeting, EHLO, messages in groups of MAIL, RCPTs and DATA (RFC 2920), each
 * with its content and final dot; QUIT and the close. No rule is broken.
 */
#ifndef SMTPSPEC_BENCH_RECORDED_H
#define SMTPSPEC_BENCH_RECORDED_H

#include <smtpspec/base.h>

static const char greeting[] = "220 mx.example.com ESMTP Postfix\r\n";
static const char offer[] =
    "250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
    "250-ETRN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
    "250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n";
static const char group[] =
    "MAIL FROM:<bounce-4711@list.example.net> SIZE=1304 BODY=8BITMIME\r\n"
    "RCPT TO:<alice@example.com>\r\nRCPT TO:<bob.jones@example.com>\r\n"
    "RCPT TO:<carol@sub.example.com>\r\nDATA\r\n";
static const char group_replies[] =
    "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
    "550 5.1.1 <bob.jones@example.com>: Recipient address rejected: "
    "User unknown in local recipient table\r\n"
    "250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n";
static const char message[] =
    "Received: from list.example.net (list.example.net [192.0.2.7])\r\n"
    " by mx.example.com (Postfix) with ESMTP id 4Xyz12\r\n"
    " for <alice@example.com>; Mon, 2 Jun 2025 10:11:12 +0000 (UTC)\r\n"
    "From: List <list@list.example.net>\r\nTo: alice@example.com\r\n"
    "Subject: weekly figures\r\nMessage-ID: <4711.1@list.example.net>\r\n"
    "Date: Mon, 2 Jun 2025 10:11:11 +0000\r\n\r\n"
    "All is well; the figures stand below as they do each week.\r\n"
    "..stuffed\r\n\r\n.\r\n";
static const char queued[] = "250 2.0.0 Ok: queued as 4Xyz12AbCdE\r\n";

/* A turn of the client, then one of the server. */
struct recorded_turn {
    const char *sent, *replies;
    bool is_content;
};

#define RECORDED_MESSAGE                                                      \
    { group, group_replies, false }, { message, queued, true }

static const struct recorded_turn recorded[] = {
    { "", greeting, false },
    { "EHLO list.example.net\r\n", offer, false },
    RECORDED_MESSAGE, RECORDED_MESSAGE, RECORDED_MESSAGE, RECORDED_MESSAGE,
    { "QUIT\r\n", "221 2.0.0 Bye\r\n", false },
};

#endif
