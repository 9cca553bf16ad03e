#!/bin/sh
# SPDX-License-Identifier: MIT
#
# checks.t - the style checks can fail: each catches a fault planted in a copy
set -u

count=0
report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

# catches NAME CHECK PATTERN: the check fails and says PATTERN.
catches() {
    if sh "$copy/ci/$2" >"$copy/out" 2>&1; then
        report 'not ok' "$1: $2 passed"
    elif ! grep -q -e "$3" "$copy/out"; then
        report 'not ok' "$1: another fault than the planted one"
        sed 's/^/# /' "$copy/out"
    else
        report ok "$1"
    fi
}

# A small tree that all checks pass.
plant() {
    copy=$TMPDIR/tree
    rm -rf "$copy"
    mkdir -p "$copy/ci" "$copy/.ci" "$copy/include/smtpspec" \
        "$copy/src/base" "$copy/src/wire" "$copy/src/net" "$copy/harness" \
        "$copy/tests/conformance"
    cp ci/check-*.sh "$copy/ci/"
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' \
        '#include <stddef.h>' > "$copy/include/smtpspec/base.h"
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' '/*' \
        ' * one.c - one,' ' * and no more' ' *' ' * Floor 1.' ' */' \
        '#include <smtpspec/base.h>' 'int one(void)' '{' '    return 1;' \
        '}' > "$copy/src/wire/one.c"
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' \
        '/*' ' * rows.def - rows' ' */' 'ROW(ONE, "5321:4.2, 4.3; 7504:3")' \
        'REPLY(RFC1870, MAIL, E, 452, SIZE, "6.1", "1:x")' \
        > "$copy/src/wire/rows.def"
    printf '%s\n' '# SPDX-License-Identifier: MIT' 'case   a.b' \
        'rfc    5321:4.2' 'level  MUST' \
        > "$copy/tests/conformance/5321-a.case"
    echo a.b > "$copy/tests/conformance/released-ids.txt"
    printf 'A1\tall of a\ta.*\t\n' > "$copy/tests/conformance/coverage.tsv"
    cp ci/plant.awk "$copy/ci/"
    mkdir "$copy/harness/planted"
    echo '/* SPDX-License-Identifier: MIT */' > "$copy/harness/fuzz_one.c"
    printf '%s\n' '# Two for one.' 'target  one' 'file    src/wire/one.c' --- \
        '    return 1;' +++ '    return 2;' > "$copy/harness/planted/two.plant"
    printf '%s\n' '# Map' '' '<!-- map: made by make map -->' '' \
        '### wire/' '' '- `one.c`: one, and no more' '- `rows.def`: rows' \
        '' '<!-- end of the map -->' > "$copy/src/README.md"
}

add() { # FILE LINE...
    file=$copy/$1
    shift
    [ -e "$file" ] ||
        echo '/* SPDX-License-Identifier: MIT */' > "$file"
    printf '%s\n' "$@" >> "$file"
}

plant
for check in floors style refs cases map plants; do
    if sh "$copy/ci/check-$check.sh" >"$copy/out" 2>&1; then
        report ok "a clean tree passes check-$check.sh"
    else
        report 'not ok' "a clean tree passes check-$check.sh"
        sed 's/^/# /' "$copy/out"
    fi
done

plant; add src/wire/up.c '#include "net/tcp.h"'
catches 'wire includes net' check-floors.sh 'wire may not include net/tcp.h'
plant; add src/base/up.c '#include <smtpspec/reply.h>'
catches 'base includes a header of wire' check-floors.sh 'base may not'
plant; add src/base/io.c '#include <stdio.h>'
catches 'stdio in a pure floor' check-floors.sh 'not for a pure floor: stdio'
plant; add src/wire/reply.c '#include <string.h>'
catches 'string.h in the tokenizer' check-floors.sh 'only stddef.h'
plant; add src/wire/data.c '#include <emmintrin.h>'
catches 'intrinsics outside of blocks.h' check-floors.sh 'only stddef.h'
plant; add src/wire/heap.c 'void *p(void) { return malloc(1); }'
catches 'malloc in a pure floor' check-floors.sh 'malloc'
plant; add include/smtpspec/base.h '#include "wire/one.h"'
catches 'a public header includes a private one' check-floors.sh 'public header'
plant; add include/smtpspec/new.h ''; add src/net/n.c '#include <smtpspec/new.h>'
catches 'a public header without a floor' check-floors.sh \
    'is on no floor: .*check-floors.sh'

plant; add src/wire/a.c 'int b(char *p) { return strtok(p, "x") != 0; }'
catches 'a banned function' check-style.sh 'banned: .*strtok'
plant; add src/wire/a.c 'int b(int c) { return isdigit(c); }'
catches 'a ctype function' check-style.sh 'banned: .*isdigit'
plant; add src/wire/a.c "$(printf 'int\tb;')"
catches 'a tab' check-style.sh 'tab'
plant; add src/wire/a.c 'int b; '
catches 'a trailing blank' check-style.sh 'trailing blank'
plant; add src/wire/a.c "/* $(printf '%080d' 1) */"
catches 'a line of over 80 columns' check-style.sh '86 columns'
plant; add src/wire/rows.def "/* $(printf '%0100d' 1) */"
catches 'a table row of over 100 columns' check-style.sh '106 columns'
plant; add src/wire/a.c 'int f(void)' '{'
for i in 1 2 3 4 5 6 7 8 9; do
    add src/wire/a.c '    a();' '' '' '' '' '' '' '' ''
done
add src/wire/a.c '}'
catches 'a function of over 80 lines' check-style.sh 'function of 81 lines'
plant; yes '' | head -n 600 >> "$copy/src/wire/one.c"
catches 'a file of over 600 lines' check-style.sh 'file of 612 lines'
plant; add src/wire/a.c 'typedef struct b c;'
catches 'a typedef' check-style.sh 'typedef'
plant; add src/net/one.c 'int b;'
catches 'two files of one name' check-style.sh 'same name'
plant; echo 'int a;' > "$copy/src/net/bare.c"
catches 'a file without a licence line' check-style.sh 'SPDX'

plant; add src/wire/rows.def 'ROW(TWO, "5321: 4.2")'
catches 'a malformed reference in a table' check-refs.sh 'malformed'
plant; add src/wire/rows.def 'REPLY(RFC1870, MAIL, E, 452, SIZE, "6,1", "")'
catches 'a malformed section in a row' check-refs.sh 'malformed'
plant; echo 'rfc    5321/4.2' >> "$copy/tests/conformance/5321-a.case"
catches 'a malformed reference in a case' check-refs.sh 'malformed'

plant; echo 'case   a.b' >> "$copy/tests/conformance/5321-a.case"
catches 'an id used twice' check-cases.sh 'is the id of'
plant; echo 'case   A.b' >> "$copy/tests/conformance/5321-a.case"
catches 'an id in capitals' check-cases.sh 'not an id'
plant; echo 'gone.away' >> "$copy/tests/conformance/released-ids.txt"
catches 'a released id that went away' check-cases.sh 'gone.away was released'
plant; printf 'A2\tb\ta.b b.*\t\n' >> "$copy/tests/conformance/coverage.tsv"
catches 'a row of the coverage that no case fits' check-cases.sh 'no case b'
plant; rm "$copy/tests/conformance/coverage.tsv"
catches 'a coverage that is not there' check-cases.sh 'not to be read'
plant; cp "$copy/tests/conformance/5321-a.case" \
    "$copy/tests/conformance/Bad_name.case"
catches 'a case file with another name' check-cases.sh 'is named'

plant; add src/net/new.h '/*' ' * new.h - new' ' */'
catches 'a file that is not on the map' check-map.sh '^> .*`new.h`: new'
sh "$copy/ci/check-map.sh" --write >"$copy/out" &&
    sh "$copy/ci/check-map.sh" >"$copy/out" &&
    grep -q '^- `new.h`: new$' "$copy/src/README.md" &&
    grep -q '^# Map$' "$copy/src/README.md" &&
    report ok 'the map is made anew' ||
    report 'not ok' 'the map is made anew'
rm "$copy/src/net/new.h"
catches 'a file on the map that is no more' check-map.sh '^< .*`new.h`: new'
plant; add src/net/new.h 'int b;'
catches 'a file whose head says nothing' check-map.sh 'new.h: its head'

plant; add src/wire/one.c '    return 1;'
catches 'a planted bug that fits twice' check-plants.sh 'more than once'
plant; echo 'int none;' > "$copy/src/wire/one.c"
catches 'a planted bug that fits no more' check-plants.sh 'is not there'
plant; sed -i 's/^file .*/file src\/gone.c/' "$copy/harness/planted/two.plant"
catches 'a planted bug of no file' check-plants.sh "no file 'src/gone.c'"
plant; rm "$copy/harness/fuzz_one.c"
catches 'a planted bug of no target' check-plants.sh "no target 'one'"
plant; sed -i 's/return 2/return 1/' "$copy/harness/planted/two.plant"
catches 'a planted bug that is none' check-plants.sh "takes nothing's place"
plant; sed -i 1d "$copy/harness/planted/two.plant"
catches 'a planted bug without a word on it' check-plants.sh 'says not'

# A fuzz target is nothing without its seeds, and they are nothing without it.
plant_target() {
    plant
    cp Makefile "$copy/"
    cp ci/*.mk "$copy/ci/"
    mkdir -p "$copy/corpus/seeds/one" "$copy/corpus/dictionaries"
    add harness/fuzz_one.c ''
    echo x > "$copy/corpus/seeds/one/x"
    echo 'x="x"' > "$copy/corpus/dictionaries/one.dict"
}

# seeds NAME PATTERN: what `make seeds` says; "": it has no complaint.
seeds() {
    if [ -z "$2" ]; then
        make -s -C "$copy" seeds >"$copy/out" 2>&1
    else
        ! make -s -C "$copy" seeds >"$copy/out" 2>&1 &&
            grep -q -e "$2" "$copy/out"
    fi && report ok "$1" || {
        report 'not ok' "$1"
        sed 's/^/# /' "$copy/out"
    }
}
plant_target
seeds 'a target with seeds and words' ''
plant_target; rm "$copy/corpus/seeds/one/x"
seeds 'a target whose folder is empty' 'seeds/one is missing or empty'
plant_target; mv "$copy/corpus/seeds/one" "$copy/corpus/seeds/onne"
seeds 'a target whose folder is misnamed' 'seeds/one is missing or empty'
plant_target; rm "$copy/corpus/dictionaries/one.dict"
seeds 'a target without words' 'one.dict is missing'
plant_target; add harness/fuzz_two.c '/* corpus/seeds/one */'
seeds 'a target that starts from the seeds of another' ''
plant_target; add harness/fuzz_two.c '/* corpus/seeds/onne */'
seeds 'a target that names seeds that are not there' 'seeds/onne is missing'
plant_target; mkdir -p "$copy/corpus/regressions/onne"
seeds 'past crashes of no target' 'regressions/onne: there is no such target'
plant_target; echo x > \
    "$copy/corpus/seeds/one/11f6ad8ec52a2984abaafd7c3b516503785c2072"
seeds 'a seed under the name that an engine gave it' \
    'has a name that tells'
plant_target; mkdir -p "$copy/corpus/words"; : > "$copy/corpus/words/onne"
seeds 'a list of words for no target' 'words/onne: there is no such target'

# Dictionaries are made of the tables, by the program in $BUILD.
plant_words() {
    plant_target
    mkdir -p "$copy/corpus/words"
    printf '%s\n' '# one' 'verbs "% "' > "$copy/corpus/words/one"
    sh "$copy/ci/check-dictionaries.sh" --write > "$copy/out"
}
plant_words
sh "$copy/ci/check-dictionaries.sh" >"$copy/out" &&
    grep -q '^"MAIL "$' "$copy/corpus/dictionaries/one.dict" &&
    report ok 'a dictionary is made of a table' ||
    report 'not ok' 'a dictionary is made of a table'
sed -i '/MAIL/d' "$copy/corpus/dictionaries/one.dict"
catches 'a dictionary without a word of the table' check-dictionaries.sh \
    '^> "MAIL "$'
plant_words; echo '"x"' > "$copy/corpus/dictionaries/two.dict"
catches 'a dictionary that is not made of anything' check-dictionaries.sh \
    'two.dict: there is no corpus/words/two'
plant_words; echo 'verb "%"' >> "$copy/corpus/words/one"
catches 'a kind of words that is not there' check-dictionaries.sh \
    'words/one:3: no such kind'
plant_words; echo 'verbs "x"' >> "$copy/corpus/words/one"
catches 'a template without a place for the word' check-dictionaries.sh \
    'words/one:3: not KIND'

echo "1..$count"
