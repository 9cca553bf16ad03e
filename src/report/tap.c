/* SPDX-License-Identifier: MIT */
/*
 * tap.c - the report as Test Anything Protocol 13, which `prove` reads
 *
 * A case is a test: what was left out is SKIP, what the baseline knew TODO. A
 * test of each target's own says whether it could be tested at all, so that a
 * server that is not there is no success. Behind each test that is not simply
 * passed stands what is known of it, as YAML of quoted strings.
 */
#include "report/report.h"

#include "report/particulars.h"

struct smtpspec_report {
    struct smtpspec_report_base base;
    unsigned tests;
};

/* In a description a number sign would begin a directive; it, and backslash,
 * stand behind a backslash. */
static void put_name(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char octet = (unsigned char)*text;

        if (octet < 0x20 || octet > 0x7e)
            fprintf(out, "\\\\x%02x", octet);
        else if (octet == '\\' || octet == '#')
            fprintf(out, "\\%c", octet);
        else
            putc(octet, out);
    }
}

static void put_clean(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char octet = (unsigned char)*text;

        if (octet < 0x20 || octet > 0x7e)
            fprintf(out, "\\x%02x", octet);
        else
            putc(octet, out);
    }
}

/* A YAML string in apostrophes: nothing but these is special. */
static void put_quoted(FILE *out, const char *text)
{
    putc('\'', out);
    for (; *text != '\0'; text++) {
        const char one[2] = { *text, '\0' };

        if (*text == '\'')
            putc('\'', out);
        put_clean(out, one);
    }
    fputs("'\n", out);
}

static void put_line(void *context, const char *line)
{
    FILE *out = context;

    fputs("    - ", out);
    put_quoted(out, line);
}

static void put_yaml(FILE *out, const struct smtpspec_result *result)
{
    struct smtpspec_particulars all;

    smtpspec_particulars_of(result, &all);
    fputs("  ---\n", out);
    for (unsigned i = 0; i < all.count; i++) {
        fprintf(out, "  %s: ", all.list[i].name);
        put_quoted(out, all.list[i].value);
    }
    if (result->transcript_count > 0) {
        fputs("  transcript:\n", out);
        smtpspec_particulars_dialogue(result, put_line, out);
    }
    fputs("  ...\n", out);
}

/* "ok 7 - mx.example:25 noop.text - a text behind NOOP is ignored" */
static void put_test(struct smtpspec_report *report, bool good,
                     const char *id, const char *title)
{
    FILE *out = report->base.file;

    fprintf(out, "%sok %u - ", good ? "" : "not ", ++report->tests);
    put_name(out, report->base.name);
    if (id != NULL) {
        putc(' ', out);
        put_name(out, id);
    }
    if (title != NULL) {
        fputs(" - ", out);
        put_name(out, title);
    }
}

static void put_directive(FILE *out, const char *word, const char *reason)
{
    fprintf(out, " # %s ", word);
    put_clean(out, reason != NULL ? reason : "");
}

static void tap_begin(struct smtpspec_report *report,
                      const struct smtpspec_run_facts *facts)
{
    fprintf(report->base.file,
            "TAP version 13\n# smtpspec %s, profile %s, %s\n",
            facts->version, facts->profile, facts->started);
}

static void tap_result(struct smtpspec_report *report,
                       const struct smtpspec_result *result)
{
    enum smtpspec_standing standing =
        smtpspec_standing_of(result, report->base.options.warn_fails);
    FILE *out = report->base.file;

    put_test(report,
             standing == SMTPSPEC_STANDING_PASSES ||
                 standing == SMTPSPEC_STANDING_LEFT,
             result->id, result->title);
    if (standing == SMTPSPEC_STANDING_LEFT)
        put_directive(out, "SKIP", result->reason);
    else if (standing == SMTPSPEC_STANDING_KNOWN)
        put_directive(out, "TODO", smtpspec_standing_reason(result));
    putc('\n', out);
    if (standing == SMTPSPEC_STANDING_LEFT ||
        (standing == SMTPSPEC_STANDING_PASSES && result->rule == NULL))
        return;
    put_yaml(out, result);
}

static void tap_target_end(struct smtpspec_report *report,
                           const struct smtpspec_target_facts *facts)
{
    FILE *out = report->base.file;
    const char *why = smtpspec_report_untested(facts);

    put_test(report, why == NULL, NULL, "it could be tested");
    putc('\n', out);
    if (why == NULL)
        return;
    fputs("  ---\n  reason: ", out);
    put_quoted(out, why);
    fputs("  ...\n", out);
}

static void tap_end(struct smtpspec_report *report,
                    const struct smtpspec_run_facts *facts)
{
    (void)facts;
    fprintf(report->base.file, "1..%u\n", report->tests);
}

const struct smtpspec_report_writer smtpspec_report_tap = {
    .name = "tap",
    .size = sizeof(struct smtpspec_report),
    .begin = tap_begin,
    .result = tap_result,
    .target_end = tap_target_end,
    .end = tap_end,
};
