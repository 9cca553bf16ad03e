/* SPDX-License-Identifier: MIT */
/*
 * particulars.c - what a report says of a case, for formats that others read
 */
#include "report/particulars.h"

#include <string.h>

#include <smtpspec/judge.h>

#include "report/finding.h"

/* Octets of an entry that are all shown, and of a longer one its ends. */
#define ENTRY_KEPT 4096
#define END_KEPT 2048

static void add(struct smtpspec_particulars *out, const char *name,
                const char *value)
{
    if (value != NULL && value[0] != '\0')
        out->list[out->count++] = (struct smtpspec_particular){ name, value };
}

static void add_reference(const struct smtpspec_result *result,
                          struct smtpspec_particulars *out)
{
    const char *reference = smtpspec_finding_reference(result);

    if (reference == NULL)
        return;
    smtpspec_reference_write(reference, out->reference,
                             sizeof(out->reference));
    add(out, "reference", out->reference);
}

static void add_security(const struct smtpspec_result *result,
                         struct smtpspec_particulars *out)
{
    const char *why = result->security_reason;

    snprintf(out->security, sizeof(out->security), "%s%s%s",
             smtpspec_security_name(result->security),
             why != NULL ? ": " : "", why != NULL ? why : "");
    add(out, "security", out->security);
}

void smtpspec_particulars_of(const struct smtpspec_result *result,
                             struct smtpspec_particulars *out)
{
    enum smtpspec_level level = smtpspec_finding_level(result);

    out->count = 0;
    add(out, "title", result->title);
    add(out, "outcome", smtpspec_outcome_name(result->outcome));
    if (result->rule != NULL) {
        add(out, "requirement", result->requirement);
        add_reference(result, out);
        if (level != SMTPSPEC_LEVEL_UNSET)
            add(out, "level", smtpspec_level_name(level));
        if (result->layer != SMTPSPEC_LAYER_NONE)
            add(out, "layer", smtpspec_layer_name(result->layer));
        add(out, "rule", result->rule);
        add(out, "row", result->row);
        add(out, "expected", result->expected);
        add(out, "observed", result->observed);
        add_security(result, out);
    }
    add(out, "reason",
        result->outcome == SMTPSPEC_OUTCOME_PASS
            ? smtpspec_standing_reason(result)
            : result->reason);
    add(out, "baseline", result->expected_failure
                             ? result->expected_failure_reason
                             : result->changed_from);
    add(out, "again", result->again);
}

size_t smtpspec_particulars_message(const struct smtpspec_result *result,
                                    char *out, size_t cap)
{
    const char *what = result->requirement != NULL ? result->requirement
                                                   : result->title;
    bool both = result->expected != NULL && result->observed != NULL;

    if (result->rule == NULL && result->reason != NULL)
        what = result->reason;
    if (result->rule == NULL ||
        (result->expected == NULL && result->observed == NULL))
        return (size_t)snprintf(out, cap, "%s", what != NULL ? what : "");
    return (size_t)snprintf(
        out, cap, "%s: %s%s%s%s%s", what != NULL ? what : "",
        result->expected != NULL ? "expected " : "",
        result->expected != NULL ? result->expected : "", both ? ", " : "",
        result->observed != NULL ? "observed " : "",
        result->observed != NULL ? result->observed : "");
}

enum smtpspec_standing
smtpspec_standing_of(const struct smtpspec_result *result, bool warn_fails)
{
    switch (result->outcome) {
    case SMTPSPEC_OUTCOME_PASS:
        /* The baseline has to go, or it hides the next fault. */
        return result->expected_failure ? SMTPSPEC_STANDING_FAILS
                                        : SMTPSPEC_STANDING_PASSES;
    case SMTPSPEC_OUTCOME_WARN:
    case SMTPSPEC_OUTCOME_FAIL:
        if (result->expected_failure)
            return SMTPSPEC_STANDING_KNOWN;
        return warn_fails || result->outcome == SMTPSPEC_OUTCOME_FAIL
                   ? SMTPSPEC_STANDING_FAILS
                   : SMTPSPEC_STANDING_PASSES;
    case SMTPSPEC_OUTCOME_ERROR:
        return SMTPSPEC_STANDING_BROKEN;
    default:
        return SMTPSPEC_STANDING_LEFT;
    }
}

const char *smtpspec_standing_reason(const struct smtpspec_result *result)
{
    if (!result->expected_failure)
        return result->reason;
    if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        return "the baseline lists it, but it passes";
    return result->expected_failure_reason != NULL &&
                   result->expected_failure_reason[0] != '\0'
               ? result->expected_failure_reason
               : "the baseline lists it";
}

/* --- The dialogue ------------------------------------------------------- */

struct speech {
    void (*put)(void *context, const char *line);
    void *context;
    const struct smtpspec_transcript_entry *entry;
};

/* As lines, each with its line end; the last may have none. */
static void put_octets(const struct speech *speech, struct smtpspec_span octets)
{
    while (octets.length > 0) {
        size_t end = smtpspec_span_find(octets, '\n') + 1;
        char line[8 + 4 * ENTRY_KEPT];
        int length =
            snprintf(line, sizeof(line), "%s %c: ",
                     speech->entry->shows ? "->" : "  ", speech->entry->from);

        smtpspec_span_escape(smtpspec_span_head(octets, end), line + length,
                             sizeof(line) - (size_t)length);
        speech->put(speech->context, line);
        octets = smtpspec_span_skip(octets, end);
    }
}

static void put_entry(const struct speech *speech)
{
    struct smtpspec_span octets = speech->entry->octets;
    char remark[80];

    if (octets.length <= ENTRY_KEPT) {
        put_octets(speech, octets);
        return;
    }
    put_octets(speech, smtpspec_span_head(octets, END_KEPT));
    snprintf(remark, sizeof(remark),
             "   -: %zu octets are left out here; the JSON report has them",
             octets.length - 2 * END_KEPT);
    speech->put(speech->context, remark);
    put_octets(speech, smtpspec_span_skip(octets, octets.length - END_KEPT));
}

void smtpspec_particulars_dialogue(const struct smtpspec_result *result,
                                   void (*put)(void *context,
                                               const char *line),
                                   void *context)
{
    for (unsigned i = 0; i < result->transcript_count; i++) {
        struct speech speech = { put, context, &result->transcript[i] };

        put_entry(&speech);
    }
}
