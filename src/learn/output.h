/* SPDX-License-Identifier: MIT */
/*
 * output.h - what a server did upon a symbol, as one number
 *
 * Floor 5, learn; pure. As text: a code, "250"; "000" for a reply without
 * one; "354+250" for a command with its content, "x" for a connection that was
 * closed without a reply, "-" for silence, and either of them behind the "+":
 * "354+x". "*" at the end: surplus replies came; "!": no close came after 221
 * or 421.
 */
#ifndef SMTPSPEC_OUTPUT_H
#define SMTPSPEC_OUTPUT_H

#include <smtpspec/base.h>

/* 0 is no output: nothing is known. */
#define SMTPSPEC_OUTPUT_NONE    0u
#define SMTPSPEC_OUTPUT_KNOWN   (1u << 25) /* of all that are something      */
#define SMTPSPEC_OUTPUT_CLOSED  (1u << 20) /* in the place of a reply        */
#define SMTPSPEC_OUTPUT_SILENT  (1u << 21) /* in the place of a reply        */
#define SMTPSPEC_OUTPUT_SURPLUS (1u << 22)
#define SMTPSPEC_OUTPUT_STAYS   (1u << 23)
#define SMTPSPEC_OUTPUT_SECOND  (1u << 24) /* content was sent, too          */

/* Room for the text of one. */
#define SMTPSPEC_OUTPUT_KEPT 16

/* A reply, and a reply to the content behind it. */
#define SMTPSPEC_OUTPUT_CODE(code)                                          \
    (SMTPSPEC_OUTPUT_KNOWN | (uint32_t)(code))
#define SMTPSPEC_OUTPUT_CODES(first, second)                                \
    (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SECOND | (uint32_t)(first) |   \
     (uint32_t)(second) << 10)
#define SMTPSPEC_OUTPUT_X (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_CLOSED)

/* Code of the reply to the command, and to the content; 0: none. */
unsigned smtpspec_output_first(uint32_t output);
unsigned smtpspec_output_second(uint32_t output);

/* Whether no reply can follow: closed, silent, or 221 or 421 and the close. */
bool smtpspec_output_ends(uint32_t output);

/* The text, with its NUL; length. */
size_t smtpspec_output_write(uint32_t output, char out[SMTPSPEC_OUTPUT_KEPT]);
/* NONE where the text is none of an output. */
uint32_t smtpspec_output_read(struct smtpspec_span text);

#endif
