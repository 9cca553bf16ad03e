# SPDX-License-Identifier: MIT
#
# corpus.mk - dictionaries and seeds: made of tables, cases and recordings
#
# What is made is committed; `make check` sees that the dictionaries are still
# those of the tables.

$(B)/words: harness/words.c harness/word_kinds.c $(B)/gen/cases.o \
            $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_POSIX_C_SOURCE=200809L -MMD -MP \
	    -MF $@.d -o $@ $(filter %.c %.o %.a,$^) $(ALL_LDFLAGS)

EXPORT := $(addprefix harness/,export.c seed_forms.c)
$(B)/export: $(EXPORT) $(B)/libcommand.a $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_POSIX_C_SOURCE=200809L -o $@ \
	    $(filter %.c %.a,$^) $(ALL_LDFLAGS) $(UV_LIBS)
$(B)/export: harness/seed_forms.h

dictionaries: $(B)/words  ## make the fuzzers' words anew, from the tables
	@BUILD=$(B) sh ci/check-dictionaries.sh --write

# Seeds of the cases and of whatever the lab recorded; what adds nothing is
# left out. `make lab` writes build/lab/SERVER.jsonl.
SEEDED = $(foreach t,$(FUZZ),$(t)=$(call seeds_of,$(t)))
RECORDINGS = $(sort $(wildcard build/lab/*.jsonl))
corpus: $(B)/export   ## seeds of recordings and cases into corpus/seeds
	@rm -rf build/corpus && mkdir -p build/corpus/cases build/corpus/recorded
	@$(B)/export cases build/corpus/cases
	@for file in $(RECORDINGS); do $(B)/export recording \
	    build/corpus/recorded $$(basename $$file .jsonl) $$file || exit; done
	@$(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) \
	    $(FUZZ:%=build/fuzz/fuzz_%)
	@sh ci/corpus.sh add build/corpus/recorded $(SEEDED)
	@sh ci/corpus.sh add build/corpus/cases $(SEEDED)

minimise:            ## drop seeds that add nothing, name and keep finds
	@$(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) \
	    $(FUZZ:%=build/fuzz/fuzz_%)
	@sh ci/corpus.sh minimise $(SEEDED)

# The floors that the figure is about; mutate serves the fuzzers themselves.
CORPUS_FLOORS := base wire rules case judge
CORPUS_LEAST  ?= 95
corpus-coverage:     ## lines that the committed corpus alone runs
	@mkdir -p build/cov
	@find build/cov -name '*.gcda' -delete
	@$(MAKE) --no-print-directory PROFILE=cov check-regress \
	    > build/corpus-coverage.log || \
	    { cat build/corpus-coverage.log; exit 1; }
	@sh ci/corpus-coverage.sh $(CORPUS_LEAST) $(CORPUS_FLOORS)

# Everything is replayed in this time of a processor under the sanitizers.
REPLAY_SECONDS ?= 5
san-replays:
	@$(MAKE) --no-print-directory PROFILE=san $(FUZZ:%=build/san/replay_%)
corpus-time: san-replays  ## the corpus under sanitizers, and the time it takes
	@sh ci/corpus-time.sh $(REPLAY_SECONDS) $(foreach t,$(FUZZ),\
	    'build/san/replay_$(t) $(call folders_of,$(t))')

.PHONY: dictionaries corpus minimise corpus-coverage corpus-time \
        san-replays
