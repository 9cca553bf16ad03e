/* SPDX-License-Identifier: MIT */
/*
 * run.h - run the cases against one target
 *
 * Floor 5, run. Opens the connections that plan.h asks for, several at once,
 * and hands on one result for each case, in the order of the cases whatever
 * finished first, then the pseudo-cases of the set-ups. Whoever wants to see
 * results meanwhile is told of each as soon as it is likely to stay so.
 */
#ifndef SMTPSPEC_RUN_H
#define SMTPSPEC_RUN_H

#include "case/case.h"
#include "case/result.h"
#include "net/target.h"
#include "run/command_caps.h"
#include "run/journal.h"
#include "run/lanes.h"
#include "server/server.h"

struct smtpspec_run_settings {
    const struct smtpspec_target *target;
    const struct smtpspec_server_options *server; /* of `embedded:`          */
    enum smtpspec_profile profile;
    const char *from, *to;       /* mailboxes; NULL: not given               */
    const char *unknown;         /* one that does not exist; or NULL         */
    const char *relay_domain;    /* one that is elsewhere; or NULL           */
    const char *user, *password; /* NULL: nobody logs in                     */
    uint8_t starttls;            /* enum smtpspec_starttls                   */
    struct smtpspec_journal *journal; /* of all that is said; or NULL        */
    uint64_t timeout_ms;         /* 0: as RFC 5321, 4.5.3.2 has it           */
    uint64_t time_ms;            /* for all of it; 0: as long as it takes    */
    unsigned jobs;               /* connections at once, at least 1          */
    unsigned rate;               /* connections a minute; 0: no limit        */
    struct smtpspec_command_caps caps; /* of a connection                    */
    struct smtpspec_lanes *lanes; /* a rate for each network; or NULL        */
    bool intrusive;
    const struct smtpspec_case *const *cases;
    size_t case_count;
};

struct smtpspec_run_sink {
    /* `again` is the id of the case that repeats it; NULL: only a whole run
     * does. All memory is the run's and gone when this returns. */
    void (*result)(void *context, struct smtpspec_result *result,
                   const char *again);
    /* While the run goes on, in no order, and at most once for each result; to
     * be left as it is. NULL: not wanted. `result` comes nevertheless, with
     * `told` where nothing else was made of it in the end. */
    void (*early)(void *context, const struct smtpspec_result *result,
                  const char *again);
    /* Before the first case: what the run will take of a server that answers
     * as fast as it greeted and bears us. */
    void (*estimate)(void *context, size_t cases, size_t connections,
                     uint64_t ms);
    /* A case is done, or some time has passed; may be NULL. */
    void (*progress)(void *context, size_t done, size_t all);
    void *context;
};

struct smtpspec_run;

/*
 * Run to the end (or to SIGINT), then hand on the results. Blocks. To be
 * freed by smtpspec_run_free(); never NULL.
 */
struct smtpspec_run *
smtpspec_run_target(const struct smtpspec_run_settings *settings,
                    const struct smtpspec_run_sink *sink);

/* What is known of the target; `trouble` where it could not be tested. The
 * summary is empty: it is whoever weighs the results who counts them. The
 * pointers live as long as the run. */
const struct smtpspec_target_facts *
smtpspec_run_facts(const struct smtpspec_run *run);

/* The signal that ended it, SIGINT or SIGTERM; 0 where none did. */
int smtpspec_run_interrupted(const struct smtpspec_run *run);

void smtpspec_run_free(struct smtpspec_run *run);

#endif
