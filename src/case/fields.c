/* SPDX-License-Identifier: MIT */
/*
 * fields.c - the head of a case: its id, level, section and the like; and how
 * a fault of a case file is said
 *
 * Floor 3, case.
 */
#include <string.h>

#include "case/reading.h"

/* --- Saying what is wrong ------------------------------------------------ */

bool smtpspec_case_fail_at(struct reading *r, unsigned line, const char *what,
                           struct smtpspec_span name)
{
    char *text = r->error->text;
    size_t cap = sizeof r->error->text, length = strlen(what);

    r->error->line = line;
    if (length >= cap)
        length = cap - 1;
    memcpy(text, what, length);
    text[length] = '\0';
    if (name.at != NULL && length + 4 < cap) {
        size_t room = cap - length - 3;

        text[length++] = ' ';
        text[length++] = '\'';
        if (smtpspec_span_escape(name, text + length, room) >= room)
            smtpspec_span_escape(SMTPSPEC_SPAN("..."), text + length, room);
        length += strlen(text + length);
        text[length++] = '\'';
        text[length] = '\0';
    }
    return false;
}

/* --- Words --------------------------------------------------------------- */

static struct smtpspec_span skip_blanks(struct smtpspec_span text)
{
    while (text.length > 0 && is_blank(text.at[0]))
        text = smtpspec_span_skip(text, 1);
    return text;
}

struct smtpspec_span smtpspec_case_word(struct smtpspec_span *text)
{
    struct smtpspec_span word = skip_blanks(*text);
    size_t length = 0;

    while (length < word.length && !is_blank(word.at[length]))
        length++;
    *text = skip_blanks(smtpspec_span_skip(word, length));
    return smtpspec_span_head(word, length);
}

/* --- Head ---------------------------------------------------------------- */

static bool is_small_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* "topic.situation": small letters and digits, joined by dots and hyphens. */
static bool is_id(struct smtpspec_span id)
{
    bool dot = false, joint = true;

    for (size_t i = 0; i < id.length; i++) {
        if (is_small_or_digit(id.at[i])) {
            joint = false;
        } else if ((id.at[i] == '.' || id.at[i] == '-') && !joint) {
            joint = true;
            dot = dot || id.at[i] == '.';
        } else {
            return false;
        }
    }
    return dot && !joint && id.length <= SMTPSPEC_CASE_ID_KEPT;
}

static bool read_id(struct reading *r, struct smtpspec_span value)
{
    if (!is_id(value))
        return fail_name(r, "not an id as topic.situation", value);
    r->out->id = value;
    return true;
}

static bool read_reference(struct reading *r, struct smtpspec_span value)
{
    size_t colon = smtpspec_span_find(value, ':');
    bool digits = colon > 0 && colon + 1 < value.length;

    for (size_t i = 0; i < colon && digits; i++)
        digits = value.at[i] >= '0' && value.at[i] <= '9';
    if (!digits || value.length > SMTPSPEC_CASE_REFERENCE_KEPT)
        return fail_name(r, "not a section as 5321:3.3", value);
    r->out->reference = value;
    return true;
}

static bool read_level(struct reading *r, struct smtpspec_span value)
{
    r->out->level = (uint8_t)smtpspec_level_of(value);
    if (r->out->level == SMTPSPEC_LEVEL_UNSET)
        return fail_name(r, "level is MUST, SHOULD, POLICY or INFO, not",
                         value);
    return true;
}

static bool read_title(struct reading *r, struct smtpspec_span value)
{
    if (value.length > SMTPSPEC_CASE_TITLE_KEPT)
        return fail(r, "title of more than 120 octets");
    r->out->title = value;
    return true;
}

const char *smtpspec_given_name(enum smtpspec_given given)
{
    static const char *const names[SMTPSPEC_GIVEN_COUNT] = {
        [SMTPSPEC_GIVEN_CONNECT] = "connect", [SMTPSPEC_GIVEN_IDLE] = "idle",
        [SMTPSPEC_GIVEN_HELO] = "helo",       [SMTPSPEC_GIVEN_EHLO] = "ehlo",
        [SMTPSPEC_GIVEN_MAIL] = "mail",       [SMTPSPEC_GIVEN_RCPT] = "rcpt",
        [SMTPSPEC_GIVEN_CONTENT] = "content",
        [SMTPSPEC_GIVEN_HANDSHAKE] = "handshake",
        [SMTPSPEC_GIVEN_TLS] = "tls",         [SMTPSPEC_GIVEN_AUTH] = "auth",
    };

    return (unsigned)given < SMTPSPEC_GIVEN_COUNT ? names[given] : "?";
}

bool smtpspec_given_is_greeted(enum smtpspec_given given)
{
    return given == SMTPSPEC_GIVEN_HELO || smtpspec_given_is_offered(given);
}

bool smtpspec_given_is_offered(enum smtpspec_given given)
{
    switch (given) {
    case SMTPSPEC_GIVEN_CONNECT:
    case SMTPSPEC_GIVEN_IDLE:
    case SMTPSPEC_GIVEN_HELO:
    case SMTPSPEC_GIVEN_HANDSHAKE: return false;
    default: return true;
    }
}

static bool read_given(struct reading *r, struct smtpspec_span value)
{
    for (unsigned i = 0; i < SMTPSPEC_GIVEN_COUNT; i++) {
        if (word_is(value, smtpspec_given_name((enum smtpspec_given)i))) {
            r->out->given = (uint8_t)i;
            return true;
        }
    }
    return fail_name(r, "given is connect, idle, helo, ehlo, mail, rcpt, "
                     "content, handshake, tls or auth, not", value);
}

/* "AUTH=PLAIN": AUTH, and a mechanism of it that we speak. */
static bool read_mechanism(struct smtpspec_span word, uint8_t *mechanisms)
{
    enum smtpspec_mechanism mechanism;

    if (!smtpspec_span_starts_nocase(word, SMTPSPEC_SPAN("AUTH=")))
        return false;
    mechanism = smtpspec_mechanism_of(smtpspec_span_skip(word, 5));
    *mechanisms |= (uint8_t)(1u << mechanism);
    return mechanism != SMTPSPEC_MECHANISM_OTHER;
}

bool smtpspec_case_read_keywords(struct reading *r, struct smtpspec_span value,
                                 uint64_t *set, uint8_t *mechanisms)
{
    while (value.length > 0) {
        struct smtpspec_span word = smtpspec_case_word(&value);
        enum smtpspec_extension extension = smtpspec_extension_of(word);

        if (extension == SMTPSPEC_EXTENSION_NONE && mechanisms != NULL &&
            read_mechanism(word, mechanisms))
            extension = SMTPSPEC_EXTENSION_AUTH;
        if (extension == SMTPSPEC_EXTENSION_NONE)
            return fail_name(r, "unknown extension", word);
        *set |= SMTPSPEC_BIT64(extension);
    }
    return true;
}

static bool read_needs(struct reading *r, struct smtpspec_span value)
{
    return smtpspec_case_read_keywords(r, value, &r->out->needs,
                                       &r->out->mechanisms);
}

static bool read_unless(struct reading *r, struct smtpspec_span value)
{
    return smtpspec_case_read_keywords(r, value, &r->out->unless, NULL);
}

/* A word, and what it puts into a set. */
struct member {
    const char *word;
    unsigned bits;
};

/* Read words that are all among the members into a set. */
static bool read_set(struct reading *r, struct smtpspec_span value,
                     const struct member *members, size_t count,
                     const char *trouble, unsigned *set)
{
    while (value.length > 0) {
        struct smtpspec_span word = smtpspec_case_word(&value);
        size_t i = 0;

        while (i < count && !word_is(word, members[i].word))
            i++;
        if (i == count)
            return fail_name(r, trouble, word);
        *set |= members[i].bits;
    }
    return true;
}

static bool read_service(struct reading *r, struct smtpspec_span value)
{
    static const struct member members[] = {
        { "smtp", 1u << SMTPSPEC_SERVICE_SMTP },
        { "lmtp", 1u << SMTPSPEC_SERVICE_LMTP },
        { "submission", 1u << SMTPSPEC_SERVICE_SUBMISSION },
    };
    unsigned services = 0;
    bool good = read_set(r, value, members, SMTPSPEC_ARRAY_LEN(members),
                         "service is smtp, lmtp or submission, not",
                         &services);

    r->out->services |= (uint8_t)services;
    return good;
}

/* Patterns of rule ids; they are held against ids when the case is played. */
static bool read_about(struct reading *r, struct smtpspec_span value)
{
    r->out->about = value;
    return true;
}

static bool read_flags(struct reading *r, struct smtpspec_span value)
{
    static const struct member members[] = {
        { "intrusive", SMTPSPEC_CASE_INTRUSIVE },
        { "to", SMTPSPEC_CASE_NEEDS_TO },
        { "alone", SMTPSPEC_CASE_ALONE },
        { "user", SMTPSPEC_CASE_USER },
        { "anonymous", SMTPSPEC_CASE_ANONYMOUS },
        { "malformed", SMTPSPEC_CASE_MALFORMED },
    };

    return read_set(r, value, members, SMTPSPEC_ARRAY_LEN(members),
                    "flags are intrusive, to, alone, user, anonymous and "
                    "malformed, not", &r->out->flags);
}

/* The lines of a head; those that every case has come first. */
static const struct {
    const char *word, *missing;
    bool (*read)(struct reading *r, struct smtpspec_span value);
} fields[] = {
    { "case",   "case without an id",            read_id },
    { "rfc",    "case without an rfc line",      read_reference },
    { "level",  "case without a level line",     read_level },
    { "title",  "case without a title line",     read_title },
    { "given",  "case without a given line",     read_given },
    { "needs",  NULL,                            read_needs },
    { "unless", NULL,                            read_unless },
    { "service", NULL,                           read_service },
    { "about",  NULL,                            read_about },
    { "flags",  NULL,                            read_flags },
};

/* Who logs in must have somebody to log in as, and something to do it by. */
static void add_what_auth_takes(struct smtpspec_case *out)
{
    if (out->given != SMTPSPEC_GIVEN_AUTH)
        return;
    out->flags |= SMTPSPEC_CASE_USER;
    out->needs |= SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH);
}

bool smtpspec_case_end_head(struct reading *r)
{
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(fields); i++) {
        if (fields[i].missing != NULL && !(r->seen & SMTPSPEC_BIT(i)))
            return smtpspec_case_fail_at(r, r->out->line, fields[i].missing,
                                         (struct smtpspec_span){ 0 });
    }
    /* What is offered is known only from a reply to EHLO. */
    if ((r->out->needs | r->out->unless) != 0 &&
        !smtpspec_given_is_offered((enum smtpspec_given)r->out->given))
        return smtpspec_case_fail_at(
            r, r->out->line, "needs and unless want a session begun by EHLO",
            (struct smtpspec_span){ 0 });
    if (r->out->given == SMTPSPEC_GIVEN_CONTENT &&
        (r->out->flags & SMTPSPEC_CASE_NEEDS_TO) == 0)
        return smtpspec_case_fail_at(
            r, r->out->line, "given content sends a message: flags to",
            (struct smtpspec_span){ 0 });
    if (r->out->given == SMTPSPEC_GIVEN_AUTH &&
        (r->out->flags & SMTPSPEC_CASE_ANONYMOUS) != 0)
        return smtpspec_case_fail_at(r, r->out->line,
                                     "given auth is not anonymous",
                                     (struct smtpspec_span){ 0 });
    add_what_auth_takes(r->out);
    r->part = PART_STEPS;
    return true;
}

bool smtpspec_case_is_field(struct smtpspec_span word)
{
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(fields); i++) {
        if (word_is(word, fields[i].word))
            return true;
    }
    return false;
}

bool smtpspec_case_read_field(struct reading *r, struct smtpspec_span word,
                              struct smtpspec_span value)
{
    unsigned i = 0;

    while (!word_is(word, fields[i].word))
        i++;
    if (r->part != PART_HEAD)
        return fail_name(r, "too late in the case for the word", word);
    if (r->seen & SMTPSPEC_BIT(i))
        return fail_name(r, "second line of the same case with", word);
    if (value.length == 0)
        return fail_name(r, "nothing follows the word", word);
    r->seen |= SMTPSPEC_BIT(i);
    return fields[i].read(r, value);
}
