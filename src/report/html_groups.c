/* SPDX-License-Identifier: MIT */
/*
 * html_groups.c - which cases of a page belong together, and in which order
 */
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

#include "report/causes.h"
#include "report/finding.h"

enum smtpspec_html_kind
smtpspec_html_kind_of(const struct smtpspec_result *result)
{
    switch (result->outcome) {
    case SMTPSPEC_OUTCOME_FAIL:
    case SMTPSPEC_OUTCOME_WARN:
        return result->expected_failure ? SMTPSPEC_HTML_KNOWN
                                        : SMTPSPEC_HTML_FINDING;
    case SMTPSPEC_OUTCOME_ERROR:
        return SMTPSPEC_HTML_ERROR;
    case SMTPSPEC_OUTCOME_PASS:
        if (result->expected_failure)
            return SMTPSPEC_HTML_FIXED;
        return result->rule != NULL ? SMTPSPEC_HTML_NOTE
                                    : SMTPSPEC_HTML_PASSED;
    default:
        return SMTPSPEC_HTML_UNTESTED;
    }
}

/* What a case of a kind is grouped by. Of "ETRN not offered" only what comes
 * behind the keyword counts, or each keyword would make a group. */
static const char *cause_of(const struct smtpspec_result *result)
{
    const char *text = result->reason != NULL ? result->reason : "";
    const char *tail = strchr(text, ' ');

    if (smtpspec_html_kind_of(result) != SMTPSPEC_HTML_UNTESTED)
        return smtpspec_cause_key(result);
    if (tail != NULL && (strcmp(tail, " not offered") == 0 ||
                         strcmp(tail, " offered") == 0))
        return tail + 1;
    return text;
}

static int order_of_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static const struct smtpspec_result *pointed(const void *pointer)
{
    return *(const struct smtpspec_result *const *)pointer;
}

static int order_in_group(const struct smtpspec_result *a,
                          const struct smtpspec_result *b)
{
    int order = order_of_numbers(smtpspec_finding_weight(a),
                                 smtpspec_finding_weight(b));

    return order != 0 ? order : strcmp(a->id, b->id);
}

static int cause_order(const void *a, const void *b)
{
    const struct smtpspec_result *x = pointed(a), *y = pointed(b);
    int order = (int)y->outcome - (int)x->outcome;

    if (order == 0)
        order = strcmp(cause_of(x), cause_of(y));
    return order != 0 ? order : order_in_group(x, y);
}

static bool same_cause(const struct smtpspec_result *a,
                       const struct smtpspec_result *b)
{
    return a->outcome == b->outcome && strcmp(cause_of(a), cause_of(b)) == 0;
}

static int section_order(const void *a, const void *b)
{
    struct smtpspec_html_section x, y;
    int order;

    smtpspec_html_section_of(pointed(a)->reference, &x);
    smtpspec_html_section_of(pointed(b)->reference, &y);
    order = smtpspec_html_section_order(&x, &y);
    if (order == 0)
        order = (int)pointed(a)->command - (int)pointed(b)->command;
    return order != 0 ? order : strcmp(pointed(a)->id, pointed(b)->id);
}

static bool same_section(const struct smtpspec_result *a,
                         const struct smtpspec_result *b)
{
    struct smtpspec_html_section x, y;

    smtpspec_html_section_of(a->reference, &x);
    smtpspec_html_section_of(b->reference, &y);
    return smtpspec_html_section_order(&x, &y) == 0;
}

/* Whoever can be exploited for the same reason is one group. */
bool smtpspec_html_is_exploitable(const struct smtpspec_html_group *group)
{
    return group->cases[0]->security == SMTPSPEC_SECURITY_EXPLOITABLE;
}

/* What a stranger can use first, then the worst, then the largest. */
static int group_order(const void *a, const void *b)
{
    const struct smtpspec_html_group *x = a, *y = b;
    int order = (int)smtpspec_html_is_exploitable(y) -
                (int)smtpspec_html_is_exploitable(x);

    if (order == 0)
        order = (int)y->cases[0]->outcome - (int)x->cases[0]->outcome;
    if (order == 0)
        order = order_of_numbers(y->count, x->count);
    return order != 0 ? order : cause_order(&x->cases[0], &y->cases[0]);
}

/* Sorted cases into groups. */
static struct smtpspec_html_groups
split(struct smtpspec_html_kept *kept, const struct smtpspec_result **cases,
      unsigned count,
      bool (*same)(const struct smtpspec_result *,
                   const struct smtpspec_result *))
{
    struct smtpspec_html_groups groups = { .cases = count };
    struct smtpspec_html_group *all =
        smtpspec_intern_room(&kept->intern, count * sizeof(*all));

    for (unsigned i = 0, next; all != NULL && i < count; i = next) {
        for (next = i + 1; next < count && same(cases[i], cases[next]);)
            next++;
        all[groups.count++] =
            (struct smtpspec_html_group){ cases + i, next - i };
    }
    groups.all = all;
    return groups;
}

static const struct smtpspec_result **
gather(struct smtpspec_html_kept *kept,
       const struct smtpspec_html_target *target,
       enum smtpspec_html_kind kind, unsigned *count)
{
    const struct smtpspec_result **cases = smtpspec_intern_room(
        &kept->intern, target->count * sizeof(const struct smtpspec_result *));

    *count = 0;
    for (unsigned i = 0; cases != NULL && i < target->count; i++)
        if (kind == SMTPSPEC_HTML_KIND_COUNT ||
            smtpspec_html_kind_of(&target->cases[i]) == kind)
            cases[(*count)++] = &target->cases[i];
    return cases;
}

struct smtpspec_html_groups
smtpspec_html_by_cause(struct smtpspec_html_kept *kept,
                       const struct smtpspec_html_target *target,
                       enum smtpspec_html_kind kind)
{
    unsigned count;
    const struct smtpspec_result **cases = gather(kept, target, kind, &count);
    struct smtpspec_html_groups groups;

    if (count > 0)
        qsort(cases, count, sizeof(const struct smtpspec_result *),
              cause_order);
    groups = split(kept, cases, count, same_cause);
    if (groups.count > 0)
        qsort((void *)groups.all, groups.count, sizeof(*groups.all),
              group_order);
    return groups;
}

struct smtpspec_html_groups
smtpspec_html_by_section(struct smtpspec_html_kept *kept,
                         const struct smtpspec_html_target *target)
{
    unsigned count;
    const struct smtpspec_result **cases =
        gather(kept, target, SMTPSPEC_HTML_KIND_COUNT, &count);

    if (count > 0)
        qsort(cases, count, sizeof(const struct smtpspec_result *),
              section_order);
    return split(kept, cases, count, same_section);
}
