# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# tap.sh - read in by system tests: assertions that are commands
#
#     . tests/support/tap.sh
#     check 'a sentence' COMMAND...     # what it printed is told if it fails
#     echo "1..$count"

work=${TMPDIR:?}
count=0
check() { # NAME COMMAND...
    name=$1
    shift
    count=$((count + 1))
    if "$@" >"$work/out" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$work/out" | head -n 10
    fi
}
