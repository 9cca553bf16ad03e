/* SPDX-License-Identifier: MIT */
/*
 * walk.c - a seeded walk over states.def, to where nobody has been
 */
#include "fuzz/walk.h"

#include <string.h>

#include "case/sweep.h"
#include "mutate/random.h"
#include "mutate/script.h"

/* Steps of one walk. */
#define STEPS_LEAST 4
#define STEPS_MORE 24
/* Octets that one step sends. */
#define STEP_ROOM 8192
/* What cannot be reached. */
#define FAR 1000000u

/* Beside sweep.def. */
static const struct said {
    uint8_t command, class_, needs;
    struct smtpspec_span text;
} said[] = {
#define SAY(command, class_, needs, octets)                                 \
    { SMTPSPEC_COMMAND_##command, SMTPSPEC_CLASS_##class_,                  \
      SMTPSPEC_EXTENSION_##needs, { (octets), sizeof(octets) - 1 } },
#include "fuzz/walk.def"
#undef SAY
};

/* --- The map -------------------------------------------------------------- */

/* A reply of that class is one that the table has a place for. Who would send
 * it is another question. */
static bool is_edge(unsigned state, unsigned command, unsigned class_)
{
    enum smtpspec_state next = smtpspec_rules_next(
        (enum smtpspec_state)state, (enum smtpspec_command)command,
        (enum smtpspec_class)class_);

    return command != SMTPSPEC_COMMAND_CONNECT &&
           next != SMTPSPEC_STATE_UNSET && next != SMTPSPEC_STATE_ASTRAY;
}

static bool is_walkable(unsigned state)
{
    switch (state) {
    case SMTPSPEC_STATE_IDLE:
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_CONTENT:
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
    case SMTPSPEC_STATE_AUTH:
    case SMTPSPEC_STATE_REFUSED:
        return true;
    default:
        return false;
    }
}

static void add_edges(struct smtpspec_walk_atlas *atlas, unsigned state,
                      bool hops)
{
    for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++)
        for (unsigned k = 1; k < SMTPSPEC_CLASS_COUNT; k++) {
            unsigned then = smtpspec_rules_next(
                (enum smtpspec_state)state, (enum smtpspec_command)c,
                (enum smtpspec_class)k);

            if (is_edge(state, c, k) &&
                (then != state && is_walkable(then)) == hops)
                atlas->edges[atlas->count++] = (struct smtpspec_walk_edge){
                    (uint8_t)state, (uint8_t)c, (uint8_t)k, (uint8_t)then };
        }
}

void smtpspec_walk_draw(struct smtpspec_walk_atlas *atlas)
{
    atlas->count = 0;
    for (unsigned state = 0; state < SMTPSPEC_STATE_COUNT; state++)
        if (is_walkable(state))
            add_edges(atlas, state, true);
    atlas->hops = atlas->count;
    for (unsigned state = 0; state < SMTPSPEC_STATE_COUNT; state++)
        if (is_walkable(state))
            add_edges(atlas, state, false);
}

void smtpspec_walk_init(struct smtpspec_walk *walk,
                        const struct smtpspec_walk_atlas *atlas,
                        uint64_t seed)
{
    *walk = (struct smtpspec_walk){ .atlas = atlas, .random = seed };
    walk->left = STEPS_LEAST +
                 (unsigned)smtpspec_random_below(&walk->random, STEPS_MORE);
}

static const struct smtpspec_edge_count *
counts_of(const struct smtpspec_triples *triples,
          const struct smtpspec_walk_edge *edge)
{
    return &triples->edges[edge->state][edge->command][edge->class_];
}

/* An edge that leads on is worth a step; one that never did, more and more. */
static unsigned cost_of(const struct smtpspec_triples *triples,
                        const struct smtpspec_walk_edge *edge)
{
    const struct smtpspec_edge_count *count = counts_of(triples, edge);

    return count->met > 0 ? 1 : 2 + 2 * count->tried;
}

/* How far each state is from here, and by which edge the way there begins. */
struct map {
    unsigned far[SMTPSPEC_STATE_COUNT];
    const struct smtpspec_walk_edge *first[SMTPSPEC_STATE_COUNT];
};

static void draw_map(struct map *map, const struct smtpspec_walk_atlas *atlas,
                     const struct smtpspec_triples *triples, unsigned here)
{
    bool changed = true;

    for (unsigned i = 0; i < SMTPSPEC_STATE_COUNT; i++)
        map->far[i] = FAR;
    map->far[here] = 0;
    while (changed) {
        changed = false;
        for (unsigned i = 0; i < atlas->hops; i++) {
            const struct smtpspec_walk_edge *edge = &atlas->edges[i];
            unsigned far;

            if (map->far[edge->state] == FAR)
                continue;
            far = map->far[edge->state] + cost_of(triples, edge);
            if (far >= map->far[edge->then])
                continue;
            map->far[edge->then] = far;
            map->first[edge->then] = edge->state == here
                                         ? edge : map->first[edge->state];
            changed = true;
        }
    }
}

/* --- Where to ------------------------------------------------------------- */

/* QUIT costs a connection. */
static unsigned price_of(const struct smtpspec_triples *triples,
                         const struct map *map,
                         const struct smtpspec_walk_edge *edge)
{
    const struct smtpspec_edge_count *count = counts_of(triples, edge);

    return count->met + 4 * count->tried + 2 * map->far[edge->state] +
           (edge->command == SMTPSPEC_COMMAND_QUIT ? 20 : 0);
}

/* The cheapest edge; of equal ones any. */
static void take_aim(struct smtpspec_walk *walk,
                     const struct smtpspec_triples *triples,
                     const struct map *map)
{
    unsigned best = UINT32_MAX, equals = 0;

    walk->aim = NULL;
    for (unsigned i = 0; i < walk->atlas->count; i++) {
        const struct smtpspec_walk_edge *edge = &walk->atlas->edges[i];
        unsigned price;

        if (map->far[edge->state] == FAR)
            continue;
        price = price_of(triples, map, edge);
        if (price > best)
            continue;
        equals = price < best ? 1 : equals + 1;
        best = price;
        if (smtpspec_random_below(&walk->random, equals) == 0)
            walk->aim = edge;
    }
}

/* --- What to say ---------------------------------------------------------- */

static bool is_sound(unsigned stimulus)
{
    return stimulus == SMTPSPEC_STIMULUS_VALID ||
           stimulus == SMTPSPEC_STIMULUS_LOWER_CASE ||
           stimulus == SMTPSPEC_STIMULUS_BLANKS;
}

/* What ends a connection, or the judge's interest in it, is said now and then
 * only. */
static bool is_costly(const struct smtpspec_sweep_line *line)
{
    return line->stimulus == SMTPSPEC_STIMULUS_BARE_LF ||
           line->stimulus == SMTPSPEC_STIMULUS_TOO_LONG ||
           (line->command == SMTPSPEC_COMMAND_BDAT &&
            !is_sound(line->stimulus));
}

/* It would set a queue going, turn the roles, or fetch something. */
static bool is_off_limits(const struct smtpspec_sweep_line *line,
                          uint64_t offered)
{
    return line->unless != SMTPSPEC_EXTENSION_NONE &&
           line->unless != SMTPSPEC_EXTENSION_AUTH &&
           line->unless != SMTPSPEC_EXTENSION_STARTTLS &&
           (offered & SMTPSPEC_BIT64(line->unless)) != 0;
}

/* One of several, each with the same chance. */
struct draw {
    struct smtpspec_walk *walk;
    unsigned count;
    struct smtpspec_span text;
    bool crlf;
};

static void put_in(struct draw *draw, struct smtpspec_span text, bool crlf)
{
    if (smtpspec_random_below(&draw->walk->random, ++draw->count) != 0)
        return;
    draw->text = text;
    draw->crlf = crlf;
}

static void draw_line(struct draw *draw, unsigned command, unsigned class_,
                      uint64_t offered)
{
    bool wants_sound = class_ == SMTPSPEC_CLASS_SUCCESS ||
                       class_ == SMTPSPEC_CLASS_INTERMEDIATE;
    size_t count;
    const struct smtpspec_sweep_line *lines = smtpspec_sweep_lines(&count);

    for (size_t i = 0; i < count; i++)
        if (lines[i].command == command &&
            (is_sound(lines[i].stimulus) == wants_sound) &&
            !is_off_limits(&lines[i], offered) &&
            (!is_costly(&lines[i]) ||
             smtpspec_random_once_in(&draw->walk->random, 6)))
            put_in(draw, lines[i].text, true);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(said); i++)
        if (said[i].command == command && said[i].class_ == class_ &&
            (said[i].needs == SMTPSPEC_EXTENSION_NONE ||
             (offered & SMTPSPEC_BIT64(said[i].needs)) != 0))
            put_in(draw, said[i].text, false);
}

/* Each line of what is said is a line of the script. */
static void write_step(const struct draw *draw,
                       const struct smtpspec_case_vars *vars,
                       struct smtpspec_growing *script)
{
    char octets[STEP_ROOM];
    size_t length = smtpspec_case_expand(draw->text, vars, octets,
                                         sizeof(octets) - 2);
    size_t from = 0;

    if (length > sizeof(octets) - 2)
        length = sizeof(octets) - 2;
    if (draw->crlf) {
        memcpy(octets + length, "\r\n", 2);
        length += 2;
    }
    script->length = 0;
    for (size_t i = 0; i < length; i++) {
        bool ends = octets[i] == '\n' && i > from && octets[i - 1] == '\r';
        struct smtpspec_span line = { octets + from, i + 1 - from };
        size_t room = 2 * line.length + 2;

        if (!ends && i + 1 < length)
            continue;
        script->length += smtpspec_script_write(
            true, line, smtpspec_growing_room(script, room), room);
        from = i + 1;
    }
}

/* False where there is nothing that would give such a reply. */
static bool say(struct smtpspec_walk *walk, struct smtpspec_triples *triples,
                const struct smtpspec_walk_place *place,
                const struct smtpspec_walk_edge *edge,
                const struct smtpspec_case_vars *vars,
                struct smtpspec_growing *script)
{
    struct draw draw = { .walk = walk };
    uint32_t *tried =
        &triples->edges[edge->state][edge->command][edge->class_].tried;

    *tried += *tried < UINT32_MAX / 16;
    draw_line(&draw, edge->command, edge->class_, place->offered);
    if (draw.count == 0)
        draw_line(&draw, edge->command, SMTPSPEC_CLASS_SUCCESS,
                  place->offered);
    if (draw.count > 0)
        write_step(&draw, vars, script);
    return draw.count > 0;
}

bool smtpspec_walk_next(struct smtpspec_walk *walk,
                        struct smtpspec_triples *triples,
                        const struct smtpspec_walk_place *place,
                        const struct smtpspec_case_vars *vars,
                        struct smtpspec_growing *script)
{
    struct map map;
    bool there = walk->aim != NULL && walk->aim->state == place->state;

    if (walk->left == 0 || !is_walkable(place->state))
        return false;
    if (!there)
        draw_map(&map, walk->atlas, triples, place->state);
    if (walk->aim == NULL || (!there && map.far[walk->aim->state] == FAR))
        take_aim(walk, triples, &map);
    while (walk->aim != NULL && walk->left > 0) {
        const struct smtpspec_walk_edge *edge = walk->aim;

        if (edge->state == place->state)
            walk->aim = NULL;
        else
            edge = map.first[edge->state];
        walk->left--;
        if (say(walk, triples, place, edge, vars, script))
            return true;
        if (there)
            draw_map(&map, walk->atlas, triples, place->state);
        there = false;
        take_aim(walk, triples, &map);
    }
    return false;
}
