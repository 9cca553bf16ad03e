/* SPDX-License-Identifier: MIT */
/*
 * reply.c - the reply tokenizer (RFC 5321, 4.2), in the fastest form that
 * this machine is known to run
 */
#include "wire/reply_fast.h"

void smtpspec_reply_init(struct smtpspec_reply_parser *parser)
{
    forget_line(parser);
    forget_reply(parser);
}

size_t smtpspec_reply_feed(struct smtpspec_reply_parser *parser,
                           struct smtpspec_span octets,
                           struct smtpspec_reply_line out[], size_t cap,
                           size_t *count)
{
#ifdef SMTPSPEC_PLAIN_SSE2
    return feed_by(plain_sse2, parser, octets, out, cap, count);
#else
    return feed_by(plain_swar, parser, octets, out, cap, count);
#endif
}

bool smtpspec_reply_finish(struct smtpspec_reply_parser *parser,
                           struct smtpspec_reply_line *line)
{
    bool open = smtpspec_reply_is_open(parser);

    if (open) {
        describe(parser, line);
        line->defects |= DEFECT_BIT(UNTERMINATED);
        if (parser->line_octets > SMTPSPEC_REPLY_LINE_LIMIT)
            line->defects |= DEFECT_BIT(LINE_LONG);
        if (!parser->in_reply)
            line->flags |= SMTPSPEC_LINE_FIRST;
        /* An enhanced code that the end of the stream cut is none yet. */
        if (parser->stage != STAGE_TEXT)
            line->status = no_status;
    }
    smtpspec_reply_init(parser);
    return open;
}

bool smtpspec_reply_is_open(const struct smtpspec_reply_parser *parser)
{
    return parser->in_reply || parser->line_octets > 0;
}
