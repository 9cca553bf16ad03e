#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-slurm.sh SMTPSPEC - run slurm.sbatch on a cluster of this machine
#
# The cluster is Slurm's own slurmctld and slurmd, on ports of 127.0.0.1, with
# a munged of their own; all of it lies in a temporary folder and is ended by
# its process numbers. Prints TAP. Needs no root. Skipped, and why is said,
# where Slurm is not installed (Debian: slurmctld slurmd slurm-client munge).
set -u

smtpspec=$(realpath "${1:?the path of the command}")
here=$(realpath "$(dirname "$0")")
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch squeue scontrol; do
    command -v $tool >/dev/null && continue
    echo "1..0 # SKIP no $tool here (ci/install-deps.sh fleet)"
    exit 0
done

TMPDIR=$(mktemp -d) || exit 1
export TMPDIR
running=
end() {
    for process in $running; do
        kill "$process" 2>/dev/null
    done
    for process in $running; do
        wait "$process" 2>/dev/null
    done
    rm -rf "$TMPDIR"
}
trap end EXIT
trap 'exit 1' INT TERM
. "$here/../../tests/support/tap.sh"

# start NAME COMMAND...: in the background; what it says goes to NAME.log.
start() {
    log=$work/$1.log
    shift
    "$@" >"$log" 2>&1 &
    running="$! $running"
}
# await SECONDS COMMAND...: until it is so.
await() {
    tries=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return
        sleep 0.2
    done
}

# --- the cluster -------------------------------------------------------------

chmod 755 "$work"
mkdir -m 755 "$work/munge" "$work/state" "$work/spool"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 2>/dev/null
chmod 400 "$work/munge/key"
# Ports that nobody has: a window that depends on the process.
first=$((20000 + $$ % 20000))
node=$(hostname -s)
user=$(id -un)
cat >"$work/slurm.conf" <<END
ClusterName=smtpspec
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$first
SlurmdPort=$((first + 1))
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=300
KillWait=5
NodeName=$node NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$work/slurm.conf
export SLURM_CONF
start munged munged --foreground --force --socket "$work/munge/socket" \
    --key-file "$work/munge/key" --pid-file "$work/munge/pid" \
    --log-file "$work/munge/log" --seed-file "$work/munge/seed" \
    --num-threads 2
await 10 test -S "$work/munge/socket"
start slurmctld slurmctld -D -f "$SLURM_CONF"
start slurmd slurmd -D -N "$node" -f "$SLURM_CONF"
is_idle() { scontrol show node | grep -q 'State=IDLE'; }
if ! await 30 is_idle; then
    echo 'not ok 1 - a cluster of this machine'
    tail -n 8 "$work"/*.log | sed 's/^/# /'
    echo 1..1
    exit 1
fi

# --- jobs --------------------------------------------------------------------

SMTPSPEC=$smtpspec
TARGETS=$work/list
OUT=$work/run
export SMTPSPEC TARGETS OUT
for number in $(seq 40); do echo "exec:sleep 0.2; exit 0 # $number"; done \
    >"$TARGETS"
echo embedded:noop-200 >>"$TARGETS"

# submit ARGUMENT...: its number goes into job.
submit() {
    job=$(sbatch --parsable --chdir "$work" "$@" 2>"$work/err") ||
        { cat "$work/err"; false; }
}
array() { # ARRAY
    submit --array="$1" "$here/slurm.sbatch" --jobs 4 --only noop.after-ehlo
}
is_over() { # JOB
    scontrol show job "$1" >"$work/jobs" 2>&1 &&
        ! grep -Eq 'JobState=(PENDING|RUNNING|COMPLETING|SUSPENDED)' \
            "$work/jobs"
}
ended_as() { # STATE: all tasks of the last job
    await 60 is_over "$job"
    scontrol show job "$job" >"$work/jobs"
    ! grep JobState= "$work/jobs" | grep -v "JobState=$1 " ||
        { cat "$work/jobs" "$work"/smtpspec-*.log; false; }
}
# Names of the targets that have their end, of all parts.
all_once() {
    sed -n 's/^{"record": "target_end", "target": "\([^"]*\)".*/\1/p' \
        "$OUT"/part-*.jsonl | sort >"$work/ends"
    sort "$TARGETS" | cmp - "$work/ends"
}
parts() { # NUMBER
    [ "$(find "$OUT" -name 'part-*.jsonl' | wc -l)" -eq "$1" ] || return
    for part in "$OUT"/part-*.jsonl; do
        grep -q target_end "$part" || return
    done
}

check 'an array is submitted' array 1-3
check 'findings are no failure of it' ended_as COMPLETED
check 'each task has written its part' parts 3
check 'each target is in one of them' all_once
check 'merge is a job that waits for it' submit \
    --dependency="afterok:$job" --output="$work/merge.log" \
    --wrap "'$SMTPSPEC' merge --quiet --report html='$work/run.html' \
        $OUT/part-*.jsonl"
check 'and ends well' ended_as COMPLETED
check 'with a page of all parts' grep -q 'embedded:noop-200' "$work/run.html"

# Put back into the queue, as for a node that went away; Slurm would wait for
# two minutes before it begins again.
begins_again() {
    scontrol update JobId="${job}_2" StartTime=now
    scontrol show job "${job}_2" >"$work/jobs"
    grep -q 'Restarts=1' "$work/jobs" &&
        grep -Eq 'JobState=(RUNNING|COMPLETED)' "$work/jobs"
}
requeued() {
    await 30 sh -c "[ \$(grep -c target_end '$OUT/part-2.jsonl') -ge 2 ]"
    scontrol requeue "${job}_2" && await 40 begins_again &&
        ended_as COMPLETED
}
# The signal that comes before the end of a job's time.
told_to_end() {
    await 30 sh -c "[ \$(grep -c target_end '$OUT/part-1.jsonl') -ge 2 ]"
    scancel --signal=TERM --batch "${job}_1" || return
    await 60 is_over "$job"
    scontrol show job "${job}_1" | grep -q 'ExitCode=143:0' &&
        tail -n 1 "$OUT/part-1.jsonl" | grep -q '"run_end"'
}
rm -rf "$OUT"
check 'another array' array 1-2
check 'a task is put back into the queue' requeued
check 'it has gone on: each target is there, once' all_once
rm -rf "$OUT"
check 'an array whose time is short' array 1-2
check 'a task hears that it is to end, and says what it has' told_to_end
check 'that task alone is submitted again' env SHARDS=2 sh -c \
    "sbatch --parsable --wait --chdir '$work' --array=1 \
        '$here/slurm.sbatch' --jobs 4 --only noop.after-ehlo"
check 'and each target is there, once' all_once
echo "1..$count"
