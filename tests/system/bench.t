#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench.t - the table of `make bench`: goals, peers, JSON; no rate is asserted.
# And what grows in `make bench-instructions`, with a counter that counts what
# it is told.
#
# With goals 0 times as hard all are met, 1e9 times as hard some are missed:
# what the machine does meanwhile does not matter.
set -u

. tests/support/tap.sh

bench="$BUILD/bench/bench --mib 1 --rounds 2"
# run STATUS WORD...: that is its exit status.
run() {
    wanted=$1
    shift
    $bench --smtpspec "$SMTPSPEC" "$@" > "$work/said" 2> "$work/cried"
    status=$?
    tail -n 3 "$work/said" "$work/cried"
    [ "$status" = "$wanted" ]
}
said() { grep -qE "$1" "$work/said"; }
never_said() { ! said "$1"; }
# One that counts replies as they are, one that leaves out the first of them,
# one that dies.
mkdir "$work/peers" "$work/peers/folder"
peer() { # NAME AWK
    cat > "$work/peers/$1" <<END
#!/bin/sh
echo 'version $1'
while read -r line; do awk '$2' "\$1"; done
END
    chmod +x "$work/peers/$1"
}
sum='substr($0, 4, 1) != "-" { n++; codes += substr($0, 1, 3) }
    END { print 0.25, n, codes }'
peer honest "$sum"
peer hasty "NR > 20 && $sum"
printf '#!/bin/sh\nexit 1\n' > "$work/peers/dead"
chmod +x "$work/peers/dead"

check 'goals that are nothing are met' run 0 --factor 0 \
    --peers "$work/peers" --json "$work/json" reply
check 'each corpus has its times' eval 'for corpus in a b c d1 d2 d3; do
    said "^$corpus  .*GB/s" || exit 1; done'
check 'each variant is there' said '^  reference .*[0-9]'
check 'a goal says what it is beside what was wanted' \
    said '^best beside memcpy, on c +>= 0 .* ok '
check 'no goal is missed' never_said MISSED
check 'a peer has times' said '^  honest +[0-9]'
check 'and says its version' said '^honest: version honest'
check 'one that does not read it all is left out' \
    said '^hasty: left out on c: gave [0-9]+ replies'
check 'and has no times' never_said '^  hasty '
check 'one that dies is told of' said '^dead: did not start'
check 'a peer that is not there is told of' \
    said '^best beside libetpan, on a: not measured'

met() { grep -c '"met": true' "$work/json"; }
check 'the JSON has the goals of the text' \
    eval '[ "$(met)" = "$(grep -cE " ok  " "$work/said")" ]'
check 'the JSON has times' grep -q '"corpus": "c", "runner": "honest",' \
    "$work/json"
if command -v jq >/dev/null; then
    check 'the JSON is JSON' jq -e '.goals | length > 10' "$work/json"
else
    count=$((count + 1))
    echo "ok $count - the JSON is JSON # SKIP no jq"
fi

check 'goals beyond all reach are missed' run 1 --factor 1e9 reply
check 'and it says which' said '^best beside memchr walk, on a .*MISSED'
check 'a section that is not there is an error' run 2 nonsense
check 'so is a size of nothing' run 2 --mib 0

# --- check, growth ---
check 'check beside a bare loop' run 0 --factor 0 --rounds 1 check
check 'on one connection and on several' eval 'said "^16 at once +[0-9]+ " &&
    said "^check beside a bare loop, 1 at once +>= 0 .* ok "'
# A command that computes with the square of a recording.
cat > "$work/square" <<'END'
#!/bin/sh
case $1 in
serve) echo 'listening on 127.0.0.1:9'; exec sleep 60 ;;
judge) exec awk 'END { k = NR / 4096
    for (i = 0; i < k * k * 50000; i++) sum += i }' "$2" ;;
esac
END
chmod +x "$work/square"
mkdir -p "$work/there/build"
squares() { # that it is seen, from a folder to write to
    (cd "$work/there" && $bench --mib 8 --rounds 1 --smtpspec "$work/square" \
        growth > "$work/said" 2>&1)
    status=$?
    tail -n 4 "$work/said"
    [ "$status" = 1 ]
}
check 'what grows with the square is seen' squares
check 'and named' said '^exchanges, judge doubled: time, times .* MISSED'
check 'what does not grow is not' said '^cases of check doubled: time.* ok '
check 'its points are kept' grep -q '^"exchanges, judge"' \
    "$work/there/build/growth.tsv"

# --- instructions ---
kept="$work/kept.json"
cat > "$work/valgrind" <<'END'
#!/bin/sh
echo 20
echo "==1== Collected : $FIGURE" >&2
END
printf '#!/bin/sh\necho swar\n' > "$work/counter"
printf '#!/bin/sh\necho "%s (any) 1.2"\n' gcc > "$work/gcc"
printf '#!/bin/sh\necho "%s 3.4"\n' clang > "$work/clang"
chmod +x "$work/valgrind" "$work/counter" "$work/gcc" "$work/clang"
printf '{\n}\n' > "$kept"
counts() { # STATUS COMPILER FIGURE [UPDATE]
    PATH=$work:$PATH CC=$2 FIGURE=$3 UPDATE=${4-} \
        sh ci/bench-instructions.sh "$work/counter" "$kept" > "$work/said" 2>&1
    status=$?
    cat "$work/said"
    [ "$status" = "$1" ]
}
check 'figures of a compiler are kept' counts 0 gcc 2000 1
check 'beside those of another one' counts 0 clang 4000 1
check 'so that nothing has grown' counts 0 gcc 2000
check 'as JSON' grep -q '"a swar": 100.0,' "$kept"
check 'four in a hundred more may be' counts 0 gcc 2080
check 'six in a hundred more fail' counts 1 gcc 2120
check 'and are named' said '^a swar .*100.0 .*106.0 .*GROWN'
check 'another compiler has its own' counts 0 clang 4000
printf '#!/bin/sh\necho "%s 5.6"\n' tcc > "$work/clang"
check 'one without figures is skipped' counts 0 clang 9000
check 'with a word' said '^skipped: no figures of this compiler'
printf '#!/bin/sh\necho sse2\n' > "$work/counter"
check 'a figure that is not kept yet fails' counts 1 gcc 2000
check 'and one that is not there any more' \
    said '^a swar: kept, and not there any more'
echo "1..$count"
