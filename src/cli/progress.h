/* SPDX-License-Identifier: MIT */
/*
 * progress.h - one line that says how far it is, on a terminal only
 *
 * Floor 7, cli. The line stands on stderr, is written over by the next, and is
 * to be cleared before anything else is written there:
 *
 *     412/1559 cases  26%  212/s  6 s left  mx.example:25
 *
 * The rate is that of the last seconds, and what is left follows from it, so
 * that a run that slows down says so.
 */
#ifndef SMTPSPEC_PROGRESS_H
#define SMTPSPEC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smtpspec_progress {
    bool on;            /* stderr is a terminal that can do this             */
    bool shown;
    const char *what;   /* "cases"                                           */
    uint64_t drawn_at;  /* ms                                                */
    uint64_t since;     /* the rate is counted from then (ms) ...            */
    size_t done_then;   /* ... and from so many                              */
    double rate;        /* a second; 0: not known yet                        */
};

/* How far it is. */
struct smtpspec_progress_mark {
    size_t done, all;   /* all 0: nobody knows                               */
    const char *at;     /* the target under way, any octets; or NULL         */
    uint64_t now;       /* ms, of a clock that does not go back              */
};

/* To be shown, or not, on stderr as it is now. */
void smtpspec_progress_init(struct smtpspec_progress *progress);

/* From nothing done, of things called `what`, a constant. */
void smtpspec_progress_begin(struct smtpspec_progress *progress,
                             const char *what, uint64_t now);

/* Count, and draw if it is time to: ten lines a second are enough. */
void smtpspec_progress_show(struct smtpspec_progress *progress,
                            const struct smtpspec_progress_mark *mark);
void smtpspec_progress_clear(struct smtpspec_progress *progress);

/* The line alone, less than `columns` wide; pure. Its length. */
size_t smtpspec_progress_line(const struct smtpspec_progress *progress,
                              const struct smtpspec_progress_mark *mark,
                              unsigned columns, char *out, size_t cap);

/* Count alone: the rate, as show() does it. */
void smtpspec_progress_count(struct smtpspec_progress *progress,
                             const struct smtpspec_progress_mark *mark);

#endif
