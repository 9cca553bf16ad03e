/* SPDX-License-Identifier: MIT */
/*
 * command.h - SMTP commands: names, reading and writing command lines
 * (RFC 5321, 4.1.1 and 4.1.2)
 *
 * Floor 1, wire: no I/O, no allocation, no clock. Reading never fails: a line
 * that the grammar does not allow is a command line with faults, because how
 * a *client* breaks the grammar decides what a server may answer.
 */
#ifndef SMTPSPEC_COMMAND_H
#define SMTPSPEC_COMMAND_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a reply can answer. Rows of src/wire/commands.def. Four are no verbs:
 * CONNECT (the greeting answers the connection), DATA_END (what follows the
 * final dot), AUTH_CONTINUE (a client line inside an AUTH exchange) and
 * UNKNOWN (any verb without a row).
 */
enum smtpspec_command {
    SMTPSPEC_COMMAND_UNSET,
    SMTPSPEC_COMMAND_CONNECT,
    SMTPSPEC_COMMAND_HELO,
    SMTPSPEC_COMMAND_EHLO,
    SMTPSPEC_COMMAND_LHLO,
    SMTPSPEC_COMMAND_MAIL,
    SMTPSPEC_COMMAND_RCPT,
    SMTPSPEC_COMMAND_DATA,
    SMTPSPEC_COMMAND_DATA_END,
    SMTPSPEC_COMMAND_BDAT,
    SMTPSPEC_COMMAND_BURL,
    SMTPSPEC_COMMAND_RSET,
    SMTPSPEC_COMMAND_SEND,
    SMTPSPEC_COMMAND_SOML,
    SMTPSPEC_COMMAND_SAML,
    SMTPSPEC_COMMAND_VRFY,
    SMTPSPEC_COMMAND_EXPN,
    SMTPSPEC_COMMAND_HELP,
    SMTPSPEC_COMMAND_NOOP,
    SMTPSPEC_COMMAND_QUIT,
    SMTPSPEC_COMMAND_TURN,
    SMTPSPEC_COMMAND_STARTTLS,
    SMTPSPEC_COMMAND_AUTH,
    SMTPSPEC_COMMAND_AUTH_CONTINUE,
    SMTPSPEC_COMMAND_ETRN,
    SMTPSPEC_COMMAND_ATRN,
    SMTPSPEC_COMMAND_UNKNOWN,
    SMTPSPEC_COMMAND_COUNT
};

/* What is wrong with a command line; a set in smtpspec_command_line.faults. */
enum smtpspec_fault {
    SMTPSPEC_FAULT_NO_ARGUMENT = 1,    /* one is due (MAIL, RCPT, EHLO ...)  */
    SMTPSPEC_FAULT_EXTRA_ARGUMENT = 2, /* none is allowed (DATA RSET QUIT
                                          STARTTLS ...), or a second one     */
    SMTPSPEC_FAULT_BAD_ARGUMENT = 4,   /* it breaks the command's grammar    */
    SMTPSPEC_FAULT_TOO_LONG = 8,       /* line over 512 octets with CRLF     */
    SMTPSPEC_FAULT_BAD_OCTETS = 16,    /* NUL, control, bare CR or LF, 8 bit */
    SMTPSPEC_FAULT_BLANKS = 32,        /* blanks before the verb, two before
                                          the argument, or at the end        */
    SMTPSPEC_FAULT_LOWER_CASE = 64,    /* verb not in capitals: allowed (2.4)*/
    SMTPSPEC_FAULT_EIGHT_BIT = 128     /* 0x80-0xFF (with BAD_OCTETS)        */
};

/* A command line read. The spans point into the line that was given. */
struct smtpspec_command_line {
    enum smtpspec_command command; /* UNKNOWN where the verb has no row      */
    unsigned faults;               /* set of enum smtpspec_fault             */
    struct smtpspec_span verb;     /* as sent                                */
    struct smtpspec_span argument; /* all behind the verb and its blanks     */
    struct smtpspec_span path;     /* MAIL, RCPT, SEND ...: from < to >,
                                      brackets included; else empty          */
    struct smtpspec_span parameters; /* behind the path, or behind BDAT's size
                                      or AUTH's mechanism; else empty        */
    uint64_t chunk;                /* BDAT: octets that follow (RFC 3030, 2) */
    bool last;                     /* BDAT, BURL: LAST was given             */
    /* Of the parameters behind a path: */
    bool binarymime;               /* BODY=BINARYMIME (RFC 3030, 3)          */
    bool smtputf8;                 /* SMTPUTF8 (RFC 6531, 3.4)               */
    bool bad_value;                /* one that BODY or SIZE cannot have      */
    uint64_t extensions;           /* whose they are: set of enum
                                      smtpspec_extension, NONE for others    */
};

/*
 * Read one command line, its line end already taken off. The grammar is that
 * of RFC 5321, 4.1.1 and of the RFC that brings the verb; of a parameter's
 * value the octets are checked, and what of it is no fault but of importance
 * has a field of its own: whether it may be sent is the business of session.h.
 * The verb ends at the first octet that is no letter or
 * digit. Cannot fail; an empty line is UNKNOWN.
 */
SMTPSPEC_API void smtpspec_command_parse(struct smtpspec_span line,
                                         struct smtpspec_command_line *out);

/*
 * Take the next ESMTP parameter (KEYWORD or KEYWORD=VALUE) off `*parameters`.
 * Returns false at the end, or where what is left is no parameter
 * (RFC 5321, 4.1.2: esmtp-param); `*parameters` then holds that rest.
 */
SMTPSPEC_API bool smtpspec_parameter_next(struct smtpspec_span *parameters,
                                          struct smtpspec_span *keyword,
                                          struct smtpspec_span *value);

/*
 * Write "VERB argument" CRLF with a NUL behind; SP only where there is an
 * argument. Returns the length without the NUL, or 0 where `cap` is short or
 * the command is no verb.
 */
SMTPSPEC_API size_t smtpspec_command_write(enum smtpspec_command command,
                                           struct smtpspec_span argument,
                                           char *out, size_t cap);

/* "RCPT"; "DATA-END", "AUTH-CONTINUE" for those; never NULL. */
SMTPSPEC_API const char *smtpspec_command_name(enum smtpspec_command command);
/* By name as above, in either case; UNSET where there is none. */
SMTPSPEC_API enum smtpspec_command
smtpspec_command_of(struct smtpspec_span name);
/* Whether it is sent as a verb. */
SMTPSPEC_API bool smtpspec_command_is_verb(enum smtpspec_command command);

/* Grammar of addresses (RFC 5321, 4.1.2, 4.1.3), the whole span each time.
 * `eight_bit` allows UTF-8 in addresses (RFC 6531, 3.3). */
SMTPSPEC_API bool smtpspec_is_domain(struct smtpspec_span span);
SMTPSPEC_API bool smtpspec_is_address_literal(struct smtpspec_span span);
SMTPSPEC_API bool smtpspec_is_mailbox(struct smtpspec_span span,
                                      bool eight_bit);
/* Reverse-path: path or "<>". */
SMTPSPEC_API bool smtpspec_is_reverse_path(struct smtpspec_span span,
                                           bool eight_bit);
/* Forward-path, "<Postmaster>" included (RFC 5321, 4.1.1.3). */
SMTPSPEC_API bool smtpspec_is_forward_path(struct smtpspec_span span,
                                           bool eight_bit);

#ifdef __cplusplus
}
#endif
#endif
