/* SPDX-License-Identifier: MIT */
/*
 * cutting.h - how an input is taken apart: its first line, and pieces of it
 *
 * Header only; includes nothing above floor 0. Where a target cuts follows
 * from the input itself, so that the same input is always cut alike and seeds
 * stay plain text.
 */
#ifndef SMTPSPEC_CUTTING_H
#define SMTPSPEC_CUTTING_H

#include <string.h>

#include "harness.h"

/* What only takes inputs apart and compares is of no interest to an engine,
 * and its loops would cost more than what is tested. */
#ifdef __clang__
#define HARNESS_UNSEEN __attribute__((no_sanitize("coverage")))
#else
#define HARNESS_UNSEEN
#endif

HARNESS_UNSEEN static inline uint64_t
harness_digest_span(uint64_t digest, struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length; i++)
        digest = harness_digest_octet(digest, (uint8_t)octets.at[i]);
    return digest;
}

HARNESS_UNSEEN static inline size_t
harness_count(struct smtpspec_span octets, char octet)
{
    size_t count = 0;

    for (size_t i = 0; i < octets.length; i++)
        count += octets.at[i] == octet;
    return count;
}

/* Whether it is all of printable ASCII. */
HARNESS_UNSEEN static inline bool harness_is_plain(struct smtpspec_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < 0x20 || text.at[i] > 0x7e)
            return false;
    return true;
}

/* Take the next line off `*rest`, its LF included; empty at the end. */
static inline struct smtpspec_span
harness_whole_line(struct smtpspec_span *rest)
{
    const char *end = rest->length == 0 ? NULL
                                        : memchr(rest->at, '\n', rest->length);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->at);
    struct smtpspec_span line = smtpspec_span_head(*rest, length + 1);

    *rest = smtpspec_span_skip(*rest, line.length);
    return line;
}

/* What a line of a script stands for: all behind its first octet, ^n ^r ^0 ^^
 * being LF, CR, NUL and ^, its own LF dropped, CRLF added where `ended`. `out`
 * has room for the line and two more. */
HARNESS_UNSEEN static inline size_t
harness_resolve(struct smtpspec_span line, bool ended, char *out)
{
    size_t n = 0;

    if (line.length > 0 && line.at[line.length - 1] == '\n')
        line.length--;
    for (size_t i = 1; i < line.length; i++) {
        char octet = line.at[i];

        if (octet == '^' && i + 1 < line.length) {
            octet = line.at[++i];
            octet = octet == 'n' ? '\n' : octet == 'r' ? '\r'
                    : octet == '0' ? '\0' : octet;
        }
        out[n++] = octet;
    }
    if (ended) {
        out[n++] = '\r';
        out[n++] = '\n';
    }
    return n;
}

/* Take the next word off `*rest`; words end at blanks, commas, line ends.
 * Empty at the end. */
HARNESS_UNSEEN static inline struct smtpspec_span
harness_word(struct smtpspec_span *rest)
{
    static const char ends[] = " ,\r\n";
    struct smtpspec_span word;
    size_t at = 0;

    while (at < rest->length &&
           smtpspec_span_find(SMTPSPEC_SPAN(ends), rest->at[at]) < 4)
        at++;
    *rest = smtpspec_span_skip(*rest, at);
    for (at = 0; at < rest->length &&
                 smtpspec_span_find(SMTPSPEC_SPAN(ends), rest->at[at]) == 4;)
        at++;
    word = smtpspec_span_head(*rest, at);
    *rest = smtpspec_span_skip(*rest, at);
    return word;
}

#endif
