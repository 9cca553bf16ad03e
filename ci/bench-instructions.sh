#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench-instructions.sh COUNT FILE - instructions a line of each corpus, which
# noise does not move, by valgrind's callgrind
#
# COUNT is what tests/bench/count.c becomes. FILE (tests/bench/expected.json)
# keeps the figures for each compiler and C library: one that has grown by more
# than 5 in 100 fails. UPDATE=1 writes those of this compiler anew. Callgrind
# knows no AVX-512; the reference is not meant to be fast.
#
# Exit status: 0 none has grown (or: no valgrind, no figures for this compiler,
# which is said), 1 one has, or a figure is missing.
set -u

count=$1
expected=$2
# gcc says by which name it was called.
compiler="$(${CC:-cc} --version | sed '1!d; s/^[a-z]*cc\(-[0-9]*\)* /gcc /')"
compiler="$compiler, $(getconf GNU_LIBC_VERSION)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

command -v valgrind >/dev/null || {
    echo 'skipped: bench-instructions: no valgrind here'
    exit 0
}

# Per line of that corpus; nothing where callgrind cannot run it.
instructions() { # RUNNER CORPUS
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        --toggle-collect=counted "$count" "$1" "$2" \
        > "$folder/lines" 2> "$folder/said" || return
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$folder/said" |
        awk -v lines="$(cat "$folder/lines")" \
            'lines > 0 && $1 > 0 { printf "%.1f\n", $1 / lines }'
}

for runner in $("$count"); do
    case $runner in reference | avx512) continue ;; esac
    for corpus in a b c; do
        figure=$(instructions "$runner" "$corpus")
        [ -n "$figure" ] || {
            echo "skipped: $runner does not run under callgrind" >&2
            break
        }
        printf '%s\t%s\n' "$corpus $runner" "$figure"
    done
done > "$folder/now"
[ -s "$folder/now" ] || {
    echo 'bench-instructions: callgrind counted nothing' >&2
    exit 1
}

# A line a figure: "NAME": FIGURE, below the line of its compiler.
if [ -n "${UPDATE-}" ]; then
    awk -v compiler="$compiler" -F '\t' '
    function begin(name) { printf "%s  \"%s\": {", parted, name; comma = "\n" }
    function figure(name, value) {
        printf "%s    \"%s\": %s", comma, name, value
        comma = ",\n"
    }
    BEGIN { print "{" }
    NR == FNR { now[++figures] = $1; value[$1] = $2; next }
    /": \{$/ {
        split($0, part, "\"")
        ours = part[2] == compiler
        if (!ours)
            begin(part[2])
        next
    }
    /": [0-9.]+,?$/ && !ours {
        split($0, part, /"(: )?|,/)
        figure(part[2], part[3])
    }
    /^  \}/ && !ours { printf "\n  }"; parted = ",\n" }
    END {
        begin(compiler)
        for (i = 1; i <= figures; i++)
            figure(now[i], value[now[i]])
        print "\n  }\n}"
    }' "$folder/now" "$expected" > "$folder/new" &&
        cp "$folder/new" "$expected"
fi

awk -v compiler="$compiler" -F '\t' '
/": \{$/ { split($0, part, "\""); ours = part[2] == compiler; known += ours }
NR == FNR {
    if (ours && /": [0-9.]+,?$/) {
        split($0, part, /"(: )?|,/)
        kept[part[2]] = part[3]
    }
    next
}
FNR == 1 {
    print "instructions a line, " compiler
    printf "%-16s %9s %9s\n", "", "kept", "now"
}
{
    word = ""
    if (known && !($1 in kept))
        word = "NEW: UPDATE=1 keeps it"
    else if (known && $2 > kept[$1] * 1.05)
        word = "GROWN"
    faults += word != ""
    printf "%-16s %9s %9s  %s\n", $1, kept[$1], $2, word
    delete kept[$1]
}
END {
    for (name in kept) {
        print name ": kept, and not there any more (UPDATE=1)"
        faults++
    }
    if (!known)
        print "skipped: no figures of this compiler are kept (UPDATE=1)"
    exit faults > 0
}' "$expected" "$folder/now"
