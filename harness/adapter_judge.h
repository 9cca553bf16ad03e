/* SPDX-License-Identifier: MIT */
/*
 * adapter_judge.h - how does what a reader gave differ from what is expected?
 *
 * Header only. Both are adapter_results; what is expected is ours, or stated
 * by a vector. Only replies that are complete count. The first difference is
 * told, since after one the two are out of step.
 */
#ifndef SMTPSPEC_ADAPTER_JUDGE_H
#define SMTPSPEC_ADAPTER_JUDGE_H

#include "adapter.h"

enum deed {
    DEED_SAME,    /* all as expected                                          */
    DEED_TEXT,    /* the codes are, a text is not                             */
    DEED_STATUS,  /* codes and texts are, an enhanced code is not             */
    DEED_REFUSED, /* an error; what came before it is as expected             */
    DEED_SILENT,  /* replies are missing, and there is no error               */
    DEED_CODE,    /* another code than expected                               */
    DEED_MORE,    /* more replies than expected                               */
    DEED_COUNT
};

static inline const char *deed_name(enum deed deed)
{
    static const char *const names[DEED_COUNT] = {
        "same", "text", "enhanced", "refused", "silent", "code", "more",
    };

    return deed < DEED_COUNT ? names[deed] : "?";
}

/* Lines without the blanks and CRs around them, and, where `strip`, without
 * an enhanced code in front: readers differ in what they keep of those. */
struct text_walk {
    const char *at, *end;
    bool strip;
};

static inline bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r';
}

static inline size_t status_length(struct smtpspec_span line)
{
    size_t at = 0, dots = 0;

    while (at < line.length && at < 9 &&
           ((line.at[at] >= '0' && line.at[at] <= '9') || line.at[at] == '.'))
        dots += line.at[at++] == '.';
    return dots == 2 && (at == line.length || is_blank(line.at[at])) ? at : 0;
}

/* The next line that is not empty; false at the end. */
static inline bool text_next(struct text_walk *walk,
                             struct smtpspec_span *line)
{
    do {
        const char *start = walk->at;
        size_t taken;

        if (walk->at == walk->end)
            return false;
        while (walk->at < walk->end && *walk->at != '\n')
            walk->at++;
        *line = (struct smtpspec_span){ start, (size_t)(walk->at - start) };
        if (walk->at < walk->end)
            walk->at++;
        while (line->length > 0 && is_blank(line->at[0]))
            *line = smtpspec_span_skip(*line, 1);
        taken = walk->strip ? status_length(*line) : 0;
        *line = smtpspec_span_skip(*line, taken);
        while (line->length > 0 && is_blank(line->at[0]))
            *line = smtpspec_span_skip(*line, 1);
        while (line->length > 0 && is_blank(line->at[line->length - 1]))
            line->length--;
    } while (line->length == 0);
    return true;
}

static inline bool same_text(const struct adapter_reply *a,
                             const struct adapter_reply *b, bool strip)
{
    struct text_walk left = { a->text, a->text + a->length, strip };
    struct text_walk right = { b->text, b->text + b->length, strip };
    struct smtpspec_span x, y;
    bool more;

    do {
        more = text_next(&left, &x);
        if (more != text_next(&right, &y) ||
            (more && !smtpspec_span_equal(x, y)))
            return false;
    } while (more);
    return true;
}

static inline size_t complete_replies(const struct adapter_result *result)
{
    size_t count = result->count;

    return count > 0 && !result->replies[count - 1].complete ? count - 1
                                                             : count;
}

/* `*where`: the reply that it is about. */
static inline enum deed adapter_judge(const struct adapter_result *want,
                                      const struct adapter_result *got,
                                      size_t *where)
{
    size_t wanted = complete_replies(want), given = complete_replies(got);
    enum deed deed = DEED_SAME;

    *where = 0;
    for (size_t i = 0; i < wanted && i < given; i++) {
        const struct adapter_reply *a = &want->replies[i];
        const struct adapter_reply *b = &got->replies[i];

        if (a->code != b->code) {
            *where = i;
            return DEED_CODE;
        }
        if (deed == DEED_SAME &&
            !same_text(a, b, false) && !same_text(a, b, true)) {
            *where = i;
            deed = DEED_TEXT;
        } else if (deed == DEED_SAME && b->tells_status &&
                   strcmp(a->status, b->status) != 0) {
            *where = i;
            deed = DEED_STATUS;
        }
    }
    if (given > wanted) {
        *where = wanted;
        return DEED_MORE;
    }
    /* Of a stream that ends inside a reply an error may be told as well. */
    if (given < wanted ||
        (got->error[0] != '\0' && wanted == want->count)) {
        *where = given;
        return got->error[0] != '\0' ? DEED_REFUSED : DEED_SILENT;
    }
    return deed;
}

#endif
