/* SPDX-License-Identifier: MIT */
/*
 * reports.c - open, feed and put in place the reports of one run
 */
#include "cli/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <smtpspec/rules.h>

#include "case/security.h"

#define ROW_ROOM 64
/* Names tried for a file that nobody else has. */
#define BESIDE_TRIES 100

static bool fail(struct smtpspec_reports *reports, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Keep the first thing that went wrong: what follows is mostly its echo. */
static bool fail(struct smtpspec_reports *reports, const char *format, ...)
{
    va_list arguments;

    if (reports->message[0] != '\0')
        return false;
    va_start(arguments, format);
    vsnprintf(reports->message, sizeof(reports->message), format, arguments);
    va_end(arguments);
    return false;
}

bool smtpspec_colour_on(enum smtpspec_colour colour, FILE *file)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    if (colour != SMTPSPEC_COLOUR_AUTO)
        return colour == SMTPSPEC_COLOUR_ALWAYS;
    return isatty(fileno(file)) && (no_colour == NULL || *no_colour == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

void smtpspec_reports_run(struct smtpspec_run_facts *facts,
                          enum smtpspec_profile profile)
{
    time_t now = time(NULL);
    struct tm utc;

    facts->version = SMTPSPEC_VERSION;
    facts->profile = smtpspec_profile_name(profile);
    if (gmtime_r(&now, &utc) != NULL)
        strftime(facts->started, sizeof(facts->started), "%Y-%m-%dT%H:%M:%SZ",
                 &utc);
}

void smtpspec_reports_init(struct smtpspec_reports *reports)
{
    memset(reports, 0, sizeof(*reports));
}

const char *smtpspec_reports_message(const struct smtpspec_reports *reports)
{
    return reports->message;
}

/* Free an item's names; its file is closed and its report gone by then. */
static void forget(struct smtpspec_reports_item *item)
{
    free(item->path);
    free(item->place);
    free(item->beside);
    memset(item, 0, sizeof(*item));
}

/* --- Signals ------------------------------------------------------------ */

/* What a signal has to remove; a handler knows nothing but globals. */
static struct smtpspec_reports *volatile guarded;

void smtpspec_reports_remove(void)
{
    const struct smtpspec_reports *reports = guarded;

    for (unsigned i = 0; reports != NULL && i < reports->count; i++)
        if (reports->items[i].file != NULL &&
            reports->items[i].beside != NULL)
            unlink(reports->items[i].beside);
}

static void on_signal(int number)
{
    smtpspec_reports_remove();
    /* The handler is gone by now: this ends the program. */
    raise(number);
}

void smtpspec_reports_guard(struct smtpspec_reports *reports)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal,
                                .sa_flags = (int)SA_RESETHAND };
    struct sigaction old;

    guarded = reports;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        if (sigaction(numbers[i], NULL, &old) == 0 &&
            old.sa_handler == (reports != NULL ? SIG_DFL : on_signal)) {
            action.sa_handler = reports != NULL ? on_signal : SIG_DFL;
            sigaction(numbers[i], &action, NULL);
        }
}

/* --- Opening and closing ------------------------------------------------ */

void smtpspec_reports_abort(struct smtpspec_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++) {
        struct smtpspec_reports_item *item = &reports->items[i];

        if (item->report != NULL)
            smtpspec_report_discard(item->writer, item->report);
        if (item->file != NULL && item->file != stdout) {
            fclose(item->file);
            if (item->beside != NULL)
                unlink(item->beside);
            else if (item->made)
                unlink(item->place);
        }
        forget(item);
    }
    reports->count = 0;
    if (guarded == reports)
        smtpspec_reports_guard(NULL);
}

static bool is_taken(const struct smtpspec_reports *reports, const char *path)
{
    for (unsigned i = 0; i < reports->count; i++) {
        const char *other = reports->items[i].path;

        if (path == NULL ? other == NULL
                         : other != NULL && strcmp(other, path) == 0)
            return true;
    }
    return false;
}

static bool add(struct smtpspec_reports *reports,
                const struct smtpspec_report_writer *writer, const char *path)
{
    struct smtpspec_reports_item *item = &reports->items[reports->count];

    if (reports->count == SMTPSPEC_REPORTS_KEPT)
        return fail(reports, "more than %d reports", SMTPSPEC_REPORTS_KEPT);
    if (is_taken(reports, path))
        return fail(reports, "two reports go to %s",
                    path != NULL ? path : "standard output");
    item->writer = writer;
    if (path != NULL) {
        item->path = strdup(path);
        if (item->path == NULL)
            return fail(reports, "no memory");
    }
    reports->count++;
    return true;
}

bool smtpspec_reports_add(struct smtpspec_reports *reports, const char *option)
{
    const struct smtpspec_report_writer *writer;
    const char *equals = strchr(option, '=');
    char name[32];
    size_t length = equals != NULL ? (size_t)(equals - option) : 0;
    bool done = false;

    if (equals == NULL || length == 0 || equals[1] == '\0') {
        fail(reports, "--report wants FORMAT=FILE, not '%s'", option);
    } else {
        snprintf(name, sizeof(name), "%.*s",
                 (int)(length < sizeof(name) ? length : sizeof(name)), option);
        writer = smtpspec_report_writer_of(name);
        if (writer == NULL)
            fail(reports, "no report format '%s'; there are %s", name,
                 smtpspec_report_names());
        else
            done = add(reports, writer,
                       strcmp(equals + 1, "-") == 0 ? NULL : equals + 1);
    }
    if (!done)
        smtpspec_reports_abort(reports);
    return done;
}

bool smtpspec_reports_append(struct smtpspec_reports *reports,
                             const char *path)
{
    if (!add(reports, &smtpspec_report_jsonl, path)) {
        smtpspec_reports_abort(reports);
        return false;
    }
    reports->items[reports->count - 1].goes_on = true;
    return true;
}

bool smtpspec_reports_lines(struct smtpspec_reports *reports, FILE *file)
{
    if (!add(reports, &smtpspec_report_jsonl, NULL)) {
        smtpspec_reports_abort(reports);
        return false;
    }
    reports->items[reports->count - 1].file = file;
    return true;
}

void smtpspec_reports_add_default(struct smtpspec_reports *reports)
{
    if (!is_taken(reports, NULL) && reports->count < SMTPSPEC_REPORTS_KEPT)
        add(reports, &smtpspec_report_text, NULL);
}

bool smtpspec_reports_own_stdout(const struct smtpspec_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++) {
        if (reports->items[i].path == NULL &&
            reports->items[i].writer != &smtpspec_report_text)
            return true;
    }
    return false;
}

bool smtpspec_reports_stream_to_stdout(const struct smtpspec_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++) {
        if (reports->items[i].path == NULL && reports->items[i].writer->streams)
            return true;
    }
    return false;
}

/* Where a file that is not there yet will be: its folder by its one name. */
static char *place_of_new(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".")
                                 : strndup(path, (size_t)(slash - path) + 1);
    char *real = folder != NULL ? realpath(folder, NULL) : NULL, *place;
    int why = errno;

    if (real == NULL ||
        asprintf(&place, "%s/%s", real, slash == NULL ? path : slash + 1) < 0)
        place = NULL;
    free(real);
    free(folder);
    errno = why;
    return place;
}

/* Whether an item opened before goes to the same file. */
static bool meets_another(const struct smtpspec_reports *reports,
                          const struct smtpspec_reports_item *item)
{
    for (const struct smtpspec_reports_item *other = reports->items;
         other != item; other++)
        if (other->regular && strcmp(other->place, item->place) == 0)
            return true;
    return false;
}

/* Choose where an item is written. A device or pipe may not be replaced by a
 * file, and a symbolic link shall go on pointing. Who reads a report while it
 * is written must find it in its place. */
static bool choose_place(struct smtpspec_reports *reports,
                         struct smtpspec_reports_item *item)
{
    struct stat facts;
    bool exists = stat(item->path, &facts) == 0;

    if (exists && S_ISDIR(facts.st_mode))
        return fail(reports, "%s: %s", item->path, strerror(EISDIR));
    item->place = exists ? realpath(item->path, NULL)
                         : place_of_new(item->path);
    if (item->place == NULL)
        return fail(reports, "%s: %s", item->path, strerror(errno));
    item->regular = !exists || S_ISREG(facts.st_mode);
    item->replaced = item->regular && !item->writer->streams;
    item->made = !exists && !item->replaced;
    return !item->regular || !meets_another(reports, item) ||
           fail(reports, "two reports go to %s", item->path);
}

/* A file that nobody else has, since another run may write the same report.
 * -1, and errno, where there can be none. */
static int open_beside(struct smtpspec_reports_item *item)
{
    int descriptor = -1;

    for (unsigned i = 0; i < BESIDE_TRIES && descriptor < 0; i++) {
        if (asprintf(&item->beside, "%s.%ld-%u.tmp", item->place,
                     (long)getpid(), i) < 0) {
            item->beside = NULL;
            errno = ENOMEM;
            return -1;
        }
        descriptor = open(item->beside,
                          O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0)
            break;
        free(item->beside);
        item->beside = NULL;
        if (errno != EEXIST)
            break;
    }
    return descriptor;
}

static bool open_file(struct smtpspec_reports *reports,
                      struct smtpspec_reports_item *item)
{
    int descriptor;

    if (item->path == NULL) {
        if (item->file == NULL)
            item->file = stdout;
        return true;
    }
    if (!choose_place(reports, item))
        return false;
    descriptor = item->replaced
                     ? open_beside(item)
                     : open(item->place,
                            O_WRONLY | O_CREAT | O_CLOEXEC |
                                (item->goes_on ? O_APPEND : 0), 0666);
    if (descriptor >= 0)
        item->file = fdopen(descriptor, "w");
    if (item->file == NULL) {
        fail(reports, "%s: %s", item->path, strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    return true;
}

static bool open_item(struct smtpspec_reports *reports,
                      struct smtpspec_reports_item *item,
                      const struct smtpspec_reports_style *style)
{
    struct smtpspec_report_options options = { 0 };

    if (!open_file(reports, item))
        return false;
    options.file = item->file;
    options.colour = smtpspec_colour_on(style->colour, item->file);
    options.quiet = style->quiet && item->path == NULL;
    item->brief = options.quiet && item->writer == &smtpspec_report_text;
    options.verbose = style->verbose;
    options.hex = style->hex;
    options.least = style->least;
    options.warn_fails = style->warn_fails;
    options.artifact = style->artifact;
    item->report = smtpspec_report_open(item->writer, &options);
    if (item->report == NULL)
        return fail(reports, "no memory");
    return true;
}

/* What stood in a file that is written in its place goes only once it is known
 * that there will be a run. */
static bool empty_item(struct smtpspec_reports *reports,
                       const struct smtpspec_reports_item *item)
{
    return item->file == stdout || !item->regular || item->replaced ||
           item->goes_on || ftruncate(fileno(item->file), 0) == 0 ||
           fail(reports, "%s: %s", item->path, strerror(errno));
}

bool smtpspec_reports_open(struct smtpspec_reports *reports,
                           const struct smtpspec_reports_style *style)
{
    bool good = true;

    for (unsigned i = 0; i < reports->count && good; i++)
        good = open_item(reports, &reports->items[i], style);
    for (unsigned i = 0; i < reports->count && good; i++)
        good = empty_item(reports, &reports->items[i]);
    if (good)
        smtpspec_reports_guard(reports);
    else
        smtpspec_reports_abort(reports);
    return good;
}

void smtpspec_reports_begin(struct smtpspec_reports *reports,
                            const struct smtpspec_run_facts *facts)
{
    for (unsigned i = 0; i < reports->count; i++)
        reports->items[i].writer->begin(reports->items[i].report, facts);
}

/* Whether the report gets its lines in another way. */
static bool has_lines(const struct smtpspec_reports *reports, unsigned item)
{
    return reports->by_lines && reports->items[item].writer->line != NULL;
}

void smtpspec_reports_target_begin(struct smtpspec_reports *reports,
                                   const char *name)
{
    for (unsigned i = 0; i < reports->count; i++)
        if (!has_lines(reports, i))
            smtpspec_report_target_begin(reports->items[i].writer,
                                         reports->items[i].report, name);
}

/* What is known of a result by tables alone; `row` has ROW_ROOM. */
static struct smtpspec_result complete(const struct smtpspec_result *result,
                                       char *row)
{
    struct smtpspec_result whole = *result;

    smtpspec_security_judge(&whole);
    if (whole.row == NULL && whole.rule != NULL) {
        smtpspec_rule_row(smtpspec_span_of(whole.rule), row, ROW_ROOM);
        whole.row = row[0] != '\0' ? row : NULL;
    }
    return whole;
}

void smtpspec_reports_early(struct smtpspec_reports *reports,
                            const struct smtpspec_result *result)
{
    char row[ROW_ROOM];
    struct smtpspec_result whole = complete(result, row);

    for (unsigned i = 0; i < reports->count; i++)
        if (reports->items[i].writer->streams)
            reports->items[i].writer->result(reports->items[i].report, &whole);
}

void smtpspec_reports_result(struct smtpspec_reports *reports,
                             const struct smtpspec_result *result)
{
    char row[ROW_ROOM];
    struct smtpspec_result whole = complete(result, row);

    for (unsigned i = 0; i < reports->count; i++)
        if (!whole.told || !reports->items[i].writer->streams)
            reports->items[i].writer->result(reports->items[i].report, &whole);
}

bool smtpspec_reports_stream(const struct smtpspec_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++)
        if (reports->items[i].writer->streams)
            return true;
    return false;
}

void smtpspec_reports_target_end(struct smtpspec_reports *reports,
                                 const struct smtpspec_target_facts *facts)
{
    /* The run that is over handled signals in its own way. */
    smtpspec_reports_guard(reports);
    for (unsigned i = 0; i < reports->count; i++)
        if (!has_lines(reports, i))
            reports->items[i].writer->target_end(reports->items[i].report,
                                                 facts);
}

bool smtpspec_reports_take_lines(const struct smtpspec_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++)
        if (reports->items[i].writer->line == NULL && !reports->items[i].brief)
            return false;
    return true;
}

void smtpspec_reports_by_lines(struct smtpspec_reports *reports, bool lines)
{
    reports->by_lines = lines;
}

void smtpspec_reports_line(struct smtpspec_reports *reports, const char *text,
                           size_t length)
{
    for (unsigned i = 0; i < reports->count; i++)
        if (reports->items[i].writer->line != NULL)
            reports->items[i].writer->line(reports->items[i].report, text,
                                           length);
}

/* Close a file and put it in its place, or remove it where `written` says
 * that it is not whole. Returns whether it is in its place; errno if not. */
static bool put_in_place(struct smtpspec_reports_item *item, bool written)
{
    int why = errno;

    if (item->file != stdout && fclose(item->file) != 0 && written) {
        why = errno;
        written = false;
    }
    if (item->beside != NULL) {
        if (written && rename(item->beside, item->place) != 0) {
            why = errno;
            written = false;
        }
        if (!written)
            unlink(item->beside);
    }
    errno = why;
    return written;
}

bool smtpspec_reports_end(struct smtpspec_reports *reports,
                          const struct smtpspec_run_facts *facts)
{
    bool all = true;

    for (unsigned i = 0; i < reports->count; i++) {
        struct smtpspec_reports_item *item = &reports->items[i];
        enum smtpspec_error error;

        errno = 0;
        error = smtpspec_report_end(item->writer, item->report, facts);
        item->report = NULL;
        if (!put_in_place(item, error == SMTPSPEC_OK)) {
            const char *path = item->path != NULL ? item->path
                                                  : "standard output";

            fail(reports, "%s: %s", path,
                 error == SMTPSPEC_ERROR_MEMORY ? "no memory"
                 : errno != 0                   ? strerror(errno)
                                                : "not all could be written");
            all = false;
        }
        forget(item);
    }
    reports->count = 0;
    smtpspec_reports_guard(NULL);
    return all;
}
