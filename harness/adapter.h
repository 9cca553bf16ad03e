/* SPDX-License-Identifier: MIT */
/*
 * adapter.h - somebody else's reader of replies, in the shape that ours has
 *
 * An adapter is one file, adapters/<name>.c, which defines the two functions
 * at the end of this header. With it `make minefield` and `make differ-<name>`
 * work on that reader (README.md says how; adapters/smtpspec.c is the
 * smallest). An adapter in another language is a program that speaks the line
 * protocol of adapter_worker.c.
 *
 * A reader gets all that a server sent before it closed, and gives the replies
 * that it took from that. Only what it takes for a whole reply counts; that
 * the stream ended is no error, neither between two replies nor inside of
 * one. An error is what it refuses while more could have come.
 */
#ifndef SMTPSPEC_ADAPTER_H
#define SMTPSPEC_ADAPTER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>

#define ADAPTER_NO_CODE      (-1)
#define ADAPTER_LEFT_UNKNOWN SIZE_MAX

struct adapter_reply {
    int code;        /* as the reader gives it; ADAPTER_NO_CODE: none         */
    bool complete;   /* its last line came                                    */
    bool tells_status; /* the reader looks for enhanced codes                 */
    char status[12]; /* "5.1.1", or empty                                     */
    char *text;      /* lines with LF between them, no code in front          */
    size_t length;
};

/* For who wants to know how fast a reader is (tests/bench): the replies are
 * counted, none is kept. */
struct adapter_tally {
    size_t replies;
    unsigned long long codes; /* their sum                                    */
    double took; /* seconds, by an adapter with more to do than to read; or 0 */
};

/* Filled by the functions below. `text` of each reply is of the heap;
 * adapter_forget() gives all back. */
struct adapter_result {
    struct adapter_reply *replies;
    size_t count, cap;
    char error[80]; /* empty: none */
    bool warned;    /* adapter_warn() was called */
    size_t left;    /* octets that the reader did not look at */
    struct adapter_tally *tally; /* NULL: replies are kept */
};

static inline struct adapter_reply *
adapter_last(struct adapter_result *result)
{
    return result->count > 0 ? &result->replies[result->count - 1] : NULL;
}

static inline void adapter_append(struct adapter_reply *reply,
                                  const char *octets, size_t length)
{
    char *text = realloc(reply->text, reply->length + length + 1);

    if (text == NULL)
        abort();
    if (length > 0)
        memcpy(text + reply->length, octets, length);
    reply->text = text;
    reply->length += length;
}

/*
 * The reader gave a line: its code, what follows the separator, and whether
 * it ends the reply. A reader that gives whole replies gives them as one line
 * with `last` true, LF between the lines of the text. The code that counts is
 * that of the first line of a reply.
 */
static inline void adapter_line(struct adapter_result *result, int code,
                                bool last, const char *text, size_t length)
{
    struct adapter_reply *reply = adapter_last(result);

    if (result->tally != NULL) {
        result->tally->replies += last;
        result->tally->codes += last ? (unsigned long long)code : 0;
        return;
    }
    if (reply == NULL || reply->complete) {
        if (result->count == result->cap) {
            result->cap = result->cap * 2 + 8;
            result->replies = realloc(
                result->replies, result->cap * sizeof(result->replies[0]));
            if (result->replies == NULL)
                abort();
        }
        reply = &result->replies[result->count++];
        *reply = (struct adapter_reply){ .code = code };
    } else {
        adapter_append(reply, "\n", 1);
    }
    adapter_append(reply, text, length);
    reply->complete = last;
}

/* The enhanced code that the reader found in the reply given last; `digit` 0
 * where it looked for one and there is none. Not to be called by readers that
 * do not look. */
static inline void adapter_status(struct adapter_result *result,
                                  unsigned digit, unsigned subject,
                                  unsigned detail)
{
    struct adapter_reply *reply = adapter_last(result);

    if (reply == NULL)
        return;
    reply->tells_status = true;
    if (digit != 0 && reply->status[0] == '\0')
        snprintf(reply->status, sizeof(reply->status), "%u.%u.%u",
                 digit % 10, subject % 10000, detail % 10000);
}

/* The reader refuses what came; the first word on it counts. */
static inline void adapter_error(struct adapter_result *result,
                                 const char *why)
{
    if (result->error[0] == '\0')
        snprintf(result->error, sizeof(result->error), "%s",
                 why != NULL && why[0] != '\0' ? why : "error");
}

/* The reader takes what came, and tells its caller that something is wrong
 * with it. */
static inline void adapter_warn(struct adapter_result *result)
{
    result->warned = true;
}

static inline void adapter_forget(struct adapter_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        free(result->replies[i].text);
    free(result->replies);
    *result = (struct adapter_result){ .left = ADAPTER_LEFT_UNKNOWN };
}

/* --- What an adapter defines ---------------------------------------------- */

/* "1.9.4": of the reader, not of the adapter. Static. */
const char *adapter_version(void);

/* Have the reader read `octets` to their end, or until it refuses. `result` is
 * empty. Must come back within two seconds, and leave nothing behind: the same
 * octets always give the same result. */
void adapter_read(struct smtpspec_span octets, struct adapter_result *result);

#endif
