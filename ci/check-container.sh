#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-container.sh - does ci/Containerfile make an image that works?
#
# By docker or podman where one of them runs. Else its lines are carried out in
# new Debian roots, one for each FROM, as an engine would: RUN in the root,
# COPY of the last commit or of another stage. Prints TAP.
#
# Exit status: 0, 1 where something failed, 77 where this machine can neither.
set -u
cd "$(dirname "$0")/.." || exit

file=ci/Containerfile
for engine in docker podman; do
    $engine info >/dev/null 2>&1 || continue
    $engine build -q -f $file -t smtpspec-check . >/dev/null &&
        $engine run --rm smtpspec-check check --quiet embedded: &&
        echo 'ok 1 - the image checks its own server' && echo 1..1
    exit
done

. ci/fresh-root.sh
fresh_begin

# Lines that end with a backslash joined, comments and blank ones left out.
sed -e '/^#/d' "$file" |
    sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' -e '/^$/d' \
    >"$dir/lines"

work=$dir
. tests/support/tap.sh
done_line() { # STATUS NAME
    tell "$1" "$2" "$dir/log"
    [ "$1" = 0 ] || { echo "1..$count"; exit 1; }
}

# The image's name is that of a Debian suite.
from() { # IMAGE [AS NAME]
    suite=${1#debian:}
    root=$dir/${3:-last}
    folder=/ user=root
    [ -e "$dir/base" ] ||
        fresh_root "${suite%-slim}" "$mirror" main "$dir/base" || return
    cp -a "$dir/base" "$root"
}

copy() { # [--from=STAGE] FROM TO
    case $1 in
    --from=*)
        mkdir -p "$root$3"
        cp -a "$dir/${1#--from=}$2/." "$root$3/"
        ;;
    *)
        mkdir -p "$root$2"
        git archive HEAD | tar -x -C "$root$2"
        ;;
    esac
}

# $rest is a list of words where it is not quoted.
# shellcheck disable=SC2086
while read -r word rest <&3; do
    case $word in
    FROM) from $rest ;;
    RUN) fresh_inside "$root" "$user" "$folder" "$rest" ;;
    COPY) copy $rest ;;
    WORKDIR) folder=$rest && mkdir -p "$root$rest" ;;
    USER) user=$rest ;;
    ENTRYPOINT) entry=$(echo "$rest" | tr -d '[]",') ;;
    CMD) default=$(echo "$rest" | tr -d '[]",') ;;
    *) echo "$word: unknown" >"$dir/log" && false ;;
    esac
    done_line $? "$word $(echo "$rest" | cut -c 1-50)"
done 3<"$dir/lines"

fresh_inside "$root" "$user" "$folder" "$entry $default"
done_line $? 'the image says what it can do'
fresh_inside "$root" "$user" "$folder" "$entry check --quiet embedded:"
done_line $? "the image checks its own server, as $user"
fresh_inside "$root" "$user" "$folder" "! command -v gcc make"
done_line $? 'what builds it was left behind'
echo "1..$count"
