/* SPDX-License-Identifier: MIT */
/*
 * offline_lines.c - judge lines of a recording that the reader takes together
 *
 * What is said of a line has to show that line: those of the server are judged
 * many at a time, and remembered up to the one of which something is said.
 */
#include "cli/judging.h"

#include <string.h>

/* The next lines of the run are remembered. */
static void remember(struct smtpspec_offline *offline, size_t count)
{
    struct smtpspec_offline_run *run = &offline->run;

    smtpspec_gather_texts(&offline->gather, run->client,
                          run->number + run->told, &run->text[run->told],
                          count);
    run->told += count;
}

void smtpspec_offline_catch_up(struct smtpspec_offline *offline)
{
    uint64_t at = smtpspec_judge_line_at(&offline->judge);

    while (offline->run.told < offline->run.count &&
           offline->gather.server_octets <= at) {
        smtpspec_gather_line_end(&offline->gather);
        remember(offline, 1);
    }
}

/* The tokenizer wants lines as they come, with their CRLF. memmove():
 * compilers, who see how few octets there may be, put an instruction in the
 * place of memcpy() that takes longer to begin. */
static struct smtpspec_span join(struct smtpspec_offline *offline)
{
    const struct smtpspec_offline_run *run = &offline->run;
    char *end = offline->joined;

    for (size_t i = 0; i < run->count; i++) {
        memmove(end, run->text[i].at, run->text[i].length);
        end += run->text[i].length;
        memcpy(end, "\r\n", 2);
        end += 2;
    }
    return (struct smtpspec_span){ offline->joined,
                                   (size_t)(end - offline->joined) };
}

/* The only line of the run, as an event. */
static void take_text(struct smtpspec_offline *offline)
{
    const struct smtpspec_offline_run *run = &offline->run;
    const struct smtpspec_transcript_event event = {
        .kind = run->client ? SMTPSPEC_TRANSCRIPT_CLIENT
                            : SMTPSPEC_TRANSCRIPT_SERVER,
        .line = run->number,
        .last = true,
        .octets = join(offline),
    };

    offline->run.told = 1;
    smtpspec_offline_event(offline, &event);
}

/* Whether lines can be judged as they are, with nothing else to be seen to. */
static bool is_amid(const struct smtpspec_offline *offline)
{
    return offline->in_session && !offline->closed && !offline->holds &&
           !offline->blind && !offline->gather.in_line;
}

static void take_replies(struct smtpspec_offline *offline)
{
    const struct smtpspec_offline_run *run = &offline->run;

    for (size_t i = 0; i < run->count && !offline->saw_smtp; i++)
        offline->saw_smtp = smtpspec_offline_is_coded(run->text[i]);
    /* It may be the end of a line that began before. */
    remember(offline, 1);
    smtpspec_judge_server(&offline->judge, join(offline));
    while (offline->gather.waiting > 0 && run->told < run->count) {
        smtpspec_gather_line_end(&offline->gather);
        remember(offline, 1);
    }
    if (run->told < run->count)
        remember(offline, run->count - run->told);
}

/* Nothing is said of what a client does before the server answers. */
static void take_commands(struct smtpspec_offline *offline)
{
    const struct smtpspec_offline_run *run = &offline->run;
    size_t i = 0;

    remember(offline, run->count);
    smtpspec_offline_note_tls(offline);
    while (i < run->count) {
        size_t content = smtpspec_judge_content_lines(
            &offline->judge, &run->text[i], run->count - i, run->plain >> i);

        if (content == 0)
            smtpspec_judge_client_line(&offline->judge, run->text[i]);
        i += content > 0 ? content : 1;
    }
}

void smtpspec_offline_lines(void *context,
                            const struct smtpspec_transcript_lines *lines)
{
    struct smtpspec_offline *offline = context;
    struct smtpspec_offline_run *run = &offline->run;

    for (size_t i = 0; i < lines->count; i += run->count) {
        *run = (struct smtpspec_offline_run){
            .client = lines->client,
            .text = &lines->text[i],
            .number = lines->number + i,
            .count = 1,
            .plain = lines->plain >> i,
        };
        if (!is_amid(offline)) {
            take_text(offline);
            continue;
        }
        /* A finding that waits for lines gets each when it is judged. */
        if (offline->gather.waiting == 0)
            run->count = lines->count - i;
        if (run->client)
            take_commands(offline);
        else
            take_replies(offline);
        smtpspec_gather_line_end(&offline->gather);
    }
}
