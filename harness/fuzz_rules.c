/* SPDX-License-Identifier: MIT */
/*
 * fuzz_rules.c - what people ask the tables: names, codes, rules, patterns
 *
 * targets:  smtpspec_rule_find, _verdict_rule, _rules_look_up, _is_due, _due,
 *           _expect, _next; smtpspec_codes_parse, _write, _have; the names of
 *           everything; smtpspec_case_matches; smtpspec_reference_write; the
 *           catalogue of codes
 * input:    lines, each asked of all: the id of a rule, a name, codes as
 *           "503 5yz", an id and a pattern, a reference; or "PROFILE SERVICE
 *           COMMAND CODES", service as smtp, submission or lmtp, with
 *           extensions that are offered, and a state, in any order
 * holds:    the id of a rule that was found is written as it was asked for;
 *           a name that was found is that of what was found; codes read and
 *           written are the same codes, whatever room there is; a pattern
 *           matches where a second matcher says so; a look-up says what a walk
 *           over all rows says, and a listed code has a row that holds; what
 *           is due is due to itself
 * slow because each line is held against every row, by two readers
 * seeds:    corpus/seeds/rules    words: corpus/dictionaries/rules.dict
 */
#include <string.h>

#include <smtpspec/error.h>
#include <smtpspec/judge.h>

#include "case/case.h"
#include "case/result.h"
#include "harness.h"
#include "rules/vocabulary.h"

#define LINE_MOST 256
#define LINES_MOST 24

static bool is_named(struct smtpspec_span word, const char *name)
{
    return smtpspec_span_equal_nocase(word, smtpspec_span_of(name));
}

/* --- ids of rules -------------------------------------------------------- */

/* The id that is written is what was asked, less the word of a pseudo-case. */
static void ask_rule(struct smtpspec_span id)
{
    struct smtpspec_span prefix = SMTPSPEC_SPAN("session."), bare = id;
    struct smtpspec_verdict verdict;
    char rule[128], cut[8];
    size_t length;

    if (!smtpspec_rule_find(id, &verdict))
        return;
    MUST(verdict.reference[0] != '\0' && verdict.text[0] != '\0');
    MUST(verdict.level > SMTPSPEC_LEVEL_UNSET &&
         verdict.level < SMTPSPEC_LEVEL_COUNT);
    length = smtpspec_verdict_rule(&verdict, rule, sizeof(rule));
    MUST(length < sizeof(rule) && length == strlen(rule));
    if (!is_named(id, rule)) {
        MUST(smtpspec_span_starts_nocase(id, prefix));
        bare = smtpspec_span_skip(id, prefix.length);
        MUST(is_named(bare, rule));
    }
    MUST(smtpspec_verdict_rule(&verdict, cut, sizeof(cut)) == length);
    MUST(strncmp(cut, rule, sizeof(cut) - 1) == 0);
}

/* --- names --------------------------------------------------------------- */

#define ASK(of, name, type)                                                 \
    do {                                                                    \
        type found = of(word);                                              \
        MUST(found == 0 || is_named(word, name(found)));                    \
    } while (0)

static void ask_name(struct smtpspec_span word)
{
    enum smtpspec_mechanism mechanism = smtpspec_mechanism_of(word);
    enum smtpspec_extension extension =
        smtpspec_extension_of_parameter(word);

    ASK(smtpspec_command_of, smtpspec_command_name, enum smtpspec_command);
    ASK(smtpspec_extension_of, smtpspec_extension_name,
        enum smtpspec_extension);
    ASK(smtpspec_level_of, smtpspec_level_name, enum smtpspec_level);
    ASK(smtpspec_profile_of, smtpspec_profile_name, enum smtpspec_profile);
    ASK(smtpspec_state_of, smtpspec_state_name, enum smtpspec_state);
    MUST(mechanism == SMTPSPEC_MECHANISM_OTHER ||
         is_named(word, smtpspec_mechanism_name(mechanism)));
    MUST(extension < SMTPSPEC_EXTENSION_COUNT);
    MUST(smtpspec_extension_reference(extension) != NULL);
}

/* Names by number, past the last one, too: something, never NULL. */
static void ask_number(unsigned number)
{
    const char *names[] = {
        smtpspec_command_name((enum smtpspec_command)number),
        smtpspec_extension_name((enum smtpspec_extension)number),
        smtpspec_level_name((enum smtpspec_level)number),
        smtpspec_profile_name((enum smtpspec_profile)number),
        smtpspec_profile_text((enum smtpspec_profile)number),
        smtpspec_state_name((enum smtpspec_state)number),
        smtpspec_class_name((enum smtpspec_class)number),
        smtpspec_kind_name((enum smtpspec_kind)number),
        smtpspec_stimulus_name((enum smtpspec_stimulus)number),
        smtpspec_layer_name((enum smtpspec_layer)number),
        smtpspec_outcome_name((enum smtpspec_outcome)number),
        smtpspec_defect_name((enum smtpspec_defect)number),
        smtpspec_defect_text((enum smtpspec_defect)number),
        smtpspec_mechanism_name((enum smtpspec_mechanism)number),
        smtpspec_code_kind_name((enum smtpspec_code_kind)number),
        smtpspec_source_name((uint8_t)number),
        smtpspec_source_title((uint8_t)number),
        smtpspec_digit_text(1, number),
        smtpspec_digit_text(2, number),
        smtpspec_digit_text(3, number),
        smtpspec_error_text((enum smtpspec_error)number),
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        MUST(names[i] != NULL);
    MUST(smtpspec_error_class_of((enum smtpspec_error)number) <=
         SMTPSPEC_ERROR_CLASS_INTERNAL);
}

/* --- codes --------------------------------------------------------------- */

/* A second reading of "503 5yz": each code by itself. */
static bool has_word(struct smtpspec_span text, unsigned code)
{
    char one[4] = { (char)('0' + code / 100), (char)('0' + code / 10 % 10),
                    (char)('0' + code % 10), '\0' };
    char whole[4] = { one[0], 'y', 'z', '\0' };

    for (size_t i = 0; i + 3 <= text.length; i++)
        if (memcmp(text.at + i, one, 3) == 0 ||
            memcmp(text.at + i, whole, 3) == 0)
            return true;
    return false;
}

static void ask_codes(struct smtpspec_span text)
{
    struct smtpspec_codes codes;
    char full[128], cut[6];
    size_t length;

    if (!smtpspec_codes_parse(text, &codes))
        return;
    MUST(codes.count >= 1 && codes.count <= SMTPSPEC_ARRAY_LEN(codes.code));
    for (unsigned code = 0; code <= 999; code++)
        MUST(smtpspec_codes_have(&codes, code) ==
             (code >= 200 && code <= 599 && has_word(text, code)));
    length = smtpspec_codes_write(&codes, full, sizeof(full));
    MUST(length < sizeof(full) && length == strlen(full));
    MUST(smtpspec_codes_write(&codes, cut, sizeof(cut)) == length);
    MUST(strncmp(cut, full, sizeof(cut) - 1) == 0);
    MUST(smtpspec_codes_write(&codes, NULL, 0) == length);
}

/* --- patterns and references --------------------------------------------- */

/* The pattern octet by octet against every part of the id that is left. */
static bool matches(struct smtpspec_span id, struct smtpspec_span glob)
{
    bool fits[LINE_MOST + 1] = { true };

    for (size_t g = 0; g < glob.length; g++) {
        bool star = glob.at[g] == '*';

        for (size_t i = id.length + 1; i-- > 0;)
            if (!star)
                fits[i] = i > 0 && fits[i - 1] &&
                          (glob.at[g] == '?' || glob.at[g] == id.at[i - 1]);
        for (size_t i = 1; star && i <= id.length; i++)
            fits[i] = fits[i] || fits[i - 1];
    }
    return fits[id.length];
}

static void ask_pattern(struct smtpspec_span line)
{
    struct smtpspec_span id = smtpspec_case_word(&line);

    MUST(smtpspec_case_matches(id, line) == matches(id, line));
    MUST(smtpspec_case_matches(id, id));
}

static void ask_reference(struct smtpspec_span line)
{
    char text[LINE_MOST + 1], full[6 * LINE_MOST], cut[12];
    size_t length = 0, written;

    for (size_t i = 0; i < line.length; i++)
        if (line.at[i] != '\0')
            text[length++] = line.at[i];
    text[length] = '\0';
    written = smtpspec_reference_write(text, full, sizeof(full));
    MUST(written < sizeof(full) && written == strlen(full));
    MUST(smtpspec_reference_write(text, cut, sizeof(cut)) == written);
    MUST(strncmp(cut, full, sizeof(cut) - 1) == 0);
}

/* --- the rows ------------------------------------------------------------ */

struct question {
    struct smtpspec_terms terms;
    enum smtpspec_command command;
    enum smtpspec_state state;
    enum smtpspec_stimulus stimulus;
    unsigned code;
};

static void take_word(struct question *question, struct smtpspec_span word)
{
    enum smtpspec_extension extension = smtpspec_extension_of(word);
    enum smtpspec_command command = smtpspec_command_of(word);
    enum smtpspec_profile profile = smtpspec_profile_of(word);
    enum smtpspec_state state = smtpspec_state_of(word);
    unsigned number = 0;

    for (size_t i = 0; i < word.length && i < 4; i++)
        number = number * 10 + ((unsigned char)word.at[i] - '0') % 10;
    if (extension != SMTPSPEC_EXTENSION_NONE)
        question->terms.offered |= SMTPSPEC_BIT64(extension);
    if (command != SMTPSPEC_COMMAND_UNSET)
        question->command = command;
    if (profile != SMTPSPEC_PROFILE_UNSET)
        question->terms.profile = profile;
    if (state != SMTPSPEC_STATE_UNSET)
        question->state = state;
    if (is_named(word, "lmtp"))
        question->terms.service = SMTPSPEC_SERVICE_LMTP;
    if (is_named(word, "submission"))
        question->terms.service = SMTPSPEC_SERVICE_SUBMISSION;
    question->terms.tls |= is_named(word, "tls");
    for (unsigned i = 0; i < SMTPSPEC_STIMULUS_COUNT; i++)
        if (is_named(word,
                     smtpspec_stimulus_name((enum smtpspec_stimulus)i)))
            question->stimulus = (enum smtpspec_stimulus)i;
    if (word.length == 3 && word.at[0] >= '0' && word.at[0] <= '9')
        question->code = number;
    ask_number(number);
}

static void check_listing(const struct question *of,
                          enum smtpspec_listing listing,
                          const struct smtpspec_reply_rule *rule)
{
    bool own = false, allowed = false, digit = false;
    size_t count;
    const struct smtpspec_reply_rule *row = smtpspec_reply_rules(&count);

    for (size_t i = 0; i < count; i++) {
        if (row[i].command != of->command ||
            !smtpspec_reply_rule_holds(&row[i], &of->terms))
            continue;
        own = true;
        digit |= row[i].code / 100 == of->code / 100;
        allowed |= row[i].code == of->code ||
                   (row[i].whole_class && row[i].code / 100 == of->code / 100);
    }
    own = own && of->command != SMTPSPEC_COMMAND_UNSET;
    MUST((listing == SMTPSPEC_LISTING_NOT_A_CODE) ==
         (of->code < 200 || of->code > 559 || of->code / 10 % 10 > 5));
    if (listing == SMTPSPEC_LISTING_NOT_A_CODE)
        return;
    MUST((listing == SMTPSPEC_LISTING_NO_ROW) == !own);
    MUST((rule != NULL) == own);
    if (listing == SMTPSPEC_LISTING_LISTED)
        MUST(smtpspec_reply_rule_holds(rule, &of->terms) &&
             rule->code / 100 == of->code / 100);
    if (listing == SMTPSPEC_LISTING_UNLISTED)
        MUST(!allowed);
    if (listing == SMTPSPEC_LISTING_WRONG_DIGIT)
        MUST(!allowed && !digit);
    if (allowed && own)
        MUST(listing == SMTPSPEC_LISTING_LISTED);
}

static void check_due(const struct question *of)
{
    const struct smtpspec_expectation *due = smtpspec_rules_due(
        &of->terms, of->state, of->command, of->stimulus);
    struct smtpspec_codes left;
    bool is_due;

    if (due == NULL)
        return;
    MUST(due == smtpspec_rules_expect(of->state, of->command, of->stimulus));
    MUST(due->codes.count > 0 && due->text[0] != '\0');
    is_due = smtpspec_rules_is_due(&of->terms, of->command, &due->codes,
                                   (uint16_t)of->code, &left);
    MUST(!is_due || smtpspec_codes_have(&left, of->code));
    MUST(is_due == smtpspec_rules_is_due(&of->terms, of->command, &due->codes,
                                         (uint16_t)of->code, NULL));
    if (!smtpspec_profile_narrows(of->terms.profile))
        MUST(is_due == smtpspec_codes_have(&due->codes, of->code));
}

/* The catalogue is in the order of its codes, and what it has of this one is
 * of the class that the code shows. */
static void ask_catalogue(unsigned code)
{
    size_t count;
    const struct smtpspec_code_entry *entry = smtpspec_code_entries(&count);
    const struct smtpspec_code_advice *advice = smtpspec_code_advice_of(code);
    const struct smtpspec_enhanced_entry *row;

    for (size_t i = 0; i < count; i++) {
        MUST(i == 0 || entry[i - 1].code <= entry[i].code);
        if (entry[i].code == code && entry[i].kind != SMTPSPEC_CODE_LOCAL)
            MUST(smtpspec_class_of(code) != SMTPSPEC_CLASS_NONE);
    }
    MUST(advice == NULL || advice->code == code);
    row = smtpspec_enhanced_entries(&count);
    MUST(row[code % count].reference[0] != '\0');
}

/* A session that is put into a state stands there, or is none. */
static void ask_state(enum smtpspec_state state)
{
    struct smtpspec_session session;

    smtpspec_session_assume(&session, state);
    MUST(session.state == (uint8_t)state ||
         session.state == SMTPSPEC_STATE_CONNECT);
}

static void ask_rows(struct smtpspec_span line)
{
    struct question question = { .terms.profile = SMTPSPEC_PROFILE_MODERN };
    const struct smtpspec_reply_rule *rule, *row;
    enum smtpspec_listing listing;
    struct smtpspec_span word;
    enum smtpspec_state next;

    while ((word = smtpspec_case_word(&line)).length > 0)
        take_word(&question, word);
    listing = smtpspec_rules_look_up(&question.terms, question.command,
                                     (uint16_t)question.code, &rule);
    check_listing(&question, listing, rule);
    MUST(listing == smtpspec_vocabulary_read(&question.terms, question.command,
                                             (uint16_t)question.code, &row));
    MUST(rule == row);
    check_due(&question);
    next = smtpspec_rules_next(question.state, question.command,
                               smtpspec_class_of(question.code));
    MUST(next < SMTPSPEC_STATE_COUNT);
    MUST((next != SMTPSPEC_STATE_UNSET) ==
         (smtpspec_rules_next_reference(
              question.state, question.command,
              smtpspec_class_of(question.code))[0] != '\0'));
    ask_catalogue(question.code);
    ask_state(question.state);
    MUST(!smtpspec_profile_is_strict(question.terms.profile) ||
         question.terms.profile != SMTPSPEC_PROFILE_MODERN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span rest = { (const char *)data, size };

    for (unsigned i = 0; i < LINES_MOST && rest.length > 0; i++) {
        size_t end = smtpspec_span_find(rest, '\n');
        struct smtpspec_span line = smtpspec_span_head(
            rest, end < LINE_MOST ? end : LINE_MOST);

        rest = smtpspec_span_skip(rest, end + 1);
        ask_rule(line);
        ask_name(line);
        ask_codes(line);
        ask_pattern(line);
        ask_reference(line);
        ask_rows(line);
    }
    return 0;
}
