/* SPDX-License-Identifier: MIT */
/*
 * journal.c - write down all that goes over the wire, for `smtpspec judge`
 */
#include "run/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* What a line needs besides its octets, and room for the last ones. */
#define LINE_ROOM 128

struct smtpspec_journal {
    FILE *file;
    uint64_t connections;
    int error;           /* the first; 0: none                               */
};

struct smtpspec_journal_page {
    struct smtpspec_journal *journal;
    uint64_t number;
    char *text;
    size_t length, room;
    bool over;           /* nothing more is taken                            */
};

struct smtpspec_journal *smtpspec_journal_open(const char *path)
{
    FILE *file = fopen(path, "we");
    struct smtpspec_journal *journal;

    if (file == NULL)
        return NULL;
    journal = smtpspec_memory_new(sizeof(*journal));
    journal->file = file;
    return journal;
}

bool smtpspec_journal_close(struct smtpspec_journal *journal)
{
    int error = journal->error;

    if (fclose(journal->file) != 0 && error == 0)
        error = errno;
    free(journal);
    errno = error;
    return error == 0;
}

struct smtpspec_journal_page *
smtpspec_journal_begin(struct smtpspec_journal *journal)
{
    struct smtpspec_journal_page *page;

    if (journal == NULL)
        return NULL;
    page = smtpspec_memory_new(sizeof(*page));
    page->journal = journal;
    page->number = ++journal->connections;
    return page;
}

/* Make room for one line of `more` octets, and for what ends the page. */
static bool make_room(struct smtpspec_journal_page *page, size_t more)
{
    size_t want = page->length + more + 3 * (size_t)LINE_ROOM;

    if (want > SMTPSPEC_JOURNAL_KEPT)
        return false;
    if (want > page->room) {
        page->room = want > 2 * page->room ? want : 2 * page->room;
        page->text = smtpspec_memory_grow(page->text, page->room);
    }
    return true;
}

static void put_event(struct smtpspec_journal_page *page, uint64_t ms,
                      const char *event)
{
    page->length += (size_t)snprintf(
        page->text + page->length, page->room - page->length,
        "{\"connection\": %" PRIu64 ", \"ms\": %" PRIu64
        ", \"event\": \"%s\"}\n", page->number, ms, event);
}

/* The escapes \xNN are all that JSON needs: a backslash is escaped by them
 * and then once more for JSON, a quotation mark for JSON alone. */
static size_t escape(struct smtpspec_span octets, char *out)
{
    char piece[8];
    size_t length = 0;

    for (size_t i = 0; i < octets.length; i++) {
        size_t count = smtpspec_span_escape(
            (struct smtpspec_span){ octets.at + i, 1 }, piece, sizeof(piece));

        if (piece[0] == '\\' || piece[0] == '"')
            out[length++] = '\\';
        memcpy(out + length, piece, count);
        length += count;
    }
    return length;
}

static size_t escaped_length(struct smtpspec_span octets)
{
    /* At most "\\xNN" for each. */
    return 5 * octets.length;
}

void smtpspec_journal_octets(struct smtpspec_journal_page *page, char from,
                             uint64_t ms, struct smtpspec_span octets)
{
    if (page == NULL || page->over || octets.length == 0)
        return;
    if (!make_room(page, escaped_length(octets))) {
        smtpspec_journal_event(page, ms, "gap");
        page->over = true;
        return;
    }
    page->length += (size_t)snprintf(
        page->text + page->length, page->room - page->length,
        "{\"connection\": %" PRIu64 ", \"ms\": %" PRIu64
        ", \"from\": \"%c\", \"octets\": \"", page->number, ms, from);
    page->length += escape(octets, page->text + page->length);
    memcpy(page->text + page->length, "\"}\n", 3);
    page->length += 3;
}

void smtpspec_journal_event(struct smtpspec_journal_page *page, uint64_t ms,
                            const char *event)
{
    if (page == NULL || page->over)
        return;
    /* The room that every line leaves is for the last ones. */
    if (!make_room(page, 0))
        page->over = true;
    if (page->room - page->length > LINE_ROOM)
        put_event(page, ms, page->over ? "gap" : event);
}

void smtpspec_journal_end(struct smtpspec_journal_page *page, uint64_t ms)
{
    struct smtpspec_journal *journal;

    if (page == NULL)
        return;
    journal = page->journal;
    page->over = false;
    if (page->length > 0)
        smtpspec_journal_event(page, ms, "end");
    if (page->length > 0 &&
        fwrite(page->text, 1, page->length, journal->file) != page->length &&
        journal->error == 0)
        journal->error = errno;
    free(page->text);
    free(page);
}
