/* SPDX-License-Identifier: MIT */
/*
 * journal.h - write down all that goes over the wire, for `smtpspec judge`
 *
 * Floor 5, run. One line of JSON for each piece (cli/recording.h tells the
 * form), a connection's lines together, in the order in which the connections
 * end. Of a connection that says too much the rest is a gap.
 */
#ifndef SMTPSPEC_JOURNAL_H
#define SMTPSPEC_JOURNAL_H

#include <smtpspec/base.h>

/* Octets of lines that are kept of one connection. */
#define SMTPSPEC_JOURNAL_KEPT (4u << 20)

struct smtpspec_journal;
struct smtpspec_journal_page;

/* NULL where the file cannot be opened; errno says why. */
struct smtpspec_journal *smtpspec_journal_open(const char *path);
/* False where something could not be written; errno says why. */
bool smtpspec_journal_close(struct smtpspec_journal *journal);

/* A connection begins. Of a NULL journal the page is NULL, and all that is
 * done with a NULL page is nothing. */
struct smtpspec_journal_page *
smtpspec_journal_begin(struct smtpspec_journal *journal);
/* `from` is 'C' or 'S'. */
void smtpspec_journal_octets(struct smtpspec_journal_page *page, char from,
                             uint64_t ms, struct smtpspec_span octets);
/* "silent", "closed", "tls", "gap". */
void smtpspec_journal_event(struct smtpspec_journal_page *page, uint64_t ms,
                            const char *event);
/* It is over: write the page, and free it. */
void smtpspec_journal_end(struct smtpspec_journal_page *page, uint64_t ms);

#endif
