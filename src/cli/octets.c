/* SPDX-License-Identifier: MIT */
/*
 * octets.c - map or read a recording
 */
#include "cli/octets.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/reports.h"

#define WAS_CUT "was cut while it was read"
#define NOT_READ "cannot be read: input/output error"
/* Octets of the name that are shown. */
#define NAME_SHOWN 400

/* --- A file that is cut ------------------------------------------------- */

/* Whose window is mapped; a handler knows nothing but globals. */
static const struct smtpspec_octets *volatile mapped;
static struct sigaction before;

/* Why the system could not give what the window has at `at`: it does not say
 * whether the file ends before, or its disk failed. */
static const char *trouble_at(const struct smtpspec_octets *octets,
                              const char *at)
{
    uint64_t place = octets->at - octets->window + (uint64_t)(at - octets->map);
    struct stat facts;

    return fstat(octets->file, &facts) == 0 && (uint64_t)facts.st_size > place
               ? octets->failed
               : octets->cut;
}

static void on_bus(int number, siginfo_t *facts, void *context)
{
    const struct smtpspec_octets *octets = mapped;
    const char *at = facts->si_addr, *line;

    (void)context;
    if (facts->si_code == BUS_ADRERR && octets != NULL &&
        at >= octets->map && at < octets->map + octets->window) {
        line = trouble_at(octets, at);
        smtpspec_reports_remove();
        while (write(STDERR_FILENO, line, strlen(line)) < 0 && errno == EINTR)
            continue;
        _exit(SMTPSPEC_EXIT_USAGE);
    }
    /* Not of ours. A fault comes again, by itself; a signal that somebody
     * sent does not. */
    sigaction(SIGBUS, &before, NULL);
    if (facts->si_code <= 0)
        raise(number);
}

static void guard(const struct smtpspec_octets *octets)
{
    struct sigaction action = { .sa_sigaction = on_bus,
                                .sa_flags = SA_SIGINFO };

    sigemptyset(&action.sa_mask);
    mapped = octets;
    sigaction(SIGBUS, &action, &before);
}

/* --- Windows ------------------------------------------------------------ */

static void unmap(struct smtpspec_octets *octets)
{
    if (octets->map == NULL)
        return;
    sigaction(SIGBUS, &before, NULL);
    mapped = NULL;
    munmap(octets->map, octets->window);
    octets->map = NULL;
}

/* Map the window that the next octet is in. Returns false where the file does
 * not fill it, or may not be mapped: the rest is to be read. */
static bool map_window(struct smtpspec_octets *octets, uint64_t size)
{
    size_t skew = (size_t)(octets->at % octets->window);
    uint64_t first = octets->at - skew;
    void *map;

    if (size < first + octets->window)
        return false;
    map = mmap(NULL, octets->window, PROT_READ, MAP_PRIVATE | MAP_POPULATE,
               octets->file, (off_t)first);
    if (map == MAP_FAILED)
        return false;
    octets->map = map;
    guard(octets);
    octets->at = first + octets->window;
    lseek(octets->file, (off_t)octets->at, SEEK_SET);
    octets->left = (struct smtpspec_span){ octets->map + skew,
                                           octets->window - skew };
    return true;
}

/* What is mapped is given in pieces, too: who goes over each more than once
 * finds it in a cache. */
static bool give_mapped(struct smtpspec_octets *octets,
                        struct smtpspec_span *piece)
{
    *piece = smtpspec_span_head(octets->left, SMTPSPEC_OCTETS_PIECE);
    octets->left = smtpspec_span_skip(octets->left, piece->length);
    return piece->length > 0;
}

static bool read_some(struct smtpspec_octets *octets,
                      struct smtpspec_span *piece)
{
    ssize_t count;

    do
        count = read(octets->file, octets->room, sizeof(octets->room));
    while (count < 0 && errno == EINTR);
    if (count < 0)
        octets->trouble = strerror(errno);
    *piece = (struct smtpspec_span){ octets->room,
                                     count < 0 ? 0 : (size_t)count };
    return count >= 0;
}

/* --- Octets ------------------------------------------------------------- */

void smtpspec_octets_init(struct smtpspec_octets *octets, const char *command,
                          const char *name, int file)
{
    char shown[4 * NAME_SHOWN + 1];
    struct stat facts;
    off_t at = lseek(file, 0, SEEK_CUR);

    octets->window = SMTPSPEC_OCTETS_WINDOW;
    octets->trouble = NULL;
    octets->file = file;
    octets->map = NULL;
    octets->left = (struct smtpspec_span){ 0 };
    octets->at = at < 0 ? 0 : (uint64_t)at;
    octets->maps = at >= 0 && fstat(file, &facts) == 0 &&
                   S_ISREG(facts.st_mode);
    smtpspec_span_escape(
        smtpspec_span_head(smtpspec_span_of(name), NAME_SHOWN), shown,
        sizeof(shown));
    snprintf(octets->cut, sizeof(octets->cut), "smtpspec %s: %s: %s\n",
             command, shown, WAS_CUT);
    snprintf(octets->failed, sizeof(octets->failed), "smtpspec %s: %s: %s\n",
             command, shown, NOT_READ);
}

bool smtpspec_octets_next(struct smtpspec_octets *octets,
                          struct smtpspec_span *piece)
{
    bool was_mapped = octets->map != NULL;
    struct stat facts;

    if (give_mapped(octets, piece))
        return true;
    unmap(octets);
    if (!octets->maps)
        return read_some(octets, piece);
    if (fstat(octets->file, &facts) < 0)
        facts.st_size = 0;
    /* Behind the end of a file its last page has zeros, and no signal. */
    if (was_mapped && (uint64_t)facts.st_size < octets->at) {
        octets->trouble = WAS_CUT;
        return false;
    }
    octets->maps = map_window(octets, (uint64_t)facts.st_size);
    return octets->maps ? give_mapped(octets, piece)
                        : read_some(octets, piece);
}

void smtpspec_octets_end(struct smtpspec_octets *octets)
{
    unmap(octets);
}
