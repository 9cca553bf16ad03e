/* SPDX-License-Identifier: MIT */
/*
 * cache.h - all that a server was ever seen to answer, as a tree of prefixes
 *
 * Floor 5, learn. A node is a symbol sent behind those of its parents, and
 * what came. Behind an output that ends (output.h) nothing is kept: closed
 * stays closed, silent stays silent, so whatever follows is known, and is never
 * asked. All zero is an empty one.
 */
#ifndef SMTPSPEC_CACHE_H
#define SMTPSPEC_CACHE_H

#include <stdio.h>

#include "learn/alphabet.h"
#include "learn/output.h"
#include "learn/word_list.h"

/* Of 16 octets; children are in the order of symbols, so that what is known
 * has one text, whatever came first. */
struct smtpspec_cache_node {
    uint32_t output;
    uint32_t child, sibling;   /* 0: none                                    */
    uint8_t symbol;
};

struct smtpspec_cache {
    struct smtpspec_cache_node *nodes; /* the root first, without an output  */
    size_t count, room;
};

void smtpspec_cache_free(struct smtpspec_cache *cache);

/* How many symbols of a word, from the first on, have outputs that are known;
 * these, where `outputs` is not NULL. */
size_t smtpspec_cache_look(const struct smtpspec_cache *cache,
                           const uint8_t *word, size_t length,
                           uint32_t *outputs);

/*
 * Take down what came. Returns `length`; or, and then nothing was changed, the
 * number of the first symbol that was answered otherwise before.
 */
size_t smtpspec_cache_note(struct smtpspec_cache *cache, const uint8_t *word,
                           const uint32_t *outputs, size_t length);

/* The same, but what was known otherwise goes, with all that was behind it. */
void smtpspec_cache_correct(struct smtpspec_cache *cache, const uint8_t *word,
                            const uint32_t *outputs, size_t length);

/* Call `visit` for all nodes, parents first: the node's word, its outputs and
 * how many symbols they are. It ends where `visit` returns false. */
void smtpspec_cache_walk(const struct smtpspec_cache *cache,
                         bool (*visit)(void *context, const uint8_t *word,
                                       const uint32_t *outputs, size_t length,
                                       bool leaf),
                         void *context);

/* --- On disk (cache_file.c) ----------------------------------------------- */

/*
 * A text: a line that says what it is, one that names the symbols, then a word
 * a line, "EHLO/250 MAIL/250 RCPT/250". Words with which others begin are not
 * there. Can be read while it is written: a last line that is cut off is left
 * out.
 */
bool smtpspec_cache_write(const struct smtpspec_cache *cache,
                          const struct smtpspec_alphabet *alphabet,
                          FILE *file);
/* The head of such a text, and a line of it. */
bool smtpspec_cache_write_head(const struct smtpspec_alphabet *alphabet,
                               FILE *file);
bool smtpspec_cache_write_word(const struct smtpspec_alphabet *alphabet,
                               const uint8_t *word, const uint32_t *outputs,
                               size_t length, FILE *file);

/*
 * Read a text into `cache`. Of two words that contradict each other the later
 * one counts. False where it is none, or of another alphabet: `why`, of `cap`
 * octets, says so in one line that may hold octets of the text.
 */
bool smtpspec_cache_read(struct smtpspec_cache *cache,
                         const struct smtpspec_alphabet *alphabet,
                         struct smtpspec_span text, char *why, size_t cap);

#endif
