/* SPDX-License-Identifier: MIT */
/*
 * transitions.h - where the sessions of a run went, and what came of it
 *
 * Floor 5, run; no I/O. For each state, command and class of the reply: how
 * often it was seen, the worst that a case had to say of it, and which case
 * shows it. The picture of the state machine is coloured by it.
 */
#ifndef SMTPSPEC_TRANSITIONS_H
#define SMTPSPEC_TRANSITIONS_H

#include <smtpspec/judge.h>

#include "case/case.h"
#include "case/result.h"

struct smtpspec_transition_place {
    uint64_t count;
    uint8_t worst;                 /* enum smtpspec_outcome                  */
    bool judged;                   /* that case is about it                  */
    struct smtpspec_span test;     /* id of the case                         */
};

/* Zero: nothing was seen yet. */
struct smtpspec_transitions {
    struct smtpspec_transition_place
        places[SMTPSPEC_STATE_COUNT][SMTPSPEC_COMMAND_COUNT]
              [SMTPSPEC_CLASS_COUNT];
    struct smtpspec_transition *list; /* smtpspec_transitions_list()'s       */
    char *ids;
};

/* An exchange of a case has ended. Dialogues that are no cases (session.*) do
 * not count. `of` must outlive the transitions. */
void smtpspec_transitions_add(struct smtpspec_transitions *transitions,
                              const struct smtpspec_case *of,
                              const struct smtpspec_exchange *exchange);

/* A result to be reported: it is about one place, and if it is the worst there
 * its case shows it. It must outlive the transitions. */
void smtpspec_transitions_judge(struct smtpspec_transitions *transitions,
                                const struct smtpspec_result *result);

/* All that were seen, by state, command, class; lives as long as the
 * transitions. */
const struct smtpspec_transition *
smtpspec_transitions_list(struct smtpspec_transitions *transitions,
                          unsigned *count);

void smtpspec_transitions_free(struct smtpspec_transitions *transitions);

#endif
