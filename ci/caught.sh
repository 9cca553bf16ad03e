#!/bin/sh
# SPDX-License-Identifier: MIT
#
# caught.sh SMTPSPEC - which cases catch which misdeed, by a run of each
#
# Writes tests/caught.tsv: misdeed, how many cases caught it, the first ten of
# them in order; and tests/catches.tsv: each written case, how many misdeeds
# it caught, the first ten. A case with none rests on its failing proofs alone.
# Caught: a fail, or a warning. Neither table has a header row.
set -eu
# What is kept for somebody's own servers is nothing to go by here.
export XDG_CONFIG_HOME=/nonexistent
cd "$(dirname "$0")/.."

smtpspec=${1:?the path of the command}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL

# The ids of the cases that failed or warned: a case is a line of the report.
caught() { # MISDEED
    case $1 in
    lmtp-*) target=embedded+lmtp:$1 ;;
    *) target=embedded:$1 ;;
    esac
    timeout 100 "$smtpspec" check --timeout 0.3 --jobs 16 --quiet \
        --report "json=$dir/$1.json" "$target" >/dev/null 2>&1 || :
    grep -E '"level": "[A-Z]*", "outcome": "(fail|warn)", ' "$dir/$1.json" |
        sed -n 's/^ *{"id": "\([^"]*\)", .*/\1/p' | sort >"$dir/$1.ids"
}

misdeeds=$("$smtpspec" list misdeeds --format tsv | cut -f 1)
at_once=0
for misdeed in $misdeeds; do
    caught "$misdeed" &
    at_once=$((at_once + 1))
    [ $((at_once % 4)) -ne 0 ] || wait
done
wait

ten() { # a column, as one line of ten words
    head -n 10 | paste -s -d ' ' -
}

for misdeed in $misdeeds; do
    printf '%s\t%s\t%s\n' "$misdeed" "$(wc -l <"$dir/$misdeed.ids")" \
        "$(ten <"$dir/$misdeed.ids")"
done | sort >"$dir/caught"

for misdeed in $misdeeds; do
    sed "s/\$/ $misdeed/" "$dir/$misdeed.ids"
done | sort >"$dir/pairs"
"$smtpspec" list cases --format tsv | cut -f 1 | grep -v '^sweep\.' | sort |
    awk -v pairs="$dir/pairs" '
    BEGIN {
        while ((getline line < pairs) > 0) {
            split(line, part, " ")
            if (count[part[1]]++ < 10)
                names[part[1]] = names[part[1]] \
                    (names[part[1]] == "" ? "" : " ") part[2]
        }
    }
    { printf "%s\t%d\t%s\n", $1, count[$1], names[$1] }' >"$dir/catches"

mv "$dir/caught" tests/caught.tsv
mv "$dir/catches" tests/catches.tsv
awk -F '\t' '{ n++; none += $2 == 0 }
    END { printf "%d misdeeds, %d caught by no case\n", n, none }' \
    tests/caught.tsv
awk -F '\t' '{ n++; none += $2 == 0 }
    END { printf "%d written cases, %d catch no misdeed\n", n, none }' \
    tests/catches.tsv
