/* SPDX-License-Identifier: MIT */
/*
 * answer.c - what an honest server proposes to answer (RFC 5321, 4.1)
 *
 * Floor 5, server. These are the answers of common sense; whether the rows
 * allow them is asked afterwards (lawful.c), so nothing here depends on a
 * profile but what EHLO offers. Enhanced codes as RFC 3463 and RFC 5248 pair
 * them; none on a greeting and on HELO and EHLO (RFC 2034, 3).
 */
#include "server/engine.h"

struct answer smtpspec_answer(unsigned code, const char *status,
                              const char *text)
{
    return (struct answer){
        .code = code, .status = status, .line = { text }, .lines = 1
    };
}

struct answer smtpspec_answer_for(unsigned code)
{
    static const struct {
        unsigned code;
        const char *status, *text;
    } general[] = {
        { 250, "2.0.0", "OK" },
        { 251, "2.1.5", "Not local, will be forwarded" },
        { 421, "4.3.2", "Closing" },
        { 450, "4.2.1", "Mailbox busy" },
        { 451, "4.3.0", "Something went wrong here" },
        { 452, "4.5.3", "Too many recipients" },
        { 455, "4.5.4", "Parameter not to be had now" },
        { 500, "5.5.1", "Command not known" },
        { 501, "5.5.4", "This argument will not do" },
        { 502, "5.5.1", "Command not provided" },
        { 503, "5.5.1", "Not in this order" },
        { 504, "5.5.4", "Argument not provided for" },
        { 521, "5.3.2", "No mail is taken here" },
        { 550, "5.1.1", "No such mailbox" },
        { 551, "5.1.6", "Mailbox is not here" },
        { 552, "5.3.4", "Too big" },
        { 553, "5.1.3", "Mailbox name will not do" },
        { 554, "5.5.1", "No valid recipients" },
        { 555, "5.5.4", "Parameter not known" },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(general); i++)
        if (general[i].code == code)
            return smtpspec_answer(code, general[i].status, general[i].text);
    return smtpspec_answer(code, code < 300 ? "2.0.0" : code < 400 ? NULL :
                                 code < 500 ? "4.0.0" : "5.0.0", "So it is");
}

/* --- The mail transaction ----------------------------------------------- */

/* UTF-8 in a path that was not announced (RFC 6531, 3.5). */
static bool needs_utf8(const struct smtpspec_server *server,
                       const struct smtpspec_command_line *line)
{
    return (line->faults & SMTPSPEC_FAULT_EIGHT_BIT) != 0 &&
           !server->session.smtputf8 &&
           !smtpspec_parameters_have(line, "SMTPUTF8");
}

static struct answer mail(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line)
{
    struct answer refusal;

    if (server->session.state == SMTPSPEC_STATE_IDLE)
        return smtpspec_answer(503, "5.5.1", "Say EHLO or HELO first");
    if (server->session.state != SMTPSPEC_STATE_READY)
        return smtpspec_answer(503, "5.5.1",
                               "A mail transaction is under way");
    if (smtpspec_parameters_refused(server, line, &refusal))
        return refusal;
    if (needs_utf8(server, line))
        return smtpspec_answer(550, "5.6.7", "Not without SMTPUTF8");
    return smtpspec_answer(250, "2.1.0", "Sender OK");
}

static struct answer rcpt(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line)
{
    struct answer refusal;
    int user;

    if (server->session.state != SMTPSPEC_STATE_MAIL &&
        server->session.state != SMTPSPEC_STATE_RCPT)
        return smtpspec_answer(503, "5.5.1", "Say MAIL first");
    if (server->session.recipients >= SMTPSPEC_SERVER_RECIPIENTS)
        return smtpspec_answer_for(452);
    if (smtpspec_parameters_refused(server, line, &refusal))
        return refusal;
    if (needs_utf8(server, line))
        return smtpspec_answer(553, "5.6.7", "Not without SMTPUTF8");
    switch (smtpspec_mailbox_place(server, line->path, &user)) {
    case MAILBOX_HERE:
        return smtpspec_answer(250, "2.1.5", "Recipient OK");
    case MAILBOX_UNKNOWN:
        return smtpspec_answer_for(550);
    default:
        return smtpspec_answer(550, "5.7.1", "Mail for others is not taken");
    }
}

static struct answer data(struct smtpspec_server *server)
{
    switch (server->session.state) {
    case SMTPSPEC_STATE_RCPT:
        if (server->session.binarymime) /* RFC 3030, 3 */
            return smtpspec_answer(503, "5.5.1",
                                   "BINARYMIME goes by BDAT alone");
        return smtpspec_answer(354, NULL,
                               "Send the message, end it with a lone dot");
    case SMTPSPEC_STATE_MAIL:
        return smtpspec_answer(503, "5.5.1", "Say RCPT first");
    case SMTPSPEC_STATE_BDAT:
    case SMTPSPEC_STATE_BDAT_FAILED:
        return smtpspec_answer(503, "5.5.1", "DATA and BDAT do not mix");
    default:
        return smtpspec_answer(503, "5.5.1", "Say MAIL and RCPT first");
    }
}

static struct answer end_of_message(uint64_t octets)
{
    if (octets > SMTPSPEC_SERVER_SIZE)
        return smtpspec_answer_for(552);
    return smtpspec_answer(250, "2.0.0", "Message taken, and dropped");
}

static struct answer data_end(struct smtpspec_server *server)
{
    /* Stuffed dots and the final line, its dot counted among them, are no
     * part of the message. */
    uint64_t around = server->dots + 2;

    return end_of_message(server->data.octets > around
                              ? server->data.octets - around : 0);
}

/* The octets of the chunk are through by now (RFC 3030, 2). */
static struct answer bdat(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line)
{
    if (server->session.state != SMTPSPEC_STATE_RCPT &&
        server->session.state != SMTPSPEC_STATE_BDAT)
        return smtpspec_answer(503, "5.5.1", "No chunk is due here");
    if (line->chunk > SMTPSPEC_SERVER_SIZE - server->message_octets)
        return smtpspec_answer_for(552);
    if (line->last)
        return end_of_message(server->message_octets + line->chunk);
    return smtpspec_answer(250, "2.0.0", "Chunk taken");
}

/* --- Questions ---------------------------------------------------------- */

static struct answer help(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line)
{
    static const char *const about[] = {
        "This is the built-in server of smtpspec.",
        "Known: HELO EHLO MAIL RCPT DATA BDAT RSET",
        "VRFY EXPN HELP NOOP QUIT, as in RFC 5321."
    };
    static const char *const about_old[] = {
        "This is the built-in server of smtpspec.",
        "Known: HELO MAIL RCPT DATA RSET VRFY",
        "EXPN HELP NOOP QUIT, as in RFC 821."
    };
    bool old = server->terms.profile == SMTPSPEC_PROFILE_RFC821;
    enum smtpspec_command topic = smtpspec_command_of(line->argument);
    struct answer answer = smtpspec_answer(214, "2.0.0", "");

    if (line->argument.length > 0 && !smtpspec_command_is_verb(topic))
        return smtpspec_answer(504, "5.5.4", "No help on that");
    if (line->argument.length > 0)
        return smtpspec_answer(
            214, "2.0.0",
            smtpspec_text(server, "%s is told of in RFC %s",
                          smtpspec_command_name(topic), old ? "821" : "5321"));
    for (answer.lines = 0; answer.lines < SMTPSPEC_ARRAY_LEN(about);
         answer.lines++)
        answer.line[answer.lines] = (old ? about_old : about)[answer.lines];
    return answer;
}

/* RFC 1985, 5; after EHLO, and between transactions. */
static struct answer etrn(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line)
{
    struct smtpspec_span node = line->argument;
    int user;

    if (server->session.state != SMTPSPEC_STATE_READY)
        return smtpspec_answer_for(503);
    if (node.length > 0 && (node.at[0] == '@' || node.at[0] == '#'))
        node = smtpspec_span_skip(node, 1);
    if (smtpspec_mailbox_place(
            server,
            smtpspec_span_of(smtpspec_text(server, "user@%.*s",
                                           (int)node.length, node.at)),
            &user) == MAILBOX_ELSEWHERE)
        return smtpspec_answer(459, "4.7.0", "This node is not ours");
    return smtpspec_answer(251, "2.0.0", "Nothing waits for this node");
}

/* RFC 3207, 4. A mail transaction is no obstacle: it is dropped. */
static struct answer starttls(const struct smtpspec_server *server)
{
    if (server->session.tls)
        return smtpspec_answer(503, "5.5.1", "TLS is there already");
    if (server->session.greeted == SMTPSPEC_COMMAND_UNSET ||
        server->session.greeted == SMTPSPEC_COMMAND_HELO)
        return smtpspec_answer(503, "5.5.1", "Say EHLO first");
    return smtpspec_answer(220, "2.0.0", "Go ahead");
}

static struct answer quit(struct smtpspec_server *server)
{
    /* Programs read the name in this text (RFC 5321, 4.2). */
    return smtpspec_answer(
        221, "2.0.0", smtpspec_text(server, "%s closing", server->domain));
}

/* --- Choosing ----------------------------------------------------------- */

/* Faults of the line that are the same for every command. */
static unsigned fault_code(const struct smtpspec_server *server,
                           const struct smtpspec_command_line *line,
                           enum smtpspec_stimulus stimulus)
{
    if (server->line_octets > SMTPSPEC_SERVER_LINE_KEPT)
        return 500; /* RFC 5321, 4.5.3.1.9 */
    if (line->verb.length == 0 || line->verb.at != server->line)
        return 500; /* empty, or it does not begin with a verb */
    switch (stimulus) {
    case SMTPSPEC_STIMULUS_BAD_OCTETS:
        return line->command == SMTPSPEC_COMMAND_UNKNOWN ? 500 : 501;
    case SMTPSPEC_STIMULUS_NO_ARGUMENT:
    case SMTPSPEC_STIMULUS_BAD_ARGUMENT:
        return 501;
    case SMTPSPEC_STIMULUS_EXTRA_ARGUMENT: /* RFC 5321, 4.1.1.9 */
        return line->command == SMTPSPEC_COMMAND_NOOP ? 0 : 501;
    case SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER:
        return 555;
    default:
        return 0;
    }
}

static struct answer by_command(struct smtpspec_server *server,
                                const struct smtpspec_command_line *line)
{
    switch (line->command) {
    case SMTPSPEC_COMMAND_HELO: return smtpspec_hello_helo(server);
    case SMTPSPEC_COMMAND_LHLO:
    case SMTPSPEC_COMMAND_EHLO: return smtpspec_hello_ehlo(server);
    case SMTPSPEC_COMMAND_MAIL: return mail(server, line);
    case SMTPSPEC_COMMAND_RCPT: return rcpt(server, line);
    case SMTPSPEC_COMMAND_DATA: return data(server);
    case SMTPSPEC_COMMAND_BDAT: return bdat(server, line);
    case SMTPSPEC_COMMAND_RSET: return smtpspec_answer_for(250);
    case SMTPSPEC_COMMAND_NOOP: return smtpspec_answer_for(250);
    case SMTPSPEC_COMMAND_VRFY: return smtpspec_mailbox_vrfy(server, line);
    case SMTPSPEC_COMMAND_EXPN: return smtpspec_mailbox_expn(server, line);
    case SMTPSPEC_COMMAND_HELP: return help(server, line);
    case SMTPSPEC_COMMAND_STARTTLS: return starttls(server);
    case SMTPSPEC_COMMAND_AUTH: return smtpspec_sasl_auth(server, line);
    case SMTPSPEC_COMMAND_ETRN: return etrn(server, line);
    case SMTPSPEC_COMMAND_QUIT: return quit(server);
    default: return smtpspec_answer_for(500);
    }
}

/* Verbs that are known and not provided (RFC 5321, 4.2.4). LHLO is none of
 * them: it belongs to another protocol. */
static bool is_withheld(const struct smtpspec_server *server,
                        enum smtpspec_command command)
{
    switch (command) {
    case SMTPSPEC_COMMAND_BDAT:
        return !offers(server, SMTPSPEC_EXTENSION_CHUNKING);
    case SMTPSPEC_COMMAND_ETRN:
        return !offers(server, SMTPSPEC_EXTENSION_ETRN);
    case SMTPSPEC_COMMAND_AUTH:
        return !offers(server, SMTPSPEC_EXTENSION_AUTH);
    case SMTPSPEC_COMMAND_STARTTLS:
        return !offers(server, SMTPSPEC_EXTENSION_STARTTLS) &&
               !server->session.tls;
    case SMTPSPEC_COMMAND_SEND:
    case SMTPSPEC_COMMAND_SOML:
    case SMTPSPEC_COMMAND_SAML:
    case SMTPSPEC_COMMAND_TURN:
    case SMTPSPEC_COMMAND_BURL:
    case SMTPSPEC_COMMAND_ATRN:
        return true;
    default:
        return false;
    }
}

static bool is_hello(enum smtpspec_command command)
{
    return command == SMTPSPEC_COMMAND_HELO ||
           command == SMTPSPEC_COMMAND_EHLO ||
           command == SMTPSPEC_COMMAND_LHLO;
}

/* What has to come before this command, or NULL: TLS (RFC 3207, 4), or a login
 * (RFC 4954, 6; RFC 6409, 4.3). */
static const char *missing(const struct smtpspec_server *server,
                           enum smtpspec_command command)
{
    bool private = server->terms.service == SMTPSPEC_SERVICE_SUBMISSION ||
                   is_quirky(server, SMTPSPEC_QUIRK_AUTH_REQUIRED);

    switch (command) {
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_RCPT:
    case SMTPSPEC_COMMAND_DATA:
    case SMTPSPEC_COMMAND_BDAT:
    case SMTPSPEC_COMMAND_VRFY:
    case SMTPSPEC_COMMAND_EXPN:
    case SMTPSPEC_COMMAND_ETRN:
    case SMTPSPEC_COMMAND_AUTH:
        break;
    default:
        return NULL;
    }
    if (is_quirky(server, SMTPSPEC_QUIRK_TLS_REQUIRED) &&
        (offers(server, SMTPSPEC_EXTENSION_STARTTLS)))
        return "STARTTLS comes first";
    if (private && command != SMTPSPEC_COMMAND_AUTH &&
        offers(server, SMTPSPEC_EXTENSION_AUTH) &&
        !server->session.authenticated)
        return "Log in first";
    return NULL;
}

/* Octets above 127 where SMTPUTF8 allows them, and none that nothing allows;
 * whether they are UTF-8 the grammar of the path has told. */
static bool is_utf8(const struct smtpspec_server *server,
                    const struct smtpspec_command_line *line)
{
    bool path = line->command == SMTPSPEC_COMMAND_MAIL ||
                line->command == SMTPSPEC_COMMAND_RCPT;
    bool question = line->command == SMTPSPEC_COMMAND_VRFY ||
                    line->command == SMTPSPEC_COMMAND_EXPN;

    for (size_t i = 0; i < line->argument.length; i++) {
        unsigned char octet = (unsigned char)line->argument.at[i];

        if (octet < ' ' || octet == 127)
            return false;
    }
    return (path && offers(server, SMTPSPEC_EXTENSION_SMTPUTF8)) ||
           (question && smtpspec_mailbox_asks_utf8(server, line));
}

struct answer smtpspec_answer_propose(struct smtpspec_server *server,
                                      const struct smtpspec_command_line *line,
                                      enum smtpspec_stimulus stimulus)
{
    unsigned code;

    if (stimulus == SMTPSPEC_STIMULUS_BAD_OCTETS && is_utf8(server, line)) {
        struct smtpspec_command_line plain = *line;

        plain.faults &= ~(unsigned)SMTPSPEC_FAULT_BAD_OCTETS;
        stimulus = smtpspec_stimulus_of(
            &plain, smtpspec_session_offered(&server->session,
                                             server->terms.offered));
    }
    if (line->command == SMTPSPEC_COMMAND_CONNECT)
        return smtpspec_hello_greeting(server);
    if (line->command == SMTPSPEC_COMMAND_DATA_END)
        return data_end(server);
    if (line->command == SMTPSPEC_COMMAND_AUTH_CONTINUE)
        return smtpspec_sasl_continue(server, line->argument);
    if (server->session.state == SMTPSPEC_STATE_REFUSED &&
        line->command != SMTPSPEC_COMMAND_QUIT)
        return smtpspec_answer_for(503); /* RFC 5321, 3.1 */
    if (is_withheld(server, line->command) &&
        server->line_octets <= SMTPSPEC_SERVER_LINE_KEPT)
        return smtpspec_answer_for(502);
    if (is_hello(line->command) &&
        !smtpspec_hello_is_meant(server, line->command))
        return smtpspec_answer_for(500);
    if (missing(server, line->command) != NULL)
        return smtpspec_answer(530, "5.7.0", missing(server, line->command));
    code = fault_code(server, line, stimulus);
    return code != 0 ? smtpspec_answer_for(code) : by_command(server, line);
}
