/* SPDX-License-Identifier: MIT */
/*
 * test_resume.c - what a file of JSON Lines has to its end, and what goes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/resume.h"

#define RUN "{\"record\": \"run\", \"tool\": \"smtpspec\", \"profile\": \"modern\"}\n"
#define BEGIN(name) "{\"record\": \"target\", \"target\": \"" name "\"}\n"
#define CASE(name) "{\"record\": \"case\", \"target\": \"" name "\"}\n"
#define END_BY(name, trouble)                                               \
    "{\"record\": \"target_end\", \"target\": \"" name "\", \"trouble\": " trouble "}\n"
#define END(name) END_BY(name, "null")
#define HALF_END(name) "{\"record\": \"target_end\", \"target\": \"" name "\""
#define WHOLE(name) BEGIN(name) CASE(name) END(name)
#define RUN_END "{\"record\": \"run_end\", \"targets\": 1, \"elapsed_ms\": 1}\n"

static char path[256];

static int set_up(void **state)
{
    const char *folder = getenv("TMPDIR");

    (void)state;
    snprintf(path, sizeof(path), "%s/resume.%ld", folder ? folder : "/tmp", (long)getpid());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text, size_t length)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

static size_t size_of_file(void)
{
    FILE *file = fopen(path, "r");
    long size;

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    fclose(file);
    return (size_t)size;
}

/* Targets with blanks between them. */
static void has_all(const struct smtpspec_resume *resume, const char *names, bool has)
{
    char name[64];

    for (size_t length; *names != '\0'; names += length) {
        names += *names == ' ';
        length = strcspn(names, " ");
        snprintf(name, sizeof(name), "%.*s", (int)length, names);
        if (smtpspec_resume_has(resume, smtpspec_resume_key(name)) != has)
            fail_msg("%s: %s", name, has ? "is missing" : "is there");
    }
}

static const struct {
    const char *name, *text;
    size_t kept;            /* octets                                        */
    const char *ended, *others;
} rows[] = {
    { "nothing", "", 0, "", "a" },
    { "a run alone", RUN, sizeof(RUN) - 1, "", "a" },
    { "whole", RUN WHOLE("a") WHOLE("b") RUN_END,
      sizeof(RUN WHOLE("a") WHOLE("b") RUN_END) - 1, "a b", "c" },
    { "half a target", RUN WHOLE("a") BEGIN("b") CASE("b"),
      sizeof(RUN WHOLE("a")) - 1, "a", "b" },
    { "half a line of a case", RUN WHOLE("a") BEGIN("b") "{\"record\": \"case\", \"targ",
      sizeof(RUN WHOLE("a")) - 1, "a", "b" },
    { "half a line of an end", RUN WHOLE("a") BEGIN("b") HALF_END("b"),
      sizeof(RUN WHOLE("a")) - 1, "a", "b" },
    { "an end without its LF", RUN WHOLE("a") BEGIN("b") HALF_END("b") "}",
      sizeof(RUN WHOLE("a")) - 1, "a", "b" },
    { "half a run", "{\"record\": \"run\", \"to", 0, "", "a" },
    { "taken up before", RUN WHOLE("a") RUN_END RUN WHOLE("b"),
      sizeof(RUN WHOLE("a") RUN_END RUN WHOLE("b")) - 1, "a b", "" },
    { "interrupted, by a check of some targets",
      RUN WHOLE("a") BEGIN("b") END_BY("b", "\"interrupted\""),
      sizeof(RUN WHOLE("a") BEGIN("b")
             END_BY("b", "\"interrupted\"")) - 1, "a", "b" },
    /* A domain is done with once something else follows its hosts. */
    { "a domain in the middle", RUN WHOLE("mx:d/1") WHOLE("mx:d/2") WHOLE("a"),
      sizeof(RUN WHOLE("mx:d/1") WHOLE("mx:d/2") WHOLE("a")) - 1,
      "mx:d mx:d:25 MX:d a", "mx:d:26 mx:e" },
    { "a domain at the end", RUN WHOLE("a") WHOLE("mx:d/1") WHOLE("mx:d/2"),
      sizeof(RUN WHOLE("a")) - 1, "a", "mx:d" },
    { "half a domain", RUN WHOLE("a") WHOLE("mx:d/1") BEGIN("mx:d/2"),
      sizeof(RUN WHOLE("a")) - 1, "a", "mx:d" },
    { "a domain and the end of the run", RUN WHOLE("mx:d/1:26") RUN_END,
      sizeof(RUN WHOLE("mx:d/1:26") RUN_END) - 1, "mx:d:26", "mx:d" },
    { "two domains", RUN WHOLE("mx:d/1") WHOLE("mx:e/1") RUN_END,
      sizeof(RUN WHOLE("mx:d/1") WHOLE("mx:e/1") RUN_END) - 1, "mx:d mx:e", "" },
    { "a domain that has no host", RUN WHOLE("mx:d") RUN_END,
      sizeof(RUN WHOLE("mx:d") RUN_END) - 1, "mx:d", "" },
    { "names with octets", RUN WHOLE("exec:\\\\x5cx\\\\xff"),
      sizeof(RUN WHOLE("exec:\\\\x5cx\\\\xff")) - 1, "exec:\\x\xff", "exec:\\x" },
};

static void what_is_whole_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_resume resume;

        write_file(rows[i].text, strlen(rows[i].text));
        if (!smtpspec_resume_open(&resume, path, "modern"))
            fail_msg("%s: %s", rows[i].name, resume.message);
        if (size_of_file() != rows[i].kept)
            fail_msg("%s: %zu kept, not %zu", rows[i].name, size_of_file(), rows[i].kept);
        has_all(&resume, rows[i].ended, true);
        has_all(&resume, rows[i].others, false);
        smtpspec_resume_close(&resume);
    }
}

/* A cut anywhere leaves a file that can be taken up, of fewer targets. */
static void it_may_be_cut_anywhere(void **state)
{
    static const char text[] = RUN WHOLE("a") WHOLE("mx:d/1") WHOLE("b") RUN_END;
    struct smtpspec_resume resume;

    (void)state;
    for (size_t length = 0; length < sizeof(text); length++) {
        write_file(text, length);
        if (length > 0 && length < strlen("{\"record\": \"")) {
            assert_false(smtpspec_resume_open(&resume, path, "modern"));
            assert_int_equal(size_of_file(), length);
        } else {
            assert_true(smtpspec_resume_open(&resume, path, "modern"));
            assert_true(size_of_file() <= length);
            assert_int_equal(smtpspec_resume_has(&resume, smtpspec_resume_key("a")),
                             length >= sizeof(RUN WHOLE("a")) - 1);
        }
        smtpspec_resume_close(&resume);
    }
}

static void what_is_not_ours_is_left_alone(void **state)
{
    static const struct { const char *text, *why; } bad[] = {
        { "a.example\n", "line 1: these are no JSON Lines" },
        { "{\"record\": \"run\"}\n", "line 1: these are no JSON Lines" },
        { CASE("a"), "line 1: these are no JSON Lines" },
        { RUN "x\n" RUN_END, "line 2: these are no JSON Lines" },
        { "{\"record\": \"run\", \"tool\": \"smtpspec\", \"profile\": \"rfc821\"}\n",
          "line 1: this was run by another --profile" },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(bad); i++) {
        struct smtpspec_resume resume;

        write_file(bad[i].text, strlen(bad[i].text));
        assert_false(smtpspec_resume_open(&resume, path, "modern"));
        assert_non_null(strstr(resume.message, bad[i].why));
        assert_int_equal(size_of_file(), strlen(bad[i].text));
        smtpspec_resume_close(&resume);
    }
}

/* What has no end, or waits for a writer, is not read; what cannot be cut is of no use. */
static void a_file_is_wanted(void **state)
{
    static const char *const paths[] = { "/dev/zero", "/dev/null", path };
    struct smtpspec_resume resume;
    char want[300];

    (void)state;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(want, sizeof(want), "%s: this is no regular file", paths[i]);
        assert_false(smtpspec_resume_open(&resume, paths[i], "modern"));
        assert_string_equal(resume.message, want);
        smtpspec_resume_close(&resume);
    }
    unlink(path);
}

static void one_run_at_a_time(void **state)
{
    struct smtpspec_resume one, other;

    (void)state;
    write_file(RUN, strlen(RUN));
    assert_true(smtpspec_resume_open(&one, path, "modern"));
    assert_false(smtpspec_resume_open(&other, path, "modern"));
    assert_non_null(strstr(other.message, "another run"));
    smtpspec_resume_close(&other);
    smtpspec_resume_close(&one);
    assert_true(smtpspec_resume_open(&other, path, "modern"));
    smtpspec_resume_close(&other);
}

static void it_holds_a_hundred_thousand(void **state)
{
    FILE *file = fopen(path, "w");
    struct smtpspec_resume resume;
    char name[32];

    (void)state;
    assert_non_null(file);
    fputs(RUN, file);
    for (unsigned i = 0; i < 100000; i++)
        fprintf(file, END("t%u"), i);
    fclose(file);
    assert_true(smtpspec_resume_open(&resume, path, "modern"));
    assert_int_equal(resume.count, 100000);
    for (unsigned i = 0; i < 100100; i++) {
        snprintf(name, sizeof(name), "t%u", i);
        assert_int_equal(smtpspec_resume_has(&resume, smtpspec_resume_key(name)), i < 100000);
    }
    smtpspec_resume_close(&resume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_whole_is_kept),
        cmocka_unit_test(it_may_be_cut_anywhere),
        cmocka_unit_test(what_is_not_ours_is_left_alone),
        cmocka_unit_test(a_file_is_wanted),
        cmocka_unit_test(one_run_at_a_time),
        cmocka_unit_test(it_holds_a_hundred_thousand),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
