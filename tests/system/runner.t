#!/bin/sh
# SPDX-License-Identifier: MIT
#
# runner.t - tests/run counts what fails, in whatever way a test fails
set -u

count=0
# gives NAME STATUS LAST PATTERN NAME=COMMAND...: the runner's exit status, its
# last line, and a line somewhere in what it prints.
gives() {
    name=$1 status=$2 last=$3 pattern=$4
    shift 4
    # The test_ in these names are no unit tests.
    TEST_SECONDS=${seconds:-20} sh tests/run "$TMPDIR/results" "$@" \
        >"$TMPDIR/out" 2>&1
    got=$?
    count=$((count + 1))
    if [ "$got" = "$status" ] && [ "$(tail -n 1 "$TMPDIR/out")" = "$last" ] &&
        grep -q -e "$pattern" "$TMPDIR/out"; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name: status $got"
        sed 's/^/# /' "$TMPDIR/out"
    fi
}

none='1 passed, 0 failed, 0 skipped'
one='0 passed, 1 failed, 0 skipped'
skip='0 passed, 0 failed, 1 skipped'
gives 'a command that passes' 0 "$none" '^ok *a ' a=true
gives 'a command that fails' 1 "$one" 'FAIL  a: .*status 3' 'a=exit 3'
gives 'what it said is shown' 1 "$one" '^      why' 'a=echo why; false'
gives 'a failed assertion' 1 '1 passed, 1 failed, 0 skipped' 'FAIL  a: two' \
    'a=echo 1..2; echo ok 1 - one; echo not ok 2 - two'
gives 'what it notes is shown' 1 "$one" '^      # why' \
    'a=echo 1..1; echo not ok 1; echo "# why"'
gives 'its standard error is shown' 1 "$one" '^      oops' \
    'a=echo oops >&2; echo 1..1; echo not ok 1'
gives 'an end with a status after all passed' 1 \
    '1 passed, 1 failed, 0 skipped' 'ended with status 3' \
    'a=echo 1..1; echo ok 1; exit 3'
gives 'a crash' 1 "$one" 'ended with status' "a=kill -SEGV \$\$"
gives 'fewer tests than planned' 1 '1 passed, 1 failed, 0 skipped' \
    'planned 2, ran 1' 'a=echo 1..2; echo ok 1'
gives 'several groups in one program' 0 '2 passed, 0 failed, 0 skipped' . \
    'a=echo 1..1; echo ok 1; echo 1..1; echo ok 1'
gives 'a unit test that asserts nothing' 1 "$one" 'asserts nothing' test_a=true
gives 'a system test that asserts nothing' 1 "$one" 'asserts nothing' a.t=true
gives 'a skipped test' 0 "$skip" 'skipped: no mounts' \
    'a=echo 1..1; echo "ok 1 # SKIP no mounts"'
gives 'a skipped test as cmocka tells it' 0 "$skip" 'skipped: one' \
    'a=echo 1..1; echo "not ok 1 # SKIP one"'
gives 'a skipped command' 0 "$skip" 'skipped: no mounts' \
    'a=echo no mounts; exit 77'
gives 'several programs' 1 '1 passed, 1 failed, 1 skipped' 'FAIL  b' \
    a=true b=false 'c=exit 77'
gives 'a report of a sanitizer' 1 '1 passed, 1 failed, 0 skipped' \
    '^      heap trouble' "a=echo heap trouble > $TMPDIR/results/sanitizer.7"
seconds=1
gives 'a test that hangs' 1 "$one" 'ran out of time' 'a=sleep 30'

echo "1..$count"
