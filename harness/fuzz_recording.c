/* SPDX-License-Identifier: MIT */
/*
 * fuzz_recording.c - a recorded dialogue in any form: read, judged, written
 * down as a journal, read and judged again
 *
 * targets:  smtpspec_recording_*, smtpspec_offline_*, smtpspec_journal_*
 * input:    a recording: JSON Lines, C: and S: lines, or what swaks printed
 * holds:    no cut of the file changes an event, nor what is wrong with it or
 *           where; each result names a rule that exists, its outcome is not
 *           above its level, one line of it shows the fault; what was read,
 *           written down as --record does, cut anywhere, and read again, is
 *           the same octets and events, and is judged the same, with the same
 *           lines shown for it; so is text whose lines are taken together
 * seeds:    corpus/seeds/recording    words: corpus/dictionaries/recording.dict
 * slow because a judge of recordings remembers 200 lines: 270 KiB are cleared
 *           for it, three times for an input
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/mman.h>
#include <unistd.h>

#include "cutting.h"

#include "cli/gather.h"
#include "cli/offline.h"
#include "cli/recording.h"
#include "run/journal.h"

#define SIZE_LIMIT (1 << 13)
#define WHOLE      ((size_t)1 << 62)

/* What was told by a reader, and whom it is told on to. */
struct tally {
    uint64_t digest;     /* of all events                                    */
    uint64_t content;    /* of who said what, in whichever pieces            */
    uint64_t line, events;
    uint64_t random;     /* where the network cuts                           */
    int kind;            /* of the last; -1: none in this connection         */
    bool mixed;          /* no more is written down                          */
    struct smtpspec_offline *offline;
    struct smtpspec_journal *journal;
    struct smtpspec_journal_page *page;
};

static const char *const words[] = {
    [SMTPSPEC_TRANSCRIPT_SILENT] = "silent",
    [SMTPSPEC_TRANSCRIPT_CLOSED] = "closed",
    [SMTPSPEC_TRANSCRIPT_TLS] = "tls",
    [SMTPSPEC_TRANSCRIPT_GAP] = "gap",
};

/* The journal is a file: one in memory. */
static char journal_path[64];
static int journal_file;

__attribute__((constructor)) static void prepare(void)
{
    journal_file = memfd_create("journal", 0);
    MUST(journal_file >= 0);
    snprintf(journal_path, sizeof(journal_path), "/proc/self/fd/%d",
             journal_file);
}

/* --- Events --------------------------------------------------------------- */

static bool is_side(enum smtpspec_transcript_kind kind)
{
    return kind == SMTPSPEC_TRANSCRIPT_CLIENT ||
           kind == SMTPSPEC_TRANSCRIPT_SERVER;
}

/* As it comes off a network: in pieces that know of no lines. */
static void write_octets(struct tally *tally, char from,
                         struct smtpspec_span octets)
{
    while (octets.length > 0)
        smtpspec_journal_octets(tally->page, from, 3,
                                harness_piece(&octets, 60, &tally->random));
}

static void write_down(struct tally *tally,
                       const struct smtpspec_transcript_event *event)
{
    bool client = event->kind == SMTPSPEC_TRANSCRIPT_CLIENT;

    if (tally->journal == NULL)
        return;
    if (event->kind == SMTPSPEC_TRANSCRIPT_SESSION) {
        smtpspec_journal_end(tally->page, 7);
        tally->page = smtpspec_journal_begin(tally->journal);
    } else if (is_side(event->kind)) {
        write_octets(tally, client ? 'C' : 'S', event->octets);
    } else {
        smtpspec_journal_event(tally->page, 4, words[event->kind]);
    }
}

/* A side that speaks on is one event; connections are not told apart, since
 * an empty one leaves no trace. */
static void note_content(struct tally *tally,
                         const struct smtpspec_transcript_event *event)
{
    if (is_side(event->kind) && event->octets.length == 0)
        return;
    if (event->kind == SMTPSPEC_TRANSCRIPT_SESSION) {
        tally->kind = -1;
        return;
    }
    if (tally->kind != (int)event->kind || !is_side(event->kind))
        tally->content = harness_digest(tally->content, event->kind + 1000u);
    tally->kind = (int)event->kind;
    tally->content = harness_digest_span(tally->content, event->octets);
}

static void on_event(void *context,
                     const struct smtpspec_transcript_event *event)
{
    struct tally *tally = context;

    MUST(event->line >= 1 && event->line >= tally->line);
    MUST(is_side(event->kind) || event->octets.length == 0);
    MUST(!tally->mixed);
    tally->line = event->line;
    tally->events++;
    tally->digest = harness_digest(tally->digest, event->kind);
    tally->digest = harness_digest(tally->digest, event->line);
    tally->digest = harness_digest(tally->digest, event->octets.length);
    tally->digest = harness_digest_span(tally->digest, event->octets);
    if (tally->offline != NULL)
        smtpspec_offline_event(tally->offline, event);
    tally->mixed = event->kind == SMTPSPEC_TRANSCRIPT_MIXED;
    if (tally->mixed)
        return;
    note_content(tally, event);
    write_down(tally, event);
}

/* --- Reading -------------------------------------------------------------- */

static enum smtpspec_error read_it(struct smtpspec_recording *recording,
                                   enum smtpspec_recording_form form,
                                   struct smtpspec_span octets, size_t most,
                                   struct tally *tally)
{
    uint64_t random = harness_seed(octets);
    uint64_t ends = harness_count(octets, '\n');
    enum smtpspec_error error = SMTPSPEC_OK;

    tally->digest = tally->content = HARNESS_DIGEST;
    tally->kind = -1;
    tally->random = random;
    smtpspec_recording_init(recording, form, on_event, tally);
    while (octets.length > 0 && error == SMTPSPEC_OK)
        error = smtpspec_recording_feed(
            recording, harness_piece(&octets, most, &random));
    if (error == SMTPSPEC_OK)
        error = smtpspec_recording_finish(recording);
    MUST(error == SMTPSPEC_OK || error == SMTPSPEC_ERROR_SYNTAX);
    MUST((error == SMTPSPEC_OK) == (recording->trouble == NULL));
    MUST(recording->trouble == NULL || (recording->trouble[0] != '\0' &&
                                        recording->line >= 1 &&
                                        recording->line <= 1 + ends));
    MUST(!recording->truncated || error == SMTPSPEC_OK);
    MUST(recording->form != SMTPSPEC_RECORDING_AUTO);
    smtpspec_recording_free(recording);
    return error;
}

/* --- Results -------------------------------------------------------------- */

struct findings {
    uint64_t digest;
    unsigned count;
    bool passes;         /* an exchange without a fault was told of          */
};

static void check_slice(const struct smtpspec_result *result,
                        struct findings *findings)
{
    unsigned shows = 0;

    MUST(result->transcript_count <= SMTPSPEC_GATHER_SLICE_KEPT);
    for (unsigned i = 0; i < result->transcript_count; i++) {
        const struct smtpspec_transcript_entry *entry = &result->transcript[i];

        MUST(entry->from == 'C' || entry->from == 'S' || entry->from == '-');
        shows += entry->shows;
        findings->digest = harness_digest(
            findings->digest, (unsigned char)entry->from + 256u * entry->shows);
        findings->digest = harness_digest_span(findings->digest,
                                               entry->octets);
    }
    MUST(shows <= 1);
}

static void on_result(void *context, const struct smtpspec_result *result)
{
    struct findings *findings = context;
    struct smtpspec_verdict rule;

    MUST(result->id != NULL && result->title != NULL);
    MUST(result->outcome == SMTPSPEC_OUTCOME_PASS ||
         result->outcome >= SMTPSPEC_OUTCOME_WARN);
    MUST(result->outcome <= smtpspec_outcome_of_level(result->level));
    findings->digest = harness_digest_span(findings->digest,
                                           smtpspec_span_of(result->id));
    findings->digest = harness_digest(findings->digest, result->outcome);
    findings->count++;
    if (result->rule == NULL) {
        MUST(result->outcome == SMTPSPEC_OUTCOME_PASS);
        findings->passes = true;
        return;
    }
    MUST(!findings->passes); /* findings come first */
    MUST(smtpspec_rule_find(smtpspec_span_of(result->rule), &rule));
    MUST(rule.layer == (unsigned)result->layer);
    MUST(result->requirement != NULL && result->reference != NULL);
    MUST(result->observed != NULL);
    findings->digest = harness_digest_span(
        findings->digest, smtpspec_span_of(result->observed));
    check_slice(result, findings);
}

static void sum_up(struct tally *tally, bool truncated,
                   struct findings *findings)
{
    const char *text;
    uint64_t line;

    *findings = (struct findings){ .digest = HARNESS_DIGEST };
    smtpspec_offline_end(tally->offline, truncated);
    text = smtpspec_offline_incomplete(tally->offline, &line);
    MUST(text == NULL || (line >= 1 && line <= tally->line));
    findings->digest = harness_digest(findings->digest, text != NULL);
    text = smtpspec_offline_gap(tally->offline, &line);
    MUST(text == NULL || line <= tally->line);
    findings->digest = harness_digest(findings->digest, text != NULL);
    MUST(!smtpspec_offline_overflowed(tally->offline));
    smtpspec_offline_results(tally->offline, on_result, findings);
    smtpspec_offline_free(tally->offline);
}

static void begin(struct tally *tally)
{
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    *tally = (struct tally){ .offline = smtpspec_offline_new(&terms) };
    MUST(tally->offline != NULL);
}

/* Lines told of together are judged the same. */
static void judge_lines(struct smtpspec_span octets, bool truncated,
                        const struct findings *findings)
{
    static struct smtpspec_recording recording;
    enum smtpspec_error error = SMTPSPEC_OK;
    uint64_t random = harness_seed(octets);
    struct findings again;
    struct tally tally;

    begin(&tally);
    tally.line = UINT64_MAX;
    smtpspec_recording_init(&recording, SMTPSPEC_RECORDING_TEXT,
                            smtpspec_offline_event, tally.offline);
    recording.lines = smtpspec_offline_lines;
    while (octets.length > 0 && error == SMTPSPEC_OK) {
        struct smtpspec_span piece = harness_piece(&octets, 900, &random);
        char *copy = malloc(piece.length);

        MUST(copy != NULL);
        memcpy(copy, piece.at, piece.length);
        error = smtpspec_recording_feed(
            &recording, (struct smtpspec_span){ copy, piece.length });
        smtpspec_offline_settle(tally.offline);
        free(copy);
    }
    if (error == SMTPSPEC_OK)
        smtpspec_recording_finish(&recording);
    smtpspec_recording_free(&recording);
    sum_up(&tally, truncated, &again);
    MUST(again.count == findings->count && again.digest == findings->digest);
}

/* --- The journal ---------------------------------------------------------- */

/* What was written down, read back and judged. */
static void read_back(const struct tally *told,
                      const struct findings *findings)
{
    static struct smtpspec_recording recording;
    struct findings again;
    struct tally tally;
    off_t size = lseek(journal_file, 0, SEEK_END);
    char *text;

    MUST(size >= 0);
    if (size == 0)
        return;
    text = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, journal_file, 0);
    MUST(text != MAP_FAILED);
    begin(&tally);
    MUST(read_it(&recording, SMTPSPEC_RECORDING_AUTO,
                 (struct smtpspec_span){ text, (size_t)size }, WHOLE,
                 &tally) == SMTPSPEC_OK);
    munmap(text, (size_t)size);
    MUST(recording.form == SMTPSPEC_RECORDING_JSONL && !recording.truncated);
    MUST(!tally.mixed && tally.content == told->content);
    sum_up(&tally, false, &again);
    MUST(again.count == findings->count && again.digest == findings->digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct smtpspec_recording recording, other;
    struct smtpspec_span octets = { (const char *)data, size };
    struct findings findings;
    struct tally told, cut = { 0 };
    enum smtpspec_error error;

    if (size > SIZE_LIMIT)
        return 0;
    begin(&told);
    told.journal = smtpspec_journal_open(journal_path);
    MUST(told.journal != NULL);
    told.page = smtpspec_journal_begin(told.journal);
    error = read_it(&recording, SMTPSPEC_RECORDING_AUTO, octets, WHOLE, &told);
    smtpspec_journal_end(told.page, 9);
    MUST(smtpspec_journal_close(told.journal));
    MUST(read_it(&other, SMTPSPEC_RECORDING_AUTO, octets, 11, &cut) == error);
    MUST(cut.digest == told.digest && cut.events == told.events);
    MUST(other.form == recording.form && other.line == recording.line &&
         other.trouble == recording.trouble &&
         other.truncated == recording.truncated &&
         other.is_recording == recording.is_recording);
    sum_up(&told, recording.truncated, &findings);
    if (recording.form == SMTPSPEC_RECORDING_TEXT)
        judge_lines(octets, recording.truncated, &findings);
    if (error == SMTPSPEC_OK && !recording.truncated && !told.mixed)
        read_back(&told, &findings);
    return 0;
}
