/* SPDX-License-Identifier: MIT */
/*
 * session.c - the command state machine, and the names of its parts
 *
 * Floor 2, rules. Growth goes into states.def, not into step().
 */
#include <smtpspec/session.h>

static const char *const state_names[SMTPSPEC_STATE_COUNT] = {
    [SMTPSPEC_STATE_UNSET] = "UNSET",
    [SMTPSPEC_STATE_CONNECT] = "CONNECT",
    [SMTPSPEC_STATE_IDLE] = "IDLE",
    [SMTPSPEC_STATE_READY] = "READY",
    [SMTPSPEC_STATE_MAIL] = "MAIL",
    [SMTPSPEC_STATE_RCPT] = "RCPT",
    [SMTPSPEC_STATE_CONTENT] = "CONTENT",
    [SMTPSPEC_STATE_BDAT] = "BDAT",
    [SMTPSPEC_STATE_BDAT_FAILED] = "BDAT_FAILED",
    [SMTPSPEC_STATE_AUTH] = "AUTH",
    [SMTPSPEC_STATE_TLS] = "TLS",
    [SMTPSPEC_STATE_REFUSED] = "REFUSED",
    [SMTPSPEC_STATE_CLOSED] = "CLOSED",
    [SMTPSPEC_STATE_ASTRAY] = "ASTRAY",
};

static const char *const class_names[SMTPSPEC_CLASS_COUNT] = {
    [SMTPSPEC_CLASS_NONE] = "none",
    [SMTPSPEC_CLASS_SUCCESS] = "success",
    [SMTPSPEC_CLASS_INTERMEDIATE] = "intermediate",
    [SMTPSPEC_CLASS_FAILURE] = "failure",
    [SMTPSPEC_CLASS_ERROR] = "error",
};

static const char *const stimulus_names[SMTPSPEC_STIMULUS_COUNT] = {
    [SMTPSPEC_STIMULUS_VALID] = "valid",
    [SMTPSPEC_STIMULUS_NO_ARGUMENT] = "no-argument",
    [SMTPSPEC_STIMULUS_EXTRA_ARGUMENT] = "extra-argument",
    [SMTPSPEC_STIMULUS_BAD_ARGUMENT] = "bad-argument",
    [SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER] = "unknown-parameter",
    [SMTPSPEC_STIMULUS_TOO_LONG] = "too-long",
    [SMTPSPEC_STIMULUS_BAD_OCTETS] = "bad-octets",
    [SMTPSPEC_STIMULUS_BARE_LF] = "bare-lf",
    [SMTPSPEC_STIMULUS_LOWER_CASE] = "lower-case",
    [SMTPSPEC_STIMULUS_BLANKS] = "blanks",
    [SMTPSPEC_STIMULUS_UNKNOWN_VERB] = "unknown-verb",
};

const char *smtpspec_state_name(enum smtpspec_state state)
{
    return (unsigned)state < SMTPSPEC_STATE_COUNT ? state_names[state] : "?";
}

enum smtpspec_state smtpspec_state_of(struct smtpspec_span name)
{
    for (unsigned i = SMTPSPEC_STATE_UNSET + 1; i < SMTPSPEC_STATE_COUNT; i++)
        if (smtpspec_span_equal_nocase(name,
                                       smtpspec_span_of(state_names[i])))
            return (enum smtpspec_state)i;
    return SMTPSPEC_STATE_UNSET;
}

const char *smtpspec_class_name(enum smtpspec_class class_)
{
    return (unsigned)class_ < SMTPSPEC_CLASS_COUNT ? class_names[class_] : "?";
}

const char *smtpspec_stimulus_name(enum smtpspec_stimulus stimulus)
{
    return (unsigned)stimulus < SMTPSPEC_STIMULUS_COUNT
               ? stimulus_names[stimulus] : "?";
}

extern inline enum smtpspec_class smtpspec_class_of(unsigned code);

void smtpspec_session_init(struct smtpspec_session *session)
{
    *session = (struct smtpspec_session){ .state = SMTPSPEC_STATE_CONNECT };
}

void smtpspec_session_assume(struct smtpspec_session *session,
                             enum smtpspec_state state)
{
    smtpspec_session_init(session);
    switch (state) {
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_CONTENT:
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
        session->recipients = 1;
        session->greeted = SMTPSPEC_COMMAND_EHLO;
        break;
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_AUTH:
        session->greeted = SMTPSPEC_COMMAND_EHLO;
        break;
    case SMTPSPEC_STATE_IDLE:
    case SMTPSPEC_STATE_REFUSED:
        break;
    default:
        return;
    }
    session->greeting_code = state == SMTPSPEC_STATE_REFUSED ? 554 : 220;
    session->state = (uint8_t)state;
}

static void end_transaction(struct smtpspec_session *session)
{
    session->recipients = 0;
    session->binarymime = false;
    session->smtputf8 = false;
    session->prdr = false;
}

/* The facts beside the state that a command changes when it succeeds. */
static void note_success(struct smtpspec_session *session,
                         const struct smtpspec_asked *asked)
{
    switch (asked->command) {
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
        session->greeted = asked->command;
        end_transaction(session);
        break;
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_SEND:
    case SMTPSPEC_COMMAND_SOML:
    case SMTPSPEC_COMMAND_SAML:
        end_transaction(session);
        session->binarymime = asked->binarymime;
        session->smtputf8 = asked->smtputf8;
        session->prdr = asked->prdr;
        break;
    case SMTPSPEC_COMMAND_RCPT:
        session->recipients++;
        break;
    case SMTPSPEC_COMMAND_RSET:
        end_transaction(session);
        break;
    case SMTPSPEC_COMMAND_AUTH:
    case SMTPSPEC_COMMAND_AUTH_CONTINUE:
        session->authenticated = true;
        break;
    default:
        break;
    }
}

enum smtpspec_state
smtpspec_session_answer(struct smtpspec_session *session,
                        const struct smtpspec_asked *asked, unsigned code)
{
    enum smtpspec_class class_ = smtpspec_class_of(code);
    enum smtpspec_state next =
        smtpspec_rules_next((enum smtpspec_state)session->state,
                            (enum smtpspec_command)asked->command, class_);

    if (next == SMTPSPEC_STATE_UNSET)
        next = SMTPSPEC_STATE_ASTRAY;
    if (code == 421 && session->state != SMTPSPEC_STATE_ASTRAY)
        next = SMTPSPEC_STATE_CLOSED; /* RFC 5321, 3.8 */
    if (asked->command == SMTPSPEC_COMMAND_CONNECT &&
        session->state == SMTPSPEC_STATE_CONNECT)
        session->greeting_code = (uint16_t)(code <= 999 ? code : 0);
    if (class_ == SMTPSPEC_CLASS_SUCCESS && next != SMTPSPEC_STATE_ASTRAY &&
        next != SMTPSPEC_STATE_CLOSED)
        note_success(session, asked);
    if (next == SMTPSPEC_STATE_BDAT && asked->last &&
        class_ == SMTPSPEC_CLASS_SUCCESS) {
        next = SMTPSPEC_STATE_READY; /* RFC 3030, 2: LAST ends the message */
        end_transaction(session);
    }
    if (session->state == SMTPSPEC_STATE_CONTENT)
        end_transaction(session); /* RFC 5321, 4.1.1.4: buffers are cleared */
    if (next == SMTPSPEC_STATE_READY &&
        session->greeted == SMTPSPEC_COMMAND_UNSET)
        next = SMTPSPEC_STATE_IDLE;
    session->state = (uint8_t)next;
    return next;
}

void smtpspec_session_asked(const struct smtpspec_command_line *line,
                            struct smtpspec_asked *out)
{
    /* A number that is no command is like UNSET. */
    out->command = (unsigned)line->command < SMTPSPEC_COMMAND_COUNT
                       ? (uint8_t)line->command : SMTPSPEC_COMMAND_UNSET;
    out->last = line->last;
    out->binarymime = line->binarymime;
    out->smtputf8 = line->smtputf8;
    out->prdr = (line->extensions &
                 SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PRDR)) != 0;
}

enum smtpspec_state
smtpspec_session_step(struct smtpspec_session *session,
                      const struct smtpspec_command_line *line, unsigned code)
{
    struct smtpspec_asked asked;

    smtpspec_session_asked(line, &asked);
    return smtpspec_session_answer(session, &asked, code);
}

void smtpspec_session_tls(struct smtpspec_session *session)
{
    uint16_t greeting_code = session->greeting_code;

    smtpspec_session_init(session);
    session->greeting_code = greeting_code;
    session->tls = true;
    session->state = SMTPSPEC_STATE_IDLE;
}

/* Extensions lengthen MAIL and RCPT (RFC 1869, 4.1.2) and AUTH with an initial
 * response (RFC 4954, 4): what is too long there, no sum here can tell. */
static bool is_too_long(const struct smtpspec_command_line *line,
                        uint64_t offered)
{
    bool stretched = line->parameters.length > 0 && offered != 0;

    return (line->faults & SMTPSPEC_FAULT_TOO_LONG) != 0 && !stretched;
}

uint64_t smtpspec_session_offered(const struct smtpspec_session *session,
                                  uint64_t offered)
{
    bool asked = session->greeted == SMTPSPEC_COMMAND_EHLO ||
                 session->greeted == SMTPSPEC_COMMAND_LHLO;

    return asked ? offered : UINT64_MAX;
}

enum smtpspec_stimulus
smtpspec_stimulus_of(const struct smtpspec_command_line *line,
                     uint64_t offered)
{
    const uint64_t none = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_NONE);
    bool mail = line->command == SMTPSPEC_COMMAND_MAIL;

    if (is_too_long(line, offered))
        return SMTPSPEC_STIMULUS_TOO_LONG;
    if (line->faults & SMTPSPEC_FAULT_BAD_OCTETS)
        return SMTPSPEC_STIMULUS_BAD_OCTETS;
    if (line->command == SMTPSPEC_COMMAND_UNKNOWN)
        return SMTPSPEC_STIMULUS_UNKNOWN_VERB;
    if (line->faults & SMTPSPEC_FAULT_NO_ARGUMENT)
        return SMTPSPEC_STIMULUS_NO_ARGUMENT;
    /* NOOP may have a parameter, but what is due then is another sentence
     * (RFC 5321, 4.1.1.9: SHOULD ignore it). */
    if (line->faults & SMTPSPEC_FAULT_EXTRA_ARGUMENT ||
        (line->command == SMTPSPEC_COMMAND_NOOP && line->argument.length > 0))
        return SMTPSPEC_STIMULUS_EXTRA_ARGUMENT;
    if (line->faults & SMTPSPEC_FAULT_BAD_ARGUMENT)
        return SMTPSPEC_STIMULUS_BAD_ARGUMENT;
    if ((mail || line->command == SMTPSPEC_COMMAND_RCPT) &&
        (line->extensions & ~(offered & ~none)) != 0)
        return SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER;
    if (mail && line->bad_value)
        return SMTPSPEC_STIMULUS_BAD_ARGUMENT;
    if (line->faults & SMTPSPEC_FAULT_BLANKS)
        return SMTPSPEC_STIMULUS_BLANKS;
    if (line->faults & SMTPSPEC_FAULT_LOWER_CASE)
        return SMTPSPEC_STIMULUS_LOWER_CASE;
    return SMTPSPEC_STIMULUS_VALID;
}
