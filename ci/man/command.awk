# SPDX-License-Identifier: MIT
#
# command.awk - the rows of options.def to smtpspec(1)
#
# awk -f mdoc.awk -f command.awk options.tsv smtpspec.1.in: fills in the lines
# with @...@. Columns as src/gen/options_gen.c writes them.
function filled(text, words) {
    gsub(/ /, ", ", words)
    if (index(text, "{}"))
        text = substr(text, 1, index(text, "{}") - 1) words \
            substr(text, index(text, "{}") + 2)
    return inline(text)
}
function close_list() {
    if (open != "")
        print open == "example" ? ".Ed" : ".El"
    open = ""
}
function open_list(kind) {
    if (open == kind)
        return
    close_list()
    if (kind == "status")
        print ".Pp\nExit status:"
    if (kind == "example")
        print ".Pp\nExamples:\n.Bd -literal -offset indent"
    else
        print ".Bl -tag -width Ds" (kind == "status" ? " -compact" : "")
    open = kind
}
function put_usage(verb, usage) {
    print ".Nm"
    print ".Cm " verb
    if (sub(/^\[options\] ?/, "", usage))
        print ".Op Ar options"
    if (usage != "")
        print ".Ar " arguments(usage)
}
function put_option(letter, name, value) {
    value = value == "" ? "" : " Ar " arguments(value)
    print ".It " (letter != "" ? "Fl " letter " , " : "") "Fl Fl " name value
}
function put_row(row,   column) {
    split(row, column, "\t")
    if (column[2] == "verb") {
        close_list()
        print ".Ss smtpspec " column[1]
        put_usage(column[1], column[9])
    } else if (column[2] == "prose" || column[2] == "section") {
        close_list()
        print ".Pp"
        put(inline(column[8]) (column[2] == "section" ? ":" : ""))
    } else if (column[2] == "item") {
        open_list("item")
        print ".It Li " arguments(column[4])
        put(inline(column[8]))
    } else if (column[2] == "option") {
        open_list("item")
        put_option(column[3], column[4], column[6])
        put(filled(column[8], column[7]))
    } else if (column[2] == "status") {
        open_list("status")
        print ".It " column[4]
        put(inline(column[8]))
    } else if (column[2] == "example") {
        open_list("example")
        put_literal("# " column[8])
        put_literal("$ " column[4])
    }
}
BEGIN { FS = "\t" }
FNR == NR {
    rows[++count] = $0
    if ($2 == "verb") {
        verbs[++verb_count] = $1
        usages[$1] = $9
    }
    next
}
/^@SYNOPSIS@$/ {
    for (i = 1; i <= verb_count; i++)
        put_usage(verbs[i], usages[verbs[i]])
    next
}
/^@COMMANDS@$/ {
    for (i = 1; i <= count; i++)
        put_row(rows[i])
    close_list()
    next
}
{ print }
