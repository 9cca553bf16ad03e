/* SPDX-License-Identifier: MIT */
/*
 * script.h - session scripts: what both sides send, as lines of text
 *
 * Floor 3, mutate: no I/O, no allocation. A script is what fuzz_session reads,
 * what `smtpspec fuzz` plays and saves, and what the session mutator changes.
 * It is made of lines that end with LF; the first octet says what one is:
 *
 *     C S   client or server sends the rest, and CRLF
 *     c s   the same without CRLF
 *     t     the server waits: all replies that are due, or the deadline
 *     x     the server closes
 *     e     a reply without an end
 *
 * In the rest `^n` `^r` `^0` `^^` stand for LF, CR, NUL and `^`; before any
 * other octet, and at the end of a line, `^` is dropped or stands for itself.
 * Any other line, an empty one too, means nothing; targets may begin with one
 * of their own. C and c lines without a t or S line between them are a
 * pipelined group.
 */
#ifndef SMTPSPEC_SCRIPT_H
#define SMTPSPEC_SCRIPT_H

#include <smtpspec/base.h>

struct smtpspec_script_line {
    char kind;                 /* one of "CScstxe", or 0: none of them       */
    struct smtpspec_span all;  /* the line, its LF left out                  */
    struct smtpspec_span text; /* behind the first octet, marks as written   */
};

/* Take the next line off `*rest`; it points into it. False at the end. */
bool smtpspec_script_next(struct smtpspec_span *rest,
                          struct smtpspec_script_line *line);

/* What is said of a line without its LF. */
struct smtpspec_script_line smtpspec_script_line(struct smtpspec_span all);

/* Whether the client (C, c) or the server (S, s) sends it. */
bool smtpspec_script_is_client(char kind);
bool smtpspec_script_is_server(char kind);

/*
 * The octets that a C, c, S or s line sends, marks resolved, CRLF added where
 * it is due; nothing for other lines. Returns their number; writes nothing
 * past `cap`, and never more than the line's length + 1. `out` may be NULL
 * where `cap` is 0.
 */
size_t smtpspec_script_read(const struct smtpspec_script_line *line,
                            char *out, size_t cap);

/*
 * The line, LF included, by which the client (or the server) sends `octets`:
 * an upper case one where they end with CRLF. Read back it gives the same
 * octets. Returns its length; writes nothing past `cap`, which 2 * octets + 2
 * is always enough for.
 */
size_t smtpspec_script_write(bool client, struct smtpspec_span octets,
                             char *out, size_t cap);

/* How `octet` is written inside a line: itself, or a mark of two octets.
 * Returns 1 or 2. */
size_t smtpspec_script_mark(char octet, char out[2]);

#endif
