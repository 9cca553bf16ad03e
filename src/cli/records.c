/* SPDX-License-Identifier: MIT */
/*
 * records.c - print reply lines, one record each
 */
#include "cli/records.h"

#include <inttypes.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/status.h>

/* More than one record can take: its text, each octet \xNN and the backslash
 * doubled, and the names of all defects. */
#define RECORD_ROOM 8192

/* --- Putting pieces together -------------------------------------------- */

void smtpspec_record_begin(struct smtpspec_record *record)
{
    record->octets = 0;
    record->kept = 0;
}

void smtpspec_record_extend(struct smtpspec_record *record,
                            struct smtpspec_span piece)
{
    size_t room = SMTPSPEC_RECORD_KEPT - record->kept;
    size_t count = piece.length < room ? piece.length : room;

    if (count > 0)
        memcpy(record->text + record->kept, piece.at, count);
    record->kept += count;
    record->octets += piece.length;
}

/* A line has a code, or a defect for it. */
static void count_defects(struct smtpspec_record_totals *totals,
                          const struct smtpspec_reply_line lines[],
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        totals->codeless += lines[i].code == 0;
        for (uint32_t left = lines[i].defects, k = 0; left != 0;
             left >>= 1, k++)
            totals->defects[k] += left & 1;
    }
}

/* Of one line in two; `bare` counts those that have no enhanced code. */
static inline void count_one(uint64_t first[], uint64_t *bare,
                             const struct smtpspec_reply_line *line)
{
    _Static_assert(SMTPSPEC_LINE_FIRST == 1, "it counts as it stands");
    first[line->code] += line->flags & SMTPSPEC_LINE_FIRST;
    *bare += line->status.class_digit == 0;
}

/* Every line of a stream comes here: a few instructions for each. By turns to
 * two counts, since to add to what was stored a moment ago takes longer. */
void smtpspec_record_count(struct smtpspec_record_totals *totals,
                           const struct smtpspec_reply_line lines[],
                           size_t count)
{
    const struct smtpspec_reply_line *line = lines;
    const struct smtpspec_reply_line *last = lines + count / 2 * 2;
    uint64_t bare[2] = { 0 };
    uint32_t defects = 0;

    for (; line != last; line += 2) {
        count_one(totals->first[0], &bare[0], &line[0]);
        count_one(totals->first[1], &bare[1], &line[1]);
        defects |= line[0].defects;
        defects |= line[1].defects;
    }
    if (count % 2 > 0) {
        count_one(totals->first[0], &bare[0], last);
        defects |= last->defects;
    }
    totals->lines += count;
    totals->enhanced += count - bare[0] - bare[1];
    if (defects != 0)
        count_defects(totals, lines, count);
}

/* --- Putting octets out ------------------------------------------------- */

void smtpspec_records_init(struct smtpspec_records *records, FILE *file,
                           enum smtpspec_record_format format)
{
    records->file = file;
    records->format = format;
    records->length = 0;
}

void smtpspec_records_flush(struct smtpspec_records *records)
{
    if (records->length > 0)
        fwrite(records->room, 1, records->length, records->file);
    records->length = 0;
}

static void put(struct smtpspec_records *records, const char *text)
{
    size_t length = strlen(text);

    memcpy(records->room + records->length, text, length);
    records->length += length;
}

static void put_number(struct smtpspec_records *records, uint64_t number)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0)
        records->room[records->length++] = digits[--count];
}

/* Escaped; in JSON the backslash of an escape, and the quotation mark, take a
 * backslash of their own. */
static void put_octets(struct smtpspec_records *records,
                       struct smtpspec_span octets)
{
    bool json = records->format == SMTPSPEC_RECORD_JSONL;

    for (size_t i = 0; i < octets.length; i++) {
        char octet = octets.at[i];
        char shown[8];

        if (octet >= 0x20 && octet <= 0x7e && octet != '\\' && octet != '"') {
            records->room[records->length++] = octet;
            continue;
        }
        if (json)
            records->room[records->length++] = '\\';
        smtpspec_span_escape((struct smtpspec_span){ &octet, 1 }, shown,
                             sizeof(shown));
        put(records, shown);
    }
}

/* --- One record --------------------------------------------------------- */

/* What the text column holds: a line without a code is all text. */
static struct smtpspec_span text_of(const struct smtpspec_record *record)
{
    struct smtpspec_span text = { record->text, record->kept };

    if (record->line.code == 0)
        return text;
    return smtpspec_span_skip(text, record->line.separator == 0 ? 3 : 4);
}

static void put_text(struct smtpspec_records *records,
                     const struct smtpspec_record *record,
                     struct smtpspec_span text)
{
    put_octets(records, text);
    if (record->octets > record->kept) {
        put(records, "... (");
        put_number(records, record->octets);
        put(records, " octets)");
    }
}

static void put_code(struct smtpspec_records *records, unsigned code)
{
    char digits[4] = { (char)('0' + code / 100 % 10),
                       (char)('0' + code / 10 % 10), (char)('0' + code % 10),
                       '\0' };

    put(records, digits);
}

static void put_separator(struct smtpspec_records *records, char separator)
{
    if (separator == ' ')
        put(records, "SP");
    else if (separator != '\0')
        put_octets(records, (struct smtpspec_span){ &separator, 1 });
}

static void put_status(struct smtpspec_records *records,
                       struct smtpspec_status status)
{
    char text[16];

    if (smtpspec_status_write(status, text, sizeof(text)) > 0)
        put(records, text);
}

static void put_defects(struct smtpspec_records *records, uint32_t defects,
                        const char *quote)
{
    bool first = true;

    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        if (!(defects & SMTPSPEC_BIT(i)))
            continue;
        put(records, first ? "" : ",");
        put(records, quote);
        put(records, smtpspec_defect_name((enum smtpspec_defect)i));
        put(records, quote);
        first = false;
    }
}

static bool is_last(const struct smtpspec_record *record)
{
    return (record->line.flags & SMTPSPEC_LINE_LAST) != 0;
}

static void write_tsv(struct smtpspec_records *records,
                      const struct smtpspec_record *record)
{
    const struct smtpspec_reply_line *line = &record->line;

    put_number(records, record->offset);
    put(records, "\t");
    if (line->code != 0)
        put_code(records, line->code);
    put(records, "\t");
    put_separator(records, (char)line->separator);
    put(records, is_last(record) ? "\t1\t" : "\t0\t");
    put_status(records, line->status);
    put(records, "\t");
    put_defects(records, line->defects, "");
    put(records, "\t");
    put_text(records, record, text_of(record));
    put(records, "\n");
}

static void write_jsonl(struct smtpspec_records *records,
                        const struct smtpspec_record *record)
{
    const struct smtpspec_reply_line *line = &record->line;

    put(records, "{\"offset\": ");
    put_number(records, record->offset);
    put(records, ", \"code\": ");
    if (line->code != 0)
        put_number(records, line->code);
    else
        put(records, "null");
    put(records, ", \"separator\": \"");
    put_separator(records, (char)line->separator);
    put(records, is_last(record) ? "\", \"last\": true, \"status\": \""
                                 : "\", \"last\": false, \"status\": \"");
    put_status(records, line->status);
    put(records, "\", \"defects\": [");
    put_defects(records, line->defects, "\"");
    put(records, "], \"text\": \"");
    put_text(records, record, text_of(record));
    put(records, "\"}\n");
}

/* For people: the line as it was sent, what is wrong with it below. */
static void write_text(struct smtpspec_records *records,
                       const struct smtpspec_record *record)
{
    struct smtpspec_span whole = { record->text, record->kept };
    uint64_t width = 10000000;

    /* Offsets are right-aligned as far as eight digits go. */
    for (; width > record->offset && width > 1; width /= 10)
        put(records, " ");
    put_number(records, record->offset);
    put(records, "  ");
    put_text(records, record, whole);
    put(records, "\n");
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        if (!(record->line.defects & SMTPSPEC_BIT(i)))
            continue;
        put(records, "          ^ ");
        put(records, smtpspec_defect_name((enum smtpspec_defect)i));
        put(records, ": ");
        put(records, smtpspec_defect_text((enum smtpspec_defect)i));
        put(records, "\n");
    }
}

void smtpspec_record_write(struct smtpspec_records *records,
                           const struct smtpspec_record *record)
{
    if (sizeof(records->room) - records->length < RECORD_ROOM)
        smtpspec_records_flush(records);
    switch (records->format) {
    case SMTPSPEC_RECORD_TSV:
        write_tsv(records, record);
        break;
    case SMTPSPEC_RECORD_JSONL:
        write_jsonl(records, record);
        break;
    default:
        write_text(records, record);
        break;
    }
}

/* --- Totals ------------------------------------------------------------- */

static void total(struct smtpspec_records *records, const char *name,
                  uint64_t count, const char *text)
{
    switch (records->format) {
    case SMTPSPEC_RECORD_TSV:
        fprintf(records->file, "%s\t%" PRIu64 "\n", name, count);
        break;
    case SMTPSPEC_RECORD_JSONL:
        fprintf(records->file, "\"%s\": %" PRIu64 ", ", name, count);
        break;
    default:
        fprintf(records->file, "%-22s %12" PRIu64 "%s%s\n", name, count,
                text[0] != '\0' ? "  " : "", text);
        break;
    }
}

/* Of each class, and those that are of none: their first line has no code, or
 * one that begins otherwise. */
static void total_replies(struct smtpspec_records *records,
                          const struct smtpspec_record_totals *totals)
{
    uint64_t by[SMTPSPEC_RECORD_CODES / 100] = { 0 }, replies = 0;

    for (unsigned i = 0; i < SMTPSPEC_RECORD_CODES; i++)
        by[i / 100] += totals->first[0][i] + totals->first[1][i];
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(by); i++)
        replies += by[i];
    total(records, "replies", replies, "");
    total(records, "replies-2yz", by[2], "success");
    total(records, "replies-3yz", by[3], "intermediate");
    total(records, "replies-4yz", by[4], "failure for now");
    total(records, "replies-5yz", by[5], "failure for good");
    total(records, "replies-other", replies - by[2] - by[3] - by[4] - by[5],
          "without such a code");
}

void smtpspec_records_totals(struct smtpspec_records *records,
                             const struct smtpspec_record_totals *totals,
                             uint64_t nanoseconds)
{
    bool json = records->format == SMTPSPEC_RECORD_JSONL;
    bool text = records->format == SMTPSPEC_RECORD_TEXT;

    fputs(json ? "{" : "", records->file);
    total(records, "octets", totals->octets, "");
    total(records, "lines", totals->lines, "");
    total(records, "lines-with-code", totals->lines - totals->codeless,
          "");
    total(records, "enhanced-codes", totals->enhanced, "lines that have one");
    total_replies(records, totals);
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        /* Programs get all names; people what there is. */
        if (totals->defects[i] > 0 || !text)
            total(records, smtpspec_defect_name((enum smtpspec_defect)i),
                  totals->defects[i],
                  smtpspec_defect_text((enum smtpspec_defect)i));
    }
    if (json)
        fprintf(records->file, "\"nanoseconds\": %" PRIu64 "}\n", nanoseconds);
    else if (!text)
        fprintf(records->file, "nanoseconds\t%" PRIu64 "\n", nanoseconds);
    else if (nanoseconds > 0 && totals->lines > 0)
        fprintf(records->file, "%-22s %12.6f s  %.3f GB/s, %.1f ns/line\n",
                "tokenized in", (double)nanoseconds / 1e9,
                (double)totals->octets / (double)nanoseconds,
                (double)nanoseconds / (double)totals->lines);
}
