#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-deb.sh - build Debian packages of the last commit, and try them
#
# `make dist` gives the original source, ci/deb is what Debian adds. The
# packages are built as a buildd would, unit tests among it, shown to lintian,
# and installed into an empty root, from where the command and a program
# against the library are run. They are left in build/deb. Prints TAP.
#
# Exit status: 0, 1 where something failed, 77 where a tool is missing.
set -u
cd "$(dirname "$0")/.." || exit

. ci/need.sh
need home dpkg-buildpackage dh lintian git cc

version=$(sed -n 's/^VERSION := //p' Makefile)
dir=$PWD/build/deb
tree=$dir/smtpspec-$version
root=$dir/root
rm -rf "$dir"
mkdir -p "$dir" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
touch "$root/var/lib/dpkg/status"

work=$dir
. tests/support/tap.sh

unpack() {
    make -s dist &&
        cp "build/smtpspec-$version.tar.gz" \
            "$dir/smtpspec_$version.orig.tar.gz" &&
        tar -xzf "build/smtpspec-$version.tar.gz" -C "$dir" &&
        cp -r ci/deb "$tree/debian"
}
build() {
    (cd "$tree" && dpkg-buildpackage -us -uc -j"$(nproc)")
}
# Warnings count, and so does what lintian only informs of.
lints() {
    lintian --allow-root --fail-on error,warning,info -I "$dir"/*.changes
}
# Without root the files belong to whoever this is, which is all the same here.
installs() {
    dpkg --force-not-root --force-depends --root="$root" --log="$dir/dpkg.log" \
        -i "$dir"/*.deb
}

lib=$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null)
export LD_LIBRARY_PATH="$lib"
command_works() {
    smtpspec=$root/usr/bin/smtpspec
    "$smtpspec" check --quiet embedded: || return
    "$smtpspec" check --quiet embedded:rcpt-before-mail
    test $? = 1
}
library_works() {
    export PKG_CONFIG_PATH="$lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
    # What pkg-config prints is a list; of /usr it leaves out what is known.
    # shellcheck disable=SC2046
    cc -I"$root/usr/include" -L"$lib" -o "$dir/judge" \
        "$root/usr/share/doc/libsmtpspec-dev/examples/judge_dialogue.c" \
        $(pkg-config --cflags --libs libsmtpspec) &&
        printf 'S: 220 mx.example\nC: EHLO me\nS: 250 mx\n' | "$dir/judge"
}

check 'ci/deb/changelog has the version of the Makefile' \
    sh -c "dpkg-parsechangelog -l ci/deb/changelog -S Version |
        grep '^$version-'"
check 'make dist, and ci/deb beside it' unpack
check 'the tree of the tar file is built, its unit tests pass' build
[ $failed = 0 ] || { echo "1..$count"; exit 1; }
for package in smtpspec libsmtpspec0 libsmtpspec-dev; do
    check "there is $package" test -e "$dir/${package}_$version"-*.deb
done
check 'lintian has nothing to say' lints
check 'all are installed beside each other' installs
check 'the command works there' command_works
check 'a program is built against the library, and works' library_works
for page in man1/smtpspec.1 man3/libsmtpspec.3 man5/smtpspec-case.5; do
    check "there is $page" test -e "$root/usr/share/man/$page.gz"
done
rm -rf "$root" "$tree" "$dir/out" "$dir/dpkg.log" "$dir/judge"
echo "1..$count"
[ $failed = 0 ]
