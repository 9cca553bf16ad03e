/* SPDX-License-Identifier: MIT */
/*
 * ehlo.h - what a server offers: the lines of a reply to EHLO or LHLO
 * (RFC 5321, 4.1.1.1)
 *
 * Floor 1, wire: no I/O, no allocation, no clock.
 */
#ifndef SMTPSPEC_EHLO_H
#define SMTPSPEC_EHLO_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Extensions that have rows or cases here; src/wire/extensions.def names the
 * keyword, the RFC, the verbs and the parameters of each. At most 64. */
enum smtpspec_extension {
    SMTPSPEC_EXTENSION_NONE,
    SMTPSPEC_EXTENSION_8BITMIME,
    SMTPSPEC_EXTENSION_ATRN,
    SMTPSPEC_EXTENSION_AUTH,
    SMTPSPEC_EXTENSION_BINARYMIME,
    SMTPSPEC_EXTENSION_BURL,
    SMTPSPEC_EXTENSION_CHECKPOINT,
    SMTPSPEC_EXTENSION_CHUNKING,
    SMTPSPEC_EXTENSION_CONNEG,
    SMTPSPEC_EXTENSION_CONPERM,
    SMTPSPEC_EXTENSION_DELIVERBY,
    SMTPSPEC_EXTENSION_DSN,
    SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES,
    SMTPSPEC_EXTENSION_ETRN,
    SMTPSPEC_EXTENSION_EXPN,
    SMTPSPEC_EXTENSION_FUTURERELEASE,
    SMTPSPEC_EXTENSION_HELP,
    SMTPSPEC_EXTENSION_LIMITS,
    SMTPSPEC_EXTENSION_MTRK,
    SMTPSPEC_EXTENSION_MT_PRIORITY,
    SMTPSPEC_EXTENSION_NO_SOLICITING,
    SMTPSPEC_EXTENSION_PIPELINING,
    SMTPSPEC_EXTENSION_PRDR,
    SMTPSPEC_EXTENSION_REQUIRETLS,
    SMTPSPEC_EXTENSION_RRVS,
    SMTPSPEC_EXTENSION_SAML,
    SMTPSPEC_EXTENSION_SEND,
    SMTPSPEC_EXTENSION_SIZE,
    SMTPSPEC_EXTENSION_SMTPUTF8,
    SMTPSPEC_EXTENSION_SOML,
    SMTPSPEC_EXTENSION_STARTTLS,
    SMTPSPEC_EXTENSION_SUBMITTER,
    SMTPSPEC_EXTENSION_TURN,
    SMTPSPEC_EXTENSION_UTF8SMTP,
    SMTPSPEC_EXTENSION_VRFY,
    SMTPSPEC_EXTENSION_XCLIENT,
    SMTPSPEC_EXTENSION_COUNT
};

/* What is wrong with a line of an EHLO reply. */
enum smtpspec_ehlo_fault {
    SMTPSPEC_EHLO_FAULT_DOMAIN = 1,    /* 1st line: no domain or literal     */
    SMTPSPEC_EHLO_FAULT_KEYWORD = 2,   /* keyword breaks the grammar         */
    SMTPSPEC_EHLO_FAULT_PARAMETER = 4, /* a parameter does                   */
    SMTPSPEC_EHLO_FAULT_TWICE = 8      /* a known keyword came before        */
};

/* SASL mechanisms that AUTH lists (RFC 4954, 3), as far as we speak them. */
enum smtpspec_mechanism {
    SMTPSPEC_MECHANISM_PLAIN,     /* RFC 4616                                */
    SMTPSPEC_MECHANISM_LOGIN,     /* never published, widely met             */
    SMTPSPEC_MECHANISM_CRAM_MD5,  /* RFC 2195                                */
    SMTPSPEC_MECHANISM_OTHER,
    SMTPSPEC_MECHANISM_COUNT
};

/* What one EHLO reply offers. */
struct smtpspec_ehlo {
    uint64_t offered;  /* set of enum smtpspec_extension                     */
    uint64_t listed;   /* the same without what only "AUTH=" offered         */
    uint64_t size;     /* SIZE's number; 0 where none is given (RFC 1870, 4) */
    uint8_t mechanisms;     /* AUTH: set of enum smtpspec_mechanism          */
    uint32_t rcptmax, mailmax, rcptdomainmax; /* LIMITS: 0 where it names none
                                 (RFC 9422, 4)                               */
    unsigned lines;    /* lines read so far                                  */
    unsigned unknown;  /* keywords that have no row                          */
};

SMTPSPEC_API void smtpspec_ehlo_init(struct smtpspec_ehlo *ehlo);

/*
 * Read one line of the reply, `text` being what follows the code and the
 * separator. The first line names the domain, all others a keyword each.
 * "AUTH=LOGIN", an old spelling, counts as AUTH without fault of its own.
 * Returns a set of enum smtpspec_ehlo_fault.
 */
SMTPSPEC_API unsigned smtpspec_ehlo_line(struct smtpspec_ehlo *ehlo,
                                         struct smtpspec_span text);

/* "PLAIN"; "?" for OTHER. */
SMTPSPEC_API const char *
smtpspec_mechanism_name(enum smtpspec_mechanism mechanism);
/* By name, in either case; OTHER where we do not speak it. */
SMTPSPEC_API enum smtpspec_mechanism
smtpspec_mechanism_of(struct smtpspec_span name);

/* Keyword of an extension, "SIZE"; never NULL. */
SMTPSPEC_API const char *
smtpspec_extension_name(enum smtpspec_extension extension);
/* By keyword, in either case; NONE where it has no row. */
SMTPSPEC_API enum smtpspec_extension
smtpspec_extension_of(struct smtpspec_span keyword);
/* The RFC that defines it, as "1870"; never NULL. */
SMTPSPEC_API const char *
smtpspec_extension_reference(enum smtpspec_extension extension);
/* The extension that brings this parameter of MAIL or RCPT, or NONE.
 * BODY belongs to 8BITMIME. */
SMTPSPEC_API enum smtpspec_extension
smtpspec_extension_of_parameter(struct smtpspec_span keyword);

#ifdef __cplusplus
}
#endif
#endif
