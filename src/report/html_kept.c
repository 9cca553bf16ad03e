/* SPDX-License-Identifier: MIT */
/*
 * html_kept.c - all that the page of a run is made of, held until its end
 */
#include "report/html_kept.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/command.h>

/* Of either end of a turn, once there is too much of all. */
#define TURN_END_SPARED 256

void smtpspec_html_keep_init(struct smtpspec_html_kept *kept)
{
    memset(kept, 0, sizeof(*kept));
    smtpspec_intern_init(&kept->intern);
}

void smtpspec_html_keep_free(struct smtpspec_html_kept *kept)
{
    for (unsigned i = 0; i < kept->count; i++)
        free(kept->targets[i].cases);
    free(kept->targets);
    smtpspec_intern_free(&kept->intern);
    smtpspec_html_keep_init(kept);
}

static const char *string(struct smtpspec_html_kept *kept, const char *text)
{
    return smtpspec_intern_string(&kept->intern, text);
}

/* Room for one more of `count` elements; false where there is none. */
static bool grow(struct smtpspec_html_kept *kept, void **array, unsigned count,
                 unsigned *room, size_t size)
{
    unsigned more = *room > 0 ? 2 * *room : 16;
    void *grown;

    if (count < *room)
        return true;
    grown = realloc(*array, more * size);
    if (grown == NULL) {
        kept->no_memory = true;
        return false;
    }
    *array = grown;
    *room = more;
    return true;
}

void smtpspec_html_keep_run(struct smtpspec_html_kept *kept,
                            const struct smtpspec_run_facts *facts)
{
    kept->run = *facts;
    kept->run.version = string(kept, facts->version);
    kept->run.profile = string(kept, facts->profile);
}

void smtpspec_html_keep_target(struct smtpspec_html_kept *kept,
                               const char *name)
{
    void *array = kept->targets;
    struct smtpspec_html_target *target;

    if (!grow(kept, &array, kept->count, &kept->room, sizeof(*target)))
        return;
    kept->targets = array;
    target = &kept->targets[kept->count++];
    memset(target, 0, sizeof(*target));
    target->name = string(kept, name);
}

/* --- Dialogues ---------------------------------------------------------- */

/* What is kept of one dialogue while it is gone through. */
struct dialogue {
    struct smtpspec_html_kept *kept;
    struct smtpspec_transcript_entry entries[SMTPSPEC_HTML_ENTRIES_KEPT + 4];
    unsigned count;
};

static void add(struct dialogue *dialogue,
                const struct smtpspec_transcript_entry *entry, size_t from,
                size_t length)
{
    struct smtpspec_transcript_entry *copy;
    struct smtpspec_span octets = smtpspec_span_head(
        smtpspec_span_skip(entry->octets, from), length);

    if (dialogue->count == SMTPSPEC_ARRAY_LEN(dialogue->entries))
        return;
    copy = &dialogue->entries[dialogue->count++];
    *copy = *entry;
    copy->octets = smtpspec_intern_octets(&dialogue->kept->intern, octets);
    dialogue->kept->dialogues += octets.length;
}

/* Say in the place of what is left out how much it is. */
static void add_gap(struct dialogue *dialogue, uint64_t count,
                    const char *what, uint64_t ms, bool shows)
{
    struct smtpspec_transcript_entry gap = { .from = '-', .ms = ms,
                                             .shows = shows };
    char text[80];

    snprintf(text, sizeof(text), "%" PRIu64 " %s left out here", count, what);
    gap.octets = smtpspec_span_of(text);
    add(dialogue, &gap, 0, gap.octets.length);
}

/* Entries from one side in a row, of which too much is there: both ends. */
static void add_long_turn(struct dialogue *dialogue,
                          const struct smtpspec_transcript_entry *turn,
                          unsigned count, size_t whole, size_t end)
{
    size_t at = 0;
    bool told = false, shows = false;

    for (unsigned i = 0; i < count; i++)
        shows = shows || turn[i].shows;
    for (unsigned i = 0; i < count; i++) {
        size_t length = turn[i].octets.length, next = at + length;
        size_t tail = whole - end;

        if (at < end)
            add(dialogue, &turn[i], 0, length < end - at ? length : end - at);
        if (!told && next >= end) {
            add_gap(dialogue, whole - 2 * end, "octets", turn[i].ms, shows);
            told = true;
        }
        if (next > tail) {
            size_t skipped = at < tail ? tail - at : 0;

            add(dialogue, &turn[i], skipped, length - skipped);
        }
        at = next;
    }
}

static void add_entries(struct dialogue *dialogue,
                        const struct smtpspec_transcript_entry *entries,
                        unsigned count)
{
    bool spare = dialogue->kept->dialogues > SMTPSPEC_HTML_DIALOGUES_KEPT;
    size_t most = spare ? 2 * TURN_END_SPARED : SMTPSPEC_HTML_TURN_KEPT;
    size_t end = spare ? TURN_END_SPARED : SMTPSPEC_HTML_TURN_END_KEPT;

    for (unsigned i = 0, next; i < count; i = next) {
        size_t whole = 0;

        for (next = i; next < count && entries[next].from == entries[i].from;
             next++)
            whole += entries[next].octets.length;
        if (whole > most) {
            add_long_turn(dialogue, entries + i, next - i, whole, end);
            continue;
        }
        for (unsigned k = i; k < next; k++)
            add(dialogue, &entries[k], 0, entries[k].octets.length);
    }
}

/* Where the last exchange of a dialogue begins. */
static unsigned last_exchange(const struct smtpspec_result *result)
{
    unsigned i = result->transcript_count;

    while (i > 0 && result->transcript[i - 1].from != 'C')
        i--;
    while (i > 0 && result->transcript[i - 1].from == 'C')
        i--;
    return i;
}

static void keep_dialogue(struct smtpspec_html_kept *kept,
                          const struct smtpspec_result *from,
                          struct smtpspec_result *to)
{
    struct dialogue dialogue = { .kept = kept };
    struct smtpspec_transcript_entry *entries;
    bool plain = from->outcome == SMTPSPEC_OUTCOME_PASS && from->rule == NULL;
    unsigned first = plain ? last_exchange(from) : 0;
    unsigned count = from->transcript_count - first;
    unsigned most = plain ? SMTPSPEC_HTML_PASS_ENTRIES_KEPT
                          : SMTPSPEC_HTML_ENTRIES_KEPT;
    unsigned half = most / 2;

    if (first > 0)
        add_gap(&dialogue, first, first == 1 ? "line" : "lines",
                from->transcript[first].ms, false);
    if (count <= most) {
        add_entries(&dialogue, from->transcript + first, count);
    } else {
        add_entries(&dialogue, from->transcript + first, half);
        add_gap(&dialogue, count - 2 * half, "lines",
                from->transcript[first + half].ms, false);
        add_entries(&dialogue,
                    from->transcript + from->transcript_count - half, half);
    }
    entries = smtpspec_intern_room(&kept->intern,
                                   dialogue.count * sizeof(*entries));
    if (entries != NULL)
        memcpy(entries, dialogue.entries, dialogue.count * sizeof(*entries));
    to->transcript = entries;
    to->transcript_count = entries != NULL ? dialogue.count : 0;
}

/* The command that the last exchange is about. */
static enum smtpspec_command command_of(const struct smtpspec_result *result)
{
    for (unsigned i = result->transcript_count; i > 0; i--) {
        const struct smtpspec_transcript_entry *entry =
            &result->transcript[i - 1];
        struct smtpspec_command_line line;
        struct smtpspec_span text = entry->octets;

        if (entry->from != 'C')
            continue;
        text = smtpspec_span_head(text, smtpspec_span_find(text, '\n'));
        if (text.length > 0 && text.at[text.length - 1] == '\r')
            text.length--;
        if (smtpspec_span_equal(text, SMTPSPEC_SPAN(".")))
            return SMTPSPEC_COMMAND_DATA_END;
        smtpspec_command_parse(text, &line);
        if (line.command != SMTPSPEC_COMMAND_UNKNOWN)
            return line.command;
    }
    return result->transcript_count > 0 ? SMTPSPEC_COMMAND_CONNECT
                                        : SMTPSPEC_COMMAND_UNSET;
}

/* --- Results and facts -------------------------------------------------- */

static void keep_verdicts(struct smtpspec_html_kept *kept,
                          const struct smtpspec_result *from,
                          struct smtpspec_result *to)
{
    struct smtpspec_result_verdict *verdicts = smtpspec_intern_room(
        &kept->intern, from->verdict_count * sizeof(*verdicts));

    to->verdicts = verdicts;
    to->verdict_count = verdicts != NULL ? from->verdict_count : 0;
    for (unsigned i = 0; i < to->verdict_count; i++) {
        verdicts[i] = from->verdicts[i];
        verdicts[i].rule = string(kept, from->verdicts[i].rule);
        verdicts[i].reference = string(kept, from->verdicts[i].reference);
        verdicts[i].text = string(kept, from->verdicts[i].text);
        verdicts[i].expected = string(kept, from->verdicts[i].expected);
        verdicts[i].observed = string(kept, from->verdicts[i].observed);
    }
}

/* Whether a result tells nothing of the server but that all is well there, or
 * that nobody knows. */
static bool is_mute(const struct smtpspec_result *result)
{
    return result->rule == NULL && !result->expected_failure &&
           result->outcome != SMTPSPEC_OUTCOME_FAIL &&
           result->outcome != SMTPSPEC_OUTCOME_WARN;
}

void smtpspec_html_keep_result(struct smtpspec_html_kept *kept,
                               const struct smtpspec_result *result)
{
    struct smtpspec_html_target *target;
    struct smtpspec_result *copy;
    void *array;

    if (kept->count == 0)
        return;
    if (kept->cases >= SMTPSPEC_HTML_CASES_KEPT && is_mute(result)) {
        kept->left_out = true;
        return;
    }
    kept->cases++;
    target = &kept->targets[kept->count - 1];
    array = target->cases;
    if (!grow(kept, &array, target->count, &target->room, sizeof(*copy)))
        return;
    target->cases = array;
    copy = &target->cases[target->count++];
    *copy = *result;
    copy->id = string(kept, result->id);
    copy->title = string(kept, result->title);
    copy->reference = string(kept, result->reference);
    copy->expected = string(kept, result->expected);
    copy->observed = string(kept, result->observed);
    copy->rule = string(kept, result->rule);
    copy->row = string(kept, result->row);
    copy->requirement = string(kept, result->requirement);
    copy->security_reason = string(kept, result->security_reason);
    copy->security_reference = string(kept, result->security_reference);
    copy->reason = string(kept, result->reason);
    copy->again = string(kept, result->again);
    copy->expected_failure_reason =
        string(kept, result->expected_failure_reason);
    copy->changed_from = string(kept, result->changed_from);
    if (copy->command == SMTPSPEC_COMMAND_UNSET)
        copy->command = command_of(result);
    keep_verdicts(kept, result, copy);
    keep_dialogue(kept, result, copy);
}

static const char *const *keep_list(struct smtpspec_html_kept *kept,
                                    const char *const *list, unsigned *count)
{
    const char **copy =
        smtpspec_intern_room(&kept->intern, *count * sizeof(*copy));

    if (copy == NULL)
        *count = 0;
    for (unsigned i = 0; i < *count; i++)
        copy[i] = string(kept, list[i]);
    return copy;
}

static void keep_transitions(struct smtpspec_html_kept *kept,
                             struct smtpspec_target_facts *copy)
{
    size_t size = copy->transition_count * sizeof(*copy->transitions);
    struct smtpspec_transition *list =
        smtpspec_intern_room(&kept->intern, size);

    if (list == NULL)
        copy->transition_count = 0;
    for (unsigned i = 0; i < copy->transition_count; i++) {
        list[i] = copy->transitions[i];
        list[i].test = string(kept, copy->transitions[i].test);
    }
    copy->transitions = list;
}

static const struct smtpspec_drawing_line *
keep_lines(struct smtpspec_html_kept *kept,
           const struct smtpspec_drawing_line *lines, unsigned *count)
{
    struct smtpspec_drawing_line *copy =
        smtpspec_intern_room(&kept->intern, *count * sizeof(*copy));

    if (copy == NULL)
        *count = 0;
    for (unsigned i = 0; i < *count; i++)
        copy[i] = (struct smtpspec_drawing_line){
            string(kept, lines[i].text), lines[i].tone };
    return copy;
}

static const struct smtpspec_drawing_box *
keep_boxes(struct smtpspec_html_kept *kept,
           const struct smtpspec_drawing_box *boxes, unsigned *count)
{
    struct smtpspec_drawing_box *copy =
        smtpspec_intern_room(&kept->intern, *count * sizeof(*copy));

    if (copy == NULL)
        *count = 0;
    for (unsigned i = 0; i < *count; i++) {
        copy[i] = boxes[i];
        copy[i].title = string(kept, boxes[i].title);
        copy[i].lines = keep_lines(kept, boxes[i].lines,
                                   &copy[i].line_count);
    }
    return copy;
}

/* An arrow without its curve, should memory be missing, is none. */
static const struct smtpspec_drawing_arrow *
keep_arrows(struct smtpspec_html_kept *kept,
            const struct smtpspec_drawing_arrow *arrows, unsigned *count)
{
    struct smtpspec_drawing_arrow *copy =
        smtpspec_intern_room(&kept->intern, *count * sizeof(*copy));
    unsigned had = copy != NULL ? *count : 0;

    *count = 0;
    for (unsigned i = 0; i < had; i++) {
        size_t size = arrows[i].point_count * sizeof(*arrows[i].points);
        struct smtpspec_drawing_point *points =
            smtpspec_intern_room(&kept->intern, size);
        struct smtpspec_drawing_arrow *arrow = &copy[*count];

        if (points == NULL)
            continue;
        memcpy(points, arrows[i].points, size);
        *arrow = arrows[i];
        arrow->points = points;
        arrow->lines = keep_lines(kept, arrows[i].lines, &arrow->line_count);
        (*count)++;
    }
    return copy;
}

static const struct smtpspec_drawing *
keep_drawing(struct smtpspec_html_kept *kept,
             const struct smtpspec_drawing *drawing)
{
    struct smtpspec_drawing *copy;

    if (drawing == NULL)
        return NULL;
    copy = smtpspec_intern_room(&kept->intern, sizeof(*copy));
    if (copy == NULL)
        return NULL;
    *copy = *drawing;
    copy->about = string(kept, drawing->about);
    copy->boxes = keep_boxes(kept, drawing->boxes, &copy->box_count);
    copy->arrows = keep_arrows(kept, drawing->arrows, &copy->arrow_count);
    return copy;
}

void smtpspec_html_keep_facts(struct smtpspec_html_kept *kept,
                              const struct smtpspec_target_facts *facts)
{
    struct smtpspec_target_facts *copy;

    if (kept->count == 0)
        return;
    copy = &kept->targets[kept->count - 1].facts;
    *copy = *facts;
    copy->name = kept->targets[kept->count - 1].name;
    copy->greeting = string(kept, facts->greeting);
    copy->extensions = keep_list(kept, facts->extensions,
                                 &copy->extension_count);
    copy->extensions_tls = keep_list(kept, facts->extensions_tls,
                                     &copy->extension_tls_count);
    copy->extensions_login = keep_list(kept, facts->extensions_login,
                                       &copy->extension_login_count);
    copy->tls_version = string(kept, facts->tls_version);
    copy->tls_cipher = string(kept, facts->tls_cipher);
    copy->tls_certificate = string(kept, facts->tls_certificate);
    copy->trouble = string(kept, facts->trouble);
    copy->learnt = keep_drawing(kept, facts->learnt);
    keep_transitions(kept, copy);
}
