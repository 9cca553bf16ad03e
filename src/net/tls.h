/* SPDX-License-Identifier: MIT */
/*
 * tls.h - a TLS session as an engine: octets in, octets out
 *
 * Floor 4, net; OpenSSL inside, no sockets and no clock but that of
 * certificates. Both ends: the client of a transport and the built-in server.
 * What the peer sends is hostile; what is held of it is bounded (one record).
 *
 * Whoever drives it, after each smtpspec_tls_feed() or _write() or _end():
 *   1. takes what _read() gives, 2. sends all that _out() gives, 3. looks at
 *   _state(), 4. feeds what _feed() had left, until it takes nothing more.
 * A client has something to send at once. After FAILED, _out() may still have
 * the alert that tells the peer.
 *
 * TLS 1.0 and weak ciphers are taken, and no certificate is an obstacle: old
 * and odd servers are what is to be tested. What is wrong with a certificate
 * is among the facts.
 */
#ifndef SMTPSPEC_TLS_H
#define SMTPSPEC_TLS_H

#include <smtpspec/base.h>

struct smtpspec_tls;

struct smtpspec_tls_terms {
    const char *host;    /* whose name or address the certificate should bear;
                            NULL or "": it is not asked for                  */
    uint64_t timeout_ms; /* of the handshake; for the transport, not for the
                            engine                                           */
};

enum smtpspec_tls_state {
    SMTPSPEC_TLS_HANDSHAKE,
    SMTPSPEC_TLS_OPEN,
    SMTPSPEC_TLS_ENDED,  /* the peer left TLS: what follows is in clear, and
                            is not taken by _feed()                          */
    SMTPSPEC_TLS_FAILED
};

/* One line each, printable ASCII; no octet in it is the peer's. */
struct smtpspec_tls_facts {
    char version[16];      /* "TLSv1.3"; "" before the handshake is done     */
    char cipher[64];
    char certificate[192]; /* of a server: "", or all that is wrong with it:
                              "self-signed, expired, for another host"       */
    char why[160];         /* why it FAILED, or ""                           */
    bool notified;         /* the peer ended with a close_notify             */
};

/* NULL where there is no memory. `host` is copied. */
struct smtpspec_tls *
smtpspec_tls_new_client(const struct smtpspec_tls_terms *terms);

/*
 * As embedded.example, localhost, 127.0.0.1 and ::1, by a certificate that
 * signs itself and is made with the first engine. NULL where there is no
 * memory or it cannot be made.
 */
struct smtpspec_tls *smtpspec_tls_new_server(void);

void smtpspec_tls_free(struct smtpspec_tls *tls);

enum smtpspec_tls_state smtpspec_tls_state(const struct smtpspec_tls *tls);

/* Valid as long as the engine. */
const struct smtpspec_tls_facts *
smtpspec_tls_facts(const struct smtpspec_tls *tls);

/*
 * Octets of the peer, any split. Returns how many were taken: fewer than all
 * while _read() or _out() have something, or once it is ENDED or FAILED.
 */
size_t smtpspec_tls_feed(struct smtpspec_tls *tls,
                         struct smtpspec_span octets);

/* What the peer said, decrypted; gone from here once it is fetched, and valid
 * until the next call with this engine. Empty: nothing more. */
struct smtpspec_span smtpspec_tls_read(struct smtpspec_tls *tls);

/* Octets for the peer, in clear. Returns how many were taken: fewer than all
 * while much waits in _out(); none before OPEN and after _end(). */
size_t smtpspec_tls_write(struct smtpspec_tls *tls,
                          struct smtpspec_span octets);

/* What is to be sent as it is; at most `cap` octets. Returns their number. */
size_t smtpspec_tls_out(struct smtpspec_tls *tls, char *out, size_t cap);

/*
 * Leave TLS: a close_notify is to be sent, and nothing is encrypted after it.
 * What the peer still encrypts is decrypted, up to its own close_notify or to
 * a record that is none.
 */
void smtpspec_tls_end(struct smtpspec_tls *tls);

#endif
