# SPDX-License-Identifier: MIT
#
# bash.awk - the rows of options.def to bash completion
#
# awk -f bash.awk options.tsv bash.in: fills in the lines with @...@. Columns
# as src/gen/options_gen.c writes them.
function arm(names, action) {
    return sprintf("    %s) %s ;;\n", names, action)
}
function value_of(kind, words) {
    if (kind == "any" || kind == "none")
        return ":"
    return "_smtpspec_value " kind (words != "" ? " " words : "")
}
BEGIN { FS = "\t" }
FNR == NR && $2 == "verb" {
    verbs = verbs (verbs != "" ? " " : "") $1
    operands = operands "    " arm("    " $1 ":*", value_of($5, $7))
    order[++count] = $1
}
FNR == NR && ($2 == "option" || $2 == "alias") {
    if ($2 == "option")
        options[$1] = options[$1] " --" $4
    if ($5 != "none")
        values = values arm($1 ":--" $4 ($3 != "" ? " | " $1 ":-" $3 : ""),
            value_of($5, $7))
}
FNR == NR { next }
$0 == "@VALUES@" { printf "%s", values; next }
$0 == "@OPERANDS@" { printf "%s", operands; next }
$0 == "@OPTIONS@" {
    for (i = 1; i <= count; i++)
        printf "    %s", arm("    " order[i] ":-*",
            "_smtpspec_offer" options[order[i]])
    next
}
{
    sub(/@VERBS@/, verbs)
    print
}
