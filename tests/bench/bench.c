/* SPDX-License-Identifier: MIT */
/*
 * bench.c - `make bench`: all sections, one table
 *
 *     bench [--mib N] [--rounds N] [--seed N] [--json FILE] [--peers FOLDER]
 *           [--smtpspec PATH] [--factor F] [SECTION...]
 *
 * Corpora of N MiB (128), the best of N rounds (7); goals F times as hard.
 * Exit status: 0 all goals are met, 1 one is missed, 2 it could not be told.
 */
#include <getopt.h>

#include <smtpspec/base.h>

#include "bench.h"
#include "section.h"

/* Besides the corpora. */
#define OTHER_MIB 96

struct section {
    const char *name;
    void (*run)(struct bench *bench);
};

static const struct section sections[] = {
#define SECTION(name) { #name, section_##name },
#include "sections.def"
#undef SECTION
};

static const struct option options[] = {
    { "mib", required_argument, NULL, 'm' },
    { "rounds", required_argument, NULL, 'r' },
    { "seed", required_argument, NULL, 's' },
    { "json", required_argument, NULL, 'j' },
    { "peers", required_argument, NULL, 'p' },
    { "smtpspec", required_argument, NULL, 'c' },
    { "factor", required_argument, NULL, 'f' },
    { NULL, 0, NULL, 0 },
};

/* The first value behind that word in a file of /proc; `room` where none. */
static const char *look_up(const char *path, const char *word, char *room,
                           size_t cap)
{
    FILE *in = fopen(path, "r");
    char *value;

    while (in != NULL && fgets(room, (int)cap, in) != NULL) {
        if (strncmp(room, word, strlen(word)) != 0)
            continue;
        room[strcspn(room, "\n")] = '\0';
        value = strchr(room, ':');
        fclose(in);
        return value != NULL ? value + 1 + strspn(value + 1, " \t") : room;
    }
    if (in != NULL)
        fclose(in);
    return "unknown";
}

static void need_memory(size_t octets)
{
    char room[256];
    size_t needed = 2 * (octets >> 20) + OTHER_MIB;
    size_t free_kib = strtoull(
        look_up("/proc/meminfo", "MemAvailable", room, sizeof(room)), NULL,
        10);

    if (free_kib == 0 || free_kib / 1024 >= needed)
        return;
    fprintf(stderr,
            BENCH ": needs %zu MiB of memory, and %zu are there: MIB=%zu\n",
            needed, free_kib / 1024,
            free_kib / 1024 > OTHER_MIB + 2
                ? (free_kib / 1024 - OTHER_MIB) / 2
                : 1);
    exit(2);
}

static unsigned long long number(const char *text, unsigned long long most)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    if (*end == '\0' && end != text && value >= 1 && value <= most)
        return value;
    fprintf(stderr, BENCH ": %s: not from 1 to %llu\n", text, most);
    exit(2);
}

/* Returns the path for JSON, or NULL. */
static const char *read_options(struct bench *bench, int argc, char **argv)
{
    const char *json = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'm': bench->octets = number(optarg, 4096) << 20; break;
        case 'r': bench->rounds = number(optarg, ROUNDS_MOST); break;
        case 's': bench->seed = number(optarg, UINT32_MAX); break;
        case 'j': json = optarg; break;
        case 'p': bench->peers = optarg; break;
        case 'c': bench->smtpspec = optarg; break;
        case 'f': bench->table.factor = strtod(optarg, NULL); break;
        default: exit(2);
        }
    }
    return json;
}

/* Those that were named, or all. */
static void run_sections(struct bench *bench, char **names, size_t count)
{
    size_t run = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(sections); i++) {
        bool wanted = count == 0;

        for (size_t n = 0; n < count; n++)
            wanted = wanted || strcmp(names[n], sections[i].name) == 0;
        if (wanted) {
            sections[i].run(bench);
            run++;
        }
    }
    if (run < count) {
        fputs(BENCH ": no such section\n", stderr);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct bench bench = { .octets = (size_t)128 << 20,
                           .rounds = 7,
                           .seed = 1,
                           .smtpspec = "build/smtpspec",
                           .table = { .factor = 1 } };
    const char *json = read_options(&bench, argc, argv), *cpu;
    char room[256];
    size_t missed;

    need_memory(bench.octets);
    cpu = look_up("/proc/cpuinfo", "model name", room, sizeof(room));
    printf("%s\n%s\n%zu MiB a corpus, seed %llu, best of %zu rounds\n", cpu,
           BENCH_FLAGS, bench.octets >> 20, (unsigned long long)bench.seed,
           bench.rounds);
    run_sections(&bench, argv + optind, (size_t)(argc - optind));
    if (json != NULL)
        table_write_json(&bench.table, json, cpu, BENCH_FLAGS);
    missed = table_show_goals(&bench.table);
    table_free(&bench.table);
    return missed > 0;
}
