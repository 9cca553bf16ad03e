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

static bool has_20_recipients(const struct smtpspec_server *server,
                              const struct smtpspec_command_line *line)
{
    (void)line;
    return server->session.recipients >= 20;
}

static bool has_no_brackets(const struct smtpspec_server *server,
                            const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_starts_nocase(line->argument, SMTPSPEC_SPAN("TO:")) &&
           line->argument.length > 3 &&
           smtpspec_span_find(line->argument, '<') == line->argument.length;
}

static bool has_route(const struct smtpspec_server *server,
                      const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_starts_nocase(line->argument,
                                       SMTPSPEC_SPAN("TO:<@"));
}

static bool has_nul(const struct smtpspec_server *server,
                    const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_find(line->argument, '\0') < line->argument.length;
}

static bool is_over_500(const struct smtpspec_server *server,
                        const struct smtpspec_command_line *line)
{
    (void)line;
    return server->line_octets > 500;
}

#define HAVING(name, keyword)                                               \
    static bool name(const struct smtpspec_server *server,                  \
                     const struct smtpspec_command_line *line)              \
    {                                                                       \
        (void)server;                                                       \
        return smtpspec_parameters_have(line, keyword);                     \
    }

HAVING(has_body, "BODY")
HAVING(has_by, "BY")
HAVING(has_priority, "MT-PRIORITY")
HAVING(has_notify, "NOTIFY")
HAVING(has_smtputf8, "SMTPUTF8")

static bool has_dsn(const struct smtpspec_server *server,
                    const struct smtpspec_command_line *line)
{
    return smtpspec_parameters_have(line, "RET") ||
           smtpspec_parameters_have(line, "ENVID") ||
           smtpspec_parameters_have(line, "ORCPT") || has_notify(server, line);
}

static bool is_logged_in(const struct smtpspec_server *server,
                         const struct smtpspec_command_line *line)
{
    (void)line;
    return server->session.authenticated;
}

static bool is_anonymous(const struct smtpspec_server *server,
                         const struct smtpspec_command_line *line)
{
    return !is_logged_in(server, line);
}

static bool is_in_tls(const struct smtpspec_server *server,
                      const struct smtpspec_command_line *line)
{
    (void)line;
    return server->session.tls;
}

static bool is_star(const struct smtpspec_server *server,
                    const struct smtpspec_command_line *line)
{
    (void)server;
    return smtpspec_span_equal(line->argument, SMTPSPEC_SPAN("*"));
}

static bool is_no_star(const struct smtpspec_server *server,
                       const struct smtpspec_command_line *line)
{
    return !is_star(server, line);
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
    { LIE(NOOP_500), ON(NOOP), .code = 500 },
    { LIE(SHORT_LINES), .stimuli = PLAIN | SENT(EXTRA_ARGUMENT),
      .when = is_over_500, .code = 500, .text = "Line too long" },
    { LIE(RSET_ARGUMENT), ON(RSET), .stimuli = SENT(EXTRA_ARGUMENT),
      .code = 250 },
    { LIE(QUIT_ARGUMENT), ON(QUIT), .stimuli = SENT(EXTRA_ARGUMENT),
      .code = 221 },
    { LIE(NO_BRACKETS), ON(RCPT), .states = ENVELOPE,
      .stimuli = SENT(BAD_ARGUMENT), .when = has_no_brackets, .code = 250 },
    { LIE(BAD_ROUTE), ON(RCPT), .states = ENVELOPE,
      .stimuli = SENT(BAD_ARGUMENT), .when = has_route, .code = 250 },
    { LIE(RECIPIENTS_552), ON(RCPT), .instead_of = 250,
      .when = has_20_recipients, .code = 552, .text = "Too many recipients" },
    { LIE(NUL_ACCEPTED), ON(MAIL), .states = IN(READY), .when = has_nul,
      .code = 250 },
    { LIE(BODY_NOT_THERE), ON(MAIL), .states = IN(READY), .when = has_body,
      .code = 555 },
    { LIE(DSN_NOT_THERE), ON(MAIL), .states = IN(READY), .when = has_dsn,
      .code = 555 },
    { LIE(DSN_NOT_THERE), ON(RCPT), .states = ENVELOPE, .when = has_dsn,
      .code = 555 },
    { LIE(DSN_NEVER_AND), ON(RCPT), .instead_of = 501, .when = has_notify,
      .code = 250 },
    { LIE(SMTPUTF8_NOT_THERE), ON(MAIL), .states = IN(READY),
      .when = has_smtputf8, .code = 555 },
    { LIE(PRIORITY_ANY), ON(MAIL), .instead_of = 501, .when = has_priority,
      .code = 250 },
    { LIE(BY_ANY), ON(MAIL), .instead_of = 501, .when = has_by,
      .code = 250 },
    { LIE(DATA_AFTER_BDAT), ON(DATA), .states = IN(BDAT), .code = 354,
      .text = "Go ahead" },
    { LIE(BINARY_BY_DATA), ON(DATA), .states = IN(RCPT), .instead_of = 503,
      .code = 354, .text = "Go ahead" },
    { LIE(BDAT_502), ON(BDAT), .code = 502 },
    { LIE(BDAT_ANYWHERE), ON(BDAT), .states = IN(READY), .instead_of = 503,
      .code = 250 },
    { LIE(ETRN_IN_MAIL), ON(ETRN), .states = ENVELOPE, .instead_of = 503,
      .code = 250 },
    { LIE(ETRN_502), ON(ETRN), .code = 502 },
    { LIE(AUTH_REQUIRED_503), ON(MAIL), .states = IN(READY),
      .stimuli = PLAIN, .when = is_anonymous, .code = 503 },
    { LIE(AUTH_502), ON(AUTH), .code = 502 },
    { LIE(AUTH_WRONG_550), ON(AUTH), .instead_of = 535, .code = 550 },
    { LIE(AUTH_WRONG_550), ON(AUTH_CONTINUE), .instead_of = 535,
      .code = 550 },
    { LIE(AUTH_UNKNOWN_535), ON(AUTH), .instead_of = 504, .code = 535 },
    { LIE(AUTH_BASE64_235), ON(AUTH), .states = IN(READY),
      .stimuli = SENT(BAD_ARGUMENT), .code = 235 },
    { LIE(AUTH_BASE64_235), ON(AUTH_CONTINUE), .instead_of = 501,
      .when = is_no_star, .code = 235 },
    { LIE(AUTH_CANCEL_535), ON(AUTH_CONTINUE), .instead_of = 501,
      .when = is_star, .code = 535 },
    { LIE(AUTH_AGAIN_235), ON(AUTH), .states = IN(READY), .instead_of = 503,
      .when = is_logged_in, .code = 235 },
    { LIE(AUTH_IN_MAIL), ON(AUTH), .states = ENVELOPE, .instead_of = 503,
      .code = 235 },
    { LIE(STARTTLS_502), ON(STARTTLS), .code = 502 },
    { LIE(STARTTLS_ARGUMENT), ON(STARTTLS),
      .stimuli = SENT(EXTRA_ARGUMENT), .code = 220 },
    { LIE(STARTTLS_AGAIN), ON(STARTTLS), .instead_of = 503, .when = is_in_tls,
      .code = 220 },
    { LIE(LMTP_EHLO), ON(EHLO), .instead_of = 500, .code = 250 },
    { LIE(LMTP_EHLO), ON(HELO), .instead_of = 500, .code = 250 },
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
