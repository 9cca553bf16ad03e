# SPDX-License-Identifier: MIT
#
# fish.awk - the rows of options.def to fish completion
#
# awk -f brief.awk -f fish.awk options.tsv. Columns as src/gen/options_gen.c
# writes them.
function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/'/, "\\'", text)
    return "'" text "'"
}
# What goes behind -a, and whether files will do, too.
function value_of(kind, words,   n, i, table, text) {
    if (kind == "none")
        return ""
    if (kind == "any")
        return " -x"
    if (kind == "file")
        return " -r -F"
    if (kind == "folder")
        return " -x -a '(__fish_complete_directories)'"
    if (kind == "listed") {
        n = split(words, table, " ")
        for (i = 1; i <= n; i++)
            text = text (i > 1 ? " " : "") "(__smtpspec_list " table[i] ")"
        return " -x -a " quoted(text)
    }
    if (kind == "begins")
        return " -x -a " quoted("(__smtpspec_target " words ")")
    if (kind == "report")
        gsub(/$| /, "=&", words)
    return " -x -a " quoted(words)
}
BEGIN {
    FS = "\t"
    print "# fish completion of smtpspec, made of src/cli/options.def"
    print ""
    print "function __smtpspec_list -d 'names of a table of smtpspec list'"
    print "    smtpspec list $argv[1] --format tsv 2>/dev/null | " \
        "string split -f 1 \\t"
    print "end"
    print ""
    print "function __smtpspec_target -d 'how a target may begin'"
    print "    set -l word (commandline -ct)"
    print "    set -l head (string match -r '^embedded:(?:.*,)?' -- $word)"
    print "    if test -n \"$head\""
    print "        string replace -r '^' $head -- (__smtpspec_list misdeeds) " \
        "(__smtpspec_list quirks)"
    print "    else"
    print "        printf '%s\\n' $argv"
    print "        __fish_print_hostnames"
    print "    end"
    print "end"
    print ""
    print "complete -c smtpspec -f"
    print "complete -c smtpspec -n __fish_use_subcommand -l help -s h " \
        "-d 'what commands there are'"
    print "complete -c smtpspec -n __fish_use_subcommand -l version " \
        "-d 'its version'"
}
$2 == "verb" {
    verbs = verbs (verbs != "" ? " " : "") $1
    printf "complete -c smtpspec -n __fish_use_subcommand -a %s -d %s\n", $1,
        quoted($8)
    if ($5 != "none")
        printf "complete -c smtpspec -n '__fish_seen_subcommand_from %s'%s\n",
            $1, value_of($5, $7)
}
$2 == "option" {
    printf "complete -c smtpspec -n '__fish_seen_subcommand_from %s'", $1
    printf "%s -l %s%s -d %s\n", $3 != "" ? " -s " $3 : "", $4,
        value_of($5, $7), quoted(brief($8, $7))
}
END {
    print "complete -c smtpspec -n __fish_use_subcommand -a help " \
        "-d 'the page of a command'"
    print "complete -c smtpspec -n '__fish_seen_subcommand_from help' -a " \
        quoted(verbs)
}
