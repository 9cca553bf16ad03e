/* SPDX-License-Identifier: MIT */
/*
 * seed_forms.c - the forms in which fuzz targets read a dialogue
 *
 * A form has the name of the target that reads it; targets that share its
 * seeds (their head comments say so) get them with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <smtpspec/command.h>

#include "seed_forms.h"
#include "mutate/script.h"

#define SEED_ROOM (1u << 20)
#define SAME_NAMES_MOST 999
/* Verbs of a name. */
#define VERBS_MOST 4

/* A seed as it is written. */
struct seed {
    size_t length;
    char octets[SEED_ROOM];
};

void dialogue_begin(struct dialogue *dialogue, bool whole)
{
    dialogue->count = dialogue->length = 0;
    dialogue->full = false;
    dialogue->whole = whole;
}

void dialogue_add(struct dialogue *dialogue, char what,
                  struct smtpspec_span octets)
{
    struct dialogue_piece *piece = &dialogue->pieces[dialogue->count];

    if (dialogue->count == DIALOGUE_PIECES_MOST ||
        octets.length > DIALOGUE_OCTETS_MOST - dialogue->length) {
        dialogue->full = true;
        return;
    }
    *piece = (struct dialogue_piece){ what, dialogue->length, octets.length };
    if (octets.length > 0)
        memcpy(dialogue->octets + dialogue->length, octets.at, octets.length);
    dialogue->length += octets.length;
    dialogue->count++;
}

static struct smtpspec_span octets_of(const struct dialogue *dialogue,
                                      const struct dialogue_piece *piece)
{
    return (struct smtpspec_span){ dialogue->octets + piece->at,
                                   piece->length };
}

/* Take the next line off, its LF included. */
static struct smtpspec_span next_line(struct smtpspec_span *rest)
{
    struct smtpspec_span line =
        smtpspec_span_head(*rest, smtpspec_span_find(*rest, '\n') + 1);

    *rest = smtpspec_span_skip(*rest, line.length);
    return line;
}

/* Without CR and LF. */
static struct smtpspec_span text_of(struct smtpspec_span line)
{
    while (line.length > 0 && (line.at[line.length - 1] == '\n' ||
                               line.at[line.length - 1] == '\r'))
        line.length--;
    return line;
}

static void put(struct seed *seed, struct smtpspec_span octets)
{
    if (octets.length > SEED_ROOM - seed->length)
        octets.length = SEED_ROOM - seed->length;
    if (octets.length > 0)
        memcpy(seed->octets + seed->length, octets.at, octets.length);
    seed->length += octets.length;
}

/* --- forms --------------------------------------------------------------- */

/* All that one side sent. */
static void put_side(struct seed *seed, const struct dialogue *dialogue,
                     char side)
{
    for (size_t i = 0; i < dialogue->count; i++)
        if (dialogue->pieces[i].what == side)
            put(seed, octets_of(dialogue, &dialogue->pieces[i]));
}

static void form_reply(struct seed *seed, const struct dialogue *dialogue)
{
    put_side(seed, dialogue, 'S');
}

/* Octet 0 of fuzz_session's input: profile modern, and the service. */
static char terms_octet(enum smtpspec_service service)
{
    for (char octet = '0'; octet <= 'z'; octet++)
        if (1 + octet % (SMTPSPEC_PROFILE_COUNT - 1) ==
                SMTPSPEC_PROFILE_MODERN &&
            octet / 16 % 3 == (int)service)
            return octet;
    abort();
}

static void form_session(struct seed *seed, const struct dialogue *dialogue)
{
    char head[2] = { terms_octet(dialogue->service), '\n' };

    if (!dialogue->whole)
        return;
    put(seed, (struct smtpspec_span){ head, 2 });
    for (size_t i = 0; i < dialogue->count; i++) {
        const struct dialogue_piece *piece = &dialogue->pieces[i];
        struct smtpspec_span rest = octets_of(dialogue, piece);
        char mark[2] = { piece->what, '\n' };

        if (piece->what == 't' || piece->what == 'x')
            put(seed, (struct smtpspec_span){ mark, 2 });
        while (rest.length > 0)
            seed->length += smtpspec_script_write(
                piece->what == 'C', next_line(&rest),
                seed->octets + seed->length, SEED_ROOM - seed->length);
    }
}

/* What the client sent, behind an empty line of options. */
static void form_server(struct seed *seed, const struct dialogue *dialogue)
{
    if (!dialogue->whole)
        return;
    put(seed, dialogue->service == SMTPSPEC_SERVICE_LMTP
                  ? SMTPSPEC_SPAN("lmtp\n") : SMTPSPEC_SPAN("\n"));
    put_side(seed, dialogue, 'C');
}

/* The case, and what its player is told, a line each time that it waits. */
static void form_client(struct seed *seed, const struct dialogue *dialogue)
{
    if (dialogue->of[0] == '\0')
        return;
    put(seed, smtpspec_span_of(dialogue->of));
    put(seed, dialogue->service == SMTPSPEC_SERVICE_LMTP
                  ? SMTPSPEC_SPAN(" lmtp\n") : SMTPSPEC_SPAN("\n"));
    for (size_t i = 0; i < dialogue->count; i++) {
        const struct dialogue_piece *piece = &dialogue->pieces[i];
        char mark[2] = { piece->what == 'T' ? 'h' : piece->what, '\n' };

        if (piece->what == 'S')
            seed->length += smtpspec_script_write(
                false, octets_of(dialogue, piece),
                seed->octets + seed->length, SEED_ROOM - seed->length);
        else if (piece->what != 'C')
            put(seed, (struct smtpspec_span){ mark, 2 });
    }
}

/* Command lines, one a line. */
static void form_command(struct seed *seed, const struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->count; i++) {
        struct smtpspec_span rest = octets_of(dialogue, &dialogue->pieces[i]);

        while (dialogue->pieces[i].what == 'C' && rest.length > 0) {
            put(seed, text_of(next_line(&rest)));
            put(seed, SMTPSPEC_SPAN("\n"));
        }
    }
}

/* What stands behind code and separator of each line. */
static void form_status(struct seed *seed, const struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->count; i++) {
        struct smtpspec_span rest = octets_of(dialogue, &dialogue->pieces[i]);

        while (dialogue->pieces[i].what == 'S' && rest.length > 0) {
            put(seed, smtpspec_span_skip(text_of(next_line(&rest)), 4));
            put(seed, SMTPSPEC_SPAN("\n"));
        }
    }
}

/* The transcript that `smtpspec judge` reads. */
static void form_transcript(struct seed *seed, const struct dialogue *dialogue)
{
    static const char *const events[] = { ['t'] = "silent\n",
                                          ['x'] = "closed\n",
                                          ['T'] = "tls\n" };
    char room[4 * 1024];

    for (size_t i = 0; i < dialogue->count; i++) {
        const struct dialogue_piece *piece = &dialogue->pieces[i];
        struct smtpspec_span rest = octets_of(dialogue, piece), line;

        if (piece->what != 'C' && piece->what != 'S')
            put(seed, smtpspec_span_of(events[(unsigned char)piece->what]));
        while (rest.length > 0) {
            bool ended;

            line = next_line(&rest);
            ended = line.length > 1 && line.at[line.length - 2] == '\r';
            put(seed, (struct smtpspec_span){ &piece->what, 1 });
            put(seed, ended ? SMTPSPEC_SPAN(": ") : SMTPSPEC_SPAN("> "));
            smtpspec_span_escape(ended ? smtpspec_span_head(
                                             line, line.length - 2) : line,
                                 room, sizeof(room));
            put(seed, smtpspec_span_of(room));
            put(seed, SMTPSPEC_SPAN("\n"));
        }
    }
}

static const struct {
    const char *target;
    void (*put)(struct seed *seed, const struct dialogue *dialogue);
} forms[] = {
    { "reply", form_reply },
    { "session", form_session },
    { "server", form_server },
    { "client", form_client },
    { "command", form_command },
    { "status", form_status },
    { "transcript", form_transcript },
};

/* --- files --------------------------------------------------------------- */

static void give_up(const char *name)
{
    fprintf(stderr, "export: %s: %s\n", name, strerror(errno));
    exit(1);
}

/* Whether the file holds just that. */
static bool holds(const char *name, const struct seed *seed)
{
    static char room[SEED_ROOM];
    FILE *file = fopen(name, "rb");
    size_t length;

    if (file == NULL)
        return false;
    length = fread(room, 1, sizeof(room), file);
    fclose(file);
    return length == seed->length && memcmp(room, seed->octets, length) == 0;
}

static void write_seed(const char *folder, const char *name,
                       const struct seed *seed)
{
    char path[512];
    struct stat status;
    FILE *file;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        give_up(folder);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (int i = 2; i <= SAME_NAMES_MOST && stat(path, &status) == 0; i++) {
        if (holds(path, seed))
            return;
        snprintf(path, sizeof(path), "%s/%s-%d", folder, name, i);
    }
    file = fopen(path, "wb");
    if (file == NULL ||
        fwrite(seed->octets, 1, seed->length, file) != seed->length ||
        fclose(file) != 0)
        give_up(path);
}

void dialogue_write_seeds(const struct dialogue *dialogue, const char *folder,
                          size_t most)
{
    static struct seed seed;
    char below[256];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(forms) && !dialogue->full; i++) {
        seed.length = 0;
        forms[i].put(&seed, dialogue);
        if (seed.length == 0 || seed.length > most)
            continue;
        snprintf(below, sizeof(below), "%s/%s", folder, forms[i].target);
        write_seed(below, dialogue->name, &seed);
    }
}

/* --- names --------------------------------------------------------------- */

static void add_verb(struct dialogue *dialogue, enum smtpspec_command command)
{
    char part[24] = "-";
    size_t length = strlen(dialogue->name);

    for (const char *at = smtpspec_command_name(command); *at != '\0'; at++)
        part[strlen(part)] = (char)(*at >= 'A' && *at <= 'Z' ? *at + 'a' - 'A'
                                                             : *at);
    if (strstr(dialogue->name, part) == NULL &&
        length + strlen(part) < sizeof(dialogue->name))
        memcpy(dialogue->name + length, part, strlen(part) + 1);
}

void dialogue_name_by_verbs(struct dialogue *dialogue, const char *server)
{
    struct smtpspec_command_line read;
    unsigned verbs = 0;

    snprintf(dialogue->name, sizeof(dialogue->name), "%s", server);
    for (size_t i = 0; i < dialogue->count && verbs < VERBS_MOST; i++) {
        struct smtpspec_span rest = octets_of(dialogue, &dialogue->pieces[i]);

        if (dialogue->pieces[i].what != 'C')
            continue;
        smtpspec_command_parse(text_of(next_line(&rest)), &read);
        if (!smtpspec_command_is_verb(read.command) ||
            read.command == SMTPSPEC_COMMAND_RSET ||
            (read.command == SMTPSPEC_COMMAND_EHLO && i <= 1))
            continue;
        add_verb(dialogue, read.command);
        verbs++;
    }
}

/* --- hiding -------------------------------------------------------------- */

static bool is_alnum(char octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z');
}

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

/* A number of a queue, a session or a message, or what was made of a secret:
 * long, of letters and digits, and no word of the protocol. */
static bool looks_random(struct smtpspec_span word)
{
    unsigned digits = 0, small = 0, capitals = 0;

    for (size_t i = 0; i < word.length; i++) {
        digits += is_digit(word.at[i]);
        small += word.at[i] >= 'a' && word.at[i] <= 'z';
        capitals += word.at[i] >= 'A' && word.at[i] <= 'Z';
    }
    return word.length >= 6 && digits > 0 && small + capitals > 0 &&
           (digits >= 4 || (small > 0 && capitals > 0));
}

static void hide_word(char *at, size_t length)
{
    struct smtpspec_span word = { at, length };

    if (!looks_random(word) ||
        smtpspec_extension_of(word) != SMTPSPEC_EXTENSION_NONE)
        return;
    for (size_t i = 0; i < length; i++)
        at[i] = (char)(is_digit(at[i]) ? '0' : at[i] >= 'a' ? 'x' : 'X');
}

static void replace(char *octets, size_t length, const char *from,
                    const char *to)
{
    size_t size = strlen(from);

    for (size_t i = 0; i + size <= length; i++)
        if (memcmp(octets + i, from, size) == 0)
            memcpy(octets + i, to, size);
}

/* Whether `octets` begin as `form` says: a letter for a letter, a digit for a
 * digit, all else for itself. */
static bool fits(const char *octets, size_t length, const char *form)
{
    for (size_t i = 0; form[i] != '\0'; i++)
        if (i == length || is_digit(octets[i]) != is_digit(form[i]) ||
            (!is_alnum(form[i]) && octets[i] != form[i]) ||
            is_alnum(octets[i]) != is_alnum(form[i]))
            return false;
    return true;
}

static void hide_dates(char *octets, size_t length)
{
    static const char *const dates[] = {
        "Thu, 01 Jan 2026 00:00:00 +0000", "Thu, 1 Jan 2026 00:00:00 +0000",
        "Thu, 01 Jan 2026 00:00:00", "Thu, 1 Jan 2026 00:00:00",
        "Thu Jan 01 00:00:00 2026", "2026-01-01T00:00:00", "00:00:00",
        "2026-01-01" };

    for (size_t i = 0; i < length; i++)
        for (size_t d = 0; d < SMTPSPEC_ARRAY_LEN(dates); d++)
            if (fits(octets + i, length - i, dates[d]))
                memcpy(octets + i, dates[d], strlen(dates[d]));
}

void dialogue_hide(char *octets, size_t length)
{
    hide_dates(octets, length);
    replace(octets, length, "127.0.0.1", "192.0.2.1");
    for (size_t at = 0, end; at < length; at = end + 1) {
        for (end = at; end < length && is_alnum(octets[end]); end++)
            ;
        hide_word(octets + at, end - at);
    }
}
