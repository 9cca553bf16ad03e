/* SPDX-License-Identifier: MIT */
/*
 * fuzz_server.c - any octets of a client at the built-in server, and the judge
 * hears both
 *
 * targets:  smtpspec_server_feed, _next, _secured, _expire (all of server but
 *           its sockets); smtpspec_judge_* over what an honest server says
 * input:    line 1 = words: a profile, a service (submission, lmtp), quirks,
 *           tls-only, no-tls, away, expire, in any order; the rest = what the
 *           client sends
 * holds:    an honest or quirky server is never warned of, sent to line by
 *           line or in any pieces; line by line, whenever it reads nothing is
 *           due, and judge and server agree where the session stands; no cut
 *           of a line changes an octet of what it says, no cut at all one
 *           before TLS; it says no more than two replies for each line and one
 *           for the connection; after it closed it takes all and says nothing
 * slow because an input is some ten commands, each answered three times by
 *           the whole server and judged twice
 * seeds:    corpus/seeds/server    words: corpus/dictionaries/server.dict
 */
#include "cutting.h"
#include "server/engine.h"

#include <smtpspec/judge.h>

#define SIZE_LIMIT (1 << 13)

/* A session, and what came of it. */
struct talk {
    struct smtpspec_server *server;
    struct smtpspec_judge *judge;   /* NULL: nobody listens                  */
    const struct smtpspec_server_options *options;
    uint64_t digest, octets;        /* of all that the server said           */
    uint64_t digest_in_clear, octets_in_clear;
    uint64_t line_ends;             /* that the client sent                  */
    unsigned handshakes;
    enum smtpspec_server_act last;
};

/* What quirks.def says of these two. */
static bool is_excused(const struct smtpspec_server_options *options,
                       const struct smtpspec_verdict *verdict)
{
    return (options->quirks[SMTPSPEC_QUIRK_BARE_CODES] &&
            verdict->defect == SMTPSPEC_DEFECT_SEPARATOR_MISSING + 1) ||
           (options->quirks[SMTPSPEC_QUIRK_NO_EHLO] &&
            verdict->manner == SMTPSPEC_MANNER_REQUIRED_VERB);
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    const struct talk *talk = context;
    char rule[64];

    if (verdict->outcome < SMTPSPEC_OUTCOME_WARN ||
        is_excused(talk->options, verdict))
        return;
    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    fprintf(stderr, "%s, code %u to %s in %s\n", rule, verdict->code,
            smtpspec_command_name((enum smtpspec_command)verdict->command),
            smtpspec_state_name((enum smtpspec_state)verdict->state));
    MUST(!"an honest server is warned of");
}

HARNESS_UNSEEN static void hear(struct talk *talk, struct smtpspec_span octets)
{
    talk->digest = harness_digest_span(talk->digest, octets);
    talk->octets += octets.length;
    if (talk->handshakes == 0) {
        talk->digest_in_clear = talk->digest;
        talk->octets_in_clear = talk->octets;
    }
    if (talk->judge != NULL)
        smtpspec_judge_server(talk->judge, octets);
}

/* Do what the server wants, until it reads or is gone. Pauses are no time. */
HARNESS_UNSEEN static void pump(struct talk *talk)
{
    struct smtpspec_server_action action;
    unsigned pauses = 0;

    do {
        action = smtpspec_server_next(talk->server);
        if (action.act == SMTPSPEC_SERVER_SEND) {
            MUST(action.octets.length > 0);
            pauses = 0;
            hear(talk, action.octets);
        } else if (action.act == SMTPSPEC_SERVER_WAIT) {
            MUST(pauses++ < 2);
        } else if (action.act == SMTPSPEC_SERVER_TLS) {
            talk->handshakes++;
            smtpspec_server_secured(talk->server, true);
            if (talk->judge != NULL)
                smtpspec_judge_tls(talk->judge);
        }
    } while (action.act == SMTPSPEC_SERVER_SEND ||
             action.act == SMTPSPEC_SERVER_WAIT ||
             action.act == SMTPSPEC_SERVER_TLS);
    MUST(action.act != SMTPSPEC_SERVER_RESET);
    MUST(talk->octets <=
         SMTPSPEC_SERVER_REPLY_KEPT * (1 + 2 * talk->line_ends));
    talk->last = action.act;
}

/* One write of the client. What stands behind STARTTLS in it is lost. */
HARNESS_UNSEEN static void send_piece(struct talk *talk,
                                      struct smtpspec_span piece)
{
    bool over = talk->last == SMTPSPEC_SERVER_CLOSE;
    unsigned handshakes = talk->handshakes;
    uint64_t octets = talk->octets;

    talk->line_ends += harness_count(piece, '\n');
    if (talk->judge != NULL && !over)
        smtpspec_judge_client(talk->judge, piece);
    while (piece.length > 0 && talk->handshakes == handshakes) {
        size_t taken = smtpspec_server_feed(talk->server, piece);

        MUST(taken > 0 || talk->octets > octets);
        octets = talk->octets;
        piece = smtpspec_span_skip(piece, taken);
        pump(talk);
    }
    MUST(!over || (talk->octets == octets &&
                   talk->last == SMTPSPEC_SERVER_CLOSE));
    if (!over && talk->judge != NULL && talk->last == SMTPSPEC_SERVER_CLOSE)
        smtpspec_judge_closed(talk->judge);
}

/* The server reads: all that was due has come, and both know where they are. */
static void check_turn(struct talk *talk)
{
    const struct smtpspec_server *server = talk->server;
    enum smtpspec_state state = smtpspec_judge_state(talk->judge);

    if (state == SMTPSPEC_STATE_ASTRAY || talk->last != SMTPSPEC_SERVER_IDLE ||
        server->mode == ENGINE_CHUNK)
        return;
    MUST(smtpspec_judge_due(talk->judge) == 0);
    MUST(state == (enum smtpspec_state)server->session.state);
    smtpspec_judge_turn(talk->judge);
}

static void begin(struct talk *talk, struct smtpspec_judge *judge,
                  const struct smtpspec_server_options *options)
{
    struct smtpspec_terms terms = { .profile = options->profile,
                                    .service = options->service,
                                    .tls = options->tls ==
                                           SMTPSPEC_SERVER_TLS_IMPLICIT };
    struct smtpspec_judge_sink sink = { on_verdict, NULL, talk };

    *talk = (struct talk){ .judge = judge, .options = options,
                           .digest = HARNESS_DIGEST };
    talk->server = smtpspec_server_new(options);
    MUST(talk->server != NULL);
    if (judge != NULL)
        smtpspec_judge_init(judge, &terms, &sink);
    pump(talk);
    if (judge != NULL && talk->last == SMTPSPEC_SERVER_CLOSE)
        smtpspec_judge_closed(judge);
}

static void end(struct talk *talk, bool expire)
{
    bool open = talk->last == SMTPSPEC_SERVER_IDLE;

    talk->line_ends++;
    if (open && expire) {
        smtpspec_server_expire(talk->server);
        pump(talk);
        MUST(talk->last == SMTPSPEC_SERVER_CLOSE);
        if (talk->judge != NULL)
            smtpspec_judge_closed(talk->judge);
    }
    smtpspec_server_free(talk->server);
}

/* Line by line, each answered before the next. */
HARNESS_UNSEEN static void
talk_in_turns(struct talk *talk, struct smtpspec_span octets)
{
    check_turn(talk);
    while (octets.length > 0) {
        send_piece(talk, harness_whole_line(&octets));
        check_turn(talk);
    }
}

/* In pieces that end where a line does, or before. */
HARNESS_UNSEEN static void
talk_in_parts(struct talk *talk, struct smtpspec_span octets)
{
    uint64_t random = harness_seed(octets);

    while (octets.length > 0) {
        struct smtpspec_span line = harness_whole_line(&octets);

        while (line.length > 0)
            send_piece(talk, harness_piece(&line, 7, &random));
    }
}

/* In pieces that know of no lines. */
HARNESS_UNSEEN static void
talk_in_groups(struct talk *talk, struct smtpspec_span octets)
{
    uint64_t random = harness_seed(octets);

    while (octets.length > 0)
        send_piece(talk, harness_piece(&octets, 200, &random));
}

/* One word of the first line. */
static void take_word(struct smtpspec_server_options *options, bool *expire,
                      struct smtpspec_span word)
{
    enum smtpspec_profile profile = smtpspec_profile_of(word);

    if (profile != SMTPSPEC_PROFILE_UNSET)
        options->profile = profile;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("submission")))
        options->service = SMTPSPEC_SERVICE_SUBMISSION;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("lmtp")))
        options->service = SMTPSPEC_SERVICE_LMTP;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("tls-only")))
        options->tls = SMTPSPEC_SERVER_TLS_IMPLICIT;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("no-tls")))
        options->tls = SMTPSPEC_SERVER_TLS_NO;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("away")))
        options->turned_away = true;
    else if (smtpspec_span_equal(word, SMTPSPEC_SPAN("expire")))
        *expire = true;
    else
        options->quirks[smtpspec_quirk_of(word)] = true;
}

/* The authors of the older tables did not foresee what some quirks do. */
static void settle(struct smtpspec_server_options *options)
{
    options->quirks[SMTPSPEC_QUIRK_NONE] = false;
    if (options->profile == SMTPSPEC_PROFILE_UNSET)
        options->profile = SMTPSPEC_PROFILE_MODERN;
    for (unsigned i = 0; i < SMTPSPEC_QUIRK_COUNT &&
                         options->profile != SMTPSPEC_PROFILE_MODERN; i++)
        options->quirks[i] = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct smtpspec_judge judge;
    struct smtpspec_server_options options = { .number = 7 };
    struct smtpspec_span octets = { (const char *)data, size }, words;
    struct talk turns, parts, groups;
    bool expire = false;

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    words = harness_whole_line(&octets);
    while (words.length > 0)
        take_word(&options, &expire, harness_word(&words));
    settle(&options);

    begin(&turns, &judge, &options);
    talk_in_turns(&turns, octets);
    end(&turns, expire);
    begin(&parts, NULL, &options);
    talk_in_parts(&parts, octets);
    end(&parts, expire);
    MUST(parts.octets == turns.octets && parts.digest == turns.digest);
    MUST(parts.last == turns.last && parts.handshakes == turns.handshakes);
    begin(&groups, &judge, &options);
    talk_in_groups(&groups, octets);
    end(&groups, expire);
    if (turns.handshakes == 0)
        MUST(groups.octets == turns.octets && groups.digest == turns.digest);
    MUST(groups.octets_in_clear == turns.octets_in_clear &&
         groups.digest_in_clear == turns.digest_in_clear);
    return 0;
}
