/* SPDX-License-Identifier: MIT */
/*
 * json_cut.h - take JSON apart while it is read, one value at a time
 *
 * Floor 6, report. A report may be longer than memory: here only its brackets
 * are counted, and whoever wants a value of it gets its text, up to a bound,
 * to give to the JSON library. What that text holds is not looked at, so a
 * value that is passed over may be no JSON.
 */
#ifndef SMTPSPEC_JSON_CUT_H
#define SMTPSPEC_JSON_CUT_H

#include <stdio.h>

#include <jansson.h>

#include <smtpspec/base.h>

#define SMTPSPEC_JSON_CUT_ROOM 65536

/* Zero but for `file`. The fields are json_cut.c's, but for the last four. */
struct smtpspec_json_cut {
    FILE *file;
    char buffer[SMTPSPEC_JSON_CUT_ROOM];
    size_t at, end;        /* of the buffer                                  */
    uint64_t line_ends;    /* that were passed                               */
    size_t room;
    char fault[JSON_ERROR_TEXT_LENGTH];
    char *text;            /* of the value that was taken last               */
    size_t length;
    uint64_t line;         /* where that begins, from 1                      */
    const char *wrong;     /* why the last call failed                       */
};

/* The next octet that is no blank, which stays; -1 at the end of the file and
 * where it cannot be read (ferror tells). */
int smtpspec_json_cut_peek(struct smtpspec_json_cut *cut);

/* Take it, if it is this one. */
bool smtpspec_json_cut_mark(struct smtpspec_json_cut *cut, char mark);

/* Take a value of at most `most` octets; `text` holds it. */
bool smtpspec_json_cut_value(struct smtpspec_json_cut *cut, size_t most);

/* Pass a value over, however long. */
bool smtpspec_json_cut_pass(struct smtpspec_json_cut *cut);

/* Take a value and read it; NULL where it is too long or no JSON. */
json_t *smtpspec_json_cut_load(struct smtpspec_json_cut *cut, size_t most);

/* Read a text that begins in that line; NULL and `wrong` where it is no JSON.
 * Another `line` is then where the fault is. */
json_t *smtpspec_json_cut_read(struct smtpspec_json_cut *cut,
                               struct smtpspec_span text, uint64_t line);

void smtpspec_json_cut_rewind(struct smtpspec_json_cut *cut);
void smtpspec_json_cut_free(struct smtpspec_json_cut *cut);

#endif
