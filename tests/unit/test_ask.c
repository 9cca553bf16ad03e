/* SPDX-License-Identifier: MIT */
/*
 * test_ask.c - words to servers: what comes back, and that no trouble of a
 * server is lost or taken for an answer
 *
 * The servers are the built-in one, and scripts on a socket pair (exec:).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "learn/ask.h"
#include "support/machines.h"

#define WORDS_MOST 64

static const char own_symbols[] =
    "EHLO  EHLO a.example\n"
    "NOOP  NOOP\n"
    "NUL   NOOP \\x00\n"
    "HELP  HELP\n"
    "BAD   XYZZY\n"
    "QUIT  QUIT\n"
    "MAIL  MAIL FROM:<a@b.example>\n"
    "RCPT  RCPT TO:<alice@embedded.example>\n"
    "DATA  DATA | text\n";

/* Words asked of a target, and the outputs as text. */
struct inquiry {
    struct smtpspec_target target;
    struct smtpspec_server_options server;
    struct smtpspec_alphabet alphabet;
    struct smtpspec_caps caps;
    struct smtpspec_ask_terms terms;
    struct smtpspec_ask *ask;
    struct smtpspec_question questions[WORDS_MOST];
    uint8_t words[WORDS_MOST][16];
    uint32_t outputs[WORDS_MOST][16];
    unsigned count, told;
    char text[256];
};

static struct inquiry *new_inquiry(const char *target)
{
    struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
    const struct smtpspec_alphabet_names names = { .domain = { NULL, 0 } };
    struct smtpspec_span unknown;
    char why[640];

    assert_non_null(inquiry);
    assert_true(smtpspec_target_parse(target, &inquiry->target, why, sizeof(why)));
    inquiry->server.profile = SMTPSPEC_PROFILE_MODERN;
    if (inquiry->target.kind == SMTPSPEC_TARGET_EMBEDDED)
        assert_true(smtpspec_server_options_add(&inquiry->server, inquiry->target.rest, &unknown));
    assert_true(smtpspec_alphabet_read(&inquiry->alphabet, SMTPSPEC_SPAN(own_symbols), &names, why,
                                       sizeof(why)));
    inquiry->terms = (struct smtpspec_ask_terms){
        .target = &inquiry->target, .server = &inquiry->server, .alphabet = &inquiry->alphabet,
        .caps = &inquiry->caps, .jobs = 4, .silence_ms = 60, .banner_ms = 2000, .gone_ms = 3000
    };
    return inquiry;
}

static void add_word(struct inquiry *inquiry, const char *text)
{
    struct smtpspec_span rest = smtpspec_span_of(text);
    unsigned number = inquiry->count++;
    size_t length = 0;

    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, ' ');

        inquiry->words[number][length] = (uint8_t)smtpspec_alphabet_find(
            &inquiry->alphabet, smtpspec_span_head(rest, end));
        assert_true(inquiry->words[number][length++] < inquiry->alphabet.count);
        rest = smtpspec_span_skip(rest, end + 1);
    }
    inquiry->questions[number] = (struct smtpspec_question){
        .word = inquiry->words[number], .length = length, .outputs = inquiry->outputs[number]
    };
}

static void on_answer(void *context, struct smtpspec_question *question)
{
    struct inquiry *inquiry = context;

    assert_true(question->answered <= question->length);
    inquiry->told++;
}

static bool ask_all(struct inquiry *inquiry)
{
    inquiry->ask = smtpspec_ask_new(&inquiry->terms);
    return smtpspec_ask_all(inquiry->ask, inquiry->questions, inquiry->count, on_answer, inquiry);
}

/* "250 x", of one word. */
static const char *answers(struct inquiry *inquiry, unsigned number)
{
    size_t at = 0;

    inquiry->text[0] = '\0';
    for (size_t i = 0; i < inquiry->questions[number].answered; i++) {
        char output[SMTPSPEC_OUTPUT_KEPT];

        smtpspec_output_write(inquiry->outputs[number][i], output);
        at += (size_t)snprintf(inquiry->text + at, sizeof(inquiry->text) - at, "%s%s",
                               i > 0 ? " " : "", output);
    }
    return inquiry->text;
}

static const struct smtpspec_ask_facts *facts_of(const struct inquiry *inquiry)
{
    return smtpspec_ask_facts(inquiry->ask);
}

static void free_inquiry(struct inquiry *inquiry)
{
    smtpspec_ask_free(inquiry->ask);
    free(inquiry);
}

static struct row {
    const char *name, *target, *word, *outputs;
} rows[] = {
    { "replies become outputs", "embedded:", "NOOP EHLO MAIL RCPT DATA RCPT QUIT",
      "250 250 250 250 354+250 503 221" },
    { "content is not sent to who refuses it", "embedded:", "EHLO DATA NOOP", "250 503 250" },
    { "behind a goodbye all is closed", "embedded:", "QUIT NOOP EHLO", "221 x x" },
    { "an empty word is answered", "embedded:", "", "" },
    { "a silence is an output", "embedded:noop-silent", "EHLO NOOP EHLO", "250 - -" },
    { "silence behind content is one, too", "embedded:data-end-silent",
      "EHLO MAIL RCPT DATA NOOP", "250 250 250 354+- -" },
    { "a close is an output", "embedded:closes-on-unknown", "BAD NOOP", "x x" },
    { "one behind a reply, too", "embedded:closes-in-content", "EHLO MAIL RCPT DATA",
      "250 250 250 354+x" },
    { "a server that stays after 221 is told", "embedded:quit-stays", "QUIT NOOP", "221! 250" },
    { "a surplus reply is told", "embedded:early-250", "EHLO MAIL RCPT DATA",
      "250 250 250 354+250*" },
    { "a reply without a code is one", "embedded:no-code", "NOOP BAD", "000 500" },
    { "an endless reply is a silence", "embedded:endless-reply", "HELP", "-" },
    { "one that drips as well", "embedded:dripping-reply", "NOOP", "-" },
};

static void is_told(void **state)
{
    const struct row *row = *state;
    struct inquiry *inquiry = new_inquiry(row->target);

    add_word(inquiry, row->word);
    assert_true(ask_all(inquiry));
    assert_string_equal(answers(inquiry, 0), row->outputs);
    assert_int_equal(inquiry->told, 1);
    assert_int_equal(facts_of(inquiry)->death_count, 0);
    free_inquiry(inquiry);
}

static void a_silence_counts_only_when_it_is_repeated(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:noop-silent");

    for (unsigned i = 0; i < 8; i++)
        add_word(inquiry, "EHLO NOOP");
    inquiry->terms.jobs = 1;
    assert_true(ask_all(inquiry));
    for (unsigned i = 0; i < 8; i++)
        assert_string_equal(answers(inquiry, i), "250 -");
    /* Three times, and then it is believed at once. */
    assert_int_equal(facts_of(inquiry)->silences, 3);
    free_inquiry(inquiry);
}

static void who_wants_to_be_sure_believes_no_silence(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:noop-silent");

    for (unsigned i = 0; i < 6; i++)
        add_word(inquiry, "EHLO NOOP");
    inquiry->questions[5].sure = true;
    inquiry->terms.jobs = 1;
    assert_true(ask_all(inquiry));
    assert_string_equal(answers(inquiry, 5), "250 -");
    assert_int_equal(facts_of(inquiry)->silences, 4);
    free_inquiry(inquiry);
}

static void a_slow_reply_is_no_silence(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry(
        "exec:printf '220 a\\r\\n'; while read -r l; do sleep 0.2; printf '250 a\\r\\n'; done");

    add_word(inquiry, "EHLO NOOP");
    assert_true(ask_all(inquiry));
    assert_string_equal(answers(inquiry, 0), "250 250");
    assert_int_equal(facts_of(inquiry)->silences, 1);
    free_inquiry(inquiry);
}

static void words_are_cut_where_the_caps_say(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:");

    add_word(inquiry, "NOOP EHLO NOOP NOOP BAD");
    inquiry->caps.most[inquiry->words[0][0]] = 2;
    assert_true(ask_all(inquiry));
    assert_string_equal(answers(inquiry, 0), "250 250 250");
    free_inquiry(inquiry);
}

static void many_words_are_answered_each_by_itself(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:");

    for (unsigned i = 0; i < WORDS_MOST; i++)
        add_word(inquiry, i % 3 == 0 ? "EHLO QUIT" : i % 3 == 1 ? "BAD" : "EHLO MAIL RCPT");
    assert_true(ask_all(inquiry));
    assert_int_equal(inquiry->told, WORDS_MOST);
    assert_int_equal(facts_of(inquiry)->connections, WORDS_MOST);
    for (unsigned i = 0; i < WORDS_MOST; i++)
        assert_string_equal(answers(inquiry, i), i % 3 == 0   ? "250 221"
                                                 : i % 3 == 1 ? "500" : "250 250 250");
    assert_true(facts_of(inquiry)->offered & SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING));
    assert_int_equal(strncmp(facts_of(inquiry)->greeting, "embedded.example", 16), 0);
    free_inquiry(inquiry);
}

static void closes_alone_are_no_deaths(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:closes-on-unknown");

    for (unsigned i = 0; i < 20; i++)
        add_word(inquiry, i % 2 == 0 ? "NOOP BAD" : "NOOP");
    assert_true(ask_all(inquiry));
    assert_int_equal(inquiry->told, 20);
    assert_int_equal(facts_of(inquiry)->death_count, 0);
    free_inquiry(inquiry);
}

static void a_word_that_kills_for_good_is_named(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:crashes");

    add_word(inquiry, "EHLO NOOP");
    add_word(inquiry, "EHLO NUL NOOP");
    add_word(inquiry, "EHLO QUIT");
    inquiry->terms.jobs = 1;
    inquiry->terms.gone_ms = inquiry->terms.banner_ms = 200;
    assert_false(ask_all(inquiry));
    assert_int_equal(facts_of(inquiry)->death_count, 1);
    assert_int_equal(facts_of(inquiry)->deaths[0].length, 2);
    assert_int_equal(facts_of(inquiry)->deaths[0].gone_ms, 0);
    assert_true(facts_of(inquiry)->deaths[0].alone);
    assert_string_equal(answers(inquiry, 0), "250 250");
    assert_string_equal(answers(inquiry, 1), "250 x x");
    assert_string_equal(answers(inquiry, 2), "");
    assert_string_not_equal(facts_of(inquiry)->trouble, "");
    free_inquiry(inquiry);
}

/* Dies of BAD, and nobody greets on the next four connections. */
static const char mortal[] =
    "exec:f=%s; if [ -e $f ]; then read -r n <$f; if [ $n -gt 1 ]; then echo $((n - 1)) >$f.$$;"
    " mv $f.$$ $f; else rm $f; fi; exit; fi; printf '220 a\\r\\n'; while read -r l; do case $l in"
    " XYZZY*) echo 4 >$f.$$; mv $f.$$ $f; exit;; *) printf '250 a\\r\\n';; esac; done";

static void a_word_that_kills_for_a_while_is_named_and_no_other(void **state)
{
    (void)state;
    char folder[] = "/tmp/smtpspec-ask-XXXXXX", path[64], command[1024];
    struct inquiry *inquiry;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/dead", folder);
    snprintf(command, sizeof(command), mortal, path);
    inquiry = new_inquiry(command);
    for (unsigned i = 0; i < 24; i++)
        add_word(inquiry, i == 3 ? "EHLO BAD NOOP" : i == 20 ? "EHLO BAD" : "EHLO NOOP");
    add_word(inquiry, "EHLO NOOP BAD");
    inquiry->terms.silence_ms = 2000;
    assert_true(ask_all(inquiry));
    assert_int_equal(inquiry->told, inquiry->count);
    for (unsigned i = 0; i < 24; i++)
        assert_string_equal(answers(inquiry, i), i == 3    ? "250 x x"
                                                 : i == 20 ? "250 x" : "250 250");
    assert_string_equal(answers(inquiry, 24), "250 250 x");
    assert_int_equal(facts_of(inquiry)->spared, 1);
    assert_int_equal(facts_of(inquiry)->death_count, 2);
    assert_int_equal(facts_of(inquiry)->deaths[0].length, 2);
    assert_true(facts_of(inquiry)->deaths[0].gone_ms > 0);
    assert_int_equal(facts_of(inquiry)->deaths[1].length, 3);
    assert_true(facts_of(inquiry)->unbannered >= 8);
    free_inquiry(inquiry);
    rmdir(folder);
}

static void who_is_not_there_is_said_not_to_be(void **state)
{
    (void)state;
    static const char *const targets[] = { "exec:true", "127.0.0.1:1", "embedded:silent-greeting",
                                           "exec:printf '554 go away\\r\\n'; sleep 1" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(targets); i++) {
        struct inquiry *inquiry = new_inquiry(targets[i]);

        add_word(inquiry, "EHLO");
        inquiry->terms.banner_ms = inquiry->terms.gone_ms = 300;
        inquiry->terms.connect_ms = 500;
        assert_false(ask_all(inquiry));
        assert_int_equal(inquiry->questions[0].answered, 0);
        assert_int_equal(inquiry->told, 0);
        assert_string_not_equal(facts_of(inquiry)->trouble, "");
        assert_int_equal(facts_of(inquiry)->death_count, 0);
        free_inquiry(inquiry);
    }
}

/* In a minute, not at once; knocks count, too. */
static void no_more_connections_are_made_than_the_rate(void **state)
{
    (void)state;
    struct inquiry *inquiry = new_inquiry("embedded:closes-on-unknown");
    struct timespec before, after;
    double ms;

    for (unsigned i = 0; i < 5; i++)
        add_word(inquiry, i == 4 ? "BAD" : "NOOP");
    inquiry->terms.rate = 600;
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_true(ask_all(inquiry));
    clock_gettime(CLOCK_MONOTONIC, &after);
    ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
         (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    assert_int_equal(facts_of(inquiry)->connections, 6);
    assert_true(ms >= 499);
    assert_string_equal(answers(inquiry, 4), "x");
    free_inquiry(inquiry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silence_counts_only_when_it_is_repeated),
        cmocka_unit_test(who_wants_to_be_sure_believes_no_silence),
        cmocka_unit_test(a_slow_reply_is_no_silence),
        cmocka_unit_test(words_are_cut_where_the_caps_say),
        cmocka_unit_test(many_words_are_answered_each_by_itself),
        cmocka_unit_test(closes_alone_are_no_deaths),
        cmocka_unit_test(a_word_that_kills_for_good_is_named),
        cmocka_unit_test(a_word_that_kills_for_a_while_is_named_and_no_other),
        cmocka_unit_test(who_is_not_there_is_said_not_to_be),
        cmocka_unit_test(no_more_connections_are_made_than_the_rate),
    };
    struct CMUnitTest told[SMTPSPEC_ARRAY_LEN(rows)];
    int failed;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        told[i] = (struct CMUnitTest){ .name = rows[i].name, .test_func = is_told,
                                       .initial_state = &rows[i] };
    failed = cmocka_run_group_tests_name("words", told, NULL, NULL);
    return failed + cmocka_run_group_tests_name("troubles", tests, NULL, NULL);
}
