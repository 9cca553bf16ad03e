/* SPDX-License-Identifier: MIT */
/*
 * learn_output.h - the files of `smtpspec learn TARGET`
 *
 * Floor 7, cli. Each function returns 0, or the exit status after saying on
 * stderr what is wrong.
 */
#ifndef SMTPSPEC_LEARN_OUTPUT_H
#define SMTPSPEC_LEARN_OUTPUT_H

#include "cli/learn_options.h"
#include "learn/learning.h"

/* What --resume names: what stands in it, and the file to go on with. */
struct smtpspec_learn_cache {
    char *text;                  /* NULL: nothing yet                        */
    struct smtpspec_span known;
    FILE *file;                  /* NULL: there is no such option            */
};

/* A last line that was cut off goes; a file that is no such text is left as it
 * is. `path` NULL: nothing is known. To be closed. */
int smtpspec_learn_cache_open(struct smtpspec_learn_cache *cache,
                              const char *path,
                              const struct smtpspec_alphabet *alphabet);
int smtpspec_learn_cache_close(struct smtpspec_learn_cache *cache,
                               const char *path);

/* See that the files can be written, before it would be too late. */
int smtpspec_learn_output_try(const struct smtpspec_learn_options *options);
/* Write the machine, its picture, and the words of the deviations. */
int smtpspec_learn_output_write(const struct smtpspec_learn_options *options,
                                const struct smtpspec_learning *learning);

#endif
