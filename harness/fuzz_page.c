/* SPDX-License-Identifier: MIT */
/*
 * fuzz_page.c - whatever a server said, the HTML report shows it as text
 *
 * targets:  smtpspec_report_html
 * input:    what is reported, a line each, a word and its text: target,
 *           greeting, offers, trouble; case and then title, outcome, level,
 *           layer, rule, row, requirement, reference, expected, observed,
 *           gain, reason, again, known; C: S: and S! (at fault) with a line
 *           of the dialogue, C~ S~ with a piece of one, -- with a remark
 * holds:    the page is printable ASCII and keeps to page_tags.h: elements
 *           and attributes are ours alone, one script and one style, no link
 *           but into the page and to the RFCs; a dialogue that is shown whole
 *           can be read back off the page, octet by octet
 * seeds:    corpus/seeds/page    words: corpus/dictionaries/page.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "page_tags.h"

#include "report/report.h"

#define SIZE_LIMIT 8192
#define ENTRIES_LIMIT 300

/* What is told to the writer, line by line. */
struct story {
    struct smtpspec_report *report;
    struct smtpspec_target_facts facts;
    const char *offers[32];
    struct smtpspec_result result;
    struct smtpspec_transcript_entry entries[ENTRIES_LIMIT];
    bool in_target, in_case;
    unsigned targets, cases;
    char strings[2 * SIZE_LIMIT]; /* each with a NUL                         */
    size_t used;
};

/* The members of a result that are strings, by their words. */
static const struct {
    const char *word;
    size_t at;
} members[] = {
#define MEMBER(word, name) { word, offsetof(struct smtpspec_result, name) }
    MEMBER("title", title),       MEMBER("rule", rule),
    MEMBER("row", row),           MEMBER("requirement", requirement),
    MEMBER("expected", expected), MEMBER("observed", observed),
    MEMBER("reason", reason),     MEMBER("again", again),
    MEMBER("reference", reference),
    MEMBER("gain", security_reason),
    MEMBER("known", expected_failure_reason),
#undef MEMBER
};

static const char *string_of(struct story *story, struct smtpspec_span text)
{
    char *copy = story->strings + story->used;

    if (text.length > 0)
        memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    story->used += text.length + 1;
    return copy;
}

/* --- Telling -------------------------------------------------------------- */

static void end_case(struct story *story)
{
    if (!story->in_case)
        return;
    story->result.transcript = story->entries;
    smtpspec_summary_add(&story->facts.summary, &story->result);
    smtpspec_report_html.result(story->report, &story->result);
    story->in_case = false;
}

static void end_target(struct story *story)
{
    end_case(story);
    if (story->in_target)
        smtpspec_report_html.target_end(story->report, &story->facts);
    story->in_target = false;
}

static void begin_target(struct story *story, const char *name)
{
    end_target(story);
    memset(&story->facts, 0, sizeof(story->facts));
    story->facts.name = name;
    story->facts.extensions = story->offers;
    smtpspec_report_target_begin(&smtpspec_report_html, story->report, name);
    story->in_target = true;
    story->targets++;
}

static void begin_case(struct story *story, const char *id)
{
    if (!story->in_target)
        begin_target(story, "mx.example:25");
    end_case(story);
    memset(&story->result, 0, sizeof(story->result));
    story->result.id = id;
    story->in_case = true;
    story->cases++;
}

static void add_entry(struct story *story, char from, bool shows,
                      struct smtpspec_span octets)
{
    struct smtpspec_result *result = &story->result;

    if (result->transcript_count == ENTRIES_LIMIT)
        return;
    story->entries[result->transcript_count++] =
        (struct smtpspec_transcript_entry){
            .from = from, .shows = shows, .octets = octets,
            .ms = result->transcript_count * result->transcript_count,
        };
}

/* Of a name the number that it has, or 0. */
static unsigned number_of(const char *text, unsigned count,
                          const char *(*name)(unsigned))
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(name(i), text) == 0)
            return i;
    return 0;
}

static const char *outcome_name(unsigned i)
{
    return smtpspec_outcome_name((enum smtpspec_outcome)i);
}

static const char *level_name(unsigned i)
{
    return smtpspec_level_name((enum smtpspec_level)i);
}

static const char *layer_name(unsigned i)
{
    return smtpspec_layer_name((enum smtpspec_layer)i);
}

static void tell_case(struct story *story, struct smtpspec_span word,
                      const char *text)
{
    struct smtpspec_result *result = &story->result;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(members); i++)
        if (smtpspec_span_equal(word, smtpspec_span_of(members[i].word)))
            *(const char **)((char *)result + members[i].at) = text;
    if (page_is(word, " known "))
        result->expected_failure = true;
    else if (page_is(word, " gain "))
        result->security = SMTPSPEC_SECURITY_EXPLOITABLE;
    else if (page_is(word, " outcome "))
        result->outcome = (enum smtpspec_outcome)number_of(
            text, SMTPSPEC_OUTCOME_COUNT, outcome_name);
    else if (page_is(word, " level "))
        result->level = (enum smtpspec_level)number_of(
            text, SMTPSPEC_LEVEL_COUNT, level_name);
    else if (page_is(word, " layer "))
        result->layer = (enum smtpspec_layer)number_of(
            text, SMTPSPEC_LAYER_COUNT, layer_name);
}

static void tell_target(struct story *story, struct smtpspec_span word,
                        const char *text)
{
    if (page_is(word, " greeting "))
        story->facts.greeting = text;
    else if (page_is(word, " trouble "))
        story->facts.trouble = text;
    else if (page_is(word, " offers ") && story->facts.extension_count <
                                   SMTPSPEC_ARRAY_LEN(story->offers))
        story->offers[story->facts.extension_count++] = text;
}

/* `line` with its LF: what is said ends with it. */
static void tell_line(struct story *story, struct smtpspec_span line)
{
    struct smtpspec_span word =
        smtpspec_span_head(line, smtpspec_span_find(line, ' '));
    struct smtpspec_span rest = smtpspec_span_skip(line, word.length + 1);
    struct smtpspec_span text =
        smtpspec_span_head(rest, smtpspec_span_find(rest, '\n'));
    bool piece = page_is(word, " C~ S~ -- ");
    bool spoken = piece || page_is(word, " C: S: S! ");

    if (page_is(word, " target "))
        begin_target(story, string_of(story, text));
    else if (page_is(word, " case "))
        begin_case(story, string_of(story, text));
    else if (story->in_case && spoken)
        add_entry(story, word.at[0], word.at[1] == '!', piece ? text : rest);
    else if (story->in_case)
        tell_case(story, word, string_of(story, text));
    else if (story->in_target)
        tell_target(story, word, string_of(story, text));
}

/* --- Reading back --------------------------------------------------------- */

HARNESS_CHECKS_BEGIN

static char octet_of(const char *name, size_t length)
{
    static const struct {
        const char *name;
        char octet;
    } names[] = {
        { "NUL", 0 },    { "BEL", 7 },  { "BS", 8 },   { "TAB", 9 },
        { "LF", 10 },    { "CR", 13 },  { "ESC", 27 }, { "DEL", 127 },
        { "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' }, { "quot;", '"' },
        { "#39;", '\'' },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        if (strlen(names[i].name) == length &&
            memcmp(names[i].name, name, length) == 0)
            return names[i].octet;
    MUST(!"a name that is known");
    return 0;
}

/* One octet off `*at`, which stands in a <code> of a dialogue. */
static char take_octet(const char **at)
{
    const char *text = *at;
    size_t length;
    char number[3] = "";

    if (*text == '&') {
        length = strcspn(text, ";");
        *at += length + 1;
        return octet_of(text + 1, length);
    }
    if (strncmp(text, "<b", 2) == 0) {
        text += strcspn(text, ">") + 1;
        length = strcspn(text, "<");
        *at = text + length + strlen("</b>");
        return octet_of(text, length);
    }
    if (strncmp(text, "\\x", 2) == 0) {
        memcpy(number, text + 2, 2);
        *at += 4;
        return (char)strtoul(number, NULL, 16);
    }
    *at += 1;
    return *text;
}

/* Backslash and x stand for themselves but inside <i>. */
static void read_code(const char *at, const char *end, FILE *out)
{
    while (at < end) {
        if (strncmp(at, "<i>", 3) != 0) {
            if (*at == '\\')
                putc(*at++, out);
            else
                putc(take_octet(&at), out);
            continue;
        }
        for (at += 3; *at != '<';)
            putc(take_octet(&at), out);
        at += strlen("</i>");
    }
}

/* All that the dialogues of a page show, but for remarks. */
static void read_back(const char *page, FILE *out)
{
    for (const char *at = page; (at = strstr(at, "<li class=\"")) != NULL;) {
        const char *code = strstr(at, "<code>"), *end;
        char from = at[strlen("<li class=\"")];

        MUST(code != NULL);
        end = strstr(code, "</code>");
        if (from == 'c' || from == 's')
            read_code(code + strlen("<code>"), end, out);
        at = end;
    }
}

/* What the one case said is there, to the octet. */
static void check_dialogue(const struct story *story, const char *page)
{
    const struct smtpspec_result *result = &story->result;
    size_t whole = 0, length = 0, at = 0;
    char *text = NULL;
    FILE *out;

    for (unsigned i = 0; i < result->transcript_count; i++)
        whole += result->transcript[i].octets.length;
    if (story->cases != 1 || result->outcome != SMTPSPEC_OUTCOME_FAIL ||
        whole > 4096)
        return;
    page = strstr(page, "<main");
    out = open_memstream(&text, &length);
    MUST(page != NULL && out != NULL);
    read_back(page, out);
    MUST(fclose(out) == 0);
    for (unsigned i = 0; i < result->transcript_count; i++) {
        struct smtpspec_span octets = result->transcript[i].octets;

        if (result->transcript[i].from == '-')
            continue;
        MUST(octets.length <= length - at);
        MUST(octets.length == 0 ||
             memcmp(octets.at, text + at, octets.length) == 0);
        at += octets.length;
    }
    MUST(at == length);
    free(text);
}

HARNESS_CHECKS_END

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct story story;
    struct smtpspec_run_facts run = { .version = "\"<0>", .profile = "<b>",
                                      .started = "2026-01-01T<0:00\"00Z" };
    struct smtpspec_span rest = { (const char *)data, size };
    struct smtpspec_report_options options = { .file = NULL };
    char *page = NULL;
    size_t length = 0;

    if (size > SIZE_LIMIT)
        return 0;
    memset(&story, 0, sizeof(story));
    options.file = open_memstream(&page, &length);
    MUST(options.file != NULL);
    story.report = smtpspec_report_open(&smtpspec_report_html, &options);
    MUST(story.report != NULL);
    smtpspec_report_html.begin(story.report, &run);
    while (rest.length > 0)
        tell_line(&story, harness_whole_line(&rest));
    end_target(&story);
    MUST(smtpspec_report_end(&smtpspec_report_html, story.report, &run) ==
         SMTPSPEC_OK);
    MUST(fclose(options.file) == 0);
    page_check((struct smtpspec_span){ page, length });
    check_dialogue(&story, page);
    free(page);
    return 0;
}
