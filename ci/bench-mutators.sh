#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bench-mutators.sh WITH PLAIN < TARGETS - does each mutator earn its place?
#
# WITH and PLAIN hold the libFuzzer binaries with their mutators and without;
# TARGETS are lines of `make list-targets`. Both start from the seeds, and once
# more from the first of them alone, with the same words, and stop after RUNS
# executions, or SECONDS_EACH seconds where that is given, ROUNDS times in turn,
# each time with another random seed. Told are medians: edges (libFuzzer's cov),
# features (ft: edges with how often they were taken), how many of them the
# seeds had not shown ("new"), processor time for an execution.
#
# ABLATE=yes tells besides, for each operator (or those of OPERATORS), what is
# there without it, from the seeds and from one: means, so that a difference
# below the error that stands behind it says nothing. The exit status is 1 where
# a target sees fewer features with its mutator.
set -u
cd "$(dirname "$0")/.." || exit

with=$1 plain=$2
runs=${RUNS:-30000} rounds=${ROUNDS:-5}
limit=-runs=$runs told="$runs executions"
[ -z "${SECONDS_EACH-}" ] ||
    limit=-max_total_time=$SECONDS_EACH told="$SECONDS_EACH seconds"
room=$(mktemp -d) || exit
trap 'rm -rf "$room"' EXIT
TIMEFORMAT=%U

# One run; adds "edges features seconds/execution new" to a file.
run() { # RESULTS FOLDER TARGET SEED WORDS SEEDS...
    local results=$1 binary=$2/fuzz_$3 seed=$4 words=$5
    shift 5
    rm -rf "$room/found"
    mkdir "$room/found"
    { time "$binary" "$limit" -seed="$seed" -dict="$words" \
        -artifact_prefix="$room/" "$room/found" "$@" 2>"$room/log" \
        >/dev/null; } 2>"$room/time"
    awk -v seconds="$(cat "$room/time")" '
        $2 == "INITED" { seen = $6 }
        $2 == "DONE" { print $4, $6, seconds / substr($1, 2), $6 - seen
                       met = 1 }
        END { exit !met }' "$room/log" \
        >>"$results" || { tail -n 5 "$room/log" >&2; exit 1; }
}

median() { # RESULTS COLUMN
    sort -n -k "$2,$2" "$1" | awk -v column="$2" '{ value[NR] = $column }
        END { print value[int((NR + 1) / 2)] }'
}

# How the second number stands to the first.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b / a }'; }

# The mean of a column, and its standard error.
mean() { # RESULTS COLUMN
    awk -v column="$2" '{ sum += $column; squares += $column ^ 2 }
        END { mean = sum / NR; over = squares / NR - mean ^ 2
              print mean, (over > 0 ? sqrt(over / (NR - 1)) : 0) }' "$1"
}

# How the features of the second differ, and the error of that.
differs() { # RESULTS RESULTS
    printf '%s %s' "$(mean "$1" 2)" "$(mean "$2" 2)" | awk '{
        printf "%+7.1f +- %4.1f", $3 - $1, sqrt($2 ^ 2 + $4 ^ 2) }'
}

# The names come with the first mutation, which is behind the last seed.
ablate() { # TARGET WORDS SEEDS...
    local name names of
    rm -rf "$room/found"
    mkdir "$room/found"
    names=${OPERATORS:-$(SMTPSPEC_MUTATE_WITHOUT='?' "$with/fuzz_$1" \
        -max_total_time=60 "$room/found" "${@:3}" 2>/dev/null)}
    [ -n "$names" ] || { echo "$1 names no operators" >&2; exit 1; }
    for name in $names; do
        of=$room/$1.without.$name
        for ((seed = 1; seed <= rounds; seed++)); do
            SMTPSPEC_MUTATE_WITHOUT=$name run "$of" "$with" "$1" \
                "$seed" "${@:2}"
            SMTPSPEC_MUTATE_WITHOUT=$name run "$of.one" "$with" "$1" \
                "$seed" "$2" "$room/one"
        done
        printf '  without %-24s features %s, from one seed %s\n' "$name" \
            "$(differs "$room/$1.with" "$of")" \
            "$(differs "$room/$1, one seed.with" "$of.one")"
    done
}

# A row of the table; RESULTS are those files without their .plain and .with.
compare() { # RESULTS TARGET WORDS SEEDS...
    local results=$1 way
    for ((seed = 1; seed <= rounds; seed++)); do
        for way in plain with; do
            run "$results.$way" "${!way}" "$2" "$seed" "${@:3}"
        done
    done
    set -- $(for column in 1 2 3 4; do
        for way in plain with; do median "$results.$way" $column; done
    done)
    printf '%-22s %7s %7s %5s %7s %7s %5s %5s %9s\n' "${results##*/}" \
        "$1" "$2" "$(ratio "$1" "$2")" "$3" "$4" "$(ratio "$3" "$4")" \
        "$(ratio "$7" "$8")" "$(ratio "$5" "$6")"
    [ "$4" -ge "$3" ] || poor=1
}

poor=0
printf '%-22s %21s %27s %9s\n' '' edges features 'time per'
printf '%-22s %7s %7s %5s %7s %7s %5s %5s %9s\n' target without with ratio \
    without with ratio new execution
while read -r target _ words seeds; do
    # shellcheck disable=SC2086
    set -- $seeds
    mkdir "$room/one"
    cp "$(find "$1" -type f | sort | head -n 1)" "$room/one"
    compare "$room/$target" "$target" "$words" "$@"
    compare "$room/$target, one seed" "$target" "$words" "$room/one"
    [ "${ABLATE:-no}" != yes ] || ablate "$target" "$words" "$@"
    rm -r "$room/one"
done
echo "medians of $rounds runs of $told"
exit $poor
