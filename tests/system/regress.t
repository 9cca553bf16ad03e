#!/bin/sh
# SPDX-License-Identifier: MIT
#
# regress.t - make regress sees what a change does to known inputs
#
# In a tree of its own, whose command is ours behind a script: its first
# commit is honest, and what is planted afterwards has to be seen.
set -u

for tool in bash git; do
    command -v $tool >/dev/null ||
        { echo "1..0 # SKIP regress.t: no $tool here"; exit 0; }
done

count=0
report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$TMPDIR/out"
}

root=$PWD
tree=$TMPDIR/tree
mkdir -p "$tree/build" "$tree/corpus/recordings"
cp corpus/recordings/bad-two-replies.txt corpus/recordings/good-message.txt \
    "$tree/corpus/recordings/"
mkdir -p "$tree/corpus/seeds/session" "$tree/corpus/seeds/reply" \
    "$tree/corpus/vectors"
cp corpus/seeds/session/starttls corpus/seeds/session/pipelined-group \
    "$tree/corpus/seeds/session/"
cp corpus/seeds/reply/postfix-session "$tree/corpus/seeds/reply/"
printf '%s\n' \
    '{"id":"a.nul","comment":"NUL","input":"323530206100620d0a","replies":[]}' \
    >"$tree/corpus/vectors/replies.jsonl"
ln -s "$root/ci" "$tree/ci"
printf 'build/\nci\n' >"$tree/.gitignore"
printf 'all:\n\t@mkdir -p build\n\t@cp command build/smtpspec\n' \
    >"$tree/Makefile"

# command SCRIPT: what the tree's build gives.
command_is() {
    printf '%s\n' '#!/bin/sh' "$1" >"$tree/command"
    chmod +x "$tree/command"
    make -s -C "$tree" MAKEFLAGS= all
}
mine() { git -C "$tree" -c user.name=t -c user.email=t@example "$@"; }

# regress NAME STATUS PATTERN
regress() {
    bash "$tree/ci/regress.sh" HEAD >"$TMPDIR/out" 2>&1
    status=$?
    if [ $status = "$2" ] && grep -q -e "$3" "$TMPDIR/out"; then
        report ok "$1"
    else
        report 'not ok' "$1: status $status"
    fi
}
says() { # NAME PATTERN
    if grep -q -e "$2" "$TMPDIR/out"; then report ok "$1"
    else report 'not ok' "$1"; fi
}

command_is "exec '$SMTPSPEC' \"\$@\""
mine init -q 2>/dev/null
mine add -A
mine commit -q -m honest
regress 'the same command' 0 '^[1-9][0-9]* inputs compared, 0 differ$'

# planted EXPRESSION: ours, but what it prints edited.
planted() {
    command_is "'$SMTPSPEC' \"\$@\" >\"\$0.out\"; status=\$?
        sed '$1' \"\$0.out\"; exit \$status"
}

planted s/STARTTLS/STARTTL/g
regress 'a reply read otherwise' 1 \
    '^differs: smtpspec parse corpus/seeds/reply/postfix-session$'
says 'the input is shown' '^  input   250-STARTTLS^M$'
says 'and how it was read' '^  before  .*STARTTLS"'
says 'and how it is now' '^  after   .*STARTTL"'

planted 's/a..x00b/a b/'
regress 'a vector read otherwise' 1 \
    '^differs: smtpspec parse build/regress/inputs/vectors/a.nul$'
says 'is the only difference' ' 1 differ$'

planted s/session.unasked/session.asked/g
regress 'a verdict that changed' 1 \
    '^differs: smtpspec judge --profile modern corpus/recordings/bad-two'

command_is "'$SMTPSPEC' \"\$@\"; [ \"\$1\" != judge ]"
regress 'another exit status' 1 '^  after   exit status 1$'

command_is 'exit 3'
regress 'a command that does nothing' 2 'no format in common'
bash "$tree/ci/regress.sh" no-such-revision >"$TMPDIR/out" 2>&1
status=$?
if [ $status = 2 ]; then report ok 'an unknown revision'
else report 'not ok' "an unknown revision: status $status"; fi
echo "1..$count"
