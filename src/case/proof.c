/* SPDX-License-Identifier: MIT */
/*
 * proof.c - replay the proofs of a case: does it pass what it must pass, and
 * catch what it must catch?
 *
 * Floor 3, case. The same player and judge as on the network, with the lines
 * of the proof as the server. The set-up is answered by an honest one.
 */
#include <string.h>

#include "case/playing.h"

/* Turns of one proof; a case of the most steps takes fewer. */
#define TURNS_LIMIT 4096

/* Where the reading of a proof stands. */
struct replay {
    struct smtpspec_play *play;
    const struct smtpspec_proof *proof;
    uint64_t offered;
    unsigned next;            /* line of the proof                           */
    char *room;
    size_t room_size;
    const struct smtpspec_play_hearer *hearer; /* or NULL                     */
};

/* No digest: nobody here checks it. */
static size_t digest(void *context, struct smtpspec_span challenge,
                     struct smtpspec_span user, struct smtpspec_span password,
                     char *out, size_t cap)
{
    (void)context;
    (void)challenge;
    (void)user;
    (void)password;
    memset(out, '0', cap < 32 ? cap : 32);
    return cap < 32 ? cap : 32;
}

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 },
    .from = { "alice@probe.example", 19 },
    .rcpt = { "postmaster@proof.example", 24 },
    .nobody = { "nobody@proof.example", 20 },
    .user = { "user", 4 },
    .password = { "password", 8 },
    .cram = digest,
};

static void hear(const struct replay *replay, char what,
                 struct smtpspec_span octets)
{
    if (replay->hearer != NULL)
        replay->hearer->hear(replay->hearer->context, what, octets);
}

static void say(struct replay *replay, size_t length)
{
    struct smtpspec_span octets = { replay->room, length };

    hear(replay, 'S', octets);
    smtpspec_play_server(replay->play, octets);
}

static void be_silent(struct replay *replay)
{
    hear(replay, 't', (struct smtpspec_span){ 0 });
    smtpspec_play_silence(replay->play);
}

static void put(struct replay *replay, size_t *length, const char *text)
{
    while (*text != '\0' && *length < replay->room_size)
        replay->room[(*length)++] = *text++;
}

/* STARTTLS is there until it was used (RFC 3207, 4.2). */
static uint64_t offer_now(const struct replay *replay)
{
    uint64_t starttls = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS);
    unsigned given = replay->play->of->given;

    if (smtpspec_judge_session(replay->play->judge)->tls)
        return replay->offered & ~starttls;
    return given == SMTPSPEC_GIVEN_HANDSHAKE || given == SMTPSPEC_GIVEN_TLS
               ? replay->offered | starttls : replay->offered;
}

/* A reply to EHLO that offers what it shall. */
static void put_offer(struct replay *replay, size_t *length)
{
    uint64_t left = offer_now(replay);

    put(replay, length, left == 0 ? "250 " : "250-");
    put(replay, length, "proof.example\r\n");
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT && left != 0; i++) {
        if ((left >> i & 1) == 0)
            continue;
        left &= ~SMTPSPEC_BIT64(i);
        put(replay, length, left == 0 ? "250 " : "250-");
        put(replay, length,
            smtpspec_extension_name((enum smtpspec_extension)i));
        put(replay, length, i == SMTPSPEC_EXTENSION_SIZE ? " 10485760"
                            : i == SMTPSPEC_EXTENSION_AUTH
                                ? " PLAIN LOGIN CRAM-MD5" : "");
        put(replay, length, "\r\n");
    }
}

static void answer_setup(struct replay *replay, enum smtpspec_play_want want)
{
    size_t length = 0;

    if (want == SMTPSPEC_PLAY_TLS) {
        hear(replay, 'T', (struct smtpspec_span){ 0 });
        smtpspec_play_tls(replay->play, true);
        return;
    }
    switch (replay->play->setup_command) {
    case SMTPSPEC_COMMAND_UNSET:
        put(replay, &length, "220 proof.example ESMTP\r\n");
        break;
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
        put_offer(replay, &length);
        break;
    case SMTPSPEC_COMMAND_HELO:
        put(replay, &length, "250 proof.example\r\n");
        break;
    case SMTPSPEC_COMMAND_DATA:
        put(replay, &length, "354 go on\r\n");
        break;
    case SMTPSPEC_COMMAND_STARTTLS:
        put(replay, &length, "220 2.0.0 go on\r\n");
        break;
    case SMTPSPEC_COMMAND_AUTH:
        put(replay, &length, "235 2.7.0 welcome\r\n");
        break;
    default:
        put(replay, &length, "250 2.0.0 fine\r\n");
        break;
    }
    say(replay, length);
}

/* Do what the next line of the proof says; false where none is left. */
static bool take_line(struct replay *replay)
{
    const struct smtpspec_step *step =
        &replay->play->of->proof_steps[replay->proof->first + replay->next];
    size_t length;

    if (replay->next == replay->proof->count)
        return false;
    replay->next++;
    switch (step->kind) {
    case SMTPSPEC_STEP_SILENT:
        be_silent(replay);
        return true;
    case SMTPSPEC_STEP_CLOSED:
        hear(replay, 'x', (struct smtpspec_span){ 0 });
        smtpspec_play_closed(replay->play);
        return true;
    case SMTPSPEC_STEP_TLS:
    case SMTPSPEC_STEP_TLS_FAILS:
        hear(replay, 'T', (struct smtpspec_span){ 0 });
        smtpspec_play_tls(replay->play, step->kind == SMTPSPEC_STEP_TLS);
        return true;
    default:
        break;
    }
    length = smtpspec_case_expand(step->text, &vars, replay->room,
                                  replay->room_size);
    if (length > replay->room_size)
        length = 0;
    if (step->kind == SMTPSPEC_STEP_SERVER)
        put(replay, &length, "\r\n");
    say(replay, length);
    return true;
}

/* The kind of target that the case is for; where there are several, any. */
static enum smtpspec_service service_of(const struct smtpspec_case *of,
                                        enum smtpspec_service otherwise)
{
    if (of->services == 0 || (of->services >> otherwise & 1) != 0)
        return otherwise;
    if ((of->services >> SMTPSPEC_SERVICE_LMTP & 1) != 0)
        return SMTPSPEC_SERVICE_LMTP;
    return (of->services >> SMTPSPEC_SERVICE_SUBMISSION & 1) != 0
               ? SMTPSPEC_SERVICE_SUBMISSION
               : SMTPSPEC_SERVICE_SMTP;
}

enum smtpspec_outcome
smtpspec_play_proof(struct smtpspec_play *play, struct smtpspec_judge *judge,
                    const struct smtpspec_case *of, unsigned proof,
                    const struct smtpspec_terms *terms, char *room,
                    size_t room_size, bool *used_all)
{
    return smtpspec_play_proof_aloud(play, judge, of, proof, terms, room,
                                     room_size, used_all, NULL);
}

enum smtpspec_outcome
smtpspec_play_proof_aloud(struct smtpspec_play *play,
                          struct smtpspec_judge *judge,
                          const struct smtpspec_case *of, unsigned proof,
                          const struct smtpspec_terms *terms, char *room,
                          size_t room_size, bool *used_all,
                          const struct smtpspec_play_hearer *hearer)
{
    struct smtpspec_terms fresh = *terms;
    struct replay replay = { .play = play, .proof = &of->proofs[proof],
                             .offered = of->needs | terms->offered,
                             .room = room, .room_size = room_size,
                             .hearer = hearer };
    enum smtpspec_play_want want = SMTPSPEC_PLAY_SEND;
    struct smtpspec_span octets;

    fresh.offered = 0;
    fresh.service = service_of(of, terms->service);
    smtpspec_judge_init(judge, &fresh, NULL);
    smtpspec_play_init(play, of, &vars, judge, room, room_size);
    for (unsigned turn = 0; turn < TURNS_LIMIT; turn++) {
        want = smtpspec_play_next(play, &octets);
        if (want == SMTPSPEC_PLAY_DONE)
            break;
        if (want == SMTPSPEC_PLAY_SEND)
            hear(&replay, 'C', octets);
        if (want != SMTPSPEC_PLAY_READ && want != SMTPSPEC_PLAY_LISTEN &&
            want != SMTPSPEC_PLAY_TLS)
            continue;
        if (!play->begun && !play->stopped)
            answer_setup(&replay, want);
        else if (!take_line(&replay))
            be_silent(&replay);
    }
    *used_all = replay.next == replay.proof->count &&
                want == SMTPSPEC_PLAY_DONE;
    while (take_line(&replay))
        continue;
    smtpspec_play_end(play);
    return smtpspec_play_result(play)->outcome;
}

/* Whether the case itself had something to say. */
static bool has_own_verdict(const struct smtpspec_play_result *result)
{
    for (unsigned i = 0; i < result->verdict_count; i++) {
        if (result->verdicts[i].verdict.layer == SMTPSPEC_LAYER_CASE)
            return true;
    }
    return false;
}

static bool has_aside(const struct smtpspec_play_result *result)
{
    for (unsigned i = 0; i < result->verdict_count; i++)
        if (result->verdicts[i].aside)
            return true;
    return false;
}

bool smtpspec_play_proof_holds(const struct smtpspec_play *play,
                               unsigned proof, bool used_all)
{
    const struct smtpspec_play_result *result = smtpspec_play_result(play);

    if (play->of->proofs[proof].passes)
        return used_all && result->outcome == SMTPSPEC_OUTCOME_PASS &&
               !has_own_verdict(result) && !has_aside(result);
    switch (play->of->level) {
    case SMTPSPEC_LEVEL_MUST:
        return result->outcome == SMTPSPEC_OUTCOME_FAIL;
    case SMTPSPEC_LEVEL_SHOULD:
        return result->outcome >= SMTPSPEC_OUTCOME_WARN;
    default:
        return has_own_verdict(result);
    }
}
