/* SPDX-License-Identifier: MIT */
/*
 * test_narrowed.c - what is due by a profile that knows fewer codes
 *
 * A second reading of smtpspec_rules_is_due(), in strings, held against it for
 * each row of expect.def and for sets that no row has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/session.h>

static bool is_listed(const struct smtpspec_terms *terms, unsigned command, unsigned code)
{
    return smtpspec_rules_look_up(terms, command, (uint16_t)code, NULL) ==
           SMTPSPEC_LISTING_LISTED;
}

static bool is_whole(const struct smtpspec_codes *codes, unsigned i)
{
    return (codes->whole_class & 1u << i) != 0;
}

/* "250 5yz ": the codes of `due` that the profile lists, whole classes too. */
static void listed_of(const struct smtpspec_terms *terms, unsigned command,
                      const struct smtpspec_codes *due, char out[64])
{
    out[0] = '\0';
    for (unsigned i = 0; i < due->count; i++) {
        size_t at = strlen(out);

        if (is_whole(due, i))
            snprintf(out + at, 64 - at, "%uyz ", due->code[i] / 100u);
        else if (is_listed(terms, command, due->code[i]))
            snprintf(out + at, 64 - at, "%u ", (unsigned)due->code[i]);
    }
}

static void as_text(const struct smtpspec_codes *codes, char out[64])
{
    out[0] = '\0';
    for (unsigned i = 0; i < codes->count; i++) {
        size_t at = strlen(out);

        if (is_whole(codes, i))
            snprintf(out + at, 64 - at, "%uyz ", codes->code[i] / 100u);
        else
            snprintf(out + at, 64 - at, "%u ", (unsigned)codes->code[i]);
    }
}

/* Whether any refusal will do; `wanted` is what is due. */
static bool wants_any_refusal(const struct smtpspec_terms *terms, unsigned command,
                              const struct smtpspec_codes *due, char wanted[64])
{
    char first[8];

    if (smtpspec_rules_look_up(terms, command, 250, NULL) == SMTPSPEC_LISTING_NO_ROW ||
        !smtpspec_profile_narrows(terms->profile)) {
        as_text(due, wanted);
        return false;
    }
    listed_of(terms, command, due, wanted);
    snprintf(first, sizeof(first), is_whole(due, 0) ? "%.1uyz" : "%u",
             is_whole(due, 0) ? due->code[0] / 100u : due->code[0]);
    if (wanted[0] != '\0' && (first[0] < '4' || strncmp(wanted, first, 3) == 0))
        return false;
    snprintf(wanted, 64, "4yz 5yz ");
    return true;
}

static void hold(const struct smtpspec_terms *terms, unsigned command,
                 const struct smtpspec_codes *due)
{
    struct smtpspec_codes left;
    char wanted[64], got[64];
    bool any = wants_any_refusal(terms, command, due, wanted);

    smtpspec_rules_is_due(terms, command, due, 250, &left);
    as_text(&left, got);
    assert_string_equal(got, wanted);
    assert_true((left.whole_class >> left.count) == 0);
    for (unsigned i = 0; i < left.count; i++)
        assert_true(!is_whole(&left, i) || left.code[i] % 100 == 0);
    for (unsigned code = 200; code < 600; code++) {
        bool has = smtpspec_codes_have(&left, code);

        assert_int_equal(smtpspec_rules_is_due(terms, command, due, (uint16_t)code, NULL),
                         has && (!any || is_listed(terms, command, code)));
    }
}

static void is_due_as_the_profile_has_it(void **state)
{
    static const char *const sets[] = {
        "250", "250 251", "2yz 250 5yz", "5yz", "5yz 250", "503 554", "399 503", "400", "401 250",
        "521 554 5yz 250", "250 299 4yz 251 252 5yz", "299", "299 503", "599 503",
        "400 250 503", "400 503", "250 251 252 354 421 450 451 452",
    };
    size_t rows = 0;

    (void)state;
    for (unsigned profile = 0; profile < SMTPSPEC_PROFILE_COUNT; profile++) {
        struct smtpspec_terms terms = { .profile = profile, .offered = 1 };

        for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++) {
            for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(sets); i++) {
                struct smtpspec_codes due;

                assert_true(smtpspec_codes_parse(smtpspec_span_of(sets[i]), &due));
                hold(&terms, c, &due);
            }
            for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++) {
                const struct smtpspec_expectation *row =
                    smtpspec_rules_expect(SMTPSPEC_STATE_READY, c, k);

                if (row != NULL)
                    hold(&terms, c, &row->codes);
                rows += row != NULL;
            }
        }
    }
    assert_true(rows > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_due_as_the_profile_has_it),
    };

    return cmocka_run_group_tests_name("narrowed", tests, NULL, NULL);
}
