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

static struct smtpspec_server_options options_of(enum smtpspec_misdeed misdeed,
                                                 bool honest)
{
    struct smtpspec_server_options options = {
        .profile = MODERN, .service = smtpspec_misdeed_service(misdeed) };

    options.misdeeds[misdeed] = !honest;
    return options;
}

/* Its dialogue, all at once or line by line. */
static void say(enum smtpspec_misdeed misdeed, bool honest, bool at_once,
                struct played *played)
{
    const struct smtpspec_server_options options = options_of(misdeed, honest);
    struct smtpspec_server *server = begin_as(&options, played);
    static struct text text;
    bool lmtp = options.service == SMTPSPEC_SERVICE_LMTP;
    size_t end;

    write_out(smtpspec_misdeed_shown(misdeed), lmtp ? HELLO_LHLO : HELLO_EHLO, &text);
    for (size_t at = 0; at < text.length; at = end) {
        end = at_once ? text.length : at;
        while (end < text.length && (end == at || text.at[end - 1] != '\n'))
            end++;
        feed(server, (struct smtpspec_span){ text.at + at, end - at }, played);
    }
    smtpspec_server_free(server);
}

static void shows_in_its_dialogue(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    static struct played right, wrong;
    bool shown = false;

    for (int grouped = 0; grouped < 2; grouped++) {
        say(misdeed, true, grouped, &right);
        say(misdeed, false, grouped, &wrong);
        shown = shown || right.length != wrong.length ||
                right.last != wrong.last ||
                memcmp(right.out, wrong.out, right.length) != 0;
    }
    assert_true(shown);
}

static void is_seen_by_the_judge(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    const char *shown = smtpspec_misdeed_shown(misdeed);
    bool grouped = misdeed == SMTPSPEC_MISDEED_PIPELINE_DROPPED ||
                   misdeed == SMTPSPEC_MISDEED_PIPELINE_WITHHELD ||
                   misdeed == SMTPSPEC_MISDEED_STARTTLS_KEEPS_BUFFER;
    struct smtpspec_server_options options = options_of(misdeed, true);
    static struct heard heard;
    /* What only a case can demand: the tables allow it, a sentence does not. */
    bool excused = smtpspec_misdeed_layer(misdeed) == SMTPSPEC_LAYER_CASE;

    hear_as(&options, shown, grouped, &heard);
    assert_string_equal(heard.rules, "");
    options = options_of(misdeed, false);
    hear_as(&options, shown, grouped, &heard);
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
