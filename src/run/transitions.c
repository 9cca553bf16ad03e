/* SPDX-License-Identifier: MIT */
/*
 * transitions.c - where the sessions of a run went, and what came of it
 */
#include "run/transitions.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

#define STATES SMTPSPEC_STATE_COUNT
#define COMMANDS SMTPSPEC_COMMAND_COUNT
#define CLASSES SMTPSPEC_CLASS_COUNT
#define PLACES ((size_t)STATES * COMMANDS * CLASSES)

/* Whether that is the topic of a case: "rcpt.before-mail" is about RCPT. */
static bool is_topic(struct smtpspec_span id, enum smtpspec_command command)
{
    struct smtpspec_span name =
        smtpspec_span_of(smtpspec_command_name(command));

    return id.length > name.length && id.at[name.length] == '.' &&
           smtpspec_span_starts_nocase(id, name);
}

/* Which of two cases shows better what a command does. It does not depend on
 * the order of the run; written cases have shorter ids than generated. */
static bool shows_better(struct smtpspec_span one, struct smtpspec_span other,
                         enum smtpspec_command command)
{
    bool first = is_topic(one, command), second = is_topic(other, command);

    if (other.length == 0 || first != second)
        return other.length == 0 || first;
    if (one.length != other.length)
        return one.length < other.length;
    return memcmp(one.at, other.at, one.length) < 0;
}

void smtpspec_transitions_add(struct smtpspec_transitions *transitions,
                              const struct smtpspec_case *of,
                              const struct smtpspec_exchange *exchange)
{
    struct smtpspec_transition_place *place;

    if (exchange->state >= STATES || exchange->command >= COMMANDS ||
        smtpspec_span_starts_nocase(of->id, SMTPSPEC_SPAN("session.")))
        return;
    place = &transitions->places[exchange->state][exchange->command]
                                [smtpspec_class_of(exchange->code)];
    place->count++;
    if (shows_better(of->id, place->test,
                     (enum smtpspec_command)exchange->command))
        place->test = of->id;
}

/* By what was observed: "503 5.5.1 ...", "no reply". */
static enum smtpspec_class class_of(const char *observed)
{
    unsigned code = 0;

    for (unsigned i = 0; i < 3 && observed != NULL; i++) {
        if (observed[i] < '0' || observed[i] > '9')
            return SMTPSPEC_CLASS_NONE;
        code = 10 * code + (unsigned)(observed[i] - '0');
    }
    return smtpspec_class_of(code);
}

void smtpspec_transitions_judge(struct smtpspec_transitions *transitions,
                                const struct smtpspec_result *result)
{
    struct smtpspec_span id = smtpspec_span_of(result->id);
    struct smtpspec_transition_place *place;

    if ((result->outcome != SMTPSPEC_OUTCOME_FAIL &&
         result->outcome != SMTPSPEC_OUTCOME_WARN &&
         result->outcome != SMTPSPEC_OUTCOME_PASS) ||
        result->state == SMTPSPEC_STATE_UNSET ||
        result->command == SMTPSPEC_COMMAND_UNSET)
        return;
    place = &transitions->places[result->state][result->command]
                                [class_of(result->observed)];
    if (place->count == 0 && result->outcome == SMTPSPEC_OUTCOME_PASS)
        return;
    place->count += place->count == 0;
    if (result->outcome < place->worst ||
        (result->outcome == place->worst && place->judged &&
         !shows_better(id, place->test, result->command)))
        return;
    place->judged = true;
    place->worst = (uint8_t)result->outcome;
    place->test = id;
}

static struct smtpspec_transition_place *
place_at(struct smtpspec_transitions *transitions, size_t index)
{
    return &transitions->places[index / CLASSES / COMMANDS]
                               [index / CLASSES % COMMANDS][index % CLASSES];
}

/* Room for the list and for all ids, each ended by NUL. */
static void make_room(struct smtpspec_transitions *transitions)
{
    size_t count = 0, octets = 0;

    for (size_t i = 0; i < PLACES; i++) {
        const struct smtpspec_transition_place *place =
            place_at(transitions, i);

        count += place->count > 0;
        octets += place->test.length + 1;
    }
    smtpspec_transitions_free(transitions);
    transitions->list =
        smtpspec_memory_new((count + 1) * sizeof(*transitions->list));
    transitions->ids = smtpspec_memory_new(octets);
}

const struct smtpspec_transition *
smtpspec_transitions_list(struct smtpspec_transitions *transitions,
                          unsigned *count)
{
    char *ids;

    make_room(transitions);
    *count = 0;
    ids = transitions->ids;
    for (size_t i = 0; i < PLACES; i++) {
        const struct smtpspec_transition_place *place =
            place_at(transitions, i);

        if (place->count == 0)
            continue;
        transitions->list[(*count)++] = (struct smtpspec_transition){
            .state = (enum smtpspec_state)(i / CLASSES / COMMANDS),
            .command = (enum smtpspec_command)(i / CLASSES % COMMANDS),
            .class_ = (enum smtpspec_class)(i % CLASSES),
            .count = place->count,
            .worst = (enum smtpspec_outcome)place->worst,
            .test = ids,
        };
        memcpy(ids, place->test.at, place->test.length);
        ids += place->test.length + 1;
    }
    return transitions->list;
}

void smtpspec_transitions_free(struct smtpspec_transitions *transitions)
{
    free(transitions->list);
    free(transitions->ids);
    transitions->list = NULL;
    transitions->ids = NULL;
}
