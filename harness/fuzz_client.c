/* SPDX-License-Identifier: MIT */
/*
 * fuzz_client.c - the compiled-in cases, played against a peer that may do
 * anything
 *
 * targets:  smtpspec_play_* (all of case but its readers), the judge below
 * input:    line 1 = words: ids of up to three cases, one played after the
 *           other on one connection, where that fits (any other word chooses
 *           one by its digest); a profile, a service (submission, lmtp), user,
 *           login, no-tls, require-tls, tls-only, no-ehlo. The rest = what the
 *           peer does, a line each time that the player waits: S or s octets
 *           with and without CRLF, ^n ^r ^0 ^^ stand for LF CR NUL ^; t says
 *           nothing, x closes, e has no end, h does a handshake. Past the last
 *           line it is silent, then closes.
 * holds:    the player comes to an end in bounded steps and stays there; no
 *           more than twelve commands lead to where a case begins; it
 *           may be asked twice; it sends nothing while a reply is due, but in
 *           cases that listen; what it sends fits its room; no cut of what
 *           the peer sends changes an octet of what it sends or says; what is
 *           wrong in the set-up is not held against the case; outcome,
 *           worst verdict and reason agree, no verdict is above its level, what
 *           shows it lies in what was fed; a secret that was sent is one that
 *           smtpspec_play_secrets() names, and none is in the result
 * slow because whole cases are played, set-up and all, and twice, since cuts
 *           are to make no difference
 * seeds:    corpus/seeds/client    words: corpus/dictionaries/client.dict
 */
#include "cutting.h"
#include "case/embedded.h"
#include "case/play.h"

#define SIZE_LIMIT   (1 << 13)
#define CASES_KEPT   1024
#define SWEEP_KEPT   4096
#define PLAYED_LIMIT 3
/* Commands that lead to where a case begins: EHLO, STARTTLS, EHLO, RSET, AUTH
 * and two answers, MAIL, RCPT, DATA, and two more. */
#define LEAD_LIMIT   12
#define PASSWORD     "hush-hush"

/* All cases; filled before main() and never written again. */
static struct smtpspec_case *written[CASES_KEPT];
static char sweep[SWEEP_KEPT][SMTPSPEC_CASE_ID_KEPT + 1];
static size_t written_count, sweep_count;

static void read_all(void)
{
    struct smtpspec_embedded_walk walk = { 0 };
    struct smtpspec_case *one = malloc(sizeof(*one));

    MUST(one != NULL);
    while (smtpspec_embedded_next(&walk, one)) {
        MUST(written_count < CASES_KEPT);
        written[written_count++] = one;
        one = malloc(sizeof(*one));
        MUST(one != NULL);
    }
    MUST(walk.error.text[0] == '\0');
    free(one);
}

__attribute__((constructor)) static void prepare(void)
{
    static struct smtpspec_case one;
    char room[SMTPSPEC_CASE_SWEEP_ROOM];

    read_all();
    for (; smtpspec_case_sweep(sweep_count, &one, room, sizeof(room));
         sweep_count++) {
        MUST(sweep_count < SWEEP_KEPT &&
             one.id.length <= SMTPSPEC_CASE_ID_KEPT);
        memcpy(sweep[sweep_count], one.id.at, one.id.length);
    }
}

/* What line 1 asks for. */
struct wanted {
    struct smtpspec_terms terms;
    struct smtpspec_case_vars vars;
    struct smtpspec_span ids[PLAYED_LIMIT];
    unsigned count;
};

/* A dialogue, and what came of it. */
struct dialogue {
    struct smtpspec_judge judge;
    struct smtpspec_play play;
    struct smtpspec_span script;    /* lines that are left                   */
    bool cut;                       /* feed piece by piece                   */
    bool closed;                    /* one of the two did so                 */
    unsigned silences;
    uint64_t fed;                   /* octets of the peer in this play       */
    uint64_t sent;                  /* digest of what the player sent        */
    uint64_t said;                  /* and of what it said                   */
};

static void mix(struct dialogue *dialogue, uint64_t number)
{
    dialogue->said = harness_digest(dialogue->said, number);
}

static void mix_text(struct dialogue *dialogue, const char *text)
{
    mix(dialogue, text != NULL);
    if (text != NULL)
        dialogue->said = harness_digest_span(dialogue->said,
                                             smtpspec_span_of(text));
}

/* --- Secrets -------------------------------------------------------------- */

/* No digest, but something that can be told from all else. */
static size_t digest(void *context, struct smtpspec_span challenge,
                     struct smtpspec_span user, struct smtpspec_span password,
                     char *out, size_t cap)
{
    static const char text[] = "zq-digest-zq";

    (void)context;
    (void)user;
    (void)password;
    if (cap < sizeof(text) - 1 || challenge.length == 0)
        return 0;
    memcpy(out, text, sizeof(text) - 1);
    return sizeof(text) - 1;
}

HARNESS_UNSEEN static bool contains(struct smtpspec_span text,
                                    const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= text.length; i++)
        if (text.at[i] == word[0] && memcmp(text.at + i, word, length) == 0)
            return true;
    return false;
}

/* Whether the player knows of this word as of a secret. */
static bool is_secret(const struct smtpspec_play *play, const char *word)
{
    struct smtpspec_span secrets[SMTPSPEC_PLAY_SECRETS_LIMIT];
    size_t count = smtpspec_play_secrets(play, secrets,
                                         SMTPSPEC_PLAY_SECRETS_LIMIT);

    for (size_t i = 0; i < count; i++) {
        MUST(secrets[i].length > 0);
        if (contains(secrets[i], word))
            return true;
    }
    return false;
}

/* The password, NUL user NUL password, and "user zq-digest-zq" in base64. */
static const char *const forms[] = { PASSWORD, "aHVzaC1odXNo",
                                     "AHVzZXIAaHVzaC1odXNo",
                                     "dXNlciB6cS1kaWdlc3QtenE=" };

static void check_sent(const struct smtpspec_play *play,
                       struct smtpspec_span octets)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(forms); i++)
        MUST(!contains(octets, forms[i]) || is_secret(play, forms[i]));
}

static void check_told(const char *text)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(forms) && text != NULL; i++)
        MUST(!contains(smtpspec_span_of(text), forms[i]));
}

/* --- The result ----------------------------------------------------------- */

static void check_verdict(struct dialogue *dialogue,
                          const struct smtpspec_play_result *result,
                          const struct smtpspec_play_verdict *kept)
{
    const struct smtpspec_verdict *verdict = &kept->verdict;

    MUST(verdict->outcome == SMTPSPEC_OUTCOME_PASS ||
         verdict->outcome >= SMTPSPEC_OUTCOME_WARN);
    MUST(verdict->level > SMTPSPEC_LEVEL_UNSET &&
         verdict->level < SMTPSPEC_LEVEL_COUNT);
    MUST(verdict->outcome <= smtpspec_outcome_of_level(
                                 (enum smtpspec_level)verdict->level));
    MUST(kept->aside || verdict->outcome <= result->outcome);
    MUST(kept->at + kept->octets <= dialogue->fed);
    MUST(verdict->reference[0] != '\0' && verdict->text[0] != '\0');
    mix(dialogue, verdict->outcome);
    mix(dialogue, verdict->layer);
    mix(dialogue, verdict->manner);
    mix(dialogue, verdict->defect);
    mix(dialogue, verdict->exchange);
    mix(dialogue, kept->at);
    mix(dialogue, kept->octets);
    mix(dialogue, kept->aside);
}

/* What ended the case, and the worst of its own verdicts. */
static void check_worst(const struct smtpspec_play_result *result)
{
    const struct smtpspec_play_verdict *worst;
    bool found = result->outcome >= SMTPSPEC_OUTCOME_WARN;

    MUST(result->worst < (int)result->verdict_count);
    if (result->worst < 0) {
        MUST(!found && result->layer == SMTPSPEC_LAYER_NONE);
        MUST(result->outcome == SMTPSPEC_OUTCOME_PASS ||
             result->reason != NULL);
        return;
    }
    worst = &result->verdicts[result->worst];
    MUST(!worst->aside && worst->verdict.layer == (unsigned)result->layer);
    MUST(found == (worst->verdict.outcome >= SMTPSPEC_OUTCOME_WARN));
    MUST(!found || worst->verdict.outcome == (unsigned)result->outcome);
    for (unsigned i = 0; i < result->verdict_count; i++)
        MUST(result->verdicts[i].aside ||
             result->verdicts[i].verdict.outcome <= worst->verdict.outcome);
}

static void check_result(struct dialogue *dialogue)
{
    const struct smtpspec_play_result *result =
        smtpspec_play_result(&dialogue->play);

    MUST(result->outcome < SMTPSPEC_OUTCOME_COUNT);
    MUST(result->verdict_count <= SMTPSPEC_PLAY_VERDICTS_KEPT &&
         result->verdict_count <= result->verdict_total);
    MUST(result->at + result->octets <= dialogue->fed);
    MUST(!result->no_reply || dialogue->silences > 0);
    for (unsigned i = 0; i < result->verdict_count; i++)
        check_verdict(dialogue, result, &result->verdicts[i]);
    check_worst(result);
    check_told(result->reason);
    check_told(result->expected_words);
    mix(dialogue, result->outcome);
    mix(dialogue, result->verdict_total);
    mix(dialogue, (uint64_t)result->worst);
    mix(dialogue, result->state);
    mix(dialogue, result->command);
    mix(dialogue, result->code);
    mix(dialogue, result->at);
    mix(dialogue, result->octets);
    mix(dialogue, result->reply_421 + 2u * result->no_reply);
    mix_text(dialogue, result->reason);
    mix_text(dialogue, result->expected_words);
}

/* --- The peer ------------------------------------------------------------- */

HARNESS_UNSEEN static void feed(struct dialogue *dialogue,
                                struct smtpspec_span octets)
{
    uint64_t random = harness_seed(octets);

    dialogue->fed += octets.length;
    if (!dialogue->cut)
        smtpspec_play_server(&dialogue->play, octets);
    while (dialogue->cut && octets.length > 0)
        smtpspec_play_server(&dialogue->play,
                             harness_piece(&octets, 5, &random));
}

static void be_silent(struct dialogue *dialogue)
{
    dialogue->silences++;
    smtpspec_play_silence(&dialogue->play);
}

static void close_it(struct dialogue *dialogue)
{
    dialogue->closed = true;
    smtpspec_play_closed(&dialogue->play);
}

/* Do what the next line says while the player waits. */
static void do_line(struct dialogue *dialogue, enum smtpspec_play_want want)
{
    static char room[SIZE_LIMIT + 2];
    struct smtpspec_span line = harness_whole_line(&dialogue->script);
    char first = line.length > 0 ? line.at[0] : 't';

    if (line.length == 0 && dialogue->silences > 0)
        first = 'x';
    if (want == SMTPSPEC_PLAY_TLS && (first == 'S' || first == 's'))
        smtpspec_play_tls(&dialogue->play, first == 'S');
    else if (first == 'S' || first == 's')
        feed(dialogue, (struct smtpspec_span){
                           room, harness_resolve(line, first == 'S', room) });
    else if (first == 'h')
        smtpspec_play_tls(&dialogue->play, true);
    else if (first == 'x')
        close_it(dialogue);
    else if (first == 'e')
        smtpspec_play_endless(&dialogue->play);
    else
        be_silent(dialogue);
}

/* --- Playing -------------------------------------------------------------- */

/* A step in which nothing may come: the case then goes on though something is
 * due. */
static bool listens(const struct smtpspec_case *of)
{
    unsigned silent = 0;

    for (unsigned i = 0; i < of->step_count; i++)
        silent += of->steps[i].kind == SMTPSPEC_STEP_SILENT;
    return silent > 0;
}

/* Asked again with nothing done in between it wants the same. */
static enum smtpspec_play_want ask(struct dialogue *dialogue,
                                   struct smtpspec_span *octets)
{
    enum smtpspec_play_want want =
        smtpspec_play_next(&dialogue->play, octets);
    struct smtpspec_span none;

    if (want == SMTPSPEC_PLAY_READ || want == SMTPSPEC_PLAY_LISTEN ||
        want == SMTPSPEC_PLAY_TLS || want == SMTPSPEC_PLAY_DONE)
        MUST(smtpspec_play_next(&dialogue->play, &none) == want &&
             none.length == 0 && octets->length == 0);
    return want;
}

/* Whether the connection is still there for another case. */
static bool play_one(struct dialogue *dialogue, const struct wanted *wanted,
                     const struct smtpspec_case *of)
{
    static char room[SMTPSPEC_CASE_TEXT_KEPT];
    size_t turns = 4 * ((size_t)of->step_count + dialogue->script.length) + 64;
    enum smtpspec_play_want want;
    struct smtpspec_span octets;
    bool hung_up = false, sent = false;
    unsigned due = 0, leading = 0;

    dialogue->fed = 0;
    smtpspec_play_init(&dialogue->play, of, &wanted->vars, &dialogue->judge,
                       room, sizeof(room));
    while (want = ask(dialogue, &octets), want != SMTPSPEC_PLAY_DONE) {
        MUST(turns-- > 0);
        mix(dialogue, want);
        if (want == SMTPSPEC_PLAY_SEND) {
            MUST(octets.at == room && octets.length <= sizeof(room));
            MUST(due == 0 || !sent || listens(of));
            sent = true;
            leading += !dialogue->play.begun;
            MUST(leading <= LEAD_LIMIT);
            check_sent(&dialogue->play, octets);
            dialogue->sent = harness_digest_span(dialogue->sent, octets);
        } else if (want == SMTPSPEC_PLAY_HANG_UP) {
            hung_up = true;
        } else if (want != SMTPSPEC_PLAY_TLS_END) {
            MUST(!hung_up && !dialogue->closed);
            do_line(dialogue, want);
        }
        due = smtpspec_judge_due(&dialogue->judge);
        MUST(dialogue->play.begun ||
             smtpspec_play_result(&dialogue->play)->worst < 0);
    }
    check_result(dialogue);
    smtpspec_play_end(&dialogue->play);
    return !hung_up && !dialogue->closed;
}

HARNESS_UNSEEN static const struct smtpspec_case *
find_case(struct smtpspec_span id)
{
    static struct smtpspec_case one;
    static char room[SMTPSPEC_CASE_SWEEP_ROOM];
    uint64_t which = harness_digest_span(HARNESS_DIGEST, id) % 1000003 %
                     (written_count + sweep_count);

    for (size_t i = 0; i < written_count; i++)
        if (written[i]->id.length == id.length &&
            memcmp(written[i]->id.at, id.at, id.length) == 0)
            return written[i];
    for (size_t i = 0; i < sweep_count; i++)
        if (id.length <= SMTPSPEC_CASE_ID_KEPT && id.length > 0 &&
            memcmp(sweep[i], id.at, id.length) == 0 &&
            sweep[i][id.length] == '\0')
            which = written_count + i;
    if (which < written_count)
        return written[which];
    MUST(smtpspec_case_sweep((size_t)which - written_count, &one, room,
                             sizeof(room)));
    return &one;
}

static void play_all(struct dialogue *dialogue, const struct wanted *wanted,
                     struct smtpspec_span script, bool cut)
{
    bool open = true;

    smtpspec_judge_init(&dialogue->judge, &wanted->terms, NULL);
    /* The rest of it is large, and begins anew with each play. */
    dialogue->sent = dialogue->said = HARNESS_DIGEST;
    dialogue->script = script;
    dialogue->cut = cut;
    dialogue->closed = false;
    dialogue->silences = 0;
    for (unsigned i = 0; i < wanted->count && open; i++) {
        const struct smtpspec_case *of = find_case(wanted->ids[i]);

        if (i == 0 ||
            smtpspec_play_fits(&dialogue->judge, of, &wanted->vars))
            open = play_one(dialogue, wanted, of);
    }
}

static void take_word(struct wanted *wanted, struct smtpspec_span word)
{
    enum smtpspec_profile profile = smtpspec_profile_of(word);
    struct smtpspec_case_vars *vars = &wanted->vars;

#define IS(text) smtpspec_span_equal(word, SMTPSPEC_SPAN(text))
    if (profile != SMTPSPEC_PROFILE_UNSET)
        wanted->terms.profile = profile;
    else if (IS("submission"))
        wanted->terms.service = SMTPSPEC_SERVICE_SUBMISSION;
    else if (IS("lmtp"))
        wanted->terms.service = SMTPSPEC_SERVICE_LMTP;
    else if (IS("user") || IS("login"))
        vars->user = SMTPSPEC_SPAN("user");
    else if (IS("no-tls"))
        vars->starttls = SMTPSPEC_STARTTLS_NO;
    else if (IS("require-tls"))
        vars->starttls = SMTPSPEC_STARTTLS_REQUIRE;
    else if (IS("tls-only"))
        vars->implicit_tls = true;
    else if (IS("no-ehlo"))
        vars->no_ehlo = true;
    else if (wanted->count < PLAYED_LIMIT)
        wanted->ids[wanted->count++] = word;
    vars->login = vars->login || IS("login");
#undef IS
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dialogue whole, pieces;
    struct smtpspec_span octets = { (const char *)data, size }, words;
    struct wanted wanted = {
        .terms = { .profile = SMTPSPEC_PROFILE_MODERN },
        .vars = { .domain = SMTPSPEC_SPAN("probe.example"),
                  .from = SMTPSPEC_SPAN("a@probe.example"),
                  .rcpt = SMTPSPEC_SPAN("postmaster"),
                  .nobody = SMTPSPEC_SPAN("nobody"),
                  .cram = digest } };

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    words = harness_whole_line(&octets);
    while (words.length > 0)
        take_word(&wanted, harness_word(&words));
    if (wanted.vars.user.length > 0)
        wanted.vars.password = SMTPSPEC_SPAN(PASSWORD);
    wanted.terms.tls = wanted.vars.implicit_tls;
    play_all(&whole, &wanted, octets, false);
    play_all(&pieces, &wanted, octets, true);
    MUST(whole.sent == pieces.sent && whole.said == pieces.said);
    return 0;
}
