/* SPDX-License-Identifier: MIT */
/*
 * test_misdeed.c - each planted fault shows, and the judge sees it
 *
 * Each misdeed is played in the dialogue that its row names, and so is the
 * honest server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "support/hearing.h"

#define MODERN SMTPSPEC_PROFILE_MODERN

/* What only a case can demand: the tables allow it, a sentence does not. */
static const enum smtpspec_misdeed for_cases[] = {
    SMTPSPEC_MISDEED_NULL_PATH_REFUSED,   SMTPSPEC_MISDEED_BAD_DOMAIN,
    SMTPSPEC_MISDEED_POSTMASTER_REFUSED,  SMTPSPEC_MISDEED_FEW_RECIPIENTS,
    SMTPSPEC_MISDEED_UNKNOWN_MAILBOX_421, SMTPSPEC_MISDEED_BIG_SIZE_ACCEPTED,
};

static void shows_in_its_dialogue(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    static struct text text;
    static struct played right, wrong;

    write_out(smtpspec_misdeed_shown(misdeed), HELLO_EHLO, &text);
    play(MODERN, SMTPSPEC_MISDEED_NONE, &text, 0, 0, &right);
    play(MODERN, misdeed, &text, 0, 0, &wrong);
    assert_true(right.length != wrong.length || right.last != wrong.last ||
                memcmp(right.out, wrong.out, right.length) != 0);
}

static void is_seen_by_the_judge(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    const char *shown = smtpspec_misdeed_shown(misdeed);
    bool grouped = misdeed == SMTPSPEC_MISDEED_PIPELINE_DROPPED ||
                   misdeed == SMTPSPEC_MISDEED_PIPELINE_WITHHELD;
    static struct heard heard;
    bool excused = false;

    play_to_judge(MODERN, SMTPSPEC_MISDEED_NONE, shown, grouped, &heard);
    assert_string_equal(heard.rules, "");
    play_to_judge(MODERN, misdeed, shown, grouped, &heard);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(for_cases); i++)
        excused = excused || for_cases[i] == misdeed;
    if ((heard.bad > 0) == excused)
        print_message("%s: %s\n", smtpspec_misdeed_name(misdeed), heard.rules);
    assert_int_equal(heard.bad > 0, !excused);
}

static void has_a_good_name(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    const char *name = smtpspec_misdeed_name(misdeed);

    assert_int_equal(smtpspec_misdeed_of(smtpspec_span_of(name)), misdeed);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     strlen(name));
    assert_true(strlen(smtpspec_misdeed_text(misdeed)) > 10);
    assert_int_not_equal(smtpspec_misdeed_layer(misdeed),
                         SMTPSPEC_LAYER_NONE);
}

static void reads_lists_of_names(void **state)
{
    struct smtpspec_server_options options = { .profile = MODERN };
    struct smtpspec_span unknown = { NULL, 0 };

    (void)state;
    assert_true(smtpspec_server_options_add(&options, SMTPSPEC_SPAN(""),
                                            &unknown));
    assert_true(smtpspec_server_options_add(
        &options, SMTPSPEC_SPAN("bare-lf, NOOP-200"), &unknown));
    assert_true(options.misdeeds[SMTPSPEC_MISDEED_BARE_LF]);
    assert_true(options.misdeeds[SMTPSPEC_MISDEED_NOOP_200]);
    assert_false(smtpspec_server_options_add(
        &options, SMTPSPEC_SPAN("rset-252,nonsense"), &unknown));
    assert_int_equal(unknown.length, 8);
    assert_memory_equal(unknown.at, "nonsense", 8);
    assert_false(options.misdeeds[SMTPSPEC_MISDEED_RSET_252]);
    assert_false(smtpspec_server_options_add(&options,
                                             SMTPSPEC_SPAN("bare-lf,"),
                                             &unknown));
    assert_int_equal(unknown.length, 0);
    assert_false(smtpspec_server_options_add(&options, SMTPSPEC_SPAN("none"),
                                             &unknown));
}

int main(void)
{
    static const struct {
        const char *form;
        CMUnitTestFunction run;
    } each[] = { { "%s shows in its dialogue", shows_in_its_dialogue },
                 { "%s is seen by the judge", is_seen_by_the_judge },
                 { "%s has a good name", has_a_good_name } };
    enum { EACH = SMTPSPEC_ARRAY_LEN(each),
           MISDEEDS = SMTPSPEC_MISDEED_COUNT - 1 };
    static struct CMUnitTest tests[EACH * MISDEEDS + 1];
    static char names[EACH * MISDEEDS][80];
    size_t count = 0;

    for (size_t i = 1; i <= MISDEEDS; i++)
        for (size_t k = 0; k < EACH; k++, count++) {
            snprintf(names[count], sizeof(names[0]), each[k].form,
                     smtpspec_misdeed_name((enum smtpspec_misdeed)i));
            tests[count] = (struct CMUnitTest){ .name = names[count],
                                                .initial_state = (void *)i,
                                                .test_func = each[k].run };
        }
    tests[count] =
        (struct CMUnitTest)cmocka_unit_test(reads_lists_of_names);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
