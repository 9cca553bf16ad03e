/* SPDX-License-Identifier: MIT */
/*
 * eva_ehlo.c - the lines of a reply to EHLO, for any octets in any number of
 * lines
 *
 * follows:  src/wire/ehlo.c src/wire/address.c src/base/span.c
 * uncalled: 30, of spans (of each file) and addresses what EHLO does not ask
 *           for
 * unreached: 6, eight-bit domains, which EHLO has none of, and a name for a
 *           mechanism that there is not
 */
#include "eva.h"

#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>

int main(void)
{
    struct smtpspec_ehlo ehlo;

    smtpspec_ehlo_init(&ehlo);
    while (eva_again()) {
        smtpspec_ehlo_line(&ehlo, eva_span());
        smtpspec_extension_of(eva_span());
        smtpspec_extension_of_parameter(eva_span());
        smtpspec_mechanism_of(eva_span());
        if (eva_again())
            smtpspec_ehlo_init(&ehlo);
    }
    return 0;
}
