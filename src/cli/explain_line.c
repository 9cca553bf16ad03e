/* SPDX-License-Identifier: MIT */
/*
 * explain_line.c - the page of a reply line, or of its text alone: the likely
 * reason, where the words are known, and the code
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/reply.h>
#include <smtpspec/rules.h>

#include "case/result.h"
#include "cli/prose.h"
#include "rules/phrases.h"

static void put_defects(unsigned defects)
{
    bool any = false;

    for (int i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        enum smtpspec_defect defect = (enum smtpspec_defect)i;
        char where[80], text[240];

        if ((defects & SMTPSPEC_BIT(i)) == 0)
            continue;
        smtpspec_reference_write(smtpspec_defect_reference(defect), where,
                                 sizeof(where));
        snprintf(text, sizeof(text), "%s (%s, %s, %s)",
                 smtpspec_defect_text(defect), smtpspec_defect_name(defect),
                 smtpspec_level_name(smtpspec_defect_level(defect)), where);
        smtpspec_explain_item(any ? "" : "Defects", text);
        any = true;
    }
}

/* "550 5.7.1", which says the same to programs. */
static void put_better(const struct smtpspec_phrase *phrase,
                       struct smtpspec_span line)
{
    struct smtpspec_span better = smtpspec_span_of(phrase->better);
    struct smtpspec_status status = { 0 };
    const char *name = "";
    char text[300];

    if (smtpspec_status_parse(smtpspec_span_skip(better, 4), &status) > 0)
        name = smtpspec_explain_status_name(status);
    snprintf(text, sizeof(text), "%s (%s): %s", phrase->better, name,
             smtpspec_span_starts_nocase(line, better)
                 ? "the right code for it, for programs to read"
                 : "the code that tells it to programs, too, and that a "
                   "server may send instead");
    smtpspec_explain_item("Better", text);
}

/* Up to a blank or a mark. */
static struct smtpspec_span word_of(struct smtpspec_span text)
{
    size_t length = 0;

    while (length < text.length && strchr(" ,;:()<>\r\n", text.at[length]) ==
                                       NULL)
        length++;
    return smtpspec_span_head(text, length);
}

/* What stands in the first brackets, where that looks like an address. */
static struct smtpspec_span address_in(struct smtpspec_span line)
{
    struct smtpspec_span inside =
        smtpspec_span_skip(line, smtpspec_span_find(line, '[') + 1);
    size_t close = smtpspec_span_find(inside, ']');
    struct smtpspec_span address = smtpspec_span_head(inside, close);
    bool dots = smtpspec_span_find(address, '.') < address.length;
    bool colons = smtpspec_span_find(address, ':') < address.length;

    if (close == inside.length || address.length > 45 || (!dots && !colons))
        return (struct smtpspec_span){ NULL, 0 };
    return address;
}

/* The list in "blocked using dnsbl.example". */
static struct smtpspec_span list_in(struct smtpspec_span line)
{
    const struct smtpspec_span mark = SMTPSPEC_SPAN("using ");

    for (; line.length > 0; line = smtpspec_span_skip(line, 1))
        if (smtpspec_span_starts_nocase(line, mark))
            return word_of(smtpspec_span_skip(line, mark.length));
    return line;
}

/* What the text names, to be looked up. */
static void put_named(struct smtpspec_span line)
{
    struct smtpspec_span address = address_in(line), list = list_in(line);
    char text[600], one[200], other[300];

    if (address.length == 0 && list.length == 0)
        return;
    smtpspec_span_escape(address, one, sizeof(one));
    smtpspec_span_escape(list, other, sizeof(other));
    snprintf(text, sizeof(text), "%s%s%s%s%s",
             address.length > 0 ? "address " : "", one,
             address.length > 0 && list.length > 0 ? ", " : "",
             list.length > 0 ? "list " : "", other);
    smtpspec_explain_item("Named", text);
}

static void put_phrase(const struct smtpspec_phrase *phrase,
                       struct smtpspec_span line)
{
    smtpspec_explain_item("Likely", phrase->name);
    put_named(line);
    smtpspec_explain_item("Cause", phrase->cause);
    smtpspec_explain_item("Remedy", phrase->remedy);
    put_better(phrase, line);
    smtpspec_explain_item("Sent by", phrase->source);
}

void smtpspec_explain_text(struct smtpspec_span text)
{
    const struct smtpspec_phrase *phrase = smtpspec_phrase_of(text, 0);
    char shown[400];

    smtpspec_span_escape(text, shown, sizeof(shown));
    smtpspec_prose(0, 4, SMTPSPEC_PROSE_WIDTH, shown);
    putchar('\n');
    put_phrase(phrase, text);
}

static void put_line(const struct smtpspec_reply_line *record)
{
    char text[100];

    snprintf(text, sizeof(text), "reply line with code %03u, %s",
             record->code,
             record->separator == '-' ? "more lines follow"
                                      : "the last or only one");
    smtpspec_explain_item("Line", text);
    put_defects(record->defects);
    if (record->status.class_digit != 0)
        smtpspec_explain_status(record->status);
}

void smtpspec_explain_line(struct smtpspec_span line)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line record = { 0 };
    struct smtpspec_span end = SMTPSPEC_SPAN("\r\n");
    const struct smtpspec_phrase *phrase;
    size_t count;
    char shown[400];

    smtpspec_reply_init(&parser);
    smtpspec_reply_feed(&parser, line, &record, 1, &count);
    if (line.length == 0 || line.at[line.length - 1] != '\n')
        smtpspec_reply_feed(&parser, end, &record, 1, &count);
    smtpspec_span_escape(line, shown, sizeof(shown));
    smtpspec_prose(0, 4, SMTPSPEC_PROSE_WIDTH, shown);
    putchar('\n');
    phrase = record.code >= 400 ? smtpspec_phrase_of(line, record.code / 100u)
                                : NULL;
    if (phrase != NULL) {
        put_phrase(phrase, line);
        putchar('\n');
    }
    put_line(&record);
    putchar('\n');
    if (phrase != NULL)
        smtpspec_explain_code_briefly(record.code);
    else
        smtpspec_explain_code(record.code);
}
