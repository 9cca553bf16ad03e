/* SPDX-License-Identifier: MIT */
/*
 * lies.c - misdeeds that answer another code than the honest one
 *
 * Floor 5, server. A row says when (command, states, stimuli, the code that
 * was right, a condition) and what instead. The session then goes where the
 * false answer leads, as it would on a server that really thinks so.
 */
#include "server/engine.h"

typedef bool lie_condition(const struct smtpspec_server *server,
                           const struct smtpspec_command_line *line);

/* A field left out holds for anything. */
struct lie {
    uint8_t misdeed;
    uint8_t command;
    uint16_t states;        /* set of enum smtpspec_state                    */
    uint16_t stimuli;       /* set of enum smtpspec_stimulus                 */
    uint16_t instead_of;    /* the honest code; 5: any 5yz                   */
    lie_condition *when;
    uint16_t code;
    const char *text;       /* NULL: the text stays                          */
};

static bool is_for_postmaster(const struct smtpspec_server *server,
                              const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_starts_nocase(line->path,
                                       SMTPSPEC_SPAN("<postmaster"));
}

static bool is_null_path(const struct smtpspec_server *server,
                         const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_equal(line->path, SMTPSPEC_SPAN("<>"));
}

static bool has_enough_recipients(const struct smtpspec_server *server,
                                  const struct smtpspec_command_line *line)
{
    (void)line;
    return server->session.recipients >= 10;
}

/* Brackets with an "@" between: what is wrong is wrong inside. */
static bool has_path(const struct smtpspec_server *server,
                     const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_find(line->argument, '<') < line->argument.length &&
           smtpspec_span_find(line->argument, '@') < line->argument.length;
}

#define IN(state)    SMTPSPEC_BIT(SMTPSPEC_STATE_##state)
#define SENT(kind)   SMTPSPEC_BIT(SMTPSPEC_STIMULUS_##kind)
#define ON(verb)     .command = SMTPSPEC_COMMAND_##verb
#define LIE(name)    .misdeed = SMTPSPEC_MISDEED_##name
#define ENVELOPE     (IN(MAIL) | IN(RCPT))
#define PLAIN        (SENT(VALID) | SENT(LOWER_CASE))

static const struct lie lies[] = {
    { LIE(GREETING_250), ON(CONNECT), .code = 250 },
    { LIE(RSET_252), ON(RSET), .instead_of = 250, .code = 252 },
    { LIE(NOOP_200), ON(NOOP), .instead_of = 250, .code = 200 },
    { LIE(HELP_250), ON(HELP), .instead_of = 214, .code = 250 },
    { LIE(DATA_350), ON(DATA), .instead_of = 354, .code = 350 },
    { LIE(DATA_END_200), ON(DATA_END), .instead_of = 250, .code = 200 },
    { LIE(QUIT_250), ON(QUIT), .instead_of = 221, .code = 250 },
    { LIE(RCPT_554), ON(RCPT), .instead_of = 550, .code = 554,
      .text = "No such mailbox" },
    { LIE(ALL_502), .instead_of = 5, .code = 502, .text = "Not implemented" },
    { LIE(RCPT_BEFORE_MAIL), ON(RCPT), .states = IN(READY), .stimuli = PLAIN,
      .code = 250 },
    { LIE(DATA_BEFORE_RCPT), ON(DATA), .states = IN(READY) | IN(MAIL),
      .stimuli = PLAIN, .code = 354, .text = "Go ahead" },
    { LIE(NESTED_MAIL), ON(MAIL), .states = ENVELOPE, .stimuli = PLAIN,
      .code = 250 },
    { LIE(RSET_BEFORE_EHLO_503), ON(RSET), .states = IN(IDLE), .code = 503 },
    { LIE(NOOP_TEXT_501), ON(NOOP), .stimuli = SENT(EXTRA_ARGUMENT),
      .code = 501 },
    { LIE(EHLO_500), ON(EHLO), .code = 500 },
    { LIE(EHLO_AGAIN_503), ON(EHLO), .states = IN(READY) | ENVELOPE,
      .stimuli = PLAIN, .code = 503 },
    { LIE(HELO_AGAIN_503), ON(HELO), .states = IN(READY) | ENVELOPE,
      .stimuli = PLAIN, .code = 503 },
    { LIE(NO_PATH), ON(MAIL), .states = IN(READY),
      .stimuli = SENT(NO_ARGUMENT), .code = 250 },
    { LIE(NO_PATH), ON(RCPT), .states = ENVELOPE,
      .stimuli = SENT(NO_ARGUMENT), .code = 250 },
    { LIE(VRFY_500), ON(VRFY), .code = 500 },
    { LIE(LOWER_CASE_500), .stimuli = SENT(LOWER_CASE), .code = 500 },
    { LIE(UNKNOWN_VERB_250), ON(UNKNOWN), .stimuli = SENT(UNKNOWN_VERB),
      .code = 250 },
    { LIE(DATA_ARGUMENT), ON(DATA), .states = IN(RCPT),
      .stimuli = SENT(EXTRA_ARGUMENT), .code = 354, .text = "Go ahead" },
    { LIE(BAD_DOMAIN), ON(MAIL), .states = IN(READY),
      .stimuli = SENT(BAD_ARGUMENT), .when = has_path, .code = 250 },
    { LIE(BAD_DOMAIN), ON(RCPT), .states = ENVELOPE,
      .stimuli = SENT(BAD_ARGUMENT), .when = has_path, .code = 250 },
    { LIE(NULL_PATH_REFUSED), ON(MAIL), .instead_of = 250,
      .when = is_null_path, .code = 550, .text = "Sender refused" },
    { LIE(POSTMASTER_REFUSED), ON(RCPT), .instead_of = 250,
      .when = is_for_postmaster, .code = 550 },
    { LIE(PARAMETER_ACCEPTED), ON(MAIL), .states = IN(READY),
      .stimuli = SENT(UNKNOWN_PARAMETER), .code = 250 },
    { LIE(PARAMETER_ACCEPTED), ON(RCPT), .states = ENVELOPE,
      .stimuli = SENT(UNKNOWN_PARAMETER), .code = 250 },
    { LIE(FEW_RECIPIENTS), ON(RCPT), .instead_of = 250,
      .when = has_enough_recipients, .code = 452 },
    { LIE(BIG_SIZE_ACCEPTED), ON(MAIL), .instead_of = 552, .code = 250 },
    { LIE(UNKNOWN_MAILBOX_421), ON(RCPT), .instead_of = 550, .code = 421 },
    { LIE(STAYS_AFTER_421), ON(UNKNOWN), .code = 421 },
    { LIE(UNKNOWN_221), ON(UNKNOWN), .code = 221, .text = "Goodbye" },
};

static bool holds(const struct lie *lie, const struct smtpspec_server *server,
                  const struct smtpspec_command_line *line,
                  enum smtpspec_stimulus stimulus, unsigned code)
{
    return does(server, (enum smtpspec_misdeed)lie->misdeed) &&
           (lie->command == SMTPSPEC_COMMAND_UNSET ||
            lie->command == line->command) &&
           (lie->states == 0 ||
            (lie->states & SMTPSPEC_BIT(server->session.state)) != 0) &&
           (lie->stimuli == 0 ||
            (lie->stimuli & SMTPSPEC_BIT(stimulus)) != 0) &&
           (lie->instead_of == 0 || lie->instead_of == code ||
            lie->instead_of == code / 100) &&
           (lie->when == NULL || lie->when(server, line));
}

void smtpspec_lies_tell(struct smtpspec_server *server,
                        const struct smtpspec_command_line *line,
                        enum smtpspec_stimulus stimulus,
                        struct answer *answer)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(lies); i++) {
        const struct lie *lie = &lies[i];
        unsigned honest = answer->code;

        if (!holds(lie, server, line, stimulus, honest))
            continue;
        /* A code of the same kind is only another number before the text. */
        if (lie->code / 100 != honest / 100)
            *answer = smtpspec_answer_for(lie->code);
        answer->code = lie->code;
        if (lie->text != NULL)
            answer->line[0] = lie->text;
        return;
    }
}
