/* SPDX-License-Identifier: MIT */
/*
 * sarif.c - findings as SARIF 2.1.0, for code-scanning pages; sarif.schema.json
 *
 * One run; what fails or warns is a result, and each rule that was broken is a
 * rule of the driver. A server is no file, but such pages take a file whole or
 * not at all, and want a path and a line for each result: the baseline's, or
 * else smtp/TARGET. What the baseline knew is suppressed. Results go out as
 * they come; only the rules are kept, which stand behind them.
 */
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/judge.h>

#include "report/finding.h"
#include "report/json_text.h"
#include "report/particulars.h"

#define MESSAGE_ROOM 1500
#define URI_ROOM 1024
/* As CVSS would rate it, of 10: such a page calls 7.0 to 8.9 high. What nobody
 * can make use of gets no number, and is no matter of security there. */
#define SEVERITY_EXPLOITABLE "8.0"

struct rule {
    char *id, *text, *reference;
    enum smtpspec_level level;
    enum smtpspec_outcome worst;
    bool exploitable;   /* in one case at least                              */
};

struct smtpspec_report {
    struct smtpspec_report_base base;
    char *artifact;     /* URI; NULL: one for each target                    */
    char profile[32], started[24], version[32];
    struct rule *rules;
    size_t rule_count, rule_room;
    json_t *troubles;   /* notifications                                     */
    unsigned results;
};

/* --- JSON --------------------------------------------------------------- */

static void put(struct smtpspec_report *report, json_t *object,
                const char *name, json_t *value)
{
    if (json_object_set_new_nocheck(object, name, value) != 0)
        report->base.no_memory = true;
}

static void put_string(struct smtpspec_report *report, json_t *object,
                       const char *name, const char *text)
{
    put(report, object, name, smtpspec_json_string(text));
}

static void append(struct smtpspec_report *report, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        report->base.no_memory = true;
}

/* { "text": ... } */
static json_t *message_of(const char *text)
{
    return json_pack("{s:o}", "text", smtpspec_json_string(text));
}

static void dump(struct smtpspec_report *report, json_t *value)
{
    if (!smtpspec_json_write(report->base.file, value, 0))
        report->base.no_memory = true;
}

/* --- Places ------------------------------------------------------------- */

/* Append a part of a path; `kept` is what stands for itself besides letters,
 * digits, "-", "." and "_". */
static void encode(const char *text, const char *kept, char *out, size_t cap)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                "qrstuvwxyz0123456789-._";
    size_t length = strlen(out);

    for (; *text != '\0' && length + 4 <= cap; text++) {
        if (strchr(plain, *text) != NULL || strchr(kept, *text) != NULL)
            length += (size_t)snprintf(out + length, cap - length, "%c",
                                       *text);
        else
            length += (size_t)snprintf(out + length, cap - length, "%%%02X",
                                       (unsigned)(unsigned char)*text);
    }
}

/* Of use is a path inside the repository only. */
static bool is_inside(const char *path)
{
    return path[0] != '/' && path[0] != '\0' && strncmp(path, "../", 3) != 0 &&
           strstr(path, "/../") == NULL;
}

static json_t *location_of(const struct smtpspec_report *report,
                           const struct smtpspec_result *result)
{
    const char *name = report->base.name;
    char uri[URI_ROOM] = "smtp/", whole[URI_ROOM];

    if (report->artifact == NULL)
        encode(name, "", uri, sizeof(uri));
    snprintf(whole, sizeof(whole), "%s/%s", name, result->id);
    return json_pack(
        "{s:{s:{s:s}, s:{s:i}}, s:[{s:o, s:o, s:s}]}", "physicalLocation",
        "artifactLocation", "uri",
        report->artifact != NULL ? report->artifact : uri, "region",
        "startLine", 1, "logicalLocations", "name",
        smtpspec_json_string(name), "fullyQualifiedName",
        smtpspec_json_string(whole), "kind", "resource");
}

/* The same for the same case of the same target in each run, and for no other:
 * FNV-1a. Such pages know a finding again by it. */
static json_t *fingerprint_of(const struct smtpspec_report *report,
                              const struct smtpspec_result *result)
{
    const char *parts[] = { report->base.name,
                            result->id };
    uint64_t hash = 14695981039346656037u;
    char text[32];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(parts); i++)
        for (const char *at = parts[i];; at++) {
            hash = (hash ^ (unsigned char)*at) * 1099511628211u;
            if (*at == '\0')
                break;
        }
    snprintf(text, sizeof(text), "%016" PRIx64 ":1", hash);
    return json_pack("{s:s}", "primaryLocationLineHash", text);
}

/* --- Rules -------------------------------------------------------------- */

static bool make_room(struct smtpspec_report *report)
{
    size_t room = report->rule_room > 0 ? 2 * report->rule_room : 64;
    struct rule *rules;

    if (report->rule_count < report->rule_room)
        return true;
    rules = realloc(report->rules, room * sizeof(*rules));
    if (rules == NULL)
        return false;
    report->rules = rules;
    report->rule_room = room;
    return true;
}

static char *copy(struct smtpspec_report *report, const char *text)
{
    char *made = strdup(text != NULL ? text : "");

    if (made == NULL)
        report->base.no_memory = true;
    return made;
}

static const char *rule_of(const struct smtpspec_result *result)
{
    return result->rule != NULL ? result->rule : result->id;
}

/* Its place among the rules; it is put there where it is new. */
static size_t index_of(struct smtpspec_report *report,
                       const struct smtpspec_result *result)
{
    size_t i = 0;

    while (i < report->rule_count && report->rules[i].id != NULL &&
           strcmp(report->rules[i].id, rule_of(result)) != 0)
        i++;
    if (i == report->rule_count && !make_room(report)) {
        report->base.no_memory = true;
        return 0;
    }
    if (i == report->rule_count) {
        report->rules[i] = (struct rule){
            .id = copy(report, rule_of(result)),
            .text = copy(report, result->requirement != NULL
                                     ? result->requirement
                                     : result->title),
            .reference = copy(report, smtpspec_finding_reference(result)),
            .level = smtpspec_finding_level(result) };
        report->rule_count++;
    }
    if (result->outcome > report->rules[i].worst)
        report->rules[i].worst = result->outcome;
    report->rules[i].exploitable =
        report->rules[i].exploitable ||
        result->security == SMTPSPEC_SECURITY_EXPLOITABLE;
    return i;
}

/* Where it is written, as a link; false where that is no RFC. */
static bool link_of(const char *reference, char *out, size_t cap)
{
    size_t digits = strspn(reference, "0123456789"), length;
    const char *section = reference + digits + 1;

    if (digits == 0 || digits > 5 || reference[digits] != ':')
        return false;
    length = strspn(section, "0123456789.ABCDEFGHIJ");
    snprintf(out, cap, "https://www.rfc-editor.org/rfc/rfc%.*s%s%.*s",
             (int)digits, reference,
             length == 0                                ? ""
             : section[0] >= 'A' && section[0] <= 'J' ? "#appendix-"
                                                        : "#section-",
             length < 32 ? (int)length : 32, section);
    return true;
}

static const char *level_name(enum smtpspec_outcome outcome)
{
    return outcome == SMTPSPEC_OUTCOME_FAIL ? "error" : "warning";
}

static json_t *help_of(const struct rule *rule)
{
    char reference[160], text[900];

    smtpspec_reference_write(rule->reference, reference, sizeof(reference));
    snprintf(text, sizeof(text),
             "%s. Level: %s. Written in: %s. More by: smtpspec explain %s",
             rule->text,
             rule->level != SMTPSPEC_LEVEL_UNSET
                 ? smtpspec_level_name(rule->level)
                 : "none",
             reference[0] != '\0' ? reference : "no standard", rule->id);
    return message_of(text);
}

static json_t *properties_of(struct smtpspec_report *report,
                             const struct rule *rule)
{
    json_t *object = json_pack("{s:[s], s:s, s:s}", "tags", "smtp",
                               "precision", "very-high", "problem.severity",
                               level_name(rule->worst));

    if (rule->exploitable) {
        append(report, json_object_get(object, "tags"),
               json_string("security"));
        put_string(report, object, "security-severity", SEVERITY_EXPLOITABLE);
    }
    return object;
}

/* "ExpectRcptReady" of expect.RCPT.READY, as pages of that kind name rules. */
static json_t *name_of(const char *id)
{
    char text[128];
    size_t length = 0;
    bool first = true;

    for (; *id != '\0' && length + 1 < sizeof(text); id++) {
        bool lower = *id >= 'a' && *id <= 'z', upper = *id >= 'A' && *id <= 'Z';

        if (first && lower)
            text[length++] = (char)(*id - 'a' + 'A');
        else if (!first && upper)
            text[length++] = (char)(*id - 'A' + 'a');
        else if (lower || upper || (*id >= '0' && *id <= '9'))
            text[length++] = *id;
        first = !lower && !upper;
    }
    text[length] = '\0';
    return smtpspec_json_string(text);
}

static json_t *rule_object(struct smtpspec_report *report,
                           const struct rule *rule)
{
    json_t *object = json_object();
    char link[120];

    put_string(report, object, "id", rule->id);
    put(report, object, "name", name_of(rule->id));
    put(report, object, "shortDescription", message_of(rule->text));
    put(report, object, "fullDescription", message_of(rule->text));
    put(report, object, "help", help_of(rule));
    if (link_of(rule->reference, link, sizeof(link)))
        put_string(report, object, "helpUri", link);
    put(report, object, "defaultConfiguration",
        json_pack("{s:s}", "level", level_name(rule->worst)));
    put(report, object, "properties", properties_of(report, rule));
    return object;
}

/* --- Results ------------------------------------------------------------ */

struct speech {
    struct smtpspec_report *report;
    json_t *list;
};

static void take_line(void *context, const char *line)
{
    struct speech *speech = context;

    append(speech->report, speech->list, smtpspec_json_string(line));
}

/* All that is known, for whoever wants more than the page shows. */
static json_t *bag_of(struct smtpspec_report *report,
                      const struct smtpspec_result *result)
{
    json_t *object = json_object();
    struct speech speech = { report, json_array() };
    struct smtpspec_particulars all;

    put_string(report, object, "target", report->base.name);
    put_string(report, object, "case", result->id);
    smtpspec_particulars_of(result, &all);
    for (unsigned i = 0; i < all.count; i++)
        put_string(report, object, all.list[i].name, all.list[i].value);
    smtpspec_particulars_dialogue(result, take_line, &speech);
    put(report, object, "transcript", speech.list);
    return object;
}

static json_t *text_of(const struct smtpspec_report *report,
                       const struct smtpspec_result *result)
{
    char message[MESSAGE_ROOM], text[2 * MESSAGE_ROOM];

    smtpspec_particulars_message(result, message, sizeof(message));
    snprintf(text, sizeof(text), "%s (%.400s, case %.200s)", message,
             report->base.name, result->id);
    return message_of(text);
}

static json_t *suppressions_of(const struct smtpspec_result *result)
{
    return json_pack("[{s:s, s:s, s:o}]", "kind", "external", "status",
                     "accepted", "justification",
                     smtpspec_json_string(smtpspec_standing_reason(result)));
}

static void sarif_result(struct smtpspec_report *report,
                         const struct smtpspec_result *result)
{
    json_t *object;

    if (result->outcome != SMTPSPEC_OUTCOME_FAIL &&
        result->outcome != SMTPSPEC_OUTCOME_WARN)
        return;
    object = json_object();
    put_string(report, object, "ruleId", rule_of(result));
    put(report, object, "ruleIndex",
        json_integer((json_int_t)index_of(report, result)));
    put_string(report, object, "level", level_name(result->outcome));
    put(report, object, "message", text_of(report, result));
    put(report, object, "locations",
        json_pack("[o]", location_of(report, result)));
    put(report, object, "partialFingerprints",
        fingerprint_of(report, result));
    if (result->expected_failure)
        put(report, object, "suppressions", suppressions_of(result));
    put(report, object, "properties", bag_of(report, result));
    fputs(report->results++ > 0 ? ",\n      " : "\n      ", report->base.file);
    dump(report, object);
}

/* --- The whole ---------------------------------------------------------- */

static void sarif_init(struct smtpspec_report *report)
{
    const char *artifact = report->base.options.artifact;
    char uri[URI_ROOM] = "";

    report->troubles = json_array();
    if (artifact == NULL || !is_inside(artifact))
        return;
    encode(artifact, "/", uri, sizeof(uri));
    report->artifact = copy(report, uri);
}

static void sarif_begin(struct smtpspec_report *report,
                        const struct smtpspec_run_facts *facts)
{
    snprintf(report->version, sizeof(report->version), "%s", facts->version);
    snprintf(report->profile, sizeof(report->profile), "%s", facts->profile);
    snprintf(report->started, sizeof(report->started), "%s", facts->started);
    fputs("{ \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
          "  \"version\": \"2.1.0\",\n  \"runs\": [\n    { \"results\": [",
          report->base.file);
}

static void sarif_target_end(struct smtpspec_report *report,
                             const struct smtpspec_target_facts *facts)
{
    const char *why = smtpspec_report_untested(facts);
    char text[1200];

    if (why == NULL)
        return;
    snprintf(text, sizeof(text), "%.400s could not be tested: %s",
             report->base.name, why);
    append(report, report->troubles,
           json_pack("{s:s, s:o}", "level", "error", "message",
                     message_of(text)));
}

static json_t *tool_of(struct smtpspec_report *report)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < report->rule_count; i++)
        append(report, rules, rule_object(report, &report->rules[i]));
    return json_pack("{s:{s:s, s:s, s:o}}", "driver", "name", "smtpspec",
                     "semanticVersion", report->version, "rules", rules);
}

static json_t *invocation_of(const struct smtpspec_report *report)
{
    return json_pack("{s:b, s:s, s:O}", "executionSuccessful",
                     json_array_size(report->troubles) == 0, "startTimeUtc",
                     report->started, "toolExecutionNotifications",
                     report->troubles);
}

static void sarif_free(struct smtpspec_report *report)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        free(report->rules[i].id);
        free(report->rules[i].text);
        free(report->rules[i].reference);
    }
    free(report->rules);
    free(report->artifact);
    json_decref(report->troubles);
}

static void sarif_end(struct smtpspec_report *report,
                      const struct smtpspec_run_facts *facts)
{
    FILE *out = report->base.file;
    char category[64];

    (void)facts;
    snprintf(category, sizeof(category), "smtpspec/%s/", report->profile);
    fputs(report->results > 0 ? "\n    ],\n      \"tool\": "
                              : "],\n      \"tool\": ", out);
    dump(report, tool_of(report));
    fputs(",\n      \"invocations\": ", out);
    dump(report, json_pack("[o]", invocation_of(report)));
    fputs(",\n      \"automationDetails\": ", out);
    dump(report, json_pack("{s:s}", "id", category));
    fputs(" } ] }\n", out);
}

const struct smtpspec_report_writer smtpspec_report_sarif = {
    .name = "sarif",
    .size = sizeof(struct smtpspec_report),
    .init = sarif_init,
    .begin = sarif_begin,
    .result = sarif_result,
    .target_end = sarif_target_end,
    .end = sarif_end,
    .free = sarif_free,
};
