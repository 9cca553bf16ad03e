/* SPDX-License-Identifier: MIT */
/*
 * session.h - the command state machine (RFC 5321, 3.3 and 4.1.4)
 *
 * Floor 2, rules: no I/O, no allocation, no clock. Says where a session
 * stands after a command was answered, by the class of the reply that the
 * server *gave*, be it right or wrong: a server that answers 250 to MAIL
 * before EHLO is in MAIL. Rows of src/rules/states.def.
 */
#ifndef SMTPSPEC_SESSION_H
#define SMTPSPEC_SESSION_H

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/rules.h>

#ifdef __cplusplus
extern "C" {
#endif

struct smtpspec_session {
    uint8_t state;           /* enum smtpspec_state                          */
    uint8_t greeted;         /* enum smtpspec_command: HELO, EHLO or LHLO
                                that last succeeded; UNSET before            */
    bool tls;
    bool authenticated;
    bool binarymime;         /* MAIL asked for BODY=BINARYMIME               */
    bool smtputf8;           /* MAIL asked for SMTPUTF8                      */
    bool prdr;               /* MAIL asked for PRDR                          */
    uint16_t greeting_code;  /* of the connection; 0 before it               */
    uint32_t recipients;     /* accepted in this transaction                 */
};

SMTPSPEC_API void smtpspec_session_init(struct smtpspec_session *session);

/*
 * Start in a state as if the commands that lead there had been accepted:
 * IDLE, READY (by EHLO), MAIL, RCPT, CONTENT, BDAT, BDAT_FAILED, AUTH,
 * REFUSED (554). Any other state is as after init.
 */
SMTPSPEC_API void smtpspec_session_assume(struct smtpspec_session *session,
                                          enum smtpspec_state state);

/*
 * `line` was answered by `code` (0: by no reply). For CONNECT, DATA_END and
 * AUTH_CONTINUE only line->command is looked at. Any 421 closes. Returns the
 * new state, never UNSET, for any values of the arguments.
 */
SMTPSPEC_API enum smtpspec_state
smtpspec_session_step(struct smtpspec_session *session,
                      const struct smtpspec_command_line *line, unsigned code);

/* What a session takes note of in a command line, for whoever has the line no
 * more when its reply comes. */
struct smtpspec_asked {
    uint8_t command;         /* enum smtpspec_command                        */
    bool last;               /* BDAT, BURL: LAST                             */
    bool binarymime;         /* MAIL and its like: BODY=BINARYMIME           */
    bool smtputf8;           /* and SMTPUTF8                                 */
    bool prdr;               /* and PRDR                                     */
};
SMTPSPEC_API void
smtpspec_session_asked(const struct smtpspec_command_line *line,
                       struct smtpspec_asked *out);

/* smtpspec_session_step(), with what was asked in the place of the line. */
SMTPSPEC_API enum smtpspec_state
smtpspec_session_answer(struct smtpspec_session *session,
                        const struct smtpspec_asked *asked, unsigned code);

/* The handshake after STARTTLS is done: all that the server knew is dropped
 * (RFC 3207, 4.2). */
SMTPSPEC_API void smtpspec_session_tls(struct smtpspec_session *session);

/*
 * What counts as offered where a parameter of MAIL or RCPT is looked at: after
 * EHLO or LHLO what the reply listed (`offered`); without them nothing was
 * offered, yet a server may know a parameter all the same: everything.
 */
SMTPSPEC_API uint64_t
smtpspec_session_offered(const struct smtpspec_session *session,
                         uint64_t offered);

/*
 * Which kind of thing a command line is, for expect.def. One that is wrong in
 * several ways takes the first of: too long, bad octets, unknown verb, no
 * argument, extra argument, bad argument, unknown parameter (of an extension
 * that is not in `offered`), bad argument again (a value that BODY or SIZE
 * cannot have), blanks, lower case.
 */
SMTPSPEC_API enum smtpspec_stimulus
smtpspec_stimulus_of(const struct smtpspec_command_line *line,
                     uint64_t offered);

#ifdef __cplusplus
}
#endif
#endif
