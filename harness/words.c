/* SPDX-License-Identifier: MIT */
/*
 * words.c - make a fuzzer's dictionary of the words of our tables
 *
 *     words FILE > DICTIONARY
 *     words --kinds
 *
 * FILE says which. A line of it is
 *
 *     # a comment               copied
 *     "octets"                  a word by hand, in the form of a dictionary
 *     KIND "template"           each word of that kind (--kinds lists them),
 *                               in the place of the % of the template
 *     members FILE "template"   the names of members in a file of JSON
 *
 * A word that was there already is left out, and one of over 64 octets, which
 * libFuzzer passes over. Exit status 2 where FILE is malformed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "word_kinds.h"

#define WORD_MOST 64
#define LINE_MOST 512
#define WORDS_MOST 4096

static char *words[WORDS_MOST];     /* as written, quotes included           */
static size_t word_count;

/* A line under way. */
struct line {
    const char *file;
    unsigned number;
    const char *template;   /* from its first quote to its last              */
};

static void give_up(const struct line *line, const char *why)
{
    fprintf(stderr, "words: %s:%u: %s\n", line->file, line->number, why);
    exit(2);
}

/* How many octets what stands between the quotes is. */
static size_t octets_of(const char *written)
{
    size_t count = 0;

    for (const char *at = written + 1; at[0] != '"' || at[1] != '\0'; at++) {
        if (*at == '\\')
            at += at[1] == 'x' ? 3 : 1;
        count++;
    }
    return count;
}

static void put_word(const struct line *line, const char *written)
{
    size_t octets = octets_of(written);

    if (octets == 0 || octets > WORD_MOST)
        return;
    for (size_t i = 0; i < word_count; i++)
        if (strcmp(words[i], written) == 0)
            return;
    if (word_count == WORDS_MOST ||
        (words[word_count] = strdup(written)) == NULL)
        give_up(line, "too many words");
    puts(words[word_count++]);
}

/* An octet as a dictionary writes it. */
static size_t put_octet(unsigned char octet, char *out, size_t cap)
{
    bool plain = octet >= ' ' && octet <= '~' && octet != '"' &&
                 octet != '\\';
    int length = snprintf(out, cap, plain ? "%c" : "\\x%02x", octet);

    return (size_t)length < cap ? (size_t)length : cap - 1;
}

static void on_word(void *context, struct smtpspec_span octets)
{
    const struct line *line = context;
    char room[4 * LINE_MOST + 8];
    size_t length = 0;

    if (octets.length > WORD_MOST)
        return;
    for (const char *at = line->template; *at != '\0'; at++) {
        if (*at != '%') {
            room[length++] = *at;
            continue;
        }
        for (size_t i = 0; i < octets.length; i++)
            length += put_octet((unsigned char)octets.at[i], room + length,
                                sizeof(room) - length);
    }
    room[length] = '\0';
    put_word(line, room);
}

static void tell_members(const struct line *line, const char *name)
{
    struct word_sink sink = { on_word, (void *)(uintptr_t)line };
    FILE *file = fopen(name, "rb");
    static char room[1 << 20];
    size_t length;

    if (file == NULL)
        give_up(line, strerror(errno));
    length = fread(room, 1, sizeof(room), file);
    fclose(file);
    word_members(&sink, (struct smtpspec_span){ room, length });
}

static void tell_kind(const struct line *line, char *head)
{
    struct word_sink sink = { on_word, (void *)(uintptr_t)line };
    char *name = head + strcspn(head, " ");

    for (size_t i = 0; word_kinds[i].name != NULL; i++)
        if (strcmp(word_kinds[i].name, head) == 0) {
            word_kinds[i].tell(&sink);
            return;
        }
    if (strncmp(head, "members ", strlen("members ")) != 0)
        give_up(line, "no such kind of words (words --kinds)");
    tell_members(line, name + strspn(name, " "));
}

/* Whether it is a dictionary's word: quotes around it, whole escapes. */
static bool is_word(const char *text)
{
    size_t length = strlen(text);

    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return false;
    for (const char *at = text + 1; at < text + length - 1; at++) {
        if (*at == '"')
            return false;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'x' && strspn(at + 1, "0123456789abcdef") >= 2)
            at += 2;
        else if (*at != '\\' && (*at != '"' || at == text + length - 1))
            return false;
    }
    return true;
}

static void take_line(struct line *line, char *text)
{
    char *quote = strchr(text, '"'), *end;

    if (text[0] == '#' || text[0] == '\0') {
        puts(text);
        return;
    }
    if (quote == NULL || !is_word(quote))
        give_up(line, "neither a comment nor KIND \"template\"");
    line->template = quote;
    if (quote == text) {
        put_word(line, text);
        return;
    }
    for (end = quote; end > text && end[-1] == ' '; end--)
        ;
    if (end == quote || strchr(quote, '%') == NULL)
        give_up(line, "not KIND \"template\", with a % in the template");
    *end = '\0';
    tell_kind(line, text);
}

int main(int argc, char **argv)
{
    struct line line = { 0 };
    char text[LINE_MOST];
    FILE *file;

    if (argc == 2 && strcmp(argv[1], "--kinds") == 0) {
        for (size_t i = 0; word_kinds[i].name != NULL; i++)
            puts(word_kinds[i].name);
        return 0;
    }
    if (argc != 2 || (file = fopen(argv[1], "r")) == NULL) {
        fputs("usage: words FILE | words --kinds\n", stderr);
        return 2;
    }
    line.file = argv[1];
    puts("# Made by make dictionaries; do not edit.");
    while (fgets(text, sizeof(text), file) != NULL) {
        line.number++;
        if (strchr(text, '\n') == NULL)
            give_up(&line, "too long, or no line end");
        text[strcspn(text, "\n")] = '\0';
        take_line(&line, text);
    }
    fclose(file);
    return 0;
}
