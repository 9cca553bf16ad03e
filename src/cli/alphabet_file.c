/* SPDX-License-Identifier: MIT */
/*
 * alphabet_file.c - an alphabet by its name, or by that of a file
 */
#include "cli/alphabet_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fuzz_options.h"
#include "net/memory.h"

#define FILE_KEPT (1u << 20)

static const struct smtpspec_alphabet_names placeholders = {
    .domain = { "probe.example", 13 },
    .from = { "a@probe.example", 15 },
    .to = { "b@probe.example", 15 },
    .unknown = { "c@probe.example", 15 }
};

bool smtpspec_alphabet_try(struct smtpspec_alphabet *alphabet,
                           struct smtpspec_span text, char *why, size_t cap)
{
    return smtpspec_alphabet_read(alphabet, text, &placeholders, why, cap);
}

static bool try_text(struct smtpspec_span text, char *why, size_t cap)
{
    struct smtpspec_alphabet *alphabet =
        smtpspec_memory_new(sizeof(*alphabet));
    bool done = smtpspec_alphabet_try(alphabet, text, why, cap);

    free(alphabet);
    return done;
}

bool smtpspec_alphabet_open(const char *name, char **file,
                            struct smtpspec_span *text, char *why, size_t cap)
{
    char wrong[192];

    name = name != NULL ? name : SMTPSPEC_ALPHABET_DEFAULT;
    *file = NULL;
    *text = smtpspec_alphabet_text(smtpspec_span_of(name));
    if (text->length == 0) {
        *file = smtpspec_fuzz_read_file(name, FILE_KEPT, &text->length);
        text->at = *file;
    }
    if (text->at == NULL)
        snprintf(wrong, sizeof(wrong), "%s", strerror(errno));
    else if (try_text(*text, wrong, sizeof(wrong)))
        return true;
    snprintf(why, cap, "alphabet %s: %s", name, wrong);
    return false;
}
