/* SPDX-License-Identifier: MIT */
/*
 * fuzz_ehlo.c - what the lines of a reply to EHLO offer
 *
 * targets:  smtpspec_ehlo_line; smtpspec_extension_of, _of_parameter; what the
 *           judge learns from such a reply
 * input:    lines, each what follows "250-" in a reply to EHLO; the first one
 *           names the server
 * holds:    extensions, mechanisms, numbers and faults are those of a second
 *           reading, which takes each line from its end; where no keyword is
 *           listed twice the order of the lines makes no difference; a judge
 *           that gets the same lines as a reply, in any cut, learns the same
 *           from as much of them as it keeps, and says what is wrong there
 * speed:    a tenth of fuzz_reply's: each line is read eight times, three of
 *           them by a judge
 * seeds:    corpus/seeds/ehlo    words: corpus/dictionaries/ehlo.dict
 */
#include <string.h>

#include <smtpspec/ehlo.h>
#include <smtpspec/judge.h>

#include "address_reading.h"
#include "harness.h"

#define LINES_KEPT 32
#define LINE_KEPT 1200
/* What a judge looks at of a line, less "250-". */
#define LOOKED_AT (SMTPSPEC_REPLY_TEXT_KEPT - 4)

struct lines {
    struct smtpspec_span text[LINES_KEPT];
    size_t count;
};

/* --- The second reading -------------------------------------------------- */

/* Take the last word off the end of `*line`; false where there is one only,
 * which then is what is left. */
static bool cut_last(struct smtpspec_span *line, struct smtpspec_span *word)
{
    size_t at = line->length;

    while (at > 0 && line->at[at - 1] != ' ')
        at--;
    *word = smtpspec_span_skip(*line, at);
    if (at == 0)
        return false;
    line->length = at - 1;
    return true;
}

static bool is_graphic(struct smtpspec_span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.at[i] <= ' ' || word.at[i] > '~')
            return false;
    return word.length > 0;
}

static bool is_keyword(struct smtpspec_span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!is_letter_or_digit(word.at[i]) && word.at[i] != '-')
            return false;
    return word.length > 0 && word.at[0] != '-';
}

/* A number of at most `most` digits; past 64 bits the largest there is. */
static bool read_number(struct smtpspec_span word, size_t most,
                        uint64_t *value)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)(unsigned char)word.at[i] - '0';

        if (digit > 9)
            return false;
        if (__builtin_mul_overflow(sum, 10u, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            sum = UINT64_MAX;
    }
    if (word.length == 0 || word.length > most)
        return false;
    *value = sum;
    return true;
}

static bool is_named(enum smtpspec_extension extension,
                     struct smtpspec_span word)
{
    return smtpspec_span_equal_nocase(
        word, smtpspec_span_of(smtpspec_extension_name(extension)));
}

static enum smtpspec_extension find_extension(struct smtpspec_span word)
{
    for (unsigned i = SMTPSPEC_EXTENSION_COUNT - 1; i > 0; i--)
        if (is_named((enum smtpspec_extension)i, word))
            return (enum smtpspec_extension)i;
    return SMTPSPEC_EXTENSION_NONE;
}

static uint8_t mechanism_bit(struct smtpspec_span word)
{
    static const char *const names[] = { "PLAIN", "LOGIN", "CRAM-MD5" };
    uint8_t bit = 1;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++, bit <<= 1)
        if (smtpspec_span_equal_nocase(word, smtpspec_span_of(names[i])))
            return bit;
    return bit;
}

static uint32_t limit_of(struct smtpspec_span word, const char *name)
{
    struct smtpspec_span begin = smtpspec_span_of(name);
    struct smtpspec_span digits = smtpspec_span_skip(word, begin.length);
    uint64_t value = 0;

    if (!smtpspec_span_starts_nocase(word, begin) || digits.length == 0 ||
        digits.at[0] == '0' || !read_number(digits, 6, &value))
        return 0;
    return (uint32_t)value;
}

/* Words come from the end: of two limits of one name the later one holds. */
static void read_limit(struct smtpspec_ehlo *found, struct smtpspec_span word)
{
    if (found->rcptmax == 0)
        found->rcptmax = limit_of(word, "RCPTMAX=");
    if (found->mailmax == 0)
        found->mailmax = limit_of(word, "MAILMAX=");
    if (found->rcptdomainmax == 0)
        found->rcptdomainmax = limit_of(word, "RCPTDOMAINMAX=");
}

/* The parameters of one line, last to first; `line` is left with its first
 * word. Returns whether they are in order. */
static bool read_parameters(struct smtpspec_ehlo *ehlo,
                            enum smtpspec_extension extension,
                            struct smtpspec_span *line)
{
    struct smtpspec_ehlo found = { 0 };
    struct smtpspec_span word;
    bool good = true;

    while (cut_last(line, &word)) {
        bool first = smtpspec_span_find(*line, ' ') == line->length;
        bool graphic = is_graphic(word);

        if (extension == SMTPSPEC_EXTENSION_SIZE)
            good = first && read_number(word, 20, &ehlo->size) && good;
        good = good && graphic;
        if (graphic && extension == SMTPSPEC_EXTENSION_AUTH)
            ehlo->mechanisms |= mechanism_bit(word);
        if (graphic && extension == SMTPSPEC_EXTENSION_LIMITS)
            read_limit(&found, word);
    }
    if (found.rcptmax > 0)
        ehlo->rcptmax = found.rcptmax;
    if (found.mailmax > 0)
        ehlo->mailmax = found.mailmax;
    if (found.rcptdomainmax > 0)
        ehlo->rcptdomainmax = found.rcptdomainmax;
    return good;
}

static unsigned second_reading(struct smtpspec_ehlo *ehlo,
                               struct smtpspec_span line)
{
    struct smtpspec_span word =
        smtpspec_span_head(line, smtpspec_span_find(line, ' '));
    enum smtpspec_extension extension = find_extension(word);
    bool old = smtpspec_span_starts_nocase(word, SMTPSPEC_SPAN("auth="));
    unsigned faults = 0;

    if (ehlo->lines++ == 0)
        return reading_is_domain(word, false) || reading_is_literal(word)
                   ? 0 : SMTPSPEC_EHLO_FAULT_DOMAIN;
    if (!old && !is_keyword(word))
        faults |= SMTPSPEC_EHLO_FAULT_KEYWORD;
    else if (!old && extension == SMTPSPEC_EXTENSION_NONE)
        ehlo->unknown++;
    if (old) {
        extension = SMTPSPEC_EXTENSION_AUTH;
        ehlo->mechanisms |= mechanism_bit(smtpspec_span_skip(word, 5));
        ehlo->offered |= UINT64_C(1) << extension;
    } else if (extension != SMTPSPEC_EXTENSION_NONE) {
        if (ehlo->listed >> extension & 1)
            faults |= SMTPSPEC_EHLO_FAULT_TWICE;
        ehlo->listed |= UINT64_C(1) << extension;
        ehlo->offered |= UINT64_C(1) << extension;
    }
    if (!read_parameters(ehlo, extension, &line))
        faults |= SMTPSPEC_EHLO_FAULT_PARAMETER;
    return faults;
}

static void check_same(const struct smtpspec_ehlo *a,
                       const struct smtpspec_ehlo *b)
{
    MUST(a->offered == b->offered && a->listed == b->listed);
    MUST(a->mechanisms == b->mechanisms);
    MUST(a->size == b->size);
    MUST(a->rcptmax == b->rcptmax && a->mailmax == b->mailmax &&
         a->rcptdomainmax == b->rcptdomainmax);
    MUST(a->lines == b->lines && a->unknown == b->unknown);
}

/* --- The lines alone ------------------------------------------------------ */

/* Returns the faults of all lines together. */
static unsigned read_lines(const struct lines *lines,
                           struct smtpspec_ehlo *ehlo)
{
    struct smtpspec_ehlo second = { 0 };
    unsigned all = 0;

    smtpspec_ehlo_init(ehlo);
    for (size_t i = 0; i < lines->count; i++) {
        unsigned faults = smtpspec_ehlo_line(ehlo, lines->text[i]);

        MUST(faults == second_reading(&second, lines->text[i]));
        check_same(ehlo, &second);
        all |= faults;
    }
    MUST((ehlo->listed & ~ehlo->offered) == 0);
    MUST((ehlo->offered & 1) == 0);
    return all;
}

static void check_order(const struct lines *lines, uint64_t random,
                        const struct smtpspec_ehlo *ehlo, unsigned faults)
{
    struct lines mixed = *lines;
    struct smtpspec_ehlo other;

    for (size_t i = lines->count - 1; i > 1; i--) {
        size_t with = 1 + (size_t)(harness_random(&random) % i);
        struct smtpspec_span text = mixed.text[i];

        mixed.text[i] = mixed.text[with];
        mixed.text[with] = text;
    }
    MUST(read_lines(&mixed, &other) == faults);
    MUST(ehlo->offered == other.offered && ehlo->listed == other.listed &&
         ehlo->mechanisms == other.mechanisms &&
         ehlo->unknown == other.unknown);
    if ((faults & SMTPSPEC_EHLO_FAULT_TWICE) == 0)
        check_same(ehlo, &other);
}

/* --- The same lines through the judge ------------------------------------- */

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    unsigned *said = context;

    if (verdict->manner == SMTPSPEC_MANNER_EHLO_DOMAIN)
        *said |= SMTPSPEC_EHLO_FAULT_DOMAIN;
    if (verdict->manner == SMTPSPEC_MANNER_EHLO_KEYWORD)
        *said |= SMTPSPEC_EHLO_FAULT_KEYWORD;
    if (verdict->manner == SMTPSPEC_MANNER_EHLO_TWICE)
        *said |= SMTPSPEC_EHLO_FAULT_TWICE;
    MUST(verdict->manner == SMTPSPEC_MANNER_UNSET ||
         verdict->layer == SMTPSPEC_LAYER_GRAMMAR);
}

static size_t write_reply(const struct lines *lines, char *out)
{
    size_t length = 0;

    for (size_t i = 0; i < lines->count; i++) {
        memcpy(out + length, i + 1 < lines->count ? "250-" : "250 ", 4);
        length += 4;
        memcpy(out + length, lines->text[i].at, lines->text[i].length);
        length += lines->text[i].length;
        memcpy(out + length, "\r\n", 2);
        length += 2;
    }
    return length;
}

static void check_judge(const struct lines *lines, size_t most,
                        uint64_t random, const struct smtpspec_ehlo *ehlo,
                        unsigned faults)
{
    static char wire[LINES_KEPT * (LINE_KEPT + 6)];
    static struct smtpspec_judge judge;
    struct smtpspec_span rest = { wire, write_reply(lines, wire) };
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    unsigned said = 0;
    struct smtpspec_judge_sink sink = { .verdict = on_verdict,
                                        .context = &said };

    smtpspec_judge_init(&judge, &terms, &sink);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220 a.example ready\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("EHLO b.example\r\n"));
    while (rest.length > 0) {
        MUST(smtpspec_judge_due(&judge) == 1);
        smtpspec_judge_server(&judge, harness_piece(&rest, most, &random));
    }
    MUST(smtpspec_judge_due(&judge) == 0);
    MUST(smtpspec_judge_state(&judge) == SMTPSPEC_STATE_READY);
    check_same(smtpspec_judge_ehlo(&judge), ehlo);
    if (faults & SMTPSPEC_EHLO_FAULT_PARAMETER)
        faults |= SMTPSPEC_EHLO_FAULT_KEYWORD;
    MUST(said == (faults & ~(unsigned)SMTPSPEC_EHLO_FAULT_PARAMETER));
}

/* --- Names ---------------------------------------------------------------- */

static void check_names(struct smtpspec_span word)
{
    enum smtpspec_extension extension = smtpspec_extension_of(word);
    enum smtpspec_mechanism mechanism = smtpspec_mechanism_of(word);

    MUST(extension == find_extension(word));
    MUST(smtpspec_extension_of_parameter(word) < SMTPSPEC_EXTENSION_COUNT);
    MUST(mechanism == SMTPSPEC_MECHANISM_OTHER ||
         smtpspec_span_equal_nocase(word, smtpspec_span_of(
             smtpspec_mechanism_name(mechanism))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span rest = { (const char *)data, size };
    struct lines lines = { .count = 0 }, cut;
    uint64_t random = harness_seed(rest);
    struct smtpspec_ehlo ehlo;
    unsigned faults;

    while (lines.count < LINES_KEPT &&
           harness_line(&rest, &lines.text[lines.count]))
        lines.count++;
    if (lines.count == 0)
        return 0;
    for (size_t i = 0; i < lines.count; i++) {
        struct smtpspec_span *text = &lines.text[i];

        *text = smtpspec_span_head(*text, LINE_KEPT);
        check_names(smtpspec_span_head(*text, smtpspec_span_find(*text, ' ')));
    }
    faults = read_lines(&lines, &ehlo);
    check_order(&lines, random, &ehlo, faults);
    cut = lines;
    for (size_t i = 0; i < cut.count; i++)
        cut.text[i] = smtpspec_span_head(cut.text[i], LOOKED_AT);
    faults = read_lines(&cut, &ehlo);
    check_judge(&lines, SIZE_MAX - 1, random, &ehlo, faults);
    check_judge(&lines, 1, random, &ehlo, faults);
    check_judge(&lines, 50, random, &ehlo, faults);
    return 0;
}
