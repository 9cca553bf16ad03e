/* SPDX-License-Identifier: MIT */
/*
 * machine.h - sets of states and classes, so that one row of states.def or
 * expect.def may speak of several cells
 *
 * Floor 2, rules. IN_<SET>(M, ...) expands to M(STATE, ...) for each state of
 * the set; a set of one has the state's own name. ON_<SET> does the same for
 * classes of replies, named by their RFC 5321, 4.3.2 letters: S 2yz, I 3yz,
 * F 4yz, E 5yz, N none.
 */
#ifndef SMTPSPEC_MACHINE_H
#define SMTPSPEC_MACHINE_H

#define IN_CONNECT(M, ...) M(CONNECT, __VA_ARGS__)
#define IN_IDLE(M, ...) M(IDLE, __VA_ARGS__)
#define IN_READY(M, ...) M(READY, __VA_ARGS__)
#define IN_MAIL(M, ...) M(MAIL, __VA_ARGS__)
#define IN_RCPT(M, ...) M(RCPT, __VA_ARGS__)
#define IN_CONTENT(M, ...) M(CONTENT, __VA_ARGS__)
#define IN_BDAT(M, ...) M(BDAT, __VA_ARGS__)
#define IN_BDAT_FAILED(M, ...) M(BDAT_FAILED, __VA_ARGS__)
#define IN_AUTH(M, ...) M(AUTH, __VA_ARGS__)
#define IN_TLS(M, ...) M(TLS, __VA_ARGS__)
#define IN_REFUSED(M, ...) M(REFUSED, __VA_ARGS__)
#define IN_CLOSED(M, ...) M(CLOSED, __VA_ARGS__)
#define IN_ASTRAY(M, ...) M(ASTRAY, __VA_ARGS__)

/* A mail transaction is open, by DATA or by BDAT. */
#define IN_CHUNKED(M, ...)                                                  \
    IN_BDAT(M, __VA_ARGS__)                                                 \
    IN_BDAT_FAILED(M, __VA_ARGS__)
#define IN_TRANSACTION(M, ...)                                              \
    IN_MAIL(M, __VA_ARGS__)                                                 \
    IN_RCPT(M, __VA_ARGS__)                                                 \
    IN_CHUNKED(M, __VA_ARGS__)
/* A recipient may be added. */
#define IN_ENVELOPE(M, ...) IN_MAIL(M, __VA_ARGS__) IN_RCPT(M, __VA_ARGS__)
/* No mail transaction is open. */
#define IN_NO_TRANSACTION(M, ...)                                           \
    IN_IDLE(M, __VA_ARGS__)                                                 \
    IN_READY(M, __VA_ARGS__)
/* Greeted by HELO, EHLO or LHLO. */
#define IN_GREETED(M, ...)                                                  \
    IN_READY(M, __VA_ARGS__)                                                \
    IN_TRANSACTION(M, __VA_ARGS__)
/* The server reads commands and takes mail. */
#define IN_OPEN(M, ...) IN_IDLE(M, __VA_ARGS__) IN_GREETED(M, __VA_ARGS__)
/* The server reads commands. */
#define IN_COMMANDS(M, ...) IN_OPEN(M, __VA_ARGS__) IN_REFUSED(M, __VA_ARGS__)

#define ON_S(M, ...) M(SUCCESS, __VA_ARGS__)
#define ON_I(M, ...) M(INTERMEDIATE, __VA_ARGS__)
#define ON_F(M, ...) M(FAILURE, __VA_ARGS__)
#define ON_E(M, ...) M(ERROR, __VA_ARGS__)
#define ON_N(M, ...) M(NONE, __VA_ARGS__)
#define ON_FE(M, ...) ON_F(M, __VA_ARGS__) ON_E(M, __VA_ARGS__)
#define ON_SFE(M, ...) ON_S(M, __VA_ARGS__) ON_FE(M, __VA_ARGS__)
#define ON_IN(M, ...) ON_I(M, __VA_ARGS__) ON_N(M, __VA_ARGS__)
#define ON_SIN(M, ...) ON_S(M, __VA_ARGS__) ON_IN(M, __VA_ARGS__)
#define ON_ANY(M, ...)                                                      \
    ON_SFE(M, __VA_ARGS__)                                                  \
    ON_IN(M, __VA_ARGS__)

/* All commands but those that are no verbs, UNKNOWN included. */
#define OF_VERBS(M, ...)                                                    \
    M(HELO, __VA_ARGS__) M(EHLO, __VA_ARGS__) M(LHLO, __VA_ARGS__)          \
    M(MAIL, __VA_ARGS__) M(RCPT, __VA_ARGS__) M(DATA, __VA_ARGS__)          \
    M(BDAT, __VA_ARGS__) M(BURL, __VA_ARGS__) M(RSET, __VA_ARGS__)          \
    M(SEND, __VA_ARGS__) M(SOML, __VA_ARGS__) M(SAML, __VA_ARGS__)          \
    M(VRFY, __VA_ARGS__) M(EXPN, __VA_ARGS__) M(HELP, __VA_ARGS__)          \
    M(NOOP, __VA_ARGS__) M(QUIT, __VA_ARGS__) M(TURN, __VA_ARGS__)          \
    M(STARTTLS, __VA_ARGS__) M(AUTH, __VA_ARGS__) M(ETRN, __VA_ARGS__)      \
    M(ATRN, __VA_ARGS__) M(UNKNOWN, __VA_ARGS__)

#endif
