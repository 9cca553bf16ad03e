#!/bin/sh
# SPDX-License-Identifier: MIT
#
# afl-fuzz.sh ARGUMENT... - afl-fuzz without a screen, that leaves nobody behind
#
# AFL++ 4.04 stops the process of -c when it ends, and does not end it: it
# stays for ever, with every file and lock that it inherited. It has a session
# of its own, so it is known by a mark in its environment (Linux: /proc).
# TERM, INT and HUP are passed on.
#
# Exit status: that of afl-fuzz.
set -u

# It refuses options of sanitizers that are not its own.
mark=SMTPSPEC_AFL=$$.$(date +%s%N)
env -u ASAN_OPTIONS -u UBSAN_OPTIONS -u LSAN_OPTIONS -u MSAN_OPTIONS \
    -u AFL_FUZZ AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    AFL_NO_UI=1 AFL_NO_AFFINITY=1 "$mark" "${AFL_FUZZ:-afl-fuzz}" "$@" &
fuzzer=$!
trap 'kill -TERM $fuzzer 2>/dev/null' TERM INT HUP

# A trapped signal ends the wait, too.
wait $fuzzer
status=$?
while kill -0 $fuzzer 2>/dev/null; do
    wait $fuzzer
    status=$?
done

for process in /proc/[0-9]*; do
    grep -zqsxF "$mark" "$process/environ" &&
        kill -KILL "${process#/proc/}" 2>/dev/null
done
exit $status
