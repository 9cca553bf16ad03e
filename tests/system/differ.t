#!/bin/sh
# SPDX-License-Identifier: MIT
#
# differ.t - does harness/differential.c see a reader that is not ours?
#
# The adapters here are ours with a fault each.
set -u

. tests/support/tap.sh

case $PROFILE in
san) sanitize='-fsanitize=address,undefined -fno-sanitize-recover=all' ;;
cov) sanitize=--coverage ;;
*) sanitize= ;;
esac
# faulty NAME PATTERN REPLACEMENT: our adapter with that changed.
faulty() {
    sed -e "s/$2/$3/" -e 's|"../adapter.h"|"adapter.h"|' \
        harness/adapters/smtpspec.c > "$work/$1.c"
    [ "$2" = . ] || ! cmp -s "$work/$1.c" "$work/honest.c" || return 1
    CC=${CC:-cc} VERSION=0 LIBRARY=$BUILD/libsmtpspec.a ENGINE=harness/driver.c \
        CFLAGS_ADAPTER="-std=c17 -Iinclude -Iharness $sanitize" \
        sh ci/adapter.sh --differ "$work/$1.c" "$work/$1"
}
# tries STATUS NAME FILE: that is the exit status over it.
tries() {
    "$work/$2" "$3" > "$work/said" 2>&1
    status=$?
    cat "$work/said"
    [ "$status" = "$1" ]
}
said() { grep -qF "$1" "$work/said"; }

check 'our adapter can be linked beside ours' faulty honest . '&'
check 'there is no difference over the seeds' tries 0 honest corpus/seeds/reply
check 'nor over past crashes, where there are any' sh -c \
    "[ ! -e corpus/regressions/reply ] || '$work/honest' corpus/regressions/reply"

printf '250 ok\r\n' > "$work/plain"
printf '250-a\r\nfoo\r\n250 b\r\n' > "$work/foo"
check 'a reader with another code' faulty code ': line->code;' ': 251;'
check 'is found' tries 134 code "$work/plain"
check 'by what it did' said 'differs: code clean'
check 'with the input' said 'input: 250 ok\x0d\x0a'
check 'with what both made of it' said 'theirs: [251 ok'
check 'and the file that it was' said "the input was $work/plain"
check 'a reader that loses an octet of the text' \
    faulty text 'octets.at + line.at + head, line.length - head' \
    'octets.at + line.at + head, line.length > head ? line.length - head - 1 : 0'
check 'is found by its text' tries 134 text "$work/plain"
check 'and named' said 'differs: text clean'
check 'a reader that refuses' faulty refuses 'smtpspec_reply_init(&parser);' \
    'adapter_error(result, "no"); octets.length = 0; smtpspec_reply_init(\&parser);'
check 'is found' tries 134 refuses "$work/foo"
check 'with the defects up to there' said 'differs: refused no-code stray'
check 'a reader that ends every reply at once' faulty ends \
    '(line.flags & SMTPSPEC_LINE_LAST) != 0' 'true'
check 'is found' tries 134 ends "$work/foo"

# What is tolerated is told by how often it was needed.
echo 'refused no-code : it is known' > "$work/refuses.tolerates"
check 'a known difference passes' tries 0 refuses "$work/foo"
check 'and is counted' said '1 tolerated: refused no-code'
check 'another one does not' tries 134 refuses "$work/plain"
echo 'refused : whatever comes' > "$work/refuses.tolerates"
check 'a row without conditions lets all pass' tries 0 refuses "$work/plain"
for row in 'refused no-code' 'refuses no-code : x' 'refused no-cod : x' \
    'same : x'; do
    echo "$row" > "$work/refuses.tolerates"
    check "no row: $row" tries 2 refuses "$work/plain"
done

echo "1..$count"
