/* SPDX-License-Identifier: MIT */
/*
 * event_log.h - what a reader of recordings hands out, written down
 *
 * Header only. "1S 220 x\x0d\x0a|2tls|": the line of the file, who or what,
 * the octets escaped, a bar where the line ends.
 */
#ifndef SMTPSPEC_TESTS_EVENT_LOG_H
#define SMTPSPEC_TESTS_EVENT_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/transcript.h"

struct event_log {
    char text[8192];
    size_t length;
    bool in_line;
};

static inline void event_log_put(struct event_log *log, const char *text)
{
    size_t length = strlen(text);

    assert_true(log->length + length < sizeof(log->text));
    memcpy(log->text + log->length, text, length + 1);
    log->length += length;
}

/* The event callback; `context` is the log, all zero to begin with. */
static inline void
event_log_add(void *context, const struct smtpspec_transcript_event *event)
{
    static const char *const names[] = { "C ", "S ", "silent", "closed", "tls",
                                         "gap", "---", "mixed" };
    struct event_log *log = context;
    char text[2100];

    if (!log->in_line) {
        snprintf(text, sizeof(text), "%u", (unsigned)event->line);
        event_log_put(log, text);
        event_log_put(log, names[event->kind]);
    }
    smtpspec_span_escape(event->octets, text, sizeof(text));
    event_log_put(log, text);
    log->in_line = !event->last;
    if (event->last)
        event_log_put(log, "|");
}

#endif
