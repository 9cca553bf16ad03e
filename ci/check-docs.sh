#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-docs.sh - do the commands that the documents print still work?
#
# Of each document the commands are taken: lines of blocks, fenced or indented,
# and what stands in backticks in the text. Then
#   smtpspec ...    in a block it is run, in a folder of its own: a host of an
#                   example is the built-in server, 127.0.0.1:2525 a server of
#                   ours on another port, ten minutes are two seconds, and of
#                   the suite a part is run. In the text the command and its
#                   options have to exist
#   make VERB       there has to be such a verb, and a script of CI that runs it
#   SCRIPT.sh       the same
# A script of CI is .ci/run, a script that lies in ci/, or a test of the system.
# What none of them runs stands in ci/docs.tsv with the reason: a row for each,
# and none that is not wanted. An option that is named in the text has to be
# one of the command or of a script.
#
# Prints TAP. SMTPSPEC (build/smtpspec) is the command. Exit status: 0, or 1
# where something does not hold.
set -u
cd "$(dirname "$0")/.." || exit

smtpspec=${SMTPSPEC:-$PWD/build/smtpspec}
scratch=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$scratch"
}
trap finish EXIT

count=0 faults=0
say() { # STATUS NAME
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        faults=$((faults + 1))
        sed 's/^/# /' "$scratch/out" | tail -n 8
    fi
}

# --- what the documents print ------------------------------------------------

# KIND<TAB>DOCUMENT<TAB>COMMAND, each once; KIND is block or text.
find . -name build -prune -o -name .git -prune -o -name '*.md' -print |
    sed 's|^\./||' | sort | while read -r file; do
    awk -v file="$file" '
        function put(kind, text) {
            sub(/[ \t]+#.*$/, "", text)
            gsub(/[ \t]+/, " ", text)
            gsub(/^ | $/, "", text)
            if (text != "" && !seen[kind, text]++)
                print kind "\t" file "\t" text
        }
        /^```/ { inside = !inside; shell = /^```sh/; next }
        inside || /^    [^ ]/ {
            line = held $0
            held = ""
            if (line ~ /\\$/) {
                held = substr(line, 1, length(line) - 1) " "
                next
            }
            if ((inside && shell) ||
                line ~ /^ *((build\/)?smtpspec |make |sh |ci\/.*\.sh)/)
                put("block", line)
            next
        }
        {
            n = split($0, part, "`")
            for (i = 2; i <= n; i += 2)
                put("text", part[i])
        }' "$file"
done >"$scratch/all"

# --- what there is -----------------------------------------------------------

# The verbs of make, and all text of what CI runs.
sed -n 's/^\([a-z][a-zA-Z%-]*\):.*/\1/p' Makefile ci/*.mk | sort -u \
    >"$scratch/verbs"
cat .ci/run ci/*.sh ci/*.mk ci/*/*.sh tests/run tests/system/*.t 2>/dev/null |
    grep -v '^ *#' >"$scratch/ci"

# rule_of VERB: the rule that makes it, "fuzz-%" of "fuzz-reply".
rule_of() {
    grep -Fx -e "$1" "$scratch/verbs" || while read -r rule; do
        case $rule in
        *%*)
            # The rule is a pattern.
            # shellcheck disable=SC2254
            case $1 in ${rule%%%*}*${rule#*%}) echo "$rule" ;; esac
            ;;
        esac
    done <"$scratch/verbs" | head -n 1
}

# is_run PATTERN: whether a script of CI has that line.
is_run() { grep -qE -e "$1" "$scratch/ci"; }

# excused NAME: whether it has a row, which is then known to be wanted.
excused() {
    awk -F '\t' -v name="$1" '
        $1 == name && $2 != "" { found = 1 } END { exit !found }' ci/docs.tsv &&
        echo "$1" >>"$scratch/wanted"
}
: >"$scratch/wanted"

# --- make, and scripts -------------------------------------------------------

# make_verbs WORD...: the verbs among them; options and variables are not.
make_verbs() {
    for word; do
        case $word in
        -* | *=*) ;;
        *) echo "$word" ;;
        esac
    done
}

check_make() { # WORD...
    for verb in $(make_verbs "$@"); do
        rule=$(rule_of "$(echo "$verb" | sed 's/<[a-z]*>/x/')")
        if [ -z "$rule" ]; then
            echo "make has no verb '$verb'"
            return 1
        fi
        name=$(echo "$rule" | sed 's/%/[a-z-]+/')
        excused "make $rule" || is_run "make.*[ \"']$name([ \"'\`]|\$)" ||
            is_run "^\\\$\\(B\\)/check:.*$name" || {
            echo "nothing in CI runs 'make $verb', and ci/docs.tsv has no row"
            return 1
        }
    done
}

check_script() { # SCRIPT
    if [ ! -e "$1" ]; then
        echo "there is no $1"
        return 1
    fi
    excused "$1" || is_run "(sh|bash|/|^|['\"= ])$1" || {
        echo "nothing in CI runs $1, and ci/docs.tsv has no row"
        return 1
    }
}

# --- smtpspec ----------------------------------------------------------------

# In place of what an example names.
# shellcheck disable=SC2016
stand_in() {
    sed -e "s|127\.0\.0\.1:2525|127.0.0.1:$port|g" \
        -e 's|\([ =]\)mx\.example\(:25\)\{0,1\}$|\1embedded:|' \
        -e 's|--time 600|--time 2|' -e 's| TARGET$| embedded:|' \
        -e '/--only/!s|smtpspec check |&--only "rcpt.*" |' \
        -e "s|smtpspec-findings/NAME\.script|$(find "$scratch" \
            -name '*.script' | head -n 1)|" \
        -e 's|^\(build/\)\{0,1\}smtpspec|"$SMTPSPEC"|'
}

start_server() {
    "$smtpspec" serve --listen 127.0.0.1:0 --misdeed rcpt-before-mail \
        >"$scratch/serve" 2>&1 &
    server=$!
    until port=$(sed -n 's/^listening on .*://p' "$scratch/serve" \
        2>/dev/null) && [ -n "$port" ]; do sleep 0.05; done
}

# A status that means "misused", or a signal, is a fault.
run_it() { # COMMAND
    typed=$(echo "$1" | stand_in)
    (cd "$scratch/run" && SMTPSPEC=$smtpspec timeout 60 sh -c "$typed") \
        </dev/null
    status=$?
    [ $status -ne 2 ] && [ $status -ne 4 ] && [ $status -lt 124 ] && return
    echo "$typed: exit status $status"
    return 1
}

# The command is there, and knows the options.
check_words() { # VERB WORD...
    verb=$1
    shift
    "$smtpspec" "$verb" --help >"$scratch/help" 2>&1 || {
        echo "smtpspec has no command '$verb'"
        return 1
    }
    for word; do
        case $word in
        --*)
            grep -qE -e "(^|[ ,])${word%%=*}([ ,=]|\$)" "$scratch/help" || {
                echo "smtpspec $verb has no option $word"
                return 1
            }
            ;;
        esac
    done
}

# --- one after the other -----------------------------------------------------

block() { # COMMAND
    line=$1
    # A list of words.
    # shellcheck disable=SC2046
    set -- $(echo "$line" | sed 's/="[^"]*"/=x/g')
    case $1 in
    build/smtpspec | smtpspec)
        excused "$line" || run_it "$line"
        ;;
    make)
        shift
        check_make "$@"
        ;;
    sh | bash) check_script "$2" ;;
    ci/*.sh) check_script "$1" ;;
    *)
        echo "what is '$1'?"
        return 1
        ;;
    esac
}

text() { # COMMAND
    # shellcheck disable=SC2046
    set -- $(echo "$1" | sed 's/="[^"]*"/=x/g')
    case $1 in
    smtpspec | build/smtpspec) shift && check_words "$@" ;;
    make) shift && check_make "$@" ;;
    sh) check_script "$2" ;;
    *) check_script "$1" ;;
    esac
}

# is_command TEXT: whether what stands in backticks is meant to be typed.
is_command() {
    case $1 in
    *' COMMAND'*) return 1 ;;
    'smtpspec '[a-z]* | 'build/smtpspec '[a-z]* | 'make '[a-z]*) ;;
    'sh ci/'*.sh* | ci/*.sh | ci/*.sh' '*) ;;
    *) return 1 ;;
    esac
}

mkdir "$scratch/run"
start_server
set -f
tab=$(printf '\t')
while IFS=$tab read -r kind file command; do
    case $kind in
    block) block "$command" >"$scratch/out" 2>&1 ;;
    *)
        is_command "$command" || continue
        text "$command" >"$scratch/out" 2>&1
        ;;
    esac
    say $? "$file: $command"
done <"$scratch/all"

make -s help >"$scratch/out" 2>&1
say $? 'make help lists the verbs'

# Options that the text names alone.
for verb in $("$smtpspec" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    "$smtpspec" "$verb" --help
done >"$scratch/help" 2>&1
cut -f 3 "$scratch/all" | grep -E '^--[a-z]' | sed 's/[ =].*//' | sort -u |
    while read -r option; do
        grep -qE -e "(^|[ ,])$option([ ,=]|\$)" "$scratch/help" ||
            grep -qF -e "$option" "$scratch/ci" ||
            echo "no command has $option"
    done >"$scratch/out"
[ ! -s "$scratch/out" ]
say $? 'each option that is named is one of some command'

cut -f 1 ci/docs.tsv | grep -v '^#' | sort -u >"$scratch/rows"
sort -u "$scratch/wanted" | comm -23 "$scratch/rows" - >"$scratch/out"
[ ! -s "$scratch/out" ]
say $? 'each row of ci/docs.tsv excuses a command'

echo "1..$count"
[ $faults -eq 0 ]
