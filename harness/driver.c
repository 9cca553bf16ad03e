/* SPDX-License-Identifier: MIT */
/*
 * driver.c - replay files through a fuzz target, with any compiler
 *
 *     replay_<name> FILE|FOLDER...
 *
 * Runs the target once on each file, in the order of their names, and says how
 * many there were. A folder that is missing or empty is an error, because a
 * misspelt one would otherwise pass for a clean run. Exit status 2 for that
 * and for what cannot be read; where a property does not hold the target
 * aborts, and the input's name is told.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

/* Folders in folders that are looked into; a corpus needs one or two. */
#define DEPTH_MOST 8

/* Sanitizers leave by ways of their own; only there is this one defined. */
#if defined(__GNUC__)
void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));
#endif

static const char *current; /* the input under way, for tell_input() */

static void tell_input(void)
{
    static const char before[] = "driver: the input was ";
    ssize_t told = 0;

    if (current == NULL)
        return;
    told += write(STDERR_FILENO, before, sizeof(before) - 1);
    told += write(STDERR_FILENO, current, strlen(current));
    told += write(STDERR_FILENO, "\n", 1);
    (void)told;
    current = NULL;
}

static void on_abort(int signal_number)
{
    tell_input();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void watch_for_the_end(void)
{
    signal(SIGABRT, on_abort);
#if defined(__GNUC__)
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(tell_input);
        return;
    }
#endif
    signal(SIGSEGV, on_abort);
}

static void give_up(const char *name, const char *why)
{
    fprintf(stderr, "driver: %s: %s\n", name, why);
    exit(2);
}

/* The whole file in room of just its size, so that a sanitizer sees the first
 * octet too many. */
static uint8_t *read_file(const char *name, size_t *size)
{
    FILE *file = fopen(name, "rb");
    uint8_t *room = NULL;
    size_t length = 0, got;
    char part[65536];

    if (file == NULL)
        give_up(name, strerror(errno));
    while ((got = fread(part, 1, sizeof(part), file)) > 0) {
        room = realloc(room, length + got);
        if (room == NULL)
            give_up(name, "out of memory");
        memcpy(room + length, part, got);
        length += got;
    }
    if (ferror(file))
        give_up(name, "cannot read");
    fclose(file);
    *size = length;
    return room;
}

static unsigned replay_file(const char *name)
{
    size_t size;
    uint8_t *octets = read_file(name, &size);

    current = name;
    LLVMFuzzerTestOneInput(octets, size);
    current = NULL;
    free(octets);
    return 1;
}

static unsigned replay(const char *name, unsigned depth);

static int is_no_dot_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static unsigned replay_folder(const char *name, unsigned depth)
{
    struct dirent **entries;
    int count = scandir(name, &entries, is_no_dot_file, alphasort);
    unsigned replayed = 0;

    if (count < 0)
        give_up(name, strerror(errno));
    for (int i = 0; i < count; i++) {
        size_t cap = strlen(name) + strlen(entries[i]->d_name) + 2;
        char *path = malloc(cap);

        if (path == NULL)
            give_up(name, "out of memory");
        snprintf(path, cap, "%s/%s", name, entries[i]->d_name);
        replayed += replay(path, depth + 1);
        free(path);
        free(entries[i]);
    }
    free(entries);
    if (replayed == 0)
        give_up(name, "the folder is empty");
    return replayed;
}

static unsigned replay(const char *name, unsigned depth)
{
    struct stat about;

    if (stat(name, &about) != 0)
        give_up(name, strerror(errno));
    if (!S_ISDIR(about.st_mode))
        return replay_file(name);
    if (depth >= DEPTH_MOST)
        give_up(name, "too deep");
    return replay_folder(name, depth);
}

int main(int argc, char **argv)
{
    unsigned replayed = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
        return 2;
    }
    watch_for_the_end();
    for (int i = 1; i < argc; i++)
        replayed += replay(argv[i], 0);
    printf("%u inputs replayed\n", replayed);
    return 0;
}
