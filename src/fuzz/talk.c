/* SPDX-License-Identifier: MIT */
/*
 * talk.c - the client's side of one fuzzed connection: what to send, and when
 */
#include "fuzz/talk.h"

#include <string.h>

#include "mutate/script.h"

/* Commands that wait for their replies at once. */
#define GROUP_LIMIT 100
/* Octets of BDAT that are made up where a script announced more than it has. */
#define PADDING_LIMIT (64u * 1024)
/* Commands in which a session has to be back where a script can begin. */
#define SETTLING_LIMIT 8
/* Octets that go out in one write. */
#define OUT_LIMIT 65536

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct smtpspec_talk *talk = context;

    if (talk->sink.verdict != NULL)
        talk->sink.verdict(talk->sink.context, verdict, talk->doubted);
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct smtpspec_talk *talk = context;

    talk->turned = true;
    if (talk->sink.exchange != NULL)
        talk->sink.exchange(talk->sink.context, exchange);
}

void smtpspec_talk_init(struct smtpspec_talk *talk,
                        const struct smtpspec_terms *terms,
                        const struct smtpspec_talk_sink *sink, bool careful)
{
    struct smtpspec_judge_sink own = { on_verdict, on_exchange, talk };

    memset(talk, 0, sizeof(*talk));
    talk->careful = careful;
    talk->hasty_quit = !careful;
    talk->last[0] = '\r';
    talk->last[1] = '\n';
    if (sink != NULL)
        talk->sink = *sink;
    smtpspec_judge_init(&talk->judge, terms, &own);
}

void smtpspec_talk_free(struct smtpspec_talk *talk)
{
    smtpspec_growing_free(&talk->history);
    smtpspec_growing_free(&talk->script);
    smtpspec_growing_free(&talk->line);
    smtpspec_growing_free(&talk->command);
    smtpspec_growing_free(&talk->out);
}

/* --- What may follow what ------------------------------------------------- */

/* RFC 2920, 3.1; for BDAT RFC 3030, 4.2. All others end a group, and so does
 * what is not well-formed: who does not know a command cannot know that it may
 * be followed. */
static bool may_be_followed(const struct smtpspec_command_line *line)
{
    if ((line->faults & ~(unsigned)SMTPSPEC_FAULT_LOWER_CASE) != 0)
        return false;
    switch (line->command) {
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_RCPT:
    case SMTPSPEC_COMMAND_RSET:
    case SMTPSPEC_COMMAND_BDAT:
        return true;
    default:
        return false;
    }
}

static bool may_go_on(const struct smtpspec_talk *talk, unsigned due)
{
    return talk->groups && !talk->doubtful && due < GROUP_LIMIT &&
           (smtpspec_judge_ehlo(&talk->judge)->offered &
            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PIPELINING)) != 0;
}

/* What some servers take for more lines than one, or for none. */
static bool is_doubtful(struct smtpspec_span line)
{
    bool ended = line.length >= 2 && line.at[line.length - 2] == '\r' &&
                 line.at[line.length - 1] == '\n';
    size_t text = ended ? line.length - 2 : line.length;

    if (line.length > SMTPSPEC_COMMAND_LINE_LIMIT)
        return true;
    for (size_t i = 0; i < text; i++)
        if (line.at[i] == '\n' || line.at[i] == '\0' ||
            (line.at[i] == '\r' && (i + 1 < text || ended)))
            return true;
    return false;
}

/* --- Sending -------------------------------------------------------------- */

static void keep_history(struct smtpspec_talk *talk,
                         struct smtpspec_span octets)
{
    size_t room = 2 * octets.length + 2;
    char *at;

    if (talk->turned)
        smtpspec_growing_add(&talk->history, SMTPSPEC_SPAN("t\n"));
    talk->turned = false;
    at = smtpspec_growing_room(&talk->history, room);
    talk->history.length += smtpspec_script_write(true, octets, at, room);
}

/* Nobody knows how many octets a server waits for behind a number that it may
 * read or not: such a connection is of no more use. */
static void note_chunk(struct smtpspec_talk *talk,
                       const struct smtpspec_command_line *line)
{
    bool number = false;

    for (size_t i = 0; i < line->argument.length; i++)
        number = number || (line->argument.at[i] >= '0' &&
                            line->argument.at[i] <= '9');
    if ((line->faults & SMTPSPEC_FAULT_BAD_ARGUMENT) == 0)
        talk->chunk = line->chunk;
    else
        talk->over = number;
}

/* A command line is whole; what may follow it, and what has to? */
static void note_line(struct smtpspec_talk *talk, struct smtpspec_span text)
{
    struct smtpspec_command_line line;

    talk->commands++;
    /* Some skip what stands before a verb, others do not know it then. */
    if (text.length > 0 && (uint8_t)text.at[0] <= ' ')
        talk->over = true;
    smtpspec_command_parse(text, &line);
    smtpspec_command_use_count(&talk->sent, line.command);
    talk->groups = may_be_followed(&line);
    talk->after_data = line.command == SMTPSPEC_COMMAND_DATA;
    if (line.command == SMTPSPEC_COMMAND_BDAT)
        note_chunk(talk, &line);
    if (line.command == SMTPSPEC_COMMAND_QUIT && line.faults == 0)
        talk->quit_sent = true;
}

static void note_command(struct smtpspec_talk *talk,
                         struct smtpspec_span octets, bool in_auth)
{
    struct smtpspec_span line;

    talk->groups = false;
    smtpspec_growing_add(&talk->command, octets);
    line = smtpspec_growing_span(&talk->command);
    talk->doubtful = talk->doubtful || is_doubtful(line);
    if (line.length < 2 || line.at[line.length - 2] != '\r' ||
        line.at[line.length - 1] != '\n')
        return;
    if (!in_auth)
        note_line(talk, smtpspec_span_head(line, line.length - 2));
    talk->command.length = 0;
}

/* A careful talk looks at once whether that was the end of data for the
 * server, and again behind each dot; a hasty one once it has sent its own. */
static void note_content(struct smtpspec_talk *talk,
                         struct smtpspec_span octets, bool false_end)
{
    bool seen = smtpspec_judge_false_end(&talk->judge);
    bool ended = smtpspec_judge_due(&talk->judge) > 0;
    bool dot = smtpspec_span_find(octets, '.') < octets.length;

    if (talk->careful ? seen && (!false_end || (dot && !ended))
                      : seen && ended)
        talk->doubtful = true;
    talk->groups = ended;
    talk->after_data = talk->after_data && !ended;
}

static void say(struct smtpspec_talk *talk, struct smtpspec_span octets)
{
    bool false_end = smtpspec_judge_false_end(&talk->judge);
    enum smtpspec_state state = smtpspec_judge_state(&talk->judge);
    /* Behind its end the state stays the same until that is answered. */
    bool content = state == SMTPSPEC_STATE_CONTENT &&
                   smtpspec_judge_due(&talk->judge) == 0;

    keep_history(talk, octets);
    smtpspec_growing_add(&talk->out, octets);
    for (size_t i = octets.length > 2 ? octets.length - 2 : 0;
         i < octets.length; i++) {
        talk->last[0] = talk->last[1];
        talk->last[1] = octets.at[i];
    }
    smtpspec_judge_client(&talk->judge, octets);
    if (talk->chunk > 0) {
        talk->chunk -= octets.length;
        return;
    }
    if (content)
        note_content(talk, octets, false_end);
    else
        note_command(talk, octets, state == SMTPSPEC_STATE_AUTH);
    talk->doubted = talk->doubted || (talk->doubtful && !talk->careful);
}

/* --- The script ----------------------------------------------------------- */

/* DATA was refused: no content is due, and its lines would be commands. What
 * is left out ends with the dot, or where the script waits. */
static bool is_left_out(struct smtpspec_talk *talk, bool waits)
{
    struct smtpspec_span line = smtpspec_growing_span(&talk->line);

    if (!talk->after_data ||
        smtpspec_judge_state(&talk->judge) == SMTPSPEC_STATE_CONTENT)
        return false;
    if (waits) {
        talk->after_data = !talk->skipping;
        return false;
    }
    talk->skipping = true;
    talk->after_data = !smtpspec_span_equal(line, SMTPSPEC_SPAN(".\r\n"));
    return true;
}

/* Get the next line of the script that sends something. False at its end. */
static bool load_line(struct smtpspec_talk *talk)
{
    struct smtpspec_span rest = smtpspec_span_skip(
        smtpspec_growing_span(&talk->script), talk->at);
    struct smtpspec_script_line line;

    talk->line.length = 0;
    talk->line_at = 0;
    if (!smtpspec_script_next(&rest, &line))
        return false;
    if (smtpspec_script_is_client(line.kind)) {
        size_t room = line.all.length + 1;
        char *at = smtpspec_growing_room(&talk->line, room);

        talk->line.length = smtpspec_script_read(&line, at, room);
    }
    /* Whether content is due shows only once DATA is answered. */
    if (talk->after_data && smtpspec_judge_due(&talk->judge) > 0) {
        talk->line.length = 0;
        talk->wait = true;
        return true;
    }
    talk->at = talk->script.length - rest.length;
    if (line.kind != 0 && !smtpspec_script_is_client(line.kind)) {
        talk->wait = true;
        is_left_out(talk, true);
    } else if (is_left_out(talk, false)) {
        talk->line.length = 0;
    }
    return true;
}

/* Whether a line of the script is a command that the connection is not to see
 * any more. */
static bool is_too_much(const struct smtpspec_talk *talk,
                        struct smtpspec_span octets)
{
    enum smtpspec_state state = smtpspec_judge_state(&talk->judge);
    struct smtpspec_command_use more = { { 0 } };
    struct smtpspec_command_line line;

    if (talk->caps == NULL || talk->chunk > 0 || talk->command.length > 0 ||
        state == SMTPSPEC_STATE_CONTENT || state == SMTPSPEC_STATE_AUTH)
        return false;
    smtpspec_command_parse(
        smtpspec_span_head(octets, smtpspec_span_find(octets, '\r')), &line);
    smtpspec_command_use_count(&more, line.command);
    return !smtpspec_command_caps_bear(talk->caps, &talk->sent, &more, NULL);
}

static void leave_script(struct smtpspec_talk *talk)
{
    talk->at = talk->script.length;
    talk->line.length = 0;
    talk->line_at = 0;
    talk->after_data = false;
    smtpspec_talk_quit(talk);
}

/* The next octets of the script: up to a CRLF, or the end of a chunk. False
 * where there are none, or a reply has to come first. */
static bool take_from_script(struct smtpspec_talk *talk,
                             struct smtpspec_span *octets)
{
    uint64_t chunk = talk->chunk;
    struct smtpspec_span rest;
    size_t length = 0;

    while (talk->line_at == talk->line.length) {
        if (!load_line(talk))
            return false;
        if (talk->wait && chunk == 0 && smtpspec_judge_due(&talk->judge) > 0)
            return false;
    }
    talk->wait = false;
    rest = smtpspec_span_skip(smtpspec_growing_span(&talk->line),
                              talk->line_at);
    if (chunk > 0) {
        length = chunk < rest.length ? (size_t)chunk : rest.length;
    } else {
        /* The CR may have stood at the end of the script's last line. */
        char before = talk->last[1];

        while (length < rest.length &&
               !(rest.at[length] == '\n' && before == '\r'))
            before = rest.at[length++];
        length += length < rest.length;
    }
    *octets = smtpspec_span_head(rest, length);
    if (is_too_much(talk, *octets)) {
        leave_script(talk);
        return false;
    }
    talk->line_at += length;
    return true;
}

/* --- Back to where a script can begin ------------------------------------- */

bool smtpspec_talk_is_settled(const struct smtpspec_talk *talk)
{
    enum smtpspec_state state = smtpspec_judge_state(&talk->judge);

    return talk->chunk == 0 && talk->command.length == 0 &&
           (state == SMTPSPEC_STATE_IDLE || state == SMTPSPEC_STATE_READY ||
            state == SMTPSPEC_STATE_REFUSED);
}

static bool take_padding(struct smtpspec_talk *talk,
                         struct smtpspec_span *octets)
{
    static const char padding[] = "padding padding padding padding padding "
                                  "padding padding padding padding padding\r\n";
    size_t length = sizeof(padding) - 1;

    if (talk->chunk > PADDING_LIMIT) {
        talk->over = true;
        return false;
    }
    *octets = (struct smtpspec_span){
        padding, talk->chunk < length ? (size_t)talk->chunk : length };
    return true;
}

static bool take_settling(struct smtpspec_talk *talk,
                          struct smtpspec_span *octets)
{
    bool in_line = talk->last[0] != '\r' || talk->last[1] != '\n';

    if (!talk->settles || smtpspec_talk_is_settled(talk))
        return false;
    if (talk->settling++ == SETTLING_LIMIT) {
        talk->over = true;
        return false;
    }
    switch (smtpspec_judge_state(&talk->judge)) {
    case SMTPSPEC_STATE_CONTENT:
        *octets = in_line ? SMTPSPEC_SPAN("\r\n.\r\n")
                          : SMTPSPEC_SPAN(".\r\n");
        return true;
    case SMTPSPEC_STATE_AUTH:
        *octets = in_line ? SMTPSPEC_SPAN("\r\n") : SMTPSPEC_SPAN("*\r\n");
        return true;
    default:
        *octets = talk->command.length > 0 ? SMTPSPEC_SPAN("\r\n")
                                           : SMTPSPEC_SPAN("RSET\r\n");
        return true;
    }
}

/* What is sent besides the script. False where nothing is. */
static bool take_own(struct smtpspec_talk *talk, struct smtpspec_span *octets)
{
    if (talk->chunk > 0)
        return take_padding(talk, octets);
    if (take_settling(talk, octets))
        return true;
    if (talk->over || !talk->quits || talk->quit_sent)
        return false;
    *octets = SMTPSPEC_SPAN("QUIT\r\n");
    return true;
}

/* --- What is next --------------------------------------------------------- */

/* Whether something else has to happen before anything is sent: then `*act`
 * is what. */
static bool must_pause(struct smtpspec_talk *talk, unsigned due,
                       enum smtpspec_talk_act *act)
{
    enum smtpspec_state state = smtpspec_judge_state(&talk->judge);

    *act = SMTPSPEC_TALK_READ;
    if (talk->ended)
        return true;
    if (talk->quit_sent && talk->hasty_quit) {
        *act = SMTPSPEC_TALK_END;
        return true;
    }
    if (due > 0)
        return !may_go_on(talk, due);
    if (state == SMTPSPEC_STATE_TLS)
        *act = SMTPSPEC_TALK_TLS;
    else if (talk->doubtful)
        *act = talk->careful ? SMTPSPEC_TALK_LISTEN : SMTPSPEC_TALK_END;
    return *act != SMTPSPEC_TALK_READ;
}

static enum smtpspec_talk_act decide(struct smtpspec_talk *talk,
                                     struct smtpspec_span *octets)
{
    enum smtpspec_state state = smtpspec_judge_state(&talk->judge);
    unsigned due = smtpspec_judge_due(&talk->judge);
    enum smtpspec_talk_act act;

    if (talk->over || state == SMTPSPEC_STATE_ASTRAY)
        return SMTPSPEC_TALK_CLOSE;
    if (state == SMTPSPEC_STATE_CLOSED)
        return SMTPSPEC_TALK_READ;
    if (talk->chunk == 0 && must_pause(talk, due, &act))
        return act;
    if (take_from_script(talk, octets))
        return SMTPSPEC_TALK_SEND;
    if (due > 0 && talk->chunk == 0)
        return SMTPSPEC_TALK_READ;
    if (take_own(talk, octets))
        return SMTPSPEC_TALK_SEND;
    if (talk->over)
        return SMTPSPEC_TALK_CLOSE;
    talk->settles = false;
    return SMTPSPEC_TALK_SCRIPT;
}

enum smtpspec_talk_act smtpspec_talk_next(struct smtpspec_talk *talk,
                                          struct smtpspec_span *octets)
{
    struct smtpspec_span piece;
    enum smtpspec_talk_act act = SMTPSPEC_TALK_SEND;

    talk->out.length = 0;
    talk->listening = false;
    while (act == SMTPSPEC_TALK_SEND && talk->out.length < OUT_LIMIT) {
        act = decide(talk, &piece);
        if (act == SMTPSPEC_TALK_SEND)
            say(talk, piece);
    }
    if (talk->out.length > 0) {
        *octets = smtpspec_growing_span(&talk->out);
        return SMTPSPEC_TALK_SEND;
    }
    talk->ended = talk->ended || act == SMTPSPEC_TALK_END;
    talk->listening = act == SMTPSPEC_TALK_LISTEN;
    return act;
}

/* --- What it is given ----------------------------------------------------- */

void smtpspec_talk_play(struct smtpspec_talk *talk,
                        struct smtpspec_span script)
{
    smtpspec_growing_set(&talk->script, script);
    talk->line.length = 0;
    talk->line_at = 0;
    talk->at = 0;
    talk->wait = false;
    talk->after_data = false;
    talk->skipping = false;
}

void smtpspec_talk_settle(struct smtpspec_talk *talk)
{
    talk->settles = true;
    talk->settling = 0;
}

void smtpspec_talk_quit(struct smtpspec_talk *talk)
{
    smtpspec_talk_settle(talk);
    talk->quits = true;
}

void smtpspec_talk_finish(struct smtpspec_talk *talk)
{
    talk->finishing = true;
    talk->doubtful = true;
}

void smtpspec_talk_heard(struct smtpspec_talk *talk,
                         struct smtpspec_span octets)
{
    if (!talk->over)
        smtpspec_judge_server(&talk->judge, octets);
}

void smtpspec_talk_silence(struct smtpspec_talk *talk)
{
    if (talk->listening) {
        talk->doubtful = false;
        talk->over = talk->over || talk->finishing;
        return;
    }
    if (!talk->ended && !talk->over)
        smtpspec_judge_turn(&talk->judge);
    talk->over = true;
}

void smtpspec_talk_endless(struct smtpspec_talk *talk)
{
    if (!talk->over)
        smtpspec_judge_endless(&talk->judge);
    talk->over = true;
}

void smtpspec_talk_closed(struct smtpspec_talk *talk, bool reset)
{
    /* Who hears an end of file may close. And a reset may have swallowed what
     * a server said that took a line for two, and the first for QUIT. */
    if (talk->ended || talk->over || (reset && talk->doubtful))
        smtpspec_judge_abandon(&talk->judge);
    smtpspec_judge_closed(&talk->judge);
    talk->over = true;
}

void smtpspec_talk_secured(struct smtpspec_talk *talk, bool done)
{
    if (done) {
        smtpspec_judge_tls(&talk->judge);
        return;
    }
    smtpspec_judge_abandon(&talk->judge);
    talk->over = true;
}
