/* SPDX-License-Identifier: MIT */
/*
 * error.c - texts and classes of our errors
 */
#include <smtpspec/error.h>

/* The numbers of header and rows agree, and the hundreds are the class. */
#define ERROR(class_, name, number, text)                                   \
    _Static_assert((int)SMTPSPEC_ERROR_##name == (number) &&                \
                   (number) / 100 == (int)SMTPSPEC_ERROR_CLASS_##class_,    \
                   "errors.def: " #name);
#include "errors.def"
#undef ERROR

const char *smtpspec_error_text(enum smtpspec_error error)
{
    /* No default: the compiler then names an error that has no row. */
    switch (error) {
    case SMTPSPEC_OK:
        return "success";
#define ERROR(class_, name, number, text)                                   \
    case SMTPSPEC_ERROR_##name:                                             \
        return text;
#include "errors.def"
#undef ERROR
    }
    return "unknown error";
}

enum smtpspec_error_class smtpspec_error_class_of(enum smtpspec_error error)
{
    unsigned class_ = (unsigned)error / 100;

    if (error == SMTPSPEC_OK)
        return SMTPSPEC_ERROR_CLASS_NONE;
    return class_ >= SMTPSPEC_ERROR_CLASS_USAGE &&
                   class_ < SMTPSPEC_ERROR_CLASS_INTERNAL
               ? (enum smtpspec_error_class)class_
               : SMTPSPEC_ERROR_CLASS_INTERNAL;
}
