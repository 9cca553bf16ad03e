/* SPDX-License-Identifier: MIT */
/*
 * eva_status.c - enhanced status codes, read from any octets and written into
 * any room
 *
 * follows:  src/wire/status.c
 * uncalled: 8, what base.h has for each file
 */
#include "eva.h"

#include <smtpspec/status.h>

int main(void)
{
    static char out[16];
    struct smtpspec_status status, other;

    while (eva_again()) {
        smtpspec_status_parse(eva_span(), &status);
        smtpspec_status_parse(eva_span(), &other);
        smtpspec_status_equal(status, other);
        smtpspec_status_write(status, out, eva_number(0, sizeof(out)));
    }
    return 0;
}
