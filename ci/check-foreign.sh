#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-foreign.sh [quick] ARCH... - the library on other processors
#
# ARCH is as GNU names it: aarch64, s390x (whose byte order is the other one).
# Built by Debian's cross compiler, and run by qemu: the finite proofs, which
# hold each form of the tokenizer against the byte machine, and the fuzz targets
# of the pure floors over their seeds and past crashes. What has no compiler or
# no emulator here is skipped with a message. With `quick` without the proofs,
# which take minutes.
#
# Exit status: 0 all passed, 77 nothing could be run, else that of make.
set -u

make=${MAKE:-make}
core=$($make -s list-targets | awk '$2 == "core" { print $1 }')
checks='check-regress prove-finite'
if [ "${1-}" = quick ]; then
    checks=check-regress
    shift
fi
# What takes a second here takes twenty there.
TEST_SECONDS=${TEST_SECONDS:-1200}
export TEST_SECONDS
ran=0
for arch; do
    for tool in "$arch-linux-gnu-gcc" "qemu-$arch-static"; do
        command -v "$tool" >/dev/null && continue
        echo "$arch: skipped: no $tool (ci/install-deps.sh foreign)"
        continue 2
    done
    ran=1
    # $checks is a list of words.
    # shellcheck disable=SC2086
    $make -s -j"$(nproc)" $checks FUZZ="$core" \
        B="build/$arch" CC="$arch-linux-gnu-gcc" AR="$arch-linux-gnu-ar" \
        BUILD_CC="${CC:-cc}" LDFLAGS=-static PKG_CONFIG=false \
        EMULATOR="qemu-$arch-static" || exit
done
[ $ran = 1 ] || exit 77
