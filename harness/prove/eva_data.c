/* SPDX-License-Identifier: MIT */
/*
 * eva_data.c - message content, framed, written and read for any octets
 *
 * follows:  src/wire/data.c
 * uncalled: 12, what base.h has for each file, and lines taken many at a time,
 *           which the fuzz targets hold against one by one
 */
#include "eva.h"

#include <smtpspec/data.h>

int main(void)
{
    static char out[EVA_OCTETS];
    struct smtpspec_data data;

    smtpspec_data_init(&data);
    while (eva_again()) {
        smtpspec_data_feed(&data, eva_span());
        smtpspec_data_line(&data, eva_span());
        smtpspec_data_write(eva_span(), out, eva_number(0, sizeof(out)));
        smtpspec_data_read(eva_span(), out, eva_number(0, sizeof(out)));
        if (eva_again())
            smtpspec_data_init(&data);
    }
    return 0;
}
