/* SPDX-License-Identifier: MIT */
/*
 * memory.c - allocation that ends the program where there is no memory
 */
#include "net/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *given(void *memory)
{
    if (memory != NULL)
        return memory;
    fputs("smtpspec: no memory\n", stderr);
    exit(3);
}

void *smtpspec_memory_new(size_t size)
{
    return given(calloc(1, size > 0 ? size : 1));
}

void *smtpspec_memory_grow(void *old, size_t size)
{
    return given(realloc(old, size > 0 ? size : 1));
}

char *smtpspec_memory_string(struct smtpspec_span octets)
{
    char *string = smtpspec_memory_new(octets.length + 1);

    if (octets.length > 0)
        memcpy(string, octets.at, octets.length);
    return string;
}
