# SPDX-License-Identifier: MIT
#
# bench.mk - how fast it is; measured now and then, no part of make check
#
# tests/bench/section_<name>.c is a section of `make bench` (section.h), and
# tests/bench/peers/peer_<name>.<c|py|go|js> somebody else's reader (peer.h).

SECTIONS := $(patsubst tests/bench/section_%.c,%,$(sort \
    $(wildcard tests/bench/section_*.c)))
PEERS := $(patsubst peer_%,%,$(basename $(notdir $(sort \
    $(wildcard tests/bench/peers/peer_*)))))
BENCH := $(B)/bench
BENCH_FLAGS = $(shell $(CC) --version | head -n 1), $(FLAGS_$(PROFILE)) \
    $(CFLAGS)

$(BENCH)/sections.def: ci/bench.mk $(wildcard tests/bench/section_*.c)
	@mkdir -p $(@D)
	@printf 'SECTION(%s)\n' $(SECTIONS) > $@

$(BENCH)/%.o: tests/bench/%.c $(BENCH)/sections.def
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -I$(BENCH) \
	    -DBENCH_FLAGS='"$(BENCH_FLAGS)"' -MMD -MP -c -o $@ $<

$(BENCH)/bench: $(addprefix $(BENCH)/,$(SECTIONS:%=section_%.o) bench.o \
        table.o race.o corpora.o peer.o outside.o bare.o) $(B)/libsmtpspec.a
	$(call quiet,LD) $(CC) $(ALL_LDFLAGS) -o $@ $^

# As an adapter is made (vectors.mk), with another program around it.
define a_peer
$(BENCH)/peers/%: tests/bench/peers/peer_%.$(1) tests/bench/peer_worker.c \
        harness/adapter.h $(B)/libsmtpspec.a ci/adapter.sh
	@WORKER=tests/bench/peer_worker.c $$(adapt)
endef
$(foreach e,c py go js,$(eval $(call a_peer,$(e))))

$(BENCH)/count: $(addprefix $(BENCH)/,count.o race.o table.o corpora.o peer.o) \
        $(B)/libsmtpspec.a
	$(call quiet,LD) $(CC) $(ALL_LDFLAGS) -o $@ $^

bench-instructions: $(BENCH)/count  ## instructions a line; fails if they grow
	@CC='$(CC)' UPDATE='$(UPDATE)' sh ci/bench-instructions.sh $< \
	    tests/bench/expected.json

MIB    ?= 128
ROUNDS ?= 7
bench: all $(BENCH)/bench $(PEERS:%=$(BENCH)/peers/%)
bench:               ## how fast: table of goals; MIB= ROUNDS= JSON=file
	@$(BENCH)/bench --smtpspec $(B)/smtpspec --mib $(MIB) \
	    --rounds $(ROUNDS) --peers $(BENCH)/peers $(JSON:%=--json %) \
	    $(or $(SECTION),$(filter-out check growth,$(SECTIONS)))

$(B)/check $(B)/check-system: $(BENCH)/bench

$(B)/bench_live: tests/bench/live.c tests/bench/bench.h
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -o $@ $< \
	    $(ALL_LDFLAGS) $(UV_LIBS)

# By default against the built-in server; ci/lab/exim-fuzz.sh start, and
# TARGET=127.0.0.1:2508, for one that is more like those of the world.
bench-live: all $(B)/bench_live
bench-live:          ## fuzz against a bare epoll loop, TARGET=HOST:PORT
	@ci/bench-live.sh $(B)/bench_live $(B)/smtpspec $(TARGET)

# A section that takes a minute; the machine should have nothing else to do.
bench-check bench-growth: bench-%: all $(BENCH)/bench
	@$(BENCH)/bench --smtpspec $(B)/smtpspec --rounds $(ROUNDS) \
	    $(JSON:%=--json %) $*
bench-check:         ## check against a bare epoll loop, 1 to 4096 at once
bench-growth:        ## does cost grow in proportion? build/growth.png

# Without sanitizers, which would cost all the same.
BENCH_FUZZ = $(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) \
    FLAGS_fuzz='-O2 -g -fsanitize=fuzzer-no-link \
        -fno-sanitize-coverage=trace-cmp'
MUTATORS_OF ?= $(MUTATED)
bench-mutators:      ## edges with and without each mutator, RUNS= ROUNDS=
	@$(BENCH_FUZZ) B=build/bench/with $(MUTATORS_OF:%=build/bench/with/fuzz_%)
	@$(BENCH_FUZZ) B=build/bench/plain MUTATED= \
	    $(MUTATORS_OF:%=build/bench/plain/fuzz_%)
	@$(MAKE) -s list-targets TARGETS='$(MUTATORS_OF)' | \
	    ci/bench-mutators.sh build/bench/with build/bench/plain

# Both as make fuzz-reply builds it, but for the mutator.
bench-fuzz:          ## fuzz targets against empty ones; SECONDS_EACH=4
	@$(BENCH_FUZZ) B=build/bench/plain MUTATED= build/bench/plain/fuzz_reply
	@$(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) \
	    B=build/bench/san MUTATED= build/bench/san/fuzz_reply
	@$(MAKE) --no-print-directory engines-afl TARGETS=reply
	@$(MAKE) --no-print-directory engines-fuzz
	@$(MAKE) -s list-targets | CLANG='$(CLANG)' \
	    SECONDS_EACH='$(SECONDS_EACH)' bash ci/bench-fuzz.sh '$(AFL_CC)'

.PHONY: bench bench-instructions bench-live bench-check bench-growth \
        bench-mutators bench-fuzz
