/* SPDX-License-Identifier: MIT */
/*
 * live.c - what `smtpspec fuzz` costs beside a bare epoll loop
 *
 *     bench_live SMTPSPEC HOST:PORT [RUNS [JOBS]]
 *
 * So many sessions are fuzzed and recorded. Then a bare loop of sockets plays
 * the same octets on as many connections, as many at once: it sends what was
 * sent, waits for as many replies as came, or for none as long, and ends each
 * connection as fuzz did. Neither looks into findings. Nine such rounds, with
 * other sessions each; medians of the replies a second, and that of the ratios.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#define BENCH "bench_live"
#include "bench.h"

#define ROUNDS 9
#define JOBS_LIMIT 256
/* The least ratio that is promised. */
#define RATIO_LEAST 0.8
/* A reply that does not come for so long is given up, by both. */
#define PATIENCE "0.5"
#define PATIENCE_SECONDS 0.5

/* What the client sends, and how many replies come before it goes on. */
struct turn {
    char *octets;
    size_t length;
    unsigned replies;
};

struct dialogue {
    struct turn *turns;
    size_t count;
    bool hangs_up;               /* sends no more, and waits for the close   */
    bool waits;                  /* for the close, or for what does not come */
};

static struct dialogue *dialogues;
static size_t dialogue_count, next_dialogue;
static struct sockaddr_in server;
static uint64_t replies;

/* --- The recording -------------------------------------------------------- */

/* How far a line of a reply has come: only "ddd " and "ddd" CR end one. */
struct counting {
    unsigned column;
    bool last;
};

static unsigned count_replies(struct counting *counting, const char *octets,
                              size_t length)
{
    unsigned count = 0;

    for (size_t i = 0; i < length; i++) {
        if (counting->column == 3)
            counting->last = octets[i] != '-';
        if (octets[i] == '\n') {
            count += counting->column >= 3 && counting->last;
            counting->column = 0;
        } else {
            counting->column++;
        }
    }
    return count;
}

/* "\xNN" to octets, in place; the length. */
static size_t unescape(char *text, size_t length)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        char hex[3] = { 0 };

        if (text[i] == '\\' && i + 3 < length) {
            memcpy(hex, text + i + 2, 2);
            text[out++] = (char)strtoul(hex, NULL, 16);
            i += 3;
        } else {
            text[out++] = text[i];
        }
    }
    return out;
}

static struct turn *add_turn(struct dialogue *dialogue)
{
    dialogue->turns = grow(dialogue->turns, (dialogue->count + 1) *
                                                sizeof(*dialogue->turns));
    dialogue->turns[dialogue->count] = (struct turn){ NULL, 0, 0 };
    return &dialogue->turns[dialogue->count++];
}

static void add_dialogue(void)
{
    dialogues = grow(dialogues, (dialogue_count + 1) * sizeof(*dialogues));
    dialogues[dialogue_count] = (struct dialogue){ .turns = NULL };
    add_turn(&dialogues[dialogue_count++]);
}

static void take_octets(struct counting *counting, char from, json_t *value)
{
    struct dialogue *dialogue = &dialogues[dialogue_count - 1];
    struct turn *turn = &dialogue->turns[dialogue->count - 1];
    char *octets = strdup(json_string_value(value));
    size_t length;

    if (octets == NULL)
        die("memory");
    length = unescape(octets, json_string_length(value));
    if (from == 'S') {
        turn->replies += count_replies(counting, octets, length);
        free(octets);
        return;
    }
    if (turn->replies > 0 || dialogue->count == 1)
        turn = add_turn(dialogue);
    turn->octets = grow(turn->octets, turn->length + length);
    memcpy(turn->octets + turn->length, octets, length);
    turn->length += length;
    free(octets);
}

/* What the server does not say has to be waited for as long. */
static void take_event(const char *event)
{
    struct dialogue *dialogue = &dialogues[dialogue_count - 1];

    if (strcmp(event, "silent") == 0)
        dialogue->turns[dialogue->count - 1].replies++;
    dialogue->hangs_up = dialogue->hangs_up || strcmp(event, "gap") == 0;
    dialogue->waits = dialogue->waits || strcmp(event, "closed") == 0;
}

static void forget_recording(void)
{
    for (size_t i = 0; i < dialogue_count; i++) {
        for (size_t j = 0; j < dialogues[i].count; j++)
            free(dialogues[i].turns[j].octets);
        free(dialogues[i].turns);
    }
    dialogue_count = 0;
}

static void read_recording(const char *path)
{
    FILE *file = fopen(path, "r");
    struct counting counting = { 0, false };
    long long connection = -1;
    char *line = NULL;
    size_t room = 0;

    if (file == NULL)
        die(path);
    while (getline(&line, &room, file) > 0) {
        json_t *entry = json_loads(line, 0, NULL);
        json_t *octets = json_object_get(entry, "octets");
        const char *event =
            json_string_value(json_object_get(entry, "event"));
        long long number =
            json_integer_value(json_object_get(entry, "connection"));

        if (number != connection) {
            add_dialogue();
            counting = (struct counting){ 0, false };
        }
        connection = number;
        if (octets != NULL)
            take_octets(&counting,
                        json_string_value(json_object_get(entry, "from"))[0],
                        octets);
        else if (event != NULL)
            take_event(event);
        json_decref(entry);
    }
    free(line);
    fclose(file);
}

/* --- The bare loop -------------------------------------------------------- */

struct player {
    int fd;
    const struct dialogue *dialogue;
    size_t turn;
    unsigned got;                /* replies in this turn                     */
    double since;                /* when it was heard of last                */
    struct counting counting;
};

/* False where it is over, and not the server's turn to close. */
static bool send_turns(struct player *player)
{
    const struct dialogue *dialogue = player->dialogue;
    const struct turn *turn;

    while (player->turn < dialogue->count &&
           player->got >= dialogue->turns[player->turn].replies) {
        player->got -= dialogue->turns[player->turn].replies;
        player->turn++;
        if (player->turn == dialogue->count)
            return dialogue->hangs_up || dialogue->waits;
        turn = &dialogue->turns[player->turn];
        if (send(player->fd, turn->octets, turn->length, MSG_NOSIGNAL) < 0)
            return false;
        if (dialogue->hangs_up && player->turn + 1 == dialogue->count)
            shutdown(player->fd, SHUT_WR);
    }
    return true;
}

/* False where all have been played. */
static bool begin(struct player *player, int epoll)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = player };
    int on = 1;

    if (next_dialogue == dialogue_count)
        return false;
    *player = (struct player){ .dialogue = &dialogues[next_dialogue++] };
    player->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (player->fd < 0 ||
        connect(player->fd, (struct sockaddr *)&server, sizeof(server)) != 0)
        die("connect");
    setsockopt(player->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, player->fd, &event) != 0)
        die("epoll");
    player->since = seconds();
    return true;
}

/* Whether it goes on. */
static bool hear(struct player *player)
{
    char octets[16384];
    ssize_t length = recv(player->fd, octets, sizeof(octets), 0);
    unsigned count;

    if (length <= 0)
        return false;
    count = count_replies(&player->counting, octets, (size_t)length);
    replies += count;
    player->got += count;
    player->since = seconds();
    return send_turns(player);
}

static struct player players[JOBS_LIMIT];

/* The next dialogue in its place; whether there was one. */
static bool replace(struct player *player, int epoll)
{
    close(player->fd);
    player->fd = -1;
    return begin(player, epoll);
}

/* What does not come again is waited for no longer. Returns how many are open
 * no more. */
static unsigned give_up(unsigned jobs, int epoll)
{
    double now = seconds();
    unsigned gone = 0;

    for (unsigned i = 0; i < jobs; i++)
        if (players[i].fd >= 0 && now - players[i].since > PATIENCE_SECONDS)
            gone += !replace(&players[i], epoll);
    return gone;
}

static double play_all(unsigned jobs)
{
    struct epoll_event events[64];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    double began = seconds(), looked = began;
    unsigned open = 0;

    next_dialogue = 0;
    replies = 0;
    for (unsigned i = 0; i < jobs; i++) {
        players[i].fd = -1;
        open += begin(&players[i], epoll);
    }
    while (open > 0) {
        int count = epoll_wait(epoll, events, 64, 20);

        for (int i = 0; i < count; i++) {
            struct player *player = events[i].data.ptr;

            if (player->fd >= 0 && !hear(player))
                open -= !replace(player, epoll);
        }
        if (seconds() - looked < PATIENCE_SECONDS / 25)
            continue;
        looked = seconds();
        open -= give_up(jobs, epoll);
    }
    close(epoll);
    return (double)replies / (seconds() - began);
}

/* --- The command ---------------------------------------------------------- */

static double number_of(json_t *facts, const char *name)
{
    return (double)json_integer_value(json_object_get(facts, name));
}

/* Replies a second. */
static double fuzz(const char *smtpspec, const char *target, const char *runs,
                   const char *jobs, const char *seed, const char *recording)
{
    char report[] = "/tmp/bench-live.XXXXXX", option[64];
    const char *words[] = { smtpspec, "fuzz", "--quiet", "--ignore", "*",
                            "--timeout", PATIENCE, "--runs", runs,
                            "--jobs", jobs, "--seed", seed, "--report",
                            option, "--record", recording, target, NULL };
    int fd = mkstemp(report), status;
    json_t *facts;
    double rate;
    pid_t pid;

    if (fd < 0)
        die(report);
    snprintf(option, sizeof(option), "json=%s", report);
    pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(nowhere, STDOUT_FILENO);
        execv(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1)
        die("smtpspec fuzz");
    facts = json_load_file(report, 0, NULL);
    rate = number_of(facts, "replies") * 1000 / number_of(facts, "playing_ms");
    json_decref(facts);
    close(fd);
    unlink(report);
    return rate;
}

static int by_value(const void *a, const void *b)
{
    const double *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

static void parse_target(const char *target)
{
    const char *colon = strchr(target, ':');
    char host[64] = "";
    unsigned long port = colon != NULL ? strtoul(colon + 1, NULL, 10) : 0;

    if (colon != NULL && (size_t)(colon - target) < sizeof(host))
        memcpy(host, target, (size_t)(colon - target));
    if (port == 0 || port > 65535 ||
        inet_pton(AF_INET, host, &server.sin_addr) != 1) {
        fputs("bench_live: wants a numeric HOST:PORT\n", stderr);
        exit(2);
    }
    server.sin_family = AF_INET;
    server.sin_port = htons((uint16_t)port);
}

int main(int argc, char **argv)
{
    const char *runs = argc > 3 ? argv[3] : "2000";
    const char *jobs = argc > 4 ? argv[4] : "16";
    char recording[] = "/tmp/bench-live.XXXXXX";
    unsigned long at_once = strtoul(jobs, NULL, 10);
    double fuzzed[ROUNDS], bare[ROUNDS], ratios[ROUNDS];
    size_t connections = 0;
    int fd;

    if (argc < 3 || at_once < 1 || at_once > JOBS_LIMIT) {
        fputs("usage: bench_live SMTPSPEC HOST:PORT [RUNS [JOBS]]\n", stderr);
        return 2;
    }
    parse_target(argv[2]);
    fd = mkstemp(recording);
    if (fd < 0)
        die(recording);
    for (int i = 0; i < ROUNDS; i++) {
        char seed[16];

        snprintf(seed, sizeof(seed), "%d", i + 1);
        fuzzed[i] = fuzz(argv[1], argv[2], runs, jobs, seed, recording);
        read_recording(recording);
        bare[i] = play_all((unsigned)at_once);
        ratios[i] = fuzzed[i] / bare[i];
        connections += dialogue_count;
        forget_recording();
    }
    close(fd);
    unlink(recording);
    qsort(ratios, ROUNDS, sizeof(double), by_value);
    qsort(fuzzed, ROUNDS, sizeof(double), by_value);
    qsort(bare, ROUNDS, sizeof(double), by_value);
    printf("%s: %d rounds of %s sessions, %zu connections, %s at once\n",
           argv[2], ROUNDS, runs, connections, jobs);
    printf("  smtpspec fuzz    %9.0f replies/s\n", fuzzed[ROUNDS / 2]);
    printf("  bare epoll loop  %9.0f replies/s\n", bare[ROUNDS / 2]);
    printf("  ratio            %9.2f    (%.1f is the least)\n",
           ratios[ROUNDS / 2], RATIO_LEAST);
    return ratios[ROUNDS / 2] < RATIO_LEAST;
}
