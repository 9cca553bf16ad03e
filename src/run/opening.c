/* SPDX-License-Identifier: MIT */
/*
 * opening.c - the first dialogue, and what it tells
 */
#include "run/opening.h"

#include <inttypes.h>
#include <stdio.h>

/* Octets quoted of what is no SMTP. */
#define QUOTE_KEPT 80

#define TEXT(literal) { (literal), sizeof(literal) - 1 }
#define SAY(line)                                                           \
    { .kind = SMTPSPEC_STEP_CLIENT, .text = TEXT(line) },                   \
    { .kind = SMTPSPEC_STEP_REPLY, .any = true }

#define DIALOGUE(verb, count, ...)                                          \
    {                                                                       \
        .id = TEXT("session.opening"),                                      \
        .title = TEXT("Greeting, " #verb ", NOOP and QUIT are answered"),   \
        .reference = TEXT("5321:3.1"),                                      \
        .level = SMTPSPEC_LEVEL_MUST,                                       \
        .given = SMTPSPEC_GIVEN_##verb,                                     \
        .step_count = (count),                                              \
        .steps = { __VA_ARGS__ },                                           \
    }

const struct smtpspec_case smtpspec_opening_ehlo =
    DIALOGUE(EHLO, 4, SAY("NOOP"), SAY("QUIT"));
const struct smtpspec_case smtpspec_opening_helo =
    DIALOGUE(HELO, 4, SAY("NOOP"), SAY("QUIT"));
const struct smtpspec_case smtpspec_opening_short = DIALOGUE(EHLO, 0, { 0 });
const struct smtpspec_case smtpspec_opening_short_helo =
    DIALOGUE(HELO, 0, { 0 });

#define ALIVE(state)                                                        \
    {                                                                       \
        .id = TEXT("session.alive"),                                        \
        .title = TEXT("NOOP is answered after a malformed command"),        \
        .reference = TEXT("5321:4.2"),                                      \
        .level = SMTPSPEC_LEVEL_MUST,                                       \
        .given = SMTPSPEC_GIVEN_##state,                                    \
        .step_count = 2,                                                    \
        .steps = { SAY("NOOP") },                                           \
    }

const struct smtpspec_case smtpspec_opening_alive = ALIVE(IDLE);
const struct smtpspec_case smtpspec_opening_alive_helo = ALIVE(HELO);

const struct smtpspec_case smtpspec_opening_tls = {
    .id = TEXT("session.opening-tls"),
    .title = TEXT("STARTTLS, EHLO and QUIT are answered"),
    .reference = TEXT("3207:4"),
    .level = SMTPSPEC_LEVEL_MUST,
    .given = SMTPSPEC_GIVEN_TLS,
    .step_count = 2,
    .steps = { SAY("QUIT") },
};

const struct smtpspec_case smtpspec_opening_mail = {
    .id = TEXT("session.opening-mail"),
    .title = TEXT("MAIL and QUIT are answered"),
    .reference = TEXT("5321:3.3"),
    .level = SMTPSPEC_LEVEL_MUST,
    .given = SMTPSPEC_GIVEN_EHLO,
    .flags = SMTPSPEC_CASE_ANONYMOUS,
    .step_count = 4,
    .steps = { SAY("MAIL FROM:<{from}>"), SAY("QUIT") },
};

const struct smtpspec_case smtpspec_opening_login = {
    .id = TEXT("session.opening-login"),
    .title = TEXT("AUTH, EHLO and QUIT are answered"),
    .reference = TEXT("4954:4"),
    .level = SMTPSPEC_LEVEL_MUST,
    .given = SMTPSPEC_GIVEN_AUTH,
    .step_count = 4,
    .steps = { SAY("EHLO {domain}"), SAY("QUIT") },
};

static const char *quote(const struct smtpspec_tally *tally, char *room,
                         size_t cap)
{
    struct smtpspec_span said = smtpspec_tally_greeting(tally);

    smtpspec_span_escape(smtpspec_span_head(said, QUOTE_KEPT), room, cap);
    return room;
}

/* What is said before any reply of SMTP was seen. */
static void tell_no_smtp(const struct smtpspec_opening_facts *facts,
                         char *trouble, size_t cap)
{
    const struct smtpspec_tally *tally = facts->tally;
    char said[4 * QUOTE_KEPT + 1];
    bool has_why = facts->why != NULL && facts->why[0] != '\0';

    if (tally->octets > 0)
        snprintf(trouble, cap, "this does not speak SMTP: it says '%s'",
                 quote(tally, said, sizeof(said)));
    else if (facts->closed)
        snprintf(trouble, cap,
                 "the server closed the connection without a greeting%s%s",
                 has_why ? ": " : "", has_why ? facts->why : "");
    else
        snprintf(trouble, cap, "no greeting within %" PRIu64 ".%" PRIu64 " s",
                 facts->greeting_ms / 1000, facts->greeting_ms % 1000 / 100);
}

enum smtpspec_opening
smtpspec_opening_weigh(const struct smtpspec_opening_facts *facts,
                       char *trouble, size_t cap)
{
    const struct smtpspec_tally *tally = facts->tally;
    char said[4 * QUOTE_KEPT + 1];

    if (facts->error != SMTPSPEC_OK) {
        snprintf(trouble, cap, "cannot connect: %s", facts->why);
        return SMTPSPEC_OPENING_FAILED;
    }
    if (!tally->coded) {
        tell_no_smtp(facts, trouble, cap);
        return SMTPSPEC_OPENING_FAILED;
    }
    if (facts->welcome)
        return SMTPSPEC_OPENING_PASSED;
    if (tally->code == 421) {
        snprintf(trouble, cap, "the server turns us away: '%s'",
                 quote(tally, said, sizeof(said)));
        return SMTPSPEC_OPENING_TURNED_AWAY;
    }
    if (tally->first_code >= 300) {
        snprintf(trouble, cap, "the server gives no service: '%s'",
                 quote(tally, said, sizeof(said)));
        return SMTPSPEC_OPENING_FAILED;
    }
    snprintf(trouble, cap, "neither EHLO nor HELO was accepted");
    return facts->was_helo ? SMTPSPEC_OPENING_FAILED
                           : SMTPSPEC_OPENING_TRY_HELO;
}
