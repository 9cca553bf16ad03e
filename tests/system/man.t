#!/bin/sh
# SPDX-License-Identifier: MIT
#
# man.t - the man pages: nothing for mandoc to complain of, nothing left out
set -u

. tests/support/tap.sh

man=$BUILD/home/man
page1=$man/man1/smtpspec.1
page3=$man/man3/libsmtpspec.3
page5=$man/man5/smtpspec-case.5

# Whether a page that another one names is there is asked of the machine's own
# folders, where ours are not yet.
lints() {
    mandoc -T lint "$1" | grep -v 'referenced manual not found: Xr' \
        >"$TMPDIR/lint"
    cat "$TMPDIR/lint"
    test ! -s "$TMPDIR/lint"
}

# refers PAGE: the pages that it names are among these.
refers() {
    sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/man\2\/\1.\2/p' "$1" \
        >"$TMPDIR/refers"
    while read -r other; do
        test -f "$man/$other" || {
            echo "$other"
            return 1
        }
    done <"$TMPDIR/refers"
    test -s "$TMPDIR/refers"
}

for page in "$page1" "$page3" "$page5"; do
    name=$(basename "$page")
    if command -v mandoc >"$TMPDIR/where"; then
        check "mandoc -T lint $name" lints "$page"
    else
        count=$((count + 1))
        echo "ok $count - mandoc -T lint $name # SKIP no mandoc"
    fi
    check "$name names pages that are there" refers "$page"
    check "$name has no mark left to fill in" sh -c "! grep '@[A-Z]*@' '$page'"
done

# All that help has: commands, options, words.
for verb in $("$SMTPSPEC" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    "$SMTPSPEC" "$verb" --help >"$TMPDIR/help"
    check "smtpspec.1 has $verb" grep -q "^\.Ss smtpspec $verb\$" "$page1"
    sed -n '/^\.Ss smtpspec '"$verb"'$/,$p' "$page1" | sed '1d;/^\.S[sh] /,$d' \
        >"$TMPDIR/part"
    for option in $(sed -n 's/^  \(-[a-z], \)\{0,1\}--\([a-z][a-z-]*\).*/\2/p' \
        "$TMPDIR/help"); do
        check "smtpspec.1 has $verb --$option" \
            grep -q "^\.It.* Fl Fl $option\( \|\$\)" "$TMPDIR/part"
    done
done

# Each function that a header declares, each line of a case that there is.
functions=$(sed -n 's/^.*\(smtpspec_[a-z0-9_]*\)(.*/\1/p' include/smtpspec/*.h |
    sort -u)
missing=
for function in $functions; do
    grep -q "$function" "$page3" || missing="$missing $function"
done
check 'libsmtpspec.3 has all functions' test -z "$missing"
[ -z "$missing" ] || echo "# $missing"
for header in include/smtpspec/*.h; do
    check "libsmtpspec.3 has $(basename "$header")" \
        grep -q "^\.Ss $(basename "$header")" "$page3"
done
check 'smtpspec-case.5 has the words of a case' sh -c "
    for word in case rfc level title given needs unless service flags about; do
        grep -q \"^\.It Li \$word\\\$\" '$page5' || exit 1
    done"

echo "1..$count"
