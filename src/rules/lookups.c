/* SPDX-License-Identifier: MIT */
/*
 * lookups.c - look a reply up, and what is due, in dense tables
 *
 * Floor 2, rules. Every reply is looked up: what costs a walk over all rows in
 * vocabulary.c is two steps here, whatever the profile has.
 */
#include <smtpspec/rules.h>

#include "rules/lookups.h"

_Static_assert(SMTPSPEC_EXTENSION_COUNT <= 62, "bits are left beside them");

/* Where in the tables a reply stands, and what is true of the session. */
struct place {
    unsigned context, command, kind;
    uint64_t truth;
};

static struct place place_of(const struct smtpspec_terms *terms,
                             enum smtpspec_command command, unsigned code)
{
    unsigned profile = (unsigned)terms->profile;
    unsigned service = (unsigned)terms->service;
    uint64_t offered =
        terms->offered & (SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_COUNT) - 1);

    /* What is none of its kind is like the first: a profile without rows, the
     * service SMTP, the command UNSET, a number that is no code. */
    return (struct place){
        .context = smtpspec_lookup_context
            [profile < SMTPSPEC_PROFILE_COUNT ? profile : 0]
            [service < 3 ? service : 0],
        .command = (unsigned)command < SMTPSPEC_COMMAND_COUNT ? command : 0,
        .kind = smtpspec_lookup_kind[code < 1000 ? code : 0],
        .truth = offered | SMTPSPEC_TRUE_ALWAYS |
                 (terms->tls ? SMTPSPEC_TRUE_IN_TLS : 0) |
                 (terms->offered == 0 ? SMTPSPEC_TRUE_UNASKED : 0),
    };
}

static const struct smtpspec_reach *reach_of(const struct place *place)
{
    return &smtpspec_lookup_reach[place->context][place->command];
}

/* The row of the first choice that fits, or NO_REPLY_ROW. */
static unsigned choose(unsigned first, uint64_t truth)
{
    const struct smtpspec_choice *choice = &smtpspec_lookup_choice[first];

    while ((choice->when & truth) == 0)
        choice++;
    return choice->row;
}

/* The first choice of the cell. */
static unsigned cell_of(const struct place *place)
{
    return smtpspec_lookup_cell[place->context][place->command][place->kind];
}

/* Whoever judges a reply asks for no row: what it takes to find one is kept out
 * of the function that is called for each. */
#if defined(__GNUC__)
__attribute__((noinline))
#endif
static const struct smtpspec_reply_rule *
find_rule(const struct smtpspec_terms *terms, enum smtpspec_command command,
          unsigned code)
{
    struct place place = place_of(terms, command, code);
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    unsigned row = choose(cell_of(&place), place.truth);

    if ((reach_of(&place)->own & place.truth) == 0)
        return NULL;
    if (row == SMTPSPEC_NO_REPLY_ROW)
        row = choose(reach_of(&place)->first, place.truth);
    return &rules[row];
}

enum smtpspec_listing
smtpspec_rules_look_up(const struct smtpspec_terms *terms,
                       enum smtpspec_command command, uint16_t code,
                       const struct smtpspec_reply_rule **rule)
{
    struct place place = place_of(terms, command, code);
    const struct smtpspec_reach *reach = reach_of(&place);

    if (rule != NULL)
        *rule = find_rule(terms, command, code);
    if (place.kind < SMTPSPEC_NO_CODE_KINDS)
        return SMTPSPEC_LISTING_NOT_A_CODE;
    if ((reach->own & place.truth) == 0)
        return SMTPSPEC_LISTING_NO_ROW;
    if ((smtpspec_lookup_choice[cell_of(&place)].any & place.truth) != 0)
        return SMTPSPEC_LISTING_LISTED;
    return (reach->digit[code / 100] & place.truth) != 0
               ? SMTPSPEC_LISTING_UNLISTED : SMTPSPEC_LISTING_WRONG_DIGIT;
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

/* What is due by a profile that narrows; false where that leaves any refusal
 * of its row. */
static bool narrowed(const struct smtpspec_terms *terms,
                     enum smtpspec_command command,
                     const struct smtpspec_codes *due,
                     struct smtpspec_codes *left)
{
    *left = *due;
    if (smtpspec_rules_look_up(terms, command, 250, NULL) ==
        SMTPSPEC_LISTING_NO_ROW)
        return true;
    narrow(terms, command, due, left);
    /* The first code is the one that is due; without it, what else stands in
     * the row is not the whole of what the profile has. */
    if (left->count > 0 &&
        (due->code[0] < 400 || left->code[0] == due->code[0]))
        return true;
    *left = (struct smtpspec_codes){ { 400, 500 }, 2, 3 };
    return false;
}

bool smtpspec_rules_is_due(const struct smtpspec_terms *terms,
                           enum smtpspec_command command,
                           const struct smtpspec_codes *due, uint16_t code,
                           struct smtpspec_codes *left)
{
    struct smtpspec_codes codes;
    bool named;

    if (!smtpspec_profile_narrows(terms->profile)) {
        if (left != NULL)
            *left = *due;
        return smtpspec_codes_have(due, code);
    }
    named = narrowed(terms, command, due, &codes);
    if (left != NULL)
        *left = codes;
    return smtpspec_codes_have(&codes, code) &&
           (named || smtpspec_rules_look_up(terms, command, code, NULL) ==
                         SMTPSPEC_LISTING_LISTED);
}
