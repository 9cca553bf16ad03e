/* SPDX-License-Identifier: MIT */
/*
 * test_case.c - case files: what is read, what is refused and how that is
 * said, variables, patterns
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "case/result.h"
#include "support/page_end.h"
#include "support/rows.h"

static const char whole[] =
    "# a comment\n"
    "case   rcpt.before-mail\n"
    "rfc    5321:3.3\n"
    "level  MUST\n"
    "title  RCPT with no MAIL before it is answered 503\n"
    "given  ehlo\n"
    "needs  PIPELINING SIZE\n"
    "flags  intrusive to\n"
    "\n"
    "C: RCPT TO:<{rcpt}>\n"
    "C> NO\\x4fP\\r\\n\n"
    "S: not 250 2yz\n"
    "S? 250\n"
    "silent closed 5yz\n"
    "closed\n"
    "\n"
    "proof  pass\n"
    "S: 503 5.5.1 no\n"
    "S> 250 fine\\n\n"
    "proof  fail\n"
    "repeat 3\n"
    "S: 250 fine\n"
    "end\n";

static struct smtpspec_case read_into;
static struct smtpspec_case_error error;

static enum smtpspec_error read_text(struct smtpspec_span text)
{
    struct smtpspec_case_reader reader;

    smtpspec_case_reader_init(&reader, SMTPSPEC_SPAN("x.case"), text);
    return smtpspec_case_read(&reader, &read_into, &error);
}

static bool span_is(struct smtpspec_span span, const char *text)
{
    return smtpspec_span_equal(span, smtpspec_span_of(text));
}

static void reads_every_part(void **state)
{
    const struct smtpspec_case *of = &read_into;

    (void)state;
    assert_int_equal(read_text(SMTPSPEC_SPAN(whole)), SMTPSPEC_OK);
    assert_true(span_is(of->id, "rcpt.before-mail"));
    assert_true(span_is(of->reference, "5321:3.3"));
    assert_true(span_is(of->file, "x.case"));
    assert_int_equal(of->line, 2);
    assert_int_equal(of->level, SMTPSPEC_LEVEL_MUST);
    assert_int_equal(of->given, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(of->flags,
                     SMTPSPEC_CASE_INTRUSIVE | SMTPSPEC_CASE_NEEDS_TO);
    assert_true(of->needs == (SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PIPELINING) |
                              SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE)));
    assert_int_equal(of->step_count, 6);
    assert_int_equal(of->steps[0].kind, SMTPSPEC_STEP_CLIENT);
    assert_true(span_is(of->steps[0].text, "RCPT TO:<{rcpt}>"));
    assert_int_equal(of->steps[1].kind, SMTPSPEC_STEP_RAW);
    assert_true(of->steps[2].denied);
    assert_int_equal(of->steps[2].codes.count, 2);
    assert_false(of->steps[2].leads);
    assert_true(of->steps[3].leads);
    assert_int_equal(of->steps[4].kind, SMTPSPEC_STEP_SILENT);
    assert_true(of->steps[4].any);
    assert_int_equal(of->steps[4].codes.count, 1);
    assert_int_equal(of->steps[5].kind, SMTPSPEC_STEP_CLOSED);
    assert_int_equal(of->proof_count, 2);
    assert_true(of->proofs[0].passes);
    assert_int_equal(of->proofs[0].count, 2);
    assert_int_equal(of->proof_steps[1].kind, SMTPSPEC_STEP_SERVER_RAW);
    assert_false(of->proofs[1].passes);
    assert_int_equal(of->proofs[1].first, 2);
    assert_int_equal(of->proofs[1].count, 3);
    assert_true(span_is(of->proof_steps[4].text, "250 fine"));
}

/* A file of CRLF lines is read as one of LF lines. */
static void takes_crlf_files(void **state)
{
    char text[2 * sizeof whole];
    size_t length = 0;

    (void)state;
    for (size_t i = 0; i < sizeof whole - 1; i++) {
        if (whole[i] == '\n')
            text[length++] = '\r';
        text[length++] = whole[i];
    }
    assert_int_equal(read_text((struct smtpspec_span){ text, length }),
                     SMTPSPEC_OK);
    assert_true(span_is(read_into.title,
                        "RCPT with no MAIL before it is answered 503"));
    assert_true(span_is(read_into.proof_steps[0].text, "503 5.5.1 no"));
}

static const char secured[] =
    "case   tls.all-words\n"
    "rfc    3207:4.2\n"
    "level  MUST\n"
    "title  every word of TLS and AUTH\n"
    "given  auth\n"
    "needs  STARTTLS AUTH=PLAIN AUTH=cram-md5\n"
    "service smtp submission\n"
    "flags  malformed\n"
    "\n"
    "C: STARTTLS\n"
    "S? 220\n"
    "tls?\n"
    "tls or closed\n"
    "tls\n"
    "offers SIZE AUTH=LOGIN\n"
    "offers not STARTTLS AUTH=PLAIN\n"
    "C: AUTH PLAIN {auth-plain}\n"
    "tls end\n"
    "C> {cram}\n"
    "hangup\n"
    "\n"
    "proof  pass\n"
    "tls\n"
    "proof  fail\n"
    "tls fails\n";

static void reads_the_words_of_tls_and_auth(void **state)
{
    const struct smtpspec_case *of = &read_into;

    (void)state;
    assert_int_equal(read_text(SMTPSPEC_SPAN(secured)), SMTPSPEC_OK);
    assert_int_equal(of->given, SMTPSPEC_GIVEN_AUTH);
    assert_int_equal(of->flags,
                     SMTPSPEC_CASE_USER | SMTPSPEC_CASE_MALFORMED);
    assert_true(of->needs == (SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH) |
                              SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS)));
    assert_int_equal(of->mechanisms,
                     SMTPSPEC_BIT(SMTPSPEC_MECHANISM_PLAIN) |
                         SMTPSPEC_BIT(SMTPSPEC_MECHANISM_CRAM_MD5));
    assert_int_equal(of->services,
                     SMTPSPEC_BIT(SMTPSPEC_SERVICE_SMTP) |
                         SMTPSPEC_BIT(SMTPSPEC_SERVICE_SUBMISSION));
    assert_int_equal(of->step_count, 11);
    assert_int_equal(of->steps[2].kind, SMTPSPEC_STEP_TLS);
    assert_true(of->steps[2].leads);
    assert_true(of->steps[3].any && !of->steps[3].leads);
    assert_true(!of->steps[4].any && !of->steps[4].leads);
    assert_int_equal(of->steps[5].kind, SMTPSPEC_STEP_OFFERS);
    assert_true(of->steps[5].keywords ==
                (SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE) |
                 SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH)));
    assert_int_equal(of->steps[5].mechanisms,
                     SMTPSPEC_BIT(SMTPSPEC_MECHANISM_LOGIN));
    /* Not that mechanism; AUTH itself may well be offered. */
    assert_true(of->steps[6].denied);
    assert_true(of->steps[6].keywords ==
                SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS));
    assert_int_equal(of->steps[8].kind, SMTPSPEC_STEP_TLS_END);
    assert_int_equal(of->steps[10].kind, SMTPSPEC_STEP_HANG_UP);
    assert_int_equal(of->proof_steps[0].kind, SMTPSPEC_STEP_TLS);
    assert_int_equal(of->proof_steps[1].kind, SMTPSPEC_STEP_TLS_FAILS);
}

/* However a file is cut, it is read or one line is named. */
static void reads_or_refuses_every_cut(void **state)
{
    size_t good = 0, bad = 0;

    (void)state;
    for (size_t length = 0; length < sizeof whole; length++) {
        struct smtpspec_span text =
            page_end_copy(0, (struct smtpspec_span){ whole, length });

        if (read_text(text) == SMTPSPEC_OK) {
            good++;
            assert_int_equal(error.line, 0);
        } else {
            bad++;
            assert_true(error.line > 0 && error.text[0] != '\0');
        }
    }
    assert_true(good > 0 && bad > good);
}

/* Every octet replaced by each of a few: no crash, and never a silent error. */
static void survives_every_changed_octet(void **state)
{
    static const char others[] = "\0\n\t {}\\:Cx9\xff";
    char text[sizeof whole];

    (void)state;
    for (size_t i = 0; i < sizeof whole - 1; i++) {
        for (size_t o = 0; o < sizeof others - 1; o++) {
            memcpy(text, whole, sizeof whole);
            text[i] = others[o];
            if (read_text((struct smtpspec_span){ text, sizeof whole - 1 }) !=
                SMTPSPEC_OK)
                assert_true(error.line > 0 && error.text[0] != '\0');
        }
    }
}

static void reads_case_after_case(void **state)
{
    static char text[2 * sizeof whole];
    struct smtpspec_case_reader reader;

    (void)state;
    snprintf(text, sizeof text, "%s%s", whole, whole);
    smtpspec_case_reader_init(&reader, SMTPSPEC_SPAN("x.case"),
                              smtpspec_span_of(text));
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(smtpspec_case_read(&reader, &read_into, &error),
                         SMTPSPEC_OK);
        assert_true(span_is(read_into.id, "rcpt.before-mail"));
        assert_int_equal(read_into.line, i == 0 ? 2 : 25);
    }
    assert_int_equal(smtpspec_case_read(&reader, &read_into, &error),
                     SMTPSPEC_OK);
    assert_int_equal(read_into.id.length, 0);
}

static void says_nothing_more_after_an_error(void **state)
{
    struct smtpspec_case_reader reader;

    (void)state;
    smtpspec_case_reader_init(&reader, SMTPSPEC_SPAN("x.case"),
                              SMTPSPEC_SPAN("bad\ncase a.b\n"));
    assert_int_equal(smtpspec_case_read(&reader, &read_into, &error),
                     SMTPSPEC_ERROR_SYNTAX);
    assert_int_equal(smtpspec_case_read(&reader, &read_into, &error),
                     SMTPSPEC_OK);
    assert_int_equal(read_into.id.length, 0);
}

/* --- Faults -------------------------------------------------------------- */

#define HEAD "case a.b\nrfc 1:2\nlevel MUST\ntitle t\n"
#define STEPS HEAD "given ehlo\nC: NOOP\nS: 250\n"
#define PROOFS "proof pass\nS: 250 x\nproof fail\nS: 500 x\n"

static struct fault_row {
    const char *name, *text;
    unsigned line;
    const char *said;
} faults[] = {
    { "text before the first case", "hello\n", 1, "begins with case" },
    { "id with capitals", "case A.b\n", 1, "not an id" },
    { "id without a dot", "case ab\n", 1, "not an id" },
    { "id that ends in a hyphen", "case a.b-\n", 1, "not an id" },
    { "case alone", "case\n", 1, "nothing follows" },
    { "unknown level", "case a.b\nlevel MAY\n", 2, "level is MUST" },
    { "unknown section", "case a.b\nrfc RFC 5321\n", 2, "not a section" },
    { "unknown given", "case a.b\ngiven quit\n", 2, "given is" },
    { "unknown mechanism", "case a.b\nneeds AUTH=GSSAPI\n", 2, "'AUTH=GSSAPI'" },
    { "unless with a mechanism", "case a.b\nunless AUTH=PLAIN\n", 2, "'AUTH=PLAIN'" },
    { "unknown service", "case a.b\nservice smtp imap\n", 2, "'imap'" },
    { "needs before EHLO in TLS", HEAD "given handshake\nneeds SIZE\nC: X\n", 1, "EHLO" },
    { "auth without a login", HEAD "given auth\nflags anonymous\nC: X\n", 1, "anonymous" },
    { "a name that needs a user", HEAD "given ehlo\nC: {auth-plain}\n", 6, "flags user" },
    { "a digest that needs a user", HEAD "given ehlo\nC: {cram}\n", 6, "flags user" },
    { "tls with a word", HEAD "given ehlo\nC: X\ntls now\n", 7, "'now'" },
    { "tls fails in steps", HEAD "given ehlo\nC: X\ntls fails\n", 7, "'fails'" },
    { "tls? with a word", HEAD "given ehlo\nC: X\ntls? end\n", 7, "'end'" },
    { "tls? in a proof", STEPS "proof pass\ntls?\n", 9, "tls stands" },
    { "tls end in a proof", STEPS "proof pass\ntls end\n", 9, "'end'" },
    { "a reply after tls end", HEAD "given tls\ntls end\nC: X\nS: 250\n", 8, "no S:" },
    { "hangup with a word", HEAD "given ehlo\nhangup now\n", 6, "stands alone" },
    { "hangup in a proof", STEPS "proof pass\nhangup\n", 9, "in steps only" },
    { "a step after hangup", HEAD "given ehlo\nhangup\nC: X\n", 7, "hangup ends" },
    { "offers nothing", HEAD "given ehlo\nC: X\noffers\n", 7, "keywords" },
    { "offers not nothing", HEAD "given ehlo\nC: X\noffers not\n", 7, "'not'" },
    { "offers what nobody knows", HEAD "given ehlo\nC: X\noffers SIZE X-A\n", 7, "'X-A'" },
    { "offers in a proof", STEPS "proof pass\noffers SIZE\n", 9, "in steps" },
    { "unknown extension", "case a.b\nneeds SIZE FOO\n", 2, "'FOO'" },
    { "unknown flag", "case a.b\nflags fast\n", 2, "'fast'" },
    { "unknown word", "case a.b\nspeed 3\n", 2, NULL },
    { "the same field twice", "case a.b\nlevel MUST\nlevel MUST\n", 3, "second line" },
    { "no rfc", "case a.b\nlevel MUST\ntitle t\ngiven ehlo\nC: X\n", 1, "rfc" },
    { "no level", "case a.b\nrfc 1:2\ntitle t\ngiven ehlo\nC: X\n", 1, "level" },
    { "no title", "case a.b\nrfc 1:2\nlevel MUST\ngiven ehlo\nC: X\n", 1, "title" },
    { "no given", HEAD "C: X\n", 1, "given" },
    { "needs before EHLO", HEAD "given idle\nneeds SIZE\nC: X\n", 1, "EHLO" },
    { "content without to", HEAD "given content\nC: .\n", 1, "flags to" },
    { "field after a step", STEPS "level MUST\n", 8, "too late" },
    { "reply to nothing", HEAD "given ehlo\nS: 250\n", 6, "reply to nothing" },
    { "bad code", HEAD "given ehlo\nC: X\nS: 25\n", 7, "list of up to 8" },
    { "no code", HEAD "given ehlo\nC: X\nS:\n", 7, "list of up to 8" },
    { "nine codes", HEAD "given ehlo\nC: X\nS: 250 251 252 253 254 255 256 257 258\n", 7, NULL },
    { "unknown variable", HEAD "given ehlo\nC: {me}\n", 6, "'{me}'" },
    { "unknown escape", HEAD "given ehlo\nC: a\\q\n", 6, "'\\x5cq'" },
    { "half an escape", HEAD "given ehlo\nC: \\x4\n", 6, "unknown name" },
    { "repeat of nothing", HEAD "given ehlo\nC: {x*0}\n", 6, "unknown name" },
    { "open brace", HEAD "given ehlo\nC: {x*3\n", 6, "unknown name" },
    { "blank at the end", HEAD "given ehlo\nC: NOOP \n", 6, "\\x20" },
    { "octet over 127", HEAD "given ehlo\nC: \xe9\n", 6, "\\xNN" },
    { "S> in steps", HEAD "given ehlo\nC: X\nS> 250\n", 7, "in proofs only" },
    { "C: in a proof", STEPS "proof pass\nC: X\n", 9, "what the server sends" },
    { "S? in a proof", STEPS "proof pass\nS? 250\n", 9, "in steps only" },
    { "closed with a code", HEAD "given ehlo\nC: X\nclosed 221\n", 7, "nothing may follow" },
    { "silent with a word", HEAD "given ehlo\nC: X\nsilent night\n", 7, "list of up to 8" },
    { "silent with codes in a proof", STEPS "proof pass\nsilent 421\n", 9, "nothing may" },
    { "proof of neither kind", STEPS "proof maybe\n", 8, "'maybe'" },
    { "proof before the steps", HEAD "given ehlo\nproof pass\n", 6, "before the first step" },
    { "empty proof", STEPS "proof pass\nproof fail\nS: 5\n", 8, "proof without a line" },
    { "no passing proof", STEPS "proof fail\nS: 500 x\n", 9, "passes" },
    { "no failing proof", STEPS "proof pass\nS: 250 x\n", 9, "fails" },
    { "no step", HEAD "given ehlo\n", 5, "no step" },
    { "repeat without end", STEPS "repeat 2\nC: X\nproof pass\n", 10, "without an end" },
    { "end without repeat", STEPS "end\n", 8, "without a repeat" },
    { "repeat in repeat", STEPS "repeat 2\nrepeat 2\n", 9, "inside" },
    { "repeat of 0", STEPS "repeat 0\n", 8, "1 to 999" },
    { "too many steps", STEPS "repeat 240\nC: X\nend\n", 10, "240 steps" },
    { "too many proof lines", STEPS "proof pass\nrepeat 321\nS: 250 x\nend\n", 11, "320 lines" },
    { "too many proofs", STEPS PROOFS PROOFS PROOFS PROOFS "proof pass\n", 24, "8 proofs" },
    { "too much at once", HEAD "given ehlo\nC: {x*99999}\nC: {x*40000}\n", 7, "131072" },
    { "too much by repeat", HEAD "given ehlo\nrepeat 2\nC: {x*70000}\nend\n", 8, "131072" },
};

static void names_the_line_and_the_fault(void **state)
{
    const struct fault_row *row = *state;

    assert_int_equal(read_text(smtpspec_span_of(row->text)),
                     SMTPSPEC_ERROR_SYNTAX);
    if (row->said != NULL && strstr(error.text, row->said) == NULL)
        fail_msg("said \"%s\"", error.text);
    assert_int_equal(error.line, row->line);
}

/* --- Variables ----------------------------------------------------------- */

/* The digest of the example in RFC 2195, 2; its challenge is another there. */
static size_t digest(void *context, struct smtpspec_span challenge,
                     struct smtpspec_span user, struct smtpspec_span password,
                     char *out, size_t cap)
{
    static const char hex[] = "b913a602c7eda7a495b4e6e7334d3890";

    assert_null(context);
    assert_true(span_is(challenge, "<1>"));
    assert_true(span_is(user, "tim"));
    assert_true(span_is(password, "tanstaaf"));
    assert_true(cap >= sizeof hex - 1);
    memcpy(out, hex, sizeof hex - 1);
    return sizeof hex - 1;
}

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 }, .from = { "a@b.example", 11 },
    .rcpt = { "postmaster", 10 }, .nobody = { "nobody", 6 },
    .id = { "a.b", 3 }, .user = { "tim", 3 }, .password = { "tanstaaf", 8 },
    .challenge = { "PDE+", 4 }, .cram = digest, .size = 1999
};

static struct expand_row {
    const char *name, *text, *want;
    size_t length;
} expansions[] = {
    { "plain text stands for itself", "NOOP", "NOOP", 4 },
    { "names stand for their values", "<{from}>{domain}", "<a@b.example>probe.example", 26 },
    { "recipients have names", "{rcpt} {nobody}", "postmaster nobody", 17 },
    { "an octet is repeated", "{x*5}", "xxxxx", 5 },
    { "an escaped octet is repeated", "{\\x00*3}", "\0\0\0", 3 },
    { "escapes stand for octets", "\\r\\n\\0\\t\\\\\\x41\\xfF", "\r\n\0\t\\A\xff", 7 },
    { "nothing stands for nothing", "", "", 0 },
    { "a case knows its id", "X-Case: {id}", "X-Case: a.b", 11 },
    { "a user in base64", "{auth-user}", "dGlt", 4 },
    { "a password in base64", "{auth-password}", "dGFuc3RhYWY=", 12 },
    { "the message of PLAIN", "{auth-plain}", "AHRpbQB0YW5zdGFhZg==", 20 },
    { "PLAIN with a wrong password", "{auth-wrong}", "AHRpbQBuZXZlci10aGlzLW9uZQ==", 28 },
    { "the answer to a challenge", "{cram}",
      "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", 48 },
    { "one more than SIZE", "{oversize}", "2000", 4 },
    { "an unknown name stands for itself", "{me}", "{me}", 4 },
    { "an unknown escape stands for itself", "\\q", "\\q", 2 },
};

static void expands_as_the_row_says(void **state)
{
    const struct expand_row *row = *state;
    struct smtpspec_span text = smtpspec_span_of(row->text);

    for (size_t cap = 0; cap <= row->length; cap++) {
        char *out = page_end_room(0, cap);
        size_t length = smtpspec_case_expand(text, &vars, out, cap);

        assert_int_equal(length, row->length);
        if (cap == length)
            assert_memory_equal(out, row->want, length);
    }
}

/* --- Patterns ------------------------------------------------------------ */

static struct glob_row {
    const char *name, *glob;
    bool matches;
} globs[] = {
    { "the id itself", "rcpt.before-mail", true },
    { "its beginning alone", "rcpt", false },
    { "an asterisk at the end", "rcpt.*", true },
    { "an asterisk at the start", "*mail", true },
    { "asterisks all around", "*before*", true },
    { "an asterisk for nothing", "rcpt.*before-mail*", true },
    { "a question mark", "rcp?.before-mail", true },
    { "a question mark for nothing", "rcpt.before-mail?", false },
    { "a turn back", "*e*e*-*a*l", true },
    { "an asterisk that cannot", "*x*", false },
    { "nothing", "", false },
};

static void matches_as_the_row_says(void **state)
{
    const struct glob_row *row = *state;

    assert_int_equal(smtpspec_case_matches(SMTPSPEC_SPAN("rcpt.before-mail"),
                                           smtpspec_span_of(row->glob)),
                     row->matches);
}

/* --- References ---------------------------------------------------------- */

static void writes_references_for_people(void **state)
{
    static const char *const rows[][2] = {
        { "5321:3.3", "RFC 5321, 3.3" },
        { "5321:4.3.2, 3.4", "RFC 5321, 4.3.2, 3.4" },
        { "5321:3.1; 7504:3", "RFC 5321, 3.1; RFC 7504, 3" },
        { "article 234", "article 234" },
        { "", "" },
    };
    char out[64];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        assert_int_equal(smtpspec_reference_write(rows[i][0], out, sizeof out),
                         strlen(rows[i][1]));
        assert_string_equal(out, rows[i][1]);
    }
    assert_int_equal(smtpspec_reference_write("5321:3.3", out, 7), 13);
    assert_string_equal(out, "RFC 53");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_part),
        cmocka_unit_test(reads_the_words_of_tls_and_auth),
        cmocka_unit_test(takes_crlf_files),
        cmocka_unit_test(reads_or_refuses_every_cut),
        cmocka_unit_test(survives_every_changed_octet),
        cmocka_unit_test(reads_case_after_case),
        cmocka_unit_test(says_nothing_more_after_an_error),
        cmocka_unit_test(writes_references_for_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(names_the_line_and_the_fault, faults) +
           RUN_ROWS(expands_as_the_row_says, expansions) +
           RUN_ROWS(matches_as_the_row_says, globs);
}
