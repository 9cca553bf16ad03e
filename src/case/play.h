/* SPDX-License-Identifier: MIT */
/*
 * play.h - play one case: what to send, when to read, what came of it
 *
 * Floor 3, case: no I/O, no allocation, no clock. The same player serves the
 * network runner, the proofs of the case files and the fuzzers: whoever holds
 * the octets asks it what to do next and tells it what the server did.
 *
 *     smtpspec_play_init(&play, &case, &vars, &judge, room, room_size)
 *     loop: smtpspec_play_next() says SEND octets, READ, LISTEN, TLS, TLS_END,
 *           HANG_UP or DONE
 *           smtpspec_play_server / _silence / _closed / _endless / _tls
 *     smtpspec_play_result()
 *
 * The judge belongs to the connection and outlives the case; the player sets
 * its sink for the time of the case.
 */
#ifndef SMTPSPEC_PLAY_H
#define SMTPSPEC_PLAY_H

#include <smtpspec/judge.h>

#include "case/case.h"

/* Octets of a challenge of AUTH, and of one secret, in base64. */
#define SMTPSPEC_PLAY_SECRET_KEPT 864
/* Verdicts kept of one case; of more only the count and the worst. */
#define SMTPSPEC_PLAY_VERDICTS_KEPT 16

enum smtpspec_play_want {
    SMTPSPEC_PLAY_SEND,   /* send the octets that were given                 */
    SMTPSPEC_PLAY_READ,   /* wait for the server; a reply (or close) is due  */
    SMTPSPEC_PLAY_LISTEN, /* nothing should come: wait for the quiet time,
                             then call smtpspec_play_silence()               */
    SMTPSPEC_PLAY_TLS,    /* do the client's TLS handshake, then call
                             smtpspec_play_tls(); asked for until then       */
    SMTPSPEC_PLAY_TLS_END,/* send close_notify; what is sent from now on goes
                             in clear                                        */
    SMTPSPEC_PLAY_HANG_UP,/* close the connection; DONE comes next           */
    SMTPSPEC_PLAY_DONE
};

/* Octet strings that smtpspec_play_secrets() gives at most. */
#define SMTPSPEC_PLAY_SECRETS_LIMIT 4

struct smtpspec_play_verdict {
    struct smtpspec_verdict verdict;
    uint64_t at, octets;      /* the reply that shows it, in the server's
                                 octets counted from the play's start; 0
                                 octets where there is none                  */
    bool aside;               /* none of the case's own: seen in the set-up, or
                                 about what the server does everywhere       */
};

/* What came of a case. Spans and pointers into the case or the play. */
struct smtpspec_play_result {
    enum smtpspec_outcome outcome;
    enum smtpspec_layer layer;     /* of the worst verdict; NONE without     */
    const struct smtpspec_play_verdict *verdicts;
    unsigned verdict_count;        /* kept                                   */
    unsigned verdict_total;        /* seen                                   */
    int worst;                     /* index into verdicts of the worst that
                                      is not of the set-up, -1: none         */
    struct smtpspec_codes expected;/* of the step that was not met, else of
                                      the worst verdict                      */
    bool expected_denied;          /* none of `expected`                     */
    bool expected_closed, expected_silent;
    const char *expected_words;    /* where it is none of these: "TLS
                                      handshake"; else NULL                  */
    uint8_t state;                 /* enum smtpspec_state at that exchange;
                                      of the last one where all went well    */
    uint8_t command;               /* enum smtpspec_command of it            */
    uint16_t code;                 /* code seen there; 0: none               */
    uint64_t at, octets;           /* where in the server's octets (counted
                                      from the play's start) the reply is    */
    const char *reason;            /* short sentence for skip, blocked,
                                      throttled, error; else NULL            */
    bool reply_421;                /* 421 was seen in a case that does not
                                      ask for it                             */
    bool no_reply;                 /* a due reply never came                 */
};

/* One case on one connection. Must not be moved or copied while it lives:
 * the judge's sink and the result point into it. The fields are nobody's
 * business but play.c's. */
struct smtpspec_play {
    /* Not written to in most cases, and so no memory of the machine's; beside
     * the end of a judge, of which that is true, too. */
    struct smtpspec_play_verdict verdicts[SMTPSPEC_PLAY_VERDICTS_KEPT];
    char secrets[3][SMTPSPEC_PLAY_SECRET_KEPT];
    const struct smtpspec_case *of;
    struct smtpspec_case_vars vars; /* the caller's, and what we learn       */
    struct smtpspec_judge *judge;
    char *room;               /* caller's, for the octets to send            */
    size_t room_size;
    bool begun;               /* the set-up is done                          */
    bool over;                /* nothing more is to be done                  */
    bool stopped;             /* a step was not met: no more of them         */
    bool sent;                /* of the case's own octets                    */
    bool listening, noise;    /* in a silent step; octets came in it         */
    bool server_closed;
    bool mail_sent;           /* the transaction is of our own set-up        */
    bool handshaking;         /* we asked for the handshake                  */
    bool adrift;              /* TLS was ended: nobody knows what is due     */
    uint8_t mechanism;        /* enum smtpspec_mechanism of our own login    */
    uint8_t answers;          /* lines sent inside it                        */
    uint8_t setup_count;      /* commands sent to set up                     */
    uint8_t setup_command;    /* the last of them                            */
    uint8_t ended_as;         /* enum smtpspec_outcome without a verdict     */
    uint16_t step;            /* the next one                                */
    uint64_t server_before;   /* octets of the judge's before the play       */
    uint64_t server_octets;
    void (*watcher)(void *context, const struct smtpspec_exchange *exchange);
    void *watcher_context;
    struct smtpspec_exchange last;  /* of the case's own                     */
    struct smtpspec_exchange unmet; /* answered a step otherwise             */
    bool has_unmet;
    struct smtpspec_play_result result;
    char reference[SMTPSPEC_CASE_REFERENCE_KEPT + 1];
    char title[SMTPSPEC_CASE_TITLE_KEPT + 1];
    char reason[96];
    char words[96];           /* result.expected_words                       */
    size_t secret_length[3];
};

/*
 * Whether the session that `judge` watches can be brought to where the case
 * begins: a case given connect or idle wants a new connection, one given helo
 * no session that knows EHLO (and the other way round, since some servers
 * refuse a second greeting), one `alone` wants an untouched connection, and
 * none goes on in a session that is lost, closed, inside data or amid a line.
 * TLS or not, logged in or not must be as the case would have it. `vars` may
 * be NULL: nobody to log in as, and STARTTLS only where a case wants it.
 */
bool smtpspec_play_fits(const struct smtpspec_judge *judge,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars);

/* Whether the case is for that kind of target: the kinds that it names; else
 * all, but that LMTP knows neither HELO nor EHLO (RFC 2033, 4.1). */
bool smtpspec_play_is_for(const struct smtpspec_case *of,
                          enum smtpspec_service service);

/* As good as all zero: no case has been played. smtpspec_play_init() does the
 * same. */
void smtpspec_play_blank(struct smtpspec_play *play);

/*
 * Begin. `room` (SMTPSPEC_CASE_TEXT_KEPT octets suffice for any case), `of`,
 * `vars` and `judge` must live as long as the play. Sets the judge's sink,
 * which stays until the next play or smtpspec_play_end().
 */
void smtpspec_play_init(struct smtpspec_play *play,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars,
                        struct smtpspec_judge *judge, char *room,
                        size_t room_size);

/* Have `watcher` told of each exchange as it ends, those of the set-up too. */
void smtpspec_play_watch(struct smtpspec_play *play,
                         void (*watcher)(void *context,
                                         const struct smtpspec_exchange *),
                         void *context);

/* What to do now. For SEND, `*octets` is what to send (in `room`); the judge
 * is told of it here. Call again after doing it, and after each of the
 * functions below. Once it said DONE, it says so for ever. */
enum smtpspec_play_want smtpspec_play_next(struct smtpspec_play *play,
                                           struct smtpspec_span *octets);

/* The server sent this. After DONE, too: what comes before the next case
 * begins is a reply to nothing, and this case's. */
void smtpspec_play_server(struct smtpspec_play *play,
                          struct smtpspec_span octets);
/* READ: the deadline passed; LISTEN: the quiet time passed. */
void smtpspec_play_silence(struct smtpspec_play *play);
/* The server closed the connection. */
void smtpspec_play_closed(struct smtpspec_play *play);
/* The server's octets passed the caller's bound. */
void smtpspec_play_endless(struct smtpspec_play *play);
/* TLS: the handshake is done, or it failed. */
void smtpspec_play_tls(struct smtpspec_play *play, bool done);

/* Valid once smtpspec_play_next() said DONE. */
const struct smtpspec_play_result *
smtpspec_play_result(const struct smtpspec_play *play);

/*
 * Octet strings of this play that no report may show: the password, and what
 * it was made into for AUTH. At most SMTPSPEC_PLAY_SECRETS_LIMIT, never an
 * empty one; they live as long as the play. Returns how many were written.
 */
size_t smtpspec_play_secrets(const struct smtpspec_play *play,
                             struct smtpspec_span out[], size_t cap);

/* Take the sink off the judge, if it is this play's. Needed only where the
 * judge outlives the play. */
void smtpspec_play_end(struct smtpspec_play *play);

/*
 * Replay a proof of the case through player and judge, with no network: an
 * honest set-up first, in which EHLO offers what the case needs (and what
 * `terms` offer), then the lines of the proof for each reply that is due.
 * Lines that are left over at the end are fed as unasked. Returns the outcome
 * of the case; `*result`, if not NULL, points into `play`. `*used_all` says
 * whether every line was taken before the case was done.
 */
enum smtpspec_outcome
smtpspec_play_proof(struct smtpspec_play *play, struct smtpspec_judge *judge,
                    const struct smtpspec_case *of, unsigned proof,
                    const struct smtpspec_terms *terms, char *room,
                    size_t room_size, bool *used_all);

/* Told all that passes in a proof: 'C' and 'S' octets of either side, which
 * live as long as the call; 't' the server waits, 'x' it closes, 'T' the TLS
 * handshake. */
struct smtpspec_play_hearer {
    void (*hear)(void *context, char what, struct smtpspec_span octets);
    void *context;
};

/* The same, with `hearer`, if it is not NULL, told of it as it goes. */
enum smtpspec_outcome
smtpspec_play_proof_aloud(struct smtpspec_play *play,
                          struct smtpspec_judge *judge,
                          const struct smtpspec_case *of, unsigned proof,
                          const struct smtpspec_terms *terms, char *room,
                          size_t room_size, bool *used_all,
                          const struct smtpspec_play_hearer *hearer);

/* Whether a proof came out as it must: one that is to pass has PASS, all its
 * lines used and, for MUST and SHOULD, not a note of the case; one that is to
 * fail has FAIL (MUST), FAIL or WARN (SHOULD), or a note of the case (POLICY,
 * INFO). */
bool smtpspec_play_proof_holds(const struct smtpspec_play *play,
                               unsigned proof, bool used_all);

#endif
