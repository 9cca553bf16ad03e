#!/bin/sh
# SPDX-License-Identifier: MIT
#
# config.t - what is kept for a target in files, and what of it a run uses
#
# What was said shows in --record.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/config.$$
mkdir -p "$dir/own/smtpspec" "$dir/keys"
trap 'rm -rf "$dir"' EXIT
XDG_CONFIG_HOME=$dir/own
export XDG_CONFIG_HOME

. tests/support/tap.sh
ok() { tell "$1" "$2" "$dir/out" "$dir/err"; } # STATUS NAME

# run STATUS NAME ARGUMENT...: leaves out, err and what was said.
run() {
    expected=$1 name=$2
    shift 2
    rm -f "$dir/said"
    timeout 60 "$smtpspec" check --record "$dir/said" "$@" >"$dir/out" \
        2>"$dir/err" </dev/null
    status=$?
    [ $status -eq "$expected" ]
    ok $? "$name (status $status)"
}
said() { # NAME PATTERN
    grep -q -e "$2" "$dir/said"
    ok $? "$1"
}
unsaid() { # NAME PATTERN
    ! grep -q -e "$2" "$dir/said"
    ok $? "$1"
}

own=$dir/own/smtpspec/a.conf

# --- what holds for whom ----------------------------------------------------

cat >"$own" <<'END'
# of all
from = everybody@lab.example
relay-domain = far.example

[embedded:]
to = bob@embedded.example
[embedded:rcpt*]
to = alice@embedded.example
END
run 0 'the user has files' --only relay.plain embedded:
said 'what is of all targets is said' 'MAIL FROM:<everybody@lab.example>'
said 'we greet by its domain' 'EHLO lab.example'
said 'a domain for relaying' 'RCPT TO:<someone@far.example>'
run 0 'settings of one target' --only 'dsn.*' embedded:
said 'its recipient' 'RCPT TO:<bob@embedded'
unsaid 'not that of another' 'RCPT TO:<alice@embedded'
run 0 'the command line wins' --only 'dsn.*' --to user@embedded.example \
    --from me@here.example embedded:
said 'over a section' 'RCPT TO:<user@embedded'
unsaid 'which is not used' 'RCPT TO:<bob@embedded'
said 'and over what is of all' 'MAIL FROM:<me@here.example>'
run 0 'other files' --only 'dsn.*' --config /dev/null embedded:
unsaid 'take the place of the user'"'s" 'everybody@lab'

printf '[embedded:*]\nfrom = star@lab.example\n' >"$dir/own/smtpspec/b.conf"
run 0 'a second file' --only 'dsn.*' embedded:
said 'what comes last holds' 'MAIL FROM:<star@lab.example>'
said 'what it does not speak of stays' 'RCPT TO:<bob@embedded'
mkdir "$dir/own/smtpspec/.hidden.conf"
touch "$dir/own/smtpspec/c.conf~"
run 0 'a file of another name is none of it' --only 'dsn.*' embedded:
rm -r "$dir/own/smtpspec"
run 0 'no folder is no error' --only 'dsn.*' embedded:
HOME=$dir XDG_CONFIG_HOME=relative run 0 'nor is a path that is not whole' \
    --only 'dsn.*' embedded:
mkdir -p "$dir/.config/smtpspec"
echo 'from = home@lab.example' >"$dir/.config/smtpspec/x.conf"
HOME=$dir XDG_CONFIG_HOME='' run 0 'without XDG' --only 'dsn.*' embedded:
said 'it is ~/.config/smtpspec' 'home@lab.example'

# --- a port that goes without saying, an unknown mailbox ---------------------

"$smtpspec" serve --listen 127.0.0.1:0 >"$dir/serving" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$dir"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    grep -q listening "$dir/serving" 2>/dev/null && break
    sleep 0.1
done
port=$(sed 's/.*://' "$dir/serving")
cat >"$dir/lab.conf" <<END
[127.0.0.1:$port]
to = user@mx.example
unknown = never@mx.example
END
run 0 'a server of the network' --config "$dir/lab.conf" \
    --only rcpt.unknown-mailbox "127.0.0.1:$port"
said 'the mailbox that does not exist' 'never@mx.example'

# --- users ------------------------------------------------------------------

printf 'secret\n' >"$dir/keys/user.key"
cat >"$dir/keys/login.conf" <<END
[embedded:]
user = user
password-file = user.key
END
run 0 'a user, and a password in a file beside' \
    --config "$dir/keys/login.conf" --only 'auth.plain*' embedded:
said 'a login' 'AUTH PLAIN'
! grep -q secret "$dir/out" "$dir/err" "$dir/said"
ok $? 'the password is nowhere'
printf 'wrong\n' >"$dir/keys/user.key"
run 0 'another password' --config "$dir/keys/login.conf" --only 'auth.*' \
    embedded:
grep -q ' blocked' "$dir/out"
ok $? 'lets nobody in'

# --- expected extensions -----------------------------------------------------

run 0 'what is expected is there' --only 'noop.after*' \
    --expect 'SIZE starttls AUTH=PLAIN' --expect 8BITMIME embedded:
run 1 'what is missing' --only 'noop.after*' --expect 'SIZE,XNOPE' embedded:
grep -q 'session.offers' "$dir/out" && grep -q 'XNOPE' "$dir/out"
ok $? 'is a finding'
echo 'expect = AUTH=XMECH' >"$dir/expect.conf"
run 1 'a parameter that is missing' --only 'noop.after*' \
    --config "$dir/expect.conf" --report "json=$dir/run.json" embedded:
grep -q 'AUTH=XMECH' "$dir/run.json"
ok $? 'is in the report'
run 0 'a baseline is learnt' --only 'noop.after*' --baseline "$dir/known.json" \
    --update-baseline --config "$dir/expect.conf" embedded:
run 0 'then it is known' --only 'noop.after*' --baseline "$dir/known.json" \
    --config "$dir/expect.conf" embedded:

"$smtpspec" explain session.offers >"$dir/out" 2>"$dir/err"
ok $? 'explain knows it'

# --- what repeats a case ------------------------------------------------------

run 1 'a finding' --config "$dir/lab.conf" --unknown x@y.example \
    --only noop.after-ehlo embedded:noop-200
grep -q "again.*--config $dir/lab.conf --unknown x@y.example embedded:noop-200" \
    "$dir/out"
ok $? 'is repeated with the same files and options'

# --- which options are settings -----------------------------------------------

"$smtpspec" check --help | tr -s ' \n' ' ' |
    sed 's/.*option without its hyphens: //; s/;.*//; s/ or /, /' |
    tr -d ' ' | tr , '\n' | sort >"$dir/told"
for option in $("$smtpspec" check --help |
    sed -n 's/^  \(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p'); do
    echo "$option = x" >"$dir/one.conf"
    "$smtpspec" check --config "$dir/one.conf" 127.0.0.1:1 2>&1 |
        grep -q 'no setting' || echo "$option"
done | sort >"$dir/taken"
diff "$dir/told" "$dir/taken" >"$dir/out" && [ -s "$dir/told" ]
ok $? 'help names those that are taken, and no other'

# --- files that are wrong -----------------------------------------------------

# refuses NAME MESSAGE TEXT: one line, status 2, nothing was run.
refuses() {
    printf "$3" >"$dir/bad.conf"
    run 2 "refuses $1" --config "$dir/bad.conf" embedded:
    [ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ] &&
        grep -q -e "bad.conf:$2" "$dir/err"
    ok $? "one line tells: $2"
}
refuses 'an unknown setting' "2: no setting 'color-of'" '# x\ncolor-of = red\n'
refuses 'an option that is none of a target' "1: no setting 'report'" \
    'report = json=x\n'
refuses 'a password' '1: no password stands here' 'password = secret\n'
refuses 'a mailbox that is none' "1: to wants a mailbox" 'to = me\n'
refuses 'a word that is none' '3: starttls wants no, try or require' \
    '\n\nstarttls = maybe\n'
refuses 'a rate that is none' '1: rate wants' 'rate = fast\n'
refuses 'a line of neither kind' '1: neither' 'to\n'
refuses 'a section without an end' '1: a section ends' '[mx\n'
refuses 'an empty section' '1: a section names' '[ ]\n'
refuses 'no value' '1: there is no value' 'to =\n'
refuses 'no name' '1: a name has' '= x\n'
refuses 'a name in capitals' '1: a name has' 'To = x\n'
refuses 'a setting that comes twice' '2: it is set twice' \
    'to = a@b.example\nto = c@d.example\n'
refuses 'a NUL' '2: a NUL' '# x\nto = a@b\0.example\n'
refuses 'octets of a terminal' '1: an octet' 'to = \033[31m@b.example\n'
refuses 'a line without end' '1: a line of more' \
    "to = $(head -c 2000 /dev/zero | tr '\0' x)\n"
head -c 400000 /dev/zero | tr '\0' '\n' >"$dir/bad.conf"
run 2 'refuses a large file' --config "$dir/bad.conf" embedded:
run 2 'refuses a folder' --config "$dir" embedded:
run 2 'refuses a file that is not there' --config "$dir/none" embedded:
grep -q 'none: No such file' "$dir/err"
ok $? 'and says why'
printf '[embedded:]\nuser = u\n' >"$dir/bad.conf"
run 2 'refuses a user without a password' --config "$dir/bad.conf" embedded:
printf '[embedded:]\nuser = u\npassword-file = gone\n' >"$dir/bad.conf"
run 2 'refuses a password that is not there' --config "$dir/bad.conf" embedded:
run 3 'where it is of another target it does not matter' \
    --config "$dir/bad.conf" --only noop.after-ehlo 127.0.0.1:1
head -c 3000 /dev/urandom >"$dir/bad.conf"
run 2 'refuses any octets' --config "$dir/bad.conf" embedded:
[ "$(wc -l <"$dir/err")" -eq 1 ]
ok $? 'in one line'

echo "1..$count"
