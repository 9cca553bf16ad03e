#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install-deps.sh [PART]... - Debian packages
#
# Without an argument: what `make` and `make check` need. `fuzz` adds what the
# fuzz targets need, `adapters` the readers of replies for `make minefield`,
# `bench` those and what counts and draws for the benches, `lab` what the lab of
# real servers needs (the servers themselves it fetches on its own), `prove`
# what the proofs need, `foreign` compilers and an emulator for `make
# check-foreign`, `home` shells whose completion is tested, what reads man pages
# and what makes Debian packages, `look` the browser for `make check-page`,
# `fleet` a Slurm for `make check-slurm`. Installs nothing where all is there.
# The names are the same on Debian 12 and 13 and on Ubuntu 24.04; but
# frama-c-base is in Debian 12 alone, CBMC in 13 alone (ci/cbmc.sh gets it on
# its own), and Chromium in no package of Ubuntu.
#
# Exit status: 0 all is there, 1 could not install, 2 not a system that we
# know how to install on, or an unknown argument.
set -eu

os_release=${OS_RELEASE:-/etc/os-release}
wanted='gcc make pkg-config libc6-dev libuv1-dev libjansson-dev libcmocka-dev'
wanted="$wanted libssl-dev libc-ares-dev libxml2-utils perl"
wanted="$wanted cmark-gfm jq"

for part; do
    case $part in
    bench) set -- "$@" adapters ;;
    esac
done
for part; do
    case $part in
    # clang alone does not bring the runtime of libFuzzer on Debian.
    fuzz)
        wanted="$wanted clang libclang-rt-dev llvm afl++ bash rsync zip unzip"
        wanted="$wanted binutils file"
        ;;
    adapters)
        wanted="$wanted libetpan-dev libesmtp-dev libcurl4-gnutls-dev python3"
        # Where they do not come from the system's packages, those clash.
        command -v go >/dev/null || wanted="$wanted golang-go"
        command -v node >/dev/null || wanted="$wanted nodejs"
        command -v npm >/dev/null || wanted="$wanted npm"
        ;;
    bench) wanted="$wanted valgrind gnuplot-nox" ;;
    lab) wanted="$wanted bash mount util-linux jq" ;;
    prove) wanted="$wanted frama-c-base python3-clang tcc lld" ;;
    foreign)
        wanted="$wanted gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
        wanted="$wanted gcc-s390x-linux-gnu libc6-dev-s390x-cross"
        wanted="$wanted qemu-user-static"
        ;;
    look)
        wanted="$wanted chromium chromium-driver graphviz"
        command -v node >/dev/null || wanted="$wanted nodejs"
        command -v npm >/dev/null || wanted="$wanted npm"
        ;;
    home)
        wanted="$wanted bash zsh fish mandoc debhelper lintian g++"
        ;;
    fleet) wanted="$wanted slurmctld slurmd slurm-client munge" ;;
    *)
        echo "usage: ci/install-deps.sh [fuzz] [adapters] [bench] [lab]" \
            "[prove] [foreign] [home] [look] [fleet]" >&2
        exit 2
        ;;
    esac
done

# ID and ID_LIKE of the system, in one line.
family=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' "$os_release" 2>/dev/null |
    tr -d '"' | tr '\n' ' ')
unknown=
case " $family" in
*' debian '* | *' ubuntu '*) ;;
*) unknown="knows Debian and Ubuntu only, and this is '${family% }'" ;;
esac
for tool in apt-get dpkg-query; do
    command -v $tool >/dev/null 2>&1 || unknown="there is no $tool here"
done
if [ -n "$unknown" ]; then
    {
        echo "install-deps.sh: $unknown."
        echo "Install what Debian calls: $wanted"
        echo 'then run make demo, or make check.'
    } >&2
    exit 2
fi

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status} ' "$package" 2>/dev/null) ||
        status=
    case " $status" in
    *' installed '*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        {
            echo 'install-deps.sh: not root, and there is no sudo.'
            echo "As root: apt-get install$missing"
        } >&2
        exit 1
    fi
    sudo=sudo
fi

echo "install-deps.sh: installing$missing"
# A source of the machine's own that cannot be reached must not stop us: the
# packages may come from another one.
$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null ||
    echo 'install-deps.sh: apt-get update failed, going on' >&2
# $missing is a list of words.
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing </dev/null || {
    echo "install-deps.sh: apt-get could not install$missing" >&2
    exit 1
}
