/* SPDX-License-Identifier: MIT */
/*
 * weigh.c - what the judge tells of a case, step by step, and what came of it
 *
 * Floor 3, case. The judge's verdicts are kept as they are; this adds what
 * the case demands beyond the rows, and tells a server that breaks a rule
 * from one that was not to be had (greylisting, throttling, 530).
 */
#include <string.h>

#include "case/playing.h"

/* --- What came of it ----------------------------------------------------- */

static void add_text(char *out, size_t cap, const char *text)
{
    size_t length = strlen(out);

    while (*text != '\0' && length + 1 < cap)
        out[length++] = *text++;
    out[length] = '\0';
}

void smtpspec_play_add_reason(struct smtpspec_play *play, const char *text)
{
    add_text(play->reason, sizeof play->reason, text);
}

bool smtpspec_play_end_as(struct smtpspec_play *play,
                          enum smtpspec_outcome outcome, const char *reason)
{
    play->stopped = true;
    if (play->ended_as >= outcome)
        return false;
    play->ended_as = (uint8_t)outcome;
    play->reason[0] = '\0';
    smtpspec_play_add_reason(play, reason);
    return true;
}

/* "set-up: RCPT was answered 450". */
static void end_as_answered(struct smtpspec_play *play,
                            enum smtpspec_outcome outcome, const char *where,
                            unsigned command, unsigned code)
{
    const char digits[4] = { (char)('0' + code / 100 % 10),
                             (char)('0' + code / 10 % 10),
                             (char)('0' + code % 10), '\0' };

    if (!smtpspec_play_end_as(play, outcome, where))
        return;
    smtpspec_play_add_reason(
        play, smtpspec_command_name((enum smtpspec_command)command));
    smtpspec_play_add_reason(play, " was answered ");
    smtpspec_play_add_reason(play, digits);
}

/* How much a reader would miss it: what is the case's own goes before all
 * that was seen aside, since it alone decides. */
static unsigned weight(const struct smtpspec_play_verdict *verdict)
{
    return verdict->verdict.outcome +
           (verdict->aside ? 0u : SMTPSPEC_OUTCOME_COUNT);
}

static void keep(struct smtpspec_play *play,
                 const struct smtpspec_play_verdict *verdict)
{
    struct smtpspec_play_result *result = &play->result;
    unsigned at = result->verdict_count;

    result->verdict_total++;
    if (at < SMTPSPEC_PLAY_VERDICTS_KEPT) {
        play->verdicts[at] = *verdict;
        result->verdict_count++;
        return;
    }
    /* Full: the least grave makes room for a graver one. */
    at = 0;
    for (unsigned i = 1; i < SMTPSPEC_PLAY_VERDICTS_KEPT; i++) {
        if (weight(&play->verdicts[i]) < weight(&play->verdicts[at]))
            at = i;
    }
    if (weight(verdict) > weight(&play->verdicts[at]))
        play->verdicts[at] = *verdict;
}

/* The first of the worst that are the case's own, or -1. */
static int find_worst(const struct smtpspec_play *play)
{
    int worst = -1;

    for (unsigned i = 0; i < play->result.verdict_count; i++) {
        if (!play->verdicts[i].aside &&
            (worst < 0 || play->verdicts[i].verdict.outcome >
                              play->verdicts[worst].verdict.outcome))
            worst = (int)i;
    }
    return worst;
}

bool smtpspec_play_is_faulted(const struct smtpspec_play *play)
{
    int worst = find_worst(play);

    return worst >= 0 &&
           play->verdicts[worst].verdict.outcome >= SMTPSPEC_OUTCOME_WARN;
}

static void settle_shown(struct smtpspec_play *play)
{
    struct smtpspec_play_result *result = &play->result;
    const struct smtpspec_exchange *shown =
        play->has_unmet ? &play->unmet : &play->last;

    result->state = shown->state;
    result->command = shown->command;
    result->code = shown->code;
    result->at = shown->at;
    result->octets = shown->octets;
    if (result->worst >= 0 && !play->has_unmet) {
        const struct smtpspec_play_verdict *worst =
            &play->verdicts[result->worst];

        result->expected = worst->verdict.expected;
        result->expected_denied = worst->verdict.expected_denied;
        result->state = worst->verdict.state;
        result->command = worst->verdict.command;
        result->code = worst->verdict.code;
        result->at = worst->at;
        result->octets = worst->octets;
    }
    if (result->octets == 0 && result->code != 0 &&
        play->server_octets > result->at)
        result->octets = play->server_octets - result->at;
}

/* Work the result out anew; after each event, so that it is always true. */
void smtpspec_play_settle(struct smtpspec_play *play)
{
    struct smtpspec_play_result *result = &play->result;

    result->verdicts = play->verdicts;
    result->worst = find_worst(play);
    result->outcome = (enum smtpspec_outcome)play->ended_as;
    result->layer = SMTPSPEC_LAYER_NONE;
    result->reason = play->ended_as != SMTPSPEC_OUTCOME_PASS ? play->reason
                                                             : NULL;
    if (result->worst >= 0) {
        const struct smtpspec_verdict *worst =
            &play->verdicts[result->worst].verdict;

        result->layer = (enum smtpspec_layer)worst->layer;
        if (worst->outcome > result->outcome)
            result->outcome = (enum smtpspec_outcome)worst->outcome;
    }
    settle_shown(play);
}

/* --- What the judge tells ------------------------------------------------ */

static uint64_t since_start(const struct smtpspec_play *play, uint64_t at)
{
    return at > play->server_before ? at - play->server_before : 0;
}

/* Whether a silent step under way lets this code pass, or, with code 0, that
 * the server closes. */
static bool tolerates(const struct smtpspec_play *play, unsigned code)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];

    if (!play->listening)
        return false;
    return code == 0 ? step->any && play->server_closed
                     : smtpspec_codes_have(&step->codes, code);
}

/* Whether the reply that comes now only leads to what is tested. */
static bool leads(const struct smtpspec_play *play)
{
    return !play->stopped && play->step < play->of->step_count &&
           play->of->steps[play->step].leads;
}

/* Whether the step that waits for this reply names its code, digit by digit:
 * the sentence of the case allows it then, whatever the command's table has.
 * A profile that narrows is its tables. */
static bool names(const struct smtpspec_play *play, unsigned code)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];

    if (!play->begun || play->stopped || play->step >= play->of->step_count ||
        step->kind != SMTPSPEC_STEP_REPLY || step->denied ||
        smtpspec_profile_narrows(play->judge->terms.profile))
        return false;
    for (unsigned i = 0; i < step->codes.count; i++) {
        if (step->codes.code[i] == code)
            return true;
    }
    return false;
}

static bool is_about(const struct smtpspec_case *of,
                     const struct smtpspec_verdict *verdict)
{
    struct smtpspec_span rest = of->about;
    char rule[64];

    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    while (rest.length > 0)
        if (smtpspec_case_matches(smtpspec_span_of(rule),
                                  smtpspec_case_word(&rest)))
            return true;
    return false;
}

/* What a server does wrong wherever it is asked: the form of its replies, and
 * not to know a verb. */
static bool is_of_the_server(const struct smtpspec_verdict *verdict)
{
    return verdict->layer == SMTPSPEC_LAYER_GRAMMAR ||
           verdict->manner == SMTPSPEC_MANNER_REQUIRED_VERB;
}

/* A server that takes a bare LF for a line end does so wherever the sweep
 * sends one; a written case that is about it keeps the finding. */
static bool is_swept_lf(const struct smtpspec_case *of,
                        const struct smtpspec_verdict *verdict)
{
    return (of->flags & SMTPSPEC_CASE_SWEEP) != 0 &&
           verdict->manner == SMTPSPEC_MANNER_LF_ENDS_LINE;
}

/* A case of POLICY asks whether a server goes along, and not by which code it
 * says no. */
static bool is_of_the_code(const struct smtpspec_case *of,
                           const struct smtpspec_verdict *verdict)
{
    return of->level == SMTPSPEC_LEVEL_POLICY &&
           (verdict->layer == SMTPSPEC_LAYER_VOCABULARY ||
            verdict->layer == SMTPSPEC_LAYER_STATE);
}

/* Whether the verdict is none of the case's own: about what leads to the
 * test, or about the form of a reply in a case that asks for its meaning. One
 * bare LF is one finding then, and not three hundred. */
static bool is_aside(const struct smtpspec_play *play,
                     const struct smtpspec_verdict *verdict)
{
    return !play->begun || leads(play) || is_swept_lf(play->of, verdict) ||
           is_of_the_code(play->of, verdict) ||
           (is_of_the_server(verdict) && !is_about(play->of, verdict));
}

void smtpspec_play_on_verdict(void *context,
                              const struct smtpspec_verdict *verdict)
{
    struct smtpspec_play *play = context;
    struct smtpspec_play_verdict kept = {
        .verdict = *verdict,
        .at = since_start(play, verdict->at),
        .aside = is_aside(play, verdict),
    };

    if (verdict->layer == SMTPSPEC_LAYER_VOCABULARY &&
        names(play, verdict->code))
        return;
    /* A server that refuses what the case did to it may do so at once and
     * hang up, by a code that the case names (RFC 5321, 7.8): worth a note,
     * not a fault. */
    if ((verdict->layer == SMTPSPEC_LAYER_SESSION ||
         verdict->layer == SMTPSPEC_LAYER_STATE) &&
        tolerates(play, verdict->code)) {
        kept.verdict.outcome = SMTPSPEC_OUTCOME_PASS;
        kept.verdict.level = SMTPSPEC_LEVEL_INFO;
    }
    keep(play, &kept);
}

/* Whether the judge has found as grave a fault in the same exchange: one of
 * the two is enough for a reader. */
static bool is_said(const struct smtpspec_play *play,
                    const struct smtpspec_verdict *verdict)
{
    for (unsigned i = 0; i < play->result.verdict_count; i++) {
        const struct smtpspec_verdict *kept = &play->verdicts[i].verdict;

        if (!play->verdicts[i].aside && kept->exchange == verdict->exchange &&
            kept->code == verdict->code && kept->outcome >= verdict->outcome)
            return verdict->outcome >= SMTPSPEC_OUTCOME_WARN;
    }
    return false;
}

/* What was expected where it is no code. */
static void set_words(struct smtpspec_play *play,
                      const struct smtpspec_step *step)
{
    struct smtpspec_span text = step->text;
    size_t length;

    play->words[0] = '\0';
    if (step->kind == SMTPSPEC_STEP_TLS)
        add_text(play->words, sizeof(play->words), "TLS handshake");
    if (step->kind == SMTPSPEC_STEP_OFFERS) {
        add_text(play->words, sizeof(play->words),
                 step->denied ? "EHLO does not list " : "EHLO lists ");
        length = strlen(play->words);
        text = smtpspec_span_head(text, sizeof(play->words) - 1 - length);
        memcpy(play->words + length, text.at, text.length);
        play->words[length + text.length] = '\0';
    }
    play->result.expected_words = play->words[0] != '\0' ? play->words : NULL;
}

void smtpspec_play_miss(struct smtpspec_play *play,
                        const struct smtpspec_step *step,
                        const struct smtpspec_exchange *exchange)
{
    enum smtpspec_level level = (enum smtpspec_level)play->of->level;
    struct smtpspec_play_verdict kept = {
        .verdict = {
            .outcome = (uint8_t)smtpspec_outcome_of_level(level),
            .layer = SMTPSPEC_LAYER_CASE,
            .level = (uint8_t)level,
            .state = exchange->state,
            .command = exchange->command,
            .stimulus = exchange->stimulus,
            .code = exchange->code,
            .exchange = exchange->number,
            .at = exchange->at + play->server_before,
            .expected = step->codes,
            .expected_denied = step->denied,
            .reference = play->reference,
            .text = play->title,
        },
        .at = exchange->at,
        .octets = exchange->octets,
    };

    play->stopped = true;
    play->unmet = *exchange;
    play->has_unmet = true;
    play->result.expected = step->codes;
    play->result.expected_denied = step->denied;
    play->result.expected_closed = step->kind == SMTPSPEC_STEP_CLOSED;
    play->result.expected_silent = step->kind == SMTPSPEC_STEP_SILENT;
    set_words(play, step);
    if (!is_said(play, &kept.verdict))
        keep(play, &kept);
}

/* Cases are written for RFC 5321 and what came after it: an older profile
 * narrows what they demand as it narrows the rows of expect.def. */
static bool is_met(const struct smtpspec_play *play,
                   const struct smtpspec_step *step,
                   const struct smtpspec_exchange *exchange)
{
    const struct smtpspec_terms *terms = &play->judge->terms;

    if (step->any)
        return true;
    if (smtpspec_codes_have(&step->codes, exchange->code))
        return !step->denied;
    return step->denied ||
           (smtpspec_profile_narrows(terms->profile) &&
            smtpspec_rules_is_due(terms,
                                  (enum smtpspec_command)exchange->command,
                                  &step->codes, exchange->code, NULL));
}

/* The profile's text does not know the command: nothing is due for it. */
static bool is_unheard_of(const struct smtpspec_play *play,
                          const struct smtpspec_exchange *exchange)
{
    return exchange->command != SMTPSPEC_COMMAND_UNSET &&
           exchange->command != SMTPSPEC_COMMAND_UNKNOWN &&
           !smtpspec_play_knows(
               play->judge, (enum smtpspec_command)exchange->command);
}

/* The step wants the server to go along: nothing but 2yz and 3yz. */
static bool wants_success(const struct smtpspec_step *step)
{
    for (unsigned i = 0; i < step->codes.count; i++) {
        if (step->codes.code[i] >= 400)
            return false;
    }
    return step->codes.count > 0 && !step->denied;
}

/* Where a server may put a client off with 4yz: greylisting, load, space, no
 * TLS for now (RFC 3207, 4), no passwords to look into (RFC 4954, 6). */
static bool may_put_off(unsigned command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_RCPT:
    case SMTPSPEC_COMMAND_DATA:
    case SMTPSPEC_COMMAND_DATA_END:
    case SMTPSPEC_COMMAND_BDAT:
    case SMTPSPEC_COMMAND_STARTTLS:
    case SMTPSPEC_COMMAND_AUTH:
    case SMTPSPEC_COMMAND_AUTH_CONTINUE:
        return true;
    default:
        return false;
    }
}

void smtpspec_play_throttle(struct smtpspec_play *play, const char *where,
                            const struct smtpspec_exchange *exchange)
{
    play->result.reply_421 = true;
    if (exchange->command == SMTPSPEC_COMMAND_UNSET)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_THROTTLED,
                             "421 came unasked");
    else
        end_as_answered(play, SMTPSPEC_OUTCOME_THROTTLED, where,
                        exchange->command, 421);
}

/* That a server does not know EHLO is one finding of it, wherever EHLO is
 * sent, but for a case that asks just that. */
static bool is_lack_of_ehlo(const struct smtpspec_play *play,
                            const struct smtpspec_exchange *exchange)
{
    const struct smtpspec_verdict lack = {
        .layer = SMTPSPEC_LAYER_STATE,
        .manner = SMTPSPEC_MANNER_REQUIRED_VERB,
        .command = SMTPSPEC_COMMAND_EHLO };

    return play->vars.no_ehlo &&
           exchange->command == SMTPSPEC_COMMAND_EHLO &&
           (exchange->code == 500 || exchange->code == 502) &&
           !is_about(play->of, &lack);
}

/* A reply to a REPLY step that does not take it. */
static void weigh(struct smtpspec_play *play, const struct smtpspec_step *step,
                  const struct smtpspec_exchange *exchange)
{
    unsigned code = exchange->code;

    if (code == 0 && step->leads)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED, "no reply");
    else if (code == 530 || step->leads ||
             (code / 100 == 4 && wants_success(step) &&
              may_put_off(exchange->command)))
        end_as_answered(play, SMTPSPEC_OUTCOME_BLOCKED, "", exchange->command,
                        code);
    else if (is_lack_of_ehlo(play, exchange))
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP,
                             "the server does not know EHLO");
    else if (!is_unheard_of(play, exchange))
        smtpspec_play_miss(play, step, exchange);
    else if (smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP,
                                  "the profile does not know "))
        smtpspec_play_add_reason(
            play, smtpspec_command_name(
                      (enum smtpspec_command)exchange->command));
}

static void on_own_exchange(struct smtpspec_play *play,
                            const struct smtpspec_exchange *exchange)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];
    bool waits = !play->stopped && play->step < play->of->step_count;

    play->last = *exchange;
    if (waits && play->listening) {
        if (tolerates(play, exchange->code)) {
            play->stopped = true;
        } else if (exchange->code == 421) {
            smtpspec_play_throttle(play, "", exchange);
        } else {
            smtpspec_play_miss(play, step, exchange);
        }
    } else if (waits && step->kind == SMTPSPEC_STEP_REPLY && !step->any &&
               exchange->code != 0 && is_met(play, step, exchange) &&
               !(step->denied && exchange->code == 421)) {
        play->step++;
    } else if (exchange->code == 421) {
        smtpspec_play_throttle(play, "", exchange);
    } else if (waits && step->kind == SMTPSPEC_STEP_REPLY) {
        if (step->any)
            play->step++;
        else
            weigh(play, step, exchange);
    }
}

static void on_setup_exchange(struct smtpspec_play *play,
                              const struct smtpspec_exchange *exchange)
{
    unsigned code = exchange->code;
    bool in_auth = exchange->command == SMTPSPEC_COMMAND_AUTH ||
                   exchange->command == SMTPSPEC_COMMAND_AUTH_CONTINUE;
    bool good = code / 100 == 2 || (code == 334 && in_auth) ||
                (code == 354 && exchange->command == SMTPSPEC_COMMAND_DATA);

    if (code == 421)
        smtpspec_play_throttle(play, "set-up: ", exchange);
    else if (!good && code != 0)
        end_as_answered(play, SMTPSPEC_OUTCOME_BLOCKED, "set-up: ",
                        exchange->command, code);
}

void smtpspec_play_on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct smtpspec_play *play = context;
    struct smtpspec_exchange counted = *exchange;

    if (play->watcher != NULL)
        play->watcher(play->watcher_context, exchange);
    counted.at = since_start(play, exchange->at);
    for (unsigned i = 0; i < play->result.verdict_count; i++) {
        struct smtpspec_play_verdict *kept = &play->verdicts[i];

        if (kept->verdict.exchange == exchange->number && kept->octets == 0) {
            kept->at = counted.at;
            kept->octets = counted.octets;
        }
    }
    if (!play->begun)
        on_setup_exchange(play, &counted);
    else
        on_own_exchange(play, &counted);
}
