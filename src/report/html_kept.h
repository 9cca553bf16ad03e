/* SPDX-License-Identifier: MIT */
/*
 * html_kept.h - all that the page of a run is made of, held until its end
 *
 * Floor 6, report. The page begins with what is known last: the verdict, and
 * the matrix of several targets. So results are kept as they were handed on,
 * their strings once for all targets; of dialogues only what the page shows:
 * of a case that passed the last exchange, of one that is over 4 KiB in a row
 * 2 KiB of both ends and a remark how much is between. The JSON report keeps
 * all.
 */
#ifndef SMTPSPEC_HTML_KEPT_H
#define SMTPSPEC_HTML_KEPT_H

#include "case/result.h"
#include "report/intern.h"

/* Octets in a row from one side that are shown whole, and of more of them
 * those of either end. */
#define SMTPSPEC_HTML_TURN_KEPT 4096
#define SMTPSPEC_HTML_TURN_END_KEPT 2048
/* Entries of a dialogue, and of that of a case that passed; of more the first
 * and the last halves are kept. */
#define SMTPSPEC_HTML_ENTRIES_KEPT 400
#define SMTPSPEC_HTML_PASS_ENTRIES_KEPT 6
/* Octets of all dialogues together before each is cut far shorter: a server
 * that talks without end shall not make a page that nobody can open. */
#define SMTPSPEC_HTML_DIALOGUES_KEPT (8 * 1024 * 1024)

/* Cases of all targets together. From then on, in a fleet of hundreds, only
 * those are kept that say something of the server; the rest is left to the
 * reports for programs. */
#define SMTPSPEC_HTML_CASES_KEPT 200000

struct smtpspec_html_target {
    const char *name;
    struct smtpspec_target_facts facts;   /* all zero until target_end       */
    /* In the order in which they were handed on. A case that tells no command
     * has the one that its dialogue ends with. */
    struct smtpspec_result *cases;
    unsigned count, room;
};

struct smtpspec_html_kept {
    struct smtpspec_intern intern;
    struct smtpspec_run_facts run;
    struct smtpspec_html_target *targets;
    unsigned count, room;
    unsigned cases;                       /* of all targets                  */
    bool left_out;                        /* some are not kept               */
    size_t dialogues;                     /* octets of them so far           */
    bool no_memory;
};

void smtpspec_html_keep_init(struct smtpspec_html_kept *kept);
void smtpspec_html_keep_free(struct smtpspec_html_kept *kept);

/* The order is that of a report writer (report/report.h). */
void smtpspec_html_keep_run(struct smtpspec_html_kept *kept,
                            const struct smtpspec_run_facts *facts);
void smtpspec_html_keep_target(struct smtpspec_html_kept *kept,
                               const char *name);
void smtpspec_html_keep_result(struct smtpspec_html_kept *kept,
                               const struct smtpspec_result *result);
void smtpspec_html_keep_facts(struct smtpspec_html_kept *kept,
                              const struct smtpspec_target_facts *facts);

#endif
