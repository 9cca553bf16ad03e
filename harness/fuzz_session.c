/* SPDX-License-Identifier: MIT */
/*
 * fuzz_session.c - scripts of commands and replies through machine and judge
 *
 * targets:  smtpspec_judge_client, _server, _turn, _closed, _endless;
 *           smtpspec_session_step; all of rules and wire below them
 * input:    octet 0 = profile and service; then lines, each told by its first
 *           octet: C and S what client and server send, CRLF added; c and s
 *           the same without; t the server waits, x it closes, e endless
 *           reply. `^n` `^r` `^0` stand for LF, CR, NUL.
 * holds:    any cut of either side's octets gives the same exchanges and
 *           verdicts; exchanges count up and their replies do not overlap; no
 *           session goes astray without a verdict; after it there is silence;
 *           no more is answered or due than was sent: the connection, and two
 *           for each line (LMTP answers RCPT, and its message by recipient);
 *           RSET answered 250 leaves no transaction; what a verdict names
 *           exists
 * seeds:    corpus/seeds/session    words: corpus/dictionaries/session.dict
 * mutator:  session
 */
#include <string.h>

#include <smtpspec/judge.h>

#include "harness.h"

struct tally {
    uint64_t digest, at_least;
    uint64_t line_ends; /* that the client sent                              */
    uint64_t answered;  /* exchanges that a command began                    */
    uint32_t exchanges, verdicts;
    bool astray;
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

/* The octets of one line of the script, marks resolved. */
static size_t resolve(const uint8_t *line, size_t length, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        bool mark = line[i] == '^' && i + 1 < length;

        if (mark)
            i++;
        out[n++] = !mark ? (char)line[i] : line[i] == 'n' ? '\n' :
                   line[i] == 'r' ? '\r' : line[i] == '0' ? '\0'
                                                          : (char)line[i];
    }
    return n;
}

typedef void feed(struct smtpspec_judge *, struct smtpspec_span);

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

static void act(struct smtpspec_judge *judge, const uint8_t *line,
                size_t length, size_t piece, struct tally *tally)
{
    static char octets[1 << 16];
    size_t n = resolve(line + 1, length - 1, octets);
    bool ended = line[0] == 'C' || line[0] == 'S';

    if (ended) {
        memcpy(octets + n, "\r\n", 2);
        n += 2;
    }
    switch (line[0]) {
    case 'C':
    case 'c':
        tally->line_ends += count_line_ends(octets, n);
        feed_pieces(judge, smtpspec_judge_client, octets, n, piece);
        break;
    case 'S':
    case 's':
        feed_pieces(judge, smtpspec_judge_server, octets, n, piece);
        break;
    case 't': smtpspec_judge_turn(judge); break;
    case 'x': smtpspec_judge_closed(judge); break;
    case 'e': smtpspec_judge_endless(judge); break;
    default: break;
    }
    MUST(smtpspec_judge_due(judge) <= SMTPSPEC_PENDING_KEPT);
    MUST(tally->answered + smtpspec_judge_due(judge) <=
         1 + 2 * tally->line_ends);
    MUST(smtpspec_judge_state(judge) < SMTPSPEC_STATE_COUNT);
}

static void play(const uint8_t *data, size_t size, size_t piece,
                 struct tally *tally)
{
    static struct smtpspec_judge judge;
    struct smtpspec_terms terms = {
        .profile = (enum smtpspec_profile)(
            1 + data[0] % (SMTPSPEC_PROFILE_COUNT - 1)),
        .service = (enum smtpspec_service)(data[0] / 16 % 3) };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, tally };

    *tally = (struct tally){ .digest = HARNESS_DIGEST };
    smtpspec_judge_init(&judge, &terms, &sink);
    for (size_t at = 1, end; at < size; at = end + 1) {
        for (end = at; end < size && data[end] != '\n'; end++)
            ;
        if (end > at)
            act(&judge, data + at, end - at, piece, tally);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tally whole, pieces;

    if (size < 2 || size > (1 << 15))
        return 0;
    play(data, size, SIZE_MAX / 2, &whole);
    play(data, size, 1 + data[0] % 5, &pieces);
    MUST(whole.digest == pieces.digest);
    MUST(whole.exchanges == pieces.exchanges);
    MUST(whole.verdicts == pieces.verdicts);
    return 0;
}
