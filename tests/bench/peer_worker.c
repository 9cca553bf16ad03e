/* SPDX-License-Identifier: MIT */
/*
 * peer_worker.c - an adapter (harness/adapter.h) as a program that peer.h
 * speaks of
 *
 * What it took is the shorter of what the clock says and of what it computed:
 * the first is too long on a busy machine, the second where several threads
 * share the work.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/stat.h>

#define BENCH "peer"
#include "bench.h"

#include "../../harness/adapter.h"

static char *read_all(const char *path, size_t *length)
{
    FILE *in = fopen(path, "r");
    struct stat facts;
    char *octets;

    if (in == NULL || fstat(fileno(in), &facts) != 0)
        die(path);
    octets = grow(NULL, (size_t)facts.st_size + 1);
    *length = fread(octets, 1, (size_t)facts.st_size, in);
    fclose(in);
    return octets;
}

static void pass(struct smtpspec_span octets)
{
    struct adapter_tally tally = { 0 };
    struct adapter_result result = { .left = ADAPTER_LEFT_UNKNOWN,
                                     .tally = &tally };
    double clock = seconds(), own = own_seconds();

    adapter_read(octets, &result);
    clock = seconds() - clock;
    own = own_seconds() - own;
    if (tally.took == 0)
        tally.took = own < clock ? own : clock;
    printf("%.9f %zu %llu\n", tally.took, tally.replies, tally.codes);
    adapter_forget(&result);
}

int main(int argc, char **argv)
{
    struct smtpspec_span octets;
    int asked;

    if (argc != 2) {
        fputs("usage: peer FILE\n", stderr);
        return 2;
    }
    octets.at = read_all(argv[1], &octets.length);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts(adapter_version());
    while ((asked = getchar()) != EOF)
        if (asked == '\n')
            pass(octets);
    return 0;
}
