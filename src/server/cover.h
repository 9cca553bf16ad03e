/* SPDX-License-Identifier: MIT */
/*
 * cover.h - TLS on the server's side of a connection
 *
 * Floor 5, server; private to serve.c. Takes what the socket brings, keeps
 * what was in it until it is fetched, and sends what is to be sent through the
 * callback that it was given.
 */
#ifndef SMTPSPEC_COVER_H
#define SMTPSPEC_COVER_H

#include "net/tls.h"

struct smtpspec_cover;

/* Octets as they are to go out; false where they cannot. */
typedef bool smtpspec_cover_send(void *context, struct smtpspec_span octets);

/* NULL where there is no memory, or no certificate can be made. */
struct smtpspec_cover *smtpspec_cover_new(smtpspec_cover_send *send,
                                          void *context);
void smtpspec_cover_free(struct smtpspec_cover *cover);

enum smtpspec_tls_state
smtpspec_cover_state(const struct smtpspec_cover *cover);

/*
 * Octets of the peer. Returns how many were taken: until there is something to
 * fetch, the handshake is done, or TLS has come to its end.
 */
size_t smtpspec_cover_feed(struct smtpspec_cover *cover,
                           struct smtpspec_span octets);

/* What the peer said, as far as it was not taken; empty: feed on. */
struct smtpspec_span smtpspec_cover_plain(const struct smtpspec_cover *cover);
void smtpspec_cover_took(struct smtpspec_cover *cover, size_t count);

/* Seal and send. False where it cannot be sent; what a peer that has left TLS
 * cannot be told is lost. */
bool smtpspec_cover_write(struct smtpspec_cover *cover,
                          struct smtpspec_span octets);

/* Tell the peer, once, that nothing more comes. NULL will do. */
void smtpspec_cover_end(struct smtpspec_cover *cover);

#endif
