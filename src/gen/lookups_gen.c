/* SPDX-License-Identifier: MIT */
/*
 * lookups_gen.c - write the tables that src/rules/lookups.h declares
 *
 * Run when the library is built, on the machine that builds it. It asks
 * vocabulary.c, which reads the rows of replies.def one by one; nothing is
 * known here of what a row means but when it holds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/lookups.h"
#include "rules/vocabulary.h"

#define CHOICES_MOST 20000
#define LIST_MOST 64
#define CODES 1000

static const struct smtpspec_reply_rule *rules;
static size_t rule_count;

/* For each context the terms that stand for it. */
static struct smtpspec_terms contexts[SMTPSPEC_CONTEXTS_MOST];
static unsigned context_count = 1;

static unsigned kinds[CODES], kind_count = SMTPSPEC_NO_CODE_KINDS;
static unsigned code_of[SMTPSPEC_CODE_KINDS_MOST]; /* one code of each kind  */

static struct smtpspec_choice choices[CHOICES_MOST];
static size_t choice_count;

/* vocabulary.c asks; the rows are all that is needed of command.c. */
bool smtpspec_command_is_verb(enum smtpspec_command command)
{
    static const bool verbs[SMTPSPEC_COMMAND_COUNT] = {
#define COMMAND(name, written, is_verb, argument, reference)                \
        [SMTPSPEC_COMMAND_##name] = is_verb,
#include "wire/commands.def"
#undef COMMAND
    };

    return (unsigned)command < SMTPSPEC_COMMAND_COUNT && verbs[command];
}

static void stop(const char *why)
{
    fprintf(stderr, "lookups_gen: %s\n", why);
    exit(1);
}

/* --- When a row holds ---------------------------------------------------- */

static bool holds(const struct smtpspec_reply_rule *rule,
                  struct smtpspec_terms terms, uint64_t offered, bool tls)
{
    terms.offered = offered;
    terms.tls = tls;
    return smtpspec_reply_rule_holds(rule, &terms);
}

/* In a context: which of what may be true lets the row hold. The bit of NONE
 * is offered where nothing is to be, as what is 0 was not asked. */
static uint64_t when(const struct smtpspec_reply_rule *rule,
                     const struct smtpspec_terms *terms)
{
    uint64_t none = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_NONE), bits = 0;

    if (holds(rule, *terms, none, false))
        return SMTPSPEC_TRUE_ALWAYS;
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT; i++)
        if (holds(rule, *terms, SMTPSPEC_BIT64(i), false))
            bits |= SMTPSPEC_BIT64(i);
    if (holds(rule, *terms, none, true))
        bits |= SMTPSPEC_TRUE_IN_TLS;
    if (holds(rule, *terms, 0, false))
        bits |= SMTPSPEC_TRUE_UNASKED;
    return bits;
}

static bool is_alike(const struct smtpspec_terms *a,
                     const struct smtpspec_terms *b)
{
    for (size_t i = 0; i < rule_count; i++)
        if (when(&rules[i], a) != when(&rules[i], b))
            return false;
    return true;
}

static unsigned find_context(const struct smtpspec_terms *terms)
{
    for (unsigned i = 0; i < context_count; i++)
        if (is_alike(terms, &contexts[i]))
            return i;
    contexts[context_count] = *terms;
    return context_count++;
}

static void write_contexts(void)
{
    printf("const uint8_t smtpspec_lookup_context"
           "[SMTPSPEC_PROFILE_COUNT][3] = {\n");
    for (int profile = 0; profile < SMTPSPEC_PROFILE_COUNT; profile++) {
        printf("    {");
        for (int service = 0; service < 3; service++) {
            struct smtpspec_terms terms = {
                .profile = (enum smtpspec_profile)profile,
                .service = (enum smtpspec_service)service,
            };

            printf(" %u,", find_context(&terms));
        }
        printf(" },\n");
    }
    printf("};\n\n");
}

/* --- Codes that no row tells apart --------------------------------------- */

static bool is_named(unsigned code)
{
    for (size_t i = 0; i < rule_count; i++)
        if (rules[i].code == code && !rules[i].whole_class)
            return true;
    return false;
}

static unsigned new_kind(unsigned code)
{
    if (kind_count == SMTPSPEC_CODE_KINDS_MOST)
        stop("too many kinds of codes");
    code_of[kind_count] = code;
    return kind_count++;
}

static void write_kinds(void)
{
    unsigned other[10] = { 0 };

    printf("const uint8_t smtpspec_lookup_kind[%d] = {", CODES);
    for (unsigned code = 0; code < CODES; code++) {
        unsigned digit = code / 100;

        if (!SMTPSPEC_IS_CODE(code)) {
            kinds[code] = digit;
            code_of[digit] = code;
        } else if (is_named(code)) {
            kinds[code] = new_kind(code);
        } else {
            if (other[digit] == 0)
                other[digit] = new_kind(code);
            kinds[code] = other[digit];
        }
        printf("%s%u,", code % 16 == 0 ? "\n    " : " ", kinds[code]);
    }
    printf("\n};\n\n");
}

/* --- Choices ------------------------------------------------------------- */

struct list {
    struct smtpspec_choice choices[LIST_MOST];
    size_t count;
    bool closed; /* one fits always */
};

static void add(struct list *list, uint64_t bits, unsigned row)
{
    /* Behind one that fits always nobody else speaks. */
    if (bits == 0 || list->closed)
        return;
    list->closed = bits == SMTPSPEC_TRUE_ALWAYS;
    if (list->count == LIST_MOST)
        stop("too many choices of one cell");
    list->choices[list->count++] =
        (struct smtpspec_choice){ .when = bits, .row = (uint16_t)row };
}

static bool is_choice(const struct smtpspec_choice *a,
                      const struct smtpspec_choice *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].when != b[i].when || a[i].row != b[i].row)
            return false;
    return true;
}

/* Where the list stands among all choices. */
static size_t place(struct list *list)
{
    size_t at = 0;

    list->closed = false;
    add(list, SMTPSPEC_TRUE_ALWAYS, SMTPSPEC_NO_REPLY_ROW);
    while (at + list->count <= choice_count &&
           !is_choice(&choices[at], list->choices, list->count))
        at++;
    if (at + list->count > choice_count) {
        at = choice_count;
        if (at + list->count > CHOICES_MOST)
            stop("too many choices");
        for (size_t i = 0; i < list->count; i++)
            choices[choice_count++] = list->choices[i];
    }
    return at;
}

/* Its own rows in their order, then those of every command, the last first. */
static size_t place_cell(const struct smtpspec_terms *terms,
                         enum smtpspec_command command, unsigned code)
{
    struct list list = { .count = 0 };

    for (size_t i = 0; i < rule_count; i++)
        if (rules[i].command != SMTPSPEC_COMMAND_UNSET &&
            smtpspec_reply_rule_covers(&rules[i], command) &&
            smtpspec_reply_rule_allows(&rules[i], code))
            add(&list, when(&rules[i], terms), (unsigned)i);
    for (size_t i = rule_count; i-- > 0;)
        if (rules[i].command == SMTPSPEC_COMMAND_UNSET &&
            smtpspec_reply_rule_covers(&rules[i], command) &&
            smtpspec_reply_rule_allows(&rules[i], code))
            add(&list, when(&rules[i], terms), (unsigned)i);
    return place(&list);
}

static size_t place_first(const struct smtpspec_terms *terms,
                          enum smtpspec_command command)
{
    struct list list = { .count = 0 };

    for (size_t i = 0; i < rule_count; i++)
        if (rules[i].command != SMTPSPEC_COMMAND_UNSET &&
            smtpspec_reply_rule_covers(&rules[i], command))
            add(&list, when(&rules[i], terms), (unsigned)i);
    return place(&list);
}

/* --- The tables ---------------------------------------------------------- */

static void write_cells(void)
{
    printf("const uint16_t smtpspec_lookup_cell[%u][%d][%d] = {\n",
           context_count, SMTPSPEC_COMMAND_COUNT, SMTPSPEC_CODE_KINDS_MOST);
    for (unsigned context = 0; context < context_count; context++) {
        printf("    {\n");
        for (int command = 0; command < SMTPSPEC_COMMAND_COUNT; command++) {
            printf("        {");
            for (unsigned kind = 0; kind < kind_count; kind++)
                printf(" %zu,", place_cell(&contexts[context],
                                           (enum smtpspec_command)command,
                                           code_of[kind]));
            printf(" },\n");
        }
        printf("    },\n");
    }
    printf("};\n\n");
}

static void write_reach(const struct smtpspec_terms *terms,
                        enum smtpspec_command command)
{
    struct smtpspec_reach reach = { 0 };

    for (size_t i = 0; i < rule_count; i++) {
        uint64_t bits = when(&rules[i], terms);

        if (!smtpspec_reply_rule_covers(&rules[i], command))
            continue;
        if (rules[i].command != SMTPSPEC_COMMAND_UNSET)
            reach.own |= bits;
        reach.digit[rules[i].code / 100] |= bits;
    }
    printf("        { UINT64_C(%" PRIu64 "), {", reach.own);
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(reach.digit); i++)
        printf(" UINT64_C(%" PRIu64 "),", reach.digit[i]);
    printf(" }, %zu },\n", place_first(terms, command));
}

static void write_reaches(void)
{
    printf("const struct smtpspec_reach smtpspec_lookup_reach[%u][%d] = {\n",
           context_count, SMTPSPEC_COMMAND_COUNT);
    for (unsigned context = 0; context < context_count; context++) {
        printf("    {\n");
        for (int command = 0; command < SMTPSPEC_COMMAND_COUNT; command++)
            write_reach(&contexts[context], (enum smtpspec_command)command);
        printf("    },\n");
    }
    printf("};\n\n");
}

static void write_choices(void)
{
    uint64_t any = 0;

    for (size_t i = choice_count; i-- > 0;) {
        bool ends = choices[i].row == SMTPSPEC_NO_REPLY_ROW;

        any = ends ? 0 : any | choices[i].when;
        choices[i].any = any;
    }
    printf("const struct smtpspec_choice smtpspec_lookup_choice[] = {\n");
    for (size_t i = 0; i < choice_count; i++)
        printf("    { UINT64_C(%" PRIu64 "), UINT64_C(%" PRIu64 "), %u },\n",
               choices[i].when, choices[i].any, (unsigned)choices[i].row);
    printf("};\n");
}

int main(void)
{
    rules = smtpspec_reply_rules(&rule_count);
    if (rule_count >= SMTPSPEC_NO_REPLY_ROW)
        stop("too many rows");
    printf("/* Made by src/gen/lookups_gen.c of the rows of src/rules. */\n"
           "#include \"rules/lookups.h\"\n\n");
    write_contexts();
    write_kinds();
    write_cells();
    write_reaches();
    write_choices();
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
