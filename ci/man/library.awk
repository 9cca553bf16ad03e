# SPDX-License-Identifier: MIT
#
# library.awk - the public headers to libsmtpspec(3)
#
# awk -f mdoc.awk -f library.awk HEADER...: a section for each, with what its
# head says, its types and its functions, each beneath what is said of it.
function begin_page(   i) {
    print ".\\\" SPDX-License-Identifier: MIT"
    print ".Dd November 26, 2026\n.Dt LIBSMTPSPEC 3\n.Os"
    print ".Sh NAME\n.Nm libsmtpspec"
    print ".Nd SMTP replies, commands, rules and a judge of them"
    print ".Sh SYNOPSIS"
    for (i = 1; i < ARGC; i++)
        if (ARGV[i] ~ /\.h$/)
            print ".In smtpspec/" name_of(ARGV[i])
    print ".Sh DESCRIPTION"
    put("The library reads and judges SMTP. It does no I/O, allocates no " \
        "memory, reads no clock and has no global variable: memory is the " \
        "caller's, and the same octets always give the same answer.")
    print ".Pp\nCompile and link with what"
    print ".Ql pkg-config --cflags --libs libsmtpspec\nprints."
}
function name_of(path) {
    sub(/.*\//, "", path)
    return path
}
function flush() {
    if (literal)
        print ".Ed"
    literal = 0
    if (prose != "") {
        if (!fresh)
            print ".Pp"
        put(inline(prose))
    }
    fresh = fresh && prose == ""
    prose = ""
}
# The lines of a comment, its marks off: paragraphs, and what stands in from
# the margin as it is.
function put_comment(   i, text) {
    for (i = 1; i <= said; i++) {
        text = says[i]
        sub(/^ *\/?\*+\/? ?/, "", text)
        sub(/ *\*\/$/, "", text)
        if (text ~ /^ *$/) {
            flush()
        } else if (text ~ /^   /) {
            if (!literal) {
                flush()
                print ".Bd -literal -offset indent"
            }
            literal = 1
            put_literal(text)
        } else {
            if (literal)
                flush()
            prose = prose " " text
        }
    }
    flush()
    said = 0
}
# A body is nobody's business.
function put_code(   i, line, margin) {
    fresh = 0
    print ".Bd -literal -offset indent"
    for (i = 1; i <= coded && code[i] !~ /^\{/; i++) {
        line = code[i] (i < coded && code[i + 1] ~ /^\{/ ? ";" : "")
        if (gsub(/SMTPSPEC_API /, "", line))
            margin = 1
        gsub(/^inline |SMTPSPEC_API$/, "", line)
        if (margin)
            sub(/^             /, "", line)
        if (line != "")
            put_literal(line)
    }
    print ".Ed"
}
function end_block() {
    if (coded > 0) {
        put_comment()
        put_code()
    }
    coded = said = 0
}
FNR == 1 {
    if (NR == 1)
        begin_page()
    end_block()
    body = 0
}
!body {
    if (/^ \* [a-z0-9]+\.h - /) {
        print ".Ss " $2
        sub(/^ \* .*\.h - /, "")
        says[++said] = $0
        fresh = 1
    } else if (!/SPDX/ && !/^#/ && !/^$/) {
        says[++said] = $0
    }
    if (/^ \*\//)
        put_comment()
    body = /^#define/
    next
}
/^#(include|if|else|endif|define SMTPSPEC_API)/ || /^extern "C"/ {
    end_block()
    # What C++ reads is left out, what C reads in its place is not.
    in_condition = /^#if/ || in_condition && !/^#(else|endif)/
    next
}
in_condition { next }
comment || /^ *\/\*/ && (coded == 0 || !inside) {
    if (!comment)
        end_block()
    says[++said] = $0
    comment = !/\*\//
    next
}
/^$/ && !inside { end_block(); next }
{
    code[++coded] = $0
    inside = !/^\}/ && (inside || /\{$/)
}
END {
    end_block()
    print ".Sh SEE ALSO\n.Xr smtpspec 1"
}
