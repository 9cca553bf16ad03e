#!/bin/sh
# SPDX-License-Identifier: MIT
#
# prove.t - the proofs can fail: faults planted in a copy are told
set -u

command -v frama-c >/dev/null || { echo '1..0 # SKIP there is no frama-c'; exit; }
copy=$TMPDIR/tree
count=0

# faults NAME FILE SED MODULE PATTERN: with FILE changed by SED the proof of
# MODULE fails and says PATTERN.
faults() {
    count=$((count + 1))
    rm -rf "$copy"
    mkdir -p "$copy/harness"
    cp -R include src ci "$copy/" && cp -R harness/prove "$copy/harness/"
    sed "$3" "$2" > "$copy/$2"
    if ! cmp -s "$2" "$copy/$2" &&
        ! sh "$copy/ci/prove-eva.sh" "$4" > "$TMPDIR/out" 2>&1 &&
        grep -q "$5" "$TMPDIR/out"; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        sed 's/^/# /' "$TMPDIR/out"
    fi
}

faults 'a record more than there is room for' src/wire/reply_reference.c \
    's/written < cap) {$/written <= cap) {/' reply 'alarm: .*valid(.line'
faults 'a number written without room for it' src/wire/status.c \
    's/char whole\[10\]/char whole[8]/' status 'alarm: .*mem_access'
faults 'an entry that follows nothing' harness/prove/eva_data.c \
    's/^ \* follows: .*/ */' data 'not followed to its end'
faults 'an entry that reaches less' harness/prove/eva_data.c \
    's/smtpspec_data_read(/if (0) &/' data '^FAIL  data: '

echo "1..$count"
