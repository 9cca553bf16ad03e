/* SPDX-License-Identifier: MIT */
/*
 * cbmc_finish.c - the stream ends, in every sane state of the reply tokenizer
 *
 * follows: src/wire/reply.c
 * options: -DSMTPSPEC_SIMD=0 --unsigned-overflow-check --conversion-check
 * proves:  for every sane state: an open reply is told, and nothing else is;
 *          its record is UNTERMINATED and not LAST, gives no octets, and has
 *          the code, the defects and the enhanced code of what was seen, but
 *          none that the end cut; the parser is then as after init.
 */
#include "cbmc.h"

#include "wire/reply_variants.h"

/* All of it is not called. */
size_t smtpspec_reply_feed_swar(struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets,
                                struct smtpspec_reply_line out[], size_t cap,
                                size_t *count)
{
    prove(false, "the end of a stream feeds nothing");
    return 0;
}

static void prove_line(const struct smtpspec_reply_parser *before,
                       const struct smtpspec_reply_line *line)
{
    uint32_t added = line->defects & ~before->defects;
    bool is_long = before->line_octets > 512;
    bool whole = before->stage == STAGE_TEXT;

    prove(line->at == 0 && line->length == 0, "no octets are given");
    prove(line->code == (before->code_digits == 3 ? before->code : 0),
          "three digits, and no others, make the code");
    prove((before->defects & ~line->defects) == 0, "a defect stays told");
    prove(added == (DEFECT_BIT(UNTERMINATED) |
                    (is_long ? DEFECT_BIT(LINE_LONG) : 0)),
          "it is unterminated, and perhaps long, and nothing more");
    prove(line->flags == (before->in_reply ? 0 : SMTPSPEC_LINE_FIRST),
          "it is not the last, and the first where no reply was open");
    prove(line->status.class_digit ==
              (whole ? before->status.class_digit : 0) &&
              line->status.subject == (whole ? before->status.subject : 0) &&
              line->status.detail == (whole ? before->status.detail : 0),
          "an enhanced code that was cut is none");
}

int main(void)
{
    struct smtpspec_reply_parser parser = sane_parser(1), before = parser;
    struct smtpspec_reply_parser begun;
    struct smtpspec_reply_line line;
    bool open = smtpspec_reply_finish(&parser, &line);

    smtpspec_reply_init(&begun);
    prove(open == (before.in_reply || before.line_octets > 0),
          "what was begun is told, and nothing else");
    prove(are_same(&parser, &begun) && parser.variant == begun.variant,
          "then all is as at the beginning");
    if (open)
        prove_line(&before, &line);
    return 0;
}
