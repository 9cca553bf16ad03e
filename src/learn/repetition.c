/* SPDX-License-Identifier: MIT */
/*
 * repetition.c - how often does a server bear a command?
 */
#include "learn/repetition.h"

#include <stdlib.h>
#include <string.h>

#include <smtpspec/command.h>

#include "net/memory.h"

#define CONTEXT_MOST 2
#define WORD_LENGTH (CONTEXT_MOST + SMTPSPEC_REPETITION_TIMES)

/* --- What it means -------------------------------------------------------- */

/* Whether a reply came late. Where none came that is no delay: a server that
 * hangs is to be found by all words. */
static bool is_slow(const uint32_t *outputs, const uint32_t *times,
                    size_t first, size_t i)
{
    uint32_t usual = times[first] > 1000 ? times[first] : 1000;

    return (outputs[i] &
            (SMTPSPEC_OUTPUT_SILENT | SMTPSPEC_OUTPUT_STAYS)) == 0 &&
           times[i] >= SMTPSPEC_REPETITION_SLOW_MS * 1000u &&
           times[i] / 10 >= usual;
}

/* Two slow ones in a row, or a slow one behind which nothing comes any more. */
static void find_slow(const uint32_t *outputs, const uint32_t *times,
                      size_t context, size_t length,
                      struct smtpspec_repetition *out)
{
    for (size_t i = context + 1; i < length; i++) {
        bool last = i + 1 == length || smtpspec_output_ends(outputs[i]) ||
                    smtpspec_output_ends(outputs[i + 1]);

        if (!is_slow(outputs, times, context, i) ||
            (!last && !is_slow(outputs, times, context, i + 1)))
            continue;
        out->slow = (unsigned)(i - context + 1);
        out->slow_ms = times[i] / 1000;
        return;
    }
}

/* The first answer may differ from all others: a second MAIL is nested. */
void smtpspec_repetition_read(const uint32_t *outputs, const uint32_t *times,
                              size_t context, size_t length,
                              struct smtpspec_repetition *out)
{
    *out = (struct smtpspec_repetition){ .times = 0 };
    if (length <= context + 1)
        return;
    out->times = (unsigned)(length - context);
    out->usual = outputs[context + 1];
    for (size_t i = context + 1; i < length && out->change == 0; i++)
        if (outputs[i] != out->usual || smtpspec_output_ends(outputs[i])) {
            out->change = (unsigned)(i - context + 1);
            out->changed = outputs[i];
        }
    find_slow(outputs, times, context, length, out);
}

static bool is_hello(const struct smtpspec_symbol *symbol)
{
    return symbol->command == SMTPSPEC_COMMAND_EHLO ||
           symbol->command == SMTPSPEC_COMMAND_HELO ||
           symbol->command == SMTPSPEC_COMMAND_LHLO;
}

void smtpspec_repetition_cap(const struct smtpspec_alphabet *alphabet,
                             const struct smtpspec_repetition found[],
                             struct smtpspec_caps *caps)
{
    unsigned hello = alphabet->count;

    memset(caps, 0, sizeof(*caps));
    caps->together = true;
    for (unsigned i = 0; i < alphabet->count; i++) {
        bool slow = found[i].slow > 1;
        unsigned at = i;

        if (is_hello(&alphabet->symbols[i])) {
            hello = hello < alphabet->count ? hello : i;
            caps->with[i] = (uint8_t)hello;
            at = hello;
        } else {
            caps->with[i] = (uint8_t)i;
        }
        if (slow && (caps->most[at] == 0 || found[i].slow <= caps->most[at]))
            caps->most[at] = (uint16_t)(found[i].slow - 1);
    }
}

/* --- Asking --------------------------------------------------------------- */

/* A symbol of that command, as it should be; `count` where there is none. */
static unsigned plain(const struct smtpspec_alphabet *alphabet,
                      enum smtpspec_command command)
{
    unsigned i = 0;

    while (i < alphabet->count && (alphabet->symbols[i].command != command ||
                                   alphabet->symbols[i].unknown))
        i++;
    return i;
}

/* What is sent first, so that the command is in its place; its length. */
static size_t context_of(const struct smtpspec_alphabet *alphabet,
                         unsigned symbol, uint8_t *word)
{
    unsigned ehlo = plain(alphabet, SMTPSPEC_COMMAND_EHLO);
    unsigned mail = plain(alphabet, SMTPSPEC_COMMAND_MAIL);
    size_t length = 0;

    if (is_hello(&alphabet->symbols[symbol]) || ehlo == alphabet->count)
        return 0;
    word[length++] = (uint8_t)ehlo;
    if (alphabet->symbols[symbol].command == SMTPSPEC_COMMAND_RCPT &&
        mail < alphabet->count)
        word[length++] = (uint8_t)mail;
    return length;
}

struct drill {
    uint8_t word[WORD_LENGTH];
    uint32_t outputs[WORD_LENGTH], times[WORD_LENGTH];
    size_t context;
};

/* A delay that was seen twice in a row will come each time, or grow. */
static bool is_enough(const void *context, size_t length)
{
    const struct drill *drill = context;
    struct smtpspec_repetition found;

    smtpspec_repetition_read(drill->outputs, drill->times, drill->context,
                             length, &found);
    return found.slow > 0 && found.slow < length - drill->context;
}

/* How many outputs there are. */
static size_t count_outputs(const struct drill *drill, size_t length)
{
    while (length > 0 &&
           drill->outputs[length - 1] == SMTPSPEC_OUTPUT_NONE)
        length--;
    return length;
}

static void prepare(const struct smtpspec_alphabet *alphabet, unsigned symbol,
                    struct drill *drill, struct smtpspec_question *question)
{
    drill->context = context_of(alphabet, symbol, drill->word);
    memset(drill->word + drill->context, (int)symbol,
           SMTPSPEC_REPETITION_TIMES);
    *question = (struct smtpspec_question){
        .word = drill->word, .outputs = drill->outputs,
        .times = drill->times, .brief = true, .enough = is_enough,
        .context = drill,
        .length = drill->context + SMTPSPEC_REPETITION_TIMES
    };
}

void smtpspec_repetition_commands(const struct smtpspec_alphabet *alphabet,
                                  const struct smtpspec_repetition found[],
                                  struct smtpspec_command_caps *caps)
{
    memset(caps, 0, sizeof(*caps));
    for (unsigned i = 0; i < alphabet->count; i++)
        if (found[i].slow > 1)
            smtpspec_command_caps_lower(
                caps, (enum smtpspec_command)alphabet->symbols[i].command,
                found[i].slow - 1);
}

bool smtpspec_repetition_probe(struct smtpspec_ask *ask,
                               const struct smtpspec_alphabet *alphabet,
                               struct smtpspec_repetition found[])
{
    struct drill *drills =
        smtpspec_memory_new(alphabet->count * sizeof(*drills));
    struct smtpspec_question *questions =
        smtpspec_memory_new(alphabet->count * sizeof(*questions));
    unsigned count = 0, at = 0;
    bool done;

    for (unsigned i = 0; i < alphabet->count; i++)
        if (alphabet->symbols[i].command != SMTPSPEC_COMMAND_QUIT) {
            prepare(alphabet, i, &drills[count], &questions[count]);
            count++;
        }
    done = smtpspec_ask_all(ask, questions, count, NULL, NULL);
    for (unsigned i = 0; i < alphabet->count; i++) {
        found[i] = (struct smtpspec_repetition){ .times = 0 };
        if (alphabet->symbols[i].command == SMTPSPEC_COMMAND_QUIT)
            continue;
        smtpspec_repetition_read(drills[at].outputs, drills[at].times,
                                 drills[at].context,
                                 count_outputs(&drills[at],
                                               questions[at].answered),
                                 &found[i]);
        at++;
    }
    free(questions);
    free(drills);
    return done;
}
