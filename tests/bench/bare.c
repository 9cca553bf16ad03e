/* SPDX-License-Identifier: MIT */
/*
 * bare.c - the octets of a client, recorded and played again by a bare loop
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare.h"
#include "bench.h"

#define ROOM 65536
#define EVENTS 256
/* How often it is looked whether the client has ended, and how long nothing at
 * all may happen. */
#define LOOK_MS 50
#define PATIENCE_MS 30000

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int connect_to(int port, int flags)
{
    struct sockaddr_in address = loopback(port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    if (fd < 0 ||
        (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 &&
         errno != EINPROGRESS))
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

int bare_listen(int *port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 ||
        listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("listen");
    *port = ntohs(address.sin_port);
    return fd;
}

/* --- recording ------------------------------------------------------------ */

static struct bare_turn *last_turn(struct bare_script *script)
{
    return &script->turns[script->count - 1];
}

static void add_turn(struct bare_script *script)
{
    script->turns = grow(script->turns,
                         (script->count + 1) * sizeof(script->turns[0]));
    script->turns[script->count++] = (struct bare_turn){ 0 };
}

static void note_sent(struct bare_script *script, const char *octets,
                      size_t length)
{
    struct bare_turn *turn = last_turn(script);

    turn->octets = grow(turn->octets, turn->length + length);
    memcpy(turn->octets + turn->length, octets, length);
    turn->length += length;
}

static void note_came(struct bare_script *script, size_t length)
{
    if (last_turn(script)->length > 0)
        add_turn(script);
    last_turn(script)->comes += length;
}

/* From one side to the other; false where that side is done. */
static bool pass_on(struct bare_script *script, int from, int to,
                    bool from_client)
{
    char room[ROOM];
    ssize_t length = recv(from, room, sizeof(room), 0);

    if (length <= 0)
        return false;
    if (from_client)
        note_sent(script, room, (size_t)length);
    else
        note_came(script, (size_t)length);
    return send(to, room, (size_t)length, MSG_NOSIGNAL) == length;
}

static struct bare_script record_one(int client, int port)
{
    struct bare_script script = { 0 };
    int server = connect_to(port, 0);
    struct pollfd ends[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
    bool open = true;

    add_turn(&script);
    while (open && poll(ends, 2, PATIENCE_MS) > 0) {
        if (ends[1].revents != 0)
            open = pass_on(&script, server, client, false);
        else
            open = pass_on(&script, client, server, true);
    }
    /* Behind what was said last comes the close. */
    if (last_turn(&script)->length > 0)
        add_turn(&script);
    close(client);
    close(server);
    return script;
}

static bool same(const struct bare_script *a, const struct bare_script *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->turns[i].comes != b->turns[i].comes ||
            a->turns[i].length != b->turns[i].length ||
            (a->turns[i].length > 0 &&
             memcmp(a->turns[i].octets, b->turns[i].octets,
                    a->turns[i].length) != 0))
            return false;
    return true;
}

void bare_forget(struct bare_script *script)
{
    for (size_t i = 0; i < script->count; i++)
        free(script->turns[i].octets);
    free(script->turns);
}

struct bare_script bare_record(int listener, int port, pid_t client)
{
    struct bare_script longest = { 0 };
    struct pollfd end = { listener, POLLIN, 0 };
    size_t alike = 0;

    for (;;) {
        struct bare_script script;

        if (poll(&end, 1, LOOK_MS) <= 0) {
            if (waitpid(client, NULL, WNOHANG) == client)
                break;
            continue;
        }
        script = record_one(accept(listener, NULL, NULL), port);
        alike += same(&script, &longest);
        if (script.count > longest.count) {
            bare_forget(&longest);
            longest = script;
            alike = 1;
        } else {
            bare_forget(&script);
        }
    }
    if (alike < 2) {
        fputs(BENCH ": no two connections said the same\n", stderr);
        exit(2);
    }
    return longest;
}

/* --- playing -------------------------------------------------------------- */

struct player {
    int fd;
    size_t turn, came;
};

struct loop {
    const struct bare_script *script;
    int epoll, port;
    size_t begun, ended, connections;
};

static void begin(struct loop *loop, struct player *player)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = player };

    *player = (struct player){ .fd = connect_to(loop->port, SOCK_NONBLOCK) };
    loop->begun++;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, player->fd, &event) != 0)
        die("epoll_ctl");
}

/* False where the connection is over. */
static bool hear(struct loop *loop, struct player *player)
{
    char room[ROOM];
    const struct bare_turn *turn = &loop->script->turns[player->turn];
    ssize_t length = recv(player->fd, room, sizeof(room), 0);

    if (length < 0 && errno == EAGAIN)
        return true;
    if (length <= 0)
        die("the server closed");
    player->came += (size_t)length;
    if (player->came < turn->comes)
        return true;
    player->came -= turn->comes;
    player->turn++;
    if (turn->length == 0)
        return false;
    if (send(player->fd, turn->octets, turn->length, MSG_NOSIGNAL) !=
        (ssize_t)turn->length)
        die("send");
    return true;
}

static void take(struct loop *loop, struct player *player)
{
    if (hear(loop, player))
        return;
    close(player->fd);
    loop->ended++;
    if (loop->begun < loop->connections)
        begin(loop, player);
}

void bare_play(const struct bare_script *script, int port, size_t connections,
               size_t at_once)
{
    struct player *players = grow(NULL, at_once * sizeof(players[0]));
    struct loop loop = { .script = script,
                         .epoll = epoll_create1(EPOLL_CLOEXEC),
                         .port = port,
                         .connections = connections };
    struct epoll_event events[EVENTS];

    for (size_t i = 0; i < at_once && loop.begun < connections; i++)
        begin(&loop, &players[i]);
    while (loop.ended < connections) {
        int count = epoll_wait(loop.epoll, events, EVENTS, PATIENCE_MS);

        if (count <= 0)
            die("no reply");
        for (int i = 0; i < count; i++)
            take(&loop, events[i].data.ptr);
    }
    close(loop.epoll);
    free(players);
}
