/* SPDX-License-Identifier: MIT */
/*
 * report.h - one interface, a writer per format
 *
 * Floor 6, report: reads results only, never the network. A writer is fed in
 * this order: begin, then for each target target_begin, result ..., target_end,
 * then end. It writes to the FILE it was opened with, never closes it, and
 * reports a failed write or missing memory once, from end(). What stands
 * escaped in the results is written as it is, but no octet outside 0x20-0x7E
 * of any string gets past a writer.
 */
#ifndef SMTPSPEC_REPORT_H
#define SMTPSPEC_REPORT_H

#include <stdio.h>

#include <smtpspec/error.h>

#include "case/result.h"

struct smtpspec_report_options {
    FILE *file;
    bool colour;                /* text: ANSI colours                        */
    bool quiet;                 /* text: only the summary line               */
    bool verbose;               /* text: each case when it ends, too, and all
                                   lines of the dialogues                    */
    bool hex;                   /* text: dialogues octet by octet            */
    bool warn_fails;            /* a warning is a failure, as with --fail-on
                                   warn, where a format has but that         */
    const char *artifact;       /* sarif: the file that findings are shown in,
                                   relative to the repository; NULL: one of
                                   the target's name. Lives as long as this  */
    enum smtpspec_level least;  /* text: show findings down to this level;
                                   INFO shows the notes, too. UNSET: SHOULD  */
};

struct smtpspec_report; /* of a writer's own */

struct smtpspec_report_writer {
    const char *name;           /* "json", as in --report json=FILE          */
    bool streams;               /* of use before its end: each record goes out
                                   as it comes, to the place of the report   */
    /* NULL where there is no memory. */
    struct smtpspec_report *(*open)(const struct smtpspec_report_options *);
    void (*begin)(struct smtpspec_report *, const struct smtpspec_run_facts *);
    void (*target_begin)(struct smtpspec_report *, const char *name);
    void (*result)(struct smtpspec_report *, const struct smtpspec_result *);
    void (*target_end)(struct smtpspec_report *,
                       const struct smtpspec_target_facts *);
    /* A record of a target that the same writer wrote elsewhere, LF included,
     * in the place of the calls; NULL: it takes none. */
    void (*line)(struct smtpspec_report *, const char *text, size_t length);
    /* Write the rest and flush; the report is freed, whatever it returns. */
    enum smtpspec_error (*end)(struct smtpspec_report *,
                               const struct smtpspec_run_facts *);
    /* Instead of end: free it and write no more. */
    void (*discard)(struct smtpspec_report *);
};

#define WRITER(name)                                                        \
    extern const struct smtpspec_report_writer smtpspec_report_##name;
#include "report/writers.def"
#undef WRITER

/* By name; NULL where there is none. */
const struct smtpspec_report_writer *
smtpspec_report_writer_of(const char *name);
/* The names there are, "json, text"; for messages. */
const char *smtpspec_report_names(void);

/* The last of a writer's end(): flush, and say what went wrong on the way, a
 * write before a lack of memory. */
enum smtpspec_error smtpspec_report_flush(FILE *file, bool no_memory);

/*
 * Count a result into a summary. Expected failures and unexpected passes are
 * counted besides their outcome. Whoever runs the cases uses this, so that
 * all count alike.
 */
void smtpspec_summary_add(struct smtpspec_summary *summary,
                          const struct smtpspec_result *result);

/* Count all that the other counted. */
void smtpspec_summary_join(struct smtpspec_summary *summary,
                           const struct smtpspec_summary *other);

/* Whether the target was really heard: not all was throttled. */
bool smtpspec_summary_is_heard(const struct smtpspec_summary *summary);

#endif
