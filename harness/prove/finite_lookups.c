/* SPDX-License-Identifier: MIT */
/*
 * finite_lookups.c - the tables of the vocabulary against its rows
 *
 * Every profile and service, command and number, with nothing offered, all,
 * and each extension alone that a row needs, in clear and in TLS: the listing
 * and the row that the tables give are those of a walk over all rows. A row
 * holds by what is offered or by TLS, never by what is not, and for one reason
 * at a time: what is so for each alone is so for any set of them.
 */
#include <smtpspec/rules.h>

#include "finite.h"

#include "rules/lookups.h"
#include "rules/vocabulary.h"

/* Past the last of each, too. */
#define PROFILES (SMTPSPEC_PROFILE_COUNT + 1)
#define SERVICES 4
#define COMMANDS (SMTPSPEC_COMMAND_COUNT + 1)
#define NUMBERS 1001

static uint64_t members;

static void look_up(struct finite *finite, const struct smtpspec_terms *terms,
                    unsigned command, unsigned number)
{
    const struct smtpspec_reply_rule *row, *rule;
    enum smtpspec_listing read = smtpspec_vocabulary_read(
        terms, (enum smtpspec_command)command, (uint16_t)number, &row);
    enum smtpspec_listing found = smtpspec_rules_look_up(
        terms, (enum smtpspec_command)command, (uint16_t)number, &rule);

    members++;
    if (read == found && row == rule &&
        found == smtpspec_rules_look_up(terms, (enum smtpspec_command)command,
                                        (uint16_t)number, NULL))
        return;
    printf("# %s, service %u, offered %llx, %s %u: %u, not %u\n",
           smtpspec_profile_name(terms->profile), (unsigned)terms->service,
           (unsigned long long)terms->offered,
           smtpspec_command_name((enum smtpspec_command)command), number,
           (unsigned)found, (unsigned)read);
    finite_fail(finite, "the tables say otherwise", SMTPSPEC_SPAN(""));
}

static void look_up_number(struct finite *finite, struct smtpspec_terms terms,
                           unsigned services, unsigned number)
{
    for (unsigned i = 0; i < PROFILES * services * COMMANDS; i++) {
        terms.profile = (enum smtpspec_profile)(i % PROFILES);
        terms.service = (enum smtpspec_service)(i / PROFILES % services);
        look_up(finite, &terms, i / PROFILES / services, number);
    }
}

/* One number of each kind, for every service. */
static void look_up_kinds(struct finite *finite, uint64_t offered, bool tls)
{
    bool seen[256] = { false };
    struct smtpspec_terms terms = { .offered = offered, .tls = tls };

    for (unsigned number = 0; number < 1000; number++) {
        uint8_t kind = smtpspec_lookup_kind[number];

        if (!seen[kind])
            look_up_number(finite, terms, SERVICES, number);
        seen[kind] = true;
    }
}

/* NONE among them: a bit that no row needs. */
static uint64_t needed(void)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    uint64_t bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= SMTPSPEC_BIT64(rules[i].needs);
    return bits;
}

/* Two numbers of one kind, and every row: it allows both or neither. */
static void compare_kinds(struct finite *finite)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    unsigned first[256];

    memset(first, 0xff, sizeof(first));
    for (unsigned number = 0; number < 1000; number++) {
        unsigned *other = &first[smtpspec_lookup_kind[number]];

        if (*other > 1000)
            *other = number;
        if (number / 100 != *other / 100 ||
            SMTPSPEC_IS_CODE(number) != SMTPSPEC_IS_CODE(*other))
            finite_fail(finite, "a kind of two digits", SMTPSPEC_SPAN(""));
        for (size_t i = 0; i < count; i++, members++)
            if (smtpspec_reply_rule_allows(&rules[i], number) !=
                smtpspec_reply_rule_allows(&rules[i], *other))
                finite_fail(finite, "a row tells them apart",
                            SMTPSPEC_SPAN(""));
    }
}

int main(void)
{
    struct finite finite = { 0 };

    compare_kinds(&finite);
    finite_done(&finite, "numbers of one kind are alike to every row",
                members);
    members = 0;
    for (unsigned number = 0; number < NUMBERS; number++)
        look_up_number(&finite, (struct smtpspec_terms){ 0 }, 1, number);
    finite_done(&finite, "all numbers, with nothing offered", members);
    members = 0;
    for (unsigned tls = 0; tls < 2; tls++) {
        look_up_kinds(&finite, 0, tls);
        look_up_kinds(&finite, UINT64_MAX, tls);
        for (unsigned i = 0; i < 64; i++)
            if (needed() >> i & 1)
                look_up_kinds(&finite, SMTPSPEC_BIT64(i), tls);
    }
    finite_done(&finite, "each kind of them, whatever is offered", members);
    return finite_end(&finite);
}
