/* SPDX-License-Identifier: MIT */
/*
 * reply_story.h - what a stream of replies came to, its fragments joined
 *
 * Header only, for the tests of the tokenizer. Input and output lie at the end
 * of a page each, so that no octet too many is read or written.
 */
#ifndef SMTPSPEC_TESTS_REPLY_STORY_H
#define SMTPSPEC_TESTS_REPLY_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/reply.h>

#include "support/page_end.h"

#define BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)
#define FIRST     SMTPSPEC_LINE_FIRST
#define LAST      SMTPSPEC_LINE_LAST
#define ALONE     (FIRST | LAST)

/* A whole line: what its last record says, and its octets joined. */
struct line {
    struct smtpspec_reply_line record;
    size_t length;
    char octets[48];
};

/* What a stream came to. */
struct story {
    struct smtpspec_reply_parser parser;
    struct line lines[16];
    size_t count;
    bool joining; /* the last line is not whole yet */
};

static inline void story_begin(struct story *story)
{
    memset(story, 0, sizeof(*story));
    smtpspec_reply_init(&story->parser);
}

static inline void line_add(struct line *line, char octet)
{
    if (line->length < sizeof(line->octets))
        line->octets[line->length] = octet;
    line->length++;
}

static inline void story_take(struct story *story, struct smtpspec_span octets,
                       const struct smtpspec_reply_line *record)
{
    struct line *line = &story->lines[story->count];

    assert_true(story->count < SMTPSPEC_ARRAY_LEN(story->lines));
    assert_true(record->at + record->length <= octets.length);
    if (record->flags & SMTPSPEC_LINE_HELD_CR)
        line_add(line, '\r');
    for (uint32_t i = 0; i < record->length; i++)
        line_add(line, octets.at[record->at + i]);
    story->joining = (record->flags & SMTPSPEC_LINE_PARTIAL) != 0;
    if (story->joining)
        return;
    line->record = *record;
    line->record.flags &= SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST;
    line->record.at = line->record.length = 0;
    story->count++;
}

/* Feed all of `octets`, given room for `cap` records at a time. */
static inline void story_feed(struct story *story, struct smtpspec_span octets,
                       size_t cap)
{
    struct smtpspec_span rest = page_end_copy(0, octets);
    struct smtpspec_reply_line *out =
        page_end_room(1, cap * sizeof(struct smtpspec_reply_line));

    while (rest.length > 0) {
        size_t count = 99;
        size_t used =
            smtpspec_reply_feed(&story->parser, rest, out, cap, &count);

        assert_true(used > 0 && used <= rest.length && count <= cap);
        assert_true(used == rest.length || count == cap);
        for (size_t i = 0; i < count; i++)
            story_take(story, rest, &out[i]);
        rest = smtpspec_span_skip(rest, used);
    }
}

static inline void story_end(struct story *story)
{
    struct line *line = &story->lines[story->count];
    bool was_open = smtpspec_reply_is_open(&story->parser);

    /* What is not written must not look as if it were. */
    memset(&line->record, 0xa5, sizeof(line->record));
    assert_int_equal(smtpspec_reply_finish(&story->parser, &line->record),
                     was_open);
    assert_false(smtpspec_reply_is_open(&story->parser));
    assert_true(was_open || !story->joining);
    if (was_open) {
        assert_int_equal(line->record.at, 0);
        assert_int_equal(line->record.length, 0);
        story->count++;
    } else {
        memset(&line->record, 0, sizeof(line->record));
    }
}

static inline bool same_status(struct smtpspec_status a, struct smtpspec_status b)
{
    return a.class_digit == b.class_digit && a.subject == b.subject &&
           a.detail == b.detail;
}

static inline bool same_line(const struct line *a, const struct line *b)
{
    const struct smtpspec_reply_line *x = &a->record, *y = &b->record;

    return x->code == y->code && x->separator == y->separator &&
           x->flags == y->flags && x->defects == y->defects &&
           same_status(x->status, y->status) && a->length == b->length &&
           memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

static inline void story_show(const struct story *story)
{
    for (size_t i = 0; i < story->count; i++) {
        const struct line *line = &story->lines[i];

        print_message("# code %u separator %02x flags %u defects %x "
                      "status %u.%u.%u length %zu\n",
                      line->record.code, line->record.separator,
                      line->record.flags, line->record.defects,
                      line->record.status.class_digit,
                      line->record.status.subject, line->record.status.detail,
                      line->length);
    }
}

static inline void assert_same_story(struct smtpspec_span wire,
                              const struct story *got,
                              const struct story *want)
{
    bool same = got->count == want->count;

    for (size_t i = 0; same && i < want->count; i++)
        same = same_line(&got->lines[i], &want->lines[i]);
    if (same)
        return;

    char shown[400];

    smtpspec_span_escape(wire, shown, sizeof(shown));
    print_message("# input %s\n# got:\n", shown);
    story_show(got);
    print_message("# wanted:\n");
    story_show(want);
    fail();
}

static inline void story_of(struct smtpspec_span wire, struct story *story)
{
    story_begin(story);
    story_feed(story, wire, 16);
    story_end(story);
}

#endif
