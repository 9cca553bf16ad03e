/* SPDX-License-Identifier: MIT */
/*
 * machine_results.h - what was found of a machine, as results
 *
 * Floor 7, cli. Suites (`check --exhaustive`) and learnt machines (`learn`) are
 * told in the same way: one result for each (state, command, reply) that
 * departs from the rows, one for each word that the server died of, a note for
 * each command that is not borne often.
 */
#ifndef SMTPSPEC_MACHINE_RESULTS_H
#define SMTPSPEC_MACHINE_RESULTS_H

#include "cli/checking.h"
#include "learn/exhaustive.h"

struct smtpspec_machine_results {
    struct smtpspec_checking *check;
    const struct smtpspec_alphabet *alphabet;
    const char *prefix;        /* of the ids: "exhaustive"                   */
    bool offline;              /* no command shows it again                  */
};

/* A deviation, and what came of it when it was asked once more; `again` NULL:
 * it was not, because there is nobody to be asked. */
void smtpspec_machine_deviation(const struct smtpspec_machine_results *results,
                                const struct smtpspec_deviation *one,
                                const struct smtpspec_exhaustive_check *again);

/* The server died of a word; `number` from 1. */
void smtpspec_machine_death(const struct smtpspec_machine_results *results,
                            const struct smtpspec_ask_death *death,
                            unsigned number);

/* A command that the server does not bear so often; nothing where it does. */
void smtpspec_machine_repetition(
    const struct smtpspec_machine_results *results, unsigned symbol,
    const struct smtpspec_repetition *found);

/* What all of that tells other runs (run/command_caps.h): as a note, and where
 * --save-caps says. `found` has all symbols. */
void smtpspec_machine_caps(const struct smtpspec_machine_results *results,
                           const struct smtpspec_repetition found[]);

/* What was done, PASS; with a reason, ERROR. */
struct smtpspec_machine_note {
    const char *what;          /* the id behind the prefix and its dot       */
    const char *title, *observed;
    const char *reason;        /* why it is not whole; NULL: it is           */
};

void smtpspec_machine_note(const struct smtpspec_machine_results *results,
                           const struct smtpspec_machine_note *note);

/* "EHLO 250, MAIL 250", cut where there is no more room. */
void smtpspec_machine_spell(const struct smtpspec_alphabet *alphabet,
                            const uint8_t *word, const uint32_t *outputs,
                            size_t length, char *out, size_t cap);

#endif
