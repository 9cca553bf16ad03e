/* SPDX-License-Identifier: MIT */
/*
 * fuzz_case.c - case files: read, and what was read is played
 *
 * targets:  smtpspec_case_read, _expand, _expand_fault, _names, _matches;
 *           smtpspec_play_is_for, _proof and with it the player
 * input:    a case file
 * holds:    what is wrong is said with a line of the file, and ends it; all
 *           that a case points to lies in the file; a case has what it must
 *           have and stays within its bounds; a file behind itself gives each
 *           case twice; LF and CRLF are read alike; every text of an accepted
 *           case expands within the room, and each proof is replayed to its
 *           end, twice to the same result; it is for the services that it
 *           names
 * seeds:    corpus/seeds/case    words: corpus/dictionaries/case.dict
 * slow because each case is replayed twice for each proof, set-up and all
 */
#include "cutting.h"

#include "case/case.h"
#include "case/play.h"

#define SIZE_LIMIT (1 << 12)
#define CASES_KEPT 64

/* A file that was read. */
struct tally {
    uint64_t digest[CASES_KEPT]; /* of each case                             */
    unsigned count;
    enum smtpspec_error error;
    struct smtpspec_case_error fault;
};

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 }, .from = { "a@probe.example", 15 },
    .rcpt = { "postmaster", 10 }, .nobody = { "nobody", 6 }
};

/* --- One case ------------------------------------------------------------- */

static void mix(uint64_t *digest, uint64_t number)
{
    *digest = harness_digest(*digest, number);
}

static void mix_text(uint64_t *digest, struct smtpspec_span text,
                     struct smtpspec_span file)
{
    MUST(harness_is_inside(text, file));
    MUST(harness_count(text, '\n') == 0);
    mix(digest, text.length);
    *digest = harness_digest_span(*digest, text);
}

static void check_step(uint64_t *digest, const struct smtpspec_step *step,
                       struct smtpspec_span file, bool of_proof)
{
    bool server = step->kind == SMTPSPEC_STEP_SERVER ||
                  step->kind == SMTPSPEC_STEP_SERVER_RAW ||
                  step->kind == SMTPSPEC_STEP_TLS_FAILS;

    MUST(step->kind <= SMTPSPEC_STEP_TLS_FAILS);
    MUST(of_proof || !server);
    MUST(step->line >= 1);
    MUST(step->codes.count <= SMTPSPEC_ARRAY_LEN(step->codes.code));
    MUST(smtpspec_case_expand_fault(step->text) == step->text.length ||
         step->kind == SMTPSPEC_STEP_OFFERS);
    mix_text(digest, step->text, file);
    mix(digest, step->kind);
    mix(digest, step->any + 2u * step->denied + 4u * step->leads);
    mix(digest, step->keywords);
    mix(digest, step->mechanisms);
    for (unsigned i = 0; i < step->codes.count; i++)
        mix(digest, step->codes.code[i] * 256u + step->codes.whole_class);
}

static void check_proofs(uint64_t *digest, const struct smtpspec_case *one)
{
    unsigned passing = 0, next = 0;

    MUST(one->proof_count >= 2 &&
         one->proof_count <= SMTPSPEC_CASE_PROOFS_KEPT);
    for (unsigned i = 0; i < one->proof_count; i++) {
        const struct smtpspec_proof *proof = &one->proofs[i];

        MUST(proof->first == next && proof->count > 0);
        next += proof->count;
        passing += proof->passes;
        mix(digest, proof->passes);
        mix(digest, proof->count);
    }
    MUST(next == one->proof_step_count);
    MUST(passing > 0 && passing < one->proof_count);
}

static uint64_t check_case(const struct smtpspec_case *one,
                           struct smtpspec_span file)
{
    uint64_t digest = HARNESS_DIGEST;

    MUST(one->id.length <= SMTPSPEC_CASE_ID_KEPT && one->id.length > 0);
    MUST(one->title.length <= SMTPSPEC_CASE_TITLE_KEPT);
    MUST(one->reference.length <= SMTPSPEC_CASE_REFERENCE_KEPT);
    MUST(smtpspec_case_matches(one->id, one->id));
    MUST(smtpspec_case_matches(one->id, SMTPSPEC_SPAN("*")));
    MUST(one->level > SMTPSPEC_LEVEL_UNSET &&
         one->level < SMTPSPEC_LEVEL_COUNT);
    MUST(one->given < SMTPSPEC_GIVEN_COUNT);
    MUST(one->step_count > 0 && one->step_count <= SMTPSPEC_CASE_STEPS_KEPT);
    MUST(one->proof_step_count <= SMTPSPEC_CASE_PROOF_STEPS_KEPT);
    MUST((one->flags & SMTPSPEC_CASE_SWEEP) == 0);
    mix_text(&digest, one->id, file);
    mix_text(&digest, one->title, file);
    mix_text(&digest, one->reference, file);
    mix_text(&digest, one->about, file);
    mix(&digest, one->level * 16u + one->given);
    mix(&digest, one->flags);
    mix(&digest, one->needs);
    mix(&digest, one->unless);
    mix(&digest, one->mechanisms * 256u + one->services);
    for (unsigned i = 0; i < one->step_count; i++)
        check_step(&digest, &one->steps[i], file, false);
    for (unsigned i = 0; i < one->proof_step_count; i++)
        check_step(&digest, &one->proof_steps[i], file, true);
    check_proofs(&digest, one);
    return digest;
}

/* --- Playing it ----------------------------------------------------------- */

static char room[SMTPSPEC_CASE_TEXT_KEPT];

/* What a text expands to is as long as it is said to be, wherever it is cut. */
static void check_expansion(const struct smtpspec_step *step)
{
    size_t length = smtpspec_case_expand(step->text, &vars, room,
                                         sizeof(room));

    MUST(length <= sizeof(room));
    if (length > 0) {
        char last = room[length - 1];

        room[length - 1] = '#';
        MUST(smtpspec_case_expand(step->text, &vars, room, length - 1) ==
             length);
        MUST(room[length - 1] == '#');
        room[length - 1] = last;
    }
}

static uint64_t play_proof(const struct smtpspec_case *one, unsigned proof)
{
    static struct smtpspec_judge judge;
    static struct smtpspec_play play;
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    uint64_t digest = HARNESS_DIGEST;
    enum smtpspec_outcome outcome;
    bool used_all;

    outcome = smtpspec_play_proof(&play, &judge, one, proof, &terms, room,
                                  sizeof(room), &used_all);
    MUST(outcome < SMTPSPEC_OUTCOME_COUNT);
    MUST(play.ended_as != SMTPSPEC_OUTCOME_ERROR); /* all had room */
    MUST(outcome == smtpspec_play_result(&play)->outcome);
    if (smtpspec_play_proof_holds(&play, proof, used_all) &&
        one->proofs[proof].passes)
        MUST(outcome == SMTPSPEC_OUTCOME_PASS && used_all);
    mix(&digest, outcome);
    mix(&digest, used_all);
    mix(&digest, smtpspec_play_result(&play)->verdict_total);
    mix(&digest, play.server_octets);
    mix(&digest, smtpspec_play_result(&play)->code);
    return digest;
}

/* A case is for the services that it names, or else for all, but that LMTP
 * has no HELO and EHLO (RFC 2033, 4.1). */
static void check_services(const struct smtpspec_case *one)
{
    bool greets = one->given == SMTPSPEC_GIVEN_HELO;

    for (unsigned i = 0; i < one->step_count; i++)
        greets |= one->steps[i].kind == SMTPSPEC_STEP_CLIENT &&
                  (smtpspec_span_starts_nocase(one->steps[i].text,
                                               SMTPSPEC_SPAN("EHLO")) ||
                   smtpspec_span_starts_nocase(one->steps[i].text,
                                               SMTPSPEC_SPAN("HELO")));
    for (unsigned service = 0; service <= SMTPSPEC_SERVICE_LMTP; service++) {
        bool is_for = smtpspec_play_is_for(one,
                                           (enum smtpspec_service)service);

        if (one->services != 0)
            MUST(is_for == ((one->services >> service & 1) != 0));
        else if (service != SMTPSPEC_SERVICE_LMTP)
            MUST(is_for);
        else
            MUST(!is_for || !greets);
    }
}

static void play_case(const struct smtpspec_case *one)
{
    check_services(one);
    for (unsigned i = 0; i < one->step_count; i++)
        if (one->steps[i].kind == SMTPSPEC_STEP_CLIENT ||
            one->steps[i].kind == SMTPSPEC_STEP_RAW)
            check_expansion(&one->steps[i]);
    for (unsigned i = 0; i < one->proof_count; i++)
        MUST(play_proof(one, i) == play_proof(one, i));
}

/* --- A file --------------------------------------------------------------- */

static void read_file(struct tally *tally, struct smtpspec_span file,
                      bool play)
{
    static struct smtpspec_case one;
    struct smtpspec_case_reader reader;
    uint64_t lines = 1 + harness_count(file, '\n');

    tally->count = 0;
    smtpspec_case_reader_init(&reader, SMTPSPEC_SPAN("x.case"), file);
    while (tally->error = smtpspec_case_read(&reader, &one, &tally->fault),
           tally->error == SMTPSPEC_OK && one.id.length > 0 &&
               tally->count < CASES_KEPT) {
        tally->digest[tally->count++] = check_case(&one, file);
        MUST(one.line >= 1 && one.line <= lines);
        if (play)
            play_case(&one);
    }
    if (tally->error == SMTPSPEC_OK)
        return;
    MUST(tally->error == SMTPSPEC_ERROR_SYNTAX);
    MUST(tally->fault.line >= 1 && tally->fault.line <= lines);
    MUST(tally->fault.text[0] != '\0');
    MUST(memchr(tally->fault.text, '\0', sizeof(tally->fault.text)) != NULL);
}

/* Once behind itself each case is there twice; what stands in it says not
 * where. */
static void read_twice(const struct tally *once, struct smtpspec_span file)
{
    static char both[2 * SIZE_LIMIT + 1];
    static struct tally tally;
    size_t length = file.length;

    memcpy(both, file.at, length);
    both[length++] = '\n';
    memcpy(both + length, file.at, file.length);
    read_file(&tally, (struct smtpspec_span){ both, length + file.length },
              false);
    MUST(tally.error == SMTPSPEC_OK && tally.count == 2 * once->count);
    for (unsigned i = 0; i < tally.count; i++)
        MUST(tally.digest[i] == once->digest[i % once->count]);
}

/* With the line ends of another system. */
static void read_with_crlf(const struct tally *once, struct smtpspec_span file)
{
    static char text[2 * SIZE_LIMIT];
    static struct tally tally;
    size_t length = 0;

    for (size_t i = 0; i < file.length; i++) {
        if (file.at[i] == '\n' && (i == 0 || file.at[i - 1] != '\r'))
            text[length++] = '\r';
        text[length++] = file.at[i];
    }
    read_file(&tally, (struct smtpspec_span){ text, length }, false);
    MUST(tally.error == once->error && tally.count == once->count);
    MUST(tally.fault.line == once->fault.line &&
         strcmp(tally.fault.text, once->fault.text) == 0);
    for (unsigned i = 0; i < tally.count; i++)
        MUST(tally.digest[i] == once->digest[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tally tally;
    struct smtpspec_span file = { (const char *)data, size };

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    read_file(&tally, file, true);
    if (tally.error == SMTPSPEC_OK && tally.count > 0 &&
        tally.count <= CASES_KEPT / 2)
        read_twice(&tally, file);
    read_with_crlf(&tally, file);
    return 0;
}
