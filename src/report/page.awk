# SPDX-License-Identifier: MIT
# page.awk - style and script of the HTML report into C, with their hashes
#
#   awk -f src/report/page.awk -v css=HEX -v js=HEX page.css page.js > page.c
#
# HEX is the SHA-256 of each file; it becomes "sha256-<base64>", as the
# Content-Security-Policy of the page wants it. See src/report/html.h.

# "4d61..." as base64. Three octets are six digits and four letters.
function base64(hex,   out, i, k, bits, part) {
    for (i = 1; i <= length(hex); i += 6) {
        part = substr(hex, i, 6)
        bits = 0
        for (k = 1; k <= 6; k++)
            bits = bits * 16 + \
                (k <= length(part) ? index(digits, substr(part, k, 1)) - 1 : 0)
        for (k = 3; k >= 0; k--)
            out = out (length(part) < 6 && k < 3 - length(part) / 2 ? "=" : \
                substr(letters, int(bits / 64 ^ k) % 64 + 1, 1))
    }
    return out
}

BEGIN {
    digits = "0123456789abcdef"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
        "0123456789+/"
    print "/* Made by src/report/page.awk; do not edit. */"
    print "#include \"report/html.h\""
    hash["css"] = css
    hash["js"] = js
}

FNR == 1 {
    if (name != "")
        print "NULL };"
    name = FILENAME
    sub(/^.*\./, "", name)
    printf "const char smtpspec_page_%s_hash[] = \"sha256-%s\";\n", name, \
        base64(hash[name])
    printf "const char *const smtpspec_page_%s[] = {\n", name
}

{
    gsub(/\\/, "\\\\\\\\")
    gsub(/"/, "\\\"")
    print "\"" $0 "\\n\","
}

END { print "NULL };" }
