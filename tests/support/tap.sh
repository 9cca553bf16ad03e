# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# tap.sh - read in by tests that are shell scripts: assertions
#
#     . tests/support/tap.sh
#     check 'a sentence' COMMAND...     # what it printed is told if it fails
#     COMMAND; tell $? 'a sentence' [FILE...]
#     echo "1..$count"
#
# In the end `failed` is how many did not hold. What `check` writes is in
# $work, which is $TMPDIR where it was not set before.

work=${work:-${TMPDIR:?}}
count=0 failed=0

tell() { # STATUS NAME [FILE...]: whose ends are told where it is not 0
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
        return
    fi
    echo "not ok $count - $2"
    failed=$((failed + 1))
    shift 2
    [ $# -eq 0 ] || tail -q -n 20 "$@" | sed 's/^/# /'
}

check() { # NAME COMMAND...
    name=$1
    shift
    "$@" >"$work/out" 2>&1
    tell $? "$name" "$work/out"
}
