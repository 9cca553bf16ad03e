/* SPDX-License-Identifier: MIT */
/*
 * rule.c - from the id of a rule back to what it says
 *
 * Floor 3, judge. The inverse of smtpspec_verdict_rule(), for `explain`.
 */
#include <smtpspec/judge.h>

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
