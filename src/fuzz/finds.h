/* SPDX-License-Identifier: MIT */
/*
 * finds.h - what was found, each kind of it once
 *
 * Floor 5, fuzz; no I/O but writing a find to its file. What makes two finds
 * one is their signature: rule, state, command, code. Of one rule at most
 * SMTPSPEC_FINDS_OF_RULE are looked into (of one about grammar three: a server
 * that ends every line by LF has one fault, not two hundred); further ones are
 * counted.
 */
#ifndef SMTPSPEC_FINDS_H
#define SMTPSPEC_FINDS_H

#include <smtpspec/judge.h>

#include "fuzz/growing.h"

#define SMTPSPEC_FINDS_KEPT 1024
#define SMTPSPEC_FINDS_OF_RULE 8
#define SMTPSPEC_FINDS_OF_GRAMMAR 3
/* Octets of a signature. */
#define SMTPSPEC_SIGNATURE_KEPT 128

enum smtpspec_find_stage {
    SMTPSPEC_FIND_WAITING,    /* to be looked into                           */
    SMTPSPEC_FIND_CONFIRMED,  /* shown again on a fresh connection           */
    SMTPSPEC_FIND_ONCE,       /* it was not                                  */
    SMTPSPEC_FIND_EXPLAINED,  /* it came of another one                      */
    SMTPSPEC_FIND_COUNTED     /* too many of its rule                        */
};

struct smtpspec_find {
    char signature[SMTPSPEC_SIGNATURE_KEPT]; /* "session.no-reply/READY/..." */
    size_t rule;              /* octets of it that are the rule              */
    struct smtpspec_verdict verdict;
    uint8_t stage;            /* enum smtpspec_find_stage                    */
    bool doubtful;            /* it was not sure which command was answered  */
    uint64_t seen;            /* how often                                   */
    struct smtpspec_growing script; /* that shows it, once confirmed         */
};

struct smtpspec_finds {
    struct smtpspec_find **all;
    size_t count, room;
    bool warns;               /* WARN counts, too                            */
    const char *const *ignored;     /* patterns of rules or signatures       */
    size_t ignored_count;
};

/* "RULE/STATE/COMMAND/CODE". Returns the length of RULE. */
size_t smtpspec_signature_write(const struct smtpspec_verdict *verdict,
                                char out[SMTPSPEC_SIGNATURE_KEPT]);

void smtpspec_finds_free(struct smtpspec_finds *finds);

/* The find of that signature; NULL where there is none. */
struct smtpspec_find *
smtpspec_finds_get(const struct smtpspec_finds *finds,
                   const struct smtpspec_verdict *verdict);

/*
 * A verdict has come. Returns a find that nobody has looked into yet; NULL
 * where there is nothing to do: it is known, or ignored, or does not count.
 */
struct smtpspec_find *
smtpspec_finds_meet(struct smtpspec_finds *finds,
                    const struct smtpspec_verdict *verdict);

/* How many are at that stage. */
size_t smtpspec_finds_count(const struct smtpspec_finds *finds,
                            enum smtpspec_find_stage stage);

/*
 * Write a find to FOLDER/<signature>.script, so that it can be replayed:
 * `notes` are lines that begin with '#'. The folder is made where it is
 * missing. `*path` is the file, to be freed by free(), even where it could not
 * be written: then errno says why, and false is returned.
 */
bool smtpspec_finds_write(const struct smtpspec_find *find, const char *folder,
                          struct smtpspec_span notes, char **path);

/* The signature in the notes of such a file, or empty. */
struct smtpspec_span
smtpspec_finds_signature_of(struct smtpspec_span file);

#endif
