/* SPDX-License-Identifier: MIT */
/*
 * test_vectors.c - corpus/vectors/replies.jsonl: is it what its schema says,
 * and does the tokenizer read each vector as expected, however it is cut?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <smtpspec/reply.h>

#include "support/rows.h"
#include "support/schema.h"

#define FOLDER "corpus/vectors/"
#define BIT(n) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##n)
/* Up to here every cut in two is tried, of longer ones about CUTS_MOST. */
#define WHOLLY_CUT 1200
#define CUTS_MOST  300

struct vector {
    const char *id;
    json_t *json;
};

static struct vector vectors[2000];
static size_t vector_count;
static json_t *schema, *notes;

/* --- Octets that grow --------------------------------------------------- */

struct octets {
    char *at;
    size_t length, cap;
};

static void octets_add(struct octets *octets, const void *at, size_t length)
{
    if (octets->length + length > octets->cap) {
        octets->cap = (octets->length + length) * 2 + 64;
        octets->at = realloc(octets->at, octets->cap);
        assert_non_null(octets->at);
    }
    if (length > 0)
        memcpy(octets->at + octets->length, at, length);
    octets->length += length;
}

static unsigned nibble(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void octets_add_hex(struct octets *octets, const char *hex)
{
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        char octet = (char)(nibble(hex[0]) * 16 + nibble(hex[1]));

        octets_add(octets, &octet, 1);
    }
}

/* --- A line, expected or read, in a form that can be compared ------------ */

/* What is told of a line; its text follows it. */
struct told {
    int code;      /* -1: none */
    int separator; /* -1: nothing is expected of it */
    unsigned flags;
    uint32_t defects;
    struct smtpspec_status status;
    size_t length;
};

static void tell(struct octets *story, const struct told *told,
                 const char *text)
{
    int code = told->code, separator = told->separator;
    char head[120];
    int length = snprintf(
        head, sizeof(head), "\n%d sep %d flags %u defects %x %u.%u.%u: ",
        code, separator, told->flags, (unsigned)told->defects,
        told->status.class_digit, told->status.subject, told->status.detail);

    octets_add(story, head, (size_t)length);
    octets_add(story, text, told->length);
}

/* --- What is expected ---------------------------------------------------- */

static uint32_t defects_of(json_t *names)
{
    uint32_t set = 0;
    size_t i;
    json_t *name;

    json_array_foreach(names, i, name) {
        unsigned defect = 0;

        while (defect < SMTPSPEC_DEFECT_COUNT &&
               strcmp(json_string_value(name),
                      smtpspec_defect_name((enum smtpspec_defect)defect)) != 0)
            defect++;
        assert_true(defect < SMTPSPEC_DEFECT_COUNT);
        set |= SMTPSPEC_BIT(defect);
    }
    return set;
}

static int code_of(json_t *reply, json_t *line)
{
    json_t *code = json_object_get(line, "code");

    if (code == NULL)
        code = json_object_get(reply, "code");
    return json_is_integer(code) ? (int)json_integer_value(code) : -1;
}

/* `last`: of those that are there. */
static int separator_of(json_t *line, const struct told *told, bool last)
{
    const char *hex = json_string_value(json_object_get(line, "separator"));

    if (hex != NULL)
        return (int)(nibble(hex[0]) * 16 + nibble(hex[1]));
    if ((told->defects & BIT(UNTERMINATED)) != 0)
        return -1;
    if (told->code < 0 || (told->defects & BIT(SEPARATOR_MISSING)) != 0)
        return 0;
    return last && (told->flags & SMTPSPEC_LINE_LAST) != 0 ? ' ' : '-';
}

static void expect_line(struct octets *story, json_t *reply, size_t number)
{
    json_t *lines = json_object_get(reply, "lines");
    json_t *line = json_array_get(lines, number);
    bool last = number + 1 == json_array_size(lines);
    const char *status =
        json_string_value(json_object_get(line, "enhanced"));
    struct octets text = { 0 };
    struct told told = { .code = code_of(reply, line) };

    octets_add_hex(&text, json_string_value(json_object_get(line, "text")));
    told.length = text.length;
    told.defects = defects_of(json_object_get(line, "defects"));
    if (number == 0)
        told.flags |= SMTPSPEC_LINE_FIRST;
    if (last && json_is_true(json_object_get(reply, "complete")))
        told.flags |= SMTPSPEC_LINE_LAST;
    told.separator = separator_of(line, &told, last);
    if (status != NULL)
        assert_int_not_equal(
            smtpspec_status_parse(smtpspec_span_of(status), &told.status), 0);
    tell(story, &told, text.at);
    free(text.at);
}

static void expect_replies(struct octets *story, json_t *replies)
{
    size_t i;
    json_t *reply;

    json_array_foreach(replies, i, reply) {
        size_t lines = json_array_size(json_object_get(reply, "lines"));

        for (size_t j = 0; j < lines; j++)
            expect_line(story, reply, j);
    }
}

/* --- What the tokenizer makes of it -------------------------------------- */

struct reading {
    struct smtpspec_reply_parser parser;
    struct octets line, story;
    uint32_t defects; /* of all lines */
};

static void read_line(struct reading *reading,
                      const struct smtpspec_reply_line *record)
{
    struct told told = {
        .code = record->code,
        .separator = record->separator,
        .flags = record->flags &
                 (SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST),
        .defects = record->defects,
        .status = record->status,
        .length = reading->line.length,
    };
    size_t head = 0;

    if ((record->defects &
         (BIT(NO_CODE) | BIT(CODE_SHORT) | BIT(CODE_LONG))) != 0 ||
        ((record->defects & BIT(UNTERMINATED)) != 0 && record->code == 0))
        told.code = -1;
    else
        head = told.length < 4 ? told.length : 4;
    if ((record->defects & BIT(UNTERMINATED)) != 0)
        told.separator = -1;
    told.length -= head;
    tell(&reading->story, &told, reading->line.at + head);
    reading->line.length = 0;
}

static void read_piece(struct reading *reading, struct smtpspec_span octets,
                       size_t cap)
{
    struct smtpspec_reply_line out[8];

    while (octets.length > 0) {
        size_t count, used = smtpspec_reply_feed(&reading->parser, octets,
                                                 out, cap, &count);

        for (size_t i = 0; i < count; i++) {
            if ((out[i].flags & SMTPSPEC_LINE_HELD_CR) != 0)
                octets_add(&reading->line, "\r", 1);
            octets_add(&reading->line, octets.at + out[i].at, out[i].length);
            reading->defects |= out[i].defects;
            if ((out[i].flags & SMTPSPEC_LINE_PARTIAL) == 0)
                read_line(reading, &out[i]);
        }
        octets = smtpspec_span_skip(octets, used);
    }
}

/* The end: a reply that was promised and not begun is no line. */
static void read_end(struct reading *reading)
{
    struct smtpspec_reply_line line;

    if (!smtpspec_reply_finish(&reading->parser, &line))
        return;
    reading->defects |= line.defects;
    if (reading->line.length > 0)
        read_line(reading, &line);
}

static void read_in(struct reading *reading, struct smtpspec_span octets,
                    size_t piece, size_t cap)
{
    reading->line.length = reading->story.length = 0;
    reading->defects = 0;
    smtpspec_reply_init(&reading->parser);
    for (size_t at = 0; at < octets.length;) {
        struct smtpspec_span rest = smtpspec_span_skip(octets, at);

        read_piece(reading, smtpspec_span_head(rest, piece), cap);
        at += piece < rest.length ? piece : rest.length;
        /* One cut, or one after every octet. */
        if (piece > 1)
            piece = octets.length;
    }
    read_end(reading);
}

static void print_story(const char *what, const struct octets *story)
{
    char shown[600];

    smtpspec_span_escape(
        (struct smtpspec_span){ story->at, story->length }, shown,
        sizeof(shown));
    print_message("# %s: %s\n", what, shown);
}

static bool is_same(const struct reading *reading, const struct octets *want,
                    uint32_t defects)
{
    return reading->defects == defects &&
           reading->story.length == want->length &&
           (want->length == 0 ||
            memcmp(reading->story.at, want->at, want->length) == 0);
}

/* Read the vector in one octet at a time and in every two pieces. Returns
 * where it was cut when it was not read as expected, 0 where it always was. */
static size_t misread(json_t *json, struct reading *reading,
                      struct octets *want)
{
    uint32_t defects = defects_of(json_object_get(json, "defects"));
    struct octets input = { 0 };
    size_t step = 1, cut = 1;
    bool good;

    octets_add_hex(&input, json_string_value(json_object_get(json, "input")));
    expect_replies(want, json_object_get(json, "replies"));

    struct smtpspec_span octets = { input.at, input.length };

    read_in(reading, octets, 1, 1);
    good = is_same(reading, want, defects);
    if (input.length > WHOLLY_CUT)
        step = input.length / CUTS_MOST;
    while (good && cut <= input.length) {
        cut += step;
        read_in(reading, octets, cut, 8);
        good = is_same(reading, want, defects);
    }
    free(input.at);
    return good ? 0 : cut;
}

static void reading_free(struct reading *reading, struct octets *want)
{
    free(reading->line.at);
    free(reading->story.at);
    free(want->at);
}

static void is_read_as_expected(void **state)
{
    struct vector *vector = *state;
    struct octets want = { 0 };
    struct reading reading = { 0 };
    size_t cut = misread(vector->json, &reading, &want);

    if (cut > 0) {
        print_message("# cut at %zu\n", cut);
        print_story("read", &reading.story);
        print_story("expected", &want);
        print_message("# defects %x\n", (unsigned)reading.defects);
        fail();
    }
    reading_free(&reading, &want);
}

/* --- Wrong expectations --------------------------------------------------- */

static void assert_misread(json_t *wrong)
{
    struct octets want = { 0 };
    struct reading reading = { 0 };

    if (misread(wrong, &reading, &want) == 0)
        fail_msg("passes: %s", json_dumps(wrong, 0));
    reading_free(&reading, &want);
    json_decref(wrong);
}

/* A copy of the vector, and of what it holds the first line. */
static json_t *copy(const struct vector *vector, json_t **reply,
                    json_t **line)
{
    json_t *json = json_deep_copy(vector->json);

    *reply = json_array_get(json_object_get(json, "replies"), 0);
    *line = json_array_get(json_object_get(*reply, "lines"), 0);
    return json;
}

static void put(json_t *object, const char *name, json_t *value)
{
    json_object_set_new(object, name, value);
}

static void other_code(json_t *json, json_t *reply, json_t *line)
{
    (void)json;
    put(line, "code", json_is_null(json_object_get(reply, "code"))
                          ? json_integer(250)
                          : json_null());
}

static void longer_text(json_t *json, json_t *reply, json_t *line)
{
    char text[64];

    (void)json;
    (void)reply;
    snprintf(text, sizeof(text), "%.60s21",
             json_string_value(json_object_get(line, "text")));
    put(line, "text", json_string(text));
}

static void other_status(json_t *json, json_t *reply, json_t *line)
{
    (void)json;
    (void)reply;
    put(line, "enhanced", json_string("2.99.99"));
}

static void never_complete(json_t *json, json_t *reply, json_t *line)
{
    bool complete = json_is_true(json_object_get(reply, "complete"));

    (void)line;
    put(reply, "complete", json_boolean(!complete));
    if (complete)
        json_array_append_new(json_object_get(json, "defects"),
                              json_string("unterminated"));
}

static void one_reply_less(json_t *json, json_t *reply, json_t *line)
{
    (void)reply;
    (void)line;
    json_array_remove(json_object_get(json, "replies"), 0);
}

static void other_defects(json_t *json, json_t *reply, json_t *line)
{
    json_t *defects = json_object_get(json, "defects");

    (void)reply;
    (void)line;
    if (json_array_size(defects) > 0)
        json_array_remove(defects, 0);
    else
        json_array_append_new(defects, json_string("nul"));
}

/* Whatever is changed in what a vector expects, it is noticed. */
static void a_wrong_expectation_fails(void **state)
{
    static void (*const changes[])(json_t *, json_t *, json_t *) = {
        other_code,     longer_text,    other_status,
        never_complete, one_reply_less, other_defects,
    };
    json_t *json, *reply, *line;

    (void)state;
    for (size_t i = 0; i < vector_count * SMTPSPEC_ARRAY_LEN(changes); i++) {
        const struct vector *vector = &vectors[i % vector_count];

        json = copy(vector, &reply, &line);
        if (reply == NULL ||
            json_string_length(json_object_get(json, "input")) > 1000) {
            json_decref(json);
            continue;
        }
        changes[i / vector_count](json, reply, line);
        assert_misread(json);
    }
}

/* --- The file ------------------------------------------------------------ */

static void conforms_to_the_schema(void **state)
{
    struct vector *vector = *state;
    char missing[SCHEMA_MISSING] = "";

    if (!schema_conforms(schema, schema, vector->json, "vector", missing))
        fail_msg("%s", missing);
}

static void keeps_to_the_notes(void **state)
{
    struct vector *vector = *state;
    json_t *flags = json_object_get(notes, "flags"), *flag;
    json_t *defects = json_object_get(vector->json, "defects");
    const char *result =
        json_string_value(json_object_get(vector->json, "result"));
    size_t i;

    json_array_foreach(json_object_get(vector->json, "flags"), i, flag)
        assert_non_null(json_object_get(flags, json_string_value(flag)));
    assert_non_null(json_object_get(json_object_get(notes, "results"), result));
    assert_int_equal(strcmp(result, "valid") == 0,
                     json_array_size(defects) == 0);
}

static void there_are_enough_and_each_id_once(void **state)
{
    json_t *seen = json_object();

    (void)state;
    assert_true(vector_count >= 400);
    assert_int_equal(vector_count,
                     json_integer_value(json_object_get(notes, "vectors")));
    for (size_t i = 0; i < vector_count; i++) {
        assert_null(json_object_get(seen, vectors[i].id));
        json_object_set_new(seen, vectors[i].id, json_true());
    }
    json_decref(seen);
}

/* Each defect alone, and each together with another one. */
static void every_defect_and_every_flag_occurs(void **state)
{
    json_t *flags = json_object_get(notes, "flags"), *seen = json_object();
    json_t *flag;
    uint32_t alone = 0, together = 0;
    size_t j;

    (void)state;
    for (size_t i = 0; i < vector_count; i++) {
        uint32_t set =
            defects_of(json_object_get(vectors[i].json, "defects"));

        *((set & (set - 1)) == 0 ? &alone : &together) |= set;
        json_array_foreach(json_object_get(vectors[i].json, "flags"), j, flag)
            json_object_set(seen, json_string_value(flag), flag);
    }
    assert_int_equal(alone, SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT) - 1);
    assert_int_equal(together, SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT) - 1);
    assert_int_equal(json_object_size(seen), json_object_size(flags));
    assert_int_equal(json_object_size(json_object_get(notes, "defects")),
                     SMTPSPEC_DEFECT_COUNT);
    json_decref(seen);
}

/* A check that passes anything would pass the file, too. */
static void the_schema_sees_what_is_wrong(void **state)
{
    static const char *const wrong[] = {
        "{}", "[]", "{\"id\":\"a.b\"}", "{\"id\":\"A\",\"surplus\":1}",
    };
    json_t *good = vectors[0].json, *bad;
    char missing[SCHEMA_MISSING] = "";

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(wrong); i++) {
        bad = json_loads(wrong[i], 0, NULL);
        assert_false(schema_conforms(schema, schema, bad, "", missing));
        json_decref(bad);
    }
    bad = json_deep_copy(good);
    json_object_set_new(bad, "result", json_string("fine"));
    assert_false(schema_conforms(schema, schema, bad, "", missing));
    json_object_set(bad, "result", json_object_get(good, "result"));
    assert_true(schema_conforms(schema, schema, bad, "", missing));
    json_object_set_new(bad, "input", json_string("2"));
    assert_false(schema_conforms(schema, schema, bad, "", missing));
    json_object_set(bad, "input", json_object_get(good, "input"));
    json_object_set_new(bad, "more", json_true());
    assert_false(schema_conforms(schema, schema, bad, "", missing));
    json_decref(bad);
}

static void read_vectors(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;

    if (file == NULL)
        abort();
    while (getline(&line, &cap, file) > 0) {
        json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        if (json == NULL || vector_count == SMTPSPEC_ARRAY_LEN(vectors)) {
            fprintf(stderr, "%s:%zu: no JSON\n", path, vector_count + 1);
            abort();
        }
        vectors[vector_count].json = json;
        vectors[vector_count].id =
            json_string_value(json_object_get(json, "id"));
        vector_count++;
    }
    free(line);
    fclose(file);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_enough_and_each_id_once),
        cmocka_unit_test(every_defect_and_every_flag_occurs),
        cmocka_unit_test(the_schema_sees_what_is_wrong),
        cmocka_unit_test(a_wrong_expectation_fails),
    };
    int failed = 0;

    schema = schema_read(FOLDER "replies.schema.json");
    notes = schema_read(FOLDER "replies.notes.json");
    read_vectors(FOLDER "replies.jsonl");
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    failed += run_table("schema", conforms_to_the_schema, vectors,
                        sizeof(vectors[0]), vector_count);
    failed += run_table("notes", keeps_to_the_notes, vectors,
                        sizeof(vectors[0]), vector_count);
    failed += run_table("read", is_read_as_expected, vectors,
                        sizeof(vectors[0]), vector_count);
    for (size_t i = 0; i < vector_count; i++)
        json_decref(vectors[i].json);
    json_decref(schema);
    json_decref(notes);
    return failed > 0;
}
