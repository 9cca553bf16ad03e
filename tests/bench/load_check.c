/* SPDX-License-Identifier: MIT */
/*
 * load_check.c - what `smtpspec check` costs beside a bare socket loop
 *
 *     bench_check SMTPSPEC CASES
 *
 * A run against `smtpspec serve` is recorded by a proxy: what each connection
 * sent and got, and when it only listened. Then check runs without the proxy,
 * and a loop of blocking sockets plays the same octets, one connection after
 * the other; of each the best of seven counts. There is no TLS in it, since
 * nobody can play a handshake twice. The waits in which nothing may
 * come belong to both. Last, a run with 200 connections at once, of the cases
 * in the folder CASES: its peak of memory.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BENCH "bench_check"
#include "bench.h"

#define CONNECTIONS_LIMIT 4096
#define ROUNDS 7
/* A silence of the client's longer than that was meant. */
#define PAUSE_MS 150
/* The ratio and the memory (KiB) that are promised. */
#define RATIO_LIMIT 1.3
#define MEMORY_LIMIT (64 * 1024)

enum event_kind { SENT, GOT, PAUSED, CLOSED };

struct event {
    enum event_kind kind;
    size_t at, length;         /* SENT: in the octets; GOT: how many         */
    int ms;                    /* PAUSED                                     */
};

struct dialogue {
    struct event *events;
    size_t count;
    char *octets;
    size_t length;
    int client, server;
};

static struct dialogue dialogues[CONNECTIONS_LIMIT];
static size_t dialogue_count;
static int server_port, proxy;

static int connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port) };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static bool write_all(int fd, const char *octets, size_t length)
{
    while (length > 0) {
        ssize_t done = send(fd, octets, length, MSG_NOSIGNAL);

        if (done <= 0)
            return false;
        octets += done;
        length -= (size_t)done;
    }
    return true;
}

/* --- recording ------------------------------------------------------------ */

static struct event *add_event(struct dialogue *dialogue,
                               enum event_kind kind)
{
    struct event *event;

    dialogue->events = grow(dialogue->events, (dialogue->count + 1) *
                                                  sizeof(*event));
    event = &dialogue->events[dialogue->count++];
    *event = (struct event){ .kind = kind };
    return event;
}

static void keep_sent(struct dialogue *dialogue, const char *octets,
                      size_t length)
{
    struct event *event = add_event(dialogue, SENT);

    dialogue->octets = grow(dialogue->octets, dialogue->length + length);
    memcpy(dialogue->octets + dialogue->length, octets, length);
    event->at = dialogue->length;
    event->length = length;
    dialogue->length += length;
}

static void keep_got(struct dialogue *dialogue, size_t length)
{
    struct event *last = dialogue->count > 0
                             ? &dialogue->events[dialogue->count - 1]
                             : NULL;

    if (last == NULL || last->kind != GOT)
        last = add_event(dialogue, GOT);
    last->length += length;
}

/* From one side to the other; false where that side is done. */
static bool pass_on(struct dialogue *dialogue, int from, int to, double *heard)
{
    char room[65536];
    ssize_t length = recv(from, room, sizeof(room), 0);
    double now = seconds();

    if (from == dialogue->client && (now - *heard) * 1000 > PAUSE_MS)
        add_event(dialogue, PAUSED)->ms = (int)((now - *heard) * 1000);
    *heard = now;
    if (length <= 0)
        return false;
    if (from == dialogue->client)
        keep_sent(dialogue, room, (size_t)length);
    else
        keep_got(dialogue, (size_t)length);
    return write_all(to, room, (size_t)length);
}

static void *serve_one(void *context)
{
    struct dialogue *dialogue = context;
    struct pollfd ends[2] = { { dialogue->client, POLLIN, 0 },
                              { dialogue->server, POLLIN, 0 } };
    double heard = seconds();
    bool open = true;

    while (open && poll(ends, 2, -1) > 0) {
        if (ends[1].revents != 0)
            open = pass_on(dialogue, ends[1].fd, ends[0].fd, &heard);
        else if (ends[0].revents != 0)
            open = pass_on(dialogue, ends[0].fd, ends[1].fd, &heard);
    }
    add_event(dialogue, CLOSED);
    close(dialogue->client);
    close(dialogue->server);
    return NULL;
}

static void *serve_all(void *context)
{
    (void)context;
    for (;;) {
        int on = 1, fd = accept(proxy, NULL, NULL);
        struct dialogue *dialogue;
        pthread_t thread;

        if (fd < 0 || dialogue_count == CONNECTIONS_LIMIT)
            return NULL;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        dialogue = &dialogues[dialogue_count++];
        dialogue->client = fd;
        dialogue->server = connect_to(server_port);
        if (pthread_create(&thread, NULL, serve_one, dialogue) != 0)
            die("thread");
        pthread_detach(thread);
    }
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    pthread_t thread;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    proxy = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (proxy < 0 ||
        bind(proxy, (struct sockaddr *)&address, length) != 0 ||
        listen(proxy, 256) != 0 ||
        getsockname(proxy, (struct sockaddr *)&address, &length) != 0 ||
        pthread_create(&thread, NULL, serve_all, NULL) != 0)
        die("listen");
    return ntohs(address.sin_port);
}

/* --- playing -------------------------------------------------------------- */

/* Read that many octets, or as long as they come. */
static void read_some(int fd, size_t length)
{
    char room[65536];

    while (length > 0) {
        ssize_t got = recv(fd, room,
                           length < sizeof(room) ? length : sizeof(room), 0);

        if (got <= 0)
            return;
        length -= (size_t)got;
    }
}

static void play(const struct dialogue *dialogue)
{
    struct timeval patience = { .tv_sec = 5 };
    int fd = connect_to(server_port);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    for (size_t i = 0; i < dialogue->count; i++) {
        const struct event *event = &dialogue->events[i];
        struct pollfd end = { fd, POLLIN, 0 };

        if (event->kind == SENT)
            write_all(fd, dialogue->octets + event->at, event->length);
        else if (event->kind == GOT)
            read_some(fd, event->length);
        else if (event->kind == PAUSED)
            poll(&end, 1, event->ms);
    }
    close(fd);
}


/* --- the command ---------------------------------------------------------- */

/* Clients on one processor and the server on another, or it is the scheduler's
 * luck that is measured. */
static void settle_on(int processor)
{
    cpu_set_t all, one;

    if (sched_getaffinity(0, sizeof(all), &all) != 0 || CPU_COUNT(&all) < 2)
        return;
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all) && processor-- == 0)
            CPU_SET(i, &one);
    sched_setaffinity(0, sizeof(one), &one);
}

static pid_t start(const char *const words[], int out, int processor)
{
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid > 0)
        return pid;
    settle_on(processor);
    dup2(out, STDOUT_FILENO);
    execv(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
}

/* How long a run takes; its peak of memory in KiB. */
static double check(const char *smtpspec, int port, const char *only,
                    const char *cases, long *memory)
{
    char target[32];
    const char *words[] = { smtpspec, "check", "--quiet", "--starttls", "no",
                            "--exclude", "*tls*", "--only", only, "--jobs",
                            cases != NULL ? "200" : "1", target,
                            cases != NULL ? "--cases" : NULL, cases, NULL };
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    double began = seconds();
    struct rusage usage;
    int status;
    pid_t pid;

    snprintf(target, sizeof(target), "127.0.0.1:%d", port);
    pid = start(words, nowhere, 1);
    if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1)
        die("smtpspec check");
    close(nowhere);
    *memory = usage.ru_maxrss;
    return seconds() - began;
}

/* Start a server; its process. */
static pid_t serve(const char *smtpspec)
{
    const char *words[] = { smtpspec, "serve", "--listen", "127.0.0.1:0",
                            NULL };
    int ends[2];
    FILE *said;
    pid_t pid;

    if (pipe(ends) != 0)
        die("pipe");
    pid = start(words, ends[1], 0);
    close(ends[1]);
    said = fdopen(ends[0], "r");
    if (said == NULL ||
        fscanf(said, "listening on 127.0.0.1:%d", &server_port) != 1)
        die("smtpspec serve");
    return pid;
}

static double pauses(void)
{
    double ms = 0;

    for (size_t i = 0; i < dialogue_count; i++)
        for (size_t e = 0; e < dialogues[i].count; e++)
            ms += dialogues[i].events[e].ms;
    return ms / 1000;
}

/* In a process of its own, as the command is. */
static double play_all(void)
{
    double began = seconds();
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid == 0) {
        settle_on(1);
        for (size_t i = 0; i < dialogue_count; i++)
            play(&dialogues[i]);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return seconds() - began;
}

/* Record, measure, tell; whether it was fast enough. */
static bool measure(const char *smtpspec, int proxy_port, const char *only)
{
    double checked = 1e9, played = 1e9, took;
    long memory;

    dialogue_count = 0;
    memset(dialogues, 0, sizeof(dialogues));
    check(smtpspec, proxy_port, only, NULL, &memory);
    for (int i = 0; i < ROUNDS; i++) {
        took = check(smtpspec, server_port, only, NULL, &memory);
        checked = took < checked ? took : checked;
        took = play_all();
        played = took < played ? took : played;
    }
    printf("%s: %zu connections, one after the other\n", only,
           dialogue_count);
    printf("  check            %8.3f s\n", checked);
    printf("  bare socket loop %8.3f s, of which %.3f s listening only\n",
           played, pauses());
    printf("  ratio            %8.2f    (%.1f is the most)\n",
           checked / played, RATIO_LIMIT);
    printf("  peak of memory   %8ld KiB\n", memory);
    fflush(stdout);
    return checked / played <= RATIO_LIMIT;
}

int main(int argc, char **argv)
{
    bool fast;
    long memory;
    pid_t server;
    int port;

    if (argc != 3) {
        fputs("usage: bench_check SMTPSPEC CASES\n", stderr);
        return 2;
    }
    server = serve(argv[1]);
    port = listen_anywhere();
    fast = measure(argv[1], port, "*");
    /* These never only listen, so that nothing hides behind that. */
    fast = measure(argv[1], port, "sweep.*") && fast;
    check(argv[1], server_port, "bench.*", argv[2], &memory);
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    printf("200 connections at once\n");
    printf("  peak of memory   %8ld KiB (%d is the most)\n", memory,
           MEMORY_LIMIT);
    return !fast || memory > MEMORY_LIMIT;
}
