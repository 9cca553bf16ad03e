/* SPDX-License-Identifier: MIT */
/*
 * libcurl.c - libcurl's smtp:// over a local socket
 *
 * It is the client of a session whose server is this file: greeting, EHLO and
 * MAIL are answered well, and the octets under test are what is there when it
 * sends the first RCPT. Every RCPT that it sends after that is a reply that
 * it took as whole, and CURLINFO_RESPONSE_CODE tells which code. There are
 * RCPTS_MOST of them, so that further replies are not seen.
 *
 * needs:    libcurl
 */
#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../adapter.h"

#define RCPTS_MOST 120
/* Turns without an octet either way after which it has nothing left to do. */
#define QUIET_TURNS 30

struct scene {
    struct adapter_result *result;
    struct smtpspec_span rest; /* of the octets under test                   */
    char name[40];             /* of the socket, in no file system           */
    int listener;
    int ours;                  /* -1: it has not connected yet               */
    unsigned commands;         /* seen so far                                */
    CURL *easy;
    char *text;                /* of the reply under way, of the heap        */
    size_t text_length;
};

const char *adapter_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}

static void answer(struct scene *scene, const char *line)
{
    ssize_t put = write(scene->ours, line, strlen(line));

    (void)put;
}

/* The text as it came, without codes: a line that is one of a reply has
 * passed libcurl's own check of its first four octets. */
static void note_text(struct scene *scene, const char *line, size_t length)
{
    size_t head = length < 4 ? length : 4;
    char *text = realloc(scene->text, scene->text_length + length + 1);

    if (text == NULL)
        abort();
    memcpy(text + scene->text_length, line + head, length - head);
    scene->text = text;
    scene->text_length += length - head;
}

static void note_reply(struct scene *scene)
{
    long code = 0;

    curl_easy_getinfo(scene->easy, CURLINFO_RESPONSE_CODE, &code);
    adapter_line(scene->result, (int)code, true, scene->text,
                 scene->text_length);
    scene->text_length = 0;
}

/* Greeting, EHLO and MAIL have been answered; the rest is under test. */
static void take_command(struct scene *scene)
{
    switch (scene->commands++) {
    case 0: /* EHLO */
        answer(scene, "250 x\r\n");
        break;
    case 1: /* MAIL */
        answer(scene, "250 x\r\n");
        break;
    case 2: /* the first RCPT */
        scene->text_length = 0;
        break;
    default:
        note_reply(scene);
        break;
    }
}

/* What the client says is taken from here, where the code of the reply before
 * is still known; of the socket it is only cleared away. */
static int watch(CURL *easy, curl_infotype type, char *octets, size_t length,
                 void *data)
{
    (void)easy;
    (void)octets;
    (void)length;
    if (type == CURLINFO_HEADER_OUT)
        take_command(data);
    return 0;
}

static bool drain(struct scene *scene)
{
    char part[4096];

    return recv(scene->ours, part, sizeof(part), MSG_DONTWAIT) > 0;
}

static bool send_rest(struct scene *scene)
{
    ssize_t put;

    if (scene->commands < 3 || scene->rest.length == 0)
        return false;
    put = send(scene->ours, scene->rest.at, scene->rest.length,
               MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0)
        scene->rest = smtpspec_span_skip(scene->rest, (size_t)put);
    return put > 0;
}

static size_t header(char *line, size_t size, size_t count, void *data)
{
    struct scene *scene = data;

    if (scene->commands >= 3)
        note_text(scene, line, size * count);
    return size * count;
}

static CURL *client_of(struct scene *scene, struct curl_slist *rcpts)
{
    CURL *easy = curl_easy_init();

    if (easy == NULL)
        abort();
    curl_easy_setopt(easy, CURLOPT_URL, "smtp://127.0.0.1/client.example");
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, "<a@client.example>");
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, rcpts);
    /* So that a refused recipient does not end it. Renamed in 8.2. */
#if LIBCURL_VERSION_NUM >= 0x080200
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);
#else
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
#endif
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, scene->name);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, scene);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, scene);
    return easy;
}

/* A socket of no file system, of a name that no other process has. */
static void listen_for(struct scene *scene)
{
    static unsigned calls;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int length = snprintf(scene->name, sizeof(scene->name),
                          "smtpspec-adapter-%ld-%u", (long)getpid(), calls++);

    memcpy(address.sun_path + 1, scene->name, (size_t)length);
    scene->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (scene->listener < 0 ||
        bind(scene->listener, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                         (size_t)length)) != 0 ||
        listen(scene->listener, 1) != 0)
        abort();
    fcntl(scene->listener, F_SETFL, O_NONBLOCK);
}

static bool let_in(struct scene *scene)
{
    scene->ours = accept(scene->listener, NULL, NULL);
    if (scene->ours < 0)
        return false;
    fcntl(scene->ours, F_SETFL, O_NONBLOCK);
    answer(scene, "220 x\r\n");
    return true;
}

/* An error is one of its own only while nothing was missing: the other end
 * never closes, it is closed here when nothing moves any more. */
static void play(struct scene *scene, CURLM *multi)
{
    unsigned quiet = 0;
    int running = 1;

    while (quiet < QUIET_TURNS && running > 0) {
        bool moved;

        curl_multi_perform(multi, &running);
        moved = scene->ours < 0 ? let_in(scene) : drain(scene);
        moved = send_rest(scene) || moved;
        quiet = moved ? 0 : quiet + 1;
    }
    if (running == 0 && scene->commands >= 3) {
        int messages;
        CURLMsg *message = curl_multi_info_read(multi, &messages);

        if (message != NULL && message->data.result != CURLE_OK)
            adapter_error(scene->result,
                          curl_easy_strerror(message->data.result));
    }
}

void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    struct scene scene = { .result = result, .rest = octets, .ours = -1 };
    struct curl_slist *rcpts = NULL;
    CURLM *multi = curl_multi_init();

    listen_for(&scene);
    for (unsigned i = 0; i < RCPTS_MOST; i++)
        rcpts = curl_slist_append(rcpts, "<b@mx.example>");
    scene.easy = client_of(&scene, rcpts);
    if (multi == NULL || rcpts == NULL)
        abort();
    curl_multi_add_handle(multi, scene.easy);
    play(&scene, multi);
    /* First, or it would still end its message and wait for the reply. */
    if (scene.ours >= 0)
        close(scene.ours);
    curl_multi_remove_handle(multi, scene.easy);
    curl_multi_cleanup(multi);
    curl_easy_cleanup(scene.easy);
    curl_slist_free_all(rcpts);
    close(scene.listener);
    free(scene.text);
}
