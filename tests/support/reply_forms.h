/* SPDX-License-Identifier: MIT */
/*
 * reply_forms.h - one feed by every form of the reply tokenizer
 *
 * Header only, for those who hold the forms against each other.
 */
#ifndef SMTPSPEC_TESTS_REPLY_FORMS_H
#define SMTPSPEC_TESTS_REPLY_FORMS_H

#include "wire/reply_variants.h"

#include "reply_same.h"

#define FORMS_ROOM 16

/* What one feed did. */
struct reply_outcome {
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line out[FORMS_ROOM];
    size_t used, count;
};

static inline void reply_outcome_of(const struct smtpspec_reply_variant *form,
                                    const struct smtpspec_reply_parser *before,
                                    struct smtpspec_span octets, size_t cap,
                                    struct reply_outcome *outcome)
{
    outcome->parser = *before;
    outcome->used = form->feed(&outcome->parser, octets, outcome->out, cap,
                               &outcome->count);
}

static inline bool reply_same_outcome(const struct reply_outcome *a,
                                      const struct reply_outcome *b)
{
    if (a->used != b->used || a->count != b->count ||
        !reply_same_parser(&a->parser, &b->parser))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!reply_same_line(&a->out[i], &b->out[i]))
            return false;
    return true;
}

/*
 * Feed `octets` to each form from the state `before`, with room for `cap`
 * records. `*want` is what the byte machine did. Returns whether all the
 * others did the same.
 */
static inline bool reply_forms_agree(const struct smtpspec_reply_parser *before,
                                     struct smtpspec_span octets, size_t cap,
                                     struct reply_outcome *want)
{
    const struct smtpspec_reply_variant *form = smtpspec_reply_variants;
    enum smtpspec_reply_form fastest = smtpspec_reply_fastest();
    struct reply_outcome got;

    reply_outcome_of(form, before, octets, cap, want);
    while ((++form)->name != NULL && form->form <= fastest) {
        reply_outcome_of(form, before, octets, cap, &got);
        if (!reply_same_outcome(want, &got))
            return false;
    }
    return true;
}

#endif
