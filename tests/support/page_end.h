/* SPDX-License-Identifier: MIT */
/*
 * page_end.h - room that ends where an unreadable page begins
 *
 * Whoever reads or writes one octet too far ends in SIGSEGV, without any
 * sanitizer. Header only. There are a few places of their own, so that input
 * and output can both lie at such an end; what a place held is gone with its
 * next use.
 */
#ifndef SMTPSPEC_TESTS_PAGE_END_H
#define SMTPSPEC_TESTS_PAGE_END_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <smtpspec/base.h>

#define PAGE_END_PLACES 4
#define PAGE_END_MOST   ((size_t)1 << 20)

/* `length` octets (at most PAGE_END_MOST) whose end is the end of a page. */
static inline void *page_end_room(unsigned place, size_t length)
{
    static char *ends[PAGE_END_PLACES];

    if (place >= PAGE_END_PLACES || length > PAGE_END_MOST)
        abort();
    if (ends[place] == NULL) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *all = mmap(NULL, PAGE_END_MOST + page, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (all == MAP_FAILED || mprotect(all + PAGE_END_MOST, page,
                                          PROT_NONE) != 0)
            abort();
        ends[place] = all + PAGE_END_MOST;
    }
    return ends[place] - length;
}

/* A copy of `octets` there. */
static inline struct smtpspec_span page_end_copy(unsigned place,
                                                 struct smtpspec_span octets)
{
    char *room = page_end_room(place, octets.length);

    if (octets.length > 0)
        memcpy(room, octets.at, octets.length);
    return (struct smtpspec_span){ room, octets.length };
}

#endif
