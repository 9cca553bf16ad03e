# SPDX-License-Identifier: MIT
# embed.awk - turn case files into the C file that src/case/embedded.h declares
#
#   awk -f src/case/embed.awk tests/conformance/*.case > cases.c
#
# Texts become arrays of single characters: ISO C promises no string literal
# over 4095 octets. Runs in any POSIX awk; an octet outside ASCII is an error,
# because awks differ in what they take for a character.

BEGIN {
    count = 0
    for (i = 1; i < 127; i++)
        octet[sprintf("%c", i)] = i
    print "/* Made by src/case/embed.awk; do not edit. */"
    print "#include \"case/embedded.h\""
    if (ARGC < 2) {
        # With no file named, awk would wait for its standard input.
        exit
    }
}

FNR == 1 {
    finish()
    name[count] = FILENAME
    sub(/^.*\//, "", name[count])
    printf "\nstatic const char text_%d[] = {\n", count++
}

{
    row = ""
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        if (!(c in octet)) {
            printf "%s:%d: octet outside ASCII\n", FILENAME, FNR | "cat 1>&2"
            failed = 1
            exit 1
        }
        row = row octet[c] ","
        if (i % 16 == 0) {
            print row
            row = ""
        }
    }
    print row "10,"
}

function finish() {
    if (count > 0)
        print "0\n};"
}

END {
    if (failed)
        exit 1
    finish()
    print "\nconst struct smtpspec_embedded_case_file"
    print "smtpspec_embedded_cases[] = {"
    for (i = 0; i < count; i++)
        printf "{ \"%s\", text_%d, sizeof text_%d - 1 },\n", name[i], i, i
    print "{ NULL, NULL, 0 }\n};"
    printf "\nconst size_t smtpspec_embedded_case_count = %d;\n", count
}
