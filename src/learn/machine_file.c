/* SPDX-License-Identifier: MIT */
/*
 * machine_file.c - a learnt machine as a file that says all that it takes to
 * judge it
 */
#include "learn/machine_file.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <smtpspec/ehlo.h>

#include "net/memory.h"

static const char *const services[] = { "smtp", "submission", "lmtp" };

/* --- Writing -------------------------------------------------------------- */

/* A string of printable ASCII, quoted. */
static void put_string(FILE *file, const char *text)
{
    putc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', file);
        putc(*text < 0x20 || *text > 0x7e ? '?' : *text, file);
    }
    putc('"', file);
}

/* Octets as a line of an alphabet has them, for a JSON string: the escape of a
 * backslash has one of its own. Blanks at an end would be trimmed. */
static void put_octets(FILE *file, const char *at, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char octet = (unsigned char)at[i];
        bool end = i == 0 || i + 1 == length;

        if (octet < 0x20 || octet > 0x7e || octet == '{' || octet == '|' ||
            octet == '\\' || octet == '"' || (end && octet == ' '))
            fprintf(file, "\\\\x%02x", octet);
        else
            putc(octet, file);
    }
}

static void put_symbol(FILE *file, const struct smtpspec_symbol *symbol)
{
    static const size_t crlf = 2, end = 5; /* CRLF, and CRLF.CRLF            */

    fputs("\n    \"", file);
    put_octets(file, symbol->name, strlen(symbol->name));
    putc(' ', file);
    put_octets(file, symbol->line, symbol->line_length - crlf);
    if (symbol->content_length > 0) {
        fputs(" | ", file);
        put_octets(file, symbol->content, symbol->content_length - end);
    }
    putc('"', file);
}

static void put_offered(FILE *file, uint64_t offered)
{
    bool first = true;

    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT; i++) {
        if ((offered & SMTPSPEC_BIT64(i)) == 0)
            continue;
        fputs(first ? "" : ", ", file);
        first = false;
        put_string(file,
                   smtpspec_extension_name((enum smtpspec_extension)i));
    }
}

static void put_alphabet(FILE *file, const struct smtpspec_alphabet *alphabet)
{
    if (alphabet->count == 0)
        return;
    fputs("\"alphabet\": [", file);
    for (unsigned i = 0; i < alphabet->count; i++) {
        fputs(i > 0 ? "," : "", file);
        put_symbol(file, &alphabet->symbols[i]);
    }
    fputs("\n  ],\n  ", file);
}

bool smtpspec_machine_write(const struct smtpspec_machine *machine,
                            FILE *file)
{
    fputs("{ \"target\": ", file);
    put_string(file, machine->target);
    fprintf(file, ",\n  \"whole\": %s,\n  \"service\": \"%s\",\n"
            "  \"offered\": [", machine->whole ? "true" : "false",
            services[machine->service]);
    put_offered(file, machine->offered);
    fputs("],\n  ", file);
    put_alphabet(file, &machine->alphabet);
    smtpspec_mealy_write_members(&machine->mealy, file);
    fputs(" }\n", file);
    return ferror(file) == 0;
}

/* --- Reading -------------------------------------------------------------- */

/* All lines in one text; false where one is no string. */
static bool join_lines(json_t *lines, char **text, size_t *length)
{
    FILE *file = open_memstream(text, length);
    bool good = true;
    json_t *line;
    size_t i;

    if (file == NULL)
        return false;
    json_array_foreach(lines, i, line)
    {
        good = good && json_is_string(line);
        if (good) {
            fwrite(json_string_value(line), 1, json_string_length(line),
                   file);
            putc('\n', file);
        }
    }
    return fclose(file) == 0 && good;
}

static bool take_alphabet(struct smtpspec_machine *machine, json_t *lines,
                          char *why, size_t cap)
{
    static const struct smtpspec_alphabet_names none = { { NULL, 0 },
                                                         { NULL, 0 },
                                                         { NULL, 0 },
                                                         { NULL, 0 } };
    char *text = NULL, wrong[160] = "no list of lines";
    size_t length = 0;
    bool done = lines == NULL;

    if (!done && json_is_array(lines) && join_lines(lines, &text, &length))
        done = smtpspec_alphabet_read(
            &machine->alphabet, (struct smtpspec_span){ text, length }, &none,
            wrong, sizeof(wrong));
    free(text);
    if (!done)
        snprintf(why, cap, "\"alphabet\": %s", wrong);
    else if (lines != NULL &&
             !smtpspec_machine_fits(&machine->mealy, &machine->alphabet)) {
        snprintf(why, cap, "\"alphabet\" has other symbols than \"symbols\"");
        done = false;
    }
    return done;
}

static bool take_service(struct smtpspec_machine *machine, json_t *value)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(services); i++)
        if (json_is_string(value) &&
            strcmp(services[i], json_string_value(value)) == 0) {
            machine->service = (enum smtpspec_service)i;
            return true;
        }
    return value == NULL;
}

static bool take_offered(struct smtpspec_machine *machine, json_t *list)
{
    json_t *value;
    size_t i;

    if (list != NULL && !json_is_array(list))
        return false;
    json_array_foreach(list, i, value)
    {
        enum smtpspec_extension extension = SMTPSPEC_EXTENSION_NONE;

        if (json_is_string(value))
            extension = smtpspec_extension_of((struct smtpspec_span){
                json_string_value(value), json_string_length(value) });
        if (extension == SMTPSPEC_EXTENSION_NONE)
            return false;
        machine->offered |= SMTPSPEC_BIT64(extension);
    }
    return true;
}

/* What stands in front of the machine proper. */
static bool take_head(struct smtpspec_machine *machine, json_t *root,
                      char *why, size_t cap)
{
    json_t *target = json_object_get(root, "target");

    machine->whole = !json_is_false(json_object_get(root, "whole"));
    if (json_is_string(target))
        smtpspec_span_escape(
            (struct smtpspec_span){ json_string_value(target),
                                    json_string_length(target) },
            machine->target, sizeof(machine->target));
    if (!take_service(machine, json_object_get(root, "service"))) {
        snprintf(why, cap, "\"service\" is smtp, submission or lmtp");
        return false;
    }
    if (!take_offered(machine, json_object_get(root, "offered"))) {
        snprintf(why, cap, "\"offered\" is a list of known EHLO keywords");
        return false;
    }
    return take_alphabet(machine, json_object_get(root, "alphabet"), why,
                         cap);
}

bool smtpspec_machine_read(struct smtpspec_machine *machine, FILE *file,
                           char *why, size_t cap)
{
    json_error_t error;
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    bool done = false;

    memset(machine, 0, sizeof(*machine));
    if (root == NULL)
        snprintf(why, cap, "line %d: %s", error.line, error.text);
    else
        done = smtpspec_mealy_take_json(&machine->mealy, root, why, cap) &&
               take_head(machine, root, why, cap);
    json_decref(root);
    if (!done)
        smtpspec_machine_free(machine);
    return done;
}

void smtpspec_machine_free(struct smtpspec_machine *machine)
{
    smtpspec_mealy_free(&machine->mealy);
}

bool smtpspec_machine_fits(const struct smtpspec_mealy *mealy,
                           const struct smtpspec_alphabet *alphabet)
{
    if (mealy->symbols != alphabet->count)
        return false;
    for (unsigned i = 0; i < alphabet->count; i++)
        if (strcmp(mealy->names[i], alphabet->symbols[i].name) != 0)
            return false;
    return true;
}
