/* SPDX-License-Identifier: MIT */
/*
 * read_case.c - results and facts of targets, out of the JSON of a report
 */
#include "report/read_case.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

#include "report/json_text.h"

/* --- members -------------------------------------------------------------- */

/* An object that is read. The first fault is kept; what is read after it is
 * of no use, and does no harm. */
struct reading {
    const json_t *object;
    const char *name, *must; /* of the member at fault: what it must be      */
    bool no_memory;
};

static void must_be(struct reading *reading, const char *name,
                    const char *what)
{
    if (reading->must != NULL)
        return;
    reading->name = name;
    reading->must = what;
}

static enum smtpspec_error told(const struct reading *reading, char *wrong,
                                size_t room)
{
    if (reading->must != NULL) {
        snprintf(wrong, room, "\"%s\" must be %s", reading->name,
                 reading->must);
        return SMTPSPEC_ERROR_SYNTAX;
    }
    return reading->no_memory ? SMTPSPEC_ERROR_MEMORY : SMTPSPEC_OK;
}

/* The text of a string; NULL of what is none. Ours are printable ASCII, so that
 * one has but one spelling. */
static const char *string_of(struct reading *reading, const char *name,
                             const json_t *value)
{
    const char *text = json_string_value(value);

    if (text != NULL && !smtpspec_json_is_plain(text))
        must_be(reading, name, "printable ASCII");
    return text;
}

static const char *text_or_null(struct reading *reading, const char *name)
{
    const json_t *member = json_object_get(reading->object, name);

    if (member != NULL && !json_is_null(member) && !json_is_string(member))
        must_be(reading, name, "a string or null");
    return string_of(reading, name, member);
}

static const char *text_of(struct reading *reading, const char *name)
{
    const char *text = text_or_null(reading, name);

    return text != NULL ? text : "";
}

static const char *name_of(struct reading *reading, const char *name)
{
    const char *text = text_of(reading, name);

    if (text[0] == '\0')
        must_be(reading, name, "a string that is not empty");
    return text;
}

static uint64_t number_of(struct reading *reading, const char *name)
{
    const json_t *member = json_object_get(reading->object, name);

    if (member != NULL &&
        (!json_is_integer(member) || json_integer_value(member) < 0))
        must_be(reading, name, "a whole number, not below 0");
    return (uint64_t)json_integer_value(member);
}

static unsigned count_of(struct reading *reading, const char *name)
{
    uint64_t number = number_of(reading, name);

    if (number > INT_MAX)
        must_be(reading, name, "a number that somebody can have counted to");
    return (unsigned)number;
}

static bool flag_of(struct reading *reading, const char *name)
{
    const json_t *member = json_object_get(reading->object, name);

    if (member != NULL && !json_is_boolean(member))
        must_be(reading, name, "true or false");
    return json_is_true(member);
}

/* An array, or NULL where there is none. */
static const json_t *list_of(struct reading *reading, const char *name)
{
    const json_t *member = json_object_get(reading->object, name);

    if (member == NULL || json_is_null(member))
        return NULL;
    if (!json_is_array(member))
        must_be(reading, name, "an array");
    return json_is_array(member) ? member : NULL;
}

/* Which of `count` names, from 0; `none` where there is no such member. */
static unsigned word_of(struct reading *reading, const char *name,
                        const char *(*name_at)(unsigned), unsigned count,
                        unsigned none)
{
    const char *word = text_or_null(reading, name);

    if (word == NULL)
        return none;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(word, name_at(i)) == 0)
            return i;
    must_be(reading, name, "one of the words that the schema has");
    return none;
}

/* outcome_at(1) and the like: the names of an enumeration by their numbers. */
#define NAMES(enumeration)                                                  \
    static const char *enumeration##_at(unsigned i)                         \
    {                                                                       \
        return smtpspec_##enumeration##_name((enum smtpspec_##enumeration)i); \
    }
NAMES(outcome)
NAMES(layer)
NAMES(level)
NAMES(state)
NAMES(command)
NAMES(security)
NAMES(class)
#undef NAMES

static enum smtpspec_outcome outcome_of(struct reading *reading,
                                        const char *name)
{
    if (text_or_null(reading, name) == NULL)
        must_be(reading, name, "a string");
    return (enum smtpspec_outcome)word_of(reading, name, outcome_at,
                                          SMTPSPEC_OUTCOME_COUNT, 0);
}

static enum smtpspec_state state_of(struct reading *reading)
{
    return (enum smtpspec_state)word_of(reading, "state", state_at,
                                        SMTPSPEC_STATE_COUNT,
                                        SMTPSPEC_STATE_UNSET);
}

static enum smtpspec_command command_of(struct reading *reading)
{
    return (enum smtpspec_command)word_of(reading, "command", command_at,
                                          SMTPSPEC_COMMAND_COUNT,
                                          SMTPSPEC_COMMAND_UNSET);
}

static enum smtpspec_level level_of(struct reading *reading)
{
    return (enum smtpspec_level)word_of(reading, "level", level_at,
                                        SMTPSPEC_LEVEL_COUNT,
                                        SMTPSPEC_LEVEL_UNSET);
}

static enum smtpspec_layer layer_of(struct reading *reading)
{
    return (enum smtpspec_layer)word_of(reading, "layer", layer_at,
                                        SMTPSPEC_LAYER_COUNT,
                                        SMTPSPEC_LAYER_NONE);
}

/* --- references ----------------------------------------------------------- */

static size_t texts_length(const json_t *list)
{
    size_t length = 1;

    for (size_t i = 0; i < json_array_size(list); i++)
        length += json_string_length(json_array_get(list, i)) + 2;
    return length;
}

/* "5321:3.3" of ["RFC 5321, 3.3"]: kept in `read`. */
static const char *reference_of(struct reading *reading, const char *name,
                                struct smtpspec_read_case *read)
{
    const json_t *list = list_of(reading, name);
    size_t room = texts_length(list), length = 0;
    char *text, *short_form;

    if (json_array_size(list) == 0)
        return "";
    text = calloc(2, room);
    if (text == NULL) {
        reading->no_memory = true;
        return "";
    }
    read->texts[read->text_count++] = text;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = string_of(reading, name, json_array_get(list, i));

        if (one == NULL)
            must_be(reading, name, "strings");
        else
            length += (size_t)snprintf(text + length, room - length, "%s%s",
                                       i > 0 ? "; " : "", one);
    }
    short_form = text + room;
    smtpspec_reference_read(text, short_form, room);
    return short_form;
}

/* --- cases ---------------------------------------------------------------- */

static void read_verdicts(struct reading *reading,
                          struct smtpspec_read_case *out)
{
    const json_t *list = list_of(reading, "verdicts");
    size_t count = json_array_size(list);

    /* Two more references are those of the case. */
    out->texts = calloc(count + 2, sizeof(*out->texts));
    out->verdicts = calloc(count + 1, sizeof(*out->verdicts));
    if (out->texts == NULL || out->verdicts == NULL) {
        reading->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct reading inner = { .object = json_array_get(list, i) };

        if (!json_is_object(inner.object))
            must_be(reading, "verdicts", "objects");
        out->verdicts[i] = (struct smtpspec_result_verdict){
            .outcome = outcome_of(&inner, "outcome"),
            .layer = layer_of(&inner),
            .level = level_of(&inner),
            .rule = text_of(&inner, "rule"),
            .reference = reference_of(&inner, "references", out),
            .text = text_of(&inner, "requirement"),
            .expected = text_or_null(&inner, "expected"),
            .observed = text_or_null(&inner, "observed"),
        };
        if (inner.must != NULL)
            must_be(reading, "verdicts", "as the schema says");
        reading->no_memory = reading->no_memory || inner.no_memory;
    }
    out->result.verdicts = out->verdicts;
    out->result.verdict_count = (unsigned)count;
}

static size_t octets_length(const json_t *list)
{
    size_t length = 1;

    for (size_t i = 0; i < json_array_size(list); i++)
        length += json_string_length(
            json_object_get(json_array_get(list, i), "octets"));
    return length;
}

/* One entry; its octets go to `at`, and how many is returned. */
static size_t read_entry(struct reading *reading, char *at,
                         struct smtpspec_transcript_entry *out)
{
    const char *octets = text_or_null(reading, "octets");
    const char *from = text_of(reading, "from");
    long length = -1;

    if (strlen(from) != 1 || strchr("CS-", from[0]) == NULL)
        must_be(reading, "from", "\"C\", \"S\" or \"-\"");
    if (octets != NULL) {
        memcpy(at, octets, strlen(octets));
        length = smtpspec_json_unescape(at, strlen(octets));
    }
    if (length < 0)
        must_be(reading, "octets", "a string whose escapes are \\xNN");
    *out = (struct smtpspec_transcript_entry){
        .from = from[0],
        .ms = number_of(reading, "ms"),
        .octets = { at, length < 0 ? 0 : (size_t)length },
        .shows = flag_of(reading, "shows"),
    };
    return out->octets.length;
}

static void read_transcript(struct reading *reading,
                            struct smtpspec_read_case *out)
{
    const json_t *list = list_of(reading, "transcript");
    size_t count = json_array_size(list);
    char *at;

    out->entries = calloc(count + 1, sizeof(*out->entries));
    at = out->octets = malloc(octets_length(list));
    if (out->entries == NULL || at == NULL) {
        reading->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct reading inner = { .object = json_array_get(list, i) };

        if (!json_is_object(inner.object))
            must_be(reading, "transcript", "objects");
        at += read_entry(&inner, at, &out->entries[i]);
        if (inner.must != NULL)
            must_be(reading, "transcript", "as the schema says");
    }
    out->result.transcript = out->entries;
    out->result.transcript_count = (unsigned)count;
}

/* What each finding has, and no schema says that it has. */
static void complete(struct smtpspec_result *result)
{
    /* Where no other rule is broken it is the case's own. */
    if ((result->outcome == SMTPSPEC_OUTCOME_FAIL ||
         result->outcome == SMTPSPEC_OUTCOME_WARN) && result->rule == NULL)
        result->rule = result->id;
    if (result->security == SMTPSPEC_SECURITY_EXPLOITABLE &&
        result->security_reason == NULL)
        result->security_reason = "";
}

enum smtpspec_error smtpspec_read_case(const json_t *object,
                                       struct smtpspec_read_case *out)
{
    struct reading reading = { .object = object };

    out->result = (struct smtpspec_result){
        .id = name_of(&reading, "id"),
        .title = text_of(&reading, "title"),
        .level = level_of(&reading),
        .outcome = outcome_of(&reading, "outcome"),
        .layer = layer_of(&reading),
        .expected = text_or_null(&reading, "expected"),
        .observed = text_or_null(&reading, "observed"),
        .rule = text_or_null(&reading, "rule"),
        .row = text_or_null(&reading, "row"),
        .requirement = text_or_null(&reading, "requirement"),
        .security = (enum smtpspec_security)word_of(
            &reading, "security", security_at, SMTPSPEC_SECURITY_COUNT,
            SMTPSPEC_SECURITY_NONE),
        .security_reason = text_or_null(&reading, "security_reason"),
        .state = state_of(&reading),
        .command = command_of(&reading),
        .reason = text_or_null(&reading, "reason"),
        .again = text_or_null(&reading, "again"),
        .expected_failure = flag_of(&reading, "expected_failure"),
        .expected_failure_reason =
            text_or_null(&reading, "expected_failure_reason"),
        .changed_from = text_or_null(&reading, "changed_from"),
        .ms = number_of(&reading, "ms"),
    };
    complete(&out->result);
    read_verdicts(&reading, out);
    if (!reading.no_memory) {
        out->result.reference = reference_of(&reading, "references", out);
        out->result.security_reference =
            reference_of(&reading, "security_references", out);
    }
    read_transcript(&reading, out);
    return told(&reading, out->wrong, sizeof(out->wrong));
}

void smtpspec_read_case_free(struct smtpspec_read_case *read)
{
    for (size_t i = 0; i < read->text_count; i++)
        free(read->texts[i]);
    free(read->texts);
    free(read->verdicts);
    free(read->entries);
    free(read->octets);
    memset(read, 0, sizeof(*read));
}

/* --- targets -------------------------------------------------------------- */

/* Lines of EHLO; NULL where the list is null. */
static const char **read_lines(struct reading *reading, const char *name,
                               unsigned *count)
{
    const json_t *list = list_of(reading, name);
    const char **lines;

    *count = 0;
    if (list == NULL)
        return NULL;
    lines = calloc(json_array_size(list) + 1, sizeof(*lines));
    if (lines == NULL) {
        reading->no_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        lines[i] = string_of(reading, name, json_array_get(list, i));
        if (lines[i] == NULL)
            must_be(reading, name, "strings");
        else
            *count += 1;
    }
    return lines;
}

/* An object within, or NULL where there is none. */
static bool enter(struct reading *reading, const char *name,
                  struct reading *inner)
{
    const json_t *member = json_object_get(reading->object, name);

    if (member == NULL || json_is_null(member))
        return false;
    if (!json_is_object(member))
        must_be(reading, name, "an object or null");
    *inner = (struct reading){ .object = member };
    return json_is_object(member);
}

static void leave(struct reading *reading, const char *name,
                  const struct reading *inner)
{
    if (inner->must != NULL)
        must_be(reading, name, "as the schema says");
}

static void read_inner(struct reading *reading,
                       struct smtpspec_target_facts *facts)
{
    struct reading inner;

    if (enter(reading, "tls", &inner)) {
        facts->tls_version = text_of(&inner, "version");
        facts->tls_cipher = text_of(&inner, "cipher");
        facts->tls_certificate = text_of(&inner, "certificate");
        leave(reading, "tls", &inner);
    }
    if (enter(reading, "coverage", &inner)) {
        facts->cells = count_of(&inner, "cells");
        facts->exercised = count_of(&inner, "exercised");
        leave(reading, "coverage", &inner);
    }
}

static struct smtpspec_transition read_transition(struct reading *reading)
{
    return (struct smtpspec_transition){
        .state = state_of(reading),
        .command = command_of(reading),
        .class_ = (enum smtpspec_class)word_of(
            reading, "class", class_at, SMTPSPEC_CLASS_COUNT,
            SMTPSPEC_CLASS_NONE),
        .count = number_of(reading, "count"),
        .worst = outcome_of(reading, "worst"),
        .test = name_of(reading, "case"),
    };
}

static void read_transitions(struct reading *reading,
                             struct smtpspec_read_target *out)
{
    const json_t *list = list_of(reading, "transitions");
    size_t count = json_array_size(list);

    out->transitions = calloc(count + 1, sizeof(*out->transitions));
    if (out->transitions == NULL) {
        reading->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct reading inner = { .object = json_array_get(list, i) };

        out->transitions[i] = read_transition(&inner);
        if (!json_is_object(inner.object))
            must_be(reading, "transitions", "objects");
        leave(reading, "transitions", &inner);
    }
    out->facts.transitions = out->transitions;
    out->facts.transition_count = (unsigned)count;
}

enum smtpspec_error smtpspec_read_target(const json_t *object,
                                         struct smtpspec_read_target *out)
{
    struct reading reading = { .object = object };
    struct smtpspec_target_facts *facts = &out->facts;

    *facts = (struct smtpspec_target_facts){
        .greeting = text_or_null(&reading, "greeting"),
        .connections = number_of(&reading, "connections"),
        .commands = number_of(&reading, "commands"),
        .trouble = text_or_null(&reading, "trouble"),
    };
    facts->extensions = out->lists[0] = read_lines(
        &reading, "extensions", &facts->extension_count);
    facts->extensions_tls = out->lists[1] = read_lines(
        &reading, "extensions_tls", &facts->extension_tls_count);
    facts->extensions_login = out->lists[2] = read_lines(
        &reading, "extensions_auth", &facts->extension_login_count);
    read_inner(&reading, facts);
    read_transitions(&reading, out);
    return told(&reading, out->wrong, sizeof(out->wrong));
}

void smtpspec_read_target_free(struct smtpspec_read_target *read)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(read->lists); i++)
        free(read->lists[i]);
    free(read->transitions);
    memset(read, 0, sizeof(*read));
}
