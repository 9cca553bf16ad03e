#!/bin/sh
# SPDX-License-Identifier: MIT
#
# cbmc.sh - prints the path of a CBMC that runs on this machine
#
# Debian 13 has it as a package, Debian 12 has not. Where there is none the
# files of five packages of Debian 13 are unpacked below build/cbmc (26 MB to
# fetch, 100 MB there), and CBMC is started by their own dynamic loader, as it
# needs a younger libc: nothing is installed, and nobody has to be root. apt
# fetches and checks them, from the mirror that this machine uses, with lists
# of its own.
#
# Exit status: 0, or 77 with a line that says why there is none.
set -u
cd "$(dirname "$0")/.." || exit

. ci/fresh-root.sh
here=$PWD/build/cbmc

if command -v cbmc; then
    exit
fi
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] ||
    fresh_skip 'there is no cbmc, and this is no Debian for amd64'
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keys ] || fresh_skip 'there is no cbmc, and no debian-archive-keyring'

# An apt that knows of Debian 13 alone, and nothing of this system.
own_apt() { # FOLDER
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial" "$1/none" &&
        : > "$1/status" &&
        echo "deb [signed-by=$keys] $(fresh_mirror) trixie main" \
            > "$1/sources.list" &&
        cat > "$1/apt.conf" << EOF
Dir::State "$1";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/none";
Dir::Etc::preferencesparts "$1/none";
APT::Sandbox::User "$(id -un)";
EOF
}

fetch() { # FOLDER
    (
        export APT_CONFIG="$1/apt.conf"
        cd "$1" && apt-get update -q &&
            apt-get download -q cbmc libc6 libstdc++6 libgcc-s1 minisat
    ) > "$1/log" 2>&1 || return
    for package in "$1"/*.deb; do
        dpkg-deb -x "$package" "$1/root" || return
    done
}

if [ ! -x "$here/cbmc" ]; then
    new=$here/new.$$
    rm -rf "$new"
    own_apt "$new" && fetch "$new" || {
        tail -n 2 "$new/log" >&2
        rm -rf "$new"
        fresh_skip 'there is no cbmc, and Debian 13 was not reached'
    }
    rm -rf "$here/root"
    mv "$new/root" "$here/root"
    rm -rf "$new"
    lib=$here/root/usr/lib
    {
        echo '#!/bin/sh'
        echo "exec '$lib/x86_64-linux-gnu/ld-linux-x86-64.so.2' \\"
        echo "    --library-path '$lib/x86_64-linux-gnu:$lib' \\"
        echo "    '$here/root/usr/bin/cbmc' \"\$@\""
    } > "$here/new"
    chmod +x "$here/new"
    mv "$here/new" "$here/cbmc"
fi
echo "$here/cbmc"
