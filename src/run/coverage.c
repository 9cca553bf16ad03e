/* SPDX-License-Identifier: MIT */
/*
 * coverage.c - how much of the rule tables a run has exercised
 */
#include "run/coverage.h"

#define COMMANDS SMTPSPEC_COMMAND_COUNT
#define STIMULI SMTPSPEC_STIMULUS_COUNT
#define STATES SMTPSPEC_STATE_COUNT

_Static_assert(STIMULI <= 16, "stimuli fit the bits");

/* Places are counted through: state by state, command by command, stimulus by
 * stimulus; then the commands. */
#define CELLS ((unsigned)STATES * COMMANDS * STIMULI)
#define PLACES (CELLS + COMMANDS)

static bool has_rows(const struct smtpspec_terms *terms,
                     enum smtpspec_command command)
{
    return command != SMTPSPEC_COMMAND_UNSET &&
           smtpspec_rules_look_up(terms, command, 250, NULL) !=
               SMTPSPEC_LISTING_NO_ROW;
}

/* Whether a client can bring the session there. */
static bool is_reachable(const struct smtpspec_terms *terms,
                         enum smtpspec_state state)
{
    switch (state) {
    case SMTPSPEC_STATE_REFUSED:
    case SMTPSPEC_STATE_BDAT_FAILED:
        return false;
    case SMTPSPEC_STATE_BDAT:
        return (terms->offered &
                SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) != 0;
    case SMTPSPEC_STATE_AUTH:
        return (terms->offered &
                SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH)) != 0;
    default:
        return true;
    }
}

static bool is_due(const struct smtpspec_terms *terms, unsigned state,
                   unsigned command, unsigned stimulus)
{
    return stimulus != SMTPSPEC_STIMULUS_LOWER_CASE &&
           is_reachable(terms, (enum smtpspec_state)state) &&
           smtpspec_rules_due(terms, (enum smtpspec_state)state,
                              (enum smtpspec_command)command,
                              (enum smtpspec_stimulus)stimulus) != NULL;
}

void smtpspec_coverage_add(struct smtpspec_coverage *coverage,
                           const struct smtpspec_terms *terms,
                           const struct smtpspec_exchange *exchange)
{
    unsigned stimulus = exchange->stimulus;

    if (exchange->code == 0 || exchange->state >= STATES ||
        exchange->command >= COMMANDS || stimulus >= STIMULI)
        return;
    if (stimulus == SMTPSPEC_STIMULUS_LOWER_CASE)
        stimulus = SMTPSPEC_STIMULUS_VALID;
    coverage->answered[exchange->command] = true;
    if (is_due(terms, exchange->state, exchange->command, stimulus))
        coverage->stimuli[exchange->state][exchange->command] |=
            (uint16_t)(1u << stimulus);
}

/* Whether there is a cell at that place, and which. */
static bool is_cell(const struct smtpspec_terms *terms, unsigned place,
                    struct smtpspec_exchange *cell)
{
    /* Nothing is offered before EHLO. */
    struct smtpspec_terms here = *terms;

    *cell = (struct smtpspec_exchange){ 0 };
    if (place >= CELLS) {
        cell->command = (uint8_t)(place - CELLS);
        return has_rows(terms, (enum smtpspec_command)cell->command);
    }
    cell->stimulus = (uint8_t)(place % STIMULI);
    cell->command = (uint8_t)(place / STIMULI % COMMANDS);
    cell->state = (uint8_t)(place / STIMULI / COMMANDS);
    if (cell->state == SMTPSPEC_STATE_IDLE)
        here.offered = 0;
    return is_due(&here, cell->state, cell->command, cell->stimulus);
}

static bool is_exercised(const struct smtpspec_coverage *coverage,
                         const struct smtpspec_exchange *cell)
{
    if (cell->state == SMTPSPEC_STATE_UNSET)
        return coverage->answered[cell->command];
    return (coverage->stimuli[cell->state][cell->command] >> cell->stimulus &
            1) != 0;
}

void smtpspec_coverage_count(const struct smtpspec_coverage *coverage,
                             const struct smtpspec_terms *terms,
                             unsigned *cells, unsigned *exercised)
{
    struct smtpspec_exchange cell;

    *cells = *exercised = 0;
    for (unsigned place = 0; place < PLACES; place++) {
        if (!is_cell(terms, place, &cell))
            continue;
        *cells += 1;
        *exercised += is_exercised(coverage, &cell);
    }
}

bool smtpspec_coverage_gap(const struct smtpspec_coverage *coverage,
                           const struct smtpspec_terms *terms,
                           unsigned *place, struct smtpspec_exchange *gap)
{
    for (; *place < PLACES; *place += 1) {
        if (is_cell(terms, *place, gap) && !is_exercised(coverage, gap)) {
            *place += 1;
            return true;
        }
    }
    return false;
}
