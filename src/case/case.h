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
    SMTPSPEC_GIVEN_COUNT
};

/* A set in smtpspec_case.flags; the words of a `flags` line. */
enum smtpspec_case_flag {
    SMTPSPEC_CASE_INTRUSIVE = 1, /* "intrusive": only with --intrusive or on
                                    a target of our own machine              */
    SMTPSPEC_CASE_NEEDS_TO = 2,  /* "to": needs a deliverable recipient      */
    SMTPSPEC_CASE_ALONE = 4,     /* "alone": on a connection of its own      */
    SMTPSPEC_CASE_SWEEP = 8      /* generated, not read from a file          */
};

enum smtpspec_step_kind {
    SMTPSPEC_STEP_CLIENT,   /* C: text, CRLF is added                        */
    SMTPSPEC_STEP_RAW,      /* C> text, nothing is added                     */
    SMTPSPEC_STEP_REPLY,    /* S: codes | * (any code; the rows judge)       */
    SMTPSPEC_STEP_CLOSED,   /* the server must close now                     */
    SMTPSPEC_STEP_SILENT,   /* no reply may come now, but one of `codes`     */
    SMTPSPEC_STEP_SERVER,   /* proofs only: S: text of the server, CRLF added*/
    SMTPSPEC_STEP_SERVER_RAW/* proofs only: S> text                          */
};

struct smtpspec_step {
    uint8_t kind;                 /* enum smtpspec_step_kind                 */
    bool any;                     /* REPLY: any code; SILENT: the server may
                                     close                                   */
    bool denied;                  /* REPLY: none of `codes` ("S: not 503")   */
    bool leads;                   /* REPLY: only leads to what is tested
                                     ("S? 250"): as of the set-up            */
    uint16_t line;                /* of the file                             */
    struct smtpspec_codes codes;  /* REPLY, SILENT                           */
    struct smtpspec_span text;    /* CLIENT, RAW, SERVER: as written         */
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

/* Values of {domain}, {from}, {rcpt}, {nobody} in C: lines; none of more than
 * SMTPSPEC_CASE_VALUE_KEPT octets. */
struct smtpspec_case_vars {
    struct smtpspec_span domain;  /* our EHLO name                           */
    struct smtpspec_span from;    /* mailbox for MAIL                        */
    struct smtpspec_span rcpt;    /* mailbox for RCPT ("postmaster" too)     */
    struct smtpspec_span nobody;  /* a mailbox that surely does not exist    */
};

/*
 * Expand {name}, {x*500} (500 times x) and the escapes \r \n \0 \t \\ \xNN of
 * a text. Returns the length of the whole; writes nothing past `cap`. An
 * unknown name or escape, which no case that was read holds, stands for
 * itself.
 */
size_t smtpspec_case_expand(struct smtpspec_span text,
                            const struct smtpspec_case_vars *vars, char *out,
                            size_t cap);

/* Where in `text` the first unknown name or escape is, or text.length. */
size_t smtpspec_case_expand_fault(struct smtpspec_span text);

/* Take the next word off `*text`, and the blanks behind it; empty at the
 * end. */
struct smtpspec_span smtpspec_case_word(struct smtpspec_span *text);

/* Whether `id` matches a pattern of --only: an id, or a glob with * and ?. */
bool smtpspec_case_matches(struct smtpspec_span id, struct smtpspec_span glob);

/*
 * The generated sweep: each state x command with a valid stimulus. Fills
 * number `index` (0, 1, ...) and returns false past the end, or where `cap` is
 * below SMTPSPEC_CASE_SWEEP_ROOM. Ids are "sweep.STATE.COMMAND" in small
 * letters. The id and the title live in `room`.
 */
#define SMTPSPEC_CASE_SWEEP_ROOM 96
bool smtpspec_case_sweep(size_t index, struct smtpspec_case *out, char *room,
                         size_t cap);

/* "ehlo"; the word of a `given` line. */
const char *smtpspec_given_name(enum smtpspec_given given);

#endif
