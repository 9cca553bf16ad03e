/* SPDX-License-Identifier: MIT */
/*
 * fuzz_learnt.c - what `learn` reads: an alphabet, what was answered, a machine
 *
 * targets:  smtpspec_alphabet_read, smtpspec_cache_read, _write, _look,
 *           smtpspec_machine_read, _write, smtpspec_mealy_minimise, _same,
 *           smtpspec_fold, smtpspec_portrait_make, _write_dot, _draw
 * input:    a cache of the alphabet core8, with its head line; or JSON, which
 *           is a machine; or an alphabet
 * holds:    what is wrong is said in a line; an alphabet has symbols of
 *           different names, of one line each; a cache that is written and
 *           read again knows the same, and all that is behind an end; so does
 *           a machine, and its least form behaves as it does; folded, states
 *           of a copy lie within it; a picture is plain text, and no larger
 *           than it may be
 * seeds:    corpus/seeds/learnt    words: corpus/dictionaries/learnt.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cutting.h"

#include "learn/cache.h"
#include "learn/fold.h"
#include "learn/machine_file.h"
#include "learn/portrait.h"

#define SIZE_LIMIT (1 << 13)

static struct smtpspec_alphabet alphabet;

static const struct smtpspec_alphabet_names names = {
    .domain = { "probe.example", 13 },
    .from = { "a@probe.example", 15 },
    .to = { "b@embedded.example", 18 },
    .unknown = { "c@embedded.example", 18 }
};

/* --- Text in memory ------------------------------------------------------- */

struct paper {
    char *text;
    size_t length;
    FILE *file;
};

static void open_paper(struct paper *paper)
{
    paper->text = NULL;
    paper->file = open_memstream(&paper->text, &paper->length);
    MUST(paper->file != NULL);
}

static struct smtpspec_span close_paper(struct paper *paper)
{
    MUST(fclose(paper->file) == 0);
    return (struct smtpspec_span){ paper->text, paper->length };
}

static void check_why(const char *why)
{
    MUST(why[0] != '\0' && strchr(why, '\n') == NULL);
}

/* --- An alphabet ---------------------------------------------------------- */

static void check_symbol(const struct smtpspec_alphabet *read, unsigned number)
{
    const struct smtpspec_symbol *symbol = &read->symbols[number];
    struct smtpspec_span name = smtpspec_span_of(symbol->name);

    MUST(name.length > 0 && name.length < SMTPSPEC_SYMBOL_NAME_KEPT);
    MUST(smtpspec_alphabet_find(read, name) == number);
    MUST(symbol->line_length >= 2 &&
         symbol->line_length <= SMTPSPEC_SYMBOL_LINE_KEPT);
    MUST(symbol->line[symbol->line_length - 2] == '\r' &&
         symbol->line[symbol->line_length - 1] == '\n');
    MUST(symbol->content_length <= SMTPSPEC_SYMBOL_LINE_KEPT);
}

static void try_alphabet(struct smtpspec_span text)
{
    static struct smtpspec_alphabet read;
    char why[192] = "";

    if (!smtpspec_alphabet_read(&read, text, &names, why, sizeof(why))) {
        check_why(why);
        return;
    }
    MUST(read.count > 0 && read.count <= SMTPSPEC_SYMBOLS_KEPT);
    for (unsigned i = 0; i < read.count; i++)
        check_symbol(&read, i);
}

/* --- What was answered ---------------------------------------------------- */

static bool is_known(void *context, const uint8_t *word,
                     const uint32_t *outputs, size_t length, bool leaf)
{
    const struct smtpspec_cache *other = context;
    uint32_t seen[SMTPSPEC_WORD_KEPT + 1];
    uint8_t longer[SMTPSPEC_WORD_KEPT + 1] = { 0 };
    bool ends = smtpspec_output_ends(outputs[length - 1]);

    MUST(leaf || !ends);
    memcpy(longer, word, length);
    MUST(smtpspec_cache_look(other, longer, length + ends, seen) ==
         length + ends);
    MUST(memcmp(seen, outputs, length * sizeof(*seen)) == 0);
    return true;
}

static void try_cache(struct smtpspec_span text)
{
    struct smtpspec_cache cache = { .nodes = NULL }, again = { .nodes = NULL };
    struct paper paper;
    char why[192] = "";

    if (smtpspec_cache_read(&cache, &alphabet, text, why, sizeof(why))) {
        open_paper(&paper);
        MUST(smtpspec_cache_write(&cache, &alphabet, paper.file));
        MUST(smtpspec_cache_read(&again, &alphabet, close_paper(&paper), why,
                                 sizeof(why)));
        free(paper.text);
        MUST(again.count <= cache.count);
        smtpspec_cache_walk(&cache, is_known, &again);
        smtpspec_cache_walk(&again, is_known, &cache);
    } else {
        check_why(why);
    }
    smtpspec_cache_free(&cache);
    smtpspec_cache_free(&again);
}

/* --- A machine ------------------------------------------------------------ */

static void check_fold(const struct smtpspec_mealy *least)
{
    struct smtpspec_fold fold;
    char told[256];

    smtpspec_fold(least, &fold);
    MUST(fold.copies >= 1 && fold.states >= 1);
    MUST(fold.copies * fold.states + fold.closes == least->states ||
         fold.copies == 1);
    for (unsigned i = 0; i < least->states; i++) {
        MUST(fold.like[i] < least->states);
        MUST(fold.copy[i] <= fold.copies);
        MUST(fold.like[fold.like[i]] == fold.like[i]);
    }
    MUST(smtpspec_fold_tell(&fold, told, sizeof(told)) < sizeof(told));
    smtpspec_fold_free(&fold);
}

static void check_drawing(const struct smtpspec_drawing *drawing)
{
    MUST(drawing->width > 0 && drawing->height > 0);
    for (unsigned i = 0; i < drawing->arrow_count; i++) {
        const struct smtpspec_drawing_arrow *arrow = &drawing->arrows[i];

        MUST(arrow->from < drawing->box_count &&
             arrow->to < drawing->box_count);
        MUST(arrow->point_count % 3 == 1);
    }
}

static void check_portrait(const struct smtpspec_machine *machine)
{
    const struct smtpspec_spec spec = {
        .terms = { .profile = SMTPSPEC_PROFILE_MODERN,
                   .service = machine->service,
                   .offered = machine->offered },
        .alphabet = &machine->alphabet
    };
    struct smtpspec_portrait portrait;
    struct smtpspec_drawing *drawing;
    struct paper paper;
    struct smtpspec_span text, line;

    if (!smtpspec_portrait_make(&portrait, &machine->mealy, &spec))
        return;
    MUST(portrait.node_count <= SMTPSPEC_PORTRAIT_NODES_MOST + 16);
    open_paper(&paper);
    MUST(smtpspec_portrait_write_dot(&portrait, paper.file));
    text = close_paper(&paper);
    while (harness_line(&text, &line))
        MUST(harness_is_plain(line));
    free(paper.text);
    drawing = smtpspec_portrait_draw(&portrait);
    check_drawing(drawing);
    smtpspec_portrait_drawing_free(drawing);
    smtpspec_portrait_free(&portrait);
}

static void check_machine(const struct smtpspec_machine *machine)
{
    struct smtpspec_machine again;
    struct smtpspec_mealy least;
    struct smtpspec_span text;
    struct paper paper;
    uint8_t word[SMTPSPEC_WORD_KEPT];
    char why[192] = "";
    size_t length;

    open_paper(&paper);
    MUST(smtpspec_machine_write(machine, paper.file));
    text = close_paper(&paper);
    paper.file = fmemopen(paper.text, text.length, "r");
    MUST(paper.file != NULL);
    MUST(smtpspec_machine_read(&again, paper.file, why, sizeof(why)));
    fclose(paper.file);
    free(paper.text);
    MUST(smtpspec_mealy_same(&machine->mealy, &again.mealy, word, &length));
    MUST(again.whole == machine->whole && again.service == machine->service &&
         again.offered == machine->offered &&
         again.alphabet.count == machine->alphabet.count);
    smtpspec_mealy_minimise(&machine->mealy, &least);
    MUST(least.states <= machine->mealy.states);
    MUST(smtpspec_mealy_same(&machine->mealy, &least, word, &length));
    check_fold(&least);
    smtpspec_mealy_free(&least);
    smtpspec_machine_free(&again);
}

static void try_machine(struct smtpspec_span text)
{
    static struct smtpspec_machine machine;
    FILE *file = fmemopen((void *)(uintptr_t)text.at, text.length, "r");
    char why[192] = "";

    MUST(file != NULL);
    if (smtpspec_machine_read(&machine, file, why, sizeof(why))) {
        check_machine(&machine);
        if (machine.alphabet.count == 0 &&
            smtpspec_machine_fits(&machine.mealy, &alphabet))
            machine.alphabet = alphabet;
        if (machine.alphabet.count > 0)
            check_portrait(&machine);
        smtpspec_machine_free(&machine);
    } else {
        check_why(why);
    }
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char head[] = "smtpspec cache";
    struct smtpspec_span text = { (const char *)data, size };
    char why[192];

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    if (alphabet.count == 0)
        MUST(smtpspec_alphabet_read(
            &alphabet, smtpspec_alphabet_text(SMTPSPEC_SPAN("core8")), &names,
            why, sizeof(why)));
    if (text.at[0] == '{')
        try_machine(text);
    else if (size >= sizeof(head) - 1 &&
             memcmp(text.at, head, sizeof(head) - 1) == 0)
        try_cache(text);
    else
        try_alphabet(text);
    return 0;
}
