/* SPDX-License-Identifier: MIT */
/*
 * sweep.c - the generated cases: every state x every command x every way of
 * sending it
 *
 * Floor 3, case. They demand nothing of their own ("S: *"): the rows of
 * states.def, expect.def and replies.def judge them, and where none of these
 * speaks, the grammar and the rule of one reply to a command do. What would
 * deliver mail or begin another protocol is left out or marked.
 *
 * No state CONTENT or AUTH: what is sent there is no command. REFUSED and
 * BDAT_FAILED are the server's choice; no client can bring a session there.
 */
#include <smtpspec/command.h>

#include "case/sweep.h"

static const struct smtpspec_sweep_line lines[] = {
#define SENT(command, stimulus, unless, line)                               \
    { SMTPSPEC_COMMAND_##command, SMTPSPEC_STIMULUS_##stimulus,             \
      SMTPSPEC_EXTENSION_##unless, { (line), sizeof(line) - 1 } },
#define LEFT_OUT(stimulus, commands, reason)
#define SMTPSPEC_STIMULUS_PIPELINED SMTPSPEC_SWEEP_PIPELINED
#include "case/sweep.def"
#undef SENT
#undef LEFT_OUT
};

static const struct smtpspec_sweep_gap gaps[] = {
#define SENT(command, stimulus, unless, line)
#define LEFT_OUT(stimulus, commands, reason)                                \
    { SMTPSPEC_STIMULUS_##stimulus, (commands), (reason) },
#define OF(command) SMTPSPEC_BIT64(SMTPSPEC_COMMAND_##command)
#include "case/sweep.def"
#undef SENT
#undef LEFT_OUT
#undef OF
};

/* Where the line is sent. `name` is the second part of the id, `how` the rest
 * of the title. */
static const struct start {
    const char *name;
    enum smtpspec_given given;
    enum smtpspec_state state;
    const char *how;
} starts[] = {
    { "idle", SMTPSPEC_GIVEN_IDLE, SMTPSPEC_STATE_IDLE, "" },
    { "ready", SMTPSPEC_GIVEN_EHLO, SMTPSPEC_STATE_READY, "" },
    { "ready-helo", SMTPSPEC_GIVEN_HELO, SMTPSPEC_STATE_READY,
      " after HELO" },
    { "mail", SMTPSPEC_GIVEN_MAIL, SMTPSPEC_STATE_MAIL, "" },
    { "rcpt", SMTPSPEC_GIVEN_RCPT, SMTPSPEC_STATE_RCPT, "" },
    { "bdat", SMTPSPEC_GIVEN_RCPT, SMTPSPEC_STATE_BDAT, "" },
    { "idle-tls", SMTPSPEC_GIVEN_HANDSHAKE, SMTPSPEC_STATE_IDLE,
      " inside TLS" },
    { "ready-tls", SMTPSPEC_GIVEN_TLS, SMTPSPEC_STATE_READY, " inside TLS" },
    { "ready-auth", SMTPSPEC_GIVEN_AUTH, SMTPSPEC_STATE_READY,
      " after AUTH" },
};

static bool in_tls(const struct start *start)
{
    return start->given == SMTPSPEC_GIVEN_HANDSHAKE ||
           start->given == SMTPSPEC_GIVEN_TLS;
}

static bool is_idle(const struct start *start)
{
    return start->state == SMTPSPEC_STATE_IDLE;
}

static bool in_transaction(const struct start *start)
{
    return start->given == SMTPSPEC_GIVEN_MAIL ||
           start->given == SMTPSPEC_GIVEN_RCPT;
}

/* AUTH begins nothing inside a mail transaction or after AUTH (RFC 4954, 4),
 * STARTTLS nothing inside TLS (RFC 3207, 4.2). */
static uint64_t unless_of(const struct start *start,
                          const struct smtpspec_sweep_line *line)
{
    bool over = (line->command == SMTPSPEC_COMMAND_AUTH &&
                 (in_transaction(start) ||
                  start->given == SMTPSPEC_GIVEN_AUTH)) ||
                (line->command == SMTPSPEC_COMMAND_STARTTLS && in_tls(start));

    return line->unless == SMTPSPEC_EXTENSION_NONE || over
               ? 0 : SMTPSPEC_BIT64(line->unless);
}

static bool is_left_out(const struct start *start,
                        const struct smtpspec_sweep_line *line)
{
    /* TLS and AUTH cost a handshake each time, and no row asks of them how a
     * command was sent. */
    if ((in_tls(start) || start->given == SMTPSPEC_GIVEN_AUTH) &&
        line->stimulus != SMTPSPEC_STIMULUS_VALID)
        return true;
    switch (line->stimulus) {
    case SMTPSPEC_SWEEP_PIPELINED: /* offered by EHLO only (RFC 2920, 3.1) */
        return start->given == SMTPSPEC_GIVEN_IDLE ||
               start->given == SMTPSPEC_GIVEN_HELO;
    case SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER: /* HELO brings none: 501, too */
        return start->given == SMTPSPEC_GIVEN_HELO;
    case SMTPSPEC_STIMULUS_BARE_LF: /* read one way everywhere or nowhere */
        return start->given != SMTPSPEC_GIVEN_EHLO;
    default: /* what is offered is known only after EHLO */
        return is_idle(start) && unless_of(start, line) != 0;
    }
}

/* --- Texts ---------------------------------------------------------------- */

struct text {
    char *at;
    size_t length;
};

static void put(struct text *text, const char *part)
{
    for (; *part != '\0'; part++)
        text->at[text->length++] = *part;
}

static void put_small(struct text *text, const char *part)
{
    for (; *part != '\0'; part++) {
        bool capital = *part >= 'A' && *part <= 'Z';

        text->at[text->length++] = (char)(capital ? *part + ('a' - 'A')
                                                  : *part);
    }
}

const char *smtpspec_sweep_stimulus_name(unsigned stimulus)
{
    return stimulus == SMTPSPEC_SWEEP_PIPELINED
               ? "pipelined"
               : smtpspec_stimulus_name((enum smtpspec_stimulus)stimulus);
}

/* "sweep.mail.rcpt", and ".no-argument" where it is not sent as it should. */
static struct smtpspec_span put_id(struct text *text,
                                   const struct start *start,
                                   const struct smtpspec_sweep_line *line)
{
    size_t from = text->length;

    put(text, "sweep.");
    put(text, start->name);
    put(text, ".");
    put_small(text, smtpspec_command_name(
                        (enum smtpspec_command)line->command));
    if (line->stimulus != SMTPSPEC_STIMULUS_VALID) {
        put(text, ".");
        put(text, smtpspec_sweep_stimulus_name(line->stimulus));
    }
    return (struct smtpspec_span){ text->at + from, text->length - from };
}

static struct smtpspec_span put_title(struct text *text,
                                      const struct start *start,
                                      const struct smtpspec_sweep_line *line)
{
    size_t from = text->length;

    put(text, smtpspec_command_name((enum smtpspec_command)line->command));
    put(text, " sent in state ");
    put(text, smtpspec_state_name(start->state));
    put(text, start->how);
    if (line->stimulus != SMTPSPEC_STIMULUS_VALID) {
        put(text, ", ");
        put(text, smtpspec_sweep_stimulus_name(line->stimulus));
    }
    return (struct smtpspec_span){ text->at + from, text->length - from };
}

/* --- Steps ---------------------------------------------------------------- */

static void add_line(struct smtpspec_case *out, struct smtpspec_span text)
{
    out->steps[out->step_count++] = (struct smtpspec_step){
        .kind = SMTPSPEC_STEP_CLIENT, .text = text };
}

static void add_raw(struct smtpspec_case *out, struct smtpspec_span text)
{
    out->steps[out->step_count++] = (struct smtpspec_step){
        .kind = SMTPSPEC_STEP_RAW, .text = text };
}

static void add_any(struct smtpspec_case *out)
{
    out->steps[out->step_count++] = (struct smtpspec_step){
        .kind = SMTPSPEC_STEP_REPLY, .any = true };
}

static struct smtpspec_step *add_reply(struct smtpspec_case *out,
                                       uint16_t code)
{
    struct smtpspec_step *step = &out->steps[out->step_count++];

    *step = (struct smtpspec_step){
        .kind = SMTPSPEC_STEP_REPLY,
        .codes = { .code = { code }, .count = 1 } };
    return step;
}

/* A chunk that is not the last: no message comes of it (RFC 3030, 2). */
static void add_chunk(struct smtpspec_case *out)
{
    add_raw(out, SMTPSPEC_SPAN("BDAT 7\\r\\nspec:\\r\\n"));
    add_reply(out, 250)->leads = true;
    out->needs |= SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING);
}

static void add_steps(struct smtpspec_case *out, const struct start *start,
                      const struct smtpspec_sweep_line *line)
{
    bool valid = line->stimulus == SMTPSPEC_STIMULUS_VALID;

    if (start->state == SMTPSPEC_STATE_BDAT)
        add_chunk(out);
    if (line->stimulus == SMTPSPEC_STIMULUS_BARE_LF)
        add_raw(out, line->text);
    else
        add_line(out, line->text);
    if (line->stimulus == SMTPSPEC_SWEEP_PIPELINED) {
        add_line(out, SMTPSPEC_SPAN("NOOP"));
        add_any(out);
    }
    if (valid && start->state == SMTPSPEC_STATE_RCPT &&
        line->command == SMTPSPEC_COMMAND_DATA) {
        /* The one place where DATA is taken: a message must follow. */
        add_reply(out, 354);
        add_line(out, SMTPSPEC_SPAN("From: <{from}>\\r\\nTo: <{rcpt}>\\r\\n"
                                    "Subject: smtpspec sweep\\r\\n"));
        add_line(out, SMTPSPEC_SPAN("."));
    }
    add_any(out);
}

/* DATA that may be taken, BDAT LAST that a lax server may take, and QUIT amid
 * the chunks: there is a server that takes it for the end of the message. */
static bool may_deliver(const struct start *start,
                        const struct smtpspec_sweep_line *line)
{
    if (start->given != SMTPSPEC_GIVEN_RCPT)
        return false;
    return line->command == SMTPSPEC_COMMAND_DATA ||
           (line->command == SMTPSPEC_COMMAND_QUIT &&
            start->state == SMTPSPEC_STATE_BDAT) ||
           (line->command == SMTPSPEC_COMMAND_BDAT &&
            line->stimulus == SMTPSPEC_STIMULUS_EXTRA_ARGUMENT);
}

static unsigned flags_of(const struct start *start,
                         const struct smtpspec_sweep_line *line)
{
    unsigned flags = SMTPSPEC_CASE_SWEEP;

    if (may_deliver(start, line))
        flags |= SMTPSPEC_CASE_NEEDS_TO;
    switch (line->stimulus) {
    case SMTPSPEC_STIMULUS_TOO_LONG:
    case SMTPSPEC_STIMULUS_BAD_OCTETS:
        return flags | SMTPSPEC_CASE_INTRUSIVE;
    case SMTPSPEC_STIMULUS_BARE_LF:
        /* Whoever takes the LF for the end of the line answers twice; what
         * comes late must not be taken for the reply to the next case. */
        return flags | SMTPSPEC_CASE_INTRUSIVE | SMTPSPEC_CASE_ALONE;
    default:
        return flags;
    }
}

static const char *reference_of(const struct start *start,
                                const struct smtpspec_sweep_line *line)
{
    const struct smtpspec_expectation *row = smtpspec_rules_expect(
        start->state, (enum smtpspec_command)line->command,
        (enum smtpspec_stimulus)line->stimulus);

    if (line->stimulus == SMTPSPEC_SWEEP_PIPELINED)
        return "2920:3.2";
    return row != NULL ? row->reference : "5321:4.3.2";
}

static void fill(struct smtpspec_case *out, const struct start *start,
                 const struct smtpspec_sweep_line *line, char *room)
{
    struct text text = { room, 0 };

    *out = (struct smtpspec_case){
        .reference = smtpspec_span_of(reference_of(start, line)),
        .file = SMTPSPEC_SPAN("sweep"),
        .level = SMTPSPEC_LEVEL_MUST,
        .given = (uint8_t)start->given,
        .flags = flags_of(start, line),
        .unless = unless_of(start, line),
    };
    if (line->stimulus == SMTPSPEC_SWEEP_PIPELINED)
        out->needs = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PIPELINING);
    out->id = put_id(&text, start, line);
    out->title = put_title(&text, start, line);
    add_steps(out, start, line);
}

bool smtpspec_case_sweep(size_t index, struct smtpspec_case *out, char *room,
                         size_t cap)
{
    if (cap < SMTPSPEC_CASE_SWEEP_ROOM)
        return false;
    for (size_t s = 0; s < SMTPSPEC_ARRAY_LEN(starts); s++) {
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(lines); i++) {
            if (is_left_out(&starts[s], &lines[i]))
                continue;
            if (index-- == 0) {
                fill(out, &starts[s], &lines[i], room);
                return true;
            }
        }
    }
    return false;
}

const struct smtpspec_sweep_line *smtpspec_sweep_lines(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(lines);
    return lines;
}

const struct smtpspec_sweep_gap *smtpspec_sweep_gaps(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(gaps);
    return gaps;
}
