/* SPDX-License-Identifier: MIT */
/*
 * shape.c - what a case asks of a connection, read off its steps
 */
#include "run/shape.h"

#include <string.h>

#include <smtpspec/session.h>

/* Commands in one pipeline that are looked at. */
#define WALK_KEPT 16

/* The commands of the set-up, for each `given` all up to its own row. */
static const struct {
    uint8_t given;
    struct smtpspec_shape_way way;
} set_up[] = {
#define WAY(given, state, command)                                          \
    { SMTPSPEC_GIVEN_##given,                                               \
      { SMTPSPEC_STATE_##state, SMTPSPEC_COMMAND_##command, false } },
    WAY(EHLO,    IDLE,  EHLO)
    WAY(MAIL,    READY, MAIL)
    WAY(RCPT,    MAIL,  RCPT)
    WAY(CONTENT, RCPT,  DATA)
#undef WAY
};

static bool is_client(const struct smtpspec_step *step)
{
    return step->kind == SMTPSPEC_STEP_CLIENT ||
           step->kind == SMTPSPEC_STEP_RAW;
}

static enum smtpspec_command command_of(const struct smtpspec_step *step)
{
    struct smtpspec_command_line line;

    smtpspec_command_parse(step->text, &line);
    return line.command;
}

static bool is_mail(uint8_t given)
{
    return given >= SMTPSPEC_GIVEN_EHLO && given <= SMTPSPEC_GIVEN_CONTENT;
}

static uint8_t kind_of(const struct smtpspec_case *of)
{
    return is_mail(of->given) ? SMTPSPEC_GIVEN_EHLO : of->given;
}

static bool greets(enum smtpspec_command command)
{
    return command == SMTPSPEC_COMMAND_HELO ||
           command == SMTPSPEC_COMMAND_EHLO ||
           command == SMTPSPEC_COMMAND_LHLO;
}

/* Whether the session is not what it was when the step is done: closed, in
 * TLS, authenticated. */
static bool ends(const struct smtpspec_step *step)
{
    if (step->kind == SMTPSPEC_STEP_CLOSED ||
        step->kind == SMTPSPEC_STEP_HANG_UP ||
        step->kind == SMTPSPEC_STEP_TLS ||
        step->kind == SMTPSPEC_STEP_TLS_END)
        return true;
    if (step->kind == SMTPSPEC_STEP_REPLY)
        return !step->any && !step->denied && step->codes.count > 0 &&
               (step->codes.code[0] == 220 || step->codes.code[0] == 235);
    return is_client(step) && command_of(step) == SMTPSPEC_COMMAND_QUIT;
}

static enum smtpspec_role role_of(const struct smtpspec_case *of)
{
    enum smtpspec_role role = SMTPSPEC_ROLE_STAYS;

    if (of->flags & SMTPSPEC_CASE_ALONE)
        return SMTPSPEC_ROLE_ALONE;
    if (of->given == SMTPSPEC_GIVEN_CONNECT)
        return SMTPSPEC_ROLE_CONNECTS;
    for (unsigned i = 0; i < of->step_count; i++) {
        if (ends(&of->steps[i]))
            return SMTPSPEC_ROLE_ENDS;
        if (of->given == SMTPSPEC_GIVEN_IDLE && is_client(&of->steps[i]) &&
            greets(command_of(&of->steps[i])))
            role = SMTPSPEC_ROLE_GREETS;
    }
    return role;
}

static void add_one(struct smtpspec_shape *shape, enum smtpspec_state state,
                    enum smtpspec_command command)
{
    smtpspec_command_use_count(&shape->needs, command);
    for (unsigned i = 0; i < shape->way_count; i++)
        if (shape->way[i].state == state && shape->way[i].command == command)
            return;
    if (shape->way_count < SMTPSPEC_SHAPE_WAYS_KEPT)
        shape->way[shape->way_count++] = (struct smtpspec_shape_way){
            (uint8_t)state, (uint8_t)command, true
        };
}

/* Where the session goes when all is answered as the case wants it. What may
 * be any reply is taken for an error: it leaves the session where it was. */
struct walk {
    struct smtpspec_session session;
    struct smtpspec_command_line sent[WALK_KEPT]; /* and not answered yet    */
    unsigned first, count;
};

static void walk_client(struct walk *walk, struct smtpspec_shape *shape,
                        const struct smtpspec_step *step)
{
    enum smtpspec_state state = (enum smtpspec_state)walk->session.state;
    struct smtpspec_command_line line;

    smtpspec_command_parse(step->text, &line);
    if (state == SMTPSPEC_STATE_CONTENT) {
        if (!smtpspec_span_equal(step->text, SMTPSPEC_SPAN(".")))
            return;
        line.command = SMTPSPEC_COMMAND_DATA_END;
    } else if (state == SMTPSPEC_STATE_AUTH) {
        line.command = SMTPSPEC_COMMAND_AUTH_CONTINUE;
    }
    add_one(shape, state, line.command);
    if (walk->count < WALK_KEPT)
        walk->sent[(walk->first + walk->count++) % WALK_KEPT] = line;
}

static void walk_server(struct walk *walk, struct smtpspec_shape *shape,
                        const struct smtpspec_step *step)
{
    unsigned code = 500;

    if (walk->count == 0 && walk->session.state == SMTPSPEC_STATE_CONTENT) {
        walk->sent[walk->first].command = SMTPSPEC_COMMAND_DATA_END;
        walk->count = 1;
        add_one(shape, SMTPSPEC_STATE_CONTENT, SMTPSPEC_COMMAND_DATA_END);
    }
    if (walk->count == 0)
        return;
    if (!step->any && step->codes.count > 0)
        code = step->codes.code[0];
    if (step->denied)
        code = code < 400 ? 500 : 250;
    smtpspec_session_step(&walk->session, &walk->sent[walk->first], code);
    walk->first = (walk->first + 1) % WALK_KEPT;
    walk->count--;
}

static void add_own(const struct smtpspec_case *of,
                    struct smtpspec_shape *shape)
{
    static const uint8_t states[SMTPSPEC_GIVEN_COUNT] = {
        [SMTPSPEC_GIVEN_IDLE] = SMTPSPEC_STATE_IDLE,
        [SMTPSPEC_GIVEN_HELO] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_EHLO] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_MAIL] = SMTPSPEC_STATE_MAIL,
        [SMTPSPEC_GIVEN_RCPT] = SMTPSPEC_STATE_RCPT,
        [SMTPSPEC_GIVEN_CONTENT] = SMTPSPEC_STATE_CONTENT,
        [SMTPSPEC_GIVEN_HANDSHAKE] = SMTPSPEC_STATE_IDLE,
        [SMTPSPEC_GIVEN_TLS] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_AUTH] = SMTPSPEC_STATE_READY,
    };
    struct walk walk = { .first = 0 };

    if (states[of->given] == SMTPSPEC_STATE_UNSET)
        return;
    smtpspec_session_assume(&walk.session,
                            (enum smtpspec_state)states[of->given]);
    for (unsigned i = 0; i < of->step_count; i++) {
        if (is_client(&of->steps[i]))
            walk_client(&walk, shape, &of->steps[i]);
        else if (of->steps[i].kind == SMTPSPEC_STEP_REPLY)
            walk_server(&walk, shape, &of->steps[i]);
        else if (of->steps[i].kind == SMTPSPEC_STEP_TLS)
            smtpspec_session_tls(&walk.session);
    }
}

static void add_way(const struct smtpspec_case *of,
                    struct smtpspec_shape *shape)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(set_up); i++)
        if (is_mail(of->given) && set_up[i].given <= of->given)
            shape->way[shape->way_count++] = set_up[i].way;
    /* EHLO comes once for all cases of a connection. */
    for (unsigned i = 1; i < shape->way_count; i++)
        smtpspec_command_use_count(
            &shape->needs, (enum smtpspec_command)shape->way[i].command);
    if (shape->way_count > 1)
        shape->asks.commands += shape->way_count - 1u;
    add_own(of, shape);
}

/* Whether the reply is to be an error, or may be any. */
static bool may_be_error(const struct smtpspec_step *step)
{
    if (step->any || step->codes.count == 0)
        return step->any;
    return (step->codes.code[0] >= 400) != step->denied;
}

bool smtpspec_shape_is_malformed(const struct smtpspec_case *of)
{
    return (of->flags & SMTPSPEC_CASE_MALFORMED) != 0;
}

void smtpspec_shape_of(const struct smtpspec_case *of,
                       struct smtpspec_shape *shape)
{
    memset(shape, 0, sizeof(*shape));
    shape->role = (uint8_t)role_of(of);
    shape->kind = kind_of(of);
    for (unsigned i = 0; i < of->step_count; i++) {
        const struct smtpspec_step *step = &of->steps[i];

        if (is_client(step))
            shape->asks.commands++;
        else if (step->kind == SMTPSPEC_STEP_SILENT)
            shape->silences++;
        else if (step->kind == SMTPSPEC_STEP_REPLY && may_be_error(step))
            shape->asks.errors++;
    }
    add_way(of, shape);
}

void smtpspec_shape_hear(struct smtpspec_shape_heard *heard,
                         const struct smtpspec_exchange *exchange)
{
    uint32_t bit = (uint32_t)1 << exchange->command;

    smtpspec_command_use_count(&heard->sent, exchange->command);
    /* " NOOP" may be answered where NOOP is not. */
    if (exchange->code > 0 && exchange->stimulus == SMTPSPEC_STIMULUS_VALID)
        heard->answered[exchange->state] |= bit;
    if (exchange->code >= 200 && exchange->code < 400)
        heard->accepted[exchange->state] |= bit;
}
