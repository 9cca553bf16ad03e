/* SPDX-License-Identifier: MIT */
/*
 * cmd_compare.c - `smtpspec compare`: what changed between two runs
 */
#include "cli/cli.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report/changes.h"

#define COMMAND "compare"

static const char help[] =
    "usage: smtpspec compare [--format text|json|markdown] OLD NEW\n"
    "\n"
    "Tell what changed between two runs, whose reports were written by\n"
    "`smtpspec check --report json=FILE`: case by case, for each target.\n"
    "\n"
    "  worse      it fails or warns now, and did not, or less, before; what a\n"
    "             baseline knew of is no finding\n"
    "  better     a milder outcome, or none\n"
    "  outcome    another one, neither better nor worse: skipped, blocked ...\n"
    "  reply      the same, but by another reply, or of another rule\n"
    "  appeared   a case that the old run did not have; one that fails is\n"
    "             worse\n"
    "  gone       a case that the new run does not have\n"
    "\n"
    "Two reports of one target each are compared whatever the targets' names.\n"
    "\n"
    "Exit status: 0 nothing got worse, 1 something did, or a target cannot be\n"
    "tested any more, 2 no report could be read.\n";

enum { OPTION_FORMAT = 1, OPTION_HELP };

static const struct option long_options[] = {
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 }
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_MARKDOWN };

static bool format_of(const char *name, enum format *out)
{
    if (strcmp(name, "text") == 0)
        *out = FORMAT_TEXT;
    else if (strcmp(name, "json") == 0)
        *out = FORMAT_JSON;
    else if (strcmp(name, "markdown") == 0)
        *out = FORMAT_MARKDOWN;
    else
        return false;
    return true;
}

static int print(const struct smtpspec_changes *changes, enum format format)
{
    if (format == FORMAT_TEXT)
        smtpspec_changes_text(changes, stdout);
    else if (format == FORMAT_MARKDOWN)
        smtpspec_changes_markdown(changes, stdout);
    else if (smtpspec_changes_json(changes, stdout) != SMTPSPEC_OK)
        return smtpspec_cli_usage(COMMAND, "out of memory");
    return smtpspec_cli_finish(COMMAND, smtpspec_changes_worsened(changes)
                                            ? SMTPSPEC_EXIT_FOUND
                                            : SMTPSPEC_EXIT_OK);
}

static int compare(char *const files[2], enum format format)
{
    struct smtpspec_changes changes = { 0 };
    int status = 0;

    for (unsigned i = 0; i < 2 && status == 0; i++)
        if (smtpspec_changes_read(&changes, i, files[i]) != SMTPSPEC_OK)
            status = smtpspec_cli_usage(COMMAND, "%s", changes.message);
    if (status == 0 && smtpspec_changes_find(&changes) != SMTPSPEC_OK)
        status = smtpspec_cli_usage(COMMAND, "out of memory");
    if (status == 0)
        status = print(&changes, format);
    smtpspec_changes_free(&changes);
    return status;
}

int smtpspec_cmd_compare(int argc, char **argv)
{
    enum format format = FORMAT_TEXT;
    int id;

    opterr = 0;
    optind = 1;
    while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (id == OPTION_HELP) {
            fputs(help, stdout);
            return smtpspec_cli_finish(COMMAND, SMTPSPEC_EXIT_OK);
        }
        if (id != OPTION_FORMAT)
            return smtpspec_cli_usage(COMMAND, id == ':' ? "%s wants a value"
                                      : "unknown option '%s'",
                                      argv[optind - 1]);
        if (!format_of(optarg, &format))
            return smtpspec_cli_usage(COMMAND, "no format '%s'; there are "
                                      "text, json, markdown", optarg);
    }
    if (argc - optind != 2)
        return smtpspec_cli_usage(COMMAND, "two files are wanted, OLD and NEW; "
                                  "see smtpspec compare --help");
    return compare(argv + optind, format);
}
