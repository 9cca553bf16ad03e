/* SPDX-License-Identifier: MIT */
/*
 * alphabet.h - symbols: what is sent to a server as one step of a word
 *
 * Floor 5, learn; reads no file. Two alphabets are built in (alphabet.def):
 * `core8` and `std14`. A text of its own has a symbol a line:
 *
 *     NAME  LINE             the line is sent with CRLF
 *     NAME  LINE | CONTENT   after 3yz the content, and CRLF.CRLF behind it
 *
 * A name is of letters, digits, hyphens, underscores and dots, 15 at most.
 * {domain}, {from}, {to} and {unknown} stand for names of ours and mailboxes,
 * \r \n \t \\ and \xNN for octets; # begins a comment line.
 */
#ifndef SMTPSPEC_ALPHABET_H
#define SMTPSPEC_ALPHABET_H

#include <smtpspec/base.h>

#define SMTPSPEC_SYMBOLS_KEPT 64
#define SMTPSPEC_SYMBOL_NAME_KEPT 16
#define SMTPSPEC_SYMBOL_LINE_KEPT 1024

struct smtpspec_symbol {
    char name[SMTPSPEC_SYMBOL_NAME_KEPT];
    uint8_t command;            /* enum smtpspec_command                     */
    bool unknown;               /* it names the mailbox that nobody has      */
    uint16_t line_length;       /* octets sent, line end included            */
    uint16_t content_length;    /* and after 3yz; 0: nothing                 */
    char line[SMTPSPEC_SYMBOL_LINE_KEPT];
    char content[SMTPSPEC_SYMBOL_LINE_KEPT];
};

struct smtpspec_alphabet {
    unsigned count;
    struct smtpspec_symbol symbols[SMTPSPEC_SYMBOLS_KEPT];
};

/* What the names in braces stand for: mailboxes without brackets. */
struct smtpspec_alphabet_names {
    struct smtpspec_span domain, from, to;
    struct smtpspec_span unknown; /* has to be one that nobody has           */
};

/* The text of a built-in alphabet, or an empty span. */
struct smtpspec_span smtpspec_alphabet_text(struct smtpspec_span name);

/*
 * Read a text. False where it is none: `why`, of `cap` octets, then says so in
 * one line that may hold octets of the text, so it is to be escaped.
 */
bool smtpspec_alphabet_read(struct smtpspec_alphabet *alphabet,
                            struct smtpspec_span text,
                            const struct smtpspec_alphabet_names *names,
                            char *why, size_t cap);

/* The number of a symbol; `count` where there is none of that name. */
unsigned smtpspec_alphabet_find(const struct smtpspec_alphabet *alphabet,
                                struct smtpspec_span name);

/* Write a word as names with blanks between; length as snprintf. */
size_t smtpspec_alphabet_spell(const struct smtpspec_alphabet *alphabet,
                               const uint8_t *word, size_t length, char *out,
                               size_t cap);

#endif
