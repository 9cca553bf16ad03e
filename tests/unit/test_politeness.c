/* SPDX-License-Identifier: MIT */
/*
 * test_politeness.c - whole runs against servers of little patience, on a
 * clock that is not real: no false failure, an end in time, few connections
 */
#include "support/rows.h"

#include <string.h>

#include "run/plan.h"

#define CASES 120
#define JOBS_LIMIT 8
#define NONE SMTPSPEC_PLAN_NONE
/* A case takes so long, in ms. */
#define CASE_MS 20

/* A server; 0: no such limit. */
struct server {
    const char *name;
    unsigned errors;         /* at which it hangs up                         */
    unsigned commands;       /* the same                                     */
    unsigned unknown;        /* errors of every third case, at which ...     */
    unsigned per_minute;     /* connections let in                           */
    unsigned at_once;
    bool mute;               /* hangs up without 421                         */
    unsigned uncounted;      /* every so manieth command it does not count   */
    unsigned longest;        /* commands of one of the cases: it cannot pass */
    unsigned tarpit;         /* errors after which replies are late          */
    unsigned moody;          /* turns every so manieth connection away       */
    /* What is asked of the run. */
    unsigned jobs, rate;
    unsigned connections;    /* at most                                      */
    uint64_t ms;             /* at most                                      */
};

struct connection {
    bool open, first;
    size_t group, index;
    struct smtpspec_patience_use use;
    unsigned unknown, counted;
    struct smtpspec_patience_watch watch;
    uint64_t until;          /* its case is over then                        */
    bool control;
};

struct bench {
    const struct server *server;
    struct smtpspec_case cases[CASES];
    struct smtpspec_plan_item items[CASES];
    struct smtpspec_plan plan;
    struct smtpspec_judge judge;
    struct connection connections[JOBS_LIMIT];
    unsigned open, made, refused;
    uint64_t now, admitted[4096];
    unsigned let_in;
    unsigned failed, throttled; /* cases whose outcome counts and is no pass */
    unsigned late;              /* replies that were                         */
};

static struct bench bench;

/* Every second case makes an error, every tenth two. */
static unsigned errors_of(size_t index)
{
    return index % 10 == 9 ? 2 : index % 2;
}

static void add_exchange(struct smtpspec_case *of, const char *line,
                         unsigned code)
{
    of->steps[of->step_count].kind = SMTPSPEC_STEP_CLIENT;
    of->steps[of->step_count++].text = smtpspec_span_of(line);
    of->steps[of->step_count].kind = SMTPSPEC_STEP_REPLY;
    of->steps[of->step_count].codes.count = 1;
    of->steps[of->step_count++].codes.code[0] = (uint16_t)code;
}

static void set_up(const struct server *server)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    memset(&bench, 0, sizeof(bench));
    bench.server = server;
    for (size_t i = 0; i < CASES; i++) {
        struct smtpspec_case *of = &bench.cases[i];

        of->given = SMTPSPEC_GIVEN_EHLO;
        add_exchange(of, "NOOP", 250);
        for (unsigned e = 0; e < errors_of(i); e++)
            add_exchange(of, "DATA", 503);
        bench.items[i].of = of;
    }
    smtpspec_plan_init(&bench.plan, bench.items, CASES);
    smtpspec_pace_init(&bench.plan.pace, server->rate);
    smtpspec_judge_init(&bench.judge, &terms, NULL);
    smtpspec_judge_assume(&bench.judge, SMTPSPEC_STATE_READY);
}

/* Whether the door opens. */
static bool is_let_in(void)
{
    const struct server *server = bench.server;
    unsigned recent = 0;

    for (unsigned i = 0; i < bench.let_in; i++)
        recent += bench.admitted[i] + 60000 > bench.now;
    if ((server->per_minute > 0 && recent >= server->per_minute) ||
        (server->at_once > 0 && bench.open > server->at_once) ||
        (server->moody > 0 && bench.made % server->moody == 0))
        return false;
    assert_true(bench.let_in < SMTPSPEC_ARRAY_LEN(bench.admitted));
    bench.admitted[bench.let_in++] = bench.now;
    return true;
}

/* Ask one thing; false where the server hangs up on that. */
static bool ask(struct connection *connection, bool error, bool unknown)
{
    const struct server *server = bench.server;
    struct smtpspec_patience_use *use = &connection->use;

    use->commands++;
    connection->counted += server->uncounted == 0 ||
                           use->commands % server->uncounted != 0;
    use->errors += error;
    connection->unknown += error && unknown;
    return !((server->errors > 0 && use->errors >= server->errors) ||
             (server->commands > 0 && connection->counted > server->commands) ||
             (server->unknown > 0 && connection->unknown >= server->unknown));
}

static void count(const struct smtpspec_plan_outcome *outcome)
{
    if (outcome->outcome == SMTPSPEC_OUTCOME_FAIL)
        bench.failed++;
    if (outcome->outcome == SMTPSPEC_OUTCOME_THROTTLED)
        bench.throttled++;
}

static void close_it(struct connection *connection)
{
    connection->open = false;
    bench.open--;
    smtpspec_plan_leave(&bench.plan, connection->group);
}

/* The case of a connection is over. */
static void end_case(struct connection *connection)
{
    const struct server *server = bench.server;
    size_t index = connection->index;
    struct smtpspec_plan_outcome outcome = {
        .outcome = SMTPSPEC_OUTCOME_PASS,
        .first = connection->first,
        .before = connection->use,
        .watch = &connection->watch
    };
    struct smtpspec_plan_connection stands = {
        .group = connection->group, .judge = &bench.judge
    };
    bool goes_on = !connection->first || ask(connection, false, false);

    goes_on = goes_on && ask(connection, false, false);
    for (unsigned c = 0; goes_on && index == CASES / 2 && c < server->longest; c++)
        goes_on = ask(connection, false, false);
    for (unsigned e = 0; goes_on && e < errors_of(index); e++)
        goes_on = ask(connection, true, index % 3 == 0);
    outcome.slowest = server->tarpit > 0 &&
                              outcome.before.errors >= server->tarpit
                          ? 1000
                          : 2;
    bench.late += outcome.slowest == 1000;
    outcome.after = connection->use;
    if (!goes_on) {
        outcome.outcome = server->mute ? SMTPSPEC_OUTCOME_FAIL
                                       : SMTPSPEC_OUTCOME_THROTTLED;
        outcome.turned_away = !server->mute;
        outcome.odd = server->mute;
        outcome.cut = true;
    }
    if (smtpspec_plan_ended(&bench.plan, index, &outcome, bench.now) &&
        !smtpspec_plan_is_over_limit(&bench.plan, index))
        count(&outcome);
    stands.use = connection->use;
    stands.spent = !goes_on;
    connection->index = smtpspec_plan_next(&bench.plan, &stands, bench.now);
    connection->first = false;
    connection->until = bench.now + CASE_MS;
    if (connection->index == NONE)
        close_it(connection);
}

static void connect_for(size_t index)
{
    const struct smtpspec_plan_outcome refused = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .turned_away = true, .at_door = true, .mute = bench.server->mute
    };
    struct connection *connection = bench.connections;

    while (connection->open)
        connection++;
    memset(connection, 0, sizeof(*connection));
    connection->open = connection->first = true;
    connection->index = index;
    connection->group = smtpspec_plan_group(&bench.plan, index);
    connection->control =
        bench.items[index].stage == SMTPSPEC_PLAN_CONTROL;
    connection->until = bench.now + CASE_MS;
    bench.open++;
    bench.made++;
    if (is_let_in())
        return;
    bench.refused++;
    if (connection->control)
        smtpspec_plan_controlled(&bench.plan, index, false,
                                 bench.server->mute, bench.now);
    else
        smtpspec_plan_ended(&bench.plan, index, &refused, bench.now);
    close_it(connection);
}

/* When something happens next. */
static uint64_t next_time(void)
{
    unsigned jobs = bench.plan.throttled ? 1 : bench.server->jobs;
    uint64_t next = bench.open < jobs ? smtpspec_plan_due(&bench.plan)
                                      : UINT64_MAX;

    for (size_t i = 0; i < JOBS_LIMIT; i++)
        if (bench.connections[i].open && bench.connections[i].until < next)
            next = bench.connections[i].until;
    return next < bench.now ? bench.now : next;
}

static void step(void)
{
    size_t index;

    for (size_t i = 0; i < JOBS_LIMIT; i++) {
        struct connection *connection = &bench.connections[i];

        if (!connection->open || connection->until > bench.now)
            continue;
        if (!connection->control) {
            end_case(connection);
            continue;
        }
        smtpspec_plan_controlled(&bench.plan, connection->index, true, false,
                                 bench.now);
        close_it(connection);
    }
    while (bench.open <
               (bench.plan.throttled ? 1 : bench.server->jobs) &&
           (index = smtpspec_plan_next(&bench.plan, NULL, bench.now)) != NONE)
        connect_for(index);
}

static struct server servers[] = {
    { "bears all", .jobs = 4, .connections = 6, .ms = 2000 },
    { "bears all, one connection", .jobs = 1, .connections = 6, .ms = 3000 },
    { "3 errors", .errors = 3, .jobs = 4, .connections = 45, .ms = 5000 },
    { "3 errors, closes without a word", .errors = 3, .mute = true, .jobs = 4,
      .connections = 45, .ms = 10000 },
    { "3 errors, one connection", .errors = 3, .jobs = 1, .connections = 45,
      .ms = 15000 },
    { "10 errors", .errors = 10, .jobs = 4, .connections = 12, .ms = 5000 },
    { "20 errors", .errors = 20, .jobs = 8, .connections = 12, .ms = 5000 },
    { "4 unknown commands", .unknown = 4, .jobs = 4, .connections = 45,
      .ms = 5000 },
    { "12 commands", .commands = 12, .jobs = 4, .connections = 30,
      .ms = 5000 },
    { "12 commands, closes without a word", .commands = 12, .mute = true,
      .jobs = 4, .connections = 30, .ms = 10000 },
    { "12 commands, one connection", .commands = 12, .jobs = 1,
      .connections = 30, .ms = 15000 },
    { "12 commands and 3 errors", .commands = 12, .errors = 3, .jobs = 4,
      .connections = 45, .ms = 10000 },
    { "12 commands, a case has more", .commands = 12, .longest = 30, .jobs = 4,
      .connections = 40, .ms = 15000 },
    { "12 commands but for some, a case has more", .commands = 12,
      .uncounted = 7, .longest = 30, .jobs = 4, .connections = 40, .ms = 15000 },
    { "2 connections a minute", .per_minute = 2, .jobs = 4, .connections = 20,
      .ms = 600000 },
    { "2 connections a minute, mute", .per_minute = 2, .mute = true,
      .jobs = 4, .connections = 20, .ms = 600000 },
    { "20 connections a minute, 3 errors", .per_minute = 20, .errors = 3,
      .jobs = 4, .connections = 50, .ms = 600000 },
    { "2 connections a minute, 12 commands", .per_minute = 2, .commands = 12,
      .jobs = 4, .connections = 40, .ms = 3600000 },
    { "one connection at once", .at_once = 1, .jobs = 4, .connections = 12,
      .ms = 5000 },
    { "turns every third away", .moody = 3, .jobs = 4, .connections = 15,
      .ms = 10000 },
    { "late after 10 errors", .tarpit = 10, .jobs = 4, .connections = 15,
      .ms = 60000 },
    { "a rate of 6", .rate = 6, .jobs = 4, .connections = 6, .ms = 60000 },
};

static void is_visited_with_care(void **state)
{
    const struct server *server = *state;
    unsigned steps = 0;
    uint64_t next;

    set_up(server);
    while ((next = next_time()) < UINT64_MAX) {
        bench.now = next;
        step();
        assert_true(++steps < 100000);
    }
    assert_false(bench.plan.given_up);
    assert_int_equal(bench.plan.done, CASES);
    assert_int_equal(bench.failed, 0);
    assert_int_equal(bench.throttled, 0);
    if (bench.made > server->connections || bench.now > server->ms)
        fail_msg("%u connections, %u of them refused, %u ms", bench.made,
                 bench.refused, (unsigned)bench.now);
    /* Each connection of the first ones may run into it, not more. */
    assert_true(bench.late <= 14 * server->jobs);
}

int main(void)
{
    return RUN_ROWS(is_visited_with_care, servers);
}
