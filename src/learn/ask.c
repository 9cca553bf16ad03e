/* SPDX-License-Identifier: MIT */
/*
 * ask.c - put words to a server, each on a connection of its own
 *
 * A word whose connection was closed without a goodbye is held until a
 * connection that was begun later is greeted. Where one is not, all words that
 * are held go back, and are asked one at a time.
 */
#include "learn/ask.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/dial.h"
#include "learn/errands.h"
#include "learn/gate.h"
#include "learn/silence.h"
#include "net/interrupt.h"
#include "net/memory.h"

#define GONE_MS 100000
#define BUILTIN_GONE_MS 2000
#define BACK_OFF_LEAST 50
#define BACK_OFF_MOST 2000
/* Where nobody has ever greeted. */
#define KNOCKS_AT_FIRST 3

struct slot {
    struct smtpspec_ask *ask;
    struct smtpspec_dial *dial; /* NULL: free                                */
    struct smtpspec_question none; /* an empty word: is anybody there?       */
    struct smtpspec_errand errand;
    bool knocks;               /* with the empty word                        */
    uint64_t turn;             /* when it was begun                          */
};

struct smtpspec_ask {
    const struct smtpspec_ask_terms *terms;
    struct smtpspec_dial_terms dial;
    uv_loop_t loop;
    bool looped;
    struct smtpspec_addresses addresses;
    struct smtpspec_server_options server;
    struct smtpspec_server_house house;
    struct smtpspec_ask_facts facts;
    struct smtpspec_silences silences;
    struct slot *slots;
    unsigned jobs, open;
    uint64_t gone_ms;
    uint64_t turn;

    struct smtpspec_question *questions; /* of the batch                     */
    size_t count, next;
    void (*answered)(void *context, struct smtpspec_question *question);
    void *context;
    struct smtpspec_errands again; /* before all others */
    struct smtpspec_errands late; /* after all others */
    struct smtpspec_errands held; /* answered, if anybody is there */
    struct smtpspec_errands lonely; /* suspects, to be asked one at a time */
    struct smtpspec_errand suspect; /* that was asked last of these */
    bool suspected;
    bool mute;                 /* no banner came: one knocks at a time       */
    uint64_t mute_since;
    unsigned knocks;
    uv_timer_t timer;          /* until the next knock                       */
    struct smtpspec_gate gate;
    struct smtpspec_interrupt interrupt;
    bool stopping;
};

/* --- Answers -------------------------------------------------------------- */

static struct smtpspec_question *
question_of(struct smtpspec_ask *ask, const struct smtpspec_errand *errand)
{
    return &ask->questions[errand->number];
}

static void deliver(struct smtpspec_ask *ask,
                    const struct smtpspec_errand *errand)
{
    struct smtpspec_question *question = question_of(ask, errand);

    question->answered = errand->length;
    if (ask->answered != NULL)
        ask->answered(ask->context, question);
}

/* Somebody was greeted by a connection begun at that turn: those held before
 * it have not killed anything. */
static void release(struct smtpspec_ask *ask, uint64_t turn)
{
    struct smtpspec_errand errand;

    while (ask->held.count > 0 && ask->held.at[ask->held.first].turn < turn &&
           smtpspec_errands_take(&ask->held, &errand))
        deliver(ask, &errand);
}

/* Answer a word that begins with a deadly one without asking it. */
static bool spare(struct smtpspec_ask *ask,
                  const struct smtpspec_errand *errand)
{
    struct smtpspec_question *question = question_of(ask, errand);

    for (unsigned i = 0; i < ask->facts.death_count; i++) {
        const struct smtpspec_ask_death *death = &ask->facts.deaths[i];

        if (!smtpspec_death_begins(death, question->word, errand->length))
            continue;
        smtpspec_death_answer(death, question->outputs, errand->length);
        ask->facts.spared++;
        deliver(ask, errand);
        return true;
    }
    return false;
}

/* Of the batch, in its order. */
static bool take_next(struct smtpspec_ask *ask,
                      struct smtpspec_errand *errand)
{
    const struct smtpspec_question *question = &ask->questions[ask->next];

    if (ask->next == ask->count)
        return false;
    *errand = (struct smtpspec_errand){
        .number = ask->next++,
        .length = smtpspec_caps_within(ask->terms->caps, question->word,
                                       question->length)
    };
    return true;
}

/* The next word to be asked; false where there is none for now. */
static bool next_errand(struct smtpspec_ask *ask,
                        struct smtpspec_errand *errand)
{
    while (smtpspec_errands_take(&ask->again, errand) ||
           take_next(ask, errand) ||
           smtpspec_errands_take(&ask->late, errand)) {
        if (spare(ask, errand))
            continue;
        if (errand->late ||
            !smtpspec_deaths_threaten(ask->facts.deaths,
                                      ask->facts.death_count,
                                      question_of(ask, errand)->word,
                                      errand->length))
            return true;
        errand->late = true;
        smtpspec_errands_add(&ask->late, *errand);
    }
    return false;
}

/* --- Connections ---------------------------------------------------------- */

static void pump(struct smtpspec_ask *ask);

static void stop(struct smtpspec_ask *ask)
{
    ask->stopping = true;
    uv_timer_stop(&ask->timer);
    uv_timer_stop(&ask->gate.timer);
    for (unsigned i = 0; i < ask->terms->jobs; i++)
        if (ask->slots[i].dial != NULL)
            smtpspec_dial_close(ask->slots[i].dial);
}

/* The word in question was asked alone, and then nobody answered. */
static void note_death(struct smtpspec_ask *ask)
{
    const struct smtpspec_question *question =
        question_of(ask, &ask->suspect);
    struct smtpspec_ask_death *death =
        &ask->facts.deaths[ask->facts.death_count++];

    smtpspec_death_note(death, question->word, question->outputs,
                        ask->suspect.length);
    death->alone = true;
    death->gone_ms = 0;
    deliver(ask, &ask->suspect);
    ask->suspected = false;
}

/* Nobody is there any more; what was asked last is all that can be told. */
static void give_up(struct smtpspec_ask *ask, const char *why)
{
    struct smtpspec_ask_facts *facts = &ask->facts;

    if (!ask->suspected && ask->lonely.count > 0 &&
        facts->death_count < SMTPSPEC_ASK_DEATHS_MOST) {
        bool alone = ask->lonely.count == 1;

        smtpspec_errands_take(&ask->lonely, &ask->suspect);
        note_death(ask);
        facts->deaths[facts->death_count - 1].alone = alone;
    }
    snprintf(facts->trouble, sizeof(facts->trouble), "%s", why);
    stop(ask);
}

static void fall_mute(struct smtpspec_ask *ask)
{
    struct smtpspec_errand errand;

    if (ask->mute)
        return;
    ask->mute = true;
    ask->mute_since = uv_now(&ask->loop);
    ask->knocks = 0;
    /* Only one word was cut off: it needs not be asked again to be sure. */
    if (!ask->suspected && ask->held.count == 1)
        ask->suspected = smtpspec_errands_take(&ask->held, &ask->suspect);
    if (ask->suspected)
        note_death(ask);
    while (smtpspec_errands_take(&ask->held, &errand))
        smtpspec_errands_add(&ask->lonely, errand);
}

/* A banner came again. */
static void wake(struct smtpspec_ask *ask)
{
    unsigned deaths = ask->facts.death_count;
    uint64_t ms = uv_now(&ask->loop) - ask->mute_since;

    ask->mute = false;
    if (deaths > 0 && ask->facts.deaths[deaths - 1].gone_ms == 0)
        ask->facts.deaths[deaths - 1].gone_ms = ms > 0 ? ms : 1;
    if (deaths == SMTPSPEC_ASK_DEATHS_MOST)
        give_up(ask, "it died several times, and is left alone");
}

static void on_greeted(void *context)
{
    struct slot *slot = context;
    struct smtpspec_ask *ask = slot->ask;

    if (ask->mute && slot->knocks)
        wake(ask);
    if (!ask->mute)
        release(ask, slot->turn);
}

static bool is_sure(const struct slot *slot)
{
    return !slot->knocks && question_of(slot->ask, &slot->errand)->sure;
}

static bool on_believes(void *context, unsigned symbol)
{
    const struct slot *slot = context;

    return !is_sure(slot) &&
           smtpspec_silences_believe(&slot->ask->silences, symbol);
}

static bool on_takes(void *context, unsigned symbol)
{
    struct slot *slot = context;

    return !is_sure(slot) &&
           smtpspec_silences_take(&slot->ask->silences, symbol);
}

/* No banner: who was asked is asked again. Servers that turn away who comes
 * too often get fewer at a time. */
static void on_ungreeted(struct slot *slot,
                         const struct smtpspec_dial_facts *facts)
{
    struct smtpspec_ask *ask = slot->ask;
    char why[200];

    ask->facts.unbannered++;
    if (ask->suspected && !slot->knocks) {
        ask->suspected = false;
        smtpspec_errands_add(&ask->lonely, slot->errand);
    } else if (!slot->knocks) {
        smtpspec_errands_add(&ask->again, slot->errand);
    }
    if (facts->banner != 0 && ask->jobs > 1)
        ask->jobs /= 2;
    fall_mute(ask);
    if (uv_now(&ask->loop) - ask->mute_since < ask->gone_ms &&
        (ask->facts.greeting[0] != '\0' || ask->knocks < KNOCKS_AT_FIRST))
        return;
    if (facts->banner != 0)
        snprintf(why, sizeof(why), "it greets with %u", facts->banner);
    else
        snprintf(why, sizeof(why), "no banner%s%s",
                 facts->why[0] != '\0' ? ": " : "", facts->why);
    give_up(ask, why);
}

/* It was closed amid the word. Asked alone, it is the one if nobody is there
 * now. */
static void on_broken(struct slot *slot)
{
    struct smtpspec_ask *ask = slot->ask;

    if (ask->suspected)
        return;
    slot->errand.turn = ask->turn;
    smtpspec_errands_add(ask->mute ? &ask->lonely : &ask->held, slot->errand);
}

static void on_answered(struct slot *slot)
{
    struct smtpspec_ask *ask = slot->ask;
    const struct smtpspec_question *question;

    /* Somebody is there: the word that was asked alone has killed nobody. */
    if (slot->knocks && ask->suspected)
        deliver(ask, &ask->suspect);
    ask->suspected = false;
    if (slot->knocks)
        return;
    question = question_of(ask, &slot->errand);
    if (slot->errand.silent)
        smtpspec_silences_note(&ask->silences, question->word,
                               question->outputs, slot->errand.length);
    deliver(ask, &slot->errand);
}

static void conclude(struct slot *slot,
                     const struct smtpspec_dial_facts *facts)
{
    struct smtpspec_ask *ask = slot->ask;

    switch (facts->end) {
    case SMTPSPEC_DIAL_ANSWERED:
        on_answered(slot);
        break;
    case SMTPSPEC_DIAL_BROKEN:
        on_broken(slot);
        break;
    case SMTPSPEC_DIAL_SILENT:
        ask->facts.silences++;
        ask->suspected = false;
        slot->errand.patient = slot->errand.silent = true;
        smtpspec_errands_add(&ask->again, slot->errand);
        break;
    case SMTPSPEC_DIAL_UNGREETED:
        on_ungreeted(slot, facts);
        break;
    case SMTPSPEC_DIAL_STOPPED:
        break;
    }
}

static void on_over(void *context, const struct smtpspec_dial_facts *facts)
{
    struct slot *slot = context;
    struct smtpspec_ask *ask = slot->ask;

    slot->dial = NULL;
    ask->open--;
    ask->facts.symbols += facts->sent;
    ask->facts.offered |= facts->offered;
    if (ask->facts.greeting[0] == '\0' && facts->greeted)
        snprintf(ask->facts.greeting, sizeof(ask->facts.greeting), "%s",
                 facts->greeting.at);
    if (!ask->stopping)
        conclude(slot, facts);
    pump(ask);
}

static struct slot *free_slot(struct smtpspec_ask *ask)
{
    unsigned i = 0;

    while (ask->slots[i].dial != NULL)
        i++;
    return &ask->slots[i];
}

/* Ask a word; NULL: only knock. */
static void begin(struct smtpspec_ask *ask,
                  const struct smtpspec_errand *errand)
{
    struct slot *slot = free_slot(ask);
    struct smtpspec_question *question = &slot->none;
    const struct smtpspec_dial_events events = {
        .greeted = on_greeted, .believes = on_believes, .takes = on_takes,
        .over = on_over, .context = slot
    };

    slot->ask = ask;
    slot->knocks = errand == NULL;
    slot->turn = ++ask->turn;
    slot->errand = (struct smtpspec_errand){ .patient = ask->mute };
    if (errand != NULL) {
        slot->errand = *errand;
        question = question_of(ask, errand);
        memset(question->outputs, 0,
               question->length * sizeof(*question->outputs));
    }
    ask->open++;
    ask->facts.connections++;
    slot->dial = smtpspec_dial_new(&ask->dial, question, slot->errand.length,
                                   slot->errand.patient, &events);
}

static void on_knock(uv_timer_t *timer)
{
    struct smtpspec_ask *ask = timer->data;
    if (ask->open == 0 && !ask->stopping && smtpspec_gate_pass(&ask->gate))
        begin(ask, NULL);
}

static void knock_later(struct smtpspec_ask *ask)
{
    uint64_t ms = BACK_OFF_LEAST;

    for (unsigned i = 0; i < ask->knocks && ms < BACK_OFF_MOST; i++)
        ms *= 2;
    ask->knocks++;
    uv_timer_start(&ask->timer, on_knock,
                   ms < BACK_OFF_MOST ? ms : BACK_OFF_MOST, 0);
}

/* A suspect is asked alone, and then somebody knocks. */
static void pump_lonely(struct smtpspec_ask *ask)
{
    if (ask->open > 0 || !smtpspec_gate_pass(&ask->gate))
        return;
    if (ask->suspected) {
        begin(ask, NULL);
    } else if (smtpspec_errands_take(&ask->lonely, &ask->suspect)) {
        if (spare(ask, &ask->suspect)) {
            smtpspec_pace_give_back(&ask->gate.pace);
            pump(ask);
            return;
        }
        ask->suspected = true;
        begin(ask, &ask->suspect);
    }
}

static void pump(struct smtpspec_ask *ask)
{
    struct smtpspec_errand errand;

    if (ask->stopping)
        return;
    if (ask->mute) {
        if (ask->open == 0)
            knock_later(ask);
        return;
    }
    if (ask->lonely.count > 0 || ask->suspected) {
        pump_lonely(ask);
        return;
    }
    while (ask->open < ask->jobs && smtpspec_gate_pass(&ask->gate)) {
        bool more = next_errand(ask, &errand);

        /* The last answers wait for a sign of life. */
        if (more || (ask->open == 0 && ask->held.count > 0))
            begin(ask, more ? &errand : NULL);
        else
            smtpspec_pace_give_back(&ask->gate.pace);
        if (!more)
            return;
    }
}

static void on_gate(void *context)
{
    pump(context);
}

/* --- The whole ------------------------------------------------------------ */

struct smtpspec_ask *smtpspec_ask_new(const struct smtpspec_ask_terms *terms)
{
    struct smtpspec_ask *ask = smtpspec_memory_new(sizeof(*ask));

    ask->terms = terms;
    ask->jobs = terms->jobs;
    ask->gate.opens = on_gate;
    ask->gate.context = ask;
    smtpspec_pace_init(&ask->gate.pace, terms->rate);
    ask->slots = smtpspec_memory_new(terms->jobs * sizeof(*ask->slots));
    ask->looped = uv_loop_init(&ask->loop) == 0;
    if (!ask->looped) {
        snprintf(ask->facts.trouble, sizeof(ask->facts.trouble),
                 "no event loop");
        return ask;
    }
    signal(SIGPIPE, SIG_IGN);
    ask->dial = (struct smtpspec_dial_terms){
        .loop = &ask->loop, .ask = terms, .addresses = &ask->addresses
    };
    if (terms->target->kind == SMTPSPEC_TARGET_EMBEDDED) {
        ask->server = *terms->server;
        ask->server.house = &ask->house;
        ask->server.service = (enum smtpspec_service)terms->target->service;
        ask->dial.server = &ask->server;
    }
    ask->gone_ms = terms->gone_ms > 0         ? terms->gone_ms
                   : ask->dial.server != NULL ? BUILTIN_GONE_MS : GONE_MS;
    smtpspec_dial_aim(&ask->dial, ask->facts.trouble,
                      sizeof(ask->facts.trouble));
    return ask;
}

void smtpspec_ask_free(struct smtpspec_ask *ask)
{
    if (ask->addresses.list != NULL)
        smtpspec_addresses_free(&ask->addresses);
    if (ask->looped && uv_run(&ask->loop, UV_RUN_DEFAULT) == 0)
        uv_loop_close(&ask->loop);
    smtpspec_errands_drop(&ask->again);
    smtpspec_errands_drop(&ask->late);
    smtpspec_errands_drop(&ask->held);
    smtpspec_errands_drop(&ask->lonely);
    free(ask->slots);
    free(ask);
}

static void on_interrupt(void *context)
{
    struct smtpspec_ask *ask = context;
    ask->facts.signal = smtpspec_interrupted();
    stop(ask);
}
/* Until nothing is under way any more. */
static void run(struct smtpspec_ask *ask)
{
    uv_timer_init(&ask->loop, &ask->timer);
    ask->timer.data = ask;
    smtpspec_gate_begin(&ask->gate, &ask->loop);
    smtpspec_interrupt_watch(&ask->interrupt, &ask->loop, on_interrupt, ask);
    pump(ask);
    while (ask->open > 0 || (ask->mute && !ask->stopping) ||
           smtpspec_gate_waits(&ask->gate))
        uv_run(&ask->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&ask->timer, NULL);
    smtpspec_gate_end(&ask->gate);
    smtpspec_interrupt_leave(&ask->interrupt);
    uv_run(&ask->loop, UV_RUN_DEFAULT);
}

bool smtpspec_ask_all(struct smtpspec_ask *ask,
                      struct smtpspec_question *questions, size_t count,
                      void (*answered)(void *context,
                                       struct smtpspec_question *question),
                      void *context)
{
    for (size_t i = 0; i < count; i++)
        questions[i].answered = 0;
    if (ask->facts.trouble[0] != '\0' || ask->facts.signal != 0)
        return false;
    ask->again.count = ask->late.count = ask->held.count =
        ask->lonely.count = 0;
    ask->questions = questions;
    ask->count = count;
    ask->next = 0;
    ask->answered = answered;
    ask->context = context;
    run(ask);
    return ask->facts.trouble[0] == '\0' && ask->facts.signal == 0;
}

const struct smtpspec_ask_facts *
smtpspec_ask_facts(const struct smtpspec_ask *ask)
{
    return &ask->facts;
}
