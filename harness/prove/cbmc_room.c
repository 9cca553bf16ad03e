/* SPDX-License-Identifier: MIT */
/*
 * cbmc_room.c - the contract of a feed: what is consumed, and what is written
 *
 * follows: src/wire/reply_reference.c
 * options: --unwind 5
 * proves:  for every sane state, all contents of 0 to 4 octets and room for 0
 *          to 3 records, by the byte machine: nothing is read or written
 *          outside; what is left over is left only where there is no more
 *          room, and without room nothing is consumed; records lie in what was
 *          consumed, each where the one before ends, and all is in one, but
 *          for a CR at the end; each but the last is a whole line; the state is
 *          sane. The loop takes an octet a turn and nothing else, so
 *          that more octets are more of the same.
 */
#include "cbmc.h"

#include "wire/reply_variants.h"

#define OCTETS 4
#define ROOM 3

/* Where a record ends, its line end included. */
static size_t end_of(const struct smtpspec_reply_line *line, const char *octets)
{
    size_t end = (size_t)line->at + line->length;

    if (line->flags & SMTPSPEC_LINE_PARTIAL)
        return end;
    return end + (octets[end] == '\r' ? 2 : 1);
}

static void prove_records(const struct smtpspec_reply_line out[], size_t count,
                          const char *octets, size_t used, bool held_cr)
{
    size_t end = 0;

    for (size_t i = 0; i < count && i < ROOM; i++) {
        prove(out[i].at == end, "each record begins where one ended");
        prove((out[i].flags & SMTPSPEC_LINE_PARTIAL) == 0 || i + 1 == count,
              "only the last one is a fragment");
        prove((out[i].flags & SMTPSPEC_LINE_HELD_CR) == 0 || i == 0,
              "a CR of before is in front of the first");
        prove((size_t)out[i].at + out[i].length <= used,
              "a record lies in what was consumed");
        end = end_of(&out[i], octets);
    }
    prove(end == used || (held_cr && end + 1 == used),
          "all that was consumed is in a record, but for a CR that is held");
}

int main(void)
{
    struct smtpspec_reply_parser parser = sane_parser(OCTETS);
    static char octets[OCTETS];
    static struct smtpspec_reply_line out[ROOM];
    size_t length, cap, used, count;
    char *at;
    struct smtpspec_reply_line *to;

    for (unsigned i = 0; i < OCTETS; i++)
        octets[i] = (char)unknown_octet();
    /* Both end where they end, so that one more is outside. */
    assume(length <= OCTETS && cap <= ROOM);
    at = octets + OCTETS - length;
    to = out + ROOM - cap;

    used = smtpspec_reply_feed_reference(
        &parser, (struct smtpspec_span){ at, length }, to, cap, &count);
    prove(used <= length, "no more is consumed than there is");
    prove(count <= cap, "no more is written than there is room for");
    prove(used == length || count == cap,
          "octets are left over only where the room is full");
    prove(cap > 0 || used == 0, "without room nothing is consumed");
    prove(used == length || cap == 0 || parser.line_octets == 0,
          "what is left over begins a line");
    prove(is_sane(&parser), "sane after a feed");
    prove_records(to, count, at, used, parser.held_cr);
    return 0;
}
