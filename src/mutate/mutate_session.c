/* SPDX-License-Identifier: MIT */
/*
 * mutate_session.c - operators on the order of a session, and the mutator for
 * session scripts
 */
#include <string.h>

#include <smtpspec/command.h>

#include "mutate/lines.h"
#include "mutate/mutate.h"
#include "mutate/mutate_command.h"
#include "mutate/mutate_reply.h"
#include "mutate/random.h"
#include "mutate/script.h"
#include "mutate/mutate_words.h"

/* Script lines being written, to be put in as a whole. */
struct block {
    char lines[4 * SMTPSPEC_WORD_KEPT];
    size_t length;
};

static bool is_client(struct smtpspec_span line)
{
    return smtpspec_script_is_client(smtpspec_script_line(line).kind);
}

static bool is_server(struct smtpspec_span line)
{
    return smtpspec_script_is_server(smtpspec_script_line(line).kind);
}

static void add(struct block *block, const char *lines)
{
    struct smtpspec_span span = smtpspec_span_of(lines);

    if (span.length > sizeof(block->lines) - block->length)
        return;
    memcpy(block->lines + block->length, span.at, span.length);
    block->length += span.length;
}

/* What `octets` of one side and CRLF make. */
static void add_line(struct block *block, bool client, char *octets,
                     size_t length)
{
    size_t left = sizeof(block->lines) - block->length;

    memcpy(octets + length, "\r\n", 2);
    length = smtpspec_script_write(
        client, (struct smtpspec_span){ octets, length + 2 },
        block->lines + block->length, left);
    block->length += length <= left ? length : 0;
}

static void add_command(struct block *block, struct smtpspec_mutant *mutant,
                        enum smtpspec_command command, bool valid)
{
    char octets[SMTPSPEC_WORD_KEPT + 2];
    size_t length =
        valid ? smtpspec_word_valid_command(&mutant->random, command, octets,
                                            SMTPSPEC_WORD_KEPT)
              : smtpspec_word_command(&mutant->random, command, octets,
                                      SMTPSPEC_WORD_KEPT);

    add_line(block, true, octets, length);
}

static void add_reply(struct block *block, struct smtpspec_mutant *mutant,
                      enum smtpspec_command command)
{
    char octets[SMTPSPEC_WORD_KEPT + 2];

    add_line(block, false, octets,
             smtpspec_word_reply(&mutant->random, command, octets,
                                 SMTPSPEC_WORD_KEPT));
}

static bool put_block(struct smtpspec_mutant *mutant,
                      const struct block *block, size_t at)
{
    struct smtpspec_span lines = { block->lines, block->length };

    /* A last line without LF would swallow the block. */
    if (at > 0 && mutant->at[at - 1] != '\n') {
        if (mutant->cap - mutant->length <= lines.length)
            return false;
        smtpspec_mutant_insert(mutant, at++, SMTPSPEC_SPAN("\n"));
    }
    return smtpspec_mutant_insert(mutant, at, lines);
}

static enum smtpspec_command any_verb(struct smtpspec_mutant *mutant)
{
    enum smtpspec_command command = (enum smtpspec_command)
        smtpspec_mutant_below(mutant, SMTPSPEC_COMMAND_COUNT);

    return smtpspec_command_is_verb(command) ? command
                                             : SMTPSPEC_COMMAND_UNSET;
}

/* --- Commands and replies ------------------------------------------------- */

static bool insert_command(struct smtpspec_mutant *mutant)
{
    struct block block = { .length = 0 };

    add_command(&block, mutant, any_verb(mutant),
                !smtpspec_mutant_once_in(mutant, 4));
    return put_block(mutant, &block, smtpspec_mutant_seam(mutant));
}

static bool insert_exchange(struct smtpspec_mutant *mutant)
{
    struct block block = { .length = 0 };
    enum smtpspec_command command = any_verb(mutant);

    add_command(&block, mutant, command, true);
    add_reply(&block, mutant, command);
    return put_block(mutant, &block, smtpspec_mutant_seam(mutant));
}

static bool insert_event(struct smtpspec_mutant *mutant)
{
    static const char *const events[] = { "t\n", "t\n", "x\n", "e\n" };
    struct block block = { .length = 0 };

    add(&block, events[smtpspec_mutant_below(mutant,
                                             SMTPSPEC_ARRAY_LEN(events))]);
    return put_block(mutant, &block, smtpspec_mutant_border(mutant));
}

/* The command that the client sent last before `at`. */
static enum smtpspec_command command_before(struct smtpspec_mutant *mutant,
                                            size_t at)
{
    struct smtpspec_span rest = { mutant->at, at };
    struct smtpspec_script_line line;
    struct smtpspec_span last = { "", 0 };
    struct smtpspec_command_line read;

    while (smtpspec_script_next(&rest, &line)) {
        if (smtpspec_script_is_client(line.kind))
            last = line.text;
    }
    if (last.length == 0)
        return SMTPSPEC_COMMAND_CONNECT;
    if (smtpspec_span_equal(last, SMTPSPEC_SPAN(".")))
        return SMTPSPEC_COMMAND_DATA_END;
    smtpspec_command_parse(last, &read);
    return read.command;
}

static struct smtpspec_place line_behind(const struct smtpspec_mutant *mutant,
                                         struct smtpspec_place line)
{
    struct smtpspec_place rest = { line.to, mutant->length };
    size_t length = smtpspec_span_find(smtpspec_mutant_span(mutant, rest),
                                       '\n') + 1;

    rest.to = length < rest.to - rest.from ? rest.from + length : rest.to;
    return rest;
}

/* The line is one of a reply of more. */
static bool goes_on(const struct smtpspec_mutant *mutant,
                    struct smtpspec_place line)
{
    return line.to - line.from > 4 && mutant->at[line.from + 4] == '-';
}

/* The code of the reply from this line on. */
static void recode(struct smtpspec_mutant *mutant, struct smtpspec_place line,
                   const char *code)
{
    bool more = true;

    while (more && line.to - line.from > 4 &&
           is_server(smtpspec_mutant_span(mutant, line))) {
        more = goes_on(mutant, line);
        memcpy(mutant->at + line.from + 1, code, 3);
        line = line_behind(mutant, line);
    }
}

/* Another reply that may answer the command before it; one of more lines keeps
 * their text. */
static bool answer(struct smtpspec_mutant *mutant)
{
    struct block block = { .length = 0 };
    struct smtpspec_place line;

    if (!smtpspec_mutant_pick(mutant, is_server, &line))
        return false;
    add_reply(&block, mutant, command_before(mutant, line.from));
    if (!goes_on(mutant, line))
        return smtpspec_mutant_replace(
            mutant, line, (struct smtpspec_span){ block.lines, block.length });
    recode(mutant, line, block.lines + 1);
    return true;
}

/* A first line of one octet, that of a target (a profile): another one, which
 * begins no line of a script either. */
static bool head(struct smtpspec_mutant *mutant)
{
    char octet = (char)('!' + smtpspec_mutant_below(mutant, '~' - '!' + 1));
    struct smtpspec_span line = { &octet, 1 };

    if (mutant->fixed != 2 || smtpspec_script_line(line).kind != 0)
        return false;
    mutant->at[0] = octet;
    return true;
}

/* --- Pipelining ----------------------------------------------------------- */

static bool is_wait(struct smtpspec_span line)
{
    return line.length > 0 && (line.at[0] == 't' || is_server(line));
}

/* Let a group grow: the client does not wait for this any more, its next line
 * comes first. */
static bool pipeline(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place wait, next;

    if (!smtpspec_mutant_pick(mutant, is_wait, &wait) ||
        wait.to == mutant->length || !is_client((struct smtpspec_span){
                                         mutant->at + wait.to, 1 }))
        return false;
    if (mutant->at[wait.from] == 't') {
        smtpspec_mutant_delete(mutant, wait);
        return true;
    }
    next.from = wait.to;
    next.to = next.from +
              smtpspec_span_find((struct smtpspec_span){
                                     mutant->at + next.from,
                                     mutant->length - next.from },
                                 '\n') + 1;
    if (next.to > mutant->length)
        return false;
    smtpspec_mutant_move(mutant, wait, next.to);
    return true;
}

/* Let it shrink: wait behind this line. */
static bool turn(struct smtpspec_mutant *mutant)
{
    struct block block = { .length = 0 };
    struct smtpspec_place line;

    add(&block, "t\n");
    return smtpspec_mutant_pick(mutant, is_client, &line) &&
           put_block(mutant, &block, line.to);
}

/* --- Content and chunks --------------------------------------------------- */

/* A whole message by DATA, or one with a broken end. */
static bool insert_content(struct smtpspec_mutant *mutant)
{
    static const char *const ends[] = {
        "C.\n", "C.\n", "C.\n", "C.\n", "c^n.^n\n", "c^n.^r^n\n", "c^r^n.^n\n",
        "c^r.^r^n\n", "C..\n", "c.\n", "C. \n", "",
    };
    static const char *const texts[] = {
        "", "Ctext\n", "CSubject: x\nC\nCtext\n", "C..stuffed\n", "C.x\n",
        "ctext^n\n", "ctext\n", "C^0\n",
    };
    struct block block = { .length = 0 };

    add_command(&block, mutant, SMTPSPEC_COMMAND_DATA, true);
    add(&block, smtpspec_mutant_once_in(mutant, 8) ? "" : "S354 go\n");
    add(&block, texts[smtpspec_mutant_below(mutant,
                                            SMTPSPEC_ARRAY_LEN(texts))]);
    add(&block, ends[smtpspec_mutant_below(mutant,
                                           SMTPSPEC_ARRAY_LEN(ends))]);
    add_reply(&block, mutant, SMTPSPEC_COMMAND_DATA_END);
    return put_block(mutant, &block, smtpspec_mutant_seam(mutant));
}

/* "BDAT 5 LAST" for that many octets, or one more, one less, any number. */
static size_t write_chunk(struct smtpspec_mutant *mutant, size_t size,
                          bool last, char *out, size_t cap)
{
    size_t length = 5, digits = 0;

    memcpy(out, "BDAT ", length);
    if (smtpspec_mutant_once_in(mutant, 8)) {
        length += smtpspec_word_number(&mutant->random, out + length,
                                       cap - length);
    } else {
        if (smtpspec_mutant_once_in(mutant, 4))
            size += smtpspec_mutant_once_in(mutant, 2) ? 1 : size > 0 ? -1 : 0;
        for (size_t rest = size; digits == 0 || rest > 0; rest /= 10)
            digits++;
        for (size_t i = digits, rest = size; i > 0; rest /= 10)
            out[length + --i] = (char)('0' + rest % 10);
        length += digits;
    }
    if (last) {
        memcpy(out + length, " LAST", 5);
        length += 5;
    }
    return length;
}

static bool insert_chunk(struct smtpspec_mutant *mutant)
{
    struct block block = { .length = 0 };
    size_t size = smtpspec_mutant_below(mutant, 40);
    char octets[64];
    size_t length =
        write_chunk(mutant, size, smtpspec_mutant_once_in(mutant, 2), octets,
                    sizeof(octets) - 2);

    add_line(&block, true, octets, length);
    if (size > 0) {
        memset(octets, 'x', size);
        octets[size] = '\0';
        add(&block, "c");
        add(&block, octets);
        add(&block, "\n");
    }
    add_reply(&block, mutant, SMTPSPEC_COMMAND_BDAT);
    return put_block(mutant, &block, smtpspec_mutant_seam(mutant));
}

static bool is_chunk(struct smtpspec_span line)
{
    return is_client(line) &&
           smtpspec_span_starts_nocase(smtpspec_span_skip(line, 1),
                                       SMTPSPEC_SPAN("BDAT"));
}

/* Say of a chunk how many octets follow before the client waits; or not
 * quite. */
static bool size_chunk(struct smtpspec_mutant *mutant)
{
    struct smtpspec_command_line read;
    struct smtpspec_script_line line;
    struct smtpspec_place place;
    struct smtpspec_span rest;
    char octets[64];
    size_t size = 0;

    if (!smtpspec_mutant_pick(mutant, is_chunk, &place))
        return false;
    rest = (struct smtpspec_span){ mutant->at + place.to,
                                   mutant->length - place.to };
    while (smtpspec_script_next(&rest, &line) && is_client(line.all) &&
           !is_chunk(line.all))
        size += smtpspec_script_read(&line, NULL, 0);
    place = smtpspec_mutant_inside(mutant, place);
    place.from++;
    smtpspec_command_parse(smtpspec_mutant_span(mutant, place), &read);
    return smtpspec_mutant_replace(
        mutant, place,
        (struct smtpspec_span){ octets,
                                write_chunk(mutant, size, read.last, octets,
                                            sizeof(octets)) });
}

static const struct smtpspec_operator operators[] = {
    { "head",            head,                           3, true  },
    /* the order */
    { "insert-command",  insert_command,                 3, false },
    { "insert-exchange", insert_exchange,                8, false },
    { "insert-event",    insert_event,                   2, true  },
    { "insert-content",  insert_content,                 3, false },
    { "insert-chunk",    insert_chunk,                   3, false },
    { "delete-line",     smtpspec_lines_delete,          4, false },
    { "delete-block",    smtpspec_lines_delete_block,    4, false },
    { "duplicate-line",  smtpspec_lines_duplicate,       4, false },
    { "replay-block",    smtpspec_lines_replay,          8, false },
    { "replay-prefix",   smtpspec_lines_replay_prefix,   1, false },
    { "swap-lines",      smtpspec_lines_swap,            4, false },
    { "move-block",      smtpspec_lines_move,            4, false },
    { "truncate",        smtpspec_lines_truncate,        2, false },
    { "pipeline",        pipeline,                       8, false },
    { "turn",            turn,                           2, false },
    { "size-chunk",      size_chunk,                     4, false },
    /* a line of the client */
    { "command-case",      smtpspec_command_case,        2, false },
    { "command-verb",      smtpspec_command_verb,        4, false },
    { "command-length",    smtpspec_command_length,      2, false },
    { "command-blank",     smtpspec_command_blank,       2, false },
    { "command-argument",  smtpspec_command_argument,    4, false },
    { "command-parameter", smtpspec_command_parameter,   4, false },
    { "command-parameter-twice", smtpspec_command_parameter_twice, 2, false },
    { "command-number",    smtpspec_command_number,      2, false },
    { "command-border",    smtpspec_command_border,      1, false },
    { "command-nesting",   smtpspec_command_nesting,     2, false },
    { "command-route",     smtpspec_command_route,       2, false },
    { "command-octet",     smtpspec_command_octet,       6, false },
    { "command-line-end",  smtpspec_command_line_end,    6, false },
    { "command-split",     smtpspec_command_split,       2, false },
    /* a line of the server */
    { "answer",            answer,                       8, true  },
    { "reply-digit",       smtpspec_reply_digit,         4, true  },
    { "reply-code",        smtpspec_reply_code,          4, true  },
    { "reply-separator",   smtpspec_reply_separator,     6, true  },
    { "reply-textless",    smtpspec_reply_textless,      4, true  },
    { "reply-status",      smtpspec_reply_status,        8, true  },
    { "reply-keyword",     smtpspec_reply_keyword,       8, true  },
    { "reply-border",      smtpspec_reply_border,        1, true  },
    { "reply-octet",       smtpspec_reply_octet,         4, true  },
    { "reply-line-end",    smtpspec_reply_line_end,      6, true  },
    { "reply-grow",        smtpspec_reply_grow,          8, true  },
    { "reply-split",       smtpspec_reply_split,         4, true  },
    { "reply-merge",       smtpspec_reply_merge,         4, true  },
    { "reply-insert",      smtpspec_reply_insert,        6, true  },
};

_Static_assert(SMTPSPEC_ARRAY_LEN(operators) <= 64,
               "a set of them has 64 bits");

const struct smtpspec_mutator smtpspec_mutator_session = {
    "session", operators, SMTPSPEC_ARRAY_LEN(operators), true
};
