# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# common.sh - what every lab server shares: an overlay root, start, stop
#
# A server script sets SERVER, TITLE, PORT and PACKAGES, defines preseed
# (debconf answers, on stdout), configure (a sh script for the inside of the
# root, on stdout) and daemon (the command that runs the server in the
# foreground, one word a line), and ends in `lab_main "$@"`.
#
# The MTA packages conflict with each other and have users, spools and paths
# compiled in. So each gets the machine's own files as the lower layer of an
# overlay, mounted in a mount namespace of its own, and apt-get runs inside:
# all that it changes lies in $LAB/$SERVER/upper, and removing that folder
# removes the server. Nothing of it is seen from outside the namespace.
#
# Exit status: 0 done, 1 failed, 2 wrong use, 77 the machine refuses mounts.

set -eu

LAB=${LAB:-build/lab}
LAB_BANNER_SECONDS=${LAB_BANNER_SECONDS:-60}

lab_fail() { printf '%s: %s\n' "$SERVER" "$*" >&2; exit 1; }

# Runs a command in the server's root, in the foreground: the pid of the
# caller becomes that of the command. The trap of mounting: --propagation
# private keeps all of this inside the namespace, which ends with the command.
lab_in_root() {
    ROOT=$root exec unshare -m --propagation private bash -ec '
        mount -t overlay overlay "$ROOT/merged" \
            -o "lowerdir=/,upperdir=$ROOT/upper,workdir=$ROOT/work"
        mount --rbind /dev "$ROOT/merged/dev"
        mount -t proc proc "$ROOT/merged/proc"
        exec chroot "$ROOT/merged" env -i HOME=/root LC_ALL=C \
            PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            DEBIAN_FRONTEND=noninteractive "$@"' in-root "$@"
}

# Whether this machine lets us do so at all: an overlay with its upper layer
# in our folder, in a namespace of its own. Says why not.
lab_may_mount() {
    local why

    [ "$(id -u)" = 0 ] || { echo 'not root'; return 1; }
    command -v unshare >/dev/null || { echo 'no unshare'; return 1; }
    mkdir -p "$LAB"
    local try
    try=$(cd "$LAB" && pwd)/.try
    mkdir -p "$try/upper" "$try/work" "$try/merged"
    why=$(ROOT=$try unshare -m --propagation private sh -ec '
        mount -t overlay overlay "$ROOT/merged" \
            -o "lowerdir=/,upperdir=$ROOT/upper,workdir=$ROOT/work"
        : > "$ROOT/merged/try"' 2>&1) || {
        rm -rf "$try"
        echo "mounts are refused: ${why##*$'\n'}"
        return 1
    }
    rm -rf "$try"
}

# Every process whose root is ours or below it (a daemon may chroot again).
lab_pids() {
    local proc at

    for proc in /proc/[0-9]*; do
        at=$(readlink "$proc/root" 2>/dev/null) || continue
        case $at in
        "$root/merged" | "$root/merged/"*) printf '%s\n' "${proc#/proc/}" ;;
        esac
    done
}

lab_kill() {
    local pids

    pids=$(lab_pids)
    # Word splitting is meant: one argument a pid.
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill "-$1" $pids 2>/dev/null || :
}

lab_stop() {
    local tries=50

    lab_kill TERM
    while [ -n "$(lab_pids)" ] && [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        [ "$tries" -ne 20 ] || lab_kill KILL
        sleep 0.1
    done
    rm -f "$root/pid"
    [ -z "$(lab_pids)" ] || lab_fail 'does not end'
}

# The first line that the port says, or nothing within a second.
lab_banner() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
        IFS= read -r -t 2 line <&3 || exit 1
        printf 'QUIT\r\n' >&3
        printf '%s\n' "${line%$'\r'}"
    ) 2>/dev/null
}

lab_packages() {
    # $PACKAGES is a list of words.
    # shellcheck disable=SC2086
    (lab_in_root apt-get install -y -q --no-install-recommends $PACKAGES)
}

lab_install() {
    mkdir -p "$root/upper" "$root/work" "$root/merged"
    # A package's own start script must not start a daemon in here.
    (lab_in_root sh -c 'printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d')
    preseed | (lab_in_root debconf-set-selections)
    lab_packages ||
        { (lab_in_root apt-get update -q) && lab_packages; }
    : > "$root/installed"
}

lab_setup() {
    local why

    why=$(lab_may_mount) || { echo "$SERVER: skipped: $why"; exit 77; }
    lab_stop
    [ -e "$root/installed" ] ||
        lab_install > "$root.log" 2>&1 ||
        { tail -n 5 "$root.log" >&2; lab_fail "install failed, see $root.log"; }
    configure | (lab_in_root env PORT="$PORT" sh -es) > "$root.log" 2>&1 ||
        { tail -n 5 "$root.log" >&2; lab_fail "set-up failed, see $root.log"; }
    (lab_in_root dpkg-query -W -f '${Version}\n' "${PACKAGES%% *}") \
        > "$root/version"
    lab_sum > "$root/ready"
    echo "$SERVER: set up in $root"
}

# What the set-up was made of: a changed script is set up anew.
lab_sum() { cat "$here/$SERVER.sh" "$here/common.sh" | cksum; }
lab_ready() { [ "$(cat "$root/ready" 2>/dev/null)" = "$(lab_sum)" ]; }

lab_start() {
    local until words line

    lab_ready || lab_setup
    [ -z "$(lab_pids)" ] || lab_stop
    if line=$(lab_banner); then
        lab_fail "port $PORT is taken: $line"
    fi
    mapfile -t words < <(daemon)
    (lab_in_root "${words[@]}") </dev/null > "$root.log" 2>&1 &
    echo $! > "$root/pid"
    until=$((SECONDS + LAB_BANNER_SECONDS))
    while [ "$SECONDS" -lt "$until" ]; do
        if line=$(lab_banner); then
            echo "$SERVER: 127.0.0.1:$PORT: $line"
            return
        fi
        kill -0 "$(cat "$root/pid")" 2>/dev/null || break
        sleep 0.2
    done
    lab_stop
    tail -n 5 "$root.log" >&2
    lab_fail "no banner on 127.0.0.1:$PORT, see $root.log"
}

lab_main() {
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    mkdir -p "$LAB"
    root=$(cd "$LAB" && pwd)/$SERVER
    case ${1-} in
    setup | start | stop) "lab_$1" ;;
    version) cat "$root/version" ;;
    title) echo "$TITLE" ;;
    port) echo "$PORT" ;;
    *) echo "usage: $0 setup|start|stop|version|title|port" >&2; exit 2 ;;
    esac
}
