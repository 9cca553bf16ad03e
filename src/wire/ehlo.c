/* SPDX-License-Identifier: MIT */
/*
 * ehlo.c - what the lines of a reply to EHLO offer (RFC 5321, 4.1.1.1)
 *
 * Of the parameters of keywords only SIZE's number, the mechanisms of AUTH and
 * the numbers of LIMITS are read.
 */
#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>

_Static_assert(SMTPSPEC_EXTENSION_COUNT <= 64, "a set of them has 64 bits");

static const struct {
    struct smtpspec_span keyword; /* NUL behind it                           */
    const char *reference, *parameters;
} rows[SMTPSPEC_EXTENSION_COUNT] = {
    [SMTPSPEC_EXTENSION_NONE] = { { "?", 1 }, "", "" },
#define EXTENSION(name, keyword, reference, verbs, parameters)              \
    [SMTPSPEC_EXTENSION_##name] = { { keyword, sizeof(keyword) - 1 },       \
                                    reference, parameters },
#include "extensions.def"
#undef EXTENSION
};

void smtpspec_ehlo_init(struct smtpspec_ehlo *ehlo)
{
    *ehlo = (struct smtpspec_ehlo){ 0 };
}

/* Take what stands before the next SP, and that SP, off the front. `*more`
 * tells whether there was one: a word is due behind it then. */
static struct smtpspec_span take_word(struct smtpspec_span *rest, bool *more)
{
    size_t length = smtpspec_span_find(*rest, ' ');
    struct smtpspec_span word = smtpspec_span_head(*rest, length);

    *more = length < rest->length;
    *rest = smtpspec_span_skip(*rest, length + 1);
    return word;
}

/* ehlo-keyword */
static bool is_keyword(struct smtpspec_span word)
{
    for (size_t i = 0; i < word.length; i++) {
        char octet = word.at[i];
        bool letter = (unsigned char)((octet | 0x20) - 'a') < 26;
        bool digit = (unsigned char)(octet - '0') < 10;

        if (!letter && !digit && (octet != '-' || i == 0))
            return false;
    }
    return word.length > 0;
}

/* ehlo-param */
static bool is_parameter(struct smtpspec_span word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (word.at[i] < 33 || word.at[i] > 126)
            return false;
    }
    return word.length > 0;
}

/* size-value, at most 20 digits (RFC 1870, 3); what is past 2^64 - 1, which
 * 20 digits can be, is taken for that. */
static bool read_size(struct smtpspec_span word, uint64_t *size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < word.length; i++) {
        uint64_t digit = (uint64_t)(word.at[i] - '0');

        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
        value = value <= (UINT64_MAX - digit) / 10 ? value * 10 + digit
                                                   : UINT64_MAX;
    }
    if (word.length == 0 || word.length > 20)
        return false;
    *size = value;
    return true;
}

const char *smtpspec_mechanism_name(enum smtpspec_mechanism mechanism)
{
    static const char *const names[SMTPSPEC_MECHANISM_COUNT] = {
        [SMTPSPEC_MECHANISM_PLAIN] = "PLAIN",
        [SMTPSPEC_MECHANISM_LOGIN] = "LOGIN",
        [SMTPSPEC_MECHANISM_CRAM_MD5] = "CRAM-MD5",
        [SMTPSPEC_MECHANISM_OTHER] = "?",
    };

    return (unsigned)mechanism < SMTPSPEC_MECHANISM_COUNT ? names[mechanism]
                                                          : "?";
}

enum smtpspec_mechanism smtpspec_mechanism_of(struct smtpspec_span name)
{
    for (unsigned i = 0; i < SMTPSPEC_MECHANISM_OTHER; i++) {
        enum smtpspec_mechanism mechanism = (enum smtpspec_mechanism)i;

        if (smtpspec_span_equal_nocase(
                name, smtpspec_span_of(smtpspec_mechanism_name(mechanism))))
            return mechanism;
    }
    return SMTPSPEC_MECHANISM_OTHER;
}

/* "RCPTMAX=100": 1 to 6 digits, the first not 0 (RFC 9422, 4). A limit that is
 * unknown, or spelled otherwise, is none. */
static void read_limit(struct smtpspec_ehlo *ehlo, struct smtpspec_span word)
{
    size_t equals = smtpspec_span_find(word, '=');
    struct smtpspec_span name = smtpspec_span_head(word, equals);
    struct smtpspec_span digits = smtpspec_span_skip(word, equals + 1);
    uint32_t value = 0;

    if (digits.length == 0 || digits.length > 6 || digits.at[0] == '0')
        return;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return;
        value = value * 10 + (uint32_t)(digits.at[i] - '0');
    }
    if (smtpspec_span_equal_nocase(name, SMTPSPEC_SPAN("RCPTMAX")))
        ehlo->rcptmax = value;
    else if (smtpspec_span_equal_nocase(name, SMTPSPEC_SPAN("MAILMAX")))
        ehlo->mailmax = value;
    else if (smtpspec_span_equal_nocase(name, SMTPSPEC_SPAN("RCPTDOMAINMAX")))
        ehlo->rcptdomainmax = value;
}

/* What a good parameter says, where we know the extension. */
static void read_value(struct smtpspec_ehlo *ehlo,
                       enum smtpspec_extension extension,
                       struct smtpspec_span word)
{
    if (extension == SMTPSPEC_EXTENSION_AUTH)
        ehlo->mechanisms |= (uint8_t)(1u << smtpspec_mechanism_of(word));
    else if (extension == SMTPSPEC_EXTENSION_LIMITS)
        read_limit(ehlo, word);
}

/* The parameters behind a keyword, each with one SP in front. */
static unsigned read_parameters(struct smtpspec_ehlo *ehlo,
                                enum smtpspec_extension extension,
                                struct smtpspec_span rest)
{
    unsigned faults = 0, number = 0;
    bool more = true;

    while (more) {
        struct smtpspec_span word = take_word(&rest, &more);
        bool good = is_parameter(word);

        if (good && extension == SMTPSPEC_EXTENSION_SIZE)
            good = number == 0 && read_size(word, &ehlo->size);
        if (!good)
            faults |= SMTPSPEC_EHLO_FAULT_PARAMETER;
        else
            read_value(ehlo, extension, word);
        number++;
    }
    return faults;
}

/* Note an extension; whether its keyword had been listed before. */
static bool note(struct smtpspec_ehlo *ehlo, enum smtpspec_extension extension)
{
    bool before = (ehlo->listed & SMTPSPEC_BIT64(extension)) != 0;

    ehlo->offered |= SMTPSPEC_BIT64(extension);
    ehlo->listed |= SMTPSPEC_BIT64(extension);
    return before;
}

static unsigned read_keyword_line(struct smtpspec_ehlo *ehlo,
                                  struct smtpspec_span text)
{
    bool more;
    struct smtpspec_span rest = text;
    struct smtpspec_span word = take_word(&rest, &more);
    enum smtpspec_extension extension = SMTPSPEC_EXTENSION_NONE;
    unsigned faults = 0;

    /* What clients older than RFC 2554 looked for; a line of its own beside
     * the proper one, so it is never listed twice. */
    if (smtpspec_span_starts_nocase(word, SMTPSPEC_SPAN("AUTH="))) {
        ehlo->offered |= SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH);
        extension = SMTPSPEC_EXTENSION_AUTH;
        read_value(ehlo, extension, smtpspec_span_skip(word, 5));
    } else if (!is_keyword(word)) {
        faults |= SMTPSPEC_EHLO_FAULT_KEYWORD;
    } else {
        extension = smtpspec_extension_of(word);
        if (extension == SMTPSPEC_EXTENSION_NONE)
            ehlo->unknown++;
        else if (note(ehlo, extension))
            faults |= SMTPSPEC_EHLO_FAULT_TWICE;
    }
    return more ? faults | read_parameters(ehlo, extension, rest) : faults;
}

unsigned smtpspec_ehlo_line(struct smtpspec_ehlo *ehlo,
                            struct smtpspec_span text)
{
    bool more;
    struct smtpspec_span rest = text;

    if (ehlo->lines++ > 0)
        return read_keyword_line(ehlo, text);

    struct smtpspec_span word = take_word(&rest, &more);

    /* The grammar has only a domain here; 4.1.1.1's prose and the greeting's
     * rule allow the literal of a host without a name. */
    return smtpspec_is_domain(word) || smtpspec_is_address_literal(word)
               ? 0
               : SMTPSPEC_EHLO_FAULT_DOMAIN;
}

static unsigned row_of(enum smtpspec_extension extension)
{
    unsigned index = (unsigned)extension;

    return index < SMTPSPEC_EXTENSION_COUNT ? index : 0;
}

const char *smtpspec_extension_name(enum smtpspec_extension extension)
{
    return rows[row_of(extension)].keyword.at;
}

const char *smtpspec_extension_reference(enum smtpspec_extension extension)
{
    return rows[row_of(extension)].reference;
}

enum smtpspec_extension smtpspec_extension_of(struct smtpspec_span keyword)
{
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT; i++) {
        if (keyword.length == rows[i].keyword.length &&
            ((keyword.at[0] ^ rows[i].keyword.at[0]) & 0xdf) == 0 &&
            smtpspec_span_equal_nocase(keyword, rows[i].keyword))
            return (enum smtpspec_extension)i;
    }
    return SMTPSPEC_EXTENSION_NONE;
}

enum smtpspec_extension
smtpspec_extension_of_parameter(struct smtpspec_span keyword)
{
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT; i++) {
        struct smtpspec_span rest = smtpspec_span_of(rows[i].parameters);

        while (rest.length > 0) {
            bool more;

            if (smtpspec_span_equal_nocase(take_word(&rest, &more), keyword))
                return (enum smtpspec_extension)i;
        }
    }
    return SMTPSPEC_EXTENSION_NONE;
}
