# SPDX-License-Identifier: MIT
#
# zsh.awk - the rows of options.def to zsh completion
#
# awk -f brief.awk -f zsh.awk options.tsv zsh.in: fills in the lines with @...@.
# Columns as src/gen/options_gen.c writes them.
function escaped(text) {
    gsub(/'/, "'\\''", text)
    gsub(/[\[\]:]/, "\\\\&", text)
    return text
}
function value_of(kind, name, words) {
    if (kind == "none")
        return ""
    gsub(/:/, "\\:", words)
    return ":" escaped(name) ":" action_of(kind, words)
}
function action_of(kind, words) {
    if (kind == "words")
        return "(" words ")"
    if (kind == "file")
        return "_files"
    if (kind == "folder")
        return "_files -/"
    if (kind == "listed")
        return "{_smtpspec_list " words "}"
    if (kind == "report")
        return "{_smtpspec_report " words "}"
    if (kind == "begins")
        return "{_smtpspec_target " words "}"
    return " "
}
BEGIN { FS = "\t" }
FNR == NR && $2 == "verb" {
    verbs = verbs "        '" $1 ":" escaped($8) "'\n"
    order[++count] = $1
    operand[$1] = value_of($5, $6, $7)
}
FNR == NR && $2 == "option" {
    mark = $5 == "none" ? "" : "="
    names = $3 != "" ? "'{-" $3 (mark != "" ? "+" : "") ",--" $4 mark "}'" \
        : "--" $4 mark
    options[$1] = options[$1] " \\\n                '*" names \
        "[" escaped(brief($8, $7)) "]" value_of($5, $6, $7) "'"
}
FNR == NR { next }
$0 == "@VERBS@" { printf "%s", verbs; next }
$0 == "@OPTIONS@" {
    for (i = 1; i <= count; i++) {
        printf "        %s)\n            _arguments -s -S%s", order[i],
            options[order[i]]
        printf "%s\n            ;;\n", operand[order[i]] == "" ? "" : \
            " \\\n                '*" operand[order[i]] "'"
    }
    next
}
{ print }
