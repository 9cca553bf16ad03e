/* SPDX-License-Identifier: MIT */
/*
 * corpora.c - replies from patterns: '#' is any digit, '%' any hexadecimal
 * digit, '~' a word of small letters
 */
#include <smtpspec/base.h>

#include "bench.h"
#include "corpora.h"

#define LONG_LINE (1u << 20)
/* No reply that patterns make is longer. */
#define REPLY_MOST 8192

static const char *const short_replies[] = {
    "250 2.1.0 Ok",
    "250 2.1.5 Ok",
    "250 2.0.0 Ok",
    "250 2.1.0 Sender ok",
    "250 2.1.5 Recipient ok",
    "250 2.0.0 Reset state",
    "250 2.0.0 Queued %%%%%%%%",
    "221 2.0.0 Bye",
    "220 2.0.0 Ready to start TLS",
    "235 2.7.0 Accepted",
    "252 2.5.2 Cannot VRFY",
    "421 4.3.2 Shutting down",
    "450 4.2.1 Mailbox busy",
    "451 4.7.1 Try again later",
    "452 4.2.2 Mailbox full",
    "500 5.5.2 Bad syntax",
    "502 5.5.1 Not recognized",
    "503 5.5.1 Bad sequence of commands",
    "550 5.1.1 User unknown",
    "550 5.7.1 Relaying denied",
    "553 5.1.3 Bad address: ~",
    "250 OK",
    "250 Accepted",
    "250 ok ##########",
    "221 ~ closing connection",
    "354 Go ahead",
    "354 End data with <CRLF>.<CRLF>",
    "334 VXNlcm5hbWU6",
    "220 ~.example ESMTP ready",
    "550 no such user here",
};

static const char *const keywords[] = {
    "PIPELINING",
    "SIZE ########",
    "8BITMIME",
    "ENHANCEDSTATUSCODES",
    "STARTTLS",
    "AUTH PLAIN LOGIN CRAM-MD5",
    "AUTH=PLAIN LOGIN",
    "CHUNKING",
    "BINARYMIME",
    "SMTPUTF8",
    "DSN",
    "ETRN",
    "HELP",
    "VRFY",
    "DELIVERBY ####",
    "REQUIRETLS",
    "MT-PRIORITY MIXER",
    "LIMITS RCPTMAX=####",
    "FUTURERELEASE #######",
    "XCLIENT NAME ADDR PROTO",
    "X-~ ~ ~",
    "X-EXPS GSSAPI NTLM LOGIN",
};

/* Several lines: LF between them. */
static const char *const mixed_replies[] = {
    "250 2.0.0 Ok: queued as %%%%%%%%%%",
    "250 2.0.0 Ok: queued as %%%%%%%%%%%%%%%",
    "250 2.0.0 OK ########## %%%%%%%%-%%%%%%%%%%%%%%%%si.### - gsmtp",
    "250 2.6.0 <%%%%%%%%%%%%@~.example> [InternalId=##############, "
    "Hostname=%%%%%%%%%%%.~.example] ##### bytes in 0.###, ##.### KB/sec "
    "Queued mail for delivery",
    "250 OK id=1%%%%%-######-%%",
    "250 2.1.0 <~.~@~.example>... Sender ok",
    "250 2.1.5 <~@~.example>... Recipient ok (will queue)",
    "220 mx#.~.example ESMTP ~ ready at Tue, # Jan 2026 ##:##:## +0000; "
    "no unsolicited mail, access is logged",
    "354 End data with <CR><LF>.<CR><LF>",
    "354 Enter message, ending with \".\" on a line by itself (%%%%%%%%)",
    "221 2.0.0 mx##.~.example closing connection after # messages",
    "450 4.2.0 <~@~.example>: Recipient address rejected: Greylisted, see "
    "http://postgrey.example/help/~.example.html, come back in ### seconds",
    "451 4.7.1 Greylisting in action, please come back later; you are "
    "[192.0.2.##], the triplet was first seen at ##:##:## today",
    "451 4.7.500 Server busy. Please try again later from [198.51.100.##]. "
    "(S77714) [~.prod.protection.example 2026-01-##T##:##:##.###Z %%%%%%%%]",
    "421 4.7.28 Our system has detected an unusual rate of unsolicited mail "
    "originating from your IP address. To protect our users from spam, mail "
    "has been temporarily rate limited. %%%%%%%%-%%%%%%%.## - gsmtp",
    "452 4.2.2 The recipient's inbox is out of storage space and inactive: "
    "<~@~.example> %%%%%%%%-%%%%%%%.## - gsmtp",
    "550-5.1.1 The email account that you tried to reach does not exist. "
    "Please try\n550-5.1.1 double-checking the recipient's email address for "
    "typos or\n550-5.1.1 unnecessary spaces. For more information, go to\n"
    "550 5.1.1  https://support.example/?p=NoSuchUser %%%%%%%%-%%%%%%.## - "
    "gsmtp",
    "550 5.1.1 <~.~@~.example>: Recipient address rejected: User unknown in "
    "virtual mailbox table of mx##.~.example",
    "550-5.7.26 Your email has been blocked because the sender is "
    "unauthenticated. We require all\n550-5.7.26 senders to authenticate with "
    "either SPF or DKIM: SPF [~.example] with ip: [192.0.2.##]\n550 5.7.26 = "
    "did not pass %%%%%%%%-%%%%%%%.## - gsmtp",
    "554 5.7.1 Service unavailable; Client host [203.0.113.##] blocked using "
    "bl.~.example; https://www.~.example/query/ip/203.0.113.##",
    "552 5.3.4 Message size exceeds fixed maximum message size of ######## "
    "octets; yours has #########",
    "250 2.0.0 %%%%%%%%%%%%%%%%%%% Message accepted for delivery by "
    "mx##.~.example to ~.~.example, as <2026####.%%%%%%%%%%%%@~.example>, "
    "### ms",
    "550 5.7.1 [192.0.2.##] Message rejected by the policy of ~.example: no "
    "valid reverse name; see https://postmaster.~.example/errors/#### for what "
    "to do",
    "235 2.7.0 Authentication successful for ~@~.example over TLSv1.3",
    "554 5.6.0 Message %%%%%%%%%%%% refused by the content filter ~: "
    "attachment ~.exe is of a type that this site does not take",
};

/* splitmix64, of the public domain. */
static uint64_t next(uint64_t *seed)
{
    uint64_t mixed = *seed += 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

static char *put_word(char *to, uint64_t luck)
{
    for (uint64_t left = 3 + luck % 7; left > 0; left--) {
        luck /= 7;
        *to++ = (char)('a' + luck % 26);
    }
    return to;
}

static char *put_pattern(char *to, const char *pattern, uint64_t *seed)
{
    uint64_t luck = next(seed);

    for (; *pattern != '\0'; pattern++) {
        luck = luck >> 4 != 0 ? luck >> 4 : next(seed);
        if (*pattern == '#')
            *to++ = (char)('0' + luck % 10);
        else if (*pattern == '%')
            *to++ = "0123456789ABCDEF"[luck % 16];
        else if (*pattern == '~')
            to = put_word(to, next(seed));
        else if (*pattern == '\n')
            *to++ = '\r', *to++ = '\n';
        else
            *to++ = *pattern;
    }
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

static char *put_one_of(char *to, const char *const patterns[], size_t count,
                        uint64_t *seed)
{
    return put_pattern(to, patterns[next(seed) % count], seed);
}

/* --- a reply of each corpus ----------------------------------------------- */

static char *put_short(char *to, uint64_t *seed)
{
    return put_one_of(to, short_replies, SMTPSPEC_ARRAY_LEN(short_replies),
                      seed);
}

static char *put_ehlo(char *to, uint64_t *seed)
{
    uint64_t lines = 8 + next(seed) % 8;

    to = put_pattern(to, "250-mx#.~.example Hello ~.example [192.0.2.##]",
                     seed);
    for (uint64_t i = 1; i < lines; i++) {
        memcpy(to, i + 1 < lines ? "250-" : "250 ", 4);
        to = put_one_of(to + 4, keywords, SMTPSPEC_ARRAY_LEN(keywords), seed);
    }
    return to;
}

static char *put_mixed(char *to, uint64_t *seed)
{
    return put_one_of(to, mixed_replies, SMTPSPEC_ARRAY_LEN(mixed_replies),
                      seed);
}

static char *put_long(char *to, uint64_t *seed)
{
    (void)seed;
    memset(to, 'x', LONG_LINE);
    memcpy(to, "250 ", 4);
    memcpy(to + LONG_LINE - 2, "\r\n", 2);
    return to + LONG_LINE;
}

static char *put_line_feed(char *to, uint64_t *seed)
{
    (void)seed;
    *to = '\n';
    return to + 1;
}

static char *put_bare(char *to, uint64_t *seed)
{
    (void)seed;
    memcpy(to, "250 OK\n", 7);
    return to + 7;
}

static const struct kind {
    const char *name;
    char *(*put)(char *to, uint64_t *seed);
    size_t most; /* of octets of one reply */
} kinds[] = {
    { "a", put_short, REPLY_MOST }, { "b", put_ehlo, REPLY_MOST },
    { "c", put_mixed, REPLY_MOST }, { "d1", put_long, LONG_LINE },
    { "d2", put_line_feed, 1 },     { "d3", put_bare, 7 },
};

static size_t lines_in(const char *octets, size_t length)
{
    size_t lines = 0;

    for (size_t i = 0; i < length; i++)
        lines += octets[i] == '\n';
    return lines;
}

struct corpus corpus_make(const char *name, size_t most, uint64_t seed)
{
    const struct kind *kind = kinds;
    struct corpus corpus = { .name = name };
    char *end;

    while (strcmp(kind->name, name) != 0)
        kind++;
    if (most < kind->most)
        most = kind->most;
    corpus.octets = end = grow(NULL, most);
    while (end == corpus.octets ||
           (size_t)(end - corpus.octets) + kind->most <= most)
        end = kind->put(end, &seed);
    corpus.length = (size_t)(end - corpus.octets);
    corpus.lines = lines_in(corpus.octets, corpus.length);
    return corpus;
}

void corpus_free(struct corpus *corpus)
{
    free(corpus->octets);
    *corpus = (struct corpus){ 0 };
}

/* Where a whole reply ends, at `at` or before it: behind an LF, the line of
 * which has no hyphen after its code. */
static size_t whole(const struct corpus *corpus, size_t at)
{
    size_t line, end = at;

    for (; end > 0; end = line) {
        while (end > 0 && corpus->octets[end - 1] != '\n')
            end--;
        line = end > 0 ? end - 1 : 0;
        while (line > 0 && corpus->octets[line - 1] != '\n')
            line--;
        if (end == 0)
            return at;
        if (end - line < 4 || corpus->octets[line + 3] != '-')
            return end;
    }
    return at;
}

struct corpus corpus_slice(const struct corpus *corpus, size_t most)
{
    struct corpus slice = *corpus;

    if (most < corpus->length) {
        slice.length = whole(corpus, most);
        slice.lines = lines_in(slice.octets, slice.length);
    }
    return slice;
}
