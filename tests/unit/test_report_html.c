/* SPDX-License-Identifier: MIT */
/*
 * test_report_html.c - the report as a page, over results made up for it
 *
 * The golden page is kept without style and script, which
 * change with every touch of the brush (support/report_pages.h has the rest of
 * what holds of any writer). What the page does in a browser is the matter of
 * tests/browser.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "report/html.h"
#include "support/report_pages.h"
#include "support/rows.h"

static struct page pages[] = {
    { "html", &smtpspec_report_html, { .colour = false }, "tests/golden/report.html" },
};

/* What stands between `from` and `to`, from *at on; the text is moved on. */
static struct smtpspec_span between(const char **at, const char *from, const char *to)
{
    const char *begin = strstr(*at, from), *end;

    if (begin == NULL)
        return (struct smtpspec_span){ NULL, 0 };
    begin += strlen(from);
    end = strstr(begin, to);
    assert_non_null(end);
    *at = end;
    return (struct smtpspec_span){ begin, (size_t)(end - begin) };
}

static bool has(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

/* --- The golden page ---------------------------------------------------- */

static const struct {
    const char *from, *to;
} changing[] = {
    { "style-src '", "'" },
    { "script-src '", "'" },
    { "<style>", "</style>" },
    { "<script>", "</script>" },
};

/* The page of the story without them. */
static struct output bare_page(void)
{
    struct output whole = tell(pages[0].writer, pages[0].options);
    struct output bare = { NULL, 0 };
    FILE *file = open_memstream(&bare.text, &bare.length);
    const char *at = whole.text;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(changing); i++) {
        const char *from = at;
        struct smtpspec_span part = between(&at, changing[i].from, changing[i].to);

        assert_non_null(part.at);
        fwrite(from, 1, (size_t)(part.at - from), file);
    }
    fputs(at, file);
    fclose(file);
    free(whole.text);
    return bare;
}

static void is_as_the_golden_page_without_its_looks(void **state)
{
    struct output bare = bare_page();

    (void)state;
    equals_golden(bare, pages[0].golden);
    free(bare.text);
}

/* --- What may run ------------------------------------------------------- */

/* "sha256-..." of octets, as a Content-Security-Policy has it. */
static void digest_of(struct smtpspec_span octets, char out[64])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;

    assert_int_equal(EVP_Digest(octets.at, octets.length, digest, &length, EVP_sha256(), NULL), 1);
    snprintf(out, 64, "sha256-");
    EVP_EncodeBlock((unsigned char *)out + strlen(out), digest, (int)length);
}

static void policy_names_style_and_script_by_their_hashes(void **state)
{
    struct output output = tell(&smtpspec_report_html, pages[0].options);
    const char *at = output.text;
    struct smtpspec_span policy = between(&at, "Content-Security-Policy content=\"", "\"");
    char hash[64], *text = strndup(policy.at, policy.length);

    (void)state;
    assert_true(has(text, "default-src 'none'"));
    assert_true(has(text, "base-uri 'none'"));
    assert_true(has(text, "form-action 'none'"));
    assert_false(has(text, "unsafe"));
    digest_of(between(&at, "<style>", "</style>"), hash);
    assert_true(has(text, hash));
    digest_of(between(&at, "<script>", "</script>"), hash);
    assert_true(has(text, hash));
    free(text);
    free(output.text);
}

/* Neither a handler nor a style in an attribute, nor anything to be fetched:
 * only links, and these to the page or to the RFCs. */
static void asks_for_nothing_and_runs_nothing_else(void **state)
{
    struct output output = bare_page();
    unsigned scripts = 0;

    (void)state;
    for (const char *at = output.text; (at = strstr(at, "<")) != NULL; at++) {
        const char *end = at + strcspn(at, ">");
        char *tag = strndup(at, (size_t)(end - at));

        scripts += strncmp(tag, "<script", 7) == 0;
        assert_false(has(tag, " on"));
        assert_false(has(tag, " style="));
        assert_false(has(tag, " src="));
        if (has(tag, "href="))
            assert_true(has(tag, "href=\"#") || has(tag, "href=#") ||
                        has(tag, "href=\"data:,\"") ||
                        has(tag, "href=\"https://www.rfc-editor.org/rfc/rfc"));
        free(tag);
    }
    assert_int_equal(scripts, 1);
    free(output.text);
}

/* --- Links -------------------------------------------------------------- */

/* Whether some element has this id; how many. */
static unsigned elements_with(const char *page, struct smtpspec_span id)
{
    unsigned count = 0;

    for (const char *at = page; (at = strstr(at, " id=")) != NULL; at++) {
        const char *value = at + 4;

        count += strncmp(value, id.at, id.length) == 0 && strchr(" >", value[id.length]) != NULL;
    }
    return count;
}

static void every_link_into_the_page_leads_somewhere(void **state)
{
    struct output output = tell(&smtpspec_report_html, pages[0].options);
    const char *at = output.text;
    unsigned links = 0;

    (void)state;
    while ((at = strstr(at, "href=")) != NULL) {
        struct smtpspec_span id;

        at += strlen("href=");
        at += *at == '"';
        if (*at != '#')
            continue;
        id = (struct smtpspec_span){ at + 1, strcspn(at + 1, "\" >") };
        if (elements_with(output.text, id) != 1)
            fail_msg("#%.*s", (int)id.length, id.at);
        links++;
    }
    assert_true(links > 10);
    free(output.text);
}

static void no_two_elements_have_one_id(void **state)
{
    struct output output = tell(&smtpspec_report_html, pages[0].options);
    const char *at = output.text;
    unsigned ids = 0;

    (void)state;
    while ((at = strstr(at, " id=")) != NULL) {
        struct smtpspec_span id = { at + 4, strcspn(at + 4, " >") };

        if (elements_with(output.text, id) != 1)
            fail_msg("%.*s", (int)id.length, id.at);
        at++;
        ids++;
    }
    assert_true(ids > 10);
    free(output.text);
}

/* --- Dialogues ---------------------------------------------------------- */

/* The page of one case with this dialogue. */
static struct output page_of(struct smtpspec_result result)
{
    struct smtpspec_report_options options = { .colour = false };
    struct smtpspec_target_facts facts = { .name = "mx.example:25" };
    struct output output = { NULL, 0 };
    struct smtpspec_report *report;

    options.file = open_memstream(&output.text, &output.length);
    report = smtpspec_report_open(&smtpspec_report_html, &options);
    smtpspec_report_html.begin(report, &story_facts);
    smtpspec_report_target_begin(&smtpspec_report_html, report, facts.name);
    smtpspec_summary_add(&facts.summary, &result);
    smtpspec_report_html.result(report, &result);
    smtpspec_report_html.target_end(report, &facts);
    assert_int_equal(smtpspec_report_end(&smtpspec_report_html, report, &story_facts), SMTPSPEC_OK);
    fclose(options.file);
    return output;
}

static void octets_that_cannot_be_seen_are_named(void **state)
{
    static const struct smtpspec_transcript_entry entries[] = {
        { 'S', 0, OCTETS("220 a\rb\000\033[1m\tc\xe2\x80\xae\n"), false },
        { 'S', 0, OCTETS("220 <b>d</b>\r\n"), false },
    };
    struct smtpspec_result result = {
        .id = "a.b", .title = "a title", .outcome = SMTPSPEC_OUTCOME_FAIL, .rule = "defect.b",
        .transcript = entries, .transcript_count = SMTPSPEC_ARRAY_LEN(entries),
    };
    struct output output = page_of(result);

    (void)state;
    assert_true(has(output.text, "220 a<b class=x>CR</b>b<b>NUL</b><b>ESC</b>[1m<b>TAB</b>c"
                                 "<i>\\xe2\\x80\\xae</i><b class=x>LF</b></code>"));
    assert_true(has(output.text, "220 &lt;b&gt;d&lt;/b&gt;<b>CR</b><b>LF</b></code>"));
    free(output.text);
}

/* A line of a mebibyte: both ends of it, and how much is missing. */
static void a_long_line_is_cut_in_the_middle(void **state)
{
    const size_t length = 1 << 20;
    char *octets = malloc(length);
    struct smtpspec_transcript_entry entry = { 'S', 0, { octets, length }, true };
    struct smtpspec_result result = {
        .id = "a.b", .title = "a title", .outcome = SMTPSPEC_OUTCOME_FAIL, .rule = "defect.b",
        .transcript = &entry, .transcript_count = 1,
    };
    struct output output;
    const char *at;

    (void)state;
    memset(octets, 'x', length);
    memset(octets, 'a', 2048);
    memset(octets + length - 2048, 'z', 2048);
    output = page_of(result);
    at = strstr(output.text, "<code>aaa");
    assert_non_null(at);
    assert_int_equal(strspn(at + 6, "a"), 2048);
    assert_true(has(at, "1044480 octets left out here"));
    at = strstr(at, "<code>zzz");
    assert_non_null(at);
    assert_int_equal(strspn(at + 6, "z"), 2048);
    assert_true(output.length < 100000);
    free(output.text);
    free(octets);
}

/* A case that passed shows how it ended. */
static void a_pass_keeps_its_last_exchange(void **state)
{
    struct smtpspec_result result = {
        .id = "a.b", .title = "a title", .transcript = story_before_mail,
        .transcript_count = SMTPSPEC_ARRAY_LEN(story_before_mail),
    };
    struct output output = page_of(result);

    (void)state;
    assert_true(has(output.text, "3 lines left out here"));
    assert_true(has(output.text, "RCPT TO:&lt;user@mx.example&gt;"));
    assert_true(has(output.text, "250 2.1.5 fine"));
    assert_false(has(output.text, "EHLO probe.example"));
    free(output.text);
}

/* What it says at length is cut, too. */
static void a_pass_keeps_few_lines(void **state)
{
    struct smtpspec_transcript_entry entries[18] = {
        { 'C', 0, OCTETS("EHLO probe.example\r\n"), false },
    };
    struct smtpspec_result result = {
        .id = "a.b", .title = "a title", .transcript = entries,
        .transcript_count = SMTPSPEC_ARRAY_LEN(entries),
    };
    char lines[18][16];
    struct output output;

    (void)state;
    for (size_t i = 1; i < SMTPSPEC_ARRAY_LEN(entries); i++) {
        snprintf(lines[i], sizeof(lines[i]), "250-LINE%zu\r\n", i);
        entries[i] = (struct smtpspec_transcript_entry){ 'S', 0, smtpspec_span_of(lines[i]),
                                                         false };
    }
    output = page_of(result);
    assert_true(has(output.text, "EHLO probe.example"));
    assert_true(has(output.text, "250-LINE2<b>"));
    assert_false(has(output.text, "250-LINE3<b>"));
    assert_true(has(output.text, "12 lines left out here"));
    assert_false(has(output.text, "250-LINE14<b>"));
    assert_true(has(output.text, "250-LINE15<b>"));
    assert_true(has(output.text, "250-LINE17<b>"));
    free(output.text);
}

/* --- Size --------------------------------------------------------------- */

static void tell_target(struct smtpspec_report *report, unsigned number, unsigned cases)
{
    struct smtpspec_target_facts facts = { .commands = 1000, .connections = 10 };
    char name[32], id[64], again[160];

    snprintf(name, sizeof(name), "mx%u.example:25", number);
    facts.name = name;
    smtpspec_report_target_begin(&smtpspec_report_html, report, name);
    for (unsigned i = 0; i < cases; i++) {
        struct smtpspec_result result = story_results[i % 40 == number ? 3 : 0];

        snprintf(id, sizeof(id), "topic.situation.twist-%u", i);
        snprintf(again, sizeof(again), "smtpspec check --only %s %s", id, name);
        result.id = id;
        result.again = again;
        result.transcript = story_before_mail;
        result.transcript_count = SMTPSPEC_ARRAY_LEN(story_before_mail);
        smtpspec_summary_add(&facts.summary, &result);
        smtpspec_report_html.result(report, &result);
    }
    smtpspec_report_html.target_end(report, &facts);
}

static size_t size_of_page(unsigned targets, unsigned cases)
{
    struct smtpspec_report_options options = { .colour = false };
    struct output output = { NULL, 0 };
    struct smtpspec_report *report;
    size_t length;

    options.file = open_memstream(&output.text, &output.length);
    report = smtpspec_report_open(&smtpspec_report_html, &options);
    smtpspec_report_html.begin(report, &story_facts);
    for (unsigned i = 0; i < targets; i++)
        tell_target(report, i, cases);
    assert_int_equal(smtpspec_report_end(&smtpspec_report_html, report, &story_facts), SMTPSPEC_OK);
    fclose(options.file);
    length = output.length;
    free(output.text);
    return length;
}

static void cases_of_many_servers_stay_small(void **state)
{
    (void)state;
    assert_in_range(size_of_page(12, 300), 1, 5 * 1024 * 1024);
    assert_in_range(size_of_page(1, 1561), 1, 2 * 1024 * 1024);
}

/* Of a fleet the page holds what says something of a server, and tells so. */
static void a_fleet_is_cut(void **state)
{
    struct smtpspec_report_options options = { .colour = false };
    struct smtpspec_target_facts facts = { .name = "mx.example" };
    struct smtpspec_result result = { .title = "a title" };
    struct output output = { NULL, 0 };
    struct smtpspec_report *report;
    char id[32];

    (void)state;
    options.file = open_memstream(&output.text, &output.length);
    report = smtpspec_report_open(&smtpspec_report_html, &options);
    smtpspec_report_html.begin(report, &story_facts);
    for (unsigned i = 0; i < SMTPSPEC_HTML_CASES_KEPT + 3; i++) {
        if (i % 100000 == 0)
            smtpspec_report_target_begin(&smtpspec_report_html, report, facts.name);
        snprintf(id, sizeof(id), "a.%u", i);
        result.id = id;
        smtpspec_report_html.result(report, &result);
    }
    result.id = "b.last";
    result.outcome = SMTPSPEC_OUTCOME_FAIL;
    smtpspec_report_html.result(report, &result);
    smtpspec_report_html.target_end(report, &facts);
    assert_int_equal(smtpspec_report_end(&smtpspec_report_html, report, &story_facts), SMTPSPEC_OK);
    fclose(options.file);
    assert_true(has(output.text, "<p>Cases that passed, or could not be tested"));
    assert_true(has(output.text, "a.199999"));
    assert_false(has(output.text, "a.200000"));
    assert_true(has(output.text, "b.last"));
    free(output.text);
}

/* --- References --------------------------------------------------------- */

#define RFC "<a href=\"https://www.rfc-editor.org/rfc/rfc"

static void references_are_links_to_their_sections(void **state)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);

    (void)state;
    smtpspec_html_reference(file, "5321:4.1.4, F.6; article 234; 2920:3.2");
    fclose(file);
    assert_string_equal(text, RFC "5321#section-4.1.4\">RFC 5321, 4.1.4</a>, "
                              RFC "5321#appendix-F.6\">F.6</a>; article 234; "
                              RFC "2920#section-3.2\">RFC 2920, 3.2</a>");
    free(text);
}

static void a_reply_is_cut_after_its_first_line(void **state)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "250 ok", "250 ok" },
        { "250 ok\\x0d\\x0a", "250 ok" },
        { "250 ok\\x0a", "250 ok" },
        { "250-a\\x0d\\x0a250 b", "250-a ..." },
        { "250 <b>1234567890", "250 &lt;b&gt;12 ..." },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *file = open_memstream(&text, &length);

        smtpspec_html_first_line(file, rows[i].text, 9);
        fclose(file);
        assert_string_equal(text, rows[i].shown);
        free(text);
    }
}

static void sections_are_sorted_as_people_count(void **state)
{
    static const char *const sorted[] = {
        "5321:3.3", "RFC 5321, 4.2", "5321:4.5.3.1.9", "5321:4.5.3.1.10", "5321:F.1", "821:4.1",
        "2920:3.2", "article 234",
    };

    (void)state;
    for (size_t i = 1; i < SMTPSPEC_ARRAY_LEN(sorted); i++) {
        struct smtpspec_html_section a, b;

        smtpspec_html_section_of(sorted[i - 1], &a);
        smtpspec_html_section_of(sorted[i], &b);
        assert_true(smtpspec_html_section_order(&a, &b) < 0);
        assert_true(smtpspec_html_section_order(&b, &a) > 0);
        assert_int_equal(smtpspec_html_section_order(&a, &a), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_as_the_golden_page_without_its_looks),
        cmocka_unit_test_prestate(lets_no_raw_octet_through, &pages[0]),
        cmocka_unit_test_prestate(tells_of_every_failed_write, &pages[0]),
        cmocka_unit_test_prestate(can_be_discarded_at_any_time, &pages[0]),
        cmocka_unit_test(policy_names_style_and_script_by_their_hashes),
        cmocka_unit_test(asks_for_nothing_and_runs_nothing_else),
        cmocka_unit_test(every_link_into_the_page_leads_somewhere),
        cmocka_unit_test(no_two_elements_have_one_id),
        cmocka_unit_test(octets_that_cannot_be_seen_are_named),
        cmocka_unit_test(a_long_line_is_cut_in_the_middle),
        cmocka_unit_test(a_pass_keeps_its_last_exchange),
        cmocka_unit_test(a_pass_keeps_few_lines),
        cmocka_unit_test(cases_of_many_servers_stay_small),
        cmocka_unit_test(a_fleet_is_cut),
        cmocka_unit_test(references_are_links_to_their_sections),
        cmocka_unit_test(a_reply_is_cut_after_its_first_line),
        cmocka_unit_test(sections_are_sorted_as_people_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
