/* SPDX-License-Identifier: MIT */
/*
 * wording.c - put answers into octets (RFC 5321, 4.2; RFC 2034)
 *
 * Floor 5, server.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/engine.h"

void smtpspec_text_begin(struct smtpspec_server *server)
{
    server->text_length = 0;
}

char *smtpspec_text(struct smtpspec_server *server, const char *format, ...)
{
    char *text = server->text + server->text_length;
    size_t room = sizeof(server->text) - server->text_length;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, room, format, arguments);
    va_end(arguments);
    if (length < 0)
        text[length = 0] = '\0';
    /* The last octet stays for the empty lines that find no room. */
    server->text_length += (size_t)length + 1 < room ? (size_t)length + 1
                                                     : room - 1;
    return text;
}

void smtpspec_wording_put(struct smtpspec_server *server,
                          struct smtpspec_span octets)
{
    size_t room = sizeof(server->out) - server->out_length;

    if (octets.length > room)
        octets.length = room;
    if (octets.length > 0)
        memcpy(server->out + server->out_length, octets.at, octets.length);
    server->out_length += octets.length;
}

/* RFC 2034, 3 (4): in all replies but the greeting and those to HELO and
 * EHLO, be EHLO used or not; never with 3yz. */
static bool has_status(const struct smtpspec_server *server,
                       enum smtpspec_command command, unsigned code)
{
    return (server->offered &
            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES)) != 0 &&
           command != SMTPSPEC_COMMAND_CONNECT &&
           command != SMTPSPEC_COMMAND_HELO &&
           command != SMTPSPEC_COMMAND_EHLO && code / 100 != 3;
}

static void put_line(struct smtpspec_server *server,
                     const struct wording *wording)
{
    size_t begin = server->out_length, filled;

    smtpspec_wording_put(server, wording->code);
    smtpspec_wording_put(server, wording->separator);
    smtpspec_wording_put(server, wording->status);
    if (wording->status.length > 0)
        smtpspec_wording_put(server, SMTPSPEC_SPAN(" "));
    smtpspec_wording_put(server, wording->text);
    filled = server->out_length - begin;
    for (; wording->fill && filled < SMTPSPEC_REPLY_LINE_LIMIT - 2; filled++)
        smtpspec_wording_put(server, filled % 6 == 0 ? SMTPSPEC_SPAN(" ")
                                                     : SMTPSPEC_SPAN("o"));
    smtpspec_wording_put(server, wording->end);
}

void smtpspec_wording_reply(struct smtpspec_server *server,
                            enum smtpspec_command command,
                            const struct answer *answer)
{
    bool status = has_status(server, command, answer->code);
    char code[3] = { (char)('0' + answer->code / 100 % 10),
                     (char)('0' + answer->code / 10 % 10),
                     (char)('0' + answer->code % 10) };

    server->answers++;
    server->vrfys += command == SMTPSPEC_COMMAND_VRFY;
    server->last_answer_at = server->out_length;
    if (server->pause_ms == 0)
        server->pause_ms = smtpspec_quirks_pause(server, command);
    for (unsigned i = 0; i < answer->lines; i++) {
        struct wording wording = {
            .code = { code, sizeof(code) },
            .separator = i + 1 < answer->lines ? SMTPSPEC_SPAN("-")
                                               : SMTPSPEC_SPAN(" "),
            .text = smtpspec_span_of(answer->line[i]),
            .end = SMTPSPEC_SPAN("\r\n"),
        };

        if (status && answer->status != NULL)
            wording.status = smtpspec_span_of(answer->status);
        smtpspec_quirks_spell(server, command, answer, i, &wording);
        smtpspec_smears_apply(server, command, answer, i, &wording);
        put_line(server, &wording);
    }
}
