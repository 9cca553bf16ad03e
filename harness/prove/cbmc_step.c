/* SPDX-License-Identifier: MIT */
/*
 * cbmc_step.c - one octet more, from every sane state of the reply tokenizer
 *
 * options: --unsigned-overflow-check --conversion-check
 * proves: for every sane state and every octet: no undefined behaviour and no
 *         number that overflows or is cut; the state is sane again; LF and
 *         only LF ends a line, each octet counts once, a defect that was told
 *         stays told; the defects of octets, of line ends and of length are
 *         told where they are and nowhere else; what a record says of a line
 *         is what was seen of it. A sane state is what init makes, so all this
 *         holds after any number of octets (below 2^64).
 */
#include "cbmc.h"

/* The definitions of the header, once more. */
static uint32_t defect_of(unsigned char octet)
{
    if (octet == 0)
        return DEFECT_BIT(NUL);
    if (octet >= 0x80)
        return DEFECT_BIT(EIGHT_BIT);
    if (octet == '\r')
        return DEFECT_BIT(BARE_CR);
    if ((octet < 0x20 && octet != '\t' && octet != '\n') || octet == 0x7f)
        return DEFECT_BIT(CONTROL);
    return 0;
}

static void prove_octet(const struct smtpspec_reply_parser *before,
                        const struct smtpspec_reply_parser *after,
                        unsigned char octet, bool ended)
{
    uint32_t told = after->defects & ~before->defects;
    uint32_t due = 0;
    bool lf = octet == '\n';

    if (before->held_cr && !lf)
        due |= DEFECT_BIT(BARE_CR);
    if (!lf && octet != '\r')
        due |= defect_of(octet);
    prove(ended == lf, "LF and only LF ends a line");
    prove(after->line_octets == before->line_octets + 1,
          "an octet counts once");
    prove(after->held_cr == (octet == '\r'), "a CR, and only a CR, is held");
    prove((before->defects & ~after->defects) == 0, "a defect stays told");
    prove((told & OCTET_DEFECTS) ==
              (due & ~before->defects & OCTET_DEFECTS),
          "defects of octets are told where they are");
    prove(((told & DEFECT_BIT(BARE_LF)) != 0) ==
              (lf && !before->held_cr &&
               (before->defects & DEFECT_BIT(BARE_LF)) == 0),
          "LF is bare where no CR is in front of it");
    prove(((told & DEFECT_BIT(LINE_LONG)) != 0) ==
              (lf && after->line_octets > 512 &&
               (before->defects & DEFECT_BIT(LINE_LONG)) == 0),
          "over 512 octets are too many, and 512 are not");
    prove(after->in_reply == before->in_reply &&
              after->first_code == before->first_code,
          "inside a line the reply stays what it is");
}

/* In the text of a line a plain octet only counts. */
static void prove_text(const struct smtpspec_reply_parser *before,
                       const struct smtpspec_reply_parser *after,
                       unsigned char octet)
{
    struct smtpspec_reply_parser counted = *before;

    if (before->stage != STAGE_TEXT || before->held_cr ||
        defect_of(octet) != 0 || octet == '\n')
        return;
    counted.line_octets++;
    prove(are_same(&counted, after), "in text a plain octet only counts");
}

/* A line is whole, and what is said of its code and enhanced code is so. */
static void prove_end(const struct smtpspec_reply_parser *before,
                      const struct smtpspec_reply_parser *ended)
{
    bool missing = before->stage == STAGE_CODE && before->code_digits == 3;

    if (before->stage == STAGE_CODE)
        prove((ended->defects & CODE_DEFECTS) == code_defects(ended),
              "what is wrong with a code is told at the line's end");
    else
        prove((ended->defects & CODE_DEFECTS) ==
                  (before->defects & CODE_DEFECTS),
              "what was wrong with a code stays so");
    prove(((ended->defects & DEFECT_BIT(SEPARATOR_MISSING)) != 0) == missing,
          "a separator is missing where the line ends after the code");
    prove((ended->defects & STATUS_DEFECTS) == status_defects(ended),
          "what is wrong with an enhanced code is told at the line's end");
}

static void prove_record(struct smtpspec_reply_parser *parser)
{
    struct smtpspec_reply_parser ended = *parser, fresh;
    struct smtpspec_reply_line line;
    size_t start, end;
    bool resumed = unknown_bool();
    bool more = ended.code_digits == 3 ? ended.separator == '-'
                                       : ended.in_reply;

    assume(start < end && end <= UINT32_MAX);
    hand_out(parser, start, end, resumed, &line);
    prove(line.at == start && line.length <= end - start - 1,
          "a line lies in front of its LF");
    prove(line.code == (ended.code_digits == 3 ? ended.code : 0),
          "three digits, and no others, make the code");
    prove(line.defects == ended.defects && line.separator == ended.separator,
          "a record tells what was seen");
    prove((line.defects >> SMTPSPEC_DEFECT_COUNT) == 0 &&
              (line.defects & DEFECT_BIT(UNTERMINATED)) == 0,
          "no unknown defect");
    prove(((line.flags & SMTPSPEC_LINE_FIRST) != 0) == !ended.in_reply,
          "the first line of a reply is FIRST");
    prove(((line.flags & SMTPSPEC_LINE_LAST) != 0) == !more,
          "a hyphen, and only that, says that more follow");
    prove((line.flags & SMTPSPEC_LINE_PARTIAL) == 0, "a whole line is whole");
    prove(is_status(line.status), "an enhanced code is one, or none");
    prove(parser->in_reply == more, "a reply is open until its last line");
    prove(is_sane(parser), "sane behind a line");
    fresh = *parser;
    forget_line(&fresh);
    prove(are_same(parser, &fresh), "nothing of a line reaches the next");
}

int main(void)
{
    struct smtpspec_reply_parser begun, parser = sane_parser(1), before;
    unsigned char octet = unknown_octet();
    bool ended;

    forget_line(&begun);
    forget_reply(&begun);
    prove(is_sane(&begun), "sane at the beginning");

    before = parser;
    ended = step(&parser, octet);
    prove_octet(&before, &parser, octet, ended);
    prove_text(&before, &parser, octet);
    if (!ended) {
        prove(is_sane(&parser), "sane after any octet");
        return 0;
    }
    prove_end(&before, &parser);
    prove_record(&parser);
    return 0;
}
