/* SPDX-License-Identifier: MIT */
/*
 * setup.c - bring a session to where a case begins
 *
 * Floor 3, case. The way goes from where the judge says that the session
 * stands, never from what was sent.
 */
#include "case/playing.h"

/* More commands than any way from one state to another takes. */
#define SETUP_LIMIT 8

bool smtpspec_play_knows(const struct smtpspec_judge *judge,
                         enum smtpspec_command command)
{
    return !smtpspec_profile_narrows(judge->terms.profile) ||
           smtpspec_rules_look_up(&judge->terms, command, 250, NULL) !=
               SMTPSPEC_LISTING_NO_ROW;
}

/* HELO, EHLO or LHLO, as the case, the service and the profile want. */
static enum smtpspec_command greeting_for(const struct smtpspec_judge *judge,
                                          const struct smtpspec_case *of)
{
    if (judge->terms.service == SMTPSPEC_SERVICE_LMTP)
        return SMTPSPEC_COMMAND_LHLO;
    if (of->given == SMTPSPEC_GIVEN_HELO ||
        !smtpspec_play_knows(judge, SMTPSPEC_COMMAND_EHLO))
        return SMTPSPEC_COMMAND_HELO;
    return SMTPSPEC_COMMAND_EHLO;
}

/* Whether some line of a text, as written, begins with HELO or EHLO. */
static bool greets(struct smtpspec_span text)
{
    bool at_start = true;

    for (; text.length >= 4; text = smtpspec_span_skip(text, 1)) {
        if (at_start &&
            (smtpspec_span_starts_nocase(text, SMTPSPEC_SPAN("HELO")) ||
             smtpspec_span_starts_nocase(text, SMTPSPEC_SPAN("EHLO"))))
            return true;
        at_start = false;
        if (text.at[0] == '\\' && text.at[1] == 'n') {
            text = smtpspec_span_skip(text, 1);
            at_start = true;
        }
    }
    return false;
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

bool smtpspec_play_fits(const struct smtpspec_judge *judge,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars)
{
    (void)vars;
    switch (smtpspec_judge_state(judge)) {
    case SMTPSPEC_STATE_CONNECT:
        return true;
    case SMTPSPEC_STATE_IDLE:
        return of->given != SMTPSPEC_GIVEN_CONNECT &&
               (of->flags & SMTPSPEC_CASE_ALONE) == 0;
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
        return smtpspec_given_is_greeted((enum smtpspec_given)of->given) &&
               smtpspec_judge_session(judge)->greeted ==
                   greeting_for(judge, of) &&
               (of->flags & SMTPSPEC_CASE_ALONE) == 0;
    default:
        return false;
    }
}

static struct smtpspec_span setup_line(enum smtpspec_command command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_HELO: return SMTPSPEC_SPAN("HELO {domain}");
    case SMTPSPEC_COMMAND_EHLO: return SMTPSPEC_SPAN("EHLO {domain}");
    case SMTPSPEC_COMMAND_LHLO: return SMTPSPEC_SPAN("LHLO {domain}");
    case SMTPSPEC_COMMAND_MAIL: return SMTPSPEC_SPAN("MAIL FROM:<{from}>");
    case SMTPSPEC_COMMAND_RCPT: return SMTPSPEC_SPAN("RCPT TO:<{rcpt}>");
    case SMTPSPEC_COMMAND_DATA: return SMTPSPEC_SPAN("DATA");
    default: return SMTPSPEC_SPAN("RSET");
    }
}

/* Name the first extension of a set as the reason of a skip. */
static void skip_for(struct smtpspec_play *play, uint64_t set,
                     const char *what)
{
    unsigned i = 0;

    while (i + 1 < SMTPSPEC_EXTENSION_COUNT && (set >> i & 1) == 0)
        i++;
    smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP,
           smtpspec_extension_name((enum smtpspec_extension)i));
    smtpspec_play_add_reason(play, what);
}

static bool is_offer_right(struct smtpspec_play *play)
{
    uint64_t offered = play->judge->terms.offered;

    if ((play->of->needs & ~offered) != 0)
        skip_for(play, play->of->needs & ~offered, " is not offered");
    else if ((play->of->unless & offered) != 0)
        skip_for(play, play->of->unless & offered, " is offered");
    return !play->stopped;
}

/* What to send next on the way to where the case begins: UNSET when there. An
 * open transaction that is not of our making is dropped first, since nobody
 * knows its parameters. */
static enum smtpspec_command setup_command(const struct smtpspec_play *play,
                                           enum smtpspec_state state)
{
    unsigned given = play->of->given;
    enum smtpspec_command greeting = greeting_for(play->judge, play->of);

    switch (state) {
    case SMTPSPEC_STATE_IDLE:
        return given <= SMTPSPEC_GIVEN_IDLE ? SMTPSPEC_COMMAND_UNSET : greeting;
    case SMTPSPEC_STATE_READY:
        if (smtpspec_judge_session(play->judge)->greeted != greeting)
            return greeting;
        return given <= SMTPSPEC_GIVEN_EHLO ? SMTPSPEC_COMMAND_UNSET
                                            : SMTPSPEC_COMMAND_MAIL;
    case SMTPSPEC_STATE_MAIL:
        if (!play->mail_sent)
            return SMTPSPEC_COMMAND_RSET;
        return given == SMTPSPEC_GIVEN_MAIL ? SMTPSPEC_COMMAND_UNSET
                                            : SMTPSPEC_COMMAND_RCPT;
    case SMTPSPEC_STATE_RCPT:
        if (!play->mail_sent)
            return SMTPSPEC_COMMAND_RSET;
        return given == SMTPSPEC_GIVEN_RCPT ? SMTPSPEC_COMMAND_UNSET
                                            : SMTPSPEC_COMMAND_DATA;
    case SMTPSPEC_STATE_CONTENT:
        return SMTPSPEC_COMMAND_UNSET;
    default:
        return SMTPSPEC_COMMAND_RSET;
    }
}

static bool can_set_up(const struct smtpspec_play *play,
                       enum smtpspec_state state)
{
    switch (state) {
    case SMTPSPEC_STATE_IDLE:
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
        return play->setup_count < SETUP_LIMIT;
    case SMTPSPEC_STATE_CONTENT:
        return play->of->given == SMTPSPEC_GIVEN_CONTENT && play->mail_sent;
    default:
        return false;
    }
}

enum smtpspec_play_want smtpspec_play_set_up(struct smtpspec_play *play,
                                             struct smtpspec_span *octets)
{
    enum smtpspec_state state = smtpspec_judge_state(play->judge);
    enum smtpspec_command command;
    size_t length = 0;

    if (play->of->given == SMTPSPEC_GIVEN_CONNECT &&
        state == SMTPSPEC_STATE_CONNECT) {
        play->begun = true;
        return SMTPSPEC_PLAY_DONE;
    }
    if (smtpspec_judge_due(play->judge) > 0)
        return SMTPSPEC_PLAY_READ;
    if (!can_set_up(play, state)) {
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "set-up: stuck in state ");
        smtpspec_play_add_reason(play, smtpspec_state_name(state));
        return SMTPSPEC_PLAY_DONE;
    }
    command = setup_command(play, state);
    if (state == SMTPSPEC_STATE_READY &&
        command != greeting_for(play->judge, play->of) &&
        !is_offer_right(play))
        return SMTPSPEC_PLAY_DONE;
    if (command == SMTPSPEC_COMMAND_UNSET) {
        play->begun = true;
        return SMTPSPEC_PLAY_DONE;
    }
    play->setup_count++;
    play->setup_command = (uint8_t)command;
    play->mail_sent = play->mail_sent || command == SMTPSPEC_COMMAND_MAIL;
    if (!smtpspec_play_add_line(play, &length, setup_line(command), false))
        return SMTPSPEC_PLAY_DONE;
    return smtpspec_play_send(play, length, octets);
}
