/* SPDX-License-Identifier: MIT */
/*
 * picture_words.h - how the picture of the state machine calls things
 *
 * Floor 2, rules; header only.
 */
#ifndef SMTPSPEC_PICTURE_WORDS_H
#define SMTPSPEC_PICTURE_WORDS_H

#include "rules/picture.h"

static inline const char *smtpspec_picture_word(enum smtpspec_command command)
{
    return command == SMTPSPEC_COMMAND_CONNECT         ? "greeting"
           : command == SMTPSPEC_COMMAND_DATA_END      ? "final dot"
           : command == SMTPSPEC_COMMAND_AUTH_CONTINUE ? "answer"
                                          : smtpspec_command_name(command);
}

static inline const char *smtpspec_picture_digits(enum smtpspec_class class_)
{
    static const char *const digits[SMTPSPEC_CLASS_COUNT] = {
        [SMTPSPEC_CLASS_NONE] = "none",       [SMTPSPEC_CLASS_SUCCESS] = "2yz",
        [SMTPSPEC_CLASS_INTERMEDIATE] = "3yz", [SMTPSPEC_CLASS_FAILURE] = "4yz",
        [SMTPSPEC_CLASS_ERROR] = "5yz",
    };

    return digits[class_];
}

/* One class, the one that a client hopes for: it need not be said. */
static inline bool
smtpspec_picture_is_plain(const struct smtpspec_picture_line *line)
{
    return line->classes == SMTPSPEC_BIT(SMTPSPEC_CLASS_SUCCESS) ||
           line->classes == SMTPSPEC_BIT(SMTPSPEC_CLASS_INTERMEDIATE);
}

#endif
