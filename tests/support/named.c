/* SPDX-License-Identifier: MIT */
/*
 * named.c - the name server of dns_server.h as a program
 *
 *     named        prints the port that it listens on, then serves till killed
 */
#include "dns_server.h"

int main(void)
{
    unsigned port;
    int server = dns_bind(&port);

    printf("%u\n", port);
    fflush(stdout);
    dns_serve(server);
}
