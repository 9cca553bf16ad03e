#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mutants.t - prove-mutants tells what a test does not notice, and of its list
# what does not belong there
#
# On a library of one file and a test of two lines, in a folder of their own.
set -u

python=/usr/bin/python3
"$python" -c 'import clang.cindex' 2>/dev/null ||
    { echo '1..0 # SKIP there is no python3-clang'; exit; }
root=$PWD
. tests/support/tap.sh

cd "$work" || exit
m=$PWD/build
mkdir -p src/tiny include "$m/lib" "$m/cov" "$m/tests" "$m/include"
echo src/tiny/tiny.c > "$m/units"
echo test_tiny > "$m/oracles"
cat > src/tiny/tiny.c <<'END'
int first(const char *text);
int first(const char *text)
{
    if (*text == 0)
        return 0;
    while (*text == ' ')
        text++;
    return *text;
}
END
cc="${CC:-cc}"
$cc -O1 -fPIC -shared -Wl,-soname,libtiny_tiny.so -o "$m/lib/libtiny_tiny.so" src/tiny/tiny.c
(cd "$m/cov" && $cc -O0 -fPIC --coverage -c -o libtiny_tiny.o "$work/src/tiny/tiny.c" &&
    $cc --coverage -shared -Wl,-soname,libtiny_tiny.so -o libtiny_tiny.so libtiny_tiny.o)

# tries STATUS PATTERN C-CONDITION: with a test that wants the condition, and
# the list in survivors.tsv.
tries() {
    echo "int first(const char *); int main(void) { return !($3); }" > test.c
    $cc -o "$m/tests/test_tiny" test.c "$m/lib/libtiny_tiny.so"
    rm -f "$m/results"
    MUTANTS=$m SURVIVORS=survivors.tsv "$python" "$root/ci/prove-mutants.py" \
        src/tiny/tiny.c > told
    status=$?
    cat told
    [ "$status" = "$1" ] && grep -q "$2" told
}

# Leaving the if out changes nothing: neither a blank nor another answer.
row='src/tiny/tiny.c\tfirst\t%s\t1\t%s\t%s\tno blank, and 0 all the same\n'
rows() { # WORD OF THE SECOND
    printf "$row" 'condition: *text == 0 -> 0' 'if (*text == 0)' same \
        'delete: return 0 -> nothing' 'return 0;' "$1" > survivors.tsv
}
good="first(\"\") == 0 && first(\"  a\") == 'a' && first(\"\\1\") == 1"

check 'a test that looks lets those survive that nobody can see' \
    tries 1 '^11 mutants: 9 killed .* 2 survived, 2 on no list' "$good"
check 'and they are told in the form of the list' \
    grep -q "$(printf '^ *src/tiny/tiny.c\tfirst\tdelete')" told
rows same
check 'with a reason they are none' tries 0 '^11 mutants: 9 killed of the 9 .*(100.0 %)' "$good"
check 'a test that looks away is told' tries 1 'on no list' "first(\"\") == 0 && first(\"a\")"
rows open
check 'one that a caller could see is counted' tries 1 '(90.0 %), 1 survived, 0 on' "$good"
rows same
sed 's/first/last/;q' survivors.tsv >> survivors.tsv
check 'a row that nothing met is told' tries 1 'nothing met: .*last' "$good"
printf 'half a row\n' > survivors.tsv
check 'a row that is none is told' tries 2 'not a row: half' "$good"
rows same
check 'a test that fails with nothing changed is told' tries 1 'fails with nothing changed' 0
echo "1..$count"
