/* SPDX-License-Identifier: MIT */
/*
 * config.c - read the form of a configuration file
 */
#include "cli/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "net/memory.h"

/* A file under way. */
struct reading {
    struct smtpspec_config *config;
    const char *file;
    unsigned line, section;
    size_t first;              /* row of the section                         */
    struct smtpspec_span target;
};

static enum smtpspec_error fault(struct reading *reading, const char *what)
{
    snprintf(reading->config->message, sizeof(reading->config->message),
             "%.300s:%u: %s", reading->file, reading->line, what);
    return SMTPSPEC_ERROR_SYNTAX;
}

static bool is_printable(struct smtpspec_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((text.at[i] < 0x20 || text.at[i] > 0x7E) && text.at[i] != '\t')
            return false;
    return true;
}

/* Small letters, and hyphens between them. */
static bool is_name(struct smtpspec_span name)
{
    for (size_t i = 0; i < name.length; i++)
        if ((name.at[i] < 'a' || name.at[i] > 'z') &&
            (name.at[i] != '-' || i == 0 || i + 1 == name.length))
            return false;
    return name.length > 0;
}

/* A path as it is meant in that file. */
static char *path_beside(const char *file, struct smtpspec_span path)
{
    const char *slash = strrchr(file, '/');
    size_t folder = slash != NULL ? (size_t)(slash - file) + 1 : 0;
    char *whole;

    if (path.length > 0 && path.at[0] == '/')
        folder = 0;
    whole = smtpspec_memory_new(folder + path.length + 1);
    memcpy(whole, file, folder);
    memcpy(whole + folder, path.at, path.length);
    return whole;
}

static void add_row(struct reading *reading, struct smtpspec_span name,
                    struct smtpspec_span value)
{
    struct smtpspec_config *config = reading->config;
    size_t room = strlen(reading->file) + 16;
    struct smtpspec_config_row *row;

    config->rows = smtpspec_memory_grow(
        config->rows, (config->count + 1) * sizeof(*config->rows));
    row = &config->rows[config->count++];
    *row = (struct smtpspec_config_row){
        .place = smtpspec_memory_new(room),
        .target = reading->section > 0
                      ? smtpspec_memory_string(reading->target) : NULL,
        .section = reading->section,
        .name = smtpspec_memory_string(name),
    };
    snprintf(row->place, room, "%s:%u", reading->file, reading->line);
    row->value = strcmp(row->name, "password-file") == 0
                     ? path_beside(reading->file, value)
                     : smtpspec_memory_string(value);
}

static enum smtpspec_error take_section(struct reading *reading,
                                        struct smtpspec_span line)
{
    if (line.at[line.length - 1] != ']')
        return fault(reading, "a section ends with ]");
    line = smtpspec_span_skip(line, 1);
    line.length--;
    reading->target = smtpspec_span_trim(line);
    if (reading->target.length == 0)
        return fault(reading, "a section names a target");
    reading->section++;
    reading->first = reading->config->count;
    return SMTPSPEC_OK;
}

static enum smtpspec_error take_setting(struct reading *reading,
                                        struct smtpspec_span line)
{
    size_t at = smtpspec_span_find(line, '=');
    struct smtpspec_span name =
        smtpspec_span_trim(smtpspec_span_head(line, at));
    struct smtpspec_span value =
        smtpspec_span_trim(smtpspec_span_skip(line, at + 1));
    const struct smtpspec_config *config = reading->config;

    if (at == line.length)
        return fault(reading, "neither [target], name = value nor # comment");
    if (!is_name(name))
        return fault(reading, "a name has small letters and hyphens");
    if (value.length == 0)
        return fault(reading, "there is no value");
    if (config->count == SMTPSPEC_CONFIG_ROWS_KEPT)
        return fault(reading, "too many settings");
    for (size_t i = reading->first; i < config->count; i++)
        if (smtpspec_span_equal(name, smtpspec_span_of(config->rows[i].name)))
            return fault(reading, "it is set twice in this section");
    add_row(reading, name, value);
    return SMTPSPEC_OK;
}

static enum smtpspec_error take_line(struct reading *reading,
                                     struct smtpspec_span line)
{
    if (line.length > SMTPSPEC_CONFIG_LINE_KEPT)
        return fault(reading, "a line of more than 1024 octets");
    if (smtpspec_span_find(line, '\0') < line.length)
        return fault(reading, "a NUL");
    line = smtpspec_span_trim(line);
    if (line.length == 0 || line.at[0] == '#' || line.at[0] == ';')
        return SMTPSPEC_OK;
    if (!is_printable(line))
        return fault(reading, "an octet that is no printable ASCII");
    return line.at[0] == '[' ? take_section(reading, line)
                             : take_setting(reading, line);
}

enum smtpspec_error smtpspec_config_parse(struct smtpspec_config *config,
                                          const char *file,
                                          struct smtpspec_span text)
{
    struct reading reading = { .config = config, .file = file,
                               .first = config->count };
    enum smtpspec_error error = SMTPSPEC_OK;

    while (text.length > 0 && error == SMTPSPEC_OK) {
        size_t length = smtpspec_span_find(text, '\n');

        reading.line++;
        error = take_line(&reading, smtpspec_span_head(text, length));
        text = smtpspec_span_skip(text, length + 1);
    }
    return error;
}

/* --- files ---------------------------------------------------------------- */

static enum smtpspec_error unreadable(struct smtpspec_config *config,
                                      const char *file, const char *why)
{
    snprintf(config->message, sizeof(config->message), "%.300s: %s", file,
             why);
    return SMTPSPEC_ERROR_READ;
}

enum smtpspec_error smtpspec_config_read(struct smtpspec_config *config,
                                         const char *file)
{
    FILE *in = fopen(file, "rbe");
    enum smtpspec_error error;
    size_t length;
    char *octets;

    if (in == NULL)
        return unreadable(config, file, strerror(errno));
    octets = smtpspec_memory_new(SMTPSPEC_CONFIG_FILE_KEPT + 1);
    length = fread(octets, 1, SMTPSPEC_CONFIG_FILE_KEPT + 1, in);
    if (ferror(in))
        error = unreadable(config, file, strerror(errno));
    else if (length > SMTPSPEC_CONFIG_FILE_KEPT)
        error = unreadable(config, file, "more than 256 KiB");
    else
        error = smtpspec_config_parse(
            config, file, (struct smtpspec_span){ octets, length });
    fclose(in);
    free(octets);
    return error;
}

static int is_conf(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The user's folder; false where there is none. */
static bool own_folder(char *out, size_t cap)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int length = 0;

    /* A path that is not whole is to be taken for none, says XDG. */
    if (config != NULL && config[0] == '/')
        length = snprintf(out, cap, "%s/smtpspec", config);
    else if (home != NULL && home[0] == '/')
        length = snprintf(out, cap, "%s/.config/smtpspec", home);
    return length > 0 && (size_t)length < cap;
}

enum smtpspec_error smtpspec_config_read_own(struct smtpspec_config *config)
{
    enum smtpspec_error error = SMTPSPEC_OK;
    struct dirent **names = NULL;
    char folder[3072], path[4096];
    int count = 0;

    if (own_folder(folder, sizeof(folder)))
        count = scandir(folder, &names, is_conf, by_name);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR)
        return unreadable(config, folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        if (error == SMTPSPEC_OK)
            error = smtpspec_config_read(config, path);
        free(names[i]);
    }
    free(names);
    return error;
}

void smtpspec_config_free(struct smtpspec_config *config)
{
    for (size_t i = 0; i < config->count; i++) {
        free(config->rows[i].place);
        free(config->rows[i].target);
        free(config->rows[i].name);
        free(config->rows[i].value);
    }
    free(config->rows);
    *config = (struct smtpspec_config){ NULL, 0, "" };
}

bool smtpspec_config_applies(const struct smtpspec_config_row *row,
                             const char *name)
{
    return row->target == NULL ||
           smtpspec_case_matches(smtpspec_span_of(name),
                                 smtpspec_span_of(row->target));
}
