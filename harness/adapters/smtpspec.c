/* SPDX-License-Identifier: MIT */
/*
 * smtpspec.c - our own reader of replies as an adapter: the smallest example
 *
 * needs:    nothing
 */
#include <smtpspec/reply.h>

#include "../adapter.h"

const char *adapter_version(void)
{
    return ADAPTED_VERSION;
}

static int code_of(const struct smtpspec_reply_line *line)
{
    const uint32_t none = SMTPSPEC_BIT(SMTPSPEC_DEFECT_NO_CODE) |
                          SMTPSPEC_BIT(SMTPSPEC_DEFECT_CODE_SHORT) |
                          SMTPSPEC_BIT(SMTPSPEC_DEFECT_CODE_LONG);

    return (line->defects & none) != 0 ? ADAPTER_NO_CODE : line->code;
}

/* A stream in one piece: a line is PARTIAL only where the stream ends, and
 * such a one never is a reply. */
void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    smtpspec_reply_init(&parser);
    while (octets.length > 0) {
        size_t used =
            smtpspec_reply_feed(&parser, octets, &line, 1, &count);
        int code = code_of(&line);
        uint32_t head = code == ADAPTER_NO_CODE ? 0
                        : line.length < 4       ? line.length
                                                : 4;

        if (count == 1 && line.defects != 0)
            adapter_warn(result);
        if (count == 1 && (line.flags & SMTPSPEC_LINE_PARTIAL) == 0) {
            adapter_line(result, code,
                         (line.flags & SMTPSPEC_LINE_LAST) != 0,
                         octets.at + line.at + head, line.length - head);
            adapter_status(result, line.status.class_digit,
                           line.status.subject, line.status.detail);
        }
        octets = smtpspec_span_skip(octets, used);
    }
    if (smtpspec_reply_finish(&parser, &line))
        adapter_warn(result);
    result->left = 0;
}
