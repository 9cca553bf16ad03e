/* SPDX-License-Identifier: MIT */
/*
 * html_dialogue.c - a dialogue line by line, and the time that it took
 */
#include "report/html.h"

#include <inttypes.h>

#include <smtpspec/command.h>

/* A reply of more lines is folded up behind its first. */
#define REPLY_LINES_SHOWN 4
/* The strip's width in its own units, and that of a wait, and behind it. */
#define STRIP_WIDTH 1000
#define STRIP_LEAST 3
#define STRIP_GAP 2

/* Entries that are one line: pieces of it may have come apart. */
struct line {
    const struct smtpspec_transcript_entry *first;
    unsigned count;
    bool shows;
};

static bool is_ended(const struct smtpspec_transcript_entry *entry)
{
    return entry->from == '-' ||
           (entry->octets.length > 0 &&
            entry->octets.at[entry->octets.length - 1] == '\n');
}

static struct line line_at(const struct smtpspec_transcript_entry *entries,
                           unsigned count)
{
    struct line line = { entries, 1, entries->shows };

    while (line.count < count && !is_ended(&entries[line.count - 1]) &&
           entries[line.count].from == entries->from) {
        line.shows = line.shows || entries[line.count].shows;
        line.count++;
    }
    return line;
}

static void put_octets(FILE *out, const struct line *line)
{
    char last = 0;

    for (unsigned i = 0; i < line->count; i++)
        smtpspec_html_octets(out, line->first[i].octets, &last);
}

static void put_line(FILE *out, const struct line *line, uint64_t waited)
{
    char from = line->first->from;

    fprintf(out, "<li class=\"%s%s\">", from == 'C' ? "c" : from == 'S' ? "s"
                                                                       : "n",
            line->shows ? " x" : "");
    if (waited > 0)
        fprintf(out, "<time>+%" PRIu64 "</time>", waited);
    if (from != '-')
        fprintf(out, "<u>%c:</u>", from);
    fputs("<code>", out);
    put_octets(out, line);
    fputs("</code>", out);
    if (line->shows)
        fputs("<em>here</em>", out);
}

/* Whether more lines of the same reply follow this one. */
static bool goes_on(const struct line *line)
{
    struct smtpspec_span octets = line->first->octets;

    return line->first->from == 'S' && octets.length > 3 &&
           octets.at[3] == '-';
}

/* How many lines, from the first on, are one reply that may be folded up; 0
 * where it is short, or shows the fault. */
static unsigned foldable(const struct smtpspec_transcript_entry *entries,
                         unsigned count)
{
    unsigned lines = 0;

    for (unsigned i = 0; i < count;) {
        struct line line = line_at(entries + i, count - i);

        if (line.shows || line.first->from != 'S')
            return 0;
        lines++;
        i += line.count;
        if (!goes_on(&line))
            break;
    }
    return lines > REPLY_LINES_SHOWN ? lines : 0;
}

static uint64_t since(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

static void put_lines(FILE *out, const struct smtpspec_result *result)
{
    const struct smtpspec_transcript_entry *entries = result->transcript;
    uint64_t before = entries[0].ms;
    unsigned folded = 0;

    fputs("<ol class=log>\n", out);
    for (unsigned i = 0; i < result->transcript_count;) {
        unsigned left = result->transcript_count - i;
        struct line line = line_at(entries + i, left);
        bool opens = false;

        if (folded == 0) {
            folded = foldable(entries + i, left);
            opens = folded > 0;
        }
        put_line(out, &line, since(entries[i].ms, before));
        if (opens)
            fprintf(out, "<details><summary>%u more lines</summary><ol>\n",
                    folded - 1);
        else if (folded > 0 && --folded == 1)
            fputs("</ol></details>", out), folded = 0;
        putc('\n', out);
        i += line.count;
        before = entries[i - 1].ms;
    }
    fputs("</ol>\n", out);
}

/* Rectangles for the time before each entry of one side (the server's: all
 * but the client's). */
static void put_waits(FILE *out, const struct smtpspec_result *result,
                      bool client)
{
    const struct smtpspec_transcript_entry *entries = result->transcript;
    uint64_t first = entries[0].ms;
    uint64_t whole = since(entries[result->transcript_count - 1].ms, first);

    fprintf(out, "<path class=%s d=\"", client ? "cl" : "sv");
    for (unsigned i = 1; i < result->transcript_count; i++) {
        uint64_t from = since(entries[i - 1].ms, first);
        uint64_t wait = since(entries[i].ms, entries[i - 1].ms);
        uint64_t width = wait * STRIP_WIDTH / whole;

        /* A gap behind each, or two waits in a row would be one. */
        width = width > STRIP_LEAST + STRIP_GAP ? width - STRIP_GAP
                                                : STRIP_LEAST;
        if (wait > 0 && (entries[i].from == 'C') == client)
            fprintf(out, "M%" PRIu64 " 0h%" PRIu64 "v8h-%" PRIu64 "z",
                    from * STRIP_WIDTH / whole, width, width);
    }
    fputs("\"/>", out);
}

/* What the reply that entry `at` belongs to was waited for. */
static const char *awaited(const struct smtpspec_result *result, unsigned at)
{
    struct smtpspec_command_line line;

    while (at > 0 && result->transcript[at - 1].from != 'C')
        at--;
    if (at == 0)
        return smtpspec_command_name(SMTPSPEC_COMMAND_CONNECT);
    smtpspec_command_parse(result->transcript[at - 1].octets, &line);
    return line.command != SMTPSPEC_COMMAND_UNKNOWN
               ? smtpspec_command_name(line.command)
               : NULL;
}

static void put_strip(FILE *out, const struct smtpspec_result *result)
{
    const struct smtpspec_transcript_entry *entries = result->transcript;
    uint64_t whole = since(entries[result->transcript_count - 1].ms,
                           entries[0].ms);
    uint64_t longest = 0;
    unsigned at = 0;

    for (unsigned i = 1; i < result->transcript_count; i++) {
        uint64_t wait = since(entries[i].ms, entries[i - 1].ms);

        if (entries[i].from != 'C' && wait > longest) {
            longest = wait;
            at = i;
        }
    }
    fputs("<p class=strip>", out);
    if (whole > 0) {
        fprintf(out, "<svg viewBox=\"0 0 %d 8\" preserveAspectRatio=none "
                "aria-hidden=true>", STRIP_WIDTH);
        put_waits(out, result, false);
        put_waits(out, result, true);
        fputs("</svg>", out);
    }
    smtpspec_html_time(out, whole);
    if (longest > 0) {
        fputs(", longest wait ", out);
        smtpspec_html_time(out, longest);
        if (awaited(result, at) != NULL)
            fprintf(out, " for %s", awaited(result, at));
    }
    fputs("</p>\n", out);
}

void smtpspec_html_dialogue(FILE *out, const struct smtpspec_result *result)
{
    if (result->transcript_count == 0)
        return;
    put_strip(out, result);
    put_lines(out, result);
}
