/* SPDX-License-Identifier: MIT */
/*
 * product.h - where a server departs from the rows, each place of it once
 *
 * Floor 5, learn; pure but for memory. The specification walks along with
 * what was observed, or with a machine. A deviation is a state of the
 * specification, a symbol and an output; of each there is one, with the
 * shortest word that shows it (of these the first in the order of symbols), so
 * that neither the order nor the number of words matters. Behind the close
 * nothing is looked at.
 */
#ifndef SMTPSPEC_PRODUCT_H
#define SMTPSPEC_PRODUCT_H

#include "learn/mealy.h"
#include "learn/spec_machine.h"

struct smtpspec_deviation {
    struct smtpspec_spec_state state;  /* before                             */
    uint8_t symbol;
    uint32_t output;
    struct smtpspec_verdict verdict;
    uint64_t symbols;                  /* set of those that it is true of    */
    uint8_t *word;                     /* `symbol` is its last               */
    uint32_t *outputs;                 /* of the whole word                  */
    size_t length;
};

struct smtpspec_product {
    const struct smtpspec_spec *spec;
    struct smtpspec_deviation *all;    /* in the order in which they came    */
    size_t count, room;
};

/* The specification must live as long. */
void smtpspec_product_init(struct smtpspec_product *product,
                           const struct smtpspec_spec *spec);
void smtpspec_product_free(struct smtpspec_product *product);

/* A word was observed, as far as there are outputs. */
void smtpspec_product_observe(struct smtpspec_product *product,
                              const uint8_t *word, const uint32_t *outputs,
                              size_t length);

/* All that a machine over the same symbols can do. */
void smtpspec_product_machine(struct smtpspec_product *product,
                              const struct smtpspec_mealy *mealy);

/* The worst first; of these the shortest word. */
void smtpspec_product_sort(struct smtpspec_product *product);

/* Where a server is closed or silent behind a word whatever is sent, it is not
 * what is sent: make one of these, with all the symbols. After sorting. */
void smtpspec_product_merge(struct smtpspec_product *product);

#endif
