/* SPDX-License-Identifier: MIT */
/*
 * config.h - options that are kept for targets: ~/.config/smtpspec, --config
 *
 *     # of all targets
 *     from = probe@lab.example
 *
 *     [mx.example:25]
 *     to = me@mx.example
 *     user = probe
 *     password-file = mx.secret
 *     expect = STARTTLS SIZE
 *
 * Floor 7, cli. A setting is an option of `smtpspec check` by its long name;
 * those of a section hold for targets that the section names, * and ? standing
 * for any octets. A line is a comment (# or ; in front), a section or a
 * setting. Here only the form is read: which settings there are, and what they
 * take, the options know. A file for passwords is looked for in the folder of
 * the file that names it. No library: those of this form take what is
 * malformed for something else, or cut it, without a word.
 */
#ifndef SMTPSPEC_CONFIG_H
#define SMTPSPEC_CONFIG_H

#include <smtpspec/base.h>
#include <smtpspec/error.h>

/* Octets of a file and of a line, and settings altogether. */
#define SMTPSPEC_CONFIG_FILE_KEPT (1u << 18)
#define SMTPSPEC_CONFIG_LINE_KEPT 1024
#define SMTPSPEC_CONFIG_ROWS_KEPT 4096

struct smtpspec_config_row {
    char *place;               /* "FILE:LINE"                                */
    char *target;              /* of its section; NULL: in front of them     */
    unsigned section;          /* which of the file's; 0: in front of them   */
    char *name, *value;
};

struct smtpspec_config {
    struct smtpspec_config_row *rows; /* in the order of the files           */
    size_t count;
    char message[512];         /* of the last error: "FILE:LINE: what", raw  */
};

/* A zeroed one is empty. */
void smtpspec_config_free(struct smtpspec_config *config);

/* Add the settings of a text; `file` is for messages, and its folder for
 * passwords. SYNTAX where it is malformed. */
enum smtpspec_error smtpspec_config_parse(struct smtpspec_config *config,
                                          const char *file,
                                          struct smtpspec_span text);

/* The same of a file. READ where it cannot be read. */
enum smtpspec_error smtpspec_config_read(struct smtpspec_config *config,
                                         const char *file);

/* The same of the user's files: *.conf in $XDG_CONFIG_HOME/smtpspec, or in
 * ~/.config/smtpspec, by the alphabet. None is no error. */
enum smtpspec_error smtpspec_config_read_own(struct smtpspec_config *config);

/* Whether a row speaks of a target that has that name. */
bool smtpspec_config_applies(const struct smtpspec_config_row *row,
                             const char *name);

#endif
