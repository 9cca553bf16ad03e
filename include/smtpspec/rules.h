/* SPDX-License-Identifier: MIT */
/*
 * rules.h - what may answer what, what is due where, and what codes mean
 *
 * Floor 2, rules: constant tables and look-ups in them; no I/O, no
 * allocation, no clock. The rows stand in src/rules: sources.def,
 * profiles.def, replies.def, any_if.def, codes.def, advice.def, enhanced.def,
 * states.def, expect.def.
 */
#ifndef SMTPSPEC_RULES_H
#define SMTPSPEC_RULES_H

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Sources and profiles ---------------------------------------------- */

/* A text that says something of codes: an RFC, one of the five founding
 * documents, or the IANA registry, is a source: a row of sources.def, 0 is
 * none. The enum is made from the rows (src/rules/sources.h); here a source
 * is a number. */

/* Short id as in the tables, "rfc5321", "kb234"; never NULL. */
SMTPSPEC_API const char *smtpspec_source_name(uint8_t source);
/* Full title; never NULL. */
SMTPSPEC_API const char *smtpspec_source_title(uint8_t source);

/* Named sets of sources to judge by. */
enum smtpspec_profile {
    SMTPSPEC_PROFILE_UNSET,
    SMTPSPEC_PROFILE_KB234,
    SMTPSPEC_PROFILE_RFC821,
    SMTPSPEC_PROFILE_RFC2821,
    SMTPSPEC_PROFILE_RFC5321,
    SMTPSPEC_PROFILE_MODERN,
    SMTPSPEC_PROFILE_COUNT
};

SMTPSPEC_API const char *smtpspec_profile_name(enum smtpspec_profile profile);
/* One sentence for people; never NULL. */
SMTPSPEC_API const char *smtpspec_profile_text(enum smtpspec_profile profile);
/* By name, in either case; UNSET where there is none. */
SMTPSPEC_API enum smtpspec_profile
smtpspec_profile_of(struct smtpspec_span name);

/* Whether rows of the source may count under the profile, be it on one kind
 * of service or with an extension alone. */
SMTPSPEC_API bool smtpspec_profile_has_source(enum smtpspec_profile profile,
                                              uint8_t source);

/* What kind of service the server is reached for; it decides which extension
 * RFCs hold without being offered (RFC 6409, RFC 2033). */
enum smtpspec_service {
    SMTPSPEC_SERVICE_SMTP,
    SMTPSPEC_SERVICE_SUBMISSION,
    SMTPSPEC_SERVICE_LMTP
};

/* By what to judge. Plain values, copied freely. */
struct smtpspec_terms {
    enum smtpspec_profile profile;
    enum smtpspec_service service;
    uint64_t offered; /* set of enum smtpspec_extension: what EHLO listed  */
    bool tls;         /* TLS is up: a server may find it too weak (RFC 3207,
                         4.1)                                              */
};

/* --- Layer 2: vocabulary ------------------------------------------------ */

/* The label that a source gives a code in its table. Sources label
 * differently (spec of the row); never compare labels across sources. */
enum smtpspec_kind {
    SMTPSPEC_KIND_SUCCESS,
    SMTPSPEC_KIND_INTERMEDIATE,
    SMTPSPEC_KIND_FAILURE,
    SMTPSPEC_KIND_ERROR,
    SMTPSPEC_KIND_COUNT
};
SMTPSPEC_API const char *smtpspec_kind_name(enum smtpspec_kind kind);

/* Where in the session a row holds. */
enum smtpspec_phase {
    SMTPSPEC_PHASE_GREETING, /* the connection                               */
    SMTPSPEC_PHASE_COMMAND,  /* the command line                             */
    SMTPSPEC_PHASE_FINAL,    /* the final dot                                */
    SMTPSPEC_PHASE_CHUNK,    /* BDAT, after its octets                       */
    SMTPSPEC_PHASE_AUTH,     /* a line inside AUTH                           */
    SMTPSPEC_PHASE_ANY,      /* every command, always                        */
    SMTPSPEC_PHASE_ANY_IF    /* every command, on the note's condition       */
};

/* Row of replies.def: this source lets this code answer this command. */
struct smtpspec_reply_rule {
    uint8_t command;        /* enum smtpspec_command; UNSET: any command     */
    uint8_t phase;          /* enum smtpspec_phase                           */
    uint8_t kind;           /* enum smtpspec_kind                            */
    uint8_t needs;          /* enum smtpspec_extension: in force only while
                               that is offered; NONE: always                 */
    uint8_t source;
    uint16_t code;          /* 200..559; 400 or 500 with `whole_class` set   */
    bool whole_class;       /* any code of that first digit (4yz, 5yz)       */
    const char *section;    /* "4.3.2", or "article 234"                     */
    const char *note;       /* "" or a remark of the row                     */
    uint16_t line;          /* of the file: smtpspec_reply_rule_file()       */
};

/* All rows, in the order of the file. Cannot fail. */
SMTPSPEC_API const struct smtpspec_reply_rule *
smtpspec_reply_rules(size_t *count);
/* In which file of src/rules one of those stands: "replies.def". */
SMTPSPEC_API const char *
smtpspec_reply_rule_file(const struct smtpspec_reply_rule *rule);

/* Whether the row belongs to these terms: its source to the profile, and, in
 * profile modern, its extension is offered or its service is meant. */
SMTPSPEC_API bool
smtpspec_reply_rule_holds(const struct smtpspec_reply_rule *rule,
                          const struct smtpspec_terms *terms);

/* How a code stands to the rows of a command. */
enum smtpspec_listing {
    SMTPSPEC_LISTING_NO_ROW,      /* the profile has no row for the command  */
    SMTPSPEC_LISTING_LISTED,      /* some row has the code                   */
    SMTPSPEC_LISTING_UNLISTED,    /* none has, but one has its first digit   */
    SMTPSPEC_LISTING_WRONG_DIGIT, /* no row of the command has that digit    */
    SMTPSPEC_LISTING_NOT_A_CODE   /* outside [2-5][0-5][0-9]                 */
};

/*
 * Look a reply up. `*rule` is the row that allows it, else the first row of
 * the command, else NULL; may be NULL where not wanted. 421 is listed for
 * CONNECT in every profile but the ones whose text denies it, as the profile's
 * rows say. Cannot fail.
 */
SMTPSPEC_API enum smtpspec_listing
smtpspec_rules_look_up(const struct smtpspec_terms *terms,
                       enum smtpspec_command command, uint16_t code,
                       const struct smtpspec_reply_rule **rule);

/* A profile whose texts demand that only listed codes are sent ("must be
 * strictly adhered to", RFC 821, 4.3; kb234): unlisted fails there. */
SMTPSPEC_API bool smtpspec_profile_is_strict(enum smtpspec_profile profile);

/* --- Layer 3: what is due ----------------------------------------------- */

/* Where the session stands. */
enum smtpspec_state {
    SMTPSPEC_STATE_UNSET,
    SMTPSPEC_STATE_CONNECT,     /* connected, no greeting yet                */
    SMTPSPEC_STATE_IDLE,        /* greeting 220 seen, no HELO or EHLO        */
    SMTPSPEC_STATE_READY,       /* HELO, EHLO or LHLO done, no transaction   */
    SMTPSPEC_STATE_MAIL,        /* MAIL accepted                             */
    SMTPSPEC_STATE_RCPT,        /* at least one RCPT accepted                */
    SMTPSPEC_STATE_CONTENT,     /* after 354: message text                   */
    SMTPSPEC_STATE_BDAT,        /* a chunk accepted, LAST not seen           */
    SMTPSPEC_STATE_BDAT_FAILED, /* a chunk refused: only RSET helps          */
    SMTPSPEC_STATE_AUTH,        /* after 334                                 */
    SMTPSPEC_STATE_TLS,         /* STARTTLS accepted, handshake due          */
    SMTPSPEC_STATE_REFUSED,     /* greeting 554 or 521: only QUIT            */
    SMTPSPEC_STATE_CLOSED,      /* 221 or 421 seen, or the connection is gone*/
    SMTPSPEC_STATE_ASTRAY,      /* the server did what no state fits         */
    SMTPSPEC_STATE_COUNT
};
SMTPSPEC_API const char *smtpspec_state_name(enum smtpspec_state state);
SMTPSPEC_API enum smtpspec_state smtpspec_state_of(struct smtpspec_span name);

/* The reply's kind, by its first digit (RFC 5321, 4.2.1). */
enum smtpspec_class {
    SMTPSPEC_CLASS_NONE,         /* no reply, or no code in it               */
    SMTPSPEC_CLASS_SUCCESS,      /* 2yz                                      */
    SMTPSPEC_CLASS_INTERMEDIATE, /* 3yz                                      */
    SMTPSPEC_CLASS_FAILURE,      /* 4yz                                      */
    SMTPSPEC_CLASS_ERROR,        /* 5yz                                      */
    SMTPSPEC_CLASS_COUNT
};
SMTPSPEC_API const char *smtpspec_class_name(enum smtpspec_class class_);
SMTPSPEC_API inline enum smtpspec_class smtpspec_class_of(unsigned code)
{
    return code >= 200 && code < 600 ? (enum smtpspec_class)(code / 100 - 1)
                                     : SMTPSPEC_CLASS_NONE;
}

/* The kind of thing that was sent. */
enum smtpspec_stimulus {
    SMTPSPEC_STIMULUS_VALID,
    SMTPSPEC_STIMULUS_NO_ARGUMENT,
    SMTPSPEC_STIMULUS_EXTRA_ARGUMENT,
    SMTPSPEC_STIMULUS_BAD_ARGUMENT,
    SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER,
    SMTPSPEC_STIMULUS_TOO_LONG,
    SMTPSPEC_STIMULUS_BAD_OCTETS,
    SMTPSPEC_STIMULUS_BARE_LF,
    SMTPSPEC_STIMULUS_LOWER_CASE,
    SMTPSPEC_STIMULUS_BLANKS,
    SMTPSPEC_STIMULUS_UNKNOWN_VERB,
    SMTPSPEC_STIMULUS_COUNT
};
/* "no-argument"; never NULL. */
SMTPSPEC_API const char *
smtpspec_stimulus_name(enum smtpspec_stimulus stimulus);

/* A set of codes: up to eight, each a code, or 400/500 and the like where the
 * bit of its place in `whole_class` is set: any code of that first digit. */
struct smtpspec_codes {
    uint16_t code[8];
    uint8_t count;
    uint8_t whole_class;
};
SMTPSPEC_API bool smtpspec_codes_have(const struct smtpspec_codes *codes,
                                      unsigned code);
/* "503 or 554", "5yz"; NUL-terminated, cut at `cap`; length as snprintf. */
SMTPSPEC_API size_t smtpspec_codes_write(const struct smtpspec_codes *codes,
                                         char *out, size_t cap);
/* Read "503 554 5yz" (blanks or "|" between). False where it is none. */
SMTPSPEC_API bool smtpspec_codes_parse(struct smtpspec_span text,
                                       struct smtpspec_codes *codes);

/*
 * Whether a code is one of those that are due under these terms. `due` is
 * written for RFC 5321; an older profile narrows it to what its own rows let
 * answer the command, and where that leaves nothing any 4yz or 5yz of its rows
 * will do. `*left`, where not NULL, is what the narrowing left. A command that
 * has no row in the profile is not narrowed.
 */
SMTPSPEC_API bool smtpspec_rules_is_due(const struct smtpspec_terms *terms,
                                        enum smtpspec_command command,
                                        const struct smtpspec_codes *due,
                                        uint16_t code,
                                        struct smtpspec_codes *left);

/* Whether the profile's text is older than RFC 5321, so that it narrows. */
SMTPSPEC_API bool smtpspec_profile_narrows(enum smtpspec_profile profile);

/* Row of expect.def: what is due for this command, sent this way, here. */
struct smtpspec_expectation {
    struct smtpspec_codes codes;
    bool denied;            /* not what is due, but what may not come        */
    uint8_t needs;          /* enum smtpspec_extension: in force only while
                               that is offered; NONE: always                 */
    uint8_t level;          /* enum smtpspec_level                           */
    uint16_t line;          /* of expect.def                                 */
    const char *reference;  /* "5321:3.3"                                    */
    const char *text;       /* the requirement in our own words              */
};

/* NULL where no row says anything: any code of the vocabulary will do. */
SMTPSPEC_API const struct smtpspec_expectation *
smtpspec_rules_expect(enum smtpspec_state state, enum smtpspec_command command,
                      enum smtpspec_stimulus stimulus);

/* That row where it is in force under these terms, else NULL: its extension is
 * offered, an older profile knows the command, and the service uses it (HELO
 * and EHLO are no commands of LMTP, RFC 2033, 4.1). */
SMTPSPEC_API const struct smtpspec_expectation *
smtpspec_rules_due(const struct smtpspec_terms *terms,
                   enum smtpspec_state state, enum smtpspec_command command,
                   enum smtpspec_stimulus stimulus);

/* Row of states.def. UNSET where no row fits (a fault of the table). */
SMTPSPEC_API enum smtpspec_state
smtpspec_rules_next(enum smtpspec_state state, enum smtpspec_command command,
                    enum smtpspec_class class_);
/* Where that row is written, "5321:3.3"; "" where there is none. */
SMTPSPEC_API const char *
smtpspec_rules_next_reference(enum smtpspec_state state,
                              enum smtpspec_command command,
                              enum smtpspec_class class_);

/* --- The catalogue: what codes mean ------------------------------------- */

/* Kind of a catalogue row. LOCAL: what no server sends. */
enum smtpspec_code_kind {
    SMTPSPEC_CODE_SUCCESS,
    SMTPSPEC_CODE_INTERMEDIATE,
    SMTPSPEC_CODE_TRANSIENT,
    SMTPSPEC_CODE_PERMANENT,
    SMTPSPEC_CODE_LOCAL
};
SMTPSPEC_API const char *
smtpspec_code_kind_name(enum smtpspec_code_kind kind);

/* Row of codes.def: what one source says that a code means. */
struct smtpspec_code_entry {
    uint16_t code;          /* 100..599                                      */
    uint8_t source;
    uint8_t kind;           /* enum smtpspec_code_kind                       */
    const char *section;    /* "" where the source has none                  */
    const char *meaning;    /* in our own words                              */
};
/* All rows, by code, then source. */
SMTPSPEC_API const struct smtpspec_code_entry *
smtpspec_code_entries(size_t *count);

/* Row of advice.def: why a code is met and what helps; per code. */
struct smtpspec_code_advice {
    uint16_t code;
    const char *name;       /* a few words                                   */
    const char *cause;
    const char *remedy;
};
/* NULL where there is none. */
SMTPSPEC_API const struct smtpspec_code_advice *
smtpspec_code_advice_of(unsigned code);

/* Row of enhanced.def: one registered enhanced code under class X. */
struct smtpspec_enhanced_entry {
    uint16_t subject, detail;
    const char *basic;      /* associated codes, "451 550"; "" for none      */
    const char *reference;  /* "3463"                                        */
    const char *name;
};
SMTPSPEC_API const struct smtpspec_enhanced_entry *
smtpspec_enhanced_entries(size_t *count);

/* Meaning of the first (1-5), second (0-5) digit, as the founding documents
 * and RFC 5321, 4.2.1 give it; "" for any other. */
SMTPSPEC_API const char *smtpspec_digit_text(unsigned place, unsigned digit);

#ifdef __cplusplus
}
#endif
#endif
