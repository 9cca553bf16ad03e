/* SPDX-License-Identifier: MIT */
/*
 * test_expand.c - the mail hosts of a domain, by a name server of our own
 */
#include "support/rows.h"

#include "support/dns_server.h"

#include "net/expand.h"
#include "net/transport.h"

static pid_t server;

static void start_server(void)
{
    unsigned port;
    int socket = dns_bind(&port);
    char where[32];

    snprintf(where, sizeof(where), "127.0.0.1:%u", port);
    setenv("SMTPSPEC_DNS", where, 1);
    server = fork();
    if (server == 0)
        dns_serve(socket);
    close(socket);
}

struct expansion {
    const char *text;
    const char *targets;    /* name, host and port of each                   */
    size_t dropped;
};

static struct expansion expansions[] = {
    { "mx:two.example",
      "mx:two.example/a.two.example a.two.example 25; "
      "mx:two.example/c.two.example c.two.example 25; "
      "mx:two.example/late.two.example late.two.example 25; ", 0 },
    { "mx:two.example:2525/", NULL, 0 },
    { "mx:two.example/C.two.example:2525",
      "mx:two.example/c.two.example:2525 c.two.example 2525; ", 0 },
    { "mx:alone.example", "mx:alone.example/alone.example alone.example 25; ", 0 },
    { "mx:half.example", "mx:half.example/mx.half.example mx.half.example 25; ", 0 },
    { "mx:many.example", "mx:many.example/h22.many.example h22.many.example 25; ", 3 },
    { "unix:/run/x", "unix:/run/x  25; ", 0 },
};

static void expands(void **state)
{
    const struct expansion *row = *state;
    struct smtpspec_target target;
    struct smtpspec_targets targets;
    char why[640], all[8192] = "";

    if (row->targets == NULL) {
        assert_false(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
        return;
    }
    assert_true(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    assert_int_equal(smtpspec_targets_expand(&target, &targets, why, sizeof(why)),
                     SMTPSPEC_OK);
    for (size_t i = 0; i < targets.count; i++) {
        const struct smtpspec_target *one = &targets.list[i];
        size_t length = strlen(all);

        assert_int_equal(one->by_dns, target.kind == SMTPSPEC_TARGET_MX);
        snprintf(all + length, sizeof(all) - length, "%s %s %s; ", one->name, one->host,
                 one->port);
    }
    if (row->dropped > 0)
        all[strlen(row->targets)] = '\0';
    assert_string_equal(all, row->targets);
    assert_int_equal(targets.dropped, row->dropped);
    if (row->dropped > 0)
        assert_int_equal(targets.count, SMTPSPEC_EXPAND_KEPT);
    smtpspec_targets_free(&targets);
}

struct refusal {
    const char *text;
    const char *why;
};

static struct refusal refusals[] = {
    { "mx:gone.example", "there is no domain gone.example" },
    { "mx:null.example", "null.example takes no mail: its MX is \".\" (RFC 7505)" },
    { "mx:odd.example", "no MX of odd.example names a host" },
    { "mx:two.example/other.example", "other.example is no MX of two.example" },
    { "mx:fail.example", "cannot look up the MX of fail.example: " },
    { "mx:garbage.example", "cannot look up the MX of garbage.example: " },
};

static void stands_for_nothing(void **state)
{
    const struct refusal *row = *state;
    struct smtpspec_target target;
    struct smtpspec_targets targets;
    char why[640] = "";

    assert_true(smtpspec_target_parse(row->text, &target, why, sizeof(why)));
    assert_int_equal(smtpspec_targets_expand(&target, &targets, why, sizeof(why)),
                     SMTPSPEC_ERROR_RESOLVE);
    why[strlen(row->why)] = '\0';
    assert_string_equal(why, row->why);
    smtpspec_targets_free(&targets);
}

struct lookup {
    const char *text;
    const char *found;      /* addresses, or why there are none              */
};

static struct lookup lookups[] = {
    { "mx:two.example/c.two.example", "127.0.0.3 " },
    { "mx:local.example", "127.0.0.1 " },
    { "mx:nothing.example", "there is no such name" },
};

static void has_addresses(void **state)
{
    const struct lookup *row = *state;
    struct smtpspec_target target;
    struct smtpspec_targets targets;
    struct smtpspec_addresses addresses;
    char found[640] = "";
    const char *why = "";
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    assert_true(smtpspec_target_parse(row->text, &target, found, sizeof(found)));
    assert_int_equal(smtpspec_targets_expand(&target, &targets, found, sizeof(found)),
                     SMTPSPEC_OK);
    if (smtpspec_addresses_look_up(&loop, &targets.list[0], &addresses, &why) !=
        SMTPSPEC_OK)
        snprintf(found, sizeof(found), "%s", why);
    for (struct addrinfo *one = addresses.list; one != NULL; one = one->ai_next) {
        size_t length = strlen(found);

        assert_int_equal(getnameinfo(one->ai_addr, one->ai_addrlen, found + length, 64, NULL,
                                     0, NI_NUMERICHOST), 0);
        length = strlen(found);
        snprintf(found + length, sizeof(found) - length, " ");
    }
    assert_string_equal(found, row->found);
    smtpspec_addresses_free(&addresses);
    smtpspec_targets_free(&targets);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void has_both_kinds_of_addresses(void **state)
{
    struct smtpspec_target target = { .by_dns = true, .host = "a.two.example",
                                      .port = "2525" };
    struct smtpspec_addresses addresses;
    const char *why;
    uv_loop_t loop;
    unsigned v4 = 0, v6 = 0;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(smtpspec_addresses_look_up(&loop, &target, &addresses, &why),
                     SMTPSPEC_OK);
    for (struct addrinfo *one = addresses.list; one != NULL; one = one->ai_next) {
        v4 += one->ai_family == AF_INET;
        v6 += one->ai_family == AF_INET6;
        assert_int_equal(ntohs(((struct sockaddr_in *)(void *)one->ai_addr)->sin_port), 2525);
    }
    assert_int_equal(v4, 1);
    assert_int_equal(v6, 1);
    smtpspec_addresses_free(&addresses);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void a_server_that_is_not_there_is_told(void **state)
{
    struct smtpspec_target target;
    struct smtpspec_targets targets;
    char why[640] = "", *before = strdup(getenv("SMTPSPEC_DNS"));
    unsigned port;
    char where[32];

    (void)state;
    close(dns_bind(&port));
    snprintf(where, sizeof(where), "127.0.0.1:%u", port);
    setenv("SMTPSPEC_DNS", where, 1);
    assert_true(smtpspec_target_parse("mx:two.example", &target, why, sizeof(why)));
    assert_int_equal(smtpspec_targets_expand(&target, &targets, why, sizeof(why)),
                     SMTPSPEC_ERROR_RESOLVE);
    assert_non_null(strstr(why, "cannot look up the MX of two.example: "));
    smtpspec_targets_free(&targets);
    setenv("SMTPSPEC_DNS", before, 1);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_both_kinds_of_addresses),
        cmocka_unit_test(a_server_that_is_not_there_is_told),
    };
    int failed;

    start_server();
    failed = RUN_ROWS(expands, expansions) + RUN_ROWS(stands_for_nothing, refusals) +
             RUN_ROWS(has_addresses, lookups) + cmocka_run_group_tests(tests, NULL, NULL);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return failed;
}
