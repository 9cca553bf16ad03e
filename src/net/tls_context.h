/* SPDX-License-Identifier: MIT */
/*
 * tls_context.h - what TLS sessions of one kind share
 *
 * Floor 4, net.
 */
#ifndef SMTPSPEC_TLS_CONTEXT_H
#define SMTPSPEC_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include <smtpspec/base.h>

/* Made at first use and kept; NULL where they cannot be made. */
SSL_CTX *smtpspec_tls_client_context(void);
SSL_CTX *smtpspec_tls_server_context(void);

/*
 * What certificates can suffer from. The verifier sets bits in the unsigned
 * that SSL_set_app_data() points to.
 */
enum smtpspec_tls_problem {
    SMTPSPEC_TLS_PROBLEM_NONE_SHOWN,
    SMTPSPEC_TLS_PROBLEM_SELF_SIGNED,
    SMTPSPEC_TLS_PROBLEM_UNKNOWN_ROOT,
    SMTPSPEC_TLS_PROBLEM_NO_ISSUER,
    SMTPSPEC_TLS_PROBLEM_NOT_YET,
    SMTPSPEC_TLS_PROBLEM_EXPIRED,
    SMTPSPEC_TLS_PROBLEM_NAME,
    SMTPSPEC_TLS_PROBLEM_WEAK_KEY,
    SMTPSPEC_TLS_PROBLEM_WEAK_HASH,
    SMTPSPEC_TLS_PROBLEM_PURPOSE,
    SMTPSPEC_TLS_PROBLEM_REVOKED,
    SMTPSPEC_TLS_PROBLEM_OTHER,
    SMTPSPEC_TLS_PROBLEM_COUNT
};

/* "self-signed, expired"; "" where the set is empty. */
void smtpspec_tls_problems_text(unsigned problems, char *out, size_t cap);

#endif
