/* SPDX-License-Identifier: MIT */
/*
 * sweep.c - the generated cases: every state x every command, sent as it
 * should be
 *
 * Floor 3, case. They demand nothing of their own ("S: *"): the rows of
 * states.def, expect.def and replies.def judge them. What would deliver mail
 * or begin another protocol is left out or marked.
 */
#include <smtpspec/command.h>

#include "case/case.h"

/* What is swept. A verb that `unless` names is sent only where it is not
 * offered: AUTH and STARTTLS begin a protocol of their own, ETRN and ATRN set
 * queues going. What is offered is known only after EHLO, so such a row is
 * left out in IDLE. */
static const struct verb {
    enum smtpspec_command command;
    enum smtpspec_extension unless;
    struct smtpspec_span line;
} verbs[] = {
#define VERB(name, unless, line)                                            \
    { SMTPSPEC_COMMAND_##name, SMTPSPEC_EXTENSION_##unless,                 \
      { (line), sizeof(line) - 1 } },
    VERB(HELO,     NONE,     "HELO {domain}")
    VERB(EHLO,     NONE,     "EHLO {domain}")
    VERB(MAIL,     NONE,     "MAIL FROM:<{from}>")
    VERB(RCPT,     NONE,     "RCPT TO:<{rcpt}>")
    VERB(DATA,     NONE,     "DATA")
    VERB(BDAT,     NONE,     "BDAT 0")
    VERB(RSET,     NONE,     "RSET")
    VERB(SEND,     NONE,     "SEND FROM:<{from}>")
    VERB(SOML,     NONE,     "SOML FROM:<{from}>")
    VERB(SAML,     NONE,     "SAML FROM:<{from}>")
    VERB(VRFY,     NONE,     "VRFY postmaster")
    VERB(EXPN,     NONE,     "EXPN postmaster")
    VERB(HELP,     NONE,     "HELP")
    VERB(NOOP,     NONE,     "NOOP")
    VERB(QUIT,     NONE,     "QUIT")
    VERB(TURN,     TURN,     "TURN")
    VERB(STARTTLS, STARTTLS, "STARTTLS")
    VERB(AUTH,     AUTH,     "AUTH PLAIN")
    VERB(ETRN,     ETRN,     "ETRN {domain}")
    VERB(ATRN,     ATRN,     "ATRN {domain}")
    VERB(UNKNOWN,  NONE,     "SPEC")
#undef VERB
};

static const struct start {
    enum smtpspec_given given;
    enum smtpspec_state state;
} starts[] = {
    { SMTPSPEC_GIVEN_IDLE, SMTPSPEC_STATE_IDLE },
    { SMTPSPEC_GIVEN_EHLO, SMTPSPEC_STATE_READY },
    { SMTPSPEC_GIVEN_MAIL, SMTPSPEC_STATE_MAIL },
    { SMTPSPEC_GIVEN_RCPT, SMTPSPEC_STATE_RCPT },
};

static bool is_left_out(const struct start *start, const struct verb *verb)
{
    return start->given == SMTPSPEC_GIVEN_IDLE &&
           verb->unless != SMTPSPEC_EXTENSION_NONE;
}

struct text {
    char *at;
    size_t length;
};

static void put(struct text *text, const char *part, bool small)
{
    for (; *part != '\0'; part++) {
        bool capital = small && *part >= 'A' && *part <= 'Z';

        text->at[text->length++] = (char)(capital ? *part + ('a' - 'A')
                                                  : *part);
    }
}

static struct smtpspec_span put_id(struct text *text, const char *state,
                                   const char *command)
{
    size_t from = text->length;

    put(text, "sweep.", false);
    put(text, state, true);
    put(text, ".", false);
    put(text, command, true);
    return (struct smtpspec_span){ text->at + from, text->length - from };
}

static struct smtpspec_span put_title(struct text *text, const char *state,
                                      const char *command)
{
    size_t from = text->length;

    put(text, command, false);
    put(text, " sent in state ", false);
    put(text, state, false);
    return (struct smtpspec_span){ text->at + from, text->length - from };
}

static void add_step(struct smtpspec_case *out, enum smtpspec_step_kind kind,
                     struct smtpspec_span text)
{
    out->steps[out->step_count++] = (struct smtpspec_step){
        .kind = (uint8_t)kind,
        .any = kind == SMTPSPEC_STEP_REPLY && text.length == 0,
        .text = text,
    };
}

static void add_steps(struct smtpspec_case *out, const struct start *start,
                      const struct verb *verb)
{
    const struct smtpspec_span any = { 0 };

    add_step(out, SMTPSPEC_STEP_CLIENT, verb->line);
    if (start->state == SMTPSPEC_STATE_RCPT &&
        verb->command == SMTPSPEC_COMMAND_DATA) {
        /* The one place where DATA is taken: a message must follow. */
        out->flags |= SMTPSPEC_CASE_NEEDS_TO;
        add_step(out, SMTPSPEC_STEP_REPLY, SMTPSPEC_SPAN("354"));
        out->steps[1].codes = (struct smtpspec_codes){ .code = { 354 },
                                                       .count = 1 };
        add_step(out, SMTPSPEC_STEP_CLIENT,
                 SMTPSPEC_SPAN("From: <{from}>\\r\\nTo: <{rcpt}>\\r\\n"
                               "Subject: smtpspec sweep\\r\\n"));
        add_step(out, SMTPSPEC_STEP_CLIENT, SMTPSPEC_SPAN("."));
    }
    add_step(out, SMTPSPEC_STEP_REPLY, any);
}

static void fill(struct smtpspec_case *out, const struct start *start,
                 const struct verb *verb, char *room)
{
    const char *state = smtpspec_state_name(start->state);
    const char *command = smtpspec_command_name(verb->command);
    const struct smtpspec_expectation *row = smtpspec_rules_expect(
        start->state, verb->command, SMTPSPEC_STIMULUS_VALID);
    struct text text = { room, 0 };

    *out = (struct smtpspec_case){
        .reference = row != NULL ? smtpspec_span_of(row->reference)
                                 : SMTPSPEC_SPAN("5321:4.3.2"),
        .file = SMTPSPEC_SPAN("sweep"),
        .level = SMTPSPEC_LEVEL_MUST,
        .given = (uint8_t)start->given,
        .flags = SMTPSPEC_CASE_SWEEP,
        .unless = verb->unless != SMTPSPEC_EXTENSION_NONE
                      ? SMTPSPEC_BIT64(verb->unless) : 0,
    };
    out->id = put_id(&text, state, command);
    out->title = put_title(&text, state, command);
    add_steps(out, start, verb);
}

bool smtpspec_case_sweep(size_t index, struct smtpspec_case *out, char *room,
                         size_t cap)
{
    if (cap < SMTPSPEC_CASE_SWEEP_ROOM)
        return false;
    for (size_t s = 0; s < SMTPSPEC_ARRAY_LEN(starts); s++) {
        for (size_t v = 0; v < SMTPSPEC_ARRAY_LEN(verbs); v++) {
            if (is_left_out(&starts[s], &verbs[v]))
                continue;
            if (index-- == 0) {
                fill(out, &starts[s], &verbs[v], room);
                return true;
            }
        }
    }
    return false;
}
