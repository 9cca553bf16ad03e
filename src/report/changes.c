/* SPDX-License-Identifier: MIT */
/*
 * changes.c - read two JSON reports and find what changed between them
 */
#include "report/changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/octet.h"

/* How the path of a member is called in messages, at most. */
#define WHERE_KEPT 96

void smtpspec_changes_free(struct smtpspec_changes *changes)
{
    for (unsigned i = 0; i < 2; i++) {
        struct smtpspec_change_run *run = &changes->runs[i];

        for (size_t t = 0; t < run->count; t++)
            free(run->targets[t].cases);
        free(run->targets);
        json_decref(run->document);
    }
    for (size_t t = 0; t < changes->count; t++)
        free(changes->targets[t].rows);
    free(changes->targets);
    memset(changes, 0, sizeof(*changes));
}

/* --- reading -------------------------------------------------------------- */

/* What is being read, for messages. */
struct reading {
    struct smtpspec_changes *changes;
    const char *name;
    char where[WHERE_KEPT];
};

static enum smtpspec_error wrong(struct reading *reading, const char *what)
{
    snprintf(reading->changes->message, sizeof(reading->changes->message),
             "%.300s: %s%s%s", reading->name, reading->where,
             reading->where[0] != '\0' ? ": " : "", what);
    return SMTPSPEC_ERROR_SYNTAX;
}

static enum smtpspec_error no_memory(struct reading *reading)
{
    wrong(reading, "out of memory");
    return SMTPSPEC_ERROR_MEMORY;
}

/* A string, or null, or left out; false where it is something else. */
static bool text_of(const json_t *object, const char *name, const char **out)
{
    const json_t *member = json_object_get(object, name);

    *out = json_string_value(member);
    return member == NULL || json_is_null(member) || *out != NULL;
}

static bool outcome_of(const char *word, enum smtpspec_outcome *out)
{
    for (unsigned i = 0; i < SMTPSPEC_OUTCOME_COUNT && word != NULL; i++) {
        *out = (enum smtpspec_outcome)i;
        if (strcmp(word, smtpspec_outcome_name(*out)) == 0)
            return true;
    }
    return false;
}

/* What is wrong with a case, or NULL. */
static const char *read_case(const json_t *object,
                             struct smtpspec_change_side *out)
{
    const char *outcome;

    if (!json_is_object(object))
        return "must be an object";
    if (!text_of(object, "id", &out->id) || out->id == NULL)
        return "\"id\" must be a string";
    if (!text_of(object, "outcome", &outcome) ||
        !outcome_of(outcome, &out->outcome))
        return "\"outcome\" must be pass, skip, blocked, throttled, error, "
               "warn or fail";
    if (!text_of(object, "observed", &out->observed))
        return "\"observed\" must be a string or null";
    if (!text_of(object, "expected", &out->expected))
        return "\"expected\" must be a string or null";
    if (!text_of(object, "rule", &out->rule))
        return "\"rule\" must be a string or null";
    out->known = json_is_true(json_object_get(object, "expected_failure"));
    return NULL;
}

static int by_id(const void *a, const void *b)
{
    const struct smtpspec_change_side *one = a, *other = b;

    return strcmp(one->id, other->id);
}

static enum smtpspec_error read_cases(struct reading *reading, size_t index,
                                      const json_t *list,
                                      struct smtpspec_change_report *out)
{
    size_t count = json_array_size(list);

    out->cases = calloc(count + 1, sizeof(*out->cases));
    if (out->cases == NULL)
        return no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        const char *what = read_case(json_array_get(list, i), &out->cases[i]);

        if (what == NULL)
            continue;
        snprintf(reading->where, sizeof(reading->where),
                 "targets[%zu].cases[%zu]", index, i);
        return wrong(reading, what);
    }
    out->count = count;
    qsort(out->cases, count, sizeof(*out->cases), by_id);
    for (size_t i = 1; i < count; i++)
        if (strcmp(out->cases[i - 1].id, out->cases[i].id) == 0)
            return wrong(reading, "two cases have the same id");
    return SMTPSPEC_OK;
}

static enum smtpspec_error read_target(struct reading *reading, size_t index,
                                       const json_t *object,
                                       struct smtpspec_change_report *out)
{
    const json_t *cases = json_object_get(object, "cases");

    snprintf(reading->where, sizeof(reading->where), "targets[%zu]", index);
    if (!json_is_object(object))
        return wrong(reading, "must be an object");
    if (!text_of(object, "target", &out->name) || out->name == NULL)
        return wrong(reading, "\"target\" must be a string");
    if (!text_of(object, "trouble", &out->trouble))
        return wrong(reading, "\"trouble\" must be a string or null");
    if (!json_is_array(cases))
        return wrong(reading, "\"cases\" must be an array");
    return read_cases(reading, index, cases, out);
}

static enum smtpspec_error read_run(struct reading *reading,
                                    struct smtpspec_change_run *run)
{
    const json_t *root = run->document;
    const json_t *targets = json_object_get(root, "targets");
    const char *tool;
    enum smtpspec_error error = SMTPSPEC_OK;
    size_t count = json_array_size(targets);

    if (!text_of(root, "tool", &tool) || tool == NULL ||
        strcmp(tool, "smtpspec") != 0)
        return wrong(reading, "this is no JSON report of smtpspec");
    if (!text_of(root, "version", &run->version) ||
        !text_of(root, "profile", &run->profile) ||
        !text_of(root, "started", &run->started))
        return wrong(reading, "\"version\", \"profile\" and \"started\" must "
                              "be strings");
    if (!json_is_array(targets))
        return wrong(reading, "\"targets\" must be an array");
    if (count > SMTPSPEC_CHANGES_TARGETS_KEPT)
        return wrong(reading, "too many targets");
    run->targets = calloc(count + 1, sizeof(*run->targets));
    if (run->targets == NULL)
        return no_memory(reading);
    run->count = count;
    for (size_t i = 0; i < count && error == SMTPSPEC_OK; i++)
        error = read_target(reading, i, json_array_get(targets, i),
                            &run->targets[i]);
    return error;
}

enum smtpspec_error smtpspec_changes_parse(struct smtpspec_changes *changes,
                                           unsigned which, const char *name,
                                           struct smtpspec_span text)
{
    struct reading reading = { .changes = changes, .name = name };
    json_error_t fault;

    changes->runs[which].document = json_loadb(
        text.length > 0 ? text.at : "", text.length, JSON_REJECT_DUPLICATES,
        &fault);
    if (changes->runs[which].document == NULL &&
        smtpspec_span_starts_nocase(text, SMTPSPEC_SPAN("{\"record\": ")))
        return wrong(&reading, "these are JSON Lines: `smtpspec merge "
                               "--report json=FILE` makes a report of them");
    if (changes->runs[which].document == NULL) {
        snprintf(reading.where, sizeof(reading.where), "line %d", fault.line);
        return wrong(&reading, fault.text);
    }
    return read_run(&reading, &changes->runs[which]);
}

/* All of a file, to be freed; NULL and errno (EFBIG: too long) where not. */
static char *read_file(FILE *file, size_t *length)
{
    size_t room = 0, got;
    char *text = NULL, *more;

    *length = 0;
    do {
        room = room == 0 ? 65536 : 2 * room;
        more = room <= SMTPSPEC_CHANGES_FILE_KEPT ? realloc(text, room) : NULL;
        if (more == NULL) {
            free(text);
            errno = room > SMTPSPEC_CHANGES_FILE_KEPT ? EFBIG : ENOMEM;
            return NULL;
        }
        text = more;
        got = fread(text + *length, 1, room - *length, file);
        *length += got;
    } while (*length == room);
    if (!ferror(file))
        return text;
    free(text);
    return NULL;
}

enum smtpspec_error smtpspec_changes_read(struct smtpspec_changes *changes,
                                          unsigned which, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    enum smtpspec_error error = SMTPSPEC_ERROR_READ;
    size_t length;

    if (file != NULL)
        text = read_file(file, &length);
    if (text != NULL)
        error = smtpspec_changes_parse(changes, which, path,
                                       (struct smtpspec_span){ text, length });
    else
        snprintf(changes->message, sizeof(changes->message), "%.300s: %s",
                 path, strerror(errno));
    free(text);
    if (file != NULL)
        fclose(file);
    return error;
}

/* --- comparing ------------------------------------------------------------ */

const char *smtpspec_change_name(enum smtpspec_change change)
{
    static const char *const names[SMTPSPEC_CHANGE_COUNT] = {
        [SMTPSPEC_CHANGE_WORSE] = "worse",
        [SMTPSPEC_CHANGE_BETTER] = "better",
        [SMTPSPEC_CHANGE_OUTCOME] = "outcome",
        [SMTPSPEC_CHANGE_REPLY] = "reply",
        [SMTPSPEC_CHANGE_APPEARED] = "appeared",
        [SMTPSPEC_CHANGE_GONE] = "gone",
    };

    return (unsigned)change < SMTPSPEC_CHANGE_COUNT ? names[change] : "none";
}

/* What was found, from 0: nothing, or what the baseline knew of. */
static unsigned gravity(const struct smtpspec_change_side *side)
{
    if (side->id == NULL || side->known)
        return 0;
    return side->outcome == SMTPSPEC_OUTCOME_FAIL   ? 2
           : side->outcome == SMTPSPEC_OUTCOME_WARN ? 1
                                                    : 0;
}

/* The case was played, and has something to say. */
static bool is_told(const struct smtpspec_change_side *side)
{
    return side->outcome == SMTPSPEC_OUTCOME_PASS ||
           side->outcome == SMTPSPEC_OUTCOME_WARN ||
           side->outcome == SMTPSPEC_OUTCOME_FAIL;
}

/* A finding of the set-up is listed only where it was made. */
static bool is_of_setup(const struct smtpspec_change_side *side)
{
    return strncmp(side->id, "session.", 8) == 0;
}

/* The length of "250 2.1.5", in which no queue id and no time of day is; of a
 * text without a code, all of it. */
static size_t telling_length(const char *text)
{
    size_t length = 3;

    if (!is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]))
        return strlen(text);
    if (text[3] == ' ' && is_digit(text[4]) && text[5] == '.')
        for (length = 4; is_digit(text[length]) || text[length] == '.';)
            length++;
    return length;
}

static bool same_text(const char *one, const char *other)
{
    return (one == NULL) == (other == NULL) &&
           (one == NULL || strcmp(one, other) == 0);
}

static bool same_reply(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return one == other;

    size_t length = telling_length(one);

    return length == telling_length(other) &&
           memcmp(one, other, length) == 0;
}

static enum smtpspec_change
compare_sides(const struct smtpspec_change_side *before,
              const struct smtpspec_change_side *after)
{
    unsigned was = gravity(before), is = gravity(after);

    if (is > was)
        return SMTPSPEC_CHANGE_WORSE;
    if (after->id == NULL)
        return was > 0 && is_of_setup(before) ? SMTPSPEC_CHANGE_BETTER
                                              : SMTPSPEC_CHANGE_GONE;
    if (before->id == NULL)
        return SMTPSPEC_CHANGE_APPEARED;
    if (is < was && is_told(after) && !after->known)
        return SMTPSPEC_CHANGE_BETTER;
    if (before->known && after->outcome == SMTPSPEC_OUTCOME_PASS &&
        before->outcome != SMTPSPEC_OUTCOME_PASS)
        return SMTPSPEC_CHANGE_BETTER;
    if (before->outcome != after->outcome || before->known != after->known)
        return SMTPSPEC_CHANGE_OUTCOME;
    if (!is_told(after))
        return SMTPSPEC_CHANGE_NONE;
    return same_reply(before->observed, after->observed) &&
                   same_text(before->rule, after->rule)
               ? SMTPSPEC_CHANGE_NONE
               : SMTPSPEC_CHANGE_REPLY;
}

static void add_row(struct smtpspec_change_target *target,
                    const struct smtpspec_change_side *before,
                    const struct smtpspec_change_side *after)
{
    static const struct smtpspec_change_side none;
    struct smtpspec_change_row row = {
        .before = before != NULL ? *before : none,
        .after = after != NULL ? *after : none,
    };

    row.kind = compare_sides(&row.before, &row.after);
    if (row.kind == SMTPSPEC_CHANGE_NONE)
        return;
    target->rows[target->count++] = row;
    target->counts[row.kind]++;
}

static int by_kind(const void *a, const void *b)
{
    const struct smtpspec_change_row *one = a, *other = b;

    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    return strcmp(one->after.id != NULL ? one->after.id : one->before.id,
                  other->after.id != NULL ? other->after.id
                                          : other->before.id);
}

/* Go through both lists, which are in order, at once. */
static bool compare_targets(struct smtpspec_change_target *target)
{
    const struct smtpspec_change_report *old = target->before;
    const struct smtpspec_change_report *new = target->after;
    size_t i = 0, k = 0;

    target->lost = old != NULL && new != NULL && old->trouble == NULL &&
                   new->trouble != NULL;
    if (old == NULL || new == NULL || old->trouble != NULL ||
        new->trouble != NULL)
        return true;
    target->rows = calloc(old->count + new->count + 1,
                          sizeof(*target->rows));
    if (target->rows == NULL)
        return false;
    while (i < old->count || k < new->count) {
        int order = i == old->count   ? 1
                    : k == new->count ? -1
                                      : strcmp(old->cases[i].id,
                                               new->cases[k].id);

        add_row(target, order <= 0 ? &old->cases[i] : NULL,
                order >= 0 ? &new->cases[k] : NULL);
        i += order <= 0;
        k += order >= 0;
    }
    qsort(target->rows, target->count, sizeof(*target->rows), by_kind);
    return true;
}

/* The first target of the new report with that name that has no pair yet. */
static struct smtpspec_change_report *
find_target(struct smtpspec_changes *changes, const char *name)
{
    struct smtpspec_change_run *new = &changes->runs[1];

    if (changes->runs[0].count == 1 && new->count == 1)
        return &new->targets[0];
    for (size_t i = 0; i < new->count; i++)
        if (!new->targets[i].paired &&
            strcmp(new->targets[i].name, name) == 0)
            return &new->targets[i];
    return NULL;
}

static void pair_targets(struct smtpspec_changes *changes)
{
    const struct smtpspec_change_run *runs = changes->runs;

    for (size_t i = 0; i < runs[0].count; i++) {
        struct smtpspec_change_report *after =
            find_target(changes, runs[0].targets[i].name);

        if (after != NULL)
            after->paired = true;
        changes->targets[changes->count++] = (struct smtpspec_change_target){
            .before = &runs[0].targets[i], .after = after };
    }
    for (size_t i = 0; i < runs[1].count; i++)
        if (!runs[1].targets[i].paired)
            changes->targets[changes->count++] =
                (struct smtpspec_change_target){
                    .after = &runs[1].targets[i] };
}

enum smtpspec_error smtpspec_changes_find(struct smtpspec_changes *changes)
{
    changes->targets =
        calloc(changes->runs[0].count + changes->runs[1].count + 1,
               sizeof(*changes->targets));
    if (changes->targets == NULL)
        return SMTPSPEC_ERROR_MEMORY;
    pair_targets(changes);
    for (size_t t = 0; t < changes->count; t++) {
        struct smtpspec_change_target *target = &changes->targets[t];

        if (!compare_targets(target))
            return SMTPSPEC_ERROR_MEMORY;
        changes->lost += target->lost;
        for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
            changes->counts[i] += target->counts[i];
    }
    return SMTPSPEC_OK;
}

bool smtpspec_changes_worsened(const struct smtpspec_changes *changes)
{
    return changes->counts[SMTPSPEC_CHANGE_WORSE] > 0 || changes->lost > 0;
}
