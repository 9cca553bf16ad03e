/* SPDX-License-Identifier: MIT */
/*
 * cmd_parse.c - `smtpspec parse`: the reply tokenizer, made visible
 *
 * Takes a stream of any length a piece at a time and prints a record for
 * each reply line, or with --stats only totals and how long the tokenizer
 * took for them. What is printed is ASCII, whatever the stream holds.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <smtpspec/base.h>
#include <smtpspec/reply.h>

#include "cli/octets.h"
#include "cli/options.h"
#include "cli/records.h"

#define COMMAND "parse"
/* Lines tokenized at a time: as many as the caches near the processor hold. */
#define BATCH 512

/* What is known of the stream so far. */
struct parsing {
    struct smtpspec_reply_parser parser;
    struct smtpspec_records *records; /* NULL with --stats                   */
    struct smtpspec_record record;    /* of the line under way               */
    struct smtpspec_record_totals totals;
    uint64_t next;    /* where the next line starts                          */
    uint64_t nanoseconds;
    char last;        /* octet of the stream                                 */
    bool open;        /* pieces of a line were seen                          */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Join what came of a line. */
static void extend(struct smtpspec_record *record, bool held_cr,
                   struct smtpspec_span piece)
{
    if (held_cr)
        smtpspec_record_extend(record, SMTPSPEC_SPAN("\r"));
    smtpspec_record_extend(record, piece);
}

static void end_line(struct parsing *parsing,
                     const struct smtpspec_reply_line *line)
{
    struct smtpspec_record *record = &parsing->record;

    record->line = *line;
    smtpspec_record_write(parsing->records, record);
    smtpspec_record_begin(record);
    parsing->open = false;
}

static void take(struct parsing *parsing, struct smtpspec_span octets,
                 uint64_t base, const struct smtpspec_reply_line *line)
{
    struct smtpspec_span piece = { octets.at + line->at, line->length };
    size_t end = line->at + line->length;

    if (!parsing->open)
        parsing->record.offset = parsing->next;
    parsing->open = true;
    extend(&parsing->record, (line->flags & SMTPSPEC_LINE_HELD_CR) != 0,
           piece);
    if (line->flags & SMTPSPEC_LINE_PARTIAL)
        return;
    /* Behind the octets stands LF or CRLF, or the rest of a CRLF. */
    if (octets.at[end] == '\r')
        end++;
    parsing->next = base + end + 1;
    end_line(parsing, line);
}

static void feed(struct parsing *parsing, struct smtpspec_span octets)
{
    static struct smtpspec_reply_line lines[BATCH];
    size_t done = 0, taken, count, whole;

    while (done < octets.length) {
        struct smtpspec_span rest = smtpspec_span_skip(octets, done);
        uint64_t begun = now_ns();

        taken = smtpspec_reply_feed(&parsing->parser, rest, lines, BATCH,
                                    &count);
        parsing->nanoseconds += now_ns() - begun;
        /* Where the octets end inside a line, that is the last. */
        whole = count;
        if (count > 0 && (lines[count - 1].flags & SMTPSPEC_LINE_PARTIAL) != 0)
            whole--;
        smtpspec_record_count(&parsing->totals, lines, whole);
        for (size_t i = 0; i < count && parsing->records != NULL; i++)
            take(parsing, rest, parsing->totals.octets, &lines[i]);
        parsing->totals.octets += taken;
        done += taken;
    }
    parsing->last = octets.at[octets.length - 1];
}

static void finish(struct parsing *parsing)
{
    struct smtpspec_reply_line line;

    if (!smtpspec_reply_finish(&parsing->parser, &line))
        return;
    smtpspec_record_count(&parsing->totals, &line, 1);
    if (parsing->records == NULL)
        return;
    if (!parsing->open)
        parsing->record.offset = parsing->next;
    /* A CR that waited for its LF. */
    if (parsing->last == '\r' && parsing->next < parsing->totals.octets)
        smtpspec_record_extend(&parsing->record, SMTPSPEC_SPAN("\r"));
    end_line(parsing, &line);
}

/* Returns OK, or the status of a failed read. Stops early where nobody takes
 * the output any more. */
static int read_all(struct parsing *parsing, int file, const char *name)
{
    static struct smtpspec_octets octets;
    struct smtpspec_span piece;
    bool good;

    smtpspec_octets_init(&octets, COMMAND, name, file);
    while ((good = smtpspec_octets_next(&octets, &piece)) &&
           piece.length > 0 && !ferror(stdout))
        feed(parsing, piece);
    smtpspec_octets_end(&octets);
    if (!good)
        return smtpspec_cli_usage(COMMAND, "%s: %s", name, octets.trouble);
    finish(parsing);
    return SMTPSPEC_EXIT_OK;
}

static int parse_file(int file, const char *name,
                      enum smtpspec_record_format format, bool stats)
{
    static struct smtpspec_records records;
    static struct parsing parsing;
    int status;

    parsing = (struct parsing){ .records = stats ? NULL : &records };
    smtpspec_records_init(&records, stdout, format);
    smtpspec_reply_init(&parsing.parser);
    status = read_all(&parsing, file, name);
    if (status == SMTPSPEC_EXIT_OK && stats)
        smtpspec_records_totals(&records, &parsing.totals,
                                parsing.nanoseconds);
    smtpspec_records_flush(&records);
    status = smtpspec_cli_finish(COMMAND, status);
    if (status == SMTPSPEC_EXIT_OK &&
        parsing.totals.lines == parsing.totals.codeless) {
        smtpspec_cli_usage(COMMAND, "%s: no SMTP found: no line begins with a "
                           "reply code", name);
        return SMTPSPEC_EXIT_UNTESTED;
    }
    return status;
}

/* What options.def calls text, tsv, jsonl. */
static enum smtpspec_record_format format_of(int choice)
{
    static const enum smtpspec_record_format formats[] = {
        SMTPSPEC_RECORD_TEXT, SMTPSPEC_RECORD_TSV, SMTPSPEC_RECORD_JSONL
    };

    return formats[choice];
}

int smtpspec_cmd_parse(int argc, char **argv)
{
    enum smtpspec_record_format format = SMTPSPEC_RECORD_TEXT;
    struct smtpspec_options options;
    bool stats = false;
    int id, status, file = STDIN_FILENO;
    const char *name;

    smtpspec_options_begin(&options, SMTPSPEC_VERB_PARSE, argc, argv);
    while ((id = smtpspec_options_next(&options)) > 0) {
        if (id == SMTPSPEC_OPTION_PARSE_STATS)
            stats = true;
        else
            format = format_of(options.choice);
    }
    if (id < 0)
        return options.status;
    if (argc - options.first != 1)
        return smtpspec_cli_usage(COMMAND, "one FILE is wanted, or '-'; "
                                  "see smtpspec parse --help");
    name = argv[options.first];
    if (strcmp(name, "-") != 0)
        file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return smtpspec_cli_usage(COMMAND, "%s: %s", name, strerror(errno));
    status = parse_file(file, name, format, stats);
    if (file != STDIN_FILENO)
        close(file);
    return status;
}
