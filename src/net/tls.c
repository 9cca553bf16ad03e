/* SPDX-License-Identifier: MIT */
/*
 * tls.c - TLS sessions over memory BIOs
 *
 * The records are framed here, too (RFC 8446, 5.1): OpenSSL gets one whole
 * record at a time. So the same octets have the same effect in any split, and
 * clear text behind the last record is left for whoever reads clear text.
 */
#include "net/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/memory.h"
#include "net/tls_context.h"

/* Octets of a record's head, the last two its length. */
#define HEAD_LENGTH 5
/* The most that one record holds. */
#define RECORD_LIMIT 16384
/* Waiting to be sent; with more nothing is taken. */
#define OUT_KEPT 65536
/* The types of records there are: change_cipher_spec to heartbeat. */
#define TYPE_FIRST 20
#define TYPE_LAST 24

struct smtpspec_tls {
    SSL *ssl;
    BIO *in, *out;           /* of the SSL                                   */
    uint8_t state;           /* enum smtpspec_tls_state                      */
    bool ending;             /* we sent close_notify                         */
    unsigned problems;       /* of the certificate                           */
    size_t head;             /* octets of the record's head that were seen   */
    size_t due;              /* octets of its body that are still to come    */
    size_t plain_length;
    struct smtpspec_tls_facts facts;
    char plain[RECORD_LIMIT];
};

static void fail(struct smtpspec_tls *tls, const char *why)
{
    tls->state = SMTPSPEC_TLS_FAILED;
    snprintf(tls->facts.why, sizeof(tls->facts.why), "%s", why);
}

/* By OpenSSL's own constant texts; what came with an alert is but a number. */
static void fail_by_openssl(struct smtpspec_tls *tls)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());

    fail(tls, reason != NULL ? reason : "no reason given");
    ERR_clear_error();
}

static void handshake_done(struct smtpspec_tls *tls)
{
    struct smtpspec_tls_facts *facts = &tls->facts;

    tls->state = SMTPSPEC_TLS_OPEN;
    snprintf(facts->version, sizeof(facts->version), "%s",
             SSL_get_version(tls->ssl));
    snprintf(facts->cipher, sizeof(facts->cipher), "%s",
             SSL_get_cipher_name(tls->ssl));
    if (SSL_is_server(tls->ssl))
        return;
    if (SSL_get0_peer_certificate(tls->ssl) == NULL)
        tls->problems |= SMTPSPEC_BIT(SMTPSPEC_TLS_PROBLEM_NONE_SHOWN);
    smtpspec_tls_problems_text(tls->problems, facts->certificate,
                               sizeof(facts->certificate));
}

static void shake_hands(struct smtpspec_tls *tls)
{
    int status;

    ERR_clear_error();
    status = SSL_do_handshake(tls->ssl);
    if (status == 1)
        handshake_done(tls);
    else if (SSL_get_error(tls->ssl, status) != SSL_ERROR_WANT_READ)
        fail_by_openssl(tls);
}

static void decrypt(struct smtpspec_tls *tls)
{
    int status;

    ERR_clear_error();
    status = SSL_read(tls->ssl, tls->plain, (int)sizeof(tls->plain));
    if (status > 0) {
        tls->plain_length = (size_t)status;
        return;
    }
    switch (SSL_get_error(tls->ssl, status)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        break;
    case SSL_ERROR_ZERO_RETURN:
        tls->facts.notified = true;
        tls->state = SMTPSPEC_TLS_ENDED;
        break;
    default:
        fail_by_openssl(tls);
        break;
    }
}

static struct smtpspec_tls *new_engine(SSL_CTX *context)
{
    struct smtpspec_tls *tls;
    SSL *ssl = context != NULL ? SSL_new(context) : NULL;
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());

    if (ssl == NULL || in == NULL || out == NULL) {
        SSL_free(ssl);
        BIO_free(in);
        BIO_free(out);
        ERR_clear_error();
        return NULL;
    }
    tls = smtpspec_memory_new(sizeof(*tls));
    tls->ssl = ssl;
    tls->in = in;
    tls->out = out;
    SSL_set_bio(ssl, in, out);
    SSL_set_app_data(ssl, &tls->problems);
    return tls;
}

/* An address is sought among the addresses of a certificate, a name among its
 * names; only a name is told to the server (RFC 6066, 3). */
static bool expect_host(SSL *ssl, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

    if (host == NULL || host[0] == '\0' ||
        X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1)
        return true;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host) == 1 &&
           SSL_set_tlsext_host_name(ssl, host) == 1;
}

struct smtpspec_tls *
smtpspec_tls_new_client(const struct smtpspec_tls_terms *terms)
{
    struct smtpspec_tls *tls = new_engine(smtpspec_tls_client_context());

    if (tls == NULL)
        return NULL;
    if (!expect_host(tls->ssl, terms->host)) {
        smtpspec_tls_free(tls);
        return NULL;
    }
    SSL_set_connect_state(tls->ssl);
    shake_hands(tls);
    return tls;
}

struct smtpspec_tls *smtpspec_tls_new_server(void)
{
    struct smtpspec_tls *tls = new_engine(smtpspec_tls_server_context());

    if (tls != NULL)
        SSL_set_accept_state(tls->ssl);
    return tls;
}

void smtpspec_tls_free(struct smtpspec_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    ERR_clear_error();
    free(tls);
}

enum smtpspec_tls_state smtpspec_tls_state(const struct smtpspec_tls *tls)
{
    return (enum smtpspec_tls_state)tls->state;
}

const struct smtpspec_tls_facts *
smtpspec_tls_facts(const struct smtpspec_tls *tls)
{
    return &tls->facts;
}

static bool takes_octets(const struct smtpspec_tls *tls)
{
    return (tls->state == SMTPSPEC_TLS_HANDSHAKE ||
            tls->state == SMTPSPEC_TLS_OPEN) &&
           tls->plain_length == 0 && BIO_ctrl_pending(tls->out) < OUT_KEPT;
}

/* Clear text where a record was due. */
static void hear_clear_text(struct smtpspec_tls *tls)
{
    if (tls->ending)
        tls->state = SMTPSPEC_TLS_ENDED;
    else
        fail(tls, tls->state == SMTPSPEC_TLS_HANDSHAKE
                      ? "no TLS record where the handshake was due"
                      : "no TLS record where one was due");
}

/* How many of the octets belong to the part of a record that is due. */
static size_t frame(struct smtpspec_tls *tls, struct smtpspec_span octets)
{
    size_t body;
    unsigned char octet = (unsigned char)octets.at[0];

    if (tls->head < HEAD_LENGTH) {
        if (tls->head >= HEAD_LENGTH - 2)
            tls->due = tls->due << 8 | octet;
        tls->head++;
        return 1;
    }
    body = tls->due < octets.length ? tls->due : octets.length;
    tls->due -= body;
    return body;
}

size_t smtpspec_tls_feed(struct smtpspec_tls *tls, struct smtpspec_span octets)
{
    struct smtpspec_span left = octets;

    while (left.length > 0 && takes_octets(tls)) {
        size_t count;

        if (tls->head == 0 && (left.at[0] < TYPE_FIRST ||
                               left.at[0] > TYPE_LAST)) {
            hear_clear_text(tls);
            break;
        }
        count = frame(tls, left);
        if (BIO_write(tls->in, left.at, (int)count) != (int)count) {
            fail_by_openssl(tls);
            break;
        }
        left = smtpspec_span_skip(left, count);
        if (tls->head < HEAD_LENGTH || tls->due > 0)
            continue;
        tls->head = 0;
        if (tls->state == SMTPSPEC_TLS_HANDSHAKE)
            shake_hands(tls);
        else
            decrypt(tls);
    }
    return octets.length - left.length;
}

struct smtpspec_span smtpspec_tls_read(struct smtpspec_tls *tls)
{
    struct smtpspec_span plain = { tls->plain, tls->plain_length };

    tls->plain_length = 0;
    return plain;
}

size_t smtpspec_tls_write(struct smtpspec_tls *tls,
                          struct smtpspec_span octets)
{
    size_t taken = 0;

    if (tls->ending || tls->state == SMTPSPEC_TLS_HANDSHAKE ||
        tls->state == SMTPSPEC_TLS_FAILED)
        return 0;
    while (taken < octets.length && BIO_ctrl_pending(tls->out) < OUT_KEPT) {
        struct smtpspec_span part = smtpspec_span_head(
            smtpspec_span_skip(octets, taken), RECORD_LIMIT);
        int count;

        ERR_clear_error();
        count = SSL_write(tls->ssl, part.at, (int)part.length);
        if (count <= 0) {
            fail_by_openssl(tls);
            break;
        }
        taken += (size_t)count;
    }
    return taken;
}

size_t smtpspec_tls_out(struct smtpspec_tls *tls, char *out, size_t cap)
{
    int count = BIO_read(tls->out, out, cap < OUT_KEPT ? (int)cap : OUT_KEPT);

    return count > 0 ? (size_t)count : 0;
}

void smtpspec_tls_end(struct smtpspec_tls *tls)
{
    if (tls->ending || (tls->state != SMTPSPEC_TLS_OPEN &&
                        tls->state != SMTPSPEC_TLS_ENDED))
        return;
    tls->ending = true;
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
}
