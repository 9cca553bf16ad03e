/* SPDX-License-Identifier: MIT */
/*
 * read_report.h - read a report back: the JSON of `--report json` and the
 * lines of `--report jsonl`
 *
 * Floor 6, report. What is read is told as a writer of report.h is fed, so
 * that any format can be made of it. Only what belongs to the targets under
 * way is in memory, so a report may be of any length; a target may not. The
 * members of an object may come in any order, and targets of JSON Lines mixed.
 *
 *     smtpspec_report_reader_open(&reader, file, "a.json")
 *     smtpspec_report_reader_read(&reader, &sink)
 *     smtpspec_report_reader_close(&reader)
 *
 * A report may come from anywhere: what is wrong with it is told in one line,
 * "a.json: line 3: target 1, case 2: ...", raw (escape it).
 */
#ifndef SMTPSPEC_READ_REPORT_H
#define SMTPSPEC_READ_REPORT_H

#include "case/result.h"
#include "report/json_cut.h"

#include <smtpspec/error.h>

/* Octets of all targets under way; a whole run of one takes some 4 MiB. */
#define SMTPSPEC_READ_KEPT (128 * 1024 * 1024)
/* Octets of one case, or of any other value. */
#define SMTPSPEC_READ_VALUE_KEPT (16 * 1024 * 1024)
/* Targets that lines may be mixed of. */
#define SMTPSPEC_READ_OPEN_KEPT 1024

/* Whom it is told to. The strings live until the function returns. */
struct smtpspec_report_sink {
    void *context;
    void (*target_begin)(void *context, const char *name);
    void (*result)(void *context, const struct smtpspec_result *result);
    /* With the summary of the results. */
    void (*target_end)(void *context,
                       const struct smtpspec_target_facts *facts);
};

struct smtpspec_read_pile; /* the cases of a target under way */

/* Zero but for `title` and `partial`. */
struct smtpspec_report_reader {
    const char *title;     /* what its one target is to be called; or NULL   */
    bool partial;          /* lines: leave out the target whose end is missing,
                              and a last line that was cut                   */
    /* After open; the strings are the reader's. elapsed_ms after read. */
    struct smtpspec_run_facts facts;
    size_t targets;        /* that were told                                 */
    size_t left_out;       /* by `partial`                                   */
    char message[512];
    /* The rest is read_report.c's. */
    const char *name;
    enum smtpspec_error error;
    bool lines, targets_seen, ended;
    json_t *head;
    const struct smtpspec_report_sink *sink;
    struct smtpspec_read_pile *piles;
    size_t open, held;
    struct smtpspec_json_cut cut;
};

/*
 * Look at the head of a report. `file` can be sought, is read from its start,
 * and stays the caller's. SYNTAX where this is no report, READ, MEMORY.
 */
enum smtpspec_error
smtpspec_report_reader_open(struct smtpspec_report_reader *reader, FILE *file,
                            const char *name);

/* Tell all of it. The same errors; what was told until then stays told. */
enum smtpspec_error
smtpspec_report_reader_read(struct smtpspec_report_reader *reader,
                            const struct smtpspec_report_sink *sink);

/* May be called at any time after open, whatever that returned. */
void smtpspec_report_reader_close(struct smtpspec_report_reader *reader);

#endif
