#!/bin/sh
# SPDX-License-Identifier: MIT
#
# engines.t - what ci/fleet gives to Slurm and to Kubernetes, as these run it
#
# Without either: the command lines are run as the engine would, task by task.
# ci/fleet/check-slurm.sh has a cluster.
set -u

. tests/support/tap.sh

manifest=ci/fleet/kubernetes.yaml
mkdir "$work/bin"
ln -s "$SMTPSPEC" "$work/bin/smtpspec"
PATH=$work/bin:$PATH
TARGETS=$work/list
export PATH TARGETS

# The lines of the manifest's container, without their indent.
awk '/^ *args:/ { args = 1; next }
    args && /^ *- \|$/ { open = 1; next }
    open && /^ *[a-z]+:/ && match($0, /^ */) && RLENGTH < indent { exit }
    open { if (!indent) { match($0, /^ */); indent = RLENGTH }
        print substr($0, indent + 1) }' $manifest >"$work/pod.sh"

# As the engine calls task I of N; what follows goes to check.
pod() { # I N [OPTION...]
    JOB_COMPLETION_INDEX=$(($1 - 1)) PARTS=$2
    shift 2
    OPTIONS="$*"
    export JOB_COMPLETION_INDEX PARTS OPTIONS
    exec sh -c "$(cat "$work/pod.sh")"
}
task() { # I N [OPTION...]
    SLURM_ARRAY_TASK_ID=$1 SLURM_ARRAY_TASK_MAX=$2
    export SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_MAX
    shift 2
    exec sh ci/fleet/slurm.sbatch "$@"
}

quick='--jobs 4 --only noop.after-ehlo'
# shellcheck disable=SC2086 # words
all_parts() { # HOW
    : >"$TARGETS"
    for number in $(seq 12); do
        echo "exec:exit 0 # $number" >>"$TARGETS"
    done
    echo embedded:noop-200 >>"$TARGETS"
    for part in 1 2 3; do
        ("$1" $part 3 $quick) || return
    done
    [ -s "$OUT/part-3.jsonl" ] || return
    sed -n 's/^{"record": "target_end", "target": "\([^"]*\)".*/\1/p' \
        "$OUT"/part-*.jsonl | sort >"$work/ends"
    sort "$TARGETS" | cmp - "$work/ends"
}
again() { # HOW: one that was done has nothing to do
    # shellcheck disable=SC2086
    ("$1" 2 3 $quick) || return
    sed -n 's/^{"record": "target_end", "target": "\([^"]*\)".*/\1/p' \
        "$OUT"/part-*.jsonl | sort | cmp - "$work/ends"
}
hears() { # HOW: the engine wants it to end
    echo 'exec:sleep 60' >"$TARGETS"
    # shellcheck disable=SC2086
    ("$1" 1 1 --timeout 90 $quick) &
    pid=$!
    tries=100
    until [ -s "$OUT/part-1.jsonl" ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return
        sleep 0.05
    done
    sleep 0.2
    kill -TERM $pid
    wait $pid
    status=$?
    [ $status -eq 143 ] && tail -n 1 "$OUT/part-1.jsonl" | grep -q run_end ||
        { echo "status $status"; false; }
}
fails() { # HOW: what is wrong is no success
    echo 'no such thing' >"$TARGETS"
    # shellcheck disable=SC2086
    ("$1" 1 1 $quick) 2>"$work/err"
    [ $? -eq 2 ] && grep 'line 1: bad host name' "$work/err"
}

for how in task pod; do
    OUT=$work/$how
    export OUT
    mkdir "$OUT"
    check "$how: all parts are all targets, findings are no failure" \
        all_parts $how
    check "$how: a part that is done has nothing to do" again $how
    rm -f "$OUT"/*
    check "$how: it ends when it is told to" hears $how
    rm -f "$OUT"/*
    check "$how: a bad list is a failure" fails $how
done

check 'the manifest has as many parts as completions' awk '
    /^ *completions:/ { all = $2 }
    /- name: PARTS/ { getline; gsub(/"/, ""); parts = $2 }
    END { print parts " of " all; exit !(parts > 0 && parts == all) }' $manifest

# kubectl reads the Job into its own types; members that it does not know are
# not there any more afterwards.
known() {
    awk '/^---$/ { job = 1; next } job' $manifest >"$work/job.yaml"
    timeout 30 kubectl set env --local -f "$work/job.yaml" X=1 -o yaml \
        >"$work/known.yaml" || return
    sed -n '/^ *args:/,/^ *resources:/d; s/^[ -]*\([a-zA-Z]*\):.*/\1/p' \
        "$work/job.yaml" | sort -u >"$work/keys"
    [ "$(wc -l <"$work/keys")" -gt 30 ] || return
    while read -r key; do
        grep -q "^[ -]*$key:" "$work/known.yaml" || { echo "$key"; return 1; }
    done <"$work/keys"
}
if command -v kubectl >/dev/null; then
    check 'kubectl knows all of the Job' known
else
    count=$((count + 1))
    echo "ok $count - kubectl knows all of the Job # SKIP no kubectl"
fi
echo "1..$count"
