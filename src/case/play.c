/* SPDX-License-Identifier: MIT */
/*
 * play.c - play one case against whoever holds the connection
 *
 * Floor 3, case. The steps go strictly in order, and the first that is not
 * met ends the case: what a server would answer next says nothing about the
 * sentence under test, and each error costs the patience of a real server.
 */
#include <string.h>

#include "case/playing.h"

/* As a C string, cut where it is too long. */
static void copy_text(char *out, size_t cap, struct smtpspec_span text)
{
    text = smtpspec_span_head(text, cap - 1);
    if (text.length > 0)
        memcpy(out, text.at, text.length);
    out[text.length] = '\0';
}

void smtpspec_play_blank(struct smtpspec_play *play)
{
    memset((char *)play + offsetof(struct smtpspec_play, of), 0,
           sizeof *play - offsetof(struct smtpspec_play, of));
}

void smtpspec_play_init(struct smtpspec_play *play,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars,
                        struct smtpspec_judge *judge, char *room,
                        size_t room_size)
{
    smtpspec_play_blank(play);
    play->of = of;
    play->vars = *vars;
    play->vars.id = of->id;
    play->judge = judge;
    play->room = room;
    play->room_size = room_size;
    play->server_before = judge->server_octets;
    copy_text(play->reference, sizeof play->reference, of->reference);
    copy_text(play->title, sizeof play->title, of->title);
    judge->sink = (struct smtpspec_judge_sink){
        smtpspec_play_on_verdict, smtpspec_play_on_exchange, play };
    smtpspec_play_keep_secrets(play, false);
    smtpspec_play_settle(play);
}

void smtpspec_play_watch(struct smtpspec_play *play,
                         void (*watcher)(void *context,
                                         const struct smtpspec_exchange *),
                         void *context)
{
    play->watcher = watcher;
    play->watcher_context = context;
}

void smtpspec_play_end(struct smtpspec_play *play)
{
    if (play->judge->sink.context == play)
        play->judge->sink = (struct smtpspec_judge_sink){ 0 };
}

/* Names that stand for what this session has not, or nobody gave us. */
static bool can_expand(struct smtpspec_play *play, struct smtpspec_span text)
{
    unsigned names = smtpspec_case_names(text);
    const char *reason = NULL;

    play->vars.size = smtpspec_judge_ehlo(play->judge)->size;
    play->vars.challenge = smtpspec_judge_challenge(play->judge);
    if ((names & SMTPSPEC_CASE_NAME_OVERSIZE) != 0 && play->vars.size == 0)
        reason = "EHLO gives no number for SIZE";
    else if ((names & SMTPSPEC_CASE_NAME_CRAM) != 0 &&
             play->vars.cram == NULL)
        reason = "CRAM-MD5 is not to be had here";
    if (reason != NULL)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_SKIP, reason);
    else if ((names & SMTPSPEC_CASE_NAME_CRAM) != 0)
        smtpspec_play_keep_secrets(play, true);
    return reason == NULL;
}

/* Put one line for the set-up, or for a client step, into the room. */
bool smtpspec_play_add_line(struct smtpspec_play *play, size_t *length,
                            struct smtpspec_span text, bool raw)
{
    size_t room = play->room_size - *length, taken;

    if (!can_expand(play, text))
        return false;
    taken = smtpspec_case_expand(text, &play->vars, play->room + *length,
                                 room);
    if (taken > room || room - taken < 2) {
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_ERROR,
                             "what is to be sent does not fit its buffer");
        return false;
    }
    *length += taken;
    if (!raw) {
        play->room[(*length)++] = '\r';
        play->room[(*length)++] = '\n';
    }
    return true;
}

enum smtpspec_play_want smtpspec_play_send(struct smtpspec_play *play,
                                           size_t length,
                                           struct smtpspec_span *octets)
{
    *octets = (struct smtpspec_span){ play->room, length };
    smtpspec_judge_client(play->judge, *octets);
    return SMTPSPEC_PLAY_SEND;
}

/* --- Steps --------------------------------------------------------------- */

static bool is_client(const struct smtpspec_step *step)
{
    return step->kind == SMTPSPEC_STEP_CLIENT ||
           step->kind == SMTPSPEC_STEP_RAW;
}

/* All C: lines up to the next other step, in one write. */
static enum smtpspec_play_want send_group(struct smtpspec_play *play,
                                          struct smtpspec_span *octets)
{
    const struct smtpspec_case *of = play->of;
    size_t length = 0;

    while (play->step < of->step_count && is_client(&of->steps[play->step])) {
        const struct smtpspec_step *step = &of->steps[play->step];

        if (!smtpspec_play_add_line(play, &length, step->text,
                                    step->kind == SMTPSPEC_STEP_RAW)) {
            play->over = true;
            return SMTPSPEC_PLAY_DONE;
        }
        play->step++;
    }
    play->sent = true;
    return smtpspec_play_send(play, length, octets);
}

/* No step is left, or none that makes sense: what is under way must come to
 * its end, and after 221 and 421 the close must come (RFC 5321, 3.8). */
static enum smtpspec_play_want run_out(struct smtpspec_play *play)
{
    bool goodbye = smtpspec_judge_state(play->judge) == SMTPSPEC_STATE_CLOSED;

    if (!play->server_closed &&
        (goodbye || smtpspec_judge_due(play->judge) > 0))
        return SMTPSPEC_PLAY_READ;
    play->over = true;
    return SMTPSPEC_PLAY_DONE;
}

/* The server took its leave, or is gone. */
static bool has_left(const struct smtpspec_play *play)
{
    return play->server_closed ||
           smtpspec_judge_state(play->judge) == SMTPSPEC_STATE_CLOSED;
}

static bool is_gone(const struct smtpspec_play *play)
{
    return has_left(play) ||
           smtpspec_judge_state(play->judge) == SMTPSPEC_STATE_ASTRAY;
}

/* The server took its leave before the last step. Mostly the judge has said
 * what there is to say of that; where it has not, the step is not met. A 421
 * that an earlier step took, as one of its 4yz, does not answer the rest. */
static enum smtpspec_play_want break_off(struct smtpspec_play *play)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];
    bool good = step->kind == SMTPSPEC_STEP_HANG_UP ||
                (step->kind == SMTPSPEC_STEP_TLS && step->any) ||
                (step->kind == SMTPSPEC_STEP_SILENT && step->any &&
                 !has_left(play));

    if (step->leads)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "the server closed the connection");
    else if (!good && play->last.code == 421 &&
             !smtpspec_play_is_faulted(play))
        smtpspec_play_throttle(play, "", &play->last);
    else if (!good && !smtpspec_play_is_faulted(play) &&
             play->ended_as == SMTPSPEC_OUTCOME_PASS)
        smtpspec_play_miss(play, step, &play->last);
    play->stopped = true;
    return run_out(play);
}

/* The handshake did not come about, be it that the server refused STARTTLS,
 * failed or went away. */
static void miss_handshake(struct smtpspec_play *play)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];
    struct smtpspec_exchange none = { .state = SMTPSPEC_STATE_TLS,
                                      .command = SMTPSPEC_COMMAND_STARTTLS,
                                      .number = play->last.number,
                                      .at = play->server_octets };

    if (!play->begun)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "set-up: the TLS handshake failed");
    else if (step->leads)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "the TLS handshake failed");
    else if (!step->any && !smtpspec_play_is_faulted(play))
        smtpspec_play_miss(play, step, &none);
    play->stopped = true;
}

static enum smtpspec_play_want handshake(struct smtpspec_play *play)
{
    if (smtpspec_judge_state(play->judge) == SMTPSPEC_STATE_TLS) {
        play->handshaking = true;
        return SMTPSPEC_PLAY_TLS;
    }
    if (is_gone(play))
        return break_off(play);
    miss_handshake(play);
    return run_out(play);
}

static enum smtpspec_play_want end_tls(struct smtpspec_play *play)
{
    play->step++;
    play->adrift = true;
    smtpspec_judge_abandon(play->judge);
    return SMTPSPEC_PLAY_TLS_END;
}

static enum smtpspec_play_want hang_up(struct smtpspec_play *play)
{
    play->step++;
    play->over = true;
    smtpspec_judge_abandon(play->judge);
    return SMTPSPEC_PLAY_HANG_UP;
}

static bool is_offered(const struct smtpspec_play *play,
                       const struct smtpspec_step *step)
{
    const struct smtpspec_ehlo *ehlo = smtpspec_judge_ehlo(play->judge);

    if (step->denied)
        return (step->keywords & ehlo->offered) == 0 &&
               (step->mechanisms & ehlo->mechanisms) == 0;
    return (step->keywords & ~ehlo->offered) == 0 &&
           (step->mechanisms & ~ehlo->mechanisms) == 0;
}

/* TLS was ended under the session: what the server makes of our octets is its
 * own affair, as long as it lives. */
static enum smtpspec_play_want drift(struct smtpspec_play *play,
                                     struct smtpspec_span *octets)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];

    if (play->server_closed || play->step == play->of->step_count ||
        play->stopped) {
        play->over = true;
        return SMTPSPEC_PLAY_DONE;
    }
    switch (step->kind) {
    case SMTPSPEC_STEP_CLOSED:
        return SMTPSPEC_PLAY_READ;
    case SMTPSPEC_STEP_SILENT:
        play->listening = true;
        return SMTPSPEC_PLAY_LISTEN;
    case SMTPSPEC_STEP_HANG_UP:
        return hang_up(play);
    default:
        return send_group(play, octets);
    }
}

/* Whether the case has just listened, knowing that a reply is due: what it
 * sends now is the rest of what the server waits for. */
static bool has_listened(const struct smtpspec_play *play)
{
    return play->step > 0 &&
           play->of->steps[play->step - 1].kind == SMTPSPEC_STEP_SILENT;
}

/* Steps that are met, or not, by what has come already. */
static void pass_over(struct smtpspec_play *play)
{
    const struct smtpspec_case *of = play->of;

    while (!play->stopped && play->step < of->step_count) {
        const struct smtpspec_step *step = &of->steps[play->step];

        if (step->kind == SMTPSPEC_STEP_OFFERS &&
            smtpspec_judge_due(play->judge) == 0 && !is_gone(play)) {
            if (is_offered(play, step))
                play->step++;
            else
                smtpspec_play_miss(play, step, &play->last);
        } else if (step->kind == SMTPSPEC_STEP_CLOSED &&
                   play->server_closed) {
            play->step++;
        } else if (step->kind == SMTPSPEC_STEP_SILENT && step->any &&
                   has_left(play)) {
            /* It may; and who has left does not do what is demanded next. */
            play->step++;
            play->stopped = true;
        } else {
            return;
        }
    }
}

static enum smtpspec_play_want go_on(struct smtpspec_play *play,
                                     struct smtpspec_span *octets)
{
    const struct smtpspec_case *of = play->of;
    bool due = play->sent && smtpspec_judge_due(play->judge) > 0;

    if (play->adrift)
        return drift(play, octets);
    pass_over(play);
    if (play->stopped || play->step == of->step_count)
        return run_out(play);
    switch (of->steps[play->step].kind) {
    case SMTPSPEC_STEP_CLOSED:
        return SMTPSPEC_PLAY_READ;
    case SMTPSPEC_STEP_SILENT:
        if (is_gone(play))
            return break_off(play);
        play->listening = true;
        return play->noise ? SMTPSPEC_PLAY_READ : SMTPSPEC_PLAY_LISTEN;
    case SMTPSPEC_STEP_TLS:
        return due ? SMTPSPEC_PLAY_READ : handshake(play);
    case SMTPSPEC_STEP_TLS_END:
        return is_gone(play) ? break_off(play) : end_tls(play);
    case SMTPSPEC_STEP_HANG_UP:
        return is_gone(play) ? break_off(play) : hang_up(play);
    case SMTPSPEC_STEP_CLIENT:
    case SMTPSPEC_STEP_RAW:
        if (due && !has_listened(play))
            return SMTPSPEC_PLAY_READ;
        return is_gone(play) ? break_off(play) : send_group(play, octets);
    default:
        return is_gone(play) ? break_off(play) : SMTPSPEC_PLAY_READ;
    }
}

enum smtpspec_play_want smtpspec_play_next(struct smtpspec_play *play,
                                           struct smtpspec_span *octets)
{
    enum smtpspec_play_want want = SMTPSPEC_PLAY_DONE;

    *octets = (struct smtpspec_span){ 0 };
    if (!play->over && !play->begun && !play->stopped)
        want = smtpspec_play_set_up(play, octets);
    if (!play->over && want == SMTPSPEC_PLAY_DONE)
        want = play->begun ? go_on(play, octets) : run_out(play);
    smtpspec_play_settle(play);
    return want;
}

/* --- What the server did ------------------------------------------------- */

void smtpspec_play_server(struct smtpspec_play *play,
                          struct smtpspec_span octets)
{
    play->server_octets += octets.length;
    play->noise = play->noise || (play->listening && octets.length > 0);
    smtpspec_judge_server(play->judge, octets);
    smtpspec_play_settle(play);
}

/* Something due did not come: the step that waits for it, if any. */
static void miss_waiting(struct smtpspec_play *play)
{
    const struct smtpspec_step *step = &play->of->steps[play->step];
    struct smtpspec_exchange none = { .state = (uint8_t)smtpspec_judge_state(
                                          play->judge),
                                      .at = play->server_octets };

    if (play->begun && !play->stopped && play->step < play->of->step_count)
        smtpspec_play_miss(play, step, &none);
}

static void miss_setup(struct smtpspec_play *play)
{
    if (play->setup_command == SMTPSPEC_COMMAND_UNSET)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "set-up: no greeting");
    else if (smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                                  "set-up: no reply to "))
        smtpspec_play_add_reason(
            play, smtpspec_command_name(
                      (enum smtpspec_command)play->setup_command));
}

void smtpspec_play_silence(struct smtpspec_play *play)
{
    bool due = smtpspec_judge_due(play->judge) > 0;

    if (play->handshaking) {
        smtpspec_play_tls(play, false);
        return;
    }
    if (play->listening && (play->adrift || !play->noise)) {
        play->listening = false;
        play->step++;
        smtpspec_play_settle(play);
        return;
    }
    play->result.no_reply = play->result.no_reply || due;
    if (!play->begun)
        miss_setup(play);
    else if (!due)
        miss_waiting(play);
    smtpspec_judge_turn(play->judge);
    play->stopped = true;
    play->over = true;
    smtpspec_play_settle(play);
}

void smtpspec_play_closed(struct smtpspec_play *play)
{
    if (play->handshaking)
        smtpspec_play_tls(play, false);
    play->server_closed = true;
    smtpspec_judge_closed(play->judge);
    if (!play->begun)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
               "set-up: the server closed the connection");
    smtpspec_play_settle(play);
}

void smtpspec_play_tls(struct smtpspec_play *play, bool done)
{
    if (!play->handshaking)
        return;
    play->handshaking = false;
    if (done) {
        smtpspec_judge_tls(play->judge);
        if (play->begun && !play->stopped)
            play->step++;
    } else {
        miss_handshake(play);
        smtpspec_judge_abandon(play->judge);
        play->over = true;
    }
    smtpspec_play_settle(play);
}

void smtpspec_play_endless(struct smtpspec_play *play)
{
    if (play->handshaking)
        smtpspec_play_tls(play, false);
    smtpspec_judge_endless(play->judge);
    if (!play->begun)
        smtpspec_play_end_as(play, SMTPSPEC_OUTCOME_BLOCKED,
                             "set-up: a reply without end");
    play->stopped = true;
    play->over = true;
    smtpspec_play_settle(play);
}

const struct smtpspec_play_result *
smtpspec_play_result(const struct smtpspec_play *play)
{
    return &play->result;
}
