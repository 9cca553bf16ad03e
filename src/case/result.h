/* SPDX-License-Identifier: MIT */
/*
 * result.h - the outcome of a case, ready to be reported
 *
 * Floor 3, case. What floors above hand to report writers: all text that a
 * peer sent stands in `transcript` as raw octets; the writers escape it. The
 * strings and the transcript belong to whoever made the result and live until
 * the writer returns.
 */
#ifndef SMTPSPEC_RESULT_H
#define SMTPSPEC_RESULT_H

#include <smtpspec/judge.h>

#include "case/drawing.h"

/* Whether somebody can make use of what was found. */
enum smtpspec_security {
    SMTPSPEC_SECURITY_NONE,           /* nothing was found, or a mere note   */
    SMTPSPEC_SECURITY_NON_CONFORMING, /* a breach of the standard, no more   */
    SMTPSPEC_SECURITY_EXPLOITABLE,    /* a stranger gains something by it    */
    SMTPSPEC_SECURITY_COUNT
};
/* "exploitable"; never NULL. (src/case/security.c) */
const char *smtpspec_security_name(enum smtpspec_security security);

/* One piece of the dialogue. */
struct smtpspec_transcript_entry {
    char from;                 /* 'C' or 'S'; '-' for a remark of ours       */
    uint64_t ms;               /* since the connection was opened            */
    struct smtpspec_span octets;
    bool shows;                /* this reply is the one at fault             */
};

/* Further verdicts of the same case. */
struct smtpspec_result_verdict {
    enum smtpspec_outcome outcome;
    enum smtpspec_layer layer;
    enum smtpspec_level level;
    const char *rule;
    const char *reference;
    const char *text;
    const char *expected;
    const char *observed;      /* escaped                                    */
};

struct smtpspec_result {
    const char *id, *title;
    enum smtpspec_level level;
    enum smtpspec_outcome outcome;
    enum smtpspec_layer layer;
    const char *reference;     /* "5321:3.3"; writers say "RFC 5321, 3.3"    */
    const char *expected;      /* "503 or 554"; NULL where nothing was       */
    const char *observed;      /* first 200 octets of the reply, escaped; or
                                  "no reply", "connection closed"; NULL      */
    const char *rule;          /* NULL on pass                               */
    const char *requirement;   /* the sentence in our words; NULL on pass    */
    const char *row;           /* where the rule stands, "expect.def:63" or
                                  "5321-recipient.case:12"; or NULL          */
    enum smtpspec_security security;
    const char *security_reason;    /* who gains what by it, or why nobody
                                       does; NULL where nothing is to be said*/
    const char *security_reference; /* "3207:4.2; CVE-2011-0411"; or NULL    */
    enum smtpspec_state state;
    enum smtpspec_command command;
    const char *reason;        /* of skip, blocked, throttled, error; or NULL*/
    const char *again;         /* command line that repeats it; or NULL      */
    bool expected_failure;     /* the baseline knew of it                    */
    const char *expected_failure_reason;
    const char *changed_from;  /* what the baseline has for it, where that is
                                  something else: "fail, 250 *"; or NULL     */
    uint64_t ms;               /* how long the case took                     */
    const struct smtpspec_result_verdict *verdicts; /* all, worst first      */
    unsigned verdict_count;
    const struct smtpspec_transcript_entry *transcript;
    unsigned transcript_count;
    unsigned number;           /* place among those of the target, from 1;
                                  0: that in which they come                 */
    bool told;                 /* those that follow the run have it already  */
};

/* A place of the state machine where the sessions of a target went. */
struct smtpspec_transition {
    enum smtpspec_state state;     /* before                                 */
    enum smtpspec_command command;
    enum smtpspec_class class_;    /* of the reply; NONE: none came          */
    uint64_t count;                /* how often                              */
    enum smtpspec_outcome worst;   /* of the cases that are about it         */
    const char *test;              /* id of a case that shows that           */
};

/* How many cases ended how. */
struct smtpspec_summary {
    unsigned count[SMTPSPEC_OUTCOME_COUNT];
    unsigned expected_failures, unexpected_passes;
};

struct smtpspec_target_facts {
    const char *name;          /* as the user gave it                        */
    const char *greeting;      /* escaped, or NULL                           */
    const char *const *extensions; /* lines of EHLO, escaped                 */
    unsigned extension_count;
    const char *const *extensions_tls;   /* inside TLS, where it was tried   */
    unsigned extension_tls_count;
    const char *const *extensions_login; /* after a log-in                   */
    unsigned extension_login_count;
    const char *tls_version, *tls_cipher; /* of a handshake; NULL: none      */
    const char *tls_certificate; /* what is wrong with it, or ""             */
    uint64_t connections, commands;
    const char *machine;       /* what it was learnt to be, or NULL          */
    unsigned cells, exercised; /* of the rule tables; 0 cells: not counted   */
    const struct smtpspec_transition *transitions; /* by state, command,
                                  class; none where that was not counted     */
    unsigned transition_count;
    struct smtpspec_summary summary;
    const struct smtpspec_drawing *learnt; /* its own machine; or NULL      */
    const char *trouble;       /* why it could not be tested, or NULL        */
};

struct smtpspec_run_facts {
    const char *version, *profile;
    uint64_t seed, elapsed_ms;
    char started[24];          /* "2026-01-01T00:00:00Z"                     */
};

/* "RFC 5321, 3.3" of "5321:3.3"; "article 234" as it is. Length as snprintf.
 * (src/case/result.c) */
size_t smtpspec_reference_write(const char *reference, char *out, size_t cap);

/* The other direction: "5321:3.3" of "RFC 5321, 3.3". */
size_t smtpspec_reference_read(const char *text, char *out, size_t cap);

#endif
