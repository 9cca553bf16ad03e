/* SPDX-License-Identifier: MIT */
/*
 * hearing.h - have the judge listen to a dialogue with the built-in server
 *
 * Header only, for tests: what the server calls honest and what the judge
 * calls right are held against each other.
 */
#ifndef SMTPSPEC_TESTS_HEARING_H
#define SMTPSPEC_TESTS_HEARING_H

#include <smtpspec/judge.h>

#include "support/dialogue.h"

struct heard {
    struct smtpspec_terms terms;
    unsigned bad;               /* warnings and failures                     */
    char rules[1024];           /* their ids, blanks between                 */
    size_t used;
    bool lawful;                /* every code is listed, or a row names it   */
    struct smtpspec_exchange last;
};

static inline void hear_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct heard *heard = context;
    size_t room = sizeof(heard->rules) - heard->used;

    if (verdict->outcome != SMTPSPEC_OUTCOME_WARN &&
        verdict->outcome != SMTPSPEC_OUTCOME_FAIL)
        return;
    heard->bad++;
    if (room < 80)
        return;
    if (heard->used > 0)
        heard->rules[heard->used++] = ' ';
    heard->used += smtpspec_verdict_rule(verdict, heard->rules + heard->used,
                                         room - 1);
}

static inline void hear_exchange(void *context,
                          const struct smtpspec_exchange *exchange)
{
    struct heard *heard = context;
    enum smtpspec_listing listing = smtpspec_rules_look_up(
        &heard->terms, (enum smtpspec_command)exchange->command,
        exchange->code, NULL);
    const struct smtpspec_expectation *row = smtpspec_rules_expect(
        (enum smtpspec_state)exchange->state,
        (enum smtpspec_command)exchange->command,
        (enum smtpspec_stimulus)exchange->stimulus);

    heard->last = *exchange;
    if (listing != SMTPSPEC_LISTING_LISTED &&
        listing != SMTPSPEC_LISTING_NO_ROW &&
        (row == NULL || row->denied ||
         !smtpspec_codes_have(&row->codes, exchange->code)))
        heard->lawful = false;
}

/* Play line by line, the judge hearing both sides; `grouped`: all behind the
 * first line in one go. */
static inline void hear_as(const struct smtpspec_server_options *options,
                          const char *dialogue, bool grouped,
                          struct heard *heard)
{
    enum smtpspec_profile profile = options->profile;
    static struct smtpspec_judge judge;
    static struct played played;
    static struct text text;
    struct smtpspec_server *server = begin_as(options, &played);
    struct smtpspec_judge_sink sink = { hear_verdict, hear_exchange, heard };
    size_t at = 0, said = 0;
    unsigned handshakes = 0;

    *heard = (struct heard){ .terms = { .profile = profile,
                                        .service = options->service },
                             .lawful = true };
    smtpspec_judge_init(&judge, &heard->terms, &sink);
    write_out(dialogue,
              options->service == SMTPSPEC_SERVICE_LMTP ? HELLO_LHLO
              : profile == SMTPSPEC_PROFILE_RFC821      ? HELLO_HELO
                                                        : HELLO_EHLO, &text);
    for (;;) {
        smtpspec_judge_server(&judge,
                              (struct smtpspec_span){ played.out + said,
                                                      played.length - said });
        said = played.length;
        for (; handshakes < played.handshakes; handshakes++)
            smtpspec_judge_tls(&judge);
        if (at == text.length || played.endless ||
            played.last == SMTPSPEC_SERVER_CLOSE ||
            played.last == SMTPSPEC_SERVER_RESET)
            break;
        const char *end = memchr(text.at + at, '\r', text.length - at);
        struct smtpspec_span octets = { text.at + at, text.length - at };

        while (end != NULL && end[1] != '\n')
            end = memchr(end + 1, '\r', text.length);
        if (end != NULL && !(grouped && at > 0))
            octets.length = (size_t)(end + 2 - octets.at);
        smtpspec_judge_client(&judge, octets);
        feed(server, octets, &played);
        at += octets.length;
    }
    if (played.endless || played.waits >= 50)
        smtpspec_judge_endless(&judge);
    else if (played.last == SMTPSPEC_SERVER_IDLE)
        smtpspec_judge_turn(&judge);
    else
        smtpspec_judge_closed(&judge);
    smtpspec_server_free(server);
}

static inline void play_to_judge(enum smtpspec_profile profile,
                          enum smtpspec_misdeed misdeed, const char *dialogue,
                          bool grouped, struct heard *heard)
{
    struct smtpspec_server_options options = { .profile = profile };

    options.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
    hear_as(&options, dialogue, grouped, heard);
}

#endif
