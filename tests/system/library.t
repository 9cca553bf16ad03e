#!/bin/sh
# SPDX-License-Identifier: MIT
#
# library.t - what the library shows to others: its symbols, its installation
#
# The shared library exports what the public headers mark SMTPSPEC_API and
# nothing else; it needs no other library; an installed copy can be found by
# pkg-config, compiled against and linked.
set -u

. tests/support/tap.sh

shared=$BUILD/libsmtpspec.so
soname=libsmtpspec.so.${VERSION%%.*}

# What the headers declare: the name before the bracket of each declaration
# that is marked, wherever its lines end.
cat include/smtpspec/*.h | awk '
    /^[ ]*#/ { next }
    /SMTPSPEC_API/ { text = ""; inside = 1 }
    inside { text = text " " $0 }
    inside && /;/ {
        inside = 0
        sub(/[(\[;].*/, "", text)
        n = split(text, word, /[ *]+/)
        print word[n] != "" ? word[n] : word[n - 1]
    }' | sort -u > "$TMPDIR/declared"

nm -D --defined-only "$shared" | awk '$2 != "A" { print $3 }' |
    sed 's/@.*//' |
    grep -vE '^(_init|_fini|_edata|_end|__bss_start|__gcov.*|mangle_path)$' |
    grep -vE '^__(odr_)?asan|^__ubsan' |
    sort -u > "$TMPDIR/exported"

check 'the headers declare something' test -s "$TMPDIR/declared"
comm -13 "$TMPDIR/declared" "$TMPDIR/exported" > "$TMPDIR/surplus"
check 'nothing is exported that no header declares' \
    sh -c "cat '$TMPDIR/surplus'; ! test -s '$TMPDIR/surplus'"
comm -23 "$TMPDIR/declared" "$TMPDIR/exported" > "$TMPDIR/missing"
check 'all that the headers declare is exported' \
    sh -c "cat '$TMPDIR/missing'; ! test -s '$TMPDIR/missing'"
check 'every exported name begins with smtpspec_' \
    sh -c "! grep -v '^smtpspec_' '$TMPDIR/exported'"
check "the soname is $soname" \
    sh -c "readelf -d '$shared' | grep -q 'soname: \[$soname\]'"
check 'the links lead to the versioned file' \
    test "$(readlink -f "$shared")" = "$(readlink -f "$shared.$VERSION")"

# Versions: the map lists what the headers declare, each once, and the library
# has each with the version of its list.
awk '/^LIBSMTPSPEC_/ { version = $1 }
    /^ +[a-z0-9_]+;/ { sub(/;/, ""); print $1, version }' \
    src/libsmtpspec.map | sort > "$TMPDIR/mapped"
check 'src/libsmtpspec.map has what the headers declare' \
    sh -c "cut -d ' ' -f 1 '$TMPDIR/mapped' | diff - '$TMPDIR/declared'"
readelf --dyn-syms -W "$shared" |
    sed -n 's/.* \(smtpspec_[a-z0-9_]*\)@@\(LIBSMTPSPEC_[0-9.]*\).*/\1 \2/p' |
    sort > "$TMPDIR/versioned"
check 'each symbol has its version' \
    diff "$TMPDIR/mapped" "$TMPDIR/versioned"

# A sanitizer adds libraries of its own, and so does a coverage run.
case $PROFILE in
san | cov) ;;
*)
    check 'it needs no library but that of C' \
        sh -c "! readelf -d '$shared' | grep NEEDED | grep -v 'libc\.so'"
    # Tables of pointers lie in .data.rel.ro, which nothing writes later.
    check 'it has no variable that can be written' sh -c "
        ! size -A '$BUILD/libsmtpspec.a' |
            grep -E '^\.(data|bss|tdata|tbss) +[1-9]'"
    # The archive must not ask for the heap, a stream or a clock.
    check 'it asks C for memory functions alone' sh -c "
        nm -D --undefined-only '$shared' | awk '{ print \$2 }' |
            sed 's/@.*//' | grep -vE '^(mem(cpy|move|set|cmp|chr)|str.*)\$' |
            grep -vE '^(__.*|_ITM.*)\$' > '$TMPDIR/asks'
        cat '$TMPDIR/asks'; ! test -s '$TMPDIR/asks'"
    ;;
esac

# Installed, as a packager would, then used as a stranger would.
root=$TMPDIR/root
check 'make install' \
    make -s install B="$BUILD" DESTDIR="$root" PREFIX=/usr
for file in bin/smtpspec share/bash-completion/completions/smtpspec \
    share/zsh/site-functions/_smtpspec \
    share/fish/vendor_completions.d/smtpspec.fish \
    share/man/man1/smtpspec.1 share/man/man3/libsmtpspec.3 \
    share/man/man5/smtpspec-case.5 lib/libsmtpspec.a lib/libsmtpspec.so \
    "lib/$soname" "lib/libsmtpspec.so.$VERSION" lib/pkgconfig/libsmtpspec.pc \
    share/smtpspec/report.schema.json share/smtpspec/report-line.schema.json \
    share/smtpspec/sarif.schema.json share/smtpspec/junit.xsd \
    include/smtpspec/reply.h; do
    check "it installs $file" test -e "$root/usr/$file"
done
export PKG_CONFIG_PATH="$root/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
check 'pkg-config knows the version' \
    test "$(pkg-config --modversion libsmtpspec)" = "$VERSION"

{
    for header in include/smtpspec/*.h; do
        echo "#include <smtpspec/$(basename "$header")>"
    done
    echo 'int main(void)'
    echo '{'
    echo '    return smtpspec_span_is_empty(smtpspec_span_of("x"));'
    echo '}'
} > "$TMPDIR/user.c"
# -I and -L by name: what pkg-config says of /usr is left out as known.
flags="-I$root/usr/include"
case $PROFILE in
san) sanitize=-fsanitize=address,undefined ;;
cov) sanitize=--coverage ;;
*) sanitize= ;;
esac
user() { # OUT LIBRARY...
    out=$1
    shift
    # $flags and $sanitize are lists.
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c17 -Wall -Wextra -Wpedantic -Werror $flags $sanitize \
        -o "$out" "$TMPDIR/user.c" "$@"
}
check 'a program links the archive' \
    user "$TMPDIR/static" "$root/usr/lib/libsmtpspec.a"
check 'and runs' "$TMPDIR/static"
check 'a program links the shared library' \
    user "$TMPDIR/dynamic" -L"$root/usr/lib" -lsmtpspec
check 'and runs' \
    env LD_LIBRARY_PATH="$root/usr/lib" "$TMPDIR/dynamic"
check 'a program asks for symbols with their version' sh -c "
    readelf --dyn-syms -W '$TMPDIR/dynamic' |
        grep -q 'smtpspec_[a-z_]*@LIBSMTPSPEC_0'"

# The example, as its head says.
printf 'S: 220 mx.example\nC: EHLO me.example\nS: 250 mx.example\n' \
    > "$TMPDIR/good"
{
    cat "$TMPDIR/good"
    printf 'C: RCPT TO:<a@mx.example>\nS: 250 fine\n'
} > "$TMPDIR/bad"
example() { # LIBRARY...
    # $flags and $sanitize are lists.
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c17 -Wall -Wextra -Wpedantic -Werror $flags $sanitize \
        -o "$TMPDIR/example" ci/examples/judge_dialogue.c "$@"
}
check 'the example is compiled' example -L"$root/usr/lib" -lsmtpspec
export LD_LIBRARY_PATH="$root/usr/lib"
check 'it finds nothing in a session that is right' \
    sh -c "'$TMPDIR/example' < '$TMPDIR/good'"
check 'and says what is wrong with another' sh -c "
    '$TMPDIR/example' < '$TMPDIR/bad'; test \$? -eq 1 &&
    '$TMPDIR/example' < '$TMPDIR/bad' | grep -q 'fail: .*expect.RCPT.READY'"

# What C++ makes of the headers, and of the library.
if command -v "${CXX:-c++}" > "$TMPDIR/out"; then
    sed -e 's/^int main(void)/int main()/' \
        -e 's/_span_of("x")/_span_head(SMTPSPEC_SPAN("x"), 1)/' \
        "$TMPDIR/user.c" > "$TMPDIR/user.cpp"
    for standard in 11 17 20; do
        # shellcheck disable=SC2086
        check "C++$standard takes the headers" "${CXX:-c++}" \
            -std=c++$standard -Wall -Wextra -Wpedantic -Werror $flags \
            $sanitize -o "$TMPDIR/plus" "$TMPDIR/user.cpp" \
            -L"$root/usr/lib" -lsmtpspec
        check "and its program runs" "$TMPDIR/plus"
    done
else
    count=$((count + 1))
    echo "ok $count - C++ # SKIP no compiler"
fi

for header in include/smtpspec/*.h; do
    printf '#include <smtpspec/%s>\nint alone;\n' "$(basename "$header")" \
        > "$TMPDIR/alone.c"
    check "$(basename "$header") can be included alone" \
        ${CC:-cc} -std=c17 -Wall -Wextra -Wpedantic -Werror -Iinclude \
        -fsyntax-only "$TMPDIR/alone.c"
done

echo "1..$count"
