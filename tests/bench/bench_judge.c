/* SPDX-License-Identifier: MIT */
/*
 * bench_judge.c - exchanges a second through all four layers of the judge
 *
 * A recorded session of a client that pipelines (RFC 2920): greeting, EHLO,
 * groups of MAIL, RCPTs and DATA, message, final dot; QUIT and the close. It
 * is judged from what was read before, commands parsed and replies as records
 * ("records"), and from its octets, reading included ("octets"). No rule is
 * broken: a verdict ends the bench.
 *
 *     bench_judge [--sessions N] [--repeat N] [records|octets]
 *     bench_judge --recording OCTETS > FILE
 *
 * With --repeat 1 and one name it is what callgrind is to count. The other way
 * writes sessions as text, for `smtpspec judge`, until there are so many octets.
 */
#define BENCH "bench_judge"
#include "bench.h"

#include <smtpspec/judge.h>

#define STEPS_MOST 64
#define RECORDS_MOST 64
#define MESSAGES 4
#define RECIPIENTS 3

/* A turn of the client, then one of the server. */
struct turn {
    struct smtpspec_span sent;         /* commands, or a message             */
    struct smtpspec_command_line lines[8];
    unsigned line_count;               /* 0: `sent` is no commands           */
    struct smtpspec_span replies;
    struct smtpspec_reply_line records[RECORDS_MOST];
    size_t record_count;
    struct smtpspec_reply_parser parser; /* behind the records               */
};

static struct turn turns[STEPS_MOST];
static unsigned turn_count;
static uint64_t exchanges, verdicts;

static const char greeting[] = "220 mx.example.com ESMTP Postfix\r\n";
static const char offer[] =
    "250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
    "250-ETRN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
    "250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n";
static const char group[] =
    "MAIL FROM:<bounce-4711@list.example.net> SIZE=1304 BODY=8BITMIME\r\n"
    "RCPT TO:<alice@example.com>\r\nRCPT TO:<bob.jones@example.com>\r\n"
    "RCPT TO:<carol@sub.example.com>\r\nDATA\r\n";
static const char group_replies[] =
    "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
    "550 5.1.1 <bob.jones@example.com>: Recipient address rejected: "
    "User unknown in local recipient table\r\n"
    "250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n";
static const char message[] =
    "Received: from list.example.net (list.example.net [192.0.2.7])\r\n"
    "\tby mx.example.com (Postfix) with ESMTP id 4Xyz12\r\n"
    "\tfor <alice@example.com>; Mon, 2 Jun 2025 10:11:12 +0000 (UTC)\r\n"
    "From: List <list@list.example.net>\r\nTo: alice@example.com\r\n"
    "Subject: weekly figures\r\nMessage-ID: <4711.1@list.example.net>\r\n"
    "Date: Mon, 2 Jun 2025 10:11:11 +0000\r\n\r\n"
    "All is well; the figures stand below as they do each week.\r\n"
    "..stuffed\r\n\r\n.\r\n";
static const char queued[] = "250 2.0.0 Ok: queued as 4Xyz12AbCdE\r\n";

/* --- The recording ------------------------------------------------------ */

static void read_commands(struct turn *turn)
{
    struct smtpspec_span rest = turn->sent;

    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, '\r');

        smtpspec_command_parse(smtpspec_span_head(rest, end),
                               &turn->lines[turn->line_count++]);
        rest = smtpspec_span_skip(rest, end + 2);
    }
}

static void add(struct smtpspec_reply_parser *parser, const char *sent,
                bool commands, const char *replies)
{
    struct turn *turn = &turns[turn_count++];
    size_t taken;

    turn->sent = smtpspec_span_of(sent);
    if (commands)
        read_commands(turn);
    turn->replies = smtpspec_span_of(replies);
    taken = smtpspec_reply_feed(parser, turn->replies, turn->records,
                                RECORDS_MOST, &turn->record_count);
    turn->parser = *parser;
    if (taken != turn->replies.length)
        die("too many records");
}

static void record(void)
{
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    add(&parser, "", true, greeting);
    add(&parser, "EHLO list.example.net\r\n", true, offer);
    for (unsigned i = 0; i < MESSAGES; i++) {
        add(&parser, group, true, group_replies);
        add(&parser, message, false, queued);
    }
    add(&parser, "QUIT\r\n", true, "221 2.0.0 Bye\r\n");
}

/* --- Judging ------------------------------------------------------------ */

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    (void)context;
    (void)verdict;
    verdicts++;
}

static void on_exchange(void *context, const struct smtpspec_exchange *exchange)
{
    (void)context;
    exchanges += exchange->number + 1 > 0;
}

static void judge_records(struct smtpspec_judge *judge)
{
    for (unsigned i = 0; i < turn_count; i++) {
        const struct turn *turn = &turns[i];

        for (unsigned k = 0; k < turn->line_count; k++)
            if (!smtpspec_judge_command(judge, &turn->lines[k]))
                die("a command was not taken");
        if (turn->line_count == 0)
            smtpspec_judge_client(judge, turn->sent);
        smtpspec_judge_records(judge, &turn->parser, turn->replies,
                               turn->records, turn->record_count);
    }
}

static void judge_octets(struct smtpspec_judge *judge)
{
    for (unsigned i = 0; i < turn_count; i++) {
        smtpspec_judge_client(judge, turns[i].sent);
        smtpspec_judge_server(judge, turns[i].replies);
    }
}

static void run(void (*judge_session)(struct smtpspec_judge *),
                unsigned sessions)
{
    static struct smtpspec_judge judge;
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, NULL };
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    for (unsigned i = 0; i < sessions; i++) {
        smtpspec_judge_init(&judge, &terms, &sink);
        judge_session(&judge);
        smtpspec_judge_closed(&judge);
    }
}

static const struct {
    const char *name;
    void (*judge_session)(struct smtpspec_judge *);
} ways[] = { { "records", judge_records }, { "octets", judge_octets } };

/* Of this process alone, whatever else the machine does. */
static double processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(unsigned way, unsigned sessions, unsigned repeat)
{
    double best = 0;

    for (unsigned i = 0; i < repeat; i++) {
        double begun = processor_seconds(), rate;

        exchanges = 0;
        run(ways[way].judge_session, sessions);
        rate = (double)exchanges / (processor_seconds() - begun);
        best = rate > best ? rate : best;
    }
    if (verdicts > 0)
        die("the recording is not clean");
    printf("%-8s %10llu exchanges  %6.2f million/s  %6.1f ns each\n",
           ways[way].name, (unsigned long long)exchanges, best / 1e6,
           1e9 / best);
}

/* --- The same as text ----------------------------------------------------- */

/* Each line of it behind "C: " or "S: ", with LF for its CRLF. */
static size_t put_lines(struct smtpspec_span octets, const char *from)
{
    size_t written = 0;

    while (octets.length > 0) {
        size_t end = smtpspec_span_find(octets, '\r');

        written += (size_t)printf("%s: %.*s\n", from, (int)end, octets.at);
        octets = smtpspec_span_skip(octets, end + 2);
    }
    return written;
}

static void write_recording(uint64_t octets)
{
    uint64_t written = 0;

    while (written < octets) {
        for (unsigned i = 0; i < turn_count; i++) {
            written += put_lines(turns[i].sent, "C");
            written += put_lines(turns[i].replies, "S");
        }
        written += (uint64_t)printf("closed\n");
    }
}

int main(int argc, char **argv)
{
    unsigned sessions = 20000, repeat = 7;
    const char *only = NULL;

    record();
    if (argc == 3 && strcmp(argv[1], "--recording") == 0) {
        write_recording(strtoull(argv[2], NULL, 10));
        return 0;
    }

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--sessions") == 0 && i + 1 < argc)
            sessions = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc)
            repeat = (unsigned)strtoul(argv[++i], NULL, 10);
        else
            only = argv[i];
    }
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(ways); i++)
        if (only == NULL || strcmp(only, ways[i].name) == 0)
            measure(i, sessions, repeat);
    return 0;
}
