/* SPDX-License-Identifier: MIT */
/*
 * cmd_parse.c - `smtpspec parse`: the reply tokenizer, made visible
 *
 * Reads a stream of any length through a fixed buffer and prints a record for
 * each reply line, or with --stats only totals and how long the tokenizer
 * took for them. What is printed is ASCII, whatever the stream holds.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <smtpspec/base.h>
#include <smtpspec/reply.h>

#include "cli/records.h"

#define COMMAND "parse"
/* Octets read, and lines tokenized, at a time: as many as the caches near the
 * processor hold. */
#define CHUNK 262144
#define BATCH 512

static const char help[] =
    "usage: smtpspec parse [options] FILE|-\n"
    "\n"
    "Tokenize a stream of SMTP replies, as a server sent it.\n"
    "\n"
    "  --format text|tsv|jsonl  how to print a line (default text)\n"
    "  --stats                  print only totals and speed: lines, replies\n"
    "                           of each class, enhanced codes, each defect\n"
    "  --help                   this text\n"
    "\n"
    "tsv has no header; its columns are:\n"
    "  offset     of the line in the stream, in octets\n"
    "  code       three digits, empty where the line has no such code\n"
    "  separator  SP, -, another octet escaped, empty where the line ends\n"
    "  last       1 on the last line of a reply, else 0\n"
    "  status     enhanced status code, x.y.z, or empty\n"
    "  defects    names with commas between them, or empty\n"
    "  text       what follows the separator; the whole line where it has no\n"
    "             code. Octets but 0x20-0x7E, and the backslash, are \\xNN;\n"
    "             past 1024 octets it is cut: ... (N octets)\n"
    "jsonl has the same as members of one object, defects as a list.\n"
    "With --stats tsv is name and count, jsonl one object.\n"
    "\n"
    "Exit status: 0, 2 the file cannot be read, 3 no line has a reply code.\n";

enum option_id { OPTION_FORMAT = 256, OPTION_STATS, OPTION_HELP };

static const struct option long_options[] = {
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "stats", no_argument, NULL, OPTION_STATS },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

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
    static char buffer[CHUNK];

    for (;;) {
        ssize_t count = read(file, buffer, sizeof(buffer));

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return smtpspec_cli_usage(COMMAND, "%s: %s", name,
                                      strerror(errno));
        if (count == 0 || ferror(stdout))
            break;
        feed(parsing, (struct smtpspec_span){ buffer, (size_t)count });
    }
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
    if (status == SMTPSPEC_EXIT_OK && parsing.totals.coded == 0) {
        smtpspec_cli_usage(COMMAND, "%s: no SMTP found: no line begins with a "
                           "reply code", name);
        return SMTPSPEC_EXIT_UNTESTED;
    }
    return status;
}

static bool format_of(const char *name, enum smtpspec_record_format *out)
{
    if (strcmp(name, "text") == 0)
        *out = SMTPSPEC_RECORD_TEXT;
    else if (strcmp(name, "tsv") == 0)
        *out = SMTPSPEC_RECORD_TSV;
    else if (strcmp(name, "jsonl") == 0)
        *out = SMTPSPEC_RECORD_JSONL;
    else
        return false;
    return true;
}

int smtpspec_cmd_parse(int argc, char **argv)
{
    enum smtpspec_record_format format = SMTPSPEC_RECORD_TEXT;
    bool stats = false;
    int id, status, file = STDIN_FILENO;

    opterr = 0;
    optind = 1;
    while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (id == OPTION_HELP) {
            fputs(help, stdout);
            return smtpspec_cli_finish(COMMAND, SMTPSPEC_EXIT_OK);
        }
        if (id == OPTION_STATS)
            stats = true;
        else if (id != OPTION_FORMAT)
            return smtpspec_cli_usage(COMMAND, id == ':' ? "%s wants a value"
                                      : "unknown option '%s'",
                                      argv[optind - 1]);
        else if (!format_of(optarg, &format))
            return smtpspec_cli_usage(COMMAND, "no format '%s'; there are "
                                      "text, tsv, jsonl", optarg);
    }
    if (argc - optind != 1)
        return smtpspec_cli_usage(COMMAND, "one FILE is wanted, or '-'; "
                                  "see smtpspec parse --help");
    if (strcmp(argv[optind], "-") != 0)
        file = open(argv[optind], O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return smtpspec_cli_usage(COMMAND, "%s: %s", argv[optind],
                                  strerror(errno));
    status = parse_file(file, argv[optind], format, stats);
    if (file != STDIN_FILENO)
        close(file);
    return status;
}
