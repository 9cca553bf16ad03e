/* SPDX-License-Identifier: MIT */
/*
 * reply_same.h - whether two records, or two parsers, are the same in every
 * field
 *
 * Not by memcmp(): the padding between fields may hold anything.
 */
#ifndef SMTPSPEC_TESTS_REPLY_SAME_H
#define SMTPSPEC_TESTS_REPLY_SAME_H

#include <smtpspec/reply.h>

/* Whoever adds a field has to add it below as well. */
_Static_assert(sizeof(struct smtpspec_reply_line) == 24, "a field is new");
_Static_assert(sizeof(struct smtpspec_reply_parser) == 40, "a field is new");

static inline bool reply_same_status(const struct smtpspec_status *a,
                                     const struct smtpspec_status *b)
{
    return a->class_digit == b->class_digit && a->subject == b->subject &&
           a->detail == b->detail;
}

/* What holds for the whole line, be it in one piece or not. */
static inline bool reply_same_facts(const struct smtpspec_reply_line *a,
                                    const struct smtpspec_reply_line *b)
{
    return a->code == b->code && a->separator == b->separator &&
           a->flags == b->flags && a->defects == b->defects &&
           reply_same_status(&a->status, &b->status);
}

static inline bool reply_same_line(const struct smtpspec_reply_line *a,
                                   const struct smtpspec_reply_line *b)
{
    return a->at == b->at && a->length == b->length && reply_same_facts(a, b);
}

static inline bool reply_same_parser(const struct smtpspec_reply_parser *a,
                                     const struct smtpspec_reply_parser *b)
{
    return a->line_octets == b->line_octets && a->defects == b->defects &&
           reply_same_status(&a->status, &b->status) &&
           reply_same_status(&a->first_status, &b->first_status) &&
           a->code == b->code && a->first_code == b->first_code &&
           a->number == b->number && a->number_digits == b->number_digits &&
           a->stage == b->stage && a->code_digits == b->code_digits &&
           a->separator == b->separator && a->held_cr == b->held_cr &&
           a->in_reply == b->in_reply;
}

#endif
