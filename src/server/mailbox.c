/* SPDX-License-Identifier: MIT */
/*
 * mailbox.c - which mailboxes there are, for RCPT, VRFY and EXPN
 *
 * Floor 5, server.
 */
#include "server/engine.h"

static const char *const users[] = { "postmaster", "user", "alice", "bob" };

static bool ends_nocase(struct smtpspec_span span, struct smtpspec_span tail)
{
    return span.length >= tail.length &&
           smtpspec_span_equal_nocase(
               smtpspec_span_skip(span, span.length - tail.length), tail);
}

/* Its own name, address literals, and what is set aside for examples and
 * tests (RFC 2606), but for the domains that stand for somebody else's. */
static bool is_own_domain(const struct smtpspec_server *server,
                          struct smtpspec_span domain)
{
    if (smtpspec_span_starts_nocase(domain, SMTPSPEC_SPAN("relay.")) ||
        smtpspec_span_starts_nocase(domain, SMTPSPEC_SPAN("elsewhere.")))
        return false;
    return smtpspec_span_equal_nocase(domain,
                                      smtpspec_span_of(server->domain)) ||
           smtpspec_span_starts_nocase(domain, SMTPSPEC_SPAN("[")) ||
           smtpspec_span_equal_nocase(domain, SMTPSPEC_SPAN("localhost")) ||
           ends_nocase(domain, SMTPSPEC_SPAN(".localhost")) ||
           ends_nocase(domain, SMTPSPEC_SPAN(".test")) ||
           ends_nocase(domain, SMTPSPEC_SPAN(".example")) ||
           ends_nocase(domain, SMTPSPEC_SPAN("example.com")) ||
           ends_nocase(domain, SMTPSPEC_SPAN("example.net")) ||
           ends_nocase(domain, SMTPSPEC_SPAN("example.org"));
}

/* Index of the user with that local part, or -1. "alice" in quotes is alice
 * (RFC 5321, 4.1.2). */
static int user_of(struct smtpspec_span local)
{
    if (local.length >= 2 && local.at[0] == '"' &&
        local.at[local.length - 1] == '"')
        local = smtpspec_span_head(smtpspec_span_skip(local, 1),
                                   local.length - 2);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(users); i++)
        if (smtpspec_span_equal_nocase(local, smtpspec_span_of(users[i])))
            return (int)i;
    return -1;
}

/* Where the mailbox in a path, or in what VRFY was given, lives. */
enum mailbox smtpspec_mailbox_place(const struct smtpspec_server *server,
                                  struct smtpspec_span path, int *user)
{
    size_t at;

    *user = -1;
    if (path.length >= 2 && path.at[0] == '<' &&
        path.at[path.length - 1] == '>')
        path = smtpspec_span_head(smtpspec_span_skip(path, 1),
                                  path.length - 2);
    /* A source route is taken and not followed (RFC 5321, 3.6.1, C). */
    if (path.length > 0 && path.at[0] == '@')
        path = smtpspec_span_skip(path, smtpspec_span_find(path, ':') + 1);
    for (at = path.length; at > 0 && path.at[at - 1] != '@'; at--)
        ;
    if (at > 0 && !is_own_domain(server, smtpspec_span_skip(path, at)))
        return MAILBOX_ELSEWHERE;
    *user = user_of(at > 0 ? smtpspec_span_head(path, at - 1) : path);
    return *user >= 0 ? MAILBOX_HERE : MAILBOX_UNKNOWN;
}

/* Without the parameter that VRFY and EXPN may have (RFC 6531, 3.7.4.2). */
static struct smtpspec_span
subject_of(const struct smtpspec_server *server,
           const struct smtpspec_command_line *line)
{
    struct smtpspec_span subject = line->argument;

    if (smtpspec_mailbox_asks_utf8(server, line))
        subject.length -= sizeof(" SMTPUTF8") - 1;
    return subject;
}

bool smtpspec_mailbox_asks_utf8(const struct smtpspec_server *server,
                                const struct smtpspec_command_line *line)
{
    return offers(server, SMTPSPEC_EXTENSION_SMTPUTF8) &&
           ends_nocase(line->argument, SMTPSPEC_SPAN(" SMTPUTF8"));
}

struct answer smtpspec_mailbox_vrfy(struct smtpspec_server *server,
                                    const struct smtpspec_command_line *line)
{
    int user;

    switch (smtpspec_mailbox_place(server, subject_of(server, line), &user)) {
    case MAILBOX_HERE: /* a mailbox has to be in the reply (RFC 5321, 3.5.1) */
        return smtpspec_answer(
            250, "2.1.5",
            smtpspec_text(server, "<%s@%s>", users[user], server->domain));
    case MAILBOX_ELSEWHERE: /* cannot be told (RFC 5321, 3.5.3) */
        if (smtpspec_rules_look_up(&server->terms, SMTPSPEC_COMMAND_VRFY, 252,
                                   NULL) == SMTPSPEC_LISTING_LISTED)
            return smtpspec_answer(252, "2.5.0", "Not to be told from here");
        return smtpspec_answer_for(550);
    default:
        return smtpspec_answer_for(550);
    }
}

/* One list: "staff", with alice and bob. */
struct answer smtpspec_mailbox_expn(struct smtpspec_server *server,
                                    const struct smtpspec_command_line *line)
{
    struct answer answer;

    if (!smtpspec_span_equal_nocase(subject_of(server, line),
                                    SMTPSPEC_SPAN("staff")))
        return smtpspec_answer(550, "5.1.1", "No such list");
    answer = smtpspec_answer(
        250, "2.1.5", smtpspec_text(server, "<alice@%s>", server->domain));
    answer.line[answer.lines++] =
        smtpspec_text(server, "<bob@%s>", server->domain);
    return answer;
}
