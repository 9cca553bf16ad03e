/* SPDX-License-Identifier: MIT */
/*
 * phrases.h - what the text of a refusal tells of its reason
 *
 * Floor 2, rules. Constant rows, phrases.def, and a look-up in them.
 */
#ifndef SMTPSPEC_PHRASES_H
#define SMTPSPEC_PHRASES_H

#include <smtpspec/base.h>

struct smtpspec_phrase {
    const char *words;      /* lower case, "mailbox*full|over quota"         */
    unsigned digit;         /* first one of the code; 0: any                 */
    const char *name;       /* the reason, in a few words                    */
    const char *cause, *remedy;
    const char *better;     /* "550 5.7.1": the reply that says the same     */
    const char *source;     /* who sends it                                  */
};

/* All rows, in the order of the file. */
const struct smtpspec_phrase *smtpspec_phrases(size_t *count);

/* The row that fits the text of a reply whose code begins with `digit` (0:
 * it has none), or NULL. Only the first 4 KiB are looked at. Cannot fail. */
const struct smtpspec_phrase *smtpspec_phrase_of(struct smtpspec_span text,
                                                 unsigned digit);

#endif
