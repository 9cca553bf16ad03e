/* SPDX-License-Identifier: MIT */
/*
 * target_lines.c - read a list of targets line by line
 */
#include "cli/target_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <smtpspec/base.h>

bool smtpspec_target_lines_open(struct smtpspec_target_lines *lines,
                                const char *path)
{
    struct stat facts;

    memset(lines, 0, sizeof(*lines));
    lines->descriptor = strcmp(path, "-") == 0
                            ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                            : open(path, O_RDONLY | O_CLOEXEC);
    if (lines->descriptor < 0 || fstat(lines->descriptor, &facts) != 0)
        return false;
    if (S_ISDIR(facts.st_mode)) {
        errno = EISDIR;
        return false;
    }
    /* Standard input may stand in the middle of a file: what lies before was
     * somebody else's. */
    lines->may_rewind = S_ISREG(facts.st_mode) && strcmp(path, "-") != 0;
    return true;
}

void smtpspec_target_lines_close(struct smtpspec_target_lines *lines)
{
    if (lines->descriptor >= 0)
        close(lines->descriptor);
    lines->descriptor = -1;
}

void smtpspec_target_lines_rewind(struct smtpspec_target_lines *lines)
{
    lines->number = lines->begin = lines->end = 0;
    lines->too_long = false;
    lines->over = lseek(lines->descriptor, 0, SEEK_SET) != 0;
    lines->trouble = lines->over ? errno : 0;
}

void smtpspec_target_lines_fill(struct smtpspec_target_lines *lines)
{
    ssize_t got;

    memmove(lines->room, lines->room + lines->begin,
            lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    /* One octet stays free for the NUL. */
    got = read(lines->descriptor, lines->room + lines->end,
               sizeof(lines->room) - 1 - lines->end);
    if (got > 0)
        lines->end += (size_t)got;
    else if (got == 0)
        lines->over = true;
    else if (errno != EINTR && errno != EAGAIN) {
        lines->over = true;
        lines->trouble = errno;
        /* Half a line would be another target. */
        lines->end = 0;
    }
}

static enum smtpspec_target_line bad(struct smtpspec_target_lines *lines,
                                     const char *why)
{
    lines->why = why;
    return SMTPSPEC_TARGET_LINE_BAD;
}

/* A whole line, without its LF: a target, or what is wrong with it. END where
 * it holds nothing. */
static enum smtpspec_target_line weigh(struct smtpspec_target_lines *lines,
                                       char *text, size_t length)
{
    struct smtpspec_span line =
        smtpspec_span_trim((struct smtpspec_span){ text, length });

    if (lines->too_long) {
        lines->too_long = false;
        return bad(lines, "longer than 4096 octets");
    }
    if (line.length == 0 || line.at[0] == '#')
        return SMTPSPEC_TARGET_LINE_END;
    if (smtpspec_span_find(line, '\0') < line.length)
        return bad(lines, "a NUL in it");
    text[(size_t)(line.at - text) + line.length] = '\0';
    lines->text = line.at;
    return SMTPSPEC_TARGET_LINE_TARGET;
}

/* Where a line is not whole yet. */
static enum smtpspec_target_line await(struct smtpspec_target_lines *lines)
{
    size_t held = lines->end - lines->begin;

    /* Nobody needs to hold what is too long to be one. */
    if (held > SMTPSPEC_TARGET_LINE_LIMIT) {
        lines->too_long = true;
        lines->begin = lines->end = 0;
    }
    return SMTPSPEC_TARGET_LINE_WAIT;
}

/* No more lines; a trouble that ended them is told once. */
static enum smtpspec_target_line end(struct smtpspec_target_lines *lines)
{
    int trouble = lines->trouble;

    if (trouble == 0)
        return SMTPSPEC_TARGET_LINE_END;
    lines->trouble = 0;
    lines->number++;
    return bad(lines, strerror(trouble));
}

enum smtpspec_target_line
smtpspec_target_lines_next(struct smtpspec_target_lines *lines)
{
    enum smtpspec_target_line what = SMTPSPEC_TARGET_LINE_END;

    while (what == SMTPSPEC_TARGET_LINE_END) {
        char *at = lines->room + lines->begin;
        size_t held = lines->end - lines->begin;
        char *feed = memchr(at, '\n', held);

        if (feed == NULL && !lines->over)
            return await(lines);
        if (feed == NULL && held == 0 && !lines->too_long)
            return end(lines);
        /* The last line may lack its LF. */
        lines->number++;
        lines->begin = feed != NULL ? (size_t)(feed + 1 - lines->room)
                                    : lines->end;
        what = weigh(lines, at,
                     feed != NULL ? (size_t)(feed - at) : held);
    }
    return what;
}
