/* SPDX-License-Identifier: MIT */
/*
 * exhaustive.h - run the suite of an alphabet against a server
 *
 * Floor 5, learn; on libuv. First how often each command is borne
 * (repetition.h), whose caps hold for all that follows; then the suite of the
 * model with so many extra states (hsi.h); then each place where the server
 * departed from the rows, by its shortest word, on a connection of its own, to
 * see whether it shows again.
 */
#ifndef SMTPSPEC_EXHAUSTIVE_H
#define SMTPSPEC_EXHAUSTIVE_H

#include "learn/ask.h"
#include "learn/product.h"
#include "learn/repetition.h"

struct smtpspec_exhaustive_settings {
    const struct smtpspec_target *target;
    const struct smtpspec_server_options *server;  /* EMBEDDED; else NULL    */
    struct smtpspec_alphabet alphabet;
    enum smtpspec_profile profile;
    unsigned extra;            /* states more than the model has             */
    unsigned jobs;
    unsigned rate;             /* connections a minute; 0: any number        */
    uint64_t seed;             /* of the order of the words                  */
    uint64_t timeout_ms;       /* 0: what fits the target                    */
    bool intrusive;            /* a target elsewhere will do                 */
    bool capped;               /* by these; else by what is found            */
    struct smtpspec_caps caps;
    /* Either may be NULL. The suite is made. */
    void (*begins)(void *context, size_t words, size_t symbols);
    void (*progress)(void *context, size_t done, size_t all);
    void *context;
};

/* A deviation asked once more. */
struct smtpspec_exhaustive_check {
    bool again;                /* it shows again                             */
    bool asked;                /* or there was nobody to be asked            */
    struct smtpspec_record record;
    uint64_t reply_at;         /* of the server's octets: what is at fault   */
};

struct smtpspec_exhaustive {
    const struct smtpspec_exhaustive_settings *settings;
    struct smtpspec_ask_terms terms;
    struct smtpspec_ask *ask;
    struct smtpspec_spec spec;
    struct smtpspec_caps caps;
    struct smtpspec_repetition repetitions[SMTPSPEC_SYMBOLS_KEPT];
    struct smtpspec_product product;           /* sorted                     */
    struct smtpspec_exhaustive_check *checks;  /* one for each of these      */
    unsigned states;           /* of the model                               */
    size_t words, symbols;     /* of the suite                               */
    size_t answered, cut;      /* words: that were, and that caps cut        */
};

/* The settings must live as long. */
struct smtpspec_exhaustive *
smtpspec_exhaustive_run(const struct smtpspec_exhaustive_settings *settings);

/* The same in steps, for who has words of another kind: how often commands are
 * borne; words, whose outputs the caller takes down in the product; its order,
 * and whether all of it shows again. */
struct smtpspec_exhaustive *
smtpspec_exhaustive_begin(const struct smtpspec_exhaustive_settings *settings);
void smtpspec_exhaustive_conclude(struct smtpspec_exhaustive *exhaustive);
void smtpspec_exhaustive_free(struct smtpspec_exhaustive *exhaustive);

#endif
