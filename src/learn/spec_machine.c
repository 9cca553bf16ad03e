/* SPDX-License-Identifier: MIT */
/*
 * spec_machine.c - the rows of the rules as a machine over an alphabet
 */
#include "learn/spec_machine.h"

#include <stdio.h>

#include "judge/inside.h"
#include "rules/vocabulary.h"

/* States of a model: kinds of session, greeted in one of two ways or not. */
#define STATES_MOST 64

/* --- One step ------------------------------------------------------------- */

/* One symbol under way: the session, and what was found so far. */
struct walk {
    const struct smtpspec_spec *spec;
    struct smtpspec_session session;
    struct smtpspec_verdict *worst;
};

static void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct walk *walk = context;

    if (verdict->outcome > walk->worst->outcome)
        *walk->worst = *verdict;
}

/* What holds here: an extension counts only for who said EHLO. */
static struct smtpspec_terms terms_of(const struct smtpspec_spec *spec,
                                      unsigned greeted)
{
    struct smtpspec_terms terms = spec->terms;

    if (greeted != SMTPSPEC_COMMAND_EHLO && greeted != SMTPSPEC_COMMAND_LHLO)
        terms.offered = 0;
    return terms;
}

static void judge_at(struct smtpspec_judge *judge, struct walk *walk,
                     const struct smtpspec_command_line *line,
                     enum smtpspec_command command, unsigned code)
{
    const struct smtpspec_judge_sink sink = { on_verdict, NULL, walk };
    struct smtpspec_terms terms =
        terms_of(walk->spec, walk->session.greeted);
    bool is_line = line->command == command;

    smtpspec_judge_init(judge, &terms, &sink);
    judge->session = walk->session;
    judge->open = (struct smtpspec_exchange){
        .state = walk->session.state, .command = (uint8_t)command,
        .code = (uint16_t)code,
        .stimulus = (uint8_t)(is_line ? smtpspec_stimulus_of(
                                  line, smtpspec_session_offered(
                                            &walk->session, terms.offered))
                                      : SMTPSPEC_STIMULUS_VALID)
    };
}

/* A server that has not offered CHUNKING, and says so, has begun no message by
 * it. */
static bool is_unknown_chunk(const struct walk *walk,
                             enum smtpspec_command command, unsigned code)
{
    struct smtpspec_terms terms =
        terms_of(walk->spec, walk->session.greeted);

    return command == SMTPSPEC_COMMAND_BDAT && code / 100 == 5 &&
           (terms.offered & SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) == 0;
}

/* A reply came to the command. */
static void answer(struct walk *walk, const struct smtpspec_command_line *line,
                   enum smtpspec_command command, unsigned code)
{
    struct smtpspec_asked asked;
    struct smtpspec_judge judge;

    judge_at(&judge, walk, line, command, code);
    if (code == 0)
        smtpspec_judge_say_defect(&judge, SMTPSPEC_DEFECT_NO_CODE);
    else if (!SMTPSPEC_IS_CODE(code))
        smtpspec_judge_say_defect(&judge, SMTPSPEC_DEFECT_CODE_RANGE);
    else if (code == 221 && command != SMTPSPEC_COMMAND_QUIT)
        smtpspec_judge_say_manner(&judge, SMTPSPEC_MANNER_CLOSE_UNASKED);
    else
        smtpspec_judge_say_code(&judge);
    if (is_unknown_chunk(walk, command, code))
        return;
    smtpspec_session_asked(line, &asked);
    asked.command = (uint8_t)command;
    smtpspec_session_answer(&walk->session, &asked, code);
    if (code == 221)
        walk->session.state = SMTPSPEC_STATE_CLOSED;
    if (walk->session.state == SMTPSPEC_STATE_ASTRAY)
        smtpspec_judge_say_manner(&judge, SMTPSPEC_MANNER_ASTRAY);
}

/* None came: the connection was closed, or the server is silent. */
static void lack(struct walk *walk, const struct smtpspec_command_line *line,
                 enum smtpspec_command command, uint32_t output)
{
    struct smtpspec_judge judge;

    judge_at(&judge, walk, line, command, 0);
    smtpspec_judge_say_manner(&judge, output & SMTPSPEC_OUTPUT_CLOSED
                                          ? SMTPSPEC_MANNER_CLOSE_SILENT
                                          : SMTPSPEC_MANNER_NO_REPLY);
    walk->session.state = SMTPSPEC_STATE_CLOSED;
}

/* What the marks of an output tell. */
static void mark(struct walk *walk, const struct smtpspec_command_line *line,
                 enum smtpspec_command command, uint32_t output)
{
    struct smtpspec_judge judge;

    judge_at(&judge, walk, line, command, smtpspec_output_first(output));
    if (output & SMTPSPEC_OUTPUT_STAYS)
        smtpspec_judge_say_manner(&judge, SMTPSPEC_MANNER_STAYS_OPEN);
    if (output & SMTPSPEC_OUTPUT_SURPLUS)
        smtpspec_judge_say_manner(&judge,
                                  smtpspec_output_ends(output)
                                      ? SMTPSPEC_MANNER_AFTER_CLOSE
                                      : SMTPSPEC_MANNER_UNASKED);
}

static void play(struct walk *walk, const struct smtpspec_command_line *line,
                 uint32_t output)
{
    const uint32_t none = SMTPSPEC_OUTPUT_CLOSED | SMTPSPEC_OUTPUT_SILENT;
    bool second = (output & SMTPSPEC_OUTPUT_SECOND) != 0;
    struct walk before = *walk;

    if (!second && (output & none) != 0) {
        lack(walk, line, line->command, output);
        return;
    }
    answer(walk, line, line->command, smtpspec_output_first(output));
    if (second && (output & none) != 0)
        lack(walk, line, SMTPSPEC_COMMAND_DATA_END, output);
    else if (second)
        answer(walk, line, SMTPSPEC_COMMAND_DATA_END,
               smtpspec_output_second(output));
    mark(&before, line, line->command, output);
}

/* Behind a goodbye nothing is due but the close. */
static bool is_end(struct smtpspec_spec_state state)
{
    return state.state == SMTPSPEC_STATE_CLOSED ||
           state.state == SMTPSPEC_STATE_ASTRAY;
}

/*
 * MAIL before EHLO may get 250 or 503 (RFC 5321, 4.1.4). Where it got 503 it
 * gets that until somebody greets: RSET, NOOP and what was refused have no
 * effect (4.1.1.5, 4.1.1.9). Whether it is strict behind the step.
 */
static bool keep_strict(struct walk *walk,
                        const struct smtpspec_command_line *line,
                        struct smtpspec_spec_state from, uint32_t output)
{
    unsigned code = smtpspec_output_first(output);
    bool asked = from.state == SMTPSPEC_STATE_IDLE &&
                 line->command == SMTPSPEC_COMMAND_MAIL &&
                 smtpspec_stimulus_of(line, 0) == SMTPSPEC_STIMULUS_VALID;
    const struct smtpspec_verdict verdict = {
        .outcome = SMTPSPEC_OUTCOME_WARN, .layer = SMTPSPEC_LAYER_STATE,
        .level = SMTPSPEC_LEVEL_SHOULD, .state = SMTPSPEC_STATE_IDLE,
        .command = SMTPSPEC_COMMAND_MAIL,
        .stimulus = SMTPSPEC_STIMULUS_VALID, .code = (uint16_t)code,
        .expected = { .code = { 503 }, .count = 1 },
        .reference = "5321:4.1.1.5, 4.1.4",
        .text = "MAIL that got 503 before EHLO gets it until EHLO: nothing "
                "else opens the session"
    };

    if (asked && from.strict && code == 250)
        on_verdict(walk, &verdict);
    return walk->session.state == SMTPSPEC_STATE_IDLE &&
           (from.strict || (asked && code == 503));
}

struct smtpspec_spec_state
smtpspec_spec_step(const struct smtpspec_spec *spec,
                   struct smtpspec_spec_state from, unsigned symbol,
                   uint32_t output, struct smtpspec_verdict *worst)
{
    const struct smtpspec_symbol *sent = &spec->alphabet->symbols[symbol];
    struct walk walk = { .spec = spec, .worst = worst };
    struct smtpspec_command_line line;

    *worst = (struct smtpspec_verdict){ .outcome = SMTPSPEC_OUTCOME_PASS };
    if (is_end(from) || output == SMTPSPEC_OUTPUT_NONE)
        return from;
    smtpspec_command_parse(
        (struct smtpspec_span){ sent->line, sent->line_length - 2u }, &line);
    smtpspec_session_init(&walk.session);
    walk.session.state = from.state;
    walk.session.greeted = from.greeted;
    walk.session.binarymime = from.binarymime;
    play(&walk, &line, output);
    return (struct smtpspec_spec_state){
        walk.session.state, walk.session.greeted, walk.session.binarymime,
        keep_strict(&walk, &line, from, output)
    };
}

struct smtpspec_spec_state smtpspec_spec_start(void)
{
    return (struct smtpspec_spec_state){ .state = SMTPSPEC_STATE_IDLE };
}

bool smtpspec_spec_same(struct smtpspec_spec_state a,
                        struct smtpspec_spec_state b)
{
    return a.state == b.state &&
           (is_end(a) ||
            (a.greeted == b.greeted && a.binarymime == b.binarymime &&
             a.strict == b.strict));
}

bool smtpspec_spec_is_over(struct smtpspec_spec_state state)
{
    return is_end(state);
}

/* How the session began, where that is not by EHLO. */
static const char *greeting_of(struct smtpspec_spec_state state)
{
    if (is_end(state) || state.state == SMTPSPEC_STATE_IDLE)
        return "";
    return state.greeted == SMTPSPEC_COMMAND_HELO    ? " by HELO"
           : state.greeted == SMTPSPEC_COMMAND_UNSET ? " ungreeted" : "";
}

size_t smtpspec_spec_label(struct smtpspec_spec_state state, char *out,
                           size_t cap)
{
    return (size_t)snprintf(
        out, cap, "%s%s",
        smtpspec_state_name((enum smtpspec_state)state.state),
        greeting_of(state));
}

/* --- The model ------------------------------------------------------------ */

/* What a command gets that is in its place. */
static unsigned usual(const struct smtpspec_symbol *symbol)
{
    switch (symbol->command) {
    case SMTPSPEC_COMMAND_QUIT: return 221;
    case SMTPSPEC_COMMAND_VRFY:
    case SMTPSPEC_COMMAND_EXPN: return 252;
    case SMTPSPEC_COMMAND_HELP: return 214;
    case SMTPSPEC_COMMAND_DATA: return 354;
    case SMTPSPEC_COMMAND_RCPT: return symbol->unknown ? 550 : 250;
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_BDAT:
    case SMTPSPEC_COMMAND_NOOP:
    case SMTPSPEC_COMMAND_RSET: return 250;
    default: return 500;
    }
}

/* Whether the server does not know of the command here: it is one of an
 * extension. Recipients of a message by BDAT come before its first chunk. */
static bool is_out_of_place(const struct smtpspec_terms *terms,
                            struct smtpspec_spec_state at,
                            enum smtpspec_command command)
{
    if (command == SMTPSPEC_COMMAND_BDAT)
        return (terms->offered &
                SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) == 0;
    return command == SMTPSPEC_COMMAND_RCPT &&
           (at.state == SMTPSPEC_STATE_BDAT ||
            at.state == SMTPSPEC_STATE_BDAT_FAILED);
}

static unsigned code_for(const struct smtpspec_spec *spec,
                         struct smtpspec_spec_state at,
                         const struct smtpspec_symbol *symbol)
{
    struct smtpspec_terms terms = terms_of(spec, at.greeted);
    const struct smtpspec_expectation *row;
    struct smtpspec_command_line line;
    enum smtpspec_stimulus stimulus;

    smtpspec_command_parse(
        (struct smtpspec_span){ symbol->line, symbol->line_length - 2u },
        &line);
    stimulus = smtpspec_stimulus_of(&line, terms.offered);
    if (is_out_of_place(&terms, at, line.command))
        return 503;
    row = smtpspec_rules_due(&terms, (enum smtpspec_state)at.state,
                             line.command, stimulus);
    /* MAIL before EHLO: most servers want a greeting. */
    if (row != NULL && !row->denied && stimulus == SMTPSPEC_STIMULUS_VALID &&
        smtpspec_codes_have(&row->codes, 503))
        return 503;
    if (row != NULL && !row->denied)
        return row->codes.whole_class & 1 ? 550 : row->codes.code[0];
    if (line.command == SMTPSPEC_COMMAND_UNKNOWN)
        return 500;
    return stimulus == SMTPSPEC_STIMULUS_VALID ? usual(symbol) : 501;
}

static uint32_t output_for(const struct smtpspec_spec *spec,
                           struct smtpspec_spec_state at,
                           const struct smtpspec_symbol *symbol)
{
    unsigned code;

    if (is_end(at))
        return SMTPSPEC_OUTPUT_X;
    code = code_for(spec, at, symbol);
    if (symbol->content_length > 0 && code / 100 == 3)
        return SMTPSPEC_OUTPUT_CODES(code, 250);
    return SMTPSPEC_OUTPUT_CODE(code);
}

static unsigned number_of(struct smtpspec_spec_state met[], unsigned *count,
                          struct smtpspec_spec_state state)
{
    unsigned i = 0;

    while (i < *count && !smtpspec_spec_same(met[i], state))
        i++;
    if (i == *count && i < STATES_MOST)
        met[(*count)++] = state;
    return i;
}

void smtpspec_spec_model(const struct smtpspec_spec *spec,
                         struct smtpspec_mealy *model)
{
    const struct smtpspec_alphabet *alphabet = spec->alphabet;
    struct smtpspec_spec_state met[STATES_MOST] = { smtpspec_spec_start() };
    struct smtpspec_spec chunked = *spec;
    struct smtpspec_mealy whole;
    struct smtpspec_verdict worst;
    unsigned count = 1;

    chunked.terms.offered |= SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING);
    smtpspec_mealy_init(&whole, STATES_MOST, alphabet->count);
    smtpspec_mealy_name(&whole, alphabet);
    for (unsigned i = 0; i < count; i++) {
        smtpspec_spec_label(met[i], whole.labels[i], sizeof(whole.labels[i]));
        for (unsigned a = 0; a < alphabet->count; a++) {
            uint32_t output =
                output_for(&chunked, met[i], &alphabet->symbols[a]);
            struct smtpspec_spec_state next =
                smtpspec_spec_step(&chunked, met[i], a, output, &worst);

            *smtpspec_mealy_edge(&whole, i, a) = (struct smtpspec_mealy_edge){
                output, (uint16_t)number_of(met, &count, next) };
        }
    }
    smtpspec_mealy_minimise(&whole, model);
    smtpspec_mealy_free(&whole);
}
