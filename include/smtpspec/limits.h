/* SPDX-License-Identifier: MIT */
/*
 * limits.h - every size that this library knows, in octets unless named
 *
 * Floor 0, base. A ..._LIMIT is a standard's: what every implementation must
 * handle and what should not be passed (RFC 5321, 4.5.3.1). A ..._KEPT is our
 * own bound on memory; past it the rest is counted and dropped, and whoever
 * would have needed it says so instead of guessing.
 */
#ifndef SMTPSPEC_LIMITS_H
#define SMTPSPEC_LIMITS_H

/* Local part of an address (RFC 5321, 4.5.3.1.1). */
#define SMTPSPEC_LOCAL_PART_LIMIT 64
/* Domain name or address literal (RFC 5321, 4.5.3.1.2). */
#define SMTPSPEC_DOMAIN_LIMIT 255
/* Path with its punctuation (RFC 5321, 4.5.3.1.3). */
#define SMTPSPEC_PATH_LIMIT 256
/* Command line with its CRLF, no extension in use (RFC 5321, 4.5.3.1.4). */
#define SMTPSPEC_COMMAND_LINE_LIMIT 512
/* Reply line with its code and CRLF (RFC 5321, 4.5.3.1.5). */
#define SMTPSPEC_REPLY_LINE_LIMIT 512
/* Text line with its CRLF, a stuffed dot not counted (RFC 5321, 4.5.3.1.6). */
#define SMTPSPEC_TEXT_LINE_LIMIT 1000
/* Message content that any server must take (RFC 5321, 4.5.3.1.7). */
#define SMTPSPEC_CONTENT_LEAST 65536
/* Recipients that any server must take (RFC 5321, 4.5.3.1.8). */
#define SMTPSPEC_RECIPIENTS_LEAST 100
/* Line of an AUTH exchange that is held sufficient (RFC 4954, 4). */
#define SMTPSPEC_AUTH_LINE_LIMIT 12288

/* What the judge keeps of one command line. A longer one is still framed, but
 * only its first octets are looked at. */
#define SMTPSPEC_COMMAND_KEPT 1024
/* What the judge looks at of one reply line, however it was cut. */
#define SMTPSPEC_REPLY_TEXT_KEPT 1024
/* Commands that may wait for their replies at once (PIPELINING); with more
 * under way the judge goes silent. */
#define SMTPSPEC_PENDING_KEPT 256
/* Client octets that the judge holds back while a reply to HELO, EHLO, DATA,
 * AUTH or STARTTLS decides what they are; with more it goes silent. */
#define SMTPSPEC_HELD_KEPT 4096
/* Octets of a challenge of AUTH (RFC 2195 wants a message-id). */
#define SMTPSPEC_CHALLENGE_KEPT 512

#endif
