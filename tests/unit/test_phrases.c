/* SPDX-License-Identifier: MIT */
/*
 * test_phrases.c - phrases.def: texts as servers send them, and the reason that
 * they are to be told; that each row can be met; that what it says to send
 * instead is in the tables
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/rules.h>

#include "rules/phrases.h"
#include "support/rows.h"

struct row {
    const char *text;
    const char *words; /* of the row; NULL: none                             */
};

static struct row rows[] = {
    /* The seven of the guide around code 550. */
    { "550 5.7.1 Service unavailable; client [192.0.2.1] blocked using dnsbl.example",
      "service unavailable*blocked using" },
    { "550 5.7.1: Message rejected as spam by Content Filtering",
      "rejected as spam by content filtering" },
    { "550 This message was classified as SPAM and may not be delivered",
      "classified as spam" },
    { "550 High probability of spam", "high probability of spam" },
    { "550 5.2.1 mail from refused spam site", "refused spam site" },
    { "550 Your message has been rejected because you have been detected sending spam",
      "detected sending spam" },
    { "550 Message contained unsafe content", "unsafe content" },
    /* Others as they are met. */
    { "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using "
      "zen.spamhaus.org; Error: open resolver", "open resolver" },
    { "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using "
      "pbl.spamhaus.org", "pbl.spamhaus" },
    { "550-192.0.2.1 is listed at zen.spamhaus.org", "spamhaus" },
    { "550 rejected because 192.0.2.1 is in a black list at dnsbl.example",
      "in a black list at" },
    { "554 5.7.1 <a@b.example>: Relay access denied", "relay access denied" },
    { "550 relay not permitted", "relay not permitted" },
    { "550 5.7.1 <a@b.example>... Relaying denied", "relaying denied" },
    { "450 4.7.1 Greylisted, try again later", "greylist" },
    { "451 4.7.1 Greylisting in action", "greylist" },
    { "550 5.1.1 <x@mx.example>: Recipient address rejected: User unknown in local "
      "recipient table", "user unknown" },
    { "550 5.1.1 The email account that you tried to reach does not exist.",
      "does not exist" },
    { "550 5.4.1 Recipient address rejected: Access denied.",
      "recipient address rejected: access denied" },
    { "550-5.7.26 Unauthenticated email from x.example is not accepted due to domain's "
      "DMARC policy.", "unauthenticated*dmarc" },
    { "550 5.7.23 SPF check failed", "spf*fail" },
    { "450 4.7.1 Client host rejected: cannot find your reverse hostname",
      "find your*hostname" },
    { "552 5.2.2 The email account that you tried to reach is over quota",
      "over quota" },
    { "550 Mailbox is full", "over quota" },
    { "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected "
      "volume or user complaints", "deferred due to*complaints" },
    { "535 5.7.8 Error: authentication failed: bad protocol", "authentication failed" },
    { "530 5.7.0 Must issue a STARTTLS command first", "starttls command first" },
    { "452 4.5.3 Error: too many recipients", "too many recipients" },
    { "554 5.4.0 Error: too many hops", "too many hops" },
    { "521 5.5.2 mx.example Error: bare <LF> received", "bare <lf>" },
    { "556 5.1.10 Domain b.example does not accept mail (nullMX)", "nullmx" },
    /* And what is none of them. */
    { "550 5.7.1 no thanks", NULL },
    { "250 2.0.0 ok", NULL },
    { "450 4.1.2 the list absorbs it", NULL },
    { "", NULL },
};

static const struct smtpspec_phrase *find(const char *text)
{
    unsigned digit = text[0] >= '4' && text[0] <= '5'
                         ? (unsigned)(text[0] - '0')
                         : 0;

    return smtpspec_phrase_of(smtpspec_span_of(text), digit);
}

static void tells_the_reason(void **state)
{
    const struct row *row = *state;
    const struct smtpspec_phrase *phrase = find(row->text);

    if (row->words == NULL) {
        assert_null(phrase);
        return;
    }
    assert_non_null(phrase);
    if (strncmp(phrase->words, row->words, strlen(row->words)) != 0)
        assert_string_equal(phrase->words, row->words);
}

static void looks_at_the_first_digit(void **state)
{
    struct smtpspec_span text = SMTPSPEC_SPAN("x does not exist");

    (void)state;
    assert_non_null(smtpspec_phrase_of(text, 5));
    assert_non_null(smtpspec_phrase_of(text, 0));
    assert_null(smtpspec_phrase_of(text, 4));
}

/* A wording by itself leads to its own row: no row above hides it. */
static void each_wording_can_be_met(void **state)
{
    size_t count;
    const struct smtpspec_phrase *all = smtpspec_phrases(&count);

    (void)state;
    assert_true(count > 90);
    for (size_t i = 0; i < count; i++) {
        const char *at = all[i].words;

        while (*at != '\0') {
            char wording[100];
            int length = (int)strcspn(at, "|");

            snprintf(wording, sizeof(wording), "%.*s", length, at);
            at += length + (at[length] == '|');
            for (char *star = wording; (star = strchr(star, '*')) != NULL;)
                *star = ' ';
            if (smtpspec_phrase_of(smtpspec_span_of(wording),
                                   all[i].digit) != &all[i])
                fail_msg("\"%s\" leads to another row", wording);
        }
    }
}

static void is_written_in_small_letters(void **state)
{
    size_t count;
    const struct smtpspec_phrase *all = smtpspec_phrases(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (const char *at = all[i].words; *at != '\0'; at++)
            assert_false(*at >= 'A' && *at <= 'Z');
        assert_true(all[i].name[0] != '\0' && all[i].source[0] != '\0');
        assert_int_equal(all[i].cause[strlen(all[i].cause) - 1], '.');
        assert_int_equal(all[i].remedy[strlen(all[i].remedy) - 1], '.');
    }
}

static bool is_registered(struct smtpspec_status status)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);

    for (size_t i = 0; i < count; i++)
        if (entries[i].subject == status.subject &&
            entries[i].detail == status.detail)
            return true;
    return false;
}

static bool is_listed(unsigned code)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN,
                                          .offered = UINT64_MAX };

    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++)
        if (smtpspec_rules_look_up(&terms, (enum smtpspec_command)i,
                                   (uint16_t)code,
                                   NULL) == SMTPSPEC_LISTING_LISTED)
            return true;
    return false;
}

/* "550 5.7.1": a code of the tables, an enhanced code of the registry, of one
 * class. */
static void what_is_better_is_in_the_tables(void **state)
{
    size_t count;
    const struct smtpspec_phrase *all = smtpspec_phrases(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *better = all[i].better;
        unsigned code = (unsigned)strtoul(better, NULL, 10);
        struct smtpspec_span rest = smtpspec_span_of(better + 4);
        struct smtpspec_status status;

        assert_int_equal(better[3], ' ');
        assert_int_equal(smtpspec_status_parse(rest, &status), rest.length);
        assert_int_equal(status.class_digit, code / 100);
        if (!is_registered(status) || !is_listed(code))
            fail_msg("%s of \"%s\" is in no table", better, all[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_at_the_first_digit),
        cmocka_unit_test(each_wording_can_be_met),
        cmocka_unit_test(is_written_in_small_letters),
        cmocka_unit_test(what_is_better_is_in_the_tables),
    };
    int failed = RUN_ROWS(tells_the_reason, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
