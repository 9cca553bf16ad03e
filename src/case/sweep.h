/* SPDX-License-Identifier: MIT */
/*
 * sweep.h - the tables of sweep.def, for whoever checks them
 *
 * Floor 3, case. The cases themselves come from smtpspec_case_sweep().
 */
#ifndef SMTPSPEC_SWEEP_H
#define SMTPSPEC_SWEEP_H

#include "case/case.h"

/* Ways of sending, besides those of enum smtpspec_stimulus. */
enum smtpspec_sweep_way {
    SMTPSPEC_SWEEP_PIPELINED = SMTPSPEC_STIMULUS_COUNT,
    SMTPSPEC_SWEEP_WAYS
};

/* "pipelined", or as smtpspec_stimulus_name(). */
const char *smtpspec_sweep_stimulus_name(unsigned stimulus);

/* A row SENT. */
struct smtpspec_sweep_line {
    uint8_t command;            /* enum smtpspec_command                     */
    uint8_t stimulus;           /* enum smtpspec_stimulus, or PIPELINED      */
    uint8_t unless;             /* enum smtpspec_extension                   */
    struct smtpspec_span text;  /* as of a C: line                           */
};
const struct smtpspec_sweep_line *smtpspec_sweep_lines(size_t *count);

/* A row LEFT_OUT. */
struct smtpspec_sweep_gap {
    uint8_t stimulus;
    uint64_t commands;          /* set of enum smtpspec_command              */
    const char *reason;
};
const struct smtpspec_sweep_gap *smtpspec_sweep_gaps(size_t *count);

#endif
