/* SPDX-License-Identifier: MIT */
/*
 * worker.c - ask an adapter that is a program of its own
 */
#define _GNU_SOURCE

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Its whole process group: an interpreter may have children. */
static void put_down(struct worker *worker)
{
    if (worker->pid == 0)
        return;
    kill(-worker->pid, SIGKILL);
    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(worker->to);
    close(worker->from);
    worker->pid = 0;
}

static void become(const char *path, int in, int out)
{
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execl(path, path, (char *)NULL);
    _exit(127);
}

static bool spawn(struct worker *worker)
{
    int in[2], out[2];

    signal(SIGPIPE, SIG_IGN);
    if (pipe2(in, O_CLOEXEC) != 0)
        return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    worker->pid = fork();
    if (worker->pid == 0)
        become(worker->path, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    worker->to = in[1];
    worker->from = out[0];
    fcntl(worker->to, F_SETFL, O_NONBLOCK);
    if (worker->pid > 0) {
        setpgid(worker->pid, worker->pid);
        return true;
    }
    close(worker->to);
    close(worker->from);
    worker->pid = 0;
    return false;
}

/* One turn: write what there is room for, read what there is. Returns how
 * many octets came, -1 at the end of its output, 0 where none came. */
static ssize_t turn(struct worker *worker, struct smtpspec_span *question,
                    char *answer, size_t room, int ms)
{
    struct pollfd fds[2] = {
        { .fd = worker->from, .events = POLLIN },
        { .fd = question->length > 0 ? worker->to : -1, .events = POLLOUT },
    };

    if (poll(fds, 2, ms) <= 0)
        return 0;
    if (fds[1].revents != 0) {
        ssize_t put = write(worker->to, question->at, question->length);

        if (put > 0)
            *question = smtpspec_span_skip(*question, (size_t)put);
        else if (errno != EAGAIN && errno != EINTR)
            question->length = 0; /* it reads no more: its end will tell */
    }
    if (fds[0].revents != 0) {
        ssize_t got = read(worker->from, answer, room);

        return got > 0 ? got : -1;
    }
    return 0;
}

/* Send the question, read the line that answers it into worker->answer. */
static enum worker_outcome converse(struct worker *worker,
                                    struct smtpspec_span question, int ms)
{
    long long end = now_ms() + ms, left;
    size_t length = 0, cap = 0;

    while ((left = end - now_ms()) > 0) {
        ssize_t got;

        if (cap - length < 4096) {
            cap = cap * 2 + 65536;
            worker->answer = realloc(worker->answer, cap);
            if (worker->answer == NULL)
                abort();
        }
        got = turn(worker, &question, worker->answer + length,
                   cap - length - 1, (int)left);
        if (got < 0)
            return WORKER_CRASHES;
        length += (size_t)got;
        if (length > 0 && worker->answer[length - 1] == '\n') {
            worker->answer[length] = '\0';
            return WORKER_ANSWERED;
        }
        if (length > WORKER_ANSWER_MOST)
            return WORKER_BROKEN;
    }
    return WORKER_HANGS;
}

/* Names of versions reach a page: printable ASCII only, and not much. */
static bool take_version(struct worker *worker)
{
    json_t *hello = json_loads(worker->answer, 0, NULL);
    const char *version =
        json_string_value(json_object_get(hello, "version"));
    bool good = version != NULL;
    size_t length = 0;

    for (; good && *version != '\0' && length + 1 < sizeof(worker->version);
         version++) {
        if (*version >= ' ' && *version <= '~')
            worker->version[length++] = *version;
    }
    worker->version[length] = '\0';
    json_decref(hello);
    return good;
}

bool worker_start(struct worker *worker)
{
    struct smtpspec_span nothing = { NULL, 0 };

    if (!spawn(worker))
        return false;
    if (converse(worker, nothing, WORKER_START_MS) == WORKER_ANSWERED &&
        take_version(worker))
        return true;
    put_down(worker);
    return false;
}

static int nibble(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* In place; SIZE_MAX where it is no hexadecimal. */
static size_t unhex(char *text)
{
    size_t length = 0;

    for (size_t i = 0; text[i] != '\0'; i += 2) {
        int high = nibble(text[i]), low = nibble(text[i + 1]);

        if (high < 0 || low < 0)
            return SIZE_MAX;
        text[length++] = (char)(high * 16 + low);
    }
    return length;
}

static bool take_status(json_t *reply, struct adapter_result *result)
{
    json_t *status = json_object_get(reply, "enhanced");
    struct adapter_reply *last = adapter_last(result);

    if (status == NULL)
        return true;
    last->tells_status = true;
    if (json_is_null(status))
        return true;
    if (!json_is_string(status) ||
        json_string_length(status) >= sizeof(last->status))
        return false;
    memcpy(last->status, json_string_value(status),
           json_string_length(status) + 1);
    return true;
}

static bool take_reply(json_t *reply, struct adapter_result *result)
{
    json_t *code = json_object_get(reply, "code");
    json_t *complete = json_object_get(reply, "complete");
    const char *hex = json_string_value(json_object_get(reply, "text"));
    double number = json_number_value(code);
    struct adapter_reply *last = adapter_last(result);
    char *text;
    size_t length;

    /* One that is not complete can only be the last one. */
    if (last != NULL && !last->complete)
        return false;
    if (hex == NULL || !json_is_boolean(complete) ||
        !(json_is_null(code) || json_is_number(code)))
        return false;
    /* Some read on for as long as there are digits. */
    number = number > INT32_MAX   ? INT32_MAX
             : number < INT32_MIN ? INT32_MIN
                                  : number;
    text = strdup(hex);
    if (text == NULL)
        abort();
    length = unhex(text);
    if (length != SIZE_MAX)
        adapter_line(result,
                     json_is_null(code) ? ADAPTER_NO_CODE : (int)number,
                     json_is_true(complete), text, length);
    free(text);
    return length != SIZE_MAX && take_status(reply, result);
}

static bool take_answer(const char *answer, struct adapter_result *result)
{
    /* As reals, since some codes are larger than any integer. */
    json_t *json = json_loads(answer,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL |
                                  JSON_DECODE_INT_AS_REAL,
                              NULL);
    json_t *replies = json_object_get(json, "replies");
    json_t *error = json_object_get(json, "error");
    json_t *left = json_object_get(json, "left");
    bool good = json_is_array(replies) &&
                (json_is_null(error) || json_is_string(error)) &&
                (left == NULL || json_is_null(left) ||
                 json_number_value(left) >= 0);

    for (size_t i = 0; good && i < json_array_size(replies); i++)
        good = take_reply(json_array_get(replies, i), result);
    if (json_is_string(error))
        adapter_error(result, json_string_value(error));
    result->warned = json_is_true(json_object_get(json, "warned"));
    result->left = json_is_number(left) && json_number_value(left) < 1e9
                       ? (size_t)json_number_value(left)
                       : ADAPTER_LEFT_UNKNOWN;
    json_decref(json);
    return good;
}

/* Before a question nothing is due. False where something was said, which
 * would pass for the answer; one that has ended is started anew. */
static bool is_quiet(struct worker *worker)
{
    struct pollfd fd = { .fd = worker->from, .events = POLLIN };
    char octet;

    if (worker->pid == 0 || poll(&fd, 1, 0) <= 0)
        return true;
    if (read(worker->from, &octet, 1) > 0)
        return false;
    put_down(worker);
    return true;
}

enum worker_outcome worker_ask(struct worker *worker,
                               struct smtpspec_span octets,
                               struct adapter_result *result)
{
    static const char digits[] = "0123456789abcdef";
    char *question = malloc(octets.length * 2 + 1);
    size_t length = 0;
    enum worker_outcome outcome = WORKER_BROKEN;

    if (question == NULL)
        abort();
    for (size_t i = 0; i < octets.length; i++) {
        question[length++] = digits[(unsigned char)octets.at[i] >> 4];
        question[length++] = digits[octets.at[i] & 15];
    }
    question[length++] = '\n';
    if (is_quiet(worker) && (worker->pid != 0 || worker_start(worker)))
        outcome = converse(
            worker, (struct smtpspec_span){ question, length }, WORKER_MS);
    free(question);
    if (outcome == WORKER_ANSWERED && !take_answer(worker->answer, result))
        outcome = WORKER_BROKEN;
    if (outcome != WORKER_ANSWERED) {
        adapter_forget(result);
        put_down(worker);
    }
    return outcome;
}

void worker_stop(struct worker *worker)
{
    put_down(worker);
    free(worker->answer);
    worker->answer = NULL;
}
