/* SPDX-License-Identifier: MIT */
/*
 * fuzz_transcript.c - recorded dialogues as text, through both of the readers
 *
 * targets:  smtpspec_transcript_feed, _finish; smtpspec_swaks_feed, _finish
 * input:    a transcript (C: and S: lines) or what swaks printed; both readers
 *           get the whole of it
 * holds:    no cut changes an event, nor do lines that are told of together, of
 *           which the plain ones are known; a piece is as long as the room or
 *           the last of its line; lines are counted right; what is wrong stays
 *           wrong, and nothing is told of afterwards; what was read, written
 *           as a transcript, reads back the same; a line that is told of makes
 *           it a transcript, or one of swaks; where nothing is wrong with it a
 *           second, slow reading of whole lines tells the same
 * seeds:    corpus/seeds/transcript
 * words:    corpus/dictionaries/transcript.dict
 */
#include "cutting.h"

#include "case/swaks.h"
#include "case/transcript.h"

#define SIZE_LIMIT (1 << 13)
#define WHOLE      ((size_t)1 << 62) /* in one piece, nearly always          */
#define PIECE_KEPT 512
/* An octet becomes four, and the shortest line that makes an event, two octets
 * and its LF, becomes 13 ("C> \x0d\x0a" and LF). */
#define ROOM (SIZE_LIMIT * 6 + 64)

/* What was told, and the same as a transcript. */
struct tally {
    uint64_t digest;        /* of the events, their lines and pieces         */
    uint64_t content;       /* of kinds and octets alone                     */
    uint64_t line;          /* of the last event                             */
    bool open;              /* a line's last piece has not come              */
    bool dialogue;          /* some line of a side was told of               */
    enum smtpspec_transcript_kind kind;
    size_t held;            /* octets of the open line, in `octets`          */
    char octets[SIZE_LIMIT + 2];
    size_t length;
    char text[ROOM];
};

static void put(struct tally *tally, struct smtpspec_span text)
{
    MUST(tally->length + text.length <= sizeof(tally->text));
    memcpy(tally->text + tally->length, text.at, text.length);
    tally->length += text.length;
}

/* The line in `octets`, written as such: with a colon where it ends in CRLF,
 * since that goes without saying. */
HARNESS_UNSEEN static void put_line(struct tally *tally)
{
    bool ended = tally->held >= 2 &&
                 memcmp(tally->octets + tally->held - 2, "\r\n", 2) == 0;
    bool client = tally->kind == SMTPSPEC_TRANSCRIPT_CLIENT;
    char one[8];

    put(tally, client ? SMTPSPEC_SPAN("C") : SMTPSPEC_SPAN("S"));
    put(tally, ended ? SMTPSPEC_SPAN(": ") : SMTPSPEC_SPAN("> "));
    for (size_t i = 0; i < tally->held - (ended ? 2 : 0); i++)
        put(tally, (struct smtpspec_span){
                       one, smtpspec_span_escape(
                                (struct smtpspec_span){ tally->octets + i, 1 },
                                one, sizeof(one)) });
    put(tally, SMTPSPEC_SPAN("\n"));
    tally->held = 0;
}

static void put_word(struct tally *tally, enum smtpspec_transcript_kind kind)
{
    static const char *const words[] = {
        [SMTPSPEC_TRANSCRIPT_SILENT] = "silent\n",
        [SMTPSPEC_TRANSCRIPT_CLOSED] = "closed\n",
        [SMTPSPEC_TRANSCRIPT_TLS] = "tls\n",
        [SMTPSPEC_TRANSCRIPT_GAP] = "gap\n",
        [SMTPSPEC_TRANSCRIPT_SESSION] = "---\n",
    };

    MUST(kind < SMTPSPEC_ARRAY_LEN(words) && words[kind] != NULL);
    put(tally, smtpspec_span_of(words[kind]));
}

static void on_event(void *context,
                     const struct smtpspec_transcript_event *event)
{
    struct tally *tally = context;
    bool side = event->kind == SMTPSPEC_TRANSCRIPT_CLIENT ||
                event->kind == SMTPSPEC_TRANSCRIPT_SERVER;

    MUST(event->line >= 1 && event->line >= tally->line);
    MUST(event->octets.length <= PIECE_KEPT);
    MUST(event->last || (side && event->octets.length == PIECE_KEPT));
    MUST(side || event->octets.length == 0);
    MUST(!tally->open ||
         (event->kind == tally->kind && event->line == tally->line));
    tally->line = event->line;
    tally->kind = event->kind;
    tally->open = !event->last;
    tally->digest = harness_digest(tally->digest, event->line);
    tally->digest = harness_digest(tally->digest, event->last);
    tally->digest = harness_digest_span(tally->digest, event->octets);
    tally->content = harness_digest_span(tally->content, event->octets);
    if (side) {
        tally->dialogue = true;
        MUST(tally->held + event->octets.length <= sizeof(tally->octets));
        memcpy(tally->octets + tally->held, event->octets.at,
               event->octets.length);
        tally->held += event->octets.length;
    }
    if (!event->last)
        return;
    tally->digest = harness_digest(tally->digest, event->kind);
    tally->content = harness_digest(tally->content, event->kind);
    if (side)
        put_line(tally);
    else
        put_word(tally, event->kind);
}

static void begin(struct tally *tally)
{
    tally->digest = HARNESS_DIGEST;
    tally->content = HARNESS_DIGEST;
    tally->line = 0;
    tally->open = tally->dialogue = false;
    tally->held = tally->length = 0;
}

static void read_transcript(struct smtpspec_transcript_reader *reader,
                            struct smtpspec_span octets, size_t most,
                            struct tally *tally)
{
    uint64_t random = harness_seed(octets), ends = harness_count(octets, '\n');
    enum smtpspec_error error = SMTPSPEC_OK;
    uint64_t digest;

    begin(tally);
    smtpspec_transcript_init(reader, on_event, tally);
    while (octets.length > 0 && error == SMTPSPEC_OK)
        error = smtpspec_transcript_feed(
            reader, harness_piece(&octets, most, &random));
    if (error == SMTPSPEC_OK)
        error = smtpspec_transcript_finish(reader);
    MUST((error == SMTPSPEC_OK) == (reader->trouble == NULL));
    MUST(error == SMTPSPEC_OK || error == SMTPSPEC_ERROR_SYNTAX);
    MUST(reader->line >= tally->line && reader->line <= 1 + ends);
    MUST(!tally->open || error != SMTPSPEC_OK);
    MUST(reader->is_transcript || !tally->dialogue);
    digest = tally->digest;
    if (error != SMTPSPEC_OK)
        MUST(smtpspec_transcript_feed(reader, SMTPSPEC_SPAN("\nC: x\n")) ==
                 SMTPSPEC_ERROR_SYNTAX &&
             smtpspec_transcript_finish(reader) == SMTPSPEC_ERROR_SYNTAX &&
             tally->digest == digest);
}

/* Lines that are told of together, as events. */
static void on_lines(void *context,
                     const struct smtpspec_transcript_lines *lines)
{
    static char octets[SMTPSPEC_TRANSCRIPT_LINE_KEPT + 2];

    MUST(lines->count > 0 && lines->count <= SMTPSPEC_TRANSCRIPT_LINES_MOST);
    for (size_t i = 0; i < lines->count; i++) {
        struct smtpspec_span text = lines->text[i];
        const struct smtpspec_transcript_event event = {
            .kind = lines->client ? SMTPSPEC_TRANSCRIPT_CLIENT
                                  : SMTPSPEC_TRANSCRIPT_SERVER,
            .line = lines->number + i, .last = true,
            .octets = { octets, text.length + 2 }
        };

        MUST(text.length <= SMTPSPEC_TRANSCRIPT_LINE_KEPT);
        MUST((lines->plain >> i & 1) == 0 || harness_is_plain(text));
        MUST(i == 0 || lines->text[i - 1].at + lines->text[i - 1].length <
                           text.at - 3);
        memcpy(octets, text.at, text.length);
        memcpy(octets + text.length, "\r\n", 2);
        on_event(context, &event);
    }
}

static void read_lines(struct smtpspec_span octets, struct tally *tally)
{
    static struct smtpspec_transcript_reader reader;
    uint64_t random = harness_seed(octets);
    enum smtpspec_error error = SMTPSPEC_OK;

    begin(tally);
    smtpspec_transcript_init(&reader, on_event, tally);
    reader.lines = on_lines;
    while (octets.length > 0 && error == SMTPSPEC_OK)
        error = smtpspec_transcript_feed(
            &reader, harness_piece(&octets, 900, &random));
    if (error == SMTPSPEC_OK)
        smtpspec_transcript_finish(&reader);
}

static void read_swaks(struct smtpspec_span octets, size_t most,
                       struct tally *tally)
{
    struct smtpspec_swaks_reader reader;
    uint64_t random = harness_seed(octets), ends = harness_count(octets, '\n');

    begin(tally);
    smtpspec_swaks_init(&reader, on_event, tally);
    while (octets.length > 0)
        smtpspec_swaks_feed(&reader, harness_piece(&octets, most, &random));
    smtpspec_swaks_finish(&reader);
    MUST(!tally->open);
    MUST(reader.line >= tally->line && reader.line == 1 + ends);
    MUST(reader.is_swaks || !tally->dialogue);
}

/* What was told reads back the same. */
static void read_back(const struct tally *told)
{
    static struct smtpspec_transcript_reader reader;
    static struct tally again;

    read_transcript(&reader,
                    (struct smtpspec_span){ told->text, told->length },
                    WHOLE, &again);
    MUST(reader.trouble == NULL);
    MUST(again.content == told->content);
    MUST(again.length == told->length &&
         memcmp(again.text, told->text, told->length) == 0);
}

/* --- The slow reading ----------------------------------------------------- */

/* Undo the escapes of a sound line; the length. */
HARNESS_UNSEEN static size_t unescape(struct smtpspec_span text, char *out)
{
    static const char letters[] = "rnt0\\", octets[] = "\r\n\t\0\\";
    size_t n = 0;

    for (size_t i = 0; i < text.length; i++) {
        char pair[3] = { 0 };

        if (text.at[i] != '\\' || i + 1 == text.length) {
            out[n++] = text.at[i];
        } else if (text.at[++i] != 'x') {
            out[n++] = octets[smtpspec_span_find(SMTPSPEC_SPAN(letters),
                                                 text.at[i])];
        } else if (text.length - i > 2) {
            memcpy(pair, text.at + i + 1, 2);
            out[n++] = (char)strtoul(pair, NULL, 16);
            i += 2;
        }
    }
    return n;
}

/* A C or S line, the file's CR taken off its end. */
static void expect_side(struct tally *tally, struct smtpspec_span line)
{
    struct smtpspec_span text = smtpspec_span_skip(line, 2);

    while (text.length > 0 && text.at[0] == '\r')
        text = smtpspec_span_skip(text, 1);
    if (text.length > 0 && text.at[text.length - 1] == '\r')
        text.length--;
    tally->held = unescape(smtpspec_span_skip(text, 1), tally->octets);
    if (line.at[1] == ':') {
        memcpy(tally->octets + tally->held, "\r\n", 2);
        tally->held += 2;
    }
    tally->content = harness_digest_span(
        tally->content,
        (struct smtpspec_span){ tally->octets, tally->held });
    tally->content = harness_digest(
        tally->content, line.at[0] == 'C' ? SMTPSPEC_TRANSCRIPT_CLIENT
                                          : SMTPSPEC_TRANSCRIPT_SERVER);
}

static void expect_word(struct tally *tally, struct smtpspec_span line)
{
    static const char *const names[] = {
        [SMTPSPEC_TRANSCRIPT_SILENT] = "silent",
        [SMTPSPEC_TRANSCRIPT_CLOSED] = "closed",
        [SMTPSPEC_TRANSCRIPT_TLS] = "tls",
        [SMTPSPEC_TRANSCRIPT_GAP] = "gap",
        [SMTPSPEC_TRANSCRIPT_SESSION] = "---",
    };

    while (line.length > 0 &&
           smtpspec_span_find(SMTPSPEC_SPAN(" \t\r"),
                              line.at[line.length - 1]) < 3)
        line.length--;
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(names) && line.length > 0; i++)
        if (names[i] != NULL &&
            smtpspec_span_equal(line, smtpspec_span_of(names[i])))
            tally->content = harness_digest(tally->content, i);
}

/* What a sound transcript tells. */
static void read_slowly(struct smtpspec_span octets, struct tally *tally)
{
    struct smtpspec_span line;

    begin(tally);
    while (harness_line(&octets, &line)) {
        char first = line.length > 1 ? line.at[0] : '\0';
        char second = first != '\0' ? line.at[1] : '\0';

        if ((first == 'C' || first == 'S') &&
            (second == ':' || second == '>'))
            expect_side(tally, line);
        else
            expect_word(tally, line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct smtpspec_transcript_reader whole, pieces;
    static struct tally one, other;
    struct smtpspec_span octets = { (const char *)data, size };

    if (size > SIZE_LIMIT)
        return 0;
    read_transcript(&whole, octets, WHOLE, &one);
    read_transcript(&pieces, octets, 9, &other);
    MUST(one.digest == other.digest && whole.line == pieces.line);
    MUST(whole.trouble == pieces.trouble &&
         whole.is_transcript == pieces.is_transcript);
    read_lines(octets, &other);
    MUST(one.digest == other.digest);
    if (whole.trouble == NULL) {
        read_back(&one);
        read_slowly(octets, &other);
        MUST(one.content == other.content);
    }
    read_swaks(octets, WHOLE, &one);
    read_swaks(octets, 9, &other);
    MUST(one.digest == other.digest);
    read_back(&one);
    return 0;
}
