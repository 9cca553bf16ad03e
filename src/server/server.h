/* SPDX-License-Identifier: MIT */
/*
 * server.h - the built-in server: honest by default, wrong on request
 *
 * Floor 5, server. The engine is pure (octets in, actions out), so that tests
 * and fuzzers drive it without a network; serve.c puts it on libuv streams.
 * Its honest half follows states.def, expect.def and the rows of a profile,
 * so that what it answers is what `smtpspec list rules` prints. A misdeed is
 * a row of misdeeds.def: one planted fault that `check` must catch. A quirk is
 * a row of quirks.def: unusual, and correct all the same.
 */
#ifndef SMTPSPEC_SERVER_H
#define SMTPSPEC_SERVER_H

#include <smtpspec/base.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

/* The enum is made from the rows: SMTPSPEC_MISDEED_<NAME>. */
enum smtpspec_misdeed {
    SMTPSPEC_MISDEED_NONE,
#define MISDEED(name, id, layer, shown, text) SMTPSPEC_MISDEED_##name,
#include "server/misdeeds.def"
#undef MISDEED
    SMTPSPEC_MISDEED_COUNT
};

/* The id, "rcpt-before-mail"; never NULL. */
const char *smtpspec_misdeed_name(enum smtpspec_misdeed misdeed);
/* What it does wrong, in one clause; never NULL. */
const char *smtpspec_misdeed_text(enum smtpspec_misdeed misdeed);
/* The shortest dialogue that shows it, as misdeeds.def spells them. */
const char *smtpspec_misdeed_shown(enum smtpspec_misdeed misdeed);
/* The layer of the judge that has to see it. */
enum smtpspec_layer smtpspec_misdeed_layer(enum smtpspec_misdeed misdeed);
/* Whose misdeed it is: SMTP, but for those of LMTP. */
enum smtpspec_service smtpspec_misdeed_service(enum smtpspec_misdeed misdeed);
/* By id, in either case; NONE where there is no such misdeed. */
enum smtpspec_misdeed smtpspec_misdeed_of(struct smtpspec_span name);

/* The enum is made from the rows: SMTPSPEC_QUIRK_<NAME>. */
enum smtpspec_quirk {
    SMTPSPEC_QUIRK_NONE,
#define QUIRK(name, id, text) SMTPSPEC_QUIRK_##name,
#include "server/quirks.def"
#undef QUIRK
    SMTPSPEC_QUIRK_COUNT
};

/* The id, "vrfy-252"; never NULL. */
const char *smtpspec_quirk_name(enum smtpspec_quirk quirk);
/* What is unusual about it, in one clause; never NULL. */
const char *smtpspec_quirk_text(enum smtpspec_quirk quirk);
/* By id, in either case; NONE where there is no such quirk. */
enum smtpspec_quirk smtpspec_quirk_of(struct smtpspec_span name);

/* What the sessions of one server know of each other. The memory is the
 * caller's, all zero to begin with. */
struct smtpspec_server_house {
    uint64_t let_in[2];            /* when the last ones came in (ms)        */
    bool dead;                     /* (a misdeed) nobody is served any more   */
    uint32_t in;                   /* how many were let in, and turned away  */
    uint32_t away;
};

/* Where TLS comes in, under the profile that has it (MODERN). */
enum smtpspec_server_tls {
    SMTPSPEC_SERVER_TLS_OFFERED,   /* by STARTTLS                            */
    SMTPSPEC_SERVER_TLS_NO,
    SMTPSPEC_SERVER_TLS_IMPLICIT   /* before anything is said                */
};

struct smtpspec_server_options {
    enum smtpspec_profile profile; /* whose tables the honest half keeps to;
                                      MODERN where UNSET                     */
    enum smtpspec_service service; /* SMTP, SUBMISSION (530 before AUTH) or
                                      LMTP                                   */
    enum smtpspec_server_tls tls;
    bool misdeeds[SMTPSPEC_MISDEED_COUNT];
    bool quirks[SMTPSPEC_QUIRK_COUNT];
    struct smtpspec_span domain;   /* its name, at most 64 octets are used;
                                      "embedded.example" if empty            */
    struct smtpspec_server_house *house; /* NULL: every session is the first */
    bool turned_away;              /* by smtpspec_server_knock()             */
    uint32_t number;               /* of the session, by the same            */
};

/*
 * Add the misdeeds and quirks of a list "NAME,NAME" (blanks around a name
 * allowed, an empty list is none) to the options. False where a name is
 * unknown: `*unknown` is then that name, and the options are unchanged.
 */
bool smtpspec_server_options_add(struct smtpspec_server_options *options,
                                 struct smtpspec_span names,
                                 struct smtpspec_span *unknown);

enum smtpspec_server_act {
    SMTPSPEC_SERVER_IDLE,  /* nothing to do: give it more octets             */
    SMTPSPEC_SERVER_SEND,  /* send `octets`                                  */
    SMTPSPEC_SERVER_WAIT,  /* wait `ms`, then ask again                      */
    SMTPSPEC_SERVER_TLS,   /* do the handshake once all is sent, then call
                              smtpspec_server_secured()                      */
    SMTPSPEC_SERVER_CLOSE, /* close the connection; nothing follows          */
    SMTPSPEC_SERVER_RESET  /* reset it (RST) where the transport can         */
};

struct smtpspec_server_action {
    enum smtpspec_server_act act;
    struct smtpspec_span octets; /* valid until the next call                */
    unsigned ms;
};

/*
 * A connection has come at that time (ms, any clock that does not go back):
 * ask the house whether it is let in, and note the answer in the options of
 * its session, a copy of those of the server.
 */
void smtpspec_server_knock(struct smtpspec_server_options *options,
                           uint64_t now);

/* One session of the engine; its size is bounded, whatever comes in. */
struct smtpspec_server;

/* NULL where there is no memory. The options are copied. */
struct smtpspec_server *
smtpspec_server_new(const struct smtpspec_server_options *options);
void smtpspec_server_free(struct smtpspec_server *server);

/*
 * Octets of the client, any split. Returns how many were taken: fewer than
 * all while output waits to be fetched; offer the rest again after
 * smtpspec_server_next() said IDLE. A session that is over takes everything
 * and does nothing.
 */
size_t smtpspec_server_feed(struct smtpspec_server *server,
                            struct smtpspec_span octets);

/*
 * What it wants done now; call until IDLE, TLS, CLOSE or RESET. The greeting
 * comes out of a new server without any octets going in; where TLS is implicit
 * the caller does the handshake first, and does not call for it. One answer
 * may be endless (a misdeed): whoever drives the engine puts an end to it.
 */
struct smtpspec_server_action
smtpspec_server_next(struct smtpspec_server *server);

/* The handshake that TLS asked for is done, or failed. Octets that were fed
 * since STARTTLS are gone (RFC 3207, 4.2; CVE-2011-0411). */
void smtpspec_server_secured(struct smtpspec_server *server, bool done);

/*
 * The client was silent for too long: say 421 and close (RFC 5321, 3.8 and
 * 4.5.3.2.7). Fetch the goodbye by smtpspec_server_next().
 */
void smtpspec_server_expire(struct smtpspec_server *server);

#endif
