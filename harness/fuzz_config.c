/* SPDX-License-Identifier: MIT */
/*
 * fuzz_config.c - a configuration file: read, written, read again
 *
 * targets:  smtpspec_config_parse, _applies
 * input:    a file as --config takes it
 * holds:    what is wrong is said with a line that the file has; each row has
 *           a name, a value, the line where both stand and the target of the
 *           last section above it, of which it speaks; its rows written as a
 *           file are read as the same rows; so is the file with CRLF for each
 *           LF
 * seeds:    corpus/seeds/config    words: corpus/dictionaries/config.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cutting.h"

#include "cli/config.h"
#include "net/memory.h"

#define SIZE_LIMIT (1 << 12)
#define NAME       "folder/x.conf"

/* The number behind "folder/x.conf:"; where it ends. */
static unsigned long line_of(const char *place, const char **end)
{
    char *behind;
    unsigned long line;

    MUST(strncmp(place, NAME ":", sizeof(NAME)) == 0);
    line = strtoul(place + sizeof(NAME), &behind, 10);
    MUST(behind > place + sizeof(NAME) && line > 0);
    *end = behind;
    return line;
}

static void check_message(const struct smtpspec_config *config,
                          struct smtpspec_span text)
{
    const char *end;
    unsigned long line = line_of(config->message, &end);

    MUST(end[0] == ':' && end[1] == ' ' && end[2] != '\0');
    MUST(line <= 1 + harness_count(text, '\n'));
}

/* The value as it stands in the file: a path is told from its folder. */
static const char *value_of(const struct smtpspec_config_row *row)
{
    bool is_path = strcmp(row->name, "password-file") == 0;

    if (is_path && row->value[0] != '/') {
        MUST(strncmp(row->value, "folder/", 7) == 0);
        return row->value + 7;
    }
    return row->value;
}

static bool begins_section(struct smtpspec_span line)
{
    while (line.length > 0 && strchr(" \t\r", line.at[0]) != NULL &&
           line.at[0] != '\0')
        line = smtpspec_span_skip(line, 1);
    return line.length > 0 && line.at[0] == '[';
}

static void check_row(const struct smtpspec_config_row *row,
                      struct smtpspec_span text)
{
    struct smtpspec_span line = { NULL, 0 }, section = { NULL, 0 };
    const char *end, *value = value_of(row);
    unsigned long at = line_of(row->place, &end);

    MUST(*end == '\0' && row->name[0] != '\0' && value[0] != '\0');
    for (unsigned long i = 0; i < at; i++) {
        MUST(harness_line(&text, &line));
        if (begins_section(line))
            section = line;
    }
    MUST((row->target != NULL) == (section.length > 0));
    MUST(row->target == NULL || memmem(section.at, section.length, row->target,
                                       strlen(row->target)) != NULL);
    MUST(memmem(line.at, line.length, row->name, strlen(row->name)) != NULL);
    MUST(memmem(line.at, line.length, value, strlen(value)) != NULL);
    MUST(smtpspec_config_applies(
        row, row->target != NULL ? row->target : "any"));
}

/* The rows as a file; to be freed. */
static char *print(const struct smtpspec_config *config, size_t *length)
{
    unsigned section = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    MUST(out != NULL);
    for (size_t i = 0; i < config->count; i++) {
        const struct smtpspec_config_row *row = &config->rows[i];

        MUST(row->section >= section);
        if (row->section > section)
            fprintf(out, "[%s]\n", row->target);
        section = row->section;
        fprintf(out, "%s=%s\n", row->name, value_of(row));
    }
    MUST(fclose(out) == 0);
    return text;
}

/* It is read as the same rows. */
static void read_same(const struct smtpspec_config *config, const char *text,
                      size_t length)
{
    struct smtpspec_config again = { .count = 0 };

    MUST(smtpspec_config_parse(&again, NAME,
                               (struct smtpspec_span){ text, length }) ==
         SMTPSPEC_OK);
    MUST(again.count == config->count);
    for (size_t i = 0; i < again.count; i++) {
        const struct smtpspec_config_row *a = &config->rows[i];
        const struct smtpspec_config_row *b = &again.rows[i];

        MUST(strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0);
        MUST((a->target == NULL) == (b->target == NULL));
        MUST(a->target == NULL || strcmp(a->target, b->target) == 0);
    }
    smtpspec_config_free(&again);
}

static void read_crlf(const struct smtpspec_config *config,
                      struct smtpspec_span text)
{
    char *crlf = smtpspec_memory_new(2 * text.length + 1);
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\n')
            crlf[length++] = '\r';
        crlf[length++] = text.at[i];
    }
    read_same(config, crlf, length);
    free(crlf);
}

/* A CR more would make a line too long that is just not. */
static bool has_longest_line(struct smtpspec_span text)
{
    struct smtpspec_span line;

    while (harness_line(&text, &line))
        if (line.length == SMTPSPEC_CONFIG_LINE_KEPT)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span text = { (const char *)data, size };
    struct smtpspec_config config = { .count = 0 };
    size_t length;
    char *printed;

    if (size > SIZE_LIMIT)
        return 0;
    if (smtpspec_config_parse(&config, NAME, text) != SMTPSPEC_OK) {
        check_message(&config, text);
        smtpspec_config_free(&config);
        return 0;
    }
    for (size_t i = 0; i < config.count; i++)
        check_row(&config.rows[i], text);
    printed = print(&config, &length);
    read_same(&config, printed, length);
    free(printed);
    if (!has_longest_line(text))
        read_crlf(&config, text);
    smtpspec_config_free(&config);
    return 0;
}
