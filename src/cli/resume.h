/* SPDX-License-Identifier: MIT */
/*
 * resume.h - go on with a check of many targets where its JSON Lines end
 *
 * Floor 7, cli. Of what the file has only a number of eight octets is kept for
 * each target that has its end. A target is known by its key: its name, or,
 * where it is a host of mx:DOMAIN, that domain; so that a line of the list and
 * what was written of it have the same.
 */
#ifndef SMTPSPEC_RESUME_H
#define SMTPSPEC_RESUME_H

#include <smtpspec/base.h>

struct smtpspec_resume {
    int descriptor;         /* of the file, locked; -1: not open             */
    uint64_t *ended;        /* keys, by open addressing; 0: free             */
    size_t room, count;
    char message[512];      /* what is wrong, raw (escape it)                */
};

/*
 * Read what is there, which may be nothing, and take off what is not whole: a
 * line that was cut, a target without its end. False where it cannot be read
 * or written, is no such file, is of another profile, or is being written to;
 * then nothing is changed.
 */
bool smtpspec_resume_open(struct smtpspec_resume *resume, const char *path,
                          const char *profile);
void smtpspec_resume_close(struct smtpspec_resume *resume);

bool smtpspec_resume_has(const struct smtpspec_resume *resume, uint64_t key);

/* The key of a target as the user writes it; never 0. */
uint64_t smtpspec_resume_key(const char *name);

#endif
