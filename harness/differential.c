/* SPDX-License-Identifier: MIT */
/*
 * differential.c - any octets through ours and somebody else's reader
 *
 * targets:  an adapter (adapter.h), against adapters/smtpspec.c
 * input:    what a server sent, and nothing else
 * holds:    both give the same replies, but for differences of a kind that
 *           adapters/<name>.tolerates lists
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 *
 * A kind of difference is what the reader did at the first reply that differs
 * (the deeds of adapter_judge.h: refused, silent, code, more, text, enhanced)
 * and the defects of the replies up to there. A row of .tolerates is
 *
 *     DEED CONDITION... : why
 *
 * and lets a difference pass that has this deed and all the conditions: names
 * of defects, `clean` (no defect up to there), `long` (the octets up to there
 * are more than 1000), `lines` (a reply of more than 50 lines), `stray` (a
 * text that begins with anything but a letter), or none for "whenever".
 *
 * This is no fuzz_<name>.c since it needs an adapter: make differ-<adapter>
 * fuzzes, make try-<adapter> replays the seeds, with any compiler.
 */
#include <smtpspec/reply.h>

#include "adapter_judge.h"
#include "harness.h"

/* adapters/smtpspec.c, compiled under another name. */
void own_read(struct smtpspec_span octets, struct adapter_result *result);

int LLVMFuzzerInitialize(int *argc, char ***argv);

#define CLEAN      SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT)
#define LONG       SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT + 1)
#define LINES      SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT + 2)
#define STRAY      SMTPSPEC_BIT(SMTPSPEC_DEFECT_COUNT + 3)
#define ROWS_MOST  100
#define LONG_MOST  1000
#define LINES_MOST 50

struct row {
    enum deed deed;
    uint32_t conditions;
    unsigned long used;
    char text[100];
};

static struct row rows[ROWS_MOST];
static size_t row_count;

/* --- The rows ------------------------------------------------------------ */

static const char *const others[] = { "clean", "long", "lines", "stray" };

/* 0: there is no such condition. */
static uint32_t condition_of(const char *word)
{
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        if (strcmp(word, smtpspec_defect_name((enum smtpspec_defect)i)) == 0)
            return SMTPSPEC_BIT(i);
    }
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(others); i++) {
        if (strcmp(word, others[i]) == 0)
            return CLEAN << i;
    }
    return 0;
}

static void bad_row(const char *text, const char *why)
{
    fprintf(stderr, "differential: %s: %s\n", text, why);
    exit(2);
}

/* Cuts `text` into words; returns the next one, NULL at the end. */
static char *next_word(char **text)
{
    char *word;

    while (**text == ' ')
        ++*text;
    if (**text == '\0')
        return NULL;
    word = *text;
    while (**text != '\0' && **text != ' ')
        ++*text;
    if (**text == ' ')
        *(*text)++ = '\0';
    return word;
}

static void take_row(char *text)
{
    struct row *row = &rows[row_count++];
    char *why = strstr(text, " :"), *word;

    snprintf(row->text, sizeof(row->text), "%.*s",
             why == NULL ? 0 : (int)(why - text), text);
    if (why == NULL || why[2] == '\0')
        bad_row(text, "no reason");
    *why = '\0';
    word = next_word(&text);
    if (word == NULL)
        bad_row(row->text, "no deed");
    while (row->deed < DEED_COUNT && strcmp(word, deed_name(row->deed)) != 0)
        row->deed++;
    if (row->deed == DEED_COUNT || row->deed == DEED_SAME)
        bad_row(row->text, "no such deed");
    while ((word = next_word(&text)) != NULL) {
        uint32_t condition = condition_of(word);

        if (condition == 0)
            bad_row(row->text, "no such condition");
        row->conditions |= condition;
    }
}

static void tell_use(void)
{
    for (size_t i = 0; i < row_count; i++)
        fprintf(stderr, "differential: %10lu tolerated: %s\n", rows[i].used,
                rows[i].text);
}

/* Once, before anything else. TOLERATES names the file, which may be absent. */
static void read_rows(void)
{
    static bool done;
    char line[300];
    FILE *file;

    if (done)
        return;
    done = true;
    file = fopen(TOLERATES, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (row_count == ROWS_MOST)
            bad_row(line, "one row too many");
        take_row(line);
    }
    if (file != NULL)
        fclose(file);
    atexit(tell_use);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    read_rows();
    return 0;
}

/* --- The conditions ------------------------------------------------------ */

static bool is_stray(struct smtpspec_span octets,
                     const struct smtpspec_reply_line *line)
{
    char first;

    if (line->length <= 4)
        return true;
    first = octets.at[line->at + 4];
    return !((first >= 'a' && first <= 'z') ||
             (first >= 'A' && first <= 'Z'));
}

/* Of the octets up to and with reply number `where`. */
static uint32_t conditions_of(struct smtpspec_span octets, size_t where)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    uint32_t set = 0;
    size_t reply = 0, lines = 0, used = 0, count;

    smtpspec_reply_init(&parser);
    while (reply <= where && used < octets.length) {
        struct smtpspec_span rest = smtpspec_span_skip(octets, used);

        used += smtpspec_reply_feed(&parser, rest, &line, 1, &count);
        if (count == 0)
            continue;
        set |= line.defects;
        if (is_stray(rest, &line))
            set |= STRAY;
        if (++lines > LINES_MOST)
            set |= LINES;
        if ((line.flags & SMTPSPEC_LINE_LAST) != 0) {
            reply++;
            lines = 0;
        }
    }
    if (reply <= where && smtpspec_reply_finish(&parser, &line))
        set |= line.defects;
    if ((set & (CLEAN - 1)) == 0)
        set |= CLEAN;
    return used > LONG_MOST ? set | LONG : set;
}

/* --- The comparison ------------------------------------------------------ */

static void show(const char *whose, const struct adapter_result *result)
{
    char shown[160];

    fprintf(stderr, "%s:", whose);
    for (size_t i = 0; i < result->count; i++) {
        const struct adapter_reply *reply = &result->replies[i];

        smtpspec_span_escape(
            (struct smtpspec_span){ reply->text, reply->length }, shown,
            sizeof(shown));
        fprintf(stderr, " [%d %s%s%s%s]", reply->code, shown,
                reply->complete ? "" : " ...", reply->tells_status ? " " : "",
                reply->status);
    }
    smtpspec_span_escape(smtpspec_span_of(result->error), shown,
                         sizeof(shown));
    fprintf(stderr, " %s\n", shown);
}

static bool is_tolerated(enum deed deed, uint32_t conditions)
{
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].deed == deed &&
            (rows[i].conditions & ~conditions) == 0) {
            rows[i].used++;
            return true;
        }
    }
    return false;
}

static void tell(struct smtpspec_span octets, enum deed deed,
                 uint32_t conditions, size_t where)
{
    char shown[1200];

    smtpspec_span_escape(octets, shown, sizeof(shown));
    fprintf(stderr, "\ndiffers: %s", deed_name(deed));
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        if ((conditions & SMTPSPEC_BIT(i)) != 0)
            fprintf(stderr, " %s",
                    smtpspec_defect_name((enum smtpspec_defect)i));
    }
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(others); i++) {
        if ((conditions & (CLEAN << i)) != 0)
            fprintf(stderr, " %s", others[i]);
    }
    fprintf(stderr, "\nat reply: %zu\ninput: %s\n", where, shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span octets = { (const char *)data, size };
    struct adapter_result want = { .left = ADAPTER_LEFT_UNKNOWN };
    struct adapter_result got = { .left = ADAPTER_LEFT_UNKNOWN };
    enum deed deed;
    size_t where;

    read_rows();
    own_read(octets, &want);
    adapter_read(octets, &got);
    deed = adapter_judge(&want, &got, &where);
    if (deed != DEED_SAME) {
        uint32_t conditions = conditions_of(octets, where);

        if (!is_tolerated(deed, conditions)) {
            tell(octets, deed, conditions, where);
            show("ours", &want);
            show("theirs", &got);
            abort();
        }
    }
    adapter_forget(&want);
    adapter_forget(&got);
    return 0;
}
