/* SPDX-License-Identifier: MIT */
/*
 * dial.c - one word on one connection
 */
#include "learn/dial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/ehlo.h>
#include <smtpspec/reply.h>

#include "net/memory.h"
#include "run/builtin.h"
#include "run/deadline.h"

/* Reply lines that are read in one go. */
#define LINES 32
#define GREETING_KEPT 200
/* How much sooner a silence is believed that is known. */
#define SOONER 4

enum stage {
    BANNER,
    REPLY,                     /* to the symbol                              */
    CONTENT,                   /* to its content                             */
    GOODBYE,                   /* 221 or 421 came, the close is due          */
    DONE
};

struct smtpspec_dial {
    const struct smtpspec_dial_terms *terms;
    struct smtpspec_dial_events events;
    struct smtpspec_question *question;
    size_t length;
    bool patient, late, closing;
    enum stage stage;
    size_t at;                 /* symbol under way                           */
    uint32_t first;            /* code of its reply, once content was sent   */
    unsigned code;             /* of the reply that is being read            */
    uint64_t heard;            /* its octets                                 */
    uint64_t sent_at;          /* ns                                         */
    uint64_t opened_at;        /* ms                                         */
    struct smtpspec_reply_parser parser;
    struct smtpspec_ehlo ehlo;
    struct smtpspec_transport *transport;
    struct smtpspec_deadline deadline;
    unsigned parts;            /* timer, transport: not closed yet           */
    struct smtpspec_dial_facts facts;
    char greeting[GREETING_KEPT];
};

static const struct smtpspec_symbol *symbol_of(const struct smtpspec_dial *dial)
{
    const struct smtpspec_alphabet *alphabet = dial->terms->ask->alphabet;

    return &alphabet->symbols[dial->question->word[dial->at]];
}

static uint64_t age(const struct smtpspec_dial *dial)
{
    return uv_now(dial->terms->loop) - dial->opened_at;
}

/* --- Outputs -------------------------------------------------------------- */

static void end(struct smtpspec_dial *dial, enum smtpspec_dial_end how)
{
    dial->facts.end = how;
    dial->facts.at = dial->at;
    dial->stage = DONE;
    smtpspec_dial_close(dial);
}

/* Write an output down, and all that follow, if none can come. */
static void put(struct smtpspec_dial *dial, uint32_t output)
{
    struct smtpspec_question *question = dial->question;
    uint32_t rest = output & SMTPSPEC_OUTPUT_SILENT
                        ? SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT
                        : SMTPSPEC_OUTPUT_X;

    question->outputs[dial->at] = output;
    if (question->times != NULL)
        question->times[dial->at] =
            (uint32_t)((uv_hrtime() - dial->sent_at) / 1000);
    if (smtpspec_output_ends(output))
        for (size_t i = dial->at + 1; i < dial->length; i++)
            question->outputs[i] = rest;
}

/* Of the symbol under way, whose reply, or the one to its content, is missing
 * for that reason. */
static uint32_t missing(const struct smtpspec_dial *dial, uint32_t reason)
{
    uint32_t second = SMTPSPEC_OUTPUT_SECOND | dial->first;

    return SMTPSPEC_OUTPUT_KNOWN | reason |
           (dial->stage == CONTENT ? second : 0);
}

/* --- The client's side ---------------------------------------------------- */

static bool believes(const struct smtpspec_dial *dial)
{
    return dial->events.believes(dial->events.context,
                                 dial->question->word[dial->at]);
}

/* The more patiently the less a silence is known. */
static void await_reply(struct smtpspec_dial *dial)
{
    uint64_t ms = dial->terms->silence_ms;

    dial->late = false;
    if (dial->patient)
        ms *= SMTPSPEC_ASK_TIMES;
    else if (believes(dial))
        ms /= SOONER;
    smtpspec_deadline_set(&dial->deadline, ms > 0 ? ms : 1);
}

static void await_banner(struct smtpspec_dial *dial)
{
    unsigned times = dial->patient ? SMTPSPEC_ASK_TIMES : 1;

    smtpspec_deadline_set(&dial->deadline, times * dial->terms->banner_ms);
}

static void send_octets(struct smtpspec_dial *dial, const char *octets,
                        size_t length)
{
    struct smtpspec_span span = { octets, length };

    if (dial->question->record != NULL)
        smtpspec_record_octets(dial->question->record, 'C', age(dial), span);
    smtpspec_transport_write(dial->transport, span);
    dial->heard = 0;
    await_reply(dial);
}

static uint64_t heard_so_far(const struct smtpspec_dial *dial)
{
    const struct smtpspec_record *record = dial->question->record;

    return record != NULL ? record->server_octets : 0;
}

static void send_symbol(struct smtpspec_dial *dial)
{
    const struct smtpspec_symbol *symbol = symbol_of(dial);

    dial->question->reply_at = heard_so_far(dial);
    dial->stage = REPLY;
    dial->sent_at = uv_hrtime();
    dial->facts.sent++;
    smtpspec_ehlo_init(&dial->ehlo);
    send_octets(dial, symbol->line, symbol->line_length);
}

/* On to the next symbol, if there is one. */
static void go_on(struct smtpspec_dial *dial)
{
    const struct smtpspec_question *question = dial->question;

    if (dial->at + 1 >= dial->length ||
        (question->enough != NULL &&
         question->enough(question->context, dial->at + 1))) {
        end(dial, SMTPSPEC_DIAL_ANSWERED);
        return;
    }
    dial->at++;
    send_symbol(dial);
}

/* --- The server's side ---------------------------------------------------- */

static void greet(struct smtpspec_dial *dial)
{
    dial->facts.banner = dial->code;
    dial->facts.greeted = dial->code == 220;
    if (!dial->facts.greeted) {
        end(dial, SMTPSPEC_DIAL_UNGREETED);
        return;
    }
    dial->events.greeted(dial->events.context);
    if (dial->length == 0)
        end(dial, SMTPSPEC_DIAL_ANSWERED);
    else
        send_symbol(dial);
}

/* An output is whole. Behind a goodbye the close is due. */
static void settle(struct smtpspec_dial *dial, uint32_t output)
{
    put(dial, output);
    if (smtpspec_output_ends(output)) {
        dial->stage = GOODBYE;
        await_reply(dial);
        return;
    }
    go_on(dial);
}

static void reply(struct smtpspec_dial *dial, uint32_t surplus)
{
    const struct smtpspec_symbol *symbol;

    if (dial->stage == BANNER) {
        greet(dial);
        return;
    }
    symbol = symbol_of(dial);
    if (symbol->command == SMTPSPEC_COMMAND_EHLO)
        dial->facts.offered |= dial->ehlo.offered;
    if (dial->stage == REPLY && symbol->content_length > 0 &&
        dial->code / 100 == 3) {
        dial->first = dial->code | surplus;
        dial->stage = CONTENT;
        dial->question->second_at = heard_so_far(dial);
        send_octets(dial, symbol->content, symbol->content_length);
    } else if (dial->stage == CONTENT) {
        settle(dial, SMTPSPEC_OUTPUT_CODES(dial->first, dial->code) | surplus);
    } else {
        settle(dial, SMTPSPEC_OUTPUT_CODE(dial->code) | surplus);
    }
}

/* Note what a line tells besides its code. */
static void read_line(struct smtpspec_dial *dial,
                      const struct smtpspec_reply_line *line,
                      struct smtpspec_span octets)
{
    struct smtpspec_span text = smtpspec_span_skip(
        (struct smtpspec_span){ octets.at + line->at, line->length }, 4);

    if (line->flags & SMTPSPEC_LINE_FIRST)
        dial->code = line->code;
    if (dial->stage == BANNER && (line->flags & SMTPSPEC_LINE_FIRST))
        dial->facts.greeting.length =
            smtpspec_span_escape(text, dial->greeting, GREETING_KEPT);
    else if (dial->stage == REPLY &&
             symbol_of(dial)->command == SMTPSPEC_COMMAND_EHLO)
        smtpspec_ehlo_line(&dial->ehlo, text);
}

/* Whether a reply is whole; whatever lines stand behind it are too many. */
static bool read_lines(struct smtpspec_dial *dial,
                       const struct smtpspec_reply_line lines[], size_t count,
                       struct smtpspec_span octets, bool whole,
                       uint32_t *surplus)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].flags & SMTPSPEC_LINE_PARTIAL)
            continue;
        if (whole || dial->stage == GOODBYE) {
            *surplus = SMTPSPEC_OUTPUT_SURPLUS;
            continue;
        }
        read_line(dial, &lines[i], octets);
        whole = (lines[i].flags & SMTPSPEC_LINE_LAST) != 0;
    }
    return whole;
}

static void remark(struct smtpspec_dial *dial, const char *text)
{
    if (dial->question->record != NULL)
        smtpspec_record_remark(dial->question->record, age(dial), text);
}

/* There is no reply, or one without an end. */
static void give_up(struct smtpspec_dial *dial)
{
    if (dial->stage == BANNER) {
        end(dial, SMTPSPEC_DIAL_UNGREETED);
        return;
    }
    remark(dial, "no reply");
    put(dial, missing(dial, SMTPSPEC_OUTPUT_SILENT));
    end(dial, SMTPSPEC_DIAL_ANSWERED);
}

static void on_octets(void *context, struct smtpspec_span octets)
{
    struct smtpspec_dial *dial = context;
    struct smtpspec_reply_line lines[LINES];
    uint32_t surplus = 0;
    bool whole = false;

    if (dial->closing || dial->stage == DONE)
        return;
    if (dial->question->record != NULL)
        smtpspec_record_octets(dial->question->record, 'S', age(dial), octets);
    dial->heard += octets.length;
    while (octets.length > 0) {
        size_t count, taken = smtpspec_reply_feed(&dial->parser, octets, lines,
                                                  LINES, &count);

        whole = read_lines(dial, lines, count, octets, whole, &surplus);
        octets = smtpspec_span_skip(octets, taken);
    }
    if (dial->stage == GOODBYE)
        dial->question->outputs[dial->at] |= surplus;
    else if (whole)
        reply(dial, surplus);
    else if (dial->heard > SMTPSPEC_ASK_REPLY_LIMIT)
        give_up(dial);
}

/* --- Time, and the end ---------------------------------------------------- */

static void fall_silent(struct smtpspec_dial *dial)
{
    if (!dial->patient &&
        !dial->events.takes(dial->events.context,
                            dial->question->word[dial->at])) {
        end(dial, SMTPSPEC_DIAL_SILENT);
        return;
    }
    if (dial->stage == GOODBYE) {
        remark(dial, "not closed");
        put(dial, dial->question->outputs[dial->at] | SMTPSPEC_OUTPUT_STAYS);
        if (dial->question->brief)
            end(dial, SMTPSPEC_DIAL_ANSWERED);
        else
            go_on(dial);
        return;
    }
    give_up(dial);
}

static void on_deadline(void *context)
{
    struct smtpspec_dial *dial = context;

    if (dial->closing)
        return;
    /* Timers come before octets in a turn of the loop: after a machine that
     * stood still the reply may be there all the same. */
    if (!dial->late) {
        dial->late = true;
        smtpspec_deadline_set(&dial->deadline, 0);
        return;
    }
    if (dial->stage == BANNER)
        end(dial, SMTPSPEC_DIAL_UNGREETED);
    else
        fall_silent(dial);
}

static void on_opened(void *context, enum smtpspec_error error)
{
    struct smtpspec_dial *dial = context;

    if (dial->closing)
        return;
    dial->opened_at = uv_now(dial->terms->loop);
    if (error != SMTPSPEC_OK)
        end(dial, SMTPSPEC_DIAL_UNGREETED);
    else
        await_banner(dial);
}

static void on_ended(void *context, enum smtpspec_error error)
{
    struct smtpspec_dial *dial = context;

    if (dial->closing || dial->stage == DONE)
        return;
    if (dial->question->record != NULL)
        smtpspec_record_closed(dial->question->record, age(dial),
                               error != SMTPSPEC_OK);
    if (dial->stage == BANNER) {
        end(dial, SMTPSPEC_DIAL_UNGREETED);
    } else if (dial->stage == GOODBYE) {
        end(dial, SMTPSPEC_DIAL_ANSWERED);
    } else {
        put(dial, missing(dial, SMTPSPEC_OUTPUT_CLOSED));
        end(dial, SMTPSPEC_DIAL_BROKEN);
    }
}

static void part_closed(struct smtpspec_dial *dial)
{
    if (--dial->parts > 0)
        return;
    dial->events.over(dial->events.context, &dial->facts);
    free(dial);
}

static void on_closed(void *context)
{
    struct smtpspec_dial *dial = context;

    part_closed(dial);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct smtpspec_deadline *deadline = handle->data;

    part_closed(deadline->context);
}

void smtpspec_dial_close(struct smtpspec_dial *dial)
{
    if (dial->closing)
        return;
    dial->closing = true;
    snprintf(dial->facts.why, sizeof(dial->facts.why), "%s",
             smtpspec_transport_why(dial->transport));
    smtpspec_deadline_close(&dial->deadline, on_timer_closed);
    smtpspec_transport_close(dial->transport);
}

struct smtpspec_dial *
smtpspec_dial_new(const struct smtpspec_dial_terms *terms,
                  struct smtpspec_question *question, size_t length,
                  bool patient, const struct smtpspec_dial_events *events)
{
    struct smtpspec_dial *dial = smtpspec_memory_new(sizeof(*dial));
    struct smtpspec_transport_events own = {
        .opened = on_opened, .octets = on_octets, .ended = on_ended,
        .closed = on_closed, .context = dial
    };

    *dial = (struct smtpspec_dial){
        .terms = terms, .events = *events, .question = question,
        .length = length, .patient = patient, .stage = BANNER, .parts = 2,
        .facts.end = SMTPSPEC_DIAL_STOPPED
    };
    dial->opened_at = uv_now(terms->loop);
    dial->facts.greeting.at = dial->greeting;
    smtpspec_reply_init(&dial->parser);
    smtpspec_deadline_init(&dial->deadline, terms->loop, on_deadline, dial);
    dial->transport =
        terms->server != NULL
            ? smtpspec_builtin_open(terms->loop, terms->server, &own)
            : smtpspec_transport_open(terms->loop, terms->ask->target,
                                      terms->addresses, terms->connect_ms,
                                      &own);
    return dial;
}
