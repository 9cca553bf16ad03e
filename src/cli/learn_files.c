/* SPDX-License-Identifier: MIT */
/*
 * learn_files.c - `smtpspec learn --check` and `--diff`: machines in files
 */
#include "cli/learn_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alphabet_file.h"
#include "cli/cli.h"
#include "cli/machine_results.h"
#include "cli/prose.h"
#include "learn/diff.h"
#include "learn/fold.h"
#include "learn/machine_file.h"
#include "learn/portrait.h"
#include "net/memory.h"

#define COMMAND "learn"
#define WORD_ROOM 1024

static bool read_machine(struct smtpspec_machine *machine, const char *path,
                         char *why, size_t cap)
{
    FILE *file = fopen(path, "re");
    bool done;

    if (file == NULL) {
        snprintf(why, cap, "%s", strerror(errno));
        return false;
    }
    done = smtpspec_machine_read(machine, file, why, cap);
    fclose(file);
    return done;
}

/* --- Against the rules ---------------------------------------------------- */

/* A file that has no alphabet goes by that of the option. */
static bool find_alphabet(struct smtpspec_machine *machine,
                          const struct smtpspec_check_options *options,
                          char *why, size_t cap)
{
    if (machine->alphabet.count > 0)
        return true;
    if (!smtpspec_alphabet_try(&machine->alphabet, options->alphabet_text, why,
                               cap))
        return false;
    if (smtpspec_machine_fits(&machine->mealy, &machine->alphabet))
        return true;
    snprintf(why, cap, "its symbols are not those of %s: --alphabet names them",
             options->alphabet != NULL ? options->alphabet
                                       : SMTPSPEC_ALPHABET_DEFAULT);
    return false;
}

static void judge(const struct smtpspec_machine_results *results,
                  const struct smtpspec_machine *machine,
                  const struct smtpspec_spec *spec)
{
    struct smtpspec_product product;

    smtpspec_product_init(&product, spec);
    smtpspec_product_machine(&product, &machine->mealy);
    smtpspec_product_sort(&product);
    smtpspec_product_merge(&product);
    for (size_t i = 0; i < product.count; i++)
        smtpspec_machine_deviation(results, &product.all[i], NULL);
    smtpspec_product_free(&product);
}

static void tell(const struct smtpspec_mealy *mealy, char *out, size_t cap)
{
    struct smtpspec_fold fold;

    smtpspec_fold(mealy, &fold);
    smtpspec_fold_tell(&fold, out, cap);
    smtpspec_fold_free(&fold);
}

static void check_file(struct smtpspec_checking *check, const char *path)
{
    struct smtpspec_target_facts facts = { .name = path };
    struct smtpspec_drawing *drawing = NULL;
    struct smtpspec_machine machine;
    char why[512], told[256];

    smtpspec_checking_begin(check, path);
    if (!read_machine(&machine, path, why, sizeof(why))) {
        facts.trouble = why;
        smtpspec_checking_end(check, facts);
        return;
    }
    if (find_alphabet(&machine, &check->options, why, sizeof(why))) {
        const struct smtpspec_machine_results results = {
            .check = check, .alphabet = &machine.alphabet,
            .prefix = "learn", .offline = true
        };
        const struct smtpspec_spec spec = {
            .terms = { .profile = check->options.profile,
                       .service = machine.service,
                       .offered = machine.offered },
            .alphabet = &machine.alphabet
        };

        judge(&results, &machine, &spec);
        drawing = smtpspec_portrait_of(&machine.mealy, &spec);
        tell(&machine.mealy, told, sizeof(told));
        smtpspec_machine_note(
            &results, &(struct smtpspec_machine_note){
                          .what = "machine", .title = told,
                          .observed = machine.target,
                          .reason = machine.whole
                                        ? NULL : "not learnt to the end" });
        facts.machine = told;
    } else {
        facts.trouble = why;
    }
    facts.learnt = drawing;
    smtpspec_checking_end(check, facts);
    smtpspec_portrait_drawing_free(drawing);
    smtpspec_machine_free(&machine);
}

int smtpspec_learn_check(struct smtpspec_checking *check,
                         const struct smtpspec_learn_options *options)
{
    int status = smtpspec_checking_open(check);

    if (status != 0)
        return status;
    smtpspec_checking_start(check);
    for (size_t i = 0; i < options->file_count; i++)
        check_file(check, options->files[i]);
    return smtpspec_checking_finish(check);
}

/* --- Against each other --------------------------------------------------- */

/* "EHLO 250, MAIL 250". */
static void spell(const struct smtpspec_mealy *mealy,
                  const struct smtpspec_difference *one, unsigned side,
                  char *out, size_t cap)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < one->length && at < cap; i++) {
        char name[4 * SMTPSPEC_SYMBOL_NAME_KEPT];
        char output[SMTPSPEC_OUTPUT_KEPT];

        smtpspec_span_escape(smtpspec_span_of(mealy->names[one->word[i]]),
                             name, sizeof(name));
        smtpspec_output_write(one->seen[side][i], output);
        at += (size_t)snprintf(out + at, cap - at, "%s%s %s",
                               i > 0 ? ", " : "", name, output);
    }
}

/* The name of a file, and what is said of it. */
static void say(const char *path, const char *text)
{
    char name[256];
    int length;

    smtpspec_span_escape(smtpspec_span_of(path), name, sizeof(name));
    length = printf("  %s: ", name);
    smtpspec_prose((unsigned)length, 6, SMTPSPEC_PROSE_WIDTH, text);
}

static void say_only(const struct smtpspec_mealy *mealy, const char *path,
                     uint64_t only)
{
    char text[SMTPSPEC_SYMBOLS_KEPT * (4 * SMTPSPEC_SYMBOL_NAME_KEPT + 1) + 64];
    size_t at = (size_t)snprintf(text, sizeof(text),
                                 "left out, the other has it not:");

    if (only == 0)
        return;
    for (unsigned i = 0; i < mealy->symbols; i++) {
        char name[4 * SMTPSPEC_SYMBOL_NAME_KEPT];

        if ((only & SMTPSPEC_BIT64(i)) == 0)
            continue;
        smtpspec_span_escape(smtpspec_span_of(mealy->names[i]), name,
                             sizeof(name));
        at += (size_t)snprintf(text + at, sizeof(text) - at, " %s", name);
    }
    say(path, text);
}

static void say_difference(char *const *paths,
                           const struct smtpspec_mealy *mealy,
                           const struct smtpspec_difference *one)
{
    char name[4 * SMTPSPEC_SYMBOL_NAME_KEPT], text[WORD_ROOM];
    char outputs[2][SMTPSPEC_OUTPUT_KEPT];

    smtpspec_span_escape(smtpspec_span_of(mealy->names[one->symbol]), name,
                         sizeof(name));
    smtpspec_output_write(one->outputs[0], outputs[0]);
    smtpspec_output_write(one->outputs[1], outputs[1]);
    printf("\n%s: %s, and %s\n", name, outputs[0], outputs[1]);
    for (unsigned side = 0; side < 2; side++) {
        spell(mealy, one, side, text, sizeof(text));
        say(paths[side], text);
    }
}

static int compare(char *const *paths,
                   const struct smtpspec_machine machines[2])
{
    struct smtpspec_differences differences;
    char told[256];
    int status;

    smtpspec_differ(&machines[0].mealy, &machines[1].mealy, &differences);
    status = differences.count > 0 ? SMTPSPEC_EXIT_FOUND : SMTPSPEC_EXIT_OK;
    printf("%zu difference%s\n", differences.count,
           differences.count == 1 ? "" : "s");
    for (unsigned side = 0; side < 2; side++) {
        tell(&machines[side].mealy, told, sizeof(told));
        say(paths[side], told);
        say_only(&machines[side].mealy, paths[side], differences.only[side]);
    }
    for (size_t i = 0; i < differences.count; i++)
        say_difference(paths, &machines[0].mealy, &differences.all[i]);
    if (differences.shared == 0)
        status = smtpspec_cli_usage(COMMAND, "the two have no symbol in "
                                    "common");
    smtpspec_differences_free(&differences);
    return smtpspec_cli_finish(COMMAND, status);
}

int smtpspec_learn_diff(const struct smtpspec_learn_options *options)
{
    struct smtpspec_machine *machines =
        smtpspec_memory_new(2 * sizeof(*machines));
    int status = 0;
    char why[512];

    for (unsigned i = 0; i < 2 && status == 0; i++)
        if (!read_machine(&machines[i], options->files[i], why, sizeof(why)))
            status = smtpspec_cli_usage(COMMAND, "%s: %s", options->files[i],
                                        why);
    if (status == 0)
        status = compare(options->files, machines);
    smtpspec_machine_free(&machines[0]);
    smtpspec_machine_free(&machines[1]);
    free(machines);
    return status;
}
