/* SPDX-License-Identifier: MIT */
/*
 * offline_places.c - where the sessions of a recording went
 */
#include "cli/judging.h"

#include <stdlib.h>

/* All that was seen in a state of a command, each class a place. */
static void add_kind(struct smtpspec_offline *offline, unsigned state,
                     unsigned command)
{
    struct smtpspec_offline_kind *kind = &offline->kinds[state][command];

    smtpspec_offline_kind_id((enum smtpspec_state)state,
                             (enum smtpspec_command)command, kind->id);
    for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
        struct smtpspec_transition_place *place =
            &offline->places->places[state][command][k];

        place->count = kind->classes[k];
        place->test = smtpspec_span_of(kind->id);
    }
}

static void judge(void *context, const struct smtpspec_result *result)
{
    struct smtpspec_offline *offline = context;

    /* Ids of what passed do not live on; they are there already. */
    if (result->outcome != SMTPSPEC_OUTCOME_PASS)
        smtpspec_transitions_judge(offline->places, result);
}

const struct smtpspec_transition *
smtpspec_offline_places(struct smtpspec_offline *offline, unsigned *count)
{
    *count = 0;
    if (offline->places == NULL)
        offline->places = calloc(1, sizeof(*offline->places));
    if (offline->places == NULL)
        return NULL;
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++)
            add_kind(offline, s, c);
    smtpspec_offline_results(offline, judge, offline);
    return smtpspec_transitions_list(offline->places, count);
}
