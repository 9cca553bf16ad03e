/* SPDX-License-Identifier: MIT */
/*
 * target_lines.h - the targets of a file or of a pipe, one a line, as they come
 *
 * Floor 7, cli. Blanks around a target do not count, nor do empty lines and
 * those that begin with #. Never more than one line is held, so that the list
 * may be of any length, and a pipe may still be written to.
 *
 *     while ((what = smtpspec_target_lines_next(&lines)) != ..._END)
 *         ..._TARGET: lines.text is it, up to the next call
 *         ..._BAD:    lines.why says what is wrong with lines.number
 *         ..._WAIT:   once lines.descriptor has something: ..._fill(&lines)
 */
#ifndef SMTPSPEC_TARGET_LINES_H
#define SMTPSPEC_TARGET_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* Octets of a line; one that is longer is bad. */
#define SMTPSPEC_TARGET_LINE_LIMIT 4096

enum smtpspec_target_line {
    SMTPSPEC_TARGET_LINE_TARGET,
    SMTPSPEC_TARGET_LINE_BAD,
    SMTPSPEC_TARGET_LINE_WAIT,
    SMTPSPEC_TARGET_LINE_END    /* for good                                  */
};

struct smtpspec_target_lines {
    int descriptor;             /* -1: not open                              */
    size_t number;              /* of the line, from 1                       */
    const char *text;           /* ends in a NUL                             */
    const char *why;            /* a constant string, or of errno            */
    bool may_rewind;            /* a file: it can be read once more          */
    /* Of target_lines.c alone. */
    char room[SMTPSPEC_TARGET_LINE_LIMIT + 2];
    size_t begin, end;
    bool over, too_long;
    int trouble;                /* of errno; 0: none                         */
};

/* "-" is standard input. False, and errno, where it cannot be opened. */
bool smtpspec_target_lines_open(struct smtpspec_target_lines *lines,
                                const char *path);
void smtpspec_target_lines_close(struct smtpspec_target_lines *lines);

/* What comes next. Never blocks. */
enum smtpspec_target_line
smtpspec_target_lines_next(struct smtpspec_target_lines *lines);

/* Read what there is; blocks where there is nothing yet. */
void smtpspec_target_lines_fill(struct smtpspec_target_lines *lines);

/* From the first line again; only where it `may_rewind`. */
void smtpspec_target_lines_rewind(struct smtpspec_target_lines *lines);

#endif
