#!/bin/sh
# SPDX-License-Identifier: MIT
#
# minefield.t - our own reader over the vectors, and adapters that lie, crash,
# hang or talk nonsense
#
# Other people's readers are not run here (make minefield does): what they do
# is not ours to promise.
set -u

vectors=corpus/vectors/replies.jsonl
. tests/support/tap.sh

# adapter NAME BODY: a program that does that with each line that it is asked.
adapter() {
    {
        echo '#!/bin/sh'
        echo "echo '{\"version\":\"${3-1}\"}'"
        echo 'while read -r line; do'
        echo "$2"
        echo 'done'
    } > "$work/$1"
    chmod +x "$work/$1"
}
# field STATUS VECTORS ADAPTER...: that is its exit status.
field() {
    wanted=$1
    list=$2
    shift 2
    $tool "$list" "$work/page" "$@" > "$work/said" 2>&1
    status=$?
    cat "$work/said"
    [ "$status" = "$wanted" ]
}
said() { grep -qE "$1" "$work/said"; }
shows() { grep -qF "$1" "$work/page.md" && grep -qF "$1" "$work/page.html"; }

tool=$BUILD/minefield
own=$BUILD/adapters/smtpspec
# MAKEFLAGS is empty here; what is built already is not built again.
check 'the minefield and our own adapter can be built' \
    make -s PROFILE="$PROFILE" CC="${CC:-cc}" "build/$PROFILE/minefield" \
    "build/$PROFILE/adapters/smtpspec"

check 'our own reader takes every vector as expected' \
    field 0 $vectors "$own"
check 'and that is what is printed' said 'smtpspec .* valid ([0-9]+)/\1 .* misread 0'

head -n 9 $vectors > "$work/few"
# A wrong expectation, an octet of one text, must show.
sed '3s/"text":"../"text":"5a/' "$work/few" > "$work/wrong"
check 'a wrong expectation fails' field 1 "$work/wrong" "$own"
check 'and is named' said '^smtpspec: typical\.greeting: text differs'
sed '4s/"code":220/"code":221/' "$work/few" > "$work/wrong"
check 'a wrong code fails' field 1 "$work/wrong" "$own"
check 'and the code that was read is told' said 'something else \(220\)'

good='echo "{\"replies\":[],\"error\":null,\"left\":0}"'
adapter deaf "$good"
check 'a reader that takes nothing is no failure of ours' \
    field 0 "$work/few" "$work/deaf"
check 'but it is told' said 'deaf .* valid 0/9'
adapter liar 'echo "{\"replies\":[{\"code\":299,\"text\":\"\",\"complete\":true}],\"error\":null}"'
check 'other codes are shown' field 0 "$work/few" "$work/liar"
check 'on both pages' shows 299

adapter crashes 'kill -SEGV $$'
check 'a crash is counted, and the next vector asked' \
    field 0 "$work/few" "$work/crashes"
check 'as a crash' said 'crashes 9, hangs 0, broken 0'
check 'without a word on the pages of what crashed it' shows 'no answer'
head -n 2 $vectors > "$work/two"
adapter hangs 'sleep 60'
check 'a hang is bounded' field 0 "$work/two" "$work/hangs"
check 'and counted' said 'crashes 0, hangs 2, broken 0'
adapter endless 'while :; do echo -n xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done'
either() { field 1 "$@" || [ "$status" = 0 ]; }
check 'so is one that never ends its answer' \
    either "$work/two" "$work/endless"
check 'by its time or by its size' said '(hangs|broken) 2'

half='{"code":1,"text":"","complete":false}'
whole='{"code":2,"text":"","complete":true}'
long='{"code":2,"text":"","complete":true,"enhanced":"99999.99999.99999"}'
for nonsense in 'hello' '[]' '{}' '{"replies":1,"error":null}' \
    '{"replies":[{}],"error":null}' \
    '{"replies":[{"code":"250","text":"","complete":true}],"error":null}' \
    '{"replies":[{"code":250,"text":"6","complete":true}],"error":null}' \
    '{"replies":[{"code":250,"text":"zz","complete":true}],"error":null}' \
    '{"replies":[{"code":250,"text":"","complete":1}],"error":null}' \
    "{\"replies\":[$half,$whole],\"error\":null}" \
    "{\"replies\":[$long],\"error\":null}" \
    '{"replies":[],"error":7}' '{"replies":[],"error":null,"left":-1}' \
    '{"replies":[],"error":null} {}'; do
    adapter nonsense "echo '$nonsense'"
    check "no answer: $nonsense" field 1 "$work/two" "$work/nonsense"
    check 'it is said to be broken' said 'broken 2'
done

adapter twice "$good; $good"
check 'what is said unasked passes for no answer' \
    field 1 $vectors "$work/twice"
check 'and is said to be broken' said 'broken [1-9]'
adapter once "$good; exit 0"
check 'one that ends after each answer is started anew' \
    field 0 "$work/two" "$work/once"
check 'and has answered' said 'valid 0/2 acceptable 0/0 invalid 0/0, misread 0(, crashes 1.*)?$'

adapter html 'echo "{\"replies\":[],\"error\":\"<script>|`x`</script>\"}"' \
    '<b>\\u0007|9</b>'
check 'what an adapter says is escaped' field 0 "$work/two" "$work/html"
check 'in the HTML' sh -c "! grep -qE '<script>|<b>.u?0*7?[|]9' '$work/page.html'"
check 'in the Markdown' sh -c "! grep -qE '<script>|<b>' '$work/page.md'"
check 'the pages have no raw control octet' \
    sh -c "! LC_ALL=C grep -q '[^[:print:]]' '$work/page.html' '$work/page.md'"

printf '#!/bin/sh\nexit 3\n' > "$work/stillborn"
chmod +x "$work/stillborn"
check 'an adapter that does not start is a failure' \
    field 1 "$work/two" "$work/stillborn"
check 'by name' said 'stillborn .*cannot be started'
check 'so is one that is not there' field 1 "$work/two" "$work/absent"
echo '{"id":"x"}' > "$work/bad"
check 'a file without vectors is an error' field 2 "$work/bad" "$own"
check 'and so is one that is not there' field 2 "$work/none" "$own"

# Skipped by name where what it needs is not here.
mkdir "$work/adapters"
echo '/* needs:    no-such-package */' > "$work/adapters/strange.c"
check 'an adapter whose package is missing is skipped' sh -c \
    "sh ci/adapter.sh '$work/adapters/strange.c' '$work/strange' | grep \
    'skipped: adapter strange: no package no-such-package'"
check 'and not made' test ! -e "$work/strange"

echo "1..$count"
