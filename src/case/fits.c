/* SPDX-License-Identifier: MIT */
/*
 * fits.c - what kind of target and of session a case wants
 *
 * Floor 3, case. Whether a session fits is asked of the same functions that
 * the set-up goes by, so that no case is put where its set-up would not lead.
 */
#include "case/playing.h"

#define STARTTLS SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS)
#define AUTH SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH)

static bool greets(struct smtpspec_span text)
{
    return smtpspec_case_has_line(text, SMTPSPEC_SPAN("HELO")) ||
           smtpspec_case_has_line(text, SMTPSPEC_SPAN("EHLO"));
}

bool smtpspec_play_is_for(const struct smtpspec_case *of,
                          enum smtpspec_service service)
{
    if (of->services != 0)
        return (of->services >> service & 1) != 0;
    if (service != SMTPSPEC_SERVICE_LMTP)
        return true;
    for (unsigned i = 0; i < of->step_count; i++)
        if ((of->steps[i].kind == SMTPSPEC_STEP_CLIENT ||
             of->steps[i].kind == SMTPSPEC_STEP_RAW) &&
            greets(of->steps[i].text))
            return false;
    return of->given != SMTPSPEC_GIVEN_HELO;
}

/* --- What a set-up is to come to ----------------------------------------- */

bool smtpspec_play_knows(const struct smtpspec_judge *judge,
                         enum smtpspec_command command)
{
    return !smtpspec_profile_narrows(judge->terms.profile) ||
           smtpspec_rules_look_up(&judge->terms, command, 250, NULL) !=
               SMTPSPEC_LISTING_NO_ROW;
}

enum smtpspec_command
smtpspec_play_greeting(const struct smtpspec_judge *judge,
                       const struct smtpspec_case *of)
{
    if (judge->terms.service == SMTPSPEC_SERVICE_LMTP)
        return SMTPSPEC_COMMAND_LHLO;
    if (of->given == SMTPSPEC_GIVEN_HELO ||
        !smtpspec_play_knows(judge, SMTPSPEC_COMMAND_EHLO))
        return SMTPSPEC_COMMAND_HELO;
    return SMTPSPEC_COMMAND_EHLO;
}

enum smtpspec_mechanism
smtpspec_play_mechanism(const struct smtpspec_ehlo *ehlo,
                        const struct smtpspec_case_vars *vars)
{
    unsigned i = 0;

    while (i < SMTPSPEC_MECHANISM_OTHER &&
           ((ehlo->mechanisms >> i & 1) == 0 ||
            (i == SMTPSPEC_MECHANISM_CRAM_MD5 && vars->cram == NULL)))
        i++;
    return (enum smtpspec_mechanism)i;
}

/* Whether the case lets us log in, or wants it. One that is about AUTH or
 * STARTTLS itself does not: both are out of place after AUTH. */
static bool may_login(const struct smtpspec_case *of,
                      const struct smtpspec_case_vars *vars)
{
    if (vars->user.length == 0)
        return false;
    if (of->given == SMTPSPEC_GIVEN_AUTH)
        return true;
    return vars->login &&
           smtpspec_given_is_offered((enum smtpspec_given)of->given) &&
           (of->flags & SMTPSPEC_CASE_ANONYMOUS) == 0 &&
           (of->needs & (AUTH | STARTTLS)) == 0;
}

bool smtpspec_play_wants_tls(const struct smtpspec_judge *judge,
                             const struct smtpspec_case *of,
                             const struct smtpspec_case_vars *vars)
{
    const struct smtpspec_ehlo *clear = smtpspec_judge_ehlo_in_clear(judge);
    bool lacks = (of->needs & ~clear->offered) != 0 ||
                 (of->mechanisms & ~clear->mechanisms) != 0;

    if (vars->implicit_tls)
        return false;
    if (of->given == SMTPSPEC_GIVEN_HANDSHAKE ||
        of->given == SMTPSPEC_GIVEN_TLS)
        return true;
    if (vars->starttls == SMTPSPEC_STARTTLS_NO ||
        !smtpspec_given_is_greeted((enum smtpspec_given)of->given) ||
        (of->needs & STARTTLS) != 0)
        return false;
    if (vars->starttls == SMTPSPEC_STARTTLS_REQUIRE)
        return true;
    return (clear->offered & STARTTLS) != 0 &&
           (lacks || (may_login(of, vars) &&
                      smtpspec_play_mechanism(clear, vars) ==
                          SMTPSPEC_MECHANISM_OTHER));
}

bool smtpspec_play_wants_login(const struct smtpspec_judge *judge,
                               const struct smtpspec_case *of,
                               const struct smtpspec_case_vars *vars)
{
    return may_login(of, vars) &&
           (of->given == SMTPSPEC_GIVEN_AUTH ||
            smtpspec_play_mechanism(smtpspec_judge_ehlo(judge), vars) !=
                SMTPSPEC_MECHANISM_OTHER);
}

/* --- Whether a session leads there --------------------------------------- */

static bool fits_idle(const struct smtpspec_judge *judge,
                      const struct smtpspec_case *of,
                      const struct smtpspec_case_vars *vars)
{
    const struct smtpspec_session *session = smtpspec_judge_session(judge);

    return of->given != SMTPSPEC_GIVEN_CONNECT && !session->authenticated &&
           (!session->tls || smtpspec_play_wants_tls(judge, of, vars));
}

static bool fits_greeted(const struct smtpspec_judge *judge,
                         const struct smtpspec_case *of,
                         const struct smtpspec_case_vars *vars)
{
    const struct smtpspec_session *session = smtpspec_judge_session(judge);

    return smtpspec_given_is_greeted((enum smtpspec_given)of->given) &&
           session->greeted == smtpspec_play_greeting(judge, of) &&
           session->tls == smtpspec_play_wants_tls(judge, of, vars) &&
           session->authenticated ==
               smtpspec_play_wants_login(judge, of, vars);
}

/* A line of either side has begun and not ended, or a chunk: what comes next
 * would belong to it. */
static bool is_midway(const struct smtpspec_judge *judge)
{
    return smtpspec_reply_is_open(&judge->replies) ||
           judge->line_octets > 0 || judge->chunk_left > 0;
}

bool smtpspec_play_fits(const struct smtpspec_judge *judge,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars)
{
    static const struct smtpspec_case_vars none;
    bool alone = (of->flags & SMTPSPEC_CASE_ALONE) != 0;

    if (vars == NULL)
        vars = &none;
    if (is_midway(judge))
        return false;
    switch (smtpspec_judge_state(judge)) {
    case SMTPSPEC_STATE_CONNECT:
        return true;
    case SMTPSPEC_STATE_IDLE:
        return !alone && fits_idle(judge, of, vars);
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
        return !alone && fits_greeted(judge, of, vars);
    default:
        return false;
    }
}
