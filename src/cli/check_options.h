/* SPDX-License-Identifier: MIT */
/*
 * check_options.h - the options of `smtpspec check`
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_CHECK_OPTIONS_H
#define SMTPSPEC_CHECK_OPTIONS_H

#include <smtpspec/judge.h>

#include "case/case.h"
#include "cli/reports.h"
#include "cli/site.h"
#include "net/expand.h"
#include "net/target.h"
#include "server/server.h"

/* One TARGET and the misdeeds of `embedded:`. */
struct smtpspec_check_target {
    struct smtpspec_target target;
    struct smtpspec_server_options server;
    char trouble[640];       /* why it cannot be run, or ""                  */
};

struct smtpspec_check_options {
    enum smtpspec_verb verb;         /* CHECK, or LEARN, which shares these  */
    enum smtpspec_profile profile;
    struct smtpspec_check_words only, except, cases;
    struct smtpspec_config config;
    const char *config_file;         /* --config; NULL: the user's files     */
    struct smtpspec_site_option *site_options;
    size_t site_option_count;
    struct smtpspec_site site;       /* what the command line says           */
    unsigned jobs;
    unsigned network_rate;           /* 0: not given                         */
    const char *list, *resume;       /* --targets; or NULL                   */
    unsigned shard, shards;          /* from 1; 0: not given                 */
    uint64_t time_ms;                /* of a target; 0: not given            */
    bool intrusive;
    int exhaustive;                  /* extra states; -1: the cases are run  */
    const char *alphabet;            /* NAME|FILE; or NULL                   */
    const char *save_caps;           /* FILE; or NULL                        */
    char *alphabet_file;             /* what was read, if it was             */
    struct smtpspec_span alphabet_text;
    bool done;                       /* --help was all that was wanted       */
    const char *baseline, *record;
    bool update_baseline;
    uint64_t seed;
    struct smtpspec_reports_style style;
    struct smtpspec_reports reports; /* --report, not opened yet             */
    struct smtpspec_check_target *targets;
    size_t target_count;
    struct smtpspec_targets *hosts;  /* that targets point into              */
    size_t hosts_count;
};

/*
 * Read the command line. Returns 0, or the exit status after saying on stderr
 * what is wrong. To be freed in either case.
 */
int smtpspec_check_options_read(struct smtpspec_check_options *options,
                                int argc, char **argv);
void smtpspec_check_options_free(struct smtpspec_check_options *options);

/*
 * The same step by step, for a command that has more options: begin; set each
 * option, `id` being that of check (SMTPSPEC_OPTION_CHECK_...); add targets;
 * see that all goes together. Each returns 0, or the exit status after saying
 * on stderr what is wrong.
 */
void smtpspec_check_options_begin(struct smtpspec_check_options *options,
                                  enum smtpspec_verb verb, int argc);
int smtpspec_check_options_set(struct smtpspec_check_options *options, int id,
                               const struct smtpspec_options *given);
int smtpspec_check_options_aim(struct smtpspec_check_options *options,
                               const char *target);
int smtpspec_check_options_end(struct smtpspec_check_options *options);

/*
 * What is known of a target (NULL: of all), from the configuration and the
 * command line, which wins. Returns 0, or the exit status after saying on
 * stderr what is wrong with it.
 */
int smtpspec_check_site(const struct smtpspec_check_options *options,
                        const struct smtpspec_target *target,
                        struct smtpspec_site *site);

/*
 * Write the command line that runs one case again, quoted for a shell. `id`
 * NULL: the whole check. Length as snprintf.
 */
size_t smtpspec_check_again(const struct smtpspec_check_options *options,
                            const char *target, const char *id, char *out,
                            size_t cap);

#endif
