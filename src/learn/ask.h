/* SPDX-License-Identifier: MIT */
/*
 * ask.h - put words to a server, each on a connection of its own
 *
 * Floor 5, learn; on libuv. A word is a fresh connection, its banner, and one
 * symbol after the other, each after the whole reply to the one before.
 *
 * - A silence up to the deadline does not count: the word is asked again with
 *   ten times the deadline, and what comes then does. Once that was so three
 *   times for a symbol, its silence is believed at once. Nothing is sent
 *   behind a silence: what follows is silent, too.
 * - After 221 and 421 the close is awaited; behind a close all is "x", and
 *   nothing is sent.
 * - No banner: nobody is asked until one comes again, and what was asked last
 *   is told (`deaths`). Such a word is asked again, and counted. Where no
 *   banner comes at all, `trouble` says so, and words stay without answers.
 * - Memory is that of the questions and of `jobs` connections.
 */
#ifndef SMTPSPEC_ASK_H
#define SMTPSPEC_ASK_H

#include "learn/alphabet.h"
#include "learn/output.h"
#include "learn/word_list.h"
#include "net/transport.h"
#include "run/record.h"
#include "server/server.h"

/* Deaths after which a server is left alone. */
#define SMTPSPEC_ASK_DEATHS_MOST 3
#define SMTPSPEC_ASK_REPLY_LIMIT (1u << 18)
#define SMTPSPEC_ASK_TIMES 10

/* How often each symbol may come in a word; 0: as often as it likes. Words
 * are cut in front of what is too much. */
struct smtpspec_caps {
    uint16_t most[SMTPSPEC_SYMBOLS_KEPT];
};

struct smtpspec_ask_terms {
    const struct smtpspec_target *target;
    struct smtpspec_addresses *addresses;          /* TCP; else NULL         */
    const struct smtpspec_server_options *server;  /* EMBEDDED; else NULL    */
    const struct smtpspec_alphabet *alphabet;
    const struct smtpspec_caps *caps;              /* or NULL                */
    unsigned jobs;                                 /* connections at once    */
    uint64_t connect_ms, banner_ms;
    uint64_t silence_ms;       /* that counts, once it was repeated          */
    uint64_t gone_ms;          /* without a banner: it is gone               */
};

/* A word, and what came. Words and outputs are the caller's. */
struct smtpspec_question {
    const uint8_t *word;
    size_t length;
    uint32_t *outputs;         /* room for `length`                          */
    size_t answered;           /* outputs that are there: less than `length`
                                  where a cap cut it, 0 where it was not asked*/
    uint32_t *times;           /* of each reply in microseconds; or NULL     */
    struct smtpspec_record *record; /* of the dialogue; or NULL              */
};

/* A connection was closed without 221 or 421, and then nobody greeted. */
struct smtpspec_ask_death {
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;             /* its last symbol is what nobody answered; 0:
                                  no connection was closed before            */
    unsigned suspects;         /* words that ended so since the last banner  */
    uint64_t gone_ms;          /* until the next banner; 0: none came        */
};

struct smtpspec_ask_facts {
    uint64_t connections, symbols;
    uint64_t silences;         /* that were repeated                         */
    uint64_t unbannered;       /* connections without a banner               */
    struct smtpspec_ask_death deaths[SMTPSPEC_ASK_DEATHS_MOST];
    unsigned death_count;
    char greeting[256];        /* the first, escaped                         */
    char trouble[256];         /* why words are left without an answer, or ""*/
    int signal;                /* that ended it (SIGINT, SIGTERM), or 0      */
};

struct smtpspec_ask;

/* The terms, and what they point to, must live as long. */
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
