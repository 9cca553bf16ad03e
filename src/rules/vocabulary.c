/* SPDX-License-Identifier: MIT */
/*
 * vocabulary.c - layer 2: which codes the texts allow for which command
 *
 * The rows of replies.def, and who of them counts under given terms
 * (profiles.def, any_if.def). What reads them row by row is here; the tables
 * that answer at once (lookups.c) are made by asking it.
 */
#include <smtpspec/rules.h>

#include <string.h>

#include "rules/sources.h"
#include "rules/vocabulary.h"

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

/* Every row names a code that the grammar has, and where it is written. */
#define REPLY(source, command, kind, code, needs, section, note)            \
    _Static_assert(SMTPSPEC_IS_CODE(code) && sizeof(section) > 1,           \
                   #source " " #command " " #code);
#define WHOLE(source, command, kind, code, needs, section, note)            \
    _Static_assert(SMTPSPEC_IS_CODE(code) && (code) % 100 == 0 &&           \
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
      .note = (text),                                                       \
      .line = __LINE__ },

static const struct smtpspec_reply_rule rules[] = {
#define REPLY(source, command, kind, code, needs, section, note)            \
    ROW(source, command, kind, code, needs, false, section, note)
#define WHOLE(source, command, kind, code, needs, section, note)            \
    ROW(source, command, kind, code, needs, true, section, note)
#include "rules/replies.def"
#undef REPLY
#undef WHOLE
};

/* replies.def begins with the rows of another file. */
enum {
    ROWS_OF_HISTORY = 0
#define REPLY(source, command, kind, code, needs, section, note) + 1
#define WHOLE REPLY
#include "rules/replies_history.def"
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

const char *smtpspec_reply_rule_file(const struct smtpspec_reply_rule *rule)
{
    return rule < rules + ROWS_OF_HISTORY ? "replies_history.def"
                                          : "replies.def";
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

bool smtpspec_reply_rule_covers(const struct smtpspec_reply_rule *rule,
                                enum smtpspec_command command)
{
    if (rule->command != SMTPSPEC_COMMAND_UNSET)
        return rule->command == (unsigned)command;
    /* The texts do not say if "any command" takes in the connection and the
     * final dot: 421 does, as a server may stop whenever it likes (RFC 5321,
     * 3.8); the other codes speak of a command line, and there is none. A line
     * inside AUTH is no command either. */
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

bool smtpspec_reply_rule_allows(const struct smtpspec_reply_rule *rule,
                                unsigned code)
{
    return rule->whole_class ? rule->code / 100u == code / 100
                             : rule->code == code;
}

/* The rows of one command that count: the first that allows the code speaks.
 * One of every command's speaks only where none of its own does, and of them
 * the last. */
struct finding {
    const struct smtpspec_reply_rule *first, *own, *every;
    bool digit;
};

static void take_row(const struct smtpspec_reply_rule *rule, unsigned code,
                     struct finding *finding)
{
    bool allows = smtpspec_reply_rule_allows(rule, code);
    bool own = rule->command != SMTPSPEC_COMMAND_UNSET;

    if (own && finding->first == NULL)
        finding->first = rule;
    if (own && allows && finding->own == NULL)
        finding->own = rule;
    if (!own && allows)
        finding->every = rule;
    finding->digit = finding->digit || rule->code / 100u == code / 100;
}

enum smtpspec_listing
smtpspec_vocabulary_read(const struct smtpspec_terms *terms,
                         enum smtpspec_command command, uint16_t code,
                         const struct smtpspec_reply_rule **rule)
{
    struct finding finding = { 0 };
    const struct smtpspec_reply_rule *match;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rules); i++)
        if (smtpspec_reply_rule_covers(&rules[i], command) &&
            smtpspec_reply_rule_holds(&rules[i], terms))
            take_row(&rules[i], code, &finding);
    match = finding.own != NULL ? finding.own : finding.every;
    *rule = finding.first != NULL && match != NULL ? match : finding.first;
    if (!SMTPSPEC_IS_CODE(code))
        return SMTPSPEC_LISTING_NOT_A_CODE;
    if (finding.first == NULL)
        return SMTPSPEC_LISTING_NO_ROW;
    if (match != NULL)
        return SMTPSPEC_LISTING_LISTED;
    return finding.digit ? SMTPSPEC_LISTING_UNLISTED
                         : SMTPSPEC_LISTING_WRONG_DIGIT;
}
