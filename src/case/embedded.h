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

#include "case/case.h"

struct smtpspec_embedded_case_file {
    const char *name; /* "5321-transaction.case"                             */
    const char *text; /* whole, with a NUL behind it                         */
    size_t length;    /* without that NUL                                    */
};

/* In the order of their names; a row of NULL stands behind the last. */
extern const struct smtpspec_embedded_case_file smtpspec_embedded_cases[];
extern const size_t smtpspec_embedded_case_count;

/* A walk over the cases of all files; zero is its start. */
struct smtpspec_embedded_walk {
    size_t file;                       /* the next to be opened              */
    struct smtpspec_case_reader reader;
    struct smtpspec_case_error error;  /* `text` is "": nothing is wrong     */
};

/* Read the next case; it points into the file. False, with nothing of use in
 * `*out`, at the end, or where a file is malformed: see walk->error. */
static inline bool smtpspec_embedded_next(struct smtpspec_embedded_walk *walk,
                                          struct smtpspec_case *out)
{
    for (;;) {
        const struct smtpspec_embedded_case_file *file =
            &smtpspec_embedded_cases[walk->file];

        if (walk->file > 0 && smtpspec_case_read(&walk->reader, out,
                                                 &walk->error) != SMTPSPEC_OK)
            return false;
        if (walk->file > 0 && out->id.length > 0)
            return true;
        if (file->name == NULL)
            return false;
        smtpspec_case_reader_init(
            &walk->reader, smtpspec_span_of(file->name),
            (struct smtpspec_span){ file->text, file->length });
        walk->file++;
    }
}

#endif
