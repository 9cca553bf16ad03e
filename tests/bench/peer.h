/* SPDX-License-Identifier: MIT */
/*
 * peer.h - other people's readers of replies, each a program beside ours
 *
 * A peer is started with the path of a file. It reads that into memory and
 * writes its version, a line. For each line that it then reads from its
 * standard input it goes once through all replies in that memory and writes
 *
 *     SECONDS REPLIES CODES
 *
 * which are how long its reader took, how many replies it gave and the sum of
 * their codes: what did not read it all is found out. It ends with its input.
 */
#ifndef SMTPSPEC_BENCH_PEER_H
#define SMTPSPEC_BENCH_PEER_H

#include "race.h"

struct peer;
struct peers;

/* One for each program in the folder bench->peers, over the first `most`
 * octets of the corpus. One that does not start is told of in the notes. */
struct peers *peers_start(struct bench *bench, const struct corpus *corpus,
                          size_t most);
size_t peers_count(const struct peers *peers);
struct runner peers_runner(const struct peers *peers, size_t index);
/* Has it read what is there? Else it is told of, and its times are not found
 * any more. */
void peers_check(struct bench *bench, const struct corpus *corpus,
                 struct runner *runner);
void peers_stop(struct peers *peers);

/* Have it go through all once; seconds. */
double peer_pass(struct peer *peer, struct tally *tally);

#endif
