/* SPDX-License-Identifier: MIT */
/*
 * read_already.h - tell a judge commands and replies that were read before
 *
 * Header only, for tests and fuzz targets. What the judge does not take so it
 * gets as octets: the outcome must be that of octets alone.
 */
#ifndef SMTPSPEC_TESTS_READ_ALREADY_H
#define SMTPSPEC_TESTS_READ_ALREADY_H

#include <smtpspec/judge.h>

/* How far the first CRLF reaches, or all of it. */
static inline size_t line_length(struct smtpspec_span octets)
{
    size_t at = smtpspec_span_find(octets, '\n');

    while (at < octets.length && (at == 0 || octets.at[at - 1] != '\r'))
        at += 1 + smtpspec_span_find(smtpspec_span_skip(octets, at + 1), '\n');
    return at < octets.length ? at + 1 : octets.length;
}

static inline void tell_client(struct smtpspec_judge *judge,
                               struct smtpspec_span octets)
{
    while (octets.length > 0) {
        size_t length = line_length(octets);
        bool whole = length >= 2 && octets.at[length - 1] == '\n' &&
                     octets.at[length - 2] == '\r';
        struct smtpspec_command_line line;

        struct smtpspec_span text =
            smtpspec_span_head(octets, whole ? length - 2 : length);
        bool single = smtpspec_span_find(text, '\n') == text.length;

        smtpspec_command_parse(text, &line);
        if (!whole || !single)
            smtpspec_judge_client(judge, smtpspec_span_head(octets, length));
        else if (!smtpspec_judge_command(judge, &line))
            smtpspec_judge_client_line(judge, text);
        octets = smtpspec_span_skip(octets, length);
    }
}

/* `most` records at a time, at most 32. */
static inline void tell_server(struct smtpspec_judge *judge,
                               struct smtpspec_reply_parser *parser,
                               struct smtpspec_span octets, size_t most)
{
    struct smtpspec_reply_line records[32];
    size_t count;

    while (octets.length > 0) {
        size_t taken =
            smtpspec_reply_feed(parser, octets, records, most, &count);

        smtpspec_judge_records(judge, parser,
                               smtpspec_span_head(octets, taken), records,
                               count);
        octets = smtpspec_span_skip(octets, taken);
    }
}

#endif
