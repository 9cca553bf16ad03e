#!/bin/sh
# SPDX-License-Identifier: MIT
#
# dist.t - the tar file of `make dist`: all that git knows, and it builds
#
# The library is built from it, which takes seconds; ci/check-deb.sh builds the
# rest and runs the unit tests of it.
set -u

. tests/support/tap.sh

if ! git rev-parse HEAD >"$TMPDIR/head" 2>&1; then
    echo '1..0 # SKIP this tree is none of git'
    exit
fi
top=smtpspec-$VERSION
check 'make dist' make -s dist
tar=build/$top.tar.gz
check 'there is a tar file' test -s "$tar"
tar -tzf "$tar" | sed "s|^$top/||" | grep -v '/$' | grep . | sort \
    >"$TMPDIR/packed"
# Quoted names do not come of -z.
git ls-tree -r -z --name-only HEAD | tr '\0' '\n' | sort >"$TMPDIR/known"
check 'it has what git knows' diff "$TMPDIR/packed" "$TMPDIR/known"
check 'all lies in one folder' \
    sh -c "! tar -tzf '$tar' | grep -v '^$top/'"
tar -xzf "$tar" -C "$TMPDIR"
check 'the library is built from it' \
    make -s -C "$TMPDIR/$top" library PROFILE=debug CC="${CC:-cc}"
check 'and has its version' \
    test -e "$TMPDIR/$top/build/debug/libsmtpspec.so.$VERSION"
check 'what is made is not in the tar file' \
    sh -c "! grep '^build/' '$TMPDIR/packed'"

echo "1..$count"
