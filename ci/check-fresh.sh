#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-fresh.sh [SUITE...] - do the two README commands work on a new machine?
#
# For each suite (bookworm, trixie, noble) mmdebstrap makes the smallest root
# that has apt; a clone of the last commit goes into it, and there `sh
# ci/demo.sh` and `sh ci/test.sh` are run as a newcomer would. Prints TAP. The
# Debian mirror, proxy and resolver are those of this machine. MIRROR= and
# UBUNTU= override the mirrors, by an address or a line of sources.list. Where
# a mirror, or the key that it is signed with, is not at hand the suite is
# skipped by name.
#
# Exit status: 0, 1 where a command failed, 77 where this machine cannot make
# such a root (not root, no mmdebstrap, no mounts).
set -u
cd "$(dirname "$0")/.." || exit

skip() { echo "check-fresh.sh: $*"; exit 77; }

[ "$(id -u)" = 0 ] || skip 'not root'
for tool in mmdebstrap git unshare tar; do
    command -v "$tool" >/dev/null || skip "no $tool here"
done
# All runs in namespaces of its own, so that nothing is left mounted and no
# process survives.
contain='unshare --mount --pid --fork --kill-child'
$contain true 2>/dev/null || skip 'mounts are refused'

# $(REPO_URI) is for apt-get to expand.
# shellcheck disable=SC2016
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 2>/dev/null | grep '/debian/*$' | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian}
ubuntu=${UBUNTU:-http://archive.ubuntu.com/ubuntu}

dir=$(mktemp -d "${FRESH_DIR:-/var/tmp}/fresh.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
apt-config dump | grep -iE '^Acquire::(https?::|Check-)' > "$dir/apt.conf"
git clone -q . "$dir/clone" || exit 1

count=0
failed=0
report() { # STATUS NAME
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        tail -n 30 "$dir/log" | sed 's/^/# /'
        failed=1
    fi
}

# inside USER COMMAND: in the root, in the clone, with nothing of our
# environment but a proxy.
inside() {
    $contain --mount-proc="$root/proc" chroot "$root" \
        setpriv --reuid="$1" --regid="$1" --init-groups \
        env -i HOME=/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} \
        timeout -k 5 "${FRESH_SECONDS:-900}" sh -c "cd /smtpspec && $2" \
        </dev/null >"$dir/log" 2>&1
}

try_suite() {
    suite=$1
    root=$dir/$suite
    mkdir "$root"
    case $suite in
    noble) from=$ubuntu key=ubuntu parts=main,universe ;;
    *) from=$mirror key=debian parts=main ;;
    esac
    why=
    case $from in
    deb\ *) ;;
    *)
        [ -e "/usr/share/keyrings/$key-archive-keyring.gpg" ] ||
            why="no archive key of $key here"
        /usr/lib/apt/apt-helper -c "$dir/apt.conf" download-file \
            "${from%/}/dists/$suite/Release" "$dir/release" \
            >/dev/null 2>&1 || why="not on $from"
        ;;
    esac
    if [ -n "$why" ]; then
        count=$((count + 1))
        echo "ok $count - $suite # SKIP $suite: $why"
        return
    fi
    mmdebstrap --quiet --variant=minbase --aptopt="$dir/apt.conf" \
        --include=apt,passwd --components="$parts" \
        "$suite" "$dir/$suite.tar" "$from" >"$dir/log" 2>&1 &&
        tar -C "$root" -xf "$dir/$suite.tar"
    status=$?
    rm -f "$dir/$suite.tar"
    report "$status" "$suite: a minimal root"
    [ "$status" = 0 ] || return
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp "$dir/apt.conf" "$root/etc/apt/apt.conf.d/99machine"
    cp -R "$dir/clone" "$root/smtpspec"
    chroot "$root" useradd -M newcomer
    chroot "$root" chown -R newcomer: /smtpspec

    inside newcomer 'sh ci/demo.sh'
    status=$?
    [ "$status" = 1 ] && grep -q 'no sudo' "$dir/log"
    report $? "$suite: an ordinary user without sudo is told so"
    # One suite as root, the others as a user with sudo.
    who=root
    if [ "$suite" != bookworm ]; then
        who=newcomer
        inside root 'apt-get update -q && apt-get install -y -q sudo &&
            echo "newcomer ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/newcomer'
        report $? "$suite: sudo"
    fi
    inside "$who" 'sh ci/demo.sh'
    report $? "$suite: sh ci/demo.sh as $who"
    inside "$who" 'test -s build/demo.html'
    report $? "$suite: the demo wrote build/demo.html"
    inside "$who" 'said=$(sh ci/install-deps.sh) && test -z "$said"'
    report $? "$suite: nothing is installed twice"
    inside "$who" 'sh ci/test.sh'
    report $? "$suite: sh ci/test.sh as $who"
    tail -n 1 "$dir/log" | sed "s/^/# $suite: /"
    rm -rf "$root"
}

[ $# -gt 0 ] || set -- bookworm trixie noble
for suite; do
    try_suite "$suite"
done
echo "1..$count"
exit $failed
