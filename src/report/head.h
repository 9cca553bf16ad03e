/* SPDX-License-Identifier: MIT */
/*
 * head.h - what a target says of itself, as people read it
 *
 * Floor 6, report.
 */
#ifndef SMTPSPEC_HEAD_H
#define SMTPSPEC_HEAD_H

#include <stdio.h>

#include "case/result.h"

/* What EHLO lists, what it lists otherwise inside TLS and after a log-in, and
 * how TLS went; nothing of what is not known. */
void smtpspec_head_put(FILE *out, const struct smtpspec_target_facts *facts);

#endif
