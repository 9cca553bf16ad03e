/* SPDX-License-Identifier: MIT */
/*
 * adapter_process.c - an adapter in another language, as if it were one in C
 *
 * For differential.c. ADAPTER_PROGRAM names the program, which speaks the line
 * protocol of adapter_worker.c. Where it gives no answer this process ends,
 * so that the engine keeps the input.
 */
#include "worker.h"

static struct worker worker = { .path = ADAPTER_PROGRAM };

const char *adapter_version(void)
{
    return worker.version;
}

void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    static const char *const outcomes[] = {
        [WORKER_HANGS] = "hangs",
        [WORKER_CRASHES] = "ended",
        [WORKER_BROKEN] = "does not start, or breaks the protocol",
    };
    enum worker_outcome outcome = worker_ask(&worker, octets, result);

    if (outcome == WORKER_ANSWERED)
        return;
    fprintf(stderr, "%s %s\n", ADAPTER_PROGRAM, outcomes[outcome]);
    abort();
}
