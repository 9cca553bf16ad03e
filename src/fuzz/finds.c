/* SPDX-License-Identifier: MIT */
/*
 * finds.c - what was found, each kind of it once
 */
#include "fuzz/finds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "case/case.h"
#include "net/memory.h"

static const char signature_note[] = "# signature: ";

size_t smtpspec_signature_write(const struct smtpspec_verdict *verdict,
                                char out[SMTPSPEC_SIGNATURE_KEPT])
{
    size_t rule = smtpspec_verdict_rule(verdict, out, SMTPSPEC_SIGNATURE_KEPT);

    snprintf(out + rule, SMTPSPEC_SIGNATURE_KEPT - rule, "/%s/%s/%u",
             smtpspec_state_name((enum smtpspec_state)verdict->state),
             smtpspec_command_name((enum smtpspec_command)verdict->command),
             verdict->code);
    return rule;
}

void smtpspec_finds_free(struct smtpspec_finds *finds)
{
    for (size_t i = 0; i < finds->count; i++) {
        smtpspec_growing_free(&finds->all[i]->script);
        free(finds->all[i]);
    }
    free(finds->all);
    finds->all = NULL;
    finds->count = 0;
}

static struct smtpspec_find *find_by(const struct smtpspec_finds *finds,
                                     const char *signature)
{
    for (size_t i = 0; i < finds->count; i++)
        if (strcmp(finds->all[i]->signature, signature) == 0)
            return finds->all[i];
    return NULL;
}

struct smtpspec_find *
smtpspec_finds_get(const struct smtpspec_finds *finds,
                   const struct smtpspec_verdict *verdict)
{
    char signature[SMTPSPEC_SIGNATURE_KEPT];

    smtpspec_signature_write(verdict, signature);
    return find_by(finds, signature);
}

static bool counts(const struct smtpspec_finds *finds,
                   const struct smtpspec_verdict *verdict)
{
    return verdict->outcome == SMTPSPEC_OUTCOME_FAIL ||
           (finds->warns && verdict->outcome == SMTPSPEC_OUTCOME_WARN);
}

static bool is_ignored(const struct smtpspec_finds *finds,
                       const struct smtpspec_find *find)
{
    struct smtpspec_span whole = smtpspec_span_of(find->signature);
    struct smtpspec_span rule = smtpspec_span_head(whole, find->rule);

    for (size_t i = 0; i < finds->ignored_count; i++) {
        struct smtpspec_span glob = smtpspec_span_of(finds->ignored[i]);

        if (smtpspec_case_matches(rule, glob) ||
            smtpspec_case_matches(whole, glob))
            return true;
    }
    return false;
}

static bool is_one_too_many(const struct smtpspec_finds *finds,
                            const struct smtpspec_find *find)
{
    size_t most = find->verdict.layer == SMTPSPEC_LAYER_GRAMMAR
                      ? SMTPSPEC_FINDS_OF_GRAMMAR : SMTPSPEC_FINDS_OF_RULE;
    size_t alike = 0;

    for (size_t i = 0; i < finds->count; i++) {
        const struct smtpspec_find *other = finds->all[i];

        alike += other->rule == find->rule &&
                 other->stage != SMTPSPEC_FIND_EXPLAINED &&
                 memcmp(other->signature, find->signature, find->rule) == 0;
    }
    return alike >= most;
}

struct smtpspec_find *
smtpspec_finds_meet(struct smtpspec_finds *finds,
                    const struct smtpspec_verdict *verdict)
{
    struct smtpspec_find find = { .verdict = *verdict, .seen = 1 };
    struct smtpspec_find *known;

    if (!counts(finds, verdict))
        return NULL;
    find.rule = smtpspec_signature_write(verdict, find.signature);
    known = find_by(finds, find.signature);
    if (known != NULL) {
        known->seen++;
        return NULL;
    }
    if (finds->count == SMTPSPEC_FINDS_KEPT || is_ignored(finds, &find))
        return NULL;
    if (is_one_too_many(finds, &find))
        find.stage = SMTPSPEC_FIND_COUNTED;
    if (finds->count == finds->room) {
        finds->room = finds->room > 0 ? 2 * finds->room : 16;
        finds->all = smtpspec_memory_grow(
            finds->all, finds->room * sizeof(struct smtpspec_find *));
    }
    known = smtpspec_memory_new(sizeof(*known));
    *known = find;
    finds->all[finds->count++] = known;
    return find.stage == SMTPSPEC_FIND_COUNTED ? NULL : known;
}

size_t smtpspec_finds_count(const struct smtpspec_finds *finds,
                            enum smtpspec_find_stage stage)
{
    size_t count = 0;

    for (size_t i = 0; i < finds->count; i++)
        count += finds->all[i]->stage == stage;
    return count;
}

/* --- Files ---------------------------------------------------------------- */

/* A signature as the name of a file: letters, digits, '.' and '-'. */
static char *path_of(const struct smtpspec_find *find, const char *folder)
{
    size_t length = strlen(folder) + sizeof(find->signature) + 16;
    char *path = smtpspec_memory_new(length);
    char *at;

    snprintf(path, length, "%s/", folder);
    at = path + strlen(path);
    snprintf(at, length - (size_t)(at - path), "%s.script", find->signature);
    for (; *at != '\0'; at++)
        if ((*at < 'a' || *at > 'z') && (*at < 'A' || *at > 'Z') &&
            (*at < '0' || *at > '9') && *at != '.')
            *at = '-';
    return path;
}

bool smtpspec_finds_write(const struct smtpspec_find *find, const char *folder,
                          struct smtpspec_span notes, char **path)
{
    FILE *file;
    bool done;

    *path = path_of(find, folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return false;
    file = fopen(*path, "we");
    if (file == NULL)
        return false;
    fprintf(file, "%s%s\n", signature_note, find->signature);
    fwrite(notes.at, 1, notes.length, file);
    fwrite(find->script.at, 1, find->script.length, file);
    done = ferror(file) == 0;
    return fclose(file) == 0 && done;
}

struct smtpspec_span smtpspec_finds_signature_of(struct smtpspec_span file)
{
    struct smtpspec_span note = SMTPSPEC_SPAN(signature_note);

    while (file.length > 0) {
        struct smtpspec_span line =
            smtpspec_span_head(file, smtpspec_span_find(file, '\n'));

        if (smtpspec_span_starts_nocase(line, note))
            return smtpspec_span_skip(line, note.length);
        file = smtpspec_span_skip(file, line.length + 1);
    }
    return file;
}
