/* SPDX-License-Identifier: MIT */
/*
 * aside.c - collect what shows in set-ups
 */
#include "run/aside.h"

#include <string.h>

/* Where an id stands or belongs. */
static unsigned place_of(const struct smtpspec_asides *asides, const char *id,
                         bool *found)
{
    unsigned i = 0;
    int order = -1;

    while (i < asides->count &&
           (order = strcmp(asides->sheets[i]->result.id, id)) < 0)
        i++;
    *found = i < asides->count && order == 0;
    return i;
}

static void insert(struct smtpspec_asides *asides, unsigned at,
                   struct smtpspec_sheet *sheet, size_t order)
{
    unsigned behind = asides->count - at;

    memmove(&asides->sheets[at + 1], &asides->sheets[at],
            behind * sizeof(asides->sheets[0]));
    memmove(&asides->orders[at + 1], &asides->orders[at],
            behind * sizeof(asides->orders[0]));
    asides->sheets[at] = sheet;
    asides->orders[at] = order;
    asides->count++;
}

static void add_one(struct smtpspec_asides *asides,
                    struct smtpspec_sheet *sheet, size_t order)
{
    bool found;
    unsigned at = place_of(asides, sheet->result.id, &found);

    if (!found && asides->count < SMTPSPEC_ASIDES_KEPT) {
        insert(asides, at, sheet, order);
    } else if (found && order < asides->orders[at]) {
        smtpspec_sheet_free(asides->sheets[at]);
        asides->sheets[at] = sheet;
        asides->orders[at] = order;
    } else {
        smtpspec_sheet_free(sheet);
    }
}

void smtpspec_asides_add(struct smtpspec_asides *asides,
                         const struct smtpspec_play_result *played,
                         const struct smtpspec_case *of,
                         const struct smtpspec_record *record, size_t order)
{
    for (unsigned i = 0; i < played->verdict_count; i++) {
        if (played->verdicts[i].aside)
            add_one(asides,
                    smtpspec_sheet_of_setup(&played->verdicts[i], of, record),
                    order);
    }
}

void smtpspec_asides_tell(struct smtpspec_asides *asides,
                          enum smtpspec_manner manner, const char *observed)
{
    static const struct smtpspec_case none;
    static const struct smtpspec_record empty;
    struct smtpspec_play_verdict verdict = { .aside = true };
    struct smtpspec_sheet *sheet;

    smtpspec_verdict_of_manner(manner, &verdict.verdict);
    sheet = smtpspec_sheet_of_setup(&verdict, &none, &empty);
    sheet->result.observed = smtpspec_sheet_keep(sheet, observed);
    add_one(asides, sheet, SIZE_MAX);
}

void smtpspec_asides_free(struct smtpspec_asides *asides)
{
    for (unsigned i = 0; i < asides->count; i++)
        smtpspec_sheet_free(asides->sheets[i]);
    asides->count = 0;
}
