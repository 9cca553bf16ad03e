/* SPDX-License-Identifier: MIT */
/*
 * error.h - why *we* could not go on
 *
 * Floor 0, base. An error is returned, 0 is success. It is never about what a
 * peer sent: that is a defect (reply.h) or a verdict (judge.h). Values are
 * classed in hundreds, so that a caller may test the class alone.
 */
#ifndef SMTPSPEC_ERROR_H
#define SMTPSPEC_ERROR_H

#include <smtpspec/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum smtpspec_error_class {
    SMTPSPEC_ERROR_CLASS_NONE = 0,
    SMTPSPEC_ERROR_CLASS_USAGE = 1,    /* the caller or user asked amiss     */
    SMTPSPEC_ERROR_CLASS_SYSTEM = 2,   /* memory, files, descriptors         */
    SMTPSPEC_ERROR_CLASS_NETWORK = 3,  /* names, connections                 */
    SMTPSPEC_ERROR_CLASS_INTERNAL = 4  /* a fault of this program            */
};

/* The rows stand in src/base/errors.def: ERROR(class, name, number, text). */
enum smtpspec_error {
    SMTPSPEC_OK = 0,
    SMTPSPEC_ERROR_ARGUMENT = 100,   /* an argument out of its range         */
    SMTPSPEC_ERROR_SYNTAX = 101,     /* a file of ours is malformed          */
    SMTPSPEC_ERROR_UNKNOWN_NAME = 102, /* no case, profile, misdeed ... so   */
    SMTPSPEC_ERROR_ROOM = 200,       /* the caller's buffer is too small     */
    SMTPSPEC_ERROR_MEMORY = 201,     /* no memory                            */
    SMTPSPEC_ERROR_READ = 202,       /* a file cannot be read                */
    SMTPSPEC_ERROR_WRITE = 203,      /* a file cannot be written             */
    SMTPSPEC_ERROR_DESCRIPTORS = 204,/* no descriptor is left                */
    SMTPSPEC_ERROR_RESOLVE = 300,    /* a name has no address                */
    SMTPSPEC_ERROR_REFUSED = 301,    /* connection refused                   */
    SMTPSPEC_ERROR_UNREACHABLE = 302,/* no route, or no answer in time       */
    SMTPSPEC_ERROR_RESET = 303,      /* connection reset                     */
    SMTPSPEC_ERROR_NO_SMTP = 304,    /* what answered does not speak SMTP    */
    SMTPSPEC_ERROR_TLS = 305,        /* a TLS handshake failed               */
    SMTPSPEC_ERROR_INTERNAL = 400
};

/* One line in English without a full stop; never NULL. */
SMTPSPEC_API const char *smtpspec_error_text(enum smtpspec_error error);

SMTPSPEC_API enum smtpspec_error_class
smtpspec_error_class_of(enum smtpspec_error error);

#ifdef __cplusplus
}
#endif
#endif
