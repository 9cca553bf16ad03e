/* SPDX-License-Identifier: MIT */
/*
 * vocabulary.c - layer 2: which codes the texts allow for which command
 *
 * The rows of replies.def, and who of them counts under given terms
 * (profiles.def, any_if.def).
 */
#include <smtpspec/rules.h>

#include <string.h>

#include "rules/sources.h"

/* The two words of replies.def that stand for every command. */
enum {
    SMTPSPEC_COMMAND_ANY = SMTPSPEC_COMMAND_COUNT,
    SMTPSPEC_COMMAND_ANY_IF
};

/* The kinds by the letter that RFC 5321, 4.3.2 gives them. */
enum {
    KIND_S = SMTPSPEC_KIND_SUCCESS,
    KIND_I = SMTPSPEC_KIND_INTERMEDIATE,
    KIND_F = SMTPSPEC_KIND_FAILURE,
    KIND_E = SMTPSPEC_KIND_ERROR
};

#define COMMAND_OF(word)                                                    \
    ((word) >= (int)SMTPSPEC_COMMAND_COUNT ? SMTPSPEC_COMMAND_UNSET : (word))

#define IS(word, name) ((word) == (int)SMTPSPEC_COMMAND_##name)
#define PHASE_OF(word)                                                      \
    (IS(word, ANY)             ? SMTPSPEC_PHASE_ANY                         \
     : IS(word, ANY_IF)        ? SMTPSPEC_PHASE_ANY_IF                      \
     : IS(word, CONNECT)       ? SMTPSPEC_PHASE_GREETING                    \
     : IS(word, DATA_END)      ? SMTPSPEC_PHASE_FINAL                       \
     : IS(word, BDAT)          ? SMTPSPEC_PHASE_CHUNK                       \
     : IS(word, AUTH_CONTINUE) ? SMTPSPEC_PHASE_AUTH                        \
                               : SMTPSPEC_PHASE_COMMAND)

/* Reply-code = %x32-35 %x30-35 %x30-39 (RFC 5321, 4.2). */
#define IS_CODE(code)                                                       \
    ((code) >= 200 && (code) <= 559 && (code) / 10 % 10 <= 5)

/* Every row names a code that the grammar has, and where it is written. */
#define REPLY(source, command, kind, code, needs, section, note)            \
    _Static_assert(IS_CODE(code) && sizeof(section) > 1,                    \
                   #source " " #command " " #code);
#define WHOLE(source, command, kind, code, needs, section, note)            \
    _Static_assert(IS_CODE(code) && (code) % 100 == 0 &&                    \
                       sizeof(section) > 1,                                 \
                   #source " " #command " " #code);
#include "rules/replies.def"
#undef REPLY
#undef WHOLE

#define ROW(source_id, word, letter, number, extension, whole, where, text) \
    { .command = COMMAND_OF(SMTPSPEC_COMMAND_##word),                       \
      .phase = PHASE_OF(SMTPSPEC_COMMAND_##word),                           \
      .kind = KIND_##letter,                                                \
      .needs = SMTPSPEC_EXTENSION_##extension,                              \
      .source = SMTPSPEC_SOURCE_##source_id,                                \
      .code = (number),                                                     \
      .whole_class = (whole),                                               \
      .section = (where),                                                   \
      .note = (text) },

static const struct smtpspec_reply_rule rules[] = {
#define REPLY(source, command, kind, code, needs, section, note)            \
    ROW(source, command, kind, code, needs, false, section, note)
#define WHOLE(source, command, kind, code, needs, section, note)            \
    ROW(source, command, kind, code, needs, true, section, note)
#include "rules/replies.def"
#undef REPLY
#undef WHOLE
};

/* The command of each row again, close together: most rows are passed over
 * by it, and every reply is looked up. */
static const uint8_t commands[] = {
#define REPLY(source, command, kind, code, needs, section, note)            \
    COMMAND_OF(SMTPSPEC_COMMAND_##command),
#define WHOLE REPLY
#include "rules/replies.def"
#undef REPLY
#undef WHOLE
};

/* How a source belongs to a profile; all zero where it does not. */
static const struct membership {
    bool counts, on_one_service;
    uint8_t service;
    const char *section;
} members[SMTPSPEC_PROFILE_COUNT][SMTPSPEC_SOURCE_COUNT] = {
#define ALWAYS     false, SMTPSPEC_SERVICE_SMTP
#define SUBMISSION true, SMTPSPEC_SERVICE_SUBMISSION
#define LMTP       true, SMTPSPEC_SERVICE_LMTP
#define PROFILE_SOURCE(profile, source, on, section)                        \
    [SMTPSPEC_PROFILE_##profile][SMTPSPEC_SOURCE_##source] = {              \
        true, on, section                                                   \
    },
#include "rules/profiles.def"
#undef PROFILE_SOURCE
#undef ALWAYS
#undef SUBMISSION
#undef LMTP
};

/* Commands for which one service heeds one source alone. */
static const struct {
    uint8_t profile, service, command;
    uint8_t source;
} only[] = {
#define ONLY_SOURCE(profile, service, command, source)                      \
    { SMTPSPEC_PROFILE_##profile, SMTPSPEC_SERVICE_##service,               \
      SMTPSPEC_COMMAND_##command, SMTPSPEC_SOURCE_##source },
#include "rules/profiles.def"
#undef ONLY_SOURCE
};

/* What takes an ANY_IF row out for a command; UNSET: for every command. */
static const struct {
    uint8_t source;
    uint8_t command;
    uint16_t code;
} exempt[] = {
#define EXEMPT(source, code, command)                                       \
    { SMTPSPEC_SOURCE_##source, SMTPSPEC_COMMAND_##command, code },
#define AFTER(source, code)                                                 \
    { SMTPSPEC_SOURCE_##source, SMTPSPEC_COMMAND_UNSET, code },
#include "rules/any_if.def"
#undef EXEMPT
#undef AFTER
};

const struct smtpspec_reply_rule *smtpspec_reply_rules(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(rules);
    return rules;
}

bool smtpspec_profile_has_source(enum smtpspec_profile profile,
                                 uint8_t source)
{
    return (unsigned)profile < SMTPSPEC_PROFILE_COUNT &&
           source < SMTPSPEC_SOURCE_COUNT && members[profile][source].counts;
}

static bool is_overruled(const struct smtpspec_reply_rule *rule,
                         const struct smtpspec_terms *terms)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(only); i++)
        if (only[i].command == rule->command &&
            only[i].profile == (unsigned)terms->profile &&
            only[i].service == (unsigned)terms->service)
            return only[i].source != rule->source;
    return false;
}

/* A server that wants TLS or AUTH first wants it of a client that has not yet
 * asked what it offers, too (RFC 3207, 4; RFC 4954, 6). */
static bool is_unasked_530(const struct smtpspec_reply_rule *rule,
                           const struct smtpspec_terms *terms)
{
    return rule->phase == SMTPSPEC_PHASE_ANY_IF && rule->code == 530 &&
           terms->offered == 0;
}

/* What a server says to all when it finds the TLS that is up too weak: in
 * clear there is none (RFC 3207, 4.1). */
static bool is_about_tls(const struct smtpspec_reply_rule *rule)
{
    return rule->phase == SMTPSPEC_PHASE_ANY_IF && rule->code == 554 &&
           rule->needs == SMTPSPEC_EXTENSION_STARTTLS;
}

bool smtpspec_reply_rule_holds(const struct smtpspec_reply_rule *rule,
                               const struct smtpspec_terms *terms)
{
    const struct membership *member;

    if ((unsigned)terms->profile >= SMTPSPEC_PROFILE_COUNT)
        return false;
    member = &members[terms->profile][rule->source];
    if (!member->counts)
        return false;
    if (member->on_one_service &&
        member->service != (unsigned)terms->service)
        return false;
    if (is_about_tls(rule))
        return terms->tls;
    if (rule->needs != SMTPSPEC_EXTENSION_NONE &&
        (terms->offered & SMTPSPEC_BIT64(rule->needs)) == 0 &&
        !is_unasked_530(rule, terms))
        return false;
    if (member->section[0] != '\0' &&
        strcmp(member->section, rule->section) != 0)
        return false;
    return !is_overruled(rule, terms);
}

/*
 * Whether a row for every command counts for this one. The texts do not say
 * if "any command" takes in the connection and the final dot: 421 does, as a
 * server may stop at any time (RFC 5321, 3.8); the other codes speak of a
 * command line, and there is none. A line inside AUTH is no command either.
 */
static bool covers(const struct smtpspec_reply_rule *rule,
                   enum smtpspec_command command)
{
    if (rule->phase == SMTPSPEC_PHASE_ANY)
        return smtpspec_command_is_verb(command) || rule->code == 421 ||
               command == SMTPSPEC_COMMAND_UNKNOWN;
    if (!smtpspec_command_is_verb(command))
        return false;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(exempt); i++)
        if (exempt[i].source == rule->source &&
            exempt[i].code == rule->code &&
            (exempt[i].command == (unsigned)command ||
             exempt[i].command == SMTPSPEC_COMMAND_UNSET))
            return false;
    return true;
}

static bool allows(const struct smtpspec_reply_rule *rule, uint16_t code)
{
    return rule->whole_class ? rule->code / 100 == code / 100
                             : rule->code == code;
}

/* The first row of that command, or of every one (UNSET), from `index` on. */
static size_t next_row(size_t index, unsigned command)
{
    const uint8_t *at =
        memchr(commands + index, (int)command, sizeof(commands) - index);

    return at != NULL ? (size_t)(at - commands) : sizeof(commands);
}

/* What the rows of a command that count say of a code. */
struct finding {
    const struct smtpspec_reply_rule *first, *match;
    bool digit;
};

/* The command's own rows: the first that allows the code speaks. */
static void look_in_own(const struct smtpspec_terms *terms, unsigned command,
                        uint16_t code, struct finding *finding)
{
    for (size_t i = next_row(0, command); i < SMTPSPEC_ARRAY_LEN(rules);
         i = next_row(i + 1, command)) {
        if (!smtpspec_reply_rule_holds(&rules[i], terms))
            continue;
        if (finding->first == NULL)
            finding->first = &rules[i];
        if (finding->match == NULL && allows(&rules[i], code))
            finding->match = &rules[i];
        finding->digit = finding->digit || rules[i].code / 100 == code / 100;
    }
}

/* Those of every command; one of the command's own speaks before them. */
static void look_in_every(const struct smtpspec_terms *terms,
                          enum smtpspec_command command, uint16_t code,
                          struct finding *finding)
{
    bool own = finding->match != NULL;

    for (size_t i = next_row(0, SMTPSPEC_COMMAND_UNSET);
         i < SMTPSPEC_ARRAY_LEN(rules);
         i = next_row(i + 1, SMTPSPEC_COMMAND_UNSET)) {
        if (!smtpspec_reply_rule_holds(&rules[i], terms) ||
            !covers(&rules[i], command))
            continue;
        if (!own && allows(&rules[i], code))
            finding->match = &rules[i];
        finding->digit = finding->digit || rules[i].code / 100 == code / 100;
    }
}

enum smtpspec_listing
smtpspec_rules_look_up(const struct smtpspec_terms *terms,
                       enum smtpspec_command command, uint16_t code,
                       const struct smtpspec_reply_rule **rule)
{
    struct finding finding = { 0 };

    if (command != SMTPSPEC_COMMAND_UNSET)
        look_in_own(terms, (unsigned)command, code, &finding);
    look_in_every(terms, command, code, &finding);
    if (rule != NULL)
        *rule = finding.first != NULL && finding.match != NULL
                    ? finding.match : finding.first;
    if (!IS_CODE(code))
        return SMTPSPEC_LISTING_NOT_A_CODE;
    if (finding.first == NULL)
        return SMTPSPEC_LISTING_NO_ROW;
    if (finding.match != NULL)
        return SMTPSPEC_LISTING_LISTED;
    return finding.digit ? SMTPSPEC_LISTING_UNLISTED
                         : SMTPSPEC_LISTING_WRONG_DIGIT;
}

bool smtpspec_profile_narrows(enum smtpspec_profile profile)
{
    return profile == SMTPSPEC_PROFILE_KB234 ||
           profile == SMTPSPEC_PROFILE_RFC821 ||
           profile == SMTPSPEC_PROFILE_RFC2821;
}

const struct smtpspec_expectation *
smtpspec_rules_due(const struct smtpspec_terms *terms,
                   enum smtpspec_state state, enum smtpspec_command command,
                   enum smtpspec_stimulus stimulus)
{
    const struct smtpspec_expectation *row =
        smtpspec_rules_expect(state, command, stimulus);

    if (row == NULL)
        return NULL;
    if (row->needs != SMTPSPEC_EXTENSION_NONE &&
        (terms->offered & SMTPSPEC_BIT64(row->needs)) == 0)
        return NULL;
    if (terms->service == SMTPSPEC_SERVICE_LMTP &&
        (command == SMTPSPEC_COMMAND_HELO || command == SMTPSPEC_COMMAND_EHLO))
        return NULL;
    /* EHLO where the text knows no EHLO: nothing is due. */
    if ((terms->profile == SMTPSPEC_PROFILE_KB234 ||
         terms->profile == SMTPSPEC_PROFILE_RFC821) &&
        command != SMTPSPEC_COMMAND_UNKNOWN &&
        smtpspec_rules_look_up(terms, command, 250, NULL) ==
            SMTPSPEC_LISTING_NO_ROW)
        return NULL;
    return row;
}

/* Whole classes are kept: which code of them, vocabulary asks anyway. */
static void narrow(const struct smtpspec_terms *terms,
                   enum smtpspec_command command,
                   const struct smtpspec_codes *due,
                   struct smtpspec_codes *left)
{
    *left = (struct smtpspec_codes){ .count = 0 };
    for (unsigned i = 0; i < due->count; i++) {
        bool whole = (due->whole_class >> i & 1) != 0;

        if (!whole && smtpspec_rules_look_up(terms, command, due->code[i],
                                             NULL) != SMTPSPEC_LISTING_LISTED)
            continue;
        if (whole)
            left->whole_class |= (uint8_t)(1u << left->count);
        left->code[left->count++] = due->code[i];
    }
}

bool smtpspec_rules_is_due(const struct smtpspec_terms *terms,
                           enum smtpspec_command command,
                           const struct smtpspec_codes *due, uint16_t code,
                           struct smtpspec_codes *left)
{
    struct smtpspec_codes codes = *due;
    bool any_refusal = false;

    if (smtpspec_profile_narrows(terms->profile) &&
        smtpspec_rules_look_up(terms, command, 250, NULL) !=
            SMTPSPEC_LISTING_NO_ROW) {
        narrow(terms, command, due, &codes);
        /* The first code is the one that is due; without it, what else
         * stands in the row is not the whole of what the profile has. */
        any_refusal = codes.count == 0 ||
                      (due->code[0] >= 400 && codes.code[0] != due->code[0]);
    }
    if (any_refusal)
        codes = (struct smtpspec_codes){ { 400, 500 }, 2, 3 };
    if (left != NULL)
        *left = codes;
    return smtpspec_codes_have(&codes, code) &&
           (!any_refusal || smtpspec_rules_look_up(terms, command, code,
                                                   NULL) ==
                                SMTPSPEC_LISTING_LISTED);
}
