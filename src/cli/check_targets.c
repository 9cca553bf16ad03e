/* SPDX-License-Identifier: MIT */
/*
 * check_targets.c - put the mail hosts of a domain in the place of mx:DOMAIN
 */
#include "cli/check_targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/unknown.h"
#include "net/memory.h"

bool smtpspec_check_target_read(struct smtpspec_check_target *target,
                                const char *text,
                                enum smtpspec_profile profile, char *why,
                                size_t cap)
{
    struct smtpspec_span unknown;

    memset(target, 0, sizeof(*target));
    if (!smtpspec_target_parse(text, &target->target, why, cap))
        return false;
    target->server.profile = profile;
    if (target->target.kind != SMTPSPEC_TARGET_EMBEDDED ||
        smtpspec_server_options_add(&target->server, target->target.rest,
                                    &unknown))
        return true;
    smtpspec_unknown_misdeed(unknown, why, cap);
    return false;
}

static void append(struct smtpspec_check_options *options,
                   const struct smtpspec_check_target *target)
{
    options->targets = smtpspec_memory_grow(
        options->targets,
        (options->target_count + 1) * sizeof(*options->targets));
    options->targets[options->target_count++] = *target;
}

static void append_hosts(struct smtpspec_check_options *options,
                         struct smtpspec_check_target target,
                         struct smtpspec_targets *hosts)
{
    if (smtpspec_targets_expand(&target.target, hosts, target.trouble,
                                sizeof(target.trouble)) != SMTPSPEC_OK) {
        append(options, &target);
        return;
    }
    if (hosts->dropped > 0)
        smtpspec_cli_usage("check", "%s: %zu more hosts are left out",
                           target.target.name, hosts->dropped);
    for (size_t i = 0; i < hosts->count; i++) {
        target.target = hosts->list[i];
        append(options, &target);
    }
}

void smtpspec_check_targets_expand(struct smtpspec_check_options *options)
{
    struct smtpspec_check_target *given = options->targets;
    size_t count = options->target_count;

    options->hosts = smtpspec_memory_new(count * sizeof(*options->hosts));
    options->hosts_count = count;
    options->targets = NULL;
    options->target_count = 0;
    for (size_t i = 0; i < count; i++)
        if (given[i].target.kind == SMTPSPEC_TARGET_MX)
            append_hosts(options, given[i], &options->hosts[i]);
        else
            append(options, &given[i]);
    free(given);
}
