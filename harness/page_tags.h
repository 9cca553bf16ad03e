/* SPDX-License-Identifier: MIT */
/*
 * page_tags.h - is it a page that does nothing but what it was written to do?
 *
 * Header only. A strict reader of the HTML that report/html.c writes: elements
 * that close what was opened, attributes without a handler, a style or a place
 * to fetch from, entities that are known, printable ASCII. Whatever a peer
 * said, it can break none of it unless its text has become mark-up.
 */
#ifndef SMTPSPEC_PAGE_TAGS_H
#define SMTPSPEC_PAGE_TAGS_H

#include <string.h>

#include "cutting.h"

#define PAGE_DEPTH_LIMIT 64

HARNESS_CHECKS_BEGIN

struct page_tags {
    struct smtpspec_span rest;
    struct smtpspec_span open[PAGE_DEPTH_LIMIT];
    unsigned depth, scripts, styles;
};

static inline bool page_is(struct smtpspec_span name, const char *list)
{
    char word[20];

    if (name.length + 3 > sizeof(word))
        return false;
    snprintf(word, sizeof(word), " %.*s ", (int)name.length, name.at);
    return strstr(list, word) != NULL;
}

static inline bool page_begins(const struct page_tags *page, const char *text)
{
    size_t length = strlen(text);

    return page->rest.length >= length &&
           memcmp(page->rest.at, text, length) == 0;
}

/* What comes before the first of these octets, taken off. */
static inline struct smtpspec_span page_until(struct page_tags *page,
                                              const char *octets)
{
    struct smtpspec_span span = { page->rest.at, 0 };

    while (span.length < page->rest.length &&
           strchr(octets, span.at[span.length]) == NULL)
        span.length++;
    page->rest = smtpspec_span_skip(page->rest, span.length);
    return span;
}

static inline void page_want(struct page_tags *page, const char *text)
{
    MUST(page_begins(page, text));
    page->rest = smtpspec_span_skip(page->rest, strlen(text));
}

/* Text, or a value: printable ASCII and line ends, no mark-up, and each
 * ampersand begins an entity. */
static inline void page_text(struct smtpspec_span text)
{
    static const char known[] = " amp lt gt quot #39 nbsp middot "
                                "ndash check #10007 ";

    for (size_t i = 0; i < text.length; i++) {
        struct smtpspec_span name = smtpspec_span_skip(text, i + 1);

        MUST(text.at[i] == '\n' || (text.at[i] >= ' ' && text.at[i] <= '~'));
        MUST(text.at[i] != '<' && text.at[i] != '>');
        if (text.at[i] != '&')
            continue;
        name = smtpspec_span_head(name, smtpspec_span_find(name, ';'));
        MUST(page_is(name, known));
    }
}

static inline void page_attribute(struct page_tags *page)
{
    struct smtpspec_span name = page_until(page, "= >/"), value;
    bool quoted;

    MUST(name.length > 0);
    MUST(!smtpspec_span_starts_nocase(name, SMTPSPEC_SPAN("on")));
    MUST(!page_is(name, " style src srcdoc action formaction data srcset "));
    if (!page_begins(page, "="))
        return;
    page_want(page, "=");
    quoted = page_begins(page, "\"");
    if (quoted)
        page_want(page, "\"");
    value = page_until(page, quoted ? "\"" : " >\"'<`");
    if (quoted)
        page_want(page, "\"");
    page_text(value);
    if (page_is(name, " href "))
        MUST(smtpspec_span_starts_nocase(value, SMTPSPEC_SPAN("#")) ||
             smtpspec_span_equal(value, SMTPSPEC_SPAN("data:,")) ||
             smtpspec_span_starts_nocase(
                 value,
                 SMTPSPEC_SPAN("https://www.rfc-editor.org/rfc/rfc")));
}

/* Elements whose end goes without saying. */
static inline bool page_is_implied(struct smtpspec_span name)
{
    return page_is(name, " li td th tr thead tbody option ");
}

static inline void page_close(struct page_tags *page,
                              struct smtpspec_span name)
{
    while (page->depth > 0 &&
           !smtpspec_span_equal(page->open[page->depth - 1], name)) {
        MUST(page_is_implied(page->open[page->depth - 1]));
        page->depth--;
    }
    MUST(page->depth > 0);
    page->depth--;
}

/* What begins ends what of its kind was open without an end. */
static inline void page_end_sibling(struct page_tags *page,
                                    struct smtpspec_span name)
{
    static const char *const kinds[] = { " li ", " option ", " td th ",
                                         " tr td th ",
                                         " thead tbody tr td th " };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++) {
        if (!page_is(name, kinds[i]))
            continue;
        while (page->depth > 0 &&
               page_is(page->open[page->depth - 1], kinds[i]))
            page->depth--;
        return;
    }
}

/* Style and script: up to their end, whatever is in them. */
static inline void page_raw(struct page_tags *page, const char *end)
{
    const char *at = memmem(page->rest.at, page->rest.length, end,
                            strlen(end));

    MUST(at != NULL);
    page->rest = smtpspec_span_skip(page->rest,
                                    (size_t)(at - page->rest.at));
}

static inline void page_open(struct page_tags *page, struct smtpspec_span name)
{
    static const char known[] =
        " html head meta link title style body a header h1 h2 h3 h4 small p "
        "time main section svg path rect circle g text tspan defs marker "
        "polygon title ul ol li b i u em strong code details summary dl div "
        "dt dd del span article form label input fieldset legend select option "
        "button output footer script table caption thead tbody tr th td nav "
        "abbr ellipse line tfoot colgroup col use ";

    MUST(page_is(name, known));
    while (page_begins(page, " ")) {
        page_want(page, " ");
        if (!page_begins(page, "/") && !page_begins(page, ">"))
            page_attribute(page);
    }
    if (page_begins(page, "/")) {
        page_want(page, "/>");
        return;
    }
    page_want(page, ">");
    if (page_is(name, " meta link input col "))
        return;
    page_end_sibling(page, name);
    MUST(page->depth < PAGE_DEPTH_LIMIT);
    page->open[page->depth++] = name;
    page->scripts += page_is(name, " script ");
    page->styles += page_is(name, " style ");
    if (page_is(name, " script "))
        page_raw(page, "</script>");
    else if (page_is(name, " style "))
        page_raw(page, "</style>");
}

/* The whole page; aborts where it is not what it should be. */
static inline void page_check(struct smtpspec_span text)
{
    struct page_tags page = { .rest = text };

    page_want(&page, "<!DOCTYPE html>");
    while (page.rest.length > 0) {
        page_text(page_until(&page, "<"));
        if (page.rest.length == 0)
            break;
        page_want(&page, "<");
        if (page_begins(&page, "/")) {
            page_want(&page, "/");
            page_close(&page, page_until(&page, ">"));
            page_want(&page, ">");
        } else {
            page_open(&page, page_until(&page, " />"));
        }
    }
    MUST(page.depth == 0 && page.scripts == 1 && page.styles == 1);
}

HARNESS_CHECKS_END

#endif
