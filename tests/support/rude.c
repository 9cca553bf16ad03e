/* SPDX-License-Identifier: MIT */
/*
 * rude.c - a peer that is no mail server, or a very bad one
 *
 *     rude MODE    prints the port that it listens on, then serves till killed
 *
 * A program of its own: what it does goes against more than the built-in
 * server can do wrong, and it uses nothing of the project that it tests. One
 * process per connection, so that a slow one keeps nobody waiting.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int peer;
static unsigned served; /* connections before this one */

static void say(const char *text)
{
    size_t length = strlen(text);

    if (write(peer, text, length) != (ssize_t)length)
        _exit(0);
}

static void wait_ms(long ms)
{
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&time, NULL);
}

/* A command line without its end; false where the peer is gone. */
static bool hear(char *line, size_t cap)
{
    size_t length = 0;
    char octet;

    while (read(peer, &octet, 1) == 1) {
        if (octet == '\n') {
            line[length] = '\0';
            return true;
        }
        if (octet != '\r' && length + 1 < cap)
            line[length++] = octet;
    }
    return false;
}

static void ssh(void)
{
    say("SSH-2.0-OpenSSH_9.2\r\n");
    wait_ms(60000);
}

static void http(void)
{
    char line[512];

    while (hear(line, sizeof(line)) && line[0] != '\0')
        ;
    say("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
}

static void http_at_once(void)
{
    say("HTTP/1.0 408 Request Time-out\r\n\r\n<html>\033[2J</html>");
}

static void mute(void)
{
    wait_ms(60000);
}

/* One reply after the other, all of them whole. */
static void many(void)
{
    for (;;)
        say("250 and another\r\n");
}

static void many_greetings(void)
{
    for (;;)
        say("220 \033[2J\302\233 hello again\r\n");
}

static void vanish(void)
{
}

static void reset(void)
{
    struct linger hard = { .l_onoff = 1, .l_linger = 0 };

    setsockopt(peer, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

static void endless_lines(void)
{
    for (;;)
        say("220-and another thing, and another, and another, and on\r\n");
}

static void endless_line(void)
{
    for (;;)
        say("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
}

static void drip(void)
{
    for (;;) {
        say("2");
        wait_ms(100);
    }
}

static void busy(void)
{
    say("421 4.3.2 too many of you\r\n");
}

static void no_service(void)
{
    say("554 5.3.2 no service here\r\n");
    wait_ms(60000);
}

/* Just enough of SMTP; a subclass answers `line` itself by returning true. */
static void dialogue(bool (*own)(const char *line))
{
    char line[2048];
    bool content = false;

    say("220 rude.example ESMTP\r\n");
    while (hear(line, sizeof(line))) {
        if (content) {
            content = strcmp(line, ".") != 0;
            if (!content)
                say("250 taken\r\n");
        } else if (own != NULL && own(line)) {
            continue;
        } else if (strncmp(line, "QUIT", 4) == 0) {
            say("221 bye\r\n");
            return;
        } else if (strncmp(line, "DATA", 4) == 0) {
            say("354 go on\r\n");
            content = true;
        } else {
            say("250 rude.example\r\n");
        }
    }
}

static bool answers_noop_late(const char *line)
{
    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    say("250 ok\r\n");
    wait_ms(50);
    say("250 ok, I said\r\n");
    return true;
}

static void late(void)
{
    dialogue(answers_noop_late);
}

static bool is_deaf_after_ehlo(const char *line)
{
    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    wait_ms(60000);
    return true;
}

static void deaf(void)
{
    dialogue(is_deaf_after_ehlo);
}

/* The first connection is served; after it nobody is. */
static void once(void)
{
    if (served == 0)
        dialogue(NULL);
}

/* Every second connection is turned away, and who comes then gets through. */
static void moody(void)
{
    if (served % 2 == 1)
        busy();
    else
        dialogue(NULL);
}

static bool floods_on_noop(const char *line)
{
    static const char text[] = "250-flood flood flood flood flood flood\r\n";

    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    for (;;)
        say(text);
}

static bool many_on_noop(const char *line)
{
    if (strncmp(line, "NOOP", 4) == 0)
        many();
    return false;
}

static void babble(void)
{
    dialogue(many_on_noop);
}

/* Gone, hard, in the middle of a line. */
static bool breaks_off_on_noop(const char *line)
{
    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    say("250 2.0.0 o\033]0;x\007");
    reset();
    close(peer);
    _exit(0);
}

static void break_off(void)
{
    dialogue(breaks_off_on_noop);
}

/* Takes a connection and reads nothing of it, whatever it has said. */
static void stone(void)
{
    say("220 stone.example ESMTP\r\n250 stone.example\r\n");
    wait_ms(60000);
}

/* Says nothing more, but goes on listening. */
static bool halves_on_noop(const char *line)
{
    if (strncmp(line, "NOOP", 4) == 0)
        shutdown(peer, SHUT_WR);
    return strncmp(line, "NOOP", 4) == 0;
}

static void half(void)
{
    dialogue(halves_on_noop);
}

/* A megabyte of a line, then the end of the reply, all of it hostile. */
static bool bellows_on_noop(const char *line)
{
    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    say("250 ");
    for (int i = 0; i < 100000; i++)
        say("\033[31m\342\200\256");
    say("\r\n");
    return true;
}

static void bellow(void)
{
    dialogue(bellows_on_noop);
}

static void flood(void)
{
    dialogue(floods_on_noop);
}

static bool fears_noop(const char *line)
{
    if (strncmp(line, "NOOP", 4) != 0)
        return false;
    busy();
    shutdown(peer, SHUT_RDWR);
    return true;
}

static void afraid(void)
{
    dialogue(fears_noop);
}

/* Speaks no more once it has said what it offers. */
static bool is_mute_after_ehlo(const char *line)
{
    if (strncmp(line, "EHLO", 4) == 0 || strncmp(line, "HELO", 4) == 0)
        return false;
    wait_ms(60000);
    return true;
}

static void speechless(void)
{
    dialogue(is_mute_after_ehlo);
}

/* A long line is the death of the whole server. */
static bool dies_of_long_line(const char *line)
{
    if (strlen(line) < 2000)
        return false;
    kill(getppid(), SIGKILL);
    _exit(0);
}

static void mortal(void)
{
    dialogue(dies_of_long_line);
}

/* A long line is the death of one connection. */
static bool chokes_on_long_line(const char *line)
{
    if (strlen(line) >= 2000)
        wait_ms(60000);
    return strlen(line) >= 2000;
}

static void choking(void)
{
    dialogue(chokes_on_long_line);
}

static bool is_the_twelfth(const char *line)
{
    static unsigned heard;

    (void)line;
    if (++heard <= 12)
        return false;
    busy();
    shutdown(peer, SHUT_RDWR);
    return true;
}

static void curt(void)
{
    dialogue(is_the_twelfth);
}

static const struct {
    const char *name;
    void (*serve)(void);
} modes[] = {
    { "ssh", ssh }, { "http", http }, { "http-at-once", http_at_once },
    { "mute", mute }, { "vanish", vanish }, { "reset", reset },
    { "endless-lines", endless_lines }, { "endless-line", endless_line },
    { "drip", drip }, { "busy", busy }, { "no-service", no_service },
    { "late", late }, { "deaf", deaf }, { "once", once }, { "moody", moody },
    { "flood", flood }, { "afraid", afraid }, { "many", many },
    { "many-greetings", many_greetings }, { "babble", babble },
    { "break-off", break_off }, { "stone", stone }, { "half", half },
    { "bellow", bellow }, { "speechless", speechless },
    { "mortal", mortal }, { "choking", choking }, { "curt", curt },
};

static int listen_anywhere(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("rude");
        exit(1);
    }
    printf("%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int argc, char **argv)
{
    void (*serve)(void) = NULL;
    int listener;

    for (size_t i = 0; argc == 2 && i < sizeof(modes) / sizeof(*modes); i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            serve = modes[i].serve;
    if (serve == NULL) {
        fputs("usage: rude MODE\n", stderr);
        return 2;
    }
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    listener = listen_anywhere();
    for (;; served++) {
        peer = accept(listener, NULL, NULL);
        if (peer < 0)
            return 1;
        if (fork() == 0) {
            close(listener);
            /* No peer outlives the test that started it. */
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            alarm(120);
            serve();
            close(peer);
            _exit(0);
        }
        close(peer);
    }
}
