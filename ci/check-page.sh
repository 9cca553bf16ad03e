#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-page.sh SMTPSPEC DIR - the HTML report in headless Chromium
#
# Makes a few reports of the built-in server and of a hostile one in DIR, then
# runs tests/browser/test_page.mjs over them. Accessibility is looked at by
# axe-core, which npm fetches to DIR/npm; without it those tests are skipped.
# Exit status: that of a test; 77 where a tool is missing.
set -eu

smtpspec=$1
dir=$2
axe_version=4.14.1

. ci/need.sh
need look node chromium chromedriver
mkdir -p "$dir"

# page NAME OPTION... TARGET...: findings are what we want here.
page() {
    name=$1
    shift
    "$smtpspec" check --quiet --timeout 3 --report html="$dir/$name.html" \
        "$@" >/dev/null 2>&1 || [ $? = 1 ]
}
page bad embedded:rcpt-before-mail
page many embedded:starttls-keeps-buffer,lf-dot-lf,bare-lf,nul-in-text,\
rcpt-before-mail,noop-text-501,vrfy-500,quit-silent
page hostile --only 'connect.*' --only 'noop.*' --only 'vrfy.*' \
    --only 'help.*' --only 'rset.*' --only 'ehlo.*' \
    'exec:node tests/browser/hostile.mjs'
page several --only 'sweep.ready*' --only 'sweep.idle*' embedded: \
    embedded:rcpt-before-mail embedded:noop-text-501 embedded:vrfy-500 \
    embedded:quit-silent embedded:nul-in-text embedded:code-alone \
    embedded:rset-252 embedded:noop-twice embedded:expn-502 \
    embedded:help-211 embedded:no-status
# Machines that were learnt, one with names of the user's own.
learnt() { # NAME ARGUMENT...
    name=$1
    shift
    "$smtpspec" learn --check --quiet --report html="$dir/$name.html" "$@" \
        >/dev/null 2>&1 || [ $? = 1 ]
}
learnt learnt tests/machines/exim.json
learnt counted tests/machines/chasquid.json
printf '%s\n' 'ehlo-of-15-long  EHLO x' 'MAIL.WIDE-WWWWW  MAIL FROM:<>' \
    'Q  QUIT' >"$dir/named.alphabet"
cat >"$dir/named.json" <<'END'
{ "symbols": ["ehlo-of-15-long", "MAIL.WIDE-WWWWW", "Q"],
  "states": [
    { "to": [[1, "250"], [0, "503"], [2, "221"]] },
    { "to": [[1, "250"], [1, "250"], [2, "421"]] },
    { "to": [[2, "x"], [2, "x"], [2, "x"]] }
  ] }
END
learnt named --alphabet "$dir/named.alphabet" "$dir/named.json"

axe=$dir/npm/node_modules/axe-core/axe.min.js
if [ ! -e "$axe" ] && command -v npm >/dev/null; then
    npm install --prefix "$dir/npm" --silent --no-audit --no-fund \
        axe-core@$axe_version >/dev/null 2>&1 </dev/null || :
fi
[ -e "$axe" ] || axe=
exec node tests/browser/test_page.mjs "$dir" $axe
