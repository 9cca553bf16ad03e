/* SPDX-License-Identifier: MIT */
/*
 * errands.c - words on their way to a server, first come, first served
 */
#include "learn/errands.h"

#include <stdlib.h>

#include "net/memory.h"

void smtpspec_errands_add(struct smtpspec_errands *errands,
                          struct smtpspec_errand errand)
{
    if (errands->first + errands->count == errands->room) {
        errands->room = 2 * errands->room + 16;
        errands->at = smtpspec_memory_grow(
            errands->at, errands->room * sizeof(*errands->at));
    }
    errands->at[errands->first + errands->count++] = errand;
}

bool smtpspec_errands_take(struct smtpspec_errands *errands,
                           struct smtpspec_errand *errand)
{
    if (errands->count == 0)
        return false;
    *errand = errands->at[errands->first++];
    if (--errands->count == 0)
        errands->first = 0;
    return true;
}

void smtpspec_errands_drop(struct smtpspec_errands *errands)
{
    free(errands->at);
    *errands = (struct smtpspec_errands){ .at = NULL };
}
