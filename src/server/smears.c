/* SPDX-License-Identifier: MIT */
/*
 * smears.c - misdeeds that spell a right answer wrong
 *
 * Floor 5, server. A row puts other octets in the place of one part of a
 * reply line, on the reply to one command or to all.
 */
#include "server/engine.h"

enum part { PART_CODE, PART_SEPARATOR, PART_STATUS, PART_TEXT, PART_END };
enum place { PLACE_ANY, PLACE_FIRST, PLACE_LAST };

struct smear {
    uint8_t misdeed;
    uint8_t command;            /* UNSET: any                                */
    uint8_t place;              /* which lines of the reply                  */
    uint8_t part;
    struct smtpspec_span octets;
};

#define OCTETS(literal) { (literal), sizeof(literal) - 1 }
#define TEN(x) x x x x x x x x x x
#define SMEAR(name, verb, place, part, octets)                              \
    { SMTPSPEC_MISDEED_##name, SMTPSPEC_COMMAND_##verb, PLACE_##place,      \
      PART_##part, OCTETS(octets) },

static const struct smear smears[] = {
    SMEAR(BARE_LF, UNSET, ANY, END, "\n")
    SMEAR(BARE_CR, NOOP, ANY, TEXT, "OK\rreally")
    SMEAR(NUL_IN_TEXT, NOOP, ANY, TEXT, "OK\0really")
    SMEAR(CONTROL_IN_TEXT, NOOP, ANY, TEXT, "\x1b[31mOK\x1b[0m")
    SMEAR(EIGHT_BIT_TEXT, NOOP, ANY, TEXT, "tr\xc3\xa8s bien")
    SMEAR(NO_CODE, NOOP, ANY, CODE, "")
    SMEAR(NO_CODE, NOOP, ANY, SEPARATOR, "")
    SMEAR(NO_CODE, NOOP, ANY, STATUS, "")
    SMEAR(TWO_DIGIT_CODE, NOOP, ANY, CODE, "25")
    SMEAR(FOUR_DIGIT_CODE, NOOP, ANY, CODE, "2500")
    SMEAR(CODE_150, NOOP, ANY, CODE, "150")
    SMEAR(CODE_266, NOOP, ANY, CODE, "266")
    SMEAR(NO_SEPARATOR, NOOP, ANY, SEPARATOR, "")
    SMEAR(NO_SEPARATOR, NOOP, ANY, STATUS, "")
    SMEAR(TAB_SEPARATOR, NOOP, ANY, SEPARATOR, "\t")
    SMEAR(CODE_ALONE, NOOP, ANY, SEPARATOR, "")
    SMEAR(CODE_ALONE, NOOP, ANY, STATUS, "")
    SMEAR(CODE_ALONE, NOOP, ANY, TEXT, "")
    SMEAR(MIXED_CODES, EHLO, LAST, CODE, "251")
    SMEAR(HYPHEN_ON_LAST, NOOP, LAST, SEPARATOR, "-")
    SMEAR(NO_HYPHENS, EHLO, ANY, SEPARATOR, " ")
    SMEAR(LINE_TOO_LONG, NOOP, ANY, TEXT, TEN(TEN("wordy ")))
    SMEAR(STATUS_MALFORMED, NOOP, ANY, STATUS, "2.0")
    SMEAR(STATUS_CLASS, NOOP, ANY, STATUS, "5.0.0")
    SMEAR(STATUS_DIFFERS, HELP, LAST, STATUS, "2.1.0")
    SMEAR(STATUS_COLON, NOOP, ANY, STATUS, "2.0.0:")
    SMEAR(STATUS_MISSING, RSET, ANY, STATUS, "")
    SMEAR(STATUS_ON_EHLO, EHLO, ANY, STATUS, "2.0.0")
    SMEAR(STATUS_ON_354, DATA, ANY, STATUS, "2.0.0")
    SMEAR(GREETING_NO_DOMAIN, CONNECT, FIRST, TEXT, "**** ready ****")
    SMEAR(EHLO_NO_DOMAIN, EHLO, FIRST, TEXT, "**** hello ****")
    SMEAR(EHLO_BAD_KEYWORD, EHLO, LAST, TEXT, "BIG_SIZE: 1")
};

static struct smtpspec_span *part_of(struct wording *wording, enum part part)
{
    switch (part) {
    case PART_CODE: return &wording->code;
    case PART_SEPARATOR: return &wording->separator;
    case PART_STATUS: return &wording->status;
    case PART_TEXT: return &wording->text;
    case PART_END: break;
    }
    return &wording->end;
}

void smtpspec_smears_apply(const struct smtpspec_server *server,
                           enum smtpspec_command command,
                           const struct answer *answer, unsigned index,
                           struct wording *wording)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(smears); i++) {
        const struct smear *smear = &smears[i];
        bool any = smear->command == SMTPSPEC_COMMAND_UNSET;

        /* One planted fault each: a refusal is spelt as it should be. */
        if (!does(server, (enum smtpspec_misdeed)smear->misdeed) ||
            (!any && smear->command != command) ||
            (!any && answer->code >= 400) ||
            (smear->place == PLACE_FIRST && index > 0) ||
            (smear->place == PLACE_LAST && index + 1 < answer->lines))
            continue;
        *part_of(wording, (enum part)smear->part) = smear->octets;
    }
    if (does(server, SMTPSPEC_MISDEED_STATUS_LAST_LINE) &&
        command == SMTPSPEC_COMMAND_HELP && index + 1 < answer->lines)
        wording->status.length = 0;
    if (does(server, SMTPSPEC_MISDEED_CHALLENGE_BARE) &&
        answer->code == 334 && wording->text.length == 0)
        wording->separator.length = 0;
}
