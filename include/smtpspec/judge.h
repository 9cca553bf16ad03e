/* SPDX-License-Identifier: MIT */
/*
 * judge.h - was this reply allowed here?
 *
 * Floor 3, judge: no I/O, no allocation, no clock, no globals. One judge
 * watches one session. It is fed what the client sent and what the server
 * answered, in that order, and tells through a sink (1) each exchange as it
 * ends and (2) each verdict that is worse than a plain pass, by four layers:
 *
 *   grammar     each reply line against RFC 5321, 4.2 and RFC 2034
 *   vocabulary  the code against the rows of the profile
 *   state       what is due for this command, sent this way, in this state
 *   session     one reply per command, in order; the rules of closing
 *
 * Where the session has lost its synchronisation (a reply missing or too
 * many, octets the judge cannot place) it gives one verdict and is silent for
 * the rest of the session: it never guesses.
 */
#ifndef SMTPSPEC_JUDGE_H
#define SMTPSPEC_JUDGE_H

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/data.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/limits.h>
#include <smtpspec/reply.h>
#include <smtpspec/rules.h>
#include <smtpspec/session.h>

#ifdef __cplusplus
extern "C" {
#endif

enum smtpspec_layer {
    SMTPSPEC_LAYER_NONE,
    SMTPSPEC_LAYER_GRAMMAR,
    SMTPSPEC_LAYER_VOCABULARY,
    SMTPSPEC_LAYER_STATE,
    SMTPSPEC_LAYER_SESSION,
    SMTPSPEC_LAYER_CASE,    /* what a case demands beyond the rows           */
    SMTPSPEC_LAYER_COUNT
};
SMTPSPEC_API const char *smtpspec_layer_name(enum smtpspec_layer layer);

enum smtpspec_outcome {
    SMTPSPEC_OUTCOME_PASS,
    SMTPSPEC_OUTCOME_SKIP,      /* not offered, or not asked for             */
    SMTPSPEC_OUTCOME_BLOCKED,   /* the site's policy stood in the way        */
    SMTPSPEC_OUTCOME_THROTTLED, /* 421, refused, too many                    */
    SMTPSPEC_OUTCOME_ERROR,     /* we could not go on                        */
    SMTPSPEC_OUTCOME_WARN,
    SMTPSPEC_OUTCOME_FAIL,
    SMTPSPEC_OUTCOME_COUNT
};
SMTPSPEC_API const char *
smtpspec_outcome_name(enum smtpspec_outcome outcome);

/* The worst that a breach of this level can be: FAIL, WARN, or PASS with a
 * note. */
SMTPSPEC_API enum smtpspec_outcome
smtpspec_outcome_of_level(enum smtpspec_level level);

/* Rules that belong to no row of the other tables. Rows of
 * src/judge/manners.def: id, layer, level, section, requirement. */
enum smtpspec_manner {
    SMTPSPEC_MANNER_UNSET,
    /* grammar, where it depends on the command or on EHLO */
    SMTPSPEC_MANNER_STATUS_MISSING,    /* ENHANCEDSTATUSCODES offered, none  */
    SMTPSPEC_MANNER_STATUS_UNWANTED,   /* on 3yz, greeting, HELO, EHLO       */
    SMTPSPEC_MANNER_GREETING_DOMAIN,   /* 220 with no domain                 */
    SMTPSPEC_MANNER_EHLO_DOMAIN,       /* 250 to EHLO with no domain         */
    SMTPSPEC_MANNER_EHLO_KEYWORD,      /* keyword or parameter malformed     */
    SMTPSPEC_MANNER_EHLO_TWICE,        /* keyword listed twice               */
    SMTPSPEC_MANNER_HELO_EXTENDED,     /* EHLO-like reply to HELO            */
    SMTPSPEC_MANNER_CHALLENGE_SPACE,   /* 334 without its space              */
    /* state, whatever the row */
    SMTPSPEC_MANNER_REQUIRED_VERB,     /* 500 to a verb that all must know   */
    SMTPSPEC_MANNER_ASTRAY,            /* a reply after which no state fits  */
    /* session */
    SMTPSPEC_MANNER_NO_REPLY,          /* a reply was due and none came      */
    SMTPSPEC_MANNER_UNASKED,           /* a reply to nothing, not 421        */
    SMTPSPEC_MANNER_REPLY_IN_CONTENT,  /* before the end of data             */
    SMTPSPEC_MANNER_FALSE_END,         /* other than CRLF.CRLF ended the data*/
    SMTPSPEC_MANNER_LF_ENDS_LINE,      /* a bare LF ended a command line     */
    SMTPSPEC_MANNER_AFTER_CLOSE,       /* octets after 221 or 421            */
    SMTPSPEC_MANNER_STAYS_OPEN,        /* no close after 221 or 421          */
    SMTPSPEC_MANNER_CLOSE_SILENT,      /* closed without 221 or 421          */
    SMTPSPEC_MANNER_CLOSE_UNASKED,     /* 221 to anything but QUIT           */
    SMTPSPEC_MANNER_ENDLESS,           /* the reply passed every bound       */
    SMTPSPEC_MANNER_DEAD,              /* nobody answers any more; said by who
                                          holds the connections              */
    SMTPSPEC_MANNER_TLS_CERTIFICATE,   /* said by who does the handshake     */
    SMTPSPEC_MANNER_EHLO_DIFFERS,      /* by who sees several connections    */
    SMTPSPEC_MANNER_OFFERS,            /* by who knows what is expected      */
    SMTPSPEC_MANNER_COUNT
};

/* One command, or the connection, or the final dot, and its reply. */
struct smtpspec_exchange {
    uint32_t number;     /* 0 for the greeting, then counting up             */
    uint8_t state;       /* enum smtpspec_state before it                    */
    uint8_t next;        /* and after it                                     */
    uint8_t command;     /* enum smtpspec_command                            */
    uint8_t stimulus;    /* enum smtpspec_stimulus                           */
    uint16_t code;       /* of the reply's first line; 0: none               */
    bool closing;        /* 221 or 421                                       */
    uint32_t lines;      /* reply lines                                      */
    uint32_t defects;    /* set of enum smtpspec_defect over all of them     */
    uint64_t at;         /* offset of the reply in all the server's octets   */
    uint64_t octets;     /* and its length                                   */
};

/* Something to say about an exchange. PASS only as a note (level POLICY or
 * INFO), else WARN or FAIL. */
struct smtpspec_verdict {
    uint8_t outcome;     /* enum smtpspec_outcome                            */
    uint8_t layer;       /* enum smtpspec_layer                              */
    uint8_t level;       /* enum smtpspec_level                              */
    uint8_t manner;      /* enum smtpspec_manner, or UNSET                   */
    uint8_t defect;      /* enum smtpspec_defect + 1, or 0                   */
    uint8_t state;
    uint8_t command;
    uint8_t stimulus;
    uint16_t code;       /* 0 where there is none                            */
    uint32_t exchange;   /* its number                                       */
    uint64_t at;         /* offset in the server's octets of what shows it   */
    struct smtpspec_codes expected; /* empty where the rule names no codes   */
    bool expected_denied;           /* those may not come (else: are due)    */
    uint8_t source;   /* vocabulary: whose table; else 0             */
    const char *reference;    /* "5321:4.2", or "article 234"; never NULL  */
    const char *text;         /* the requirement in our words; never NULL    */
};

/*
 * The stable id of the rule behind a verdict: "defect.bare-lf",
 * "reply.RCPT" (vocabulary), "expect.RCPT.READY" and
 * "expect.NOOP.READY.extra-argument" (state), "session.no-reply",
 * "grammar.status-missing", "state.required-verb.VRFY". NUL-terminated, at
 * most 64 octets.
 */
SMTPSPEC_API size_t
smtpspec_verdict_rule(const struct smtpspec_verdict *verdict, char *out,
                      size_t cap);

/* A verdict that no exchange shows, by its manner: what is said of DEAD. */
SMTPSPEC_API void smtpspec_verdict_of_manner(enum smtpspec_manner manner,
                                             struct smtpspec_verdict *out);

/*
 * What a rule id as above says; of a verdict the layer, level, manner, defect,
 * state, command, stimulus, expected, reference and text are filled in. The
 * prefix "session." that a collected finding has may stand before any id.
 * False where there is no such rule.
 */
SMTPSPEC_API bool smtpspec_rule_find(struct smtpspec_span id,
                                     struct smtpspec_verdict *out);

/*
 * Which row of the tables in src the rule is: "expect.def:63". Of a vocabulary
 * it is the first row of the command. NUL-terminated; "" where there is no
 * such rule, or `cap` is too small.
 */
SMTPSPEC_API void smtpspec_rule_row(struct smtpspec_span id, char *out,
                                    size_t cap);

/* Who hears of it. Called from inside the feeding functions; may not feed the
 * same judge. For each exchange its verdicts come first. Either may be NULL. */
struct smtpspec_judge_sink {
    void (*verdict)(void *context, const struct smtpspec_verdict *verdict);
    void (*exchange)(void *context, const struct smtpspec_exchange *exchange);
    void *context;
};

/* A command that waits for its reply. */
struct smtpspec_pending {
    uint8_t command;
    uint8_t stimulus;
    bool last;           /* BDAT ... LAST, well-formed                       */
    bool extra;          /* more behind the arguments, whatever else is odd  */
    bool smtputf8;       /* MAIL, VRFY or EXPN ... SMTPUTF8                  */
    bool binarymime;     /* MAIL ... BODY=BINARYMIME                         */
    bool prdr;           /* MAIL ... PRDR                                    */
    bool blinds;         /* what comes behind it cannot be placed            */
};

#define SMTPSPEC_IN_ORDER_KEPT 16

/* The fields are nobody's business but judge.c's. No pointers but the sink's
 * and, in `terms`, none: may be copied between exchanges. From `pending` on
 * only so much is set as is said to be in use. */
struct smtpspec_judge {
    struct smtpspec_terms terms;
    struct smtpspec_judge_sink sink;
    struct smtpspec_session session;
    struct smtpspec_ehlo ehlo;
    struct smtpspec_reply_parser replies;
    struct smtpspec_data data;
    struct smtpspec_exchange open;      /* the reply being read              */
    uint32_t in_order[SMTPSPEC_IN_ORDER_KEPT]; /* exchanges that drew no word
                                           of vocabulary and state, by hash  */
    uint32_t pending_first, pending_count;
    uint32_t parts;                     /* replies that the first of them got
                                           where it gets several (LMTP, PRDR)*/
    uint64_t server_octets;             /* all fed so far                    */
    uint64_t line_at;                   /* where the reply line began there  */
    uint64_t chunk_left;                /* BDAT octets still to come         */
    uint32_t exchanges;
    uint32_t seen_defects;              /* said of this exchange             */
    uint32_t seen_manners;
    uint32_t said;                      /* verdicts of this exchange         */
    bool silent;                        /* synchronisation was lost          */
    bool server_closed;
    bool goodbye;                       /* 221 or 421 was seen               */
    bool reading;                       /* a reply has begun                 */
    bool divided;                       /* 353 opened a reply for each
                                           recipient, and one for all (PRDR) */
    bool line_cr, line_lf;              /* of `line`: last was CR; LF inside */
    bool lf_sent;                       /* in some line before               */
    uint64_t line_octets;               /* that `line` really has            */
    size_t line_length;
    size_t held_length;
    size_t text_length;
    size_t challenge_length;
    struct smtpspec_ehlo ehlo_in_clear; /* what was offered before TLS       */
    struct smtpspec_pending pending[SMTPSPEC_PENDING_KEPT];
    char line[SMTPSPEC_COMMAND_KEPT];   /* client line under way             */
    char held[SMTPSPEC_HELD_KEPT];      /* client octets that wait           */
    char text[SMTPSPEC_REPLY_TEXT_KEPT];/* server line that came in pieces   */
    char challenge[SMTPSPEC_CHALLENGE_KEPT]; /* of the last 334              */
};

/* Watch a session from its first octet. `terms->offered` is normally 0: what
 * is offered is learnt from the reply to EHLO. */
SMTPSPEC_API void smtpspec_judge_init(struct smtpspec_judge *judge,
                                      const struct smtpspec_terms *terms,
                                      const struct smtpspec_judge_sink *sink);

/* Watch from a state on, as smtpspec_session_assume(); nothing is due. */
SMTPSPEC_API void smtpspec_judge_assume(struct smtpspec_judge *judge,
                                        enum smtpspec_state state);

/* The client sent these octets (any split). */
SMTPSPEC_API void smtpspec_judge_client(struct smtpspec_judge *judge,
                                        struct smtpspec_span octets);

/* The client sent this line and CRLF behind it; `line` holds no LF. */
SMTPSPEC_API void smtpspec_judge_client_line(struct smtpspec_judge *judge,
                                             struct smtpspec_span line);

/* The same of lines of message content, up to 64, the final dot included:
 * returns how many were that and have been taken, 0 where the first is
 * something else or has to be held. `plain` as in smtpspec_data_lines(). */
SMTPSPEC_API size_t
smtpspec_judge_content_lines(struct smtpspec_judge *judge,
                             const struct smtpspec_span lines[], size_t count,
                             uint64_t plain);

/* The server sent these (any split). */
SMTPSPEC_API void smtpspec_judge_server(struct smtpspec_judge *judge,
                                        struct smtpspec_span octets);

/*
 * The same for whoever has read the octets already, and in exchange for them.
 *
 * command: the client sent this line, CRLF behind it; `line` is what
 * smtpspec_command_parse() made of the whole of it, without its CRLF. False,
 * and nothing is taken, where its octets need not be a command: behind half a
 * line, in content, a chunk or AUTH, or while a reply that decides it is
 * awaited; and where it is too long or has bad octets. Give the octets to
 * smtpspec_judge_client() then.
 *
 * records: the server sent `octets`, and these are the records that one call
 * of smtpspec_reply_feed() made of them, all consumed; `parser` as that call
 * left it. It has read all that the server sent, from its first octet on.
 */
SMTPSPEC_API bool
smtpspec_judge_command(struct smtpspec_judge *judge,
                       const struct smtpspec_command_line *line);
SMTPSPEC_API void
smtpspec_judge_records(struct smtpspec_judge *judge,
                       const struct smtpspec_reply_parser *parser,
                       struct smtpspec_span octets,
                       const struct smtpspec_reply_line records[],
                       size_t count);

/*
 * The server had its time and now waits: whatever is still due did not come
 * (NO_REPLY), and if it said goodbye it has not closed (STAYS_OPEN). Call it
 * only after the deadline, or where the transport shows that the server reads.
 */
SMTPSPEC_API void smtpspec_judge_turn(struct smtpspec_judge *judge);

/* The server closed the connection. */
SMTPSPEC_API void smtpspec_judge_closed(struct smtpspec_judge *judge);

/* The caller gave up on a reply that would not end (its own bound on octets
 * or time was passed). */
SMTPSPEC_API void smtpspec_judge_endless(struct smtpspec_judge *judge);

/* The handshake after 220 to STARTTLS is done; octets are plaintext again. */
SMTPSPEC_API void smtpspec_judge_tls(struct smtpspec_judge *judge);

/* What comes from now on is not to be judged: the client goes its own way
 * (it ends TLS amid the session, or hangs up). */
SMTPSPEC_API void smtpspec_judge_abandon(struct smtpspec_judge *judge);

/*
 * How many replies are due for what the client has sent so far: at least 1
 * while a reply is awaited or being read, the greeting included. 0: it is the
 * client's turn. A runner that sends a group and then reads until this is 0
 * stays in step. What stands behind a command whose reply decides how it is to
 * be read counts once that reply came. In CONTENT nothing is due until the
 * final dot. LMTP answers that, and BDAT LAST, once for each accepted recipient
 * (RFC 2033, 4.2, 4.3).
 */
SMTPSPEC_API unsigned smtpspec_judge_due(const struct smtpspec_judge *judge);

/* The last command of those whose replies are due; UNSET where none is. */
SMTPSPEC_API enum smtpspec_command
smtpspec_judge_last_due(const struct smtpspec_judge *judge);

/* Whether the content under way, or the one that has just ended, has what some
 * servers take for its end: a lone dot without CRLF on both of its sides. */
SMTPSPEC_API bool smtpspec_judge_false_end(const struct smtpspec_judge *judge);

/* Where the session stands; ASTRAY once the judge is silent. */
SMTPSPEC_API enum smtpspec_state
smtpspec_judge_state(const struct smtpspec_judge *judge);

/* Where in all the server's octets the reply line begins that is judged, or
 * comes next. */
SMTPSPEC_API uint64_t
smtpspec_judge_line_at(const struct smtpspec_judge *judge);

/* The session's facts (tls, authenticated, recipients ...). */
SMTPSPEC_API const struct smtpspec_session *
smtpspec_judge_session(const struct smtpspec_judge *judge);

/* What the last reply to EHLO or LHLO offered. */
SMTPSPEC_API const struct smtpspec_ehlo *
smtpspec_judge_ehlo(const struct smtpspec_judge *judge);

/* The same before TLS was begun by STARTTLS; without TLS as above. */
SMTPSPEC_API const struct smtpspec_ehlo *
smtpspec_judge_ehlo_in_clear(const struct smtpspec_judge *judge);

/* The text of the last 334, as it came; empty where none came. */
SMTPSPEC_API struct smtpspec_span
smtpspec_judge_challenge(const struct smtpspec_judge *judge);

#ifdef __cplusplus
}
#endif
#endif
