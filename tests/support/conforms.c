/* SPDX-License-Identifier: MIT */
/*
 * conforms.c - does a JSON file, or each of its lines, conform to a schema?
 *
 *     conforms [-l] [-b SCHEMA-BESIDE] SCHEMA FILE
 *
 * For system tests, over reports of real runs: support/schema.h does the work.
 * Exit status: 0 it does, 1 it does not (one line says what), 255 the schema
 * itself is at fault.
 */
#define _GNU_SOURCE
#include "support/schema.h"

#include <unistd.h>

static int tell(const char *file, unsigned line, const char *what)
{
    printf("%s: line %u: %s\n", file, line, what);
    return 1;
}

static int check(json_t *schema, json_t *value, const char *file,
                 unsigned line, const json_error_t *error)
{
    char missing[SCHEMA_MISSING] = "";
    int status = 0;

    if (value == NULL)
        status = tell(file, line + (unsigned)error->line - 1, error->text);
    else if (!schema_conforms(schema, schema, value, "the whole", missing))
        status = tell(file, line, missing);
    json_decref(value);
    return status;
}

static int check_lines(json_t *schema, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    unsigned line = 0;
    size_t room = 0;
    int status = 0;

    if (file == NULL)
        return tell(path, 0, "cannot be read");
    while (status == 0 && getline(&text, &room, file) > 0) {
        json_error_t error;
        json_t *value = json_loads(text, 0, &error);

        status = check(schema, value, path, ++line, &error);
    }
    fclose(file);
    free(text);
    return status == 0 && line == 0 ? tell(path, 0, "empty") : status;
}

static int check_whole(json_t *schema, const char *path)
{
    json_error_t error;
    json_t *value = json_load_file(path, 0, &error);

    return check(schema, value, path, 1, &error);
}

int main(int argc, char **argv)
{
    const char *beside = NULL;
    json_t *schema;
    bool lines = false;
    int option;

    while ((option = getopt(argc, argv, "lb:")) != -1) {
        lines = lines || option == 'l';
        if (option == 'b')
            beside = optarg;
    }
    if (argc - optind != 2)
        return 2;
    schema = beside != NULL ? schema_read_beside(argv[optind], beside)
                            : schema_read(argv[optind]);
    return lines ? check_lines(schema, argv[optind + 1])
                 : check_whole(schema, argv[optind + 1]);
}
