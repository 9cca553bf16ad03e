/* SPDX-License-Identifier: MIT */
/*
 * offline.c - judge a recording, in bounded memory
 */
#include "cli/judging.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>

static const struct smtpspec_gather_line *
newest(struct smtpspec_offline *offline)
{
    return smtpspec_gather_at(&offline->gather, offline->gather.lines - 1);
}

/* --- Exchanges ---------------------------------------------------------- */

static void learn_greeting(struct smtpspec_offline *offline,
                           const struct smtpspec_exchange *exchange)
{
    struct smtpspec_gather *gather = &offline->gather;

    for (uint64_t i = smtpspec_gather_first(gather); i < gather->lines; i++) {
        const struct smtpspec_gather_line *line = smtpspec_gather_at(gather, i);

        if (line->from != 'S' || line->at < exchange->at)
            continue;
        smtpspec_gather_observe(gather, i, offline->greeting,
                                sizeof(offline->greeting));
        return;
    }
}

/* The lines behind the first of a 250 to EHLO. */
static void learn_extensions(struct smtpspec_offline *offline,
                             const struct smtpspec_exchange *exchange)
{
    struct smtpspec_gather *gather = &offline->gather;

    for (uint64_t i = smtpspec_gather_first(gather); i < gather->lines; i++) {
        const struct smtpspec_gather_line *line = smtpspec_gather_at(gather, i);
        struct smtpspec_span words =
            smtpspec_span_skip(smtpspec_gather_words(line), 4);
        size_t length = smtpspec_span_escape(words, NULL, 0);
        char *text;

        if (line->from != 'S' || line->at <= exchange->at ||
            offline->extension_count == EXTENSIONS_KEPT)
            continue;
        text = malloc(length + 1);
        if (text == NULL)
            return;
        smtpspec_span_escape(words, text, length + 1);
        offline->extensions[offline->extension_count++] = text;
    }
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct smtpspec_offline *offline = context;

    if (verdict->outcome != SMTPSPEC_OUTCOME_PASS)
        offline->faulty = verdict->exchange + 1;
    smtpspec_offline_catch_up(offline);
    smtpspec_gather_verdict(&offline->gather, verdict);
}

static void on_exchange(void *context, const struct smtpspec_exchange *exchange)
{
    struct smtpspec_offline *offline = context;
    struct smtpspec_offline_kind *kind =
        &offline->kinds[exchange->state][exchange->command];

    kind->count++;
    kind->classes[smtpspec_class_of(exchange->code)]++;
    if (offline->faulty == exchange->number + 1)
        kind->faults++;
    offline->commands += exchange->command != SMTPSPEC_COMMAND_CONNECT;
    if (offline->sessions > 1)
        return;
    smtpspec_offline_catch_up(offline);
    if (exchange->command == SMTPSPEC_COMMAND_CONNECT)
        learn_greeting(offline, exchange);
    if ((exchange->command == SMTPSPEC_COMMAND_EHLO ||
         exchange->command == SMTPSPEC_COMMAND_LHLO) &&
        exchange->code == 250 && offline->extension_count == 0)
        learn_extensions(offline, exchange);
}

/* --- Sessions ----------------------------------------------------------- */

static void begin_session(struct smtpspec_offline *offline)
{
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, offline };

    smtpspec_judge_init(&offline->judge, &offline->terms, &sink);
    offline->in_session = true;
    offline->closed = false;
    offline->blind = false;
    offline->holds = true;
    offline->ahead.count = 0;
    offline->ahead.length = 0;
    offline->sessions++;
    offline->faulty = 0;
    smtpspec_gather_begin(&offline->gather);
}

static void note_incomplete(struct smtpspec_offline *offline)
{
    char *out = offline->incomplete;
    size_t cap = sizeof(offline->incomplete);
    unsigned due = smtpspec_judge_due(&offline->judge);
    enum smtpspec_command last = smtpspec_judge_last_due(&offline->judge);

    if (due == 0 || out[0] != '\0')
        return;
    if (last == SMTPSPEC_COMMAND_CONNECT)
        snprintf(out, cap, "ends while the greeting is due");
    else if (last == SMTPSPEC_COMMAND_DATA_END)
        snprintf(out, cap, "ends while the reply to the final dot is due");
    else if (due == 1)
        snprintf(out, cap, "ends while a reply to %s is due",
                 smtpspec_command_name(last));
    else
        snprintf(out, cap, "ends while %u replies are due, the last to %s",
                 due, smtpspec_command_name(last));
    offline->incomplete_line =
        offline->gather.lines > 0 ? newest(offline)->number : 0;
}

/* From here on nobody knows what was said: the judge is told no more. */
static void go_blind(struct smtpspec_offline *offline, const char *what,
                     uint64_t line)
{
    offline->blind = true;
    if (offline->gap != NULL)
        return;
    offline->gap = what;
    offline->gap_line = line;
}

/* --- Events ------------------------------------------------------------- */

bool smtpspec_offline_is_coded(struct smtpspec_span line)
{
    for (size_t i = 0; i < 3; i++) {
        if (i >= line.length || line.at[i] < '0' || line.at[i] > '9')
            return false;
    }
    return line.length == 3 || line.at[3] == ' ' || line.at[3] == '-' ||
           line.at[3] == '\r' || line.at[3] == '\n';
}

/* Plain lines behind 220 to STARTTLS: the handshake was not written down, but
 * it was done. */
void smtpspec_offline_note_tls(struct smtpspec_offline *offline)
{
    if (smtpspec_judge_state(&offline->judge) == SMTPSPEC_STATE_TLS)
        smtpspec_judge_tls(&offline->judge);
}

static void tell_server(struct smtpspec_offline *offline,
                        struct smtpspec_span octets)
{
    if (!offline->saw_smtp)
        offline->saw_smtp = smtpspec_offline_is_coded((struct smtpspec_span){
            newest(offline)->text, newest(offline)->kept });
    smtpspec_judge_server(&offline->judge, octets);
}

/* A line, or a part of one. */
static void judge_line(struct smtpspec_offline *offline, bool client,
                       uint64_t number, struct smtpspec_span octets)
{
    smtpspec_gather_line(&offline->gather, client ? 'C' : 'S', number, octets);
    if (client) {
        smtpspec_offline_note_tls(offline);
        smtpspec_judge_client(&offline->judge, octets);
    } else {
        tell_server(offline, octets);
    }
    if (newest(offline)->ended)
        smtpspec_gather_line_end(&offline->gather);
}

/* A recording of a network cuts anywhere: a piece may hold many lines, and
 * begin or end amid one. */
static void judge_octets(struct smtpspec_offline *offline,
                         const struct smtpspec_transcript_event *event)
{
    bool client = event->kind == SMTPSPEC_TRANSCRIPT_CLIENT;
    struct smtpspec_span rest = event->octets;

    while (rest.length > 0) {
        const char *end = memchr(rest.at, '\n', rest.length);
        struct smtpspec_span line = smtpspec_span_head(
            rest, end != NULL ? (size_t)(end - rest.at) + 1 : rest.length);

        judge_line(offline, client, event->line, line);
        rest = smtpspec_span_skip(rest, line.length);
    }
}

/* The client has spoken, or nobody will: what was held is judged now. */
static void let_go(struct smtpspec_offline *offline)
{
    struct smtpspec_offline_ahead *ahead = &offline->ahead;

    offline->holds = false;
    for (unsigned i = 0; i < ahead->count; i++)
        judge_octets(offline, &ahead->pieces[i]);
    ahead->count = 0;
}

/* Replies that answer, the one under way too: 421 may come unasked. In which
 * pieces they came says nothing: a recording of a network cuts anywhere. */
static unsigned count_answers(const struct smtpspec_offline_ahead *ahead)
{
    struct smtpspec_span rest = { ahead->octets, ahead->length };
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line lines[16];
    unsigned answers = 0;
    size_t count;

    smtpspec_reply_init(&parser);
    while (rest.length > 0) {
        rest = smtpspec_span_skip(
            rest, smtpspec_reply_feed(&parser, rest, lines,
                                      SMTPSPEC_ARRAY_LEN(lines), &count));
        for (size_t i = 0; i < count; i++)
            answers += (lines[i].flags & SMTPSPEC_LINE_PARTIAL) == 0 &&
                       (lines[i].flags & SMTPSPEC_LINE_LAST) != 0 &&
                       lines[i].code != 421;
    }
    return answers + smtpspec_reply_is_open(&parser);
}

/* The client did not speak, and will not. A greeting alone, or one and a 421,
 * needs no client; anything else was an answer to somebody. */
static void settle_ahead(struct smtpspec_offline *offline)
{
    const struct smtpspec_offline_ahead *ahead = &offline->ahead;

    if (count_answers(ahead) > 1)
        go_blind(offline, "has nothing of the client, and was not judged",
                 ahead->pieces[ahead->count - 1].line);
    else
        let_go(offline);
    offline->holds = false;
}

static void hold(struct smtpspec_offline *offline,
                 const struct smtpspec_transcript_event *event)
{
    struct smtpspec_offline_ahead *ahead = &offline->ahead;
    struct smtpspec_span octets = event->octets;

    offline->saw_smtp = offline->saw_smtp || smtpspec_offline_is_coded(octets);
    if (ahead->count == AHEAD_PIECES_KEPT ||
        octets.length > AHEAD_KEPT - ahead->length) {
        let_go(offline);
        judge_octets(offline, event);
        return;
    }
    if (octets.length > 0)
        memcpy(ahead->octets + ahead->length, octets.at, octets.length);
    ahead->pieces[ahead->count] = *event;
    ahead->pieces[ahead->count++].octets.at = ahead->octets + ahead->length;
    ahead->length += octets.length;
}

static void take_octets(struct smtpspec_offline *offline,
                        const struct smtpspec_transcript_event *event)
{
    bool client = event->kind == SMTPSPEC_TRANSCRIPT_CLIENT;

    if (offline->holds && !client) {
        hold(offline, event);
        return;
    }
    if (offline->holds)
        let_go(offline);
    if (!offline->blind)
        judge_octets(offline, event);
}

/* Something that is no octets: a line of our own, then the judge's turn. */
static void take_word(struct smtpspec_offline *offline,
                      const struct smtpspec_transcript_event *event)
{
    const char *text = event->kind == SMTPSPEC_TRANSCRIPT_SILENT
                           ? "the server is silent"
                       : event->kind == SMTPSPEC_TRANSCRIPT_CLOSED
                           ? "the server closes the connection"
                       : event->kind == SMTPSPEC_TRANSCRIPT_GAP
                           ? "octets are missing here"
                       : event->kind == SMTPSPEC_TRANSCRIPT_MIXED
                           ? "lines of several connections are mixed here"
                           : "TLS handshake";

    if (event->kind == SMTPSPEC_TRANSCRIPT_CLOSED)
        offline->closed = true;
    if (offline->holds)
        settle_ahead(offline);
    if (offline->blind)
        return;
    smtpspec_gather_line_end(&offline->gather);
    smtpspec_gather_line(&offline->gather, '-', event->line,
                         smtpspec_span_of(text));
    if (event->kind == SMTPSPEC_TRANSCRIPT_SILENT) {
        smtpspec_judge_turn(&offline->judge);
    } else if (event->kind == SMTPSPEC_TRANSCRIPT_CLOSED) {
        smtpspec_judge_closed(&offline->judge);
    } else if (event->kind == SMTPSPEC_TRANSCRIPT_GAP) {
        go_blind(offline, "lacks octets, and was judged up to there",
                 event->line);
    } else if (event->kind == SMTPSPEC_TRANSCRIPT_MIXED) {
        go_blind(offline, "mixes connections, and was judged up to there",
                 event->line);
    } else if (smtpspec_judge_state(&offline->judge) == SMTPSPEC_STATE_TLS) {
        smtpspec_judge_tls(&offline->judge);
    }
    smtpspec_gather_line_end(&offline->gather);
}

static void end_session(struct smtpspec_offline *offline)
{
    if (!offline->in_session)
        return;
    if (offline->holds)
        settle_ahead(offline);
    smtpspec_gather_end(&offline->gather);
    if (!offline->blind)
        note_incomplete(offline);
    offline->in_session = false;
}

/* A line "C> " with nothing behind it: nobody said anything. */
static bool is_nothing(const struct smtpspec_transcript_event *event)
{
    return event->octets.length == 0 &&
           (event->kind == SMTPSPEC_TRANSCRIPT_CLIENT ||
            event->kind == SMTPSPEC_TRANSCRIPT_SERVER);
}

void smtpspec_offline_event(void *context,
                            const struct smtpspec_transcript_event *event)
{
    struct smtpspec_offline *offline = context;

    if (is_nothing(event))
        return;
    if (event->kind == SMTPSPEC_TRANSCRIPT_SESSION ||
        (offline->in_session && offline->closed))
        end_session(offline);
    if (event->kind == SMTPSPEC_TRANSCRIPT_SESSION)
        return;
    if (!offline->in_session)
        begin_session(offline);
    if (event->kind == SMTPSPEC_TRANSCRIPT_CLIENT ||
        event->kind == SMTPSPEC_TRANSCRIPT_SERVER)
        take_octets(offline, event);
    else
        take_word(offline, event);
}

void smtpspec_offline_settle(struct smtpspec_offline *offline)
{
    smtpspec_gather_settle(&offline->gather);
}

struct smtpspec_offline *
smtpspec_offline_new(const struct smtpspec_terms *terms)
{
    struct smtpspec_offline *offline = calloc(1, sizeof(*offline));

    if (offline != NULL)
        offline->terms = *terms;
    return offline;
}

void smtpspec_offline_free(struct smtpspec_offline *offline)
{
    if (offline == NULL)
        return;
    smtpspec_gather_clear(&offline->gather);
    for (unsigned i = 0; i < offline->extension_count; i++)
        free(offline->extensions[i]);
    if (offline->places != NULL)
        smtpspec_transitions_free(offline->places);
    free(offline->places);
    free(offline);
}

void smtpspec_offline_end(struct smtpspec_offline *offline, bool truncated)
{
    if (truncated && offline->in_session && !offline->blind)
        go_blind(offline, "ends inside a line",
                 offline->gather.lines > 0 ? newest(offline)->number : 0);
    end_session(offline);
}

bool smtpspec_offline_saw_smtp(const struct smtpspec_offline *offline)
{
    return offline->saw_smtp;
}

const char *smtpspec_offline_incomplete(const struct smtpspec_offline *offline,
                                        uint64_t *line)
{
    *line = offline->incomplete_line;
    return offline->incomplete[0] != '\0' ? offline->incomplete : NULL;
}

const char *smtpspec_offline_gap(const struct smtpspec_offline *offline,
                                 uint64_t *line)
{
    *line = offline->gap_line;
    return offline->gap;
}

bool smtpspec_offline_overflowed(const struct smtpspec_offline *offline)
{
    return offline->gather.overflowed;
}

void smtpspec_offline_facts(const struct smtpspec_offline *offline,
                            struct smtpspec_target_facts *facts)
{
    if (offline->greeting[0] != '\0')
        facts->greeting = offline->greeting;
    facts->extensions = (const char *const *)offline->extensions;
    facts->extension_count = offline->extension_count;
    facts->connections = offline->sessions;
    facts->commands = offline->commands;
}

/* --- Results ------------------------------------------------------------ */

void smtpspec_offline_kind_id(enum smtpspec_state state,
                              enum smtpspec_command command, char id[64])
{
    snprintf(id, 64, "exchange.%s.%s", smtpspec_command_name(command),
             smtpspec_state_name(state));
}

static void tell_kind(enum smtpspec_state state, enum smtpspec_command command,
                      uint64_t count,
                      void (*take)(void *context,
                                   const struct smtpspec_result *),
                      void *context)
{
    char id[64], title[96];
    struct smtpspec_result result = {
        .id = id,
        .title = title,
        .level = SMTPSPEC_LEVEL_MUST,
        .outcome = SMTPSPEC_OUTCOME_PASS,
        .state = state,
        .command = command,
    };

    smtpspec_offline_kind_id(state, command, id);
    snprintf(title, sizeof(title), "%s in state %s: nothing wrong in %" PRIu64
             " exchange%s", smtpspec_command_name(command),
             smtpspec_state_name(state), count, count == 1 ? "" : "s");
    take(context, &result);
}

void smtpspec_offline_results(const struct smtpspec_offline *offline,
                              void (*take)(void *context,
                                           const struct smtpspec_result *),
                              void *context)
{
    smtpspec_gather_results(&offline->gather, take, context);
    for (unsigned state = 0; state < SMTPSPEC_STATE_COUNT; state++) {
        for (unsigned command = 1; command < SMTPSPEC_COMMAND_COUNT;
             command++) {
            const struct smtpspec_offline_kind *kind =
                &offline->kinds[state][command];

            if (kind->count > 0 && kind->faults == 0)
                tell_kind((enum smtpspec_state)state,
                          (enum smtpspec_command)command, kind->count, take,
                          context);
        }
    }
}
