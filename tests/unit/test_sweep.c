/* SPDX-License-Identifier: MIT */
/*
 * test_sweep.c - the generated cases: that each is what its id says, and that
 * together they reach every cell of expect.def that a client can reach
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/session.h>

#include "case/sweep.h"
#include "support/rows.h"

#define KEPT 2000
#define CELLS                                                               \
    [SMTPSPEC_STATE_COUNT][SMTPSPEC_COMMAND_COUNT][SMTPSPEC_STIMULUS_COUNT]

static struct smtpspec_case one;
static char rooms[KEPT][SMTPSPEC_CASE_SWEEP_ROOM];

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 },
    .from = { "probe@probe.example", 19 },
    .rcpt = { "postmaster", 10 },
    .nobody = { "nobody@probe.example", 20 },
};

/* The step that sends what the case is about: a chunk may come first. */
static const struct smtpspec_step *tested_step(void)
{
    return &one.steps[one.step_count > 2 && one.steps[1].leads ? 2 : 0];
}

static void each_has_an_id_and_a_dialogue_of_its_own(void **state)
{
    static char seen[KEPT][1024];
    size_t count = 0;

    (void)state;
    for (; smtpspec_case_sweep(count, &one, rooms[count],
                               SMTPSPEC_CASE_SWEEP_ROOM); count++) {
        assert_true(count + 1 < KEPT);
        assert_true(one.id.length <= SMTPSPEC_CASE_ID_KEPT);
        assert_true(one.title.length <= SMTPSPEC_CASE_TITLE_KEPT);
        assert_true(one.id.length + one.title.length <=
                    SMTPSPEC_CASE_SWEEP_ROOM);
        snprintf(seen[count], sizeof(seen[0]), "%u %d %u %.*s", one.given,
                 one.steps[1].leads, (unsigned)one.step_count,
                 (int)tested_step()->text.length, tested_step()->text.at);
        rooms[count][one.id.length] = '\0';
        assert_memory_equal(rooms[count], "sweep.", 6);
        for (size_t i = 0; i < count; i++) {
            assert_string_not_equal(rooms[i], rooms[count]);
            assert_string_not_equal(seen[i], seen[count]);
        }
    }
    print_message("%zu cases\n", count);
    assert_true(count > 900);
    assert_false(smtpspec_case_sweep(0, &one, rooms[0],
                                     SMTPSPEC_CASE_SWEEP_ROOM - 1));
}

static void demands_nothing_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++) {
        const struct smtpspec_step *last = &one.steps[one.step_count - 1];

        assert_true(one.flags & SMTPSPEC_CASE_SWEEP);
        assert_true(last->kind == SMTPSPEC_STEP_REPLY && last->any);
        for (unsigned s = 0; s < one.step_count; s++)
            assert_int_equal(smtpspec_case_expand_fault(one.steps[s].text),
                             one.steps[s].text.length);
    }
}

/* --- Lines ---------------------------------------------------------------- */

static enum smtpspec_stimulus read_as(const struct smtpspec_sweep_line *line)
{
    switch (line->stimulus) {
    case SMTPSPEC_SWEEP_PIPELINED:
        return SMTPSPEC_STIMULUS_VALID;
    case SMTPSPEC_STIMULUS_BARE_LF:
        return SMTPSPEC_STIMULUS_BAD_OCTETS;
    case SMTPSPEC_STIMULUS_VALID:
        return line->command == SMTPSPEC_COMMAND_UNKNOWN
                   ? SMTPSPEC_STIMULUS_UNKNOWN_VERB
                   : SMTPSPEC_STIMULUS_VALID;
    default:
        return (enum smtpspec_stimulus)line->stimulus;
    }
}

static void each_line_is_read_back_as_its_stimulus(void **state)
{
    const uint64_t offers[] = { 0, SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE),
                                UINT64_MAX };
    size_t count;
    const struct smtpspec_sweep_line *line = smtpspec_sweep_lines(&count);
    char room[2048];

    (void)state;
    for (; count-- > 0; line++) {
        struct smtpspec_command_line back;
        size_t length = smtpspec_case_expand(line->text, &vars, room,
                                             sizeof(room));

        assert_true(length <= sizeof(room));
        if (line->stimulus == SMTPSPEC_STIMULUS_BARE_LF) {
            assert_memory_equal(room + length - 3, "\n\r\n", 3);
            length -= 2;
        }
        smtpspec_command_parse((struct smtpspec_span){ room, length }, &back);
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(offers); i++) {
            enum smtpspec_stimulus read =
                smtpspec_stimulus_of(&back, offers[i]);

            if (back.command != line->command || read != read_as(line))
                fail_msg("%.*s: %s %s", (int)line->text.length, line->text.at,
                         smtpspec_command_name(back.command),
                         smtpspec_stimulus_name(read));
        }
    }
}

static bool is_sent(unsigned command, unsigned stimulus)
{
    size_t count;
    const struct smtpspec_sweep_line *line = smtpspec_sweep_lines(&count);

    for (; count-- > 0; line++)
        if (line->command == command && line->stimulus == stimulus)
            return true;
    return false;
}

static bool is_left_out(unsigned command, unsigned stimulus)
{
    size_t count;
    const struct smtpspec_sweep_gap *gap = smtpspec_sweep_gaps(&count);

    for (; count-- > 0; gap++)
        if (gap->stimulus == stimulus &&
            (gap->commands & SMTPSPEC_BIT64(command)) != 0)
            return true;
    return false;
}

static void each_way_is_sent_or_left_out_for_a_reason(void **state)
{
    (void)state;
    for (unsigned command = SMTPSPEC_COMMAND_CONNECT;
         command < SMTPSPEC_COMMAND_COUNT; command++) {
        if (!smtpspec_command_is_verb((enum smtpspec_command)command) &&
            command != SMTPSPEC_COMMAND_UNKNOWN)
            continue;
        for (unsigned way = 0; way < SMTPSPEC_SWEEP_WAYS; way++) {
            if (way == SMTPSPEC_STIMULUS_UNKNOWN_VERB)
                continue; /* what any line of UNKNOWN is */
            if (is_sent(command, way) == is_left_out(command, way))
                fail_msg("%s %s: in both tables, or in none",
                         smtpspec_command_name((enum smtpspec_command)command),
                         smtpspec_sweep_stimulus_name(way));
        }
    }
}

/* --- Manners -------------------------------------------------------------- */

/* A message is sent, or a lax server may take one, only where somebody is
 * there to take it. */
static void delivers_only_with_a_recipient(void **state)
{
    unsigned marked = 0;

    (void)state;
    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++) {
        struct smtpspec_span text = tested_step()->text;
        bool data = smtpspec_span_starts_nocase(text, SMTPSPEC_SPAN("DATA"));
        bool last = smtpspec_span_starts_nocase(
            text, SMTPSPEC_SPAN("BDAT 0 LAST"));
        bool quits = one.steps[1].leads &&
                     smtpspec_span_starts_nocase(text, SMTPSPEC_SPAN("QUIT"));
        bool may = one.given == SMTPSPEC_GIVEN_RCPT &&
                   (data || last || quits);

        assert_int_equal(may, (one.flags & SMTPSPEC_CASE_NEEDS_TO) != 0);
        marked += may;
    }
    assert_true(marked > 2);
}

/* What begins another protocol, or work on the server's side, where it is
 * taken: it is sent only where it will not be. */
static void begins_nothing_that_is_offered(void **state)
{
    static const struct {
        struct smtpspec_span line;
        uint64_t extension;
    } rows[] = {
#define ROW(line, extension)                                                \
    { { (line), sizeof(line) - 1 },                                         \
      SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_##extension) }
        ROW("STARTTLS", STARTTLS), ROW("AUTH PLAIN", AUTH),
        ROW("ETRN {domain}", ETRN), ROW("ATRN {domain}", ATRN),
        ROW("TURN", TURN), ROW("BURL imap", BURL),
#undef ROW
    };
    unsigned met = 0;

    (void)state;
    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++)
        for (size_t r = 0; r < SMTPSPEC_ARRAY_LEN(rows); r++) {
            struct smtpspec_span text = tested_step()->text;
            bool no_auth = one.given == SMTPSPEC_GIVEN_MAIL ||
                           one.given == SMTPSPEC_GIVEN_RCPT ||
                           one.given == SMTPSPEC_GIVEN_AUTH;
            bool in_tls = one.given == SMTPSPEC_GIVEN_HANDSHAKE ||
                          one.given == SMTPSPEC_GIVEN_TLS;

            /* "STARTTLS spec" is to be refused (RFC 3207, 4); a client that
             * is not refused may drop the connection. AUTH is refused inside
             * a mail transaction and after AUTH (RFC 4954, 4), STARTTLS inside
             * TLS. */
            if (!smtpspec_span_starts_nocase(text, rows[r].line) ||
                smtpspec_span_equal(text, SMTPSPEC_SPAN("STARTTLS spec")) ||
                (r == 1 && no_auth) || (r == 0 && in_tls))
                continue;
            assert_int_equal(one.unless, rows[r].extension);
            assert_true(one.given != SMTPSPEC_GIVEN_IDLE &&
                        one.given != SMTPSPEC_GIVEN_HANDSHAKE);
            met++;
        }
    assert_true(met > 50);
}

static void is_rude_only_where_it_may_be(void **state)
{
    unsigned rude = 0;

    (void)state;
    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++) {
        bool bad =
            smtpspec_case_matches(one.id, SMTPSPEC_SPAN("*.too-long")) ||
            smtpspec_case_matches(one.id, SMTPSPEC_SPAN("*.bad-octets")) ||
            smtpspec_case_matches(one.id, SMTPSPEC_SPAN("*.bare-lf"));

        assert_int_equal(bad, (one.flags & SMTPSPEC_CASE_INTRUSIVE) != 0);
        rude += bad;
    }
    assert_true(rude > 100);
}

/* --- Cells ---------------------------------------------------------------- */

/* Cells of expect.def that no client can bring about. */
static const struct {
    enum smtpspec_state state;
    bool with_extension;        /* only those of rows with an extension      */
    const char *reason;
} unreachable[] = {
    { SMTPSPEC_STATE_REFUSED, false,
      "the server refuses by its greeting; a run ends there" },
    { SMTPSPEC_STATE_BDAT_FAILED, false,
      "it is the server who refuses a chunk that is in its place" },
    { SMTPSPEC_STATE_IDLE, true, "nothing is offered before EHLO" },
    { SMTPSPEC_STATE_AUTH, false,
      "what is sent inside AUTH is no command; cases by hand send it" },
};

static bool is_unreachable(unsigned state,
                           const struct smtpspec_expectation *row)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(unreachable); i++)
        if (unreachable[i].state == state &&
            (!unreachable[i].with_extension ||
             row->needs != SMTPSPEC_EXTENSION_NONE))
            return true;
    return false;
}

static enum smtpspec_state state_of(void)
{
    static const enum smtpspec_state by_given[SMTPSPEC_GIVEN_COUNT] = {
        [SMTPSPEC_GIVEN_IDLE] = SMTPSPEC_STATE_IDLE,
        [SMTPSPEC_GIVEN_HELO] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_EHLO] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_MAIL] = SMTPSPEC_STATE_MAIL,
        [SMTPSPEC_GIVEN_RCPT] = SMTPSPEC_STATE_RCPT,
        [SMTPSPEC_GIVEN_HANDSHAKE] = SMTPSPEC_STATE_IDLE,
        [SMTPSPEC_GIVEN_TLS] = SMTPSPEC_STATE_READY,
        [SMTPSPEC_GIVEN_AUTH] = SMTPSPEC_STATE_READY,
    };

    return one.steps[1].leads ? SMTPSPEC_STATE_BDAT : by_given[one.given];
}

/* What the cases reach: by state, and by what their line is read as. */
static void reach(bool cells CELLS)
{
    char room[2048];

    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++) {
        struct smtpspec_command_line line;
        size_t length = smtpspec_case_expand(tested_step()->text, &vars, room,
                                             sizeof(room));

        smtpspec_command_parse((struct smtpspec_span){ room, length }, &line);
        cells[state_of()][line.command][smtpspec_stimulus_of(&line, 0)] = true;
    }
}

static void reaches_every_cell_that_a_client_can_reach(void **state)
{
    static bool cells CELLS;
    unsigned reached = 0, beyond = 0;

    (void)state;
    reach(cells);
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned t = 0; t < SMTPSPEC_STIMULUS_COUNT; t++) {
                const struct smtpspec_expectation *row = smtpspec_rules_expect(
                    (enum smtpspec_state)s, (enum smtpspec_command)c,
                    (enum smtpspec_stimulus)t);

                if (row == NULL)
                    continue;
                if (is_unreachable(s, row)) {
                    beyond++;
                    continue;
                }
                reached++;
                /* It is one thing, sent in another spelling. */
                if (!cells[s][c][t])
                    fail_msg("%s %s %s is in no case",
                             smtpspec_state_name((enum smtpspec_state)s),
                             smtpspec_command_name((enum smtpspec_command)c),
                             smtpspec_stimulus_name(
                                 (enum smtpspec_stimulus)t));
            }
    print_message("%u cells reached, %u beyond a client\n", reached, beyond);
    assert_true(reached > 100 && beyond > 20);
}

/* --- Ids ------------------------------------------------------------------ */

static bool has_id(const char *id)
{
    for (size_t i = 0; smtpspec_case_sweep(i, &one, rooms[0],
                                           SMTPSPEC_CASE_SWEEP_ROOM); i++)
        if (smtpspec_span_equal(one.id, smtpspec_span_of(id)))
            return true;
    return false;
}

static void keeps_the_ids_that_were_released(void **state)
{
    FILE *list = fopen("tests/conformance/released-ids.txt", "r");
    char line[256];
    unsigned met = 0;

    (void)state;
    assert_non_null(list);
    while (fgets(line, sizeof(line), list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "sweep.", 6) != 0)
            continue;
        if (!has_id(line))
            fail_msg("%s was released and is no more", line);
        met++;
    }
    fclose(list);
    assert_true(met >= 79);
    assert_false(has_id("sweep.ready.nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_an_id_and_a_dialogue_of_its_own),
        cmocka_unit_test(demands_nothing_of_its_own),
        cmocka_unit_test(each_line_is_read_back_as_its_stimulus),
        cmocka_unit_test(each_way_is_sent_or_left_out_for_a_reason),
        cmocka_unit_test(delivers_only_with_a_recipient),
        cmocka_unit_test(begins_nothing_that_is_offered),
        cmocka_unit_test(is_rude_only_where_it_may_be),
        cmocka_unit_test(reaches_every_cell_that_a_client_can_reach),
        cmocka_unit_test(keeps_the_ids_that_were_released),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
