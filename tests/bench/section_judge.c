/* SPDX-License-Identifier: MIT */
/*
 * section_judge.c - exchanges a second through all four layers of the judge
 *
 * The session of recorded.h, over and over: from what was read before, commands
 * parsed and replies as records ("records"), and from its octets, reading them
 * included ("octets"). A verdict ends the bench: the session is clean.
 */
#include <smtpspec/judge.h>

#include "bench.h"
#include "recorded.h"
#include "section.h"

#define RECORDS_MOST 16
#define COMMANDS_MOST 8
/* Exchanges a second that are wanted, in millions. */
#define WANTED 10

static struct turn {
    struct smtpspec_span sent, replies;
    struct smtpspec_command_line lines[COMMANDS_MOST];
    unsigned line_count;
    struct smtpspec_reply_line records[RECORDS_MOST];
    size_t record_count;
    struct smtpspec_reply_parser parser; /* behind the records                */
} turns[SMTPSPEC_ARRAY_LEN(recorded)];

struct pass {
    void (*session)(struct smtpspec_judge *judge);
    uint64_t exchanges;
};

/* --- reading, before ------------------------------------------------------ */

static void read_commands(struct turn *turn)
{
    struct smtpspec_span rest = turn->sent;

    while (rest.length > 0 && turn->line_count < COMMANDS_MOST) {
        size_t end = smtpspec_span_find(rest, '\r');

        smtpspec_command_parse(smtpspec_span_head(rest, end),
                               &turn->lines[turn->line_count++]);
        rest = smtpspec_span_skip(rest, end + 2);
    }
}

static void read_all(void)
{
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(recorded); i++) {
        struct turn *turn = &turns[i];

        turn->sent = smtpspec_span_of(recorded[i].sent);
        turn->replies = smtpspec_span_of(recorded[i].replies);
        turn->line_count = 0;
        if (!recorded[i].is_content)
            read_commands(turn);
        smtpspec_reply_feed(&parser, turn->replies, turn->records,
                            RECORDS_MOST, &turn->record_count);
        turn->parser = parser;
    }
}

/* --- judging -------------------------------------------------------------- */

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    (void)context;
    fprintf(stderr, BENCH ": the recorded session is not clean: %s\n",
            verdict->text);
    exit(2);
}

static void on_exchange(void *context, const struct smtpspec_exchange *exchange)
{
    struct pass *pass = context;

    (void)exchange;
    pass->exchanges++;
}

static void judge_records(struct smtpspec_judge *judge)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(turns); i++) {
        const struct turn *turn = &turns[i];
        bool taken = true;

        for (unsigned k = 0; k < turn->line_count; k++)
            taken = smtpspec_judge_command(judge, &turn->lines[k]) && taken;
        if (!taken) {
            fputs(BENCH ": the judge did not take a command\n", stderr);
            exit(2);
        }
        if (recorded[i].is_content)
            smtpspec_judge_client(judge, turn->sent);
        smtpspec_judge_records(judge, &turn->parser, turn->replies,
                               turn->records, turn->record_count);
    }
}

static void judge_octets(struct smtpspec_judge *judge)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(turns); i++) {
        smtpspec_judge_client(judge, turns[i].sent);
        smtpspec_judge_server(judge, turns[i].replies);
    }
}

static void judge_sessions(struct pass *pass, size_t sessions)
{
    static struct smtpspec_judge judge;
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, pass };
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    pass->exchanges = 0;
    for (size_t i = 0; i < sessions; i++) {
        smtpspec_judge_init(&judge, &terms, &sink);
        pass->session(&judge);
        smtpspec_judge_closed(&judge);
    }
}

/* Each exchange is a line of the table. */
static struct times *begin(struct bench *bench, const char *name,
                           struct pass *pass, size_t sessions)
{
    size_t octets = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(turns); i++)
        octets += turns[i].sent.length + turns[i].replies.length;
    judge_sessions(pass, sessions);
    return table_times(&bench->table, "exchanges", name, octets * sessions,
                       pass->exchanges);
}

void section_judge(struct bench *bench)
{
    struct pass passes[] = { { judge_records, 0 }, { judge_octets, 0 } };
    struct times *times[SMTPSPEC_ARRAY_LEN(passes)];
    size_t sessions = 1 + (bench->octets >> 14);
    struct figures figures;

    read_all();
    times[0] = begin(bench, "records", &passes[0], sessions);
    times[1] = begin(bench, "octets", &passes[1], sessions);
    for (size_t round = 0; round < bench->rounds; round++)
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(passes); i++) {
            double began = own_seconds();

            judge_sessions(&passes[i], sessions);
            times[i]->took[times[i]->rounds++] = own_seconds() - began;
        }
    figures = ns_per_line_of(times[0]);
    figures.best = 1e3 / figures.best;
    for (size_t i = 0; i < figures.count; i++)
        figures.each[i] = 1e3 / figures.each[i];
    table_goal(&bench->table, "judge, million exchanges/s, of records",
               AT_LEAST, WANTED, figures);
    table_show_times(&bench->table, "exchanges");
}
