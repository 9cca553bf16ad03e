/* SPDX-License-Identifier: MIT */
/*
 * fuzz_session.c - scripts of commands and replies through machine and judge
 *
 * targets:  smtpspec_judge_client, _server, _command, _records, _turn, _closed,
 *           _endless; smtpspec_session_step; all of rules and wire below them
 * input:    octet 0 = profile and service; then a script (mutate/script.h)
 * holds:    any cut of either side's octets gives the same exchanges and
 *           verdicts, and so do commands and replies that were read before;
 *           exchanges count up and their replies do not overlap; no session
 *           goes astray without a verdict; after it there is silence; no more
 *           is answered or due than was sent: the connection, and two for each
 *           line (LMTP answers RCPT, and its message by recipient); RSET
 *           answered 250 leaves no transaction; what a verdict names exists;
 *           told octet by octet, and each reply as soon as it is due, the
 *           judge pairs each command with the reply sent for it, and a client
 *           that runs ahead of the replies as it likes gives the same
 *           exchanges and verdicts
 * speed:    a tenth of fuzz_reply's: five whole sessions, one told octet by
 *           octet, and the rows are asked for each reply in them
 * seeds:    corpus/seeds/session    words: corpus/dictionaries/session.dict
 * mutator:  session
 */
#include <smtpspec/judge.h>

#include "../tests/support/read_already.h"
#include "harness.h"
#include "mutate/script.h"

#define INPUT_KEPT (1 << 15)
/* How far a client runs ahead: the judge holds more than that back. */
#define AHEAD 2000

struct tally {
    uint64_t digest, at_least;
    uint64_t line_ends; /* that the client sent                              */
    uint64_t answered;  /* exchanges that a command began                    */
    uint32_t exchanges, verdicts;
    bool astray, closing;
    unsigned expected; /* the command that is to be answered; 0: any         */
};

static void mix(struct tally *tally, uint64_t value)
{
    tally->digest = harness_digest(tally->digest, value);
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct tally *tally = context;
    char rule[64];

    MUST(!tally->astray);
    MUST(verdict->reference[0] != '\0' && verdict->text[0] != '\0');
    MUST(verdict->level > SMTPSPEC_LEVEL_UNSET &&
         verdict->level < SMTPSPEC_LEVEL_COUNT);
    MUST(smtpspec_verdict_rule(verdict, rule, sizeof(rule)) < sizeof(rule));
    tally->verdicts++;
    for (const char *at = rule; *at != '\0'; at++)
        mix(tally, (uint8_t)*at);
    mix(tally, verdict->outcome);
    mix(tally, verdict->exchange);
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct tally *tally = context;
    bool turned = exchange->command == SMTPSPEC_COMMAND_TURN ||
                  exchange->command == SMTPSPEC_COMMAND_ATRN;

    MUST(!tally->astray);
    MUST(exchange->number == tally->exchanges);
    MUST(exchange->at >= tally->at_least);
    MUST(exchange->next > SMTPSPEC_STATE_UNSET);
    MUST(exchange->next < SMTPSPEC_STATE_COUNT);
    tally->exchanges++;
    tally->answered += exchange->command != SMTPSPEC_COMMAND_UNSET;
    tally->at_least = exchange->at + exchange->octets;
    tally->astray = exchange->next == SMTPSPEC_STATE_ASTRAY;
    MUST(!tally->astray || turned || tally->verdicts > 0);
    MUST(tally->expected == 0 || tally->expected == exchange->command);
    tally->closing = tally->closing || exchange->closing;
    if (exchange->command == SMTPSPEC_COMMAND_RSET && exchange->code == 250 &&
        !tally->astray)
        MUST(exchange->next == SMTPSPEC_STATE_READY ||
             exchange->next == SMTPSPEC_STATE_IDLE);
    mix(tally, exchange->command);
    mix(tally, exchange->code);
    mix(tally, exchange->state * 64u + exchange->next);
    mix(tally, exchange->at);
    mix(tally, exchange->octets);
    mix(tally, exchange->lines);
    mix(tally, exchange->defects);
}

typedef void feed(struct smtpspec_judge *, struct smtpspec_span);

/* How the judge is told: in pieces of so many octets; or, of 0 octets, of what
 * was read before, the server's by this parser. */
struct telling {
    size_t piece;
    struct smtpspec_reply_parser parser;
};

static void feed_pieces(struct smtpspec_judge *judge, feed *to,
                        const char *octets, size_t length, size_t piece)
{
    for (size_t at = 0; at < length; at += piece)
        to(judge, (struct smtpspec_span){
                      octets + at, length - at < piece ? length - at : piece });
}

static size_t count_line_ends(const char *octets, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += octets[i] == '\n';
    return count;
}

static void tell(struct smtpspec_judge *judge, bool server,
                 const char *octets, size_t length, struct telling *telling)
{
    struct smtpspec_span span = { octets, length };

    if (telling->piece > 0)
        feed_pieces(judge,
                    server ? smtpspec_judge_server : smtpspec_judge_client,
                    octets, length, telling->piece);
    else if (server)
        tell_server(judge, &telling->parser, span, 1 + length % 32);
    else
        tell_client(judge, span);
}

static void act(struct smtpspec_judge *judge,
                const struct smtpspec_script_line *line,
                struct telling *telling, struct tally *tally)
{
    static char octets[INPUT_KEPT + 2];
    size_t n = smtpspec_script_read(line, octets, sizeof(octets));
    struct smtpspec_reply_line cut;

    switch (line->kind) {
    case 'C':
    case 'c':
        tally->line_ends += count_line_ends(octets, n);
        tell(judge, false, octets, n, telling);
        break;
    case 'S':
    case 's':
        tell(judge, true, octets, n, telling);
        break;
    case 't': smtpspec_judge_turn(judge); break;
    case 'x':
        smtpspec_judge_closed(judge);
        smtpspec_reply_finish(&telling->parser, &cut);
        break;
    case 'e': smtpspec_judge_endless(judge); break;
    default: break;
    }
    MUST(smtpspec_judge_due(judge) <= SMTPSPEC_PENDING_KEPT);
    MUST(tally->answered + smtpspec_judge_due(judge) <=
         1 + 2 * tally->line_ends);
    MUST(smtpspec_judge_state(judge) < SMTPSPEC_STATE_COUNT);
}

static void begin(struct smtpspec_judge *judge, struct tally *tally,
                  uint8_t octet)
{
    struct smtpspec_terms terms = {
        .profile = (enum smtpspec_profile)(
            1 + octet % (SMTPSPEC_PROFILE_COUNT - 1)),
        .service = (enum smtpspec_service)(octet / 16 % 3) };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, tally };

    *tally = (struct tally){ .digest = HARNESS_DIGEST };
    smtpspec_judge_init(judge, &terms, &sink);
}

static void play(struct smtpspec_span input, size_t piece, struct tally *tally)
{
    static struct smtpspec_judge judge;
    struct smtpspec_span rest = smtpspec_span_skip(input, 1);
    struct telling telling = { .piece = piece };
    struct smtpspec_script_line line;

    smtpspec_reply_init(&telling.parser);
    begin(&judge, tally, (uint8_t)input.at[0]);
    while (smtpspec_script_next(&rest, &line))
        act(&judge, &line, &telling, tally);
}

/* --- In lock step, and ahead of the replies ------------------------------- */

/* What each side sends, whenever it does. */
struct sides {
    struct smtpspec_span client, server;
    char octets[2][INPUT_KEPT * 2];
};

static void part(struct smtpspec_span input, struct sides *sides)
{
    struct smtpspec_span rest = smtpspec_span_skip(input, 1);
    struct smtpspec_script_line line;
    size_t length[2] = { 0, 0 };

    while (smtpspec_script_next(&rest, &line)) {
        bool server = smtpspec_script_is_server(line.kind);

        length[server] += smtpspec_script_read(
            &line, sides->octets[server] + length[server],
            sizeof(sides->octets[server]) - length[server]);
    }
    sides->client = (struct smtpspec_span){ sides->octets[0], length[0] };
    sides->server = (struct smtpspec_span){ sides->octets[1], length[1] };
}

static void send_line(struct smtpspec_judge *judge,
                      struct smtpspec_span *server)
{
    size_t length = smtpspec_span_find(*server, '\n') + 1;

    smtpspec_judge_server(judge, smtpspec_span_head(*server, length));
    *server = smtpspec_span_skip(*server, length);
}

/* The command that a reply is due for now that the client's octets before
 * `end` were fed; `*start` is where the next one begins then. */
static unsigned command_at(const struct smtpspec_judge *judge, unsigned state,
                           struct smtpspec_span client, size_t *start,
                           size_t end)
{
    bool chunks = (smtpspec_judge_ehlo(judge)->offered >>
                   SMTPSPEC_EXTENSION_CHUNKING & 1) != 0;
    struct smtpspec_span text = smtpspec_span_skip(
        smtpspec_span_head(client, end < 2 ? 0 : end - 2), *start);
    struct smtpspec_command_line line;

    *start = end;
    if (state == SMTPSPEC_STATE_CONTENT)
        return SMTPSPEC_COMMAND_DATA_END;
    if (state == SMTPSPEC_STATE_AUTH)
        return SMTPSPEC_COMMAND_AUTH_CONTINUE;
    smtpspec_command_parse(smtpspec_span_head(text, SMTPSPEC_COMMAND_KEPT),
                           &line);
    if (line.command == SMTPSPEC_COMMAND_BDAT && chunks &&
        (line.faults & SMTPSPEC_FAULT_BAD_ARGUMENT) == 0)
        *start = line.chunk < client.length - end ? end + (size_t)line.chunk
                                                  : client.length;
    return line.command;
}

/* Each side waits for the other, always. */
static void play_in_step(const struct sides *sides, uint8_t octet,
                         struct tally *tally)
{
    static struct smtpspec_judge judge;
    struct smtpspec_span server = sides->server, client = sides->client;
    size_t at = 0, start = 0;

    begin(&judge, tally, octet);
    tally->expected = SMTPSPEC_COMMAND_CONNECT;
    while (!tally->closing) {
        unsigned state = smtpspec_judge_state(&judge);

        if (smtpspec_judge_due(&judge) > 0) {
            if (server.length == 0)
                return;
            send_line(&judge, &server);
        } else if (at < client.length) {
            smtpspec_judge_client(&judge, smtpspec_span_head(
                                              smtpspec_span_skip(client, at),
                                              1));
            at++;
            if (smtpspec_judge_due(&judge) > 0)
                tally->expected = command_at(&judge, state, client, &start,
                                             at);
        } else {
            break;
        }
    }
    tally->expected = 0;
    while (!tally->closing && server.length > 0)
        send_line(&judge, &server);
}

/* The client sends on while replies are due, as long as it likes. */
static void play_ahead(const struct sides *sides, uint8_t octet,
                       uint64_t random, struct tally *tally)
{
    static struct smtpspec_judge judge;
    struct smtpspec_span server = sides->server, client = sides->client;
    size_t ahead = 0;

    begin(&judge, tally, octet);
    while (!tally->closing && server.length > 0) {
        bool due = smtpspec_judge_due(&judge) > 0;

        if (!due)
            ahead = 0;
        if (client.length > 0 && ahead < AHEAD - 64 &&
            (!due || harness_random(&random) % 4 != 0)) {
            struct smtpspec_span piece = harness_piece(&client, 64, &random);

            ahead += piece.length;
            smtpspec_judge_client(&judge, piece);
        } else if (due || client.length == 0) {
            send_line(&judge, &server);
        }
    }
}

static void same(const struct tally *a, const struct tally *b)
{
    MUST(a->exchanges == b->exchanges);
    MUST(a->verdicts == b->verdicts);
    MUST(a->digest == b->digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sides sides;
    struct smtpspec_span input = { (const char *)data, size };
    uint64_t random = harness_seed(input);
    struct tally whole, pieces;

    if (size < 2 || size > INPUT_KEPT)
        return 0;
    play(input, SIZE_MAX / 2, &whole);
    play(input, 1 + data[0] % 5, &pieces);
    same(&whole, &pieces);
    play(input, 0, &pieces);
    same(&whole, &pieces);
    part(input, &sides);
    play_in_step(&sides, data[0], &whole);
    play_ahead(&sides, data[0], random, &pieces);
    same(&whole, &pieces);
    return 0;
}
