/* SPDX-License-Identifier: MIT */
/*
 * server.h - the built-in server: honest by default, wrong on request
 *
 * Floor 5, server. The engine is pure (octets in, actions out), so that tests
 * and fuzzers drive it without a network; serve.c puts it on libuv streams.
 * Its honest half follows states.def, expect.def and the rows of a profile,
 * so that what it answers is what `smtpspec list rules` prints. A misdeed is
 * a row of misdeeds.def: one planted fault that `check` must catch.
 */
#ifndef SMTPSPEC_SERVER_H
#define SMTPSPEC_SERVER_H

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/data.h>
#include <smtpspec/limits.h>
#include <smtpspec/rules.h>
#include <smtpspec/session.h>

/* The enum is made from the rows: SMTPSPEC_MISDEED_<NAME>. */
enum smtpspec_misdeed {
    SMTPSPEC_MISDEED_NONE,
#define MISDEED(name, id, layer, text) SMTPSPEC_MISDEED_##name,
#include "server/misdeeds.def"
#undef MISDEED
    SMTPSPEC_MISDEED_COUNT
};

const char *smtpspec_misdeed_name(enum smtpspec_misdeed misdeed);
const char *smtpspec_misdeed_text(enum smtpspec_misdeed misdeed);
/* NONE where there is no misdeed of that name. */
enum smtpspec_misdeed smtpspec_misdeed_of(struct smtpspec_span name);

struct smtpspec_server_options {
    enum smtpspec_profile profile; /* whose tables the honest half keeps to;
                                      MODERN where UNSET                     */
    bool misdeeds[SMTPSPEC_MISDEED_COUNT];
    struct smtpspec_span domain;   /* its name; "embedded.example" if empty  */
};

enum smtpspec_server_act {
    SMTPSPEC_SERVER_IDLE,  /* nothing to do: give it more octets             */
    SMTPSPEC_SERVER_SEND,  /* send `octets`                                  */
    SMTPSPEC_SERVER_WAIT,  /* wait `ms`, then ask again                      */
    SMTPSPEC_SERVER_CLOSE, /* close the connection; nothing follows          */
    SMTPSPEC_SERVER_RESET  /* reset it (RST) where the transport can         */
};

struct smtpspec_server_action {
    enum smtpspec_server_act act;
    struct smtpspec_span octets; /* valid until the next call                */
    unsigned ms;
};

/* One session of the engine; its size is bounded, whatever comes in. */
struct smtpspec_server;

/* NULL where there is no memory. The options are copied. */
struct smtpspec_server *
smtpspec_server_new(const struct smtpspec_server_options *options);
void smtpspec_server_free(struct smtpspec_server *server);

/* Octets of the client, any split. Returns how many were taken: fewer than
 * all while output waits to be fetched; offer the rest again then. */
size_t smtpspec_server_feed(struct smtpspec_server *server,
                            struct smtpspec_span octets);

/* What it wants done now; call until IDLE or CLOSE. The greeting comes out of
 * a new server without any octets going in. */
struct smtpspec_server_action
smtpspec_server_next(struct smtpspec_server *server);

#endif
