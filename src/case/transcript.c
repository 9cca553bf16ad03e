/* SPDX-License-Identifier: MIT */
/*
 * transcript.c - read recorded dialogues, line by line, in any split
 *
 * One step for each octet. What the line is shows in its first two; after
 * that octets collect in `room` and are handed out when it is full or the
 * line ends. A line of the dialogue that has nothing to it but its octets, as
 * most have, is taken whole.
 */
#include "case/transcript.h"

#include <string.h>

_Static_assert(sizeof(((struct smtpspec_transcript_reader *)0)->room) ==
                   SMTPSPEC_TRANSCRIPT_LINE_KEPT + 2,
               "a line that is taken whole fits with its CRLF");

/* Where in a line the reader is. */
enum stage {
    STAGE_HEAD,    /* collecting the first octets                  */
    STAGE_SPACE,   /* behind "C:", where a blank is due            */
    STAGE_TEXT,
    STAGE_ESCAPE,  /* behind a backslash                           */
    STAGE_HIGH,    /* behind \x                                    */
    STAGE_LOW,     /* behind \x and a digit                        */
    STAGE_BLANK,   /* behind a word and blanks: no more may come   */
    STAGE_COMMENT
};

/* Longest word that is a line of its own, with a CR. */
#define WORD_KEPT 8

static const struct {
    const char *word;
    enum smtpspec_transcript_kind kind;
} words[] = {
    { "silent", SMTPSPEC_TRANSCRIPT_SILENT },
    { "closed", SMTPSPEC_TRANSCRIPT_CLOSED },
    { "tls", SMTPSPEC_TRANSCRIPT_TLS },
    { "gap", SMTPSPEC_TRANSCRIPT_GAP },
    { "---", SMTPSPEC_TRANSCRIPT_SESSION },
};

void smtpspec_transcript_init(
    struct smtpspec_transcript_reader *reader,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context)
{
    memset(reader, 0, sizeof(*reader));
    reader->event = event;
    reader->context = context;
    reader->line = 1;
}

static void emit(struct smtpspec_transcript_reader *reader,
                 enum smtpspec_transcript_kind kind, bool last)
{
    struct smtpspec_transcript_event event = {
        .kind = kind,
        .line = reader->line,
        .last = last,
        .octets = { reader->room, reader->length },
    };

    reader->length = 0;
    reader->event(reader->context, &event);
}

/* One more octet of what went over the wire. */
static void add(struct smtpspec_transcript_reader *reader, char octet)
{
    if (reader->length == sizeof(reader->room))
        emit(reader, (enum smtpspec_transcript_kind)reader->kind, false);
    reader->room[reader->length++] = octet;
}

static void end_text(struct smtpspec_transcript_reader *reader)
{
    if (!reader->raw) {
        add(reader, '\r');
        add(reader, '\n');
    }
    emit(reader, (enum smtpspec_transcript_kind)reader->kind, true);
}

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r';
}

static void no_such_line(struct smtpspec_transcript_reader *reader)
{
    reader->trouble = "a line is 'C: ...', 'S: ...', 'closed', 'silent', "
                      "'tls', 'gap', '---' or a comment behind '#'";
}

/* A line that is one word, or nothing. */
static void end_word(struct smtpspec_transcript_reader *reader)
{
    struct smtpspec_span word = { reader->room, reader->length };

    while (word.length > 0 && is_blank(word.at[word.length - 1]))
        word.length--;
    reader->length = 0;
    if (word.length == 0)
        return;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++) {
        if (smtpspec_span_equal(word, smtpspec_span_of(words[i].word))) {
            emit(reader, words[i].kind, true);
            return;
        }
    }
    no_such_line(reader);
}

static void step_head(struct smtpspec_transcript_reader *reader, char octet)
{
    char first = reader->length > 0 ? reader->room[0] : '\0';

    if (reader->length == 0 && octet == '#') {
        reader->stage = STAGE_COMMENT;
    } else if (reader->length == 1 && (first == 'C' || first == 'S') &&
               (octet == ':' || octet == '>')) {
        reader->is_transcript = true;
        reader->kind = first == 'C' ? SMTPSPEC_TRANSCRIPT_CLIENT
                                    : SMTPSPEC_TRANSCRIPT_SERVER;
        reader->raw = octet == '>';
        reader->stage = STAGE_SPACE;
        reader->length = 0;
    } else {
        reader->room[reader->length++] = octet;
        /* Too long for a word: say so now, the line may have no end. */
        if (reader->length > WORD_KEPT) {
            end_word(reader);
            reader->stage = STAGE_BLANK;
        }
    }
}

static int digit_of(char octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    if (octet >= 'a' && octet <= 'f')
        return octet - 'a' + 10;
    if (octet >= 'A' && octet <= 'F')
        return octet - 'A' + 10;
    return -1;
}

static void step_escape(struct smtpspec_transcript_reader *reader, char octet)
{
    static const char letters[] = "rnt0\\", octets[] = "\r\n\t\0\\";
    size_t which = smtpspec_span_find(SMTPSPEC_SPAN(letters), octet);

    reader->stage = octet == 'x' ? STAGE_HIGH : STAGE_TEXT;
    if (octet == 'x')
        return;
    if (which == sizeof(letters) - 1)
        reader->trouble = "a backslash begins \\xNN, \\r, \\n, \\t, \\0 or "
                          "\\\\";
    else
        add(reader, octets[which]);
}

static void step_digit(struct smtpspec_transcript_reader *reader, char octet)
{
    int digit = digit_of(octet);

    if (digit < 0) {
        reader->trouble = "two hexadecimal digits are due behind \\x";
    } else if (reader->stage == STAGE_HIGH) {
        reader->octet = (uint8_t)digit;
        reader->stage = STAGE_LOW;
    } else {
        add(reader, (char)(reader->octet * 16 + digit));
        reader->stage = STAGE_TEXT;
    }
}

static void step_text(struct smtpspec_transcript_reader *reader, char octet)
{
    /* The CR of a CRLF is the file's, any other one is the dialogue's. */
    if (reader->held_cr)
        add(reader, '\r');
    reader->held_cr = octet == '\r';
    if (octet == '\\')
        reader->stage = STAGE_ESCAPE;
    else if (octet != '\r')
        add(reader, octet);
}

static void end_line(struct smtpspec_transcript_reader *reader)
{
    switch (reader->stage) {
    case STAGE_HEAD:
        end_word(reader);
        break;
    case STAGE_SPACE:
    case STAGE_TEXT:
        end_text(reader);
        break;
    case STAGE_BLANK:
    case STAGE_COMMENT:
        break;
    default:
        reader->trouble = "the line ends inside an escape";
        break;
    }
    reader->held_cr = false;
    reader->stage = STAGE_HEAD;
}

static void step(struct smtpspec_transcript_reader *reader, char octet)
{
    switch (reader->stage) {
    case STAGE_HEAD:
        step_head(reader, octet);
        break;
    case STAGE_SPACE:
        if (octet == ' ')
            reader->stage = STAGE_TEXT;
        else if (octet != '\r')
            reader->trouble = "a blank is due behind 'C:' and 'S:'";
        break;
    case STAGE_TEXT:
        step_text(reader, octet);
        break;
    case STAGE_ESCAPE:
        step_escape(reader, octet);
        break;
    case STAGE_HIGH:
    case STAGE_LOW:
        step_digit(reader, octet);
        break;
    case STAGE_BLANK:
        if (!is_blank(octet))
            no_such_line(reader);
        break;
    default:
        break;
    }
}

/* What is fed, and where the next of those octets stand with which a line is
 * not simple. */
struct input {
    struct smtpspec_span octets;
    size_t at, backslash, cr;
};

/* Where `octet` stands from `from` on, or the end. */
static size_t find_from(struct smtpspec_span octets, size_t from, char octet)
{
    const char *found = memchr(octets.at + from, octet, octets.length - from);

    return found != NULL ? (size_t)(found - octets.at) : octets.length;
}

/* The same as an event, which has its CRLF. memmove(): compilers, who see how
 * few octets there may be, put an instruction in the place of memcpy() that
 * takes longer to begin. */
static void emit_line(struct smtpspec_transcript_reader *reader, bool client,
                      struct smtpspec_span text)
{
    memmove(reader->room, text.at, text.length);
    memcpy(reader->room + text.length, "\r\n", 2);
    reader->length = text.length + 2;
    emit(reader,
         client ? SMTPSPEC_TRANSCRIPT_CLIENT : SMTPSPEC_TRANSCRIPT_SERVER,
         true);
}

/* What is behind "C: " or "S: " of the line at `at` that ends at `end`. False
 * where it is not so simple. A CR in front of the LF is the file's. */
static bool is_simple(struct input *input, size_t at, size_t end,
                      struct smtpspec_span *text)
{
    if (input->backslash < at)
        input->backslash = find_from(input->octets, at, '\\');
    if (input->cr < at)
        input->cr = find_from(input->octets, at, '\r');
    text->at = input->octets.at + at + 3;
    text->length = (input->cr < end ? input->cr : end) - at - 3;
    return input->backslash > end && input->cr + 1 >= end &&
           text->length <= SMTPSPEC_TRANSCRIPT_LINE_KEPT;
}

/* Take lines whole as long as they are such; where one begins that is not, or
 * does not end here, is input->at then. */
static void take_lines(struct smtpspec_transcript_reader *reader,
                       struct input *input)
{
    const char *first = input->octets.at;
    size_t length = input->octets.length, at = input->at;

    while (length - at >= 4 && first[at + 1] == ':' && first[at + 2] == ' ' &&
           (first[at] == 'C' || first[at] == 'S')) {
        bool client = first[at] == 'C';
        const char *lf = memchr(first + at + 3, '\n', length - at - 3);
        struct smtpspec_span text;

        if (lf == NULL || !is_simple(input, at, (size_t)(lf - first), &text))
            break;
        reader->is_transcript = true;
        if (reader->line_taken != NULL)
            reader->line_taken(reader->context, client, reader->line, text);
        else
            emit_line(reader, client, text);
        reader->line++;
        at = (size_t)(lf - first) + 1;
    }
    input->at = at;
}

static void take_octet(struct smtpspec_transcript_reader *reader, char octet)
{
    if (octet != '\n') {
        step(reader, octet);
        return;
    }
    end_line(reader);
    /* The number stays at the line that is wrong. */
    if (reader->trouble == NULL)
        reader->line++;
}

enum smtpspec_error
smtpspec_transcript_feed(struct smtpspec_transcript_reader *reader,
                         struct smtpspec_span octets)
{
    struct input input = { .octets = octets };

    if (octets.length > 0) {
        input.backslash = find_from(octets, 0, '\\');
        input.cr = find_from(octets, 0, '\r');
    }
    while (input.at < octets.length && reader->trouble == NULL) {
        if (reader->stage == STAGE_HEAD && reader->length == 0)
            take_lines(reader, &input);
        if (input.at < octets.length)
            take_octet(reader, octets.at[input.at++]);
    }
    return reader->trouble == NULL ? SMTPSPEC_OK : SMTPSPEC_ERROR_SYNTAX;
}

enum smtpspec_error
smtpspec_transcript_finish(struct smtpspec_transcript_reader *reader)
{
    if (reader->trouble == NULL &&
        (reader->stage != STAGE_HEAD || reader->length > 0))
        end_line(reader);
    return reader->trouble == NULL ? SMTPSPEC_OK : SMTPSPEC_ERROR_SYNTAX;
}
