/* SPDX-License-Identifier: MIT */
/*
 * test_play_profiles.c - cases are written for RFC 5321: what an older profile
 * leaves of them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/play.h"
#include "support/one_case.h"
#include "support/rows.h"

static struct profile_row {
    const char *name;
    enum smtpspec_profile profile;
    const char *text;
    const char *server[6];
    const char *sent;
    enum smtpspec_outcome outcome;
} rows[] = {
    { "RFC 5321 wants 503 for a nested MAIL", SMTPSPEC_PROFILE_RFC5321,
      "given mail\nC: MAIL FROM:<{from}>\nS: 503\n",
      { "220 a.example\r\n", "250 a.example\r\n", "250 x\r\n", "451 x\r\n" },
      "EHLO a.example|MAIL FROM:<a@a.example>|MAIL FROM:<a@a.example>",
      SMTPSPEC_OUTCOME_FAIL },
    { "article 234, which has no 503 there, takes any error of its row",
      SMTPSPEC_PROFILE_KB234,
      "given mail\nC: MAIL FROM:<{from}>\nS: 503\n",
      { "220 a.example\r\n", "250 a.example\r\n", "250 x\r\n", "451 x\r\n" },
      "EHLO a.example|MAIL FROM:<a@a.example>|MAIL FROM:<a@a.example>",
      SMTPSPEC_OUTCOME_PASS },
    { "but no success", SMTPSPEC_PROFILE_KB234,
      "given mail\nC: MAIL FROM:<{from}>\nS: 503\n",
      { "220 a.example\r\n", "250 a.example\r\n", "250 x\r\n", "250 x\r\n" },
      "EHLO a.example|MAIL FROM:<a@a.example>|MAIL FROM:<a@a.example>",
      SMTPSPEC_OUTCOME_FAIL },
    { "RFC 821 is led to by HELO", SMTPSPEC_PROFILE_RFC821,
      "given ehlo\nC: NOOP\nS: 250\n",
      { "220 a.example\r\n", "250 a.example\r\n", "250 x\r\n" },
      "HELO a.example|NOOP", SMTPSPEC_OUTCOME_PASS },
    { "RFC 821 offers nothing", SMTPSPEC_PROFILE_RFC821,
      "given ehlo\nneeds SIZE\nC: NOOP\nS: 250\n",
      { "220 a.example\r\n", "250 a.example\r\n" }, "HELO a.example",
      SMTPSPEC_OUTCOME_SKIP },
    { "RFC 821 does not know EHLO", SMTPSPEC_PROFILE_RFC821,
      "given idle\nC: EHLO {domain}\nS: 250\n",
      { "220 a.example\r\n", "500 x\r\n" }, "EHLO a.example",
      SMTPSPEC_OUTCOME_SKIP },
    { "RFC 821 denies what a case denies", SMTPSPEC_PROFILE_RFC821,
      "given ehlo\nC: HELP\nS: not 502\n",
      { "220 a.example\r\n", "250 a.example\r\n", "502 x\r\n" },
      "HELO a.example|HELP", SMTPSPEC_OUTCOME_FAIL },
};

static void plays_under_the_profile(void **state)
{
    static struct smtpspec_case one;
    static struct smtpspec_judge judge;
    static struct smtpspec_play play;
    static char room[SMTPSPEC_CASE_TEXT_KEPT];
    static const struct smtpspec_case_vars vars = {
        .domain = { "a.example", 9 }, .from = { "a@a.example", 11 },
        .rcpt = { "b", 1 }, .nobody = { "c", 1 } };
    const struct profile_row *row = *state;
    const struct smtpspec_terms terms = { .profile = row->profile };
    struct smtpspec_span octets;
    enum smtpspec_play_want want;
    char sent[512] = "";
    unsigned turn = 0;

    read_one_case(&one, "level MUST\n", row->text, ANY_PROOFS);
    smtpspec_judge_init(&judge, &terms, NULL);
    smtpspec_play_init(&play, &one, &vars, &judge, room, sizeof room);
    while ((want = smtpspec_play_next(&play, &octets)) != SMTPSPEC_PLAY_DONE) {
        if (want == SMTPSPEC_PLAY_SEND) {
            size_t length = strlen(sent);

            snprintf(sent + length, sizeof sent - length, "%s%.*s",
                     length > 0 ? "|" : "", (int)octets.length - 2, octets.at);
            continue;
        }
        assert_non_null(row->server[turn]);
        smtpspec_play_server(&play, smtpspec_span_of(row->server[turn++]));
    }
    assert_string_equal(sent, row->sent);
    assert_int_equal(smtpspec_play_result(&play)->outcome, row->outcome);
    smtpspec_play_end(&play);
}

int main(void)
{
    return RUN_ROWS(plays_under_the_profile, rows);
}
