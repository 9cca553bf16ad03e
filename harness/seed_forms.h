/* SPDX-License-Identifier: MIT */
/*
 * seed_forms.h - a dialogue in memory, and the seeds that it gives
 *
 * For export.c. A dialogue is a row of pieces: what client and server sent, as
 * it came, and what happened between. Each target that reads some form of it
 * gets a seed in that form.
 */
#ifndef SMTPSPEC_SEED_FORMS_H
#define SMTPSPEC_SEED_FORMS_H

#include <smtpspec/rules.h>

#define DIALOGUE_PIECES_MOST 1024
#define DIALOGUE_OCTETS_MOST (1u << 18)

struct dialogue_piece {
    char what;      /* C, S: octets; t waits, x closes, T TLS                */
    size_t at, length;
};

struct dialogue {
    char name[96];             /* the seed's                                 */
    char of[64];               /* the case whose proof it is, or ""           */
    enum smtpspec_service service;
    bool whole;                /* from the connection on                     */
    size_t count, length;
    struct dialogue_piece pieces[DIALOGUE_PIECES_MOST];
    char octets[DIALOGUE_OCTETS_MOST];
    bool full;                 /* something did not fit: of no use           */
};

void dialogue_begin(struct dialogue *dialogue, bool whole);
void dialogue_add(struct dialogue *dialogue, char what,
                  struct smtpspec_span octets);

/* The name of the server and the verbs that were sent: "exim-mail-rcpt". */
void dialogue_name_by_verbs(struct dialogue *dialogue, const char *server);

/* Write its seeds, each of at most `most` octets, to `folder`/TARGET/NAME; a
 * name that is taken gets a number. Ends the program where it cannot. */
void dialogue_write_seeds(const struct dialogue *dialogue, const char *folder,
                          size_t most);

/* Put what is reserved for examples in the place of addresses of this machine,
 * dates, and whatever looks like a number of a session or a message; all keeps
 * its length. */
void dialogue_hide(char *octets, size_t length);

#endif
