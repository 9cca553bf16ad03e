/* SPDX-License-Identifier: MIT */
/*
 * baseline.h - findings that are known: `--baseline FILE`
 *
 *     [
 *       {"id": "helo.argument", "outcome": "fail", "observed": "250 *",
 *        "reason": "takes HELO without an argument, version 4.96"}
 *     ]
 *
 * Floor 5, run. A finding that a row covers is an expected failure and does
 * not count; a case that passes though a row expects it to fail counts as a
 * finding, so that the file is kept in step. `outcome` is "warn" or "fail"
 * (which covers a warning, too); `observed` is what the report shows, with *
 * for any octets, or null for anything. Several rows may have the same id.
 */
#ifndef SMTPSPEC_BASELINE_H
#define SMTPSPEC_BASELINE_H

#include <smtpspec/error.h>

#include "case/result.h"

struct smtpspec_baseline_row {
    char *id, *observed, *reason;    /* observed: NULL: anything             */
    uint8_t outcome;                 /* WARN or FAIL                         */
    bool met;                        /* a result had its id                  */
};

struct smtpspec_baseline {
    struct smtpspec_baseline_row *rows;
    size_t count;
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

/* Set the result's expected_failure and its reason where a row covers it: a
 * finding, or a pass. The text is the baseline's. */
void smtpspec_baseline_apply(struct smtpspec_baseline *baseline,
                             struct smtpspec_result *result);

/* Take a result into the baseline, as --update-baseline does: a finding that
 * no row covers gets one, the rows of a case that passes go. */
void smtpspec_baseline_learn(struct smtpspec_baseline *baseline,
                             const struct smtpspec_result *result);

/* Drop the rows that no result had the id of, if that begins so. */
void smtpspec_baseline_drop_unmet(struct smtpspec_baseline *baseline,
                                  const char *prefix);

/* Whether it can be written there later; nothing is left behind. */
enum smtpspec_error
smtpspec_baseline_try(struct smtpspec_baseline *baseline, const char *path);

/* Write it beside its place, then rename. WRITE and a message if not. */
enum smtpspec_error
smtpspec_baseline_write(struct smtpspec_baseline *baseline, const char *path);

#endif
