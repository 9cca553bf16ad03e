#!/bin/sh
# SPDX-License-Identifier: MIT
#
# merge.t - `smtpspec merge` on reports that `check` has written
set -u

smtpspec=${SMTPSPEC:?the path of the command}
TMPDIR=$(mktemp -d) || exit 1
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
. tests/support/tap.sh
cd "$TMPDIR" || exit 1

check_to() { # FILE ARGUMENT...
    file=$1
    shift
    timeout 60 "$smtpspec" check --quiet --report "$file" \
        --only 'noop.*' --only 'rset.*' "$@" >/dev/null 2>&1
}
merge() {
    timeout 20 "$smtpspec" merge --quiet "$@" </dev/null
}
# refused PATTERN ARGUMENT...: status 2, one line, and no report.
refused() {
    pattern=$1
    shift
    merge --report json=refused.json "$@" >out.refused 2>err.refused
    [ $? -eq 2 ] && [ "$(wc -l <err.refused)" -eq 1 ] &&
        grep -e "$pattern" err.refused && [ ! -e refused.json ]
}
has() { grep -e "$2" "$1"; }

check_to json=honest.json embedded:
check_to json=bad.json embedded:noop-200
check_to json=both.json embedded: embedded:noop-200

check 'one report stays what it is' merge --report json=one.json honest.json
check 'to the octet' cmp honest.json one.json
check 'two are merged' merge --report json=two.json honest.json bad.json
# shellcheck disable=SC2016 # not for this shell
check 'as if one run had made them' sh -c '
    jq -c ".targets[] | [.target, .summary]" both.json >a &&
    jq -c ".targets[] | [.target, .summary]" two.json | cmp - a'
check 'of a pipe' sh -c 'cat honest.json | "$0" merge --report json=pipe.json -' \
    "$smtpspec"
check 'too, to the octet' cmp honest.json pipe.json
check_to jsonl=lines.jsonl embedded:
check 'of lines' merge --report json=lines.json lines.jsonl
check 'too' sh -c '
    jq -c "[.targets[] | .target, (.cases[] | [.id, .outcome])]" honest.json >a
    jq -c "[.targets[] | .target, (.cases[] | [.id, .outcome])]" lines.json |
        cmp - a'
head -n 9 lines.jsonl >cut.jsonl
check 'lines of a run that was cut off are refused' refused 'cut off' cut.jsonl
check 'but with --partial' merge --partial --report json=part.json lines.jsonl \
    cut.jsonl
check 'what is whole is taken' sh -c '
    jq ".targets | length" part.json | grep -x 1'
check 'a report in its own place' sh -c '
    ! "$0" merge --report jsonl=lines.jsonl lines.jsonl 2>err &&
        grep "cannot be made of itself" err && [ -s lines.jsonl ]' "$smtpspec"
check 'text' sh -c '"$0" merge honest.json bad.json | grep "noop.*200"' \
    "$smtpspec"
# --- many ---------------------------------------------------------------------

# Of a report of any size only one target is in memory: with all of it in the
# JSON library this would not do. A sanitizer wants all of the address space.
limit='ulimit -v 65536'
sh -c "$limit; exec \"\$0\" --version" "$smtpspec" >/dev/null 2>&1 || limit=:
set --
while [ $# -lt 400 ]; do set -- "$@" honest.json; done
check 'four hundred are merged' merge --report json=many.json "$@"
check 'and read again in little memory' sh -c "$limit"'
    "$0" merge --report jsonl=many.jsonl many.json' "$smtpspec"
check 'as lines, too' sh -c "$limit"'
    "$0" merge --report json=again.json many.jsonl' "$smtpspec"
check 'they are the same' cmp many.json again.json

check 'a name for a target' merge --report json=named.json \
    postfix=honest.json "other server=bad.json"
check 'that it has then' has named.json '"target": "postfix"'
check 'with spaces, too' has named.json '"target": "other server"'
check 'help' sh -c '"$0" merge --help | grep -- --partial' "$smtpspec"

check 'no file' refused 'no FILE'
check 'a file that is not there' refused 'No such file' none.json
check 'a folder' refused 'Is a directory' .
check 'an option that is none' refused "unknown option '--x'" --x honest.json
check 'a name for two targets' refused 'several targets' name=both.json
head -c 3000 honest.json >cut.json
check 'half a report' refused 'cut.json: line' honest.json cut.json
check 'half a report is not taken by --partial' refused 'cut.json: line' \
    --partial honest.json cut.json
sed 's/"modern"/"rfc5321"/' bad.json >other.json
check 'another profile' refused 'judged by modern, other.json by rfc5321' \
    honest.json other.json
printf '{"tool": "smtpspec\033[31m"' >evil.json
check 'hostile octets' refused 'evil.json: line 1' evil.json
tr -d '\n -~' <err.refused >raw
check 'of which none is shown' [ ! -s raw ]

echo "1..$count"
