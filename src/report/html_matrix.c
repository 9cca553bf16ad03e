/* SPDX-License-Identifier: MIT */
/*
 * html_matrix.c - servers side by side: a row for each case, a column for each
 * server
 *
 * First where servers differ, the most fails first, and of cases that the same
 * servers fail by the same rule one, which the script folds the others up
 * behind; then what all of them do wrong; folded up what all do right, and
 * what nobody was asked. A cell shows the code that came, and is a link to the
 * dialogue; where all is well the link is made by the script, for these are
 * nearly all of the cells.
 */
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

/* More columns have their names written upwards. */
#define WIDE_COLUMNS 6

enum kind { DIFFER, FAIL, PASS, UNASKED, KINDS };

struct row {
    const char *id, *title;
    const struct smtpspec_result **cells; /* of each target; NULL: none      */
    unsigned fails, warns;
    enum kind kind;
    uint64_t cause;        /* who fails it, by which rule: a digest          */
    unsigned alike;        /* rows of the same cause                         */
    bool follows;          /* one of them is above                           */
};

struct matrix {
    FILE *out;
    const struct smtpspec_html_kept *kept;
    struct row *rows;
    size_t count;
    size_t counts[KINDS];
};

/* --- the rows ------------------------------------------------------------- */

static bool was_asked(const struct smtpspec_result *cell)
{
    return cell != NULL && (cell->outcome == SMTPSPEC_OUTCOME_PASS ||
                            cell->outcome == SMTPSPEC_OUTCOME_WARN ||
                            cell->outcome == SMTPSPEC_OUTCOME_FAIL);
}

/* A finding of the set-up is listed only where there is one. */
static bool is_silent_pass(const struct row *row,
                           const struct smtpspec_html_target *target,
                           const struct smtpspec_result *cell)
{
    return cell == NULL && target->count > 0 &&
           target->facts.trouble == NULL &&
           strncmp(row->id, "session.", 8) == 0;
}

static void weigh(struct matrix *matrix, struct row *row)
{
    unsigned passes = 0;

    for (unsigned i = 0; i < matrix->kept->count; i++) {
        const struct smtpspec_result *cell = row->cells[i];

        if (is_silent_pass(row, &matrix->kept->targets[i], cell))
            passes++;
        else if (was_asked(cell)) {
            row->fails += cell->outcome == SMTPSPEC_OUTCOME_FAIL;
            row->warns += cell->outcome == SMTPSPEC_OUTCOME_WARN;
            passes += cell->outcome == SMTPSPEC_OUTCOME_PASS;
        }
    }
    row->kind = (row->fails > 0) + (row->warns > 0) + (passes > 0) > 1
                    ? DIFFER
                : row->fails + row->warns > 0 ? FAIL
                : passes > 0                  ? PASS
                                              : UNASKED;
    matrix->counts[row->kind]++;
}

/* FNV-1a. */
static uint64_t digest_of(uint64_t digest, const char *text)
{
    for (; *text != '\0'; text++)
        digest = (digest ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return digest;
}

/* A row of the tables may be a rule for each of several states; what a case
 * demands beyond the rows is its own. */
static const char *cause_of(const struct smtpspec_result *cell)
{
    if (cell->layer == SMTPSPEC_LAYER_CASE || cell->rule == NULL)
        return cell->id;
    return cell->row != NULL ? cell->row : cell->rule;
}

static void find_cause(const struct matrix *matrix, struct row *row)
{
    row->cause = UINT64_C(0xcbf29ce484222325);
    for (unsigned i = 0; i < matrix->kept->count; i++) {
        const struct smtpspec_result *cell = row->cells[i];
        bool found = was_asked(cell) &&
                     cell->outcome != SMTPSPEC_OUTCOME_PASS;

        row->cause = digest_of(row->cause, found ? "!" : ".");
        if (found)
            row->cause = digest_of(row->cause, cause_of(cell));
    }
}

static int by_id(const void *a, const void *b)
{
    const struct smtpspec_result *const *one = a, *const *other = b;

    return strcmp((*one)->id, (*other)->id);
}

static bool is_of_sweep(const struct row *row)
{
    return strncmp(row->id, "sweep.", 6) == 0;
}

/* The clearest case of a cause first: what the sweep made says less than what
 * somebody wrote. */
static int by_cause(const void *a, const void *b)
{
    const struct row *one = a, *other = b;

    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (one->kind == DIFFER && one->cause != other->cause)
        return one->cause < other->cause ? -1 : 1;
    if (is_of_sweep(one) != is_of_sweep(other))
        return is_of_sweep(one) ? 1 : -1;
    return strcmp(one->id, other->id);
}

static int by_weight(const void *a, const void *b)
{
    const struct row *one = a, *other = b;

    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (one->fails != other->fails)
        return one->fails > other->fails ? -1 : 1;
    if (one->warns != other->warns)
        return one->warns > other->warns ? -1 : 1;
    if (one->alike != other->alike)
        return one->alike > other->alike ? -1 : 1;
    return by_cause(a, b);
}

static size_t cell_count(const struct smtpspec_html_kept *kept)
{
    size_t count = 0;

    for (unsigned i = 0; i < kept->count; i++)
        count += kept->targets[i].count;
    return count;
}

/* Of each cause the first row, and how many there are. */
static void count_alike(struct matrix *matrix)
{
    struct row *rows = matrix->rows;

    qsort(rows, matrix->count, sizeof(*rows), by_cause);
    for (size_t i = 0, k; i < matrix->count; i = k) {
        for (k = i; k < matrix->count && rows[k].cause == rows[i].cause &&
                    rows[k].kind == DIFFER;)
            k++;
        k += k == i;
        for (size_t each = i; each < k; each++) {
            rows[each].alike = (unsigned)(k - i);
            rows[each].follows = each > i;
        }
    }
}

/* All results of all targets, by id; `targets` says whose each is. */
struct column_cell {
    const struct smtpspec_result *result; /* first: by_id() sees it          */
    unsigned target;
};

static struct column_cell *sorted_cells(struct smtpspec_html_kept *kept,
                                        size_t count)
{
    struct column_cell *cells =
        smtpspec_intern_room(&kept->intern, count * sizeof(*cells));
    size_t next = 0;

    if (cells == NULL)
        return NULL;
    for (unsigned i = 0; i < kept->count; i++)
        for (unsigned k = 0; k < kept->targets[i].count; k++)
            cells[next++] = (struct column_cell){
                &kept->targets[i].cases[k], i };
    qsort(cells, count, sizeof(*cells), by_id);
    return cells;
}

static size_t row_count(const struct column_cell *cells, size_t count)
{
    size_t rows = 0;

    for (size_t i = 0; i < count; i++)
        rows += i == 0 ||
                strcmp(cells[i - 1].result->id, cells[i].result->id) != 0;
    return rows;
}

/* False where there is no case, or no memory (the interning remembers). */
static bool make_rows(struct matrix *matrix, struct smtpspec_html_kept *kept)
{
    size_t count = cell_count(kept), room;
    const struct column_cell *cells = sorted_cells(kept, count);
    const struct smtpspec_result **places;
    struct row *row = NULL;

    room = cells != NULL ? row_count(cells, count) : 0;
    matrix->rows =
        smtpspec_intern_room(&kept->intern, room * sizeof(*matrix->rows));
    places = smtpspec_intern_room(&kept->intern,
                                  room * kept->count * sizeof(*places));
    if (matrix->rows == NULL || places == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (row == NULL || strcmp(row->id, cells[i].result->id) != 0) {
            row = &matrix->rows[matrix->count];
            row->id = cells[i].result->id;
            row->title = cells[i].result->title;
            row->cells = places + kept->count * matrix->count++;
        }
        row->cells[cells[i].target] = cells[i].result;
    }
    for (size_t i = 0; i < matrix->count; i++) {
        weigh(matrix, &matrix->rows[i]);
        find_cause(matrix, &matrix->rows[i]);
    }
    count_alike(matrix);
    qsort(matrix->rows, matrix->count, sizeof(*matrix->rows), by_weight);
    return true;
}

/* --- cells ---------------------------------------------------------------- */

/* What a cell shows of its outcome, besides its colour. */
static const struct {
    const char *mark, *class_;
} looks[SMTPSPEC_OUTCOME_COUNT] = {
    [SMTPSPEC_OUTCOME_PASS] = { "", "p" },
    [SMTPSPEC_OUTCOME_SKIP] = { "&ndash;", "s" },
    [SMTPSPEC_OUTCOME_BLOCKED] = { "b", "s" },
    [SMTPSPEC_OUTCOME_THROTTLED] = { "t", "s" },
    [SMTPSPEC_OUTCOME_ERROR] = { "?", "e" },
    [SMTPSPEC_OUTCOME_WARN] = { "!", "w" },
    [SMTPSPEC_OUTCOME_FAIL] = { "&#10007;", "f" },
};

/* The code that was observed, three octets; false where there was none. */
static bool code_of(const struct smtpspec_result *cell, char code[4])
{
    const char *at = cell->observed;

    for (unsigned i = 0; i < 3; i++) {
        if (at == NULL || at[i] < '0' || at[i] > '9')
            return false;
        code[i] = at[i];
    }
    code[3] = '\0';
    return true;
}

static void put_title(FILE *out, const struct smtpspec_result *cell)
{
    const char *why = cell->observed != NULL ? cell->observed : cell->reason;

    if (cell->outcome == SMTPSPEC_OUTCOME_PASS)
        return;
    fprintf(out, " title=\"%s%s", smtpspec_outcome_name(cell->outcome),
            cell->expected_failure ? ", known" : "");
    if (why != NULL) {
        fputs(": ", out);
        smtpspec_html_text(out, why);
    }
    fputs("\"", out);
}

/* A cell whose row is to be looked at. */
static void put_cell(FILE *out, const struct row *row, unsigned number)
{
    const struct smtpspec_result *cell = row->cells[number];
    bool plain = cell->outcome == SMTPSPEC_OUTCOME_PASS;
    char code[4];

    fprintf(out, cell->expected_failure ? "<td class=\"%s kn\"><a href=#"
                                        : "<td class=%s><a href=#",
            looks[cell->outcome].class_);
    smtpspec_html_anchor(out, number, row->id);
    put_title(out, cell);
    fprintf(out, ">%s", looks[cell->outcome].mark);
    if (was_asked(cell) && code_of(cell, code))
        fputs(code, out);
    else if (plain)
        fputs("&check;", out);
    fputs("</a>", out);
}

/* And one of many in which all is well. */
static void put_short_cell(FILE *out, const struct smtpspec_result *cell)
{
    fprintf(out, "<td class=%s>%s", looks[cell->outcome].class_,
            cell->outcome == SMTPSPEC_OUTCOME_PASS
                ? "&check;" : looks[cell->outcome].mark);
}

static void put_row(const struct matrix *matrix, const struct row *row)
{
    FILE *out = matrix->out;
    bool whole = row->kind == DIFFER || row->kind == FAIL;

    fprintf(out, "<tr%s><th scope=row><code>",
            row->follows ? " class=alike" : "");
    smtpspec_html_text(out, row->id);
    fputs("</code>", out);
    if (whole) {
        fputs(" <span>", out);
        smtpspec_html_text(out, row->title);
        fputs("</span>", out);
    }
    for (unsigned i = 0; i < matrix->kept->count; i++) {
        const struct smtpspec_html_target *target = &matrix->kept->targets[i];

        if (row->cells[i] == NULL)
            fputs(is_silent_pass(row, target, NULL) ? "<td class=p>&check;"
                                                    : "<td>", out);
        else if (whole)
            put_cell(out, row, i);
        else
            put_short_cell(out, row->cells[i]);
    }
    fputs("\n", out);
}

/* --- tables --------------------------------------------------------------- */

/* How many of a target ended so. */
static void put_sums(const struct matrix *matrix, enum smtpspec_outcome outcome,
                     const char *name)
{
    FILE *out = matrix->out;

    fprintf(out, "<tr class=sum><th scope=row>%s", name);
    for (unsigned i = 0; i < matrix->kept->count; i++) {
        const struct smtpspec_target_facts *facts =
            &matrix->kept->targets[i].facts;
        unsigned count = facts->summary.count[outcome];

        fprintf(out, "<td class=%s>", count > 0 ? looks[outcome].class_ : "s");
        if (facts->trouble != NULL)
            fputs("&ndash;", out);
        else
            smtpspec_html_number(out, count);
    }
    fputs("\n", out);
}

static void put_head(const struct matrix *matrix, bool sums)
{
    FILE *out = matrix->out;

    fputs("<thead><tr><th scope=col>case", out);
    for (unsigned i = 0; i < matrix->kept->count; i++) {
        const struct smtpspec_html_target *target = &matrix->kept->targets[i];

        fprintf(out, "<th scope=col><a href=#t%u title=\"", i);
        smtpspec_html_text(out, target->name);
        fputs(target->facts.trouble != NULL ? ": not tested\" class=off>"
                                            : "\">", out);
        smtpspec_html_text(out, target->name);
        fputs("</a>", out);
    }
    fputs("\n", out);
    if (sums) {
        put_sums(matrix, SMTPSPEC_OUTCOME_FAIL, "fail");
        put_sums(matrix, SMTPSPEC_OUTCOME_WARN, "warn");
    }
}

static void put_table(const struct matrix *matrix, enum kind kind,
                      const char *caption)
{
    FILE *out = matrix->out;

    fprintf(out, "<div class=mx tabindex=0 role=region aria-label=\"%s\">"
            "<table class=\"mx%s\"><caption>%s</caption>\n", caption,
            matrix->kept->count > WIDE_COLUMNS ? " many" : "", caption);
    put_head(matrix, kind == DIFFER);
    fputs("<tbody>\n", out);
    for (size_t i = 0; i < matrix->count; i++)
        if (matrix->rows[i].kind == kind)
            put_row(matrix, &matrix->rows[i]);
    fputs("</table></div>\n", out);
}

/* A table that is folded up; none where it has no row. */
static void put_fold(const struct matrix *matrix, enum kind kind,
                     const char *one, const char *more, const char *caption)
{
    FILE *out = matrix->out;

    if (matrix->counts[kind] == 0)
        return;
    fputs("<details class=mxf><summary>", out);
    smtpspec_html_count(out, matrix->counts[kind], one, more);
    fputs("</summary>\n", out);
    put_table(matrix, kind, caption);
    fputs("</details>\n", out);
}

static bool has_known(const struct smtpspec_html_kept *kept)
{
    for (unsigned i = 0; i < kept->count; i++)
        if (kept->targets[i].facts.summary.expected_failures > 0)
            return true;
    return false;
}

static void put_legend(FILE *out, bool known)
{
    fputs("<p class=mxl>A cell shows the code that came: "
          "<b class=p>250</b> as it should be, <b class=f>&#10007;250</b> "
          "failed, <b class=w>!250</b> warned, ", out);
    if (known)
        fputs("<b class=\"f kn\">&#10007;250</b> known to a baseline, ", out);
    fputs("<b class=s>&ndash;</b> not "
          "offered or not asked, <b class=s>b</b> blocked, "
          "<b class=s>t</b> throttled. A click leads to the dialogue.</p>\n",
          out);
}

void smtpspec_html_matrix(FILE *out, struct smtpspec_html_kept *kept)
{
    struct matrix matrix = { .out = out, .kept = kept };

    if (!make_rows(&matrix, kept))
        return;
    fputs("<section class=matrix id=matrix aria-labelledby=matrix-h>\n"
          "<h3 id=matrix-h>", out);
    if (matrix.counts[DIFFER] > 0) {
        smtpspec_html_count(out, matrix.counts[DIFFER], "case", "cases");
        fputs(" where servers differ</h3>\n", out);
        put_legend(out, has_known(kept));
        put_table(&matrix, DIFFER, "Cases where servers differ");
    } else {
        fputs("All servers that were asked do the same</h3>\n", out);
    }
    put_fold(&matrix, FAIL, "case in which all that were asked fail or warn",
             "cases in which all that were asked fail or warn",
             "Cases in which all fail or warn");
    put_fold(&matrix, PASS, "case in which all that were asked pass",
             "cases in which all that were asked pass",
             "Cases in which all pass");
    put_fold(&matrix, UNASKED, "case that no server was asked",
             "cases that no server was asked",
             "Cases that no server was asked");
    fputs("</section>\n", out);
}
