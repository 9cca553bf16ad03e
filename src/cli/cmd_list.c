/* SPDX-License-Identifier: MIT */
/*
 * cmd_list.c - smtpspec list: print the tables that the rest works by
 */
#include <stdio.h>
#include <string.h>

#include <smtpspec/ehlo.h>
#include <smtpspec/rules.h>

#include "case/case.h"
#include "case/embedded.h"
#include "cli/cli.h"
#include "cli/list_rules.h"
#include "cli/options.h"
#include "cli/prose.h"
#include "cli/shared_options.h"
#include "rules/phrases.h"
#include "server/server.h"

/* What to print, as the command line has it. */
struct request {
    enum smtpspec_profile profile; /* UNSET: none was named                  */
    enum smtpspec_table_format format;
};

static bool list_cases(const struct request *request);
static bool list_rules(const struct request *request);
static bool list_codes(const struct request *request);
static bool list_profiles(const struct request *request);
static bool list_misdeeds(const struct request *request);
static bool list_quirks(const struct request *request);
static bool list_extensions(const struct request *request);
static bool list_limits(const struct request *request);
static bool list_phrases(const struct request *request);

/* Each lister returns false where there was no memory. */
static const struct subject {
    const char *name;
    bool (*list)(const struct request *request);
} subjects[] = {
    { "cases", list_cases },       { "rules", list_rules },
    { "codes", list_codes },       { "profiles", list_profiles },
    { "misdeeds", list_misdeeds }, { "quirks", list_quirks },
    { "extensions", list_extensions },
    { "limits", list_limits },     { "phrases", list_phrases },
};

/* --- cases ------------------------------------------------------------- */

/* Longest field of a case that is shown. */
#define FIELD_KEPT 256

static void put_case(struct smtpspec_table *table,
                     const struct smtpspec_case *of)
{
    char id[FIELD_KEPT], reference[FIELD_KEPT], title[FIELD_KEPT];
    const char *cells[] = {
        id, smtpspec_level_name((enum smtpspec_level)of->level), reference,
        title
    };

    snprintf(id, sizeof(id), "%.*s", (int)of->id.length, of->id.at);
    snprintf(reference, sizeof(reference), "%.*s", (int)of->reference.length,
             of->reference.length > 0 ? of->reference.at : "");
    smtpspec_span_escape(of->title, title, sizeof(title));
    smtpspec_table_row(table, cells);
}

static bool list_cases(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "id" },
        { .name = "level" },
        { .name = "rfc" },
        { .name = "title" },
    };
    static struct smtpspec_case one; /* large */
    struct smtpspec_embedded_walk walk = { 0 };
    struct smtpspec_table table;
    char id[FIELD_KEPT];

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    while (smtpspec_embedded_next(&walk, &one))
        put_case(&table, &one);
    for (size_t i = 0; smtpspec_case_sweep(i, &one, id, sizeof(id)); i++)
        put_case(&table, &one);
    return smtpspec_table_end(&table);
}

/* --- rules ------------------------------------------------------------- */

static void put_rule(void *context, const struct smtpspec_reply_rule *rule)
{
    char code[4];
    const char *needs =
        rule->needs == SMTPSPEC_EXTENSION_NONE
            ? ""
            : smtpspec_extension_name((enum smtpspec_extension)rule->needs);
    const char *cells[] = {
        smtpspec_list_rule_command(rule),
        smtpspec_kind_name((enum smtpspec_kind)rule->kind),
        code,
        smtpspec_source_name(rule->source),
        rule->section,
        needs,
        rule->note,
    };

    smtpspec_list_rule_code(rule, code);
    smtpspec_table_row(context, cells);
}

static bool list_rules(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "command" },
        { .name = "kind" },
        { .name = "code", .number = true },
        { .name = "source" },
        { .name = "section" },
        { .name = "needs", .text_only = true },
        { .name = "note", .text_only = true },
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    smtpspec_list_rules_walk(request->profile != SMTPSPEC_PROFILE_UNSET
                                 ? request->profile
                                 : SMTPSPEC_PROFILE_MODERN,
                             put_rule, &table);
    return smtpspec_table_end(&table);
}

/* --- codes ------------------------------------------------------------- */

static bool list_codes(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "code", .number = true },
        { .name = "source" },
        { .name = "kind" },
        { .name = "meaning" },
    };
    struct smtpspec_table table;
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (size_t i = 0; i < count; i++) {
        char code[8];
        const char *cells[] = {
            code,
            smtpspec_source_name(entries[i].source),
            smtpspec_code_kind_name(
                (enum smtpspec_code_kind)entries[i].kind),
            entries[i].meaning,
        };

        if (request->profile != SMTPSPEC_PROFILE_UNSET &&
            !smtpspec_profile_has_source(request->profile, entries[i].source))
            continue;
        snprintf(code, sizeof(code), "%u", entries[i].code);
        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

/* --- the short ones ---------------------------------------------------- */

static bool list_profiles(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "profile" },
        { .name = "unlisted" },
        { .name = "meaning" },
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (int i = SMTPSPEC_PROFILE_UNSET + 1; i < SMTPSPEC_PROFILE_COUNT; i++) {
        enum smtpspec_profile profile = (enum smtpspec_profile)i;
        const char *cells[] = {
            smtpspec_profile_name(profile),
            smtpspec_profile_is_strict(profile) ? "fail" : "warn",
            smtpspec_profile_text(profile),
        };

        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

static bool list_misdeeds(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "misdeed" },
        { .name = "meaning" },
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (int i = SMTPSPEC_MISDEED_NONE + 1; i < SMTPSPEC_MISDEED_COUNT; i++) {
        const char *cells[] = {
            smtpspec_misdeed_name((enum smtpspec_misdeed)i),
            smtpspec_misdeed_text((enum smtpspec_misdeed)i),
        };

        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

static bool list_quirks(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "quirk" },
        { .name = "meaning" },
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (int i = SMTPSPEC_QUIRK_NONE + 1; i < SMTPSPEC_QUIRK_COUNT; i++) {
        const char *cells[] = {
            smtpspec_quirk_name((enum smtpspec_quirk)i),
            smtpspec_quirk_text((enum smtpspec_quirk)i),
        };

        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

/* One line for each keyword, with what it brings. */
static bool list_extensions(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "keyword" },
        { .name = "rfc" },
        { .name = "verbs" },
        { .name = "parameters" },
    };
    static const struct {
        const char *keyword, *rfc, *verbs, *parameters;
    } rows[] = {
#define EXTENSION(id, keyword, rfc, verbs, parameters)                      \
    { keyword, rfc, verbs, parameters },
#include "wire/extensions.def"
#undef EXTENSION
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        char verbs[64], parameters[64];
        const char *cells[] = { rows[i].keyword, rows[i].rfc, verbs,
                                parameters };

        /* Each name in the rows has a blank behind it. */
        snprintf(verbs, sizeof(verbs), "%s", rows[i].verbs);
        snprintf(parameters, sizeof(parameters), "%s", rows[i].parameters);
        verbs[strlen(verbs) - (verbs[0] != '\0')] = '\0';
        parameters[strlen(parameters) - (parameters[0] != '\0')] = '\0';
        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

static bool list_limits(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "name" },
        { .name = "value", .number = true },
        { .name = "unit" },
        { .name = "section" },
    };
    static const char *const rows[][4] = {
#define LIMIT(name, value, unit, section) { name, value, unit, section },
#include "rules/limits.def"
#undef LIMIT
    };
    struct smtpspec_table table;

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        smtpspec_table_row(&table, rows[i]);
    return smtpspec_table_end(&table);
}

/* --- phrases ------------------------------------------------------------ */

static bool list_phrases(const struct request *request)
{
    static const struct smtpspec_table_column columns[] = {
        { .name = "better" }, { .name = "reason" }, { .name = "words" },
    };
    struct smtpspec_table table;
    size_t count;
    const struct smtpspec_phrase *rows = smtpspec_phrases(&count);

    smtpspec_table_begin(&table, request->format, columns,
                         SMTPSPEC_ARRAY_LEN(columns));
    for (size_t i = 0; i < count; i++) {
        const char *cells[] = { rows[i].better, rows[i].name, rows[i].words };

        smtpspec_table_row(&table, cells);
    }
    return smtpspec_table_end(&table);
}

/* --- the command line -------------------------------------------------- */

/* All that there are are told: they are few. */
static int refuse(const char *what)
{
    char names[200] = "";
    size_t length = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(subjects) &&
                       length < sizeof(names); i++)
        length += (size_t)snprintf(names + length, sizeof(names) - length,
                                   "%s%s", i > 0 ? ", " : "",
                                   subjects[i].name);
    return smtpspec_cli_usage("list", "unknown subject '%.60s' (%s)", what,
                              names);
}

static const struct subject *subject_of(const char *name)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(subjects); i++)
        if (strcmp(name, subjects[i].name) == 0)
            return &subjects[i];
    return NULL;
}

static bool format_of(const char *name, enum smtpspec_table_format *format)
{
    static const char *const names[] = {
        [SMTPSPEC_TABLE_TEXT] = "text",
        [SMTPSPEC_TABLE_TSV] = "tsv",
        [SMTPSPEC_TABLE_JSON] = "json",
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *format = (enum smtpspec_table_format)i;
            return true;
        }
    return false;
}

static int list(const char *what, const char *format,
                struct request *request)
{
    const struct subject *subject = subject_of(what);
    bool rules = strcmp(what, "rules") == 0;

    if (subject == NULL)
        return refuse(what);
    if (rules && strcmp(format, "rfc") == 0) {
        smtpspec_list_rules_rfc(request->profile != SMTPSPEC_PROFILE_UNSET
                                    ? request->profile
                                    : SMTPSPEC_PROFILE_MODERN);
    } else if (rules && strcmp(format, "dot") == 0) {
        smtpspec_list_rules_dot();
    } else if (!format_of(format, &request->format)) {
        return smtpspec_cli_usage("list", "no format '%s' for %s (%s)",
                                  format, what,
                                  rules ? "text, tsv, json, rfc, dot"
                                        : "text, tsv, json");
    } else if (!subject->list(request)) {
        return smtpspec_cli_usage("list", "out of memory");
    }
    return smtpspec_cli_finish("list", SMTPSPEC_EXIT_OK);
}

int smtpspec_cmd_list(int argc, char **argv)
{
    struct request request = { .profile = SMTPSPEC_PROFILE_UNSET };
    struct smtpspec_options options;
    const char *format = "text";
    int id, status;

    smtpspec_options_begin(&options, SMTPSPEC_VERB_LIST, argc, argv);
    while ((id = smtpspec_options_next(&options)) > 0) {
        if (id == SMTPSPEC_OPTION_LIST_FORMAT) {
            format = options.value;
            continue;
        }
        status = smtpspec_profile_option(&request.profile, &options);
        if (status != 0)
            return status;
    }
    if (id < 0)
        return options.status;
    if (options.first + 1 != argc)
        return smtpspec_cli_usage("list", options.first == argc
                                              ? "what? (see --help)"
                                              : "one subject at a time");
    return list(argv[options.first], format, &request);
}
