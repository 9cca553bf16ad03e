/* SPDX-License-Identifier: MIT */
/*
 * machine_results.c - what was found of a machine, as results
 */
#include "cli/machine_results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/security.h"
#include "cli/cli.h"

#define SPELT_ROOM 1024
#define OBSERVED_KEPT 200

/* A result, and room for what it points to. */
struct sheet {
    struct smtpspec_result result;
    char id[128], title[2 * SPELT_ROOM + 128], rule[96], expected[256];
    char observed[4 * OBSERVED_KEPT + 1], reason[SPELT_ROOM + 128];
    char again[SMTPSPEC_CHECKING_AGAIN_ROOM];
};

static void take(const struct smtpspec_machine_results *results,
                 struct sheet *sheet)
{
    struct smtpspec_result *result = &sheet->result;

    result->id = sheet->id;
    result->title = sheet->title;
    if (result->reference == NULL)
        result->reference = "";
    if (result->outcome == SMTPSPEC_OUTCOME_WARN ||
        result->outcome == SMTPSPEC_OUTCOME_FAIL) {
        if (!results->offline)
            smtpspec_checking_again(results->check, result, NULL,
                                    sheet->again);
        smtpspec_security_judge(result);
    }
    smtpspec_checking_take(results->check, result);
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
static void put_id(char *id, size_t cap, const char *prefix, const char *state,
                   const char *symbol, const char *output)
{
    const char *word = strcmp(output, "x") == 0   ? "closed"
                       : strcmp(output, "-") == 0 ? "silent" : output;
    int length =
        snprintf(id, cap, "%s.%s.%s.%s", prefix, state, symbol, word);

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

void smtpspec_machine_spell(const struct smtpspec_alphabet *alphabet,
                            const uint8_t *word, const uint32_t *outputs,
                            size_t length, char *out, size_t cap)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < length && at < cap; i++) {
        char output[SMTPSPEC_OUTPUT_KEPT];

        smtpspec_output_write(outputs[i], output);
        at += (size_t)snprintf(out + at, cap - at, "%s%s %s",
                               i > 0 ? ", " : "",
                               alphabet->symbols[word[i]].name, output);
    }
}

/* The first line of the reply, or what came in its place; without a dialogue
 * the output. */
static void put_observed(const struct smtpspec_exhaustive_check *again,
                         uint32_t output, char *out, size_t cap)
{
    char octets[OBSERVED_KEPT], text[SMTPSPEC_OUTPUT_KEPT];
    struct smtpspec_span line = { octets, 0 };

    if (again != NULL)
        line.length = smtpspec_record_server(&again->record, again->reply_at,
                                             OBSERVED_KEPT, octets);
    line.length = smtpspec_span_find(line, '\n');
    if (line.length > 0 && octets[line.length - 1] == '\r')
        line.length--;
    if (output & SMTPSPEC_OUTPUT_CLOSED)
        snprintf(out, cap, "connection closed");
    else if (output & SMTPSPEC_OUTPUT_SILENT)
        snprintf(out, cap, "no reply");
    else if (again != NULL)
        smtpspec_span_escape(line, out, cap);
    else
        snprintf(out, cap, "%.*s", (int)smtpspec_output_write(output, text),
                 text);
}

/* "RCPT", "EHLO HELO RCPT", or "any command". */
static void name_symbols(const struct smtpspec_alphabet *alphabet,
                         const struct smtpspec_deviation *one, char *out,
                         size_t cap)
{
    uint8_t all[SMTPSPEC_SYMBOLS_KEPT];
    size_t count = 0;

    for (unsigned i = 0; i < alphabet->count; i++)
        if ((one->symbols & SMTPSPEC_BIT64(i)) != 0)
            all[count++] = (uint8_t)i;
    if (count == alphabet->count)
        snprintf(out, cap, "any command");
    else
        smtpspec_alphabet_spell(alphabet, all, count, out, cap);
}

/* What did not show again is no finding: who knows what it was. */
static void take_back(struct sheet *sheet,
                      const struct smtpspec_exhaustive_check *again)
{
    snprintf(sheet->reason, sizeof(sheet->reason), "%s",
             again->asked ? "seen, and not again when it was repeated"
                          : "seen, and could not be repeated");
    sheet->result.outcome = SMTPSPEC_OUTCOME_THROTTLED;
    sheet->result.reason = sheet->reason;
}

void smtpspec_machine_deviation(const struct smtpspec_machine_results *results,
                                const struct smtpspec_deviation *one,
                                const struct smtpspec_exhaustive_check *again)
{
    bool several = one->symbols != SMTPSPEC_BIT64(one->symbol);
    char label[SMTPSPEC_MEALY_LABEL_KEPT], output[SMTPSPEC_OUTPUT_KEPT];
    char word[SPELT_ROOM], names[SPELT_ROOM];
    struct smtpspec_transcript_entry *entries = NULL;
    struct sheet sheet;

    fill(&sheet, &one->verdict);
    smtpspec_spec_label(one->state, label, sizeof(label));
    smtpspec_output_write(one->output, output);
    name_symbols(results->alphabet, one, names, sizeof(names));
    put_id(sheet.id, sizeof(sheet.id), results->prefix, label,
           several ? "any" : names, output);
    smtpspec_machine_spell(results->alphabet, one->word, one->outputs,
                           one->length, word, sizeof(word));
    snprintf(sheet.title, sizeof(sheet.title), "%s in %s: %s", names, label,
             word);
    put_observed(again, one->output, sheet.observed, sizeof(sheet.observed));
    if (again != NULL)
        entries = smtpspec_record_entries(&again->record, again->reply_at,
                                          UINT32_MAX,
                                          &sheet.result.transcript_count);
    sheet.result.transcript = entries;
    if (again != NULL && !again->again)
        take_back(&sheet, again);
    take(results, &sheet);
    free(entries);
}

void smtpspec_machine_death(const struct smtpspec_machine_results *results,
                            const struct smtpspec_ask_death *death,
                            unsigned number)
{
    struct smtpspec_verdict verdict;
    struct sheet sheet;
    char word[SPELT_ROOM];

    smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD, &verdict);
    fill(&sheet, &verdict);
    smtpspec_machine_spell(results->alphabet, death->word, death->outputs,
                           death->length, word, sizeof(word));
    snprintf(sheet.id, sizeof(sheet.id), "%s.dead.%u", results->prefix,
             number);
    snprintf(sheet.title, sizeof(sheet.title),
             "Nobody greets any more after%s: %s",
             death->alone ? "" : " one of several words, perhaps", word);
    if (death->gone_ms > 0)
        snprintf(sheet.observed, sizeof(sheet.observed),
                 "no banner for %" PRIu64 " s", (death->gone_ms + 999) / 1000);
    else
        snprintf(sheet.observed, sizeof(sheet.observed), "no banner");
    take(results, &sheet);
}

/* Worth knowing, and no fault. */
static void take_known(const struct smtpspec_machine_results *results,
                       struct sheet *sheet, const char *what)
{
    sheet->result.outcome = SMTPSPEC_OUTCOME_PASS;
    sheet->result.level = SMTPSPEC_LEVEL_INFO;
    sheet->result.observed = sheet->observed;
    sheet->result.requirement = what;
    sheet->result.rule = sheet->id;
    take(results, sheet);
}

void smtpspec_machine_repetition(
    const struct smtpspec_machine_results *results, unsigned symbol,
    const struct smtpspec_repetition *found)
{
    const char *name = results->alphabet->symbols[symbol].name;
    char usual[SMTPSPEC_OUTPUT_KEPT], changed[SMTPSPEC_OUTPUT_KEPT];
    struct sheet sheet = { .id = "" };
    size_t at = 0;

    if (found->change == 0 && found->slow == 0)
        return;
    smtpspec_output_write(found->usual, usual);
    smtpspec_output_write(found->changed, changed);
    put_id(sheet.id, sizeof(sheet.id), results->prefix, "repeated", name, "");
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
    take_known(results, &sheet, "how often the command is borne");
}

/* Behind what stands there: a file that it is read from, perhaps. */
static void save_caps(struct smtpspec_checking *check, const char *caps)
{
    const char *path = check->options.save_caps;
    FILE *file = path != NULL ? fopen(path, "ae") : NULL;
    char target[SMTPSPEC_CONFIG_LINE_KEPT];

    if (path == NULL)
        return;
    smtpspec_span_escape(smtpspec_span_of(check->target), target,
                         sizeof(target));
    if (file != NULL)
        fprintf(file, "[%s]\n%s%s\n", target,
                caps[0] != '\0' ? "cap = " : "# bears each command",
                caps);
    if (file != NULL && fclose(file) == 0)
        return;
    smtpspec_cli_usage(smtpspec_verb_name(check->options.verb), "%s: %s", path,
                       strerror(errno));
    check->unwritten = true;
}

void smtpspec_machine_caps(const struct smtpspec_machine_results *results,
                           const struct smtpspec_repetition found[])
{
    struct smtpspec_command_caps caps;
    struct sheet sheet = { .id = "" };

    smtpspec_repetition_commands(results->alphabet, found, &caps);
    smtpspec_command_caps_write(&caps, sheet.observed, OBSERVED_KEPT);
    save_caps(results->check, sheet.observed);
    if (sheet.observed[0] == '\0')
        return;
    snprintf(sheet.id, sizeof(sheet.id), "%s.caps", results->prefix);
    snprintf(sheet.title, sizeof(sheet.title),
             "as --cap takes it, or cap in a configuration file");
    take_known(results, &sheet, "how often each command is borne");
}

void smtpspec_machine_note(const struct smtpspec_machine_results *results,
                           const struct smtpspec_machine_note *note)
{
    struct sheet sheet = { .id = "" };

    snprintf(sheet.id, sizeof(sheet.id), "%s.%s", results->prefix,
             note->what);
    snprintf(sheet.title, sizeof(sheet.title), "%s", note->title);
    sheet.result.outcome = note->reason == NULL ? SMTPSPEC_OUTCOME_PASS
                                                : SMTPSPEC_OUTCOME_ERROR;
    sheet.result.level = SMTPSPEC_LEVEL_INFO;
    sheet.result.observed = note->observed;
    sheet.result.reason = note->reason;
    take(results, &sheet);
}
