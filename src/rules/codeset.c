/* SPDX-License-Identifier: MIT */
/*
 * codeset.c - sets of reply codes: "503 or 554", "5yz"
 *
 * Floor 2, rules.
 */
#include <smtpspec/rules.h>

bool smtpspec_codes_have(const struct smtpspec_codes *codes, unsigned code)
{
    for (unsigned i = 0; i < codes->count; i++) {
        bool whole = (codes->whole_class >> i & 1) != 0;

        if (whole ? code / 100 == codes->code[i] / 100u
                  : code == codes->code[i])
            return true;
    }
    return false;
}

/* Where writing goes on; counts past the end, as snprintf does. */
struct cursor {
    char *out;
    size_t cap, length;
};

static void put(struct cursor *cursor, char octet)
{
    if (cursor->length + 1 < cursor->cap)
        cursor->out[cursor->length] = octet;
    cursor->length++;
}

static void put_text(struct cursor *cursor, const char *text)
{
    while (*text != '\0')
        put(cursor, *text++);
}

static void put_code(struct cursor *cursor, unsigned code, bool whole)
{
    put(cursor, (char)('0' + code / 100 % 10));
    put(cursor, whole ? 'y' : (char)('0' + code / 10 % 10));
    put(cursor, whole ? 'z' : (char)('0' + code % 10));
}

size_t smtpspec_codes_write(const struct smtpspec_codes *codes, char *out,
                            size_t cap)
{
    struct cursor cursor = { out, cap, 0 };

    for (unsigned i = 0; i < codes->count; i++) {
        if (i > 0)
            put_text(&cursor, i + 1 == codes->count ? " or " : ", ");
        put_code(&cursor, codes->code[i], codes->whole_class >> i & 1);
    }
    if (cap > 0)
        out[cursor.length < cap ? cursor.length : cap - 1] = '\0';
    return cursor.length;
}

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

/* One code of three octets: "503" or "5yz". */
static bool add_code(struct smtpspec_codes *codes, const char *at)
{
    bool whole = at[1] == 'y' && at[2] == 'z';

    if (codes->count == SMTPSPEC_ARRAY_LEN(codes->code) || at[0] < '2' ||
        at[0] > '5' || (!whole && (!is_digit(at[1]) || !is_digit(at[2]))))
        return false;
    unsigned code = (unsigned)(at[0] - '0') * 100;

    if (whole)
        codes->whole_class |= (uint8_t)(1u << codes->count);
    else
        code += (unsigned)(at[1] - '0') * 10 + (unsigned)(at[2] - '0');
    codes->code[codes->count++] = (uint16_t)code;
    return true;
}

static bool is_gap(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '|';
}

bool smtpspec_codes_parse(struct smtpspec_span text,
                          struct smtpspec_codes *codes)
{
    size_t i = 0;

    *codes = (struct smtpspec_codes){ .count = 0 };
    while (i < text.length) {
        if (is_gap(text.at[i])) {
            i++;
            continue;
        }
        if (text.length - i < 3 ||
            (text.length - i > 3 && !is_gap(text.at[i + 3])) ||
            !add_code(codes, text.at + i))
            return false;
        i += 3;
    }
    return codes->count > 0;
}
