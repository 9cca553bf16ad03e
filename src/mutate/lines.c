/* SPDX-License-Identifier: MIT */
/*
 * lines.c - operators on the order of lines, of scripts and replies alike
 */
#include "mutate/lines.h"

#define BLOCK_MOST 8
#define SEAMS_TRIED 4

static size_t line_ends(const struct smtpspec_mutant *mutant,
                        struct smtpspec_place place)
{
    size_t count = 0;

    for (size_t at = place.from; at < place.to; at++)
        count += mutant->at[at] == '\n';
    return count;
}

static bool lines(struct smtpspec_mutant *mutant, struct smtpspec_place *block)
{
    size_t lines = smtpspec_mutant_lines(mutant);
    size_t first = smtpspec_mutant_below(mutant, lines);
    size_t most = lines - first < BLOCK_MOST ? lines - first : BLOCK_MOST;
    size_t count = 1 + smtpspec_mutant_below(mutant, most);

    if (lines == 0)
        return false;
    block->from = smtpspec_mutant_line(mutant, first).from;
    block->to = smtpspec_mutant_line(mutant, first + count - 1).to;
    return true;
}

/* What lies between two seams, where there are no more lines between. */
static bool exchanges(struct smtpspec_mutant *mutant,
                      struct smtpspec_place *block)
{
    for (unsigned i = 0; i < SEAMS_TRIED; i++) {
        size_t a = smtpspec_mutant_seam(mutant);
        size_t b = smtpspec_mutant_seam(mutant);

        block->from = a < b ? a : b;
        block->to = a < b ? b : a;
        if (a != b && line_ends(mutant, *block) <= BLOCK_MOST)
            return true;
    }
    return false;
}

bool smtpspec_lines_block(struct smtpspec_mutant *mutant,
                          struct smtpspec_place *block)
{
    return exchanges(mutant, block) || lines(mutant, block);
}

/* Lines are copied and moved whole: the last one may lack its LF, and would
 * flow into what comes behind it. */
static bool end_last_line(struct smtpspec_mutant *mutant)
{
    if (mutant->length == 0 || mutant->at[mutant->length - 1] == '\n')
        return true;
    return smtpspec_mutant_insert(mutant, mutant->length, SMTPSPEC_SPAN("\n"));
}

bool smtpspec_lines_delete(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;

    if (!smtpspec_mutant_pick(mutant, NULL, &line))
        return false;
    smtpspec_mutant_delete(mutant, line);
    return true;
}

bool smtpspec_lines_delete_block(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place block;

    if (!smtpspec_lines_block(mutant, &block))
        return false;
    smtpspec_mutant_delete(mutant, block);
    return true;
}

bool smtpspec_lines_duplicate(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place line;

    return end_last_line(mutant) &&
           smtpspec_mutant_pick(mutant, NULL, &line) &&
           smtpspec_mutant_copy(mutant, line, line.to);
}

bool smtpspec_lines_replay(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place block;

    return end_last_line(mutant) && smtpspec_lines_block(mutant, &block) &&
           smtpspec_mutant_copy(mutant, block, smtpspec_mutant_seam(mutant));
}

bool smtpspec_lines_replay_prefix(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place prefix = { mutant->fixed, 0 };

    if (!end_last_line(mutant))
        return false;
    prefix.to = smtpspec_mutant_seam(mutant);
    return prefix.to > prefix.from &&
           smtpspec_mutant_copy(mutant, prefix, mutant->length);
}

bool smtpspec_lines_swap(struct smtpspec_mutant *mutant)
{
    size_t lines = smtpspec_mutant_lines(mutant), number;
    struct smtpspec_place a, b;

    if (lines < 2 || !end_last_line(mutant))
        return false;
    number = smtpspec_mutant_below(mutant, lines - 1);
    a = smtpspec_mutant_line(mutant, number);
    b = smtpspec_mutant_line(mutant, number + 1);
    smtpspec_mutant_move(mutant, a, b.to);
    return true;
}

bool smtpspec_lines_move(struct smtpspec_mutant *mutant)
{
    struct smtpspec_place block;
    size_t to;

    if (!end_last_line(mutant) || !smtpspec_lines_block(mutant, &block))
        return false;
    to = smtpspec_mutant_seam(mutant);
    if (to >= block.from && to <= block.to)
        return false;
    smtpspec_mutant_move(mutant, block, to);
    return true;
}

bool smtpspec_lines_truncate(struct smtpspec_mutant *mutant)
{
    size_t border = smtpspec_mutant_seam(mutant);

    if (border == mutant->length || border == 0)
        return false;
    mutant->length = border;
    return true;
}
