/* SPDX-License-Identifier: MIT */
/*
 * scout.c - what is known of a target besides its first dialogue: EHLO inside
 * TLS and after a log-in, whether MAIL wants one
 */
#include "run/running.h"

#include <string.h>

#include "net/memory.h"

/* Number of the reply before that to QUIT. */
static unsigned last_but_one(const struct smtpspec_tally *tally)
{
    return tally->replies >= 2 ? tally->replies - 2 : 0;
}

static bool offers(const struct smtpspec_run *run,
                   enum smtpspec_extension extension)
{
    return ((run->offered | run->offered_tls) & SMTPSPEC_BIT64(extension)) != 0;
}

/* Whether the case goes through STARTTLS, if it can. */
static bool goes_through_tls(const struct smtpspec_run *run,
                             const struct smtpspec_case *of)
{
    for (unsigned i = 0; i < of->step_count; i++)
        if (of->steps[i].kind == SMTPSPEC_STEP_TLS)
            return true;
    return of->given == SMTPSPEC_GIVEN_HANDSHAKE ||
           of->given == SMTPSPEC_GIVEN_TLS ||
           of->given == SMTPSPEC_GIVEN_AUTH ||
           (of->needs & ~run->offered) != 0;
}

/* Whether any case of the run is such that the dialogue is of use. */
static bool is_of_use(const struct smtpspec_run *run)
{
    for (size_t i = 0; i < run->plan.count; i++) {
        const struct smtpspec_case *of = run->plan.items[i].of;

        if (run->scouting == SMTPSPEC_SCOUTING_TLS
                ? goes_through_tls(run, of)
                : run->settings->user != NULL ||
                      (of->flags & SMTPSPEC_CASE_USER) != 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct smtpspec_run *run)
{
    const struct smtpspec_run_settings *settings = run->settings;
    bool user = run->terms.vars.user.length > 0;

    if (!is_of_use(run) && settings->starttls != SMTPSPEC_STARTTLS_REQUIRE)
        return false;
    switch (run->scouting) {
    case SMTPSPEC_SCOUTING_TLS:
        return settings->starttls != SMTPSPEC_STARTTLS_NO &&
               (run->offered & SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS));
    case SMTPSPEC_SCOUTING_MAIL:
        return user && offers(run, SMTPSPEC_EXTENSION_AUTH) &&
               !run->terms.vars.login;
    default:
        return user && offers(run, SMTPSPEC_EXTENSION_AUTH);
    }
}

const struct smtpspec_case *
smtpspec_run_scouts_case(const struct smtpspec_run *run)
{
    switch (run->scouting) {
    case SMTPSPEC_SCOUTING_TLS: return &smtpspec_opening_tls;
    case SMTPSPEC_SCOUTING_MAIL: return &smtpspec_opening_mail;
    default: return &smtpspec_opening_login;
    }
}

static void on_next(uv_timer_t *timer)
{
    smtpspec_run_greeting_over(timer->data);
}

bool smtpspec_run_scout(struct smtpspec_run *run)
{
    while (run->scouting != SMTPSPEC_SCOUTING_OVER && !is_wanted(run))
        run->scouting++;
    if (run->scouting == SMTPSPEC_SCOUTING_OVER || run->abandoned)
        return false;
    if (!smtpspec_run_is_early(run, on_next))
        smtpspec_run_connect(run, SMTPSPEC_SLOT_SCOUT, SMTPSPEC_PLAN_NONE);
    return true;
}

static void take_tls(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_tls_facts *facts = smtpspec_probe_tls(slot->probe);
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);

    if (facts == NULL || facts->version[0] == '\0')
        return;
    run->has_tls = true;
    run->tls = *facts;
    run->offered_tls = smtpspec_judge_ehlo(judge)->offered;
    run->extensions_tls = smtpspec_run_keywords(
        tally, last_but_one(tally), &run->facts.extension_tls_count);
    run->facts.extensions_tls = (const char *const *)run->extensions_tls;
}

static void take_mail(struct smtpspec_slot *slot)
{
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);

    for (unsigned i = 0; i < tally->kept_count; i++)
        if (tally->kept[i].reply == last_but_one(tally) &&
            tally->kept[i].code == 530)
            slot->run->terms.vars.login = true;
}

static void take_login(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);

    if (!smtpspec_judge_session(judge)->authenticated)
        return;
    run->extensions_login = smtpspec_run_keywords(
        tally, last_but_one(tally), &run->facts.extension_login_count);
    run->facts.extensions_login = (const char *const *)run->extensions_login;
}

/* At the door; it may be tried again then. */
static bool is_turned_away(struct smtpspec_slot *slot)
{
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    struct smtpspec_pace *pace = &slot->run->plan.pace;
    uint64_t now = uv_now(&slot->run->loop);

    if (!slot->failed && tally->octets > 0 && tally->first_code != 421) {
        smtpspec_pace_let_in(pace, now);
        return false;
    }
    return smtpspec_pace_refused(pace, tally->octets == 0, now);
}

void smtpspec_run_scouted(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;

    if (is_turned_away(slot))
        return;
    if (!slot->failed && !run->abandoned) {
        smtpspec_asides_add(&run->asides, smtpspec_probe_result(slot->probe),
                            smtpspec_run_scouts_case(run),
                            smtpspec_probe_record(slot->probe), SIZE_MAX);
        switch (run->scouting) {
        case SMTPSPEC_SCOUTING_TLS: take_tls(slot); break;
        case SMTPSPEC_SCOUTING_MAIL: take_mail(slot); break;
        default: take_login(slot); break;
        }
    }
    if (run->scouting != SMTPSPEC_SCOUTING_OVER)
        run->scouting++;
}

void smtpspec_run_tell_tls(struct smtpspec_run *run)
{
    if (!run->has_tls)
        return;
    run->facts.tls_version = run->tls.version;
    run->facts.tls_cipher = run->tls.cipher;
    run->facts.tls_certificate = run->tls.certificate;
    if (run->tls.certificate[0] != '\0')
        smtpspec_asides_tell(&run->asides, SMTPSPEC_MANNER_TLS_CERTIFICATE,
                             run->tls.certificate);
}

void smtpspec_run_tell_offers(struct smtpspec_run *run)
{
    char text[400];

    smtpspec_offers_tell(&run->offers, text, sizeof(text));
    if (text[0] != '\0')
        smtpspec_asides_tell(&run->asides, SMTPSPEC_MANNER_EHLO_DIFFERS, text);
}
