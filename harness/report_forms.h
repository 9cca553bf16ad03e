/* SPDX-License-Identifier: MIT */
/*
 * report_forms.h - is what a writer wrote of the form that its readers know?
 *
 * Header only, for fuzz targets. Small readers of the formats for programs,
 * which take what our writers make and nothing else: JSON by its library, XML
 * of five kinds of elements, TAP with blocks of quoted strings. A format that
 * is not known here is for people.
 */
#ifndef SMTPSPEC_REPORT_FORMS_H
#define SMTPSPEC_REPORT_FORMS_H

#include <jansson.h>

#include "cutting.h"

HARNESS_CHECKS_BEGIN

/* --- JSON ----------------------------------------------------------------- */

static inline void form_json(struct smtpspec_span text)
{
    json_t *value = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES,
                               NULL);

    MUST(json_is_object(value));
    json_decref(value);
}

static inline void form_jsonl(struct smtpspec_span text)
{
    struct smtpspec_span line;

    while (harness_line(&text, &line))
        form_json(line);
}

/* --- XML ------------------------------------------------------------------ */

static inline bool form_begins(struct smtpspec_span text, const char *with)
{
    struct smtpspec_span start = smtpspec_span_of(with);

    return text.length >= start.length &&
           memcmp(text.at, start.at, start.length) == 0;
}

/* Text, or the value of an attribute, up to `end`. */
static inline struct smtpspec_span form_xml_text(struct smtpspec_span text,
                                                 char end)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;",
                                            "&quot;" };

    while (text.length > 0 && text.at[0] != end) {
        bool known = text.at[0] != '&';

        MUST(text.at[0] != '<' && text.at[0] != '>' && text.at[0] != '"');
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(entities); i++)
            known = known || form_begins(text, entities[i]);
        MUST(known);
        text = smtpspec_span_skip(text, 1);
    }
    return text;
}

/* ` name="value"` ... up to the end of the tag. */
static inline struct smtpspec_span form_attributes(struct smtpspec_span text)
{
    while (text.length > 0 && text.at[0] == ' ') {
        size_t equals = smtpspec_span_find(text, '=');

        for (size_t i = 1; i < equals && i < text.length; i++)
            MUST(text.at[i] >= 'a' && text.at[i] <= 'z');
        text = smtpspec_span_skip(text, equals);
        MUST(form_begins(text, "=\""));
        text = form_xml_text(smtpspec_span_skip(text, 2), '"');
        MUST(text.length > 0);
        text = smtpspec_span_skip(text, 1);
    }
    return text;
}

/* The elements there are, each closed where it was opened. */
static inline void form_junit(struct smtpspec_span text)
{
    static const char *const names[] = {
        "testsuites", "testsuite", "testcase", "properties", "property",
        "failure", "error", "skipped", "system-out" };
    size_t open[8], depth = 0;

    MUST(form_begins(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    text = smtpspec_span_skip(text, smtpspec_span_find(text, '\n') + 1);
    while (text.length > 0) {
        bool closes = form_begins(text, "</");
        size_t name = 0, length;

        text = smtpspec_span_skip(text, closes ? 2 : 1);
        for (length = 0; length < text.length &&
             strchr(" />", text.at[length]) == NULL;)
            length++;
        while (name < SMTPSPEC_ARRAY_LEN(names) &&
               !smtpspec_span_equal(smtpspec_span_head(text, length),
                                    smtpspec_span_of(names[name])))
            name++;
        MUST(name < SMTPSPEC_ARRAY_LEN(names));
        text = form_attributes(smtpspec_span_skip(text, length));
        if (closes) {
            MUST(depth > 0 && open[depth - 1] == name);
            depth--;
        } else if (!form_begins(text, "/>")) {
            MUST(depth < SMTPSPEC_ARRAY_LEN(open));
            open[depth++] = name;
        }
        text = smtpspec_span_skip(text, form_begins(text, "/>") ? 2 : 1);
        text = form_xml_text(text, '<');
    }
    MUST(depth == 0);
}

/* --- TAP ------------------------------------------------------------------ */

/* '...' with each apostrophe inside twice. */
static inline void form_quoted(struct smtpspec_span text)
{
    MUST(text.length >= 2 && text.at[0] == '\'' &&
         text.at[text.length - 1] == '\'');
    text = smtpspec_span_head(smtpspec_span_skip(text, 1), text.length - 2);
    while (text.length > 0) {
        size_t step = text.at[0] == '\'' ? 2 : 1;

        MUST(step == 1 || form_begins(text, "''"));
        text = smtpspec_span_skip(text, step);
    }
}

static inline void form_yaml(struct smtpspec_span line)
{
    if (form_begins(line, "    - ")) {
        form_quoted(smtpspec_span_skip(line, 6));
    } else if (!form_begins(line, "  transcript:")) {
        size_t colon = smtpspec_span_find(line, ':');

        MUST(form_begins(line, "  ") && colon > 2);
        MUST(form_begins(smtpspec_span_skip(line, colon), ": "));
        form_quoted(smtpspec_span_skip(line, colon + 2));
    }
}

static inline void form_tap(struct smtpspec_span text)
{
    struct smtpspec_span line;
    char start[32];
    unsigned tests = 0;
    bool yaml = false, planned = false;

    MUST(harness_line(&text, &line) && form_begins(line, "TAP version 13"));
    while (harness_line(&text, &line)) {
        MUST(!planned);
        if (yaml || form_begins(line, "  ---")) {
            if (yaml && !form_begins(line, "  ..."))
                form_yaml(line);
            yaml = !form_begins(line, "  ...");
        } else if (form_begins(line, "1..")) {
            snprintf(start, sizeof(start), "1..%u", tests);
            MUST(smtpspec_span_equal(line, smtpspec_span_of(start)));
            planned = true;
        } else if (!form_begins(line, "# ")) {
            snprintf(start, sizeof(start), "ok %u - ", ++tests);
            if (form_begins(line, "not "))
                line = smtpspec_span_skip(line, 4);
            MUST(form_begins(line, start));
        }
    }
    MUST(planned && !yaml);
}

static inline void form_check(const char *format, struct smtpspec_span text)
{
    static const struct {
        const char *format;
        void (*check)(struct smtpspec_span text);
    } forms[] = { { "json", form_json },   { "sarif", form_json },
                  { "jsonl", form_jsonl }, { "junit", form_junit },
                  { "tap", form_tap } };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(forms); i++)
        if (strcmp(forms[i].format, format) == 0)
            forms[i].check(text);
}

HARNESS_CHECKS_END

#endif
