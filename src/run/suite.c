/* SPDX-License-Identifier: MIT */
/*
 * suite.c - gather the cases of a run and choose from them
 */
#include "run/suite.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "case/embedded.h"
#include "case/play.h"
#include "net/memory.h"
#include "run/nearest.h"

/* A case file beyond that is none. */
#define FILE_KEPT (4 * 1024 * 1024)

/* What a proof is replayed with. */
struct bench {
    struct smtpspec_play play;
    struct smtpspec_judge judge;
    char room[SMTPSPEC_CASE_TEXT_KEPT];
};

void smtpspec_suite_init(struct smtpspec_suite *suite)
{
    memset(suite, 0, sizeof(*suite));
}

void smtpspec_suite_free(struct smtpspec_suite *suite)
{
    for (size_t i = 0; i < suite->count; i++)
        free(suite->cases[i]);
    for (size_t i = 0; i < suite->text_count; i++)
        free(suite->texts[i]);
    free(suite->cases);
    free(suite->selected);
    free(suite->slots);
    free(suite->texts);
    memset(suite, 0, sizeof(*suite));
}

/* Memory of the suite's own. */
static char *keep_text(struct smtpspec_suite *suite, size_t size)
{
    char *text = smtpspec_memory_new(size);

    suite->texts = smtpspec_memory_grow(
        suite->texts, (suite->text_count + 1) * sizeof(*suite->texts));
    suite->texts[suite->text_count++] = text;
    return text;
}

/* What is in use of a case is a small part of its size, and there are many: no
 * memory is there behind the last step, and there are no proofs. */
static struct smtpspec_case *copy_of(const struct smtpspec_case *one)
{
    size_t steps = one->step_count * sizeof(one->steps[0]);
    struct smtpspec_case *copy = smtpspec_memory_new(
        offsetof(struct smtpspec_case, steps) + steps);

    memcpy(copy, one, offsetof(struct smtpspec_case, steps));
    memcpy(copy->steps, one->steps, steps);
    copy->proof_count = 0;
    copy->proof_step_count = 0;
    return copy;
}

/* Where the id is, or is to be: open addressing, never more than half full.
 * FNV-1a. */
static size_t *slot_of(const struct smtpspec_suite *suite,
                       struct smtpspec_span id)
{
    uint64_t hash = 0xcbf29ce484222325u;
    size_t at;

    for (size_t i = 0; i < id.length; i++)
        hash = (hash ^ (unsigned char)id.at[i]) * 0x100000001b3u;
    at = (size_t)(hash ^ hash >> 32) & (suite->slot_count - 1);
    while (suite->slots[at] != 0 &&
           !smtpspec_span_equal(suite->cases[suite->slots[at] - 1]->id, id))
        at = (at + 1) & (suite->slot_count - 1);
    return &suite->slots[at];
}

static void enter(struct smtpspec_suite *suite, size_t index)
{
    size_t *slot = slot_of(suite, suite->cases[index]->id);

    if (*slot == 0)
        *slot = index + 1;
}

static void add(struct smtpspec_suite *suite, const struct smtpspec_case *one)
{
    if (suite->count == suite->room) {
        suite->room = suite->room == 0 ? 64 : 2 * suite->room;
        suite->cases = smtpspec_memory_grow(
            suite->cases, suite->room * sizeof(*suite->cases));
        free(suite->slots);
        suite->slot_count = 2 * suite->room;
        suite->slots =
            smtpspec_memory_new(suite->slot_count * sizeof(*suite->slots));
        for (size_t i = 0; i < suite->count; i++)
            enter(suite, i);
    }
    suite->cases[suite->count] = copy_of(one);
    enter(suite, suite->count++);
}

/* Whether one of the first `count` cases has that id. */
static bool has(const struct smtpspec_suite *suite, size_t count,
                struct smtpspec_span id)
{
    size_t found = suite->slot_count > 0 ? *slot_of(suite, id) : 0;

    return found > 0 && found <= count;
}

bool smtpspec_suite_has(const struct smtpspec_suite *suite,
                        struct smtpspec_span id)
{
    return has(suite, suite->count, id);
}

static bool proofs_hold(struct smtpspec_suite *suite, const char *name,
                        const struct smtpspec_case *one, struct bench *bench)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    for (unsigned i = 0; i < one->proof_count; i++) {
        bool used_all;
        enum smtpspec_outcome outcome =
            smtpspec_play_proof(&bench->play, &bench->judge, one, i, &terms,
                                bench->room, sizeof(bench->room), &used_all);

        if (smtpspec_play_proof_holds(&bench->play, i, used_all))
            continue;
        snprintf(suite->message, sizeof(suite->message),
                 "%.300s:%u: proof %u of '%.*s' is to %s: it comes out as %s%s",
                 name, (unsigned)one->line, i + 1,
                 (int)(one->id.length < 100 ? one->id.length : 100),
                 one->id.at, one->proofs[i].passes ? "pass" : "fail",
                 smtpspec_outcome_name(outcome),
                 used_all ? "" : ", with lines left over");
        return false;
    }
    return true;
}

/* Those that are compiled in were proved when they were built: no bench. */
static enum smtpspec_error add_text(struct smtpspec_suite *suite,
                                    const char *name,
                                    struct smtpspec_span text,
                                    struct bench *bench)
{
    struct smtpspec_case_reader reader;
    struct smtpspec_case_error wrong;
    struct smtpspec_case one;

    smtpspec_case_reader_init(&reader, smtpspec_span_of(name), text);
    for (;;) {
        if (smtpspec_case_read(&reader, &one, &wrong) != SMTPSPEC_OK) {
            snprintf(suite->message, sizeof(suite->message), "%.300s:%u: %s",
                     name, wrong.line, wrong.text);
            return SMTPSPEC_ERROR_SYNTAX;
        }
        if (smtpspec_span_is_empty(one.id))
            return SMTPSPEC_OK;
        if (has(suite, suite->count, one.id)) {
            snprintf(suite->message, sizeof(suite->message),
                     "%.300s:%u: there is a case '%.*s' already", name,
                     (unsigned)one.line,
                     (int)(one.id.length < 128 ? one.id.length : 128),
                     one.id.at);
            return SMTPSPEC_ERROR_SYNTAX;
        }
        if (bench != NULL && !proofs_hold(suite, name, &one, bench))
            return SMTPSPEC_ERROR_SYNTAX;
        add(suite, &one);
    }
}

enum smtpspec_error smtpspec_suite_add_embedded(struct smtpspec_suite *suite)
{
    for (size_t i = 0; i < smtpspec_embedded_case_count; i++) {
        const struct smtpspec_embedded_case_file *file =
            &smtpspec_embedded_cases[i];
        enum smtpspec_error error = add_text(
            suite, file->name,
            (struct smtpspec_span){ file->text, file->length }, NULL);

        if (error != SMTPSPEC_OK)
            return error;
    }
    return SMTPSPEC_OK;
}

static enum smtpspec_error cannot_read(struct smtpspec_suite *suite,
                                       const char *path, const char *why)
{
    snprintf(suite->message, sizeof(suite->message), "%.300s: %s", path, why);
    return SMTPSPEC_ERROR_READ;
}

static enum smtpspec_error add_file(struct smtpspec_suite *suite,
                                    const char *path)
{
    struct bench *bench;
    enum smtpspec_error error;
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0, room = 0, got;
    int trouble;

    if (file == NULL)
        return cannot_read(suite, path, strerror(errno));
    do {
        room += 65536;
        text = smtpspec_memory_grow(text, room);
        got = fread(text + length, 1, room - length, file);
        length += got;
    } while (length == room && length < FILE_KEPT);
    trouble = ferror(file) ? errno : 0;
    fclose(file);
    if (trouble == 0 && length == 0) {
        free(text);
        return cannot_read(suite, path, "there is no case in it");
    }
    if (trouble == 0 && length < FILE_KEPT) {
        char *kept = keep_text(suite, length + 1);
        char *name = keep_text(suite, strlen(path) + 1);

        memcpy(name, path, strlen(path));
        memcpy(kept, text, length);
        free(text);
        bench = smtpspec_memory_new(sizeof(*bench));
        error = add_text(suite, name, (struct smtpspec_span){ kept, length },
                         bench);
        free(bench);
        return error;
    }
    free(text);
    return cannot_read(suite, path,
                       trouble != 0 ? strerror(trouble)
                                    : "too long for a case file");
}

static int is_case_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".case") == 0;
}

/* By octets: alphasort() would go by the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum smtpspec_error add_folder(struct smtpspec_suite *suite,
                                      const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, is_case_file, by_name);
    enum smtpspec_error error = SMTPSPEC_OK;

    if (count < 0)
        return cannot_read(suite, path, strerror(errno));
    if (count == 0)
        error = cannot_read(suite, path, "no file named *.case in it");
    for (int i = 0; i < count; i++) {
        if (error == SMTPSPEC_OK) {
            size_t size = strlen(path) + strlen(names[i]->d_name) + 2;
            char *full = keep_text(suite, size);

            snprintf(full, size, "%s/%s", path, names[i]->d_name);
            error = add_file(suite, full);
        }
        free(names[i]);
    }
    free(names);
    return error;
}

enum smtpspec_error smtpspec_suite_add_path(struct smtpspec_suite *suite,
                                            const char *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0)
        return cannot_read(suite, path, strerror(errno));
    return S_ISDIR(facts.st_mode) ? add_folder(suite, path)
                                  : add_file(suite, path);
}

void smtpspec_suite_add_sweep(struct smtpspec_suite *suite)
{
    size_t written = suite->count;
    struct smtpspec_case one;

    for (size_t i = 0;; i++) {
        char *room = keep_text(suite, SMTPSPEC_CASE_SWEEP_ROOM);

        if (!smtpspec_case_sweep(i, &one, room, SMTPSPEC_CASE_SWEEP_ROOM))
            return;
        /* A written case of the same id says more than a generated one. */
        if (!has(suite, written, one.id))
            add(suite, &one);
    }
}

static bool matches_any(struct smtpspec_span id, const char *const *globs,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (smtpspec_case_matches(id, smtpspec_span_of(globs[i])))
            return true;
    return false;
}

static bool matches_none(const struct smtpspec_suite *suite, const char *glob)
{
    for (size_t i = 0; i < suite->count; i++)
        if (smtpspec_case_matches(suite->cases[i]->id, smtpspec_span_of(glob)))
            return false;
    return true;
}

static void say_none(struct smtpspec_suite *suite, const char *glob)
{
    struct smtpspec_nearest nearest = { .word = smtpspec_span_of(glob) };
    char meant[256];

    for (size_t i = 0; i < suite->count; i++)
        smtpspec_nearest_offer(&nearest, suite->cases[i]->id);
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    snprintf(suite->message, sizeof(suite->message),
             "no case matches '%.200s'%s", glob, meant);
}

enum smtpspec_error smtpspec_suite_select(struct smtpspec_suite *suite,
                                          const char *const *only,
                                          size_t only_count,
                                          const char *const *except,
                                          size_t except_count)
{
    for (size_t i = 0; i < only_count; i++) {
        if (matches_none(suite, only[i])) {
            say_none(suite, only[i]);
            return SMTPSPEC_ERROR_UNKNOWN_NAME;
        }
    }
    suite->selected = smtpspec_memory_grow(
        suite->selected, (suite->count + 1) * sizeof(*suite->selected));
    suite->selected_count = 0;
    for (size_t i = 0; i < suite->count; i++) {
        struct smtpspec_span id = suite->cases[i]->id;

        if ((only_count == 0 || matches_any(id, only, only_count)) &&
            !matches_any(id, except, except_count))
            suite->selected[suite->selected_count++] = suite->cases[i];
    }
    return SMTPSPEC_OK;
}
