/* SPDX-License-Identifier: MIT */
/*
 * cram.c - the digest of CRAM-MD5, by OpenSSL
 */
#include "server/cram.h"

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

size_t smtpspec_cram_md5(struct smtpspec_span challenge,
                     struct smtpspec_span password, char *out, size_t cap)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (cap < SMTPSPEC_CRAM_LENGTH || password.length > INT_MAX ||
        HMAC(EVP_md5(), password.at != NULL ? password.at : "",
             (int)password.length, (const unsigned char *)challenge.at,
             challenge.length, digest, &length) == NULL ||
        length * 2 != SMTPSPEC_CRAM_LENGTH)
        return 0;
    for (unsigned i = 0; i < length; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    return SMTPSPEC_CRAM_LENGTH;
}
