/* SPDX-License-Identifier: MIT */
/*
 * machine.c - states.def and expect.def as dense tables
 *
 * Floor 2, rules. A cell that two rows set draws the compiler's
 * -Woverride-init; one that none sets stays 0 and a unit test finds it.
 */
#include <smtpspec/rules.h>

#include "rules/machine.h"

/* --- states.def --------------------------------------------------------- */

#define STATES SMTPSPEC_STATE_COUNT
#define COMMANDS_ALL SMTPSPEC_COMMAND_COUNT
#define CLASSES SMTPSPEC_CLASS_COUNT

#define AT(state, command, class_)                                          \
    [SMTPSPEC_STATE_##state][SMTPSPEC_COMMAND_##command]                    \
    [SMTPSPEC_CLASS_##class_]

#define STEP(in, command, on, then, where)                                  \
    IN_##in(STEP_ON, on, command, then, where)
#define STEP_ON(state, on, command, then, where)                            \
    ON_##on(CELL, state, command, then, where)
#define STAY(in, command, on, where) IN_##in(STAY_ON, on, command, where)
#define STAY_ON(state, on, command, where)                                  \
    ON_##on(CELL, state, command, state, where)
#define VERBS(state, then, where) OF_VERBS(VERB_CELLS, state, then, where)
#define VERB_CELLS(command, state, then, where)                             \
    ON_ANY(CELL, state, command, then, where)
#define EVERY(state, then, where)                                           \
    VERBS(state, then, where)                                               \
    VERB_CELLS(CONNECT, state, then, where)                                 \
    VERB_CELLS(DATA_END, state, then, where)                                \
    VERB_CELLS(AUTH_CONTINUE, state, then, where)

static const uint8_t next_state[STATES][COMMANDS_ALL][CLASSES] = {
#define CELL(class_, state, command, then, where)                           \
    AT(state, command, class_) = SMTPSPEC_STATE_##then,
#include "rules/states.def"
#undef CELL
};

static const char *const next_reference[STATES][COMMANDS_ALL][CLASSES] = {
#define CELL(class_, state, command, then, where)                           \
    AT(state, command, class_) = where,
#include "rules/states.def"
#undef CELL
};

static bool in_table(enum smtpspec_state state, enum smtpspec_command command,
                     enum smtpspec_class class_)
{
    return (unsigned)state < STATES && (unsigned)command < COMMANDS_ALL &&
           (unsigned)class_ < CLASSES;
}

enum smtpspec_state smtpspec_rules_next(enum smtpspec_state state,
                                        enum smtpspec_command command,
                                        enum smtpspec_class class_)
{
    return in_table(state, command, class_)
               ? (enum smtpspec_state)next_state[state][command][class_]
               : SMTPSPEC_STATE_UNSET;
}

const char *smtpspec_rules_next_reference(enum smtpspec_state state,
                                          enum smtpspec_command command,
                                          enum smtpspec_class class_)
{
    const char *where = NULL;

    if (in_table(state, command, class_))
        where = next_reference[state][command][class_];
    return where != NULL ? where : "";
}

#undef STEP
#undef STAY
#undef VERBS
#undef EVERY

/* --- expect.def --------------------------------------------------------- */

/* Pass 1: each row gets a number, by the line that it stands on. */
#define EXPECT(in, command, stimulus, level, codes, where, text)            \
    ROW_NUMBER(__LINE__),
#define REFUSE EXPECT
#define NEEDS(in, command, stimulus, level, codes, extension, where, text)  \
    ROW_NUMBER(__LINE__),
#define ROW_NUMBER(line) ROW_NUMBER_(line)
#define ROW_NUMBER_(line) ROW_AT_##line
enum row_number {
    ROW_NONE,
#include "rules/expect.def"
    ROW_COUNT
};
#undef EXPECT
#undef REFUSE
#undef NEEDS

/* Pass 2: the rows. 4 and 5 become 400 and 500 with the bit of their place. */
#define CODES(list)                                                         \
    { .code = { CODE_LIST list }, .count = COUNT_OF list,                   \
      .whole_class = WHOLE list }
#define FULL(n) ((n) < 10 ? (n) * 100 : (n))
#define BIT_IF(n, place) ((n) > 0 && (n) < 10 ? 1 << (place) : 0)
#define CODE_LIST(...) CODE_LIST_(__VA_ARGS__, 0, 0, 0, 0, 0)
#define CODE_LIST_(a, b, c, d, e, ...)                                      \
    FULL(a), FULL(b), FULL(c), FULL(d), FULL(e)
#define COUNT_OF(...) COUNT_OF_(__VA_ARGS__, 5, 4, 3, 2, 1, 0)
#define COUNT_OF_(a, b, c, d, e, n, ...) n
#define WHOLE(...) WHOLE_(__VA_ARGS__, 0, 0, 0, 0, 0)
#define WHOLE_(a, b, c, d, e, ...)                                          \
    (BIT_IF(a, 0) | BIT_IF(b, 1) | BIT_IF(c, 2) | BIT_IF(d, 3) | BIT_IF(e, 4))

#define ROW(codes_, denied_, extension, level_, where, text_)               \
    [ROW_NUMBER(__LINE__)] = {                                              \
        .codes = CODES(codes_), .denied = (denied_),                        \
        .needs = SMTPSPEC_EXTENSION_##extension,                            \
        .level = SMTPSPEC_LEVEL_##level_, .line = __LINE__,                 \
        .reference = (where), .text = (text_) },
static const struct smtpspec_expectation rows[ROW_COUNT] = {
#define EXPECT(in, command, stimulus, level, codes, where, text)            \
    ROW(codes, false, NONE, level, where, text)
#define REFUSE(in, command, stimulus, level, codes, where, text)            \
    ROW(codes, true, NONE, level, where, text)
#define NEEDS(in, command, stimulus, level, codes, extension, where, text)  \
    ROW(codes, false, extension, level, where, text)
#include "rules/expect.def"
#undef EXPECT
#undef REFUSE
#undef NEEDS
};

/* Pass 3: which row speaks of a cell. */
static const uint8_t row_of[STATES][COMMANDS_ALL][SMTPSPEC_STIMULUS_COUNT] = {
#define EXPECT(in, command, stimulus, level, codes, where, text)            \
    IN_##in(ROW_CELL, command, stimulus, ROW_NUMBER(__LINE__))
#define REFUSE EXPECT
#define NEEDS(in, command, stimulus, level, codes, extension, where, text)  \
    IN_##in(ROW_CELL, command, stimulus, ROW_NUMBER(__LINE__))
#define ROW_CELL(state, command, stimulus, number)                          \
    [SMTPSPEC_STATE_##state][SMTPSPEC_COMMAND_##command]                    \
    [SMTPSPEC_STIMULUS_##stimulus] = (number),
#include "rules/expect.def"
#undef EXPECT
#undef REFUSE
#undef NEEDS
};
_Static_assert(ROW_COUNT <= UINT8_MAX, "rows of expect.def fit an octet");

const struct smtpspec_expectation *
smtpspec_rules_expect(enum smtpspec_state state, enum smtpspec_command command,
                      enum smtpspec_stimulus stimulus)
{
    /* Verbs are not case sensitive (RFC 5321, 2.4). */
    if (stimulus == SMTPSPEC_STIMULUS_LOWER_CASE)
        stimulus = SMTPSPEC_STIMULUS_VALID;
    if ((unsigned)state >= STATES || (unsigned)command >= COMMANDS_ALL ||
        (unsigned)stimulus >= SMTPSPEC_STIMULUS_COUNT)
        return NULL;
    unsigned number = row_of[state][command][stimulus];

    /* After a greeting that refuses, all commands are alike (RFC 5321, 3.1). */
    if (number == ROW_NONE && state == SMTPSPEC_STATE_REFUSED &&
        command != SMTPSPEC_COMMAND_QUIT)
        number = row_of[state][command][SMTPSPEC_STIMULUS_VALID];
    return number == ROW_NONE ? NULL : &rows[number];
}
