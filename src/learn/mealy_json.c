/* SPDX-License-Identifier: MIT */
/*
 * mealy_json.c - a Mealy machine as JSON, and for Graphviz
 *
 *     { "symbols": ["EHLO", ...],
 *       "states": [ { "label": "", "to": [[1, "250"], ...] }, ... ] }
 *
 * A pair for each symbol; null where the transition is missing.
 */
#include "learn/mealy.h"

#include <inttypes.h>
#include <string.h>

#include <jansson.h>

/* --- Writing -------------------------------------------------------------- */

/* Names and labels are of our making or of the user's: whatever is not plain
 * becomes a question mark. */
static void put_name(FILE *file, const char *name)
{
    putc('"', file);
    for (; *name != '\0'; name++)
        putc(*name < 0x20 || *name > 0x7e || *name == '"' || *name == '\\'
                 ? '?' : *name, file);
    putc('"', file);
}

static void put_state(const struct smtpspec_mealy *mealy, unsigned state,
                      FILE *file)
{
    char text[SMTPSPEC_OUTPUT_KEPT];

    fputs("    { \"label\": ", file);
    put_name(file, mealy->labels[state]);
    fputs(", \"to\": [", file);
    for (unsigned a = 0; a < mealy->symbols; a++) {
        const struct smtpspec_mealy_edge *edge =
            smtpspec_mealy_edge(mealy, state, a);

        fputs(a > 0 ? ", " : "", file);
        smtpspec_output_write(edge->output, text);
        if (edge->next < mealy->states)
            fprintf(file, "[%u, \"%s\"]", edge->next, text);
        else
            fputs("null", file);
    }
    fputs("] }", file);
}

void smtpspec_mealy_write_members(const struct smtpspec_mealy *mealy,
                                  FILE *file)
{
    fputs("\"symbols\": [", file);
    for (unsigned a = 0; a < mealy->symbols; a++) {
        fputs(a > 0 ? ", " : "", file);
        put_name(file, mealy->names[a]);
    }
    fputs("],\n  \"states\": [\n", file);
    for (unsigned i = 0; i < mealy->states; i++) {
        put_state(mealy, i, file);
        fputs(i + 1 < mealy->states ? ",\n" : "\n", file);
    }
    fputs("  ]", file);
}

bool smtpspec_mealy_write_json(const struct smtpspec_mealy *mealy, FILE *file)
{
    fputs("{ ", file);
    smtpspec_mealy_write_members(mealy, file);
    fputs(" }\n", file);
    return ferror(file) == 0;
}

bool smtpspec_mealy_write_dot(const struct smtpspec_mealy *mealy, FILE *file)
{
    char text[SMTPSPEC_OUTPUT_KEPT];

    fputs("digraph machine {\n  rankdir=LR;\n", file);
    for (unsigned i = 0; i < mealy->states; i++) {
        fprintf(file, "  %u [label=", i);
        put_name(file, mealy->labels[i]);
        fputs("];\n", file);
        for (unsigned a = 0; a < mealy->symbols; a++) {
            const struct smtpspec_mealy_edge *edge =
                smtpspec_mealy_edge(mealy, i, a);

            if (edge->next >= mealy->states)
                continue;
            smtpspec_output_write(edge->output, text);
            fprintf(file, "  %u -> %u [label=\"%s / %s\"];\n", i, edge->next,
                    mealy->names[a], text);
        }
    }
    fputs("}\n", file);
    return ferror(file) == 0;
}

/* --- Reading -------------------------------------------------------------- */

/* Take a string of at most `cap` - 1 octets. */
static bool take_string(json_t *value, char *out, size_t cap)
{
    size_t length = json_string_length(value);

    if (!json_is_string(value) || length >= cap)
        return false;
    memcpy(out, json_string_value(value), length);
    return true;
}

static bool take_edge(struct smtpspec_mealy *mealy, json_t *value,
                      struct smtpspec_mealy_edge *edge)
{
    json_t *next = json_array_get(value, 0), *text = json_array_get(value, 1);

    if (json_is_null(value))
        return true;
    if (!json_is_integer(next) || !json_is_string(text) ||
        json_integer_value(next) < 0 ||
        json_integer_value(next) >= mealy->states)
        return false;
    edge->next = (uint16_t)json_integer_value(next);
    edge->output = smtpspec_output_read((struct smtpspec_span){
        json_string_value(text), json_string_length(text) });
    return edge->output != SMTPSPEC_OUTPUT_NONE;
}

static bool take_state(struct smtpspec_mealy *mealy, unsigned state,
                       json_t *value)
{
    json_t *label = json_object_get(value, "label");
    json_t *to = json_object_get(value, "to");

    if (json_array_size(to) != mealy->symbols ||
        (label != NULL && !take_string(label, mealy->labels[state],
                                       sizeof(mealy->labels[state]))))
        return false;
    for (unsigned a = 0; a < mealy->symbols; a++)
        if (!take_edge(mealy, json_array_get(to, a),
                       smtpspec_mealy_edge(mealy, state, a)))
            return false;
    return true;
}

static bool take_all(struct smtpspec_mealy *mealy, json_t *symbols,
                     json_t *states, char *why, size_t cap)
{
    for (unsigned a = 0; a < mealy->symbols; a++)
        if (!take_string(json_array_get(symbols, a), mealy->names[a],
                         sizeof(mealy->names[a]))) {
            snprintf(why, cap, "symbol %u has no name of up to 15 octets", a);
            return false;
        }
    for (unsigned i = 0; i < mealy->states; i++)
        if (!take_state(mealy, i, json_array_get(states, i))) {
            snprintf(why, cap, "state %u has no transition for each symbol, "
                     "or one that is none", i);
            return false;
        }
    return true;
}

bool smtpspec_mealy_take_json(struct smtpspec_mealy *mealy, json_t *root,
                              char *why, size_t cap)
{
    json_t *symbols = json_object_get(root, "symbols");
    json_t *states = json_object_get(root, "states");
    bool done = false;

    *mealy = (struct smtpspec_mealy){ .states = 0 };
    if (json_array_size(symbols) == 0 ||
        json_array_size(symbols) > SMTPSPEC_SYMBOLS_KEPT ||
        json_array_size(states) == 0 ||
        json_array_size(states) > SMTPSPEC_MEALY_STATES_MOST)
        snprintf(why, cap, "no machine: \"symbols\" and \"states\" are its "
                 "members");
    else {
        smtpspec_mealy_init(mealy, (unsigned)json_array_size(states),
                            (unsigned)json_array_size(symbols));
        done = take_all(mealy, symbols, states, why, cap);
    }
    if (!done)
        smtpspec_mealy_free(mealy);
    return done;
}

bool smtpspec_mealy_read_json(struct smtpspec_mealy *mealy, FILE *file,
                              char *why, size_t cap)
{
    json_error_t error;
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    bool done = false;

    *mealy = (struct smtpspec_mealy){ .states = 0 };
    if (root == NULL)
        snprintf(why, cap, "line %d: %s", error.line, error.text);
    else
        done = smtpspec_mealy_take_json(mealy, root, why, cap);
    json_decref(root);
    return done;
}
