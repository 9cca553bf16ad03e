/* SPDX-License-Identifier: MIT */
/*
 * html_text.c - strings, octets, numbers and references as safe HTML
 */
#include "report/html.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *entity_of(char octet)
{
    switch (octet) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static bool is_plain(char octet)
{
    return octet >= 0x20 && octet <= 0x7e;
}

/* One printable octet. */
static void put_plain(FILE *out, char octet)
{
    const char *entity = entity_of(octet);

    if (entity != NULL)
        fputs(entity, out);
    else
        putc(octet, out);
}

static void put_escaped(FILE *out, char octet)
{
    fprintf(out, "\\x%02x", (unsigned char)octet);
}

static void put_one(FILE *out, char octet)
{
    if (is_plain(octet))
        put_plain(out, octet);
    else
        put_escaped(out, octet);
}

void smtpspec_html_text(FILE *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        put_one(out, *text);
}

void smtpspec_html_first_line(FILE *out, const char *text, size_t most)
{
    size_t length = strlen(text), kept = 0;

    while (kept < length && kept < most &&
           strncmp(text + kept, "\\x0d", 4) != 0 &&
           strncmp(text + kept, "\\x0a", 4) != 0)
        put_one(out, text[kept++]);
    if (kept < length && strcmp(text + kept, "\\x0d\\x0a") != 0 &&
        strcmp(text + kept, "\\x0a") != 0)
        fputs(" ...", out);
}

/* Control octets that people know by name. */
static const char *name_of(char octet)
{
    switch (octet) {
    case '\0':
        return "NUL";
    case '\a':
        return "BEL";
    case '\b':
        return "BS";
    case '\t':
        return "TAB";
    case '\n':
        return "LF";
    case '\r':
        return "CR";
    case '\033':
        return "ESC";
    case '\177':
        return "DEL";
    default:
        return NULL;
    }
}

/* Whether a CR or LF has not its other half beside it. At the end of what is
 * kept nobody can tell. */
static bool is_alone(struct smtpspec_span octets, size_t i, char before)
{
    if (octets.at[i] == '\n')
        return before != '\r';
    return octets.at[i] == '\r' && i + 1 < octets.length &&
           octets.at[i + 1] != '\n';
}

void smtpspec_html_octets(FILE *out, struct smtpspec_span octets, char *last)
{
    bool odd = false; /* inside <i> */

    for (size_t i = 0; i < octets.length; i++) {
        char octet = octets.at[i];
        const char *name = name_of(octet);
        bool is_odd = name == NULL && !is_plain(octet);

        if (is_odd != odd)
            fputs(is_odd ? "<i>" : "</i>", out);
        odd = is_odd;
        if (name != NULL)
            fprintf(out, "<b%s>%s</b>",
                    is_alone(octets, i, *last) ? " class=x" : "", name);
        else if (odd)
            put_escaped(out, octet);
        else
            put_plain(out, octet);
        *last = octet;
    }
    if (odd)
        fputs("</i>", out);
}

static bool is_fit_for_anchors(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

void smtpspec_html_anchor(FILE *out, unsigned target, const char *id)
{
    fprintf(out, "t%u-", target);
    for (; id != NULL && *id != '\0'; id++)
        putc(is_fit_for_anchors(*id) ? *id : '_', out);
}

void smtpspec_html_number(FILE *out, uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            putc(',', out);
        putc(digits[i], out);
    }
}

void smtpspec_html_count(FILE *out, uint64_t number, const char *one,
                         const char *more)
{
    smtpspec_html_number(out, number);
    fprintf(out, " %s", number == 1 ? one : more);
}

void smtpspec_html_small(FILE *out, unsigned number)
{
    static const char *const words[] = {
        "no", "one", "two", "three", "four",
        "five", "six", "seven", "eight", "nine",
    };

    if (number < SMTPSPEC_ARRAY_LEN(words))
        fputs(words[number], out);
    else
        smtpspec_html_number(out, number);
}

void smtpspec_html_time(FILE *out, uint64_t ms)
{
    if (ms == 0)
        fputs("&lt; 1 ms", out);
    else if (ms < 1000)
        fprintf(out, "%" PRIu64 " ms", ms);
    else
        fprintf(out, "%" PRIu64 ".%" PRIu64 " s", ms / 1000, ms / 100 % 10);
}

/* --- References --------------------------------------------------------- */

/* The number behind "RFC " where `text` begins so; `*rest` is what follows
 * the comma. 0: none. */
static unsigned rfc_of(const char *text, const char **rest)
{
    unsigned long number = 0;
    char *end;

    *rest = text;
    if (strncmp(text, "RFC ", 4) == 0 && text[4] >= '1' && text[4] <= '9')
        number = strtoul(text + 4, &end, 10);
    if (number == 0 || number > 99999 || strncmp(end, ", ", 2) != 0)
        return 0;
    *rest = end + 2;
    return (unsigned)number;
}

void smtpspec_html_section_of(const char *reference,
                              struct smtpspec_html_section *out)
{
    char text[128] = "";
    const char *rest;
    size_t length;

    if (reference != NULL)
        smtpspec_reference_write(reference, text, sizeof(text));
    out->rfc = rfc_of(text, &rest);
    length = strcspn(rest, out->rfc != 0 ? ",;" : ";");
    smtpspec_span_escape((struct smtpspec_span){ rest, length }, out->name,
                         sizeof(out->name));
}

/* Sections as people count them: 4.5.3.1.10 after 4.5.3.1.9. */
static int natural_order(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        bool numbers = *a >= '0' && *a <= '9' && *b >= '0' && *b <= '9';
        char *a_end, *b_end;
        unsigned long x, y;

        if (!numbers && *a != *b)
            break;
        if (!numbers) {
            a++, b++;
            continue;
        }
        x = strtoul(a, &a_end, 10);
        y = strtoul(b, &b_end, 10);
        if (x != y)
            return x < y ? -1 : 1;
        a = a_end;
        b = b_end;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

/* SMTP itself comes before what extends it, and what is no RFC last. */
static unsigned rank_of(unsigned rfc)
{
    return rfc == 5321 ? 0 : rfc == 0 ? UINT_MAX : rfc;
}

int smtpspec_html_section_order(const struct smtpspec_html_section *a,
                                const struct smtpspec_html_section *b)
{
    if (a->rfc != b->rfc)
        return rank_of(a->rfc) < rank_of(b->rfc) ? -1 : 1;
    return natural_order(a->name, b->name);
}

/* "4.1.4" of RFC 5321 as a link; an appendix begins with its letter. */
static void put_section(FILE *out, unsigned rfc, const char *section,
                        size_t length, bool named)
{
    bool appendix = *section >= 'A' && *section <= 'Z';

    fprintf(out, "<a href=\"https://www.rfc-editor.org/rfc/rfc%u#%s-", rfc,
            appendix ? "appendix" : "section");
    for (size_t i = 0; i < length; i++)
        putc(is_fit_for_anchors(section[i]) ? section[i] : '_', out);
    fputs("\">", out);
    if (named)
        fprintf(out, "RFC %u, ", rfc);
    for (size_t i = 0; i < length; i++)
        put_plain(out, is_plain(section[i]) ? section[i] : '?');
    fputs("</a>", out);
}

void smtpspec_html_reference(FILE *out, const char *reference)
{
    char text[256] = "";
    bool first = true;

    if (reference != NULL)
        smtpspec_reference_write(reference, text, sizeof(text));
    for (char *part = text, *next; *part != '\0'; part = next) {
        const char *rest;
        unsigned rfc = rfc_of(part, &rest);
        size_t length = strcspn(part, ";");

        next = part + length + (part[length] == ';');
        next += strspn(next, " ");
        part[length] = '\0';
        fputs(first ? "" : "; ", out);
        first = false;
        if (rfc == 0)
            smtpspec_html_text(out, part);
        for (bool named = true; rfc != 0 && *rest != '\0'; named = false) {
            size_t end = strcspn(rest, ",");

            fputs(named ? "" : ", ", out);
            put_section(out, rfc, rest, end, named);
            rest += end;
            rest += strspn(rest, ", ");
        }
    }
}
