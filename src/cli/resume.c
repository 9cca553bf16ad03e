/* SPDX-License-Identifier: MIT */
/*
 * resume.c - which targets a file of JSON Lines has to their end
 */
#include "cli/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "net/memory.h"
#include "net/target.h"

/* How a line of a case begins, as jsonl.c writes it: most lines are, and need
 * not be read. */
static const char of_case[] = "{\"record\": \"case\", ";

struct reading {
    struct smtpspec_resume *resume;
    const char *path, *profile;
    size_t line;
    off_t at;               /* behind the line that is being read            */
    off_t whole;            /* what lies before is kept                      */
    bool begun;             /* the first record was there                    */
    /* Hosts of a domain, of which more might have come. */
    uint64_t domain;        /* 0: none                                       */
    off_t domain_at;        /* where they begin                              */
};

/* --- keys ----------------------------------------------------------------- */

/* FNV-1a. */
static uint64_t hash(const char *text)
{
    uint64_t value = 0xcbf29ce484222325u;

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    return value != 0 ? value : 1;
}

/* Of mx:DOMAIN and, with `host`, of mx:DOMAIN/HOST: one spelling. */
static uint64_t key_of_mx(const struct smtpspec_target *target, bool host)
{
    char name[2 * SMTPSPEC_DOMAIN_LIMIT + 16];

    snprintf(name, sizeof(name), "mx:%.*s%s%s:%s", (int)target->rest.length,
             target->rest.at, host ? "/" : "", host ? target->host : "",
             target->port);
    return hash(name);
}

static bool read_mx(const char *name, struct smtpspec_target *target)
{
    char why[320];

    return smtpspec_target_parse(name, target, why, sizeof(why)) &&
           target->kind == SMTPSPEC_TARGET_MX;
}

uint64_t smtpspec_resume_key(const char *name)
{
    struct smtpspec_span span = smtpspec_span_of(name);
    size_t length = smtpspec_span_escape(span, NULL, 0);
    struct smtpspec_target target;
    char *escaped;
    uint64_t key;

    if (read_mx(name, &target))
        return key_of_mx(&target, target.host[0] != '\0');
    /* As it stands in a report. */
    escaped = smtpspec_memory_new(length + 1);
    smtpspec_span_escape(span, escaped, length + 1);
    key = hash(escaped);
    free(escaped);
    return key;
}

static uint64_t *place_of(const struct smtpspec_resume *resume, uint64_t key)
{
    size_t at = (size_t)(key ^ key >> 32) & (resume->room - 1);

    while (resume->ended[at] != 0 && resume->ended[at] != key)
        at = (at + 1) & (resume->room - 1);
    return &resume->ended[at];
}

bool smtpspec_resume_has(const struct smtpspec_resume *resume, uint64_t key)
{
    return resume->count > 0 && *place_of(resume, key) == key;
}

static void grow(struct smtpspec_resume *resume)
{
    struct smtpspec_resume old = *resume;

    resume->room = old.room == 0 ? 1024 : 2 * old.room;
    resume->ended = smtpspec_memory_new(resume->room * sizeof(uint64_t));
    for (size_t i = 0; i < old.room; i++)
        if (old.ended[i] != 0)
            *place_of(resume, old.ended[i]) = old.ended[i];
    free(old.ended);
}

static void add(struct smtpspec_resume *resume, uint64_t key)
{
    uint64_t *place;

    if (2 * resume->count >= resume->room)
        grow(resume);
    place = place_of(resume, key);
    resume->count += *place == 0;
    *place = key;
}

/* --- reading -------------------------------------------------------------- */

static bool wrong(struct reading *reading, const char *what)
{
    snprintf(reading->resume->message, sizeof(reading->resume->message),
             "%.300s: line %zu: %s", reading->path, reading->line, what);
    return false;
}

static const char *text_of(const json_t *record, const char *name)
{
    const char *text = json_string_value(json_object_get(record, name));

    return text != NULL ? text : "";
}

static bool take_run(struct reading *reading, const json_t *record)
{
    if (strcmp(text_of(record, "tool"), "smtpspec") != 0)
        return wrong(reading, "these are no JSON Lines of smtpspec check");
    if (strcmp(text_of(record, "profile"), reading->profile) != 0)
        return wrong(reading, "this was run by another --profile");
    reading->begun = true;
    reading->domain = 0;
    reading->whole = reading->at;
    return true;
}

/* The domain is done with once something else comes. */
static void leave_domain(struct reading *reading)
{
    if (reading->domain != 0)
        add(reading->resume, reading->domain);
    reading->domain = 0;
}

static void take_target(struct reading *reading, const json_t *record,
                        off_t line_at)
{
    struct smtpspec_target target;
    uint64_t domain = 0;

    if (read_mx(text_of(record, "target"), &target))
        domain = key_of_mx(&target, false);
    if (domain != reading->domain) {
        leave_domain(reading);
        reading->domain_at = line_at;
    }
    reading->domain = domain;
}

static void take_target_end(struct reading *reading, const json_t *record)
{
    const char *name = text_of(record, "target");
    struct smtpspec_target target;

    reading->whole = reading->at;
    if (strcmp(text_of(record, "trouble"), "interrupted") == 0)
        return;
    if (read_mx(name, &target))
        add(reading->resume, key_of_mx(&target, target.host[0] != '\0'));
    else
        add(reading->resume, hash(name));
}

static bool take_record(struct reading *reading, const json_t *record,
                        off_t line_at)
{
    const char *kind = text_of(record, "record");

    if (strcmp(kind, "run") == 0)
        return take_run(reading, record);
    if (!reading->begun)
        return wrong(reading, "these are no JSON Lines of smtpspec check");
    if (strcmp(kind, "target") == 0)
        take_target(reading, record, line_at);
    else if (strcmp(kind, "target_end") == 0)
        take_target_end(reading, record);
    else if (strcmp(kind, "run_end") == 0) {
        leave_domain(reading);
        reading->whole = reading->at;
    }
    return true;
}

/* One line, LF included where it has one. `last`: nothing follows. */
static bool take_line(struct reading *reading, const char *text, size_t length,
                      bool last)
{
    bool ends = text[length - 1] == '\n', good;
    off_t line_at = reading->at;
    json_t *record;

    reading->line++;
    reading->at += (off_t)length;
    if (ends && reading->begun &&
        strncmp(text, of_case, sizeof(of_case) - 1) == 0)
        return true;
    record = json_loadb(text, length, 0, NULL);
    /* Half a line is what a run leaves that is killed; but of a file that is
     * nothing else it is not known whose it was. */
    if (record == NULL || !ends) {
        json_decref(record);
        if (last && (reading->begun ||
                     strncmp(text, of_case, strlen("{\"record\": \"")) == 0))
            return true;
        return wrong(reading, "these are no JSON Lines of smtpspec check");
    }
    good = take_record(reading, record, line_at);
    json_decref(record);
    return good;
}

static bool is_last(FILE *file)
{
    int octet = getc(file);

    if (octet != EOF)
        ungetc(octet, file);
    return octet == EOF;
}

static bool read_all(struct reading *reading, FILE *file)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    bool good = true;

    errno = 0;
    while (good && (length = getline(&text, &room, file)) > 0)
        good = take_line(reading, text, (size_t)length, is_last(file));
    if (good && ferror(file))
        good = wrong(reading, strerror(errno));
    free(text);
    return good;
}

static bool cannot(struct smtpspec_resume *resume, const char *path,
                   const char *why)
{
    snprintf(resume->message, sizeof(resume->message), "%.300s: %s", path,
             why);
    return false;
}

static bool read_file(struct reading *reading)
{
    struct smtpspec_resume *resume = reading->resume;
    FILE *file;
    bool good;
    int copy;

    /* Closed with its stream; the lock stays with the other. */
    copy = fcntl(resume->descriptor, F_DUPFD_CLOEXEC, 3);
    file = copy >= 0 ? fdopen(copy, "r") : NULL;
    if (file == NULL)
        return cannot(resume, reading->path, strerror(errno));
    good = read_all(reading, file);
    fclose(file);
    if (!good)
        return false;
    /* Of a domain that was cut off nobody knows how many hosts it has. */
    if (reading->domain != 0 && reading->domain_at < reading->whole)
        reading->whole = reading->domain_at;
    return ftruncate(resume->descriptor, reading->whole) == 0 ||
           cannot(resume, reading->path, strerror(errno));
}

bool smtpspec_resume_open(struct smtpspec_resume *resume, const char *path,
                          const char *profile)
{
    struct reading reading = { .resume = resume, .path = path,
                               .profile = profile };
    struct stat facts;

    memset(resume, 0, sizeof(*resume));
    resume->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (resume->descriptor < 0)
        return cannot(resume, path, strerror(errno));
    /* Others have no end, or cannot be cut. */
    if (fstat(resume->descriptor, &facts) == 0 && !S_ISREG(facts.st_mode))
        return cannot(resume, path, "this is no regular file");
    if (flock(resume->descriptor, LOCK_EX | LOCK_NB) != 0)
        return cannot(resume, path, errno == EWOULDBLOCK
                                        ? "another run is writing it"
                                        : strerror(errno));
    return read_file(&reading);
}

void smtpspec_resume_close(struct smtpspec_resume *resume)
{
    if (resume->descriptor >= 0)
        close(resume->descriptor);
    resume->descriptor = -1;
    free(resume->ended);
    resume->ended = NULL;
    resume->count = resume->room = 0;
}
