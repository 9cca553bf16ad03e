/* SPDX-License-Identifier: MIT */
/*
 * tls_context.c - contexts of OpenSSL, our certificate, and what is wrong
 * with somebody else's
 */
#include "net/tls_context.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* What a certificate's keys and hashes are measured by: 112 bits, as Debian
 * does it. What the session itself may use is not bounded by it. */
#define CERTIFICATE_LEVEL 2

#define DAY (24L * 60 * 60)

/* Anonymous ciphers are the last resort: some mail servers offer them, and
 * would hide their certificate. */
#define CIPHERS "ALL:!eNULL:+aNULL:@SECLEVEL=0"

/* --- what is wrong with a certificate ------------------------------------- */

static enum smtpspec_tls_problem problem_of(int error)
{
    switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return SMTPSPEC_TLS_PROBLEM_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return SMTPSPEC_TLS_PROBLEM_UNKNOWN_ROOT;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return SMTPSPEC_TLS_PROBLEM_NO_ISSUER;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return SMTPSPEC_TLS_PROBLEM_NOT_YET;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return SMTPSPEC_TLS_PROBLEM_EXPIRED;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return SMTPSPEC_TLS_PROBLEM_NAME;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
        return SMTPSPEC_TLS_PROBLEM_WEAK_KEY;
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return SMTPSPEC_TLS_PROBLEM_WEAK_HASH;
    case X509_V_ERR_INVALID_PURPOSE:
        return SMTPSPEC_TLS_PROBLEM_PURPOSE;
    case X509_V_ERR_CERT_REVOKED:
        return SMTPSPEC_TLS_PROBLEM_REVOKED;
    default:
        return SMTPSPEC_TLS_PROBLEM_OTHER;
    }
}

void smtpspec_tls_problems_text(unsigned problems, char *out, size_t cap)
{
    static const char *const texts[SMTPSPEC_TLS_PROBLEM_COUNT] = {
        [SMTPSPEC_TLS_PROBLEM_NONE_SHOWN] = "none was shown",
        [SMTPSPEC_TLS_PROBLEM_SELF_SIGNED] = "self-signed",
        [SMTPSPEC_TLS_PROBLEM_UNKNOWN_ROOT] = "of an unknown authority",
        [SMTPSPEC_TLS_PROBLEM_NO_ISSUER] = "issuer not to be found",
        [SMTPSPEC_TLS_PROBLEM_NOT_YET] = "not yet valid",
        [SMTPSPEC_TLS_PROBLEM_EXPIRED] = "expired",
        [SMTPSPEC_TLS_PROBLEM_NAME] = "for another host",
        [SMTPSPEC_TLS_PROBLEM_WEAK_KEY] = "weak key",
        [SMTPSPEC_TLS_PROBLEM_WEAK_HASH] = "weak hash",
        [SMTPSPEC_TLS_PROBLEM_PURPOSE] = "for another purpose",
        [SMTPSPEC_TLS_PROBLEM_REVOKED] = "revoked",
        [SMTPSPEC_TLS_PROBLEM_OTHER] = "cannot be verified"
    };
    size_t length = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < SMTPSPEC_TLS_PROBLEM_COUNT; i++)
        if (problems & SMTPSPEC_BIT(i) && length < cap)
            length += (size_t)snprintf(out + length, cap - length, "%s%s",
                                       length > 0 ? ", " : "", texts[i]);
}

static SSL *session_of(X509_STORE_CTX *verifier)
{
    return X509_STORE_CTX_get_ex_data(verifier,
                                      SSL_get_ex_data_X509_STORE_CTX_idx());
}

/* Called for each problem; 1 is "go on", so that all of them are seen. */
static int on_problem(int good, X509_STORE_CTX *verifier)
{
    unsigned *problems = SSL_get_app_data(session_of(verifier));

    if (!good)
        *problems |= SMTPSPEC_BIT(
            problem_of(X509_STORE_CTX_get_error(verifier)));
    return 1;
}

/* In place of OpenSSL's own: that would hold a certificate to the security
 * level of the session, which is none. */
static int verify(X509_STORE_CTX *verifier, void *unused)
{
    unsigned *problems = SSL_get_app_data(session_of(verifier));

    (void)unused;
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(verifier),
                                     CERTIFICATE_LEVEL);
    X509_STORE_CTX_set_verify_cb(verifier, on_problem);
    if (X509_verify_cert(verifier) != 1 && *problems == 0)
        *problems |= SMTPSPEC_BIT(SMTPSPEC_TLS_PROBLEM_OTHER);
    /* OpenSSL does not say so of one that it has found fault with before. */
    if (*problems != 0 &&
        X509_self_signed(X509_STORE_CTX_get0_cert(verifier), 0) == 1)
        *problems |= SMTPSPEC_BIT(SMTPSPEC_TLS_PROBLEM_SELF_SIGNED);
    ERR_clear_error();
    return 1;
}

/* --- our own certificate -------------------------------------------------- */

static bool add_extension(X509 *certificate, int what, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;
    bool added;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, what, value);
    added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool fill(X509 *certificate, EVP_PKEY *key)
{
    static const unsigned char name[] = "embedded.example";
    X509_NAME *subject = X509_get_subject_name(certificate);

    /* Versions count from 0: 2 is version 3. */
    return X509_set_version(certificate, 2) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * DAY) !=
               NULL &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1 &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_basic_constraints,
                         "critical,CA:FALSE") &&
           add_extension(certificate, NID_subject_alt_name,
                         "DNS:embedded.example,DNS:localhost,"
                         "IP:127.0.0.1,IP:::1") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static bool use_own_certificate(SSL_CTX *context)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool used = key != NULL && certificate != NULL &&
                fill(certificate, key) &&
                SSL_CTX_use_certificate(context, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(context, key) == 1;

    X509_free(certificate);
    EVP_PKEY_free(key);
    return used;
}

/* --- contexts ------------------------------------------------------------- */

static SSL_CTX *new_context(const SSL_METHOD *method)
{
    SSL_CTX *context = SSL_CTX_new(method);

    if (context == NULL)
        return NULL;
    if (SSL_CTX_set_cipher_list(context, CIPHERS) != 1 ||
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                     SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return context;
}

SSL_CTX *smtpspec_tls_client_context(void)
{
    static SSL_CTX *context;

    if (context != NULL)
        return context;
    context = new_context(TLS_client_method());
    if (context == NULL)
        return NULL;
    /* A system without authorities makes every certificate a problem, and
     * that is all. */
    SSL_CTX_set_default_verify_paths(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify, NULL);
    return context;
}

SSL_CTX *smtpspec_tls_server_context(void)
{
    static SSL_CTX *context;

    if (context != NULL)
        return context;
    context = new_context(TLS_server_method());
    if (context != NULL && !use_own_certificate(context)) {
        SSL_CTX_free(context);
        context = NULL;
    }
    return context;
}
