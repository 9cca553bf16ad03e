/* SPDX-License-Identifier: MIT */
/*
 * recording.c - read a recorded dialogue, in whichever form it is
 */
#include "cli/recording.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "net/memory.h"
#include "report/json_text.h"

/* Octets that are looked at to tell the form: a hint of swaks has four. */
#define SNIFF 4

static void begin(struct smtpspec_recording *recording)
{
    recording->chosen = true;
    if (recording->form == SMTPSPEC_RECORDING_SWAKS)
        smtpspec_swaks_init(&recording->reader.swaks, recording->event,
                            recording->context);
    else if (recording->form != SMTPSPEC_RECORDING_JSONL)
        smtpspec_transcript_init(&recording->reader.text, recording->event,
                                 recording->context);
}

void smtpspec_recording_init(
    struct smtpspec_recording *recording, enum smtpspec_recording_form form,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context)
{
    memset(recording, 0, sizeof(*recording));
    recording->form = (uint8_t)form;
    recording->event = event;
    recording->context = context;
    recording->json_line = 1;
    if (form != SMTPSPEC_RECORDING_AUTO)
        begin(recording);
}

void smtpspec_recording_free(struct smtpspec_recording *recording)
{
    free(recording->json);
}

/* --- JSON Lines --------------------------------------------------------- */

static enum smtpspec_error fault(struct smtpspec_recording *recording,
                                 const char *trouble)
{
    recording->line = recording->json_line;
    recording->trouble = trouble;
    return SMTPSPEC_ERROR_SYNTAX;
}

static void emit(struct smtpspec_recording *recording,
                 enum smtpspec_transcript_kind kind,
                 struct smtpspec_span octets)
{
    if (recording->mixed)
        return;
    const struct smtpspec_transcript_event event = {
        .kind = kind, .line = recording->json_line, .last = true,
        .octets = octets
    };

    recording->event(recording->context, &event);
}

static enum smtpspec_error take_octets(struct smtpspec_recording *recording,
                                       const char *from, json_t *octets)
{
    size_t length = json_string_length(octets);
    char *text;
    long count;

    if (strcmp(from, "C") != 0 && strcmp(from, "S") != 0)
        return fault(recording, "\"from\" is \"C\" or \"S\"");
    text = smtpspec_memory_new(length + 1);
    memcpy(text, json_string_value(octets), length);
    count = smtpspec_json_unescape(text, length);
    if (count >= 0) {
        recording->is_recording = true;
        emit(recording, from[0] == 'C' ? SMTPSPEC_TRANSCRIPT_CLIENT
                                       : SMTPSPEC_TRANSCRIPT_SERVER,
             (struct smtpspec_span){ text, (size_t)count });
    }
    free(text);
    return count >= 0 ? SMTPSPEC_OK
                      : fault(recording, "an escape in \"octets\" is \\xNN");
}

static enum smtpspec_error take_event(struct smtpspec_recording *recording,
                                      const char *name)
{
    static const struct {
        const char *name;
        enum smtpspec_transcript_kind kind;
    } events[] = {
        { "silent", SMTPSPEC_TRANSCRIPT_SILENT },
        { "closed", SMTPSPEC_TRANSCRIPT_CLOSED },
        { "tls", SMTPSPEC_TRANSCRIPT_TLS },
        { "gap", SMTPSPEC_TRANSCRIPT_GAP },
        { "end", SMTPSPEC_TRANSCRIPT_SESSION },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(events); i++) {
        if (strcmp(name, events[i].name) == 0) {
            recording->is_recording = true;
            emit(recording, events[i].kind, (struct smtpspec_span){ 0 });
            recording->ended =
                events[i].kind == SMTPSPEC_TRANSCRIPT_CLOSED ||
                events[i].kind == SMTPSPEC_TRANSCRIPT_SESSION;
            return SMTPSPEC_OK;
        }
    }
    return fault(recording, "\"event\" is silent, closed, tls, gap or end");
}

/* Whether a connection is known to have been left in the middle. Numbers that
 * only grow are never mistaken for one. */
static bool was_left(const struct smtpspec_recording *recording,
                     long long number)
{
    unsigned bit =
        (unsigned)((unsigned long long)number % SMTPSPEC_RECORDING_LEFT_KEPT);

    return number <= recording->greatest &&
           (recording->left[bit / 8] >> bit % 8 & 1) != 0;
}

static void leave(struct smtpspec_recording *recording, long long number)
{
    unsigned bit =
        (unsigned)((unsigned long long)number % SMTPSPEC_RECORDING_LEFT_KEPT);

    recording->left[bit / 8] |= (uint8_t)(1u << bit % 8);
}

/* The line is of this connection. */
static void enter(struct smtpspec_recording *recording, long long number)
{
    bool other = recording->in_connection && number != recording->connection;

    if (other && !recording->ended)
        leave(recording, recording->connection);
    if (other && was_left(recording, number)) {
        emit(recording, SMTPSPEC_TRANSCRIPT_MIXED,
             (struct smtpspec_span){ 0 });
        recording->mixed = true;
    } else if (other) {
        emit(recording, SMTPSPEC_TRANSCRIPT_SESSION,
             (struct smtpspec_span){ 0 });
    }
    if (!recording->in_connection || number > recording->greatest)
        recording->greatest = number;
    recording->in_connection = true;
    recording->connection = number;
    recording->ended = false;
}

static enum smtpspec_error take_object(struct smtpspec_recording *recording,
                                       json_t *object)
{
    json_t *connection = json_object_get(object, "connection");
    json_t *from = json_object_get(object, "from");
    json_t *octets = json_object_get(object, "octets");
    json_t *event = json_object_get(object, "event");

    if (!json_is_integer(connection))
        return fault(recording, "\"connection\" is missing, or no number");
    enter(recording, json_integer_value(connection));
    if (json_is_string(from) && json_is_string(octets))
        return take_octets(recording, json_string_value(from), octets);
    if (json_is_string(event))
        return take_event(recording, json_string_value(event));
    return fault(recording, "neither \"from\" and \"octets\" nor \"event\"");
}

static enum smtpspec_error end_json(struct smtpspec_recording *recording)
{
    json_error_t why;
    json_t *object;
    enum smtpspec_error error;
    size_t length = recording->length;

    recording->length = 0;
    if (length == 0 || (length == 1 && recording->json[0] == '\r'))
        return SMTPSPEC_OK;
    object = json_loadb(recording->json, length, JSON_ALLOW_NUL, &why);
    if (!json_is_object(object)) {
        json_decref(object);
        return fault(recording, "a line is a JSON object");
    }
    error = take_object(recording, object);
    json_decref(object);
    return error;
}

static bool add_json(struct smtpspec_recording *recording, char octet)
{
    if (recording->length == recording->room) {
        if (recording->room == SMTPSPEC_RECORDING_LINE_KEPT)
            return false;
        recording->room = recording->room == 0 ? 4096 : recording->room * 2;
        recording->json = smtpspec_memory_grow(recording->json,
                                               recording->room);
    }
    recording->json[recording->length++] = octet;
    return true;
}

static enum smtpspec_error feed_json(struct smtpspec_recording *recording,
                                     struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (octets.at[i] != '\n') {
            if (!add_json(recording, octets.at[i]))
                return fault(recording, "a line of over 4 MiB");
            continue;
        }
        if (end_json(recording) != SMTPSPEC_OK)
            return SMTPSPEC_ERROR_SYNTAX;
        recording->json_line++;
    }
    return SMTPSPEC_OK;
}

/* --- All forms ---------------------------------------------------------- */

static enum smtpspec_error
note_trouble(struct smtpspec_recording *recording)
{
    const struct smtpspec_transcript_reader *text = &recording->reader.text;

    recording->is_recording = text->is_transcript;
    recording->line = text->line;
    recording->trouble = text->trouble;
    return text->trouble == NULL ? SMTPSPEC_OK : SMTPSPEC_ERROR_SYNTAX;
}

static enum smtpspec_error dispatch(struct smtpspec_recording *recording,
                                    struct smtpspec_span octets)
{
    if (recording->trouble != NULL)
        return SMTPSPEC_ERROR_SYNTAX;
    if (recording->form == SMTPSPEC_RECORDING_TEXT)
        recording->reader.text.lines = recording->lines;
    switch (recording->form) {
    case SMTPSPEC_RECORDING_JSONL:
        return feed_json(recording, octets);
    case SMTPSPEC_RECORDING_SWAKS:
        smtpspec_swaks_feed(&recording->reader.swaks, octets);
        recording->is_recording = recording->reader.swaks.is_swaks;
        return SMTPSPEC_OK;
    default:
        smtpspec_transcript_feed(&recording->reader.text, octets);
        return note_trouble(recording);
    }
}

/* How the file begins is collected in `json`, whatever it turns out to be. */
static enum smtpspec_error choose(struct smtpspec_recording *recording)
{
    struct smtpspec_span head = { recording->json, recording->length };
    char kept[SNIFF];

    recording->form = SMTPSPEC_RECORDING_TEXT;
    if (head.length > 0 && head.at[0] == '{')
        recording->form = SMTPSPEC_RECORDING_JSONL;
    else if (smtpspec_swaks_is_line(head))
        recording->form = SMTPSPEC_RECORDING_SWAKS;
    if (head.length > 0)
        memcpy(kept, head.at, head.length);
    head.at = kept;
    recording->length = 0;
    begin(recording);
    return dispatch(recording, head);
}

enum smtpspec_error
smtpspec_recording_feed(struct smtpspec_recording *recording,
                        struct smtpspec_span octets)
{
    while (!recording->chosen && octets.length > 0) {
        add_json(recording, octets.at[0]);
        octets = smtpspec_span_skip(octets, 1);
        if (recording->length == SNIFF && choose(recording) != SMTPSPEC_OK)
            return SMTPSPEC_ERROR_SYNTAX;
    }
    return octets.length == 0 && !recording->chosen
               ? SMTPSPEC_OK : dispatch(recording, octets);
}

enum smtpspec_error
smtpspec_recording_finish(struct smtpspec_recording *recording)
{
    if (!recording->chosen && choose(recording) != SMTPSPEC_OK)
        return SMTPSPEC_ERROR_SYNTAX;
    if (recording->trouble != NULL)
        return SMTPSPEC_ERROR_SYNTAX;
    switch (recording->form) {
    case SMTPSPEC_RECORDING_JSONL:
        /* A whole object may lack its line end; half of one was cut off. */
        if (end_json(recording) == SMTPSPEC_OK)
            return SMTPSPEC_OK;
        if (recording->is_recording) {
            recording->truncated = true;
            recording->trouble = NULL;
            return SMTPSPEC_OK;
        }
        return SMTPSPEC_ERROR_SYNTAX;
    case SMTPSPEC_RECORDING_SWAKS:
        smtpspec_swaks_finish(&recording->reader.swaks);
        recording->is_recording = recording->reader.swaks.is_swaks;
        return SMTPSPEC_OK;
    default:
        smtpspec_transcript_finish(&recording->reader.text);
        return note_trouble(recording);
    }
}
