/* SPDX-License-Identifier: MIT */
/*
 * machine_file.h - a learnt machine as a file that says all that it takes to
 * judge it
 *
 * Floor 5, learn. JSON, the form of mealy_json.c with more members in front:
 *
 *     { "target": "mx.example:25", "whole": true, "service": "smtp",
 *       "offered": ["CHUNKING", "SIZE"],
 *       "alphabet": ["EHLO EHLO probe.example", ...],
 *       "symbols": [...], "states": [...] }
 *
 * All of them may be missing in a file that is read: a machine is judged by an
 * alphabet of the same names then.
 */
#ifndef SMTPSPEC_MACHINE_FILE_H
#define SMTPSPEC_MACHINE_FILE_H

#include <smtpspec/rules.h>

#include "learn/mealy.h"

#define SMTPSPEC_MACHINE_TARGET_KEPT 512

struct smtpspec_machine {
    struct smtpspec_mealy mealy;
    struct smtpspec_alphabet alphabet; /* count 0: the file has none         */
    enum smtpspec_service service;
    uint64_t offered;          /* set of enum smtpspec_extension, by EHLO    */
    bool whole;                /* the learner came to its end                */
    char target[SMTPSPEC_MACHINE_TARGET_KEPT]; /* escaped, or ""             */
};

/* False where it could not be written. */
bool smtpspec_machine_write(const struct smtpspec_machine *machine,
                            FILE *file);

/* To be freed. False where it is none, and then `why` says so in one line that
 * may hold octets of the file, so it is to be escaped. */
bool smtpspec_machine_read(struct smtpspec_machine *machine, FILE *file,
                           char *why, size_t cap);
void smtpspec_machine_free(struct smtpspec_machine *machine);

/* The alphabet of that many symbols and those names, in that order? */
bool smtpspec_machine_fits(const struct smtpspec_mealy *mealy,
                           const struct smtpspec_alphabet *alphabet);

#endif
