#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-sarif.sh - would a code-scanning page take our SARIF?
#
# The validator of SARIF's authors (an npm package, into build/sarif) reads the
# report of a run with findings, known ones, and a server that is not there. It
# knows the standard's schema and what GitHub refuses a file for. Its errors
# count, not its notes: those want a link to a home page, or rules by number.
#
# Exit status: 0 it would, 1 it would not, 77 there is no npm, or no package.
set -u
cd "$(dirname "$0")/.." || exit

smtpspec=${SMTPSPEC:-$PWD/build/smtpspec}
version=5.7.0
package=@microsoft/sarif-multitool-linux
work=$PWD/build/sarif
tool=$work/node_modules/$package/Sarif.Multitool

mkdir -p "$work"
if [ ! -e "$tool" ]; then
    npm install --prefix "$work" --no-audit --no-fund --ignore-scripts \
        "$package@$version" >"$work/npm.log" 2>&1 || {
        echo "npm does not bring $package"
        exit 77
    }
fi
chmod u+x "$tool"

cd "$work" || exit
rm -f known.json findings.sarif log.sarif
"$smtpspec" check --quiet --baseline known.json --update-baseline \
    --only 'rcpt.*' embedded:rcpt-before-mail >/dev/null 2>&1
"$smtpspec" check --quiet --baseline known.json \
    --report sarif=findings.sarif \
    embedded:rcpt-before-mail,bare-lf,auth-base64-235 127.0.0.1:1 \
    >/dev/null 2>&1
found=$(grep -c '"ruleId"' findings.sarif)
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
"$tool" validate findings.sarif --rule-kind 'Sarif;Ghas' \
    --level 'Error;Warning' --kind Fail --output log.sarif \
    --log ForceOverwrite >validate.log 2>&1
status=$?
grep ' error ' validate.log
grep -q '^Analysis completed successfully' validate.log || status=1
echo "check-sarif: $found findings, $(grep -c ' error ' validate.log) errors"
[ "$status" = 0 ] && [ "$found" -gt 0 ] && ! grep -q ' error ' validate.log
