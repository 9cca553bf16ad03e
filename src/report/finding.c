/* SPDX-License-Identifier: MIT */
/*
 * finding.c - one finding, as people read it
 */
#include "report/finding.h"

#include <inttypes.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/judge.h>

#include "report/hex.h"
#include "report/layout.h"

/* Lines of a transcript that are shown, and how many of them come before the
 * one that shows the fault where there are more. */
#define DIALOGUE_KEPT 24
#define DIALOGUE_BEFORE 15
/* " ... and 1000 more lines" */
#define FOLDED_ROOM 24

enum smtpspec_level smtpspec_finding_level(const struct smtpspec_result *result)
{
    return result->verdict_count > 0 ? result->verdicts[0].level
                                     : result->level;
}

const char *smtpspec_finding_reference(const struct smtpspec_result *result)
{
    return result->verdict_count > 0 && result->verdicts[0].reference != NULL
               ? result->verdicts[0].reference
               : result->reference;
}

void smtpspec_finding_label(FILE *out, const char *label)
{
    fprintf(out, "      %-10s", label);
}

void smtpspec_finding_field(FILE *out, const char *label, const char *text)
{
    if (text == NULL)
        return;
    smtpspec_finding_label(out, label);
    smtpspec_layout_wrap(out, 16, 16, text);
}

void smtpspec_finding_peer(FILE *out, const char *label, const char *text)
{
    if (text == NULL)
        return;
    smtpspec_finding_label(out, label);
    smtpspec_layout_cut(out, text, SMTPSPEC_LAYOUT_WIDTH - 16);
    putc('\n', out);
}

/* "FAIL  id"; returns the columns. */
static size_t put_name(FILE *out, const struct smtpspec_finding_style *style,
                       const struct smtpspec_result *result)
{
    size_t columns;

    fprintf(out, "%s%-6s%s%s", style->colour, style->label, style->plain,
            style->strong);
    columns = smtpspec_layout_clean(out, result->id);
    fputs(style->plain, out);
    return 6 + columns;
}

void smtpspec_finding_head(FILE *out,
                           const struct smtpspec_finding_style *style,
                           const struct smtpspec_result *result)
{
    enum smtpspec_level level = smtpspec_finding_level(result);
    const char *reference = smtpspec_finding_reference(result);
    char text[96];

    put_name(out, style, result);
    if (level != SMTPSPEC_LEVEL_UNSET)
        fprintf(out, "   %s", smtpspec_level_name(level));
    if (reference != NULL && reference[0] != '\0') {
        smtpspec_reference_write(reference, text, sizeof(text));
        fputs("   ", out);
        smtpspec_layout_clean(out, text);
    }
    putc('\n', out);
    if (result->title != NULL) {
        fputs("      ", out);
        smtpspec_layout_wrap(out, 6, 6, result->title);
    }
}

void smtpspec_finding_layer(FILE *out, const struct smtpspec_result *result)
{
    const char *rule = result->rule;
    bool named = rule != NULL && strcmp(rule, result->id) != 0;
    char text[256];

    if (result->layer == SMTPSPEC_LAYER_NONE)
        return;
    snprintf(text, sizeof(text), "%s%s%s%s%s",
             smtpspec_layer_name(result->layer), named ? ", rule " : "",
             named ? rule : "", result->row != NULL ? ", " : "",
             result->row != NULL ? result->row : "");
    smtpspec_finding_field(out, "layer", text);
}

void smtpspec_finding_security(FILE *out, const struct smtpspec_result *result,
                               bool sentence)
{
    char reference[160] = "", text[600];
    const char *reason = result->security_reason;

    if (result->security == SMTPSPEC_SECURITY_NONE)
        return;
    if (result->security_reference != NULL)
        smtpspec_reference_write(result->security_reference, reference,
                                 sizeof(reference));
    if (result->security == SMTPSPEC_SECURITY_NON_CONFORMING &&
        (reason == NULL || !sentence))
        snprintf(text, sizeof(text), "non-conforming only");
    else
        snprintf(text, sizeof(text), "%s%s%s%s%s%s",
                 smtpspec_security_name(result->security),
                 sentence ? ": " : "", sentence ? reason : "",
                 reference[0] != '\0' ? " (" : "", reference,
                 reference[0] != '\0' ? ")" : "");
    smtpspec_finding_field(out, "security", text);
}

void smtpspec_finding_rule(FILE *out, const struct smtpspec_result *result)
{
    const char *rule = result->requirement;

    if (rule != NULL &&
        (result->title == NULL || strcmp(rule, result->title) != 0))
        smtpspec_finding_field(out, "rule", rule);
    smtpspec_finding_layer(out, result);
    smtpspec_finding_security(out, result, result->security_reason != NULL);
}

/* Other rules that the same case broke, a line or two for each. */
static void put_further(FILE *out, const struct smtpspec_result *result)
{
    for (unsigned i = 1; i < result->verdict_count; i++) {
        const struct smtpspec_result_verdict *verdict = &result->verdicts[i];
        char reference[96] = "", text[160];

        /* What the case itself demands stands in its title. */
        if (verdict->outcome == SMTPSPEC_OUTCOME_PASS ||
            (result->title != NULL && verdict->text != NULL &&
             strcmp(verdict->text, result->title) == 0))
            continue;
        if (verdict->reference != NULL)
            smtpspec_reference_write(verdict->reference, reference,
                                     sizeof(reference));
        snprintf(text, sizeof(text), "%s, %s, %s",
                 smtpspec_outcome_name(verdict->outcome),
                 smtpspec_level_name(verdict->level), reference);
        smtpspec_finding_field(out, "also", text);
        smtpspec_finding_field(out, "", verdict->text);
    }
}

/* Which lines of a dialogue to show: `*first` and how many from there on. */
static unsigned choose_lines(const struct smtpspec_result *result, bool whole,
                             unsigned *first, unsigned *all)
{
    struct smtpspec_dialogue dialogue;
    struct smtpspec_dialogue_line line;
    unsigned focus = 0;
    bool found = false;

    *all = *first = 0;
    smtpspec_dialogue_init(&dialogue, result->transcript,
                           result->transcript_count);
    while (smtpspec_dialogue_fold(&dialogue, &line)) {
        if (!found)
            focus = *all;
        found = found || line.shows;
        (*all)++;
    }
    if (*all <= DIALOGUE_KEPT || whole)
        return *all;
    if (focus > DIALOGUE_BEFORE)
        *first = focus - DIALOGUE_BEFORE;
    if (*first > *all - DIALOGUE_KEPT)
        *first = *all - DIALOGUE_KEPT;
    return DIALOGUE_KEPT;
}

static const char *lines_of(unsigned count)
{
    return count == 1 ? "line" : "lines";
}

static void put_line(FILE *out, const struct smtpspec_finding_style *style,
                     const struct smtpspec_dialogue_line *line)
{
    if (line->shows)
        fprintf(out, "   %s-> ", style->colour);
    else
        fputs("      ", out);
    if (line->from == '-')
        fputs("-- ", out);
    else
        fprintf(out, "%c: ", line->from);
    smtpspec_layout_cut(out, line->text,
                        line->folded > 0 ? SMTPSPEC_DIALOGUE_WIDTH - FOLDED_ROOM
                                         : SMTPSPEC_DIALOGUE_WIDTH);
    if (line->cut)
        fprintf(out, "... (%" PRIu64 " octets)", line->octets);
    if (line->folded > 0)
        fprintf(out, " ... and %u more %s", line->folded,
                lines_of(line->folded));
    fprintf(out, "%s\n", line->shows ? style->plain : "");
}

static void put_dialogue(FILE *out, const struct smtpspec_finding_style *style,
                         const struct smtpspec_result *result)
{
    struct smtpspec_dialogue dialogue;
    struct smtpspec_dialogue_line line;
    unsigned first, all, count, at = 0;

    count = choose_lines(result, style->whole, &first, &all);
    smtpspec_dialogue_init(&dialogue, result->transcript,
                           result->transcript_count);
    if (first > 0)
        fprintf(out, "      ... %u %s before\n", first, lines_of(first));
    while (at < first + count && smtpspec_dialogue_fold(&dialogue, &line)) {
        if (at >= first)
            put_line(out, style, &line);
        at++;
    }
    if (all > at)
        fprintf(out, "      ... %u more %s\n", all - at, lines_of(all - at));
}

void smtpspec_finding_body(FILE *out,
                           const struct smtpspec_finding_style *style,
                           const struct smtpspec_result *result)
{
    smtpspec_finding_field(out, "expected", result->expected);
    smtpspec_finding_peer(out, "observed", result->observed);
    smtpspec_finding_field(out,
                           result->outcome == SMTPSPEC_OUTCOME_ERROR
                               ? "reason"
                               : "remark",
                           result->reason);
    smtpspec_finding_peer(out, "baseline", result->changed_from);
    if (style->hex)
        smtpspec_hex_put(out, style, result);
    else
        put_dialogue(out, style, result);
    put_further(out, result);
    if (result->again != NULL) {
        fputs("      again:  ", out);
        smtpspec_layout_clean(out, result->again);
        putc('\n', out);
    }
}

void smtpspec_finding_write(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result)
{
    smtpspec_finding_head(out, style, result);
    smtpspec_finding_rule(out, result);
    smtpspec_finding_body(out, style, result);
    putc('\n', out);
}

/* A case about something else may break a rule on its way; the one about the
 * command that is named first is easier to follow. */
static bool is_off_topic(const struct smtpspec_result *result)
{
    struct smtpspec_span verb =
        smtpspec_span_of(smtpspec_command_name(result->command));
    struct smtpspec_span id = smtpspec_span_of(result->id);

    return !smtpspec_span_equal_nocase(
        smtpspec_span_head(id, smtpspec_span_find(id, '.')), verb);
}

uint64_t smtpspec_finding_weight(const struct smtpspec_result *result)
{
    bool swept = strncmp(result->id, "sweep.", 6) == 0;
    unsigned first, all;
    uint64_t octets = 0;

    choose_lines(result, true, &first, &all);
    for (unsigned i = 0; i < result->transcript_count; i++)
        octets += result->transcript[i].octets.length;
    if (octets > UINT32_MAX)
        octets = UINT32_MAX;
    return (uint64_t)swept << 62 | (uint64_t)(all & 0xffff) << 34 |
           (uint64_t)is_off_topic(result) << 33 | octets;
}

void smtpspec_finding_short(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result,
                            const char *text)
{
    size_t column = put_name(out, style, result);

    fputs("   ", out);
    smtpspec_layout_wrap(out, column + 3, 6, text);
}
