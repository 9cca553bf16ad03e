/* SPDX-License-Identifier: MIT */
/*
 * case.c - read case files (format: tests/conformance/README.md)
 *
 * A file is read line by line. What is wrong is said once, with the line, and
 * ends the reading of the file.
 */
#include <string.h>

#include "case/reading.h"

void smtpspec_case_reader_init(struct smtpspec_case_reader *reader,
                               struct smtpspec_span file,
                               struct smtpspec_span text)
{
    *reader = (struct smtpspec_case_reader){ .rest = text, .file = file };
}

/* Between 1 and 999. */
static bool read_number(struct smtpspec_span word, unsigned *number)
{
    *number = 0;
    if (word.length == 0 || word.length > 3)
        return false;
    for (size_t i = 0; i < word.length; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
        *number = *number * 10 + (unsigned)(word.at[i] - '0');
    }
    return *number > 0;
}

/* --- Steps --------------------------------------------------------------- */

/* Room for one step more, of the case or of its last proof. */
static struct smtpspec_step *new_step(struct reading *r)
{
    struct smtpspec_case *out = r->out;
    struct smtpspec_step *step;

    if (r->part == PART_STEPS) {
        if (out->step_count > 0 && out->steps[out->step_count - 1].kind ==
                                       SMTPSPEC_STEP_HANG_UP) {
            fail(r, "hangup ends a case: no step may follow");
            return NULL;
        }
        if (out->step_count == SMTPSPEC_CASE_STEPS_KEPT) {
            fail(r, "more than 240 steps");
            return NULL;
        }
        step = &out->steps[out->step_count++];
    } else {
        if (out->proof_step_count == SMTPSPEC_CASE_PROOF_STEPS_KEPT) {
            fail(r, "more than 320 lines in the proofs of one case");
            return NULL;
        }
        step = &out->proof_steps[out->proof_step_count++];
        out->proofs[out->proof_count - 1].count++;
    }
    *step = (struct smtpspec_step){ .line = (uint16_t)r->reader->line };
    return step;
}

static bool check_text(struct reading *r, struct smtpspec_span text)
{
    size_t fault = smtpspec_case_expand_fault(text);

    if (text.length > 0 && is_blank(text.at[text.length - 1]))
        return fail(r, "blank at the end of the line: write \\x20");
    if (fault < text.length)
        return fail_name(r, "unknown name or escape at",
                         smtpspec_span_skip(text, fault));
    return true;
}

/* The longest that vars.c takes. */
static size_t longest_digest(void *context, struct smtpspec_span challenge,
                             struct smtpspec_span user,
                             struct smtpspec_span password, char *out,
                             size_t cap)
{
    (void)context;
    (void)challenge;
    (void)user;
    (void)password;
    memset(out, 'f', cap);
    return cap;
}

/* Octets that a C: line takes, its variables as long as they may be. */
static size_t longest_of(struct smtpspec_span text)
{
    static const char longest[SMTPSPEC_CASE_VALUE_KEPT];
    const struct smtpspec_span value = { longest, sizeof longest };
    const struct smtpspec_case_vars vars = {
        .domain = value, .from = value, .rcpt = value, .nobody = value,
        .user = value, .password = value, .size = UINT64_MAX,
        .id = { longest, SMTPSPEC_CASE_ID_KEPT }, .cram = longest_digest };

    return smtpspec_case_expand(text, &vars, NULL, 0) + 2;
}

static bool read_client(struct reading *r, struct smtpspec_span text, bool raw)
{
    struct smtpspec_step *step;

    if (r->part == PART_PROOF)
        return fail(r, "a proof holds what the server sends: S: or S>");
    if (!check_text(r, text))
        return false;
    if ((smtpspec_case_names(text) & SMTPSPEC_CASE_NAME_USER) != 0 &&
        (r->out->flags & SMTPSPEC_CASE_USER) == 0)
        return fail(r, "{auth-...} and {cram} need a user: flags user");
    step = new_step(r);
    if (step == NULL)
        return false;
    step->kind = raw ? SMTPSPEC_STEP_RAW : SMTPSPEC_STEP_CLIENT;
    step->text = text;
    r->group_octets += longest_of(text);
    if (r->group_octets > SMTPSPEC_CASE_TEXT_KEPT)
        return fail(r, "more than 131072 octets to be sent at once");
    return true;
}

static bool read_codes(struct reading *r, struct smtpspec_span text,
                       struct smtpspec_codes *codes)
{
    if (!smtpspec_codes_parse(text, codes))
        return fail_name(r, "not a list of up to 8 codes as 250 5yz", text);
    return true;
}

/* What the server sends, in a proof. */
static bool read_line_of_server(struct reading *r, struct smtpspec_span text,
                                bool raw)
{
    struct smtpspec_step *step;

    if (!check_text(r, text))
        return false;
    step = new_step(r);
    if (step == NULL)
        return false;
    step->kind = raw ? SMTPSPEC_STEP_SERVER_RAW : SMTPSPEC_STEP_SERVER;
    step->text = text;
    return true;
}

static bool read_reply(struct reading *r, struct smtpspec_span text,
                       bool leads)
{
    struct smtpspec_step *step;

    if (r->out->step_count == 0 && r->out->given != SMTPSPEC_GIVEN_CONNECT)
        return fail(r, "a reply to nothing: only given connect begins with S:");
    if (r->ended_tls)
        return fail(r, "after tls end nobody can read what comes: no S:");
    step = new_step(r);
    if (step == NULL)
        return false;
    step->kind = SMTPSPEC_STEP_REPLY;
    step->leads = leads;
    r->group_octets = 0;
    if (word_is(text, "*")) {
        step->any = true;
        return true;
    }
    if (smtpspec_span_equal(smtpspec_span_head(text, 4),
                            SMTPSPEC_SPAN("not "))) {
        step->denied = true;
        text = smtpspec_span_skip(text, 4);
    }
    return read_codes(r, text, &step->codes);
}

/* "tls", "tls?", "tls or closed", "tls end"; in a proof "tls" and "tls
 * fails". */
static bool read_handshake(struct reading *r, struct smtpspec_span value,
                           bool leads)
{
    bool in_proof = r->part == PART_PROOF, plain = value.length == 0;
    bool ends = !in_proof && word_is(value, "end");
    bool any = !in_proof && word_is(value, "or closed");
    bool fails = in_proof && word_is(value, "fails");
    struct smtpspec_step *step;

    if (leads ? !plain || in_proof : !plain && !ends && !any && !fails)
        return fail_name(r, "tls stands alone, or with ?, end, or closed; in "
                         "proofs with fails; not with", value);
    step = new_step(r);
    if (step == NULL)
        return false;
    step->kind = (uint8_t)(ends ? SMTPSPEC_STEP_TLS_END
                           : fails ? SMTPSPEC_STEP_TLS_FAILS
                                   : SMTPSPEC_STEP_TLS);
    step->any = any;
    step->leads = leads;
    r->group_octets = 0;
    r->ended_tls = r->ended_tls || ends;
    return true;
}

static bool read_tls(struct reading *r, struct smtpspec_span value)
{
    return read_handshake(r, value, false);
}

static bool read_leading_tls(struct reading *r, struct smtpspec_span value)
{
    return read_handshake(r, value, true);
}

static bool read_hangup(struct reading *r, struct smtpspec_span value)
{
    struct smtpspec_step *step;

    if (r->part == PART_PROOF || value.length > 0)
        return fail(r, "hangup stands alone, and in steps only");
    step = new_step(r);
    if (step != NULL)
        step->kind = SMTPSPEC_STEP_HANG_UP;
    return step != NULL;
}

/* "offers SIZE AUTH=PLAIN", "offers not STARTTLS". */
static bool read_offers(struct reading *r, struct smtpspec_span value)
{
    struct smtpspec_step *step;

    if (r->part == PART_PROOF || value.length == 0)
        return fail(r, "offers stands in steps, and keywords follow it");
    step = new_step(r);
    if (step == NULL)
        return false;
    step->kind = SMTPSPEC_STEP_OFFERS;
    if (smtpspec_span_equal(smtpspec_span_head(value, 4),
                            SMTPSPEC_SPAN("not "))) {
        step->denied = true;
        value = smtpspec_span_skip(value, 4);
    }
    step->text = value;
    r->group_octets = 0;
    if (!smtpspec_case_read_keywords(r, value, &step->keywords,
                                     &step->mechanisms))
        return false;
    if (step->denied && step->mechanisms != 0)
        step->keywords &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH);
    return true;
}

/* "closed", or "silent", in steps with what is let pass all the same: the
 * word closed, codes. */
static bool read_event(struct reading *r, struct smtpspec_span value,
                       enum smtpspec_step_kind kind)
{
    struct smtpspec_span rest = value, word;
    struct smtpspec_step *step = new_step(r);

    if (step == NULL)
        return false;
    step->kind = (uint8_t)kind;
    r->group_octets = 0;
    if (value.length == 0)
        return true;
    if (kind != SMTPSPEC_STEP_SILENT || r->part != PART_STEPS)
        return fail_name(r, "nothing may follow here, not", value);
    word = smtpspec_case_word(&rest);
    if (word_is(word, "closed")) {
        step->any = true;
        value = rest;
    }
    return value.length == 0 || read_codes(r, value, &step->codes);
}

static bool read_repeat(struct reading *r, struct smtpspec_span value)
{
    if (r->repeat > 0)
        return fail(r, "repeat inside a repeat");
    if (!read_number(value, &r->repeat))
        return fail_name(r, "repeat wants a number of 1 to 999, not", value);
    r->repeat_first = r->part == PART_STEPS ? r->out->step_count
                                            : r->out->proof_step_count;
    return true;
}

static bool end_repeat(struct reading *r, struct smtpspec_span value)
{
    struct smtpspec_case *out = r->out;
    struct smtpspec_step *from =
        r->part == PART_STEPS ? out->steps : out->proof_steps;
    unsigned last = r->part == PART_STEPS ? out->step_count
                                          : out->proof_step_count;

    if (r->repeat == 0 || value.length > 0)
        return fail(r, "end without a repeat");
    for (unsigned time = 1; time < r->repeat; time++) {
        for (unsigned i = r->repeat_first; i < last; i++) {
            struct smtpspec_step *step = new_step(r);

            if (step == NULL)
                return false;
            *step = from[i];
            if (from[i].kind == SMTPSPEC_STEP_CLIENT ||
                from[i].kind == SMTPSPEC_STEP_RAW)
                r->group_octets += longest_of(from[i].text);
        }
    }
    r->repeat = 0;
    if (r->group_octets > SMTPSPEC_CASE_TEXT_KEPT)
        return fail(r, "more than 131072 octets to be sent at once");
    return true;
}

/* --- Proofs -------------------------------------------------------------- */

static bool end_proof(struct reading *r)
{
    const struct smtpspec_case *out = r->out;

    if (r->repeat > 0)
        return fail(r, "repeat without an end");
    if (r->part != PART_PROOF || out->proofs[out->proof_count - 1].count > 0)
        return true;
    return smtpspec_case_fail_at(r, out->proofs[out->proof_count - 1].line,
                   "proof without a line", (struct smtpspec_span){ 0 });
}

static bool read_proof(struct reading *r, struct smtpspec_span value)
{
    struct smtpspec_case *out = r->out;

    if (!end_proof(r))
        return false;
    if (out->step_count == 0)
        return fail(r, "proof before the first step");
    if (out->proof_count == SMTPSPEC_CASE_PROOFS_KEPT)
        return fail(r, "more than 8 proofs");
    if (!word_is(value, "pass") && !word_is(value, "fail"))
        return fail_name(r, "a proof is to pass or to fail, not", value);
    r->part = PART_PROOF;
    out->proofs[out->proof_count++] = (struct smtpspec_proof){
        .passes = word_is(value, "pass"),
        .line = (uint16_t)r->reader->line,
        .first = out->proof_step_count,
    };
    return true;
}

static bool end_case(struct reading *r)
{
    bool passing = false, failing = false;

    if (r->part == PART_HEAD && !smtpspec_case_end_head(r))
        return false;
    if (!end_proof(r))
        return false;
    for (unsigned i = 0; i < r->out->proof_count; i++) {
        passing = passing || r->out->proofs[i].passes;
        failing = failing || !r->out->proofs[i].passes;
    }
    if (r->out->step_count == 0)
        return fail_name(r, "no step in case", r->out->id);
    if (!passing)
        return fail_name(r, "no proof that passes in case", r->out->id);
    if (!failing)
        return fail_name(r, "no proof that fails in case", r->out->id);
    return true;
}

/* --- Lines --------------------------------------------------------------- */

/* The next line without its line end; false at the end of the text. */
static bool next_line(struct smtpspec_case_reader *reader,
                      struct smtpspec_span *line)
{
    size_t end = smtpspec_span_find(reader->rest, '\n');

    if (reader->rest.length == 0)
        return false;
    *line = smtpspec_span_head(reader->rest, end);
    reader->rest = smtpspec_span_skip(reader->rest, end + 1);
    reader->line++;
    if (line->length > 0 && line->at[line->length - 1] == '\r')
        line->length--;
    return true;
}

/* Printable ASCII and HT. */
static bool check_octets(struct reading *r, struct smtpspec_span line)
{
    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] != '\t' && (line.at[i] < ' ' || line.at[i] > '~'))
            return fail(r, "octet outside printable ASCII: write \\xNN");
    }
    return true;
}

/* What follows "C:" and the like, without the one blank behind it. */
static struct smtpspec_span text_of(struct smtpspec_span line)
{
    line = smtpspec_span_skip(line, 2);
    if (line.length > 0 && line.at[0] == ' ')
        line = smtpspec_span_skip(line, 1);
    return line;
}

/* "C:", "C>", "S:", "S>" or "S?". */
static bool is_dialogue(struct smtpspec_span line)
{
    if (line.length < 2)
        return false;
    return (line.at[0] == 'C' && (line.at[1] == ':' || line.at[1] == '>')) ||
           (line.at[0] == 'S' &&
            (line.at[1] == ':' || line.at[1] == '>' || line.at[1] == '?'));
}

static bool read_dialogue(struct reading *r, struct smtpspec_span line)
{
    char sort = line.at[1];

    if (line.at[0] == 'C')
        return read_client(r, text_of(line), sort == '>');
    if (r->part == PART_PROOF && sort != '?')
        return read_line_of_server(r, text_of(line), sort == '>');
    if (r->part == PART_STEPS && sort != '>')
        return read_reply(r, text_of(line), sort == '?');
    return fail(r, "S> stands in proofs only, S? in steps only");
}

static bool read_closed(struct reading *r, struct smtpspec_span value)
{
    return read_event(r, value, SMTPSPEC_STEP_CLOSED);
}

static bool read_silent(struct reading *r, struct smtpspec_span value)
{
    return read_event(r, value, SMTPSPEC_STEP_SILENT);
}

static bool read_step(struct reading *r, struct smtpspec_span line,
                      struct smtpspec_span word, struct smtpspec_span value)
{
    static const struct {
        const char *word;
        bool (*read)(struct reading *r, struct smtpspec_span value);
    } words[] = {
        { "closed", read_closed }, { "silent", read_silent },
        { "repeat", read_repeat }, { "end", end_repeat },
        { "proof", read_proof },   { "hangup", read_hangup },
        { "tls", read_tls },       { "tls?", read_leading_tls },
        { "offers", read_offers },
    };
    size_t i = 0;

    while (i < SMTPSPEC_ARRAY_LEN(words) && !word_is(word, words[i].word))
        i++;
    if (i == SMTPSPEC_ARRAY_LEN(words) && !is_dialogue(line))
        return fail_name(r, "unknown word", word);
    if (r->part == PART_HEAD && !smtpspec_case_end_head(r))
        return false;
    return i < SMTPSPEC_ARRAY_LEN(words) ? words[i].read(r, value)
                                         : read_dialogue(r, line);
}

static bool read_line(struct reading *r, struct smtpspec_span line)
{
    struct smtpspec_span value = line, word = smtpspec_case_word(&value);

    while (value.length > 0 && is_blank(value.at[value.length - 1]))
        value.length--;
    if (smtpspec_case_is_field(word))
        return smtpspec_case_read_field(r, word, value);
    return read_step(r, line, word, value);
}

/* Lines up to the next case or the end of the text. */
static bool read_case(struct reading *r)
{
    struct smtpspec_case_reader before = *r->reader;
    struct smtpspec_span line;

    for (; next_line(r->reader, &line); before = *r->reader) {
        struct smtpspec_span rest = line, word = smtpspec_case_word(&rest);

        if (!check_octets(r, line))
            return false;
        if (word.length == 0 || word.at[0] == '#')
            continue;
        if (word_is(word, "case")) {
            if (r->out->line > 0) {
                *r->reader = before;
                break;
            }
            r->out->line = (uint16_t)r->reader->line;
        } else if (r->out->line == 0) {
            return fail_name(r, "a case begins with case, not with", word);
        }
        if (r->reader->line > UINT16_MAX)
            return fail(r, "file of more than 65535 lines");
        if (!read_line(r, line))
            return false;
    }
    return r->out->line == 0 || end_case(r);
}

enum smtpspec_error smtpspec_case_read(struct smtpspec_case_reader *reader,
                                       struct smtpspec_case *out,
                                       struct smtpspec_case_error *error)
{
    struct reading r = { .reader = reader, .out = out, .error = error,
                         .part = PART_HEAD };

    memset(out, 0, sizeof *out);
    *error = (struct smtpspec_case_error){ 0 };
    out->file = reader->file;
    if (read_case(&r))
        return SMTPSPEC_OK;
    reader->rest = (struct smtpspec_span){ 0 };
    return SMTPSPEC_ERROR_SYNTAX;
}
