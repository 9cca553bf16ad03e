/* SPDX-License-Identifier: MIT */
/*
 * cli.c - how the command talks of its own troubles: one line on stderr
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <smtpspec/base.h>

/* Longest message before escaping; a longer one is cut. */
#define MESSAGE_KEPT 512

int smtpspec_cli_usage(const char *command, const char *format, ...)
{
    char message[MESSAGE_KEPT];
    char escaped[4 * MESSAGE_KEPT];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    smtpspec_span_escape(smtpspec_span_of(message), escaped, sizeof(escaped));
    if (command != NULL)
        fprintf(stderr, "smtpspec %s: %s\n", command, escaped);
    else
        fprintf(stderr, "smtpspec: %s\n", escaped);
    return SMTPSPEC_EXIT_USAGE;
}

int smtpspec_cli_finish(const char *command, int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    return smtpspec_cli_usage(command, "cannot write to standard output: %s",
                              strerror(errno));
}

uint64_t smtpspec_cli_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
