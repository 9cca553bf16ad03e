/* SPDX-License-Identifier: MIT */
/*
 * output.c - what a server did upon a symbol, as one number
 */
#include "learn/output.h"

#define CODE 1023u

unsigned smtpspec_output_first(uint32_t output)
{
    return output & CODE;
}

unsigned smtpspec_output_second(uint32_t output)
{
    return output >> 10 & CODE;
}

static bool says_goodbye(unsigned code)
{
    return code == 221 || code == 421;
}

bool smtpspec_output_ends(uint32_t output)
{
    bool goodbye = says_goodbye(smtpspec_output_first(output)) ||
                   says_goodbye(smtpspec_output_second(output));

    return (output & (SMTPSPEC_OUTPUT_CLOSED | SMTPSPEC_OUTPUT_SILENT)) != 0 ||
           (goodbye && (output & SMTPSPEC_OUTPUT_STAYS) == 0);
}

static size_t put_code(char *out, size_t length, unsigned code)
{
    out[length++] = (char)('0' + code / 100 % 10);
    out[length++] = (char)('0' + code / 10 % 10);
    out[length++] = (char)('0' + code % 10);
    return length;
}

size_t smtpspec_output_write(uint32_t output, char out[SMTPSPEC_OUTPUT_KEPT])
{
    bool second = (output & SMTPSPEC_OUTPUT_SECOND) != 0;
    size_t length = 0;

    if (second) {
        length = put_code(out, length, smtpspec_output_first(output));
        out[length++] = '+';
    }
    if (output & SMTPSPEC_OUTPUT_CLOSED)
        out[length++] = 'x';
    else if (output & SMTPSPEC_OUTPUT_SILENT)
        out[length++] = '-';
    else if (output != SMTPSPEC_OUTPUT_NONE)
        length = put_code(out, length,
                          second ? smtpspec_output_second(output)
                                 : smtpspec_output_first(output));
    if (output & SMTPSPEC_OUTPUT_SURPLUS)
        out[length++] = '*';
    if (output & SMTPSPEC_OUTPUT_STAYS)
        out[length++] = '!';
    out[length] = '\0';
    return length;
}

/* Three digits off the front; false where there are none. */
static bool take_code(struct smtpspec_span *text, unsigned *code)
{
    *code = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (i >= text->length || text->at[i] < '0' || text->at[i] > '9')
            return false;
        *code = *code * 10 + (unsigned)(text->at[i] - '0');
    }
    *text = smtpspec_span_skip(*text, 3);
    return true;
}

static bool take_mark(struct smtpspec_span *text, char mark)
{
    if (text->length == 0 || text->at[0] != mark)
        return false;
    *text = smtpspec_span_skip(*text, 1);
    return true;
}

/* A code, "x" or "-", as bits of the first or the second reply. */
static bool take_part(struct smtpspec_span *text, unsigned shift,
                      uint32_t *output)
{
    unsigned code;

    if (take_mark(text, 'x'))
        *output |= SMTPSPEC_OUTPUT_CLOSED;
    else if (take_mark(text, '-'))
        *output |= SMTPSPEC_OUTPUT_SILENT;
    else if (take_code(text, &code))
        *output |= (uint32_t)code << shift;
    else
        return false;
    return true;
}

uint32_t smtpspec_output_read(struct smtpspec_span text)
{
    uint32_t output = SMTPSPEC_OUTPUT_KNOWN;

    if (!take_part(&text, 0, &output))
        return SMTPSPEC_OUTPUT_NONE;
    if (take_mark(&text, '+')) {
        if (output & (SMTPSPEC_OUTPUT_CLOSED | SMTPSPEC_OUTPUT_SILENT))
            return SMTPSPEC_OUTPUT_NONE;
        output |= SMTPSPEC_OUTPUT_SECOND;
        if (!take_part(&text, 10, &output))
            return SMTPSPEC_OUTPUT_NONE;
    }
    if (take_mark(&text, '*'))
        output |= SMTPSPEC_OUTPUT_SURPLUS;
    if (take_mark(&text, '!'))
        output |= SMTPSPEC_OUTPUT_STAYS;
    return text.length == 0 ? output : SMTPSPEC_OUTPUT_NONE;
}
