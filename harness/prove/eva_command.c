/* SPDX-License-Identifier: MIT */
/*
 * eva_command.c - command lines, read from any octets and written into any
 * room; addresses
 *
 * follows:  src/wire/command.c src/wire/base64.c src/wire/address.c
 *           src/wire/ehlo.c src/base/span.c
 * uncalled: 37, of spans (of each file), base64 and EHLO what command lines
 *           do not ask for
 */
#include "eva.h"

#include <smtpspec/command.h>

int main(void)
{
    static char out[1024];
    struct smtpspec_command_line line;

    while (eva_again()) {
        smtpspec_command_parse(eva_span(), &line);
        smtpspec_is_mailbox(eva_span(), eva_again());
        smtpspec_is_reverse_path(eva_span(), eva_again());
        smtpspec_is_forward_path(eva_span(), eva_again());
        smtpspec_is_address_literal(eva_span());
        smtpspec_command_write(
            (enum smtpspec_command)eva_number(0, SMTPSPEC_COMMAND_COUNT + 1),
            eva_span(), out, eva_number(0, sizeof(out)));
    }
    return 0;
}
