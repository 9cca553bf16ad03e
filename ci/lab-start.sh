#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lab-start.sh WHAT NAME SCRIPT - start a server of the lab, or say why not
#
# For those who go through the servers (ci/lab/run.sh, ci/lab/fuzz.sh): where it
# does not start, one line of TAP about WHAT of NAME. Exit status: 0 it runs,
# 77 the machine cannot have it, 1 it does not start.
set -u

said=$(timeout 600 "$3" start) && exit
[ $? = 77 ] || {
    echo "not ok - $1: $2 does not start"
    exit 1
}
printf 'ok - %s: %s # SKIP lab: ' "$1" "$2"
printf '%s\n' "$said" | tail -n 1
exit 77
