/* SPDX-License-Identifier: MIT */
/*
 * head.c - what a target says of itself, as people read it
 */
#include "report/head.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/finding.h"

struct list {
    const char *const *at;
    unsigned count;
};

static bool has(const struct list *list, const char *text)
{
    for (unsigned i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return true;
    return false;
}

/* What of `list` is not in `but`, each behind `before`; how many were. */
static unsigned put_rest(FILE *out, const struct list *list,
                         const struct list *but, const char *before,
                         unsigned already)
{
    for (unsigned i = 0; i < list->count; i++)
        if (but == NULL || !has(but, list->at[i]))
            fprintf(out, "%s%s%s", already++ > 0 ? ", " : "", before,
                    list->at[i]);
    return already;
}

static void put_field(FILE *out, const char *name, const struct list *list,
                      const struct list *usual)
{
    char *text = NULL;
    size_t length = 0;
    FILE *page = open_memstream(&text, &length);
    unsigned count;

    if (page == NULL)
        return;
    count = put_rest(page, list, usual, "", 0);
    if (usual != NULL && put_rest(page, usual, list, "not ", count) == 0)
        fputs("the same", page);
    if (fclose(page) == 0 && length > 0)
        smtpspec_finding_field(out, name, text);
    free(text);
}

void smtpspec_head_put(FILE *out, const struct smtpspec_target_facts *facts)
{
    const struct list plain = { facts->extensions, facts->extension_count };
    const struct list tls = { facts->extensions_tls,
                              facts->extension_tls_count };
    const struct list login = { facts->extensions_login,
                                facts->extension_login_count };
    char text[400];

    put_field(out, "offers", &plain, NULL);
    smtpspec_finding_field(out, "machine", facts->machine);
    if (facts->extensions_tls != NULL)
        put_field(out, "in TLS", &tls, &plain);
    if (facts->extensions_login != NULL)
        put_field(out, "logged in", &login,
                  facts->extensions_tls != NULL && !has(&login, "STARTTLS")
                      ? &tls : &plain);
    if (facts->tls_version == NULL)
        return;
    snprintf(text, sizeof(text), "%s, %s%s%s", facts->tls_version,
             facts->tls_cipher,
             facts->tls_certificate[0] != '\0' ? "; certificate " : "",
             facts->tls_certificate);
    smtpspec_finding_field(out, "TLS", text);
}
