# SPDX-License-Identifier: MIT
#
# plant.awk - break one source file as a plant says
#
#     awk -f ci/plant.awk harness/planted/NAME.plant SOURCE > BROKEN
#
# A plant has a head (`#` lines say why it is a bug; `target NAME`; `file
# PATH`), then a line `---` and what stands in the source now, then a line
# `+++` and what is to stand there. What stands there must be found once and
# only once: else a line on stderr, and exit status 1.

FNR == 1 { part = NR == 1 ? "head" : "source" }
part == "source" { source = source $0 "\n"; next }
part == "head" && $0 == "---" { part = "old"; next }
part == "old" && $0 == "+++" { part = "new"; next }
part == "old" { old = old $0 "\n" }
part == "new" { new = new $0 "\n" }
END {
    at = index(source, old)
    if (old == "" || old == new)
        fault = "takes nothing's place"
    else if (at == 0)
        fault = "what it replaces is not there"
    else if (index(substr(source, at + 1), old) > 0)
        fault = "what it replaces is there more than once"
    if (fault != "") {
        print ARGV[1] ": " fault > "/dev/stderr"
        exit 1
    }
    printf "%s%s%s", substr(source, 1, at - 1), new,
        substr(source, at + length(old))
}
