/* SPDX-License-Identifier: MIT */
/*
 * finite_session.c - one step of the session machine from everywhere
 *
 * Every state, command, code from 0 to 1000 and corner of what else is
 * remembered: a step knows nothing but these, so what holds here holds for
 * sessions of any length. What is remembered is one of few values but for the
 * count of recipients, of which a step asks only whether it is to be zero.
 */
#include <smtpspec/session.h>

#include "finite.h"

#define CORNERS 256

struct taken {
    struct smtpspec_session before, after;
    struct smtpspec_command_line line;
    unsigned code;
    enum smtpspec_state next;
};

static void make_corner(struct taken *taken, unsigned corner)
{
    static const uint8_t greeted[] = {
        SMTPSPEC_COMMAND_UNSET, SMTPSPEC_COMMAND_HELO, SMTPSPEC_COMMAND_EHLO,
        SMTPSPEC_COMMAND_LHLO,
    };

    taken->before.greeted = greeted[corner & 3];
    taken->before.tls = (corner & 4) != 0;
    taken->before.authenticated = (corner & 8) != 0;
    taken->before.binarymime = (corner & 16) != 0;
    taken->before.smtputf8 = (corner & 32) != 0;
    taken->before.recipients = (corner & 64) != 0;
    taken->line.last = (corner & 128) != 0;
}

static void step(struct taken *taken)
{
    taken->after = taken->before;
    taken->next =
        smtpspec_session_step(&taken->after, &taken->line, taken->code);
}

/* --- what has to hold --------------------------------------------------- */

static bool stays_in_the_table(const struct taken *taken)
{
    return taken->next > SMTPSPEC_STATE_UNSET &&
           taken->next < SMTPSPEC_STATE_COUNT &&
           taken->next == taken->after.state;
}

static bool closes_on_421(const struct taken *taken)
{
    return taken->code != 421 ||
           taken->before.state == SMTPSPEC_STATE_ASTRAY ||
           taken->next == SMTPSPEC_STATE_CLOSED;
}

static bool stays_closed(const struct taken *taken)
{
    bool known = taken->line.command != SMTPSPEC_COMMAND_UNSET &&
                 taken->line.command < SMTPSPEC_COMMAND_COUNT;

    return taken->before.state != SMTPSPEC_STATE_CLOSED || !known ||
           taken->next == SMTPSPEC_STATE_CLOSED;
}

static bool stays_astray(const struct taken *taken)
{
    return taken->before.state != SMTPSPEC_STATE_ASTRAY ||
           taken->next == SMTPSPEC_STATE_ASTRAY;
}

static bool takes_content_after_354_alone(const struct taken *taken)
{
    return taken->next != SMTPSPEC_STATE_CONTENT ||
           (taken->line.command == SMTPSPEC_COMMAND_DATA &&
            taken->code / 100 == 3);
}

/* Where commands are read at all, RSET leaves no transaction (RFC 5321,
 * 4.1.1.5). */
static bool forgets_by_rset(const struct taken *taken)
{
    bool transaction = taken->before.state == SMTPSPEC_STATE_READY ||
                       taken->before.state == SMTPSPEC_STATE_MAIL ||
                       taken->before.state == SMTPSPEC_STATE_RCPT ||
                       taken->before.state == SMTPSPEC_STATE_BDAT ||
                       taken->before.state == SMTPSPEC_STATE_BDAT_FAILED;

    if (taken->line.command != SMTPSPEC_COMMAND_RSET || !transaction ||
        taken->code / 100 != 2)
        return true;
    return taken->next == (taken->before.greeted == SMTPSPEC_COMMAND_UNSET
                               ? SMTPSPEC_STATE_IDLE
                               : SMTPSPEC_STATE_READY) &&
           taken->after.recipients == 0 && !taken->after.binarymime &&
           !taken->after.smtputf8;
}

/* Only a greeting command changes who greeted, only AUTH logs in, and TLS is
 * smtpspec_session_tls()'s. */
static bool keeps_what_is_not_its_own(const struct taken *taken)
{
    enum smtpspec_command command = taken->line.command;
    bool success = taken->code / 100 == 2;
    bool greets = success && (command == SMTPSPEC_COMMAND_HELO ||
                              command == SMTPSPEC_COMMAND_EHLO ||
                              command == SMTPSPEC_COMMAND_LHLO);
    bool logs_in = success && (command == SMTPSPEC_COMMAND_AUTH ||
                               command == SMTPSPEC_COMMAND_AUTH_CONTINUE);

    return taken->after.tls == taken->before.tls &&
           (greets || taken->after.greeted == taken->before.greeted) &&
           (logs_in ||
            taken->after.authenticated == taken->before.authenticated);
}

static bool adds_a_recipient_by_rcpt_alone(const struct taken *taken)
{
    return taken->after.recipients <= taken->before.recipients ||
           (taken->line.command == SMTPSPEC_COMMAND_RCPT &&
            taken->code / 100 == 2 &&
            taken->after.recipients == taken->before.recipients + 1);
}

static const struct {
    const char *name;
    bool (*holds)(const struct taken *taken);
} sentences[] = {
    { "stays in the table", stays_in_the_table },
    { "closes on 421", closes_on_421 },
    { "stays closed", stays_closed },
    { "stays astray", stays_astray },
    { "takes content after 354 alone", takes_content_after_354_alone },
    { "forgets by RSET", forgets_by_rset },
    { "keeps what is not its own", keeps_what_is_not_its_own },
    { "adds a recipient by RCPT alone", adds_a_recipient_by_rcpt_alone },
};

static void complain(struct finite *finite, const struct taken *taken,
                     const char *name)
{
    char what[160];

    snprintf(what, sizeof(what), "not so: %s: %s, %s answered %u, then %s",
             name, smtpspec_state_name(taken->before.state),
             smtpspec_command_name(taken->line.command), taken->code,
             smtpspec_state_name(taken->next));
    finite_fail(finite, what, SMTPSPEC_SPAN(""));
}

/* All codes and corners of one state and command. */
static uint64_t all_codes(struct finite *finite, unsigned state,
                          unsigned command)
{
    struct taken taken = { 0 };

    taken.before.state = (uint8_t)state;
    taken.line.command = (enum smtpspec_command)command;
    for (unsigned corner = 0; corner < CORNERS; corner++) {
        make_corner(&taken, corner);
        for (taken.code = 0; taken.code <= 1000; taken.code++) {
            step(&taken);
            for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(sentences); i++)
                if (!sentences[i].holds(&taken))
                    complain(finite, &taken, sentences[i].name);
        }
    }
    return CORNERS * 1001;
}

int main(void)
{
    struct finite finite = { 0 };
    uint64_t members = 0;

    for (unsigned state = SMTPSPEC_STATE_CONNECT; state < SMTPSPEC_STATE_COUNT;
         state++)
        for (unsigned command = 0; command <= SMTPSPEC_COMMAND_COUNT;
             command++)
            members += all_codes(&finite, state, command);
    finite_done(&finite, "steps of the session machine", members);
    return finite_end(&finite);
}
