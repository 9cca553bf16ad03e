# SPDX-License-Identifier: MIT
#
# campaign-report.awk - the summary of a campaign, form=md or form=html
#
# Reads summary.tsv (campaign-row.awk says its columns) and finds.tsv: target,
# new or known, key, kind and place, the command that replays it. What they
# hold may come from an input, so it is escaped for the form.

function plain(text) {
    if (form == "html") {
        gsub(/&/, "\\&amp;", text)
        gsub(/</, "\\&lt;", text)
        gsub(/>/, "\\&gt;", text)
        gsub(/"/, "\\&quot;", text)
        gsub(/'/, "\\&#39;", text)
    } else {
        gsub(/`/, "'", text)
    }
    return text
}
function grouped(number,   text) {
    text = number ""
    while (text ~ /[0-9][0-9][0-9][0-9]/)
        if (!sub(/[0-9][0-9][0-9]($| )/, " &", text))
            break
    return text
}
function code(text) {
    return form == "html" ? "<code>" plain(text) "</code>" \
                          : "`" plain(text) "`"
}
function row(kind, names,   n, i, cells, line) {
    n = split(names, cells, "\t")
    if (form == "md") {
        for (i = 1; i <= n; i++)
            line = line "| " cells[i] " "
        print line "|"
        return
    }
    for (i = 1; i <= n; i++)
        line = line "<" kind (i > 1 ? " class=n" : "") ">" cells[i] \
            "</" kind ">"
    print "<tr>" line "</tr>"
}
function growth(from, to) {
    return (from == "" ? "?" : from) " → " (to == "" ? "?" : to)
}

BEGIN { FS = "\t" }
NR == FNR {
    targets[++count] = $1
    took[$1] = $2
    rate[$1] = $4 "\t" $6
    edges[$1] = growth($7, $8) " of " $9
    features[$1] = growth($10, $11)
    inputs[$1] = growth($12, $13)
    stability[$1] = $14
    note[$1] = $15
    executed += $3 + $5
    all_seconds += $2
    next
}
{
    finds++
    new += $2 == "new"
    news[$1] += $2 == "new"
    state[finds] = $2
    of[finds] = $1
    what[finds] = $4
    again[finds] = $5
}

END {
    title = "Campaign of " when
    said = new + 0 (new == 1 ? " new find" : " new finds") ", " \
        finds - new " known; " count + 0 " targets, " grouped(executed) \
        " executions" (note_text == "" ? "" : "; " note_text)
    if (form == "html")
        begin_html()
    else
        print "# " title "\n\n" said "\n"
    head = "target\tseconds\tlibFuzzer/s\tAFL++/s\tedges\tfeatures\t" \
        "inputs\tstability\tnew finds\tnote"
    row("th", head)
    if (form == "md")
        print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: " \
            "| ---: | --- |"
    for (i = 1; i <= count; i++) {
        t = targets[i]
        row("td", plain(t) "\t" took[t] "\t" rate[t] "\t" edges[t] "\t" \
            features[t] "\t" inputs[t] "\t" stability[t] "\t" news[t] + 0 \
            "\t" plain(note[t]))
    }
    if (form == "html")
        print "</table>"
    for (i = 1; i <= finds; i++)
        tell(i)
    if (form == "html")
        print "<footer>" plain(revision " on " machine) "</footer></html>"
    else
        print "\n" plain(revision " on " machine)
}
function tell(i) {
    if (form == "html")
        print "<section class=" (state[i] == "new" ? "new" : "known") \
            "><h2>" plain(of[i]) ": " state[i] "</h2><p>" plain(what[i]) \
            "</p><p>" code(again[i]) "</p></section>"
    else
        print "\nfind (" state[i] "), " of[i] ": " code(what[i]) \
            "\n\n    " again[i]
}
function begin_html() {
    print "<!DOCTYPE html><html lang=en><meta charset=utf-8>"
    print "<meta name=viewport content=\"width=device-width\">"
    print "<title>" plain(title) "</title><style>"
    print ":root{color-scheme:light dark}"
    print "body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;" \
        "margin:2rem auto;padding:0 1rem}"
    print "table{border-collapse:collapse;width:100%;display:block;" \
        "overflow-x:auto}"
    print "th,td{padding:.3rem .7rem;border-bottom:1px solid #8886;" \
        "text-align:left;white-space:nowrap}"
    print ".n{text-align:right}.n:last-child{text-align:left}"
    print "section{border-left:4px solid #888;padding:0 1rem;margin:1.5rem 0}"
    print "section.new{border-color:#c0392b}h2{font-size:1rem}"
    print "code{display:block;overflow-x:auto;padding:.5rem;" \
        "background:#8882}footer{color:#888;margin-top:2rem}"
    print "</style><h1>" plain(title) "</h1><p>" plain(said) "</p><table>"
}
