/* SPDX-License-Identifier: MIT */
/*
 * test_mutate_operators.c - the effect of an operator where it states one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <smtpspec/limits.h>

#include "mutate/mutate.h"
#include "mutate/script.h"

#define ROOM  8192
#define SEEDS 300

/* What a mutant of `text` is, and whether it is right: called for each seed by
 * which the operator changed something. */
typedef bool effect(const char *text, const char *mutant);

static const struct smtpspec_mutator *mutator_of(const char *text)
{
    return text[0] >= '1' && text[0] <= '5' && text[1] != '\n' ? &smtpspec_mutator_reply
                                                               : &smtpspec_mutator_session;
}

static size_t number_of(const struct smtpspec_mutator *mutator, const char *name)
{
    for (size_t i = 0; i < mutator->count; i++) {
        if (strcmp(mutator->operators[i].name, name) == 0)
            return i;
    }
    fail_msg("no operator %s", name);
    return 0;
}

/* In how many mutants that the operator makes of the text the effect is there,
 * of a hundred. */
static unsigned percent(const char *name, const char *text, effect *right)
{
    static char room[ROOM];
    const struct smtpspec_mutator *mutator = mutator_of(text);
    size_t number = number_of(mutator, name);
    unsigned made = 0, met = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct smtpspec_mutant mutant;

        memcpy(room, text, strlen(text));
        smtpspec_mutant_init(&mutant, mutator, room, strlen(text), sizeof(room) - 1, seed);
        if (!smtpspec_mutate_by(mutator, number, &mutant))
            continue;
        room[mutant.length] = '\0';
        made++;
        met += right(text, room);
    }
    assert_in_range(made, SEEDS / 20, SEEDS);
    return met * 100 / made;
}

static void always(const char *name, const char *text, effect *right)
{
    assert_int_equal(percent(name, text, right), 100);
}

/* --- Borders -------------------------------------------------------------- */

static bool near_to(size_t length, size_t limit)
{
    return length + 1 >= limit && length <= limit + 1;
}

/* Octets on the wire, by line. */
static size_t wire_length(const char *script)
{
    struct smtpspec_span rest = { script, strlen(script) };
    struct smtpspec_script_line line;

    return smtpspec_script_next(&rest, &line) ? smtpspec_script_read(&line, NULL, 0) : 0;
}

static bool at_a_reply_border(const char *text, const char *mutant)
{
    size_t sent = mutator_of(text) == &smtpspec_mutator_reply ? strlen(mutant)
                                                              : wire_length(mutant);

    return near_to(sent, SMTPSPEC_REPLY_LINE_LIMIT) ||
           near_to(sent, SMTPSPEC_REPLY_TEXT_KEPT) ||
           near_to(sent, SMTPSPEC_TEXT_LINE_LIMIT);
}

static bool at_a_command_border(const char *text, const char *mutant)
{
    const char *path = strchr(mutant, '<'), *at = strchr(mutant, '@'), *end = strchr(mutant, '>');
    size_t sent = wire_length(mutant);

    (void)text;
    return near_to(sent, SMTPSPEC_COMMAND_LINE_LIMIT) ||
           near_to(sent, SMTPSPEC_TEXT_LINE_LIMIT) || near_to(sent, SMTPSPEC_COMMAND_KEPT + 2) ||
           near_to((size_t)(at - path - 1), SMTPSPEC_LOCAL_PART_LIMIT) ||
           near_to((size_t)(end - at - 1), SMTPSPEC_DOMAIN_LIMIT) ||
           near_to((size_t)(end - path + 1), SMTPSPEC_PATH_LIMIT);
}

static void a_border_is_exact(void **state)
{
    (void)state;
    always("reply-border", "S250 ok\n", at_a_reply_border);
    always("reply-border", "250 ok\r\n", at_a_reply_border);
    always("command-border", "CMAIL FROM:<a@b.example>\n", at_a_command_border);
}

/* --- Chunks --------------------------------------------------------------- */

static bool five_octets(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "CBDAT 5 LAST\nca^^\nCo\nS250 ok\n") == 0;
}

static bool one_off(const char *text, const char *mutant)
{
    (void)text;
    return strstr(mutant, "BDAT 4 ") != NULL || strstr(mutant, "BDAT 6 ") != NULL;
}

/* Three quarters of seven eighths are right; an eighth or so one off. */
static void a_chunk_is_counted(void **state)
{
    static const char chunk[] = "CBDAT 77 LAST\nca^^\nCo\nS250 ok\n";

    (void)state;
    assert_in_range(percent("size-chunk", chunk, five_octets), 55, 77);
    assert_in_range(percent("size-chunk", chunk, one_off), 12, 32);
}

/* --- Order ---------------------------------------------------------------- */

static bool rset_first(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "CNOOP\nCRSET\nS250 a\nS250 b\n") == 0;
}

static bool no_wait(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "CNOOP\nCRSET\n") == 0;
}

static void a_group_grows_by_one_command(void **state)
{
    (void)state;
    always("pipeline", "CNOOP\nS250 a\nCRSET\nS250 b\n", rset_first);
    always("pipeline", "CNOOP\nt\nCRSET\n", no_wait);
}

static bool waits_once(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "CNOOP\nt\nCRSET\n") == 0 || strcmp(mutant, "CNOOP\nCRSET\nt\n") == 0;
}

static bool ends_come_first(const char *text, const char *mutant)
{
    return strncmp(text, mutant, strlen(mutant)) == 0 && strlen(mutant) < strlen(text) &&
           mutant[strlen(mutant) - 1] == '\n';
}

static bool one_line_less(const char *text, const char *mutant)
{
    return strcmp(text, "Ca\nCb\n") == 0 &&
           (strcmp(mutant, "Ca\n") == 0 || strcmp(mutant, "Cb\n") == 0);
}

static bool one_line_twice(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "Ca\nCa\nCb\n") == 0 || strcmp(mutant, "Ca\nCb\nCb\n") == 0;
}

static bool changed_places(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "Cb\nCa\n") == 0;
}

static void lines_go_and_come_whole(void **state)
{
    (void)state;
    always("turn", "CNOOP\nCRSET\n", waits_once);
    always("truncate", "CNOOP\nS250 a\nCRSET\nS250 b\n", ends_come_first);
    always("delete-line", "Ca\nCb\n", one_line_less);
    always("duplicate-line", "Ca\nCb\n", one_line_twice);
    always("swap-lines", "Ca\nCb\n", changed_places);
}

/* Each command is followed by its one reply, "C1" by "S250 1". */
static bool in_pairs(const char *text, const char *mutant)
{
    (void)text;
    for (; *mutant == 'C'; mutant += 10) {
        if (strlen(mutant) < 10 || strncmp(mutant + 2, "\nS250 ", 6) != 0 ||
            mutant[8] != mutant[1])
            return false;
    }
    return *mutant == '\0';
}

static const char pairs[] =
    "C1\nS250 1\nC2\nS250 2\nC3\nS250 3\nC4\nS250 4\n"
    "C5\nS250 5\nC6\nS250 6\nC7\nS250 7\nC8\nS250 8\n";

/* An eighth of the places is any border; chance makes some of these a seam. */
static void whole_exchanges_are_taken(void **state)
{
    (void)state;
    assert_in_range(percent("delete-block", pairs, in_pairs), 70, 99);
    assert_in_range(percent("replay-block", pairs, in_pairs), 65, 99);
    assert_in_range(percent("move-block", pairs, in_pairs), 65, 99);
    assert_in_range(percent("truncate", pairs, in_pairs), 80, 99);
}

static bool not_in_a_reply_or_content(const char *text, const char *mutant)
{
    (void)text;
    return strstr(mutant, "S250-a\nS250 b\n") != NULL && strstr(mutant, "S354 go\nC.\n") != NULL;
}

static void an_exchange_is_put_where_both_sides_rest(void **state)
{
    static const char text[] = "CEHLO a\nS250-a\nS250 b\nCDATA\nS354 go\nC.\nS250 ok\n";

    (void)state;
    assert_in_range(percent("insert-exchange", text, not_in_a_reply_or_content), 94, 100);
}

/* --- Replies -------------------------------------------------------------- */

static bool one_code(const char *text, const char *mutant)
{
    const char *b = strstr(mutant, "-a\n"), *c = strstr(mutant, "-b\n");
    const char *d = strstr(mutant, " c\n");

    (void)text;
    return b != NULL && c != NULL && d != NULL && memcmp(b - 3, c - 3, 3) == 0 &&
           memcmp(c - 3, d - 3, 3) == 0 && strstr(mutant, "CQUIT\n") != NULL;
}

/* Drawn by its first line; by another only the rest of the reply changes, and
 * by the last that alone. */
static void a_reply_of_more_lines_keeps_one_code(void **state)
{
    (void)state;
    assert_in_range(percent("answer", "S250-a\nS250-b\nS250 c\nCQUIT\n", one_code), 25, 60);
}

static bool one_line_more(const char *text, const char *mutant)
{
    size_t half = strlen(mutant) - strlen(text);

    return half == strlen(text) && strcmp(mutant + half, text) == 0 &&
           mutant[half - 1] == '\n' && strstr(mutant, "-ok") != NULL;
}

static bool of_two_lines(const char *text, const char *mutant)
{
    (void)text;
    return strcmp(mutant, "S250-aS250 b\n") == 0;
}

static void replies_grow_and_merge(void **state)
{
    (void)state;
    always("reply-grow", "S250 ok\n", one_line_more);
    always("reply-grow", "250 ok\r\n", one_line_more);
    assert_int_equal(percent("reply-merge", "S250-a\nS250 b\n", of_two_lines), 0);
}

static bool only_the_case(const char *text, const char *mutant)
{
    return smtpspec_span_equal_nocase(smtpspec_span_of(text), smtpspec_span_of(mutant)) &&
           strcmp(text, mutant) != 0;
}

static bool another_head(const char *text, const char *mutant)
{
    return mutant[0] > ' ' && strcmp(text + 1, mutant + 1) == 0 &&
           memchr("CScstxe", mutant[0], 7) == NULL;
}

static void a_head_and_a_verb_stay_such(void **state)
{
    (void)state;
    assert_in_range(percent("command-case", "CNOOP\n", only_the_case), 80, 100);
    always("head", "6\nCNOOP\n", another_head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_border_is_exact),
        cmocka_unit_test(a_chunk_is_counted),
        cmocka_unit_test(a_group_grows_by_one_command),
        cmocka_unit_test(lines_go_and_come_whole),
        cmocka_unit_test(whole_exchanges_are_taken),
        cmocka_unit_test(an_exchange_is_put_where_both_sides_rest),
        cmocka_unit_test(a_reply_of_more_lines_keeps_one_code),
        cmocka_unit_test(replies_grow_and_merge),
        cmocka_unit_test(a_head_and_a_verb_stay_such),
    };

    return cmocka_run_group_tests_name("mutate operators", tests, NULL, NULL);
}
