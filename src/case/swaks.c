/* SPDX-License-Identifier: MIT */
/*
 * swaks.c - read what the SMTP test tool swaks prints, in any split
 *
 * What a line is shows in its first four octets. Lines of the dialogue are
 * handed out piece by piece; of the tool's own remarks the beginning is kept
 * and looked up.
 */
#include "case/swaks.h"

#include <string.h>

#define HINT 4 /* octets: three and a blank */

enum stage { STAGE_HINT, STAGE_TEXT, STAGE_REMARK, STAGE_SKIP };

static const struct hint {
    char text[HINT + 1];
    uint8_t stage, kind;
} hints[] = {
    { " -> ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_CLIENT },
    { " ~> ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_CLIENT },
    { "**> ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_CLIENT },
    { "*~> ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_CLIENT },
    { "<-  ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_SERVER },
    { "<~  ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_SERVER },
    { "<** ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_SERVER },
    { "<~* ", STAGE_TEXT, SMTPSPEC_TRANSCRIPT_SERVER },
    { "=== ", STAGE_REMARK, 0 },
    { "*** ", STAGE_REMARK, 0 },
};

/* How remarks begin that say something of the dialogue. That swaks itself
 * closes ("Connection closed with") says nothing of the server. */
static const struct remark {
    const char *text;
    uint8_t kind;
} remarks[] = {
    { "Trying ", SMTPSPEC_TRANSCRIPT_SESSION },
    { "TLS started", SMTPSPEC_TRANSCRIPT_TLS },
    { "Remote host closed connection", SMTPSPEC_TRANSCRIPT_CLOSED },
    { "Socket closed connection", SMTPSPEC_TRANSCRIPT_CLOSED },
    { "Child process closed connection", SMTPSPEC_TRANSCRIPT_CLOSED },
};

void smtpspec_swaks_init(
    struct smtpspec_swaks_reader *reader,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context)
{
    memset(reader, 0, sizeof(*reader));
    reader->event = event;
    reader->context = context;
    reader->line = 1;
}

static const struct hint *hint_of(struct smtpspec_span head)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(hints); i++)
        if (head.length >= HINT && memcmp(head.at, hints[i].text, HINT) == 0)
            return &hints[i];
    return NULL;
}

bool smtpspec_swaks_is_line(struct smtpspec_span head)
{
    return hint_of(head) != NULL;
}

static void emit(struct smtpspec_swaks_reader *reader, unsigned kind,
                 bool last)
{
    struct smtpspec_transcript_event event = {
        .kind = (enum smtpspec_transcript_kind)kind,
        .line = reader->line,
        .last = last,
        .octets = { reader->room, reader->length },
    };

    reader->length = 0;
    reader->event(reader->context, &event);
}

static void add(struct smtpspec_swaks_reader *reader, char octet)
{
    if (reader->length == sizeof(reader->room)) {
        emit(reader, reader->kind, false);
        reader->pieces = true;
    }
    reader->room[reader->length++] = octet;
}

/* "25 lines sent": content that was sent and is not shown. */
static bool is_summary(struct smtpspec_span text)
{
    size_t i = 0;

    while (i < text.length && text.at[i] >= '0' && text.at[i] <= '9')
        i++;
    return i > 0 && smtpspec_span_equal(smtpspec_span_skip(text, i),
                                        SMTPSPEC_SPAN(" lines sent"));
}

static void end_text(struct smtpspec_swaks_reader *reader)
{
    struct smtpspec_span text = { reader->room, reader->length };

    if (!reader->pieces && reader->kind == SMTPSPEC_TRANSCRIPT_CLIENT &&
        is_summary(text)) {
        reader->length = 0;
        emit(reader, SMTPSPEC_TRANSCRIPT_GAP, true);
        return;
    }
    add(reader, '\r');
    add(reader, '\n');
    emit(reader, reader->kind, true);
}

static void end_remark(struct smtpspec_swaks_reader *reader)
{
    struct smtpspec_span text = { reader->room, reader->length };

    reader->length = 0;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(remarks); i++) {
        struct smtpspec_span begin = smtpspec_span_of(remarks[i].text);

        if (smtpspec_span_equal(smtpspec_span_head(text, begin.length),
                                begin)) {
            emit(reader, remarks[i].kind, true);
            return;
        }
    }
}

static void step_hint(struct smtpspec_swaks_reader *reader, char octet)
{
    const struct hint *hint;

    reader->room[reader->length++] = octet;
    if (reader->length < HINT)
        return;
    hint = hint_of((struct smtpspec_span){ reader->room, HINT });
    reader->length = 0;
    reader->pieces = false;
    reader->stage = hint != NULL ? hint->stage : STAGE_SKIP;
    if (hint != NULL && hint->stage == STAGE_TEXT) {
        reader->is_swaks = true;
        reader->kind = hint->kind;
    }
}

static void step(struct smtpspec_swaks_reader *reader, char octet)
{
    switch (reader->stage) {
    case STAGE_HINT:
        step_hint(reader, octet);
        break;
    case STAGE_TEXT:
        /* swaks shows the CR of the lines of a message, and of no other. */
        if (reader->held_cr)
            add(reader, '\r');
        reader->held_cr = octet == '\r';
        if (octet != '\r')
            add(reader, octet);
        break;
    case STAGE_REMARK:
        if (reader->length < sizeof(reader->room))
            reader->room[reader->length++] = octet;
        break;
    default:
        break;
    }
}

static void end_line(struct smtpspec_swaks_reader *reader)
{
    if (reader->stage == STAGE_TEXT)
        end_text(reader);
    else if (reader->stage == STAGE_REMARK)
        end_remark(reader);
    reader->length = 0;
    reader->held_cr = false;
    reader->stage = STAGE_HINT;
}

void smtpspec_swaks_feed(struct smtpspec_swaks_reader *reader,
                         struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (octets.at[i] != '\n') {
            step(reader, octets.at[i]);
        } else {
            end_line(reader);
            reader->line++;
        }
    }
}

void smtpspec_swaks_finish(struct smtpspec_swaks_reader *reader)
{
    if (reader->stage != STAGE_HINT)
        end_line(reader);
}
