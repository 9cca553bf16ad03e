/* SPDX-License-Identifier: MIT */
/*
 * eva_session.c - the session machine, for any lines and codes in any number
 * of steps
 *
 * follows:  src/rules/session.c src/rules/machine.c src/wire/command.c
 *           src/wire/base64.c src/wire/ehlo.c src/wire/address.c
 *           src/base/span.c
 * uncalled: 56, of the files below the session what it does not ask for
 * unreached: 8, ends of cases that return, and answers for states, classes,
 *           paths and commands that do not come up
 */
#include "eva.h"

#include <smtpspec/session.h>

int main(void)
{
    struct smtpspec_session session;
    struct smtpspec_command_line line;

    smtpspec_session_init(&session);
    while (eva_again()) {
        smtpspec_command_parse(eva_span(), &line);
        smtpspec_stimulus_of(&line, eva_number(0, SIZE_MAX));
        line.command =
            (enum smtpspec_command)eva_number(0, SMTPSPEC_COMMAND_COUNT + 1);
        smtpspec_session_step(&session, &line,
                              (unsigned)eva_number(0, UINT32_MAX));
        smtpspec_session_offered(&session, eva_number(0, SIZE_MAX));
        if (eva_again())
            smtpspec_session_tls(&session);
        if (eva_again())
            smtpspec_session_assume(
                &session,
                (enum smtpspec_state)eva_number(0, SMTPSPEC_STATE_COUNT));
    }
    return 0;
}
