/* SPDX-License-Identifier: MIT */
/*
 * cover.c - TLS on the server's side of a connection
 */
#include "server/cover.h"

#include <stdlib.h>
#include <string.h>

/* More than one record, sealed or not. */
#define RECORD_KEPT 17408

struct smtpspec_cover {
    struct smtpspec_tls *tls;
    smtpspec_cover_send *send;
    void *context;
    bool ended;                 /* by us                                     */
    size_t length, taken;       /* of `plain`                                */
    char plain[RECORD_KEPT];
};

struct smtpspec_cover *smtpspec_cover_new(smtpspec_cover_send *send,
                                          void *context)
{
    struct smtpspec_cover *cover = calloc(1, sizeof(*cover));

    if (cover == NULL)
        return NULL;
    cover->send = send;
    cover->context = context;
    cover->tls = smtpspec_tls_new_server();
    if (cover->tls != NULL)
        return cover;
    free(cover);
    return NULL;
}

void smtpspec_cover_free(struct smtpspec_cover *cover)
{
    if (cover != NULL)
        smtpspec_tls_free(cover->tls);
    free(cover);
}

enum smtpspec_tls_state
smtpspec_cover_state(const struct smtpspec_cover *cover)
{
    return smtpspec_tls_state(cover->tls);
}

static bool flush(struct smtpspec_cover *cover)
{
    char sealed[RECORD_KEPT];
    size_t length;

    while (length = smtpspec_tls_out(cover->tls, sealed, sizeof(sealed)),
           length > 0)
        if (!cover->send(cover->context,
                         (struct smtpspec_span){ sealed, length }))
            return false;
    return true;
}

/* Fetch what there is; its memory is good until the next call only. */
static void fetch(struct smtpspec_cover *cover)
{
    struct smtpspec_span plain = smtpspec_tls_read(cover->tls);

    cover->taken = 0;
    cover->length = plain.length < RECORD_KEPT ? plain.length : RECORD_KEPT;
    if (cover->length > 0)
        memcpy(cover->plain, plain.at, cover->length);
}

size_t smtpspec_cover_feed(struct smtpspec_cover *cover,
                           struct smtpspec_span octets)
{
    enum smtpspec_tls_state before = smtpspec_tls_state(cover->tls);
    size_t taken = 0, now;

    do {
        now = smtpspec_tls_feed(cover->tls,
                                smtpspec_span_skip(octets, taken));
        taken += now;
        fetch(cover);
        if (!flush(cover))
            return octets.length;
    } while (now > 0 && cover->length == 0 &&
             smtpspec_tls_state(cover->tls) == before);
    return taken;
}

struct smtpspec_span smtpspec_cover_plain(const struct smtpspec_cover *cover)
{
    return (struct smtpspec_span){ cover->plain + cover->taken,
                                   cover->length - cover->taken };
}

void smtpspec_cover_took(struct smtpspec_cover *cover, size_t count)
{
    cover->taken += count;
}

bool smtpspec_cover_write(struct smtpspec_cover *cover,
                          struct smtpspec_span octets)
{
    while (octets.length > 0) {
        size_t taken = smtpspec_tls_write(cover->tls, octets);

        if (!flush(cover))
            return false;
        if (taken == 0)
            break;
        octets = smtpspec_span_skip(octets, taken);
    }
    return true;
}

void smtpspec_cover_end(struct smtpspec_cover *cover)
{
    if (cover == NULL || cover->ended)
        return;
    cover->ended = true;
    smtpspec_tls_end(cover->tls);
    flush(cover);
}
