/* SPDX-License-Identifier: MIT */
/*
 * test_offers.c - EHLO compared over several connections
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/offers.h"
#include "support/rows.h"

/* What the connections list, and how the session stands. */
struct row {
    const char *name;
    struct {
        const char *keywords; /* lines; NULL: no more connections            */
        bool tls;
        uint16_t code;        /* 0: 250                                      */
    } seen[4];
    const char *told;
};

static struct row rows[] = {
    { "the same twice", { { "SIZE\nDSN\n", false, 0 }, { "DSN\nSIZE\n", false, 0 } }, "" },
    { "one keyword less", { { "SIZE\nDSN\n", false, 0 }, { "SIZE\n", false, 0 } }, "DSN" },
    { "two, in turns", { { "SIZE\n", false, 0 }, { "DSN\n", false, 0 } }, "DSN, SIZE" },
    { "other inside TLS, always", { { "STARTTLS\n", false, 0 }, { "SIZE\n", true, 0 },
                                    { "STARTTLS\n", false, 0 }, { "SIZE\n", true, 0 } }, "" },
    { "other inside TLS, now and then", { { "DSN\n", true, 0 }, { "\n", true, 0 } }, "DSN" },
    { "one that has no row", { { "XONE\n", false, 0 }, { "", false, 0 } },
      "keywords that are not known" },
    { "both", { { "XONE\nDSN\n", false, 0 }, { "", false, 0 } }, "DSN and others" },
    { "a refused EHLO lists nothing", { { "DSN\n", false, 0 }, { "", false, 550 } }, "" },
};

static void see(struct smtpspec_offers *offers, const char *keywords, bool tls,
                unsigned code)
{
    static struct smtpspec_judge judge;
    static const struct smtpspec_terms terms = { .profile =
                                                     SMTPSPEC_PROFILE_MODERN };
    const struct smtpspec_exchange exchange = {
        .command = SMTPSPEC_COMMAND_EHLO, .code = (uint16_t)(code ? code : 250)
    };
    struct smtpspec_span rest = smtpspec_span_of(keywords);

    smtpspec_judge_init(&judge, &terms, NULL);
    judge.session.tls = tls;
    smtpspec_ehlo_line(&judge.ehlo, SMTPSPEC_SPAN("mx.example"));
    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, '\n');

        if (end > 0)
            smtpspec_ehlo_line(&judge.ehlo, smtpspec_span_head(rest, end));
        rest = smtpspec_span_skip(rest, end + 1);
    }
    smtpspec_offers_add(offers, &judge, &exchange);
}

static void tells(void **state)
{
    const struct row *row = *state;
    struct smtpspec_offers offers = { .differs = 0 };
    char text[400];

    for (unsigned i = 0; i < 4 && row->seen[i].keywords != NULL; i++)
        see(&offers, row->seen[i].keywords, row->seen[i].tls, row->seen[i].code);
    smtpspec_offers_tell(&offers, text, sizeof(text));
    assert_string_equal(text, row->told);
}

/* All keywords at once are cut, not overrun. */
static void fits_its_room(void **state)
{
    struct smtpspec_offers offers = { .differs = UINT64_MAX };
    char text[16 + 1];

    (void)state;
    text[16] = '#';
    smtpspec_offers_tell(&offers, text, 16);
    assert_int_equal(strlen(text), 15);
    assert_int_equal(text[16], '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(fits_its_room) };
    int failed = RUN_ROWS(tells, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
