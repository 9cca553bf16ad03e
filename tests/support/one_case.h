/* SPDX-License-Identifier: MIT */
/*
 * one_case.h - a case for a test, out of the few lines that it is about
 *
 * Header only.
 */
#ifndef SMTPSPEC_TESTS_ONE_CASE_H
#define SMTPSPEC_TESTS_ONE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "case/case.h"

/* Proofs, for a case whose proofs are not what is tested. */
#define ANY_PROOFS "proof pass\nS: 250 x\nproof fail\nS: 500 x\n"

/* Read the case a.b: `level` ("level MUST\n", or "" where `lines` says it),
 * `lines`, `proofs`. It points into memory that the next call takes again. */
static inline void read_one_case(struct smtpspec_case *out, const char *level,
                                 const char *lines, const char *proofs)
{
    static char file[2048];
    struct smtpspec_case_reader reader;
    struct smtpspec_case_error error;
    int length = snprintf(file, sizeof(file),
                          "case a.b\nrfc 5321:3.3\ntitle a title\n%s%s%s",
                          level, lines, proofs);

    assert_true(length > 0 && (size_t)length < sizeof(file));
    smtpspec_case_reader_init(&reader, SMTPSPEC_SPAN("x.case"),
                              smtpspec_span_of(file));
    if (smtpspec_case_read(&reader, out, &error) != SMTPSPEC_OK)
        fail_msg("line %u: %s", error.line, error.text);
}

#endif
