# SPDX-License-Identifier: MIT
#
# coverage.awk - what `gcov -n` says, one line a file, worst first
#
# With -v least=95 the exit status is 1 where the whole is under that.
#
# gcov prints "File 'src/x.c'" and then "Lines executed:97.50% of 40".

/^File '/ {
    file = $0
    sub(/^File '/, "", file)
    sub(/'.*$/, "", file)
    sub(/^.*\/src\//, "src/", file)
}

/^Lines executed:/ && file ~ /^src\// {
    percent = $0
    sub(/^Lines executed:/, "", percent)
    sub(/%.*$/, "", percent)
    lines = $NF
    # A header appears once for every file that includes it: keep the best.
    if (!(file in best) || percent + 0 > best[file]) {
        best[file] = percent + 0
        size[file] = lines
    }
    file = ""
}

END {
    for (name in best) {
        total += size[name]
        hit += best[name] * size[name] / 100
        printf "%6.2f%% of %5d  %s\n", best[name], size[name], name | "sort -n"
    }
    close("sort -n")
    if (total)
        printf "%6.2f%% of %5d  all\n", 100 * hit / total, total
    if (100 * hit < least * total || (least && !total)) {
        print "that is under " least "%"
        exit 1
    }
}
