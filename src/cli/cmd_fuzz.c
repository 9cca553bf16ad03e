/* SPDX-License-Identifier: MIT */
/*
 * cmd_fuzz.c - `smtpspec fuzz`: drive a live server with generated sessions
 *
 * Exit status: 2 where it was misused, else 1 (something was found) before 3
 * (the target could not be tested) before 0.
 */
#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "case/security.h"
#include "cli/fuzz_options.h"
#include "report/finding.h"
#include "report/json_text.h"

/* Octets of a file that is replayed. */
#define REPLAY_KEPT (1u << 20)
#define LINE_ROOM 4096

struct fuzz {
    struct smtpspec_fuzz_options options;
    struct smtpspec_fuzz_facts facts;
    struct smtpspec_finds finds;
    json_t *findings;            /* of the report; NULL: none is wanted      */
    bool terminal, shown;        /* of the progress line                     */
};

/* --- What is told on the way ---------------------------------------------- */

static void clear_progress(struct fuzz *fuzz)
{
    if (fuzz->shown)
        fputs("\r\033[K", stderr);
    fuzz->shown = false;
}

static uint64_t rate_of(const struct smtpspec_fuzz_facts *facts)
{
    return facts->playing_ms > 0 ? facts->commands * 1000 / facts->playing_ms
                                 : 0;
}

static void on_progress(void *context,
                        const struct smtpspec_fuzz_facts *facts)
{
    struct fuzz *fuzz = context;

    if (!fuzz->terminal)
        return;
    fprintf(stderr,
            "\r%" PRIu64 " s  %" PRIu64 " sessions  %" PRIu64
            " commands/s  %" PRIu64 " triples  %zu found  %zu open\033[K",
            facts->elapsed_ms / 1000, facts->sessions, rate_of(facts),
            facts->triples, facts->findings, facts->waiting);
    fflush(stderr);
    fuzz->shown = true;
}

/* One line of the notes; nothing that a peer said reaches it raw. */
static void note(struct smtpspec_growing *notes, const char *label,
                 const char *text)
{
    char line[1024];
    int length = snprintf(line, sizeof(line), "# %s: %s\n", label, text);

    smtpspec_growing_add(notes, (struct smtpspec_span){
                                    line, length < (int)sizeof(line)
                                              ? (size_t)length
                                              : sizeof(line) - 1 });
}

/* The find's file, and the command line that replays it. */
static void keep(struct fuzz *fuzz, const struct smtpspec_find *find,
                 const struct smtpspec_result *result, char *again, size_t cap)
{
    struct smtpspec_growing notes = { NULL, 0, 0 };
    char reference[128], number[32], *path;

    smtpspec_reference_write(result->reference, reference, sizeof(reference));
    note(&notes, "says", result->requirement);
    note(&notes, "by", reference);
    note(&notes, "expected", result->expected);
    note(&notes, "observed", result->observed != NULL ? result->observed : "");
    snprintf(number, sizeof(number), "%" PRIu64, fuzz->options.fuzz.seed);
    note(&notes, "seed", number);
    if (!smtpspec_finds_write(find, fuzz->options.findings,
                              smtpspec_growing_span(&notes), &path))
        smtpspec_cli_usage("fuzz", "%s: %s", path, strerror(errno));
    smtpspec_fuzz_again(&fuzz->options, path, again, cap);
    free(path);
    smtpspec_growing_free(&notes);
}

static void add_to_report(struct fuzz *fuzz, const struct smtpspec_find *find,
                          const struct smtpspec_result *result)
{
    struct smtpspec_span script = smtpspec_growing_span(&find->script);
    size_t length = smtpspec_span_escape(script, NULL, 0);
    char *text = malloc(length + 1);

    if (fuzz->findings == NULL || text == NULL) {
        free(text);
        return;
    }
    smtpspec_span_escape(script, text, length + 1);
    json_array_append_new(
        fuzz->findings,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:I, s:o, s:s}",
                  "signature", find->signature, "rule", result->rule,
                  "outcome", smtpspec_outcome_name(result->outcome),
                  "reference", result->reference, "requirement",
                  result->requirement, "expected", result->expected,
                  "observed", result->observed, "seen",
                  (json_int_t)find->seen, "again",
                  smtpspec_json_string(result->again), "script", text));
    free(text);
}

static void print(const struct fuzz *fuzz,
                  const struct smtpspec_result *result)
{
    bool colour = smtpspec_colour_on(fuzz->options.colour, stdout);
    bool warns = result->outcome == SMTPSPEC_OUTCOME_WARN;
    const struct smtpspec_finding_style style = {
        .label = warns ? "WARN" : "FAIL",
        .colour = !colour ? "" : warns ? "\033[1;33m" : "\033[1;31m",
        .strong = colour ? "\033[1m" : "",
        .plain = colour ? "\033[0m" : ""
    };

    if (!fuzz->options.quiet)
        smtpspec_finding_write(stdout, &style, result);
    fflush(stdout);
}

/* What is due, in words. */
static void put_expected(const struct smtpspec_verdict *verdict, char *out,
                         size_t cap)
{
    size_t length = 0;

    if (verdict->expected.count == 0) {
        snprintf(out, cap, "%s", verdict->text);
        return;
    }
    if (verdict->expected_denied)
        length = (size_t)snprintf(out, cap, "not ");
    smtpspec_codes_write(&verdict->expected, out + length, cap - length);
}

static void on_finding(void *context, const struct smtpspec_find *find,
                       const struct smtpspec_trial *trial)
{
    struct fuzz *fuzz = context;
    const struct smtpspec_verdict *verdict = &find->verdict;
    char rule[SMTPSPEC_SIGNATURE_KEPT], expected[256], again[LINE_ROOM];
    struct smtpspec_result result = {
        .id = find->signature, .title = verdict->text,
        .level = (enum smtpspec_level)verdict->level,
        .outcome = (enum smtpspec_outcome)verdict->outcome,
        .layer = (enum smtpspec_layer)verdict->layer,
        .reference = verdict->reference, .rule = rule,
        .requirement = verdict->text, .expected = expected,
        .observed = trial != NULL ? trial->observed : "nobody answers",
        .state = (enum smtpspec_state)verdict->state,
        .command = (enum smtpspec_command)verdict->command
    };

    snprintf(rule, sizeof(rule), "%.*s", (int)find->rule, find->signature);
    put_expected(verdict, expected, sizeof(expected));
    smtpspec_security_judge(&result);
    if (trial != NULL) {
        result.transcript = trial->entries;
        result.transcript_count = trial->entry_count;
    }
    clear_progress(fuzz);
    if (fuzz->options.replay == NULL) {
        keep(fuzz, find, &result, again, sizeof(again));
        result.again = again;
    }
    print(fuzz, &result);
    add_to_report(fuzz, find, &result);
}

/* --- The end -------------------------------------------------------------- */

static json_t *others(const struct fuzz *fuzz, enum smtpspec_find_stage stage)
{
    json_t *list = json_array();

    for (size_t i = 0; i < fuzz->finds.count; i++)
        if (fuzz->finds.all[i]->stage == stage)
            json_array_append_new(
                list, json_string(fuzz->finds.all[i]->signature));
    return list;
}

/* False where it could not be written; errno says why. */
static bool write_report(struct fuzz *fuzz)
{
    const struct smtpspec_fuzz_facts *facts = &fuzz->facts;
    bool to_stdout = strcmp(fuzz->options.report, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(fuzz->options.report, "we");
    char digest[24];
    json_t *report;
    bool done;

    if (file == NULL)
        return false;
    snprintf(digest, sizeof(digest), "%016" PRIx64, facts->digest);
    report = json_pack(
        "{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
        "s:s, s:s?, s:O, s:o, s:o}",
        "tool", "smtpspec", "version", SMTPSPEC_VERSION, "profile",
        smtpspec_profile_name(fuzz->options.fuzz.profile), "target",
        smtpspec_json_octets(smtpspec_span_of(fuzz->options.target.name)),
        "seed",
        (json_int_t)fuzz->options.fuzz.seed, "elapsed_ms",
        (json_int_t)facts->elapsed_ms, "playing_ms",
        (json_int_t)facts->playing_ms, "sessions",
        (json_int_t)facts->sessions, "connections",
        (json_int_t)facts->connections, "commands",
        (json_int_t)facts->commands, "replies",
        (json_int_t)facts->exchanges, "commands_per_second",
        (json_int_t)rate_of(facts), "triples", (json_int_t)facts->triples,
        "sent", digest, "trouble",
        facts->trouble[0] != '\0' ? facts->trouble : NULL, "findings",
        fuzz->findings, "seen_once", others(fuzz, SMTPSPEC_FIND_ONCE),
        "not_looked_into", others(fuzz, SMTPSPEC_FIND_COUNTED));
    done = smtpspec_json_write(file, report, JSON_INDENT(2)) &&
           putc('\n', file) != EOF && ferror(file) == 0;
    return (to_stdout || fclose(file) == 0) && done;
}

static void list_others(const struct fuzz *fuzz)
{
    for (size_t i = 0; i < fuzz->finds.count; i++) {
        const struct smtpspec_find *find = fuzz->finds.all[i];

        if (find->stage == SMTPSPEC_FIND_ONCE)
            printf("seen once, and not again: %s\n", find->signature);
        if (find->stage == SMTPSPEC_FIND_COUNTED)
            printf("not looked into, many of this rule: %s\n",
                   find->signature);
    }
}

static int conclude(struct fuzz *fuzz)
{
    const struct smtpspec_fuzz_facts *facts = &fuzz->facts;

    clear_progress(fuzz);
    if (facts->trouble[0] != '\0')
        smtpspec_cli_usage("fuzz", "%s: %s", fuzz->options.target.name,
                           facts->trouble);
    if (facts->misused)
        return SMTPSPEC_EXIT_USAGE;
    if (!fuzz->options.quiet)
        list_others(fuzz);
    printf("%" PRIu64 " sessions, %" PRIu64 " commands, %" PRIu64
           " commands/s, %" PRIu64 " triples, %zu findings, %zu seen once; "
           "seed %" PRIu64 "\n",
           facts->sessions, facts->commands, rate_of(facts), facts->triples,
           facts->findings, facts->once, fuzz->options.fuzz.seed);
    if (fuzz->options.report != NULL && !write_report(fuzz))
        return smtpspec_cli_usage("fuzz", "%s: %s", fuzz->options.report,
                                  strerror(errno));
    if (facts->signal != 0)
        return SMTPSPEC_EXIT_SIGNAL + facts->signal;
    if (facts->findings > 0)
        return SMTPSPEC_EXIT_FOUND;
    return facts->trouble[0] != '\0' ? SMTPSPEC_EXIT_UNTESTED
                                     : SMTPSPEC_EXIT_OK;
}

static int replay(struct fuzz *fuzz, const struct smtpspec_fuzz_sink *sink)
{
    const char *path = fuzz->options.replay;
    size_t length;
    char *file = smtpspec_fuzz_read_file(path, REPLAY_KEPT, &length);
    struct smtpspec_span script = { file, length };
    bool shown;

    if (file == NULL)
        return smtpspec_cli_usage("fuzz", "%s: %s", path, strerror(errno));
    shown = smtpspec_fuzz_replay(&fuzz->options.fuzz, script,
                                 smtpspec_finds_signature_of(script), sink,
                                 &fuzz->facts);
    free(file);
    if (shown)
        return SMTPSPEC_EXIT_FOUND;
    if (fuzz->facts.trouble[0] != '\0') {
        smtpspec_cli_usage("fuzz", "%s: %s", fuzz->options.target.name,
                           fuzz->facts.trouble);
        return fuzz->facts.misused ? SMTPSPEC_EXIT_USAGE
                                   : SMTPSPEC_EXIT_UNTESTED;
    }
    puts("it does not show");
    return SMTPSPEC_EXIT_OK;
}

static bool open_record(struct fuzz *fuzz)
{
    const char *path = fuzz->options.record;

    fuzz->options.fuzz.journal =
        path != NULL ? smtpspec_journal_open(path) : NULL;
    return path == NULL || fuzz->options.fuzz.journal != NULL;
}

static int run(struct fuzz *fuzz)
{
    const struct smtpspec_fuzz_sink sink = { .finding = on_finding,
                                             .progress = on_progress,
                                             .context = fuzz };

    if (fuzz->options.replay != NULL)
        return replay(fuzz, &sink);
    if (!open_record(fuzz))
        return smtpspec_cli_usage("fuzz", "%s: %s", fuzz->options.record,
                                  strerror(errno));
    fuzz->terminal = isatty(STDERR_FILENO) && !fuzz->options.quiet;
    fuzz->findings = fuzz->options.report != NULL ? json_array() : NULL;
    smtpspec_fuzz(&fuzz->options.fuzz, &sink, &fuzz->finds, &fuzz->facts);
    if (fuzz->options.fuzz.journal != NULL &&
        !smtpspec_journal_close(fuzz->options.fuzz.journal))
        return smtpspec_cli_usage("fuzz", "%s: %s", fuzz->options.record,
                                  strerror(errno));
    return conclude(fuzz);
}

int smtpspec_cmd_fuzz(int argc, char **argv)
{
    struct fuzz *fuzz = calloc(1, sizeof(*fuzz));
    int status;

    if (fuzz == NULL)
        return smtpspec_cli_usage("fuzz", "out of memory");
    status = smtpspec_fuzz_options_read(&fuzz->options, argc, argv);
    if (status == 0 && !fuzz->options.done)
        status = run(fuzz);
    smtpspec_finds_free(&fuzz->finds);
    json_decref(fuzz->findings);
    smtpspec_fuzz_options_free(&fuzz->options);
    free(fuzz);
    return smtpspec_cli_finish("fuzz", status);
}
