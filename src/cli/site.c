/* SPDX-License-Identifier: MIT */
/*
 * site.c - what a check has to know of one target
 */
#include "cli/site.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "cli/cli.h"
#include "cli/shared_options.h"
#include "cli/values.h"
#include "net/memory.h"

#define COMMAND "check"
#define RATE_LIMIT 60000

/* --- values --------------------------------------------------------------- */

int smtpspec_check_words_add(struct smtpspec_check_words *words,
                             const char *word)
{
    if (words->count == SMTPSPEC_CHECK_WORDS_KEPT)
        return smtpspec_cli_usage(COMMAND, "too many options of one kind");
    words->at[words->count++] = word;
    return 0;
}

/* Mailboxes get into C: lines as they are, so they must be mailboxes. */
static int set_mailbox(const char **mailbox, bool postmaster,
                       const struct smtpspec_options *given)
{
    struct smtpspec_span span = smtpspec_span_of(given->value);

    if (!smtpspec_is_mailbox(span, false) &&
        !(postmaster &&
          smtpspec_span_equal_nocase(span, SMTPSPEC_SPAN("postmaster"))))
        return smtpspec_options_bad(given, "a mailbox (user@domain)");
    *mailbox = given->value;
    return 0;
}

static int set_domain(const char **domain,
                      const struct smtpspec_options *given)
{
    *domain = given->value;
    return smtpspec_is_domain(smtpspec_span_of(given->value))
               ? 0 : smtpspec_options_bad(given, "a domain");
}

/* What is longer does not fit a line of AUTH. */
static int set_user(struct smtpspec_site *site,
                    const struct smtpspec_options *given)
{
    site->user = given->value;
    return *given->value == '\0' ||
                   strlen(given->value) > SMTPSPEC_CHECK_PASSWORD_KEPT
               ? smtpspec_options_bad(given, "a name of 1 to 255 octets")
               : 0;
}

static int set_timeout(struct smtpspec_site *site,
                       const struct smtpspec_options *given)
{
    site->timeout = given->value;
    return smtpspec_cli_milliseconds(given->value, &site->timeout_ms)
               ? 0 : smtpspec_options_bad(given, "seconds");
}

static int set_rate(struct smtpspec_site *site,
                    const struct smtpspec_options *given)
{
    uint64_t rate;

    if (!smtpspec_cli_number(given->value, RATE_LIMIT, &rate) || rate == 0)
        return smtpspec_options_bad(given, "connections a minute");
    site->rate = (unsigned)rate;
    return 0;
}

/* What options.def calls no, try, require. */
static uint8_t starttls_of(int choice)
{
    static const uint8_t meanings[] = {
        SMTPSPEC_STARTTLS_NO, SMTPSPEC_STARTTLS_TRY, SMTPSPEC_STARTTLS_REQUIRE
    };

    return meanings[choice];
}

int smtpspec_site_set(struct smtpspec_site *site, int id,
                      const struct smtpspec_options *given)
{
    switch (id) {
    case SMTPSPEC_OPTION_CHECK_CAP:
        site->cap = given->value;
        return smtpspec_caps_option(&site->caps, given);
    case SMTPSPEC_OPTION_CHECK_EXPECT:
        return smtpspec_check_words_add(&site->expect, given->value);
    case SMTPSPEC_OPTION_CHECK_FROM:
        return set_mailbox(&site->from, false, given);
    case SMTPSPEC_OPTION_CHECK_PASSWORD_FILE:
        site->password_file = given->value;
        return 0;
    case SMTPSPEC_OPTION_CHECK_RATE: return set_rate(site, given);
    case SMTPSPEC_OPTION_CHECK_RELAY_DOMAIN:
        return set_domain(&site->relay_domain, given);
    case SMTPSPEC_OPTION_CHECK_STARTTLS:
        site->starttls = starttls_of(given->choice);
        return 0;
    case SMTPSPEC_OPTION_CHECK_TIMEOUT: return set_timeout(site, given);
    case SMTPSPEC_OPTION_CHECK_TO:
        return set_mailbox(&site->to, true, given);
    case SMTPSPEC_OPTION_CHECK_UNKNOWN:
        return set_mailbox(&site->unknown, false, given);
    case SMTPSPEC_OPTION_CHECK_USER: return set_user(site, given);
    default: return -1;
    }
}

/* The first line of the file, so that no password stands in a command line. */
static int read_password(struct smtpspec_site *site)
{
    FILE *file = fopen(site->password_file, "re");
    size_t length = 0;
    int octet = EOF, error;

    if (file == NULL)
        return smtpspec_cli_usage(COMMAND, "%s: %s", site->password_file,
                                  strerror(errno));
    while (length < sizeof(site->password) &&
           (octet = getc(file)) != EOF && octet != '\n')
        site->password[length++] = (char)octet;
    error = ferror(file) ? errno : 0;
    fclose(file);
    if (error != 0)
        return smtpspec_cli_usage(COMMAND, "%s: %s", site->password_file,
                                  strerror(error));
    if (length > 0 && site->password[length - 1] == '\r')
        length--;
    if (length == 0 || length > SMTPSPEC_CHECK_PASSWORD_KEPT ||
        memchr(site->password, '\0', length) != NULL)
        return smtpspec_cli_usage(COMMAND, "%s: its first line must be a "
                                  "password of 1 to 255 octets",
                                  site->password_file);
    site->password[length] = '\0';
    return 0;
}

/* `named` is the option that named the file; NULL: the configuration did. */
static int find_password(struct smtpspec_site *site,
                         struct smtpspec_site_option *named)
{
    int status = 0;

    if (named == NULL)
        return read_password(site);
    if (named->password == NULL) {
        status = read_password(site);
        if (status == 0)
            named->password =
                smtpspec_memory_string(smtpspec_span_of(site->password));
        return status;
    }
    memcpy(site->password, named->password, strlen(named->password) + 1);
    return 0;
}

/* --- the configuration ---------------------------------------------------- */

/* Other options are of a run, and not of a target. */
static bool is_setting(const char *name)
{
    static const char *const names[] = {
        "cap", "expect", "from", "password-file", "rate", "relay-domain",
        "starttls", "timeout", "to", "unknown", "user"
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int set_row(struct smtpspec_site *site,
                   const struct smtpspec_config_row *row)
{
    struct smtpspec_options given = { .verb = SMTPSPEC_VERB_CHECK,
                                      .place = row->place };
    int id;

    if (strcmp(row->name, "password") == 0)
        return smtpspec_cli_usage(COMMAND, "%s: no password stands here: "
                                  "password-file names its file", row->place);
    if (!is_setting(row->name))
        return smtpspec_cli_usage(COMMAND, "%s: no setting '%s'", row->place,
                                  row->name);
    id = smtpspec_options_assign(&given, row->name, row->value);
    return id < 0 ? given.status : smtpspec_site_set(site, id, &given);
}

int smtpspec_site_try(const struct smtpspec_config *config)
{
    struct smtpspec_site site;
    int status = 0;

    for (size_t i = 0; i < config->count && status == 0; i++) {
        memset(&site, 0, sizeof(site));
        status = set_row(&site, &config->rows[i]);
    }
    return status;
}

/* What a section may call a target, besides what the user calls it. */
struct names {
    char with_port[SMTPSPEC_DOMAIN_LIMIT + 16]; /* "mx.example:25"           */
    char domain[SMTPSPEC_DOMAIN_LIMIT + 8];     /* "mx:example" of all hosts */
};

static void name_target(struct names *names,
                        const struct smtpspec_target *target)
{
    memset(names, 0, sizeof(*names));
    if (target->kind == SMTPSPEC_TARGET_TCP)
        snprintf(names->with_port, sizeof(names->with_port),
                 strchr(target->host, ':') != NULL ? "[%s]:%s" : "%s:%s",
                 target->host, target->port);
    if (strncmp(target->name, "mx:", 3) == 0)
        snprintf(names->domain, sizeof(names->domain), "mx:%.*s",
                 (int)strcspn(target->name + 3, "/:"), target->name + 3);
}

static bool speaks_of(const struct smtpspec_config_row *row,
                      const struct smtpspec_target *target)
{
    struct names names;

    if (target == NULL)
        return row->target == NULL;
    name_target(&names, target);
    return smtpspec_config_applies(row, target->name) ||
           smtpspec_config_applies(row, names.with_port) ||
           smtpspec_config_applies(row, names.domain);
}

int smtpspec_site_make(struct smtpspec_site *site,
                       const struct smtpspec_config *config,
                       struct smtpspec_site_option *options,
                       size_t option_count,
                       const struct smtpspec_target *target)
{
    struct smtpspec_site_option *named = NULL;
    int status = 0;

    memset(site, 0, sizeof(*site));
    for (size_t i = 0; i < config->count && status == 0; i++)
        if (speaks_of(&config->rows[i], target))
            status = set_row(site, &config->rows[i]);
    for (size_t i = 0; i < option_count && status == 0; i++) {
        status = smtpspec_site_set(site, options[i].id, &options[i].given);
        if (options[i].id == SMTPSPEC_OPTION_CHECK_PASSWORD_FILE)
            named = &options[i];
    }
    if (status != 0)
        return status;
    if ((site->user == NULL) != (site->password_file == NULL))
        return smtpspec_cli_usage(COMMAND,
                                  "--user and --password-file need each other");
    return site->password_file != NULL ? find_password(site, named) : 0;
}

/* --- expected extensions -------------------------------------------------- */

/* The next word of a list, blanks or commas between them. */
static struct smtpspec_span next_word(struct smtpspec_span *list)
{
    size_t length = 0;
    struct smtpspec_span word;

    while (list->length > 0 && (list->at[0] == ' ' || list->at[0] == ','))
        *list = smtpspec_span_skip(*list, 1);
    while (length < list->length && list->at[length] != ' ' &&
           list->at[length] != ',')
        length++;
    word = smtpspec_span_head(*list, length);
    *list = smtpspec_span_skip(*list, length);
    return word;
}

/* "AUTH=PLAIN": the keyword, and one of what follows it. */
static bool line_has(struct smtpspec_span line, struct smtpspec_span wanted)
{
    size_t at = smtpspec_span_find(wanted, '=');
    struct smtpspec_span parameter = smtpspec_span_skip(wanted, at + 1);

    if (!smtpspec_span_equal_nocase(next_word(&line),
                                    smtpspec_span_head(wanted, at)))
        return false;
    if (at == wanted.length)
        return true;
    while (line.length > 0)
        if (smtpspec_span_equal_nocase(next_word(&line), parameter))
            return true;
    return false;
}

static bool list_has(const char *const *lines, unsigned count,
                     struct smtpspec_span wanted)
{
    for (unsigned i = 0; i < count; i++)
        if (line_has(smtpspec_span_of(lines[i]), wanted))
            return true;
    return false;
}

static bool is_listed(const struct smtpspec_target_facts *facts,
                      struct smtpspec_span wanted)
{
    return list_has(facts->extensions, facts->extension_count, wanted) ||
           list_has(facts->extensions_tls, facts->extension_tls_count,
                    wanted) ||
           list_has(facts->extensions_login, facts->extension_login_count,
                    wanted);
}

/* What was listed, as far as it fits. */
static void tell_listed(const struct smtpspec_target_facts *facts, char *out,
                        size_t cap)
{
    size_t length = 0;

    snprintf(out, cap, "no extension");
    for (unsigned i = 0; i < facts->extension_count && length < cap; i++)
        length += (size_t)snprintf(out + length, cap - length, "%s%s",
                                   i > 0 ? ", " : "", facts->extensions[i]);
}

void smtpspec_site_offers(const struct smtpspec_site *site,
                          const struct smtpspec_target_facts *facts,
                          void (*take)(void *context,
                                       struct smtpspec_result *result),
                          void *context)
{
    char listed[200], wanted[80], id[64], row[64];
    struct smtpspec_verdict verdict;

    smtpspec_verdict_of_manner(SMTPSPEC_MANNER_OFFERS, &verdict);
    smtpspec_verdict_rule(&verdict, id, sizeof(id));
    smtpspec_rule_row(smtpspec_span_of(id), row, sizeof(row));
    tell_listed(facts, listed, sizeof(listed));
    for (size_t i = 0; i < site->expect.count; i++) {
        struct smtpspec_span list = smtpspec_span_of(site->expect.at[i]);

        while (list.length > 0) {
            struct smtpspec_span word = next_word(&list);
            struct smtpspec_result result = {
                .id = id,
                .title = verdict.text,
                .level = (enum smtpspec_level)verdict.level,
                .outcome = (enum smtpspec_outcome)verdict.outcome,
                .layer = (enum smtpspec_layer)verdict.layer,
                .reference = verdict.reference,
                .expected = wanted,
                .observed = listed,
                .rule = id,
                .requirement = verdict.text,
                .row = row,
                .command = SMTPSPEC_COMMAND_EHLO,
            };

            if (word.length == 0 || is_listed(facts, word))
                continue;
            smtpspec_span_escape(word, wanted, sizeof(wanted));
            take(context, &result);
        }
    }
}
