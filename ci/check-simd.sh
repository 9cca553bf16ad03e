#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-simd.sh SIMD... - the library built for no more than that
#
# SIMD is no, sse2, sse4 or avx2. Sees that wider forms of the reply tokenizer
# are left out, and runs its unit tests, and the fuzz targets of the pure floors
# over their seeds and past crashes, with what is left.
set -eu

make=${MAKE:-make}
core=$($make -s list-targets | awk '$2 == "core" { print $1 }')
units=$(for file in tests/unit/test_reply*.c; do basename "$file" .c; done)
for simd; do
    build=build/release-$simd
    $make -s -j"$(nproc)" SIMD="$simd" UNIT="$units" FUZZ="$core" \
        UNIT_WITH="$build/libsmtpspec.a" check-unit check-regress
    forms=$(nm "$build/libsmtpspec.a" 2>/dev/null |
        sed -n 's/.* T smtpspec_reply_feed_//p' | sort | tr '\n' ' ')
    case "$(uname -m) $simd" in
    x86_64\ sse2) want='reference sse2 swar ' ;;
    x86_64\ sse4) want='reference sse2 sse4 swar ' ;;
    x86_64\ avx2) want='avx2 reference sse2 sse4 swar ' ;;
    *) want='reference swar ' ;;
    esac
    [ "$forms" = "$want" ] || {
        echo "SIMD=$simd: the library has the forms $forms" >&2
        exit 1
    }
done
