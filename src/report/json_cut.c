/* SPDX-License-Identifier: MIT */
/*
 * json_cut.c - take JSON apart while it is read, one value at a time
 */
#include "report/json_cut.h"

#include <stdlib.h>
#include <string.h>

/* --- octets --------------------------------------------------------------- */

static int look(struct smtpspec_json_cut *cut)
{
    if (cut->at == cut->end) {
        cut->at = 0;
        cut->end = fread(cut->buffer, 1, sizeof(cut->buffer), cut->file);
        if (cut->end == 0)
            return -1;
    }
    return (unsigned char)cut->buffer[cut->at];
}

static void step(struct smtpspec_json_cut *cut)
{
    cut->line_ends += cut->buffer[cut->at] == '\n';
    cut->at++;
}

int smtpspec_json_cut_peek(struct smtpspec_json_cut *cut)
{
    int octet;

    while ((octet = look(cut)) == ' ' || octet == '\t' || octet == '\r' ||
           octet == '\n')
        step(cut);
    cut->line = cut->line_ends + 1;
    return octet;
}

bool smtpspec_json_cut_mark(struct smtpspec_json_cut *cut, char mark)
{
    if (smtpspec_json_cut_peek(cut) != mark)
        return false;
    step(cut);
    return true;
}

/* --- values --------------------------------------------------------------- */

/* Where in a value the reading is. */
struct place {
    size_t depth;
    bool quoted, escaped;
    bool bare;             /* a number, true, false or null                  */
};

/* Whether the value goes on with this octet; false where it has ended before
 * it. `*last` where this one ends it. */
static bool goes_on(struct place *place, char octet, bool *last)
{
    *last = false;
    if (place->quoted) {
        if (place->escaped)
            place->escaped = false;
        else if (octet == '\\')
            place->escaped = true;
        else if (octet == '"')
            place->quoted = false;
        *last = !place->quoted && place->depth == 0;
        return true;
    }
    if (place->bare)
        return strchr(",:]} \t\r\n", octet) == NULL;
    if (octet == '"') {
        place->quoted = true;
    } else if (octet == '{' || octet == '[') {
        place->depth++;
    } else if (place->depth == 0) {
        place->bare = true;
    } else if (octet == '}' || octet == ']') {
        *last = --place->depth == 0;
    }
    return true;
}

static bool keep(struct smtpspec_json_cut *cut, char octet)
{
    if (cut->length == cut->room) {
        size_t room = cut->room > 0 ? 2 * cut->room : 256;
        char *text = realloc(cut->text, room);

        if (text == NULL) {
            cut->wrong = "out of memory";
            return false;
        }
        cut->text = text;
        cut->room = room;
    }
    cut->text[cut->length++] = octet;
    return true;
}

/* Take a value; `most` 0: do not keep it. */
static bool take(struct smtpspec_json_cut *cut, size_t most)
{
    struct place place = { 0 };
    int octet = smtpspec_json_cut_peek(cut);
    bool last = false;

    cut->length = 0;
    if (octet < 0 || strchr(",:]}", octet) != NULL) {
        cut->wrong = octet < 0 ? "it ends too early" : "a value is missing";
        return false;
    }
    while (!last) {
        octet = look(cut);
        if (octet < 0 && place.bare)
            return true;
        if (octet < 0) {
            cut->wrong = "it ends too early";
            return false;
        }
        if (!goes_on(&place, (char)octet, &last))
            return true;
        if (most > 0 && cut->length == most) {
            cut->wrong = "too long";
            return false;
        }
        if (most > 0 && !keep(cut, (char)octet))
            return false;
        step(cut);
    }
    return true;
}

bool smtpspec_json_cut_value(struct smtpspec_json_cut *cut, size_t most)
{
    return take(cut, most);
}

bool smtpspec_json_cut_pass(struct smtpspec_json_cut *cut)
{
    return take(cut, 0);
}

json_t *smtpspec_json_cut_read(struct smtpspec_json_cut *cut,
                               struct smtpspec_span text, uint64_t line)
{
    json_error_t fault;
    json_t *value = json_loadb(text.length > 0 ? text.at : "", text.length,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                               &fault);

    if (value == NULL) {
        cut->line = line + (fault.line > 0 ? (uint64_t)fault.line - 1 : 0);
        snprintf(cut->fault, sizeof(cut->fault), "%s", fault.text);
        /* It quotes the text, which may have several lines. */
        for (char *at = cut->fault; *at != '\0'; at++)
            *at = *at == '\n' || *at == '\r' ? ' ' : *at;
        cut->wrong = cut->fault;
    }
    return value;
}

json_t *smtpspec_json_cut_load(struct smtpspec_json_cut *cut, size_t most)
{
    uint64_t line;

    if (!take(cut, most))
        return NULL;
    line = cut->line;
    return smtpspec_json_cut_read(
        cut, (struct smtpspec_span){ cut->text, cut->length }, line);
}

void smtpspec_json_cut_rewind(struct smtpspec_json_cut *cut)
{
    rewind(cut->file);
    cut->at = cut->end = 0;
    cut->line_ends = 0;
}

void smtpspec_json_cut_free(struct smtpspec_json_cut *cut)
{
    free(cut->text);
    cut->text = NULL;
    cut->room = cut->length = 0;
}
