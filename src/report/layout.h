/* SPDX-License-Identifier: MIT */
/*
 * layout.h - put strings and dialogues on a page of 80 columns
 *
 * Floor 6, report. What every writer for people needs: text that is safe on a
 * terminal, broken between words, and a dialogue as lines, each cut to a
 * width, however much a peer sent.
 */
#ifndef SMTPSPEC_LAYOUT_H
#define SMTPSPEC_LAYOUT_H

#include <stdio.h>

#include "case/result.h"

#define SMTPSPEC_LAYOUT_WIDTH 80

/* A line of a dialogue takes at most this many columns behind "   -> S: "; one
 * that is cut leaves room for words on how long it really is. */
#define SMTPSPEC_DIALOGUE_WIDTH 71
#define SMTPSPEC_DIALOGUE_ROOM 22

/*
 * A string of ours, in which what a peer sent stands escaped already: octets
 * outside 0x20-0x7E come out as \xNN, all others, the backslash too, as they
 * are. NULL is "". Returns the columns.
 */
size_t smtpspec_layout_clean(FILE *out, const char *text);

/* The same, cut where it would take more than `width` columns; "..." is then
 * put at the end, and no escape is cut in half. */
void smtpspec_layout_cut(FILE *out, const char *text, size_t width);

/*
 * Write `text` clean, broken between words at SMTPSPEC_LAYOUT_WIDTH, and end
 * the line. `column` is where it starts; further lines start at `indent`.
 */
void smtpspec_layout_wrap(FILE *out, size_t column, size_t indent,
                          const char *text);

/* One line of a dialogue. */
struct smtpspec_dialogue_line {
    char from;        /* 'C', 'S', '-'                                       */
    bool shows;       /* the first line of an entry that shows the fault     */
    bool cut;         /* `text` is not all of it                             */
    uint64_t octets;  /* that the line really has, line end left out         */
    unsigned folded;  /* further lines of the same reply, left out           */
    char text[400];   /* escaped; a line end that is not CRLF is in it       */
};

/* Where a walk over a transcript stands. */
struct smtpspec_dialogue {
    const struct smtpspec_transcript_entry *entries;
    unsigned count, entry, shown; /* shown: the last entry marked, plus 1    */
    size_t offset;
};

void smtpspec_dialogue_init(struct smtpspec_dialogue *dialogue,
                            const struct smtpspec_transcript_entry *entries,
                            unsigned count);

/* The next line; false at the end. Pieces of one line that came in several
 * entries are joined. */
bool smtpspec_dialogue_next(struct smtpspec_dialogue *dialogue,
                            struct smtpspec_dialogue_line *line);

/* The same, but of a reply over several lines that is not the one at fault
 * only the first is told, with the number of the others. */
bool smtpspec_dialogue_fold(struct smtpspec_dialogue *dialogue,
                            struct smtpspec_dialogue_line *line);

#endif
