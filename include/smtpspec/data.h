/* SPDX-License-Identifier: MIT */
/*
 * data.h - framing of message content: dot-stuffing and the end of data
 * (RFC 5321, 4.5.2, 4.1.1.4 and 2.3.8)
 *
 * Floor 1, wire: no I/O, no allocation, no clock; any split of the octets
 * gives the same result. Only CRLF "." CRLF ends the data, and the CRLF in
 * front may be that of the DATA line itself.
 */
#ifndef SMTPSPEC_DATA_H
#define SMTPSPEC_DATA_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was seen in the content; a set in smtpspec_data.seen. */
enum smtpspec_data_fact {
    SMTPSPEC_DATA_BARE_LF = 1,
    SMTPSPEC_DATA_BARE_CR = 2,
    SMTPSPEC_DATA_NUL = 4,
    SMTPSPEC_DATA_EIGHT_BIT = 8,
    SMTPSPEC_DATA_LINE_LONG = 16,  /* over 1000 octets with CRLF, the stuffed
                                      dot not counted (RFC 5321, 4.5.3.1.6)  */
    SMTPSPEC_DATA_FALSE_END = 32   /* a lone dot between line ends of which
                                      one is not CRLF: what a lax server
                                      takes for the end (smuggling)          */
};

/* State between feeds: no pointers, may be copied freely. */
struct smtpspec_data {
    uint64_t octets;       /* of the content as sent, stuffed dots and the
                              final dot's line included                      */
    uint64_t line_octets;
    unsigned seen;         /* set of enum smtpspec_data_fact                 */
    uint8_t stage;
    bool ended;
};

/* Start at the first octet after the CRLF of the DATA line. */
SMTPSPEC_API void smtpspec_data_init(struct smtpspec_data *data);

/*
 * Go through content as sent. Returns how many octets belong to it, the final
 * CRLF.CRLF included; `data->ended` is true once that was seen, and nothing
 * more is consumed then. Cannot fail.
 */
SMTPSPEC_API size_t smtpspec_data_feed(struct smtpspec_data *data,
                                       struct smtpspec_span octets);

/* The same of a line and the CRLF behind it, for who has the line by itself: it
 * holds no LF. Not once the content has ended. */
SMTPSPEC_API void smtpspec_data_line(struct smtpspec_data *data,
                                     struct smtpspec_span line);

/* The same of many, up to 64; returns how many, the last of which ends the
 * content or is the last of all. Line i is known to hold nothing but octets
 * 0x20 to 0x7E where bit i of `plain` is set. */
SMTPSPEC_API size_t smtpspec_data_lines(struct smtpspec_data *data,
                                        const struct smtpspec_span lines[],
                                        size_t count, uint64_t plain);

/*
 * Dot-stuff `content` and end it (RFC 5321, 4.5.2): a dot in front of each
 * line that begins with one, CRLF where the content does not end with one,
 * then "." CRLF. Bare CR and LF are kept as they are. Returns the octets that
 * the whole takes; writes nothing past `cap`.
 */
SMTPSPEC_API size_t smtpspec_data_write(struct smtpspec_span content,
                                        char *out, size_t cap);

/*
 * The other way: content as sent, end of data included, to the message.
 * Returns the message's length, or SIZE_MAX where `sent` does not end with
 * the end of data or holds octets behind it; writes nothing past `cap`.
 */
SMTPSPEC_API size_t smtpspec_data_read(struct smtpspec_span sent, char *out,
                                       size_t cap);

#ifdef __cplusplus
}
#endif
#endif
