#!/bin/sh
# SPDX-License-Identifier: MIT
#
# list.t - `smtpspec list` prints the tables whole, in every format
#
# SMTPSPEC names the command; the golden files stand in tests/golden.
set -u

: "${SMTPSPEC:=build/smtpspec}"
: "${TMPDIR:=/tmp}"
golden=tests/golden
out=$TMPDIR/list.out.$$
err=$TMPDIR/list.err.$$
trap 'rm -f "$out" "$err" "$out.more"' EXIT
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

# passes NAME COMMAND...
passes() {
    name=$1
    shift
    if "$@" >"$out.more" 2>&1; then
        report ok "$name"
    else
        report 'not ok' "$name"
        sed 's/^/# /' "$out.more"
    fi
}

# list ARGUMENT...: into $out, and it must succeed in silence.
list() {
    "$SMTPSPEC" list "$@" >"$out" 2>"$err" || return 1
    test ! -s "$err" && test -s "$out"
}

# same_as FILE ARGUMENT...: what list prints is that golden file.
same_as() {
    file=$golden/$1
    shift
    list "$@" && diff -u "$file" "$out"
}

# refused STATUS PATTERN ARGUMENT...: one line on stderr, nothing on stdout.
refused() {
    want=$1
    pattern=$2
    shift 2
    "$SMTPSPEC" list "$@" >"$out" 2>"$err"
    test $? -eq "$want" && test ! -s "$out" &&
        test "$(wc -l <"$err")" -eq 1 && grep -q -e "$pattern" "$err"
}

# --- rules -------------------------------------------------------------------

passes 'the rules of kb234 are the tables of article 234' \
    same_as rules-kb234.tsv rules --profile kb234 --format tsv
for profile in kb234 rfc821 rfc5321; do
    passes "$profile reads as the page that it comes from" \
        same_as "rules-$profile.txt" rules --profile "$profile" --format rfc
done

modern_is_the_default() {
    list rules --format tsv && cp "$out" "$out.two" &&
        list rules --profile modern --format tsv && cmp "$out" "$out.two"
    status=$?
    rm -f "$out.two"
    return $status
}
passes 'without a profile it is modern' modern_is_the_default

# Every line has five fields, the code is one, and none stands twice.
five_fields() {
    list rules --profile "$1" --format tsv && awk -F '\t' '
        NF != 5 || $3 !~ /^([2-5][0-5][0-9]|[45]yz)$/ || $5 == "" ||
        $2 !~ /^(success|intermediate|failure|error)$/ || seen[$1, $3, $4]++ {
            print FNR ": " $0
            bad = 1
        }
        END { exit bad }' "$out"
}
for profile in kb234 rfc821 rfc2821 rfc5321 modern; do
    passes "rules of $profile: five fields, nothing twice" \
        five_fields "$profile"
done

commands_in_one_place() {
    list rules --format tsv && cut -f1 "$out" | uniq | sort | uniq -d |
        { ! grep .; }
}
passes 'each command stands in one place' commands_in_one_place

modern_is_not_history() {
    list rules --format tsv && ! cut -f4 "$out" |
        grep -E '^(kb234|rfc(821|876|1830|1846|1869|1891|2197|2487|2554|2821|5336|5321bis))$'
}
passes 'modern has no row of a text that was replaced' modern_is_not_history

# --- codes -------------------------------------------------------------------

# documents, codes and wire=yes|no, against kind local.
documents_are_complete() {
    list codes --format tsv && awk -F '\t' '
        FNR == NR { want[$2 FS $1] = $3; document[$1] = 1; next }
        NF != 4 || $4 == "" { print "fields: " $0; bad = 1 }
        $3 !~ /^(success|intermediate|transient|permanent|local)$/ {
            print "kind: " $0
            bad = 1
        }
        seen[$1 FS $2]++ { print "twice: " $0; bad = 1 }
        $2 in document {
            wire = $3 == "local" ? "no" : "yes"
            if (want[$1 FS $2] != wire) { print "surplus: " $0; bad = 1 }
            delete want[$1 FS $2]
        }
        END {
            for (key in want) { print "missing: " key; bad = 1 }
            exit bad
        }' "$golden/document-codes.tsv" "$out"
}
passes 'every code of the five documents, and no more' documents_are_complete

in_order() {
    list codes --format tsv && cut -f1 "$out" >"$out.two" &&
        sort -n "$out.two" | cmp - "$out.two"
    status=$?
    rm -f "$out.two"
    return $status
}
passes 'codes are in order' in_order

of_one_profile() {
    list codes --profile kb234 --format tsv &&
        ! cut -f2 "$out" | grep -v '^kb234$' && test "$(wc -l <"$out")" -eq 25
}
passes 'codes of one profile alone' of_one_profile

# --- formats -----------------------------------------------------------------

# As many objects as lines, the code a number.
json_fits() {
    list "$1" --format tsv && lines=$(wc -l <"$out") && list "$1" --format json &&
        test "$(grep -c '^  {$' "$out")" -eq "$lines" &&
        test "$(sed -n '1p' "$out")" = '[' && test "$(tail -n 1 "$out")" = ']'
}
for what in cases rules codes profiles misdeeds extensions limits; do
    passes "$what: json has what tsv has" json_fits "$what"
done

code_is_a_number() {
    list codes --format json && grep -q '"code": 550,$' "$out" &&
        list rules --format json && grep -q '"code": 550,$' "$out" &&
        grep -q '"code": "5yz",$' "$out"
}
passes 'in json a code is a number, a class is none' code_is_a_number

fits_100_columns() {
    list "$1" && awk 'length > 100 || / $/ { print; bad = 1 } END { exit bad }' \
        "$out"
}
for what in rules codes profiles extensions limits; do
    passes "$what: text fits 100 columns" fits_100_columns "$what"
done

is_a_picture() {
    list rules --format dot && grep -q '^digraph ' "$out" &&
        grep -q '"RCPT" -> "CONTENT" \[label="DATA"\];' "$out" &&
        grep -q '"RCPT" -> "BDAT_FAILED" \[label="BDAT 4yz 5yz"\];' "$out" &&
        { ! command -v dot >/dev/null || dot -Tsvg -o "$out.more" "$out"; }
}
passes 'dot draws the states' is_a_picture

# --- what goes amiss ---------------------------------------------------------

# Each wording is explained by the reason of its row.
phrases_are_explained() {
    "$SMTPSPEC" list phrases --format tsv >"$out" || return
    [ "$(wc -l <"$out")" -gt 90 ] || return
    sed -n '1p;20p;50p;90p' "$out" |
        while IFS=$(printf '\t') read -r better reason words; do
        words=$(printf '%s' "${words%%|*}" | tr '*' ' ')
        "$SMTPSPEC" explain "${better%% *} $words" | tr -s ' \n' '  ' |
            grep -qF "Likely $reason" || return 1
    done
}
passes 'phrases, which explain knows' phrases_are_explained

passes 'an unknown subject' refused 2 'phrases)' nothing
passes 'an unknown profile' refused 2 "unknown profile 'rfc1'" rules --profile rfc1
passes 'an unknown format' refused 2 "not 'xml'" rules --format xml
passes 'a format of rules alone' refused 2 "no format 'rfc'" codes --format rfc
passes 'an unknown option' refused 2 "unknown option '--foo'" rules --foo
passes 'an option without its value' refused 2 'wants a value' rules --format
passes 'no subject' refused 2 'what' --format tsv
passes 'two subjects' refused 2 'one subject' rules codes
passes 'what the user typed is escaped' refused 2 'x1b' "$(printf '\033[31m')"

full() {
    test -c /dev/full || return 0
    "$SMTPSPEC" list codes >/dev/full 2>"$err"
    test $? -eq 2 && test "$(wc -l <"$err")" -eq 1
}
passes 'a full disk is told' full

echo "1..$count"
