/* SPDX-License-Identifier: MIT */
/*
 * setup.c - bring a session to where a case begins
 *
 * Floor 3, case. The way goes from where the judge says that the session
 * stands, never from what was sent.
 */
#include "case/playing.h"

#define STARTTLS SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS)

/* More commands than any way from one state to another takes: EHLO, STARTTLS,
 * EHLO, RSET, AUTH and two answers, MAIL, RCPT, DATA are ten. */
#define SETUP_LIMIT 12

static struct smtpspec_span setup_line(struct smtpspec_play *play,
                                       enum smtpspec_command command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_HELO: return SMTPSPEC_SPAN("HELO {domain}");
    case SMTPSPEC_COMMAND_EHLO: return SMTPSPEC_SPAN("EHLO {domain}");
    case SMTPSPEC_COMMAND_LHLO: return SMTPSPEC_SPAN("LHLO {domain}");
    case SMTPSPEC_COMMAND_STARTTLS: return SMTPSPEC_SPAN("STARTTLS");
    case SMTPSPEC_COMMAND_AUTH: return smtpspec_play_login_line(play, true);
    case SMTPSPEC_COMMAND_AUTH_CONTINUE:
        return smtpspec_play_login_line(play, false);
    case SMTPSPEC_COMMAND_MAIL: return SMTPSPEC_SPAN("MAIL FROM:<{from}>");
    case SMTPSPEC_COMMAND_RCPT: return SMTPSPEC_SPAN("RCPT TO:<{rcpt}>");
    case SMTPSPEC_COMMAND_DATA: return SMTPSPEC_SPAN("DATA");
    default: return SMTPSPEC_SPAN("RSET");
    }
}

/* --- What a case cannot do without ---------------------------------------- */

static bool skip(struct smtpspec_play *play, const char *reason)
{
    smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP, reason);
    return false;
}

/* Name the first extension of a set as the reason of a skip. */
static bool skip_for(struct smtpspec_play *play, uint64_t set,
                     const char *what)
{
    unsigned i = 0;

    while (i + 1 < SMTPSPEC_EXTENSION_COUNT && (set >> i & 1) == 0)
        i++;
    smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP,
           smtpspec_extension_name((enum smtpspec_extension)i));
    smtpspec_play_add_reason(play, what);
    return false;
}

static bool skip_for_mechanism(struct smtpspec_play *play, unsigned set)
{
    unsigned i = 0;

    while (i + 1 < SMTPSPEC_MECHANISM_COUNT && (set >> i & 1) == 0)
        i++;
    smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP, "AUTH ");
    smtpspec_play_add_reason(
        play, smtpspec_mechanism_name((enum smtpspec_mechanism)i));
    smtpspec_play_add_reason(play, " is not offered");
    return false;
}

/* Inside TLS the STARTTLS that the case needed has been there before. */
static bool is_offer_right(struct smtpspec_play *play)
{
    const struct smtpspec_case *of = play->of;
    const struct smtpspec_ehlo *ehlo = smtpspec_judge_ehlo(play->judge);
    uint64_t offered = play->judge->terms.offered, missing = of->needs;

    if (smtpspec_judge_session(play->judge)->tls)
        missing &= ~STARTTLS;
    missing &= ~offered;
    if (missing != 0)
        return skip_for(play, missing, " is not offered");
    if ((of->mechanisms & ~ehlo->mechanisms) != 0)
        return skip_for_mechanism(play, of->mechanisms & ~ehlo->mechanisms);
    if ((of->unless & offered) != 0)
        return skip_for(play, of->unless & offered, " is offered");
    if (of->given == SMTPSPEC_GIVEN_AUTH &&
        smtpspec_play_mechanism(ehlo, &play->vars) ==
            SMTPSPEC_MECHANISM_OTHER)
        return skip(play, "AUTH offers no mechanism that we know");
    return true;
}

/* What no reply has to tell. */
static bool may_play(struct smtpspec_play *play)
{
    const struct smtpspec_case *of = play->of;
    bool inside_tls = of->given == SMTPSPEC_GIVEN_HANDSHAKE ||
                      of->given == SMTPSPEC_GIVEN_TLS;

    if ((of->flags & SMTPSPEC_CASE_USER) != 0 &&
        (play->vars.user.length == 0 || play->vars.password.length == 0))
        return skip(play, "needs --user");
    if (inside_tls && !play->vars.implicit_tls &&
        play->vars.starttls == SMTPSPEC_STARTTLS_NO)
        return skip(play, "STARTTLS is not wanted");
    return true;
}

/* --- The way -------------------------------------------------------------- */

static bool needs_tls_now(const struct smtpspec_play *play)
{
    return !smtpspec_judge_session(play->judge)->tls &&
           smtpspec_play_wants_tls(play->judge, play->of, &play->vars);
}

/* Greeted by nobody yet, be it in clear or inside TLS. STARTTLS takes EHLO
 * before it, whatever greeting the case wants behind it. */
static enum smtpspec_command from_idle(const struct smtpspec_play *play)
{
    enum smtpspec_command greeting =
        smtpspec_play_greeting(play->judge, play->of);

    switch (play->of->given) {
    case SMTPSPEC_GIVEN_CONNECT:
    case SMTPSPEC_GIVEN_IDLE:
        return SMTPSPEC_COMMAND_UNSET;
    case SMTPSPEC_GIVEN_HANDSHAKE:
        return needs_tls_now(play) ? greeting : SMTPSPEC_COMMAND_UNSET;
    default:
        return needs_tls_now(play) && greeting == SMTPSPEC_COMMAND_HELO &&
                       smtpspec_play_knows(play->judge, SMTPSPEC_COMMAND_EHLO)
                   ? SMTPSPEC_COMMAND_EHLO : greeting;
    }
}

/* UNSET, and the case ended, where the way is barred. */
static enum smtpspec_command from_ready(struct smtpspec_play *play)
{
    const struct smtpspec_session *session =
        smtpspec_judge_session(play->judge);
    enum smtpspec_command greeting =
        smtpspec_play_greeting(play->judge, play->of);

    if (needs_tls_now(play)) {
        if ((play->judge->terms.offered & STARTTLS) != 0)
            return SMTPSPEC_COMMAND_STARTTLS;
        smtpspec_play_end_as(play,
                             play->vars.starttls == SMTPSPEC_STARTTLS_REQUIRE
                                 ? SMTPSPEC_OUTCOME_BLOCKED
                                 : SMTPSPEC_OUTCOME_SKIP,
                             "STARTTLS is not offered");
        return SMTPSPEC_COMMAND_UNSET;
    }
    if (session->greeted != greeting)
        return greeting;
    if (!is_offer_right(play))
        return SMTPSPEC_COMMAND_UNSET;
    if (!session->authenticated &&
        smtpspec_play_wants_login(play->judge, play->of, &play->vars))
        return SMTPSPEC_COMMAND_AUTH;
    switch (play->of->given) {
    case SMTPSPEC_GIVEN_MAIL:
    case SMTPSPEC_GIVEN_RCPT:
    case SMTPSPEC_GIVEN_CONTENT: return SMTPSPEC_COMMAND_MAIL;
    default: return SMTPSPEC_COMMAND_UNSET;
    }
}

/* What to send next on the way to where the case begins: UNSET when there. An
 * open transaction that is not of our making is dropped first, since nobody
 * knows its parameters. */
static enum smtpspec_command setup_command(struct smtpspec_play *play,
                                           enum smtpspec_state state)
{
    unsigned given = play->of->given;

    switch (state) {
    case SMTPSPEC_STATE_IDLE:
        return from_idle(play);
    case SMTPSPEC_STATE_READY:
        return from_ready(play);
    case SMTPSPEC_STATE_AUTH:
        return SMTPSPEC_COMMAND_AUTH_CONTINUE;
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
    case SMTPSPEC_STATE_TLS:
        return play->setup_command == SMTPSPEC_COMMAND_STARTTLS;
    case SMTPSPEC_STATE_AUTH:
        return play->setup_count < SETUP_LIMIT &&
               (play->setup_command == SMTPSPEC_COMMAND_AUTH ||
                play->setup_command == SMTPSPEC_COMMAND_AUTH_CONTINUE);
    case SMTPSPEC_STATE_CONTENT:
        return play->of->given == SMTPSPEC_GIVEN_CONTENT && play->mail_sent;
    default:
        return false;
    }
}

/* Send it, or begin the case where there is nothing to send. */
static enum smtpspec_play_want go(struct smtpspec_play *play,
                                  enum smtpspec_command command,
                                  struct smtpspec_span *octets)
{
    size_t length = 0;

    if (play->stopped)
        return SMTPSPEC_PLAY_DONE;
    if (command == SMTPSPEC_COMMAND_UNSET) {
        play->begun = true;
        return SMTPSPEC_PLAY_DONE;
    }
    play->setup_count++;
    play->setup_command = (uint8_t)command;
    play->mail_sent = play->mail_sent || command == SMTPSPEC_COMMAND_MAIL;
    if (!smtpspec_play_add_line(play, &length, setup_line(play, command),
                                false))
        return SMTPSPEC_PLAY_DONE;
    return smtpspec_play_send(play, length, octets);
}

enum smtpspec_play_want smtpspec_play_set_up(struct smtpspec_play *play,
                                             struct smtpspec_span *octets)
{
    enum smtpspec_state state = smtpspec_judge_state(play->judge);

    if (play->setup_count == 0 && !may_play(play))
        return SMTPSPEC_PLAY_DONE;
    if (play->of->given == SMTPSPEC_GIVEN_CONNECT &&
        state == SMTPSPEC_STATE_CONNECT)
        return go(play, SMTPSPEC_COMMAND_UNSET, octets);
    if (smtpspec_judge_due(play->judge) > 0)
        return SMTPSPEC_PLAY_READ;
    if (!can_set_up(play, state)) {
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "set-up: stuck in state ");
        smtpspec_play_add_reason(play, smtpspec_state_name(state));
        return SMTPSPEC_PLAY_DONE;
    }
    if (state == SMTPSPEC_STATE_TLS) {
        play->handshaking = true;
        return SMTPSPEC_PLAY_TLS;
    }
    return go(play, setup_command(play, state), octets);
}
