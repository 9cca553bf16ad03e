# SPDX-License-Identifier: MIT
#
# case.awk - tests/conformance/README.md to smtpspec-case(5)
#
# awk -f mdoc.awk -f case.awk README.md. It knows of Markdown what that file
# has of it: headings, paragraphs, numbered lists, tables of two columns, blocks
# of code.
function flush() {
    if (text != "")
        put(inline(text))
    text = ""
}
function close_list() {
    flush()
    if (list != "")
        print ".El"
    list = ""
}
function cell(line, n,   part) {
    gsub(/\\\|/, "\001", line)
    split(line, part, / *\| */)
    gsub(/\001/, "|", part[n])
    return part[n]
}
BEGIN {
    print ".\\\" SPDX-License-Identifier: MIT"
    print ".Dd November 26, 2026\n.Dt SMTPSPEC-CASE 5\n.Os"
    print ".Sh NAME\n.Nm smtpspec-case\n.Nd conformance cases of smtpspec"
    print ".Sh DESCRIPTION"
}
/^```/ {
    code = !code
    if (code)
        close_list()
    print code ? ".Bd -literal -offset indent" : ".Ed"
    blank = 0
    next
}
code { put_literal($0); next }
/^# / { next }
/^## / {
    close_list()
    sub(/^## /, "")
    print ".Sh " toupper(arguments($0))
    blank = 0
    next
}
/^\| *-/ || /^\| (word|line) \|/ { next }
/^\|/ {
    if (list != "tag") {
        close_list()
        print ".Bl -tag -width Ds"
        list = "tag"
    }
    name = cell($0, 2)
    gsub(/`/, "", name)
    print ".It Li " arguments(name)
    put(inline(cell($0, 3)))
    next
}
/^[0-9]+\. / {
    flush()
    if (list != "enum") {
        close_list()
        print ".Bl -enum"
        list = "enum"
    }
    print ".It"
    sub(/^[0-9]+\. /, "")
}
/^$/ {
    blank = text != "" || list != "" || blank
    close_list()
    next
}
{
    if (blank && text == "" && list == "")
        print ".Pp"
    blank = 0
    text = text " " $0
}
END {
    close_list()
    print ".Sh SEE ALSO\n.Xr smtpspec 1"
}
