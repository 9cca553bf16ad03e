/* SPDX-License-Identifier: MIT */
/*
 * reply.h - turn server octets into SMTP reply lines (RFC 5321, section 4.2)
 *
 * Floor 1, wire: no I/O, no allocation, no clock, no globals. Octets may
 * arrive in any split; the same octets always give the same lines. A malformed
 * reply is not an error of this module: it is a line with defects, because
 * saying exactly how a server breaks the grammar is what this library is for.
 *
 * LF, and only LF, ends a line here, so that framing survives a server that
 * forgets the CR; the line then has the defect BARE_LF. There is no bound on
 * the length of a line or on the number of lines of a reply: limits are the
 * caller's business.
 */
#ifndef SMTPSPEC_REPLY_H
#define SMTPSPEC_REPLY_H

#include <smtpspec/base.h>
#include <smtpspec/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How a reply line departs from the grammar. Each is a bit (SMTPSPEC_BIT) in
 * smtpspec_reply_line.defects; names, levels and sections are rows of
 * src/wire/defects.def.
 */
enum smtpspec_defect {
    SMTPSPEC_DEFECT_BARE_LF,           /* LF without CR ends the line         */
    SMTPSPEC_DEFECT_BARE_CR,           /* CR that no LF follows               */
    SMTPSPEC_DEFECT_NUL,               /* octet 0x00                          */
    SMTPSPEC_DEFECT_CONTROL,           /* 0x01-0x1F but HT CR LF, or 0x7F     */
    SMTPSPEC_DEFECT_EIGHT_BIT,         /* octet 0x80-0xFF                     */
    SMTPSPEC_DEFECT_NO_CODE,           /* the line does not start with a digit*/
    SMTPSPEC_DEFECT_CODE_SHORT,        /* one or two digits                   */
    SMTPSPEC_DEFECT_CODE_LONG,         /* four digits or more                 */
    SMTPSPEC_DEFECT_CODE_RANGE,        /* three, but not [2-5][0-5][0-9]      */
    SMTPSPEC_DEFECT_SEPARATOR_MISSING, /* the line ends after the code        */
    SMTPSPEC_DEFECT_SEPARATOR_BAD,     /* neither SP nor hyphen after the code*/
    SMTPSPEC_DEFECT_LINE_LONG,         /* over 512 octets with its line end   */
    SMTPSPEC_DEFECT_CODE_DIFFERS,      /* not the code of the reply's 1st line*/
    SMTPSPEC_DEFECT_STATUS_MALFORMED,  /* begins as an enhanced code, is none */
    SMTPSPEC_DEFECT_STATUS_CLASS,      /* enhanced class is not the code's    */
    SMTPSPEC_DEFECT_STATUS_DIFFERS,    /* not the enhanced code of the 1st one*/
    SMTPSPEC_DEFECT_UNTERMINATED,      /* the stream ended inside the reply   */
    SMTPSPEC_DEFECT_COUNT
};

/* smtpspec_reply_line.flags. */
enum smtpspec_line_flag {
    SMTPSPEC_LINE_FIRST = 1,   /* first line of a reply                       */
    SMTPSPEC_LINE_LAST = 2,    /* last line of a reply: no hyphen after the
                                  code (a line without a code is first and
                                  last, except inside an open reply)          */
    SMTPSPEC_LINE_PARTIAL = 4, /* the feed ended inside this line: more of it
                                  comes in the next records. Of all other
                                  fields only `at` and `length` are then
                                  meant to be used                            */
    SMTPSPEC_LINE_HELD_CR = 8  /* a CR that ended the feed before belongs in
                                  front of these octets                       */
};

/*
 * One reply line, or the fragment of one that a feed cut. 24 octets.
 *
 * Joining the fragments of a line (a CR in front of each that has HELD_CR)
 * gives the octets of the line without its line end; code, separator, defects
 * and status of the last one, which is the one without PARTIAL, speak for the
 * whole line.
 */
struct smtpspec_reply_line {
    uint32_t at;        /* offset into the octets of this feed                */
    uint32_t length;    /* octets there, code included, line end left out     */
    uint16_t code;      /* three digits as a number, 0..999; 0 where the line
                           has not exactly three, see defects                 */
    uint8_t separator;  /* the octet after the code; 0 where the line ended
                           there or where there is no code                    */
    uint8_t flags;      /* set of enum smtpspec_line_flag                     */
    uint32_t defects;   /* set of enum smtpspec_defect                        */
    struct smtpspec_status status; /* enhanced code; class_digit 0 where none */
};

/* All that is remembered between feeds: no pointers, may be copied freely.
 * The fields are nobody's business but the tokenizer's. At most 64 octets. */
struct smtpspec_reply_parser {
    uint64_t line_octets;   /* octets of this line so far, line end included  */
    uint32_t defects;       /* of this line so far                            */
    struct smtpspec_status status;       /* of this line so far               */
    struct smtpspec_status first_status; /* of the reply's first line         */
    uint16_t code;          /* of this line so far                            */
    uint16_t first_code;    /* of the reply's first line                      */
    uint16_t number;        /* sub-code of the enhanced code being read       */
    uint8_t number_digits;  /* and how many digits of it were seen            */
    uint8_t stage;          /* where in the line we are                       */
    uint8_t code_digits;    /* digits of the code so far, 4 for "more"        */
    uint8_t separator;
    bool held_cr;           /* the last octet was a CR                        */
    bool in_reply;          /* a line before said that more follow            */
    uint8_t variant;        /* which of the forms of the tokenizer            */
};

SMTPSPEC_API void
smtpspec_reply_init(struct smtpspec_reply_parser *parser);

/*
 * Consume octets, write at most `cap` records to `out` and their number to
 * `*count`. Nothing is copied: records point into `octets` by offset. Where
 * the octets end inside a line and there is room, a PARTIAL record for what
 * came of it is written (none where that is only a held CR).
 *
 * Returns how many octets were consumed: less than all only when `out` is
 * full (the rest begins at a line start; call again) or when there are more
 * than UINT32_MAX of them. With cap 0 nothing is consumed. A stream may have
 * up to 2^64 - 1 octets. Cannot fail.
 */
SMTPSPEC_API size_t smtpspec_reply_feed(struct smtpspec_reply_parser *parser,
                                        struct smtpspec_span octets,
                                        struct smtpspec_reply_line out[],
                                        size_t cap, size_t *count);

/*
 * The stream has ended. Returns true and fills `*line` where it left a reply
 * open: a line without its LF (code, separator and defects as far as seen), or
 * only the promise of a further line after a hyphen (no code). `at` and
 * `length` are 0, LAST is not among the flags and the defect UNTERMINATED is
 * set; a CR at the very end counts as half a line end, not as bare. The parser
 * is then as after smtpspec_reply_init().
 */
SMTPSPEC_API bool smtpspec_reply_finish(struct smtpspec_reply_parser *parser,
                                        struct smtpspec_reply_line *line);

/* Whether the next octet belongs to a reply that has begun. */
SMTPSPEC_API bool
smtpspec_reply_is_open(const struct smtpspec_reply_parser *parser);

/* "bare-lf"; never NULL, "?" out of range. */
SMTPSPEC_API const char *smtpspec_defect_name(enum smtpspec_defect defect);
/* What is wrong, one clause in English; never NULL. */
SMTPSPEC_API const char *smtpspec_defect_text(enum smtpspec_defect defect);
SMTPSPEC_API enum smtpspec_level
smtpspec_defect_level(enum smtpspec_defect defect);
/* Where it is written, as "5321:4.2"; never NULL. */
SMTPSPEC_API const char *smtpspec_defect_reference(enum smtpspec_defect defect);
/* Where its row stands in src/wire/defects.def. */
SMTPSPEC_API unsigned smtpspec_defect_line(enum smtpspec_defect defect);

#ifdef __cplusplus
}
#endif
#endif
