# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# common.sh - what every lab server shares: overlay roots, start, stop
#
# The name of a server is that of its script. The script sets TITLE, PORT and
# PACKAGES (Debian packages) or NPM (name@version, pinned), defines configure
# (a sh script for the inside of the root, on stdout) and daemon (the command
# that runs the server in the foreground, one word a line), where needed
# preseed (debconf answers, on stdout), and ends in `lab_main "$@"`. It may
# set KIND=lmtp, ADDRESS (127.0.0.1), AUTH=yes (alice@lab.test can log in),
# EXCLUDE (cases that it is not to be asked), RESOLVER=keep (it waits longer
# where one refuses than where one is out of reach) and POOL (the name under
# which the packages are installed, for variants that share them). Port 587
# tells the check that it is a submission server.
#
# The MTA packages conflict with each other and have users, spools and paths
# compiled in. So each pool is an overlay over the machine's own files, mounted
# in a mount namespace of its own, and apt-get runs inside. The upper layer of
# a server begins as a copy of its pool's, and gets configuration and spool.
# (No third layer: one overlay on another is more than a container allows.)
# All that they change lies in $LAB/pool and $LAB/SERVER; removing those
# removes the servers, and nothing of them is seen outside the namespaces.
#
# Exit status: 0 done, 1 failed, 2 wrong use, 77 the machine refuses mounts or
# has no such package.

set -eu

LAB=${LAB:-build/lab}
LAB_BANNER_SECONDS=${LAB_BANNER_SECONDS:-60}
SERVER=$(basename "$0" .sh)
POOL=$SERVER
KIND=smtp
ADDRESS=127.0.0.1
AUTH=
EXCLUDE=
RESOLVER=
PACKAGES=
NPM=

preseed() { :; }

lab_fail() { printf '%s: %s\n' "$SERVER" "$*" >&2; exit 1; }
lab_skip() { printf '%s: skipped: %s\n' "$SERVER" "$*"; exit 77; }

# in_overlay FOLDER WORD...: runs a command in FOLDER/merged, in the
# foreground: the pid of the caller becomes that of the command. The trap of
# mounting: --propagation private keeps all of this inside the namespace, which
# ends with the command.
in_overlay() {
    AT=$1 exec unshare -m --propagation private bash -ec '
        mount -t overlay overlay "$AT/merged" \
            -o "lowerdir=/,upperdir=$AT/upper,workdir=$AT/work"
        mount --rbind /dev "$AT/merged/dev"
        mount -t proc proc "$AT/merged/proc"
        exec chroot "$AT/merged" env -i HOME=/root LC_ALL=C \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            DEBIAN_FRONTEND=noninteractive "$@"' in-overlay "${@:2}"
}

lab_in_pool() { in_overlay "$pool" "$@"; }
lab_in_root() { in_overlay "$root" "$@"; }

# Whether this machine lets us do so at all: an overlay with its upper layer
# in our folder, in a namespace of its own. Says why not.
lab_may_mount() {
    local why try

    [ "$(id -u)" = 0 ] || { echo 'not root'; return 1; }
    command -v unshare >/dev/null || { echo 'no unshare'; return 1; }
    try=$(cd "$LAB" && pwd)/.try.$$
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

# The first line that the port says, or nothing within two seconds.
lab_banner() {
    (
        exec 3<>"/dev/tcp/$ADDRESS/$PORT" || exit 1
        IFS= read -r -t 2 line <&3 || exit 1
        printf 'QUIT\r\n' >&3
        printf '%s\n' "${line%$'\r'}"
    ) 2>/dev/null
}

# --- packages ---------------------------------------------------------------

lab_apt() {
    # The list is a list of words.
    # shellcheck disable=SC2086
    (lab_in_pool apt-get install -y -q --no-install-recommends $1)
}

# Whether each package can be had; names the first that cannot.
lab_can_have() {
    local package

    for package in $1; do
        (lab_in_pool apt-cache show "$package") >/dev/null 2>&1 ||
            { echo "no package $package here"; return 1; }
    done
}

# What npm brings must run on the Node that is there, or that apt-get brings.
# npm trusts whom the machine trusts, and does not wait long for a registry.
lab_install_npm() {
    local node='process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'

    (lab_in_pool sh -c 'command -v node && command -v npm') ||
        lab_apt 'nodejs npm ca-certificates' ||
        { echo 'no Node here'; return 77; }
    (lab_in_pool node -e "$node") || { echo 'no Node 18 here'; return 77; }
    # shellcheck disable=SC2086
    (lab_in_pool env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
        npm install --prefix /opt/lab --no-audit --no-fund --omit=optional \
        --loglevel=error --fetch-retries=1 --fetch-timeout=30000 $NPM) ||
        { echo "npm does not get $NPM"; return 77; }
}

# Installs the pool, once; 77 where something cannot be had.
lab_install() {
    local wanted=$PACKAGES

    command -v openssl >/dev/null || wanted+=' openssl'
    mkdir -p "$pool/upper" "$pool/work" "$pool/merged"
    # A package's own start script must not start a daemon in here.
    (lab_in_pool sh -c 'printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        # Sendmail waits for a minute where the machine has no full name.
        printf "127.0.0.1 localhost lab.test\n127.0.1.1 %s.lab.test %s\n" \
            "$(uname -n)" "$(uname -n)" > /etc/hosts')
    preseed | (lab_in_pool debconf-set-selections)
    [ -z "$wanted" ] || lab_apt "$wanted" || {
        (lab_in_pool apt-get update -q) || :
        lab_can_have "$wanted" || return 77
        lab_apt "$wanted"
    } || return 1
    [ -z "$NPM" ] || lab_install_npm || return
    lab_version > "$pool/version"
}

lab_version() {
    if [ -n "$NPM" ]; then
        echo "${NPM##*@}"
    else
        (lab_in_pool dpkg-query -W -f '${Version}\n' "${PACKAGES%% *}")
    fi
}

# What a pool is made of: other packages are another pool.
lab_install_if_new() {
    local status=0

    [ "$(cat "$pool/ready" 2>/dev/null)" != "$PACKAGES/$NPM" ] || return 0
    rm -rf "$pool"
    mkdir -p "$pool"
    lab_install > "$pool.log" 2>&1 || status=$?
    case $status in
    0) printf '%s\n' "$PACKAGES/$NPM" > "$pool/ready" ;;
    77) lab_skip "$(tail -n 1 "$pool.log")" ;;
    *) tail -n 5 "$pool.log" >&2; lab_fail "install failed, see $pool.log" ;;
    esac
}

# --- set-up, start ----------------------------------------------------------

# What every configure may call, inside: the users, and a certificate that
# nobody has signed (its names and place are the same in each server). And a
# resolver that refuses at once: the names of strangers are not to be asked
# for from here, and one out of reach would cost seconds a connection.
prelude() {
    [ -n "$RESOLVER" ] || cat <<'END'
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' \
    > /etc/resolv.conf
END
    cat <<'END'
users() {
    for user in alice bob; do
        id "$user" >/dev/null 2>&1 || useradd -m -s /usr/sbin/nologin "$user"
    done
    echo lab.test > /etc/mailname
}
certificate() { # [OWNER]
    mkdir -p /etc/lab
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=lab.test \
        -addext subjectAltName=DNS:lab.test,IP:127.0.0.1 \
        -keyout /etc/lab/key.pem -out /etc/lab/cert.pem 2>/dev/null
    [ -z "${1-}" ] || chown "$1" /etc/lab/key.pem
    chmod 640 /etc/lab/key.pem
}
END
}

lab_setup() {
    local why

    why=$(lab_may_mount) || lab_skip "$why"
    lab_stop
    lab_install_if_new
    rm -rf "$root"
    mkdir -p "$root/work" "$root/merged"
    cp -a "$pool/upper" "$root/upper"
    { prelude; configure; } |
        (lab_in_root env PORT="$PORT" \
            ADDRESS="$ADDRESS" SERVER="$SERVER" sh -es) \
        > "$root.log" 2>&1 ||
        { tail -n 5 "$root.log" >&2; lab_fail "set-up failed, see $root.log"; }
    lab_sum > "$root/ready"
    echo "$SERVER: set up in $root"
}

# What the set-up was made of: a changed script is set up anew.
lab_sum() { { prelude; configure; echo "$PORT/$PACKAGES/$NPM"; } | cksum; }
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
            echo "$SERVER: $ADDRESS:$PORT: $line"
            return
        fi
        kill -0 "$(cat "$root/pid")" 2>/dev/null || break
        sleep 0.2
    done
    lab_stop
    tail -n 5 "$root.log" >&2
    lab_fail "no banner on $ADDRESS:$PORT, see $root.log"
}

# --- what the check is to be told -------------------------------------------

lab_target() {
    case $KIND in
    lmtp) echo "lmtp://$ADDRESS:$PORT" ;;
    *) echo "$ADDRESS:$PORT" ;;
    esac
}

# The options of `smtpspec check` that go with this server, one a line.
lab_options() {
    # A list of words, which may be globs, but not of file names.
    # shellcheck disable=SC2086
    set -f
    [ -z "$EXCLUDE" ] || printf -- '--exclude\n%s\n' $EXCLUDE
    set +f
    [ -n "$AUTH" ] || return 0
    echo secret > "$LAB/password"
    printf '%s\n' --user alice@lab.test --password-file "$LAB/password"
}

lab_main() {
    mkdir -p "$LAB"
    pool=$(cd "$LAB" && pwd)/pool/$POOL
    root=$(cd "$LAB" && pwd)/$SERVER
    mkdir -p "${pool%/*}"
    case ${1-} in
    setup | start | stop | target | options) "lab_$1" ;;
    version) cat "$pool/version" ;;
    title) echo "$TITLE" ;;
    port) echo "$PORT" ;;
    *) echo "usage: $0 setup|start|stop|version|title|port|target|options" >&2
       exit 2 ;;
    esac
}
