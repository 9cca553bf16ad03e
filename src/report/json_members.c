/* SPDX-License-Identifier: MIT */
/*
 * json_members.c - results and targets as JSON objects, for all that write it
 *
 * Members always come in the same order, which is that of the code below.
 */
#include "report/json_members.h"

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

#include "report/json_text.h"

/* A result that no rule stands behind (an error of ours) has no level. */
static json_t *level_of(enum smtpspec_level level)
{
    return smtpspec_json_string(smtpspec_level_name(
        level != SMTPSPEC_LEVEL_UNSET ? level : SMTPSPEC_LEVEL_INFO));
}

static json_t *number_of(uint64_t number)
{
    return json_integer((json_int_t)(number & INT64_MAX));
}

/* A name from a table, or null where the value is the table's "none". */
static json_t *name_of(bool set, const char *name)
{
    return set ? smtpspec_json_string(name) : json_null();
}

static json_t *references_of(const char *reference)
{
    json_t *list = json_array();
    char text[128];

    if (reference == NULL || reference[0] == '\0')
        return list;
    smtpspec_reference_write(reference, text, sizeof(text));
    if (list != NULL &&
        json_array_append_new(list, smtpspec_json_string(text)) != 0) {
        json_decref(list);
        return NULL;
    }
    return list;
}

/* Put a member; a NULL value is missing memory, which is remembered. */
static void put(bool *lost, json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new_nocheck(object, name, value) != 0)
        *lost = true;
}

static void append(bool *lost, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        *lost = true;
}

static json_t *verdicts_of(bool *lost, const struct smtpspec_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < result->verdict_count; i++) {
        const struct smtpspec_result_verdict *verdict = &result->verdicts[i];
        json_t *object = json_object();

        put(lost, object, "outcome",
            smtpspec_json_string(smtpspec_outcome_name(verdict->outcome)));
        put(lost, object, "layer",
            name_of(verdict->layer != SMTPSPEC_LAYER_NONE,
                    smtpspec_layer_name(verdict->layer)));
        put(lost, object, "level", level_of(verdict->level));
        put(lost, object, "rule", smtpspec_json_string(verdict->rule));
        put(lost, object, "references", references_of(verdict->reference));
        put(lost, object, "requirement", smtpspec_json_string(verdict->text));
        put(lost, object, "expected",
            smtpspec_json_string(verdict->expected));
        put(lost, object, "observed",
            smtpspec_json_string(verdict->observed));
        append(lost, list, object);
    }
    return list;
}

static json_t *transcript_of(bool *lost, const struct smtpspec_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < result->transcript_count; i++) {
        const struct smtpspec_transcript_entry *entry = &result->transcript[i];
        json_t *object = json_object();

        put(lost, object, "from", json_stringn_nocheck(&entry->from, 1));
        put(lost, object, "octets", smtpspec_json_octets(entry->octets));
        put(lost, object, "ms", number_of(entry->ms));
        if (entry->shows)
            put(lost, object, "shows", json_true());
        append(lost, list, object);
    }
    return list;
}

json_t *smtpspec_json_case(const struct smtpspec_result *result, bool *lost)
{
    json_t *object = json_object();

    put(lost, object, "id", smtpspec_json_string(result->id));
    put(lost, object, "title", smtpspec_json_string(result->title));
    put(lost, object, "level", level_of(result->level));
    put(lost, object, "outcome",
        smtpspec_json_string(smtpspec_outcome_name(result->outcome)));
    put(lost, object, "layer",
        name_of(result->layer != SMTPSPEC_LAYER_NONE,
                smtpspec_layer_name(result->layer)));
    put(lost, object, "references", references_of(result->reference));
    put(lost, object, "expected", smtpspec_json_string(result->expected));
    put(lost, object, "observed", smtpspec_json_string(result->observed));
    put(lost, object, "ms", number_of(result->ms));
    put(lost, object, "again", smtpspec_json_string(result->again));
    put(lost, object, "rule", smtpspec_json_string(result->rule));
    put(lost, object, "requirement",
        smtpspec_json_string(result->requirement));
    put(lost, object, "row", smtpspec_json_string(result->row));
    put(lost, object, "security",
        smtpspec_json_string(smtpspec_security_name(result->security)));
    put(lost, object, "security_reason",
        smtpspec_json_string(result->security_reason));
    put(lost, object, "security_references",
        references_of(result->security_reference));
    put(lost, object, "state",
        name_of(result->state != SMTPSPEC_STATE_UNSET,
                smtpspec_state_name(result->state)));
    put(lost, object, "command",
        name_of(result->command != SMTPSPEC_COMMAND_UNSET,
                smtpspec_command_name(result->command)));
    put(lost, object, "reason", smtpspec_json_string(result->reason));
    put(lost, object, "expected_failure",
        json_boolean(result->expected_failure));
    put(lost, object, "expected_failure_reason",
        smtpspec_json_string(result->expected_failure_reason));
    put(lost, object, "changed_from",
        smtpspec_json_string(result->changed_from));
    put(lost, object, "verdicts", verdicts_of(lost, result));
    put(lost, object, "transcript", transcript_of(lost, result));
    return object;
}

static json_t *summary_of(bool *lost,
                          const struct smtpspec_summary *summary)
{
    static const enum smtpspec_outcome order[] = {
        SMTPSPEC_OUTCOME_PASS,      SMTPSPEC_OUTCOME_WARN,
        SMTPSPEC_OUTCOME_FAIL,      SMTPSPEC_OUTCOME_SKIP,
        SMTPSPEC_OUTCOME_BLOCKED,   SMTPSPEC_OUTCOME_THROTTLED,
        SMTPSPEC_OUTCOME_ERROR,
    };
    json_t *object = json_object();

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++)
        put(lost, object, smtpspec_outcome_name(order[i]),
            number_of(summary->count[order[i]]));
    return object;
}

static json_t *coverage_of(bool *lost,
                           const struct smtpspec_target_facts *facts)
{
    json_t *object;

    if (facts->cells == 0)
        return json_null();
    object = json_object();
    put(lost, object, "cells", number_of(facts->cells));
    put(lost, object, "exercised", number_of(facts->exercised));
    return object;
}

static json_t *list_of(bool *lost, const char *const *list, unsigned count)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < count; i++)
        append(lost, array, smtpspec_json_string(list[i]));
    return array;
}

static json_t *tls_of(bool *lost, const struct smtpspec_target_facts *facts)
{
    json_t *object;

    if (facts->tls_version == NULL)
        return json_null();
    object = json_object();
    put(lost, object, "version", smtpspec_json_string(facts->tls_version));
    put(lost, object, "cipher", smtpspec_json_string(facts->tls_cipher));
    put(lost, object, "certificate",
        smtpspec_json_string(facts->tls_certificate));
    return object;
}

static json_t *transitions_of(bool *lost,
                              const struct smtpspec_target_facts *facts)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < facts->transition_count; i++) {
        const struct smtpspec_transition *one = &facts->transitions[i];
        json_t *object = json_object();

        put(lost, object, "state",
            smtpspec_json_string(smtpspec_state_name(one->state)));
        put(lost, object, "command",
            smtpspec_json_string(smtpspec_command_name(one->command)));
        put(lost, object, "class",
            smtpspec_json_string(smtpspec_class_name(one->class_)));
        put(lost, object, "count", number_of(one->count));
        put(lost, object, "worst",
            smtpspec_json_string(smtpspec_outcome_name(one->worst)));
        put(lost, object, "case", smtpspec_json_string(one->test));
        append(lost, array, object);
    }
    return array;
}

json_t *smtpspec_json_target(const char *name,
                             const struct smtpspec_target_facts *facts,
                             bool *lost)
{
    json_t *object = json_object();

    put(lost, object, "target",
        smtpspec_json_octets(
            smtpspec_span_of(name != NULL ? name : "")));
    put(lost, object, "greeting", smtpspec_json_string(facts->greeting));
    put(lost, object, "extensions",
        list_of(lost, facts->extensions, facts->extension_count));
    put(lost, object, "extensions_tls",
        facts->extensions_tls == NULL
            ? json_null()
            : list_of(lost, facts->extensions_tls,
                      facts->extension_tls_count));
    put(lost, object, "extensions_auth",
        facts->extensions_login == NULL
            ? json_null()
            : list_of(lost, facts->extensions_login,
                      facts->extension_login_count));
    put(lost, object, "tls", tls_of(lost, facts));
    put(lost, object, "connections", number_of(facts->connections));
    put(lost, object, "commands", number_of(facts->commands));
    put(lost, object, "coverage", coverage_of(lost, facts));
    put(lost, object, "transitions", transitions_of(lost, facts));
    put(lost, object, "trouble", smtpspec_json_string(facts->trouble));
    put(lost, object, "summary", summary_of(lost, &facts->summary));
    return object;
}
