/* SPDX-License-Identifier: MIT */
/*
 * verdict.c - word what the judge has to say, and the vocabulary and state
 * layers that need nothing but the completed exchange
 *
 * Floor 3, judge.
 */
#include <smtpspec/judge.h>

#include "judge/inside.h"

static const struct manner {
    const char *id;
    uint8_t layer, level;
    const char *reference, *text;
    unsigned line;
} manners[SMTPSPEC_MANNER_COUNT] = {
#define MANNER(name, id, layer, level, where, text)                         \
    [SMTPSPEC_MANNER_##name] = { id, SMTPSPEC_LAYER_##layer,                \
                                 SMTPSPEC_LEVEL_##level, where, text,       \
                                 __LINE__ },
#include "judge/manners.def"
#undef MANNER
};

static const char *const layer_names[SMTPSPEC_LAYER_COUNT] = {
    [SMTPSPEC_LAYER_NONE] = "none",
    [SMTPSPEC_LAYER_GRAMMAR] = "grammar",
    [SMTPSPEC_LAYER_VOCABULARY] = "vocabulary",
    [SMTPSPEC_LAYER_STATE] = "state",
    [SMTPSPEC_LAYER_SESSION] = "session",
    [SMTPSPEC_LAYER_CASE] = "case",
};

static const char *const outcome_names[SMTPSPEC_OUTCOME_COUNT] = {
    [SMTPSPEC_OUTCOME_PASS] = "pass",
    [SMTPSPEC_OUTCOME_SKIP] = "skip",
    [SMTPSPEC_OUTCOME_BLOCKED] = "blocked",
    [SMTPSPEC_OUTCOME_THROTTLED] = "throttled",
    [SMTPSPEC_OUTCOME_ERROR] = "error",
    [SMTPSPEC_OUTCOME_WARN] = "warn",
    [SMTPSPEC_OUTCOME_FAIL] = "fail",
};

const char *smtpspec_layer_name(enum smtpspec_layer layer)
{
    return (unsigned)layer < SMTPSPEC_LAYER_COUNT ? layer_names[layer] : "?";
}

const char *smtpspec_outcome_name(enum smtpspec_outcome outcome)
{
    return (unsigned)outcome < SMTPSPEC_OUTCOME_COUNT ? outcome_names[outcome]
                                                      : "?";
}

enum smtpspec_outcome smtpspec_outcome_of_level(enum smtpspec_level level)
{
    switch (level) {
    case SMTPSPEC_LEVEL_MUST: return SMTPSPEC_OUTCOME_FAIL;
    case SMTPSPEC_LEVEL_SHOULD: return SMTPSPEC_OUTCOME_WARN;
    default: return SMTPSPEC_OUTCOME_PASS;
    }
}

/* A verdict on the open exchange, all but the rule filled in. */
static struct smtpspec_verdict on_open(const struct smtpspec_judge *judge,
                                       enum smtpspec_layer layer,
                                       enum smtpspec_level level)
{
    return (struct smtpspec_verdict){
        .outcome = (uint8_t)smtpspec_outcome_of_level(level),
        .layer = (uint8_t)layer,
        .level = (uint8_t)level,
        .state = judge->open.state,
        .command = judge->open.command,
        .stimulus = judge->open.stimulus,
        .code = judge->open.code,
        .exchange = judge->open.number,
        .at = judge->open.at,
        .reference = "",
        .text = "",
    };
}

static void say(struct smtpspec_judge *judge,
                const struct smtpspec_verdict *verdict)
{
    judge->said++;
    if (judge->sink.verdict != NULL)
        judge->sink.verdict(judge->sink.context, verdict);
}

unsigned smtpspec_judge_manner_line(enum smtpspec_manner manner)
{
    return manners[manner].line;
}

void smtpspec_judge_say_manner(struct smtpspec_judge *judge,
                               enum smtpspec_manner manner)
{
    const struct manner *row = &manners[manner];

    if (judge->seen_manners & SMTPSPEC_BIT(manner))
        return;
    judge->seen_manners |= SMTPSPEC_BIT(manner);
    struct smtpspec_verdict verdict =
        on_open(judge, (enum smtpspec_layer)row->layer,
                (enum smtpspec_level)row->level);

    verdict.manner = (uint8_t)manner;
    verdict.reference = row->reference;
    verdict.text = row->text;
    say(judge, &verdict);
}

void smtpspec_judge_say_defect(struct smtpspec_judge *judge,
                               enum smtpspec_defect defect)
{
    if (judge->seen_defects & SMTPSPEC_BIT(defect))
        return;
    judge->seen_defects |= SMTPSPEC_BIT(defect);
    struct smtpspec_verdict verdict = on_open(
        judge, SMTPSPEC_LAYER_GRAMMAR, smtpspec_defect_level(defect));

    verdict.defect = (uint8_t)(defect + 1);
    verdict.reference = smtpspec_defect_reference(defect);
    verdict.text = smtpspec_defect_text(defect);
    say(judge, &verdict);
}

void smtpspec_verdict_of_manner(enum smtpspec_manner manner,
                                struct smtpspec_verdict *out)
{
    const struct manner *row = &manners[manner % SMTPSPEC_MANNER_COUNT];
    enum smtpspec_level level = (enum smtpspec_level)row->level;

    *out = (struct smtpspec_verdict){
        .outcome = (uint8_t)smtpspec_outcome_of_level(level),
        .layer = row->layer,
        .level = row->level,
        .manner = (uint8_t)manner,
        .reference = row->reference,
        .text = row->text,
    };
}

bool smtpspec_judge_is_contemporary(const struct smtpspec_judge *judge)
{
    return judge->terms.profile == SMTPSPEC_PROFILE_RFC2821 ||
           judge->terms.profile == SMTPSPEC_PROFILE_RFC5321 ||
           judge->terms.profile == SMTPSPEC_PROFILE_MODERN;
}

/* --- Layer 2: vocabulary ------------------------------------------------ */

/* The codes that the profile's rows give a command, as far as they fit. */
static void listed_codes(const struct smtpspec_judge *judge,
                         struct smtpspec_codes *codes)
{
    size_t count;
    const struct smtpspec_reply_rule *rule = smtpspec_reply_rules(&count);

    *codes = (struct smtpspec_codes){ .count = 0 };
    for (size_t i = 0; i < count; i++, rule++) {
        if (rule->command != judge->open.command ||
            !smtpspec_reply_rule_holds(rule, &judge->terms) ||
            codes->count == SMTPSPEC_ARRAY_LEN(codes->code) ||
            smtpspec_codes_have(codes, rule->code))
            continue;
        if (rule->whole_class)
            codes->whole_class |= (uint8_t)(1u << codes->count);
        codes->code[codes->count++] = rule->code;
    }
}

static void say_vocabulary(struct smtpspec_judge *judge,
                           enum smtpspec_listing listing)
{
    const struct smtpspec_reply_rule *rule;
    bool strict = smtpspec_profile_is_strict(judge->terms.profile);
    bool must = strict || listing == SMTPSPEC_LISTING_WRONG_DIGIT;
    struct smtpspec_verdict verdict =
        on_open(judge, SMTPSPEC_LAYER_VOCABULARY,
                must ? SMTPSPEC_LEVEL_MUST : SMTPSPEC_LEVEL_SHOULD);

    smtpspec_rules_look_up(&judge->terms,
                           (enum smtpspec_command)judge->open.command,
                           judge->open.code, &rule);
    listed_codes(judge, &verdict.expected);
    verdict.source = rule != NULL ? rule->source : 0;
    if (strict) {
        verdict.reference = rule != NULL ? rule->section : "821:4.3";
        verdict.text = "only the codes listed for the command may answer it";
    } else if (listing == SMTPSPEC_LISTING_WRONG_DIGIT) {
        verdict.reference = "5321:4.2.1, 4.3.2";
        verdict.text = "no reply of this first digit can answer the command";
    } else {
        verdict.reference = "5321:4.2, 4.3.2";
        verdict.text = "a server sends only the codes listed for the command";
    }
    say(judge, &verdict);
}

/* --- Layer 3: what was due ---------------------------------------------- */

/* A server that asks for AUTH or TLS first may say so (RFC 4954, 6; RFC 3207,
 * 4), and one for which the TLS that is up is too weak (RFC 3207, 4.1),
 * wherever the vocabulary of these terms knows of it. */
static bool wants_security(const struct smtpspec_judge *judge,
                           enum smtpspec_listing listing)
{
    return listing == SMTPSPEC_LISTING_LISTED &&
           (judge->open.code == 530 ||
            (judge->open.code == 554 && judge->session.tls &&
             judge->open.command != SMTPSPEC_COMMAND_QUIT));
}

/* The row that speaks of the exchange, or NULL. */
static const struct smtpspec_expectation *
row_in_force(const struct smtpspec_judge *judge)
{
    const struct smtpspec_expectation *row = smtpspec_rules_due(
        &judge->terms, (enum smtpspec_state)judge->open.state,
        (enum smtpspec_command)judge->open.command,
        (enum smtpspec_stimulus)judge->open.stimulus);

    /* After BODY=BINARYMIME it is DATA that is out of its place, and 503 that
     * is due (RFC 3030, 3). */
    if (row != NULL && judge->session.binarymime && row->denied &&
        judge->open.command == SMTPSPEC_COMMAND_DATA)
        return NULL;
    return row;
}

static void say_state(struct smtpspec_judge *judge,
                      const struct smtpspec_expectation *row,
                      const struct smtpspec_codes *codes)
{
    struct smtpspec_verdict verdict =
        on_open(judge, SMTPSPEC_LAYER_STATE, (enum smtpspec_level)row->level);

    verdict.expected = *codes;
    verdict.expected_denied = row->denied;
    verdict.reference = row->reference;
    verdict.text = row->text;
    say(judge, &verdict);
}

/* What is due by a row, in the words of the profile. After a refusing greeting
 * nothing narrows: what is due then stands in the prose of the older text, too
 * (RFC 2821, 3.1). */
static bool is_due(const struct smtpspec_judge *judge,
                   const struct smtpspec_expectation *row,
                   struct smtpspec_codes *codes)
{
    if (judge->open.state != SMTPSPEC_STATE_REFUSED)
        return smtpspec_rules_is_due(
            &judge->terms, (enum smtpspec_command)judge->open.command,
            &row->codes, judge->open.code, codes);
    if (codes != NULL)
        *codes = row->codes;
    return smtpspec_codes_have(&row->codes, judge->open.code);
}

/* Returns whether a row named the code as due: vocabulary then has no say. */
static bool judge_state(struct smtpspec_judge *judge,
                        enum smtpspec_listing listing)
{
    const struct smtpspec_expectation *row = row_in_force(judge);
    struct smtpspec_codes codes;

    if (row == NULL || wants_security(judge, listing))
        return false;
    if (row->denied) {
        if (smtpspec_codes_have(&row->codes, judge->open.code))
            say_state(judge, row, &row->codes);
        return false;
    }
    if (is_due(judge, row, NULL))
        return true;
    is_due(judge, row, &codes);
    say_state(judge, row, &codes);
    return false;
}

/* "Command not recognized" to a verb of the required set is a violation
 * (RFC 5321, 4.3.2); the set is that of 4.5.1. */
static bool is_required_verb(const struct smtpspec_judge *judge)
{
    switch (judge->open.command) {
    case SMTPSPEC_COMMAND_LHLO: /* in the place of EHLO (RFC 2033, 4.1) */
        return judge->terms.service == SMTPSPEC_SERVICE_LMTP;
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_RCPT:
    case SMTPSPEC_COMMAND_DATA:
    case SMTPSPEC_COMMAND_RSET:
    case SMTPSPEC_COMMAND_NOOP:
    case SMTPSPEC_COMMAND_QUIT:
    case SMTPSPEC_COMMAND_VRFY: return true;
    default: return false;
    }
}

static bool is_lmtp_greeting(const struct smtpspec_judge *judge)
{
    return judge->terms.service == SMTPSPEC_SERVICE_LMTP &&
           (judge->open.command == SMTPSPEC_COMMAND_EHLO ||
            judge->open.command == SMTPSPEC_COMMAND_HELO);
}

static bool is_ehlo(const struct smtpspec_judge *judge)
{
    return judge->open.command == SMTPSPEC_COMMAND_EHLO ||
           judge->open.command == SMTPSPEC_COMMAND_LHLO;
}

/* The server says that it does not know a verb which it must know; for EHLO
 * "not implemented" is as bad (RFC 5321, 2.2.1). */
static bool denies_verb(const struct smtpspec_judge *judge)
{
    const struct smtpspec_exchange *open = &judge->open;

    return (open->code == 500 || (open->code == 502 && is_ehlo(judge))) &&
           (open->stimulus == SMTPSPEC_STIMULUS_VALID ||
            open->stimulus == SMTPSPEC_STIMULUS_LOWER_CASE) &&
           is_required_verb(judge) && !is_lmtp_greeting(judge) &&
           smtpspec_judge_is_contemporary(judge);
}

static void say_code(struct smtpspec_judge *judge)
{
    const struct smtpspec_exchange *open = &judge->open;
    enum smtpspec_listing listing;

    /* A code that is none was named by the grammar layer already; 421 may
     * answer anything (RFC 5321, 3.8), what it must bring is the close. */
    if (open->command == SMTPSPEC_COMMAND_UNSET)
        return;
    listing = smtpspec_rules_look_up(&judge->terms,
                                     (enum smtpspec_command)open->command,
                                     open->code, NULL);
    if (listing == SMTPSPEC_LISTING_NOT_A_CODE)
        return;
    /* What is due for EHLO is, first of all, to know it: said once. */
    if (denies_verb(judge) && is_ehlo(judge) &&
        open->state != SMTPSPEC_STATE_REFUSED) {
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_REQUIRED_VERB);
        return;
    }
    if (open->code != 421 && judge_state(judge, listing))
        return;
    if (denies_verb(judge))
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_REQUIRED_VERB);
    if (listing == SMTPSPEC_LISTING_UNLISTED ||
        listing == SMTPSPEC_LISTING_WRONG_DIGIT)
        say_vocabulary(judge, listing);
}

/* All that a word on the code depends on, but for the terms. */
static uint32_t key_of(const struct smtpspec_judge *judge)
{
    const struct smtpspec_exchange *open = &judge->open;

    _Static_assert(SMTPSPEC_COMMAND_COUNT <= 32 && SMTPSPEC_STATE_COUNT <= 16 &&
                       SMTPSPEC_STIMULUS_COUNT <= 16, "they have their bits");
    return 1u << 31 | (uint32_t)judge->session.tls << 24 |
           (uint32_t)judge->session.binarymime << 23 |
           (uint32_t)open->command << 18 | (uint32_t)open->state << 14 |
           (uint32_t)open->stimulus << 10 | open->code;
}

/* Most exchanges of a session are like others: what was in order once is. */
void smtpspec_judge_say_code(struct smtpspec_judge *judge)
{
    uint32_t key = key_of(judge), said = judge->said;
    uint32_t *known = &judge->in_order[key * UINT32_C(0x9e3779b1) >> 28];

    if (*known == key)
        return;
    say_code(judge);
    if (judge->said == said)
        *known = key;
}

/* --- Rule ids ----------------------------------------------------------- */

struct cursor {
    char *out;
    size_t cap, length;
};

static void put(struct cursor *cursor, const char *text)
{
    for (; *text != '\0'; text++, cursor->length++)
        if (cursor->length + 1 < cursor->cap)
            cursor->out[cursor->length] = *text;
}

static void put_id(struct cursor *cursor,
                   const struct smtpspec_verdict *verdict)
{
    if (verdict->manner != SMTPSPEC_MANNER_UNSET) {
        put(cursor, layer_names[verdict->layer % SMTPSPEC_LAYER_COUNT]);
        put(cursor, ".");
        put(cursor, manners[verdict->manner % SMTPSPEC_MANNER_COUNT].id);
        if (verdict->manner != SMTPSPEC_MANNER_REQUIRED_VERB)
            return;
        put(cursor, ".");
        put(cursor, smtpspec_command_name(
                        (enum smtpspec_command)verdict->command));
        return;
    }
    if (verdict->defect != 0) {
        put(cursor, "defect.");
        put(cursor, smtpspec_defect_name(
                        (enum smtpspec_defect)(verdict->defect - 1)));
        return;
    }
    put(cursor, verdict->layer == SMTPSPEC_LAYER_VOCABULARY ? "reply." :
                verdict->layer == SMTPSPEC_LAYER_STATE ? "expect." : "case.");
    put(cursor,
        smtpspec_command_name((enum smtpspec_command)verdict->command));
    if (verdict->layer != SMTPSPEC_LAYER_STATE)
        return;
    put(cursor, ".");
    put(cursor, smtpspec_state_name((enum smtpspec_state)verdict->state));
    if (verdict->stimulus == SMTPSPEC_STIMULUS_VALID ||
        verdict->stimulus == SMTPSPEC_STIMULUS_LOWER_CASE)
        return;
    put(cursor, ".");
    put(cursor, smtpspec_stimulus_name(
                    (enum smtpspec_stimulus)verdict->stimulus));
}

size_t smtpspec_verdict_rule(const struct smtpspec_verdict *verdict,
                             char *out, size_t cap)
{
    struct cursor cursor = { out, cap, 0 };

    put_id(&cursor, verdict);
    if (cap > 0)
        out[cursor.length < cap ? cursor.length : cap - 1] = '\0';
    return cursor.length;
}

bool smtpspec_judge_find_manner(struct smtpspec_span id,
                                struct smtpspec_verdict *out)
{
    char rule[80];

    for (unsigned i = SMTPSPEC_MANNER_UNSET + 1; i < SMTPSPEC_MANNER_COUNT;
         i++) {
        bool of_verb = i == SMTPSPEC_MANNER_REQUIRED_VERB;
        size_t dot = id.length;

        /* The verb stands behind the last dot. */
        while (of_verb && dot > 0 && id.at[dot - 1] != '.')
            dot--;
        out->layer = manners[i].layer;
        out->manner = (uint8_t)i;
        out->command = (uint8_t)smtpspec_command_of(
            smtpspec_span_skip(id, dot));
        smtpspec_verdict_rule(out, rule, sizeof(rule));
        if (!smtpspec_span_equal(id, smtpspec_span_of(rule)))
            continue;
        out->level = manners[i].level;
        out->reference = manners[i].reference;
        out->text = manners[i].text;
        return true;
    }
    return false;
}
