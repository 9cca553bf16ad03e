/* SPDX-License-Identifier: MIT */
/*
 * adapter_worker.c - a C adapter as a program that speaks the line protocol
 *
 * The protocol, for adapters in any language. The program first writes one
 * line that names its reader:
 *
 *     {"version":"1.9.4"}
 *
 * Then it reads lines, each all octets of a stream in hexadecimal, and answers
 * each with one line of JSON:
 *
 *     {"replies":[{"code":250,"text":"6f6b","complete":true}],
 *      "error":null,"left":0}
 *
 * `text` is in hexadecimal, lines parted by 0a; `code` may be null; `enhanced`
 * ("5.1.1" or null) is there where the reader looks for it; `left`, octets
 * that were not looked at, may be null: not known. "warned":true says that it
 * took all and told its caller that something is wrong. It ends with its
 * input. adapter.h says what counts as a reply and what as an error. It may
 * die or hang of an input: whoever asks starts it anew.
 */
#define _POSIX_C_SOURCE 200809L

#include <unistd.h>

#include "adapter.h"

static int nibble(int digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* A copy of just that size, so that a sanitizer sees an octet too far. */
static char *unhex(const char *line, size_t digits)
{
    char *octets = malloc(digits / 2 + (digits < 2));

    if (octets == NULL)
        abort();
    for (size_t i = 0; i + 1 < digits; i += 2)
        octets[i / 2] =
            (char)(nibble(line[i]) * 16 + nibble(line[i + 1]));
    return octets;
}

static void put_hex(FILE *out, const char *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        fprintf(out, "%02x", (unsigned char)octets[i]);
}

static void put_reply(FILE *out, const struct adapter_reply *reply)
{
    fprintf(out, "{\"code\":");
    if (reply->code == ADAPTER_NO_CODE)
        fprintf(out, "null");
    else
        fprintf(out, "%d", reply->code);
    fprintf(out, ",\"text\":\"");
    put_hex(out, reply->text, reply->length);
    fprintf(out, "\",\"complete\":%s", reply->complete ? "true" : "false");
    if (reply->tells_status && reply->status[0] != '\0')
        fprintf(out, ",\"enhanced\":\"%s\"", reply->status);
    else if (reply->tells_status)
        fprintf(out, ",\"enhanced\":null");
    fprintf(out, "}");
}

/* Errors are words of the reader: what JSON would want escaped is left out. */
static void put_word(FILE *out, const char *word)
{
    fprintf(out, "\"");
    for (; *word != '\0'; word++) {
        if (*word >= ' ' && *word <= '~' && *word != '"' && *word != '\\')
            fputc(*word, out);
    }
    fprintf(out, "\"");
}

static void put_result(FILE *out, const struct adapter_result *result)
{
    fprintf(out, "{\"replies\":[");
    for (size_t i = 0; i < result->count; i++) {
        fprintf(out, "%s", i > 0 ? "," : "");
        put_reply(out, &result->replies[i]);
    }
    fprintf(out, "],\"error\":");
    if (result->error[0] != '\0')
        put_word(out, result->error);
    else
        fprintf(out, "null");
    if (result->warned)
        fprintf(out, ",\"warned\":true");
    if (result->left == ADAPTER_LEFT_UNKNOWN)
        fprintf(out, ",\"left\":null}\n");
    else
        fprintf(out, ",\"left\":%zu}\n", result->left);
    fflush(out);
}

int main(void)
{
    struct adapter_result result = { .left = ADAPTER_LEFT_UNKNOWN };
    /* A library that prints must not spoil the protocol. */
    int kept = dup(STDOUT_FILENO);
    FILE *out = kept < 0 ? NULL : fdopen(kept, "w");
    char *line = NULL;
    size_t cap = 0;
    ssize_t length;

    if (out == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return 2;
    fprintf(out, "{\"version\":");
    put_word(out, adapter_version());
    fprintf(out, "}\n");
    fflush(out);
    while ((length = getline(&line, &cap, stdin)) > 0) {
        size_t digits = (size_t)length - (line[length - 1] == '\n');
        char *octets = unhex(line, digits);

        adapter_read((struct smtpspec_span){ octets, digits / 2 }, &result);
        put_result(out, &result);
        adapter_forget(&result);
        free(octets);
    }
    free(line);
    fclose(out);
    return 0;
}
