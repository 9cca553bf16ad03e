/* SPDX-License-Identifier: MIT */
/*
 * explain_rule.c - the page of a rule of the judge
 */
#include <stdio.h>

#include <smtpspec/judge.h>

#include "case/remedy.h"
#include "case/result.h"
#include "cli/explain.h"

static const char *question_of(unsigned layer)
{
    switch (layer) {
    case SMTPSPEC_LAYER_GRAMMAR:
        return "grammar: is each reply line well formed?";
    case SMTPSPEC_LAYER_VOCABULARY:
        return "vocabulary: do the texts allow this code for this command?";
    case SMTPSPEC_LAYER_STATE:
        return "state: is it the code that is due here?";
    default:
        return "session: one reply for each command, and a proper close?";
    }
}

static const char *verdict_of(unsigned level)
{
    switch (level) {
    case SMTPSPEC_LEVEL_MUST: return "MUST: a breach fails";
    case SMTPSPEC_LEVEL_SHOULD: return "SHOULD: a breach warns";
    default: return "INFO: a breach is a note, shown by --level info";
    }
}

void smtpspec_explain_rule(struct smtpspec_span id,
                           const struct smtpspec_verdict *rule)
{
    const struct smtpspec_remedy *remedy = smtpspec_remedy_of(id);
    char text[200];

    printf("%.*s: a rule that every exchange is held to\n\n",
           (int)(id.length < 80 ? id.length : 80), id.at);
    smtpspec_explain_item("Rule", rule->text);
    if (rule->expected.count > 0) {
        int used = snprintf(text, sizeof(text), "%s",
                            rule->expected_denied ? "not " : "");

        smtpspec_codes_write(&rule->expected, text + used,
                             sizeof(text) - (size_t)used);
        smtpspec_explain_item("Due", text);
    }
    if (rule->layer == SMTPSPEC_LAYER_STATE &&
        rule->manner == SMTPSPEC_MANNER_UNSET) {
        snprintf(text, sizeof(text), "%s, sent %s in state %s",
                 smtpspec_command_name((enum smtpspec_command)rule->command),
                 smtpspec_stimulus_name(
                     (enum smtpspec_stimulus)rule->stimulus),
                 smtpspec_state_name((enum smtpspec_state)rule->state));
        smtpspec_explain_item("For", text);
    }
    smtpspec_reference_write(rule->reference, text, sizeof(text));
    smtpspec_explain_item("Written", text);
    smtpspec_explain_item("Level", verdict_of(rule->level));
    smtpspec_explain_item("Layer", question_of(rule->layer));
    smtpspec_rule_row(id, text, sizeof(text));
    smtpspec_explain_item("Row", text);
    smtpspec_explain_item("Cause", remedy->cause);
    smtpspec_explain_item("Remedy", remedy->remedy);
    if (rule->layer == SMTPSPEC_LAYER_VOCABULARY) {
        putchar('\n');
        smtpspec_explain_command((enum smtpspec_command)rule->command);
    }
}
