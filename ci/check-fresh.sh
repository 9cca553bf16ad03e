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

. ci/fresh-root.sh
fresh_begin
ubuntu=${UBUNTU:-http://archive.ubuntu.com/ubuntu}

git clone -q . "$dir/clone" || exit 1

work=$dir
. tests/support/tap.sh
report() { tell "$1" "$2" "$dir/log"; } # STATUS NAME

# inside USER COMMAND: in the root, in the clone.
inside() { fresh_inside "$root" "$1" /smtpspec "$2"; }

try_suite() {
    suite=$1
    root=$dir/$suite
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
        tell 0 "$suite # SKIP $suite: $why"
        return
    fi
    fresh_root "$suite" "$from" "$parts" "$root"
    status=$?
    report "$status" "$suite: a minimal root"
    [ "$status" = 0 ] || return
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
[ $failed = 0 ]
