/* SPDX-License-Identifier: MIT */
/*
 * word_kinds.c - kinds of words: rows of the tables, and what the case files
 * hold in the same words again and again
 */
#include <stdio.h>
#include <string.h>

#include <smtpspec/judge.h>

#include "case/case.h"
#include "case/embedded.h"
#include "rules/phrases.h"
#include "word_kinds.h"

#define CODE_LAST 999
/* What the case files hold this often is a part of their language, and no
 * accident of one case. */
#define OFTEN 3
#define PHRASES_MOST 4096

static void tell(const struct word_sink *sink, const char *word)
{
    sink->word(sink->context, smtpspec_span_of(word));
}

/* --- replies ------------------------------------------------------------- */

static bool has_code(unsigned code, bool local)
{
    size_t count;
    const struct smtpspec_code_entry *entry = smtpspec_code_entries(&count);
    const struct smtpspec_reply_rule *rule;

    for (size_t i = 0; i < count; i++)
        if (entry[i].code == code &&
            (entry[i].kind == SMTPSPEC_CODE_LOCAL) == local)
            return true;
    rule = smtpspec_reply_rules(&count);
    for (size_t i = 0; i < count && !local; i++)
        if (rule[i].code == code && !rule[i].whole_class)
            return true;
    return false;
}

static void tell_codes(const struct word_sink *sink, bool local)
{
    char word[8];

    for (unsigned code = 0; code <= CODE_LAST; code++) {
        if (!has_code(code, local))
            continue;
        snprintf(word, sizeof(word), "%03u", code);
        tell(sink, word);
    }
}

static void codes(const struct word_sink *sink)
{
    tell_codes(sink, false);
}

static void local_codes(const struct word_sink *sink)
{
    tell_codes(sink, true);
}

/* "553 5.1.3" and the like: each code that is registered with a status. */
static void codes_with_statuses(const struct word_sink *sink)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entry =
        smtpspec_enhanced_entries(&count);

    for (size_t i = 0; i < count; i++) {
        struct smtpspec_span basic = smtpspec_span_of(entry[i].basic), code;
        char word[24];

        while ((code = smtpspec_case_word(&basic)).length > 0) {
            if (code.at[0] < '2' || code.at[0] > '5')
                continue; /* "any" */
            snprintf(word, sizeof(word), "%.3s %c.%u.%u", code.at, code.at[0],
                     (unsigned)entry[i].subject, (unsigned)entry[i].detail);
            tell(sink, word);
        }
    }
}

/* Under the classes of the codes that they go with, or else under 5. */
static void statuses(const struct word_sink *sink)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entry =
        smtpspec_enhanced_entries(&count);

    for (size_t i = 0; i < count; i++)
        for (const char *class_ = "245"; *class_ != '\0'; class_++) {
            const char *basic = entry[i].basic;
            bool meant = *class_ == '5' && *basic == '\0';
            char word[16];

            for (; *basic != '\0' && !meant; basic += strcspn(basic, " "),
                                             basic += strspn(basic, " "))
                meant = *basic == *class_;
            snprintf(word, sizeof(word), "%c.%u.%u", *class_,
                     (unsigned)entry[i].subject, (unsigned)entry[i].detail);
            if (meant)
                tell(sink, word);
        }
}

/* --- commands ------------------------------------------------------------ */

static void verbs(const struct word_sink *sink)
{
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++)
        if (smtpspec_command_is_verb((enum smtpspec_command)i))
            tell(sink, smtpspec_command_name((enum smtpspec_command)i));
}

#define SMTPSPEC_STIMULUS_PIPELINED SMTPSPEC_STIMULUS_COUNT
static const struct {
    unsigned stimulus;
    struct smtpspec_span line;
} sent[] = {
#define SENT(command, stimulus, unless, line)                               \
    { SMTPSPEC_STIMULUS_##stimulus, { (line), sizeof(line) - 1 } },
#define LEFT_OUT(stimulus, commands, reason)
#include "case/sweep.def"
#undef SENT
#undef LEFT_OUT
};

static const struct smtpspec_case_vars vars = {
    .domain = { "a.example", 9 },    .from = { "a@a.example", 11 },
    .rcpt = { "b@b.example", 11 },   .nobody = { "c@b.example", 11 },
    .user = { "u", 1 },              .password = { "p", 1 },
};

static void tell_sent(const struct word_sink *sink, bool valid)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(sent); i++) {
        char room[1024];
        size_t length;

        if ((sent[i].stimulus == SMTPSPEC_STIMULUS_VALID) != valid)
            continue;
        length = smtpspec_case_expand(sent[i].line, &vars, room,
                                      sizeof(room));
        if (length <= sizeof(room))
            sink->word(sink->context, (struct smtpspec_span){ room, length });
    }
}

static void commands(const struct word_sink *sink)
{
    tell_sent(sink, true);
}

static void faulty_commands(const struct word_sink *sink)
{
    tell_sent(sink, false);
}

static void tell_each(const struct word_sink *sink, const char *words)
{
    struct smtpspec_span rest = smtpspec_span_of(words), word;

    while ((word = smtpspec_case_word(&rest)).length > 0)
        sink->word(sink->context, word);
}

static void parameters(const struct word_sink *sink)
{
#define EXTENSION(name, keyword, rfc, verbs, parameters)                    \
    tell_each(sink, parameters);
#include "wire/extensions.def"
#undef EXTENSION
}

/* --- numbers and names --------------------------------------------------- */

/* One below each limit on a size or a number, the limit, and one above. */
static void tell_borders(const struct word_sink *sink, const char *value,
                         const char *unit)
{
    unsigned long limit = 0;
    char word[24];

    for (; *value >= '0' && *value <= '9'; value++)
        limit = limit * 10 + (unsigned long)(*value - '0');
    if (*value != '\0' || limit < 3 || strcmp(unit, "s") == 0 ||
        strcmp(unit, "code") == 0 || strcmp(unit, "port") == 0)
        return;
    for (unsigned long n = limit - 1; n <= limit + 1; n++) {
        snprintf(word, sizeof(word), "%lu", n);
        tell(sink, word);
    }
}

static void borders(const struct word_sink *sink)
{
#define LIMIT(name, value, unit, section) tell_borders(sink, value, unit);
#include "rules/limits.def"
#undef LIMIT
}

#define NAMES(kind, first, count, name_of, type)                            \
    static void kind(const struct word_sink *sink)                          \
    {                                                                       \
        for (unsigned i = (first); i < (count); i++)                        \
            tell(sink, name_of((type)i));                                   \
    }
NAMES(keywords, 1, SMTPSPEC_EXTENSION_COUNT, smtpspec_extension_name,
      enum smtpspec_extension)
NAMES(mechanisms, 0, SMTPSPEC_MECHANISM_OTHER, smtpspec_mechanism_name,
      enum smtpspec_mechanism)
NAMES(states, 1, SMTPSPEC_STATE_COUNT, smtpspec_state_name,
      enum smtpspec_state)
NAMES(profiles, 1, SMTPSPEC_PROFILE_COUNT, smtpspec_profile_name,
      enum smtpspec_profile)
NAMES(stimuli, 0, SMTPSPEC_STIMULUS_COUNT, smtpspec_stimulus_name,
      enum smtpspec_stimulus)
NAMES(outcomes, 0, SMTPSPEC_OUTCOME_COUNT, smtpspec_outcome_name,
      enum smtpspec_outcome)
NAMES(layers, 0, SMTPSPEC_LAYER_COUNT, smtpspec_layer_name,
      enum smtpspec_layer)
NAMES(levels, 1, SMTPSPEC_LEVEL_COUNT, smtpspec_level_name,
      enum smtpspec_level)
NAMES(defects, 0, SMTPSPEC_DEFECT_COUNT, smtpspec_defect_name,
      enum smtpspec_defect)
NAMES(command_names, 1, SMTPSPEC_COMMAND_COUNT, smtpspec_command_name,
      enum smtpspec_command)

static void manners(const struct word_sink *sink)
{
#define MANNER(name, id, layer, level, where, requirement) tell(sink, id);
#include "judge/manners.def"
#undef MANNER
}

/* One word for each wording, a blank for what may be anything. */
static void phrases(const struct word_sink *sink)
{
    size_t count;
    const struct smtpspec_phrase *rows = smtpspec_phrases(&count);

    for (size_t i = 0; i < count; i++)
        for (const char *at = rows[i].words; *at != '\0';) {
            char word[100];
            int length = (int)strcspn(at, "|");

            snprintf(word, sizeof(word), "%.*s", length, at);
            for (char *star = word; (star = strchr(star, '*')) != NULL;)
                *star = ' ';
            tell(sink, word);
            at += length + (at[length] == '|');
        }
}

static void quirks(const struct word_sink *sink)
{
#define QUIRK(name, id, text) tell(sink, id);
#include "server/quirks.def"
#undef QUIRK
}

/* --- what the case files hold -------------------------------------------- */

struct line_walk {
    size_t file;
    struct smtpspec_span rest;
};

/* The next line of all case files, blanks at its head taken off. */
static bool next_line(struct line_walk *walk, struct smtpspec_span *line)
{
    while (walk->rest.length == 0) {
        const struct smtpspec_embedded_case_file *file =
            &smtpspec_embedded_cases[walk->file++];

        if (file->text == NULL)
            return false;
        walk->rest = (struct smtpspec_span){ file->text, file->length };
    }
    *line = smtpspec_span_head(walk->rest,
                               smtpspec_span_find(walk->rest, '\n'));
    walk->rest = smtpspec_span_skip(walk->rest, line->length + 1);
    return true;
}

/* A word, or a whole line of two. */
struct phrase {
    char text[64];
    unsigned seen;
};

static bool phrase_of(struct smtpspec_span line, unsigned words,
                      struct phrase *out)
{
    struct smtpspec_span one = smtpspec_case_word(&line);
    struct smtpspec_span two = smtpspec_case_word(&line);

    if (one.length == 0 || one.at[0] == '#' ||
        (words == 2 && (two.length == 0 || line.length > 0)))
        return false;
    return (size_t)snprintf(out->text, sizeof(out->text), "%.*s%s%.*s",
                            (int)one.length, one.at, words == 2 ? " " : "",
                            words == 2 ? (int)two.length : 0,
                            two.at) < sizeof(out->text);
}

static void tell_phrases(const struct word_sink *sink, unsigned words)
{
    static struct phrase phrases[PHRASES_MOST];
    struct line_walk walk = { 0 };
    struct smtpspec_span line;
    struct phrase phrase;
    size_t count = 0, i;

    while (next_line(&walk, &line)) {
        if (!phrase_of(line, words, &phrase))
            continue;
        for (i = 0; i < count; i++)
            if (strcmp(phrases[i].text, phrase.text) == 0)
                break;
        if (i == PHRASES_MOST)
            continue;
        if (i == count) {
            phrases[count] = phrase;
            phrases[count++].seen = 0;
        }
        phrases[i].seen++;
    }
    for (i = 0; i < count; i++)
        if (phrases[i].seen >= OFTEN)
            tell(sink, phrases[i].text);
}

static void case_words(const struct word_sink *sink)
{
    tell_phrases(sink, 1);
}

static void case_pairs(const struct word_sink *sink)
{
    tell_phrases(sink, 2);
}

/* {domain} and the other names that C: lines use. */
static void case_names(const struct word_sink *sink)
{
    struct line_walk walk = { 0 };
    struct smtpspec_span line;

    while (next_line(&walk, &line))
        while (line.length > 0) {
            size_t end;

            line = smtpspec_span_skip(line, smtpspec_span_find(line, '{'));
            end = smtpspec_span_find(line, '}');
            if (end < line.length)
                sink->word(sink->context, smtpspec_span_head(line, end + 1));
            line = smtpspec_span_skip(line, end);
        }
}

/* KEYWORD=VALUE, as the cases give it to MAIL and RCPT. */
static void parameters_with_values(const struct word_sink *sink)
{
    struct line_walk walk = { 0 };
    struct smtpspec_span line, keyword, value;
    struct smtpspec_command_line read;
    char room[1024];

    while (next_line(&walk, &line)) {
        size_t length = smtpspec_case_expand(smtpspec_span_skip(line, 3),
                                             &vars, room, sizeof(room));

        if (!smtpspec_span_starts_nocase(line, SMTPSPEC_SPAN("C: ")) ||
            length > sizeof(room))
            continue;
        smtpspec_command_parse((struct smtpspec_span){ room, length }, &read);
        while (read.path.length > 0 &&
               smtpspec_parameter_next(&read.parameters, &keyword, &value)) {
            if (value.length > 0)
                keyword.length = (size_t)(value.at - keyword.at) +
                                 value.length;
            sink->word(sink->context, keyword);
        }
    }
}

/* What servers say of their extensions in the proofs: "SIZE 1000". */
static void offers(const struct word_sink *sink)
{
    struct line_walk walk = { 0 };
    struct smtpspec_span line, text, rest;

    while (next_line(&walk, &line)) {
        text = rest = smtpspec_span_skip(line, strlen("S: 250-"));
        if (smtpspec_span_starts_nocase(line, SMTPSPEC_SPAN("S: 250")) &&
            smtpspec_extension_of(smtpspec_case_word(&rest)) !=
                SMTPSPEC_EXTENSION_NONE)
            sink->word(sink->context, text);
    }
}

/* --- JSON ---------------------------------------------------------------- */

void word_members(const struct word_sink *sink, struct smtpspec_span json)
{
    while (json.length > 0) {
        struct smtpspec_span name;
        size_t end;

        json = smtpspec_span_skip(json, smtpspec_span_find(json, '"') + 1);
        end = smtpspec_span_find(json, '"');
        name = smtpspec_span_head(json, end);
        json = smtpspec_span_skip(json, end + 1);
        if (json.length > 0 && json.at[0] == ':')
            sink->word(sink->context, name);
    }
}

/* --- octets -------------------------------------------------------------- */

/* No table holds these: how a line may end, and how it may not (RFC 5321,
 * 2.3.8), with the end of data (4.1.1.4) and what was taken for it. */
static void line_ends(const struct word_sink *sink)
{
    static const char *const ends[] = {
        "\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", "\n\n" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ends); i++)
        tell(sink, ends[i]);
}

static void dots(const struct word_sink *sink)
{
    static const char *const ends[] = {
        "\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r",
        "\r.\r\n", "\r\n..", "\r\n..\r\n", ".\r\n" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ends); i++)
        tell(sink, ends[i]);
}

/* Octets that a line may not hold (RFC 5321, 2.4, 4.1.1, 4.2), and UTF-8 good
 * and bad (RFC 6531, 3.3). */
static void odd_octets(const struct word_sink *sink)
{
    static const char *const octets[] = {
        "\x01", "\t", "\x1b[2J", "\x7f", "\x80", "\xff", "\xc3\xa9",
        "\xc0\xaf", "\xed\xa0\x80", "\xf0\x9f\x93\xa7" };

    sink->word(sink->context, (struct smtpspec_span){ "", 1 });
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(octets); i++)
        tell(sink, octets[i]);
}

const struct word_kind word_kinds[] = {
    { "codes", codes },
    { "local-codes", local_codes },
    { "statuses", statuses },
    { "codes-with-statuses", codes_with_statuses },
    { "verbs", verbs },
    { "commands", commands },
    { "faulty-commands", faulty_commands },
    { "parameters", parameters },
    { "parameters-with-values", parameters_with_values },
    { "keywords", keywords },
    { "offers", offers },
    { "mechanisms", mechanisms },
    { "borders", borders },
    { "states", states },
    { "profiles", profiles },
    { "stimuli", stimuli },
    { "outcomes", outcomes },
    { "layers", layers },
    { "levels", levels },
    { "defects", defects },
    { "manners", manners },
    { "command-names", command_names },
    { "phrases", phrases },
    { "quirks", quirks },
    { "case-words", case_words },
    { "case-pairs", case_pairs },
    { "case-names", case_names },
    { "line-ends", line_ends },
    { "dots", dots },
    { "odd-octets", odd_octets },
    { NULL, NULL },
};
