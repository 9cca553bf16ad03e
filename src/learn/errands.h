/* SPDX-License-Identifier: MIT */
/*
 * errands.h - words on their way to a server, first come, first served
 *
 * Floor 5, learn. All zero is an empty list.
 */
#ifndef SMTPSPEC_ERRANDS_H
#define SMTPSPEC_ERRANDS_H

#include <smtpspec/base.h>

struct smtpspec_errand {
    size_t number;             /* of the question                            */
    size_t length;             /* symbols that are asked                     */
    bool patient, late;        /* with long deadlines; asked last            */
    bool silent;               /* it was, and is repeated for that           */
    uint64_t turn;             /* when it was put off                        */
};

struct smtpspec_errands {
    struct smtpspec_errand *at;
    size_t first, count, room;
};

void smtpspec_errands_add(struct smtpspec_errands *errands,
                          struct smtpspec_errand errand);
/* The first one; false where there is none. */
bool smtpspec_errands_take(struct smtpspec_errands *errands,
                           struct smtpspec_errand *errand);
void smtpspec_errands_drop(struct smtpspec_errands *errands);

#endif
