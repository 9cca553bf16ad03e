/* SPDX-License-Identifier: MIT */
/*
 * judge.c - pair commands and replies, and keep the peace of the session
 *
 * Floor 3, judge: layer 4, and the order in which the other layers speak.
 * After its first loss of synchronisation a session is judged no further.
 */
#include <smtpspec/judge.h>

#include <string.h>

#include "judge/inside.h"

/* Reply lines tokenized at a time. */
#define BATCH 32

void smtpspec_judge_init(struct smtpspec_judge *judge,
                         const struct smtpspec_terms *terms,
                         const struct smtpspec_judge_sink *sink)
{
    static const struct smtpspec_command_line connect = {
        .command = SMTPSPEC_COMMAND_CONNECT };

    /* What the arrays hold counts by their lengths: sessions may be short. */
    memset(judge, 0, offsetof(struct smtpspec_judge, pending));
    judge->terms = *terms;
    if (sink != NULL)
        judge->sink = *sink;
    smtpspec_session_init(&judge->session);
    smtpspec_ehlo_init(&judge->ehlo);
    smtpspec_reply_init(&judge->replies);
    smtpspec_data_init(&judge->data);
    smtpspec_judge_push(judge, &connect, SMTPSPEC_STIMULUS_VALID);
}

void smtpspec_judge_assume(struct smtpspec_judge *judge,
                           enum smtpspec_state state)
{
    smtpspec_session_assume(&judge->session, state);
    judge->pending_count = 0;
}

/* --- Exchanges ---------------------------------------------------------- */

static struct smtpspec_pending pop(struct smtpspec_judge *judge)
{
    struct smtpspec_pending pending = judge->pending[judge->pending_first];

    judge->pending_first = (judge->pending_first + 1) % SMTPSPEC_PENDING_KEPT;
    judge->pending_count--;
    return pending;
}

/* Begin the exchange of the oldest pending command; of none where there is
 * none: a verdict still needs to say where it was. */
static void open_exchange(struct smtpspec_judge *judge, uint64_t at)
{
    const struct smtpspec_pending *pending =
        &judge->pending[judge->pending_first];

    judge->open = (struct smtpspec_exchange){
        .number = judge->exchanges++,
        .state = judge->session.state,
        .next = judge->session.state,
        .at = at,
    };
    if (judge->pending_count > 0) {
        judge->open.command = pending->command;
        judge->open.stimulus = pending->stimulus;
    }
    judge->seen_defects = 0;
    judge->seen_manners = 0;
    judge->said = 0;
}

static void tell_exchange(struct smtpspec_judge *judge)
{
    if (judge->sink.exchange != NULL)
        judge->sink.exchange(judge->sink.context, &judge->open);
}

/* The exchange has no further sense to it: tell of it and be silent. */
static void lose(struct smtpspec_judge *judge)
{
    judge->open.next = SMTPSPEC_STATE_ASTRAY;
    tell_exchange(judge);
    judge->silent = true;
    judge->reading = false;
}

static void lose_by(struct smtpspec_judge *judge, enum smtpspec_manner manner)
{
    smtpspec_judge_say_manner(judge, manner);
    lose(judge);
}

/* --- The server's octets ------------------------------------------------ */

/* A reply that no command is waiting for: what the server took for one. */
static enum smtpspec_manner why_unasked(const struct smtpspec_judge *judge)
{
    if (judge->session.state == SMTPSPEC_STATE_CONTENT)
        return judge->data.seen & SMTPSPEC_DATA_FALSE_END
                   ? SMTPSPEC_MANNER_FALSE_END
                   : SMTPSPEC_MANNER_REPLY_IN_CONTENT;
    return judge->lf_sent ? SMTPSPEC_MANNER_LF_ENDS_LINE
                          : SMTPSPEC_MANNER_UNASKED;
}

/*
 * A reply begins. Returns false where it answers nothing and the session is
 * lost by that. An unasked 421 is none of that (RFC 5321, 3.8).
 */
static bool begin_reply(struct smtpspec_judge *judge, unsigned code)
{
    bool pending = judge->pending_count > 0;

    if (!pending && !judge->goodbye && code != 421 &&
        judge->session.state != SMTPSPEC_STATE_CONTENT &&
        smtpspec_judge_end_line_at_lf(judge)) {
        open_exchange(judge, judge->line_at);
        judge->open.code = (uint16_t)code;
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_LF_ENDS_LINE);
        judge->reading = true;
        return true;
    }
    open_exchange(judge, judge->line_at);
    judge->open.code = (uint16_t)code;
    judge->reading = true;
    if (judge->goodbye) {
        lose_by(judge, SMTPSPEC_MANNER_AFTER_CLOSE);
    } else if (!pending && code != 421) {
        lose_by(judge, why_unasked(judge));
    }
    return !judge->silent;
}

/* What was found in order has to be looked at again then. */
static void offer(struct smtpspec_judge *judge, uint64_t offered)
{
    judge->terms.offered = offered;
    memset(judge->in_order, 0, sizeof(judge->in_order));
}

static void learn_offer(struct smtpspec_judge *judge)
{
    switch (judge->open.command) {
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
        offer(judge, judge->ehlo.offered);
        break;
    case SMTPSPEC_COMMAND_HELO:
        smtpspec_ehlo_init(&judge->ehlo);
        offer(judge, 0);
        break;
    default:
        break;
    }
}

/* Whether the oldest pending command, answered by `code` (0: not yet), ends a
 * message. A BDAT with too much behind LAST does where the server lets it, and
 * is refused as a command where not. */
static bool ends_message(const struct smtpspec_judge *judge, unsigned code)
{
    const struct smtpspec_pending *pending =
        &judge->pending[judge->pending_first];
    unsigned state = judge->session.state;

    return (pending->command == SMTPSPEC_COMMAND_DATA_END &&
            state == SMTPSPEC_STATE_CONTENT) ||
           (pending->command == SMTPSPEC_COMMAND_BDAT && pending->last &&
            (!pending->extra ||
             smtpspec_class_of(code) != SMTPSPEC_CLASS_ERROR) &&
            (state == SMTPSPEC_STATE_RCPT || state == SMTPSPEC_STATE_BDAT));
}

/* LMTP answers a message for each recipient (RFC 2033, 4.2 and 4.3). */
static bool is_shared(const struct smtpspec_judge *judge, unsigned code)
{
    return judge->terms.service == SMTPSPEC_SERVICE_LMTP &&
           judge->session.recipients > 0 && ends_message(judge, code);
}

/* The first reply to a message whose MAIL asked for PRDR: one for each
 * recipient and one for all follow where it is 353 (draft-hall-prdr). */
static bool divides(const struct smtpspec_judge *judge, unsigned code)
{
    uint64_t prdr = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PRDR);

    return code == 353 && judge->parts == 0 && judge->session.prdr &&
           (judge->terms.offered & prdr) != 0 && ends_message(judge, code);
}

/* LAST behind a chunk that was refused: whether LMTP answers that once, or for
 * each recipient, its text does not say (RFC 2033, 4.3; RFC 3030, 2). */
static bool is_unclear(const struct smtpspec_judge *judge)
{
    const struct smtpspec_pending *pending =
        &judge->pending[judge->pending_first];

    return pending->command == SMTPSPEC_COMMAND_BDAT && pending->last &&
           judge->terms.service == SMTPSPEC_SERVICE_LMTP &&
           judge->session.state == SMTPSPEC_STATE_BDAT_FAILED &&
           judge->session.recipients > 1;
}

static uint32_t replies_of(const struct smtpspec_judge *judge, unsigned code)
{
    if (judge->divided)
        return judge->session.recipients + 2;
    return is_shared(judge, code) ? judge->session.recipients : 1;
}

/* One more reply to the oldest pending command: whether it was the last. */
static bool is_answered(struct smtpspec_judge *judge)
{
    judge->divided = judge->divided || divides(judge, judge->open.code);
    judge->parts++;
    return judge->parts >= replies_of(judge, judge->open.code) ||
           judge->open.code == 421;
}

/* Move the session on by what was answered. With the last of several replies a
 * message is over, whatever that one says of its recipient. */
static void step(struct smtpspec_judge *judge,
                 const struct smtpspec_pending *pending, bool shared)
{
    const struct smtpspec_asked asked = {
        .command = pending->command,
        .last = pending->last,
        .binarymime = pending->binarymime,
        .smtputf8 = pending->smtputf8,
        .prdr = pending->prdr };
    unsigned code = judge->open.code;

    if (shared && code != 421)
        code = 250;
    judge->parts = 0;
    judge->divided = false;
    smtpspec_session_answer(&judge->session, &asked, code);
    if (smtpspec_class_of(judge->open.code) == SMTPSPEC_CLASS_SUCCESS)
        learn_offer(judge);
    if (judge->session.state == SMTPSPEC_STATE_CONTENT)
        smtpspec_data_init(&judge->data);
}

/* Octets that waited for this reply can be placed now. */
static void release(struct smtpspec_judge *judge)
{
    size_t taken = smtpspec_judge_take(
        judge, (struct smtpspec_span){ judge->held, judge->held_length });

    for (size_t i = taken; i < judge->held_length; i++)
        judge->held[i - taken] = judge->held[i];
    judge->held_length -= taken;
}

static void note_goodbye(struct smtpspec_judge *judge)
{
    unsigned code = judge->open.code;
    bool quits = judge->open.command == SMTPSPEC_COMMAND_QUIT &&
                 smtpspec_class_of(code) == SMTPSPEC_CLASS_SUCCESS;

    judge->open.closing = code == 421 || code == 221 || quits;
    if (!judge->open.closing)
        return;
    judge->goodbye = true;
    if (code == 221 && !quits)
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_CLOSE_UNASKED);
}

/* After TURN or ATRN the server is the client: nothing is wrong with that, but
 * it is no session of ours any more (RFC 821, 3.8; RFC 2645, 5.2.1). */
static bool reverses_roles(const struct smtpspec_judge *judge)
{
    return smtpspec_class_of(judge->open.code) == SMTPSPEC_CLASS_SUCCESS &&
           (judge->open.command == SMTPSPEC_COMMAND_TURN ||
            judge->open.command == SMTPSPEC_COMMAND_ATRN);
}

static void end_reply(struct smtpspec_judge *judge)
{
    struct smtpspec_pending pending = { .command = SMTPSPEC_COMMAND_UNSET };

    judge->reading = false;
    judge->open.octets = judge->server_octets - judge->open.at;
    smtpspec_judge_say_code(judge);
    note_goodbye(judge);
    if (judge->pending_count > 0 && is_answered(judge)) {
        bool shared = is_shared(judge, judge->open.code);
        bool unclear = is_unclear(judge);

        pending = pop(judge);
        pending.blinds = pending.blinds || unclear;
        step(judge, &pending, shared);
    }
    if (judge->goodbye)
        judge->session.state = SMTPSPEC_STATE_CLOSED;
    judge->open.next = judge->session.state;
    if (judge->session.state == SMTPSPEC_STATE_ASTRAY) {
        if (judge->said == 0 && !reverses_roles(judge))
            smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_ASTRAY);
        lose(judge);
        return;
    }
    tell_exchange(judge);
    if (pending.blinds)
        smtpspec_judge_abandon(judge);
    else if (judge->held_length > 0)
        release(judge);
}

/* Add a fragment to what is kept of the line, a held CR in front. */
static void keep_text(struct smtpspec_judge *judge, bool held_cr,
                      struct smtpspec_span part)
{
    if (held_cr && judge->text_length < SMTPSPEC_REPLY_TEXT_KEPT)
        judge->text[judge->text_length++] = '\r';
    for (size_t i = 0; i < part.length &&
                       judge->text_length < SMTPSPEC_REPLY_TEXT_KEPT; i++)
        judge->text[judge->text_length++] = part.at[i];
}

static void on_record(struct smtpspec_judge *judge,
                      const struct smtpspec_reply_line *record,
                      struct smtpspec_span part)
{
    bool held_cr = (record->flags & SMTPSPEC_LINE_HELD_CR) != 0;
    bool partial = (record->flags & SMTPSPEC_LINE_PARTIAL) != 0;
    bool joined = judge->text_length > 0 || held_cr;

    if (partial || joined)
        keep_text(judge, held_cr, part);
    if (partial)
        return;
    if (joined)
        part = (struct smtpspec_span){ judge->text, judge->text_length };
    /* No more of a line that came whole, or the cut would tell. */
    part = smtpspec_span_head(part, SMTPSPEC_REPLY_TEXT_KEPT);
    judge->text_length = 0;
    if (judge->silent)
        return;
    if (!judge->reading && !begin_reply(judge, record->code))
        return;
    smtpspec_judge_line(judge, record, part);
    if (record->flags & SMTPSPEC_LINE_LAST)
        end_reply(judge);
}

/* Where the next line begins: behind the line end of a complete record. Its
 * CR may have come, and been held, in the feed before. */
static size_t end_of(const struct smtpspec_reply_line *record,
                     struct smtpspec_span octets)
{
    size_t end = (size_t)record->at + record->length;

    if (octets.at[end] == '\r')
        end++;
    return end + 1;
}

/* A server that said 220 to STARTTLS speaks TLS from there on, be it only to
 * tell that the handshake came to nothing: its records, of the types 20 to 24,
 * are no replies (RFC 3207, 4; RFC 8446, 5.1). */
static bool is_tls_record(const struct smtpspec_judge *judge, char first)
{
    return judge->session.state == SMTPSPEC_STATE_TLS &&
           judge->line_at == judge->server_octets && first >= 20 &&
           first <= 24;
}

/* Judge the lines of one feed; line_at is where the current one began in all
 * the server's octets. */
static void take_records(struct smtpspec_judge *judge,
                         struct smtpspec_span octets,
                         const struct smtpspec_reply_line records[],
                         size_t count)
{
    uint64_t base = judge->server_octets;

    for (size_t i = 0; i < count; i++) {
        struct smtpspec_span part = { octets.at + records[i].at,
                                      records[i].length };
        bool partial = (records[i].flags & SMTPSPEC_LINE_PARTIAL) != 0;

        if (part.length > 0 && is_tls_record(judge, part.at[0]))
            smtpspec_judge_abandon(judge);
        if (!partial)
            judge->server_octets = base + end_of(&records[i], octets);
        on_record(judge, &records[i], part);
        if (!partial)
            judge->line_at = judge->server_octets;
    }
    judge->server_octets = base + octets.length;
}

void smtpspec_judge_server(struct smtpspec_judge *judge,
                           struct smtpspec_span octets)
{
    struct smtpspec_reply_line records[BATCH];
    size_t count;

    while (octets.length > 0) {
        size_t taken = smtpspec_reply_feed(&judge->replies, octets, records,
                                           BATCH, &count);

        take_records(judge, smtpspec_span_head(octets, taken), records, count);
        octets = smtpspec_span_skip(octets, taken);
    }
}

void smtpspec_judge_records(struct smtpspec_judge *judge,
                            const struct smtpspec_reply_parser *parser,
                            struct smtpspec_span octets,
                            const struct smtpspec_reply_line records[],
                            size_t count)
{
    take_records(judge, octets, records, count);
    judge->replies = *parser;
}

/* --- The client's octets, and what happens besides octets ---------------- */

void smtpspec_judge_client(struct smtpspec_judge *judge,
                           struct smtpspec_span octets)
{
    size_t taken = 0;

    if (judge->silent || judge->goodbye || judge->server_closed)
        return;
    if (judge->held_length == 0)
        taken = smtpspec_judge_take(judge, octets);
    octets = smtpspec_span_skip(octets, taken);
    if (octets.length > SMTPSPEC_HELD_KEPT - judge->held_length) {
        judge->silent = true;
        return;
    }
    if (octets.length > 0)
        memcpy(judge->held + judge->held_length, octets.at, octets.length);
    judge->held_length += octets.length;
}

/* No reply to the oldest pending command will be seen. */
static void give_up(struct smtpspec_judge *judge, enum smtpspec_manner manner)
{
    if (!judge->reading)
        open_exchange(judge, judge->server_octets);
    judge->open.octets = judge->server_octets - judge->open.at;
    lose_by(judge, manner);
}

/* BDAT LAST for nobody gets no reply in LMTP, by the letter of RFC 2033, 4.3;
 * most servers give one. Neither is wrong, and what comes next is not known. */
static bool may_be_silent(const struct smtpspec_judge *judge)
{
    const struct smtpspec_pending *pending =
        &judge->pending[judge->pending_first];

    return judge->terms.service == SMTPSPEC_SERVICE_LMTP && !judge->reading &&
           judge->pending_count > 0 && pending->last &&
           pending->command == SMTPSPEC_COMMAND_BDAT &&
           judge->session.recipients == 0;
}

void smtpspec_judge_turn(struct smtpspec_judge *judge)
{
    if (judge->silent || judge->server_closed)
        return;
    if (may_be_silent(judge) && !judge->goodbye) {
        smtpspec_judge_abandon(judge);
        return;
    }
    if (judge->goodbye)
        give_up(judge, SMTPSPEC_MANNER_STAYS_OPEN);
    else if (judge->pending_count > 0 || judge->reading)
        give_up(judge, SMTPSPEC_MANNER_NO_REPLY);
}

void smtpspec_judge_endless(struct smtpspec_judge *judge)
{
    if (!judge->silent && !judge->server_closed)
        give_up(judge, SMTPSPEC_MANNER_ENDLESS);
}

/* A server may close after 221 or 421, and a host that takes no mail at all
 * whenever it likes (RFC 5321, 3.8; RFC 7504, 3). */
static bool may_close(const struct smtpspec_judge *judge)
{
    return judge->goodbye ||
           (judge->session.state == SMTPSPEC_STATE_REFUSED &&
            judge->session.greeting_code == 521);
}

void smtpspec_judge_closed(struct smtpspec_judge *judge)
{
    struct smtpspec_reply_line line;
    bool cut = smtpspec_reply_finish(&judge->replies, &line);
    bool over = judge->silent || judge->server_closed;

    judge->server_closed = true;
    if (over || (may_close(judge) && !cut))
        return;
    if (!judge->reading)
        open_exchange(judge, cut ? judge->line_at : judge->server_octets);
    if (cut)
        smtpspec_judge_say_defect(judge, SMTPSPEC_DEFECT_UNTERMINATED);
    if (!may_close(judge))
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_CLOSE_SILENT);
    judge->open.octets = judge->server_octets - judge->open.at;
    lose(judge);
}

/* All that either side knew of the other is dropped (RFC 3207, 4.2), and with
 * it what the client sent too early. */
void smtpspec_judge_tls(struct smtpspec_judge *judge)
{
    judge->ehlo_in_clear = judge->ehlo;
    smtpspec_session_tls(&judge->session);
    smtpspec_ehlo_init(&judge->ehlo);
    offer(judge, 0);
    judge->terms.tls = true;
    judge->held_length = 0;
    judge->line_length = 0;
    judge->line_octets = 0;
    judge->line_cr = false;
    judge->line_lf = false;
    judge->challenge_length = 0;
}

void smtpspec_judge_abandon(struct smtpspec_judge *judge)
{
    judge->silent = true;
    judge->reading = false;
}

unsigned smtpspec_judge_due(const struct smtpspec_judge *judge)
{
    if (judge->silent || judge->goodbye || judge->server_closed)
        return 0;
    if (judge->pending_count == 0)
        return 0;
    return judge->pending_count - 1 + replies_of(judge, 0) - judge->parts;
}

enum smtpspec_command
smtpspec_judge_last_due(const struct smtpspec_judge *judge)
{
    uint32_t last = judge->pending_first + judge->pending_count - 1;

    if (smtpspec_judge_due(judge) == 0)
        return SMTPSPEC_COMMAND_UNSET;
    return (enum smtpspec_command)
        judge->pending[last % SMTPSPEC_PENDING_KEPT].command;
}

bool smtpspec_judge_false_end(const struct smtpspec_judge *judge)
{
    return (judge->data.seen & SMTPSPEC_DATA_FALSE_END) != 0;
}

enum smtpspec_state smtpspec_judge_state(const struct smtpspec_judge *judge)
{
    if (judge->silent)
        return SMTPSPEC_STATE_ASTRAY;
    if (judge->server_closed)
        return SMTPSPEC_STATE_CLOSED;
    return (enum smtpspec_state)judge->session.state;
}

uint64_t smtpspec_judge_line_at(const struct smtpspec_judge *judge)
{
    return judge->line_at;
}

const struct smtpspec_session *
smtpspec_judge_session(const struct smtpspec_judge *judge)
{
    return &judge->session;
}

const struct smtpspec_ehlo *
smtpspec_judge_ehlo(const struct smtpspec_judge *judge)
{
    return &judge->ehlo;
}

const struct smtpspec_ehlo *
smtpspec_judge_ehlo_in_clear(const struct smtpspec_judge *judge)
{
    return judge->session.tls ? &judge->ehlo_in_clear : &judge->ehlo;
}

struct smtpspec_span
smtpspec_judge_challenge(const struct smtpspec_judge *judge)
{
    return (struct smtpspec_span){ judge->challenge,
                                   judge->challenge_length };
}
