/* SPDX-License-Identifier: MIT */
/*
 * hex.h - a dialogue octet by octet
 *
 * Floor 6, report.
 */
#ifndef SMTPSPEC_HEX_H
#define SMTPSPEC_HEX_H

#include <stdio.h>

#include "report/finding.h"

/* Sixteen octets a line, as numbers and as text, with their place in what that
 * side has sent in a row. Of more than 4 KiB the first and the last 2 KiB are
 * shown, and how many are left out. */
void smtpspec_hex_put(FILE *out, const struct smtpspec_finding_style *style,
                      const struct smtpspec_result *result);

#endif
