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

#include "base/octet.h"
#include "wire/ends.h"
#include "wire/inline.h"

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
    reader->form = (uint8_t)smtpspec_reply_fastest();
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

/* What is fed, and what was found in the octets from `from` on: where lines
 * end, those from `next` on still to come, and the next backslash. That is
 * looked for there right behind, in octets that are at hand. */
struct input {
    struct smtpspec_span octets;
    size_t at, backslash;
    size_t from, next;
    struct smtpspec_ends ends;
};

/* As far as the ends of lines are known; there, where there is none before. */
static void find_backslash(struct input *input)
{
    size_t end = input->from + input->ends.length;
    const char *octets = input->octets.at;
    const char *found = NULL;

    if (end > input->at)
        found = memchr(octets + input->at, '\\', end - input->at);
    else
        end = input->at;
    input->backslash = found != NULL ? (size_t)(found - octets) : end;
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

/* Look for the ends of lines where all that were found are behind us. False
 * where there is none, or it is far. */
static bool find_ends(struct smtpspec_transcript_reader *reader,
                      struct input *input)
{
    struct smtpspec_ends *ends = &input->ends;
    size_t length = input->octets.length - input->at;

    while (input->next < ends->count &&
           input->from + ends->lf[input->next] < input->at)
        input->next++;
    if (input->next < ends->count)
        return true;
    input->from = input->at;
    input->next = ends->count = 0;
    if (length < SMTPSPEC_ENDS_LEAST)
        return false;
    smtpspec_ends_find((enum smtpspec_reply_form)reader->form,
                       input->octets.at + input->at, length, ends);
    find_backslash(input);
    return ends->count > 0;
}

/* Whether the last octet of a line, in front of its LF, is plain. */
static bool is_plain(char last)
{
    return (unsigned char)(last - 0x20) < 0x5f;
}

/* "C: " or "S: ", and an octet that counts for nothing, as a number. */
#define HEAD_LENGTH 3

static uint32_t head_of(const char *at)
{
    static const unsigned char counts[] = { 0xff, 0xff, 0xff, 0 };
    uint32_t head, mask;

    memcpy(&head, at, sizeof(head));
    memcpy(&mask, counts, sizeof(mask));
    return head & mask;
}

/* Add lines of one side, one behind the other, from where the ends are known;
 * where one begins that is not simple, or of the other side, or has no such
 * end, is input->at then. A CR in front of the LF is the file's. */
SMTPSPEC_APART void add_lines(struct input *input, char side,
                              struct smtpspec_transcript_lines *lines)
{
    const struct smtpspec_ends *ends = &input->ends;
    const char *octets = input->octets.at + input->from;
    const char *backslash = input->octets.at + input->backslash;
    const char *at = input->octets.at + input->at;
    const uint32_t head = head_of(side == 'C' ? "C: " : "S: ");
    struct smtpspec_span *text = &lines->text[lines->count];
    size_t room = SMTPSPEC_TRANSCRIPT_LINES_MOST - lines->count;
    size_t left = ends->count - input->next, i = 0;
    size_t most = left < room ? left : room;
    const uint16_t *lf = &ends->lf[input->next];
    uint64_t odd = ends->odd, plain = 0;

    for (; i < most; i++) {
        const char *end = octets + lf[i];
        size_t length;
        bool cr, spotted = odd != 0 &&
                       smtpspec_ends_is_odd(ends, (size_t)(at - octets),
                                            (size_t)(end - octets));

        if (end - at < HEAD_LENGTH || head_of(at) != head || backslash < end)
            break;
        cr = end[-1] == '\r';
        length = (size_t)(end - at) - HEAD_LENGTH - cr;
        if (length > SMTPSPEC_TRANSCRIPT_LINE_KEPT ||
            (spotted && memchr(at + HEAD_LENGTH, '\r', length) != NULL))
            break;
        text[i].at = at + HEAD_LENGTH;
        text[i].length = length;
        plain |= (uint64_t)(!spotted && (is_plain(end[-1]) || cr)) << i;
        at = end + 1;
    }
    if (i == 0)
        return;
    input->at = (size_t)(at - input->octets.at);
    input->next += i;
    lines->plain |= plain << lines->count;
    lines->count += i;
}

/* Find lines of one side that are simple, as many as there are in a row. */
static void find_lines(struct smtpspec_transcript_reader *reader,
                       struct input *input,
                       struct smtpspec_transcript_lines *lines)
{
    char side = input->octets.at[input->at];

    lines->client = side == 'C';
    lines->count = 0;
    lines->plain = 0;
    if (input->backslash < input->at)
        find_backslash(input);
    do {
        if (!find_ends(reader, input))
            break;
        add_lines(input, side, lines);
    } while (input->next == input->ends.count &&
             lines->count < SMTPSPEC_TRANSCRIPT_LINES_MOST);
}

/* Take lines whole as long as they are such. */
static void take_lines(struct smtpspec_transcript_reader *reader,
                       struct input *input)
{
    const struct smtpspec_span *octets = &input->octets;
    struct smtpspec_transcript_lines lines;

    while (input->at < octets->length && (octets->at[input->at] == 'C' ||
                                          octets->at[input->at] == 'S')) {
        find_lines(reader, input, &lines);
        lines.number = reader->line;
        if (lines.count == 0)
            return;
        reader->is_transcript = true;
        if (reader->lines != NULL) {
            reader->lines(reader->context, &lines);
            reader->line += lines.count;
            continue;
        }
        for (size_t i = 0; i < lines.count; i++, reader->line++)
            emit_line(reader, lines.client, lines.text[i]);
    }
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
    struct input input;

    input.octets = octets;
    input.at = input.from = input.next = input.backslash = 0;
    input.ends.count = input.ends.length = 0;
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
