/* SPDX-License-Identifier: MIT */
/*
 * reply.c - the reply tokenizer (RFC 5321, 4.2), in the fastest form that
 * this machine is known to run
 */
#include "wire/reply_machine.h"
#include "wire/reply_variants.h"

enum smtpspec_reply_form smtpspec_reply_fastest(void)
{
#if SMTPSPEC_SIMD >= 4
    if (__builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi2"))
        return SMTPSPEC_REPLY_AVX512;
#endif
#if SMTPSPEC_SIMD >= 3
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return SMTPSPEC_REPLY_AVX2;
#endif
#if SMTPSPEC_SIMD >= 2
    if (__builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&
        __builtin_cpu_supports("popcnt"))
        return SMTPSPEC_REPLY_SSE4;
#endif
    return SMTPSPEC_SIMD >= 1 ? SMTPSPEC_REPLY_SSE2 : SMTPSPEC_REPLY_SWAR;
}

void smtpspec_reply_init(struct smtpspec_reply_parser *parser)
{
    forget_line(parser);
    forget_reply(parser);
    parser->variant = (uint8_t)smtpspec_reply_fastest();
}

size_t smtpspec_reply_feed(struct smtpspec_reply_parser *parser,
                           struct smtpspec_span octets,
                           struct smtpspec_reply_line out[], size_t cap,
                           size_t *count)
{
    switch ((enum smtpspec_reply_form)parser->variant) {
#if SMTPSPEC_SIMD >= 4
    case SMTPSPEC_REPLY_AVX512:
        return smtpspec_reply_feed_avx512(parser, octets, out, cap, count);
#endif
#if SMTPSPEC_SIMD >= 3
    case SMTPSPEC_REPLY_AVX2:
        return smtpspec_reply_feed_avx2(parser, octets, out, cap, count);
#endif
#if SMTPSPEC_SIMD >= 2
    case SMTPSPEC_REPLY_SSE4:
        return smtpspec_reply_feed_sse4(parser, octets, out, cap, count);
#endif
#if SMTPSPEC_SIMD >= 1
    case SMTPSPEC_REPLY_SSE2:
        return smtpspec_reply_feed_sse2(parser, octets, out, cap, count);
#endif
    default:
        return smtpspec_reply_feed_swar(parser, octets, out, cap, count);
    }
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
