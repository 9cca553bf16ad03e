/* SPDX-License-Identifier: MIT */
/*
 * schema.h - does a JSON value conform to one of our schemas?
 *
 * Header only. Knows the few words of JSON Schema that ours use: type, enum,
 * const, required, properties, additionalProperties (false, or a schema),
 * items, minItems, uniqueItems, minimum, maximum, pattern, oneOf, and $ref to
 * #/$defs of the same schema or of one beside it (schema_read_beside). Any
 * other word of a rule is a fault of the schema, so that none is taken for
 * checked that is not.
 */
#ifndef SMTPSPEC_TESTS_SCHEMA_H
#define SMTPSPEC_TESTS_SCHEMA_H

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
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

/* The same with the definitions of another schema, which it refers to; none
 * may be in both. */
static inline json_t *schema_read_beside(const char *path, const char *other)
{
    json_t *schema = schema_read(path), *more = schema_read(other), *rule;
    json_t *rules = json_object_get(schema, "$defs");
    const char *name;

    json_object_foreach(json_object_get(more, "$defs"), name, rule) {
        assert_null(json_object_get(rules, name));
        json_object_set(rules, name, rule);
    }
    json_decref(more);
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

static inline bool schema_is_in_range(json_t *schema, json_t *value)
{
    json_t *least = json_object_get(schema, "minimum");
    json_t *most = json_object_get(schema, "maximum");

    return !json_is_integer(value) ||
           ((least == NULL ||
             json_integer_value(value) >= json_integer_value(least)) &&
            (most == NULL ||
             json_integer_value(value) <= json_integer_value(most)));
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
        "minimum maximum oneOf ";
    const char *name;
    char word[40];
    json_t *rule;

    json_object_foreach(schema, name, rule) {
        snprintf(word, sizeof(word), " %s ", name);
        if (strstr(known, word) == NULL)
            fail_msg("schema: %s is not looked at here", name);
    }
}

static inline bool schema_conforms(json_t *root, json_t *schema,
                                   json_t *value, const char *path,
                                   char *missing);

static inline bool schema_fails(char *missing, const char *what)
{
    snprintf(missing, SCHEMA_MISSING, "%s", what);
    return false;
}

/* The rule that a $ref names; that of another file was read beside. */
static inline json_t *schema_referred(json_t *root, const char *reference)
{
    const char *name = strstr(reference, "#/$defs/");
    json_t *rule;

    assert_non_null(name);
    rule = json_object_get(json_object_get(root, "$defs"),
                           name + strlen("#/$defs/"));
    if (rule == NULL)
        fail_msg("schema: there is no %s", reference);
    return rule;
}

static inline bool schema_fits_one(json_t *root, json_t *list, json_t *value,
                                   const char *path, char *missing)
{
    unsigned fit = 0;
    json_t *rule;
    size_t i;

    json_array_foreach(list, i, rule)
        fit += schema_conforms(root, rule, value, path, missing);
    return list == NULL || fit == 1 || schema_fails(missing, path);
}

/* What a rule says of the value itself. */
static inline bool schema_value_fits(json_t *schema, json_t *value)
{
    return schema_has_one_type(value, json_object_get(schema, "type")) &&
           schema_is_one_of(value, json_object_get(schema, "enum")) &&
           schema_matches(value, json_object_get(schema, "pattern")) &&
           schema_is_in_range(schema, value) &&
           schema_items_fit(schema, value) &&
           (json_object_get(schema, "const") == NULL ||
            json_equal(json_object_get(schema, "const"), value));
}

/* And of what is in it. */
static inline bool schema_members_fit(json_t *root, json_t *schema,
                                      json_t *value, const char *path,
                                      char *missing)
{
    json_t *named = json_object_get(schema, "properties"), *rule, *member;
    json_t *others = json_object_get(schema, "additionalProperties");
    const char *name;
    bool good = true;
    size_t i;

    json_object_foreach(value, name, member) {
        rule = json_object_get(named, name);
        if (rule == NULL && json_is_object(others))
            rule = others;
        if (rule != NULL)
            good = good && schema_conforms(root, rule, member, name, missing);
    }
    rule = json_object_get(schema, "items");
    json_array_foreach(rule != NULL ? value : NULL, i, member)
        good = good && schema_conforms(root, rule, member, path, missing);
    return good;
}

/* Recursive, but only as deep as the schema. Names in `missing`, of
 * SCHEMA_MISSING octets, what does not hold. */
static inline bool schema_conforms(json_t *root, json_t *schema,
                                   json_t *value, const char *path,
                                   char *missing)
{
    json_t *reference = json_object_get(schema, "$ref"), *member;
    const char *name;
    size_t i;

    schema_know_words(schema);
    if (reference != NULL &&
        !schema_conforms(root,
                         schema_referred(root, json_string_value(reference)),
                         value, path, missing))
        return false;
    if (!schema_value_fits(schema, value))
        return schema_fails(missing, path);
    json_array_foreach(json_object_get(schema, "required"), i, member) {
        name = json_string_value(member);
        if (json_is_object(value) && json_object_get(value, name) == NULL)
            return schema_fails(missing, name);
    }
    name = schema_surplus(schema, value);
    if (name != NULL)
        return schema_fails(missing, name);
    return schema_fits_one(root, json_object_get(schema, "oneOf"), value, path,
                           missing) &&
           schema_members_fit(root, schema, value, path, missing);
}

#endif
