/* SPDX-License-Identifier: MIT */
/*
 * base64.h - octets as letters, digits, + and / (RFC 4648, 4), as AUTH wants
 * them (RFC 4954, 4)
 *
 * Floor 1, wire: no I/O, no allocation, no clock.
 */
#ifndef SMTPSPEC_BASE64_H
#define SMTPSPEC_BASE64_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many octets `length` octets take in base64. */
#define SMTPSPEC_BASE64_ROOM(length) (((length) + 2) / 3 * 4)

/* Write octets as base64, padded, with no NUL behind. Returns the length of
 * the whole; writes nothing where `cap` is below that. */
SMTPSPEC_API size_t smtpspec_base64_write(struct smtpspec_span octets,
                                          char *out, size_t cap);

/*
 * Read base64 as RFC 4954, 4 has it: groups of four, padding in the last one
 * only, no line ends. Nothing is base64 for nothing. Returns false where the
 * text is no base64 (`*length` is 0) or `cap` is short of `*length`. `out` may
 * be `text` itself.
 */
SMTPSPEC_API bool smtpspec_base64_read(struct smtpspec_span text, char *out,
                                       size_t cap, size_t *length);

/* Whether smtpspec_base64_read() could read it, given the room. */
SMTPSPEC_API bool smtpspec_is_base64(struct smtpspec_span text);

#ifdef __cplusplus
}
#endif
#endif
