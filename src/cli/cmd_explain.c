/* SPDX-License-Identifier: MIT */
/*
 * cmd_explain.c - smtpspec explain: what is this, who says so, what helps
 */
#include <stdio.h>
#include <string.h>

#include <smtpspec/command.h>
#include <smtpspec/status.h>

#include "case/case.h"
#include "case/embedded.h"
#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/options.h"
#include "rules/phrases.h"
#include "run/nearest.h"

enum kind { KIND_NONE, KIND_CODE, KIND_SPLIT, KIND_LINE, KIND_COMMAND,
            KIND_CASE, KIND_RULE, KIND_LOG, KIND_TEXT };

/* Whether the case of that id is among the embedded ones or in the sweep. */
static bool find_case(struct smtpspec_span id, struct smtpspec_case *out)
{
    /* Where the sweep puts an id; the case in `out` points to it. */
    static char room[SMTPSPEC_CASE_SWEEP_ROOM];
    struct smtpspec_embedded_walk walk = { 0 };

    while (smtpspec_embedded_next(&walk, out))
        if (smtpspec_span_equal(out->id, id))
            return true;
    for (size_t i = 0; smtpspec_case_sweep(i, out, room, sizeof(room)); i++)
        if (smtpspec_span_equal(out->id, id))
            return true;
    return false;
}

static size_t digits_in_front(struct smtpspec_span span)
{
    size_t count = 0;

    while (count < span.length && span.at[count] >= '0' &&
           span.at[count] <= '9')
        count++;
    return count;
}

/* Where a reply stands in a line of a log or a bounce, "... said: 550 5.1.1
 * ...": a code of refusal with a blank or a hyphen behind it, and a word or a
 * mark before it. The whole where there is none. */
static struct smtpspec_span reply_in(struct smtpspec_span text)
{
    for (size_t i = 1; i + 4 < text.length; i++) {
        struct smtpspec_span rest = smtpspec_span_skip(text, i);

        if ((text.at[i - 1] == ' ' || text.at[i - 1] == ':') &&
            (rest.at[0] == '4' || rest.at[0] == '5') &&
            digits_in_front(rest) == 3 && rest.at[1] <= '5' &&
            (rest.at[3] == ' ' || rest.at[3] == '-'))
            return rest;
    }
    return text;
}

/* A case is large; whoever is found last stands here. */
static struct smtpspec_case found;
static struct smtpspec_verdict rule;

static enum kind kind_of(const char *what)
{
    struct smtpspec_span span = smtpspec_span_of(what);
    struct smtpspec_status status;

    if (digits_in_front(span) == 3 && span.length == 3)
        return KIND_CODE;
    if (digits_in_front(span) == 3)
        return KIND_LINE;
    if (span.length > 0 && smtpspec_status_parse(span, &status) == span.length)
        return KIND_SPLIT;
    if (smtpspec_command_of(span) != SMTPSPEC_COMMAND_UNSET)
        return KIND_COMMAND;
    if (find_case(span, &found))
        return KIND_CASE;
    if (smtpspec_rule_find(span, &rule))
        return KIND_RULE;
    if (reply_in(span).length < span.length)
        return KIND_LOG;
    if (smtpspec_phrase_of(span, 0) != NULL)
        return KIND_TEXT;
    return KIND_NONE;
}

static void explain(const char *what)
{
    struct smtpspec_span span = smtpspec_span_of(what);
    struct smtpspec_status status;

    switch (kind_of(what)) {
    case KIND_CODE:
        smtpspec_explain_code((unsigned)(what[0] - '0') * 100 +
                              (unsigned)(what[1] - '0') * 10 +
                              (unsigned)(what[2] - '0'));
        break;
    case KIND_SPLIT:
        smtpspec_status_parse(span, &status);
        smtpspec_explain_split(status);
        break;
    case KIND_LINE:
        smtpspec_explain_line(span);
        break;
    case KIND_COMMAND:
        smtpspec_explain_command(smtpspec_command_of(span));
        break;
    case KIND_CASE:
        smtpspec_explain_case(&found);
        break;
    case KIND_RULE:
        smtpspec_rule_find(span, &rule);
        smtpspec_explain_rule(span, &rule);
        break;
    case KIND_LOG:
        smtpspec_explain_line(reply_in(span));
        break;
    case KIND_TEXT:
        smtpspec_explain_text(span);
        break;
    case KIND_NONE:
        break;
    }
}

/* --- what is not known ---------------------------------------------------- */

static void offer_rules(struct smtpspec_nearest *nearest)
{
    struct smtpspec_verdict verdict;
    char id[64];

    for (unsigned i = 1; i < SMTPSPEC_MANNER_COUNT; i++) {
        smtpspec_verdict_of_manner((enum smtpspec_manner)i, &verdict);
        smtpspec_verdict_rule(&verdict, id, sizeof(id));
        smtpspec_nearest_offer(nearest, smtpspec_span_of(id));
    }
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        snprintf(id, sizeof(id), "defect.%s",
                 smtpspec_defect_name((enum smtpspec_defect)i));
        smtpspec_nearest_offer(nearest, smtpspec_span_of(id));
    }
}

/* Cases before what the sweep makes of them. */
static void offer_cases(struct smtpspec_nearest *nearest)
{
    char room[SMTPSPEC_CASE_SWEEP_ROOM];
    struct smtpspec_embedded_walk walk = { 0 };

    while (smtpspec_embedded_next(&walk, &found))
        smtpspec_nearest_offer(nearest, found.id);
    for (size_t i = 0; smtpspec_case_sweep(i, &found, room, sizeof(room)); i++)
        smtpspec_nearest_offer(nearest, found.id);
}

static int refuse(const char *what)
{
    struct smtpspec_nearest nearest = { .word = smtpspec_span_of(what) };
    char meant[256];

    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++)
        smtpspec_nearest_offer(
            &nearest, smtpspec_span_of(
                          smtpspec_command_name((enum smtpspec_command)i)));
    offer_cases(&nearest);
    offer_rules(&nearest);
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    return smtpspec_cli_usage("explain",
                              "'%.60s' is no code, command, case or rule%s",
                              what, meant[0] != '\0'
                                        ? meant
                                        : " (quote a reply line)");
}

int smtpspec_cmd_explain(int argc, char **argv)
{
    struct smtpspec_options options;

    smtpspec_options_begin(&options, SMTPSPEC_VERB_EXPLAIN, argc, argv);
    if (smtpspec_options_next(&options) != 0)
        return options.status;
    if (options.first == argc)
        return smtpspec_cli_usage("explain", "what? (see --help)");
    /* All are looked at before anything is printed. */
    for (int i = options.first; i < argc; i++)
        if (kind_of(argv[i]) == KIND_NONE)
            return refuse(argv[i]);
    for (int i = options.first; i < argc; i++) {
        if (i > options.first)
            printf("\n----\n\n");
        explain(argv[i]);
    }
    return smtpspec_cli_finish("explain", SMTPSPEC_EXIT_OK);
}
