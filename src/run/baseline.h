/* SPDX-License-Identifier: MIT */
/*
 * baseline.h - findings that are known: `--baseline FILE`
 *
 *     [
 *       {"id": "helo.argument", "outcome": "fail", "observed": "250 *",
 *        "target": "mx.example:25",
 *        "reason": "takes HELO without an argument, version 4.96"}
 *     ]
 *
 * Floor 5, run. A finding that a row covers is an expected failure and does
 * not count; a case that passes though a row expects it to fail counts as a
 * finding, so that the file is kept in step; and so does a finding whose
 * outcome is graver, or whose reply is another, than what its rows have.
 * `outcome` is "warn" or "fail" (which covers a warning, too); `observed` is
 * what the report shows, with * for any octets, or null for anything;
 * `target`, which may be left out, is the target of which the row speaks, as
 * it is given to `check`, * again for any octets. Several rows may have the
 * same id.
 */
#ifndef SMTPSPEC_BASELINE_H
#define SMTPSPEC_BASELINE_H

#include <stdio.h>

#include <smtpspec/error.h>

#include "case/result.h"

struct smtpspec_baseline_row {
    char *id, *observed, *reason;    /* observed: NULL: anything             */
    char *target;                    /* NULL: any                            */
    char *told;                      /* "fail, 250 *"; NULL before it is
                                        asked for                            */
    uint8_t outcome;                 /* WARN or FAIL                         */
    bool met;                        /* a result of the target had its id    */
};

struct smtpspec_baseline {
    struct smtpspec_baseline_row *rows;
    size_t count;
    const char *target;              /* under way; NULL: rows of all apply   */
    bool by_target;                  /* what is learnt is of the target      */
    char message[512];               /* of the last error                    */
};

void smtpspec_baseline_init(struct smtpspec_baseline *baseline);
void smtpspec_baseline_free(struct smtpspec_baseline *baseline);

/* READ where there is no such file, SYNTAX where it is malformed; `message`
 * is then "FILE: why" or "FILE:LINE: what". */
enum smtpspec_error
smtpspec_baseline_read(struct smtpspec_baseline *baseline, const char *path);
/* The same of a text; `name` is for messages. */
enum smtpspec_error
smtpspec_baseline_parse(struct smtpspec_baseline *baseline, const char *name,
                        struct smtpspec_span text);

/* The results that come are of that target, which must live as long as they
 * come; no row is met yet. */
void smtpspec_baseline_aim(struct smtpspec_baseline *baseline,
                           const char *target);

/* Whether the row speaks of that target. */
bool smtpspec_baseline_applies(const struct smtpspec_baseline *baseline,
                               const struct smtpspec_baseline_row *row);

/* Several targets are to be learnt from: a row of any target becomes one of
 * each, so that what one passes is not lost for the others. */
void smtpspec_baseline_spread(struct smtpspec_baseline *baseline,
                              const char *const *targets, size_t count);

/* Set the result's expected_failure and its reason where a row covers it: a
 * finding, or a pass; and `changed_from` where there are rows for it, but none
 * covers it. The text is the baseline's. */
void smtpspec_baseline_apply(struct smtpspec_baseline *baseline,
                             struct smtpspec_result *result);

/* Take a result into the baseline, as --update-baseline does: rows that cover
 * it stay as they are; a finding that none covers gets one, in the place of
 * those it had; the rows of a case that passes go. */
void smtpspec_baseline_learn(struct smtpspec_baseline *baseline,
                             const struct smtpspec_result *result);

/* Drop the rows that no result had the id of, if that begins so. */
void smtpspec_baseline_drop_unmet(struct smtpspec_baseline *baseline,
                                  const char *prefix);

/* Drop row number `index`. */
void smtpspec_baseline_drop(struct smtpspec_baseline *baseline, size_t index);

/* Write it, its rows put in order; whether that went well is for whoever
 * flushes `out`. */
void smtpspec_baseline_print(struct smtpspec_baseline *baseline, FILE *out);

/* Whether it can be written there later; nothing is left behind. */
enum smtpspec_error
smtpspec_baseline_try(struct smtpspec_baseline *baseline, const char *path);

/* Write it beside its place, then rename. WRITE and a message if not. */
enum smtpspec_error
smtpspec_baseline_write(struct smtpspec_baseline *baseline, const char *path);

#endif
