/* SPDX-License-Identifier: MIT */
/*
 * engine.h - what the files of the built-in server share
 *
 * Floor 5, server; private to src/server. The way of one command:
 *
 *     server.c   frames octets into a command line, content or a chunk
 *     answer.c   proposes what an honest server answers, with hello.c
 *                (what it says of itself), parameters.c, mailbox.c and
 *                sasl.c
 *     lawful.c   holds that against the rows of the profile
 *     quirks.c   another answer that will do as well, where a quirk wants it
 *     lies.c     another answer, where a misdeed wants it
 *     wording.c  puts the answer into octets, smears.c spells them wrong
 *     deeds.c    what a misdeed does besides answering
 */
#ifndef SMTPSPEC_ENGINE_H
#define SMTPSPEC_ENGINE_H

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/data.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/limits.h>
#include <smtpspec/rules.h>
#include <smtpspec/session.h>

#include "server/server.h"

/* Message size that is offered and taken (RFC 1870). */
#define SMTPSPEC_SERVER_SIZE 10485760
/* Recipients of one transaction (RFC 5321, 4.5.3.1.8 wants 100). */
#define SMTPSPEC_SERVER_RECIPIENTS 1000
/* Octets of a command line, CRLF included, past which it is refused. */
#define SMTPSPEC_SERVER_LINE_KEPT 2048
/* Octets of output that may wait, and room that one command may need. */
#define SMTPSPEC_SERVER_OUT_KEPT 16384
#define SMTPSPEC_SERVER_REPLY_KEPT 4096
#define SMTPSPEC_SERVER_DOMAIN_KEPT 64
#define SMTPSPEC_SERVER_LINES_KEPT 64
/* Octets of a challenge of CRAM-MD5, and of what is held back. */
#define SMTPSPEC_SERVER_CHALLENGE_KEPT 128
#define SMTPSPEC_SERVER_HELD_KEPT 512
/* Octets that the lines of one answer may need that are made for it. */
#define SMTPSPEC_SERVER_TEXT_KEPT 3072

/* What an answer is made of; the strings outlive the command. */
struct answer {
    unsigned code;
    const char *status;             /* "2.0.0"; NULL or "": none             */
    const char *line[SMTPSPEC_SERVER_LINES_KEPT];
    unsigned lines;
};

/* One reply line as it goes out, each part of it open to a smear. */
struct wording {
    struct smtpspec_span code, separator, status, text, end;
    bool fill;                      /* up to the longest line that may be    */
};

/* What the octets that come in are. */
enum engine_mode {
    ENGINE_LINE,    /* command lines                                         */
    ENGINE_CONTENT, /* after 354                                             */
    ENGINE_CHUNK,   /* announced by BDAT                                     */
    ENGINE_TLS,     /* in clear where a handshake is due: dropped            */
    ENGINE_OVER     /* nothing more is looked at                             */
};

/* How the connection ends once all output is out. */
enum engine_end { ENGINE_STAY, ENGINE_CLOSE, ENGINE_RESET };

/* What AUTH waits for. */
enum login_step { LOGIN_PLAIN, LOGIN_USER, LOGIN_PASSWORD, LOGIN_CRAM };

/* Where output comes from once `out` is empty (misdeeds). */
enum engine_flow { ENGINE_FLOW_NONE, ENGINE_FLOW_FLOOD, ENGINE_FLOW_DRIP };

struct smtpspec_server {
    bool misdeeds[SMTPSPEC_MISDEED_COUNT];
    bool quirks[SMTPSPEC_QUIRK_COUNT];
    struct smtpspec_server_house *house; /* or NULL                          */
    struct smtpspec_session before_tls;
    uint32_t number;                /* of this session in its house          */
    uint64_t offered;               /* what EHLO lists                       */
    struct smtpspec_terms terms;    /* profile, and what EHLO has listed     */
    struct smtpspec_session session;
    struct smtpspec_data data;
    struct smtpspec_command_line chunk; /* the BDAT whose octets come; its
                                           spans point into `line`           */
    uint64_t chunk_left;
    uint64_t message_octets;        /* by BDAT in this transaction           */
    uint64_t text_octets;           /* of the content's line under way       */
    uint64_t dots;                  /* at line starts in the content         */
    uint64_t window;                /* last 8 octets of the content          */
    uint64_t answers;               /* replies put so far                    */
    unsigned vrfys;                 /* to VRFY, for a tarpit                 */
    uint64_t line_octets;           /* of the command line under way         */
    size_t line_length;             /* what is kept of it                    */
    size_t out_length;              /* octets that wait to be fetched        */
    size_t last_answer_at;          /* where the last reply begins there     */
    size_t withheld;                /* octets at its end that stay back      */
    size_t sent;                    /* octets that the caller has fetched    */
    uint32_t commands, errors;      /* lines that came, refusals             */
    uint32_t pieces;                /* that the output was sent in           */
    unsigned pause_ms;              /* to be made before more is sent        */
    size_t text_length;             /* used of `text`                        */
    uint8_t mode, end, flow;
    uint8_t tls;                    /* enum smtpspec_server_tls              */
    uint8_t login;                  /* enum login_step                       */
    bool login_known;               /* LOGIN named the user                  */
    bool handshake;                 /* is to be asked for                    */
    uint32_t refused;               /* recipients of this transaction        */
    uint32_t owed;                  /* LMTP: replies like `owed_answer` that
                                       are still to be put                   */
    size_t held_length;             /* used of `held`                        */
    struct answer owed_answer;
    uint8_t chunk_stimulus;
    bool dripped;                   /* an octet went out, a pause is due     */
    bool first_line;                /* of the content, has not ended yet     */
    bool turned_away;               /* at the door                           */
    bool greylisted;                /* a recipient was turned away           */
    bool cut;                       /* a piece of a reply went out           */
    char last;                      /* last octet of the command line        */
    char domain[SMTPSPEC_SERVER_DOMAIN_KEPT + 1];
    char challenge[SMTPSPEC_SERVER_CHALLENGE_KEPT];
    char held[SMTPSPEC_SERVER_HELD_KEPT]; /* (a misdeed) sent behind STARTTLS */
    char text[SMTPSPEC_SERVER_TEXT_KEPT];
    char line[SMTPSPEC_SERVER_LINE_KEPT];
    char out[SMTPSPEC_SERVER_OUT_KEPT];
};

/* Whether the misdeed is switched on. */
static inline bool
does(const struct smtpspec_server *server, enum smtpspec_misdeed misdeed)
{
    return server->misdeeds[misdeed];
}

/* Whether the quirk is switched on. */
static inline bool
is_quirky(const struct smtpspec_server *server, enum smtpspec_quirk quirk)
{
    return server->quirks[quirk];
}

/* Whether EHLO lists the extension. */
static inline bool
offers(const struct smtpspec_server *server,
       enum smtpspec_extension extension)
{
    return (server->offered & SMTPSPEC_BIT64(extension)) != 0;
}

/* --- answer.c ----------------------------------------------------------- */

/* One line, one code. `status` may be NULL. */
struct answer smtpspec_answer(unsigned code, const char *status,
                              const char *text);
/* What the code says in general, for an answer that was not foreseen. */
struct answer smtpspec_answer_for(unsigned code);

/* The honest answer, before anybody looked at the rows. */
struct answer smtpspec_answer_propose(struct smtpspec_server *server,
                                      const struct smtpspec_command_line *line,
                                      enum smtpspec_stimulus stimulus);

/* --- hello.c ------------------------------------------------------------ */

/* Extensions that EHLO offers here and now. */
uint64_t smtpspec_hello_offered(const struct smtpspec_server *server);

/* Whether this is a verb that opens sessions of the service (RFC 2033, 4.1). */
bool smtpspec_hello_is_meant(const struct smtpspec_server *server,
                             enum smtpspec_command command);

struct answer smtpspec_hello_greeting(struct smtpspec_server *server);
struct answer smtpspec_hello_helo(struct smtpspec_server *server);
struct answer smtpspec_hello_ehlo(struct smtpspec_server *server);

/* --- sasl.c ------------------------------------------------------------- */

struct answer smtpspec_sasl_auth(struct smtpspec_server *server,
                                  const struct smtpspec_command_line *line);
/* A line inside an AUTH exchange. */
struct answer smtpspec_sasl_continue(struct smtpspec_server *server,
                                      struct smtpspec_span line);

/* --- mailbox.c ---------------------------------------------------------- */

enum mailbox { MAILBOX_HERE, MAILBOX_UNKNOWN, MAILBOX_ELSEWHERE };

/* Where the mailbox in a path, or in what VRFY was given, lives. */
enum mailbox smtpspec_mailbox_place(const struct smtpspec_server *server,
                                  struct smtpspec_span path, int *user);

/* Whether VRFY or EXPN has the parameter SMTPUTF8. */
bool smtpspec_mailbox_asks_utf8(const struct smtpspec_server *server,
                                const struct smtpspec_command_line *line);

struct answer smtpspec_mailbox_vrfy(struct smtpspec_server *server,
                                    const struct smtpspec_command_line *line);
struct answer smtpspec_mailbox_expn(struct smtpspec_server *server,
                                    const struct smtpspec_command_line *line);

/* --- parameters.c ------------------------------------------------------- */

/* Whether something is wrong with the parameters of MAIL or RCPT; `*answer`
 * says what. */
bool smtpspec_parameters_refused(const struct smtpspec_server *server,
                                 const struct smtpspec_command_line *line,
                                 struct answer *answer);

bool smtpspec_parameters_have(const struct smtpspec_command_line *line,
                              const char *wanted);

/* --- lawful.c ----------------------------------------------------------- */

/* The code where the rows allow it here, else the nearest one that they do:
 * first what the state demands, then what the profile's table lists. */
unsigned smtpspec_lawful(const struct smtpspec_terms *terms,
                         enum smtpspec_state state,
                         enum smtpspec_command command,
                         enum smtpspec_stimulus stimulus, unsigned code);

/* --- quirks.c ----------------------------------------------------------- */

void smtpspec_quirks_answer(struct smtpspec_server *server,
                            const struct smtpspec_command_line *line,
                            enum smtpspec_stimulus stimulus,
                            struct answer *answer);
/* What else is done once the answer is out. */
void smtpspec_quirks_after(struct smtpspec_server *server,
                           const struct smtpspec_command_line *line,
                           const struct answer *answer);
/* What is left of an offer. */
uint64_t smtpspec_quirks_offered(const struct smtpspec_server *server,
                                 uint64_t offered);
void smtpspec_quirks_spell(const struct smtpspec_server *server,
                           enum smtpspec_command command,
                           const struct answer *answer, unsigned index,
                           struct wording *wording);
/* How long to wait before the reply to `command` goes out. */
unsigned smtpspec_quirks_pause(const struct smtpspec_server *server,
                               enum smtpspec_command command);
/* How much of so many octets goes out in one piece. */
size_t smtpspec_quirks_piece(const struct smtpspec_server *server,
                             size_t length);

/* --- lies.c ------------------------------------------------------------- */

void smtpspec_lies_tell(struct smtpspec_server *server,
                        const struct smtpspec_command_line *line,
                        enum smtpspec_stimulus stimulus,
                        struct answer *answer);

/* --- smears.c ----------------------------------------------------------- */

/* Line `index` of the `answer` to `command`. */
void smtpspec_smears_apply(const struct smtpspec_server *server,
                           enum smtpspec_command command,
                           const struct answer *answer, unsigned index,
                           struct wording *wording);

/* --- wording.c ---------------------------------------------------------- */

/* Forget the lines that were made for the last answer. */
void smtpspec_text_begin(struct smtpspec_server *server);
/* Make a line for an answer; cut where there is no room. Never NULL. */
char *smtpspec_text(struct smtpspec_server *server, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append octets to the output; what does not fit is lost (it always does). */
void smtpspec_wording_put(struct smtpspec_server *server,
                          struct smtpspec_span octets);
/* Append a reply. */
void smtpspec_wording_reply(struct smtpspec_server *server,
                            enum smtpspec_command command,
                            const struct answer *answer);

/* --- deeds.c ------------------------------------------------------------ */

/* What else is done when `line` has been answered by `code`, `before` being
 * the session as it stood before. False where the reply is not to be sent. */
bool smtpspec_deeds_before(struct smtpspec_server *server,
                           const struct smtpspec_command_line *line,
                           unsigned code);
void smtpspec_deeds_after(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line,
                          const struct answer *answer,
                          const struct smtpspec_session *before);

/* The handshake after STARTTLS is done. */
void smtpspec_deeds_in_tls(struct smtpspec_server *server,
                           const struct smtpspec_session *before);

/* A line of content is longer than 1000 octets. */
void smtpspec_deeds_in_text(struct smtpspec_server *server);

/* The first line of content has come. */
void smtpspec_deeds_in_content(struct smtpspec_server *server);

/* Whether the content, its last octets being in `window`, is at an end for a
 * server that does not insist on CRLF. */
bool smtpspec_deeds_end_content(const struct smtpspec_server *server);

#endif
