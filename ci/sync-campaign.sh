#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sync-campaign.sh [--every SECONDS] DIR PEER... - hand on what was found
#
# DIR is where ci/campaign.sh runs on this machine (its --out), a PEER where it
# runs on another: HOST:/DIR for rsync over ssh, or a folder. The queues of
# this machine's AFL++ instances are copied to each peer, whose instances
# import what is new to them, and their libFuzzer after them. Each machine
# needs a --name of its own and runs this against the others, once or every
# so many seconds, until it is ended.
#
# Exit status: 0, 1 where a peer could not be reached, 2 wrong use.
set -u

usage() { echo 'usage: sync-campaign.sh [--every SECONDS] DIR PEER...' >&2
    exit 2; }

every=
if [ "${1-}" = --every ]; then
    every=${2:?SECONDS}
    shift 2
fi
[ $# -ge 2 ] || usage
dir=$1
shift
name=$(cat "$dir/name" 2>/dev/null) || {
    echo "sync-campaign.sh: no campaign was ever run in $dir" >&2
    exit 2
}

# The instances are called NAME-1, NAME-2, ...; others' names are not ours to
# send. Below .state AFL++ notes what only concerns itself.
push() { # PEER
    (cd "$dir" && set -- "$1" run/*/afl/"$name"-*/queue &&
        [ -d "$2" ] && peer=$1 && shift &&
        rsync -aR --exclude=.state "$@" "$peer/") ||
        { echo "sync-campaign.sh: $1: nothing sent" >&2; return 1; }
}

while :; do
    status=0
    for peer; do push "$peer" || status=1; done
    [ -n "$every" ] || exit $status
    sleep "$every"
done
