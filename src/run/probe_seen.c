/* SPDX-License-Identifier: MIT */
/*
 * probe_seen.c - what a probe has seen, and whether it is of use any more
 */
#include "run/probing.h"

const struct smtpspec_play_result *
smtpspec_probe_result(const struct smtpspec_probe *probe)
{
    return smtpspec_play_result(&probe->play);
}

const struct smtpspec_record *
smtpspec_probe_record(const struct smtpspec_probe *probe)
{
    return &probe->record;
}

const struct smtpspec_tally *
smtpspec_probe_tally(const struct smtpspec_probe *probe)
{
    return &probe->tally;
}

const struct smtpspec_judge *
smtpspec_probe_judge(const struct smtpspec_probe *probe)
{
    return &probe->judge;
}

const struct smtpspec_shape_heard *
smtpspec_probe_heard(const struct smtpspec_probe *probe)
{
    return &probe->heard;
}

uint64_t smtpspec_probe_ms(const struct smtpspec_probe *probe)
{
    return probe->ended_at - probe->began_at;
}

uint64_t smtpspec_probe_slowest(const struct smtpspec_probe *probe)
{
    return probe->slowest;
}

uint64_t smtpspec_probe_commands(const struct smtpspec_probe *probe)
{
    return probe->commands;
}

bool smtpspec_probe_is_spent(const struct smtpspec_probe *probe)
{
    return probe->gone || probe->endless || probe->hung_up;
}

const struct smtpspec_tls_facts *
smtpspec_probe_tls(const struct smtpspec_probe *probe)
{
    return smtpspec_transport_tls(probe->transport);
}

bool smtpspec_probe_is_gone(const struct smtpspec_probe *probe)
{
    return probe->gone;
}

bool smtpspec_probe_took_message(const struct smtpspec_probe *probe)
{
    return probe->took_message;
}

const char *smtpspec_probe_why(const struct smtpspec_probe *probe)
{
    return smtpspec_transport_why(probe->transport);
}

bool smtpspec_probe_is_local(const struct smtpspec_probe *probe)
{
    return smtpspec_transport_is_local(probe->transport);
}
