/* SPDX-License-Identifier: MIT */
/*
 * fuzz_options.h - the options of `smtpspec fuzz`
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_FUZZ_OPTIONS_H
#define SMTPSPEC_FUZZ_OPTIONS_H

#include "cli/reports.h"
#include "fuzz/fuzz.h"

/* Times that --ignore may be given, and scripts that --seeds may bring. */
#define SMTPSPEC_FUZZ_IGNORED_KEPT 256
#define SMTPSPEC_FUZZ_SEEDS_KEPT 2048

struct smtpspec_fuzz_options {
    struct smtpspec_fuzz_settings fuzz; /* points into the rest              */
    struct smtpspec_target target;
    struct smtpspec_server_options server;
    const char *ignored[SMTPSPEC_FUZZ_IGNORED_KEPT];
    struct smtpspec_span *seeds;
    const char *seed_folder, *findings, *record, *replay, *report,
        *timeout, *cap;
    enum smtpspec_colour colour;
    bool quiet;
    bool done;                   /* --help was all that was wanted           */
};

/*
 * Read the command line. Returns 0, or the exit status after saying on stderr
 * what is wrong. To be freed in either case.
 */
int smtpspec_fuzz_options_read(struct smtpspec_fuzz_options *options,
                               int argc, char **argv);
void smtpspec_fuzz_options_free(struct smtpspec_fuzz_options *options);

/* The whole of a file, to be freed by free(); NULL where it cannot be read or
 * has more than `most` octets: errno says why. */
char *smtpspec_fuzz_read_file(const char *path, size_t most, size_t *length);

/* Write the command line that replays `path`, quoted for a shell; length as
 * snprintf. */
size_t smtpspec_fuzz_again(const struct smtpspec_fuzz_options *options,
                           const char *path, char *out, size_t cap);

#endif
