/* SPDX-License-Identifier: MIT */
/*
 * rule.c - from the id of a rule back to what it says
 *
 * Floor 3, judge. The inverse of smtpspec_verdict_rule(), for `explain` and
 * for reports.
 */
#include <smtpspec/judge.h>

#include <string.h>

#include "judge/inside.h"

/* Take what stands before the next dot (or all) off `*rest`. */
static struct smtpspec_span part(struct smtpspec_span *rest)
{
    size_t dot = smtpspec_span_find(*rest, '.');
    struct smtpspec_span head = smtpspec_span_head(*rest, dot);

    *rest = smtpspec_span_skip(*rest, dot < rest->length ? dot + 1 : dot);
    return head;
}

static bool is(struct smtpspec_span word, const char *text)
{
    return smtpspec_span_equal(word, smtpspec_span_of(text));
}

static bool find_defect(struct smtpspec_span name,
                        struct smtpspec_verdict *out)
{
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        enum smtpspec_defect defect = (enum smtpspec_defect)i;

        if (!is(name, smtpspec_defect_name(defect)))
            continue;
        out->layer = SMTPSPEC_LAYER_GRAMMAR;
        out->defect = (uint8_t)(i + 1);
        out->level = (uint8_t)smtpspec_defect_level(defect);
        out->reference = smtpspec_defect_reference(defect);
        out->text = smtpspec_defect_text(defect);
        return true;
    }
    return false;
}

static bool find_expectation(struct smtpspec_span id,
                             struct smtpspec_span rest,
                             struct smtpspec_verdict *out)
{
    char written[128];
    enum smtpspec_command command = smtpspec_command_of(part(&rest));
    enum smtpspec_state state = smtpspec_state_of(part(&rest));
    enum smtpspec_stimulus stimulus = SMTPSPEC_STIMULUS_VALID;

    for (unsigned i = 0; i < SMTPSPEC_STIMULUS_COUNT && rest.length > 0; i++)
        if (is(rest, smtpspec_stimulus_name((enum smtpspec_stimulus)i)))
            stimulus = (enum smtpspec_stimulus)i;
    const struct smtpspec_expectation *row =
        smtpspec_rules_expect(state, command, stimulus);

    if (row == NULL)
        return false;
    out->layer = SMTPSPEC_LAYER_STATE;
    out->level = row->level;
    out->state = (uint8_t)state;
    out->command = (uint8_t)command;
    out->stimulus = (uint8_t)stimulus;
    out->expected = row->codes;
    out->expected_denied = row->denied;
    out->reference = row->reference;
    out->text = row->text;
    /* What is left over, or stands for another row, makes it no id. */
    return smtpspec_verdict_rule(out, written, sizeof(written)) <
               sizeof(written) &&
           smtpspec_span_equal_nocase(id, smtpspec_span_of(written));
}

static bool find_vocabulary(struct smtpspec_span name,
                            struct smtpspec_verdict *out)
{
    enum smtpspec_command command = smtpspec_command_of(name);

    if (command == SMTPSPEC_COMMAND_UNSET)
        return false;
    out->layer = SMTPSPEC_LAYER_VOCABULARY;
    out->level = SMTPSPEC_LEVEL_SHOULD;
    out->command = (uint8_t)command;
    out->reference = "5321:4.2, 4.3.2";
    out->text = "a server sends only the codes listed for the command";
    return true;
}

static bool find(struct smtpspec_span id, struct smtpspec_verdict *out)
{
    struct smtpspec_span rest = id;
    struct smtpspec_span first = part(&rest);

    *out = (struct smtpspec_verdict){ .reference = "", .text = "" };
    if (is(first, "defect"))
        return find_defect(rest, out);
    if (is(first, "expect"))
        return find_expectation(id, rest, out);
    if (is(first, "reply"))
        return find_vocabulary(rest, out);
    return smtpspec_judge_find_manner(id, out);
}

bool smtpspec_rule_find(struct smtpspec_span id, struct smtpspec_verdict *out)
{
    struct smtpspec_span prefix = SMTPSPEC_SPAN("session.");

    /* The pseudo-case that collects a rule is named after it. */
    return find(id, out) ||
           (smtpspec_span_starts_nocase(id, prefix) &&
            find(smtpspec_span_skip(id, prefix.length), out));
}

/* --- The row of a rule ---------------------------------------------------- */

static const struct smtpspec_reply_rule *first_row(unsigned command)
{
    size_t count;
    const struct smtpspec_reply_rule *rows = smtpspec_reply_rules(&count);
    const struct smtpspec_reply_rule *first = NULL;

    /* RFC 5321 leads in replies.def; what came before stands elsewhere. */
    for (size_t i = count; i > 0; i--)
        if (rows[i - 1].command == command &&
            (first == NULL ||
             smtpspec_reply_rule_file(&rows[i - 1]) ==
                 smtpspec_reply_rule_file(first)))
            first = &rows[i - 1];
    return first;
}

static const char *place(const struct smtpspec_verdict *verdict,
                         unsigned *line)
{
    const struct smtpspec_reply_rule *rule;

    if (verdict->defect > 0) {
        *line = smtpspec_defect_line(
            (enum smtpspec_defect)(verdict->defect - 1));
        return "defects.def";
    }
    if (verdict->manner != SMTPSPEC_MANNER_UNSET) {
        *line = smtpspec_judge_manner_line(
            (enum smtpspec_manner)verdict->manner);
        return "manners.def";
    }
    if (verdict->layer == SMTPSPEC_LAYER_STATE) {
        *line = smtpspec_rules_expect((enum smtpspec_state)verdict->state,
                                      (enum smtpspec_command)verdict->command,
                                      (enum smtpspec_stimulus)
                                          verdict->stimulus)->line;
        return "expect.def";
    }
    rule = first_row(verdict->command);
    *line = rule != NULL ? rule->line : 0;
    return rule != NULL ? smtpspec_reply_rule_file(rule) : "";
}

void smtpspec_rule_row(struct smtpspec_span id, char *out, size_t cap)
{
    struct smtpspec_verdict verdict;
    const char *file = "";
    unsigned line = 0, digits = 1;
    size_t length;

    if (cap > 0)
        out[0] = '\0';
    if (smtpspec_rule_find(id, &verdict))
        file = place(&verdict, &line);
    length = strlen(file);
    for (unsigned rest = line; rest > 9; rest /= 10)
        digits++;
    if (length == 0 || length + 1 + digits >= cap)
        return;
    memcpy(out, file, length);
    out[length] = ':';
    out[length + 1 + digits] = '\0';
    for (; digits > 0; digits--, line /= 10)
        out[length + digits] = (char)('0' + line % 10);
}
