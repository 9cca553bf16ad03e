/* SPDX-License-Identifier: MIT */
/*
 * test_parse.c - `smtpspec parse`: what is printed does not depend on how the
 * stream came in pieces
 *
 * The command reads a socket that keeps the bounds of what was written, so
 * that each read gives the very piece that a test wants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <smtpspec/base.h>

#include "cli/cli.h"
#include "support/rows.h"

#define TEXT(literal) { (literal), sizeof(literal) - 1 }

static char output[1 << 16];

/* Put `descriptor` in the place of `standard`; returns what was there. */
static int replace(int standard, int descriptor)
{
    int before = dup(standard);

    assert_true(before >= 0);
    assert_true(dup2(descriptor, standard) >= 0);
    close(descriptor);
    return before;
}

static void restore(int standard, int before)
{
    assert_true(dup2(before, standard) >= 0);
    close(before);
}

/* Run `parse --format FORMAT -` over a stream that comes in pieces of `size`
 * octets from `cut` on, the first `cut` octets as one. Its output is in
 * `output`; returns its exit status. */
static int run(const char *format, struct smtpspec_span stream, size_t cut,
               size_t size)
{
    char verb[] = "parse", option[] = "--format", name[] = "-", value[8];
    char *arguments[] = { verb, option, value, name, NULL };
    int sockets[2], input, standard, complaints, status;
    FILE *file = tmpfile();

    assert_non_null(file);
    snprintf(value, sizeof(value), "%s", format);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
    while (stream.length > 0) {
        size_t piece = cut > 0 ? cut : size;

        if (piece > stream.length)
            piece = stream.length;
        assert_int_equal(write(sockets[0], stream.at, piece), piece);
        stream = smtpspec_span_skip(stream, piece);
        cut = 0;
    }
    close(sockets[0]);
    fflush(stdout);
    input = replace(STDIN_FILENO, sockets[1]);
    standard = replace(STDOUT_FILENO, dup(fileno(file)));
    complaints = replace(STDERR_FILENO, open("/dev/null", O_WRONLY));
    status = smtpspec_cmd_parse(4, arguments);
    fflush(stdout);
    restore(STDERR_FILENO, complaints);
    restore(STDIN_FILENO, input);
    restore(STDOUT_FILENO, standard);
    rewind(file);
    memset(output, 0, sizeof(output));
    assert_true(fread(output, 1, sizeof(output) - 1, file) <
                sizeof(output) - 1);
    fclose(file);
    return status;
}

struct row {
    const char *name;
    struct smtpspec_span stream;
    const char *tsv;
    int status;
};

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A250 A50 A50 A50 A50 A50

static struct row rows[] = {
    { "two replies", TEXT("220 mx.example\r\n250-a\r\n250 2.1.5 b\r\n"),
      "0\t220\tSP\t1\t\t\tmx.example\n"
      "16\t250\t-\t0\t\t\ta\n"
      "23\t250\tSP\t1\t2.1.5\t\t2.1.5 b\n", 0 },
    { "line ends of all kinds", TEXT("250 a\n\n\r\n250 b\r\r\n250\r\n"),
      "0\t250\tSP\t1\t\tbare-lf\ta\n"
      "6\t\t\t1\t\tbare-lf,no-code\t\n"
      "7\t\t\t1\t\tno-code\t\n"
      "9\t250\tSP\t1\t\tbare-cr\tb\\x0d\n"
      "17\t250\t\t1\t\tseparator-missing\t\n", 0 },
    { "hostile octets", TEXT("250 \0\t\033[2J\xff\\\"<b>\r\n"),
      "0\t250\tSP\t1\t\tnul,control,eight-bit\t\\x00\\x09\\x1b[2J\\xff\\x5c\"<b>\n", 0 },
    { "a stream that ends in a line", TEXT("250 ok\r\n550 no\r"),
      "0\t250\tSP\t1\t\t\tok\n"
      "8\t550\tSP\t0\t\tunterminated\tno\\x0d\n", 0 },
    { "a stream that ends in a reply", TEXT("250-ok\r\n"),
      "0\t250\t-\t0\t\t\tok\n"
      "8\t\t\t0\t\tunterminated\t\n", 0 },
    { "a line that is cut", TEXT("250 " A250 A250 A250 A250 A250 "\r\n220 x\r\n"),
      "0\t250\tSP\t1\t\tline-long\t" A250 A250 A250 A250
      "aaaaaaaaaaaaaaaaaaaa... (1254 octets)\n"
      "1256\t220\tSP\t1\t\t\tx\n", 0 },
    { "no SMTP", TEXT("HTTP/1.1 200 OK\r\n"),
      "0\t\t\t1\t\tno-code\tHTTP/1.1 200 OK\n", 3 },
    { "nothing", TEXT(""), "", 3 },
};

static void prints_the_same_in_every_split(void **state)
{
    static const char *const formats[] = { "tsv", "text", "jsonl" };
    const struct row *row = *state;
    char *whole;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(formats); i++) {
        assert_int_equal(run(formats[i], row->stream, 0, 4096), row->status);
        if (i == 0)
            assert_string_equal(output, row->tsv);
        whole = strdup(output);
        assert_non_null(whole);
        for (size_t cut = 1; cut < row->stream.length && cut < 100; cut++) {
            assert_int_equal(run(formats[i], row->stream, cut, 4096),
                             row->status);
            assert_string_equal(output, whole);
        }
        if (row->stream.length < 100) {
            assert_int_equal(run(formats[i], row->stream, 1, 1), row->status);
            assert_string_equal(output, whole);
        }
        free(whole);
    }
}

int main(void)
{
    return RUN_ROWS(prints_the_same_in_every_split, rows);
}
