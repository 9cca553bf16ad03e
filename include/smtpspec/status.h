/* SPDX-License-Identifier: MIT */
/*
 * status.h - enhanced status codes: class.subject.detail (RFC 3463, RFC 2034)
 *
 * Floor 1, wire: no I/O, no allocation, no clock.
 */
#ifndef SMTPSPEC_STATUS_H
#define SMTPSPEC_STATUS_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* class_digit is 2, 4 or 5, or 0 where there is no enhanced code; subject and
 * detail are 0..999 (RFC 3463, 2). */
struct smtpspec_status {
    uint8_t class_digit;
    uint16_t subject;
    uint16_t detail;
};

/*
 * Read an enhanced code at the start of `text` (what follows the separator of
 * a reply line, or what a person typed). Returns how many octets it takes, or
 * 0 where the text does not start with one; `*status` is then all zero. A
 * leading zero ("5.01.1"), more than three digits, a class that is not 2, 4
 * or 5, or anything but SP or the end behind it make it none (RFC 2034, 4).
 */
SMTPSPEC_API size_t smtpspec_status_parse(struct smtpspec_span text,
                                          struct smtpspec_status *status);

/* Write "5.7.26" with its NUL; returns the length, 0 where `cap` is short or
 * class_digit is 0. The longest is 10 octets with the NUL. */
SMTPSPEC_API size_t smtpspec_status_write(struct smtpspec_status status,
                                          char *out, size_t cap);

SMTPSPEC_API bool smtpspec_status_equal(struct smtpspec_status a,
                                        struct smtpspec_status b);

#ifdef __cplusplus
}
#endif
#endif
