/* SPDX-License-Identifier: MIT */
/*
 * quirks.c - unusual and still correct: what quirks.def names
 *
 * Floor 5, server. A quirk changes an answer only after the rows had their say
 * (lawful.c), because some of them are right by a sentence that no row has: a
 * server may say 421 to anything (RFC 5321, 3.8).
 */
#include "server/engine.h"

#define COMMANDS_KEPT 12
#define ERRORS_KEPT   3
#define LATE_MS       300
#define PAUSE_MS      150
#define TARPIT_MS 500
#define TARPIT_AFTER 3
#define TARPIT_TIMES 3

static const struct {
    const char *id, *text;
} rows[SMTPSPEC_QUIRK_COUNT] = {
    [SMTPSPEC_QUIRK_NONE] = { "none", "does nothing unusual" },
#define QUIRK(name, id, text) [SMTPSPEC_QUIRK_##name] = { id, text },
#include "server/quirks.def"
#undef QUIRK
};

const char *smtpspec_quirk_name(enum smtpspec_quirk quirk)
{
    return (unsigned)quirk < SMTPSPEC_QUIRK_COUNT ? rows[quirk].id : "?";
}

const char *smtpspec_quirk_text(enum smtpspec_quirk quirk)
{
    return (unsigned)quirk < SMTPSPEC_QUIRK_COUNT ? rows[quirk].text : "?";
}

enum smtpspec_quirk smtpspec_quirk_of(struct smtpspec_span name)
{
    for (unsigned i = SMTPSPEC_QUIRK_NONE + 1; i < SMTPSPEC_QUIRK_COUNT; i++)
        if (smtpspec_span_equal_nocase(name, smtpspec_span_of(rows[i].id)))
            return (enum smtpspec_quirk)i;
    return SMTPSPEC_QUIRK_NONE;
}

/* --- At the door -------------------------------------------------------- */

void smtpspec_server_knock(struct smtpspec_server_options *options,
                           uint64_t now)
{
    struct smtpspec_server_house *house = options->house;
    uint64_t within = options->quirks[SMTPSPEC_QUIRK_FEW_CONNECTIONS] ? 60000
                      : options->quirks[SMTPSPEC_QUIRK_FEW_A_SECOND] ? 1000
                                                                     : 0;

    options->turned_away = false;
    options->number = 0;
    if (house == NULL)
        return;
    options->number = house->in + house->away;
    if (house->in >= 2 && now < house->let_in[house->in % 2] + within) {
        options->turned_away = true;
        house->away++;
        return;
    }
    house->let_in[house->in % 2] = now;
    house->in++;
}

/* --- Answers ------------------------------------------------------------ */

/* A field left out holds for anything. */
static const struct choice {
    uint8_t quirk, command;
    uint16_t instead_of;
    bool last;              /* only for BDAT with LAST                       */
    uint16_t code;
    const char *status, *text;
} choices[] = {
#define ON(name, verb)                                                      \
    .quirk = SMTPSPEC_QUIRK_##name, .command = SMTPSPEC_COMMAND_##verb
    { ON(NO_EHLO, EHLO), .instead_of = 250, .code = 502,
      .text = "Command not provided" },
    { ON(VRFY_252, VRFY), .instead_of = 250, .code = 252, .status = "2.5.0",
      .text = "Not to be told" },
    { ON(VRFY_252, VRFY), .instead_of = 550, .code = 252, .status = "2.5.0",
      .text = "Not to be told" },
    { ON(RCPT_ANYBODY, VRFY), .instead_of = 250, .code = 252,
      .status = "2.5.0", .text = "Not to be told" },
    { ON(RCPT_ANYBODY, VRFY), .instead_of = 550, .code = 252,
      .status = "2.5.0", .text = "Not to be told" },
    { ON(EXPN_502, EXPN), .code = 502, .status = "5.5.1",
      .text = "Command not provided" },
    { ON(HELP_502, HELP), .code = 502, .status = "5.5.1",
      .text = "Command not provided" },
    { ON(HELP_211, HELP), .instead_of = 214, .code = 211, .status = "2.0.0",
      .text = "All is well here" },
    { ON(RCPT_251, RCPT), .instead_of = 250, .code = 251, .status = "2.1.5",
      .text = "Not local, will forward to <user@elsewhere.example>" },
    { ON(DATA_END_554, DATA_END), .instead_of = 250, .code = 554,
      .status = "5.7.1", .text = "Refused for what is in it" },
    { ON(DATA_END_554, BDAT), .instead_of = 250, .last = true, .code = 554,
      .status = "5.7.1", .text = "Refused for what is in it" },
    { ON(NO_MAIL_554, CONNECT), .code = 554, .text = "No mail is taken here" },
    { ON(NO_MAIL_521, CONNECT), .code = 521, .text = "No mail is taken here" },
#undef ON
};

static bool is_plain(enum smtpspec_stimulus stimulus)
{
    return stimulus == SMTPSPEC_STIMULUS_VALID ||
           stimulus == SMTPSPEC_STIMULUS_LOWER_CASE;
}

/* What depends on the session. */
static void by_session(struct smtpspec_server *server,
                       const struct smtpspec_command_line *line,
                       enum smtpspec_stimulus stimulus, struct answer *answer)
{
    bool rcpt = line->command == SMTPSPEC_COMMAND_RCPT;

    if (is_quirky(server, SMTPSPEC_QUIRK_RCPT_ANYBODY) && rcpt &&
        smtpspec_span_equal(smtpspec_span_of(answer->status),
                            SMTPSPEC_SPAN("5.1.1")))
        *answer = smtpspec_answer(250, "2.1.5", "Recipient OK");
    if (is_quirky(server, SMTPSPEC_QUIRK_MAIL_BEFORE_EHLO) &&
        line->command == SMTPSPEC_COMMAND_MAIL &&
        server->session.state == SMTPSPEC_STATE_IDLE &&
        answer->code == 503 && is_plain(stimulus) &&
        line->parameters.length == 0)
        *answer = smtpspec_answer(250, "2.1.0", "Sender OK");
    if (is_quirky(server, SMTPSPEC_QUIRK_STRICT_LINES) &&
        stimulus == SMTPSPEC_STIMULUS_TOO_LONG)
        *answer = smtpspec_answer(500, "5.5.6", "Line too long");
    if (is_quirky(server, SMTPSPEC_QUIRK_GREYLISTING) && rcpt &&
        answer->code == 250 && !server->greylisted) {
        server->greylisted = true;
        *answer = smtpspec_answer(450, "4.7.1", "Come again later");
    }
}

static const char *const more_lines[] = { "And a second line", "",
                                          "The last of them" };

/* Further lines, where they do not mean anything: not behind EHLO's keywords,
 * the mailboxes of VRFY and EXPN, and a challenge. */
static void add_lines(enum smtpspec_command command, struct answer *answer)
{
    if (answer->code == 334 || (answer->code == 250 &&
                                (command == SMTPSPEC_COMMAND_EHLO ||
                                 command == SMTPSPEC_COMMAND_LHLO ||
                                 command == SMTPSPEC_COMMAND_VRFY ||
                                 command == SMTPSPEC_COMMAND_EXPN)))
        return;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(more_lines) &&
                       answer->lines < SMTPSPEC_SERVER_LINES_KEPT; i++)
        answer->line[answer->lines++] = more_lines[i];
}

/* Whether the session has come to its limits; QUIT is never refused. */
static const char *limit_of(struct smtpspec_server *server,
                            enum smtpspec_command command)
{
    if (command == SMTPSPEC_COMMAND_CONNECT)
        return server->turned_away ? "Too many connections" : NULL;
    if (command == SMTPSPEC_COMMAND_DATA_END ||
        command == SMTPSPEC_COMMAND_AUTH_CONTINUE ||
        command == SMTPSPEC_COMMAND_QUIT)
        return NULL;
    if (is_quirky(server, SMTPSPEC_QUIRK_FEW_COMMANDS) &&
        server->commands++ >= COMMANDS_KEPT)
        return "Too many commands";
    if (is_quirky(server, SMTPSPEC_QUIRK_FEW_ERRORS) &&
        server->errors >= ERRORS_KEPT)
        return "Too many errors";
    return NULL;
}

void smtpspec_quirks_answer(struct smtpspec_server *server,
                            const struct smtpspec_command_line *line,
                            enum smtpspec_stimulus stimulus,
                            struct answer *answer)
{
    const char *limit = limit_of(server, line->command);
    bool greeting = line->command == SMTPSPEC_COMMAND_CONNECT;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(choices); i++) {
        const struct choice *choice = &choices[i];

        if (is_quirky(server, (enum smtpspec_quirk)choice->quirk) &&
            choice->command == line->command &&
            (choice->instead_of == 0 || choice->instead_of == answer->code) &&
            (!choice->last || line->last)) {
            *answer = smtpspec_answer(choice->code, choice->status,
                                      choice->text);
            break;
        }
    }
    by_session(server, line, stimulus, answer);
    if (limit != NULL) { /* the name comes first (RFC 5321, 4.2) */
        smtpspec_text_begin(server);
        *answer = smtpspec_answer(
            421, greeting ? NULL : "4.7.0",
            smtpspec_text(server, "%s %s", server->domain, limit));
    }
    if (greeting ? is_quirky(server, SMTPSPEC_QUIRK_GREETING_LINES)
                 : is_quirky(server, SMTPSPEC_QUIRK_MANY_LINES))
        add_lines(line->command, answer);
}

static void say_goodbye(struct smtpspec_server *server)
{
    struct answer answer = smtpspec_answer_for(421);

    smtpspec_wording_reply(server, SMTPSPEC_COMMAND_UNKNOWN, &answer);
    server->mode = ENGINE_OVER;
    server->end = ENGINE_CLOSE;
}

void smtpspec_quirks_after(struct smtpspec_server *server,
                           const struct smtpspec_command_line *line,
                           const struct answer *answer)
{
    bool message = line->command == SMTPSPEC_COMMAND_DATA_END ||
                   (line->command == SMTPSPEC_COMMAND_BDAT && line->last &&
                    answer->code == 250);

    if (answer->code >= 500)
        server->errors++;
    if (server->mode == ENGINE_OVER)
        return;
    if (message && is_quirky(server, SMTPSPEC_QUIRK_ONE_MESSAGE))
        say_goodbye(server);
    if (answer->code == 521 && line->command == SMTPSPEC_COMMAND_CONNECT) {
        server->mode = ENGINE_OVER; /* RFC 7504, 3: at once, if it likes */
        server->end = ENGINE_CLOSE;
    }
}

/* --- Octets ------------------------------------------------------------- */

uint64_t smtpspec_quirks_offered(const struct smtpspec_server *server,
                                 uint64_t offered)
{
    static const struct {
        uint8_t quirk, extension;
    } without[] = {
        { SMTPSPEC_QUIRK_NO_STATUS, SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES },
        { SMTPSPEC_QUIRK_BARE_CODES, SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES },
        { SMTPSPEC_QUIRK_EXPN_502, SMTPSPEC_EXTENSION_EXPN },
        { SMTPSPEC_QUIRK_HELP_502, SMTPSPEC_EXTENSION_HELP },
    };

    if (is_quirky(server, SMTPSPEC_QUIRK_NO_EHLO) ||
        is_quirky(server, SMTPSPEC_QUIRK_NO_EXTENSIONS))
        return 0;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(without); i++)
        if (is_quirky(server, (enum smtpspec_quirk)without[i].quirk))
            offered &= ~SMTPSPEC_BIT64(without[i].extension);
    if (is_quirky(server, SMTPSPEC_QUIRK_AUTH_IN_TLS) && !server->session.tls)
        offered &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH);
    return offered;
}

/* Replies whose text is read by programs (RFC 5321, 4.2 and 3.5.1; RFC 4954,
 * 4). */
static bool has_meaning(enum smtpspec_command command, unsigned code)
{
    switch (command) {
    case SMTPSPEC_COMMAND_CONNECT:
    case SMTPSPEC_COMMAND_HELO:
    case SMTPSPEC_COMMAND_EHLO:
    case SMTPSPEC_COMMAND_LHLO:
        return true;
    case SMTPSPEC_COMMAND_VRFY:
    case SMTPSPEC_COMMAND_EXPN:
        return code == 250;
    default:
        return code == 221 || code == 251 || code == 334 || code == 421 ||
               code == 551;
    }
}

void smtpspec_quirks_spell(const struct smtpspec_server *server,
                           enum smtpspec_command command,
                           const struct answer *answer, unsigned index,
                           struct wording *wording)
{
    bool fixed = answer->code == 334 ||
                 (index > 0 && (command == SMTPSPEC_COMMAND_EHLO ||
                                command == SMTPSPEC_COMMAND_LHLO));

    if (is_quirky(server, SMTPSPEC_QUIRK_BARE_CODES) &&
        !has_meaning(command, answer->code)) {
        /* Nor is it filled up: there may be no separator. */
        fixed = true;
        wording->text.length = 0;
        if (index + 1 == answer->lines)
            wording->separator.length = 0;
    }
    wording->fill = is_quirky(server, SMTPSPEC_QUIRK_LONG_TEXTS) && !fixed;
}

unsigned smtpspec_quirks_pause(const struct smtpspec_server *server,
                               enum smtpspec_command command)
{
    if (is_quirky(server, SMTPSPEC_QUIRK_LATE_GREETING) &&
        command == SMTPSPEC_COMMAND_CONNECT)
        return LATE_MS;
    if (is_quirky(server, SMTPSPEC_QUIRK_LONG_PAUSES) &&
        server->answers % 5 == 0)
        return PAUSE_MS;
    if (is_quirky(server, SMTPSPEC_QUIRK_TARPIT) &&
        command == SMTPSPEC_COMMAND_VRFY && server->vrfys > TARPIT_AFTER &&
        server->vrfys <= TARPIT_AFTER + TARPIT_TIMES)
        return TARPIT_MS;
    return 0;
}

size_t smtpspec_quirks_piece(const struct smtpspec_server *server,
                             size_t length)
{
    static const uint8_t odd[] = { 1, 2, 5, 3, 17, 41, 4, 7, 29, 11 };
    size_t most = length;

    if (is_quirky(server, SMTPSPEC_QUIRK_ODD_PACKETS))
        most = odd[server->pieces % sizeof(odd)];
    if (is_quirky(server, SMTPSPEC_QUIRK_OCTETS_ALONE))
        most = 1;
    return length < most ? length : most;
}
