/* SPDX-License-Identifier: MIT */
/*
 * layers.c - places for boxes in ranks, and ways for the arrows between them
 */
#include "learn/layers.h"

#include <stdlib.h>

#include "learn/layers_inside.h"
#include "net/memory.h"

#define MARGIN 12
#define LEVEL_GAP 22           /* from one level to the next                 */
#define LANE_GAP 6             /* from one label to the next over a rank     */
#define PASSING 6              /* width of an arrow that passes a rank       */
#define PORT_INSET 14          /* from a corner of a box to where arrows end */
#define PORT_GAP 13            /* and between these                          */
#define CORNER 10              /* how wide an arrow turns                    */

struct chain {
    unsigned at[SMTPSPEC_LAYERS_LEVELS + 1]; /* vertices, boxes at both ends */
    unsigned count;
    unsigned label;            /* vertex that the label stands on            */
    bool level;                /* both boxes are of one rank                 */
    int lane;                  /* then: the label is so far down its level   */
};

struct plan {
    struct smtpspec_layers layers;
    struct smtpspec_layers_box *boxes;
    unsigned box_count;
    struct smtpspec_layers_arrow *arrows;
    unsigned arrow_count;
    struct chain *chains;      /* of the arrows                              */
    int crowd[SMTPSPEC_LAYERS_LEVELS];   /* widths of labels on a level; of
                                            lanes, heights                   */
    int top[SMTPSPEC_LAYERS_LEVELS], height[SMTPSPEC_LAYERS_LEVELS];
    double *ports;             /* of the arrows: where each begins and ends  */
};

/* --- Chains --------------------------------------------------------------- */

static unsigned level_of(const struct plan *plan, unsigned box)
{
    return 3 * plan->boxes[box].rank + 2;
}

static bool is_of_labels(unsigned level)
{
    return level % 3 == 0;
}

static bool is_of_lanes(unsigned level)
{
    return level % 3 == 1;
}

static unsigned add_vertex(struct plan *plan, unsigned level, double key)
{
    struct smtpspec_layers *layers = &plan->layers;

    layers->vertices[layers->vertex_count] = (struct smtpspec_layers_vertex){
        .level = level, .key = key, .width = PASSING };
    return layers->vertex_count++;
}

static void join(struct plan *plan, unsigned a, unsigned b, double weight)
{
    struct smtpspec_layers *layers = &plan->layers;
    bool down = layers->vertices[a].level < layers->vertices[b].level;

    layers->segments[layers->segment_count++] =
        (struct smtpspec_layers_segment){ down ? a : b, down ? b : a,
                                          weight };
}

/* On the level between the two where least stands; within a rank, right above
 * it. */
static unsigned label_level(const struct plan *plan, unsigned from,
                            unsigned to)
{
    unsigned low = from < to ? from : to, high = from < to ? to : from;
    unsigned best = low + 1;

    if (low == high)
        return low - 1;
    for (unsigned l = low + 1; l < high; l++)
        if (is_of_labels(l) && plan->crowd[l] < plan->crowd[best])
            best = l;
    return best;
}

static void set_label(struct plan *plan, unsigned i, unsigned vertex)
{
    const struct smtpspec_layers_arrow *arrow = &plan->arrows[i];
    struct smtpspec_layers_vertex *label = &plan->layers.vertices[vertex];
    struct chain *chain = &plan->chains[i];
    int *crowd = &plan->crowd[label->level];

    chain->label = vertex;
    chain->lane = *crowd;
    if (arrow->width > 0)
        label->width = arrow->width;
    label->height = arrow->height;
    *crowd += chain->level ? arrow->height + LANE_GAP
                           : arrow->width + SMTPSPEC_LAYERS_GAP;
}

/* What goes far shall be straight. */
static void join_chain(struct plan *plan, unsigned i)
{
    const struct chain *chain = &plan->chains[i];

    for (unsigned k = 1; k < chain->count; k++) {
        bool inner = k > 1 && k + 1 < chain->count;

        join(plan, chain->at[k - 1], chain->at[k],
             (plan->arrows[i].straight ? 200 : 1) * (inner ? 6 : 2));
    }
}

static void make_chain(struct plan *plan, unsigned i)
{
    const struct smtpspec_layers_arrow *arrow = &plan->arrows[i];
    struct chain *chain = &plan->chains[i];
    unsigned from = level_of(plan, arrow->from);
    unsigned to = level_of(plan, arrow->to);
    unsigned label = label_level(plan, from, to), level = from;
    double key = (plan->boxes[arrow->from].column +
                  plan->boxes[arrow->to].column) / 2.0;

    chain->level = from == to;
    chain->at[chain->count++] = arrow->from;
    do {
        level = to <= level ? level - 1 : level + 1;
        if (level == to)
            break;
        chain->at[chain->count++] = add_vertex(plan, level, key);
        if (level == label)
            set_label(plan, i, chain->at[chain->count - 1]);
    } while (!chain->level);
    chain->at[chain->count++] = arrow->to;
    join_chain(plan, i);
}

/* Those that have no choice of a level for their label come first. */
static void make_chains(struct plan *plan)
{
    for (unsigned span = 0; span <= SMTPSPEC_LAYERS_LEVELS; span++)
        for (unsigned i = 0; i < plan->arrow_count; i++) {
            int way = (int)level_of(plan, plan->arrows[i].to) -
                      (int)level_of(plan, plan->arrows[i].from);

            if ((unsigned)abs(way) == span)
                make_chain(plan, i);
        }
}

static void make_rows(struct smtpspec_layers *layers)
{
    for (unsigned l = 0; l < SMTPSPEC_LAYERS_LEVELS; l++)
        layers->rows[l] = smtpspec_memory_new(layers->vertex_count *
                                              sizeof(*layers->rows[l]));
    for (unsigned i = 0; i < layers->vertex_count; i++) {
        unsigned level = layers->vertices[i].level;

        layers->rows[level][layers->lengths[level]++] = i;
    }
}

static unsigned end_of(const struct smtpspec_layers_segment *segment,
                       bool below)
{
    return below ? segment->upper : segment->lower;
}

/* Segments by the vertex that they lead on from, below it or above. */
static void make_side(struct smtpspec_layers *layers, bool below,
                      struct smtpspec_layers_side *side)
{
    unsigned vertices = layers->vertex_count, count = layers->segment_count;

    side->first = smtpspec_memory_new((vertices + 2) * sizeof(unsigned));
    side->segments = smtpspec_memory_new(count * sizeof(unsigned));
    /* How many there are, two places on; then where each begins, one place
     * on, so that filling them in moves it to where it belongs. */
    for (unsigned i = 0; i < count; i++)
        side->first[end_of(&layers->segments[i], below) + 2]++;
    for (unsigned i = 2; i < vertices + 2; i++)
        side->first[i] += side->first[i - 1];
    for (unsigned i = 0; i < count; i++)
        side->segments[side->first[end_of(&layers->segments[i], below) +
                                   1]++] = i;
}

/* --- Up and down ---------------------------------------------------------- */

static int height_of(const struct plan *plan, unsigned level)
{
    const struct smtpspec_layers *layers = &plan->layers;
    int height = 0;

    if (is_of_lanes(level))
        return plan->crowd[level];
    for (unsigned i = 0; i < layers->lengths[level]; i++) {
        int one = layers->vertices[layers->rows[level][i]].height;

        height = one > height ? one : height;
    }
    return height;
}

/* Levels that nothing stands on have no height. */
static int stack(struct plan *plan)
{
    int at = MARGIN;

    for (unsigned l = 0; l < SMTPSPEC_LAYERS_LEVELS; l++) {
        plan->top[l] = at;
        plan->height[l] = height_of(plan, l);
        if (plan->height[l] > 0)
            at += plan->height[l] + LEVEL_GAP;
    }
    return at - LEVEL_GAP + MARGIN;
}

/* --- Across --------------------------------------------------------------- */

/* Nothing is left of the margin; the width of the whole. */
static int shift(struct plan *plan)
{
    struct smtpspec_layers *layers = &plan->layers;
    double left = 0, right = 0;

    for (unsigned i = 0; i < layers->vertex_count; i++) {
        const struct smtpspec_layers_vertex *one = &layers->vertices[i];

        if (i == 0 || one->x - one->width / 2.0 < left)
            left = one->x - one->width / 2.0;
        if (i == 0 || one->x + one->width / 2.0 > right)
            right = one->x + one->width / 2.0;
    }
    for (unsigned i = 0; i < layers->vertex_count; i++)
        layers->vertices[i].x += MARGIN - left;
    return (int)(right - left) + 2 * MARGIN;
}

/* --- Where arrows end at boxes -------------------------------------------- */

/* An end of an arrow at one side of a box. */
struct port {
    double want;
    double *place;
};

static bool is_at(const struct plan *plan, const struct chain *chain, bool end,
                  unsigned box, bool top)
{
    unsigned last = chain->count - 1;
    unsigned here = chain->at[end ? last : 0];
    unsigned next = chain->at[end ? last - 1 : 1];

    return here == box && (plan->layers.vertices[next].level <
                           plan->layers.vertices[here].level) == top;
}

static unsigned find_ports(const struct plan *plan, unsigned box, bool top,
                           struct port *ports)
{
    unsigned count = 0;

    for (unsigned i = 0; i < 2 * plan->arrow_count; i++) {
        const struct chain *chain = &plan->chains[i / 2];
        unsigned next = i % 2 == 1 ? chain->count - 2 : 1, k = count;
        struct port port = { plan->layers.vertices[chain->at[next]].x,
                             &plan->ports[i] };

        if (!is_at(plan, chain, i % 2 == 1, box, top))
            continue;
        for (; k > 0 && ports[k - 1].want > port.want; k--)
            ports[k] = ports[k - 1];
        ports[k] = port;
        count++;
    }
    return count;
}

static void spread_ports(struct plan *plan, unsigned box, bool top)
{
    const struct smtpspec_layers_vertex *vertex = &plan->layers.vertices[box];
    unsigned most = 2 * plan->arrow_count;
    struct port *ports = smtpspec_memory_new(most * sizeof(*ports));
    double *all = smtpspec_memory_new(3 * most * sizeof(*all));
    double *places = all, *gaps = all + most, *weights = gaps + most;
    unsigned count = find_ports(plan, box, top, ports);
    double half = vertex->width / 2.0 - PORT_INSET, gap = PORT_GAP;

    if (half < 0)
        half = 0;
    if (count > 1 && gap * (count - 1) > 2 * half)
        gap = 2 * half / (count - 1);
    for (unsigned i = 0; i < count; i++) {
        double least = vertex->x - half + gap * i;
        double greatest = vertex->x + half - gap * (count - 1 - i);

        places[i] = ports[i].want < least      ? least
                    : ports[i].want > greatest ? greatest : ports[i].want;
        gaps[i] = gap;
        weights[i] = 1;
    }
    smtpspec_layers_part(places, gaps, weights, count);
    for (unsigned i = 0; i < count; i++)
        *ports[i].place = places[i];
    free(all);
    free(ports);
}

/* --- Curves --------------------------------------------------------------- */

static void add_point(struct smtpspec_layers_arrow *arrow, double x, double y)
{
    arrow->points[arrow->point_count++] =
        (struct smtpspec_drawing_point){ (short)x, (short)y };
}

/* On to a place, upright where it begins and where it ends. */
static void go(struct smtpspec_layers_arrow *arrow, double x, double y)
{
    struct smtpspec_drawing_point from = arrow->points[arrow->point_count - 1];

    add_point(arrow, from.x, (from.y + y) / 2);
    add_point(arrow, x, (from.y + y) / 2);
    add_point(arrow, x, y);
}

/* Up to the lane over both boxes, along it, and down. */
static void go_along(struct smtpspec_layers_arrow *arrow, double end, double y)
{
    struct smtpspec_drawing_point from = arrow->points[0];
    double lane = arrow->label.y;
    double turn = from.x < end ? CORNER : -CORNER;

    add_point(arrow, from.x, lane);
    add_point(arrow, from.x, lane);
    add_point(arrow, from.x + turn, lane);
    add_point(arrow, from.x + turn, lane);
    add_point(arrow, end - turn, lane);
    add_point(arrow, end - turn, lane);
    add_point(arrow, end, lane);
    add_point(arrow, end, lane);
    add_point(arrow, end, y);
}

/* Through the rank of boxes or the label that a vertex stands for. */
static void go_through(const struct plan *plan,
                       struct smtpspec_layers_arrow *arrow,
                       const struct smtpspec_layers_vertex *one, bool up)
{
    int top = plan->top[one->level];
    int bottom = top + plan->height[one->level];

    if (top == bottom)
        return;
    if (one->height == 0 && is_of_labels(one->level)) {
        go(arrow, one->x, (top + bottom) / 2.0);
        return;
    }
    go(arrow, one->x, up ? bottom : top);
    go(arrow, one->x, up ? top : bottom);
}

static void put_label(const struct plan *plan, unsigned i)
{
    const struct chain *chain = &plan->chains[i];
    struct smtpspec_layers_arrow *arrow = &plan->arrows[i];
    const struct smtpspec_layers_vertex *label =
        &plan->layers.vertices[chain->label];
    int top = plan->top[label->level];
    double a = plan->ports[2 * i], b = plan->ports[2 * i + 1];
    double low = (a < b ? a : b), high = (a < b ? b : a), x = label->x;

    if (chain->level) {
        /* On the line, not beside it. */
        x = x < low ? low : x > high ? high : x;
        top += chain->lane + label->height / 2;
    } else {
        top += plan->height[label->level] / 2;
    }
    arrow->label = (struct smtpspec_drawing_point){ (short)x, (short)top };
}

static void draw(struct plan *plan, unsigned i)
{
    const struct chain *chain = &plan->chains[i];
    struct smtpspec_layers_arrow *arrow = &plan->arrows[i];
    const struct smtpspec_layers_box *from = &plan->boxes[arrow->from];
    const struct smtpspec_layers_box *to = &plan->boxes[arrow->to];
    bool up = chain->level || from->rank > to->rank;
    bool below = !chain->level && up;
    double end = plan->ports[2 * i + 1];
    int y = to->y + (below ? to->height / 2 + SMTPSPEC_DRAWING_HEAD
                           : -to->height / 2 - SMTPSPEC_DRAWING_HEAD);

    put_label(plan, i);
    add_point(arrow, plan->ports[2 * i],
              from->y + (up ? -from->height / 2 : from->height / 2));
    if (chain->level) {
        go_along(arrow, end, y);
        return;
    }
    for (unsigned k = 1; k + 1 < chain->count; k++)
        go_through(plan, arrow, &plan->layers.vertices[chain->at[k]], up);
    go(arrow, end, y);
}

/* --- The whole ------------------------------------------------------------ */

static void prepare(struct plan *plan)
{
    struct smtpspec_layers *layers = &plan->layers;
    size_t most = plan->box_count +
                  (size_t)plan->arrow_count * SMTPSPEC_LAYERS_LEVELS;

    layers->vertices = smtpspec_memory_new(most * sizeof(*layers->vertices));
    layers->segments =
        smtpspec_memory_new((most + plan->arrow_count) *
                            sizeof(*layers->segments));
    plan->chains =
        smtpspec_memory_new(plan->arrow_count * sizeof(*plan->chains));
    plan->ports =
        smtpspec_memory_new(2 * plan->arrow_count * sizeof(*plan->ports));
    for (unsigned i = 0; i < plan->box_count; i++) {
        struct smtpspec_layers_vertex *vertex =
            &layers->vertices[add_vertex(plan, level_of(plan, i),
                                         plan->boxes[i].column)];

        vertex->box = true;
        vertex->last = plan->boxes[i].last;
        vertex->width = plan->boxes[i].width;
        vertex->height = plan->boxes[i].height;
    }
    make_chains(plan);
    make_rows(layers);
    make_side(layers, false, &layers->above);
    make_side(layers, true, &layers->below);
}

static void finish(struct plan *plan)
{
    for (unsigned i = 0; i < plan->box_count; i++) {
        struct smtpspec_layers_box *box = &plan->boxes[i];
        unsigned level = level_of(plan, i);

        box->x = (int)plan->layers.vertices[i].x;
        box->y = plan->top[level] + plan->height[level] / 2;
        spread_ports(plan, i, true);
        spread_ports(plan, i, false);
    }
    for (unsigned i = 0; i < plan->arrow_count; i++)
        draw(plan, i);
}

static void free_all(struct plan *plan)
{
    for (unsigned l = 0; l < SMTPSPEC_LAYERS_LEVELS; l++)
        free(plan->layers.rows[l]);
    free(plan->layers.vertices);
    free(plan->layers.segments);
    free(plan->layers.above.first);
    free(plan->layers.above.segments);
    free(plan->layers.below.first);
    free(plan->layers.below.segments);
    free(plan->chains);
    free(plan->ports);
}

struct smtpspec_drawing_point
smtpspec_layers_place(struct smtpspec_layers_box *boxes, unsigned box_count,
                      struct smtpspec_layers_arrow *arrows,
                      unsigned arrow_count)
{
    struct plan plan = { .boxes = boxes, .box_count = box_count,
                         .arrows = arrows, .arrow_count = arrow_count };
    struct smtpspec_drawing_point size;

    prepare(&plan);
    smtpspec_layers_order(&plan.layers);
    smtpspec_layers_across(&plan.layers);
    size.x = (short)shift(&plan);
    size.y = (short)stack(&plan);
    finish(&plan);
    free_all(&plan);
    return size;
}
