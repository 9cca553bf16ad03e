/* SPDX-License-Identifier: MIT */
/*
 * trim.h - make a text that shows something shorter, by lines
 *
 * Floor 3, mutate: no I/O, no allocation. An iterator: it proposes, the caller
 * tries and tells whether the shorter text still shows the same, and what is
 * proposed next goes from there. First blocks of lines are taken out, the
 * larger ones before the smaller, then halves, quarters and eighths out of long
 * lines; all of it again as long as something was gained. It ends: each gain
 * is an octet less, and without one each block and part is tried once.
 *
 *     smtpspec_trim_init(&trim);
 *     while ((length = smtpspec_trim_next(&trim, best, room)) > 0)
 *         smtpspec_trim_tell(&trim, shows_it(room, length));
 *
 * with `best` the shortest text that was told to show it.
 */
#ifndef SMTPSPEC_TRIM_H
#define SMTPSPEC_TRIM_H

#include <smtpspec/base.h>

/* No pointers; may be copied freely. */
struct smtpspec_trim {
    size_t block;   /* lines to take out at once; 0: parts of lines          */
    size_t line;    /* the next one to try                                   */
    unsigned parts, part; /* of that line: how many, the next one to try     */
    bool begun, gained;
};

void smtpspec_trim_init(struct smtpspec_trim *trim);

/*
 * The next proposal, written to `out`, which has room for the octets of `best`
 * and is not `best`. Returns its length, less than that of `best` and not 0;
 * 0 at the end.
 */
size_t smtpspec_trim_next(struct smtpspec_trim *trim,
                          struct smtpspec_span best, char *out);

/* Whether that shows it; `best` is it from now on then. */
void smtpspec_trim_tell(struct smtpspec_trim *trim, bool shown);

#endif
