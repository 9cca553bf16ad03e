/* SPDX-License-Identifier: MIT */
/*
 * test_octets.c - files are mapped as they would be read, whatever becomes of
 * them meanwhile
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/octets.h"
#include "cli/offline.h"
#include "cli/recording.h"

#define PAGES_MOST 9
#define TEXT_MOST (5 * (size_t)SMTPSPEC_OCTETS_PIECE)
#define NAME "f\x1bile"

static size_t page;
static char *text;            /* what files are made of                      */
static struct smtpspec_octets octets;

/* A file with no name, its offset at 0. */
static int new_file(const char *from, size_t length)
{
    char path[] = "/tmp/test_octets.XXXXXX";
    int file = mkstemp(path);

    assert_true(file >= 0);
    unlink(path);
    assert_int_equal(write(file, from, length), length);
    lseek(file, 0, SEEK_SET);
    return file;
}

static void begin(int file, size_t window)
{
    smtpspec_octets_init(&octets, "judge", NAME, file);
    octets.window = window;
}

static struct smtpspec_span next(void)
{
    struct smtpspec_span piece;

    assert_true(smtpspec_octets_next(&octets, &piece));
    return piece;
}

/* All that is left is text[from..to); returns how much of it was mapped. */
static size_t assert_rest(size_t from, size_t to)
{
    size_t sum = 0;

    for (;;) {
        struct smtpspec_span piece = next();

        if (piece.length == 0)
            break;
        assert_in_range(piece.length, 1, to - from);
        assert_memory_equal(piece.at, text + from, piece.length);
        from += piece.length;
        sum += octets.map != NULL ? piece.length : 0;
    }
    assert_int_equal(from, to);
    assert_null(octets.map);
    return sum;
}

static void gives_all_from_any_offset_in_any_window(void **state)
{
    const size_t near[] = { 0, 1, page - 1, page, page + 1, 3 * page - 1,
                            4 * page, 6 * page + 7, PAGES_MOST * page };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(near) * SMTPSPEC_ARRAY_LEN(near);
         i++) {
        size_t from = near[i % SMTPSPEC_ARRAY_LEN(near)];
        size_t size = near[i / SMTPSPEC_ARRAY_LEN(near)];
        int file = new_file(text, size);

        for (size_t window = page; window <= 4 * page; window += page) {
            size_t whole = size / window * window;

            lseek(file, (off_t)from, SEEK_SET);
            begin(file, window);
            /* All whole windows are mapped. */
            assert_int_equal(assert_rest(from, from > size ? from : size),
                             whole > from ? whole - from : 0);
            assert_int_equal(lseek(file, 0, SEEK_CUR), from > size ? from : size);
            smtpspec_octets_end(&octets);
        }
        close(file);
    }
}

static void gives_a_large_window_in_pieces(void **state)
{
    size_t window = 2 * SMTPSPEC_OCTETS_PIECE - page;
    int file = new_file(text, TEXT_MOST);

    (void)state;
    begin(file, window);
    assert_int_equal(next().length, SMTPSPEC_OCTETS_PIECE);
    assert_int_equal(next().length, SMTPSPEC_OCTETS_PIECE - page);
    assert_int_equal(assert_rest(window, TEXT_MOST),
                     TEXT_MOST / window * window - window);
    close(file);
}

static void reads_what_cannot_be_mapped(void **state)
{
    int ends[2], file;
    char first;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, 2 * page), 2 * page);
    close(ends[1]);
    begin(ends[0], page);
    assert_int_equal(assert_rest(0, 2 * page), 0);
    close(ends[0]);
    /* An offset that is no page's is refused. */
    file = new_file(text, 5 * page);
    begin(file, page + 1);
    assert_int_equal(assert_rest(0, 5 * page), page + 1);
    close(file);
    file = open("/proc/self/status", O_RDONLY);
    begin(file, page);
    first = *next().at;
    assert_int_equal(first, 'N');
    smtpspec_octets_end(&octets);
    close(file);
}

static void tells_why_nothing_can_be_read(void **state)
{
    struct smtpspec_span piece;
    int file = open("/", O_RDONLY);

    (void)state;
    begin(file, page);
    assert_false(smtpspec_octets_next(&octets, &piece));
    assert_string_equal(octets.trouble, "Is a directory");
    close(file);
}

static void reads_on_where_a_file_grows(void **state)
{
    int file = new_file(text, page + 5);

    (void)state;
    begin(file, page);
    assert_int_equal(next().length, page);
    assert_int_equal(pwrite(file, text, 4 * page + 9, 0), 4 * page + 9);
    assert_int_equal(assert_rest(page, 4 * page + 9), 3 * page);
    assert_int_equal(write(file, text + 4 * page + 9, 3), 3);
    lseek(file, -3, SEEK_CUR);
    assert_int_equal(assert_rest(4 * page + 9, 4 * page + 12), 0);
    smtpspec_octets_end(&octets);
    close(file);
}

/* Cut where nothing is mapped, or behind what was. */
static void ends_where_a_file_ends_sooner(void **state)
{
    int file = new_file(text, 5 * page);

    (void)state;
    begin(file, page);
    assert_int_equal(next().length, page);
    assert_int_equal(ftruncate(file, (off_t)page + 7), 0);
    assert_rest(page, page + 7);
    smtpspec_octets_end(&octets);
    close(file);
}

/* Inside the last page of a window there are zeros then. */
static void tells_of_a_cut_without_signal(void **state)
{
    int file = new_file(text, 5 * page);
    struct smtpspec_span piece;

    (void)state;
    begin(file, page);
    assert_int_equal(next().length, page);
    assert_int_equal(ftruncate(file, (off_t)page - 1), 0);
    assert_false(smtpspec_octets_next(&octets, &piece));
    assert_string_equal(octets.trouble, "was cut while it was read");
    smtpspec_octets_end(&octets);
    close(file);
}

/* --- SIGBUS ------------------------------------------------------------- */

#define MARK 77

static void on_other(int number)
{
    (void)number;
    _exit(MARK);
}

/* The status of a child that does that with a window that was mapped, and what
 * it wrote to standard error. */
static int status_of(void (*act)(int file, struct smtpspec_span window),
                     char *said, size_t cap)
{
    int ends[2], status, file = new_file(text, 4 * page);
    ssize_t length;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        signal(SIGBUS, on_other);
        dup2(ends[1], STDERR_FILENO);
        begin(file, 4 * page);
        act(file, next());
        _exit(0);
    }
    close(ends[1]);
    length = read(ends[0], said, cap - 1);
    said[length > 0 ? length : 0] = '\0';
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(file);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void touch(const char *at)
{
    (void)*(const volatile char *)at;
}

static void cut(int file, struct smtpspec_span window)
{
    if (ftruncate(file, (off_t)page + 1) == 0)
        touch(window.at + page + 1); /* a zero */
    touch(window.at + 3 * page);
}

/* What the system sends where a disk fails: the file is as long as it was. */
static void lose(int file, struct smtpspec_span window)
{
    siginfo_t facts = { .si_signo = SIGBUS, .si_code = BUS_ADRERR };

    (void)file;
    facts.si_addr = (char *)window.at + page;
    syscall(SYS_rt_sigqueueinfo, getpid(), SIGBUS, &facts);
}

static void send(int file, struct smtpspec_span window)
{
    (void)file;
    (void)window;
    raise(SIGBUS);
}

static void map_other(int file, struct smtpspec_span window)
{
    int other = new_file(text, page);
    char *map = mmap(NULL, page, PROT_READ, MAP_SHARED, other, 0);

    (void)file;
    (void)window;
    if (ftruncate(other, 0) == 0)
        touch(map);
}

static void end_first(int file, struct smtpspec_span window)
{
    struct sigaction now;

    smtpspec_octets_end(&octets);
    sigaction(SIGBUS, NULL, &now);
    if (now.sa_handler == on_other)
        send(file, window);
}

static void tells_of_a_cut(void **state)
{
    char said[256];

    (void)state;
    assert_int_equal(status_of(cut, said, sizeof(said)), 2);
    assert_string_equal(said, "smtpspec judge: f\\x1bile: was cut while it was "
                              "read\n");
}

static void tells_of_a_disk_that_fails(void **state)
{
    char said[256];

    (void)state;
    assert_int_equal(status_of(lose, said, sizeof(said)), 2);
    assert_string_equal(said, "smtpspec judge: f\\x1bile: cannot be read: "
                              "input/output error\n");
}

static void leaves_other_signals_alone(void **state)
{
    static void (*const acts[])(int, struct smtpspec_span) = {
        send, map_other, end_first
    };
    char said[256];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(acts); i++) {
        assert_int_equal(status_of(acts[i], said, sizeof(said)), MARK);
        assert_string_equal(said, "");
    }
}

/* --- Lines across borders ----------------------------------------------- */

static void put_result(void *context, const struct smtpspec_result *result)
{
    fprintf(context, "%s %d %s %s %s\n", result->id, (int)result->outcome,
            result->title, result->reason, result->observed);
}

/* What is found in a recording, in memory that the caller frees. */
static char *judge(int file, size_t window)
{
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_offline *offline = smtpspec_offline_new(&terms);
    struct smtpspec_recording recording;
    struct smtpspec_span piece;
    char *found;
    size_t length;
    FILE *out = open_memstream(&found, &length);

    smtpspec_recording_init(&recording, SMTPSPEC_RECORDING_AUTO,
                            smtpspec_offline_event, offline);
    recording.lines = smtpspec_offline_lines;
    begin(file, window);
    while ((piece = next()).length > 0) {
        smtpspec_recording_feed(&recording, piece);
        smtpspec_offline_settle(offline);
    }
    smtpspec_octets_end(&octets);
    assert_int_equal(smtpspec_recording_finish(&recording), SMTPSPEC_OK);
    smtpspec_offline_end(offline, false);
    smtpspec_offline_results(offline, put_result, out);
    smtpspec_recording_free(&recording);
    smtpspec_offline_free(offline);
    fclose(out);
    return found;
}

/* Sessions with a fault each, behind `skip` octets of a comment. */
static size_t write_sessions(char *out, size_t cap, size_t skip)
{
    static const char session[] =
        "S: 220 mx\nC: NOOP\nS: 250-2.0.0 a\nS: 251 b\nC: MAIL FROM:<a@b>\n"
        "S: 250\nC: DATA\nS: 354 go\nC: one\nC: .\nS: 250 kept\nclosed\n";
    size_t length = skip + 2;

    memset(out, '#', skip + 1);
    out[skip + 1] = '\n';
    for (; length + sizeof(session) <= cap; length += sizeof(session) - 1)
        memcpy(out + length, session, sizeof(session));
    return length;
}

static void judges_lines_across_borders(void **state)
{
    size_t cap = 6 * page;
    char *sessions = test_malloc(cap);

    (void)state;
    for (size_t skip = 0; skip < 140; skip++) {
        int file = new_file(sessions, write_sessions(sessions, cap, skip));
        char *wanted = judge(file, 100 * page);

        assert_non_null(strstr(wanted, "defect.separator-missing"));
        for (size_t window = page; window <= 3 * page; window += page) {
            char *found;

            lseek(file, 0, SEEK_SET);
            found = judge(file, window);
            assert_string_equal(found, wanted);
            free(found);
        }
        free(wanted);
        close(file);
    }
    test_free(sessions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_all_from_any_offset_in_any_window),
        cmocka_unit_test(gives_a_large_window_in_pieces),
        cmocka_unit_test(reads_what_cannot_be_mapped),
        cmocka_unit_test(tells_why_nothing_can_be_read),
        cmocka_unit_test(reads_on_where_a_file_grows),
        cmocka_unit_test(ends_where_a_file_ends_sooner),
        cmocka_unit_test(tells_of_a_cut_without_signal),
        cmocka_unit_test(tells_of_a_cut),
        cmocka_unit_test(tells_of_a_disk_that_fails),
        cmocka_unit_test(leaves_other_signals_alone),
        cmocka_unit_test(judges_lines_across_borders),
    };
    int failed;

    page = (size_t)sysconf(_SC_PAGESIZE);
    text = malloc(TEXT_MOST);
    if (text == NULL)
        return 1;
    for (size_t i = 0; i < TEXT_MOST; i++)
        text[i] = (char)(i * 2654435761u >> 13);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(text);
    return failed;
}
