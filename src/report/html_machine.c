/* SPDX-License-Identifier: MIT */
/*
 * html_machine.c - the state machine, coloured by what this server did
 *
 * An arrow for what a client does to get a message through; within a state a
 * mark for each command that it may be asked besides. What a server did that
 * is no arrow, and led elsewhere all the same, is drawn through between the
 * states. A click leads to the case. Those who cannot see it have the table.
 */
#include "report/html_machine.h"

#include <stdlib.h>
#include <string.h>

#include "report/picture_layout.h"
#include "rules/picture_words.h"

#define HEAD SMTPSPEC_DRAWING_HEAD
#define LINE_HEIGHT 14     /* of labels                                      */
#define MARK_STEP 29       /* marks within a state: from one to the next     */
#define MARK_ROW 14
#define MARK_GAP 2
#define MARKS_IN_ROW 8

/* --- geometry; all in pixels ---------------------------------------------- */

struct vector {
    int x, y;
};

static const struct smtpspec_picture_box *box_of(enum smtpspec_state state)
{
    for (unsigned i = 0; i < smtpspec_picture_box_count; i++)
        if (strcmp(smtpspec_picture_boxes[i].name,
                   smtpspec_state_name(state)) == 0)
            return &smtpspec_picture_boxes[i];
    return NULL;
}

/* --- arrows --------------------------------------------------------------- */

/* The worst of what was seen on an arrow; NULL: nothing. */
static const struct smtpspec_transition *
worst_of(const struct smtpspec_html_places *places,
         const struct smtpspec_picture_edge *edge)
{
    const struct smtpspec_transition *worst = NULL;

    for (unsigned i = 0; i < edge->count; i++)
        for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
            const struct smtpspec_transition *place =
                (edge->lines[i].classes & SMTPSPEC_BIT(k)) == 0
                    ? NULL
                    : places->at[edge->from][edge->lines[i].command][k];

            if (place != NULL && (worst == NULL || place->worst > worst->worst))
                worst = place;
        }
    return worst;
}

/* One word of a label: what was seen by that class of reply. */
static void put_word(const struct smtpspec_html_places *places,
                     const struct smtpspec_picture_edge *edge,
                     enum smtpspec_command command, enum smtpspec_class class_,
                     const char *word, const char *digits)
{
    FILE *out = places->page->out;
    const struct smtpspec_transition *place =
        places->at[edge->from][command][class_];
    char attributes[128];

    snprintf(attributes, sizeof(attributes), " tabindex=-1 id=t%u-e-%s-%s-%s%s",
             places->page->number,
             smtpspec_state_name((enum smtpspec_state)edge->from),
             smtpspec_command_name(command), smtpspec_class_name(class_),
             edge->last ? "-last" : "");
    smtpspec_html_place_begin(places, place, attributes);
    fprintf(out, "<tspan class=%s>", smtpspec_html_place_class(place));
    if (place != NULL) {
        fputs("<title>", out);
        smtpspec_html_place_text(out, place);
        fputs("</title>", out);
    }
    fprintf(out, "%s%s%s%s</tspan>", word, edge->last ? " LAST" : "",
            word[0] != '\0' && digits[0] != '\0' ? " " : "", digits);
    smtpspec_html_place_end(places, place);
    fputs(" ", out);
}

static void put_line(const struct smtpspec_html_places *places,
                     const struct smtpspec_picture_edge *edge,
                     const struct smtpspec_picture_line *line)
{
    enum smtpspec_command command = (enum smtpspec_command)line->command;
    const char *word = smtpspec_picture_word(command);

    for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
        if ((line->classes & SMTPSPEC_BIT(k)) == 0)
            continue;
        put_word(places, edge, command, (enum smtpspec_class)k, word,
                 smtpspec_picture_is_plain(line)
                     ? "" : smtpspec_picture_digits((enum smtpspec_class)k));
        word = "";
    }
}

static void put_label(const struct smtpspec_html_places *places,
                      const struct smtpspec_picture_edge *edge,
                      struct vector middle)
{
    FILE *out = places->page->out;
    int count = edge->handshake ? 1 : edge->count;
    int y = middle.y - (count - 1) * LINE_HEIGHT / 2 + 4;

    if (edge->handshake)
        fprintf(out, "<text x=%d y=%d>handshake</text>", middle.x, y);
    for (int i = 0; i < count && !edge->handshake; i++) {
        fprintf(out, "<text x=%d y=%d>", middle.x, y + i * LINE_HEIGHT);
        put_line(places, edge, &edge->lines[i]);
        fputs("</text>", out);
    }
}

static const struct smtpspec_picture_curve *
curve_of(const struct smtpspec_picture_edge *edge)
{
    const char *from = smtpspec_state_name((enum smtpspec_state)edge->from);
    const char *to = smtpspec_state_name((enum smtpspec_state)edge->to);

    for (unsigned i = 0; i < smtpspec_picture_curve_count; i++)
        if (strcmp(smtpspec_picture_curves[i].from, from) == 0 &&
            strcmp(smtpspec_picture_curves[i].to, to) == 0)
            return &smtpspec_picture_curves[i];
    return NULL;
}

static void put_edge(const struct smtpspec_html_places *places,
                     const struct smtpspec_picture_edge *edge)
{
    FILE *out = places->page->out;
    const struct smtpspec_picture_curve *curve = curve_of(edge);
    const char *class_ = smtpspec_html_place_class(worst_of(places, edge));

    if (curve == NULL)
        return;
    fprintf(out, "<g class=\"e %s\">", edge->handshake ? "n" : class_);
    smtpspec_html_curve(out, curve->points, curve->count);
    put_label(places, edge,
              (struct vector){ curve->label.x, curve->label.y });
    fputs("</g>\n", out);
}

/* --- what is no arrow and led elsewhere ----------------------------------- */

/* Out of the right side of one box into the right side of the other. */
static void put_stray_curve(FILE *out, const struct smtpspec_picture_box *from,
                            const struct smtpspec_picture_box *to,
                            struct vector *middle)
{
    struct vector begin = { from->x + from->width / 2, from->y };
    struct vector end = { to->x + to->width / 2 + HEAD, to->y };
    int bend = 40 + abs(end.y - begin.y) / 4;
    int most = begin.x > end.x ? begin.x : end.x;

    fprintf(out, "<path d=\"M%d %dC%d %d %d %d %d %d\"/>", begin.x, begin.y,
            most + bend, begin.y, most + bend, end.y, end.x, end.y);
    smtpspec_html_head(out, end.x + bend, end.y, end.x, end.y);
    *middle = (struct vector){
        (begin.x + end.x + 6 * (most + bend)) / 8, (begin.y + end.y) / 2 };
}

/* Starting over (STARTTLS does, too) and taking leave are possible from
 * anywhere: not drawn. */
static bool is_stray(const struct smtpspec_transition *place,
                     enum smtpspec_state *to)
{
    *to = smtpspec_rules_next(place->state, place->command, place->class_);
    return *to != place->state && *to != SMTPSPEC_STATE_READY &&
           *to != SMTPSPEC_STATE_TLS && *to != SMTPSPEC_STATE_CLOSED &&
           *to != SMTPSPEC_STATE_ASTRAY &&
           !smtpspec_picture_has(place->state, place->command, place->class_);
}

/* All that strayed from one state to another, as one arrow. */
static void put_strays(const struct smtpspec_html_places *places,
                       enum smtpspec_state from, enum smtpspec_state to)
{
    const struct smtpspec_target_facts *facts = &places->page->target->facts;
    struct smtpspec_picture_edge edge = { .from = (uint8_t)from,
                                          .to = (uint8_t)to };
    FILE *out = places->page->out;
    struct vector middle;
    enum smtpspec_state led;

    for (unsigned i = 0; i < facts->transition_count; i++) {
        const struct smtpspec_transition *place = &facts->transitions[i];

        if (place->state == from && is_stray(place, &led) && led == to &&
            edge.count < SMTPSPEC_PICTURE_LINES_LIMIT)
            edge.lines[edge.count++] = (struct smtpspec_picture_line){
                (uint8_t)place->command,
                (uint8_t)SMTPSPEC_BIT(place->class_) };
    }
    if (edge.count == 0 || box_of(from) == NULL || box_of(to) == NULL)
        return;
    fprintf(out, "<g class=\"e stray %s\">",
            smtpspec_html_place_class(worst_of(places, &edge)));
    put_stray_curve(out, box_of(from), box_of(to), &middle);
    put_label(places, &edge, middle);
    fputs("</g>\n", out);
}

/* --- states --------------------------------------------------------------- */

/* All that was seen of a command there but what arrows show: the worst. */
static const struct smtpspec_transition *
mark_of(const struct smtpspec_html_places *places, enum smtpspec_state state,
        unsigned command)
{
    const struct smtpspec_transition *worst = NULL;

    for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
        const struct smtpspec_transition *place =
            places->at[state][command][k];

        if (place == NULL ||
            smtpspec_picture_has(state, (enum smtpspec_command)command,
                                 (enum smtpspec_class)k))
            continue;
        if (worst == NULL || place->worst > worst->worst)
            worst = place;
    }
    return worst;
}

/* All verbs but one have four letters. */
static const char *mark_word(enum smtpspec_command command)
{
    if (command == SMTPSPEC_COMMAND_STARTTLS)
        return "STLS";
    return command == SMTPSPEC_COMMAND_UNKNOWN ? "XXXX"
                                               : smtpspec_command_name(command);
}

static void put_mark(const struct smtpspec_html_places *places,
                     enum smtpspec_state state, unsigned command,
                     struct vector at)
{
    FILE *out = places->page->out;
    const struct smtpspec_transition *place = mark_of(places, state, command);
    const char *word = mark_word((enum smtpspec_command)command);

    if (place == NULL) {
        fprintf(out, "<text class=n x=%d y=%d>%s</text>",
                at.x + MARK_STEP / 2, at.y + MARK_ROW - 5, word);
        return;
    }
    smtpspec_html_place_begin(places, place, " tabindex=-1");
    fprintf(out, "<g class=%s><title>%s, ", smtpspec_html_place_class(place),
            smtpspec_command_name((enum smtpspec_command)command));
    smtpspec_html_place_text(out, place);
    fprintf(out, "</title><rect x=%d y=%d width=%d height=%d rx=2 />"
            "<text x=%d y=%d>%s</text></g>", at.x + MARK_GAP / 2, at.y,
            MARK_STEP - MARK_GAP, MARK_ROW - MARK_GAP, at.x + MARK_STEP / 2,
            at.y + MARK_ROW - 5, word);
    smtpspec_html_place_end(places, place);
}

/* Verbs: neither the connection, nor what octets mean within data. */
static bool is_verb(unsigned command)
{
    return command != SMTPSPEC_COMMAND_UNSET &&
           command != SMTPSPEC_COMMAND_CONNECT &&
           command != SMTPSPEC_COMMAND_DATA_END &&
           command != SMTPSPEC_COMMAND_AUTH_CONTINUE;
}

static void put_marks(const struct smtpspec_html_places *places,
                      enum smtpspec_state state,
                      const struct smtpspec_picture_box *box)
{
    unsigned shown = 0;

    for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++) {
        struct vector at = {
            box->x - MARKS_IN_ROW * MARK_STEP / 2 +
                (int)(shown % MARKS_IN_ROW) * MARK_STEP,
            box->y - 9 + (int)(shown / MARKS_IN_ROW) * MARK_ROW
        };

        if (!is_verb(c))
            continue;
        put_mark(places, state, c, at);
        shown++;
    }
}

static bool was_seen(const struct smtpspec_html_places *places,
                     enum smtpspec_state state)
{
    const struct smtpspec_target_facts *facts = &places->page->target->facts;

    for (unsigned i = 0; i < facts->transition_count; i++) {
        const struct smtpspec_transition *place = &facts->transitions[i];

        if (place->state == state ||
            smtpspec_rules_next(place->state, place->command,
                                place->class_) == state)
            return true;
    }
    return false;
}

static void put_state(const struct smtpspec_html_places *places,
                      enum smtpspec_state state)
{
    FILE *out = places->page->out;
    const struct smtpspec_picture_box *box = box_of(state);
    bool marks = smtpspec_picture_reads_commands(state);

    if (box == NULL)
        return;
    fprintf(out, "<g class=\"st%s\"><rect x=%d y=%d width=%d height=%d rx=9 />"
            "<text x=%d y=%d>%s</text>", was_seen(places, state) ? "" : " n",
            box->x - box->width / 2, box->y - box->height / 2, box->width,
            box->height, box->x, box->y + (marks ? -18 : 5),
            smtpspec_state_name(state));
    if (marks)
        put_marks(places, state, box);
    fputs("</g>\n", out);
}

/* --- the whole ------------------------------------------------------------ */

static void put_legend(FILE *out)
{
    fputs("<p class=hint>Arrows get a message through; within a state stand "
          "the commands that keep it, or start over (XXXX: an unknown verb). "
          "<b class=p>As it should be</b> <b class=w>warned</b> "
          "<b class=f>failed</b> <b class=n>not seen</b> A click leads to a "
          "case.</p>\n", out);
}

static void put_picture(const struct smtpspec_html_places *places)
{
    struct smtpspec_picture_edge edges[SMTPSPEC_PICTURE_EDGES_LIMIT];
    unsigned count = smtpspec_picture_edges(edges);
    FILE *out = places->page->out;

    fprintf(out, "<div class=picture tabindex=0 role=group aria-label=\""
            "Picture of the state machine\"><svg viewBox=\"-4 -4 %d %d\" "
            "aria-hidden=true>\n", smtpspec_picture_width + 8,
            smtpspec_picture_height + 8);
    for (unsigned i = 0; i < count; i++)
        put_edge(places, &edges[i]);
    for (int s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        put_state(places, (enum smtpspec_state)s);
    for (int from = 1; from < SMTPSPEC_STATE_COUNT; from++)
        for (int to = 1; to < SMTPSPEC_STATE_COUNT; to++)
            put_strays(places, (enum smtpspec_state)from,
                       (enum smtpspec_state)to);
    fputs("</svg></div>\n", out);
}

void smtpspec_html_machine(const struct smtpspec_html_page *page)
{
    const struct smtpspec_target_facts *facts = &page->target->facts;
    struct smtpspec_html_places places = { .page = page };

    if (facts->transition_count == 0)
        return;
    for (unsigned i = 0; i < facts->transition_count; i++) {
        const struct smtpspec_transition *place = &facts->transitions[i];

        if ((unsigned)place->state < SMTPSPEC_STATE_COUNT &&
            (unsigned)place->command < SMTPSPEC_COMMAND_COUNT &&
            (unsigned)place->class_ < SMTPSPEC_CLASS_COUNT)
            places.at[place->state][place->command][place->class_] = place;
    }
    fprintf(page->out, "<section class=machine "
            "aria-labelledby=\"t%u-machine t%u-name\">\n"
            "<h3 id=t%u-machine>Where the sessions went</h3>\n", page->number,
            page->number, page->number);
    put_legend(page->out);
    put_picture(&places);
    smtpspec_html_places_table(&places);
    fputs("</section>\n", page->out);
}
