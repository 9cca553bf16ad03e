#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench-fuzz.sh - what of an engine's speed is left to the fuzz targets
#
# All in one run, and interleaved, because a machine is never twice the same;
# so the ratios are what counts. libFuzzer's rates are executions per second of
# processor time at -max_len=256, three seeds and seven words to start from;
# those of AFL++ are its own. The other targets have their own seeds and words,
# and so has the tokenizer's rate that theirs are a share of; one under a fifth
# says why in its head comment, at "slow because" or "speed:".
#
# bench-fuzz.sh [AFL-CC] reads `make list-targets`; the make has built them all.
# SECONDS_EACH=4 ROUNDS=5 AFL_ROUNDS=7 may be others.
#
# Exit status: 0, 1 where a goal is missed, 77 without clang or AFL++.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

each=${SECONDS_EACH:-4} rounds=${ROUNDS:-5} afl_rounds=${AFL_ROUNDS:-7}
clang=${CLANG:-clang} afl_cc=${1:-afl-clang-fast}
here=build/bench/fuzz
missed=0
TIMEFORMAT='%U %S'

for tool in "$clang" "$afl_cc" afl-fuzz; do
    command -v "$tool" >/dev/null || { echo "there is no $tool"; exit 77; }
done
rm -rf "$here"
mkdir -p "$here/seeds"
cat > "$here/targets"
cp corpus/seeds/reply/{busy-server,starttls-ready,status-of-other-class} \
    "$here/seeds/" || exit
printf '"%s"\n' '250 ' 250- '550 ' '421 ' '354 ' '\x0d\x0a' 5.1.1 \
    > "$here/words.dict"

# The bare targets that ours are held against.
printf '%s\n' '#include <stddef.h>' '#include <stdint.h>' \
    'int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);' \
    'int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)' '{' \
    '#ifdef BRANCH' '    static volatile int seen;' \
    "    if (size > 0 && data[0] == '2')" '        seen = 1;' '#endif' \
    '    (void)data, (void)size;' '    return 0;' '}' > "$here/bare.c"
san='-fsanitize=address,undefined -fno-sanitize-recover=all'
# shellcheck disable=SC2086
{
    "$clang" -O2 -fsanitize=fuzzer -o "$here/empty-plain" "$here/bare.c" &&
        "$clang" -O2 $san -fsanitize=fuzzer -o "$here/empty-san" \
            "$here/bare.c" &&
        "$afl_cc" -O2 -fsanitize=fuzzer -DBRANCH -o "$here/branch" \
            "$here/bare.c"
} > "$here/build.log" 2>&1 </dev/null || { cat "$here/build.log"; exit 1; }

# rate PROGRAM ARGUMENT...: libFuzzer's executions per processor second.
rate() {
    local spent
    spent=$({ time "$@" -max_total_time="$each" -max_len=256 \
        -print_final_stats=1 > "$here/log" 2>&1 </dev/null; } 2>&1)
    sed -n 's/^stat::number_of_executed_units: *//p' "$here/log" |
        awk -v spent="$spent" '{ split(spent, part, " ")
            printf "%d\n", $1 / (part[1] + part[2]) }'
}

seeded() { # PROGRAM
    rate "$1" -dict="$here/words.dict" \
        -seed_inputs="$(printf '%s,' "$here"/seeds/*)"
}

# What AFL++ finds goes to memory where that can be: no disk is to be measured.
out=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit
trap 'rm -rf "$out"' EXIT
stat_of() { # NAME: one of AFL++'s
    sed -n "s/^$1 *: *\([0-9.]*\).*/\1/p" "$out/found/default/fuzzer_stats"
}

# afl_rate PROGRAM: AFL++'s executions per second; 0 where it is not stable.
afl_rate() {
    rm -rf "$out/found"
    AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 \
        AFL_NO_AFFINITY=1 afl-fuzz -V $((2 * each)) -G 256 \
        -x "$here/words.dict" -i "$here/seeds" -o "$out/found" \
        -- "$1" > "$here/log" 2>&1 </dev/null
    case $(stat_of stability) in
    100.00) stat_of execs_per_sec | cut -d. -f1 ;;
    *) echo 0 ;;
    esac
}

median() {
    sort -n "$1" |
        awk "{ all[NR] = \$1 } END { print all[int((NR + 1) / 2)] }"
}

# row WHAT FILE OF GOAL: the medians of two files, their ratio, the goal.
row() {
    awk -v what="$1" -v rate="$(median "$2")" -v of="$(median "$3")" \
        -v goal="$4" 'BEGIN {
            ratio = of > 0 ? rate / of : 0
            printf "%-34s %9d %9d  %5.3f  %5.2f  %s\n", what, rate, of,
                ratio, goal, (ratio >= goal ? "ok" : "MISSED")
            exit ratio < goal }' || missed=1
}

for ((i = 0; i < rounds; i++)); do
    rate "$here/empty-plain" >> "$here/empty-plain.rates"
    seeded build/bench/plain/fuzz_reply >> "$here/plain.rates"
    rate "$here/empty-san" >> "$here/empty-san.rates"
    seeded build/bench/san/fuzz_reply >> "$here/san.rates"
done
for ((i = 0; i < afl_rounds; i++)); do
    afl_rate "$here/branch" >> "$here/branch.rates"
    afl_rate build/afl/fuzz_reply >> "$here/afl.rates"
done

printf '%-34s %9s %9s  %5s  %5s\n' 'executions per second' rate of ratio goal
row 'tokenizer / empty, plain' "$here/plain.rates" \
    "$here/empty-plain.rates" 0.14
row 'tokenizer / empty, ASan + UBSan' "$here/san.rates" \
    "$here/empty-san.rates" 0.20
row 'AFL++ tokenizer / one branch' "$here/afl.rates" \
    "$here/branch.rates" 0.80

# Each other target as a share of the tokenizer.
own_rate() { # TARGET WORDS FOLDER...
    local target=$1 words=$2
    shift 2
    rm -rf "$here/found"
    mkdir -p "$here/found"
    rate "build/fuzz/fuzz_$target" -dict="$words" "$here/found" "$@"
}
read -r name _ words folders < <(grep '^reply ' "$here/targets")
# shellcheck disable=SC2086
own_rate "$name" "$words" $folders > "$here/own.rates"
while read -r name _ words folders; do
    [ "$name" != reply ] || continue
    goal=0.20
    ! grep -qE '^ \* (slow because|speed: )' "harness/fuzz_$name.c" || goal=0
    # shellcheck disable=SC2086
    own_rate "$name" "$words" $folders > "$here/$name.own"
    row "$name / tokenizer, ASan + UBSan" "$here/$name.own" \
        "$here/own.rates" $goal
done < "$here/targets"

[ $missed = 0 ]
