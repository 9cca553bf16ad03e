/* SPDX-License-Identifier: MIT */
/*
 * select.c - which cases the patterns of --only and --exclude mean
 */
#include "case/case.h"

bool smtpspec_case_matches(struct smtpspec_span id, struct smtpspec_span glob)
{
    size_t i = 0, g = 0, star = SIZE_MAX, from = 0;

    /* One asterisk is remembered at a time: where the rest does not match,
     * the last one takes an octet more, so the work is bounded by
     * id.length * glob.length. */
    while (i < id.length) {
        if (g < glob.length && glob.at[g] == '*') {
            star = g++;
            from = i;
        } else if (g < glob.length &&
                   (glob.at[g] == '?' || glob.at[g] == id.at[i])) {
            g++;
            i++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            i = ++from;
        } else {
            return false;
        }
    }
    while (g < glob.length && glob.at[g] == '*')
        g++;
    return g == glob.length;
}
