/* SPDX-License-Identifier: MIT */
/*
 * check_exhaustive.c - `smtpspec check --exhaustive K`: one target
 */
#include "cli/check_exhaustive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/security.h"
#include "learn/exhaustive.h"
#include "net/memory.h"

#define SPELT_ROOM 1024
#define OBSERVED_KEPT 200

/* A target under way. */
struct round {
    struct smtpspec_checking *check;
    struct smtpspec_exhaustive_settings settings;
    struct smtpspec_exhaustive *run;
};

/* A result, and room for what it points to. */
struct sheet {
    struct smtpspec_result result;
    char id[128], title[2 * SPELT_ROOM + 128], rule[96], expected[256];
    char observed[4 * OBSERVED_KEPT + 1], reason[SPELT_ROOM + 128];
    char again[SMTPSPEC_CHECKING_AGAIN_ROOM];
};

static void on_begins(void *context, size_t words, size_t symbols)
{
    const struct smtpspec_checking *check = context;
    char name[256];

    if (check->options.style.quiet || check->mute)
        return;
    smtpspec_span_escape(smtpspec_span_of(check->target), name, sizeof(name));
    fprintf(stderr, "Suite: %zu words of %zu commands, each on a connection of "
            "its own (%s)\n", words, symbols, name);
}

static void on_progress(void *context, size_t done, size_t all)
{
    smtpspec_checking_progress(context, done, all);
}

/* --- What it is made of --------------------------------------------------- */

/* A mailbox at the recipient's domain that the seed names, so that nobody has
 * it: short names are those of people, or of a machine's own users. */
static struct smtpspec_span unknown_of(const struct smtpspec_site *site,
                                       struct smtpspec_span to, uint64_t seed,
                                       char *out, size_t cap)
{
    size_t at = smtpspec_span_find(to, '@');
    struct smtpspec_span domain = smtpspec_span_skip(to, at + 1);

    if (site->unknown != NULL)
        return smtpspec_span_of(site->unknown);
    if (domain.length == 0)
        domain = SMTPSPEC_SPAN("nobody.invalid");
    snprintf(out, cap, "smtpspec-%08" PRIx64 "@%.*s",
             (seed * UINT64_C(0x9e3779b97f4a7c15)) >> 32, (int)domain.length,
             domain.at);
    return smtpspec_span_of(out);
}

bool smtpspec_check_exhaustive_can(const struct smtpspec_target *target,
                                   const struct smtpspec_site *site, char *why,
                                   size_t cap)
{
    if (target->service == SMTPSPEC_SERVICE_LMTP) {
        snprintf(why, cap, "--exhaustive does not speak LMTP");
        return false;
    }
    if (site->to == NULL && target->kind != SMTPSPEC_TARGET_EMBEDDED) {
        snprintf(why, cap, "--exhaustive needs --to: a mailbox that takes "
                 "mail, a lot of it");
        return false;
    }
    return true;
}

/* False where the target cannot be asked: `why`. */
static bool prepare(struct round *round,
                    const struct smtpspec_check_target *target,
                    const struct smtpspec_site *site, char *why, size_t cap)
{
    const struct smtpspec_check_options *options = &round->check->options;
    bool built_in = target->target.kind == SMTPSPEC_TARGET_EMBEDDED;
    const char *to = site->to != NULL ? site->to
                     : built_in       ? "alice@embedded.example" : NULL;
    char nobody[SMTPSPEC_DOMAIN_LIMIT + 64];
    struct smtpspec_alphabet_names names = {
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = site->from != NULL ? smtpspec_span_of(site->from)
                                   : SMTPSPEC_SPAN("probe@probe.example")
    };

    if (!smtpspec_check_exhaustive_can(&target->target, site, why, cap))
        return false;
    names.to = smtpspec_span_of(to);
    names.unknown = unknown_of(site, names.to, options->seed, nobody,
                               sizeof(nobody));
    round->settings.target = &target->target;
    round->settings.server = built_in ? &target->server : NULL;
    round->settings.profile = options->profile;
    round->settings.extra = (unsigned)options->exhaustive;
    round->settings.jobs = options->jobs;
    round->settings.rate = site->rate;
    round->settings.seed = options->seed;
    round->settings.timeout_ms = site->timeout_ms;
    round->settings.intrusive = options->intrusive;
    round->settings.begins = on_begins;
    round->settings.progress = on_progress;
    round->settings.context = round->check;
    return smtpspec_alphabet_read(&round->settings.alphabet,
                                  options->alphabet_text, &names, why, cap);
}

/* --- Results -------------------------------------------------------------- */

static void take(struct round *round, struct sheet *sheet)
{
    struct smtpspec_result *result = &sheet->result;

    result->id = sheet->id;
    result->title = sheet->title;
    if (result->reference == NULL)
        result->reference = "";
    if (result->outcome == SMTPSPEC_OUTCOME_WARN ||
        result->outcome == SMTPSPEC_OUTCOME_FAIL) {
        smtpspec_checking_again(round->check, result, NULL, sheet->again);
        smtpspec_security_judge(result);
    }
    smtpspec_checking_take(round->check, result);
}

/* By a verdict; what is expected, and by which rule. */
static void fill(struct sheet *sheet, const struct smtpspec_verdict *verdict)
{
    size_t length = 0;

    memset(sheet, 0, sizeof(*sheet));
    smtpspec_verdict_rule(verdict, sheet->rule, sizeof(sheet->rule));
    if (verdict->expected.count > 0) {
        if (verdict->expected_denied)
            length = (size_t)snprintf(sheet->expected,
                                      sizeof(sheet->expected), "not ");
        smtpspec_codes_write(&verdict->expected, sheet->expected + length,
                             sizeof(sheet->expected) - length);
    } else {
        snprintf(sheet->expected, sizeof(sheet->expected), "%s",
                 verdict->text);
    }
    sheet->result = (struct smtpspec_result){
        .level = (enum smtpspec_level)verdict->level,
        .outcome = (enum smtpspec_outcome)verdict->outcome,
        .layer = (enum smtpspec_layer)verdict->layer,
        .reference = verdict->reference, .rule = sheet->rule,
        .requirement = verdict->text, .expected = sheet->expected,
        .observed = sheet->observed,
        .state = (enum smtpspec_state)verdict->state,
        .command = (enum smtpspec_command)verdict->command
    };
}

/* Small letters, digits and dots; "x" and "-" as words. */
static void put_id(char *id, size_t cap, const char *state, const char *symbol,
                   const char *output)
{
    const char *word = strcmp(output, "x") == 0   ? "closed"
                       : strcmp(output, "-") == 0 ? "silent" : output;
    int length = snprintf(id, cap, "exhaustive.%s.%s.%s", state, symbol, word);

    for (int i = 0; i < length && (size_t)i < cap; i++) {
        char octet = id[i];

        if (octet >= 'A' && octet <= 'Z')
            id[i] = (char)(octet - 'A' + 'a');
        else if (octet == '*' || octet == '!')
            id[i] = octet == '*' ? 's' : 'o';
        else if ((octet < 'a' || octet > 'z') &&
                 (octet < '0' || octet > '9') && octet != '.')
            id[i] = '-';
    }
}

/* "EHLO 250, MAIL 250". */
static void spell(const struct round *round, const uint8_t *word,
                  const uint32_t *outputs, size_t length, char *out,
                  size_t cap)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < length && at < cap; i++) {
        char output[SMTPSPEC_OUTPUT_KEPT];

        smtpspec_output_write(outputs[i], output);
        at += (size_t)snprintf(
            out + at, cap - at, "%s%s %s", i > 0 ? ", " : "",
            round->settings.alphabet.symbols[word[i]].name, output);
    }
}

/* The first line of the reply, or what came in its place. */
static void put_observed(const struct smtpspec_exhaustive_check *checked,
                         uint32_t output, char *out, size_t cap)
{
    char octets[OBSERVED_KEPT];
    size_t length = smtpspec_record_server(&checked->record,
                                           checked->reply_at, OBSERVED_KEPT,
                                           octets);
    struct smtpspec_span line = { octets, length };

    line.length = smtpspec_span_find(line, '\n');
    if (line.length > 0 && octets[line.length - 1] == '\r')
        line.length--;
    if (output & SMTPSPEC_OUTPUT_CLOSED)
        snprintf(out, cap, "connection closed");
    else if (output & SMTPSPEC_OUTPUT_SILENT)
        snprintf(out, cap, "no reply");
    else
        smtpspec_span_escape(line, out, cap);
}

/* "RCPT", "EHLO HELO RCPT", or "any command". */
static void name_symbols(const struct round *round,
                         const struct smtpspec_deviation *one, char *out,
                         size_t cap)
{
    uint8_t all[SMTPSPEC_SYMBOLS_KEPT];
    size_t count = 0;

    for (unsigned i = 0; i < round->settings.alphabet.count; i++)
        if ((one->symbols & SMTPSPEC_BIT64(i)) != 0)
            all[count++] = (uint8_t)i;
    if (count == round->settings.alphabet.count)
        snprintf(out, cap, "any command");
    else
        smtpspec_alphabet_spell(&round->settings.alphabet, all, count, out,
                                cap);
}

static void take_deviation(struct round *round, size_t i)
{
    const struct smtpspec_deviation *one = &round->run->product.all[i];
    const struct smtpspec_exhaustive_check *checked = &round->run->checks[i];
    bool several = one->symbols != SMTPSPEC_BIT64(one->symbol);
    char label[SMTPSPEC_MEALY_LABEL_KEPT], output[SMTPSPEC_OUTPUT_KEPT];
    char word[SPELT_ROOM], names[SPELT_ROOM];
    struct smtpspec_transcript_entry *entries;
    struct sheet sheet;

    fill(&sheet, &one->verdict);
    smtpspec_spec_label(one->state, label, sizeof(label));
    smtpspec_output_write(one->output, output);
    name_symbols(round, one, names, sizeof(names));
    put_id(sheet.id, sizeof(sheet.id), label, several ? "any" : names, output);
    spell(round, one->word, one->outputs, one->length, word, sizeof(word));
    snprintf(sheet.title, sizeof(sheet.title), "%s in %s: %s", names, label,
             word);
    put_observed(checked, one->output, sheet.observed,
                 sizeof(sheet.observed));
    entries = smtpspec_record_entries(
        &checked->record, checked->reply_at, UINT32_MAX,
        &sheet.result.transcript_count);
    sheet.result.transcript = entries;
    if (!checked->again) {
        snprintf(sheet.reason, sizeof(sheet.reason), "%s",
                 checked->asked ? "seen, and not again when it was repeated"
                                : "seen, and could not be repeated");
        sheet.result.outcome = SMTPSPEC_OUTCOME_THROTTLED;
        sheet.result.reason = sheet.reason;
    }
    take(round, &sheet);
    free(entries);
}

static void take_death(struct round *round, unsigned i)
{
    const struct smtpspec_ask_death *death =
        &smtpspec_ask_facts(round->run->ask)->deaths[i];
    struct smtpspec_verdict verdict;
    struct sheet sheet;
    char word[SPELT_ROOM];

    smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD, &verdict);
    fill(&sheet, &verdict);
    spell(round, death->word, death->outputs, death->length, word,
          sizeof(word));
    snprintf(sheet.id, sizeof(sheet.id), "exhaustive.dead.%u", i + 1);
    snprintf(sheet.title, sizeof(sheet.title),
             "Nobody greets any more after%s: %s",
             death->alone ? "" : " one of several words, perhaps", word);
    if (death->gone_ms > 0)
        snprintf(sheet.observed, sizeof(sheet.observed),
                 "no banner for %" PRIu64 " s", (death->gone_ms + 999) / 1000);
    else
        snprintf(sheet.observed, sizeof(sheet.observed), "no banner");
    take(round, &sheet);
}

/* A command that the server does not bear so often: worth knowing. */
static void take_repetition(struct round *round, unsigned symbol)
{
    const struct smtpspec_repetition *found =
        &round->run->repetitions[symbol];
    const char *name = round->settings.alphabet.symbols[symbol].name;
    char usual[SMTPSPEC_OUTPUT_KEPT], changed[SMTPSPEC_OUTPUT_KEPT];
    struct sheet sheet = { .id = "" };
    size_t at = 0;

    if (found->change == 0 && found->slow == 0)
        return;
    smtpspec_output_write(found->usual, usual);
    smtpspec_output_write(found->changed, changed);
    put_id(sheet.id, sizeof(sheet.id), "repeated", name, "");
    sheet.id[strlen(sheet.id) - 1] = '\0';
    snprintf(sheet.title, sizeof(sheet.title), "%s, %u times", name,
             found->times);
    if (found->change > 0)
        at = (size_t)snprintf(sheet.observed, sizeof(sheet.observed),
                              "number %u is answered %s, those before %s",
                              found->change, changed, usual);
    if (found->slow > 0)
        snprintf(sheet.observed + at, sizeof(sheet.observed) - at,
                 "%snumber %u takes %u ms: words are cut there",
                 at > 0 ? "; " : "", found->slow, found->slow_ms);
    sheet.result.outcome = SMTPSPEC_OUTCOME_PASS;
    sheet.result.level = SMTPSPEC_LEVEL_INFO;
    sheet.result.observed = sheet.observed;
    sheet.result.requirement = "how often the command is borne";
    sheet.result.rule = sheet.id;
    take(round, &sheet);
}

static void take_suite(struct round *round)
{
    const struct smtpspec_exhaustive *run = round->run;
    const struct smtpspec_ask_facts *facts = smtpspec_ask_facts(run->ask);
    struct sheet sheet = { .id = "exhaustive.suite" };

    snprintf(sheet.title, sizeof(sheet.title),
             "%zu words, %zu commands: every fault of up to %u states more "
             "than %u over %u symbols",
             run->words, run->symbols, round->settings.extra, run->states,
             round->settings.alphabet.count);
    snprintf(sheet.observed, sizeof(sheet.observed),
             "%zu words answered, %zu of them cut short, %" PRIu64
             " not asked because they begin with a deadly one",
             run->answered, run->cut, facts->spared);
    snprintf(sheet.reason, sizeof(sheet.reason), "%zu words have no answer%s%s",
             run->words - run->answered,
             facts->trouble[0] != '\0' ? ": " : "", facts->trouble);
    sheet.result.outcome = run->answered == run->words
                               ? SMTPSPEC_OUTCOME_PASS
                               : SMTPSPEC_OUTCOME_ERROR;
    sheet.result.level = SMTPSPEC_LEVEL_INFO;
    sheet.result.observed = sheet.observed;
    if (run->answered < run->words)
        sheet.result.reason = sheet.reason;
    take(round, &sheet);
}

static void take_all(struct round *round)
{
    const struct smtpspec_ask_facts *facts =
        smtpspec_ask_facts(round->run->ask);

    for (size_t i = 0; i < round->run->product.count; i++)
        take_deviation(round, i);
    for (unsigned i = 0; i < facts->death_count; i++)
        take_death(round, i);
    for (unsigned i = 0; i < round->settings.alphabet.count; i++)
        take_repetition(round, i);
    take_suite(round);
}

void smtpspec_check_exhaustive(struct smtpspec_checking *check,
                               const struct smtpspec_check_target *target,
                               const struct smtpspec_site *site)
{
    struct round *round = smtpspec_memory_new(sizeof(*round));
    struct smtpspec_target_facts end = { .name = target->target.name };
    char why[512] = "";

    round->check = check;
    smtpspec_progress_begin(&check->progress, "words",
                            smtpspec_checking_now());
    if (prepare(round, target, site, why, sizeof(why))) {
        const struct smtpspec_ask_facts *facts;

        round->run = smtpspec_exhaustive_run(&round->settings);
        facts = smtpspec_ask_facts(round->run->ask);
        if (facts->greeting[0] == '\0')
            snprintf(why, sizeof(why), "%s", facts->trouble);
        else
            take_all(round);
        check->interrupted = facts->signal;
        end.greeting = facts->greeting;
        end.connections = facts->connections;
        end.commands = facts->symbols;
    }
    end.trouble = why[0] != '\0' ? why : NULL;
    smtpspec_checking_end(check, end);
    if (round->run != NULL)
        smtpspec_exhaustive_free(round->run);
    free(round);
}
