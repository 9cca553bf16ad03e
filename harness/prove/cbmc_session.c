/* SPDX-License-Identifier: MIT */
/*
 * cbmc_session.c - one step of the session machine, from everywhere
 *
 * follows: src/rules/session.c src/rules/machine.c src/base/span.c
 * options: --conversion-check --unsigned-overflow-check
 * proves:  for every state, command line, code (any number), and whatever else
 *          is remembered: no undefined behaviour; the session is in the table
 *          again; 421 closes, and closed it stays; content comes by DATA, 3yz
 *          and a recipient or none, but by nothing else; RSET leaves no
 *          transaction; only a greeting changes who greeted, only AUTH logs
 *          in, only RCPT adds a recipient, and one. finite_session.c goes
 *          through the codes up to 1000; here there is no bound.
 */
#include "cbmc.h"

#include <smtpspec/session.h>

struct taken {
    struct smtpspec_session before, after;
    struct smtpspec_asked asked;
    unsigned code;
    enum smtpspec_state next;
};

static bool success(const struct taken *taken)
{
    return taken->code >= 200 && taken->code <= 299;
}

static bool is_command(const struct taken *taken, enum smtpspec_command which)
{
    return taken->asked.command == which;
}

static void prove_where(const struct taken *taken)
{
    enum smtpspec_state from = (enum smtpspec_state)taken->before.state;
    enum smtpspec_state next = taken->next;

    prove(next > SMTPSPEC_STATE_UNSET && next < SMTPSPEC_STATE_COUNT &&
              next == taken->after.state,
          "stays in the table");
    prove(taken->code != 421 || from == SMTPSPEC_STATE_ASTRAY ||
              next == SMTPSPEC_STATE_CLOSED,
          "421 closes");
    prove(from != SMTPSPEC_STATE_CLOSED || is_command(taken, 0) ||
              next == SMTPSPEC_STATE_CLOSED,
          "stays closed");
    prove(from != SMTPSPEC_STATE_ASTRAY || next == SMTPSPEC_STATE_ASTRAY,
          "stays astray");
    prove(next != SMTPSPEC_STATE_CONTENT ||
              (is_command(taken, SMTPSPEC_COMMAND_DATA) &&
               taken->code >= 300 && taken->code <= 399),
          "content after DATA and 3yz alone");
    prove(next != SMTPSPEC_STATE_READY ||
              taken->after.greeted != SMTPSPEC_COMMAND_UNSET,
          "nobody is ready who was not greeted");
}

static void prove_rset(const struct taken *taken)
{
    unsigned from = taken->before.state;
    bool open = from == SMTPSPEC_STATE_READY || from == SMTPSPEC_STATE_MAIL ||
                from == SMTPSPEC_STATE_RCPT || from == SMTPSPEC_STATE_BDAT ||
                from == SMTPSPEC_STATE_BDAT_FAILED;

    if (!is_command(taken, SMTPSPEC_COMMAND_RSET) || !success(taken) || !open)
        return;
    prove(taken->next == (taken->before.greeted == SMTPSPEC_COMMAND_UNSET
                              ? SMTPSPEC_STATE_IDLE : SMTPSPEC_STATE_READY),
          "RSET leads to where MAIL may come");
    prove(taken->after.recipients == 0 && !taken->after.binarymime &&
              !taken->after.smtputf8 && !taken->after.prdr,
          "RSET leaves no transaction");
}

static void prove_memory(const struct taken *taken)
{
    const struct smtpspec_session *before = &taken->before;
    const struct smtpspec_session *after = &taken->after;
    bool greets = is_command(taken, SMTPSPEC_COMMAND_HELO) ||
                  is_command(taken, SMTPSPEC_COMMAND_EHLO) ||
                  is_command(taken, SMTPSPEC_COMMAND_LHLO);
    bool logs_in = is_command(taken, SMTPSPEC_COMMAND_AUTH) ||
                   is_command(taken, SMTPSPEC_COMMAND_AUTH_CONTINUE);

    prove(after->tls == before->tls, "TLS is not a step's");
    prove((greets && success(taken)) || after->greeted == before->greeted,
          "a greeting, and only that, greets");
    prove((logs_in && success(taken)) ||
              after->authenticated == before->authenticated,
          "AUTH, and only that, logs in");
    prove(after->recipients <= before->recipients ||
              (is_command(taken, SMTPSPEC_COMMAND_RCPT) && success(taken) &&
               after->recipients == before->recipients + 1),
          "RCPT, and only that, adds a recipient, and one");
    prove(after->greeting_code <= 999, "a greeting has a code or none");
}

int main(void)
{
    struct taken taken;
    struct smtpspec_command_line line;
    struct smtpspec_session *session = &taken.before;

    session->tls = unknown_bool();
    session->authenticated = unknown_bool();
    session->binarymime = unknown_bool();
    session->smtputf8 = unknown_bool();
    session->prdr = unknown_bool();
    line.last = unknown_bool();
    line.binarymime = unknown_bool();
    line.smtputf8 = unknown_bool();
    assume(session->state < SMTPSPEC_STATE_COUNT);
    assume(session->greeting_code <= 999);
    /* A session of 2^32 recipients would begin to count anew. */
    assume(session->recipients < UINT32_MAX);
    smtpspec_session_asked(&line, &taken.asked);
    taken.after = taken.before;
    taken.next = smtpspec_session_step(&taken.after, &line, taken.code);
    prove_where(&taken);
    prove_rset(&taken);
    prove_memory(&taken);
    return 0;
}
