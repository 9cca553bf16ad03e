/* SPDX-License-Identifier: MIT */
/*
 * html.h - the pieces that the page of a run is made of
 *
 * Floor 6, report. One file that asks for nothing from outside: its style and
 * script stand in it (page.css, page.js), and its Content-Security-Policy
 * lets only these two run, by their hashes; so no element has a style or an
 * on... attribute. All that is written is printable ASCII and line ends: what
 * a peer sent comes out as text, by the three functions that stand first.
 * Order and grouping are the business of html_groups.c.
 */
#ifndef SMTPSPEC_HTML_H
#define SMTPSPEC_HTML_H

#include <stdio.h>

#include "report/html_kept.h"

/* --- Text (html_text.c) ------------------------------------------------- */

/* A string of ours, in which what a peer sent stands escaped already, as text
 * or as an attribute between double quotation marks. NULL is "". */
void smtpspec_html_text(FILE *out, const char *text);

/* The same up to its first line end, or to `most` columns; "..." says that
 * there is more. */
void smtpspec_html_first_line(FILE *out, const char *text, size_t most);

/*
 * Octets as they went over the wire: CR, LF, NUL and their like as tokens
 * <b>CR</b>, of class x where a CR or LF stands alone; all else outside
 * 0x20-0x7E as <i>\xNN</i>. `*last` is the octet before them, 0 at the
 * beginning, and after it the last of them.
 */
void smtpspec_html_octets(FILE *out, struct smtpspec_span octets, char *last);

/* "t0-rcpt.before-mail": what a case of the target with this number is known
 * by, in id="..." and behind the # of a link. Odd octets become "_". */
void smtpspec_html_anchor(FILE *out, unsigned target, const char *id);

/* "1,234", and with a word for one and for more behind it. */
void smtpspec_html_number(FILE *out, uint64_t number);
void smtpspec_html_count(FILE *out, uint64_t number, const char *one,
                         const char *more);
/* "one", "two" ... "nine", "10". */
void smtpspec_html_small(FILE *out, unsigned number);
/* "< 1 ms", "12 ms", "1.2 s". */
void smtpspec_html_time(FILE *out, uint64_t ms);

/* One section of an RFC, or another text, out of a reference. */
struct smtpspec_html_section {
    unsigned rfc;              /* 0: `name` is all there is                  */
    char name[64];             /* "4.1.4"; escaped                           */
};

/* The first section that a reference ("5321:4.1.4, 3.3" or "RFC 5321, 4.1.4")
 * names. */
void smtpspec_html_section_of(const char *reference,
                              struct smtpspec_html_section *out);
/* RFC 5321 first, then by number, then as people count sections; what is no
 * RFC last. */
int smtpspec_html_section_order(const struct smtpspec_html_section *a,
                                const struct smtpspec_html_section *b);
/* A reference as people read it, each section a link to its text. */
void smtpspec_html_reference(FILE *out, const char *reference);

/* --- Groups (html_groups.c) --------------------------------------------- */

/* What of the page a case belongs to. */
enum smtpspec_html_kind {
    SMTPSPEC_HTML_FINDING,     /* fail or warn                               */
    SMTPSPEC_HTML_ERROR,
    SMTPSPEC_HTML_FIXED,       /* expected to fail, passed                   */
    SMTPSPEC_HTML_KNOWN,       /* expected to fail, failed                   */
    SMTPSPEC_HTML_NOTE,        /* passed, and there is something to say      */
    SMTPSPEC_HTML_UNTESTED,    /* skipped, blocked, throttled                */
    SMTPSPEC_HTML_PASSED,
    SMTPSPEC_HTML_KIND_COUNT
};
enum smtpspec_html_kind
smtpspec_html_kind_of(const struct smtpspec_result *result);

struct smtpspec_html_group {
    const struct smtpspec_result *const *cases; /* the clearest first        */
    unsigned count;
};

bool smtpspec_html_is_exploitable(const struct smtpspec_html_group *group);

struct smtpspec_html_groups {
    const struct smtpspec_html_group *all;
    unsigned count, cases;
};

/* The cases of a kind by what is behind them, or by the reason for not testing
 * them. The worst first, then the largest. None without memory, which
 * `kept` remembers. */
struct smtpspec_html_groups
smtpspec_html_by_cause(struct smtpspec_html_kept *kept,
                       const struct smtpspec_html_target *target,
                       enum smtpspec_html_kind kind);
/* All cases by the section that they come from. */
struct smtpspec_html_groups
smtpspec_html_by_section(struct smtpspec_html_kept *kept,
                         const struct smtpspec_html_target *target);

/* --- Parts of the page -------------------------------------------------- */

/* Where on the page something is written. */
struct smtpspec_html_page {
    FILE *out;
    struct smtpspec_html_kept *kept;
    const struct smtpspec_html_target *target;
    unsigned number;           /* of the target                              */
    bool brief;                /* so many cases that passes show no dialogue */
    bool fleet;                /* so many servers that only findings are told*/
};

/* What a target comes to, in a sentence; then in numbers, and what it says of
 * itself (html_verdict.c). */
void smtpspec_html_verdict(const struct smtpspec_html_page *page);
void smtpspec_html_numbers(const struct smtpspec_html_page *page);
/* Several targets side by side, case by case (html_matrix.c); more of them than
 * that a row each (html_servers.c). */
#define SMTPSPEC_HTML_COLUMNS_LIMIT 40
void smtpspec_html_matrix(FILE *out, struct smtpspec_html_kept *kept);
void smtpspec_html_servers(FILE *out, struct smtpspec_html_kept *kept);
/* Findings, errors, notes ... by cause (html_findings.c). */
void smtpspec_html_findings(const struct smtpspec_html_page *page);
/* The state machine, coloured by where the sessions went (html_machine.c). */
void smtpspec_html_machine(const struct smtpspec_html_page *page);
/* The machine that was learnt of the server, if any (html_learnt.c). */
void smtpspec_html_learnt(const struct smtpspec_html_page *page);
/* All cases by section, and why some were not tested (html_cases.c). */
void smtpspec_html_cases(const struct smtpspec_html_page *page);

/* The "data-f" by which the script filters: outcome, level, command, layer,
 * security; and the word of the outcome in its colour (html_case.c). */
void smtpspec_html_facets(FILE *out, const struct smtpspec_result *result);
void smtpspec_html_outcome(FILE *out, const struct smtpspec_result *result);
/* A whole case, folded up but for `open`. */
void smtpspec_html_case(const struct smtpspec_html_page *page,
                        const struct smtpspec_result *result, bool open);

/* The dialogue of a case and, as a strip, its time (html_dialogue.c). */
void smtpspec_html_dialogue(FILE *out, const struct smtpspec_result *result);

/* --- What the build makes of page*.css and page*.js (ci/page.mk) -------- */

extern const char *const smtpspec_page_css[]; /* lines; NULL ends them       */
extern const char *const smtpspec_page_js[];
extern const char smtpspec_page_css_hash[];   /* "sha256-..."                */
extern const char smtpspec_page_js_hash[];

#endif
