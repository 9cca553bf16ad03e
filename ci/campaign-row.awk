# SPDX-License-Identifier: MIT
#
# campaign-row.awk - the numbers of one target, from the logs of its engines
#
# Columns: target, seconds, libFuzzer's executions and rate, AFL++'s
# executions and rate, edges before, after and in all, features before and
# after, inputs before and after, stability, note.

/^INFO: Loaded .*(counters|guards)\):/ && !edges {
    text = $0
    sub(/^.*(counters|guards)\): /, "", text)
    edges = text + 0
}
/INITED +cov:/ {
    for (i = 1; i < NF; i++) {
        if ($i == "cov:") cov = $(i + 1)
        if ($i == "ft:") ft = $(i + 1)
    }
    if (FILENAME ~ /after\.log$/) {
        cov_after = cov
        ft_after = ft
    } else if (cov_before == "") {
        cov_before = cov
        ft_before = ft
    }
}
/^stat::number_of_executed_units:/ { executed += $2 }
/^execs_done/ { afl_executed += $3; instances++ }
/^stability/ {
    if (stability == "" || $3 + 0 < stability + 0)
        stability = $3
}

END {
    if (took < 1)
        took = 1
    note = trouble
    if (executed + 0 == 0 && cov_before == "" || afl_executed + 0 == 0)
        note = "did not run" (executed + 0 ? " under AFL++" : "")
    else if (stability != "100.00%" && note == "")
        note = "not stable"
    OFS = "\t"
    print target, took, executed + 0, int(executed / took), afl_executed + 0,
        int(afl_executed / took), cov_before, cov_after, edges, ft_before,
        ft_after, before, after, stability, note
}
