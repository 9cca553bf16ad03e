#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench-fleet.sh SMTPSPEC - does the memory of a check of many targets stay
# where it is?
#
# FLEET (2000) times the built-in server, FLEET_JOBS (16) at once, with the
# cases that match ONLY; a tenth of them before, to see that it does not depend
# on how many there are; then twice FLEET_JOBS with all cases, which is what a
# process may need at most. The memory is that of all processes together, each
# page counted once (Pss), looked at many times a second. Fails where it comes
# to MIB (128) or grows with the number of targets.
set -u

smtpspec=${1:?the path of the command}
targets=${FLEET:-2000} jobs=${FLEET_JOBS:-16} mib=${MIB:-128}
cases=${ONLY:-noop* rset*}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
TMPDIR=$work
export TMPDIR
bad=0

if [ ! -r /proc/self/smaps_rollup ]; then
    echo 'bench-fleet.sh: needs /proc/PID/smaps_rollup, of Linux' >&2
    exit 1
fi

# Memory in KiB that PID and its children have now.
memory_of() {
    children=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
    for process in $1 $children; do
        cat "/proc/$process/smaps_rollup" 2>/dev/null
    done | awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}

# Memory in KiB of PID alone, with what it has in common with others.
own_memory_of() {
    awk '/^Rss:/ { print $2 }' "/proc/$1/smaps_rollup" 2>/dev/null
}

# run TARGETS [OPTION...]: leaves peak, own (KiB), ms and done.
run() {
    number=$1
    shift
    yes embedded: | head -n "$number" >"$work/list"
    "$smtpspec" check --quiet --jobs "$jobs" --targets "$work/list" \
        --report "jsonl=$work/run.jsonl" "$@" >/dev/null 2>"$work/err" &
    pid=$!
    peak=0 own=0
    while kill -0 $pid 2>/dev/null; do
        now=$(memory_of $pid)
        [ "$now" -le $peak ] || peak=$now
        now=$(own_memory_of $pid)
        [ "${now:-0}" -le $own ] || own=$now
        sleep 0.02
    done
    wait $pid
    status=$?
    done=$(grep -c '^{"record": "target_end"' "$work/run.jsonl")
    ms=$(sed -n 's/.*"run_end".*"elapsed_ms": \([0-9]*\).*/\1/p' \
        "$work/run.jsonl")
    [ $status -eq 0 ] && [ "$done" -eq "$number" ] && return
    echo "status $status, $done targets of $number have their end:"
    head -n 5 "$work/err"
    bad=1
}

row() { # WHAT
    awk -v what="$1" -v done="$done" -v ms="${ms:-0}" -v peak="$peak" \
        -v own="$own" 'BEGIN {
        printf "%-34s %7.1f s  %7.1f/s  %7.1f MiB, the first %.1f\n", what,
            ms / 1000, (ms > 0 ? done * 1000 / ms : 0), peak / 1024,
            own / 1024 }'
}
# most KIB LIMIT WHAT
most() {
    [ "$1" -gt "$2" ] || return 0
    echo "too much: $1 KiB, $2 are the most ($3)"
    bad=1
}

# The patterns are words.
set -f
# shellcheck disable=SC2086
set -- $(printf -- '--only %s ' $cases)
run $((targets / 10)) "$@"
row "$((targets / 10)) targets, some cases"
few=$own
run "$targets" "$@"
row "$targets targets, some cases"
most "$peak" $((mib * 1024)) "$mib MiB"
most "$own" $((few + few / 8)) \
    'the first process; with a tenth of the targets it was less'
run $((2 * jobs))
row "$((2 * jobs)) targets, all cases"
most "$peak" $((mib * 1024)) "$mib MiB"
exit $bad
