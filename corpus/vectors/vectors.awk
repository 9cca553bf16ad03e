# SPDX-License-Identifier: MIT
#
# vectors.awk - turn replies.src into replies.jsonl and replies.notes.json
#
#     awk -v notes=FILE -f vectors.awk ../../src/wire/defects.def replies.src
#
# Knows nothing of replies: what is expected is said in replies.src, octet for
# octet and line for line, and here only put into JSON. Of defects.def it takes
# the names, their order and what they mean. Any awk; LC_ALL=C.

function fault(text) {
    printf "replies.src:%d: %s\n", number_of[at], text > "/dev/stderr"
    faults++
}

# --- octets and JSON ---------------------------------------------------------

# What an escape at the start of `text` stands for, in hexadecimal; `taken` is
# how long it was.
function escape_hex(text,    octet, count, i, out) {
    if (text ~ /^\^n/) { taken = 2; return "0a" }
    if (text ~ /^\^r/) { taken = 2; return "0d" }
    if (text ~ /^\^0/) { taken = 2; return "00" }
    if (text ~ /^\^\^/) { taken = 2; return "5e" }
    if (text ~ /^\^x[0-9a-f][0-9a-f]/) {
        taken = 4
        return substr(text, 3, 2)
    }
    if (text ~ /^\^\{/ && (i = closing_brace(text)) > 0) {
        octet = count = substr(text, 3, i - 3)
        sub(/\*[0-9]+$/, "", octet)
        sub(/^.*\*/, "", count)
        out = times(hex(octet), count + 0)
        taken = i
        return out
    }
    fault("unknown escape: " text)
    taken = 1
    return ""
}

# Where the brace that opens at the second octet is closed.
function closing_brace(text,    i, depth, octet) {
    for (i = 2; i <= length(text); i++) {
        octet = substr(text, i, 1)
        depth += octet == "{" ? 1 : octet == "}" ? -1 : 0
        if (!depth)
            return i
    }
    return 0
}

function times(text, count,    out) {
    for (out = ""; count > 0; count = int(count / 2)) {
        if (count % 2)
            out = out text
        text = text text
    }
    return out
}

function hex(text,    out, plain) {
    for (out = ""; text != ""; text = substr(text, taken + 1)) {
        if (substr(text, 1, 1) == "^") {
            out = out escape_hex(text)
            continue
        }
        plain = code_of[substr(text, 1, 1)]
        if (plain == "")
            fault("write this octet as an escape: " substr(text, 1, 1))
        out = out plain
        taken = 1
    }
    return out
}

function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

# "5321:4.2, 2.4" as people write it: "RFC 5321, 4.2, 2.4".
function section_of(text) {
    if (text !~ /^[0-9]+:[0-9]+(\.[0-9]+)*$/)
        fault("not a section: " text)
    sub(/:/, ", ", text)
    return "RFC " text
}

# --- one vector --------------------------------------------------------------

function list(names,    n, i, name, out) {
    n = split(names, name, " ")
    for (i = 1; i <= n; i++)
        out = out (i > 1 ? "," : "") quoted(name[i])
    return "[" out "]"
}

# Those of `set` (" a b ") in the order of defects.def.
function in_order(set,    i, out) {
    for (i = 0; i < defects; i++)
        if (index(set, " " defect[i] " "))
            out = out " " defect[i]
    return list(out)
}

function end_reply() {
    if (!reply_lines)
        return
    replies = replies (replies == "" ? "" : ",") "{\"code\":" \
        (reply_code == "-" ? "null" : reply_code + 0) ",\"enhanced\":" \
        (reply_status == "" ? "null" : quoted(reply_status)) \
        ",\"complete\":" (complete ? "true" : "false") ",\"lines\":[" \
        lines "]}"
    reply_lines = 0
    lines = ""
}

function end_vector() {
    if (id == "")
        return
    end_reply()
    if (size != "" && size * 2 != length(input))
        fault(id " is " length(input) / 2 " octets long")
    if ((result == "valid") != (all_defects == " "))
        fault(id ": valid is what has no defects, and nothing else")
    printf "{\"id\":%s,\"comment\":%s,\"section\":%s,\"flags\":%s," \
        "\"result\":%s,\"defects\":%s,\"input\":\"%s\",\"replies\":[%s]}\n",
        quoted(id), quoted(comment), quoted(section_of(section)),
        list(flags), quoted(result), in_order(all_defects), input, replies
    id = ""
}

function head(text,    n, i, word) {
    end_vector()
    i = index(text, " : ")
    comment = substr(text, i + 3)
    n = split(substr(text, 1, i), word, " ")
    if (!i || n < 2 || comment == "")
        fault("not `* ID RESULT [SECTION] [+FLAG] : COMMENT`")
    id = group "." word[1]
    if (id !~ /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/)
        fault("not an id: " id)
    if (id in seen)
        fault(id " is there twice")
    seen[id] = 1
    count++
    if (word[2] !~ /^[VAI]+$/)
        fault("neither of V A I: " word[2])
    result = word[2] ~ /I/ ? "invalid" : word[2] ~ /A/ ? "acceptable" : "valid"
    section = group_section
    flags = group_flags
    input = replies = size = ""
    all_defects = " "
    for (i = 3; i <= n; i++)
        if (sub(/^\+/, "", word[i]))
            flags = flags " " known_flag(word[i])
        else
            section = word[i]
}

function known_flag(name) {
    if (!(name in flag_text))
        fault("no such flag: " name)
    return name
}

# `= CODE [D.D.D] [DEFECT] [sep:OCTET] [...] [: TEXT]`
function expect(first, text,    i, n, word, code, status, own, separator) {
    last_expected = text
    i = index(text, " : ")
    if (first)
        end_reply()
    n = split(i ? substr(text, 1, i) : text, word, " ")
    text = i ? substr(text, i + 3) : ""
    code = word[1]
    status = own = separator = ""
    if (code !~ /^([0-9][0-9][0-9]|-)$/)
        fault("neither three digits nor -: " code)
    if (first) {
        reply_code = code
        reply_status = ""
        complete = 1
    }
    for (i = 2; i <= n; i++)
        if (word[i] == "...")
            complete = 0
        else if (word[i] ~ /^[0-9]+\.[0-9]+\.[0-9]+$/)
            status = word[i]
        else if (sub(/^sep:/, "", word[i]))
            separator = hex(word[i])
        else if (word[i] in is_defect)
            own = own " " word[i]
        else
            fault("no such defect: " word[i])
    if (reply_status == "")
        reply_status = status
    own = own (own == "" ? "" : " ")
    all_defects = all_defects substr(own, 2)
    if (!complete && !index(all_defects, " unterminated "))
        all_defects = all_defects "unterminated "
    lines = lines (reply_lines++ ? "," : "") "{\"text\":\"" hex(text) "\"" \
        (code == reply_code ? "" : \
            ",\"code\":" (code == "-" ? "null" : code + 0)) \
        (status == "" ? "" : ",\"enhanced\":" quoted(status)) \
        (separator == "" ? "" : ",\"separator\":\"" separator "\"") \
        (own == "" ? "" : ",\"defects\":" in_order(own)) "}"
}

# The line expected before, `times_in_all` times in all, each of them a reply
# of its own where `first`.
function more(times_in_all, first,    i) {
    for (i = 1; i < times_in_all; i++)
        expect(first, last_expected)
}

# --- the source --------------------------------------------------------------

function filled(text,    name) {
    for (name in value)
        gsub("[$][{]" name "[}]", value[name], text)
    return text
}

function one_line(text,    n, word) {
    text = filled(text)
    if (text ~ /^\* /) head(substr(text, 3))
    else if (text ~ /^S /) input = input hex(substr(text, 3)) "0d0a"
    else if (text == "S") input = input "0d0a"
    else if (text ~ /^s /) input = input hex(substr(text, 3))
    else if (text ~ /^= /) expect(1, substr(text, 3))
    else if (text ~ /^\+ /) expect(0, substr(text, 3))
    else if (text ~ /^more /) more(substr(text, 6) + 0, 0)
    else if (text ~ /^again /) more(substr(text, 7) + 0, 1)
    else if (text ~ /^size /) size = substr(text, 6) + 0
    else if (text ~ /^group /) {
        end_vector()
        n = split(text, word, " ")
        group = word[2]
        group_section = word[3]
        for (group_flags = ""; n > 3; n--)
            group_flags = group_flags " " known_flag(substr(word[n], 2))
    } else if (text ~ /^flag /) {
        n = split(text, word, " ")
        flag_text[word[2]] = substr(text, index(text, " : ") + 3)
        flag_order[flag_count++] = word[2]
    } else if (text != "" && text !~ /^#/)
        fault("what is this? " text)
}

# Words are parted by blanks, so that a blank inside of one is written ~.
function spaced(text) {
    gsub(/~/, " ", text)
    return text
}

# The `end` of the `each` in line `from`.
function end_of(from,    depth, i) {
    for (i = from; i <= total; i++) {
        if (source[i] ~ /^each /) depth++
        if (source[i] == "end" && --depth == 0)
            return i
    }
    at = from
    fault("each without end")
    return total
}

# `each A,B a1,b1 a2,b2`: the lines up to `end`, once for each pair.
function each_of(from, to,    n, m, i, j, word, name, part) {
    n = split(source[from], word, " ")
    m = split(word[2], name, ",")
    for (i = 3; i <= n; i++) {
        at = from
        if (split(word[i], part, ",") != m)
            fault("not " m " values: " word[i])
        for (j = 1; j <= m; j++)
            value[name[j]] = spaced(filled(part[j]))
        run(from + 1, to - 1)
    }
    end_vector()
    for (j = 1; j <= m; j++)
        delete value[name[j]]
}

function run(from, to,    i, last) {
    for (i = from; i <= to; i++) {
        at = i
        if (source[i] ~ /^each /) {
            last = end_of(i)
            each_of(i, last)
            i = last
        } else
            one_line(source[i])
    }
}

function write_notes(    i) {
    printf "{\n  \"vectors\": %d,\n  \"results\": {\n", count > notes
    printf "    \"valid\": %s,\n    \"acceptable\": %s,\n" \
        "    \"invalid\": %s\n  },\n  \"flags\": {\n",
        quoted("by the grammar; a reader that refuses it is wrong"),
        quoted("departs from the grammar, but can be read in one way " \
            "only: a reader may take it as it is expected here, or " \
            "refuse it"),
        quoted("a reader should refuse it, or report the defects; one " \
            "that takes it as is hides a fault or invites one") > notes
    for (i = 0; i < flag_count; i++)
        printf "    %s: %s%s\n", quoted(flag_order[i]),
            quoted(flag_text[flag_order[i]]),
            i + 1 < flag_count ? "," : "" > notes
    printf "  },\n  \"defects\": {\n" > notes
    for (i = 0; i < defects; i++)
        printf "    %s: %s%s\n", quoted(defect[i]),
            quoted(defect_text[i] " (" defect_level[i] ")"),
            i + 1 < defects ? "," : "" > notes
    printf "  }\n}\n" > notes
}

BEGIN {
    defects = flag_count = 0
    for (i = 32; i < 127; i++)
        code_of[sprintf("%c", i)] = sprintf("%02x", i)
}
FILENAME ~ /defects\.def$/ && /^DEFECT\(/ {
    split($0, part, "\"")
    defect[defects] = part[2]
    is_defect[part[2]] = 1
    split(part[3], word, " ")
    defect_level[defects] = word[2]
    sub(/,/, "", defect_level[defects])
    next
}
FILENAME ~ /defects\.def$/ && /^       "/ {
    split($0, part, "\"")
    defect_text[defects++] = part[2]
}
FILENAME ~ /defects\.def$/ { next }
/^  / {
    source[total] = source[total] " " $0
    next
}
{
    source[++total] = $0
    number_of[total] = FNR
}
END {
    run(1, total)
    end_vector()
    if (notes != "")
        write_notes()
    exit faults > 0
}
