/* SPDX-License-Identifier: MIT */
/*
 * ask.h - put words to a server, each on a connection of its own
 *
 * Floor 5, learn; on libuv. A word is a fresh connection, its banner, and one
 * symbol after the other, each after the whole reply to the one before.
 *
 * - A silence up to the deadline does not count: the word is asked again with
 *   ten times the deadline, and what comes then does. Once that was so three
 *   times for a symbol its silence is believed at once, and sooner; after four
 *   times any, as long as no repeat brought a reply (silence.h); but never that
 *   of a question that is to be `sure`. Nothing is sent behind a silence: what
 *   follows is silent, too.
 * - After 221 and 421 the close is awaited; behind a close all is "x", and
 *   nothing is sent.
 * - A connection that is closed without 221 or 421 is no answer yet: somebody
 *   else has to be greeted first. Where no banner comes, the server may have
 *   died: nobody is asked until one comes again, then the words in question
 *   one by one, so that it is sure which of them it was (`deaths`). Words that
 *   begin with a deadly one are not asked; those that hold its symbols come
 *   last.
 * - Where no banner comes at all, or it died too often, `trouble` says so, and
 *   words stay without answers.
 * - Memory is that of the questions and of `jobs` connections.
 */
#ifndef SMTPSPEC_ASK_H
#define SMTPSPEC_ASK_H

#include "learn/caution.h"
#include "learn/output.h"
#include "net/transport.h"
#include "run/record.h"
#include "server/server.h"

/* Deaths after which a server is left alone. */
#define SMTPSPEC_ASK_DEATHS_MOST 3
#define SMTPSPEC_ASK_REPLY_LIMIT (1u << 18)
#define SMTPSPEC_ASK_TIMES 10

struct smtpspec_ask_terms {
    const struct smtpspec_target *target;
    const struct smtpspec_server_options *server;  /* EMBEDDED; else NULL    */
    const struct smtpspec_alphabet *alphabet;
    const struct smtpspec_caps *caps;              /* or NULL                */
    unsigned jobs;                                 /* connections at once    */
    unsigned rate;                                 /* a minute; 0: any number*/
    uint64_t connect_ms, banner_ms; /* 0 in any of these: what fits the target*/
    uint64_t silence_ms;       /* that counts, once it was repeated          */
    uint64_t gone_ms;          /* without a banner: it is gone               */
    bool intrusive;            /* a target that is not on this machine will
                                  do, too                                    */
};

/* A word, and what came. Words and outputs are the caller's. */
struct smtpspec_question {
    const uint8_t *word;
    size_t length;
    uint32_t *outputs;         /* room for `length`                          */
    size_t answered;           /* outputs that are there: less than `length`
                                  where a cap cut it, 0 where it was not asked*/
    bool brief;                /* nothing is sent behind 221 or 421, even where
                                  no close comes                             */
    bool sure;                 /* a silence counts only once it was repeated */
    uint32_t *times;           /* of each reply in microseconds; or NULL     */
    /* Whether the first `length` outputs will do: no more is sent then, and the
     * rest are NONE. Or NULL. */
    bool (*enough)(const void *context, size_t length);
    const void *context;
    struct smtpspec_record *record; /* of the dialogue; or NULL              */
    uint64_t reply_at;         /* of the server's octets there: the reply to
                                  the last symbol                            */
    uint64_t second_at;        /* and to its content, if that was sent       */
};

struct smtpspec_ask_facts {
    uint64_t connections, symbols;
    uint64_t silences;         /* words that were repeated for one           */
    uint64_t unbannered;       /* connections without a banner               */
    uint64_t spared;           /* words that were not asked: they begin with a
                                  deadly one                                 */
    uint64_t offered;          /* set of enum smtpspec_extension, by EHLO    */
    struct smtpspec_ask_death deaths[SMTPSPEC_ASK_DEATHS_MOST];
    unsigned death_count;
    char greeting[256];        /* the first, escaped                         */
    char trouble[256];         /* why words are left without an answer, or ""*/
    int signal;                /* that ended it (SIGINT, SIGTERM), or 0      */
};

struct smtpspec_ask;

/* The terms, and what they point to, must live as long. Looks the target's
 * address up; where there is none, all that is asked stays unanswered, and
 * `trouble` says why. */
struct smtpspec_ask *smtpspec_ask_new(const struct smtpspec_ask_terms *terms);
void smtpspec_ask_free(struct smtpspec_ask *ask);

/*
 * Ask all questions, in their order as far as connections go side by side, and
 * return when each is answered, or none can be any more. `answered`, where not
 * NULL, is called for each as it is. True where all were answered.
 */
bool smtpspec_ask_all(struct smtpspec_ask *ask,
                      struct smtpspec_question *questions, size_t count,
                      void (*answered)(void *context,
                                       struct smtpspec_question *question),
                      void *context);

const struct smtpspec_ask_facts *
smtpspec_ask_facts(const struct smtpspec_ask *ask);

#endif
