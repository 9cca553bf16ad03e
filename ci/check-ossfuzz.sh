#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check-ossfuzz.sh [SANITIZER...] - would OSS-Fuzz take what we build?
#
# For each sanitizer (address undefined coverage memory) the tree, as git
# knows it, is copied and .clusterfuzzlite/build.sh runs there in an
# environment that holds what OSS-Fuzz's builder sets and nothing else. Then
# each binary is looked at as the build check of OSS-Fuzz does, away from where
# it was built: does it start, is it instrumented, with that sanitizer and no
# other, does it need nothing but the C and C++ runtime, are seeds, words and
# options there, and do the seeds pass. The coverage build has to yield a
# report. JOBS (the number of processors) at once.
#
# Prints TAP. Exit status: 0, 1 where a check failed, 77 where a tool is
# missing.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

for tool in clang clang++ llvm-profdata llvm-cov zip unzip objdump git; do
    command -v $tool >/dev/null || { echo "no $tool here"; exit 77; }
done

work=$PWD/build/ossfuzz
jobs=${JOBS:-$(nproc)}
machine=$(uname -m)

# --- what the builder gives -------------------------------------------------

# Flags of the builder's image, on top of those for the sanitizer.
common='-O1 -fno-omit-frame-pointer -gline-tables-only
    -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION'
undefined=bool,array-bounds,float-divide-by-zero,function
undefined=$undefined,integer-divide-by-zero,return,shift
undefined=$undefined,signed-integer-overflow,vla-bound,vptr
declare -A flags_of
flags_of[address]='-fsanitize=address -fsanitize-address-use-after-scope'
flags_of[undefined]="-fsanitize=$undefined,unsigned-integer-overflow
    -fno-sanitize-recover=$undefined"
flags_of[memory]='-fsanitize=memory -fsanitize-memory-track-origins'
flags_of[coverage]='-fprofile-instr-generate -fcoverage-mapping -pthread'
engine_flags=-fsanitize=fuzzer-no-link

build() { # SANITIZER: into $work/SANITIZER
    local flags="$common ${flags_of[$1]}" out=$work/$1

    [ "$1" = coverage ] || flags="$flags $engine_flags"
    flags=$(tr -s ' \n' '  ' <<<"$flags")
    rm -rf "$out"
    mkdir -p "$out"
    echo 'int LLVMFuzzerTestOneInput(const char *at, unsigned long size)
        { return at == (char *)size; }' >"$work/empty.c"
    # $flags are several.
    # shellcheck disable=SC2086
    clang $flags -c -o "$work/empty.o" "$work/empty.c" &&
        clang++ $flags -fsanitize=fuzzer -o "$work/empty" "$work/empty.o" &&
        objdump -d --no-show-raw-insn "$work/empty" >"$work/empty.$1.s" ||
        return
    env -i PATH="$PATH" HOME="${HOME-/}" CCACHE_DIR="${CCACHE_DIR-}" \
        SRC="$work/src" WORK="$work/work" OUT="$out" \
        CC=clang CXX=clang++ CFLAGS="$flags" CXXFLAGS="$flags" \
        LIB_FUZZING_ENGINE=-fsanitize=fuzzer SANITIZER="$1" \
        FUZZING_ENGINE=libfuzzer ARCHITECTURE="$machine" \
        bash -eu "$work/src/smtpspec/.clusterfuzzlite/build.sh" \
        >"$work/$1.log" 2>&1
}

# --- the checks of one binary; each says what is wrong ----------------------

calls_of() { # PREFIX DISASSEMBLY
    grep -cE "$call +[0-9a-f]+ <$1" "$2"
}

# The calls into the runtimes of sanitizers. The engine and the runtimes make
# some on their own, more in one toolchain than in another: an empty target,
# built alike, says how many. Ours has to add to those of the sanitizer that is
# wanted, and may not to the others.
check_sanitizer() {
    local call='callq?' which count base

    [ "$machine" != aarch64 ] || call=bl
    objdump -d --no-show-raw-insn "$binary" >"$work/$name.$sanitizer.s"
    for which in address:asan memory:msan undefined:ubsan; do
        count=$(calls_of "__${which#*:}" "$work/$name.$sanitizer.s")
        base=$(calls_of "__${which#*:}" "$work/empty.$sanitizer.s")
        if [ "${which%:*}" = "$sanitizer" ]; then
            [ "$count" -ge $((base + 30)) ]
        else
            [ "$count" -le "$base" ]
        fi || echo "$count calls of ${which#*:}, $base in an empty target"
    done
    rm "$work/$name.$sanitizer.s"
}

# run LOG ARGUMENT...: with the options and words that lie beside it.
run() {
    local log=$1 option options=()

    shift
    while read -r option; do options+=("$option"); done < <(
        sed -n 's/^\([a-z_]*\) *= *\(.*\)$/-\1=\2/p' "$binary.options")
    (cd "$(dirname "$binary")" &&
        UBSAN_OPTIONS=silence_unsigned_overflow=1:print_stacktrace=1 \
        LLVM_PROFILE_FILE="$work/$name.%1m.profraw" \
        timeout 120 "./$name" "${options[@]}" -rss_limit_mb=2560 \
        -dict="$name.dict" "$@") >"$log" 2>&1
}

check_binary() {
    local log=$work/$name.$sanitizer.log edges how
    local seeds=$work/$name.$sanitizer.seeds

    [[ $name =~ ^[A-Za-z0-9_-]+$ ]] || echo 'a name that will not run'
    file -b "$binary" | grep -q ELF || echo 'not an ELF file'
    grep -q LLVMFuzzerTestOneInput "$binary" || echo 'no fuzz target inside'
    [ "$(wc -c <"$binary")" -lt 200000000 ] || echo 'larger than 200 MB'
    readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
        grep -vE '^(lib(c|m|dl|rt|resolv|pthread|gcc_s|stdc\+\+)|ld-.*)\.so' |
        sed 's/^/needs /'

    # A coverage build is not instrumented for the engine, which then will
    # only merge.
    if [ "$sanitizer" != coverage ]; then
        run "$log" -seed=1337 -runs=4 || echo 'does not run'
        grep -q 'Done 4 runs' "$log" || echo 'does not do 4 runs'
        edges=$(sed -n 's/^INFO: Loaded .*counters): *\([0-9]*\).*/\1/p' \
            "$log" | head -n 1)
        [ "${edges:-0}" -ge 100 ] || echo "${edges:-no} edges instrumented"
        check_sanitizer
    fi

    rm -rf "$seeds" "$seeds.merged"
    unzip -q -d "$seeds" "${binary}_seed_corpus.zip" || echo 'no seeds'
    [ -n "$(find "$seeds" -type f | head -n 1)" ] || echo 'no seed'
    [ -s "$binary.dict" ] || echo 'no words'
    mkdir "$seeds.merged"
    how=(-runs=4)
    [ "$sanitizer" != coverage ] || how=(-merge=1 "$seeds.merged")
    run "$log" "${how[@]}" "$seeds" ||
        { echo 'a seed fails'; tail -n 12 "$log"; }
    rm -rf "$seeds" "$seeds.merged"
}

# --- coverage ---------------------------------------------------------------

check_coverage() { # FOLDER
    local binary objects=()

    for binary in "$1"/fuzz_*; do
        [ ! -x "$binary" ] || objects+=(-object "$binary")
    done
    llvm-profdata merge -o "$work/all.profdata" "$work"/fuzz_*.profraw &&
        llvm-cov report -instr-profile="$work/all.profdata" \
            "${objects[@]:1}" \
            >"$work/coverage.txt" 2>>"$work/coverage.log" &&
        awk '/^TOTAL/ { print "# lines covered by the seeds: " $10 }' \
            "$work/coverage.txt" | grep '[0-9]'
}

# --- all --------------------------------------------------------------------

count=0 failed=0
report() { # NAME [WRONG]: with nothing wrong it is well
    count=$((count + 1))
    if [ -z "${2-}" ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        sed 's/^/# /' <<<"$2"
        failed=1
    fi
}

# One binary, as its own process, so that several run at once.
if [ "${1-}" = --one ]; then
    sanitizer=$2 binary=$3
    name=$(basename "$binary")
    check_binary >"$work/$name.$sanitizer.wrong" 2>&1
    exit 0
fi

[ $# -gt 0 ] || set -- address undefined coverage memory
mkdir -p "$work"
rm -f "$work"/*.wrong "$work"/*.profraw
mkdir -p "$work/src/smtpspec"
# In the same folder each time, for a compiler's cache; what a file was taken
# from is gone from the tree as well.
find "$work/src/smtpspec" -mindepth 1 -maxdepth 1 ! -name build \
    -exec rm -rf {} +
git ls-files -z -co --exclude-standard | tar -c --null -T - \
    --ignore-failed-read 2>/dev/null | tar -x -C "$work/src/smtpspec"
cmp -s .clusterfuzzlite/build.sh ci/oss-fuzz/build.sh
report 'one build.sh for OSS-Fuzz and ClusterFuzzLite' \
    "$([ $? = 0 ] || echo they differ)"
for sanitizer; do
    build "$sanitizer"
    status=$?
    report "$sanitizer: build.sh" \
        "$([ $status = 0 ] || tail -n 20 "$work/$sanitizer.log")"
    [ $status = 0 ] || continue
    sed -n "s/^left out: /# $sanitizer: left out: /p" "$work/$sanitizer.log"
    # Away from where it was built, as it will be.
    rm -rf "$work/away"
    mv "$work/$sanitizer" "$work/away"
    find "$work/away" -type f -perm -100 -print0 | sort -z |
        xargs -0 -n 1 -P "$jobs" bash "$0" --one "$sanitizer"
    found=0
    for wrong in "$work"/fuzz_*."$sanitizer".wrong; do
        [ -e "$wrong" ] || continue
        found=$((found + 1))
        name=$(basename "$wrong" ".$sanitizer.wrong")
        report "$sanitizer: $name" "$(cat "$wrong")"
    done
    report "$sanitizer: $found targets" \
        "$([ $found -gt 0 ] || echo 'none was built')"
    if [ "$sanitizer" = coverage ]; then
        said=$(check_coverage "$work/away")
        report 'coverage: a report' \
            "$([ -n "$said" ] || tail -n 5 "$work/coverage.log" || echo none)"
        echo "$said"
    fi
done
echo "1..$count"
exit $failed
