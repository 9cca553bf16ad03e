/* SPDX-License-Identifier: MIT */
/*
 * read_pile.c - the cases of a target under way, and telling them
 */
#include "report/read_pile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_text.h"
#include "report/read_case.h"
#include "report/report.h"

/* --- what is wrong -------------------------------------------------------- */

bool smtpspec_read_fail(struct smtpspec_report_reader *reader,
                 enum smtpspec_error error, uint64_t line, const char *what)
{
    if (reader->error != SMTPSPEC_OK)
        return false;
    reader->error = error;
    snprintf(reader->message, sizeof(reader->message),
             "%.200s: line %" PRIu64 ": %.250s", reader->name, line, what);
    return false;
}

bool smtpspec_read_no_memory(struct smtpspec_report_reader *reader)
{
    return smtpspec_read_fail(reader, SMTPSPEC_ERROR_MEMORY, reader->cut.line,
                "out of memory");
}

bool smtpspec_read_wrong(struct smtpspec_report_reader *reader,
                         const char *what)
{
    if (!ferror(reader->cut.file))
        return smtpspec_read_fail(reader, SMTPSPEC_ERROR_SYNTAX,
                                  reader->cut.line, what);
    if (reader->error == SMTPSPEC_OK)
        snprintf(reader->message, sizeof(reader->message), "%.200s: %s",
                 reader->name, strerror(errno));
    reader->error = SMTPSPEC_ERROR_READ;
    return false;
}

bool smtpspec_read_cut_wrong(struct smtpspec_report_reader *reader)
{
    return smtpspec_read_wrong(reader, reader->cut.wrong);
}

/* --- piles ---------------------------------------------------------------- */

void smtpspec_read_pile_clear(struct smtpspec_report_reader *reader,
                       struct smtpspec_read_pile *pile)
{
    reader->held -= pile->length;
    free(pile->name);
    free(pile->text);
    free(pile->pieces);
    memset(pile, 0, sizeof(*pile));
}

/* Room for `more` besides the `count` there are. */
static void *grow(void *block, size_t count, size_t more, size_t *room,
                  size_t size)
{
    size_t wanted = *room > 0 ? *room : 64;

    if (*room - count >= more)
        return block;
    while (wanted - count < more)
        wanted *= 2;
    block = realloc(block, wanted * size);
    if (block != NULL)
        *room = wanted;
    return block;
}

bool smtpspec_read_pile_add(struct smtpspec_report_reader *reader,
                            struct smtpspec_read_pile *pile, uint64_t number)
{
    const struct smtpspec_json_cut *cut = &reader->cut;
    char *text;
    struct smtpspec_read_piece *pieces;

    if (cut->length > SMTPSPEC_READ_KEPT - reader->held)
        return smtpspec_read_wrong(reader, "more than a target can have");
    text = grow(pile->text, pile->length, cut->length, &pile->room, 1);
    if (text == NULL)
        return smtpspec_read_no_memory(reader);
    pile->text = text;
    pieces = grow(pile->pieces, pile->count, 1, &pile->piece_room,
                  sizeof(*pieces));
    if (pieces == NULL)
        return smtpspec_read_no_memory(reader);
    pile->pieces = pieces;
    memcpy(text + pile->length, cut->text, cut->length);
    if (number == 0)
        number = pile->highest + 1;
    if (number > pile->highest)
        pile->highest = number;
    pieces[pile->count++] = (struct smtpspec_read_piece){
        pile->length, cut->length, cut->line, number };
    pile->length += cut->length;
    reader->held += cut->length;
    return true;
}

/* --- telling -------------------------------------------------------------- */

/* One target that is told. */
struct telling {
    struct smtpspec_summary summary;
    char **ids;
    size_t id_count;
};

static bool tell_result(struct smtpspec_report_reader *reader,
                        struct telling *telling, json_t *object, uint64_t line)
{
    struct smtpspec_read_case read = { 0 };
    enum smtpspec_error error = smtpspec_read_case(object, &read);
    char *id = NULL;

    if (error == SMTPSPEC_OK)
        id = strdup(read.result.id);
    if (id != NULL) {
        telling->ids[telling->id_count++] = id;
        smtpspec_summary_add(&telling->summary, &read.result);
        reader->sink->result(reader->sink->context, &read.result);
    } else if (error == SMTPSPEC_ERROR_SYNTAX) {
        smtpspec_read_fail(reader, error, line, read.wrong);
    } else {
        smtpspec_read_no_memory(reader);
    }
    smtpspec_read_case_free(&read);
    return id != NULL;
}

static bool tell_piece(struct smtpspec_report_reader *reader,
                       struct telling *telling,
                       const struct smtpspec_read_pile *pile, size_t index)
{
    const struct smtpspec_read_piece *piece = &pile->pieces[index];
    struct smtpspec_span text = { pile->text + piece->at, piece->length };
    json_t *object = smtpspec_json_cut_read(&reader->cut, text, piece->line);
    bool told;

    if (object == NULL)
        return smtpspec_read_cut_wrong(reader);
    told = json_is_object(object)
               ? tell_result(reader, telling, object, piece->line)
               : smtpspec_read_fail(reader, SMTPSPEC_ERROR_SYNTAX, piece->line,
                      "a case must be an object");
    json_decref(object);
    return told;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool are_unique(struct telling *telling)
{
    bool unique = true;

    qsort(telling->ids, telling->id_count, sizeof(telling->ids[0]), by_text);
    for (size_t i = 1; i < telling->id_count; i++)
        unique = unique &&
                 strcmp(telling->ids[i - 1], telling->ids[i]) != 0;
    return unique;
}

static int by_number(const void *a, const void *b)
{
    const struct smtpspec_read_piece *one = a, *two = b;

    if (one->number != two->number)
        return one->number < two->number ? -1 : 1;
    return one->line < two->line ? -1 : 1;
}

static bool tell_cases(struct smtpspec_report_reader *reader,
                       struct smtpspec_read_pile *pile,
                       struct telling *telling)
{
    bool good = true;

    telling->ids = calloc(pile->count + 1, sizeof(telling->ids[0]));
    if (telling->ids == NULL)
        return smtpspec_read_no_memory(reader);
    if (pile->count > 0)
        qsort(pile->pieces, pile->count, sizeof(pile->pieces[0]), by_number);
    for (size_t i = 0; i < pile->count && good; i++)
        if (i + 1 == pile->count ||
            pile->pieces[i].number != pile->pieces[i + 1].number)
            good = tell_piece(reader, telling, pile, i);
    if (good && !are_unique(telling))
        good = smtpspec_read_wrong(reader, "two cases of a target have the "
                                           "same id");
    for (size_t i = 0; i < telling->id_count; i++)
        free(telling->ids[i]);
    free(telling->ids);
    return good;
}

/* The name as the user gave it; to be freed. */
static char *raw_name(struct smtpspec_report_reader *reader,
                      const json_t *object)
{
    const json_t *string = json_object_get(object, "target");
    const char *text = json_string_value(string);
    char *name = text != NULL && smtpspec_json_is_plain(text) ? strdup(text)
                                                              : NULL;
    long length = -1;

    if (reader->title != NULL && name != NULL) {
        free(name);
        name = strdup(reader->title);
        length = name != NULL ? (long)strlen(name) : 0;
    } else if (name != NULL) {
        length = smtpspec_json_unescape(name, strlen(name));
    }
    if (length < 0 ||
        (name != NULL && memchr(name, '\0', (size_t)length) != NULL)) {
        free(name);
        smtpspec_read_wrong(reader, "\"target\" must be printable ASCII, its "
                                    "escapes \\xNN, none of them 00");
        return NULL;
    }
    if (name != NULL)
        name[length] = '\0';
    else
        smtpspec_read_no_memory(reader);
    return name;
}

bool smtpspec_read_pile_tell(struct smtpspec_report_reader *reader,
                             struct smtpspec_read_pile *pile,
                             const json_t *object)
{
    struct smtpspec_read_target read = { 0 };
    struct telling telling = { 0 };
    enum smtpspec_error error = smtpspec_read_target(object, &read);
    char *name = NULL;
    bool good = error == SMTPSPEC_OK ||
                smtpspec_read_fail(reader, error, reader->cut.line,
                                   error == SMTPSPEC_ERROR_SYNTAX
                                       ? read.wrong : "out of memory");

    if (good && reader->title != NULL && reader->targets > 0)
        good = smtpspec_read_wrong(reader, "a name was given, but it has "
                                           "several targets");
    if (good)
        name = raw_name(reader, object);
    good = good && name != NULL;
    if (good) {
        reader->targets++;
        reader->sink->target_begin(reader->sink->context, name);
        good = tell_cases(reader, pile, &telling);
    }
    if (good) {
        read.facts.name = name;
        read.facts.summary = telling.summary;
        reader->sink->target_end(reader->sink->context, &read.facts);
    }
    free(name);
    smtpspec_read_target_free(&read);
    return good;
}
