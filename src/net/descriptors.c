/* SPDX-License-Identifier: MIT */
/*
 * descriptors.c - how many connections this process may hold
 */
#include "net/descriptors.h"

#include <sys/resource.h>

/* Standard streams, the loop's own, reports, the journal. */
#define OTHERS 64

void smtpspec_descriptors_want(unsigned connections)
{
    rlim_t wanted = (rlim_t)connections + OTHERS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}
