/* SPDX-License-Identifier: MIT */
/*
 * report.h - one interface, a writer per format
 *
 * Floor 6, report: reads results only, never the network. A report is opened
 * and fed in this order: begin, then for each target target_begin, result ...,
 * target_end, then end. It is written to the FILE it was opened with, which is
 * never closed; a failed write or missing memory is told once, at the end.
 * What stands escaped in the results is written as it is, but no octet outside
 * 0x20-0x7E of any string gets past a writer.
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

struct smtpspec_report; /* of a writer's own, which begins with this: */

struct smtpspec_report_base {
    struct smtpspec_report_options options;
    FILE *file;                 /* that of the options                       */
    const char *name;           /* of this target; never NULL                */
    char *copy;                 /* of it                                     */
    bool no_memory;             /* at some time: told at the end             */
};

/* Functions that would have nothing to do may be NULL; begin, result,
 * target_end and end are always there. */
struct smtpspec_report_writer {
    const char *name;           /* "json", as in --report json=FILE          */
    size_t size;                /* of its struct smtpspec_report             */
    bool streams;               /* of use before its end: each record goes out
                                   as it comes, to the place of the report   */
    /* The base is set, all behind it is zero. */
    void (*init)(struct smtpspec_report *);
    void (*begin)(struct smtpspec_report *, const struct smtpspec_run_facts *);
    /* Its name is in the base. */
    void (*target_begin)(struct smtpspec_report *);
    void (*result)(struct smtpspec_report *, const struct smtpspec_result *);
    void (*target_end)(struct smtpspec_report *,
                       const struct smtpspec_target_facts *);
    /* A record of a target that the same writer wrote elsewhere, LF included,
     * in the place of the calls; NULL: it takes none. */
    void (*line)(struct smtpspec_report *, const char *text, size_t length);
    /* Write the rest. */
    void (*end)(struct smtpspec_report *, const struct smtpspec_run_facts *);
    /* Free what is held besides the report itself. */
    void (*free)(struct smtpspec_report *);
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

/* NULL where there is no memory. */
struct smtpspec_report *
smtpspec_report_open(const struct smtpspec_report_writer *writer,
                     const struct smtpspec_report_options *options);
/* What follows is of the target of that name, which is copied. */
void smtpspec_report_target_begin(const struct smtpspec_report_writer *writer,
                                  struct smtpspec_report *report,
                                  const char *name);
/* Write the rest, flush, and say what went wrong on the way, a write before a
 * lack of memory; the report is freed, whatever is returned. */
enum smtpspec_error
smtpspec_report_end(const struct smtpspec_report_writer *writer,
                    struct smtpspec_report *report,
                    const struct smtpspec_run_facts *facts);
/* Instead of end: free it and write no more. */
void smtpspec_report_discard(const struct smtpspec_report_writer *writer,
                             struct smtpspec_report *report);

/* Text that is put off, because what is known behind it stands in front of it.
 * All zero: there is none. */
struct smtpspec_report_part {
    FILE *out;                  /* to write it to; NULL: not open            */
    char *text;
    size_t length;
};

/* Begin it anew, without what was in it; false where there is no memory. */
bool smtpspec_report_part_open(struct smtpspec_report_part *part);
/* Write what is in it to `file`, and be rid of it; false where not all of it
 * could be kept. */
bool smtpspec_report_part_write(struct smtpspec_report_part *part, FILE *file);
void smtpspec_report_part_free(struct smtpspec_report_part *part);

/* Why nothing is known of the target: what stood in the way, or that it heard
 * nobody out; NULL where it was tested. */
const char *
smtpspec_report_untested(const struct smtpspec_target_facts *facts);

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
