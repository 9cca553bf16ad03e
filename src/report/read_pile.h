/* SPDX-License-Identifier: MIT */
/*
 * read_pile.h - the cases of a target under way, and telling them
 *
 * Floor 6, report; what the files that read reports share. A target can be told
 * only once its end is known, so its cases are kept until then: as text, which
 * takes a tenth of what the JSON library makes of it. Every function here
 * returns false where the reader has failed; the first fault is kept.
 */
#ifndef SMTPSPEC_READ_PILE_H
#define SMTPSPEC_READ_PILE_H

#include "report/read_report.h"

struct smtpspec_read_piece {
    size_t at, length;
    uint64_t line;
    uint64_t number;       /* its place among all; of two the later counts   */
};

/* Zero at first. */
struct smtpspec_read_pile {
    char *name;            /* of lines: the string that each has             */
    char *text;
    size_t length, room;
    struct smtpspec_read_piece *pieces;
    size_t count, piece_room;
    uint64_t highest;      /* number                                         */
};

/* Put the value that was taken last onto a pile, as that number; 0: behind all
 * that are there. */
bool smtpspec_read_pile_add(struct smtpspec_report_reader *reader,
                            struct smtpspec_read_pile *pile, uint64_t number);

/* Tell a target: the cases of a pile, by their numbers, and the facts that
 * `object` has. */
bool smtpspec_read_pile_tell(struct smtpspec_report_reader *reader,
                             struct smtpspec_read_pile *pile,
                             const json_t *object);

void smtpspec_read_pile_clear(struct smtpspec_report_reader *reader,
                              struct smtpspec_read_pile *pile);

/* Always false. */
bool smtpspec_read_fail(struct smtpspec_report_reader *reader,
                        enum smtpspec_error error, uint64_t line,
                        const char *what);
bool smtpspec_read_no_memory(struct smtpspec_report_reader *reader);
/* Where the file is just now; or it cannot be read. */
bool smtpspec_read_wrong(struct smtpspec_report_reader *reader,
                         const char *what);
/* What the cutter says. */
bool smtpspec_read_cut_wrong(struct smtpspec_report_reader *reader);

#endif
