#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-floors.sh - who may include whom (src/README.md has the picture)
#
# A file includes its own floor and lower ones; report reads results only. A
# header in include/ includes nothing but include/ and three headers of the C
# library. The pure floors take of that library only what is listed here.
set -u
cd "$(dirname "$0")/.." || exit

# shellcheck disable=SC2046
awk '
function allow(from, list,   i, n, to) {
    n = split(list, to, " ")
    for (i = 1; i <= n; i++)
        edge[from, to[i]] = 1
    edge[from, from] = 1
}
function public(list, of,   i, n, name) {
    n = split(list, name, " ")
    for (i = 1; i <= n; i++)
        floor_of["smtpspec/" name[i] ".h"] = of
}
function fault(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text
    faults++
}
BEGIN {
    pure = "base wire rules case judge"
    allow("base", "")
    allow("wire", "base")
    allow("rules", "base wire")
    allow("case", pure)
    allow("judge", pure)
    allow("mutate", pure)
    allow("net", pure)
    # No floor: what makes tables for one when it is built.
    allow("gen", pure " cli")
    # On one floor, but in this order: the embedded target is a server.
    allow("server", pure " net")
    allow("run", pure " net server")
    allow("fuzz", pure " mutate net server run")
    allow("learn", pure " mutate net server run fuzz")
    allow("report", pure)
    allow("cli", pure " net run server fuzz learn report")
    public("base limits error", "base")
    public("command reply ehlo status data base64", "wire")
    public("rules session", "rules")
    public("judge", "judge")
    n = split(pure " mutate", name, " ")
    for (i = 1; i <= n; i++)
        is_pure[name[i]] = 1
    # Heap, streams and clocks by name, in case a header lets them in.
    unfit = "(^|[^A-Za-z0-9_])(malloc|calloc|realloc|free|f?printf|fopen|" \
        "fwrite|fputs|puts|getenv|exit|abort|time|clock_gettime|" \
        "setlocale)[ ]*\\("
}
FNR == 1 {
    files++
    split(FILENAME, part, "/")
    here = FILENAME ~ /^include\// ? "include" : part[2]
    base = FILENAME
    sub(/.*\//, "", base)
    bare = here == "include" ||
        base ~ /^(reply.*|plain|status|data|ehlo|command|base64)\.[ch]$/ &&
        here == "wire"
}
here in is_pure && !/^ ?\*|^ *\/\*/ && $0 ~ unfit {
    fault("not for a pure floor: " $0)
}
!/^[ \t]*#[ \t]*include/ { next }
{
    target = $0
    sub(/^[^<"]*[<"]/, "", target)
    sub(/[>"].*$/, "", target)
    quoted = /"/
}
target ~ /^smtpspec\// {
    if (!(target in floor_of))
        fault(target " is on no floor: public() in " \
            "ci/check-floors.sh gives it one")
    else if (here != "include" && !((here, floor_of[target]) in edge))
        fault(here " may not include " target)
    next
}
quoted && here == "include" && target !~ /errors\.def$/ {
    fault("a public header includes only <smtpspec/...>: " target)
    next
}
quoted && target ~ /\// {
    split(target, part, "/")
    if (!((here, part[1]) in edge))
        fault(here " may not include " target)
    next
}
quoted || target ~ /^(stddef|stdint|stdbool)\.h$/ { next }
# The one place where instructions of one processor may be asked for.
target ~ /^[ei]mmintrin\.h$/ && base == "blocks.h" { next }
bare { fault("only stddef.h, stdint.h and stdbool.h here: " target) }
!bare && here in is_pure && target != "string.h" {
    fault("not for a pure floor: " target)
}
END {
    printf "%d files, %d includes against the floors\n", files, faults
    exit faults > 0
}' $(find src include -name '*.[ch]' | sort)
