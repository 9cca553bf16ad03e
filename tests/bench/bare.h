/* SPDX-License-Identifier: MIT */
/*
 * bare.h - the octets of a client, recorded and played again by a bare loop
 */
#ifndef SMTPSPEC_BENCH_BARE_H
#define SMTPSPEC_BENCH_BARE_H

#include <stddef.h>
#include <sys/types.h>

/* So many octets come, then these are sent. */
struct bare_turn {
    size_t comes;
    char *octets;
    size_t length; /* 0: the client closes                                    */
};

/* What one connection said and heard. */
struct bare_script {
    struct bare_turn *turns;
    size_t count;
};

/* A port of the loopback to let a client connect to. */
int bare_listen(int *port);

/*
 * Let that process talk to the server at `port` through the listener, one
 * connection at a time, until it ends. Returns what was said on the longest of
 * its connections; ends the program where not at least two are the same, for
 * then it is not what they all say.
 */
struct bare_script bare_record(int listener, int port, pid_t client);

void bare_forget(struct bare_script *script);

/* Play it on so many connections, `at_once` of them open; epoll, one thread. */
void bare_play(const struct bare_script *script, int port, size_t connections,
               size_t at_once);

#endif
