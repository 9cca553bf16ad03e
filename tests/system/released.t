#!/bin/sh
# SPDX-License-Identifier: MIT
#
# released.t - the list of released ids is kept: an id that is gone is told,
# in a copy of the folders that the check reads
set -u

dir=${TMPDIR:-/tmp}/released.$$
mkdir -p "$dir/tests"
trap 'rm -rf "$dir"' EXIT
cp -r ci "$dir/"
cp -r tests/conformance "$dir/tests/"

. tests/support/tap.sh

sh "$dir/ci/check-cases.sh" >"$dir/out"
tell $? 'all released ids are there'

id=$(sed -n '/^[^#]/p' tests/conformance/released-ids.txt | head -n 1)
for file in "$dir"/tests/conformance/*.case; do
    sed "s/^\(case  *\)$id\$/\1$id.renamed/" "$file" >"$dir/new" &&
        mv "$dir/new" "$file"
done
sh "$dir/ci/check-cases.sh" >"$dir/out"
[ $? -ne 0 ]
tell $? "$id renamed: the check fails"
grep -q "$id was released and is no more" "$dir/out"
tell $? "$id renamed: the check names it"

echo sweep.ready.nothing >>"$dir/tests/conformance/released-ids.txt"
if [ -x "$BUILD/tests/test_sweep" ]; then
    (cd "$dir" && "$BUILD/tests/test_sweep" >"$dir/out" 2>&1)
    [ $? -ne 0 ]
    tell $? 'an id of the sweep that is gone: its test fails'
    grep -q 'sweep.ready.nothing was released' "$dir/out"
    tell $? 'an id of the sweep that is gone: its test names it'
fi
echo "1..$count"
