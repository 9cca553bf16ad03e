/* SPDX-License-Identifier: MIT */
/*
 * spec_machine.h - the rows of the rules as a machine over an alphabet
 *
 * Floor 5, learn; pure. In each state a set of outputs is in order for a
 * symbol (the judge says which), and the next state follows the output that
 * was observed: a server that takes MAIL before EHLO is not blamed for all that
 * follows. For suites there is a machine with one output for each symbol, too:
 * a server as most are.
 */
#ifndef SMTPSPEC_SPEC_MACHINE_H
#define SMTPSPEC_SPEC_MACHINE_H

#include <smtpspec/judge.h>

#include "learn/alphabet.h"
#include "learn/mealy.h"

struct smtpspec_spec {
    struct smtpspec_terms terms;  /* `offered`: what EHLO is known to list   */
    const struct smtpspec_alphabet *alphabet;
};

/* All that what is due depends on. */
struct smtpspec_spec_state {
    uint8_t state;                /* enum smtpspec_state                     */
    uint8_t greeted;              /* enum smtpspec_command                   */
    bool binarymime;
    bool strict;                  /* IDLE: MAIL was not taken before EHLO    */
};

/* Behind a banner 220. */
struct smtpspec_spec_state smtpspec_spec_start(void);

/*
 * The server answered a symbol so. Returns the next state. What is worst about
 * the output is in `*worst`, whose outcome is PASS where nothing is; its state
 * and command are those of the exchange at fault. Cannot fail.
 */
struct smtpspec_spec_state
smtpspec_spec_step(const struct smtpspec_spec *spec,
                   struct smtpspec_spec_state from, unsigned symbol,
                   uint32_t output, struct smtpspec_verdict *worst);

/* Whether two are the same, and whether nothing comes behind one. */
bool smtpspec_spec_same(struct smtpspec_spec_state a,
                        struct smtpspec_spec_state b);
bool smtpspec_spec_is_over(struct smtpspec_spec_state state);

/* "READY", "READY by HELO", "MAIL ungreeted"; the length as snprintf. */
size_t smtpspec_spec_label(struct smtpspec_spec_state state, char *out,
                           size_t cap);

/*
 * The least machine of a server that answers everything in the most usual of
 * the ways that are in order, and offers CHUNKING; to be freed. Its states are
 * labelled.
 */
void smtpspec_spec_model(const struct smtpspec_spec *spec,
                         struct smtpspec_mealy *model);

#endif
