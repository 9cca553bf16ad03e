/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what changed between two runs: two JSON reports, held against
 * each other
 *
 * Floor 6, report. A report may come from anywhere: it is read whole, but only
 * up to a bound, nothing of it is believed but what the schema lets stand
 * there, and its strings reach no page unescaped.
 *
 *     smtpspec_changes_read(&changes, 0, "old.json")
 *     smtpspec_changes_read(&changes, 1, "new.json")
 *     smtpspec_changes_find(&changes)
 *     smtpspec_changes_text(&changes, stdout) ...
 *     smtpspec_changes_free(&changes)
 */
#ifndef SMTPSPEC_CHANGES_H
#define SMTPSPEC_CHANGES_H

#include <stdio.h>

#include <smtpspec/error.h>
#include <smtpspec/judge.h>

/* Octets of a report; a whole run takes some 4 MiB. */
#define SMTPSPEC_CHANGES_FILE_KEPT (64 * 1024 * 1024)
#define SMTPSPEC_CHANGES_TARGETS_KEPT 10000

enum smtpspec_change {
    SMTPSPEC_CHANGE_WORSE,    /* a fail or a warning where there was a milder
                                 outcome, none, or one that was known        */
    SMTPSPEC_CHANGE_BETTER,   /* a milder outcome                            */
    SMTPSPEC_CHANGE_OUTCOME,  /* another one, neither better nor worse       */
    SMTPSPEC_CHANGE_REPLY,    /* the same outcome, by another reply or rule  */
    SMTPSPEC_CHANGE_APPEARED, /* a case that was not there, nothing found    */
    SMTPSPEC_CHANGE_GONE,     /* a case that is not there any more           */
    SMTPSPEC_CHANGE_COUNT,
    SMTPSPEC_CHANGE_NONE = SMTPSPEC_CHANGE_COUNT
};
/* "worse"; never NULL. */
const char *smtpspec_change_name(enum smtpspec_change change);

/* What a report says of a case. The strings are the report's. */
struct smtpspec_change_side {
    const char *id;                /* NULL: no such case there               */
    const char *observed, *rule;   /* or NULL                                */
    const char *expected;          /* or NULL                                */
    enum smtpspec_outcome outcome;
    bool known;                    /* an expected failure                    */
};

struct smtpspec_change_row {
    enum smtpspec_change kind;
    struct smtpspec_change_side before, after; /* one may have no id         */
};

/* What a report says of a target. */
struct smtpspec_change_report {
    const char *name, *trouble;    /* trouble: NULL: it was tested           */
    struct smtpspec_change_side *cases; /* by id                             */
    size_t count;
    bool paired;
};

struct smtpspec_change_target {
    const struct smtpspec_change_report *before, *after; /* one may be NULL  */
    struct smtpspec_change_row *rows;   /* by kind, then id; none where one of
                                           the two was not tested            */
    size_t count;
    unsigned counts[SMTPSPEC_CHANGE_COUNT];
    bool lost;                     /* it could be tested, and cannot now     */
};

/* One of the two documents. */
struct smtpspec_change_run {
    void *document;                /* of the JSON library                    */
    const char *version, *profile, *started;
    struct smtpspec_change_report *targets;
    size_t count;
};

struct smtpspec_changes {
    struct smtpspec_change_run runs[2]; /* old, new                          */
    struct smtpspec_change_target *targets;
    size_t count;
    unsigned counts[SMTPSPEC_CHANGE_COUNT];
    unsigned lost;                 /* targets                                */
    char message[512];             /* of the last error                      */
};

/*
 * Read the old report (0) or the new one (1); `changes` was zero before the
 * first call. READ where there is no such file, SYNTAX where it is no report,
 * MEMORY; `message` is then "FILE: what".
 */
enum smtpspec_error smtpspec_changes_read(struct smtpspec_changes *changes,
                                          unsigned which, const char *path);
/* The same of octets; `name` is for messages. */
enum smtpspec_error smtpspec_changes_parse(struct smtpspec_changes *changes,
                                           unsigned which, const char *name,
                                           struct smtpspec_span text);

/* Hold one against the other. Targets go together by their names; where each
 * report has but one, these two do. OK or MEMORY. */
enum smtpspec_error smtpspec_changes_find(struct smtpspec_changes *changes);

/* Whether something got worse. */
bool smtpspec_changes_worsened(const struct smtpspec_changes *changes);

/* Write them; whether that went well is for whoever flushes `out`. MEMORY
 * where JSON could not be made. */
void smtpspec_changes_text(const struct smtpspec_changes *changes, FILE *out);
void smtpspec_changes_markdown(const struct smtpspec_changes *changes,
                               FILE *out);
enum smtpspec_error
smtpspec_changes_json(const struct smtpspec_changes *changes, FILE *out);

void smtpspec_changes_free(struct smtpspec_changes *changes);

#endif
