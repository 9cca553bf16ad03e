/* SPDX-License-Identifier: MIT */
/*
 * export.c - make seeds of the cases and of recorded sessions
 *
 *     export cases FOLDER
 *     export recording FOLDER NAME FILE
 *
 * A case gives one dialogue for each of its proofs, the set-up included, under
 * the id of the case; its own text is a seed as well. A recording of the
 * server NAME (`smtpspec check --record`, or whatever `smtpspec judge` reads)
 * gives its dialogues in parts of a screen or so, after what is of this machine
 * or this minute alone was taken out of them. The forms in which they are
 * written, below FOLDER, stand in seed_forms.c. The same input gives the same
 * files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "case/embedded.h"
#include "case/play.h"
#include "cli/recording.h"
#include "seed_forms.h"

/* Octets of a seed; a proof may want more, for a limit that it is about. */
#define RECORDED_MOST 2048
#define PROOF_MOST 8192
/* Where a part of a recording ends as soon as the next command begins. */
#define PART_MOST 1024

static struct dialogue dialogue;

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "export: %s: %s\n", what, why);
    exit(1);
}

/* --- cases --------------------------------------------------------------- */

static void on_heard(void *context, char what, struct smtpspec_span octets)
{
    (void)context;
    dialogue_add(&dialogue, what, octets);
}

static void export_proof(const struct smtpspec_case *of, unsigned proof,
                         const char *folder)
{
    static struct smtpspec_play play;
    static struct smtpspec_judge judge;
    static char room[SMTPSPEC_CASE_TEXT_KEPT];
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_play_hearer hearer = { on_heard, NULL };
    bool used_all, lmtp;

    lmtp = of->services == SMTPSPEC_BIT(SMTPSPEC_SERVICE_LMTP);
    dialogue_begin(&dialogue, true);
    dialogue.service = lmtp ? SMTPSPEC_SERVICE_LMTP : SMTPSPEC_SERVICE_SMTP;
    smtpspec_play_proof_aloud(&play, &judge, of, proof, &terms, room,
                              sizeof(room), &used_all, &hearer);
    snprintf(dialogue.of, sizeof(dialogue.of), "%.*s", (int)of->id.length,
             of->id.at);
    snprintf(dialogue.name, sizeof(dialogue.name), "%s.%s", dialogue.of,
             of->proofs[proof].passes ? "passes" : "fails");
    dialogue_write_seeds(&dialogue, folder, PROOF_MOST);
}

/* The text of a case, from its first line up to the next case. */
static void export_text(const struct smtpspec_case *of, const char *folder)
{
    const char *from = of->id.at, *next = strstr(from, "\ncase ");
    size_t length;
    char path[512];
    FILE *file;

    from -= strlen("case   ");
    length = next != NULL ? (size_t)(next + 1 - from) : strlen(from);

    snprintf(path, sizeof(path), "%s/case", folder);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        give_up(path, strerror(errno));
    snprintf(path, sizeof(path), "%s/case/%.*s", folder, (int)of->id.length,
             of->id.at);
    file = fopen(path, "wb");
    if (file == NULL ||
        fwrite(from, 1, length, file) != length ||
        fclose(file) != 0)
        give_up(path, strerror(errno));
}

static void export_cases(const char *folder)
{
    static struct smtpspec_case of;
    struct smtpspec_embedded_walk walk = { 0 };

    while (smtpspec_embedded_next(&walk, &of)) {
        for (unsigned i = 0; i < of.proof_count; i++)
            export_proof(&of, i, folder);
        export_text(&of, folder);
    }
    if (walk.error.text[0] != '\0')
        give_up(walk.reader.file.at, walk.error.text);
}

/* --- recordings ---------------------------------------------------------- */

struct part {
    const char *folder, *server;
    bool lmtp;
    char before;    /* who sent last                                         */
};

static void end_part(const struct part *part)
{
    if (dialogue.count == 0)
        return;
    dialogue.service = part->lmtp ? SMTPSPEC_SERVICE_LMTP
                                  : SMTPSPEC_SERVICE_SMTP;
    dialogue_hide(dialogue.octets, dialogue.length);
    dialogue_name_by_verbs(&dialogue, part->server);
    dialogue_write_seeds(&dialogue, part->folder, RECORDED_MOST);
}

static void on_event(void *context,
                     const struct smtpspec_transcript_event *event)
{
    static const char what[] = {
        [SMTPSPEC_TRANSCRIPT_CLIENT] = 'C', [SMTPSPEC_TRANSCRIPT_SERVER] = 'S',
        [SMTPSPEC_TRANSCRIPT_SILENT] = 't', [SMTPSPEC_TRANSCRIPT_CLOSED] = 'x',
        [SMTPSPEC_TRANSCRIPT_TLS] = 'T', [SMTPSPEC_TRANSCRIPT_MIXED] = 0 };
    struct part *part = context;
    char is = what[event->kind];

    if (event->kind == SMTPSPEC_TRANSCRIPT_SESSION) {
        end_part(part);
        dialogue_begin(&dialogue, true);
    }
    if (is == 0)
        return;
    if (is == 'C' && part->before != 'C' && dialogue.length > PART_MOST) {
        end_part(part);
        dialogue_begin(&dialogue, false);
    }
    dialogue_add(&dialogue, is, event->octets);
    part->before = is;
}

static void export_recording(const char *folder, const char *server,
                             const char *name)
{
    static struct smtpspec_recording recording;
    struct part part = { folder, server, strstr(server, "lmtp") != NULL, 0 };
    static char room[1 << 16];
    FILE *file = fopen(name, "rb");
    size_t length;

    if (file == NULL)
        give_up(name, strerror(errno));
    dialogue_begin(&dialogue, true);
    smtpspec_recording_init(&recording, SMTPSPEC_RECORDING_AUTO, on_event,
                            &part);
    while ((length = fread(room, 1, sizeof(room), file)) > 0)
        if (smtpspec_recording_feed(
                &recording, (struct smtpspec_span){ room, length }) !=
            SMTPSPEC_OK)
            give_up(name, recording.trouble);
    if (smtpspec_recording_finish(&recording) != SMTPSPEC_OK)
        give_up(name, recording.trouble);
    end_part(&part);
    smtpspec_recording_free(&recording);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "cases") == 0) {
        export_cases(argv[2]);
        return 0;
    }
    if (argc == 5 && strcmp(argv[1], "recording") == 0) {
        export_recording(argv[2], argv[3], argv[4]);
        return 0;
    }
    fputs("usage: export cases FOLDER | export recording FOLDER NAME FILE\n",
          stderr);
    return 2;
}
