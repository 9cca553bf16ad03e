/* SPDX-License-Identifier: MIT */
/*
 * schema.h - does a JSON value conform to one of our schemas?
 *
 * Header only. Knows the few words of JSON Schema that ours use: type, enum,
 * const, required, properties, additionalProperties (false), items, minItems,
 * uniqueItems, pattern and local $ref. Any other word of a rule is a fault of
 * the schema, so that none is taken for checked that is not.
 */
#ifndef SMTPSPEC_TESTS_SCHEMA_H
#define SMTPSPEC_TESTS_SCHEMA_H

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define SCHEMA_MISSING 64

static inline json_t *schema_read(const char *path)
{
    json_error_t error;
    json_t *schema = json_load_file(path, 0, &error);

    if (schema == NULL)
        fail_msg("%s: line %d: %s", path, error.line, error.text);
    return schema;
}

static inline bool schema_has_type(json_t *value, const char *type)
{
    return strcmp(type, "object") == 0    ? json_is_object(value)
           : strcmp(type, "array") == 0   ? json_is_array(value)
           : strcmp(type, "string") == 0  ? json_is_string(value)
           : strcmp(type, "integer") == 0 ? json_is_integer(value)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
                                          : json_is_null(value);
}

static inline bool schema_is_one_of(json_t *value, json_t *list)
{
    size_t i;
    json_t *member;

    json_array_foreach(list, i, member) {
        if (json_equal(member, value))
            return true;
    }
    return list == NULL;
}

static inline bool schema_has_one_type(json_t *value, json_t *types)
{
    size_t i;
    json_t *type;

    if (!json_is_array(types))
        return types == NULL ||
               schema_has_type(value, json_string_value(types));
    json_array_foreach(types, i, type) {
        if (schema_has_type(value, json_string_value(type)))
            return true;
    }
    return false;
}

static inline bool schema_matches(json_t *value, json_t *pattern)
{
    regex_t regex;
    bool good;

    if (pattern == NULL || !json_is_string(value))
        return true;
    if (regcomp(&regex, json_string_value(pattern),
                REG_EXTENDED | REG_NOSUB) != 0)
        fail_msg("schema: not a pattern: %s", json_string_value(pattern));
    good = regexec(&regex, json_string_value(value), 0, NULL, 0) == 0;
    regfree(&regex);
    return good;
}

static inline bool schema_items_fit(json_t *schema, json_t *value)
{
    json_t *least = json_object_get(schema, "minItems"), *a, *b;
    size_t i, j;

    if (!json_is_array(value))
        return true;
    if (least != NULL &&
        (json_int_t)json_array_size(value) < json_integer_value(least))
        return false;
    if (!json_is_true(json_object_get(schema, "uniqueItems")))
        return true;
    json_array_foreach(value, i, a) {
        for (j = 0; j < i; j++) {
            b = json_array_get(value, j);
            if (json_equal(a, b))
                return false;
        }
    }
    return true;
}

/* A member that no property names, where that is forbidden. */
static inline const char *schema_surplus(json_t *schema, json_t *value)
{
    json_t *properties = json_object_get(schema, "properties"), *member;
    const char *name;

    if (!json_is_false(json_object_get(schema, "additionalProperties")))
        return NULL;
    json_object_foreach(value, name, member) {
        if (json_object_get(properties, name) == NULL)
            return name;
    }
    return NULL;
}

static inline void schema_know_words(json_t *schema)
{
    static const char known[] =
        " $schema $defs $ref title description type enum const required "
        "properties additionalProperties items minItems uniqueItems pattern "
        "minimum maximum ";
    const char *name;
    char word[40];
    json_t *rule;

    json_object_foreach(schema, name, rule) {
        snprintf(word, sizeof(word), " %s ", name);
        if (strstr(known, word) == NULL)
            fail_msg("schema: %s is not looked at here", name);
    }
}

/* Recursive, but only as deep as the schema. Names in `missing`, of
 * SCHEMA_MISSING octets, what does not hold. */
static inline bool schema_conforms(json_t *root, json_t *schema,
                                   json_t *value, const char *path,
                                   char *missing)
{
    json_t *reference = json_object_get(schema, "$ref"), *member, *rule;
    const char *name;
    bool good = true;
    size_t i;

    if (reference != NULL)
        schema = json_object_get(json_object_get(root, "$defs"),
                                 json_string_value(reference) +
                                     strlen("#/$defs/"));
    assert_non_null(schema);
    schema_know_words(schema);
    if (!schema_has_one_type(value, json_object_get(schema, "type")) ||
        !schema_is_one_of(value, json_object_get(schema, "enum")) ||
        !schema_matches(value, json_object_get(schema, "pattern")) ||
        !schema_items_fit(schema, value) ||
        (json_object_get(schema, "const") != NULL &&
         !json_equal(json_object_get(schema, "const"), value))) {
        snprintf(missing, SCHEMA_MISSING, "%s", path);
        return false;
    }
    json_array_foreach(json_object_get(schema, "required"), i, member) {
        if (json_is_object(value) &&
            json_object_get(value, json_string_value(member)) == NULL) {
            snprintf(missing, SCHEMA_MISSING, "%s",
                     json_string_value(member));
            return false;
        }
    }
    name = schema_surplus(schema, value);
    if (name != NULL) {
        snprintf(missing, SCHEMA_MISSING, "%s", name);
        return false;
    }
    json_object_foreach(json_object_get(schema, "properties"), name, rule) {
        member = json_object_get(value, name);
        if (member != NULL)
            good = good && schema_conforms(root, rule, member, name, missing);
    }
    rule = json_object_get(schema, "items");
    if (rule != NULL) {
        json_array_foreach(value, i, member)
            good = good && schema_conforms(root, rule, member, path, missing);
    }
    return good;
}

#endif
