/* SPDX-License-Identifier: MIT */
/*
 * fuzz_auth.c - base64, and exchanges of AUTH
 *
 * targets:  smtpspec_base64_write, _read, smtpspec_is_base64; the judge inside
 *           an exchange of AUTH (RFC 4954, 4); what {auth-plain}, {auth-user},
 *           {auth-password} and {cram} of a case stand for
 * input:    lines; C lines are what a client sends, S lines what the server
 *           answers; all lines are read as base64, and the whole is written
 *           as such; the first three are user, password and challenge as well
 * holds:    octets written are read back; text is read exactly where a second
 *           reader, a bit at a time, can, and as the same; what is read is
 *           written as the same text, but for bits that padding leaves over;
 *           no octet is written past `cap`; text and octets may share room;
 *           inside AUTH each client line is a part of the exchange, whatever
 *           it looks like, and is found wrong where it is no base64; state,
 *           challenge and log-in are those of a second account, in any cut;
 *           what a client answers decodes to what RFC 4616 and RFC 2195 want
 * speed:    a tenth of fuzz_reply's: three whole sessions, and the rows are
 *           asked for each reply in them
 * seeds:    corpus/seeds/auth    words: corpus/dictionaries/auth.dict
 */
#include <string.h>

#include <smtpspec/base64.h>
#include <smtpspec/judge.h>

#include "case/case.h"
#include "harness.h"

#define INPUT_KEPT 2048
#define ROOM SMTPSPEC_BASE64_ROOM(INPUT_KEPT)

/* --- Base64, a bit at a time ---------------------------------------------- */

static int value_of(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? letter - 'A'
         : letter >= 'a' && letter <= 'z' ? letter - 'a' + 26
         : letter >= '0' && letter <= '9' ? letter - '0' + 52
         : letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* Returns the octets' number, SIZE_MAX where it is no base64; `*spare` tells
 * whether a bit that padding leaves over was set. */
static size_t decode(struct smtpspec_span text, char *out, bool *spare)
{
    size_t padding = 0, bits = 0;

    *spare = false;
    if (text.length % 4 != 0)
        return SIZE_MAX;
    while (text.length > 0 && padding < 2 && text.at[text.length - 1] == '=') {
        text.length--;
        padding++;
    }
    memset(out, 0, text.length);
    for (size_t i = 0; i < text.length; i++) {
        int value = value_of(text.at[i]);

        if (value < 0)
            return SIZE_MAX;
        for (int bit = 5; bit >= 0; bit--, bits++)
            out[bits / 8] = (char)(out[bits / 8] |
                                   (value >> bit & 1) << (7 - bits % 8));
    }
    *spare = bits % 8 > 0 && out[bits / 8] != 0;
    return bits / 8;
}

static void check_octets(struct smtpspec_span octets, uint64_t random)
{
    static char text[ROOM + 1], back[ROOM];
    size_t whole = SMTPSPEC_BASE64_ROOM(octets.length), length;
    bool spare;

    text[0] = text[whole] = '?';
    if (whole > 0)
        MUST(smtpspec_base64_write(octets, text, random % whole) == whole &&
             text[0] == '?');
    MUST(smtpspec_base64_write(octets, text, whole) == whole);
    MUST(text[whole] == '?');
    MUST(decode((struct smtpspec_span){ text, whole }, back, &spare) ==
         octets.length);
    MUST(!spare && memcmp(back, octets.at, octets.length) == 0);
    MUST(smtpspec_base64_read((struct smtpspec_span){ text, whole }, text,
                              octets.length, &length));
    MUST(length == octets.length && memcmp(text, octets.at, length) == 0);
}

static void check_text(struct smtpspec_span text, uint64_t random)
{
    static char expected[INPUT_KEPT], out[INPUT_KEPT + 1], again[ROOM];
    size_t length = 1, other, whole;
    bool spare;

    whole = decode(text, expected, &spare);
    MUST(smtpspec_is_base64(text) == (whole != SIZE_MAX));
    if (whole == SIZE_MAX) {
        MUST(!smtpspec_base64_read(text, out, sizeof(out), &length));
        MUST(length == 0);
        return;
    }
    out[whole] = '?';
    MUST(smtpspec_base64_read(text, out, whole, &length));
    MUST(length == whole && out[whole] == '?');
    MUST(memcmp(out, expected, whole) == 0);
    if (whole > 0)
        MUST(!smtpspec_base64_read(text, out, random % whole, &other) &&
             other == whole);
    MUST(smtpspec_base64_write((struct smtpspec_span){ expected, whole },
                               again, ROOM) == text.length);
    MUST((memcmp(again, text.at, text.length) == 0) == !spare);
}

/* --- An exchange ---------------------------------------------------------- */

/* What is known of it without the judge. */
struct account {
    bool inside, authenticated;
    struct smtpspec_span challenge;
    struct smtpspec_exchange heard;
};

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    ((struct account *)context)->heard = *exchange;
}

static void begin(struct smtpspec_judge *judge, struct account *account)
{
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_judge_sink sink = { .exchange = on_exchange,
                                        .context = account };

    *account = (struct account){ .inside = false };
    smtpspec_judge_init(judge, &terms, &sink);
    smtpspec_judge_server(judge, SMTPSPEC_SPAN("220 b.example\r\n"));
    smtpspec_judge_client(judge, SMTPSPEC_SPAN("EHLO a.example\r\n"));
    smtpspec_judge_server(judge,
                          SMTPSPEC_SPAN("250-b.example\r\n"
                                        "250 AUTH PLAIN LOGIN CRAM-MD5\r\n"));
}

static void feed(struct smtpspec_judge *judge,
                 void (*to)(struct smtpspec_judge *, struct smtpspec_span),
                 struct smtpspec_span octets, size_t most)
{
    uint64_t random = most;

    while (octets.length > 0)
        to(judge, harness_piece(&octets, most, &random));
}

/* The client's line; outside of an exchange one that begins it. */
static void send_line(struct smtpspec_judge *judge, struct account *account,
                      struct smtpspec_span line, size_t most)
{
    if (!account->inside &&
        !smtpspec_span_starts_nocase(line, SMTPSPEC_SPAN("AUTH ")))
        feed(judge, smtpspec_judge_client, SMTPSPEC_SPAN("AUTH "), most);
    feed(judge, smtpspec_judge_client, line, most);
    feed(judge, smtpspec_judge_client, SMTPSPEC_SPAN("\r\n"), most);
    MUST(smtpspec_judge_due(judge) == 1);
}

/* Whether a line is a whole reply that leaves the session open. */
static bool is_reply(struct smtpspec_span line)
{
    if (line.length < 3 || line.at[0] < '2' || line.at[0] > '5' ||
        line.at[1] < '0' || line.at[1] > '5' || line.at[2] < '0' ||
        line.at[2] > '9' || (line.length > 3 && line.at[3] != ' '))
        return false;
    return memcmp(line.at, "221", 3) != 0 && memcmp(line.at, "421", 3) != 0;
}

/* The reply: the server's line, or where that is none, a challenge of it. */
static void answer(struct smtpspec_judge *judge, struct account *account,
                   struct smtpspec_span line, size_t most)
{
    bool whole = is_reply(line);
    char first = whole ? line.at[0] : '3';

    if (!whole)
        feed(judge, smtpspec_judge_server, SMTPSPEC_SPAN("334 "), most);
    feed(judge, smtpspec_judge_server, line, most);
    feed(judge, smtpspec_judge_server, SMTPSPEC_SPAN("\r\n"), most);
    if (!whole || memcmp(line.at, "334", 3) == 0) {
        account->challenge = whole ? smtpspec_span_skip(line, 4) : line;
        if (account->challenge.length > SMTPSPEC_CHALLENGE_KEPT)
            account->challenge.length = 0;
    }
    account->inside = first == '3';
    account->authenticated = account->authenticated || first == '2';
}

static void check_step(const struct smtpspec_judge *judge,
                       const struct account *account, bool inside,
                       struct smtpspec_span sent)
{
    static char room[INPUT_KEPT];
    bool spare, cut = sent.length > SMTPSPEC_COMMAND_KEPT;
    bool bad = decode(sent, room, &spare) == SIZE_MAX;

    MUST(smtpspec_judge_due(judge) == 0);
    MUST(account->heard.command == (inside ? SMTPSPEC_COMMAND_AUTH_CONTINUE
                                           : SMTPSPEC_COMMAND_AUTH));
    if (inside)
        MUST(account->heard.stimulus ==
             (bad && !cut ? SMTPSPEC_STIMULUS_BAD_ARGUMENT
                          : SMTPSPEC_STIMULUS_VALID));
    MUST(smtpspec_judge_state(judge) ==
         (account->inside ? SMTPSPEC_STATE_AUTH : SMTPSPEC_STATE_READY));
    MUST(smtpspec_judge_session(judge)->authenticated ==
         account->authenticated);
    MUST(smtpspec_span_equal(smtpspec_judge_challenge(judge),
                             account->challenge));
}

static void play(struct smtpspec_span rest, size_t most)
{
    static struct smtpspec_judge judge;
    struct smtpspec_span line, sent = { NULL, 0 };
    struct account account;
    bool waits = false, inside = false;

    begin(&judge, &account);
    while (harness_line(&rest, &line)) {
        bool client = line.length > 0 && line.at[0] == 'C';

        if (line.length == 0 || (line.at[0] != 'S' && !client) ||
            client == waits)
            continue;
        line = smtpspec_span_skip(line, 1);
        waits = client;
        if (client) {
            inside = account.inside;
            sent = line;
            send_line(&judge, &account, line, most);
        } else {
            answer(&judge, &account, line, most);
            check_step(&judge, &account, inside, sent);
        }
    }
}

/* --- What a client answers ------------------------------------------------ */

static size_t digest_of(void *context, struct smtpspec_span challenge,
                        struct smtpspec_span user,
                        struct smtpspec_span password, char *out, size_t cap)
{
    uint64_t seed = harness_digest(harness_seed(challenge),
                                   harness_seed(user) ^
                                       harness_seed(password));

    (void)context;
    for (size_t i = 0; i < 32 && i < cap; i++)
        out[i] = "0123456789abcdef"[harness_random(&seed) % 16];
    return 32;
}

/* Expand a name, decode what it stands for; the length, 0 for nothing. */
static size_t answer_of(const char *name,
                        const struct smtpspec_case_vars *vars, char *out)
{
    static char text[ROOM];
    size_t length = smtpspec_case_expand(smtpspec_span_of(name), vars, text,
                                         sizeof(text));
    bool spare;

    MUST(length <= sizeof(text));
    length = decode((struct smtpspec_span){ text, length }, out, &spare);
    MUST(length != SIZE_MAX && !spare);
    return length;
}

static void check_login(struct smtpspec_span user,
                        struct smtpspec_span password,
                        struct smtpspec_span challenge)
{
    static char out[ROOM], room[INPUT_KEPT], digest[32];
    struct smtpspec_case_vars vars = { .user = user, .password = password,
                                       .challenge = challenge,
                                       .cram = digest_of };
    size_t length = answer_of("{auth-plain}", &vars, out);
    bool spare;

    MUST(length == user.length + password.length + 2);
    MUST(out[0] == '\0' && out[user.length + 1] == '\0');
    MUST(memcmp(out + 1, user.at, user.length) == 0);
    MUST(memcmp(out + user.length + 2, password.at, password.length) == 0);
    length = answer_of("{auth-user}", &vars, out);
    MUST(length == user.length && memcmp(out, user.at, length) == 0);
    length = answer_of("{auth-password}", &vars, out);
    MUST(length == password.length && memcmp(out, password.at, length) == 0);

    length = decode(challenge, room, &spare);
    if (length == SIZE_MAX) {
        MUST(answer_of("{cram}", &vars, out) == 0);
        return;
    }
    digest_of(NULL, (struct smtpspec_span){ room, length }, user, password,
              digest, sizeof(digest));
    length = answer_of("{cram}", &vars, out);
    MUST(length == user.length + 1 + sizeof(digest));
    MUST(memcmp(out, user.at, user.length) == 0 && out[user.length] == ' ');
    MUST(memcmp(out + user.length + 1, digest, sizeof(digest)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span input = { (const char *)data, size }, rest = input;
    struct smtpspec_span line, first[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
    uint64_t random = harness_seed(input);

    if (size > INPUT_KEPT)
        return 0;
    check_octets(input, random);
    for (size_t i = 0; harness_line(&rest, &line); i++) {
        struct smtpspec_span text = smtpspec_span_skip(line, 1);

        check_text(text, random);
        if (i < SMTPSPEC_ARRAY_LEN(first))
            first[i] = smtpspec_span_head(text, SMTPSPEC_CASE_VALUE_KEPT);
    }
    check_login(first[0], first[1], first[2]);
    play(input, SIZE_MAX - 1);
    play(input, 1);
    play(input, 7);
    return 0;
}
