#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs.t - the commands that the documents print, and that a stale one is met
set -u

. tests/support/tap.sh

export SMTPSPEC="${SMTPSPEC:?the path of the command}"
all() {
    sh ci/check-docs.sh >"$work/docs"
    status=$?
    grep -A 8 '^not ok' "$work/docs"
    return $status
}
check 'the commands of all documents' all

# A tree of which a document prints what is given; how check-docs.sh ends.
tree=$work/tree
plant() { # STATUS TEXT [ROW]
    rm -rf "$tree"
    mkdir -p "$tree/ci" "$tree/.ci"
    cp ci/check-docs.sh "$tree/ci/"
    printf 'demo:\n\ttrue\nfuzz-%%:\n\ttrue\nhelp:\n\t@echo\n' >"$tree/Makefile"
    echo 'make -s demo' >"$tree/.ci/run"
    echo '# none' >"$tree/ci/none.mk"
    printf '%b' "${3-}" >"$tree/ci/docs.tsv"
    printf '%b\n' "$2" >"$tree/README.md"
    sh "$tree/ci/check-docs.sh"
    [ $? -eq "$1" ]
}
good='`make demo`, `smtpspec list rules`, `--only`\n\n    smtpspec list cases'
check 'a document that is right' plant 0 "$good"
check 'no such command' plant 1 '`smtpspec teach`'
check 'no such option' plant 1 '`smtpspec check --teach`'
check 'no such option anywhere' plant 1 'with `--teach`'
check 'no such verb of make' plant 1 '`make teach`'
check 'a verb that nothing runs' plant 1 '`make fuzz-reply`'
check 'the same, with its reason' plant 0 '`make fuzz-reply`' \
    'make fuzz-%\thours\n'
check 'a reason that is empty' plant 1 '`make fuzz-reply`' 'make fuzz-%\t\n'
check 'a row for nothing' plant 1 "$good" 'make fuzz-%\thours\n'
check 'no such script' plant 1 '`ci/teach.sh`'
check 'a command in a block that is misused' plant 1 \
    '    smtpspec list nothing'
check 'one in a fenced block' plant 1 '```\nsmtpspec list nothing\n```'
check 'what is no command in a shell block' plant 1 '```sh\nteach\n```'
check 'a sample of output is none' plant 0 '```\nFAIL  a.b\n```'

echo "1..$count"
