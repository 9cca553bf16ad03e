/* SPDX-License-Identifier: MIT */
/*
 * peer.c - start, ask and end other people's readers
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "peer.h"

/* One that does not answer for so long never will. */
#define PATIENCE_MS 30000
#define ANSWER_MOST 256

struct peer {
    char *name;
    size_t most; /* octets of the corpus that it was given */
    pid_t pid;
    int ask, answer;
    bool lost;
};

struct peers {
    struct peer *peers;
    size_t count;
    char path[TEMPORARY_MOST]; /* of the octets */
};

/* A line of its answer, without the LF; false where none came. */
static bool hear(struct peer *peer, char line[ANSWER_MOST])
{
    struct pollfd end = { .fd = peer->answer, .events = POLLIN };
    size_t length = 0;

    while (length + 1 < ANSWER_MOST && poll(&end, 1, PATIENCE_MS) > 0 &&
           read(peer->answer, line + length, 1) == 1) {
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
        length++;
    }
    return false;
}

double peer_pass(struct peer *peer, struct tally *tally)
{
    char line[ANSWER_MOST], *at = line;
    double took;

    *tally = (struct tally){ 0 };
    if (peer->lost || write(peer->ask, "\n", 1) != 1 || !hear(peer, line)) {
        peer->lost = true;
        return 1e9;
    }
    took = strtod(at, &at);
    tally->lines = strtoull(at, &at, 10);
    tally->codes = strtoull(at, &at, 10);
    return took > 0 ? took : 1e9;
}

/* --- start and end -------------------------------------------------------- */

static pid_t start(const char *program, const char *path, int ask[2],
                   int answer[2])
{
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid > 0) {
        close(ask[0]);
        close(answer[1]);
        return pid;
    }
    dup2(ask[0], STDIN_FILENO);
    dup2(answer[1], STDOUT_FILENO);
    close(ask[1]);
    close(answer[0]);
    execl(program, program, path, (char *)NULL);
    _exit(127);
}

static void add_peer(struct bench *bench, struct peers *peers,
                     const char *name, size_t most)
{
    struct peer peer = { .most = most };
    char program[512], version[ANSWER_MOST];
    int ask[2], answer[2];
    struct stat facts;

    snprintf(program, sizeof(program), "%s/%s", bench->peers, name);
    if (strchr(name, '.') != NULL || stat(program, &facts) != 0 ||
        !S_ISREG(facts.st_mode))
        return;
    if (pipe2(ask, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0)
        die("pipe");
    peer.pid = start(program, peers->path, ask, answer);
    peer.ask = ask[1];
    peer.answer = answer[0];
    peer.name = table_own(&bench->table, strdup(name));
    peer.lost = !hear(&peer, version);
    table_note(&bench->table, name, peer.lost ? "did not start" : version);
    peers->peers =
        grow(peers->peers, (peers->count + 1) * sizeof(peers->peers[0]));
    peers->peers[peers->count++] = peer;
}

static void write_octets(char path[TEMPORARY_MOST], struct corpus octets)
{
    int fd;
    FILE *out;

    temporary(path);
    fd = mkstemp(path);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL || fwrite(octets.octets, 1, octets.length, out) !=
                           octets.length ||
        fclose(out) != 0)
        die(path);
}

struct peers *peers_start(struct bench *bench, const struct corpus *corpus,
                          size_t most)
{
    struct peers *peers = grow(NULL, sizeof(*peers));
    DIR *folder = bench->peers != NULL ? opendir(bench->peers) : NULL;
    struct corpus slice = corpus_slice(corpus, most);

    *peers = (struct peers){ 0 };
    if (folder == NULL)
        return peers;
    signal(SIGPIPE, SIG_IGN);
    write_octets(peers->path, slice);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        add_peer(bench, peers, entry->d_name, slice.length);
    closedir(folder);
    return peers;
}

size_t peers_count(const struct peers *peers)
{
    return peers->count;
}

struct runner peers_runner(const struct peers *peers, size_t index)
{
    struct peer *peer = &peers->peers[index];

    return (struct runner){ .name = peer->name,
                            .peer = peer,
                            .most = peer->most };
}

/* How many replies there are, and the sum of their codes. */
static struct tally replies_in(struct smtpspec_span octets)
{
    struct smtpspec_reply_parser parser;
    struct tally tally = { 0 };

    smtpspec_reply_init(&parser);
    while (octets.length > 0) {
        struct smtpspec_reply_line line;
        size_t count, used = smtpspec_reply_feed_reference(&parser, octets,
                                                           &line, 1, &count);

        if (count > 0 && (line.flags & SMTPSPEC_LINE_LAST) != 0) {
            tally.lines++;
            tally.codes += line.code;
        }
        octets = smtpspec_span_skip(octets, used);
    }
    return tally;
}

void peers_check(struct bench *bench, const struct corpus *corpus,
                 struct runner *runner)
{
    struct tally wanted = replies_in(
        (struct smtpspec_span){ corpus->octets, runner->times->octets });
    char text[160];

    if (runner->tally.lines == wanted.lines &&
        runner->tally.codes == wanted.codes && !runner->peer->lost)
        return;
    snprintf(text, sizeof(text),
             "left out on %s: gave %llu replies, codes %llu, for %llu, %llu",
             corpus->name, (unsigned long long)runner->tally.lines,
             (unsigned long long)runner->tally.codes,
             (unsigned long long)wanted.lines,
             (unsigned long long)wanted.codes);
    table_note(&bench->table, runner->name,
               runner->peer->lost ? "left out: it did not answer" : text);
    runner->times->corpus = "(left out)";
}

void peers_stop(struct peers *peers)
{
    for (size_t i = 0; i < peers->count; i++) {
        close(peers->peers[i].ask);
        close(peers->peers[i].answer);
        if (peers->peers[i].lost)
            kill(peers->peers[i].pid, SIGKILL);
        waitpid(peers->peers[i].pid, NULL, 0);
    }
    if (peers->path[0] != '\0')
        unlink(peers->path);
    /* The names are the table's. */
    free(peers->peers);
    free(peers);
}
