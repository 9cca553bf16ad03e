#!/bin/sh
# SPDX-License-Identifier: MIT
#
# campaign.t - the fuzz verbs and ci/campaign.sh, on targets planted for it
#
# A tree of their own holds them, with floor 0 for a library: one target that
# is clean, one that breaks on what a few mutations make of its seed, in two
# ways, one that does not take the same path twice.
set -u

skip() { echo "1..0 # SKIP campaign.t: $*"; exit 0; }
for tool in clang afl-clang-fast afl-fuzz llvm-symbolizer rsync bash; do
    command -v $tool >/dev/null || skip "no $tool here"
done
[ "$PROFILE" = release ] || skip "the build makes no difference"

count=0
report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$work/out"
}
# holds NAME COMMAND...
holds() {
    what=$1
    shift
    if "$@"; then report ok "$what"; else report 'not ok' "$what"; fi
}

work=$TMPDIR
tree=$work/tree
root=$PWD
mkdir -p "$tree/src" "$tree/harness"
ln -s "$root/Makefile" "$root/ci" "$root/include" "$root/tests" "$tree/"
ln -s "$root"/src/* "$tree/src/"
ln -s "$root/harness/harness.h" "$root/harness/driver.c" "$tree/harness/"

plant() { # NAME LINE...: of the function's body
    name=$1
    shift
    mkdir -p "$tree/corpus/seeds/$name" "$tree/corpus/dictionaries"
    printf '250 ok\r\n' >"$tree/corpus/seeds/$name/seed"
    printf 'word="251"\n' >"$tree/corpus/dictionaries/$name.dict"
    printf '%s\n' '/* seeds: corpus/seeds/'"$name"' */' '#include "harness.h"' \
        'int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)' '{' \
        "$@" '    return 0;' '}' >"$tree/harness/fuzz_$name.c"
}
plant clean '    if (size > 2 && data[0] == 50) MUST(data[0] != 51);'
plant broken '    if (size < 3) return 0;' \
    '    MUST(data[0] != 50 || data[1] != 53 || data[2] != 49);' \
    '    if (data[0] == 53) return ((volatile int *)data)[size];'
# One of its seeds breaks it at once.
printf '5 9 9\r\n' >"$tree/corpus/seeds/broken/overflow"
plant shaky '    static unsigned runs;' \
    '    if (++runs % 3 == 0 && size > 1) MUST(data[0] != 0 || size < 9999);' \
    '    if (runs % 5 == 0 && size > 2) MUST(data[1] != 0 || size < 9999);'

campaign() { # STATUS OPTION...
    wanted=$1
    shift
    bash "$tree/ci/campaign.sh" --jobs 2 --name one --out "$work/dir" "$@" \
        >"$work/out" 2>&1
    status=$?
    cat "$work/dir/summary.md" >>"$work/out"
    [ $status = "$wanted" ] || { echo "status $status" >>"$work/out"; false; }
}
says() { grep -q -e "$1" "$work/dir/summary.${2-md}"; }
finds() { [ "$(wc -l <"$work/dir/finds.tsv")" = "$1" ]; }

# Those of the test runner would take the reports out of the logs.
unset ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
export MAKEFLAGS=
cd "$tree" || exit 1
holds 'a broken target' campaign 1 --seconds 16 --targets 'clean broken'
holds 'each stack is one find' finds 2
holds 'a row of numbers for a clean one' says \
    '^| clean | [0-9]* | [1-9][0-9]* | [1-9][0-9]* | .* 100.00% | 0 |  |$'
holds 'which has no find' sh -c "! grep -q ^clean '$work/dir/finds.tsv'"
holds 'the property is named' says \
    'broken: `does not hold: data\[0\] != 50 || .* != 49 in the target'
holds 'the sanitizer is named' says 'heap-buffer-overflow'
holds 'HTML is escaped' says 'make replay-broken INPUT=&#39;' html
again=$(sed -n 's/^ *\(make replay-broken .*\)/\1/p' \
    "$work/dir/summary.md" | head -n 1)
holds 'the find has a command' test -n "$again"
holds 'which shows it again' sh -c "! $again >'$work/out' 2>&1 &&
    grep -q 'the input was' '$work/out'"
holds 'the second campaign knows it' campaign 0 --seconds 8 --targets broken
holds 'and says so' says '0 new finds, 2 known'

holds 'a find under libFuzzer ends with its command' sh -c \
    "! make -s fuzz-broken TIME=5 >'$work/out' 2>&1 &&
    grep -q \"^find: make replay-broken INPUT='build/\" '$work/out'"
holds 'a find under AFL++ too' sh -c \
    "! make -s afl-broken TIME=3 >'$work/out' 2>&1 &&
    grep -q \"^find: make replay-broken INPUT='build/\" '$work/out'"
holds 'AFL++ is content with a clean target' sh -c \
    "make -s afl-clean TIME=2 >'$work/out' 2>&1"
holds 'a target must take the same path twice' sh -c \
    "! make -s afl-shaky TIME=3 >'$work/out' 2>&1 &&
    grep -q 'does not take the same path' '$work/out'"

holds 'nothing is running any more' test ! -e "$work/dir/pid"
AFL_FUZZ=false
export AFL_FUZZ
holds 'a target that cannot run is no success' campaign 1 --seconds 2 \
    --targets clean
holds 'and is named' says '^| clean .* did not run under AFL++ |$'
unset AFL_FUZZ

# Interrupted: it ends its processes and tells what it has.
rm -rf "$work/dir/run"
bash ci/campaign.sh --seconds 60 --targets clean --jobs 2 --name one \
    --out "$work/dir" >"$work/out" 2>&1 &
campaign=$!
tries=0
until [ -e "$work/dir/run/clean/afl/one-2/fuzzer_stats" ] ||
    [ $tries -gt 200 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
holds 'no second one in the same folder' sh -c \
    "bash ci/campaign.sh --out '$work/dir' >/dev/null 2>&1; test \$? = 2"
sleep 1
afl=$(sed -n 's/^fuzzer_pid *: //p' \
    "$work/dir/run/clean/afl/one-2/fuzzer_stats")
kill -TERM $campaign
wait $campaign
status=$?
holds 'an interrupted campaign says so' test $status = 143
holds 'it has a summary' says interrupted
holds 'AFL++ was ended' sh -c "! kill -0 $afl 2>/dev/null"

# Their programs are in this tree, which nobody else has. AFL++ alone leaves one
# stopped process for each run with cmplog.
left() { readlink /proc/[0-9]*/exe 2>/dev/null | grep "^$tree/"; }
holds 'nobody is left behind' sh -c "test -z '$(left)'"

# Two machines, that is, folders.
mkdir "$work/peer"
holds 'queues are sent to a peer' sh ci/sync-campaign.sh "$work/dir" \
    "$work/peer"
holds 'and arrive' test -n "$(find "$work/peer/run/clean/afl/one-2/queue" \
    -type f | head -n 1)"
holds 'nothing to send is an error' sh -c \
    "! sh ci/sync-campaign.sh '$work/peer' '$work/dir' 2>/dev/null"
echo "1..$count"
