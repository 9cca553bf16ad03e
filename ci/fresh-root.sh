# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# fresh-root.sh - read in by scripts that need new Debian roots
#
# fresh_begin: makes $dir, a folder that goes with the script; exits 77 where
# this machine cannot make roots (not root, no mmdebstrap, no mounts).
# fresh_mirror: where this machine has Debian from. fresh_root SUITE MIRROR
# COMPONENTS ROOT: the smallest root that has apt; what is said goes to
# $dir/log. fresh_inside ROOT USER FOLDER COMMAND: in it, with nothing of our
# environment but a proxy. The mirror, proxy and resolver are those of this
# machine; MIRROR= overrides the mirror.
fresh_skip() { echo "${0##*/}: $*"; exit 77; }

fresh_mirror() {
    # $(REPO_URI) is for apt-get to expand.
    # shellcheck disable=SC2016
    used=$(apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 2>/dev/null | grep '/debian/*$' | head -n 1)
    echo "${MIRROR:-${used:-http://deb.debian.org/debian}}"
}

fresh_begin() {
    [ "$(id -u)" = 0 ] || fresh_skip 'not root'
    for tool in mmdebstrap git unshare tar; do
        command -v "$tool" >/dev/null || fresh_skip "no $tool here"
    done
    # All runs in namespaces of its own, so that nothing is left mounted and
    # no process survives.
    contain='unshare --mount --pid --fork --kill-child'
    $contain true 2>/dev/null || fresh_skip 'mounts are refused'
    mirror=$(fresh_mirror)
    dir=$(mktemp -d "${FRESH_DIR:-/var/tmp}/fresh.XXXXXX") || exit 1
    trap 'rm -rf "$dir"' EXIT
    trap 'exit 1' HUP INT TERM
    apt-config dump | grep -iE '^Acquire::(https?::|Check-)' >"$dir/apt.conf"
}

fresh_root() {
    mkdir "$4" &&
        mmdebstrap --quiet --variant=minbase --aptopt="$dir/apt.conf" \
            --include=apt,passwd --components="$3" \
            "$1" "$dir/$1.tar" "$2" >"$dir/log" 2>&1 &&
        tar -C "$4" -xf "$dir/$1.tar" || return
    rm -f "$dir/$1.tar"
    cp -L /etc/resolv.conf /etc/hosts "$4/etc/"
    cp "$dir/apt.conf" "$4/etc/apt/apt.conf.d/99machine"
}

fresh_inside() {
    $contain --mount-proc="$1/proc" chroot "$1" \
        setpriv --reuid="$2" --regid="$(chroot "$1" id -g "$2")" \
        --init-groups env -i HOME=/tmp \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} \
        timeout -k 5 "${FRESH_SECONDS:-900}" sh -c "cd $3 && $4" \
        </dev/null >"$dir/log" 2>&1
}
