/* SPDX-License-Identifier: MIT */
/*
 * learn_output.c - the files of `smtpspec learn TARGET`
 */
#include "cli/learn_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/fuzz_options.h"
#include "learn/portrait.h"
#include "learn/word_script.h"

#define COMMAND "learn"
#define CACHE_KEPT (1u << 26)
#define PATH_ROOM 4096

static int cannot(const char *path)
{
    return smtpspec_cli_usage(COMMAND, "%s: %s", path, strerror(errno));
}

/* --- What is known -------------------------------------------------------- */

/* Its length without a last line that was cut off. Somebody else's file of one
 * line is none that was. */
static size_t whole(const struct smtpspec_learn_cache *cache, size_t length)
{
    const char *end =
        length > 0 ? memrchr(cache->text, '\n', length) : NULL;

    return end != NULL ? (size_t)(end - cache->text) + 1 : length;
}

/* Whether the text is one of that alphabet. */
static int try_text(const struct smtpspec_learn_cache *cache, const char *path,
                    const struct smtpspec_alphabet *alphabet)
{
    struct smtpspec_cache scratch = { .nodes = NULL };
    char why[256];
    bool good = cache->known.length == 0 ||
                smtpspec_cache_read(&scratch, alphabet, cache->known, why,
                                    sizeof(why));

    smtpspec_cache_free(&scratch);
    return good ? 0 : smtpspec_cli_usage(COMMAND, "%s: %s", path, why);
}

/* Behind what stands there. */
static int go_on(struct smtpspec_learn_cache *cache, const char *path)
{
    cache->file = fopen(path, "ae");
    return cache->file != NULL && ftruncate(fileno(cache->file),
                                            (off_t)cache->known.length) == 0
               ? 0 : cannot(path);
}

int smtpspec_learn_cache_open(struct smtpspec_learn_cache *cache,
                              const char *path,
                              const struct smtpspec_alphabet *alphabet)
{
    struct stat facts;
    size_t length = 0;
    int status;

    *cache = (struct smtpspec_learn_cache){ .text = NULL };
    if (path == NULL)
        return 0;
    /* It is read to its end, and then written to: a pipe has no such end. */
    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) &&
        !S_ISDIR(facts.st_mode))
        return smtpspec_cli_usage("learn", "%s: not a regular file", path);
    cache->text = smtpspec_fuzz_read_file(path, CACHE_KEPT, &length);
    if (cache->text == NULL && errno != ENOENT)
        return cannot(path);
    cache->known = (struct smtpspec_span){ cache->text, whole(cache, length) };
    status = try_text(cache, path, alphabet);
    return status != 0 ? status : go_on(cache, path);
}

int smtpspec_learn_cache_close(struct smtpspec_learn_cache *cache,
                               const char *path)
{
    bool good = cache->file == NULL || fclose(cache->file) == 0;

    cache->file = NULL;
    free(cache->text);
    cache->text = NULL;
    return good ? 0 : cannot(path);
}

/* --- What was learnt ------------------------------------------------------ */

/* A file that is there can be written, or one can be made. */
static int try_file(const char *path)
{
    bool there = path != NULL && access(path, F_OK) == 0;
    FILE *file = path != NULL ? fopen(path, "ae") : NULL;

    if (path == NULL)
        return 0;
    if (file == NULL)
        return cannot(path);
    fclose(file);
    if (!there)
        unlink(path);
    return 0;
}

int smtpspec_learn_output_try(const struct smtpspec_learn_options *options)
{
    int status = try_file(options->out);

    if (status == 0)
        status = try_file(options->dot);
    if (status == 0 && options->witnesses != NULL &&
        mkdir(options->witnesses, 0777) != 0 && errno != EEXIST)
        status = cannot(options->witnesses);
    return status;
}

static bool write_machine(const struct smtpspec_learning *learning,
                          FILE *file)
{
    return smtpspec_machine_write(&learning->machine, file);
}

/* Made to be read; what is too large for that as it is. */
static bool write_picture(const struct smtpspec_learning *learning,
                          FILE *file)
{
    struct smtpspec_portrait portrait;
    bool done;

    if (!smtpspec_portrait_make(&portrait, &learning->machine.mealy,
                                &learning->run->spec))
        return smtpspec_mealy_write_dot(&learning->machine.mealy, file);
    done = smtpspec_portrait_write_dot(&portrait, file);
    smtpspec_portrait_free(&portrait);
    return done;
}

static int write_file(const char *path,
                      const struct smtpspec_learning *learning,
                      bool (*write)(const struct smtpspec_learning *learning,
                                    FILE *file))
{
    FILE *file = path != NULL ? fopen(path, "we") : NULL;
    bool good;

    if (path == NULL)
        return 0;
    if (file == NULL)
        return cannot(path);
    good = write(learning, file);
    return fclose(file) == 0 && good ? 0 : cannot(path);
}

static int write_word(const char *folder,
                      const struct smtpspec_learning *learning,
                      const struct smtpspec_deviation *one, size_t number)
{
    char path[PATH_ROOM];
    FILE *file;

    if (snprintf(path, sizeof(path), "%s/%04zu.script", folder, number) >=
        (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return cannot(folder);
    }
    file = fopen(path, "we");
    if (file == NULL)
        return cannot(path);
    smtpspec_word_script(&learning->machine.alphabet, one->word, one->outputs,
                         one->length, file);
    return ferror(file) == 0 && fclose(file) == 0 ? 0 : cannot(path);
}

int smtpspec_learn_output_write(const struct smtpspec_learn_options *options,
                                const struct smtpspec_learning *learning)
{
    const struct smtpspec_product *product = &learning->run->product;
    int status = write_file(options->out, learning, write_machine);

    if (status == 0)
        status = write_file(options->dot, learning, write_picture);
    for (size_t i = 0;
         options->witnesses != NULL && i < product->count && status == 0; i++)
        status = write_word(options->witnesses, learning, &product->all[i],
                            i + 1);
    return status;
}
