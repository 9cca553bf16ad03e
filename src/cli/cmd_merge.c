/* SPDX-License-Identifier: MIT */
/*
 * cmd_merge.c - `smtpspec merge`: one report of the reports of many runs
 *
 * Twice over the files: first their heads, since a report begins with what is
 * true of all of it, then their targets, which go to the writers one by one.
 */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/reports.h"
#include "net/memory.h"
#include "report/read_report.h"

#define COMMAND "merge"

static const char help[] =
    "usage: smtpspec merge [options] [NAME=]FILE...\n"
    "\n"
    "Make one report of the reports of many runs: shards of a fleet, or\n"
    "servers to be held against each other. A FILE was written by --report\n"
    "json=FILE or jsonl=FILE of `smtpspec check`; - is standard input. NAME\n"
    "is what the target of that file is called from now on.\n"
    "\n"
    "  --report FORMAT=FILE   write a report; FILE - is standard output; may\n"
    "                         be repeated; without it text to standard output\n"
    "  --partial              of a run that was cut off while it wrote jsonl\n"
    "                         take all targets whose end is there\n"
    "  --level LEVEL          text: findings down to must, should, policy or\n"
    "                         info (should)\n"
    "  --quiet                only the summary\n"
    "  --color WHEN           auto, always or never\n"
    "\n"
    "Exit status: 0 merged, 2 a file is no whole report, or cannot be read.\n"
    "\n"
    "  smtpspec merge --report html=all.html postfix=a.json exim=b.json\n"
    "  smtpspec merge --report jsonl=fleet.jsonl shard-*.jsonl\n";

enum {
    OPTION_REPORT = 1, OPTION_PARTIAL, OPTION_LEVEL, OPTION_QUIET, OPTION_COLOR,
    OPTION_HELP
};

static const struct option long_options[] = {
    { "report", required_argument, NULL, OPTION_REPORT },
    { "partial", no_argument, NULL, OPTION_PARTIAL },
    { "level", required_argument, NULL, OPTION_LEVEL },
    { "quiet", no_argument, NULL, OPTION_QUIET },
    { "color", required_argument, NULL, OPTION_COLOR },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 }
};

struct input {
    const char *path;
    char *title;
    FILE *copy;          /* of what can be read only once                    */
};

struct merge {
    struct smtpspec_reports reports;
    struct smtpspec_reports_style style;
    bool partial;
    struct input *inputs;
    size_t count;
    struct smtpspec_run_facts facts;
    char version[64], profile[32];
};

/* --- options -------------------------------------------------------------- */

static bool set_option(struct merge *merge, int id)
{
    switch (id) {
    case OPTION_REPORT:
        if (smtpspec_reports_add(&merge->reports, optarg))
            return true;
        smtpspec_cli_usage(COMMAND, "%s",
                           smtpspec_reports_message(&merge->reports));
        return false;
    case OPTION_PARTIAL:
        return merge->partial = true;
    case OPTION_QUIET:
        return merge->style.quiet = true;
    case OPTION_LEVEL:
        merge->style.least = smtpspec_level_of(smtpspec_span_of(optarg));
        if (merge->style.least != SMTPSPEC_LEVEL_UNSET)
            return true;
        smtpspec_cli_usage(COMMAND, "--level wants must, should, policy or "
                           "info, not '%s'", optarg);
        return false;
    case OPTION_COLOR:
        if (smtpspec_colour_of(optarg, &merge->style.colour))
            return true;
        smtpspec_cli_usage(COMMAND, "--color wants auto, always or never, not "
                           "'%s'", optarg);
        return false;
    default:
        return false;
    }
}

/* -1: go on; else the exit status. */
static int parse_options(struct merge *merge, int argc, char **argv)
{
    int id;

    opterr = 0;
    optind = 1;
    while ((id = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        if (id == OPTION_HELP || id == 'h') {
            fputs(help, stdout);
            return smtpspec_cli_finish(COMMAND, SMTPSPEC_EXIT_OK);
        }
        if (id == '?' || id == ':')
            return smtpspec_cli_usage(COMMAND, id == ':' ? "%s wants a value"
                                      : "unknown option '%s'",
                                      argv[optind - 1]);
        if (!set_option(merge, id))
            return SMTPSPEC_EXIT_USAGE;
    }
    return optind < argc ? -1
                         : smtpspec_cli_usage(COMMAND, "no FILE; see smtpspec "
                                              "merge --help");
}

/* --- files ---------------------------------------------------------------- */

/* A copy that nobody else sees; NULL and errno where there can be none. */
static FILE *copy_of(FILE *file)
{
    FILE *copy = tmpfile();
    char room[65536];
    size_t length = 0;

    while (copy != NULL && (length = fread(room, 1, sizeof(room), file)) > 0)
        if (fwrite(room, 1, length, copy) != length)
            break;
    if (copy != NULL && (length > 0 || ferror(file) || fflush(copy) != 0)) {
        fclose(copy);
        copy = NULL;
    }
    if (copy != NULL)
        rewind(copy);
    return copy;
}

/* At its start; NULL and errno. A pipe is read once, and kept. */
static FILE *open_file(struct input *input)
{
    bool is_stdin = strcmp(input->path, "-") == 0;
    FILE *file = input->copy;

    if (file == NULL)
        file = is_stdin ? stdin : fopen(input->path, "rb");
    if (file == NULL || fseeko(file, 0, SEEK_SET) == 0)
        return file;
    input->copy = copy_of(file);
    if (!is_stdin)
        fclose(file);
    return input->copy;
}

static void close_file(const struct input *input, FILE *file)
{
    if (file != NULL && file != input->copy && file != stdin)
        fclose(file);
}

/* "NAME=FILE", where the name is no part of a path. */
static struct input input_of(const char *argument)
{
    const char *mark = strchr(argument, '=');
    struct input input = { .path = argument };

    if (mark != NULL && mark != argument &&
        memchr(argument, '/', (size_t)(mark - argument)) == NULL) {
        input.path = mark + 1;
        input.title = smtpspec_memory_string(
            (struct smtpspec_span){ argument, (size_t)(mark - argument) });
    }
    return input;
}

/* --- heads ---------------------------------------------------------------- */

/* What is true of all of it; false where there is no such thing. */
static bool take_head(struct merge *merge, const struct input *input,
                      const struct smtpspec_run_facts *facts)
{
    if (input == merge->inputs) {
        merge->facts = *facts;
        snprintf(merge->version, sizeof(merge->version), "%s", facts->version);
        snprintf(merge->profile, sizeof(merge->profile), "%s", facts->profile);
        merge->facts.version = merge->version;
        merge->facts.profile = merge->profile;
        merge->facts.elapsed_ms = 0;
        return true;
    }
    if (strcmp(facts->started, merge->facts.started) < 0)
        memcpy(merge->facts.started, facts->started, sizeof(facts->started));
    if (strcmp(facts->profile, merge->profile) == 0)
        return true;
    smtpspec_cli_usage(COMMAND, "%s was judged by %s, %s by %s: such verdicts "
                       "do not belong together", merge->inputs->path,
                       merge->profile, input->path, facts->profile);
    return false;
}

static bool take_targets(struct merge *merge,
                         struct smtpspec_report_reader *reader);

/* Read the head of a file, or its targets. */
static bool read_input(struct merge *merge, struct input *input, bool targets)
{
    struct smtpspec_report_reader *reader =
        smtpspec_memory_new(sizeof(*reader));
    FILE *file = open_file(input);
    bool good = false;

    reader->title = input->title;
    reader->partial = merge->partial;
    if (file == NULL)
        smtpspec_cli_usage(COMMAND, "%s: %s", input->path, strerror(errno));
    else if (smtpspec_report_reader_open(reader, file, input->path) !=
             SMTPSPEC_OK)
        smtpspec_cli_usage(COMMAND, "%s", reader->message);
    else if (targets)
        good = take_targets(merge, reader);
    else
        good = take_head(merge, input, &reader->facts);
    smtpspec_report_reader_close(reader);
    free(reader);
    close_file(input, file);
    return good;
}

/* --- targets -------------------------------------------------------------- */

static void on_target(void *context, const char *name)
{
    struct merge *merge = context;

    smtpspec_reports_target_begin(&merge->reports, name);
}

static void on_result(void *context, const struct smtpspec_result *result)
{
    struct merge *merge = context;

    smtpspec_reports_result(&merge->reports, result);
}

static void on_target_end(void *context,
                          const struct smtpspec_target_facts *facts)
{
    struct merge *merge = context;

    smtpspec_reports_target_end(&merge->reports, facts);
}

static bool take_targets(struct merge *merge,
                         struct smtpspec_report_reader *reader)
{
    const struct smtpspec_report_sink sink = { .context = merge,
                                               .target_begin = on_target,
                                               .result = on_result,
                                               .target_end = on_target_end };

    if (smtpspec_report_reader_read(reader, &sink) != SMTPSPEC_OK) {
        smtpspec_cli_usage(COMMAND, "%s", reader->message);
        return false;
    }
    merge->facts.elapsed_ms += reader->facts.elapsed_ms;
    if (reader->left_out > 0)
        smtpspec_cli_usage(COMMAND, "%s: cut off; left out %zu target%s whose "
                           "end is missing", reader->name, reader->left_out,
                           reader->left_out == 1 ? "" : "s");
    return true;
}

/* A report that grows in its place would do so over what it is made of. */
static bool grows_over_input(const struct merge *merge)
{
    for (unsigned i = 0; i < merge->reports.count; i++) {
        const struct smtpspec_reports_item *item = &merge->reports.items[i];
        struct stat out, in;

        if (!item->writer->streams || item->path == NULL ||
            stat(item->path, &out) != 0)
            continue;
        for (size_t k = 0; k < merge->count; k++) {
            if (stat(merge->inputs[k].path, &in) != 0 ||
                in.st_ino != out.st_ino || in.st_dev != out.st_dev)
                continue;
            smtpspec_cli_usage(COMMAND, "%s cannot be made of itself",
                               item->path);
            return true;
        }
    }
    return false;
}

static int merge_all(struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        if (!read_input(merge, &merge->inputs[i], false))
            return SMTPSPEC_EXIT_USAGE;
    if (grows_over_input(merge))
        return SMTPSPEC_EXIT_USAGE;
    smtpspec_reports_add_default(&merge->reports);
    if (!smtpspec_reports_open(&merge->reports, &merge->style))
        return smtpspec_cli_usage(COMMAND, "%s",
                                  smtpspec_reports_message(&merge->reports));
    smtpspec_reports_begin(&merge->reports, &merge->facts);
    for (size_t i = 0; i < merge->count; i++)
        if (!read_input(merge, &merge->inputs[i], true))
            return SMTPSPEC_EXIT_USAGE;
    if (!smtpspec_reports_end(&merge->reports, &merge->facts))
        return smtpspec_cli_usage(COMMAND, "%s",
                                  smtpspec_reports_message(&merge->reports));
    return SMTPSPEC_EXIT_OK;
}

int smtpspec_cmd_merge(int argc, char **argv)
{
    struct merge merge = { .partial = false };
    int status;

    smtpspec_reports_init(&merge.reports);
    status = parse_options(&merge, argc, argv);
    if (status < 0) {
        merge.count = (size_t)(argc - optind);
        merge.inputs =
            smtpspec_memory_new(merge.count * sizeof(*merge.inputs));
        for (size_t i = 0; i < merge.count; i++)
            merge.inputs[i] = input_of(argv[optind + (int)i]);
        status = merge_all(&merge);
    }
    for (size_t i = 0; i < merge.count; i++) {
        free(merge.inputs[i].title);
        if (merge.inputs[i].copy != NULL)
            fclose(merge.inputs[i].copy);
    }
    free(merge.inputs);
    smtpspec_reports_abort(&merge.reports);
    return status;
}
