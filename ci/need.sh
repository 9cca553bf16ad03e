# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# need.sh - read in by scripts that want more than a compiler
#
# need PART TOOL...: says which tool is not there, and that `ci/install-deps.sh
# PART` brings it; the script ends with 77, which is "skipped" to its callers.
need() {
    part=$1
    shift
    for tool; do
        command -v "$tool" >/dev/null && continue
        echo "${0##*/}: no $tool here; sh ci/install-deps.sh $part brings it"
        exit 77
    done
}
