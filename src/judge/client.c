/* SPDX-License-Identifier: MIT */
/*
 * client.c - what the client sent: commands, message content, chunks
 *
 * Floor 3, judge. What an octet is depends on what the server answered: after
 * DATA it is content or a command. While such a reply is awaited the octets
 * are held back (judge.c), and where that runs out of room the judge goes
 * silent rather than guess.
 */
#include <smtpspec/base64.h>
#include <smtpspec/judge.h>

#include <string.h>

#include "judge/inside.h"

#define PRDR SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PRDR)

/* BDAT with these does not say how many octets follow. */
#define BAD_CHUNK (SMTPSPEC_FAULT_BAD_ARGUMENT | SMTPSPEC_FAULT_NO_ARGUMENT)

/* A line with these has more to it than what was read of it. */
#define UNREAD (SMTPSPEC_FAULT_BAD_OCTETS | SMTPSPEC_FAULT_TOO_LONG)

/* The reply to these decides what the next octet is, or, by what it offers,
 * how the next command is to be read (RFC 2920, 3.1: they end a group). */
static bool decides(unsigned command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
    case SMTPSPEC_COMMAND_DATA:
    case SMTPSPEC_COMMAND_AUTH:
    case SMTPSPEC_COMMAND_AUTH_CONTINUE:
    case SMTPSPEC_COMMAND_STARTTLS: return true;
    default: return false;
    }
}

/* The last command that was queued; there is one. */
static struct smtpspec_pending *newest(struct smtpspec_judge *judge)
{
    return &judge->pending[(judge->pending_first + judge->pending_count - 1) %
                           SMTPSPEC_PENDING_KEPT];
}

static bool must_wait(struct smtpspec_judge *judge)
{
    if (judge->session.state == SMTPSPEC_STATE_TLS)
        return true;
    if (judge->pending_count == 0)
        return false;
    return decides(newest(judge)->command) || newest(judge)->blinds;
}

/* VRFY and EXPN may ask for UTF-8, too: in their last word, behind what they
 * are about (RFC 6531, 3.7.4.2). */
static bool asks_for_utf8(const struct smtpspec_command_line *line)
{
    struct smtpspec_span word = SMTPSPEC_SPAN(" SMTPUTF8");
    struct smtpspec_span argument = line->argument;

    return (line->command == SMTPSPEC_COMMAND_VRFY ||
            line->command == SMTPSPEC_COMMAND_EXPN) &&
           argument.length > word.length &&
           smtpspec_span_equal_nocase(
               smtpspec_span_skip(argument, argument.length - word.length),
               word);
}

void smtpspec_judge_push(struct smtpspec_judge *judge,
                         const struct smtpspec_command_line *line,
                         enum smtpspec_stimulus stimulus)
{
    if (judge->pending_count == SMTPSPEC_PENDING_KEPT) {
        judge->silent = true;
        return;
    }
    uint32_t at = (judge->pending_first + judge->pending_count) %
                  SMTPSPEC_PENDING_KEPT;
    bool mail = line->command == SMTPSPEC_COMMAND_MAIL;

    judge->pending[at] = (struct smtpspec_pending){
        .command = (uint8_t)line->command,
        .stimulus = (uint8_t)stimulus,
        .smtputf8 = (mail && line->smtputf8) || asks_for_utf8(line),
        .binarymime = mail && line->binarymime,
        .prdr = mail && (line->extensions & PRDR) != 0,
        .last = line->last && (line->faults & BAD_CHUNK) == 0,
        .extra = (line->faults & SMTPSPEC_FAULT_EXTRA_ARGUMENT) != 0,
    };
    judge->pending_count++;
}

static bool offers_chunking(const struct smtpspec_judge *judge)
{
    return (judge->terms.offered &
            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) != 0;
}

/* A server that does not offer CHUNKING may read the octets of a chunk as
 * commands or not, and so may one that refuses BDAT for how its line is
 * spelt; nor is it known whether a chunk has failed then, or just a line. Where
 * that was cut nobody knows how many octets there are (`cut`). The reply to
 * BDAT is the last that is judged. */
static bool blinds(const struct smtpspec_judge *judge,
                   const struct smtpspec_command_line *line, bool cut)
{
    bool sound = (line->faults & ~(unsigned)SMTPSPEC_FAULT_LOWER_CASE) == 0;

    return line->command == SMTPSPEC_COMMAND_BDAT &&
           (cut || !sound ||
            (line->chunk > 0 && !offers_chunking(judge)));
}

/* Queue a command line, and know what its octets make of the next ones. */
static void queue(struct smtpspec_judge *judge,
                  const struct smtpspec_command_line *line,
                  enum smtpspec_stimulus stimulus, bool cut)
{
    smtpspec_judge_push(judge, line, stimulus);
    if (judge->silent || line->command != SMTPSPEC_COMMAND_BDAT)
        return;
    newest(judge)->blinds = blinds(judge, line, cut);
    /* The octets follow at once, whatever the reply (RFC 3030, 2). */
    if (!newest(judge)->blinds)
        judge->chunk_left = line->chunk;
}

static enum smtpspec_stimulus
stimulus_of(const struct smtpspec_judge *judge,
            const struct smtpspec_command_line *line)
{
    return smtpspec_stimulus_of(
        line, smtpspec_session_offered(&judge->session, judge->terms.offered));
}

/* A line is complete, or all that was kept of it. */
static void take_text(struct smtpspec_judge *judge, struct smtpspec_span text,
                      enum smtpspec_stimulus stimulus, bool cut)
{
    struct smtpspec_command_line line;

    smtpspec_command_parse(text, &line);
    if (judge->session.state == SMTPSPEC_STATE_AUTH) {
        line = (struct smtpspec_command_line){
            .command = SMTPSPEC_COMMAND_AUTH_CONTINUE };
        /* The asterisk is none, and ends the exchange all the same. */
        if (!cut && !smtpspec_is_base64(text))
            stimulus = SMTPSPEC_STIMULUS_BAD_ARGUMENT;
    } else if (stimulus == SMTPSPEC_STIMULUS_VALID) {
        if (cut)
            line.faults |= SMTPSPEC_FAULT_TOO_LONG;
        stimulus = cut ? SMTPSPEC_STIMULUS_TOO_LONG
                       : stimulus_of(judge, &line);
    }
    queue(judge, &line, stimulus, cut);
}

/* The line in judge->line is complete. */
static void end_line(struct smtpspec_judge *judge,
                     enum smtpspec_stimulus stimulus)
{
    struct smtpspec_span text = { judge->line, judge->line_length };
    bool cut = judge->line_octets > judge->line_length;

    judge->line_length = 0;
    judge->line_octets = 0;
    judge->lf_sent = judge->lf_sent || judge->line_lf;
    judge->line_lf = false;
    take_text(judge, text, stimulus, cut);
}

/* A line that begins and ends here needs not be put together: returns how many
 * octets it has, or 0 where there is none. */
static size_t take_whole_line(struct smtpspec_judge *judge,
                              struct smtpspec_span octets)
{
    const char *end = memchr(octets.at, '\n', octets.length);
    size_t length = end != NULL ? (size_t)(end - octets.at) + 1 : 0;

    if (judge->line_octets > 0 || length < 2 || end[-1] != '\r' ||
        length > SMTPSPEC_COMMAND_KEPT)
        return 0;
    take_text(judge, smtpspec_span_head(octets, length - 2),
              SMTPSPEC_STIMULUS_VALID, false);
    return length;
}

/* Take octets of a command line; returns how many, its CRLF included. */
static size_t take_line(struct smtpspec_judge *judge,
                        struct smtpspec_span octets)
{
    size_t whole = take_whole_line(judge, octets);

    if (whole > 0)
        return whole;
    for (size_t i = 0; i < octets.length; i++) {
        char octet = octets.at[i];

        if (octet == '\n' && judge->line_cr) {
            judge->line_cr = false;
            if (judge->line_length == judge->line_octets)
                judge->line_length--; /* its CR, where that was kept */
            judge->line_octets--;
            end_line(judge, SMTPSPEC_STIMULUS_VALID);
            return i + 1;
        }
        judge->line_cr = octet == '\r';
        judge->line_lf = judge->line_lf || octet == '\n';
        judge->line_octets++;
        if (judge->line_length < SMTPSPEC_COMMAND_KEPT)
            judge->line[judge->line_length++] = octet;
    }
    return octets.length;
}

bool smtpspec_judge_end_line_at_lf(struct smtpspec_judge *judge)
{
    if (!judge->line_lf)
        return false;
    /* Only the first line is answered here; what stands behind the LF is
     * dropped, the server's further replies come as unasked ones. */
    judge->line_length =
        smtpspec_span_find((struct smtpspec_span){ judge->line,
                                                   judge->line_length }, '\n');
    judge->line_octets = judge->line_length;
    judge->line_cr = false;
    end_line(judge, SMTPSPEC_STIMULUS_BARE_LF);
    return true;
}

static void end_content(struct smtpspec_judge *judge)
{
    static const struct smtpspec_command_line end = {
        .command = SMTPSPEC_COMMAND_DATA_END };

    smtpspec_judge_push(judge, &end, SMTPSPEC_STIMULUS_VALID);
}

static size_t take_content(struct smtpspec_judge *judge,
                           struct smtpspec_span octets)
{
    size_t taken = smtpspec_data_feed(&judge->data, octets);

    if (judge->data.ended)
        end_content(judge);
    return taken;
}

/* The content is ended and its reply awaited: commands may follow. */
static bool in_content(const struct smtpspec_judge *judge)
{
    return judge->session.state == SMTPSPEC_STATE_CONTENT &&
           !judge->data.ended;
}

size_t smtpspec_judge_take(struct smtpspec_judge *judge,
                           struct smtpspec_span octets)
{
    size_t taken = 0;

    while (taken < octets.length && !judge->silent && !must_wait(judge)) {
        struct smtpspec_span rest = smtpspec_span_skip(octets, taken);

        if (judge->chunk_left > 0) {
            size_t part = rest.length < judge->chunk_left
                              ? rest.length : (size_t)judge->chunk_left;
            judge->chunk_left -= part;
            taken += part;
        } else if (in_content(judge)) {
            taken += take_content(judge, rest);
        } else {
            taken += take_line(judge, rest);
        }
    }
    return taken;
}

bool smtpspec_judge_command(struct smtpspec_judge *judge,
                            const struct smtpspec_command_line *line)
{
    if (judge->silent || judge->goodbye || judge->server_closed)
        return true;
    if ((line->faults & UNREAD) != 0 || judge->line_octets > 0 ||
        judge->chunk_left > 0 || judge->held_length > 0 ||
        in_content(judge) || must_wait(judge) ||
        judge->session.state == SMTPSPEC_STATE_AUTH)
        return false;
    queue(judge, line, stimulus_of(judge, line), false);
    return true;
}

static bool is_over(const struct smtpspec_judge *judge)
{
    return judge->silent || judge->goodbye || judge->server_closed;
}

/* Whether the next octet begins a line of the client, and is placed at once. */
static bool begins_line(struct smtpspec_judge *judge)
{
    return judge->line_octets == 0 && judge->chunk_left == 0 &&
           judge->held_length == 0 && !must_wait(judge);
}

size_t smtpspec_judge_content_lines(struct smtpspec_judge *judge,
                                    const struct smtpspec_span lines[],
                                    size_t count, uint64_t plain)
{
    size_t taken;

    if (!in_content(judge) || is_over(judge) || !begins_line(judge))
        return 0;
    taken = smtpspec_data_lines(&judge->data, lines, count, plain);
    if (judge->data.ended)
        end_content(judge);
    return taken;
}

void smtpspec_judge_client_line(struct smtpspec_judge *judge,
                                struct smtpspec_span line)
{
    if (is_over(judge) || smtpspec_judge_content_lines(judge, &line, 1, 0) > 0)
        return;
    if (begins_line(judge) && line.length <= SMTPSPEC_COMMAND_KEPT) {
        take_text(judge, line, SMTPSPEC_STIMULUS_VALID, false);
    } else {
        smtpspec_judge_client(judge, line);
        smtpspec_judge_client(judge, SMTPSPEC_SPAN("\r\n"));
    }
}
