/* SPDX-License-Identifier: MIT */
/*
 * dns_server.h - a name server for one small zone of the tests' own
 *
 * Header only. Answers A, AAAA and MX from the rows below, by UDP. A name that
 * has no row is NXDOMAIN.
 */
#ifndef SMTPSPEC_TESTS_DNS_SERVER_H
#define SMTPSPEC_TESTS_DNS_SERVER_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DNS_A = 1, DNS_MX = 15, DNS_AAAA = 28, DNS_SERVFAIL = 1000, DNS_GARBAGE,
       DNS_MANY, DNS_MUTE };

static const struct dns_row {
    const char *name;
    int type;
    unsigned preference;
    const char *value;
} dns_rows[] = {
    { "two.example", DNS_MX, 20, "late.two.example" },
    { "two.example", DNS_MX, 10, "c.two.example" },
    { "two.example", DNS_MX, 10, "a.two.example" },
    { "two.example", DNS_MX, 30, "A.Two.Example" },
    { "a.two.example", DNS_A, 0, "127.0.0.1" },
    { "a.two.example", DNS_AAAA, 0, "::1" },
    { "c.two.example", DNS_A, 0, "127.0.0.3" },
    { "local.example", DNS_MX, 5, "mx.local.example" },
    { "mx.local.example", DNS_A, 0, "127.0.0.1" },
    { "alone.example", DNS_A, 0, "127.0.0.1" },
    { "nothing.example", DNS_MX, 0, "gone.example" },
    { "null.example", DNS_MX, 0, "" },
    { "half.example", DNS_MX, 0, "" },
    { "half.example", DNS_MX, 10, "mx.half.example" },
    { "odd.example", DNS_MX, 10, "192.0.2.1" },
    { "fail.example", DNS_SERVFAIL, 0, "" },
    { "garbage.example", DNS_GARBAGE, 0, "" },
    { "many.example", DNS_MANY, 0, "" },
    { "mute.example", DNS_MUTE, 0, "" },
    { "slow.example", DNS_MX, 5, "mx.local.example" },
    { "slow.example", DNS_MX, 6, "mute.example" },
};

struct dns_packet {
    size_t length;
    unsigned char octets[4096];
};

static inline void dns_put16(struct dns_packet *packet, unsigned value)
{
    packet->octets[packet->length++] = (unsigned char)(value >> 8);
    packet->octets[packet->length++] = (unsigned char)value;
}

/* A '@' at the end stands for the name that was asked for. */
static inline void dns_put_name(struct dns_packet *packet, const char *name)
{
    while (*name != '\0' && *name != '@') {
        size_t label = strcspn(name, ".");

        packet->octets[packet->length++] = (unsigned char)label;
        memcpy(packet->octets + packet->length, name, label);
        packet->length += label;
        name += label + (name[label] == '.');
    }
    if (*name == '@')
        dns_put16(packet, 0xc00c);
    else
        packet->octets[packet->length++] = 0;
}

static inline void dns_put_record(struct dns_packet *packet, int type, unsigned preference,
                                  const char *value)
{
    size_t at;
    unsigned char address[16];

    dns_put16(packet, 0xc00c);
    dns_put16(packet, (unsigned)type);
    dns_put16(packet, 1);
    dns_put16(packet, 0);
    dns_put16(packet, 60);
    at = packet->length;
    dns_put16(packet, 0);
    if (type == DNS_MX) {
        dns_put16(packet, preference);
        dns_put_name(packet, value);
    } else {
        size_t length = type == DNS_A ? 4 : 16;

        inet_pton(type == DNS_A ? AF_INET : AF_INET6, value, address);
        memcpy(packet->octets + packet->length, address, length);
        packet->length += length;
    }
    packet->octets[at + 1] = (unsigned char)(packet->length - at - 2);
    packet->octets[7]++;
}

/* The name of the question, in lower case; returns the length of its octets. */
static inline size_t dns_question(const unsigned char *query, size_t length, char name[256])
{
    size_t at = 12, put = 0;

    while (at < length && query[at] != 0 && at + query[at] + 1 < length && at < 250) {
        for (size_t i = 1; i <= query[at]; i++)
            name[put++] = (char)(query[at + i] | 0x20);
        name[put++] = '.';
        at += query[at] + 1u;
    }
    name[put > 0 ? put - 1 : 0] = '\0';
    return at + 5;
}

/* More than are looked at, and no more than one packet holds. */
static inline void dns_put_many(struct dns_packet *packet)
{
    for (unsigned i = 0; i < 23; i++) {
        char host[8];

        snprintf(host, sizeof(host), "h%02u.@", i);
        dns_put_record(packet, DNS_MX, 100 - i, host);
    }
}

static inline void dns_answer(const unsigned char *query, size_t length,
                              struct dns_packet *answer)
{
    char name[256];
    size_t end = dns_question(query, length, name);
    int type;
    bool known = false;

    if (end > length || end > 512) {
        answer->length = 0;
        return;
    }
    type = query[end - 4] << 8 | query[end - 3];

    memcpy(answer->octets, query, end);
    answer->length = end;
    answer->octets[2] = 0x81;
    answer->octets[3] = 0x80;
    memset(answer->octets + 6, 0, 6);
    for (size_t i = 0; i < sizeof(dns_rows) / sizeof(dns_rows[0]); i++) {
        const struct dns_row *row = &dns_rows[i];

        if (strcmp(row->name, name) != 0)
            continue;
        known = true;
        if (row->type == DNS_SERVFAIL)
            answer->octets[3] |= 2;
        else if (row->type == DNS_GARBAGE)
            answer->octets[7] = 9;
        else if (row->type == DNS_MUTE)
            answer->length = 0;
        else if (row->type == DNS_MANY && type == DNS_MX)
            dns_put_many(answer);
        else if (row->type == type)
            dns_put_record(answer, type, row->preference, row->value);
    }
    if (!known)
        answer->octets[3] |= 3;
}

/* A socket on a free port of 127.0.0.1. */
static inline int dns_bind(unsigned *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int server = socket(AF_INET, SOCK_DGRAM, 0);

    if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        getsockname(server, (struct sockaddr *)&address, &length) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return server;
}

/* Until killed, and no longer than its parent lives. */
static inline void dns_serve(int server)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        unsigned char query[512];
        struct sockaddr_in from;
        socklen_t size = sizeof(from);
        struct dns_packet answer;
        ssize_t length = recvfrom(server, query, sizeof(query), 0,
                                  (struct sockaddr *)&from, &size);

        if (length < 17)
            continue;
        dns_answer(query, (size_t)length, &answer);
        if (answer.length > 0)
            sendto(server, answer.octets, answer.length, 0, (struct sockaddr *)&from,
                   size);
    }
}

#endif
