/* SPDX-License-Identifier: MIT */
/*
 * octets.h - the octets of a recording, of whatever it is and of any size
 *
 * Floor 7, cli. What a regular file holds is mapped, a window at a time, which
 * saves the copy that read() makes; its last octets, and those of pipes,
 * terminals and files without a size (/proc), are read. Either way the file's
 * offset moves on as if all was read, and a file that grows meanwhile is read
 * to its new end.
 *
 * A file that is cut while a window of it is mapped has no octets to give
 * there, nor has a disk that fails, and the system sends SIGBUS. Which of both
 * it was is told in one line, and ends the program with the status of input
 * that cannot be read, reports that were begun being removed. A file that was
 * cut before is just shorter.
 */
#ifndef SMTPSPEC_OCTETS_H
#define SMTPSPEC_OCTETS_H

#include <smtpspec/base.h>

/* Octets mapped at a time: enough to make little of the calls, and few enough
 * for any limit on memory. */
#define SMTPSPEC_OCTETS_WINDOW (2u << 20)
/* Octets read or given at a time: a cache near the processor holds them. */
#define SMTPSPEC_OCTETS_PIECE (256u << 10)

struct smtpspec_octets {
    /* Set it after init, or leave it: a multiple of a page's size. */
    size_t window;
    const char *trouble;  /* why none can be read                            */
    /* The rest is octets.c's. */
    int file;
    bool maps;            /* windows may be mapped                           */
    uint64_t at;          /* of the file, behind the last window             */
    char *map;            /* the window, or NULL                             */
    struct smtpspec_span left; /* of it                                      */
    char cut[2048];       /* what to say of a file that was cut,             */
    char failed[2048];    /* or that could not be read                       */
    char room[SMTPSPEC_OCTETS_PIECE];
};

/* Begin where the offset of `file` is; `command` and `name` are for messages,
 * `file` stays the caller's. */
void smtpspec_octets_init(struct smtpspec_octets *octets, const char *command,
                          const char *name, int file);

/* Give the next octets, none at the end; they stay until the next call.
 * Returns false, with `trouble`, where they cannot be read. */
bool smtpspec_octets_next(struct smtpspec_octets *octets,
                          struct smtpspec_span *piece);

/* To be called in the end, and where the rest is not wanted. */
void smtpspec_octets_end(struct smtpspec_octets *octets);

#endif
