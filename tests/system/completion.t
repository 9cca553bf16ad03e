#!/bin/sh
# SPDX-License-Identifier: MIT
#
# completion.t - what bash, zsh and fish offer on a command line
#
# Each shell that is there is asked, itself, to complete the same lines.
set -u

. tests/support/tap.sh

home=$BUILD/home
dir=$TMPDIR/completion
mkdir -p "$dir/bin" "$dir/here" "$dir/functions"
ln -s "$SMTPSPEC" "$dir/bin/smtpspec"
cp "$home/_smtpspec" "$dir/functions/"
touch "$dir/here/run.json" "$dir/here/other.txt"
PATH=$dir/bin:$PATH
export PATH HOME="$dir"
# Or fish makes a folder where a packager's HOME is not.
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR

cat >"$dir/ask.bash" <<'END'
. "$1"
COMP_LINE=$2 COMP_POINT=${#2}
_smtpspec 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
END

# offers SHELL LINE: what may come next, a line each, whole words.
offers() {
    case $1 in
    bash) bash --norc "$dir/ask.bash" "$home/smtpspec.bash" "$2" ;;
    zsh)
        rm -f "$dir/offers" "$dir/offers.end"
        zsh -f "$root/tests/support/zsh_complete.zsh" "$dir/functions" \
            "$dir/offers" "$2" >/dev/null && cat "$dir/offers"
        ;;
    fish)
        fish --no-config -c \
            'source $argv[1]; complete -C $argv[2]' "$home/smtpspec.fish" \
            "$2" | cut -f 1
        ;;
    esac
}

# offered SHELL LINE PATTERN...: each pattern is a line of the offers; one
# with ! in front is none.
offered() {
    shell=$1 line=$2
    shift 2
    offers "$shell" "$line" >"$dir/got"
    for pattern; do
        case $pattern in
        !*) ! grep -qx -e "${pattern#!}" "$dir/got" ;;
        *) grep -qx -e "$pattern" "$dir/got" ;;
        esac || {
            echo "$pattern"
            head -n 8 "$dir/got"
            return 1
        }
    done
}

root=$PWD
cd "$dir/here" || exit
asked=0
for shell in bash zsh fish; do
    command -v $shell >"$dir/where" || continue
    asked=$((asked + 1))
    check "$shell: a command" \
        offered $shell 'smtpspec ' check compare explain '!--color'
    check "$shell: one that begins so" \
        offered $shell 'smtpspec ex' explain '!check'
    check "$shell: a command to be helped with" \
        offered $shell 'smtpspec help ' check serve '!embedded:'
    check "$shell: options of a command" offered $shell 'smtpspec check --' \
        '--only=*' '--report=*' --intrusive '!--listen=*'
    check "$shell: options of another" offered $shell 'smtpspec serve --' \
        '--listen=*' '!--only=*'
    check "$shell: an option that begins so" \
        offered $shell 'smtpspec check --pass' '--password-file=*'
    check "$shell: a word of an option" offered $shell \
        'smtpspec check --fail-on ' warn fail '!auto'
    check "$shell: a word behind a letter" offered $shell \
        'smtpspec check -l ' must info '!warn'
    check "$shell: a profile, as the command lists them" offered $shell \
        'smtpspec check --profile ' modern kb234
    check "$shell: a case" offered $shell \
        'smtpspec check --only noop.af' noop.after-ehlo
    check "$shell: a format" offered $shell \
        'smtpspec check --report js' 'json=*' 'jsonl=*' '!text=*'
    check "$shell: a file" offered $shell \
        'smtpspec judge ' run.json other.txt
    check "$shell: a subject" offered $shell 'smtpspec list mis' misdeeds
    check "$shell: how a target may begin" offered $shell \
        'smtpspec check em' 'embedded:'
    check "$shell: a misdeed of the built-in server" offered $shell \
        'smtpspec check embedded:rcpt-bef' '\(embedded:\)*rcpt-before-mail'
    check "$shell: a second one" offered $shell \
        'smtpspec check embedded:bare-lf,rcpt-bef' \
        '\(embedded:\)*\(bare-lf,\)*rcpt-before-mail'
done
check 'some shell was asked' test $asked -gt 0

# bash breaks words at = and : itself.
if command -v bash >"$dir/where"; then
    check 'bash: a word behind =' \
        offered bash 'smtpspec check --color=al' always
    check 'bash: a file of a report' \
        offered bash 'smtpspec check --report json=ru' run.json
fi

echo "1..$count"
