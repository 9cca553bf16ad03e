/* SPDX-License-Identifier: MIT */
/*
 * cram.h - the digest of CRAM-MD5 (RFC 2195)
 *
 * Floor 5, server; OpenSSL inside, because the floors below have no MD5. For
 * both ends: the built-in server and whoever logs in.
 */
#ifndef SMTPSPEC_CRAM_H
#define SMTPSPEC_CRAM_H

#include <smtpspec/base.h>

/* Digits that a digest has in hex. */
#define SMTPSPEC_CRAM_LENGTH 32

/* Write the keyed MD5 digest of a challenge (decoded), in small hex digits
 * without a NUL. Returns SMTPSPEC_CRAM_LENGTH; 0 where `cap` is below that or
 * there is no MD5 to be had. */
size_t smtpspec_cram_md5(struct smtpspec_span challenge,
                     struct smtpspec_span password, char *out, size_t cap);

#endif
