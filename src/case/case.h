/* SPDX-License-Identifier: MIT */
/*
 * case.h - conformance cases, as text files (format: tests/conformance/README)
 *
 * Floor 3, case: no I/O, no allocation. A case points into the text that it
 * was read from, which must live as long as the case.
 */
#ifndef SMTPSPEC_CASE_H
#define SMTPSPEC_CASE_H

#include <smtpspec/base.h>
#include <smtpspec/error.h>
#include <smtpspec/rules.h>

/* Bounds of one case, `repeat` written out; more is a syntax error of its
 * file. 100 recipients take 200 steps (RFC 5321, 4.5.3.1.8). */
#define SMTPSPEC_CASE_STEPS_KEPT 240
#define SMTPSPEC_CASE_PROOFS_KEPT 8
#define SMTPSPEC_CASE_PROOF_STEPS_KEPT 320
/* Octets of an id, of a title and of a reference. */
#define SMTPSPEC_CASE_ID_KEPT 63
#define SMTPSPEC_CASE_TITLE_KEPT 120
#define SMTPSPEC_CASE_REFERENCE_KEPT 63
/* What the C: lines of one group take once they are expanded; a value of
 * smtpspec_case_vars counts with SMTPSPEC_CASE_VALUE_KEPT octets. */
#define SMTPSPEC_CASE_TEXT_KEPT 131072
#define SMTPSPEC_CASE_VALUE_KEPT 320

/* Where the session must stand before the first step. */
enum smtpspec_given {
    SMTPSPEC_GIVEN_CONNECT, /* a new connection; its greeting is the 1st reply*/
    SMTPSPEC_GIVEN_IDLE,    /* greeted, no EHLO yet                          */
    SMTPSPEC_GIVEN_HELO,    /* READY by HELO                                 */
    SMTPSPEC_GIVEN_EHLO,    /* READY by EHLO                                 */
    SMTPSPEC_GIVEN_MAIL,
    SMTPSPEC_GIVEN_RCPT,
    SMTPSPEC_GIVEN_CONTENT, /* DATA was answered 354                         */
    SMTPSPEC_GIVEN_HANDSHAKE, /* TLS by STARTTLS, nothing said in it yet     */
    SMTPSPEC_GIVEN_TLS,     /* READY by EHLO inside TLS                      */
    SMTPSPEC_GIVEN_AUTH,    /* READY, and logged in                          */
    SMTPSPEC_GIVEN_COUNT
};

/* A set in smtpspec_case.flags; the words of a `flags` line. */
enum smtpspec_case_flag {
    SMTPSPEC_CASE_INTRUSIVE = 1, /* "intrusive": only with --intrusive or on
                                    a target of our own machine              */
    SMTPSPEC_CASE_NEEDS_TO = 2,  /* "to": needs a deliverable recipient      */
    SMTPSPEC_CASE_ALONE = 4,     /* "alone": on a connection of its own      */
    SMTPSPEC_CASE_SWEEP = 8,     /* generated, not read from a file          */
    SMTPSPEC_CASE_USER = 16,     /* "user": needs a user and a password      */
    SMTPSPEC_CASE_ANONYMOUS = 32,/* "anonymous": never log in for it         */
    SMTPSPEC_CASE_MALFORMED = 64 /* "malformed": sends what a parser may die
                                    of: see afterwards that it lives         */
};

enum smtpspec_step_kind {
    SMTPSPEC_STEP_CLIENT,   /* C: text, CRLF is added                        */
    SMTPSPEC_STEP_RAW,      /* C> text, nothing is added                     */
    SMTPSPEC_STEP_REPLY,    /* S: codes | * (any code; the rows judge)       */
    SMTPSPEC_STEP_CLOSED,   /* the server must close now                     */
    SMTPSPEC_STEP_SILENT,   /* no reply may come now, but one of `codes`     */
    SMTPSPEC_STEP_TLS,      /* the TLS handshake; in a proof: it went well   */
    SMTPSPEC_STEP_TLS_END,  /* close_notify; what follows goes in clear      */
    SMTPSPEC_STEP_HANG_UP,  /* the client closes; the case is over           */
    SMTPSPEC_STEP_OFFERS,   /* the last reply to EHLO lists `keywords`       */
    SMTPSPEC_STEP_SERVER,   /* proofs only: S: text of the server, CRLF added*/
    SMTPSPEC_STEP_SERVER_RAW,/* proofs only: S> text                         */
    SMTPSPEC_STEP_TLS_FAILS /* proofs only: the handshake fails              */
};

struct smtpspec_step {
    uint8_t kind;                 /* enum smtpspec_step_kind                 */
    bool any;                     /* REPLY: any code; SILENT: the server may
                                     close; TLS: it may close or fail        */
    bool denied;                  /* REPLY: none of `codes` ("S: not 503");
                                     OFFERS: none of `keywords`              */
    bool leads;                   /* REPLY, TLS: only leads to what is tested
                                     ("S? 250", "tls?"): as of the set-up    */
    uint8_t mechanisms;           /* OFFERS: set of enum smtpspec_mechanism  */
    uint16_t line;                /* of the file                             */
    struct smtpspec_codes codes;  /* REPLY, SILENT                           */
    struct smtpspec_span text;    /* CLIENT, RAW, SERVER, OFFERS: as written */
    uint64_t keywords;            /* OFFERS: set of enum smtpspec_extension  */
};

/* A transcript that the judge must pass or fail. */
struct smtpspec_proof {
    bool passes;
    uint16_t line;
    uint16_t first, count;        /* range of smtpspec_case.proof_steps      */
};

struct smtpspec_case {
    struct smtpspec_span id;      /* "rcpt.before-mail"                      */
    struct smtpspec_span title;
    struct smtpspec_span reference; /* "5321:3.3"                            */
    struct smtpspec_span file;
    uint8_t level;                /* enum smtpspec_level                     */
    uint8_t given;                /* enum smtpspec_given                     */
    unsigned flags;               /* set of enum smtpspec_case_flag          */
    uint64_t needs;               /* extensions that must be offered         */
    uint64_t unless;              /* extensions that may not be: the case is
                                     then skipped                            */
    uint8_t mechanisms;           /* of AUTH that must be: set of enum
                                     smtpspec_mechanism                      */
    uint8_t services;             /* set of enum smtpspec_service that the case
                                     is for; 0: none is named                */
    struct smtpspec_span about;   /* patterns of the grammar rules that the
                                     case is about; a breach of another one
                                     is no failure of this case, but one
                                     finding of the target                   */
    uint16_t line;
    uint16_t step_count, proof_step_count;
    uint8_t proof_count;
    struct smtpspec_step steps[SMTPSPEC_CASE_STEPS_KEPT];
    struct smtpspec_proof proofs[SMTPSPEC_CASE_PROOFS_KEPT];
    struct smtpspec_step proof_steps[SMTPSPEC_CASE_PROOF_STEPS_KEPT];
};

struct smtpspec_case_reader {
    struct smtpspec_span rest;
    struct smtpspec_span file;    /* name, for messages                      */
    unsigned line;
};

/* What is wrong with a case file. */
struct smtpspec_case_error {
    unsigned line;
    char text[120];
};

void smtpspec_case_reader_init(struct smtpspec_case_reader *reader,
                               struct smtpspec_span file,
                               struct smtpspec_span text);

/*
 * Read the next case. Returns OK and fills `*out`; OK with an empty id at the
 * end of the text; ERROR_SYNTAX with `*error` where the file is malformed (a
 * missing field, an unknown word, no passing or no failing proof ...): what is
 * in `*out` is then of no use, and the next call says that the text has ended.
 * That ids are unique over all files is the business of whoever reads several.
 */
enum smtpspec_error smtpspec_case_read(struct smtpspec_case_reader *reader,
                                       struct smtpspec_case *out,
                                       struct smtpspec_case_error *error);

/* Whether set-ups go through STARTTLS. */
enum smtpspec_starttls {
    SMTPSPEC_STARTTLS_TRY,     /* where a case wants it                      */
    SMTPSPEC_STARTTLS_NO,      /* never                                      */
    SMTPSPEC_STARTTLS_REQUIRE  /* in every set-up that goes as far as EHLO,
                                  but for cases of STARTTLS itself           */
};

/* Write the digest of CRAM-MD5 (RFC 2195, 2) for a decoded challenge to `out`,
 * in hex; its length, 0 where it cannot be had. The library has no MD5. */
typedef size_t (*smtpspec_cram)(void *context, struct smtpspec_span challenge,
                                struct smtpspec_span user,
                                struct smtpspec_span password, char *out,
                                size_t cap);

/* What the names in C: lines stand for, none of more than
 * SMTPSPEC_CASE_VALUE_KEPT octets, and how sessions are set up. */
struct smtpspec_case_vars {
    struct smtpspec_span domain;  /* our EHLO name                           */
    struct smtpspec_span from;    /* mailbox for MAIL                        */
    struct smtpspec_span rcpt;    /* mailbox for RCPT ("postmaster" too)     */
    struct smtpspec_span nobody;  /* a mailbox that surely does not exist    */
    struct smtpspec_span elsewhere; /* a domain of others; empty: example    */
    struct smtpspec_span user, password; /* empty: there is none             */
    bool login;                   /* log in wherever a case does not object  */
    uint8_t starttls;             /* enum smtpspec_starttls                  */
    bool implicit_tls;            /* the connection is TLS from its start    */
    bool no_ehlo;                 /* the server is known not to know EHLO    */
    smtpspec_cram cram;           /* NULL: no CRAM-MD5                       */
    void *cram_context;
    /* Filled in by the player. */
    struct smtpspec_span id;        /* {id}: of the case                     */
    struct smtpspec_span challenge; /* {cram}: text of the last 334          */
    uint64_t size;                  /* {oversize}: the number of SIZE, or 0  */
};

/*
 * Expand {name}, {x*500} (500 times x) and the escapes \r \n \0 \t \\ \xNN of
 * a text. Returns the length of the whole; writes nothing past `cap`. {cram} is
 * nothing where no digest is to be had. An unknown name or escape, which no
 * case that was read holds, stands for itself.
 */
size_t smtpspec_case_expand(struct smtpspec_span text,
                            const struct smtpspec_case_vars *vars, char *out,
                            size_t cap);

/* Where in `text` the first unknown name or escape is, or text.length. */
size_t smtpspec_case_expand_fault(struct smtpspec_span text);

/* Whether some line of `text`, once expanded, begins with `word`, in capitals
 * or not. What a name stands for is not known: no word begins with it. */
bool smtpspec_case_has_line(struct smtpspec_span text,
                            struct smtpspec_span word);

/* Names that want what not every run or server has. */
enum smtpspec_case_name {
    SMTPSPEC_CASE_NAME_USER = 1,     /* {auth-*}, {cram}: a user             */
    SMTPSPEC_CASE_NAME_CRAM = 2,     /* {cram}: a challenge before it        */
    SMTPSPEC_CASE_NAME_OVERSIZE = 4  /* {oversize}: a number behind SIZE     */
};
/* A set of them: what `text` names. */
unsigned smtpspec_case_names(struct smtpspec_span text);

/* Take the next word off `*text`, and the blanks behind it; empty at the
 * end. */
struct smtpspec_span smtpspec_case_word(struct smtpspec_span *text);

/* Whether `id` matches a pattern of --only: an id, or a glob with * and ?. */
bool smtpspec_case_matches(struct smtpspec_span id, struct smtpspec_span glob);

/*
 * The generated sweep: each state x command x way of sending it. Fills number
 * `index` (0, 1, ...) and returns false past the end, or where `cap` is below
 * SMTPSPEC_CASE_SWEEP_ROOM. Ids are "sweep.STATE.COMMAND" in small letters, and
 * "sweep.STATE.COMMAND.STIMULUS" for what is not sent as it should be. The id
 * and the title live in `room`.
 */
#define SMTPSPEC_CASE_SWEEP_ROOM 160
bool smtpspec_case_sweep(size_t index, struct smtpspec_case *out, char *room,
                         size_t cap);

/* "ehlo"; the word of a `given` line. */
const char *smtpspec_given_name(enum smtpspec_given given);
/* Whether such a case begins after HELO, EHLO or LHLO. */
bool smtpspec_given_is_greeted(enum smtpspec_given given);
/* Whether it begins after EHLO or LHLO, so that offers are known. */
bool smtpspec_given_is_offered(enum smtpspec_given given);

#endif
