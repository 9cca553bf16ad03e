/* SPDX-License-Identifier: MIT */
/*
 * test_reports.c - where reports go: nothing half-written, nothing left over
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/reports.h"
#include "support/rows.h"

static const struct smtpspec_run_facts facts = { .version = "0",
                                                 .profile = "modern" };
static const struct smtpspec_reports_style plain = {
    .colour = SMTPSPEC_COLOUR_NEVER };

static char folder[256];

/* "FORMAT=folder/name"; static. */
static const char *option(const char *format, const char *name)
{
    static char text[512];

    snprintf(text, sizeof(text), "%s=%s/%s", format, folder, name);
    return text;
}

static const char *path(const char *name)
{
    return strchr(option("x", name), '=') + 1;
}

static bool there(const char *name)
{
    struct stat stats;

    return lstat(path(name), &stats) == 0;
}

/* Whether a report is being written beside its place. */
static bool is_begun(const char *name)
{
    char pattern[512];
    glob_t found;
    bool any;

    snprintf(pattern, sizeof(pattern), "%s.*.tmp", path(name));
    any = glob(pattern, 0, NULL, &found) == 0;
    if (any)
        globfree(&found);
    return any;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path(name), "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *name, const char *start)
{
    char text[256] = "";
    FILE *file = fopen(path(name), "r");

    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) >= strlen(start));
    fclose(file);
    text[strlen(start)] = '\0';
    assert_string_equal(text, start);
}

static bool holds_word(const char *name, const char *word)
{
    char text[4096] = "";
    FILE *file = fopen(path(name), "r");

    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    fclose(file);
    return strstr(text, word) != NULL;
}

/* --- Options ------------------------------------------------------------ */

struct wrong {
    const char *name, *option, *message;
};

static struct wrong wrongs[] = {
    { "no file", "json", "--report wants FORMAT=FILE, not 'json'" },
    { "an empty file name", "json=", "--report wants FORMAT=FILE, not 'json='" },
    { "no format", "=x", "--report wants FORMAT=FILE, not '=x'" },
    { "an unknown format", "pdf=x", "no report format 'pdf'" },
    { "a very long format",
      "jsonjsonjsonjsonjsonjsonjsonjsonjsonjsonjson=x", "no report format" },
    { "a file that is taken", "text=taken", "two reports go to taken" },
    { "standard output twice", "text=-", "two reports go to standard output" },
};

static void refuses_a_wrong_option(void **state)
{
    const struct wrong *row = *state;
    struct smtpspec_reports reports;

    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, "json=taken"));
    assert_true(smtpspec_reports_add(&reports, "json=-"));
    assert_false(smtpspec_reports_add(&reports, row->option));
    assert_non_null(strstr(smtpspec_reports_message(&reports), row->message));
    assert_int_equal(reports.count, 0);
    smtpspec_reports_abort(&reports);
}

static void takes_no_more_than_it_keeps(void **state)
{
    struct smtpspec_reports reports;
    char name[32];

    (void)state;
    smtpspec_reports_init(&reports);
    for (int i = 0; i < SMTPSPEC_REPORTS_KEPT; i++) {
        snprintf(name, sizeof(name), "json=%d", i);
        assert_true(smtpspec_reports_add(&reports, name));
    }
    assert_false(smtpspec_reports_add(&reports, "json=more"));
    assert_string_equal(smtpspec_reports_message(&reports),
                        "more than 16 reports");
}

static void knows_who_owns_standard_output(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    smtpspec_reports_init(&reports);
    smtpspec_reports_add_default(&reports);
    assert_int_equal(reports.count, 1);
    assert_false(smtpspec_reports_own_stdout(&reports));
    smtpspec_reports_abort(&reports);
    assert_true(smtpspec_reports_add(&reports, "json=-"));
    smtpspec_reports_add_default(&reports);
    assert_int_equal(reports.count, 1);
    assert_true(smtpspec_reports_own_stdout(&reports));
    smtpspec_reports_abort(&reports);
}

/* --- Files -------------------------------------------------------------- */

static void puts_files_in_place_at_the_end(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    write_file("a.json", "before");
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("json", "a.json")));
    assert_true(smtpspec_reports_add(&reports, option("text", "b.txt")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    smtpspec_reports_begin(&reports, &facts);
    assert_holds("a.json", "before");
    assert_false(there("b.txt"));
    assert_true(is_begun("b.txt"));
    assert_true(smtpspec_reports_end(&reports, &facts));
    assert_holds("a.json", "{ \"tool\": \"smtpspec\"");
    assert_holds("b.txt", "smtpspec 0, profile modern");
    assert_false(is_begun("a.json"));
    assert_false(is_begun("b.txt"));
}

static void two_runs_write_one_file_in_turn(void **state)
{
    struct smtpspec_reports one, two;

    (void)state;
    smtpspec_reports_init(&one);
    smtpspec_reports_init(&two);
    assert_true(smtpspec_reports_add(&one, option("json", "both")));
    assert_true(smtpspec_reports_add(&two, option("text", "both")));
    assert_true(smtpspec_reports_open(&one, &plain));
    assert_true(smtpspec_reports_open(&two, &plain));
    smtpspec_reports_begin(&one, &facts);
    smtpspec_reports_begin(&two, &facts);
    assert_true(smtpspec_reports_end(&one, &facts));
    assert_holds("both", "{ \"tool\": \"smtpspec\"");
    assert_true(smtpspec_reports_end(&two, &facts));
    assert_holds("both", "smtpspec 0, profile modern");
    assert_false(is_begun("both"));
    assert_int_equal(unlink(path("both")), 0);
}

static void leaves_nothing_when_aborted(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    write_file("c.json", "before");
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("json", "c.json")));
    assert_true(smtpspec_reports_add(&reports, option("text", "d.txt")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    smtpspec_reports_begin(&reports, &facts);
    smtpspec_reports_abort(&reports);
    smtpspec_reports_abort(&reports);
    assert_holds("c.json", "before");
    assert_false(is_begun("c.json"));
    assert_false(there("d.txt"));
    assert_false(is_begun("d.txt"));
}

/* The second cannot be opened: the first must not stay behind. */
static void opens_all_or_none(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("json", "e.json")));
    assert_true(smtpspec_reports_add(&reports, option("text", "no/such/f")));
    assert_false(smtpspec_reports_open(&reports, &plain));
    assert_non_null(strstr(smtpspec_reports_message(&reports),
                           "no/such/f: No such file or directory"));
    assert_false(there("e.json"));
    assert_false(is_begun("e.json"));
}

static void refuses_a_folder(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("json", ".")));
    assert_false(smtpspec_reports_open(&reports, &plain));
    assert_non_null(strstr(smtpspec_reports_message(&reports),
                           "Is a directory"));
}

static void tells_of_a_full_disk(void **state)
{
    struct smtpspec_reports reports;
    struct stat stats;

    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, "json=/dev/full"));
    assert_true(smtpspec_reports_add(&reports, option("text", "g.txt")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    smtpspec_reports_begin(&reports, &facts);
    assert_false(smtpspec_reports_end(&reports, &facts));
    assert_string_equal(smtpspec_reports_message(&reports),
                        "/dev/full: No space left on device");
    /* The other report is there, the device is still one. */
    assert_holds("g.txt", "smtpspec 0");
    assert_int_equal(stat("/dev/full", &stats), 0);
    assert_true(S_ISCHR(stats.st_mode));
}

/* A pipe is written to, not replaced. */
static void writes_to_a_pipe_as_it_is(void **state)
{
    struct smtpspec_reports reports;
    char text[32] = "";
    int pipe;

    (void)state;
    assert_int_equal(mkfifo(path("pipe"), 0600), 0);
    pipe = open(path("pipe"), O_RDONLY | O_NONBLOCK);
    assert_true(pipe >= 0);
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("text", "pipe")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    smtpspec_reports_begin(&reports, &facts);
    assert_true(smtpspec_reports_end(&reports, &facts));
    assert_int_equal(read(pipe, text, 10), 10);
    assert_string_equal(text, "smtpspec 0");
    close(pipe);
    assert_false(is_begun("pipe"));
}

static void writes_through_a_symbolic_link(void **state)
{
    struct smtpspec_reports reports;
    struct stat stats;

    (void)state;
    write_file("target.json", "before");
    assert_int_equal(symlink("target.json", path("link.json")), 0);
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("json", "link.json")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    smtpspec_reports_begin(&reports, &facts);
    assert_true(smtpspec_reports_end(&reports, &facts));
    assert_holds("target.json", "{ \"tool\"");
    assert_int_equal(lstat(path("link.json"), &stats), 0);
    assert_true(S_ISLNK(stats.st_mode));
}

/* What streams is there to be read from the first line on, and stays when the
 * run does not come to its end. */
static void streams_into_its_place(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    write_file("h.jsonl", "before, and longer than the line that comes: "
                          "0123456789 0123456789 0123456789 0123456789");
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("jsonl", "h.jsonl")));
    assert_true(smtpspec_reports_open(&reports, &plain));
    assert_false(is_begun("h.jsonl"));
    smtpspec_reports_begin(&reports, &facts);
    assert_holds("h.jsonl", "{\"record\": \"run\"");
    assert_true(smtpspec_reports_end(&reports, &facts));
    assert_false(holds_word("h.jsonl", "0123456789"));
    assert_true(holds_word("h.jsonl", "\"record\": \"run_end\""));
}

/* A run that never begins takes nothing away, and leaves no file. */
static void streams_nowhere_without_a_run(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    smtpspec_reports_init(&reports);
    write_file("h.jsonl", "before");
    assert_true(smtpspec_reports_add(&reports, option("jsonl", "h.jsonl")));
    assert_true(smtpspec_reports_add(&reports, option("jsonl", "i.jsonl")));
    assert_true(smtpspec_reports_add(&reports, option("text", "no/such/f")));
    assert_false(smtpspec_reports_open(&reports, &plain));
    assert_holds("h.jsonl", "before");
    assert_false(there("i.jsonl"));
}

/* Two that stream would be mixed. */
static void streams_two_into_no_one_file(void **state)
{
    struct smtpspec_reports reports;

    (void)state;
    smtpspec_reports_init(&reports);
    assert_true(smtpspec_reports_add(&reports, option("jsonl", "h.jsonl")));
    assert_true(smtpspec_reports_add(&reports, option("json", "./h.jsonl")));
    assert_false(smtpspec_reports_open(&reports, &plain));
    assert_non_null(strstr(smtpspec_reports_message(&reports),
                           "two reports go to"));
}

static int make_folder(void **state)
{
    const char *parent = getenv("TMPDIR");

    (void)state;
    snprintf(folder, sizeof(folder), "%s/reports-XXXXXX",
             parent != NULL ? parent : "/tmp");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    static const char *const names[] = { "a.json", "b.txt", "c.json", "g.txt",
                                         "pipe", "link.json", "target.json",
                                         "h.jsonl" };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        unlink(path(names[i]));
    /* Fails where a test has left something behind. */
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_no_more_than_it_keeps),
        cmocka_unit_test(knows_who_owns_standard_output),
        cmocka_unit_test(puts_files_in_place_at_the_end),
        cmocka_unit_test(two_runs_write_one_file_in_turn),
        cmocka_unit_test(leaves_nothing_when_aborted),
        cmocka_unit_test(opens_all_or_none),
        cmocka_unit_test(refuses_a_folder),
        cmocka_unit_test(tells_of_a_full_disk),
        cmocka_unit_test(writes_to_a_pipe_as_it_is),
        cmocka_unit_test(writes_through_a_symbolic_link),
        cmocka_unit_test(streams_into_its_place),
        cmocka_unit_test(streams_nowhere_without_a_run),
        cmocka_unit_test(streams_two_into_no_one_file),
    };
    int failed = RUN_ROWS(refuses_a_wrong_option, wrongs);

    failed += cmocka_run_group_tests(tests, make_folder, remove_folder);
    return failed != 0;
}
