/* SPDX-License-Identifier: MIT */
/*
 * read_report.c - read a report back, as JSON or as JSON Lines
 *
 * Twice over: first the members of the first object, which tell what kind of
 * report this is and the facts of the run, then the targets. Cases are kept as
 * text, in a pile for each target, until the target is known to be whole.
 */
#include "report/read_report.h"

#include <stdlib.h>
#include <string.h>

#include "report/json_text.h"
#include "report/read_pile.h"

/* --- walking -------------------------------------------------------------- */

typedef bool (*taker)(struct smtpspec_report_reader *, void *context,
                      const char *key);

/* Each member of an object; `take` takes its value. */
static bool walk_object(struct smtpspec_report_reader *reader, taker take,
                        void *context)
{
    struct smtpspec_json_cut *cut = &reader->cut;

    if (!smtpspec_json_cut_mark(cut, '{'))
        return smtpspec_read_wrong(reader, "an object is wanted");
    if (smtpspec_json_cut_mark(cut, '}'))
        return true;
    do {
        json_t *key = smtpspec_json_cut_load(cut, SMTPSPEC_READ_VALUE_KEPT);
        bool good = key != NULL || smtpspec_read_cut_wrong(reader);

        if (good && !json_is_string(key))
            good = smtpspec_read_wrong(reader, "a member's name is a string");
        if (good && !smtpspec_json_cut_mark(cut, ':'))
            good = smtpspec_read_wrong(reader, "':' is missing");
        good = good && take(reader, context, json_string_value(key));
        json_decref(key);
        if (!good)
            return false;
    } while (smtpspec_json_cut_mark(cut, ','));
    return smtpspec_json_cut_mark(cut, '}') ||
           smtpspec_read_wrong(reader, "'}' is missing: cut off, or no JSON");
}

static bool walk_array(struct smtpspec_report_reader *reader, taker take,
                       void *context)
{
    struct smtpspec_json_cut *cut = &reader->cut;

    if (!smtpspec_json_cut_mark(cut, '['))
        return smtpspec_read_wrong(reader, "an array is wanted");
    if (smtpspec_json_cut_mark(cut, ']'))
        return true;
    do {
        if (!take(reader, context, NULL))
            return false;
    } while (smtpspec_json_cut_mark(cut, ','));
    return smtpspec_json_cut_mark(cut, ']') ||
           smtpspec_read_wrong(reader, "']' is missing: cut off, or no JSON");
}

static bool pass(struct smtpspec_report_reader *reader)
{
    return smtpspec_json_cut_pass(&reader->cut) ||
           smtpspec_read_cut_wrong(reader);
}

/* A value, as a member of `object`, which has none of that name yet. */
static bool keep(struct smtpspec_report_reader *reader, json_t *object,
                 const char *key)
{
    json_t *value;

    if (json_object_get(object, key) != NULL)
        return smtpspec_read_wrong(reader, "a member is there twice");
    value = smtpspec_json_cut_load(&reader->cut, SMTPSPEC_READ_VALUE_KEPT);
    if (value == NULL)
        return smtpspec_read_cut_wrong(reader);
    return json_object_set_new_nocheck(object, key, value) == 0 ||
           smtpspec_read_no_memory(reader);
}

/* --- the head of a report ------------------------------------------------- */

static bool is_wanted(const char *key)
{
    static const char *const keys[] = { "record", "tool", "version", "profile",
                                        "seed", "started", "elapsed_ms" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static bool take_head(struct smtpspec_report_reader *reader, void *context,
                      const char *key)
{
    (void)context;
    if (strcmp(key, "targets") == 0) {
        if (reader->targets_seen)
            return smtpspec_read_wrong(reader, "\"targets\" is there twice");
        reader->targets_seen = true;
        if (smtpspec_json_cut_peek(&reader->cut) != '[')
            return smtpspec_read_wrong(reader, "\"targets\" must be an array");
    }
    return is_wanted(key) ? keep(reader, reader->head, key) : pass(reader);
}

static const char *head_text(const struct smtpspec_report_reader *reader,
                             const char *key)
{
    const char *text = json_string_value(json_object_get(reader->head, key));

    return text != NULL ? text : "";
}

/* A number; false where it is something else. */
static bool head_number(const struct smtpspec_report_reader *reader,
                        const char *key, uint64_t *out)
{
    const json_t *number = json_object_get(reader->head, key);

    *out = (uint64_t)json_integer_value(number);
    return number == NULL ||
           (json_is_integer(number) && json_integer_value(number) >= 0);
}

/* The digits of it need not be those of a day that there is. */
static bool is_time(const char *text)
{
    return strlen(text) <
               sizeof(((struct smtpspec_run_facts *)NULL)->started) &&
           text[strspn(text, "0123456789-:TZ")] == '\0';
}

static const char no_report[] = "this is no JSON report of smtpspec";

static bool check_head(struct smtpspec_report_reader *reader)
{
    struct smtpspec_run_facts *facts = &reader->facts;
    const char *record = head_text(reader, "record");
    const char *started = head_text(reader, "started");

    reader->lines = record[0] != '\0';
    if (reader->lines ? strcmp(record, "run") != 0 : !reader->targets_seen)
        return smtpspec_read_wrong(reader, no_report);
    if (strcmp(head_text(reader, "tool"), "smtpspec") != 0)
        return smtpspec_read_wrong(reader, no_report);
    facts->version = head_text(reader, "version");
    facts->profile = head_text(reader, "profile");
    if (smtpspec_profile_of(smtpspec_span_of(facts->profile)) ==
        SMTPSPEC_PROFILE_UNSET)
        return smtpspec_read_wrong(reader, "\"profile\" is none there is");
    if (!smtpspec_json_is_plain(facts->version))
        return smtpspec_read_wrong(reader, "\"version\" must be printable "
                                           "ASCII");
    if (!is_time(started))
        return smtpspec_read_wrong(reader, "\"started\" must be a time, as "
                                           "2026-01-01T00:00:00Z");
    snprintf(facts->started, sizeof(facts->started), "%s", started);
    if (!head_number(reader, "seed", &facts->seed) ||
        !head_number(reader, "elapsed_ms", &facts->elapsed_ms))
        return smtpspec_read_wrong(reader, "\"seed\" and \"elapsed_ms\" must "
                                           "be numbers");
    return true;
}

enum smtpspec_error
smtpspec_report_reader_open(struct smtpspec_report_reader *reader, FILE *file,
                            const char *name)
{
    reader->name = name;
    reader->cut.file = file;
    reader->head = json_object();
    if (reader->head == NULL) {
        smtpspec_read_no_memory(reader);
    } else if (walk_object(reader, take_head, NULL) && check_head(reader) &&
               !reader->lines && smtpspec_json_cut_peek(&reader->cut) >= 0) {
        smtpspec_read_wrong(reader, "something follows the report");
    }
    return reader->error;
}

/* --- JSON ----------------------------------------------------------------- */

struct target {
    struct smtpspec_read_pile *pile;
    json_t *facts;
    bool cases_seen;
};

static bool take_case(struct smtpspec_report_reader *reader, void *context,
                      const char *key)
{
    struct target *target = context;

    (void)key;
    if (!smtpspec_json_cut_value(&reader->cut, SMTPSPEC_READ_VALUE_KEPT))
        return smtpspec_read_cut_wrong(reader);
    return smtpspec_read_pile_add(reader, target->pile, 0);
}

static bool take_member(struct smtpspec_report_reader *reader, void *context,
                        const char *key)
{
    struct target *target = context;

    if (strcmp(key, "cases") != 0)
        return keep(reader, target->facts, key);
    if (target->cases_seen)
        return smtpspec_read_wrong(reader, "\"cases\" is there twice");
    target->cases_seen = true;
    return walk_array(reader, take_case, target);
}

static bool take_target(struct smtpspec_report_reader *reader, void *context,
                        const char *key)
{
    struct target target = { .pile = &reader->piles[0],
                             .facts = json_object() };
    bool good = target.facts != NULL || smtpspec_read_no_memory(reader);

    (void)context;
    (void)key;
    good = good && walk_object(reader, take_member, &target);
    if (good && !target.cases_seen)
        good = smtpspec_read_wrong(reader, "a target without \"cases\"");
    good = good && smtpspec_read_pile_tell(reader, target.pile, target.facts);
    smtpspec_read_pile_clear(reader, target.pile);
    json_decref(target.facts);
    return good;
}

static bool take_root(struct smtpspec_report_reader *reader, void *context,
                      const char *key)
{
    return strcmp(key, "targets") == 0 ? walk_array(reader, take_target,
                                                    context)
                                       : pass(reader);
}

/* --- JSON Lines ----------------------------------------------------------- */

/* The open pile of that name; NULL where there is none. */
static struct smtpspec_read_pile *
pile_of(struct smtpspec_report_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->open; i++)
        if (strcmp(reader->piles[i].name, name) == 0)
            return &reader->piles[i];
    return NULL;
}

static void close_pile(struct smtpspec_report_reader *reader,
                       struct smtpspec_read_pile *pile)
{
    smtpspec_read_pile_clear(reader, pile);
    *pile = reader->piles[--reader->open];
    memset(&reader->piles[reader->open], 0, sizeof(*pile));
}

static bool open_pile(struct smtpspec_report_reader *reader, const char *name)
{
    struct smtpspec_read_pile *pile = &reader->piles[reader->open];

    if (reader->open == SMTPSPEC_READ_OPEN_KEPT)
        return smtpspec_read_wrong(reader, "too many targets at once");
    pile->name = strdup(name);
    if (pile->name == NULL)
        return smtpspec_read_no_memory(reader);
    reader->open++;
    return true;
}

/* A run that was cut off and taken up again leaves a target without an end
 * behind; it comes again. */
static bool take_run(struct smtpspec_report_reader *reader,
                     const json_t *record)
{
    const char *profile =
        json_string_value(json_object_get(record, "profile"));

    while (reader->open > 0)
        close_pile(reader, &reader->piles[0]);
    reader->ended = false;
    return (profile != NULL && strcmp(profile, reader->facts.profile) == 0) ||
           smtpspec_read_wrong(reader, "a run by another profile");
}

static bool take_run_end(struct smtpspec_report_reader *reader,
                         const json_t *record)
{
    const json_t *elapsed = json_object_get(record, "elapsed_ms");

    if (!json_is_integer(elapsed) || json_integer_value(elapsed) < 0)
        return smtpspec_read_wrong(reader, "\"elapsed_ms\" must be a number");
    reader->facts.elapsed_ms += (uint64_t)json_integer_value(elapsed);
    reader->ended = true;
    return true;
}

/* Cases come in the order in which they ended. */
static bool add_case(struct smtpspec_report_reader *reader,
                     struct smtpspec_read_pile *pile, const json_t *record)
{
    const json_t *number = json_object_get(record, "number");

    if (number != NULL &&
        (!json_is_integer(number) || json_integer_value(number) < 1))
        return smtpspec_read_wrong(reader,
                                   "\"number\" must be a number from 1 on");
    return smtpspec_read_pile_add(
        reader, pile, number != NULL ? (uint64_t)json_integer_value(number)
                                     : 0);
}

static bool take_of_target(struct smtpspec_report_reader *reader,
                           const json_t *record, const char *kind)
{
    const char *name = json_string_value(json_object_get(record, "target"));
    struct smtpspec_read_pile *pile = name != NULL ? pile_of(reader, name)
                                                   : NULL;
    bool good;

    if (name == NULL)
        return smtpspec_read_wrong(reader, "\"target\" must be a string");
    if (strcmp(kind, "target") == 0) {
        if (pile != NULL)
            close_pile(reader, pile);
        return open_pile(reader, name);
    }
    if (pile == NULL)
        return smtpspec_read_wrong(reader, "of a target that has not begun");
    if (strcmp(kind, "case") == 0)
        return add_case(reader, pile, record);
    good = smtpspec_read_pile_tell(reader, pile, record);
    close_pile(reader, pile);
    return good;
}

static bool take_record(struct smtpspec_report_reader *reader,
                        const json_t *record)
{
    const char *kind = json_string_value(json_object_get(record, "record"));

    if (kind == NULL)
        return smtpspec_read_wrong(reader,
                                   "a line must be an object with \"record\"");
    if (strcmp(kind, "run") == 0)
        return take_run(reader, record);
    if (strcmp(kind, "run_end") == 0)
        return take_run_end(reader, record);
    if (strcmp(kind, "target") == 0 || strcmp(kind, "case") == 0 ||
        strcmp(kind, "target_end") == 0)
        return take_of_target(reader, record, kind);
    return true;
}

/* What is there may be all there is: `partial` then takes it. */
static bool end_lines(struct smtpspec_report_reader *reader)
{
    if (reader->partial)
        reader->left_out += reader->open;
    else if (reader->open > 0 || !reader->ended)
        return smtpspec_read_wrong(reader, "the run was cut off here");
    return true;
}

static bool read_lines(struct smtpspec_report_reader *reader)
{
    struct smtpspec_json_cut *cut = &reader->cut;

    while (smtpspec_json_cut_peek(cut) >= 0) {
        json_t *record =
            smtpspec_json_cut_load(cut, SMTPSPEC_READ_VALUE_KEPT);
        bool good;

        if (record == NULL && reader->partial &&
            smtpspec_json_cut_peek(cut) < 0 && !ferror(cut->file))
            break;
        if (record == NULL)
            return smtpspec_read_cut_wrong(reader);
        good = take_record(reader, record);
        json_decref(record);
        if (!good)
            return false;
    }
    return ferror(cut->file) ? smtpspec_read_wrong(reader, "")
                             : end_lines(reader);
}

enum smtpspec_error
smtpspec_report_reader_read(struct smtpspec_report_reader *reader,
                            const struct smtpspec_report_sink *sink)
{
    reader->sink = sink;
    reader->piles = calloc(SMTPSPEC_READ_OPEN_KEPT, sizeof(*reader->piles));
    if (reader->piles == NULL) {
        smtpspec_read_no_memory(reader);
        return reader->error;
    }
    smtpspec_json_cut_rewind(&reader->cut);
    if (reader->lines)
        read_lines(reader);
    else
        walk_object(reader, take_root, NULL);
    return reader->error;
}

void smtpspec_report_reader_close(struct smtpspec_report_reader *reader)
{
    for (size_t i = 0; i < SMTPSPEC_READ_OPEN_KEPT && reader->piles != NULL;
         i++)
        smtpspec_read_pile_clear(reader, &reader->piles[i]);
    free(reader->piles);
    json_decref(reader->head);
    smtpspec_json_cut_free(&reader->cut);
    reader->piles = NULL;
    reader->head = NULL;
}
