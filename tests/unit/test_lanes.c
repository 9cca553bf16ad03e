/* SPDX-License-Identifier: MIT */
/*
 * test_lanes.c - a rate for each network, kept by all processes together
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/lanes.h"
#include "run/pace.h"

#define STORM_MS 2000000
#define STORM_OF 4

/* The way to hosts that are written as numbers, blanks between them. */
static void find(struct smtpspec_lanes *lanes, const char *hosts,
                 struct smtpspec_lanes_way *way)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST };
    struct addrinfo *list = NULL, **last = &list;
    char host[64];

    for (size_t length; *hosts != '\0'; hosts += length) {
        hosts += *hosts == ' ';
        length = strcspn(hosts, " ");
        snprintf(host, sizeof(host), "%.*s", (int)length, hosts);
        assert_int_equal(getaddrinfo(host, "25", &hints, last), 0);
        last = &(*last)->ai_next;
    }
    smtpspec_lanes_find(lanes, list, way);
    while (list != NULL) {
        struct addrinfo *rest = list->ai_next;

        list->ai_next = NULL;
        freeaddrinfo(list);
        list = rest;
    }
}

static void a_network_is_24_or_48_bits(void **state)
{
    static const struct { const char *one, *other; bool same; } rows[] = {
        { "192.0.2.1", "192.0.2.254", true },
        { "192.0.2.1", "192.0.3.1", false },
        { "192.0.2.1", "192.1.2.1", false },
        { "192.0.2.1", "::ffff:192.0.2.7", true },
        { "2001:db8:1::1", "2001:db8:1:ffff::9", true },
        { "2001:db8:1::1", "2001:db8:2::1", false },
        { "2001:db8:1::1", "32.1.13.184", false },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_lanes *lanes = smtpspec_lanes_new(60);
        struct smtpspec_lanes_way one, other;

        find(lanes, rows[i].one, &one);
        find(lanes, rows[i].other, &other);
        assert_int_equal(one.count, 1);
        assert_int_equal(one.at[0] == other.at[0], rows[i].same);
        assert_int_equal(smtpspec_lanes_take(&one, 500), 0);
        assert_int_equal(smtpspec_lanes_take(&other, 600),
                         rows[i].same ? 1500 : 0);
        smtpspec_lanes_free(lanes);
    }
}

static void a_host_of_two_networks_waits_for_both(void **state)
{
    struct smtpspec_lanes *lanes = smtpspec_lanes_new(60);
    struct smtpspec_lanes_way both, first, second;

    (void)state;
    find(lanes, "192.0.2.1 192.0.2.2 2001:db8::1", &both);
    assert_int_equal(both.count, 2);
    find(lanes, "192.0.2.9", &first);
    find(lanes, "2001:db8::9", &second);
    assert_int_equal(smtpspec_lanes_take(&second, 1000), 0);
    /* Nothing is taken of the first where the second says no. */
    assert_int_equal(smtpspec_lanes_take(&both, 1400), 2000);
    assert_int_equal(smtpspec_lanes_take(&first, 1400), 0);
    assert_int_equal(smtpspec_lanes_take(&both, 2000), 2400);
    assert_int_equal(smtpspec_lanes_take(&both, 2400), 0);
    assert_int_equal(smtpspec_lanes_take(&first, 3399), 3400);
    assert_int_equal(smtpspec_lanes_take(&second, 3400), 0);
    /* What is not wanted is another's. */
    assert_int_equal(smtpspec_lanes_take(&first, 3400), 0);
    smtpspec_lanes_give_back(&first);
    assert_int_equal(smtpspec_lanes_take(&first, 3401), 0);
    smtpspec_lanes_free(lanes);
}

static void without_lanes_nobody_waits(void **state)
{
    struct smtpspec_lanes_way way;

    (void)state;
    find(NULL, "192.0.2.1", &way);
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(smtpspec_lanes_take(&way, 7), 0);
    smtpspec_lanes_give_back(&way);
}

static void a_pace_keeps_its_rate_and_that_of_the_network(void **state)
{
    struct smtpspec_lanes *lanes = smtpspec_lanes_new(60);
    struct smtpspec_pace quick, slow;

    (void)state;
    smtpspec_pace_init(&quick, 0);
    smtpspec_pace_init(&slow, 30);
    find(lanes, "192.0.2.1", &quick.way);
    find(lanes, "192.0.2.2", &slow.way);
    assert_true(smtpspec_pace_begin(&slow, 1000));
    assert_false(smtpspec_pace_begin(&quick, 1500));
    assert_int_equal(quick.next, 2000);
    assert_true(smtpspec_pace_begin(&quick, 2000));
    assert_false(smtpspec_pace_begin(&slow, 2500));
    assert_int_equal(slow.next, 3000);
    assert_true(smtpspec_pace_begin(&slow, 3000));
    assert_int_equal(slow.next, 5000);
    /* Given back: the next one may have it. */
    assert_true(smtpspec_pace_begin(&quick, 4000));
    smtpspec_pace_give_back(&quick);
    assert_true(quick.next <= 4000);
    assert_true(smtpspec_pace_begin(&quick, 4001));
    smtpspec_lanes_free(lanes);
}

/* How often one gets in who asks at every ms of a time that is nobody's. */
static unsigned storm(struct smtpspec_lanes_way *way)
{
    unsigned count = 0;

    for (uint64_t now = 1; now <= STORM_MS; now++)
        count += smtpspec_lanes_take(way, now) == 0;
    return count;
}

static void all_processes_together_keep_it(void **state)
{
    struct smtpspec_lanes *lanes = smtpspec_lanes_new(60000);
    struct smtpspec_lanes_way way;
    unsigned sum = 0, count;
    int ends[2], status;

    (void)state;
    find(lanes, "192.0.2.1 2001:db8::1", &way);
    assert_int_equal(pipe(ends), 0);
    for (unsigned i = 0; i < STORM_OF; i++)
        if (fork() == 0) {
            count = storm(&way);
            _exit(write(ends[1], &count, sizeof(count)) != sizeof(count));
        }
    for (unsigned i = 0; i < STORM_OF; i++) {
        assert_true(wait(&status) > 0 && status == 0);
        assert_int_equal(read(ends[0], &count, sizeof(count)), sizeof(count));
        sum += count;
    }
    /* One each ms: nobody can have had another's. */
    assert_true(sum <= STORM_MS);
    assert_true(sum >= STORM_MS / STORM_OF);
    close(ends[0]);
    close(ends[1]);
    smtpspec_lanes_free(lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_24_or_48_bits),
        cmocka_unit_test(a_host_of_two_networks_waits_for_both),
        cmocka_unit_test(without_lanes_nobody_waits),
        cmocka_unit_test(a_pace_keeps_its_rate_and_that_of_the_network),
        cmocka_unit_test(all_processes_together_keep_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
