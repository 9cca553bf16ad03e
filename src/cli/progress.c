/* SPDX-License-Identifier: MIT */
/*
 * progress.c - tell a terminal how far it is
 */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <smtpspec/base.h>

#define DRAW_MS 100
/* Over so long the rate is counted, and so much weighs what was before. */
#define RATE_MS 1000
#define RATE_OLD 0.7
#define COLUMNS 80
#define LINE_ROOM 512
/* Less than so much of a name says nothing. */
#define NAME_LEAST 8
#define TWO_MINUTES 120
#define TWO_HOURS 7200
#define TEN_DAYS 864000

void smtpspec_progress_init(struct smtpspec_progress *progress)
{
    const char *term = getenv("TERM");

    memset(progress, 0, sizeof(*progress));
    progress->on = isatty(STDERR_FILENO) && term != NULL &&
                   *term != '\0' && strcmp(term, "dumb") != 0;
}

void smtpspec_progress_begin(struct smtpspec_progress *progress,
                             const char *what, uint64_t now)
{
    progress->what = what;
    progress->since = now;
    progress->drawn_at = 0;
    progress->done_then = 0;
    progress->rate = 0;
}

void smtpspec_progress_count(struct smtpspec_progress *progress,
                             const struct smtpspec_progress_mark *mark)
{
    uint64_t ms = mark->now - progress->since;
    double rate;

    if (ms < RATE_MS)
        return;
    /* A case that is played once more may take one back. */
    rate = mark->done > progress->done_then
               ? (double)(mark->done - progress->done_then) * 1000 / (double)ms
               : 0;
    progress->rate = progress->rate > 0
                         ? RATE_OLD * progress->rate + (1 - RATE_OLD) * rate
                         : rate;
    progress->since = mark->now;
    progress->done_then = mark->done;
}

/* printf() into what is left of a line. */
static size_t put(char *out, size_t cap, size_t length, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static size_t put(char *out, size_t cap, size_t length, const char *format, ...)
{
    va_list arguments;
    int more;

    va_start(arguments, format);
    more = vsnprintf(out + length, cap - length, format, arguments);
    va_end(arguments);
    return more > 0 && (size_t)more < cap - length ? length + (size_t)more
                                                   : length;
}

static size_t put_rate(double rate, char *out, size_t cap, size_t length)
{
    if (rate >= 10)
        return put(out, cap, length, "  %.0f/s", rate);
    if (rate >= 1)
        return put(out, cap, length, "  %.1f/s", rate);
    return put(out, cap, length, "  %.1f/min", rate * 60);
}

static size_t put_left(double seconds, char *out, size_t cap, size_t length)
{
    uint64_t left = (uint64_t)seconds + 1;

    if (left < TWO_MINUTES)
        return put(out, cap, length, "  %" PRIu64 " s left", left);
    if (left < TWO_HOURS)
        return put(out, cap, length, "  %" PRIu64 " min left", left / 60);
    if (left < TEN_DAYS)
        return put(out, cap, length, "  %" PRIu64 " h left", left / 3600);
    return length;
}

/* The name, cut where it does not fit. */
static size_t put_name(const char *name, unsigned columns, char *out,
                       size_t cap, size_t length)
{
    char shown[LINE_ROOM];
    size_t room = columns > length + 3 ? columns - length - 3 : 0, whole;

    whole = smtpspec_span_escape(smtpspec_span_of(name), shown, sizeof(shown));
    if (whole <= room)
        return put(out, cap, length, "  %s", shown);
    if (room < NAME_LEAST)
        return length;
    return put(out, cap, length, "  %.*s...", (int)(room - 3), shown);
}

size_t smtpspec_progress_line(const struct smtpspec_progress *progress,
                              const struct smtpspec_progress_mark *mark,
                              unsigned columns, char *out, size_t cap)
{
    size_t length = put(out, cap, 0, "%zu", mark->done);

    if (mark->all > 0)
        length = put(out, cap, length, "/%zu", mark->all);
    length = put(out, cap, length, " %s", progress->what);
    if (mark->all > 0)
        length = put(out, cap, length, "  %zu%%",
                     (size_t)(100.0 * (double)mark->done / (double)mark->all));
    if (progress->rate > 0) {
        length = put_rate(progress->rate, out, cap, length);
        if (mark->all > mark->done)
            length = put_left((double)(mark->all - mark->done) /
                                  progress->rate, out, cap, length);
    }
    if (mark->at != NULL)
        length = put_name(mark->at, columns, out, cap, length);
    if (length >= columns)
        length = columns > 0 ? columns - 1 : 0;
    out[length] = '\0';
    return length;
}

static unsigned columns_of_terminal(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
               ? size.ws_col
               : COLUMNS;
}

void smtpspec_progress_show(struct smtpspec_progress *progress,
                            const struct smtpspec_progress_mark *mark)
{
    char line[LINE_ROOM];

    if (!progress->on)
        return;
    smtpspec_progress_count(progress, mark);
    if (progress->shown && mark->now - progress->drawn_at < DRAW_MS)
        return;
    progress->drawn_at = mark->now;
    progress->shown = true;
    smtpspec_progress_line(progress, mark, columns_of_terminal(), line,
                           sizeof(line));
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
}

void smtpspec_progress_clear(struct smtpspec_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
