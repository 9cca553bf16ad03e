/* SPDX-License-Identifier: MIT */
/*
 * test_layers.c - in a picture nothing stands upon anything else, and arrows
 * go from box to box
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/layers_inside.h"
#include "mutate/random.h"

#define BOXES 40
#define ARROWS 120

struct scene {
    struct smtpspec_layers_box boxes[BOXES];
    struct smtpspec_layers_arrow arrows[ARROWS];
    unsigned box_count, arrow_count;
    struct smtpspec_drawing_point size;
};

static void place(struct scene *scene)
{
    scene->size = smtpspec_layers_place(scene->boxes, scene->box_count, scene->arrows,
                                        scene->arrow_count);
}

static void random_scene(struct scene *scene, unsigned boxes, unsigned arrows, uint64_t *seed)
{
    memset(scene, 0, sizeof(*scene));
    scene->box_count = boxes;
    scene->arrow_count = arrows;
    for (unsigned i = 0; i < boxes; i++)
        scene->boxes[i] = (struct smtpspec_layers_box){
            .rank = (unsigned)smtpspec_random_below(seed, SMTPSPEC_LAYERS_RANKS),
            .column = (unsigned)smtpspec_random_below(seed, 20), .last = i == 0,
            .width = 40 + (int)smtpspec_random_below(seed, 200),
            .height = 20 + (int)smtpspec_random_below(seed, 150)
        };
    for (unsigned i = 0; i < arrows; i++) {
        struct smtpspec_layers_arrow *arrow = &scene->arrows[i];

        arrow->from = (unsigned)smtpspec_random_below(seed, boxes);
        arrow->to = (arrow->from + 1 + (unsigned)smtpspec_random_below(seed, boxes - 1)) % boxes;
        arrow->width = (int)smtpspec_random_below(seed, 150);
        arrow->height = 14 * (1 + (int)smtpspec_random_below(seed, 4));
    }
}

static bool overlap(int x, int y, int width, int height, int other_x, int other_y, int other_width,
                    int other_height)
{
    return 2 * abs(x - other_x) < width + other_width - 2 &&
           2 * abs(y - other_y) < height + other_height - 2;
}

static void nothing_stands_upon_anything(const struct scene *scene)
{
    for (unsigned i = 0; i < scene->box_count; i++) {
        const struct smtpspec_layers_box *box = &scene->boxes[i];

        assert_true(box->x - box->width / 2 >= 0);
        assert_true(box->x + box->width / 2 <= scene->size.x);
        assert_true(box->y - box->height / 2 >= 0);
        assert_true(box->y + box->height / 2 <= scene->size.y);
        for (unsigned k = 0; k < i; k++)
            assert_false(overlap(box->x, box->y, box->width, box->height, scene->boxes[k].x,
                                 scene->boxes[k].y, scene->boxes[k].width,
                                 scene->boxes[k].height));
        for (unsigned k = 0; k < scene->arrow_count; k++)
            assert_false(overlap(box->x, box->y, box->width, box->height,
                                 scene->arrows[k].label.x, scene->arrows[k].label.y,
                                 scene->arrows[k].width, scene->arrows[k].height));
    }
}

/* Labels over one rank are moved onto their lines, but have a line each. */
static void labels_do_not_hide_each_other(const struct scene *scene)
{
    for (unsigned i = 0; i < scene->arrow_count; i++)
        for (unsigned k = 0; k < i; k++)
            assert_false(overlap(scene->arrows[i].label.x, scene->arrows[i].label.y,
                                 scene->arrows[i].width, scene->arrows[i].height,
                                 scene->arrows[k].label.x, scene->arrows[k].label.y,
                                 scene->arrows[k].width, scene->arrows[k].height));
}

static void is_at_border(const struct smtpspec_layers_box *box,
                         struct smtpspec_drawing_point point, int beside)
{
    assert_true(abs(point.x - box->x) <= box->width / 2 + 1);
    assert_in_range(abs(point.y - box->y), box->height / 2 + beside - 1,
                    box->height / 2 + beside + 1);
}

static void arrows_go_from_box_to_box(const struct scene *scene)
{
    for (unsigned i = 0; i < scene->arrow_count; i++) {
        const struct smtpspec_layers_arrow *arrow = &scene->arrows[i];

        assert_int_equal(arrow->point_count % 3, 1);
        assert_true(arrow->point_count <= SMTPSPEC_LAYERS_POINTS);
        is_at_border(&scene->boxes[arrow->from], arrow->points[0], 0);
        is_at_border(&scene->boxes[arrow->to], arrow->points[arrow->point_count - 1],
                     SMTPSPEC_DRAWING_HEAD);
    }
}

static void any_picture_can_be_read(void **state)
{
    (void)state;
    static struct scene scene;
    uint64_t seed = 1;

    for (unsigned round = 0; round < 40; round++) {
        random_scene(&scene, 2 + round % 12, 1 + round % 30, &seed);
        place(&scene);
        nothing_stands_upon_anything(&scene);
        labels_do_not_hide_each_other(&scene);
        arrows_go_from_box_to_box(&scene);
    }
}

static void the_largest_picture_is_made_at_once(void **state)
{
    (void)state;
    static struct scene scene;
    uint64_t seed = 2;

    random_scene(&scene, BOXES, ARROWS, &seed);
    place(&scene);
    nothing_stands_upon_anything(&scene);
    arrows_go_from_box_to_box(&scene);
}

/* Down a column, and from each box back to the first. */
static void a_way_is_straight(void **state)
{
    (void)state;
    static struct scene scene;

    memset(&scene, 0, sizeof(scene));
    scene.box_count = 5;
    scene.arrow_count = 7;
    for (unsigned i = 0; i < 5; i++)
        scene.boxes[i] = (struct smtpspec_layers_box){ .rank = i, .width = 100 + 20 * (int)i,
                                                       .height = 40 };
    for (unsigned i = 0; i < 7; i++)
        scene.arrows[i] = (struct smtpspec_layers_arrow){
            .from = i < 4 ? i : i - 2, .to = i < 4 ? i + 1 : 0, .width = 60, .height = 14,
            .straight = i < 4
        };
    place(&scene);
    for (unsigned i = 1; i < 5; i++) {
        assert_true(abs(scene.boxes[i].x - scene.boxes[0].x) <= 12);
        assert_true(scene.boxes[i].y > scene.boxes[i - 1].y);
    }
    nothing_stands_upon_anything(&scene);
}

static void the_last_box_is_at_the_right(void **state)
{
    (void)state;
    static struct scene scene;
    uint64_t seed = 3;

    for (unsigned round = 0; round < 20; round++) {
        random_scene(&scene, 10, 20, &seed);
        place(&scene);
        for (unsigned i = 1; i < scene.box_count; i++)
            if (scene.boxes[i].rank == scene.boxes[0].rank)
                assert_true(scene.boxes[i].x < scene.boxes[0].x);
    }
}

static void places_are_parted_as_little_as_can_be(void **state)
{
    (void)state;
    double places[] = { 0, 0, 0, 100 }, weights[] = { 1, 1, 1, 1 };
    const double gaps[] = { 0, 10, 10, 10 };
    double heavy[] = { 0, 0 }, unequal[] = { 3, 1 };

    smtpspec_layers_part(places, gaps, weights, 4);
    assert_true(places[0] == -10 && places[1] == 0 && places[2] == 10 && places[3] == 100);
    smtpspec_layers_part(heavy, gaps, unequal, 2);
    assert_true(heavy[0] == -2.5 && heavy[1] == 7.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_picture_can_be_read),
        cmocka_unit_test(the_largest_picture_is_made_at_once),
        cmocka_unit_test(a_way_is_straight),
        cmocka_unit_test(the_last_box_is_at_the_right),
        cmocka_unit_test(places_are_parted_as_little_as_can_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
