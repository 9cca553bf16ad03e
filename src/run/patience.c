/* SPDX-License-Identifier: MIT */
/*
 * patience.c - how much of us a server bears on one connection
 */
#include "run/patience.h"

#include <limits.h>
#include <string.h>

/* A reply is late that takes so long, and so many times as long as usual. */
#define SLOW_MS 400
#define SLOW_TIMES 4
/* So many slow ones among the first cases of connections, and one in so many,
 * speak against a tarpit. */
#define FIRSTS_ENOUGH 3
#define FIRSTS_SHARE 4
#define WRONG_LIMIT 4

/* With fewer commands no server could take mail. */
#define COMMANDS_LEAST 5

void smtpspec_patience_init(struct smtpspec_patience *patience)
{
    static const struct smtpspec_patience_use all = { UINT_MAX, UINT_MAX };

    memset(patience, 0, sizeof(*patience));
    patience->limit = patience->slow = patience->least = all;
}

bool smtpspec_patience_bears(const struct smtpspec_patience *patience,
                             const struct smtpspec_patience_use *use,
                             const struct smtpspec_patience_use *more)
{
    return use->errors < patience->slow.errors &&
           use->commands < patience->slow.commands &&
           use->errors + more->errors <= patience->limit.errors &&
           use->commands + more->commands <= patience->limit.commands;
}

static bool is_within(const struct smtpspec_patience_use *use,
                      const struct smtpspec_patience_use *other)
{
    return use->errors <= other->errors && use->commands <= other->commands;
}

bool smtpspec_patience_has_borne(const struct smtpspec_patience *patience,
                                 const struct smtpspec_patience_use *use)
{
    for (unsigned i = 0; i < patience->borne_count; i++)
        if (is_within(use, &patience->borne[i]))
            return true;
    return false;
}

void smtpspec_patience_bore(struct smtpspec_patience *patience,
                            const struct smtpspec_patience_use *use)
{
    unsigned count = 0;

    if (smtpspec_patience_has_borne(patience, use))
        return;
    for (unsigned i = 0; i < patience->borne_count; i++)
        if (!is_within(&patience->borne[i], use))
            patience->borne[count++] = patience->borne[i];
    if (count < SMTPSPEC_PATIENCE_KEPT)
        patience->borne[count++] = *use;
    patience->borne_count = count;
}

static unsigned most_errors(const struct smtpspec_patience *patience)
{
    unsigned most = 0;

    for (unsigned i = 0; i < patience->borne_count; i++)
        if (patience->borne[i].errors > most)
            most = patience->borne[i].errors;
    return most;
}

static void lower(unsigned *limit, unsigned met)
{
    unsigned below = met > 0 ? met - 1 : 0;

    if (below < *limit)
        *limit = below;
}

/*
 * Which of the two was it? Errors, as long as each end came at as many of
 * them as the first (some servers count only some errors, and some all
 * commands but those of a mail transaction); else commands; and where that
 * does not explain the next one, both are kept below what was ever met.
 */
void smtpspec_patience_ended(struct smtpspec_patience *patience,
                             const struct smtpspec_patience_use *use)
{
    struct smtpspec_patience_use *limit = &patience->limit;
    unsigned most = most_errors(patience);
    bool by_errors = use->errors >= 2 && use->errors > most;

    /* That has another reason. */
    if (smtpspec_patience_has_borne(patience, use))
        return;
    patience->endings++;
    if (patience->doubts == 0)
        patience->doubts = by_errors ? 1 : 2;
    else if (patience->doubts == 1 &&
             (use->errors <= limit->errors ||
              most > limit->errors))
        patience->doubts = 2;
    else if (patience->doubts == 2 && use->commands <= limit->commands)
        patience->doubts = 3;
    if (use->errors < patience->least.errors)
        patience->least.errors = use->errors;
    if (use->commands < patience->least.commands)
        patience->least.commands = use->commands;
    limit->errors = limit->commands = UINT_MAX;
    if (patience->doubts != 2)
        lower(&limit->errors, patience->least.errors);
    if (patience->doubts != 1)
        lower(&limit->commands, patience->least.commands);
    if (limit->commands < COMMANDS_LEAST)
        limit->commands = COMMANDS_LEAST;
}

/* What some connection bore more is no argument: a server may count otherwise
 * than we do (nothing of AUTH, all anew after STARTTLS). */
bool smtpspec_patience_is_over(const struct smtpspec_patience *patience,
                               const struct smtpspec_patience_use *use)
{
    return patience->endings > 0 &&
           (use->errors > patience->limit.errors ||
            use->commands > patience->limit.commands);
}

static void keep_below(unsigned *limit, unsigned value)
{
    if (value < *limit)
        *limit = value;
}

/* Fresh connections are as slow as old ones: it is no tarpit that we were in,
 * but what we ask for, or a bad time. */
static void look_at_first(struct smtpspec_patience *patience, uint64_t slowest)
{
    static const struct smtpspec_patience_use all = { UINT_MAX, UINT_MAX };

    patience->firsts++;
    patience->slow_firsts += slowest >= SLOW_MS;
    if (patience->slow_firsts < FIRSTS_ENOUGH ||
        patience->slow_firsts * FIRSTS_SHARE < patience->firsts ||
        (patience->slow.errors == UINT_MAX &&
         patience->slow.commands == UINT_MAX))
        return;
    patience->slow = all;
    if (patience->wrong < WRONG_LIMIT)
        patience->wrong++;
}

void smtpspec_patience_time(struct smtpspec_patience *patience,
                            struct smtpspec_patience_watch *watch,
                            const struct smtpspec_patience_use *before,
                            uint64_t slowest)
{
    if (!watch->known) {
        watch->known = true;
        watch->usual = slowest;
        look_at_first(patience, slowest);
        return;
    }
    if (slowest < SLOW_MS || slowest < SLOW_TIMES * watch->usual) {
        watch->slow = 0;
        return;
    }
    if (watch->slow++ == 0)
        watch->before = *before;
    /* Once may be the case; twice in a row is the connection, or so it seems.
     * Where that was wrong, more is asked for. */
    if (watch->slow < 2u << patience->wrong)
        return;
    if (patience->slow.errors == UINT_MAX &&
        patience->slow.commands == UINT_MAX)
        patience->firsts = patience->slow_firsts = 0;
    keep_below(watch->before.errors == 0 ? &patience->slow.commands
                                         : &patience->slow.errors,
               watch->before.errors == 0 ? watch->before.commands
                                         : watch->before.errors);
}
