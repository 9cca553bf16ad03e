/* SPDX-License-Identifier: MIT */
/*
 * list_rules.c - the reply rules of a profile in order, and in the layout of
 * RFC 5321, 4.3.2, so that one page can be held against the other
 */
#include "cli/list_rules.h"

#include <stdio.h>
#include <string.h>

#include "cli/prose.h"
#include "rules/sources.h"

/* Sources in the order of profiles.def. */
static const struct {
    uint8_t profile;
    uint8_t source;
} order[] = {
#define PROFILE_SOURCE(profile, source, on, section)                        \
    { SMTPSPEC_PROFILE_##profile, SMTPSPEC_SOURCE_##source },
#include "rules/profiles.def"
#undef PROFILE_SOURCE
};

bool smtpspec_list_rule_can_hold(const struct smtpspec_reply_rule *rule,
                                 enum smtpspec_profile profile)
{
    static const enum smtpspec_service services[] = {
        SMTPSPEC_SERVICE_SMTP,
        SMTPSPEC_SERVICE_SUBMISSION,
        SMTPSPEC_SERVICE_LMTP,
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(services); i++) {
        struct smtpspec_terms terms = { .profile = profile,
                                        .service = services[i],
                                        .offered = UINT64_MAX,
                                        .tls = true };

        if (smtpspec_reply_rule_holds(rule, &terms))
            return true;
    }
    return false;
}

void smtpspec_list_rules_walk(enum smtpspec_profile profile,
                              void (*each)(void *context,
                                           const struct smtpspec_reply_rule *),
                              void *context)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    for (unsigned c = 1; c <= SMTPSPEC_COMMAND_COUNT; c++) {
        /* UNSET, which stands for every command, comes last. */
        unsigned command = c % SMTPSPEC_COMMAND_COUNT;

        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++) {
            if (order[i].profile != (unsigned)profile)
                continue;
            for (size_t r = 0; r < count; r++)
                if (rules[r].command == command &&
                    rules[r].source == order[i].source &&
                    smtpspec_list_rule_can_hold(&rules[r], profile))
                    each(context, &rules[r]);
        }
    }
}

const char *smtpspec_list_rule_command(const struct smtpspec_reply_rule *rule)
{
    return rule->command == SMTPSPEC_COMMAND_UNSET
               ? "ANY"
               : smtpspec_command_name((enum smtpspec_command)rule->command);
}

void smtpspec_list_rule_code(const struct smtpspec_reply_rule *rule,
                             char out[4])
{
    out[0] = (char)('0' + rule->code / 100 % 10);
    out[1] = (char)(rule->whole_class ? 'y' : '0' + rule->code / 10 % 10);
    out[2] = (char)(rule->whole_class ? 'z' : '0' + rule->code % 10);
    out[3] = '\0';
}

/* The letters of RFC 5321, 4.3.2, and F, which RFC 821 has besides. */
static char letter_of(unsigned kind)
{
    return kind <= SMTPSPEC_KIND_ERROR ? "SIFE"[kind] : '?';
}

/* Where the page stands. */
struct page {
    enum smtpspec_profile profile;
    bool many;               /* several sources: each is named               */
    int command, source, kind; /* of the list under way; -1: none            */
    bool nested;             /* behind "354 -> data ->"                      */
    bool begun;              /* the line has that much on it already         */
    char codes[512];         /* of the list under way                        */
};

/* Columns: where a list's letter stands; the width of a source's name. */
#define LEFT 6
#define NAME 12
#define DATA_ARROW "I: 354 -> data -> "
#define ARROW ((int)sizeof(DATA_ARROW) - 1)

static void end_list(struct page *page)
{
    unsigned at = LEFT + 3;

    if (page->codes[0] == '\0')
        return;
    if (page->many)
        at += NAME;
    if (page->nested)
        at += ARROW;
    smtpspec_prose(at, at, SMTPSPEC_PROSE_WIDTH, page->codes);
    page->codes[0] = '\0';
}

static void begin_list(struct page *page,
                       const struct smtpspec_reply_rule *rule)
{
    bool named = page->many && page->source != rule->source;

    if (!page->begun) {
        printf("%*s", LEFT, "");
        if (page->many)
            printf("%-*s", NAME,
                   named ? smtpspec_source_name(rule->source) : "");
        if (page->nested)
            printf("%*s", ARROW, "");
    }
    page->begun = false;
    printf("%c: ", letter_of(rule->kind));
    page->source = rule->source;
    page->kind = rule->kind;
}

static void begin_command(struct page *page,
                          const struct smtpspec_reply_rule *rule)
{
    static const char *const titles[SMTPSPEC_COMMAND_COUNT] = {
        [SMTPSPEC_COMMAND_UNSET] = "ANY COMMAND",
        [SMTPSPEC_COMMAND_CONNECT] = "CONNECTION ESTABLISHMENT",
        [SMTPSPEC_COMMAND_DATA_END] = "DATA, after the final dot",
        [SMTPSPEC_COMMAND_AUTH_CONTINUE] = "AUTH, a further line",
    };

    page->command = rule->command;
    page->source = page->kind = -1;
    printf("\n   %s\n", titles[rule->command] != NULL
                            ? titles[rule->command]
                            : smtpspec_list_rule_command(rule));
}

/* A row on a condition has a line of its own, with the condition. */
static void put_condition(struct page *page,
                          const struct smtpspec_reply_rule *rule)
{
    char code[4];
    int at;

    end_list(page);
    smtpspec_list_rule_code(rule, code);
    at = printf("%*s", LEFT, "");
    if (page->many)
        at += printf("%-*s", NAME,
                     page->source != rule->source
                         ? smtpspec_source_name(rule->source)
                         : "");
    at += printf("%c: %s ", letter_of(rule->kind), code);
    smtpspec_prose((unsigned)at, (unsigned)at, SMTPSPEC_PROSE_WIDTH,
                   rule->note);
    page->source = rule->source;
    page->kind = -1;
}

static void put_code(struct page *page, const struct smtpspec_reply_rule *rule)
{
    char code[4];
    size_t length;

    if (page->source != rule->source || page->kind != rule->kind) {
        end_list(page);
        begin_list(page, rule);
    }
    smtpspec_list_rule_code(rule, code);
    length = strlen(page->codes);
    snprintf(page->codes + length, sizeof(page->codes) - length, "%s%s",
             length > 0 ? ", " : "", code);
}

static void put_final(void *context, const struct smtpspec_reply_rule *rule)
{
    if (rule->command == SMTPSPEC_COMMAND_DATA_END)
        put_code(context, rule);
}

/* What follows the final dot stands beside the 354 that lets it come. */
static void put_data(struct page *page)
{
    end_list(page);
    printf("%*s%s", LEFT, "", DATA_ARROW);
    page->nested = page->begun = true;
    page->kind = -1;
    smtpspec_list_rules_walk(page->profile, put_final, page);
    end_list(page);
    page->nested = false;
    page->kind = -1;
}

static void put_rule(void *context, const struct smtpspec_reply_rule *rule)
{
    struct page *page = context;

    if (!page->many && rule->command == SMTPSPEC_COMMAND_DATA_END)
        return;
    if (page->command != rule->command) {
        end_list(page);
        begin_command(page, rule);
    }
    if (rule->phase == SMTPSPEC_PHASE_ANY_IF)
        put_condition(page, rule);
    else if (!page->many && rule->command == SMTPSPEC_COMMAND_DATA &&
             rule->code == 354)
        put_data(page);
    else
        put_code(page, rule);
}

void smtpspec_list_rules_rfc(enum smtpspec_profile profile)
{
    struct page page = { .profile = profile, .command = -1,
                         .source = -1, .kind = -1 };
    unsigned sources = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++)
        sources += order[i].profile == (unsigned)profile;
    page.many = sources > 1;
    printf("   %s: %s\n", smtpspec_profile_name(profile),
           smtpspec_profile_text(profile));
    smtpspec_list_rules_walk(profile, put_rule, &page);
    end_list(&page);
}
