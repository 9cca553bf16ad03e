# SPDX-License-Identifier: MIT
#
# crash-key.awk - what kind of crash a log tells of, and where, in one line
#
# Reads what a fuzz target said when it replayed a crash: "KIND in F1 < F2 <
# F3", the kind being the property that does not hold or the sanitizer's name
# for it, then the innermost functions of ours. Two inputs with one such line
# are one find. Where time or memory ran out the innermost function is chance,
# and the outermost ones are taken.

function better(text, rank) {
    # Numbers, addresses among them, differ from input to input.
    gsub(/0x[0-9a-f]+|[0-9]+/, "N", text)
    gsub(/[\t\r]/, " ", text)
    if (rank > best) {
        best = rank
        kind = text
    }
}

/: does not hold: / {
    text = $0
    sub(/^.*: does not hold: /, "does not hold: ", text)
    # Numbers in a condition are its own.
    best = 9
    kind = text
}
/: runtime error: / {
    text = $0
    sub(/^.*: runtime error: /, "runtime error: ", text)
    better(text, 5)
}
/^SUMMARY: .*leaked in/ { better("memory leak", 4) }
/^SUMMARY: (Address|Memory|Leak)Sanitizer: / { better($2 " " $3, 3) }
/^SUMMARY: libFuzzer: / {
    text = $0
    sub(/^SUMMARY: /, "", text)
    better(text, 2)
    outermost = text ~ /timeout|out-of-memory/
}

# The first stack: up to the line that follows it.
/^ *#[0-9]+ 0x/ && !ended {
    inside = 1
    if ($4 == "LLVMFuzzerTestOneInput")
        reached = 1
    if (!reached && $4 != "harness_fail" && $5 ~ /\/(src|harness|include)\// &&
        $5 !~ /compiler-rt|\/usr\//)
        frames[count++] = $4
    next
}
inside { ended = 1 }

END {
    if (kind == "")
        kind = "crash only as AFL++ built it"
    first = outermost && count > 2 ? count - 2 : 0
    for (i = first; i < count && i < first + 3; i++)
        where = where (where == "" ? "" : " < ") frames[i]
    print kind " in " (where == "" ? "the target itself" : where)
}
