/* SPDX-License-Identifier: MIT */
/*
 * records.h - print reply lines, one record each, as text, TSV or JSON lines
 *
 * Floor 7, cli. Made for streams of millions of lines: no allocation, and the
 * output is collected in one buffer.
 */
#ifndef SMTPSPEC_RECORDS_H
#define SMTPSPEC_RECORDS_H

#include <stdio.h>

#include <smtpspec/reply.h>

/* Octets of a line that are printed. */
#define SMTPSPEC_RECORD_KEPT 1024

/* Codes are below. */
#define SMTPSPEC_RECORD_CODES 1000

enum smtpspec_record_format {
    SMTPSPEC_RECORD_TEXT,
    SMTPSPEC_RECORD_TSV,
    SMTPSPEC_RECORD_JSONL
};

/* A reply line whose pieces were joined. All zero is an empty one. */
struct smtpspec_record {
    struct smtpspec_reply_line line;
    uint64_t offset;   /* in the stream                                      */
    uint64_t octets;   /* of the line, its line end left out                 */
    size_t kept;
    char text[SMTPSPEC_RECORD_KEPT];
};

struct smtpspec_record_totals {
    uint64_t octets, lines;
    uint64_t codeless;         /* lines that have no code                    */
    uint64_t enhanced;         /* those with an enhanced one                 */
    uint64_t first[2][SMTPSPEC_RECORD_CODES]; /* replies by the code of their
                                  first line, in two parts                   */
    uint64_t defects[SMTPSPEC_DEFECT_COUNT];
};

struct smtpspec_records {
    FILE *file;
    enum smtpspec_record_format format;
    size_t length;
    char room[32768];
};

void smtpspec_record_begin(struct smtpspec_record *record);
void smtpspec_record_extend(struct smtpspec_record *record,
                            struct smtpspec_span piece);
/* Add whole lines: no PARTIAL ones. */
void smtpspec_record_count(struct smtpspec_record_totals *totals,
                           const struct smtpspec_reply_line lines[],
                           size_t count);

void smtpspec_records_init(struct smtpspec_records *records, FILE *file,
                           enum smtpspec_record_format format);
void smtpspec_record_write(struct smtpspec_records *records,
                           const struct smtpspec_record *record);
/* What --stats prints. */
void smtpspec_records_totals(struct smtpspec_records *records,
                             const struct smtpspec_record_totals *totals,
                             uint64_t nanoseconds);
/* Give what is collected to the file. */
void smtpspec_records_flush(struct smtpspec_records *records);

#endif
