/* SPDX-License-Identifier: MIT */
/*
 * script.c - session scripts, line by line, to octets and back
 */
#include <string.h>

#include "mutate/script.h"

/* What may follow `^`, and what it stands for then. */
static const char letters[] = "nr0^", octets_of[] = "\n\r\0^";

struct smtpspec_script_line smtpspec_script_line(struct smtpspec_span all)
{
    struct smtpspec_script_line line = { 0, all, smtpspec_span_skip(all, 1) };

    if (all.length > 0 && memchr("CScstxe", all.at[0], 7) != NULL)
        line.kind = all.at[0];
    return line;
}

bool smtpspec_script_next(struct smtpspec_span *rest,
                          struct smtpspec_script_line *line)
{
    size_t end = smtpspec_span_find(*rest, '\n');

    if (rest->length == 0)
        return false;
    *line = smtpspec_script_line(smtpspec_span_head(*rest, end));
    *rest = smtpspec_span_skip(*rest, end + 1);
    return true;
}

bool smtpspec_script_is_client(char kind)
{
    return kind == 'C' || kind == 'c';
}

bool smtpspec_script_is_server(char kind)
{
    return kind == 'S' || kind == 's';
}

static void put(char octet, size_t at, char *out, size_t cap)
{
    if (at < cap)
        out[at] = octet;
}

static char meant_by(char letter)
{
    const char *found = memchr(letters, letter, sizeof(letters) - 1);

    return found != NULL ? octets_of[found - letters] : letter;
}

size_t smtpspec_script_read(const struct smtpspec_script_line *line,
                            char *out, size_t cap)
{
    struct smtpspec_span text = line->text;
    size_t n = 0;

    if (!smtpspec_script_is_client(line->kind) &&
        !smtpspec_script_is_server(line->kind))
        return 0;
    for (size_t i = 0; i < text.length; i++) {
        bool mark = text.at[i] == '^' && i + 1 < text.length;

        if (mark)
            i++;
        put(mark ? meant_by(text.at[i]) : text.at[i], n++, out, cap);
    }
    if (line->kind == 'C' || line->kind == 'S') {
        put('\r', n++, out, cap);
        put('\n', n++, out, cap);
    }
    return n;
}

size_t smtpspec_script_mark(char octet, char out[2])
{
    const char *found = memchr(octets_of, octet, sizeof(octets_of) - 1);

    out[0] = found != NULL ? '^' : octet;
    if (found == NULL)
        return 1;
    out[1] = letters[found - octets_of];
    return 2;
}

size_t smtpspec_script_write(bool client, struct smtpspec_span octets,
                             char *out, size_t cap)
{
    size_t length = octets.length, n = 0;
    bool ended = length >= 2 && octets.at[length - 2] == '\r' &&
                 octets.at[length - 1] == '\n';

    put(client ? (ended ? 'C' : 'c') : ended ? 'S' : 's', n++, out, cap);
    for (size_t i = 0; i < length - (ended ? 2 : 0); i++) {
        char mark[2];
        size_t count = smtpspec_script_mark(octets.at[i], mark);

        for (size_t j = 0; j < count; j++)
            put(mark[j], n++, out, cap);
    }
    put('\n', n++, out, cap);
    return n;
}
