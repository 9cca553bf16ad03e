#!/bin/sh
# SPDX-License-Identifier: MIT
#
# setup.t - ci/install-deps.sh says what it needs, and stops where it must
#
# What it installs is tried by ci/check-fresh.sh, in new roots.
set -u

count=0
# gives NAME STATUS PATTERN COMMAND...: exit status, and a line on stdout or
# stderr ("-": nothing at all is said).
gives() {
    name=$1 status=$2 pattern=$3
    shift 3
    "$@" >"$TMPDIR/out" 2>&1
    got=$?
    count=$((count + 1))
    if [ "$got" = "$status" ] && {
        [ "$pattern" = - ] && [ ! -s "$TMPDIR/out" ] ||
            grep -q -e "$pattern" "$TMPDIR/out"
    }; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name: status $got"
        sed 's/^/# /' "$TMPDIR/out"
    fi
}

# Tools that must not be called: each leaves a trace and fails.
mkdir "$TMPDIR/bin"
for tool in apt-get sudo; do
    printf '#!/bin/sh\necho called: %s "$@"\nexit 9\n' $tool \
        > "$TMPDIR/bin/$tool"
done
# A package database in which nothing, or all, is installed.
printf '#!/bin/sh\nexit 1\n' > "$TMPDIR/bin/dpkg-query"
chmod +x "$TMPDIR/bin/"*
printf 'ID=debian\n' > "$TMPDIR/debian"
printf 'ID="linuxmint"\nID_LIKE="ubuntu debian"\n' > "$TMPDIR/mint"
printf 'ID=fedora\n' > "$TMPDIR/fedora"
path=$TMPDIR/bin:$PATH

on() { # SYSTEM ARGUMENT...
    system=$1
    shift
    env PATH="$path" OS_RELEASE="$TMPDIR/$system" sh ci/install-deps.sh "$@"
}

gives 'another system: the names, status 2' 2 'gcc make pkg-config' on fedora
gives 'and why' 2 'Debian and Ubuntu only.*fedora' on fedora
gives 'no os-release at all' 2 'gcc make pkg-config' on nothing
gives 'an unknown part' 2 'usage' on debian nonsense
gives 'it says what it installs' 1 'installing gcc make pkg-config' on debian
gives 'the fuzz targets want clang' 1 'installing .*clang' on debian fuzz
gives 'man pages want mandoc' 1 'installing .*mandoc' on debian home
gives 'the job array wants Slurm' 1 'installing .*slurmctld' on debian fleet
gives 'a relative of Debian will do' 1 'installing gcc' on mint
gives 'apt-get that fails is told' 1 'could not install gcc' on debian
printf '#!/bin/sh\necho "installed "\n' > "$TMPDIR/bin/dpkg-query"
gives 'all there: not a word, no apt-get' 0 - on debian
gives 'all there, parts too' 0 - on debian fuzz lab look
printf '#!/bin/sh\necho "not-installed "\n' > "$TMPDIR/bin/dpkg-query"
gives 'a package that was removed is missing' 1 'installing gcc' on debian
printf '#!/bin/sh\ncase $* in *cmocka*) exit 1;; esac; echo "installed "\n' \
    > "$TMPDIR/bin/dpkg-query"
gives 'only what is missing is installed' 1 'installing libcmocka-dev$' \
    on debian

# Not root: through sudo, or a clear word where there is none.
printf '#!/bin/sh\necho 1000\n' > "$TMPDIR/bin/id"
chmod +x "$TMPDIR/bin/id"
gives 'an ordinary user: sudo is asked' 1 'called: sudo env' on debian
rm "$TMPDIR/bin/sudo"
# The rest of what the script calls, and no sudo.
for tool in sh sed tr env; do
    ln -s "$(command -v $tool)" "$TMPDIR/bin/$tool"
done
path=$TMPDIR/bin
gives 'an ordinary user without sudo' 1 'no sudo' on debian
gives 'is told the command' 1 'apt-get install libcmocka-dev' on debian
rm "$TMPDIR/bin/apt-get"
gives 'no apt-get' 2 'no apt-get here' on debian

echo "1..$count"
