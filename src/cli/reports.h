/* SPDX-License-Identifier: MIT */
/*
 * reports.h - the reports of one run: `--report FORMAT=FILE`, all at once
 *
 * Floor 7, cli. Takes the options, opens the files, hands each call on to
 * every writer, and puts the files in their places at the end. A file is
 * written beside its place (FILE.PID-N.tmp) and renamed only once all of it is
 * there, so that a reader never meets half a report; a report that streams
 * (jsonl) grows in its place, to be read meanwhile and left behind by a run
 * that is killed; what is no regular file (a device, a pipe) is written to as
 * it is. `-` is standard output.
 *
 *     struct smtpspec_reports reports;
 *
 *     smtpspec_reports_init(&reports);
 *     for each --report: if (!smtpspec_reports_add(&reports, optarg)) usage
 *     smtpspec_reports_add_default(&reports);
 *     if (!smtpspec_reports_open(&reports, &style)) usage
 *     smtpspec_reports_begin ... smtpspec_reports_target_end
 *     if (!smtpspec_reports_end(&reports, &facts)) trouble
 *
 * Where a function returns false, smtpspec_reports_message() says why in one
 * line, raw (escape it), and nothing is left behind: no file, no memory.
 */
#ifndef SMTPSPEC_REPORTS_H
#define SMTPSPEC_REPORTS_H

#include <stdbool.h>
#include <stdio.h>

#include "case/result.h"
#include "report/report.h"

/* Reports of one run; more is an error of the user. */
#define SMTPSPEC_REPORTS_KEPT 16

/* --color WHEN, in the order of options.def */
enum smtpspec_colour {
    SMTPSPEC_COLOUR_AUTO,  /* on a terminal, unless NO_COLOR or TERM=dumb    */
    SMTPSPEC_COLOUR_ALWAYS,
    SMTPSPEC_COLOUR_NEVER
};

/* Whether what goes to that file is to be coloured. */
bool smtpspec_colour_on(enum smtpspec_colour colour, FILE *file);

/* How text is written. `quiet` holds for standard output only: a file that
 * was asked for gets the whole report. */
struct smtpspec_reports_style {
    enum smtpspec_colour colour;
    bool quiet;
    bool verbose, hex;
    enum smtpspec_level least;  /* UNSET: SHOULD                             */
    bool warn_fails;            /* as in report.h                            */
    const char *artifact;
};

/* A run by that profile begins now, by this version. */
void smtpspec_reports_run(struct smtpspec_run_facts *facts,
                          enum smtpspec_profile profile);

/* One report. The fields are reports.c's. */
struct smtpspec_reports_item {
    const struct smtpspec_report_writer *writer;
    struct smtpspec_report *report; /* NULL before open and after the end    */
    FILE *file;
    char *path;                 /* as given; NULL for standard output        */
    char *place;                /* where the file goes to                    */
    bool regular;               /* a file, no device or pipe                 */
    bool replaced;              /* its place gets a new file at the end      */
    bool made;                  /* it is written in its place, which was free*/
    bool goes_on;               /* behind what stands in it                  */
    char *beside;               /* that, or NULL: written in its place       */
    bool brief;                 /* it wants the sum of a target alone        */
};

struct smtpspec_reports {
    struct smtpspec_reports_item items[SMTPSPEC_REPORTS_KEPT];
    unsigned count;
    bool by_lines;              /* JSON Lines get their lines and no calls   */
    char message[512];
};

void smtpspec_reports_init(struct smtpspec_reports *reports);

/* Take "FORMAT=FILE". False for an unknown format, no FILE, a FILE that is
 * taken already (`-` too), or too many. Opens nothing. */
bool smtpspec_reports_add(struct smtpspec_reports *reports,
                          const char *option);

/* JSON Lines behind those that stand in the file already. False as above. */
bool smtpspec_reports_append(struct smtpspec_reports *reports,
                             const char *path);

/* JSON Lines to a file that is open, and closed at the end. False where there
 * are too many reports. */
bool smtpspec_reports_lines(struct smtpspec_reports *reports, FILE *file);

/* Text to standard output, if nothing goes there yet. */
void smtpspec_reports_add_default(struct smtpspec_reports *reports);

/* Whether a format other than text goes to standard output, so that nothing
 * else may be printed there. */
bool smtpspec_reports_own_stdout(const struct smtpspec_reports *reports);

/* Whether something is printed on standard output while the cases run. */
bool smtpspec_reports_stream_to_stdout(const struct smtpspec_reports *reports);

/* Open all files. False where one cannot be written. */
bool smtpspec_reports_open(struct smtpspec_reports *reports,
                           const struct smtpspec_reports_style *style);

/* As in report.h, to every writer. The security of a result, and the row of its
 * rule, are found here, so that all commands tell the same. */
void smtpspec_reports_begin(struct smtpspec_reports *reports,
                            const struct smtpspec_run_facts *facts);
void smtpspec_reports_target_begin(struct smtpspec_reports *reports,
                                   const char *name);
void smtpspec_reports_result(struct smtpspec_reports *reports,
                             const struct smtpspec_result *result);
/* The same result before its time, to those that stream alone; once more by
 * smtpspec_reports_result, which leaves them out where it is `told`. */
void smtpspec_reports_early(struct smtpspec_reports *reports,
                            const struct smtpspec_result *result);
/* Whether there is any that streams. */
bool smtpspec_reports_stream(const struct smtpspec_reports *reports);
void smtpspec_reports_target_end(struct smtpspec_reports *reports,
                                 const struct smtpspec_target_facts *facts);

/* Whether no writer wants single results but as JSON Lines, so that a target
 * may be handed on by them. */
bool smtpspec_reports_take_lines(const struct smtpspec_reports *reports);
/* From here on, or no more: the calls of a target go past JSON Lines, which
 * get its lines. */
void smtpspec_reports_by_lines(struct smtpspec_reports *reports, bool lines);
/* A record of a target, as a writer of JSON Lines wrote it, LF included. */
void smtpspec_reports_line(struct smtpspec_reports *reports, const char *text,
                           size_t length);

/* Write what is left, close, put the files in their places. False where any
 * of them could not be written (the others are in place nevertheless). All is
 * released either way. */
bool smtpspec_reports_end(struct smtpspec_reports *reports,
                          const struct smtpspec_run_facts *facts);

/* Give up: remove what was begun. May be called at any time after init, also
 * twice. */
void smtpspec_reports_abort(struct smtpspec_reports *reports);

/*
 * Let SIGINT, SIGTERM and SIGHUP remove what was begun before they end the
 * program. In force from open to end; to be called again once somebody else
 * has handled these signals meanwhile. NULL: no more.
 */
void smtpspec_reports_guard(struct smtpspec_reports *reports);

/* Remove what the guarded reports have begun, for a handler of a signal that
 * ends the program. */
void smtpspec_reports_remove(void);

/* Why the last call failed; "" where none has. */
const char *smtpspec_reports_message(const struct smtpspec_reports *reports);

#endif
