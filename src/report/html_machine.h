/* SPDX-License-Identifier: MIT */
/*
 * html_machine.h - what pictures of state machines and their tables share
 *
 * Floor 6, report.
 */
#ifndef SMTPSPEC_HTML_MACHINE_H
#define SMTPSPEC_HTML_MACHINE_H

#include "report/html.h"

/* The head of an arrow that ends at a place, coming from another; and a Bezier
 * curve, of 1 and 3 points for each part, with a head behind it
 * (html_curve.c). */
void smtpspec_html_head(FILE *out, int from_x, int from_y, int x, int y);
void smtpspec_html_curve(FILE *out, const struct smtpspec_drawing_point *at,
                         unsigned count);

/* What was seen at each place; NULL: nothing. */
struct smtpspec_html_places {
    const struct smtpspec_html_page *page;
    const struct smtpspec_transition
        *at[SMTPSPEC_STATE_COUNT][SMTPSPEC_COMMAND_COUNT]
           [SMTPSPEC_CLASS_COUNT];
};

/* "p", "w", "f", and "n" for NULL: the class that gives a place its colour. */
const char *smtpspec_html_place_class(const struct smtpspec_transition *place);

/* Open a link to the case that shows a place, id, tabindex and the like being
 * in `attributes`; close it by smtpspec_html_place_end(). Where the report has
 * no such case it is no link. */
void smtpspec_html_place_begin(const struct smtpspec_html_places *places,
                               const struct smtpspec_transition *place,
                               const char *attributes);
void smtpspec_html_place_end(const struct smtpspec_html_places *places,
                             const struct smtpspec_transition *place);
/* "36 times, fails: rcpt.before-mail". */
void smtpspec_html_place_text(FILE *out,
                              const struct smtpspec_transition *place);

/* States x commands, as a table (html_places.c). */
void smtpspec_html_places_table(const struct smtpspec_html_places *places);

#endif
