/* SPDX-License-Identifier: MIT */
/*
 * cli.h - what the files of the command share
 *
 * Floor 7, cli. One cmd_<verb>.c for each subcommand; main.c picks one by its
 * name and hands it the rest of the command line, argv[0] being that name.
 * Each returns the exit status of the process.
 */
#ifndef SMTPSPEC_CLI_H
#define SMTPSPEC_CLI_H

#include <stdint.h>

/*
 * Exit statuses. USAGE: before anything ran (unknown option, malformed or
 * unreadable input). FOUND: a finding at or above --fail-on. UNTESTED: no
 * SMTP was met. NO_CASE: no case has the id that was asked for.
 */
enum {
    SMTPSPEC_EXIT_OK = 0,
    SMTPSPEC_EXIT_FOUND = 1,
    SMTPSPEC_EXIT_USAGE = 2,
    SMTPSPEC_EXIT_UNTESTED = 3,
    SMTPSPEC_EXIT_NO_CASE = 4,
    /* Added to the signal that ended a run, as a shell tells it. */
    SMTPSPEC_EXIT_SIGNAL = 128
};

#define VERB(id, name, usage, operand, text)                                \
    int smtpspec_cmd_##name(int argc, char **argv);
#include "cli/options.def"

/*
 * Print "smtpspec COMMAND: message" on stderr as one line, octets that a
 * terminal should not see escaped and an endless message cut. `command` may
 * be NULL ("smtpspec: message"). Returns SMTPSPEC_EXIT_USAGE, so that a
 * caller can return it as it is.
 */
int smtpspec_cli_usage(const char *command, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/*
 * Flush stdout and see whether all that was printed went out. Returns `status`
 * where it did, else says so on stderr and returns SMTPSPEC_EXIT_USAGE: half
 * a report must not look like a whole one.
 */
int smtpspec_cli_finish(const char *command, int status);

/* Milliseconds of a clock that never goes back. */
uint64_t smtpspec_cli_now(void);

#endif
