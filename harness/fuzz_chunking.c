/* SPDX-License-Identifier: MIT */
/*
 * fuzz_chunking.c - which of a client's octets are chunks, and which commands
 *
 * targets:  smtpspec_judge_client, the framing of commands and of BDAT's
 *           chunks (RFC 3030, 2); smtpspec_session_step
 * input:    what a client sends once a recipient was accepted by a server that
 *           offers CHUNKING
 * holds:    commands, and where the transaction stands after each, are those
 *           of a second accounting over the whole, which jumps from chunk to
 *           chunk; so nothing inside a chunk is ever taken for a command, nor
 *           the other way; after any number of octets the judge knows of as
 *           many commands as have ended by then; no cut makes a difference
 * speed:    a tenth of fuzz_reply's: three whole sessions, and the rows are
 *           asked for each reply in them
 * seeds:    corpus/seeds/chunking    words: corpus/dictionaries/chunking.dict
 */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include <smtpspec/judge.h>

#include "harness.h"

#define INPUT_KEPT 1500
/* Octets at a time: fewer commands than a judge lets wait. */
#define PIECE_KEPT 400

/* --- The second accounting ------------------------------------------------ */

/* A command that was sent. */
struct sent {
    enum smtpspec_command command;
    size_t end;                   /* where its CRLF ends                     */
    const char *reply;            /* what the server says to it              */
    bool last, blind;
};

static struct smtpspec_span cut_word(struct smtpspec_span *rest)
{
    size_t start = 0, end;

    while (start < rest->length &&
           memchr(" \t", rest->at[start], 2) != NULL)
        start++;
    for (end = start; end < rest->length; end++)
        if (memchr(" \t", rest->at[end], 2) != NULL)
            break;

    struct smtpspec_span word = { rest->at + start, end - start };

    *rest = smtpspec_span_skip(*rest, end);
    return word;
}

static bool read_size(struct smtpspec_span word, uint64_t *size)
{
    *size = 0;
    for (size_t i = 0; i < word.length; i++)
        if (word.at[i] < '0' || word.at[i] > '9' ||
            __builtin_mul_overflow(*size, 10u, size) ||
            __builtin_add_overflow(*size, (unsigned)(word.at[i] - '0'), size))
            return false;
    return word.length > 0;
}

/* BDAT: how many octets follow. Where the line is not spelt as the grammar has
 * it, one blank between its words and nothing else, a server may refuse it for
 * that, and nobody knows if it reads a chunk, or takes one to have failed. */
static uint64_t account_chunk(struct smtpspec_span line, struct sent *sent)
{
    struct smtpspec_span rest = line, verb = cut_word(&rest);
    struct smtpspec_span number = cut_word(&rest), word = cut_word(&rest);
    size_t spelt = verb.length + 1 + number.length +
                   (word.length > 0 ? 1 + word.length : 0);
    uint64_t size;
    bool good = read_size(number, &size);

    sent->last = smtpspec_span_equal_nocase(word, SMTPSPEC_SPAN("LAST"));
    if (!good || (word.length > 0 && !sent->last)) {
        sent->last = false;
        sent->blind = true;
        sent->reply = "501 5.5.4 no\r\n";
        return 0;
    }
    sent->blind |= spelt != line.length ||
                   smtpspec_span_find(line, '\t') < line.length ||
                   line.length + 2 > SMTPSPEC_COMMAND_LINE_LIMIT;
    sent->reply = size % 5 == 4 ? "452 4.3.1 full\r\n" : "250 2.0.0 ok\r\n";
    return size;
}

static const char *reply_to(enum smtpspec_command command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_RCPT:
    case SMTPSPEC_COMMAND_RSET:
    case SMTPSPEC_COMMAND_NOOP: return "250 2.0.0 ok\r\n";
    default: return "503 5.5.1 no\r\n";
    }
}

/* Read the command at `at`; false where its CRLF is not there. `*next` is where
 * the next one begins, behind the chunk. */
static bool account(struct smtpspec_span input, size_t at, struct sent *sent,
                    size_t *next)
{
    struct smtpspec_span rest = smtpspec_span_skip(input, at), verb, line;
    const char *crlf = memmem(rest.at, rest.length, "\r\n", 2);
    uint64_t chunk = 0;
    size_t length;

    if (rest.length == 0 || crlf == NULL)
        return false;
    *sent = (struct sent){ .end = (size_t)(crlf - input.at) + 2 };
    length = (size_t)(crlf - rest.at);
    rest = smtpspec_span_head(rest, length < SMTPSPEC_COMMAND_KEPT
                                        ? length : SMTPSPEC_COMMAND_KEPT);
    line = rest;
    verb = cut_word(&rest);
    for (size_t i = 0; i < verb.length; i++) {
        char octet = (char)(verb.at[i] | 0x20);

        if ((octet < 'a' || octet > 'z') &&
            (verb.at[i] < '0' || verb.at[i] > '9')) {
            /* Glued to its verb: an argument that is none. */
            line = SMTPSPEC_SPAN("BDAT x");
            verb.length = i;
        }
    }
    sent->command = smtpspec_command_of(verb);
    if (!smtpspec_command_is_verb(sent->command))
        sent->command = SMTPSPEC_COMMAND_UNKNOWN;
    sent->reply = reply_to(sent->command);
    if (sent->command == SMTPSPEC_COMMAND_BDAT) {
        sent->blind = length > SMTPSPEC_COMMAND_KEPT;
        chunk = account_chunk(line, sent);
    }
    *next = chunk < input.length - sent->end ? sent->end + (size_t)chunk
                                             : input.length;
    return true;
}

/* Where the transaction stands after a command, by what was said to it. */
static void follow(unsigned *state, uint32_t *recipients,
                   const struct sent *sent)
{
    bool accepted = sent->reply[0] == '2';

    if (sent->command == SMTPSPEC_COMMAND_BDAT && accepted)
        *state = sent->last ? SMTPSPEC_STATE_READY : SMTPSPEC_STATE_BDAT;
    else if (sent->command == SMTPSPEC_COMMAND_BDAT &&
             (*state == SMTPSPEC_STATE_RCPT || *state == SMTPSPEC_STATE_BDAT))
        *state = SMTPSPEC_STATE_BDAT_FAILED;
    else if (sent->command == SMTPSPEC_COMMAND_MAIL)
        *state = SMTPSPEC_STATE_MAIL;
    else if (sent->command == SMTPSPEC_COMMAND_RCPT)
        *state = SMTPSPEC_STATE_RCPT;
    else if (sent->command == SMTPSPEC_COMMAND_RSET)
        *state = SMTPSPEC_STATE_READY;
    if (sent->command == SMTPSPEC_COMMAND_RCPT)
        ++*recipients;
    else if (*state == SMTPSPEC_STATE_MAIL || *state == SMTPSPEC_STATE_READY)
        *recipients = 0;
}

/* --- The judge beside it -------------------------------------------------- */

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    *(struct smtpspec_exchange *)context = *exchange;
}

static void begin(struct smtpspec_judge *judge,
                  struct smtpspec_exchange *exchange)
{
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_judge_sink sink = { .exchange = on_exchange,
                                        .context = exchange };

    smtpspec_judge_init(judge, &terms, &sink);
    smtpspec_judge_client(judge, SMTPSPEC_SPAN("EHLO a.example\r\n"
                                               "MAIL FROM:<>\r\n"
                                               "RCPT TO:<postmaster>\r\n"));
    smtpspec_judge_server(judge, SMTPSPEC_SPAN("220 b.example\r\n"
                                               "250-b.example\r\n"
                                               "250-PIPELINING\r\n"
                                               "250 CHUNKING\r\n"
                                               "250 ok\r\n250 ok\r\n"));
    MUST(smtpspec_judge_due(judge) == 0);
}

/* What is accounted for so far, in step with the judge. */
struct account {
    size_t at;                /* where the next command begins               */
    unsigned state;
    uint32_t recipients, count;
    bool blind;
};

/* Answer all that is due once the octets before `fed` are sent. */
static void answer(struct smtpspec_judge *judge, struct smtpspec_span input,
                   size_t fed, struct account *so_far,
                   const struct smtpspec_exchange *exchange)
{
    struct sent sent;
    size_t next;

    while (!so_far->blind && account(input, so_far->at, &sent, &next) &&
           sent.end <= fed) {
        MUST(smtpspec_judge_due(judge) > 0);
        smtpspec_judge_server(judge, smtpspec_span_of(sent.reply));
        follow(&so_far->state, &so_far->recipients, &sent);
        so_far->count++;
        so_far->at = next;
        so_far->blind = sent.blind;
        MUST(exchange->number == so_far->count);
        MUST(exchange->command == sent.command);
        MUST(exchange->next == so_far->state);
        MUST(exchange->code % 10 == (unsigned)(sent.reply[2] - '0'));
        MUST(smtpspec_judge_session(judge)->recipients == so_far->recipients);
    }
    MUST(smtpspec_judge_state(judge) ==
         (so_far->blind ? SMTPSPEC_STATE_ASTRAY : so_far->state));
}

static void play(struct smtpspec_span input, size_t most, uint64_t random)
{
    static struct smtpspec_judge judge;
    struct smtpspec_exchange exchange = { .number = 0 };
    struct account so_far = { .state = SMTPSPEC_STATE_RCPT, .recipients = 1 };
    struct smtpspec_span rest = input;

    begin(&judge, &exchange);
    so_far.count = exchange.number;
    while (rest.length > 0) {
        struct smtpspec_span piece = harness_piece(&rest, most, &random);

        smtpspec_judge_client(&judge, piece);
        if (smtpspec_span_find(piece, '\n') < piece.length)
            answer(&judge, input, input.length - rest.length, &so_far,
                   &exchange);
        MUST(smtpspec_judge_due(&judge) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span input = { (const char *)data, size };
    uint64_t random = harness_seed(input);

    if (size > INPUT_KEPT)
        return 0;
    play(input, PIECE_KEPT, random);
    play(input, 1, random);
    play(input, 12, random);
    return 0;
}
