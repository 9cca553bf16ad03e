/* SPDX-License-Identifier: MIT */
/*
 * changes_pages.c - what changed between two runs, as text, Markdown and JSON
 */
#include "report/changes.h"

#include <stdlib.h>
#include <string.h>

#include "report/json_text.h"
#include "report/layout.h"

/* Cases that only came or went are named, so many of them, and counted. */
#define NAMED_KEPT 6
/* Octets of a reply that a cell of a table shows. */
#define CELL_KEPT 120
/* Cases of one cause that a table names, and causes that a target's table has:
 * a comment of a pull request takes 64 KiB. */
#define NAMED_IN_GROUP 3
#define GROUPS_KEPT 40

static const char *id_of(const struct smtpspec_change_row *row)
{
    return row->after.id != NULL ? row->after.id : row->before.id;
}

static const char *name_of(const struct smtpspec_change_target *target)
{
    return target->after != NULL ? target->after->name
                                 : target->before->name;
}

/* What is to be said of the target as such, or NULL. */
static const char *remark_of(const struct smtpspec_change_target *target)
{
    if (target->before == NULL)
        return "was not there before";
    if (target->after == NULL)
        return "is not there any more";
    if (target->lost)
        return "could be tested, and cannot now";
    if (target->after->trouble != NULL)
        return "cannot be tested, as before";
    return target->before->trouble != NULL
               ? "could not be tested before, and can now" : NULL;
}

/* "fail", "known fail"; "-" where there is no such case. */
static const char *word_of(const struct smtpspec_change_side *side)
{
    if (side->id == NULL)
        return "-";
    if (side->known && side->outcome == SMTPSPEC_OUTCOME_FAIL)
        return "known fail";
    if (side->known && side->outcome == SMTPSPEC_OUTCOME_WARN)
        return "known warn";
    return smtpspec_outcome_name(side->outcome);
}

static bool only_counted(enum smtpspec_change kind)
{
    return kind == SMTPSPEC_CHANGE_APPEARED || kind == SMTPSPEC_CHANGE_GONE;
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "?";
}

/* --- text ----------------------------------------------------------------- */

static void put_side(FILE *out, const char *label,
                     const struct smtpspec_change_side *side)
{
    if (side->observed == NULL)
        return;
    fprintf(out, "      %-10s", label);
    smtpspec_layout_cut(out, side->observed, SMTPSPEC_LAYOUT_WIDTH);
    putc('\n', out);
}

static void put_row(FILE *out, const struct smtpspec_change_row *row)
{
    fprintf(out, "%-9s", smtpspec_change_name(row->kind));
    smtpspec_layout_clean(out, id_of(row));
    fprintf(out, "   %s -> %s\n", word_of(&row->before),
            word_of(&row->after));
    if (row->after.rule != NULL) {
        fputs("      rule      ", out);
        smtpspec_layout_clean(out, row->after.rule);
        putc('\n', out);
    }
    if (row->after.expected != NULL) {
        fputs("      expected  ", out);
        smtpspec_layout_clean(out, row->after.expected);
        putc('\n', out);
    }
    put_side(out, "before", &row->before);
    put_side(out, "now", &row->after);
}

/* "appeared 12: a.b, c.d ..." */
static void put_counted(FILE *out, const struct smtpspec_change_target *target,
                        enum smtpspec_change kind)
{
    unsigned told = 0;

    if (target->counts[kind] == 0)
        return;
    fprintf(out, "%-9s%u:", smtpspec_change_name(kind), target->counts[kind]);
    for (size_t i = 0; i < target->count && told < NAMED_KEPT; i++) {
        if (target->rows[i].kind != kind)
            continue;
        fputs(told++ > 0 ? ", " : " ", out);
        smtpspec_layout_clean(out, id_of(&target->rows[i]));
    }
    fputs(target->counts[kind] > told ? " ...\n" : "\n", out);
}

static void put_summary(FILE *out, const struct smtpspec_changes *changes)
{
    const unsigned *counts = changes->counts;

    fprintf(out, "%u worse, %u better, %u other outcomes, %u other replies, "
            "%u appeared, %u gone", counts[SMTPSPEC_CHANGE_WORSE],
            counts[SMTPSPEC_CHANGE_BETTER], counts[SMTPSPEC_CHANGE_OUTCOME],
            counts[SMTPSPEC_CHANGE_REPLY], counts[SMTPSPEC_CHANGE_APPEARED],
            counts[SMTPSPEC_CHANGE_GONE]);
    if (changes->lost > 0)
        fprintf(out, "; %u not to be tested any more", changes->lost);
    putc('\n', out);
}

static void put_runs(FILE *out, const struct smtpspec_changes *changes)
{
    static const char *const labels[] = { "before", "now" };

    for (unsigned i = 0; i < 2; i++) {
        const struct smtpspec_change_run *run = &changes->runs[i];

        fprintf(out, "%-8s", labels[i]);
        smtpspec_layout_clean(out, or_none(run->started));
        fputs(", version ", out);
        smtpspec_layout_clean(out, or_none(run->version));
        fputs(", profile ", out);
        smtpspec_layout_clean(out, or_none(run->profile));
        putc('\n', out);
    }
}

static void put_target_name(FILE *out,
                            const struct smtpspec_change_target *target)
{
    smtpspec_layout_clean(out, name_of(target));
    if (target->before != NULL && target->after != NULL &&
        strcmp(target->before->name, target->after->name) != 0) {
        fputs(" (before: ", out);
        smtpspec_layout_clean(out, target->before->name);
        putc(')', out);
    }
    putc('\n', out);
}

void smtpspec_changes_text(const struct smtpspec_changes *changes, FILE *out)
{
    put_runs(out, changes);
    for (size_t t = 0; t < changes->count; t++) {
        const struct smtpspec_change_target *target = &changes->targets[t];
        const char *remark = remark_of(target);

        if (remark == NULL && target->count == 0)
            continue;
        putc('\n', out);
        put_target_name(out, target);
        if (remark != NULL)
            fprintf(out, "      %s\n", remark);
        for (size_t i = 0; i < target->count; i++)
            if (!only_counted(target->rows[i].kind))
                put_row(out, &target->rows[i]);
        put_counted(out, target, SMTPSPEC_CHANGE_APPEARED);
        put_counted(out, target, SMTPSPEC_CHANGE_GONE);
    }
    putc('\n', out);
    put_summary(out, changes);
}

/* --- Markdown ------------------------------------------------------------- */

/*
 * What a peer or a report says stands in code spans: nothing in them is mark-up
 * but the fence that ends them, which is longer than any run of backticks in
 * the text, and a bar, which would end the cell of a table and is \x7c. A
 * span without anything in it would be no span.
 */
static void put_code(FILE *out, const char *text)
{
    size_t fence = 1, run = 0, octets = 0;
    bool pad = text[0] == '`' || text[0] == ' ' || text[0] == '\0';

    for (const char *at = text; *at != '\0'; at++) {
        run = *at == '`' ? run + 1 : 0;
        fence = run >= fence ? run + 1 : fence;
    }
    pad = pad || run > 0;
    for (size_t i = 0; i < fence; i++)
        putc('`', out);
    fputs(pad ? " " : "", out);
    for (; *text != '\0' && octets < CELL_KEPT; text++, octets++) {
        unsigned char octet = (unsigned char)*text;

        if (octet < 0x20 || octet >= 0x7f || octet == '|')
            fprintf(out, "\\x%02x", octet);
        else
            putc(octet, out);
    }
    fputs(*text != '\0' ? "..." : "", out);
    fputs(pad ? " " : "", out);
    for (size_t i = 0; i < fence; i++)
        putc('`', out);
}

static void put_said(FILE *out, const struct smtpspec_change_side *side)
{
    if (side->id != NULL && side->observed != NULL &&
        side->observed[0] != '\0') {
        putc(' ', out);
        put_code(out, side->observed);
    }
    fputs(" |", out);
}

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Of one cause, as far as can be told: cases that came or went are not asked
 * for theirs. */
static bool are_alike(const struct smtpspec_change_row *a,
                      const struct smtpspec_change_row *b)
{
    return a->kind == b->kind &&
           (only_counted(a->kind) ||
            (is_same(a->after.rule, b->after.rule) &&
             strcmp(word_of(&a->before), word_of(&b->before)) == 0 &&
             strcmp(word_of(&a->after), word_of(&b->after)) == 0));
}

static bool is_first(const struct smtpspec_change_target *target, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (are_alike(&target->rows[i], &target->rows[index]))
            return false;
    return true;
}

static unsigned count_alike(const struct smtpspec_change_target *target,
                            size_t index)
{
    unsigned count = 0;

    for (size_t i = index; i < target->count; i++)
        count += are_alike(&target->rows[i], &target->rows[index]);
    return count;
}

/* The cases of the group that begins at `index`: some by name. */
static void put_names(FILE *out, const struct smtpspec_change_target *target,
                      size_t index, unsigned count)
{
    unsigned named = 0;

    for (size_t i = index; i < target->count && named < NAMED_IN_GROUP; i++) {
        if (!are_alike(&target->rows[i], &target->rows[index]))
            continue;
        fputs(named++ > 0 ? ", " : " ", out);
        put_code(out, id_of(&target->rows[i]));
    }
    if (count > named)
        fprintf(out, " and %u more", count - named);
    fputs(" |", out);
}

static void put_group(FILE *out, const struct smtpspec_change_target *target,
                      size_t index)
{
    const struct smtpspec_change_row *row = &target->rows[index];
    bool counted = only_counted(row->kind);
    unsigned count = count_alike(target, index);

    fprintf(out, row->kind == SMTPSPEC_CHANGE_WORSE ? "| **%u %s**" : "| %u %s",
            count, smtpspec_change_name(row->kind));
    if (!counted)
        fprintf(out, row->kind == SMTPSPEC_CHANGE_REPLY ? ": %s as before"
                                                        : ": %s, now %s",
                word_of(&row->before), word_of(&row->after));
    fputs(" |", out);
    put_names(out, target, index, count);
    if (counted) {
        fputs(" | | |\n", out);
        return;
    }
    if (row->after.rule != NULL) {
        putc(' ', out);
        put_code(out, row->after.rule);
    }
    if (row->after.expected != NULL) {
        fputs(" wants ", out);
        put_code(out, row->after.expected);
    }
    fputs(" |", out);
    put_said(out, &row->before);
    put_said(out, &row->after);
    putc('\n', out);
}

/* What is the same cause is one row; a comment has only so much room. Returns
 * how many rows are left out. */
static size_t put_groups(FILE *out, const struct smtpspec_change_target *target)
{
    size_t groups = 0;

    fputs("\n| change | cases | rule | before | now |\n"
          "| --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < target->count; i++) {
        if (!is_first(target, i))
            continue;
        if (groups++ < GROUPS_KEPT)
            put_group(out, target, i);
    }
    return groups > GROUPS_KEPT ? groups - GROUPS_KEPT : 0;
}

static void put_title(FILE *out, const struct smtpspec_changes *changes)
{
    unsigned worse = changes->counts[SMTPSPEC_CHANGE_WORSE];
    unsigned better = changes->counts[SMTPSPEC_CHANGE_BETTER];

    fputs("## SMTP conformance: ", out);
    if (worse > 0)
        fprintf(out, "%u %s got worse", worse, worse == 1 ? "case" : "cases");
    else
        fputs("nothing got worse", out);
    if (worse == 0 && better > 0)
        fprintf(out, ", %u %s got better", better,
                better == 1 ? "case" : "cases");
    if (changes->lost > 0)
        fprintf(out, ", %u %s cannot be tested any more", changes->lost,
                changes->lost == 1 ? "server" : "servers");
    putc('\n', out);
}

static void put_when(FILE *out, const struct smtpspec_changes *changes)
{
    static const char *const labels[] = { "Before: ", "Now: " };

    for (unsigned i = 0; i < 2; i++) {
        const struct smtpspec_change_run *run = &changes->runs[i];

        fputs(labels[i], out);
        put_code(out, or_none(run->started));
        fputs(", version ", out);
        put_code(out, or_none(run->version));
        fputs(", profile ", out);
        put_code(out, or_none(run->profile));
        fputs(i == 0 ? ". " : ".\n", out);
    }
}

void smtpspec_changes_markdown(const struct smtpspec_changes *changes,
                               FILE *out)
{
    put_title(out, changes);
    putc('\n', out);
    put_summary(out, changes);
    for (size_t t = 0; t < changes->count; t++) {
        const struct smtpspec_change_target *target = &changes->targets[t];
        const char *remark = remark_of(target);
        size_t left = 0;

        if (remark == NULL && target->count == 0)
            continue;
        fputs("\n### ", out);
        put_code(out, name_of(target));
        putc('\n', out);
        if (remark != NULL)
            fprintf(out, "\nThe target %s.\n", remark);
        if (target->count > 0)
            left = put_groups(out, target);
        if (left > 0)
            fprintf(out, "\nAnd %zu rows more: `smtpspec compare` has them "
                    "all.\n", left);
    }
    putc('\n', out);
    put_when(out, changes);
}

/* --- JSON ----------------------------------------------------------------- */

/* Put a member; what there was no memory for makes the whole be NULL. */
static void put(json_t **object, const char *name, json_t *value)
{
    if (*object != NULL && value != NULL &&
        json_object_set_new_nocheck(*object, name, value) == 0)
        return;
    if (*object == NULL)
        json_decref(value);
    json_decref(*object);
    *object = NULL;
}

static void append(json_t **list, json_t *value)
{
    if (*list != NULL && value != NULL &&
        json_array_append_new(*list, value) == 0)
        return;
    if (*list == NULL)
        json_decref(value);
    json_decref(*list);
    *list = NULL;
}

static json_t *string_of(const char *text)
{
    return text != NULL ? json_string_nocheck(text) : json_null();
}

static json_t *side_of(const struct smtpspec_change_side *side)
{
    json_t *object;

    if (side->id == NULL)
        return json_null();
    object = json_object();
    put(&object, "outcome",
        string_of(smtpspec_outcome_name(side->outcome)));
    put(&object, "expected_failure", json_boolean(side->known));
    put(&object, "rule", string_of(side->rule));
    put(&object, "expected", string_of(side->expected));
    put(&object, "observed", string_of(side->observed));
    return object;
}

static json_t *row_of(const struct smtpspec_change_row *row)
{
    json_t *object = json_object();

    put(&object, "id", string_of(id_of(row)));
    put(&object, "change", string_of(smtpspec_change_name(row->kind)));
    put(&object, "before", side_of(&row->before));
    put(&object, "now", side_of(&row->after));
    return object;
}

static json_t *counts_of(const unsigned *counts)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
        put(&object, smtpspec_change_name((enum smtpspec_change)i),
            json_integer(counts[i]));
    return object;
}

static json_t *target_of(const struct smtpspec_change_target *target)
{
    json_t *object = json_object(), *rows = json_array();

    for (size_t i = 0; i < target->count; i++)
        append(&rows, row_of(&target->rows[i]));
    put(&object, "target", string_of(name_of(target)));
    put(&object, "before",
        string_of(target->before != NULL ? target->before->name : NULL));
    put(&object, "now",
        string_of(target->after != NULL ? target->after->name : NULL));
    put(&object, "lost", json_boolean(target->lost));
    put(&object, "remark", string_of(remark_of(target)));
    put(&object, "summary", counts_of(target->counts));
    put(&object, "changes", rows);
    return object;
}

static json_t *run_of(const struct smtpspec_change_run *run)
{
    json_t *object = json_object();

    put(&object, "version", string_of(run->version));
    put(&object, "profile", string_of(run->profile));
    put(&object, "started", string_of(run->started));
    return object;
}

enum smtpspec_error
smtpspec_changes_json(const struct smtpspec_changes *changes, FILE *out)
{
    json_t *root = json_object(), *targets = json_array();

    for (size_t t = 0; t < changes->count; t++)
        append(&targets, target_of(&changes->targets[t]));
    put(&root, "tool", string_of("smtpspec"));
    put(&root, "before", run_of(&changes->runs[0]));
    put(&root, "now", run_of(&changes->runs[1]));
    put(&root, "worse", json_boolean(smtpspec_changes_worsened(changes)));
    put(&root, "summary", counts_of(changes->counts));
    put(&root, "targets", targets);
    if (!smtpspec_json_write(out, root, JSON_INDENT(1)))
        return SMTPSPEC_ERROR_MEMORY;
    putc('\n', out);
    return SMTPSPEC_OK;
}
