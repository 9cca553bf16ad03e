/* SPDX-License-Identifier: MIT */
/*
 * explain_case.c - the page of a conformance case
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/rules.h>

#include "case/remedy.h"
#include "case/result.h"
#include "case/security.h"

static void put_step(const struct smtpspec_step *step)
{
    char text[200], codes[100];

    smtpspec_codes_write(&step->codes, codes, sizeof(codes));
    switch (step->kind) {
    case SMTPSPEC_STEP_CLIENT:
    case SMTPSPEC_STEP_RAW:
        smtpspec_span_escape(step->text, text, sizeof(text));
        printf("  C%c %s\n", step->kind == SMTPSPEC_STEP_RAW ? '>' : ':',
               text);
        break;
    case SMTPSPEC_STEP_CLOSED:
        printf("  S: (closes the connection)\n");
        break;
    case SMTPSPEC_STEP_SILENT:
        printf("  S: (sends nothing)\n");
        break;
    case SMTPSPEC_STEP_TLS:
        printf("     (TLS handshake)\n");
        break;
    case SMTPSPEC_STEP_TLS_END:
        printf("  C: (ends TLS and goes on in clear)\n");
        break;
    case SMTPSPEC_STEP_HANG_UP:
        printf("  C: (closes the connection)\n");
        break;
    case SMTPSPEC_STEP_OFFERS:
        printf("  S: (%s %.*s)\n", step->denied ? "does not list" : "lists",
               (int)step->text.length, step->text.at);
        break;
    default:
        printf("  S: %s%s\n", step->denied ? "anything but " : "",
               step->any ? "any code that the rules allow" : codes);
    }
}

static void put_rests_on(const struct smtpspec_case *of)
{
    char raw[200], text[400];

    if (of->reference.length == 0)
        return;
    snprintf(raw, sizeof(raw), "%.*s", (int)of->reference.length,
             of->reference.at);
    smtpspec_reference_write(raw, text, sizeof(text));
    smtpspec_explain_item("Rests on", text);
}

static void put_begins(const struct smtpspec_case *of)
{
    char text[200];

    snprintf(text, sizeof(text), "after %s%s%s%s",
             smtpspec_given_name((enum smtpspec_given)of->given),
             (of->flags & SMTPSPEC_CASE_INTRUSIVE) != 0 ? ", intrusive" : "",
             (of->flags & SMTPSPEC_CASE_NEEDS_TO) != 0 ? ", needs --to" : "",
             (of->flags & SMTPSPEC_CASE_ALONE) != 0 ? ", on a connection alone"
                                                    : "");
    smtpspec_explain_item("Begins", text);
}

/* What the codes that are due mean, each once. */
static void put_due(const struct smtpspec_case *of)
{
    struct smtpspec_codes told = { .count = 0 };

    for (unsigned i = 0; i < of->step_count; i++) {
        const struct smtpspec_step *step = &of->steps[i];

        for (unsigned k = 0; k < step->codes.count && !step->denied; k++) {
            unsigned code = step->codes.code[k];
            const struct smtpspec_code_advice *advice =
                smtpspec_code_advice_of(code);
            char text[160];

            if (step->kind != SMTPSPEC_STEP_REPLY || step->leads ||
                advice == NULL || (step->codes.whole_class >> k & 1u) != 0 ||
                smtpspec_codes_have(&told, code) ||
                told.count == SMTPSPEC_ARRAY_LEN(told.code))
                continue;
            snprintf(text, sizeof(text), "%u, %s", code, advice->name);
            smtpspec_explain_item(told.count == 0 ? "Due" : "", text);
            told.code[told.count++] = (uint16_t)code;
        }
    }
}

/* Who could make use of a failure, where the case alone tells. */
static void put_risk(struct smtpspec_span id)
{
    size_t count;
    const struct smtpspec_security_row *rows = smtpspec_security_rows(&count);

    for (size_t i = 0; i < count; i++)
        if (rows[i].security == SMTPSPEC_SECURITY_EXPLOITABLE &&
            rows[i].test[0] != '\0' &&
            smtpspec_case_matches(id, smtpspec_span_of(rows[i].test))) {
            smtpspec_explain_item("At risk", rows[i].why);
            return;
        }
}

void smtpspec_explain_case(const struct smtpspec_case *of)
{
    const struct smtpspec_remedy *remedy = smtpspec_remedy_of(of->id);
    char text[400];

    printf("%.*s  a conformance case\n\n", (int)of->id.length, of->id.at);
    smtpspec_span_escape(of->title, text, sizeof(text));
    smtpspec_explain_item("Title", text);
    smtpspec_explain_item(
        "Level", smtpspec_level_name((enum smtpspec_level)of->level));
    put_rests_on(of);
    put_due(of);
    smtpspec_explain_item("Cause", remedy->cause);
    smtpspec_explain_item("Remedy", remedy->remedy);
    put_risk(of->id);
    put_begins(of);
    printf("\nSteps\n");
    for (unsigned i = 0; i < of->step_count; i++)
        put_step(&of->steps[i]);
    printf("\nRun it alone: smtpspec check --only %.*s TARGET\n",
           (int)of->id.length, of->id.at);
    if (of->line > 0)
        printf("It is written in %.*s:%u\n", (int)of->file.length,
               of->file.at, (unsigned)of->line);
}
