#!/bin/sh
# SPDX-License-Identifier: MIT
#
# examples.t - the files of ci/examples, run as those who copy them would
#
# The commands of the workflows are taken out of them by a YAML parser and run
# in a folder of their own, in which `smtpspec` is this tree; of the server only
# the port is another. What a workflow publishes has to be there afterwards.
set -u

. tests/support/tap.sh

smtpspec=${SMTPSPEC:?the path of the command}
examples=$PWD/ci/examples
tree=$PWD
# The tree keeps what it has built.
unset SMTPSPEC CC BUILD
BASH_ENV=
export BASH_ENV

# A port that is free now.
"$smtpspec" serve --listen 127.0.0.1:0 >"$work/serve" 2>&1 &
server=$!
until port=$(sed -n 's/^listening on .*://p' "$work/serve" 2>/dev/null) &&
    [ -n "$port" ]; do sleep 0.05; done
kill $server
wait $server 2>/dev/null

# --- the plain script --------------------------------------------------------

mkdir "$work/plain" "$work/bin"
ln -s "$smtpspec" "$work/bin/smtpspec"
plain() { # STATUS SERVER-OPTION...
    wanted=$1
    shift
    (
        cd "$work/plain" || exit
        PATH=$work/bin:$PATH TARGET=127.0.0.1:$port BEFORE=before.json \
            START="smtpspec serve --listen 127.0.0.1:$port $*" \
            OPTIONS='--to alice@mx.example --only rcpt.*' sh "$examples/check.sh"
        [ $? -eq "$wanted" ]
    )
}
check 'a server without faults: status 0' plain 0
for file in smtp.json smtp.sarif smtp.xml smtp.html server.log; do
    check "it leaves $file" test -s "$work/plain/reports/$file"
done
check 'and stops the server' \
    sh -c "! '$smtpspec' check --quiet --only noop.text 127.0.0.1:$port"
mv "$work/plain/reports/smtp.json" "$work/plain/before.json"
check 'a server with a fault: status 1' plain 1 --misdeed rcpt-before-mail
check 'what changed is told for the pull request' \
    grep -q '^| \*\*[0-9]* worse\*\*' "$work/plain/reports/changes.md"
check 'a finding is in the file for code scanning' \
    grep -q '"ruleId": "expect.RCPT.READY"' "$work/plain/reports/smtp.sarif"
check 'and is no security alert, for nobody can use it' \
    sh -c "! grep -q security-severity '$work/plain/reports/smtp.sarif'"
"$smtpspec" serve --listen "127.0.0.1:$port" --misdeed rcpt-before-mail \
    >/dev/null 2>&1 &
server=$!
sleep 0.3
(cd "$work/plain" && "$smtpspec" check --quiet --to alice@mx.example --only 'rcpt.*' \
    --baseline smtp-baseline.json --update-baseline "127.0.0.1:$port") \
    >/dev/null 2>&1
kill $server
wait $server 2>/dev/null
check 'the same with a baseline: status 0' plain 0 --misdeed rcpt-before-mail
check 'then it is suppressed, and shown in the baseline' sh -c "
    grep '\"ruleId\"' '$work/plain/reports/smtp.sarif' |
        grep -v '\"uri\": \"smtp-baseline.json\".*\"suppressions\": ' >'$work/x'
    grep -q suppressions '$work/plain/reports/smtp.sarif' && ! [ -s '$work/x' ]"
check 'a server that cannot start: status 3' plain 3 --profile none
check 'which is an error among the cases' \
    grep -q '<error type="untested"' "$work/plain/reports/smtp.xml"

# --- the workflows -----------------------------------------------------------

# take FILE: env as FILE.env, each command as FILE.NN, what is published as
# FILE.needs.
# shellcheck disable=SC2016
take() {
    perl -MCPAN::Meta::YAML -e '
        my ($from, $to, $port) = @ARGV;
        my $all = CPAN::Meta::YAML->read($from)->[0];
        my $job = $all->{jobs} ? $all->{jobs}{smtp} : $all->{smtp};
        my $env = $all->{env} // $job->{variables};
        my (@runs, @needs);
        for my $step (@{$job->{steps} // []}) {
            push @runs, [$step->{run}, $step->{if} // ""] if $step->{run};
            my $with = $step->{with} // {};
            push @needs, grep { defined && /^reports/ }
                @{$with}{"path", "sarif_file"};
            die "no version: $step->{uses}"
                if $step->{uses} && $step->{uses} !~ /\@v[0-9]+$/;
        }
        if ($job->{script}) {
            push @runs, [join("\n", @{$job->{before_script}},
                              @{$job->{script}}), ""],
                        [join("\n", @{$job->{after_script}}), "always()"];
            push @needs, @{$job->{artifacts}{paths}},
                $job->{artifacts}{reports}{junit};
        }
        die "nothing to run" unless @runs > 1 && @needs > 1;
        open my $out, ">", "$to.env" or die;
        for (sort keys %$env) {
            (my $value = $env->{$_}) =~ s/\b2525\b/$port/;
            print $out "export $_=\x27$value\x27\n";
        }
        for (0 .. $#runs) {
            open $out, ">", sprintf("%s.%02d", $to, $_) or die;
            print $out "# $runs[$_][1]\n$runs[$_][0]\n";
        }
        open $out, ">", "$to.needs" or die;
        print $out map { "$_\n" } @needs;' "$1" "$2" "$port"
}

# run_all FOLDER: as the service does: each command by a shell of its own that
# ends at the first fault; behind a fault only what runs always.
run_all() {
    cd "$1" || return
    ln -s "$tree" smtpspec
    . "$1.env"
    # Of all cases only some: it is the files that are looked at.
    OPTIONS="$OPTIONS --only rcpt.* --only enhanced.*"
    GITHUB_PATH=$1.path GITHUB_STEP_SUMMARY=$1.summary
    export GITHUB_PATH GITHUB_STEP_SUMMARY
    : >"$GITHUB_PATH"
    failed=0
    for step in "$1".[0-9][0-9]; do
        [ $failed -eq 0 ] || grep -q '^# always()' "$step" || continue
        bash -e -o pipefail "$step" || failed=1
        PATH=$(tac "$GITHUB_PATH" | tr '\n' ':')$PATH
        : >"$GITHUB_PATH"
    done
    return $failed
}

for of in github gitlab; do
    mkdir "$work/$of"
    check "$of.yml can be parsed" take "$examples/$of.yml" "$work/$of"
    sed "s/serve --listen/serve --misdeed rcpt-before-mail --listen/" \
        "$work/$of.env" >"$work/$of.bad"
    (run_all "$work/$of") >"$work/$of.log" 2>&1
    status=$?
    check 'its commands run' sh -c "tail -n 9 '$work/$of.log'; exit $status"
    while read -r path; do
        check "it publishes $path, which is there" \
            test -s "$work/$of/$path"
    done <"$work/$of.needs"
    check 'the report stays for the next run' \
        test -s "$work/$of/before/smtp.json"
    # The next run, of a server that has got worse.
    rm "$work/$of/smtpspec"
    cp "$work/$of.bad" "$work/$of.env"
    (run_all "$work/$of") >"$work/$of.log" 2>&1
    status=$?
    check 'a server with a fault makes it fail' \
        sh -c "cat '$work/$of.log'; [ $status -ne 0 ]"
    check 'and what changed is told' \
        grep -q 'cases got worse' "$work/$of/reports/changes.md"
done
check 'in the summary of the workflow, too' \
    grep -q 'cases got worse' "$work/github.summary"

echo "1..$count"
