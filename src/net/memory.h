/* SPDX-License-Identifier: MIT */
/*
 * memory.h - memory for the floors that do I/O
 *
 * Floor 4, net. What is asked for here is small and bounded, so running out
 * means that the machine is out: one line on stderr, then exit status 3. No
 * caller has to test for NULL.
 */
#ifndef SMTPSPEC_MEMORY_H
#define SMTPSPEC_MEMORY_H

#include <stddef.h>

#include <smtpspec/base.h>

/* Zeroed; to be freed by free(). */
void *smtpspec_memory_new(size_t size);

/* As realloc(); what is new is not zeroed. */
void *smtpspec_memory_grow(void *old, size_t size);

/* A C string of the octets. */
char *smtpspec_memory_string(struct smtpspec_span octets);

#endif
