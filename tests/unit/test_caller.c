/* SPDX-License-Identifier: MIT */
/*
 * test_caller.c - connections to peers that mean no good: all bounded in time
 * and memory, and each told by the rule that it breaks
 *
 * The peers are commands on a socket pair (exec:), and the built-in server.
 */
#include "support/rows.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "fuzz/finds.h"
#include "fuzz/inquiry.h"

struct call {
    uv_loop_t loop;
    struct smtpspec_target target;
    struct smtpspec_server_options server;
    struct smtpspec_caller_terms terms;
    struct smtpspec_caller *caller;
    struct smtpspec_caller_facts facts;
    bool over, played;
    unsigned exchanges;
    char verdicts[512];
};

static struct call *new_call(const char *target)
{
    struct call *call = calloc(1, sizeof(*call));
    struct smtpspec_span unknown;
    char why[320];

    assert_non_null(call);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(uv_loop_init(&call->loop), 0);
    assert_true(smtpspec_target_parse(target, &call->target, why, sizeof(why)));
    call->server.profile = SMTPSPEC_PROFILE_MODERN;
    if (call->target.kind == SMTPSPEC_TARGET_EMBEDDED)
        assert_true(smtpspec_server_options_add(&call->server, call->target.rest, &unknown));
    call->terms = (struct smtpspec_caller_terms){
        .loop = &call->loop, .target = &call->target, .server = &call->server,
        .judge = { .profile = SMTPSPEC_PROFILE_MODERN },
        .connect_ms = 300, .greeting_ms = 300, .idle_ms = 300, .quiet_ms = 20
    };
    if (call->target.kind != SMTPSPEC_TARGET_EMBEDDED)
        call->terms.server = NULL;
    return call;
}

static void free_call(struct call *call)
{
    uv_run(&call->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&call->loop), 0);
    free(call);
}

static void on_script(void *context)
{
    struct call *call = context;

    if (!call->played)
        smtpspec_talk_play(smtpspec_caller_talk(call->caller),
                           SMTPSPEC_SPAN("CEHLO a.example\nt\nCNOOP\n"));
    else
        smtpspec_talk_quit(smtpspec_caller_talk(call->caller));
    call->played = true;
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict, bool doubtful)
{
    struct call *call = context;
    char rule[64];
    size_t length = strlen(call->verdicts);

    (void)doubtful;
    if (verdict->outcome != SMTPSPEC_OUTCOME_FAIL)
        return;
    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    if (strstr(call->verdicts, rule) == NULL)
        snprintf(call->verdicts + length, sizeof(call->verdicts) - length, "%s ", rule);
}

static void on_exchange(void *context, const struct smtpspec_exchange *exchange)
{
    struct call *call = context;

    (void)exchange;
    call->exchanges++;
}

static void on_over(void *context, const struct smtpspec_caller_facts *facts)
{
    struct call *call = context;

    call->facts = *facts;
    call->over = true;
}

/* One connection, from its opening to its end. */
static void run(struct call *call)
{
    const struct smtpspec_caller_events events = {
        .script = on_script, .verdict = on_verdict, .exchange = on_exchange,
        .over = on_over, .context = call
    };

    call->caller = smtpspec_caller_new(&call->terms, &events);
    smtpspec_caller_talk(call->caller)->hasty_quit = false;
    while (!call->over)
        uv_run(&call->loop, UV_RUN_ONCE);
}

#define GREETED "printf '220 a.example x\\r\\n'; read -r a; "

static struct row {
    const char *name, *target, *verdicts;
} rows[] = {
    { "an honest server", "embedded:", "" },
    { "octet by octet", "embedded:octets-alone,greeting-lines", "" },
    { "silence", "exec:sleep 20", "session.no-reply " },
    { "silence in mid-session", "exec:" GREETED "sleep 20", "session.no-reply " },
    { "a close at once", "exec:true", "session.close-silent " },
    { "a close in mid-line", "exec:" GREETED "printf 250-a.exa",
      "defect.unterminated session.close-silent " },
    { "a flood of replies", "exec:" GREETED "yes '250 a.example'",
      "defect.bare-lf session.unasked " },
    { "a reply without end", "exec:" GREETED "exec yes '250-a.example\r'",
      "grammar.ehlo-keyword session.endless " },
    { "a line without end", "exec:" GREETED "exec tr '\\0' x </dev/zero", "session.endless " },
    { "an octet now and then",
      "exec:" GREETED "while sleep 0.02; do printf x; done", "session.endless " },
    { "a stay after 221", "embedded:quit-stays", "session.stays-open " },
    { "two replies to one command", "embedded:noop-twice", "session.unasked " },
};

static void bounded_and_told_by_its_rule(void **state)
{
    const struct row *row = *state;
    struct call *call = new_call(row->target);
    struct rusage usage;
    uint64_t began = uv_hrtime();

    run(call);
    assert_true(call->facts.opened);
    assert_string_equal(call->verdicts, row->verdicts);
    assert_true((uv_hrtime() - began) / 1000000 < 15000);
    getrusage(RUSAGE_SELF, &usage);
#ifndef __SANITIZE_ADDRESS__
    assert_true(usage.ru_maxrss < 64 * 1024);
#endif
    free_call(call);
}

static void nobody_is_nobody(void **state)
{
    struct call *call = new_call("unix+smtp:/nowhere/socket");

    (void)state;
    run(call);
    assert_false(call->facts.opened);
    assert_string_equal(call->verdicts, "");
    free_call(call);
}

static void the_signal_is_told(void **state)
{
    struct call *call = new_call("exec:" GREETED "kill -SEGV $$");

    (void)state;
    run(call);
    assert_int_equal(call->facts.signal, SIGSEGV);
    free_call(call);
}

/* --- Inquiries ------------------------------------------------------------ */

struct asked {
    bool done, shown, has_other;
    unsigned trials;
    char other[SMTPSPEC_SIGNATURE_KEPT];
};

static void on_done(void *context, struct smtpspec_inquiry *inquiry)
{
    struct asked *asked = context;

    asked->done = true;
    asked->shown = inquiry->shown;
    asked->trials = inquiry->trials;
    asked->has_other = inquiry->has_other;
    if (inquiry->has_other)
        smtpspec_signature_write(&inquiry->other, asked->other);
}

static void ask(const char *target, const char *rule, const char *first, const char *second,
                struct smtpspec_find *find, struct asked *asked)
{
    struct call *call = new_call(target);
    struct smtpspec_inquiry *inquiry;

    memset(find, 0, sizeof(*find));
    assert_true(smtpspec_rule_find(smtpspec_span_of(rule), &find->verdict));
    find->verdict.outcome = SMTPSPEC_OUTCOME_FAIL;
    find->verdict.state = SMTPSPEC_STATE_READY;
    find->verdict.command = SMTPSPEC_COMMAND_RCPT;
    find->verdict.code = 250;
    inquiry = smtpspec_inquiry_new(&call->terms, find, on_done, asked);
    smtpspec_inquiry_add(inquiry, smtpspec_span_of(first));
    smtpspec_inquiry_add(inquiry, smtpspec_span_of(second));
    smtpspec_inquiry_begin(inquiry);
    while (!asked->done)
        uv_run(&call->loop, UV_RUN_ONCE);
    smtpspec_inquiry_free(inquiry);
    free_call(call);
}

#define LONG_WAY                                                              \
    "CNOOP\nt\nCEHLO a.example\nt\nCVRFY x\nt\nCMAIL FROM:<a@b.example>\nt\n" \
    "CRSET\nt\nCNOOP xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nt\n" \
    "CRCPT TO:<alice@embedded.example>\nt\nCHELP\nt\nCQUIT\n"

static void a_find_is_made_as_short_as_it_gets(void **state)
{
    struct smtpspec_find find;
    struct asked asked = { .done = false };

    (void)state;
    ask("embedded:rcpt-before-mail", "expect.RCPT.READY", "CNOOP\n", LONG_WAY, &find, &asked);
    assert_true(asked.shown);
    assert_true(asked.trials < SMTPSPEC_INQUIRY_TRIALS);
    assert_true(smtpspec_span_equal(
        smtpspec_growing_span(&find.script),
        SMTPSPEC_SPAN("CEHLO a.example\nCRCPT TO:<alice@embedded.example>\n")));
    smtpspec_growing_free(&find.script);
}

static void what_does_not_show_is_not_confirmed(void **state)
{
    struct smtpspec_find find;
    struct asked asked = { .done = false };

    (void)state;
    ask("embedded:", "expect.RCPT.READY", "CNOOP\n", LONG_WAY, &find, &asked);
    assert_false(asked.shown);
    assert_false(asked.has_other);
    assert_int_equal(asked.trials, 2);
    assert_int_equal(find.script.length, 0);
}

static void what_shows_in_its_stead_is_told(void **state)
{
    struct smtpspec_find find;
    struct asked asked = { .done = false };

    (void)state;
    ask("embedded:help-250,noop-twice", "expect.RCPT.READY", "CNOOP\n", LONG_WAY, &find, &asked);
    assert_false(asked.shown);
    assert_true(asked.has_other);
    assert_string_equal(asked.other, "session.unasked/IDLE/?/250");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_nobody),
        cmocka_unit_test(the_signal_is_told),
        cmocka_unit_test(a_find_is_made_as_short_as_it_gets),
        cmocka_unit_test(what_does_not_show_is_not_confirmed),
        cmocka_unit_test(what_shows_in_its_stead_is_told),
    };
    int failed = RUN_ROWS(bounded_and_told_by_its_rule, rows);

    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
