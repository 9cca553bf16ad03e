/* SPDX-License-Identifier: MIT */
/*
 * cmd_merge.c - `smtpspec merge`: one report of the reports of many runs
 *
 * Twice over the files: first their heads, since a report begins with what is
 * true of all of it, then their targets, which go to the writers one by one.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/options.h"
#include "cli/reports.h"
#include "cli/shared_options.h"
#include "net/memory.h"
#include "report/read_report.h"

#define COMMAND "merge"

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

/* -1: go on; else the exit status. `first` is where the files begin. */
static int parse_options(struct merge *merge, int argc, char **argv,
                         int *first)
{
    struct smtpspec_options given;
    int id, status = 0;

    smtpspec_options_begin(&given, SMTPSPEC_VERB_MERGE, argc, argv);
    while ((id = smtpspec_options_next(&given)) > 0) {
        if (id == SMTPSPEC_OPTION_MERGE_PARTIAL)
            merge->partial = true;
        else
            status = smtpspec_report_option(&merge->reports, &merge->style,
                                            &given);
        if (status != 0)
            return status;
    }
    *first = given.first;
    if (id < 0)
        return given.status;
    return given.first < argc
               ? -1
               : smtpspec_cli_usage(COMMAND, "no FILE; see smtpspec merge "
                                             "--help");
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
    if (merge->reports.count == 0)
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
    int status, first = argc;

    smtpspec_reports_init(&merge.reports);
    status = parse_options(&merge, argc, argv, &first);
    if (status < 0) {
        merge.count = (size_t)(argc - first);
        merge.inputs =
            smtpspec_memory_new(merge.count * sizeof(*merge.inputs));
        for (size_t i = 0; i < merge.count; i++)
            merge.inputs[i] = input_of(argv[first + (int)i]);
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
