/* SPDX-License-Identifier: MIT */
/*
 * html_servers.c - many servers: a row for each, the worst first
 *
 * More servers than a matrix can have columns are told apart by their numbers,
 * and by what each fails most.
 */
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

struct server {
    const struct smtpspec_html_target *target;
    unsigned number;           /* on the page                                */
};

static unsigned count_of(const struct server *server,
                         enum smtpspec_outcome outcome)
{
    return server->target->facts.summary.count[outcome];
}

/* Who could not be tested comes first: nothing is known of it. */
static int by_weight(const void *a, const void *b)
{
    static const enum smtpspec_outcome order[] = {
        SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_OUTCOME_WARN, SMTPSPEC_OUTCOME_ERROR
    };
    const struct server *one = a, *other = b;
    bool lost = one->target->facts.trouble != NULL;

    if (lost != (other->target->facts.trouble != NULL))
        return lost ? -1 : 1;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++) {
        unsigned first = count_of(one, order[i]);
        unsigned second = count_of(other, order[i]);

        if (first != second)
            return first > second ? -1 : 1;
    }
    return one->number < other->number ? -1 : 1;
}

static struct server *sorted_servers(struct smtpspec_html_kept *kept)
{
    struct server *servers =
        smtpspec_intern_room(&kept->intern, kept->count * sizeof(*servers));

    if (servers == NULL)
        return NULL;
    for (unsigned i = 0; i < kept->count; i++)
        servers[i] = (struct server){ &kept->targets[i], i };
    qsort(servers, kept->count, sizeof(*servers), by_weight);
    return servers;
}

/* The sentence that it breaks most often; NULL: none. */
static const char *worst_of(struct smtpspec_html_kept *kept,
                            const struct server *server)
{
    const struct smtpspec_html_groups groups =
        smtpspec_html_by_cause(kept, server->target, SMTPSPEC_HTML_FINDING);

    if (groups.count == 0 || groups.all[0].count == 0)
        return NULL;
    return groups.all[0].cases[0]->requirement;
}

static void put_count(FILE *out, const struct server *server,
                      enum smtpspec_outcome outcome, const char *class_)
{
    unsigned count = count_of(server, outcome);

    fprintf(out, "<td class=%s>", count > 0 ? class_ : "s");
    smtpspec_html_number(out, count);
}

static void put_server(FILE *out, struct smtpspec_html_kept *kept,
                       const struct server *server)
{
    const char *trouble = server->target->facts.trouble;
    const char *worst = worst_of(kept, server);

    fprintf(out, "<tr><th scope=row><a href=#t%u>", server->number);
    smtpspec_html_text(out, server->target->name);
    fputs("</a>", out);
    put_count(out, server, SMTPSPEC_OUTCOME_FAIL, "f");
    put_count(out, server, SMTPSPEC_OUTCOME_WARN, "w");
    put_count(out, server, SMTPSPEC_OUTCOME_PASS, "p");
    fprintf(out, "<td class=\"why%s\">", trouble != NULL ? " e" : "");
    smtpspec_html_text(out, trouble != NULL ? trouble
                            : worst != NULL ? worst : "");
    fputs("\n", out);
}

void smtpspec_html_servers(FILE *out, struct smtpspec_html_kept *kept)
{
    const struct server *servers = sorted_servers(kept);

    if (servers == NULL)
        return;
    fputs("<section class=matrix id=matrix aria-labelledby=matrix-h>\n"
          "<h3 id=matrix-h>All servers, the worst first</h3>\n"
          "<div class=mx tabindex=0 role=region aria-label=Servers>"
          "<table class=\"mx list\"><caption>Servers</caption>\n"
          "<thead><tr><th scope=col>server<th scope=col>fail"
          "<th scope=col>warn<th scope=col>pass<th scope=col>most often\n"
          "<tbody>\n", out);
    for (unsigned i = 0; i < kept->count; i++)
        put_server(out, kept, &servers[i]);
    fputs("</table></div></section>\n", out);
}
