/* SPDX-License-Identifier: MIT */
/*
 * test_quirks.c - unusual is not wrong: the judge finds nothing in any quirk
 *
 * Each quirk is played under every profile in dialogues that show it and in
 * others, and what it does unusually has to show in one of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "support/hearing.h"

#define MODERN SMTPSPEC_PROFILE_MODERN

static const char *const dialogues[] = {
    "E|M|R|DATA|text|.|M|R|DATA|.|QUIT",
    "E|M|R|BDAT 6|NOOP|BDAT 0 LAST|M|R|NOOP|RSET|QUIT",
    "NOOP|HELP|VRFY alice|VRFY nobody|EXPN staff|RSET|QUIT",
    "E|VRFY alice|VRFY alice|VRFY alice|VRFY alice|QUIT",
    "M|R|RSET|QUIT|NOOP", "XYZZY|E|R|DATA x|NOOP|MAIL|QUIT",
    "E|M|RCPT TO:<nobody@embedded.example>|R|R|R|DATA|.|QUIT",
    "HELO probe.example|E|HELO probe.example|E|M|E|RCPT TO:<x@far.away>|QUIT",
    "NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP|NOOP",
    "NOOP {600}|NOOP {5000}|HELP MAIL|HELP XYZZY|QUIT x|QUIT",
    "E|MAIL FROM:<> SIZE=1|RCPT TO:<postmaster>|DATA|..|.|QUIT", "",
};

/* What the texts say of these two; see quirks.def. */
static const char *excuse_of(enum smtpspec_quirk quirk,
                             enum smtpspec_profile profile)
{
    if (quirk == SMTPSPEC_QUIRK_BARE_CODES)
        return "defect.separator-missing";
    if (quirk == SMTPSPEC_QUIRK_NO_EHLO && profile != SMTPSPEC_PROFILE_RFC821)
        return "state.required-verb.EHLO";
    return NULL;
}

/* Take the words that begin with `excuse` out. */
static void excuse(struct heard *heard, const char *excuse)
{
    char *word = heard->rules, *out = heard->rules;

    heard->rules[heard->used] = '\0';
    while (*word != '\0') {
        size_t length = strcspn(word, " ");

        if (excuse == NULL || strncmp(word, excuse, strlen(excuse)) != 0) {
            memmove(out, word, length);
            out += length;
            *out++ = ' ';
        }
        word += length + (word[length] == ' ');
    }
    *out = '\0';
}

static bool is_sound(enum smtpspec_quirk quirk, enum smtpspec_profile profile,
                     const char *dialogue, bool grouped, bool away)
{
    struct smtpspec_server_options options = { .profile = profile,
                                               .turned_away = away,
                                               .number = 7 };
    static struct heard heard;

    options.quirks[quirk] = true;
    hear_as(&options, dialogue, grouped, &heard);
    excuse(&heard, excuse_of(quirk, profile));
    if (heard.rules[0] != '\0')
        print_message("%s, %s: %s: %s\n", smtpspec_quirk_name(quirk),
                      smtpspec_profile_name(profile), dialogue, heard.rules);
    return heard.rules[0] == '\0';
}

/* Whether older tables have it at all: their authors did not foresee these. */
static bool is_of(enum smtpspec_quirk quirk, enum smtpspec_profile profile)
{
    switch (quirk) {
    case SMTPSPEC_QUIRK_VRFY_252:
    case SMTPSPEC_QUIRK_RCPT_ANYBODY:
    case SMTPSPEC_QUIRK_EXPN_502:
    case SMTPSPEC_QUIRK_HELP_502:
    case SMTPSPEC_QUIRK_NO_EHLO:
    case SMTPSPEC_QUIRK_NO_MAIL_521:
    case SMTPSPEC_QUIRK_NO_MAIL_554:
    case SMTPSPEC_QUIRK_FEW_COMMANDS:
    case SMTPSPEC_QUIRK_FEW_ERRORS:
        return profile == SMTPSPEC_PROFILE_MODERN;
    default:
        return true;
    }
}

static void is_right_all_the_same(void **state)
{
    enum smtpspec_quirk quirk = (enum smtpspec_quirk)(uintptr_t)*state;
    unsigned bad = 0;

    for (int p = SMTPSPEC_PROFILE_UNSET + 1; p < SMTPSPEC_PROFILE_COUNT; p++)
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(dialogues); i++) {
            enum smtpspec_profile profile = (enum smtpspec_profile)p;

            if (!is_of(quirk, profile))
                continue;
            bad += !is_sound(quirk, profile, dialogues[i], false, false);
            if (profile == MODERN) {
                bad += !is_sound(quirk, profile, dialogues[i], true, false);
                bad += !is_sound(quirk, profile, dialogues[i], true, true);
            }
        }
    assert_int_equal(bad, 0);
}

/* How the octets came: their pieces and pauses count, too. */
static unsigned trace(const struct smtpspec_server_options *options,
                      const char *dialogue)
{
    static struct text text;
    struct smtpspec_server *server = smtpspec_server_new(options);
    struct smtpspec_server_action action;
    unsigned sum = 5381;
    size_t at = 0;

    assert_non_null(server);
    write_out(dialogue, HELLO_EHLO, &text);
    do {
        while (action = smtpspec_server_next(server),
               action.act == SMTPSPEC_SERVER_SEND ||
                   action.act == SMTPSPEC_SERVER_WAIT) {
            sum = sum * 33 + action.act * 7 + action.ms;
            for (size_t i = 0; i < action.octets.length; i++)
                sum = sum * 33 + (unsigned char)action.octets.at[i];
        }
        sum = sum * 33 + action.act;
        if (at < text.length)
            at += smtpspec_server_feed(
                server, (struct smtpspec_span){ text.at + at,
                                                text.length - at });
        else
            break;
    } while (action.act == SMTPSPEC_SERVER_IDLE);
    smtpspec_server_free(server);
    return sum;
}

static void shows_somewhere(void **state)
{
    enum smtpspec_quirk quirk = (enum smtpspec_quirk)(uintptr_t)*state;
    struct smtpspec_server_options plain = { .profile = MODERN };
    struct smtpspec_server_options quirky = { .profile = MODERN };
    bool shown = false;

    quirky.quirks[quirk] = true;
    /* These two are seen by whoever comes too often. */
    if (quirk == SMTPSPEC_QUIRK_FEW_CONNECTIONS ||
        quirk == SMTPSPEC_QUIRK_FEW_A_SECOND)
        return;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(dialogues); i++)
        shown = shown ||
                trace(&plain, dialogues[i]) != trace(&quirky, dialogues[i]);
    assert_true(shown);
}

static void has_a_name_of_its_own(void **state)
{
    enum smtpspec_quirk quirk = (enum smtpspec_quirk)(uintptr_t)*state;
    struct smtpspec_span name = smtpspec_span_of(smtpspec_quirk_name(quirk));

    assert_int_equal(smtpspec_quirk_of(name), quirk);
    assert_int_equal(smtpspec_misdeed_of(name), SMTPSPEC_MISDEED_NONE);
    assert_int_equal(strspn(name.at, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     name.length);
    assert_true(strlen(smtpspec_quirk_text(quirk)) > 10);
}

static bool is_let_in(struct smtpspec_server_options *options, uint64_t now)
{
    smtpspec_server_knock(options, now);
    return !options->turned_away;
}

static void lets_two_in_a_minute(void **state)
{
    struct smtpspec_server_house house = { .in = 0 };
    struct smtpspec_server_options options = { .house = &house };

    (void)state;
    options.quirks[SMTPSPEC_QUIRK_FEW_CONNECTIONS] = true;
    assert_true(is_let_in(&options, 1000));
    assert_true(is_let_in(&options, 30000));
    assert_false(is_let_in(&options, 30000));
    assert_false(is_let_in(&options, 60999));
    assert_int_equal(options.number, 3);
    assert_true(is_let_in(&options, 61000));
    assert_false(is_let_in(&options, 89999));
    assert_true(is_let_in(&options, 90000));
}

static void lets_all_in_where_it_has_no_quirk(void **state)
{
    struct smtpspec_server_house house = { .in = 0 };
    struct smtpspec_server_options options = { .house = &house };

    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        assert_true(is_let_in(&options, 5));
        assert_int_equal(options.number, i);
    }
    options.house = NULL;
    options.quirks[SMTPSPEC_QUIRK_FEW_A_SECOND] = true;
    for (unsigned i = 0; i < 9; i++)
        assert_true(is_let_in(&options, 5));
}

static void lists_another_order_in_each_session(void **state)
{
    struct smtpspec_server_options options = { .profile = MODERN };
    unsigned first, differ = 0;

    (void)state;
    options.quirks[SMTPSPEC_QUIRK_RANDOM_ORDER] = true;
    first = trace(&options, "E");
    for (options.number = 1; options.number < 20; options.number++)
        differ += trace(&options, "E") != first;
    assert_true(differ > 15);
}

static void stands_all_of_them_at_once(void **state)
{
    struct smtpspec_server_options options = { .profile = MODERN };
    static struct played played;
    static struct text text;

    (void)state;
    for (unsigned without = 1; without < SMTPSPEC_QUIRK_COUNT; without++)
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(dialogues); i++) {
            for (unsigned q = 1; q < SMTPSPEC_QUIRK_COUNT; q++)
                options.quirks[q] = q != without &&
                                    q != SMTPSPEC_QUIRK_NO_MAIL_521 &&
                                    q != SMTPSPEC_QUIRK_NO_MAIL_554;
            write_out(dialogues[i], HELLO_EHLO, &text);
            play_as(&options, &text, 0, 0, &played);
            assert_true(played.length > 3);
        }
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        cmocka_unit_test(lets_two_in_a_minute),
        cmocka_unit_test(lets_all_in_where_it_has_no_quirk),
        cmocka_unit_test(lists_another_order_in_each_session),
        cmocka_unit_test(stands_all_of_them_at_once),
    };
    static const struct {
        const char *form;
        CMUnitTestFunction run;
    } each[] = { { "%s is right all the same", is_right_all_the_same },
                 { "%s shows somewhere", shows_somewhere },
                 { "%s has a name of its own", has_a_name_of_its_own } };
    enum { EACH = SMTPSPEC_ARRAY_LEN(each), PLAIN = SMTPSPEC_ARRAY_LEN(plain),
           QUIRKS = SMTPSPEC_QUIRK_COUNT - 1 };
    static struct CMUnitTest tests[EACH * QUIRKS + PLAIN];
    static char names[EACH * QUIRKS][80];
    size_t count = 0;

    for (size_t i = 1; i <= QUIRKS; i++)
        for (size_t k = 0; k < EACH; k++, count++) {
            snprintf(names[count], sizeof(names[0]), each[k].form,
                     smtpspec_quirk_name((enum smtpspec_quirk)i));
            tests[count] = (struct CMUnitTest){ .name = names[count],
                                                .initial_state = (void *)i,
                                                .test_func = each[k].run };
        }
    memcpy(tests + count, plain, sizeof(plain));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
