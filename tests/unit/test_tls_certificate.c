/* SPDX-License-Identifier: MIT */
/*
 * test_tls_certificate.c - what is wrong with a certificate is told, and is no
 * obstacle; nor are old versions of TLS
 */
#include "support/tls_pair.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

struct named {
    const char *host;
    const char *certificate;
};

static struct named nameds[] = {
    { "127.0.0.1", "self-signed" },
    { "::1", "self-signed" },
    { "localhost", "self-signed" },
    { "embedded.example", "self-signed" },
    { "", "self-signed" },
    { "127.0.0.2", "self-signed, for another host" },
    { "mx.example", "self-signed, for another host" },
};

static void is_held_against_the_certificate(void **state)
{
    const struct named *row = *state;
    struct pair *pair = pair_connected(row->host);

    assert_string_equal(facts_of(&pair->client)->certificate, row->certificate);
    pair_free(pair);
}

/* A server of another make. */
struct foreign {
    const char *name;
    int bits;            /* of an RSA key; 0: P-256; -1: no certificate      */
    long from, to;       /* when it is valid, from now on                    */
    int version;         /* the only one; 0: any                             */
    const char *says;    /* the version that comes of it                     */
    const char *certificate;
};

static struct foreign foreigns[] = {
    { "expired", 0, -200, -100, 0, "TLSv1.3", "self-signed, expired, for another host" },
    { "not yet valid", 0, 1000, 2000, 0, "TLSv1.3",
      "self-signed, not yet valid, for another host" },
    { "a weak key", 1024, -100, 1000, 0, "TLSv1.3",
      "self-signed, for another host, weak key" },
    { "TLS 1.2", 0, -100, 1000, TLS1_2_VERSION, "TLSv1.2", "self-signed, for another host" },
    { "TLS 1.0", 2048, -100, 1000, TLS1_VERSION, "TLSv1", "self-signed, for another host" },
    { "no certificate", -1, 0, 0, TLS1_2_VERSION, "TLSv1.2", "none was shown" },
};

static void foreign_certificate(SSL_CTX *context, const struct foreign *row)
{
    EVP_PKEY *key = row->bits > 0 ? EVP_RSA_gen((unsigned)row->bits) : EVP_EC_gen("P-256");
    X509 *certificate = X509_new();

    X509_set_version(certificate, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), row->from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), row->to);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)"\033[2Jx.example", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static SSL *foreign_new(SSL_CTX *context, const struct foreign *row)
{
    SSL *ssl;

    SSL_CTX_set_cipher_list(context, row->bits < 0 ? "aNULL:@SECLEVEL=0"
                                                   : "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, row->version != 0 ? row->version : TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, row->version);
    if (row->bits >= 0)
        foreign_certificate(context, row);
    ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl);
    return ssl;
}

static void is_no_obstacle(void **state)
{
    const struct foreign *row = *state;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *ssl = foreign_new(context, row);
    struct pair *pair = pair_new("mx.example");
    static char octets[ROOM];

    for (unsigned turn = 0; turn < 10; turn++) {
        size_t length = take(&pair->client, octets);
        int count;

        if (length > 0)
            BIO_write(SSL_get_rbio(ssl), octets, (int)length);
        SSL_do_handshake(ssl);
        count = BIO_read(SSL_get_wbio(ssl), octets, ROOM);
        if (count > 0)
            give(&pair->client, (struct smtpspec_span){ octets, (size_t)count }, ROOM);
    }
    assert_string_equal(facts_of(&pair->client)->why, "");
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_OPEN);
    assert_string_equal(facts_of(&pair->client)->version, row->says);
    assert_string_equal(facts_of(&pair->client)->certificate, row->certificate);
    pair_free(pair);
    SSL_free(ssl);
    SSL_CTX_free(context);
}

int main(void)
{
    return RUN_ROWS(is_held_against_the_certificate, nameds) +
           RUN_ROWS(is_no_obstacle, foreigns);
}
