/* SPDX-License-Identifier: MIT */
/*
 * reading.h - what the files that read cases share
 *
 * Floor 3, case. fields.c reads the head of a case, case.c the rest.
 */
#ifndef SMTPSPEC_READING_H
#define SMTPSPEC_READING_H

#include "case/case.h"

enum part {
    PART_HEAD = 1,
    PART_STEPS = 2,
    PART_PROOF = 4
};

/* One case under way. */
struct reading {
    struct smtpspec_case_reader *reader;
    struct smtpspec_case *out;
    struct smtpspec_case_error *error;
    unsigned part;           /* enum part                                    */
    unsigned seen;           /* rows of `fields` that were read              */
    unsigned repeat;         /* times, while a repeat is open; else 0        */
    uint16_t repeat_first;   /* its first step                               */
    bool ended_tls;          /* the steps have come to "tls end"             */
    size_t group_octets;     /* of the C: lines since the last S:            */
};

/* Say what is wrong, with a name in quotes where `name.at` is not NULL.
 * Return false. */
bool smtpspec_case_fail_at(struct reading *r, unsigned line, const char *what,
                           struct smtpspec_span name);
/* In the line under way. */
static inline bool fail(struct reading *r, const char *what)
{
    return smtpspec_case_fail_at(r, r->reader->line, what,
                                 (struct smtpspec_span){ 0 });
}

static inline bool fail_name(struct reading *r, const char *what,
                             struct smtpspec_span name)
{
    return smtpspec_case_fail_at(r, r->reader->line, what, name);
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool word_is(struct smtpspec_span word, const char *text)
{
    return smtpspec_span_equal(word, smtpspec_span_of(text));
}

/* Read "SIZE AUTH=PLAIN" into two sets; no mechanism may be named where
 * `mechanisms` is NULL. */
bool smtpspec_case_read_keywords(struct reading *r, struct smtpspec_span value,
                                 uint64_t *set, uint8_t *mechanisms);
/* Whether a line that begins so belongs to the head. */
bool smtpspec_case_is_field(struct smtpspec_span word);
/* Read it; the word is one. */
bool smtpspec_case_read_field(struct reading *r, struct smtpspec_span word,
                              struct smtpspec_span value);
/* The first step comes: is all there that a case must have? */
bool smtpspec_case_end_head(struct reading *r);

#endif
