/* SPDX-License-Identifier: MIT */
/*
 * embedded.h - the case files that are compiled into the command
 *
 * Floor 3, case. The array is no part of the library: src/case/embed.awk
 * writes it from tests/conformance into $(B)/gen/cases.c at build time, and
 * the command and the tests link that object.
 */
#ifndef SMTPSPEC_EMBEDDED_H
#define SMTPSPEC_EMBEDDED_H

#include <stddef.h>

struct smtpspec_embedded_case_file {
    const char *name; /* "5321-transaction.case"                             */
    const char *text; /* whole, with a NUL behind it                         */
    size_t length;    /* without that NUL                                    */
};

/* In the order of their names; a row of NULL stands behind the last. */
extern const struct smtpspec_embedded_case_file smtpspec_embedded_cases[];
extern const size_t smtpspec_embedded_case_count;

#endif
