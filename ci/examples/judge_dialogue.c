/* SPDX-License-Identifier: MIT */
/*
 * judge_dialogue.c - libsmtpspec from C: read replies, judge a session
 *
 *     cc judge_dialogue.c $(pkg-config --cflags --libs libsmtpspec)
 *     ./a.out <dialogue.txt
 *
 * Reads a line each, "S: 220 mx.example" or "C: EHLO me.example", CRLF going
 * without saying. Prints each reply line as the tokenizer sees it, and what
 * the judge has to say. Exit status 1 where something fails. A program that
 * has a connection hands over the octets as they come instead, in any split.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>
#include <smtpspec/reply.h>

#define LINE_ROOM 1024
#define LINES_AT_ONCE 8

static bool failed;

/* What the judge says, at once and in the order of the exchanges. */
static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    char rule[64];

    (void)context;
    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    printf("  %s: %s (%s, RFC %s)\n",
           smtpspec_outcome_name((enum smtpspec_outcome)verdict->outcome),
           verdict->text, rule, verdict->reference);
    failed = failed || verdict->outcome == SMTPSPEC_OUTCOME_FAIL;
}

/* The tokenizer alone: code, text and what is wrong with the line. */
static void print_line(struct smtpspec_span octets,
                       const struct smtpspec_reply_line *line)
{
    struct smtpspec_span text = { octets.at + line->at, line->length };
    char printable[4 * LINE_ROOM];

    smtpspec_span_escape(text, printable, sizeof(printable));
    printf("  %03u%s %s\n", line->code,
           line->flags & SMTPSPEC_LINE_LAST ? "" : "-", printable);
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++)
        if (line->defects & SMTPSPEC_BIT(i))
            printf("  %s\n", smtpspec_defect_text((enum smtpspec_defect)i));
}

static void read_replies(struct smtpspec_reply_parser *parser,
                         struct smtpspec_span octets)
{
    struct smtpspec_reply_line lines[LINES_AT_ONCE];
    size_t count, taken;

    while (octets.length > 0) {
        taken = smtpspec_reply_feed(parser, octets, lines, LINES_AT_ONCE,
                                    &count);
        for (size_t i = 0; i < count; i++)
            print_line(octets, &lines[i]);
        octets = smtpspec_span_skip(octets, taken);
    }
}

int main(void)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    const struct smtpspec_judge_sink sink = { .verdict = on_verdict };
    static struct smtpspec_judge judge;
    struct smtpspec_reply_parser parser;
    char line[LINE_ROOM + 2];

    smtpspec_judge_init(&judge, &terms, &sink);
    smtpspec_reply_init(&parser);
    while (fgets(line, LINE_ROOM, stdin) != NULL) {
        size_t length = strcspn(line, "\r\n");
        bool server = line[0] == 'S';

        if (length < 3 || line[1] != ':' || (!server && line[0] != 'C'))
            continue;
        printf("%.*s\n", (int)length, line);
        memcpy(line + length, "\r\n", 2);
        struct smtpspec_span octets = { line + 3, length + 2 - 3 };

        if (server) {
            read_replies(&parser, octets);
            smtpspec_judge_server(&judge, octets);
        } else {
            smtpspec_judge_client(&judge, octets);
        }
    }
    smtpspec_judge_turn(&judge);
    return failed;
}
