/* SPDX-License-Identifier: MIT */
/*
 * suite.h - the cases of a run: compiled in, from files, generated
 *
 * Floor 5, run.
 */
#ifndef SMTPSPEC_SUITE_H
#define SMTPSPEC_SUITE_H

#include <smtpspec/error.h>

#include "case/case.h"

struct smtpspec_suite {
    struct smtpspec_case **cases;   /* in their order; without their proofs,
                                       and with no memory behind the last
                                       step: not to be copied                */
    size_t count, room;
    size_t *slots;                  /* by a hash of the id: place in `cases`,
                                       plus 1; 0: free                       */
    size_t slot_count;              /* a power of two, or 0                  */
    const struct smtpspec_case **selected; /* what is to be run              */
    size_t selected_count;
    void **texts;                   /* of files, which the cases point into  */
    size_t text_count;
    char message[512];              /* of the last error: "FILE:LINE: what"  */
};

void smtpspec_suite_init(struct smtpspec_suite *suite);
void smtpspec_suite_free(struct smtpspec_suite *suite);

/* The cases that are compiled in. */
enum smtpspec_error smtpspec_suite_add_embedded(struct smtpspec_suite *suite);
/* The *.case files of a folder, in the order of their names, or one file. An
 * id that is there already is an error. */
enum smtpspec_error smtpspec_suite_add_path(struct smtpspec_suite *suite,
                                            const char *path);
/* Whether there is a case of that id, chosen or not. */
bool smtpspec_suite_has(const struct smtpspec_suite *suite,
                        struct smtpspec_span id);

/* The generated sweep. */
void smtpspec_suite_add_sweep(struct smtpspec_suite *suite);

/*
 * Choose what is run: what matches one of `only` (all, if there are none) and
 * none of `except`; each an id or a glob. UNKNOWN_NAME where an `only` matches
 * nothing; `message` names it.
 */
enum smtpspec_error smtpspec_suite_select(struct smtpspec_suite *suite,
                                          const char *const *only,
                                          size_t only_count,
                                          const char *const *except,
                                          size_t except_count);

#endif
