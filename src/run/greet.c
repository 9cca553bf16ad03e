/* SPDX-License-Identifier: MIT */
/*
 * greet.c - the opening dialogue of a run, and what it tells of the target
 */
#include "run/running.h"

#include <stdio.h>
#include <string.h>

#include "net/memory.h"

/* Waits before a server that turns us away is asked again, in ms. */
static const uint16_t back_off[] = { 250, 1000, 3000 };

/* How long is listened where nothing should come: on the same loop, on the
 * same machine, elsewhere. */
#define BUILTIN_QUIET_MS 50
#define LOCAL_QUIET_MS 200
#define REMOTE_QUIET_MS 1000

/* Where an unlikely mailbox is sought when nobody says a domain. */
#define NO_DOMAIN "nobody.invalid"

static void on_patience(uv_timer_t *timer)
{
    smtpspec_run_greet(timer->data);
}

void smtpspec_run_greet(struct smtpspec_run *run)
{
    if (!smtpspec_run_is_early(run, on_patience))
        smtpspec_run_connect(run, SMTPSPEC_SLOT_OPENING, SMTPSPEC_PLAN_NONE);
}

static char *escaped(struct smtpspec_span text)
{
    size_t length = smtpspec_span_escape(text, NULL, 0);
    char *copy = smtpspec_memory_new(length + 1);

    smtpspec_span_escape(text, copy, length + 1);
    return copy;
}

char **smtpspec_run_keywords(const struct smtpspec_tally *tally,
                             unsigned reply, unsigned *count)
{
    char **list = smtpspec_memory_new((tally->kept_count + 1) * sizeof(*list));
    bool first = true;

    *count = 0;
    for (unsigned i = 0; i < tally->kept_count; i++) {
        const struct smtpspec_tally_line *line = &tally->kept[i];
        struct smtpspec_span text = { line->octets, line->length };

        if (line->reply != reply || line->code != 250)
            continue;
        if (!first && text.length > 4)
            list[(*count)++] = escaped(smtpspec_span_skip(text, 4));
        first = false;
    }
    return list;
}

static void take_extensions(struct smtpspec_run *run,
                            const struct smtpspec_tally *tally)
{
    run->extensions =
        smtpspec_run_keywords(tally, 1, &run->facts.extension_count);
    run->facts.extensions = (const char *const *)run->extensions;
}

/* The first word behind the code, if that is a domain. */
static struct smtpspec_span domain_of(struct smtpspec_span greeting)
{
    struct smtpspec_span word = smtpspec_span_skip(greeting, 4);

    if (greeting.length <= 4)
        return SMTPSPEC_SPAN(NO_DOMAIN);
    word = smtpspec_span_head(word, smtpspec_span_find(word, ' '));
    return smtpspec_is_domain(word) ? word : SMTPSPEC_SPAN(NO_DOMAIN);
}

static void set_nobody(struct smtpspec_run *run, struct smtpspec_span greeting)
{
    static const char local_part[] = "smtpspec-nobody@";
    struct smtpspec_case_vars *vars = &run->terms.vars;
    size_t at = smtpspec_span_find(vars->rcpt, '@');
    struct smtpspec_span domain = at < vars->rcpt.length
                                      ? smtpspec_span_skip(vars->rcpt, at + 1)
                                      : domain_of(greeting);

    if (run->settings->unknown != NULL) {
        vars->nobody = smtpspec_span_of(run->settings->unknown);
        return;
    }
    run->nobody = smtpspec_memory_new(sizeof(local_part) + domain.length);
    memcpy(run->nobody, local_part, sizeof(local_part) - 1);
    memcpy(run->nobody + sizeof(local_part) - 1, domain.at, domain.length);
    vars->nobody = smtpspec_span_of(run->nobody);
}

static void take_greeting(struct smtpspec_run *run,
                          const struct smtpspec_tally *tally)
{
    struct smtpspec_span greeting = smtpspec_tally_greeting(tally);

    if (run->greeting == NULL && greeting.length > 0)
        run->greeting = escaped(greeting);
    run->facts.greeting = run->greeting;
}

/* Now that somebody is there: what else depends on who it is. */
static void take_facts(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);

    run->local = smtpspec_probe_is_local(slot->probe);
    run->trouble[0] = '\0';
    run->terse = tally->replies < 3;
    if (!run->try_helo)
        take_extensions(run, tally);
    set_nobody(run, smtpspec_tally_greeting(tally));
    run->terms.quiet_ms = REMOTE_QUIET_MS;
    if (run->settings->target->kind == SMTPSPEC_TARGET_EMBEDDED)
        run->terms.quiet_ms = BUILTIN_QUIET_MS;
    else if (run->local)
        run->terms.quiet_ms = LOCAL_QUIET_MS;
    /* Right or wrong: what is told by it is whether it answers another one. */
    run->terms.quit_code = tally->replies == 4 ? tally->code : 221;
    run->terms.vars.no_ehlo = run->try_helo;
    run->offered = run->try_helo ? 0 : smtpspec_judge_ehlo(judge)->offered;
    if (smtpspec_probe_tls(slot->probe) != NULL &&
        smtpspec_probe_tls(slot->probe)->version[0] != '\0') {
        run->tls = *smtpspec_probe_tls(slot->probe);
        run->has_tls = true;
    }
}

static bool was_endless(const struct smtpspec_play_result *played)
{
    for (unsigned i = 0; i < played->verdict_count; i++)
        if (played->verdicts[i].verdict.manner == SMTPSPEC_MANNER_ENDLESS)
            return true;
    return false;
}

/* What the set-up showed counts where SMTP goes on, and where the reason why
 * it does not is a reply without an end. */
static void take_setup(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_play_result *played =
        smtpspec_probe_result(slot->probe);

    if (run->opening == SMTPSPEC_OPENING_PASSED ||
        run->opening == SMTPSPEC_OPENING_TRY_HELO ||
        (smtpspec_probe_tally(slot->probe)->coded && was_endless(played)))
        smtpspec_asides_add(&run->asides, played, &smtpspec_opening_ehlo,
                            smtpspec_probe_record(slot->probe), SIZE_MAX);
}

void smtpspec_run_greeted(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);
    struct smtpspec_opening_facts facts = {
        .error = slot->failed ? SMTPSPEC_ERROR_UNREACHABLE : SMTPSPEC_OK,
        .why = smtpspec_probe_why(slot->probe),
        .tally = smtpspec_probe_tally(slot->probe),
        .closed = smtpspec_probe_is_spent(slot->probe),
        .welcome = smtpspec_judge_session(judge)->greeted !=
                   SMTPSPEC_COMMAND_UNSET,
        .was_helo = run->try_helo,
        .greeting_ms = run->terms.greeting_ms
    };

    if (run->abandoned)
        return;
    run->opening = (uint8_t)smtpspec_opening_weigh(&facts, run->trouble,
                                                   sizeof(run->trouble));
    if (slot->failed)
        return;
    take_greeting(run, facts.tally);
    take_setup(slot);
    if (run->opening == SMTPSPEC_OPENING_PASSED) {
        smtpspec_pace_let_in(&run->plan.pace, uv_now(&run->loop));
        run->plan.pace.near = smtpspec_probe_is_local(slot->probe);
        run->opening_ms = smtpspec_probe_ms(slot->probe);
        take_facts(slot);
    }
}

void smtpspec_run_greeting_over(struct smtpspec_run *run)
{
    if (run->abandoned) {
        smtpspec_run_stop(run);
        return;
    }
    switch (run->opening) {
    case SMTPSPEC_OPENING_PASSED:
        if (smtpspec_run_scout(run))
            return;
        smtpspec_run_skip(run);
        smtpspec_run_estimate(run);
        run->open = true;
        smtpspec_run_schedule(run);
        return;
    case SMTPSPEC_OPENING_TRY_HELO:
        run->try_helo = true;
        smtpspec_run_greet(run);
        return;
    case SMTPSPEC_OPENING_TURNED_AWAY:
        if (run->opening_tries < SMTPSPEC_ARRAY_LEN(back_off)) {
            uv_timer_start(&run->wake, on_patience,
                           back_off[run->opening_tries++], 0);
            return;
        }
        break;
    default:
        break;
    }
    smtpspec_run_stop(run);
}
