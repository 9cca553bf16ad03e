/* SPDX-License-Identifier: MIT */
/*
 * html_places.c - what came in each state to each command, as a table
 *
 * The same as the picture of the state machine, for whoever cannot see it or
 * wants to see all: also what keeps a session where it is.
 */
#include "report/html_machine.h"

#include <string.h>

#include "rules/picture_words.h"

const char *smtpspec_html_place_class(const struct smtpspec_transition *place)
{
    return place == NULL                              ? "n"
           : place->worst == SMTPSPEC_OUTCOME_FAIL    ? "f"
           : place->worst == SMTPSPEC_OUTCOME_WARN    ? "w"
                                                      : "p";
}

/* Strings are kept once for the page, so one and the same is in one place. */
static bool has_case(const struct smtpspec_html_places *places,
                     const struct smtpspec_transition *place)
{
    const struct smtpspec_html_target *target = places->page->target;

    for (unsigned i = 0; i < target->count && place != NULL; i++)
        if (target->cases[i].id == place->test)
            return true;
    return false;
}

void smtpspec_html_place_begin(const struct smtpspec_html_places *places,
                               const struct smtpspec_transition *place,
                               const char *attributes)
{
    FILE *out = places->page->out;

    if (!has_case(places, place))
        return;
    fputs("<a href=\"#", out);
    smtpspec_html_anchor(out, places->page->number, place->test);
    fprintf(out, "\" class=%s%s>", smtpspec_html_place_class(place),
            attributes);
}

void smtpspec_html_place_end(const struct smtpspec_html_places *places,
                             const struct smtpspec_transition *place)
{
    if (has_case(places, place))
        fputs("</a>", places->page->out);
}

void smtpspec_html_place_text(FILE *out,
                              const struct smtpspec_transition *place)
{
    smtpspec_html_count(out, place->count, "time", "times");
    fputs(place->worst == SMTPSPEC_OUTCOME_FAIL   ? ", fails: "
          : place->worst == SMTPSPEC_OUTCOME_WARN ? ", warned: "
                                                  : ": ", out);
    smtpspec_html_text(out, place->test);
}

/* --- the table ------------------------------------------------------------ */

static bool was_in(const struct smtpspec_html_places *places, unsigned state)
{
    for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
        for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
            if (places->at[state][c][k] != NULL)
                return true;
    return false;
}

static bool was_sent(const struct smtpspec_html_places *places,
                     unsigned command)
{
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
            if (places->at[s][command][k] != NULL)
                return true;
    return false;
}

static void put_cell(const struct smtpspec_html_places *places,
                     const struct smtpspec_transition *const *classes)
{
    /* No reply last, in the order in which people count. */
    static const enum smtpspec_class order[] = {
        SMTPSPEC_CLASS_SUCCESS, SMTPSPEC_CLASS_INTERMEDIATE,
        SMTPSPEC_CLASS_FAILURE, SMTPSPEC_CLASS_ERROR, SMTPSPEC_CLASS_NONE
    };
    FILE *out = places->page->out;

    fputs("<td>", out);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++) {
        const struct smtpspec_transition *place = classes[order[i]];

        if (place == NULL)
            continue;
        smtpspec_html_place_begin(places, place, "");
        fprintf(out, "%s%s",
                place->worst == SMTPSPEC_OUTCOME_FAIL   ? "&#10007;"
                : place->worst == SMTPSPEC_OUTCOME_WARN ? "!"
                                                        : "",
                smtpspec_picture_digits(order[i]));
        smtpspec_html_place_end(places, place);
        fputs(" ", out);
    }
}

void smtpspec_html_places_table(const struct smtpspec_html_places *places)
{
    FILE *out = places->page->out;

    fputs("<details class=places><summary>The same as a table: what came in "
          "each state to each command</summary>\n"
          "<div class=mx tabindex=0 role=group aria-label=\"States and "
          "commands\"><table><caption>Replies by state and command"
          "</caption>\n<thead><tr><th scope=col>command", out);
    for (unsigned s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        if (was_in(places, s))
            fprintf(out, "<th scope=col>%s",
                    smtpspec_state_name((enum smtpspec_state)s));
    fputs("\n<tbody>\n", out);
    for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++) {
        if (!was_sent(places, c))
            continue;
        fprintf(out, "<tr><th scope=row>%s",
                smtpspec_picture_word((enum smtpspec_command)c));
        for (unsigned s = 1; s < SMTPSPEC_STATE_COUNT; s++)
            if (was_in(places, s))
                put_cell(places, places->at[s][c]);
        fputs("\n", out);
    }
    fputs("</table></div></details>\n", out);
}
