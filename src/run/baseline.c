/* SPDX-License-Identifier: MIT */
/*
 * baseline.c - findings that are known
 */
#include "run/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "case/case.h"
#include "net/memory.h"

#define FILE_KEPT (16 * 1024 * 1024)
/* Reason of a row that --update-baseline made and nobody has looked at. */
#define UNREVIEWED "not reviewed"

void smtpspec_baseline_init(struct smtpspec_baseline *baseline)
{
    memset(baseline, 0, sizeof(*baseline));
}

static void clear_row(struct smtpspec_baseline_row *row)
{
    free(row->id);
    free(row->observed);
    free(row->reason);
    free(row->target);
    free(row->told);
}

void smtpspec_baseline_free(struct smtpspec_baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++)
        clear_row(&baseline->rows[i]);
    free(baseline->rows);
    baseline->rows = NULL;
    baseline->count = 0;
}

static char *copy_of(const char *text)
{
    return text == NULL ? NULL
                        : smtpspec_memory_string(smtpspec_span_of(text));
}

/* Add a row; its strings are copied. */
static void add_row(struct smtpspec_baseline *baseline,
                    const struct smtpspec_baseline_row *of)
{
    struct smtpspec_baseline_row *row;

    baseline->rows = smtpspec_memory_grow(
        baseline->rows, (baseline->count + 1) * sizeof(*row));
    row = &baseline->rows[baseline->count++];
    memset(row, 0, sizeof(*row));
    row->id = copy_of(of->id);
    row->observed = copy_of(of->observed);
    row->reason = copy_of(of->reason);
    row->target = copy_of(of->target);
    row->outcome = of->outcome;
}

/* --- reading -------------------------------------------------------------- */

/*
 * The line on which entry number `index` of the array begins: Jansson tells
 * lines of broken JSON only, not of a wrong member in sound JSON.
 */
static unsigned line_of_entry(struct smtpspec_span text, size_t index)
{
    unsigned line = 1, depth = 0;
    bool quoted = false, due = false; /* due: an entry begins here           */

    for (size_t i = 0; i < text.length; i++) {
        char octet = text.at[i];
        bool opens = octet == '{' || octet == '[';

        line += octet == '\n';
        if (quoted) {
            i += octet == '\\';
            quoted = octet != '"';
            continue;
        }
        if (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n')
            continue;
        if (due && index-- == 0)
            return line;
        due = (depth == 0 && opens) || (depth == 1 && octet == ',');
        quoted = octet == '"';
        depth += opens;
        depth -= (octet == '}' || octet == ']') && depth > 0;
    }
    return 1;
}

/* Whether the entry has a member that nobody asks for. */
static bool has_stranger(json_t *entry)
{
    static const char *const names[] = { "id", "outcome", "observed",
                                         "target", "reason" };
    size_t known = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        known += json_object_get(entry, names[i]) != NULL;
    return known != json_object_size(entry);
}

/* What is wrong with an entry, or NULL; adds it where nothing is. */
static const char *read_entry(struct smtpspec_baseline *baseline,
                              json_t *entry)
{
    const json_t *id = json_object_get(entry, "id");
    const json_t *observed = json_object_get(entry, "observed");
    const json_t *reason = json_object_get(entry, "reason");
    const json_t *target = json_object_get(entry, "target");
    const char *word =
        json_string_value(json_object_get(entry, "outcome"));
    bool fails = word != NULL && strcmp(word, "fail") == 0;

    if (!json_is_string(id) || json_string_length(id) == 0)
        return "\"id\" must be the id of a case";
    if (word == NULL || (!fails && strcmp(word, "warn") != 0))
        return "\"outcome\" must be \"fail\" or \"warn\"";
    if (observed != NULL && !json_is_string(observed) &&
        !json_is_null(observed))
        return "\"observed\" must be a string or null";
    if (!json_is_string(reason) || json_string_length(reason) == 0)
        return "\"reason\" must say why this is expected";
    if (target != NULL && json_string_length(target) == 0)
        return "\"target\" must be a target, or left out";
    if (has_stranger(entry))
        return "only \"id\", \"outcome\", \"observed\", \"target\" and "
               "\"reason\" belong here";
    struct smtpspec_baseline_row row = {
        .id = (char *)json_string_value(id),
        .observed = (char *)json_string_value(observed),
        .reason = (char *)json_string_value(reason),
        .target = (char *)json_string_value(target),
        .outcome = fails ? SMTPSPEC_OUTCOME_FAIL : SMTPSPEC_OUTCOME_WARN,
    };

    baseline->by_target = baseline->by_target || row.target != NULL;
    add_row(baseline, &row);
    return NULL;
}

static enum smtpspec_error wrong_at(struct smtpspec_baseline *baseline,
                                    const char *name, unsigned line,
                                    const char *what)
{
    snprintf(baseline->message, sizeof(baseline->message), "%.300s:%u: %s",
             name, line, what);
    return SMTPSPEC_ERROR_SYNTAX;
}

enum smtpspec_error
smtpspec_baseline_parse(struct smtpspec_baseline *baseline, const char *name,
                        struct smtpspec_span text)
{
    json_error_t wrong;
    json_t *list = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES,
                              &wrong);
    enum smtpspec_error error = SMTPSPEC_OK;

    if (list == NULL)
        return wrong_at(baseline, name,
                        wrong.line > 0 ? (unsigned)wrong.line : 1, wrong.text);
    if (!json_is_array(list))
        error = wrong_at(baseline, name, 1, "must be an array of objects");
    for (size_t i = 0; i < json_array_size(list) && error == SMTPSPEC_OK; i++) {
        json_t *entry = json_array_get(list, i);
        const char *what = json_is_object(entry)
                               ? read_entry(baseline, entry)
                               : "must be an array of objects";

        if (what != NULL)
            error = wrong_at(baseline, name, line_of_entry(text, i), what);
    }
    json_decref(list);
    return error;
}

static enum smtpspec_error cannot(struct smtpspec_baseline *baseline,
                                  enum smtpspec_error error, const char *path,
                                  const char *why)
{
    snprintf(baseline->message, sizeof(baseline->message), "%.300s: %s", path,
             why);
    return error;
}

enum smtpspec_error
smtpspec_baseline_read(struct smtpspec_baseline *baseline, const char *path)
{
    FILE *file = fopen(path, "rb");
    enum smtpspec_error error;
    size_t length = 0, room = 0, got = 0;
    char *text = NULL;

    if (file == NULL)
        return cannot(baseline, SMTPSPEC_ERROR_READ, path, strerror(errno));
    do {
        room += 65536;
        text = smtpspec_memory_grow(text, room);
        got = fread(text + length, 1, room - length, file);
        length += got;
    } while (length == room && length <= FILE_KEPT);
    if (length > FILE_KEPT)
        error = cannot(baseline, SMTPSPEC_ERROR_READ, path, strerror(EFBIG));
    else if (ferror(file))
        error = cannot(baseline, SMTPSPEC_ERROR_READ, path, strerror(errno));
    else
        error = smtpspec_baseline_parse(
            baseline, path, (struct smtpspec_span){ text, length });
    fclose(file);
    free(text);
    return error;
}

/* --- use ------------------------------------------------------------------ */

static bool is_finding(const struct smtpspec_result *result)
{
    return result->outcome == SMTPSPEC_OUTCOME_FAIL ||
           result->outcome == SMTPSPEC_OUTCOME_WARN;
}

static bool matches(const char *pattern, const char *text)
{
    return pattern == NULL ||
           smtpspec_case_matches(smtpspec_span_of(text != NULL ? text : ""),
                                 smtpspec_span_of(pattern));
}

static bool covers(const struct smtpspec_baseline_row *row,
                   const struct smtpspec_result *result)
{
    /* WARN < FAIL: a row for a failure covers a warning. */
    return result->outcome <= row->outcome &&
           matches(row->observed, result->observed);
}

bool smtpspec_baseline_applies(const struct smtpspec_baseline *baseline,
                               const struct smtpspec_baseline_row *row)
{
    return baseline->target == NULL || matches(row->target, baseline->target);
}

static bool speaks_of(const struct smtpspec_baseline *baseline,
                      const struct smtpspec_baseline_row *row, const char *id)
{
    return smtpspec_baseline_applies(baseline, row) && strcmp(row->id, id) == 0;
}

void smtpspec_baseline_aim(struct smtpspec_baseline *baseline,
                           const char *target)
{
    baseline->target = target;
    for (size_t i = 0; i < baseline->count; i++)
        baseline->rows[i].met = false;
}

/* What the row has, for people. */
static const char *tell(struct smtpspec_baseline_row *row)
{
    const char *outcome =
        smtpspec_outcome_name((enum smtpspec_outcome)row->outcome);
    const char *observed = row->observed != NULL ? row->observed
                                                 : "whatever is observed";
    size_t size = strlen(outcome) + strlen(observed) + sizeof(", ");

    if (row->told == NULL) {
        row->told = smtpspec_memory_new(size);
        snprintf(row->told, size, "%s, %s", outcome, observed);
    }
    return row->told;
}

void smtpspec_baseline_apply(struct smtpspec_baseline *baseline,
                             struct smtpspec_result *result)
{
    const char *other = NULL;

    for (size_t i = 0; i < baseline->count; i++) {
        struct smtpspec_baseline_row *row = &baseline->rows[i];

        if (!speaks_of(baseline, row, result->id))
            continue;
        row->met = true;
        if (result->expected_failure)
            continue;
        if (result->outcome == SMTPSPEC_OUTCOME_PASS ||
            (is_finding(result) && covers(row, result))) {
            result->expected_failure = true;
            result->expected_failure_reason = row->reason;
        } else if (is_finding(result) && other == NULL) {
            other = tell(row);
        }
    }
    if (!result->expected_failure)
        result->changed_from = other;
}

/* --- change --------------------------------------------------------------- */

void smtpspec_baseline_drop(struct smtpspec_baseline *baseline, size_t index)
{
    clear_row(&baseline->rows[index]);
    baseline->count--;
    memmove(&baseline->rows[index], &baseline->rows[index + 1],
            (baseline->count - index) * sizeof(baseline->rows[0]));
}

void smtpspec_baseline_drop_unmet(struct smtpspec_baseline *baseline,
                                  const char *prefix)
{
    for (size_t i = baseline->count; i-- > 0;) {
        const struct smtpspec_baseline_row *row = &baseline->rows[i];

        if (!row->met && smtpspec_baseline_applies(baseline, row) &&
            strncmp(row->id, prefix, strlen(prefix)) == 0)
            smtpspec_baseline_drop(baseline, i);
    }
}

void smtpspec_baseline_spread(struct smtpspec_baseline *baseline,
                              const char *const *targets, size_t count)
{
    size_t rows = baseline->count;

    baseline->by_target = true;
    for (size_t i = 0; i < rows; i++)
        for (size_t t = 0; t < count && baseline->rows[i].target == NULL; t++) {
            struct smtpspec_baseline_row row = baseline->rows[i];

            row.target = (char *)targets[t];
            add_row(baseline, &row);
        }
    for (size_t i = rows; i-- > 0;)
        if (baseline->rows[i].target == NULL)
            smtpspec_baseline_drop(baseline, i);
}

/* "not reviewed", and what was thought of the row that this one replaces. */
static char *reason_after(const char *before)
{
    size_t size;
    char *reason;

    if (before == NULL || strncmp(before, UNREVIEWED, strlen(UNREVIEWED)) == 0)
        return copy_of(UNREVIEWED);
    size = sizeof(UNREVIEWED) + strlen(before) + sizeof("; before: ");
    reason = smtpspec_memory_new(size);
    snprintf(reason, size, UNREVIEWED "; before: %s", before);
    return reason;
}

/* Take out what speaks of the case; the reason of the first row, to be freed,
 * or NULL. */
static char *remove_rows(struct smtpspec_baseline *baseline, const char *id)
{
    char *reason = NULL;

    for (size_t i = baseline->count; i-- > 0;) {
        if (!speaks_of(baseline, &baseline->rows[i], id))
            continue;
        free(reason);
        reason = copy_of(baseline->rows[i].reason);
        smtpspec_baseline_drop(baseline, i);
    }
    return reason;
}

static bool is_covered(const struct smtpspec_baseline *baseline,
                       const struct smtpspec_result *result)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (speaks_of(baseline, &baseline->rows[i], result->id) &&
            covers(&baseline->rows[i], result))
            return true;
    return false;
}

void smtpspec_baseline_learn(struct smtpspec_baseline *baseline,
                             const struct smtpspec_result *result)
{
    struct smtpspec_baseline_row row = {
        .id = (char *)result->id,
        .observed = (char *)result->observed,
        .target = baseline->by_target ? (char *)baseline->target : NULL,
        .outcome = (uint8_t)result->outcome,
    };
    char *before;

    if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        free(remove_rows(baseline, result->id));
    if (!is_finding(result) || is_covered(baseline, result))
        return;
    before = remove_rows(baseline, result->id);
    row.reason = reason_after(before);
    add_row(baseline, &row);
    free(row.reason);
    free(before);
}

/* --- writing -------------------------------------------------------------- */

static int compare(const char *one, const char *other)
{
    return strcmp(one != NULL ? one : "", other != NULL ? other : "");
}

/* So that a change shows as few lines of a diff. */
static int in_order(const void *a, const void *b)
{
    const struct smtpspec_baseline_row *one = a, *other = b;
    int order = compare(one->id, other->id);

    if (order == 0)
        order = compare(one->target, other->target);
    return order != 0 ? order : compare(one->observed, other->observed);
}

static void put_member(FILE *out, const char *before, const char *name,
                       const char *value, const char *after)
{
    json_t *string = value != NULL ? json_string_nocheck(value) : json_null();
    char *text = json_dumps(string, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

    fprintf(out, "%s\"%s\": ", before, name);
    /* Of ASCII Jansson leaves only DEL as it is. */
    for (const char *at = text != NULL ? text : "null"; *at != '\0'; at++)
        if (*at == 0x7f)
            fputs("\\u007f", out);
        else
            putc(*at, out);
    fputs(after, out);
    free(text);
    json_decref(string);
}

static void put_rows(FILE *out, const struct smtpspec_baseline *baseline)
{
    fputs("[", out);
    for (size_t i = 0; i < baseline->count; i++) {
        const struct smtpspec_baseline_row *row = &baseline->rows[i];

        put_member(out, i > 0 ? ",\n  {" : "\n  {", "id", row->id, ", ");
        put_member(out, "", "outcome", smtpspec_outcome_name(row->outcome),
                   ",\n");
        put_member(out, "   ", "observed", row->observed, ",\n");
        if (row->target != NULL)
            put_member(out, "   ", "target", row->target, ",\n");
        put_member(out, "   ", "reason", row->reason, "}");
    }
    fputs(baseline->count > 0 ? "\n]\n" : "]\n", out);
}

void smtpspec_baseline_print(struct smtpspec_baseline *baseline, FILE *out)
{
    if (baseline->count > 1)
        qsort(baseline->rows, baseline->count, sizeof(*baseline->rows),
              in_order);
    put_rows(out, baseline);
}

/* Where it is written before it gets its name. */
static char *name_beside(const char *path)
{
    size_t size = strlen(path) + sizeof(".tmp");
    char *beside = smtpspec_memory_new(size);

    snprintf(beside, size, "%s.tmp", path);
    return beside;
}

enum smtpspec_error
smtpspec_baseline_try(struct smtpspec_baseline *baseline, const char *path)
{
    char *beside = name_beside(path);
    FILE *file = fopen(beside, "w");
    int why = errno;

    if (file != NULL) {
        fclose(file);
        unlink(beside);
    }
    free(beside);
    return file != NULL ? SMTPSPEC_OK
                        : cannot(baseline, SMTPSPEC_ERROR_WRITE, path,
                                 strerror(why));
}

enum smtpspec_error
smtpspec_baseline_write(struct smtpspec_baseline *baseline, const char *path)
{
    char *beside = name_beside(path);
    enum smtpspec_error error = SMTPSPEC_OK;
    FILE *file;
    bool written;

    file = fopen(beside, "w");
    if (file != NULL) {
        smtpspec_baseline_print(baseline, file);
        written = ferror(file) == 0;
        written = fclose(file) == 0 && written;
        written = written && rename(beside, path) == 0;
    } else {
        written = false;
    }
    if (!written) {
        error = cannot(baseline, SMTPSPEC_ERROR_WRITE, path, strerror(errno));
        if (file != NULL)
            unlink(beside);
    }
    free(beside);
    return error;
}
