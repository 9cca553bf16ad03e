/* SPDX-License-Identifier: MIT */
/*
 * test_run.c - a run of cases against the built-in server: what is open when
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/run.h"
#include "run/suite.h"

/* As many connections as cases, since each case ends its session. */
#define CASES 1000

struct scene {
    struct smtpspec_target target;
    struct smtpspec_server_options server;
    struct smtpspec_suite suite;
    const struct smtpspec_case *cases[CASES];
    struct smtpspec_run_settings settings;
    struct smtpspec_run_sink sink;
    struct smtpspec_journal *journal;
    char path[64];
    bool is_marked;
    unsigned results, passes, errors;
};

static void take(void *context, struct smtpspec_result *result, const char *again)
{
    struct scene *scene = context;

    (void)again;
    scene->results++;
    scene->passes += result->outcome == SMTPSPEC_OUTCOME_PASS;
    scene->errors += result->outcome == SMTPSPEC_OUTCOME_ERROR;
}

/* The journal numbers connections as they begin: one of our own tells, once the first case is done,
 * how many there were. */
static void watch(void *context, size_t done, size_t all)
{
    struct scene *scene = context;
    struct smtpspec_journal_page *page;

    assert_int_equal(all, CASES);
    if (done == 0 || scene->is_marked)
        return;
    scene->is_marked = true;
    page = smtpspec_journal_begin(scene->journal);
    smtpspec_journal_event(page, 0, "mark");
    smtpspec_journal_end(page, 0);
}

static struct scene *new_scene(const char *id)
{
    static struct scene scene;
    int file;
    char why[640];

    scene = (struct scene){ .path = "/tmp/smtpspec-test_run.XXXXXX" };
    file = mkstemp(scene.path);
    assert_true(file >= 0);
    close(file);
    assert_true(smtpspec_target_parse("embedded:", &scene.target, why, sizeof(why)));
    scene.server.profile = SMTPSPEC_PROFILE_MODERN;
    smtpspec_suite_init(&scene.suite);
    assert_int_equal(smtpspec_suite_add_embedded(&scene.suite), SMTPSPEC_OK);
    assert_int_equal(smtpspec_suite_select(&scene.suite, &id, 1, NULL, 0), SMTPSPEC_OK);
    assert_int_equal(scene.suite.selected_count, 1);
    for (size_t i = 0; i < CASES; i++)
        scene.cases[i] = scene.suite.selected[0];
    scene.sink = (struct smtpspec_run_sink){ .result = take, .context = &scene };
    scene.settings = (struct smtpspec_run_settings){
        .target = &scene.target,
        .server = &scene.server,
        .profile = SMTPSPEC_PROFILE_MODERN,
        .jobs = CASES,
        .cases = scene.cases,
        .case_count = CASES,
    };
    return &scene;
}

static void play(struct scene *scene)
{
    struct smtpspec_run *run = smtpspec_run_target(&scene->settings, &scene->sink);

    assert_null(smtpspec_run_facts(run)->trouble);
    smtpspec_run_free(run);
    smtpspec_suite_free(&scene->suite);
}

/* Which connection the mark is, as it stands in the journal. */
static unsigned long marked(const char *path)
{
    FILE *file = fopen(path, "re");
    static const char begin[] = "{\"connection\": ";
    char line[65536];
    unsigned long found = 0;

    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, begin, sizeof(begin) - 1) == 0 && strstr(line, "\"mark\"") != NULL)
            found = strtoul(line + sizeof(begin) - 1, NULL, 10);
    fclose(file);
    remove(path);
    return found;
}

/* A server would greet all, and wait for the first command meanwhile; one that takes few at a time
 * would turn the rest away. A dialogue takes a few turns of the loop, and each of them begins some
 * connections more. */
static void connections_begun_are_seen_to_before_all_are(void **state)
{
    (void)state;
    struct scene *scene = new_scene("quit.after-ehlo");

    scene->journal = smtpspec_journal_open(scene->path);
    assert_non_null(scene->journal);
    scene->settings.journal = scene->journal;
    scene->sink.progress = watch;
    play(scene);
    assert_int_equal(scene->passes, CASES);
    assert_true(smtpspec_journal_close(scene->journal));
    assert_in_range(marked(scene->path), 2, CASES * 3 / 4);
}

/* Cases that were done keep what came of them. */
static void a_run_ends_when_its_time_is_over(void **state)
{
    (void)state;
    struct scene *scene = new_scene("quit.after-ehlo");
    struct smtpspec_run *run;

    scene->settings.jobs = 1;
    scene->settings.rate = 1200;
    scene->settings.time_ms = 1000;
    run = smtpspec_run_target(&scene->settings, &scene->sink);
    assert_string_equal(smtpspec_run_facts(run)->trouble, "the time that it may take is over");
    assert_int_equal(smtpspec_run_interrupted(run), 0);
    smtpspec_run_free(run);
    smtpspec_suite_free(&scene->suite);
    assert_int_equal(scene->results, CASES);
    assert_in_range(scene->passes, 1, 25);
    assert_int_equal(scene->errors, CASES - scene->passes);
    unlink(scene->path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_begun_are_seen_to_before_all_are),
        cmocka_unit_test(a_run_ends_when_its_time_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
