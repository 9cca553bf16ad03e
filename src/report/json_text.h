/* SPDX-License-Identifier: MIT */
/*
 * json_text.h - strings into JSON, and JSON onto a page, as plain ASCII
 *
 * Floor 6, report. A peer's octets, or the user's, reach JSON only as printable
 * ASCII: JSON itself lets DEL and all that is no ASCII stand as it is.
 */
#ifndef SMTPSPEC_JSON_TEXT_H
#define SMTPSPEC_JSON_TEXT_H

#include <stdio.h>

#include <jansson.h>

#include <smtpspec/base.h>

/* Octets as an escaped string. NULL: no memory. */
json_t *smtpspec_json_octets(struct smtpspec_span octets);

/* A string of ours, or null. What a peer said stands escaped in it already, so
 * its backslashes stay; an octet that is not printable ASCII has slipped in
 * from a name that the user gave, and is escaped. NULL: no memory. */
json_t *smtpspec_json_string(const char *text);

/* Undo the escapes \xNN of such a string, in place; the length, or -1 where one
 * is malformed. */
long smtpspec_json_unescape(char *text, size_t length);

/* Whether it is all of printable ASCII, as each string in a report is. */
bool smtpspec_json_is_plain(const char *text);

/* Write a value, \uNNNN for all but printable ASCII, and drop it. False where
 * it is NULL or memory is missing; whether `out` took it is asked there. */
bool smtpspec_json_write(FILE *out, json_t *value, size_t flags);

#endif
