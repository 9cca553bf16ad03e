/* SPDX-License-Identifier: MIT */
/*
 * test_spec_machine.c - the rules as a machine: what is in order, where it
 * leads
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/machines.h"

static struct smtpspec_alphabet alphabet;
static struct smtpspec_spec spec;

/* Words and outputs; what is worst of the last one. */
struct row {
    const char *name, *word, *outputs;
    const char *rule;           /* "" : in order                             */
    const char *label;          /* behind it                                 */
};

static struct row rows[] = {
    { "a message is in order", "EHLO MAIL RCPT DATA", "250 250 250 354+250", "", "READY" },
    { "MAIL before EHLO is in order, and followed", "MAIL RCPT", "250 250", "", "RCPT ungreeted" },
    { "RCPT without MAIL is not", "EHLO RCPT", "250 250", "expect.RCPT.READY", "RCPT" },
    { "a second MAIL is not", "EHLO MAIL MAIL", "250 250 250", "expect.MAIL.MAIL", "MAIL" },
    { "EHLO resets", "EHLO MAIL EHLO RCPT", "250 250 250 250", "expect.RCPT.READY", "RCPT" },
    { "421 is in order anywhere", "EHLO MAIL", "250 421", "", "CLOSED" },
    { "421 and no close is not", "EHLO MAIL", "250 421!", "session.stays-open", "CLOSED" },
    { "a close without a word is not", "EHLO MAIL", "250 x", "session.close-silent", "CLOSED" },
    { "silence is not", "NOOP", "-", "session.no-reply", "CLOSED" },
    { "a surplus reply is not", "NOOP", "250*", "session.unasked", "IDLE" },
    { "nor behind 221", "QUIT", "221*", "session.after-close", "CLOSED" },
    { "221 to NOOP is not", "NOOP", "221", "session.close-unasked", "CLOSED" },
    { "silence behind content is not", "EHLO MAIL RCPT DATA", "250 250 250 354+-",
      "session.no-reply", "CLOSED" },
    { "content may be refused", "EHLO MAIL RCPT DATA", "250 250 250 354+554", "", "READY" },
    { "a reply without a code is not", "NOOP", "000", "defect.no-code", "ASTRAY" },
    { "a first digit that there is not", "NOOP", "150", "defect.code-range", "ASTRAY" },
    { "DATA after BDAT is not", "EHLO MAIL RCPT BDAT DATA", "250 250 250 250 354+250",
      "expect.DATA.BDAT", "READY" },
    { "BDAT LAST ends a message", "EHLO MAIL RCPT BDATL RCPT", "250 250 250 250 503", "",
      "READY" },
    { "BDAT after HELO changes nothing", "HELO MAIL RCPT BDAT DATA", "250 250 250 502 354+250",
      "", "READY by HELO" },
    { "a refused chunk spoils the message", "EHLO MAIL RCPT BDAT", "250 250 250 554", "",
      "BDAT_FAILED" },
    { "an unknown mailbox may be refused", "EHLO MAIL RCPTX", "250 250 550", "", "MAIL" },
    { "500 to RSET is not", "RSET", "500", "expect.RSET.IDLE", "IDLE" },
};

static void is_judged(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span word = smtpspec_span_of(row->word);
    struct smtpspec_span outputs = smtpspec_span_of(row->outputs);
    struct smtpspec_spec_state at = smtpspec_spec_start();
    struct smtpspec_verdict worst = { .outcome = SMTPSPEC_OUTCOME_PASS };
    char rule[80] = "", label[SMTPSPEC_MEALY_LABEL_KEPT];

    while (word.length > 0) {
        size_t a = smtpspec_span_find(word, ' '), b = smtpspec_span_find(outputs, ' ');
        unsigned symbol = smtpspec_alphabet_find(&alphabet, smtpspec_span_head(word, a));
        uint32_t output = smtpspec_output_read(smtpspec_span_head(outputs, b));

        assert_true(symbol < alphabet.count);
        assert_int_not_equal(output, SMTPSPEC_OUTPUT_NONE);
        assert_int_equal(worst.outcome, SMTPSPEC_OUTCOME_PASS);
        at = smtpspec_spec_step(&spec, at, symbol, output, &worst);
        word = smtpspec_span_skip(word, a + 1);
        outputs = smtpspec_span_skip(outputs, b + 1);
    }
    if (worst.outcome != SMTPSPEC_OUTCOME_PASS)
        smtpspec_verdict_rule(&worst, rule, sizeof(rule));
    assert_string_equal(rule, row->rule);
    smtpspec_spec_label(at, label, sizeof(label));
    assert_string_equal(label, row->label);
}

static void nothing_is_said_of_the_model(void **state)
{
    (void)state;
    struct smtpspec_mealy model;
    struct smtpspec_spec_state at[16] = { smtpspec_spec_start() };
    bool met[16] = { true };
    bool more = true;

    smtpspec_spec_model(&spec, &model);
    assert_int_equal(model.states, 9);
    while (more) {
        more = false;
        for (unsigned i = 0; i < model.states; i++)
            for (unsigned a = 0; met[i] && a < model.symbols; a++) {
                const struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(&model, i, a);
                struct smtpspec_verdict worst;
                struct smtpspec_spec_state next =
                    smtpspec_spec_step(&spec, at[i], a, edge->output, &worst);

                assert_int_equal(worst.outcome, SMTPSPEC_OUTCOME_PASS);
                more = more || !met[edge->next];
                met[edge->next] = true;
                at[edge->next] = next;
            }
    }
    for (unsigned i = 0; i < model.states; i++)
        assert_true(met[i]);
    smtpspec_mealy_free(&model);
}

int main(void)
{
    struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows) + 1];
    size_t count = SMTPSPEC_ARRAY_LEN(rows);

    read_alphabet(&alphabet, "std14");
    spec = (struct smtpspec_spec){
        .terms = { .profile = SMTPSPEC_PROFILE_MODERN,
                   .offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING) },
        .alphabet = &alphabet
    };
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name, .test_func = is_judged,
                                        .initial_state = &rows[i] };
    tests[count] = (struct CMUnitTest)cmocka_unit_test(nothing_is_said_of_the_model);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
