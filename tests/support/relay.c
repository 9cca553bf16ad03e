/* SPDX-License-Identifier: MIT */
/*
 * relay.c - carry octets between a TCP port of this machine and another way in
 *
 *     relay PORT          its own stdin and stdout
 *     relay PORT PATH     each connection to a socket of the file system, till
 *                         killed
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(server, (struct sockaddr *)&address, sizeof(address)) != 0)
        _exit(1);
    return server;
}

/* False at the end of it. */
static bool carry(int from, int to)
{
    char octets[4096];
    ssize_t length = read(from, octets, sizeof(octets));

    return length > 0 && write(to, octets, (size_t)length) == length;
}

static void relay(int in, int out, int server)
{
    struct pollfd ends[2] = { { .fd = in, .events = POLLIN },
                              { .fd = server, .events = POLLIN } };

    while (poll(ends, 2, -1) > 0) {
        if (ends[0].revents != 0 && !carry(in, server))
            return;
        if (ends[1].revents != 0 && !carry(server, out))
            return;
    }
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    size_t length = strlen(path);

    if (length >= sizeof(address.sun_path))
        _exit(1);
    memcpy(address.sun_path, path, length);
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 20) != 0)
        _exit(1);
    return listener;
}

int main(int argc, char **argv)
{
    int listener;

    if (argc < 2)
        return 2;
    if (argc == 2) {
        relay(STDIN_FILENO, STDOUT_FILENO, connect_to(argv[1]));
        return 0;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    listener = listen_on(argv[2]);
    for (;;) {
        int peer = accept(listener, NULL, NULL);

        if (peer >= 0 && fork() == 0) {
            close(listener);
            relay(peer, peer, connect_to(argv[1]));
            return 0;
        }
        close(peer);
    }
}
