# SPDX-License-Identifier: MIT
#
# bench-judge.mk - how many exchanges a second the judge follows

$(B)/bench_judge: tests/bench/bench_judge.c tests/bench/bench.h \
        $(B)/libsmtpspec.a
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -o $@ $< \
	    $(ALL_LDFLAGS) $(B)/libsmtpspec.a

bench-judge: $(B)/bench_judge
bench-judge:         ## exchanges a second through all four layers
	@$(B)/bench_judge

.PHONY: bench-judge
