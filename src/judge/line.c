/* SPDX-License-Identifier: MIT */
/*
 * line.c - layer 1: one reply line against the grammar
 *
 * Floor 3, judge. The tokenizer names what every reply line must be; here is
 * what depends on the command that it answers or on what EHLO offered.
 */
#include <smtpspec/judge.h>

#include "judge/inside.h"

static bool offers(const struct smtpspec_judge *judge,
                   enum smtpspec_extension extension)
{
    return (judge->terms.offered & SMTPSPEC_BIT64(extension)) != 0;
}

/* The greeting and replies to HELO and EHLO carry no enhanced code
 * (RFC 2034, 4). LHLO stands for EHLO. */
static bool is_greeting(const struct smtpspec_judge *judge)
{
    switch (judge->open.command) {
    case SMTPSPEC_COMMAND_CONNECT:
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO: return true;
    default: return false;
    }
}

/* Octets over 127 are allowed where SMTPUTF8 is in use, and to a VRFY or EXPN
 * that asked for them (RFC 6531, 3.7.4). */
static bool allows_eight_bit(const struct smtpspec_judge *judge)
{
    const struct smtpspec_pending *pending =
        &judge->pending[judge->pending_first];

    return judge->session.smtputf8 ||
           (offers(judge, SMTPSPEC_EXTENSION_SMTPUTF8) &&
            judge->pending_count > 0 && pending->smtputf8 &&
            (judge->open.command == SMTPSPEC_COMMAND_VRFY ||
             judge->open.command == SMTPSPEC_COMMAND_EXPN));
}

/* Defects that hold only under ENHANCEDSTATUSCODES, or not under SMTPUTF8, or
 * not where another production rules (RFC 5321, 4.1.1.1: ehlo-greet). */
static uint32_t excused(const struct smtpspec_judge *judge)
{
    uint32_t bits = 0;

    if (!offers(judge, SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES) ||
        is_greeting(judge))
        bits |= SMTPSPEC_BIT(SMTPSPEC_DEFECT_STATUS_MALFORMED) |
                SMTPSPEC_BIT(SMTPSPEC_DEFECT_STATUS_CLASS) |
                SMTPSPEC_BIT(SMTPSPEC_DEFECT_STATUS_DIFFERS);
    /* ehlo-greet may hold any octet under 128 but CR and LF. */
    if ((judge->open.command == SMTPSPEC_COMMAND_EHLO ||
         judge->open.command == SMTPSPEC_COMMAND_LHLO) &&
        judge->open.code == 250 && judge->open.lines == 1)
        bits |= SMTPSPEC_BIT(SMTPSPEC_DEFECT_NUL) |
                SMTPSPEC_BIT(SMTPSPEC_DEFECT_CONTROL);
    if (allows_eight_bit(judge))
        bits |= SMTPSPEC_BIT(SMTPSPEC_DEFECT_EIGHT_BIT);
    return bits;
}

static void judge_defects(struct smtpspec_judge *judge, uint32_t defects)
{
    if (defects == 0)
        return;
    defects &= ~excused(judge);
    judge->open.defects |= defects;
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++)
        if (defects & SMTPSPEC_BIT(i))
            smtpspec_judge_say_defect(judge, (enum smtpspec_defect)i);
}

/* RFC 2034, 4: on each line of every 2yz, 4yz and 5yz reply, on no other. */
static void judge_status(struct smtpspec_judge *judge,
                         const struct smtpspec_reply_line *line)
{
    bool has = line->status.class_digit != 0;
    bool malformed = (line->defects &
                      SMTPSPEC_BIT(SMTPSPEC_DEFECT_STATUS_MALFORMED)) != 0;

    if (!offers(judge, SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES))
        return;
    if (is_greeting(judge) || line->code / 100 == 3) {
        if (has)
            smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_STATUS_UNWANTED);
    } else if (!has && !malformed && line->code != 0) {
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_STATUS_MISSING);
    }
}

/* What follows the code and its separator. */
static struct smtpspec_span text_of(struct smtpspec_span line)
{
    return smtpspec_span_skip(line, line.length < 4 ? line.length : 4);
}

static bool starts_with_domain(struct smtpspec_span text)
{
    struct smtpspec_span word =
        smtpspec_span_head(text, smtpspec_span_find(text, ' '));

    return smtpspec_is_domain(word) || smtpspec_is_address_literal(word);
}

static void judge_ehlo(struct smtpspec_judge *judge,
                       struct smtpspec_span text)
{
    if (judge->open.lines == 1)
        smtpspec_ehlo_init(&judge->ehlo);
    unsigned faults = smtpspec_ehlo_line(&judge->ehlo, text);

    if (faults & SMTPSPEC_EHLO_FAULT_DOMAIN)
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_EHLO_DOMAIN);
    if (faults & (SMTPSPEC_EHLO_FAULT_KEYWORD | SMTPSPEC_EHLO_FAULT_PARAMETER))
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_EHLO_KEYWORD);
    if (faults & SMTPSPEC_EHLO_FAULT_TWICE)
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_EHLO_TWICE);
}

/* A further line that names a known extension: the manner of EHLO. Other
 * texts over several lines are allowed to any command (RFC 5321, 4.2). */
static void judge_helo(struct smtpspec_judge *judge,
                       struct smtpspec_span text)
{
    struct smtpspec_span word =
        smtpspec_span_head(text, smtpspec_span_find(text, ' '));

    if (judge->open.lines > 1 &&
        smtpspec_extension_of(word) != SMTPSPEC_EXTENSION_NONE)
        smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_HELO_EXTENDED);
}

/* A challenge that does not fit is of no use. */
static void keep_challenge(struct smtpspec_judge *judge,
                           struct smtpspec_span text)
{
    judge->challenge_length = 0;
    if (text.length > SMTPSPEC_CHALLENGE_KEPT)
        return;
    for (size_t i = 0; i < text.length; i++)
        judge->challenge[judge->challenge_length++] = text.at[i];
}

/* Replies whose text machines read. */
static void judge_text(struct smtpspec_judge *judge,
                       const struct smtpspec_reply_line *line,
                       struct smtpspec_span text)
{
    bool bare = (line->defects &
                 SMTPSPEC_BIT(SMTPSPEC_DEFECT_SEPARATOR_MISSING)) != 0;

    switch (judge->open.command) {
    case SMTPSPEC_COMMAND_CONNECT:
        if (line->code == 220 && judge->open.lines == 1 &&
            !starts_with_domain(text))
            smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_GREETING_DOMAIN);
        break;
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
        if (line->code == 250)
            judge_ehlo(judge, text);
        break;
    case SMTPSPEC_COMMAND_HELO:
        if (line->code == 250)
            judge_helo(judge, text);
        break;
    case SMTPSPEC_COMMAND_AUTH:
    case SMTPSPEC_COMMAND_AUTH_CONTINUE:
        if (line->code == 334)
            keep_challenge(judge, text);
        if (line->code == 334 && bare)
            smtpspec_judge_say_manner(judge, SMTPSPEC_MANNER_CHALLENGE_SPACE);
        break;
    default:
        break;
    }
}

void smtpspec_judge_line(struct smtpspec_judge *judge,
                         const struct smtpspec_reply_line *line,
                         struct smtpspec_span text)
{
    judge->open.lines++;
    if (judge->open.lines == 1)
        judge->open.code = line->code;
    judge_defects(judge, line->defects);
    judge_status(judge, line);
    judge_text(judge, line, text_of(text));
}
