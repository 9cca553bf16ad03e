# SPDX-License-Identifier: MIT
#
# fuzz.mk - the fuzz targets under libFuzzer, AFL++ and the plain driver
#
# A target harness/fuzz_<name>.c has seeds in corpus/seeds/<name>, words in
# corpus/dictionaries/<name>.dict and past crashes in corpus/regressions/<name>.
# One whose input is that of another target names the seeds and words of that
# one in its head comment; the past crashes of that one are then its own, too.
# The corpus is only read: what a run finds goes to build/.

# "chunks=reply": the first folder of seeds that the head comment names.
SEEDS := $(shell awk 'FNR == 1 { name = FILENAME } \
    name && match($$0, /corpus\/seeds\/[a-z0-9_-]+/) { \
        gsub(/^.*fuzz_|\.c$$/, "", name); \
        print name "=" substr($$0, RSTART + 13, RLENGTH - 13); name = "" }' \
    harness/fuzz_*.c 2>/dev/null)
# The name of whoever's seeds target $(1) starts from.
seeds_of = $(firstword $(patsubst $(1)=%,%,$(filter $(1)=%,$(SEEDS))) $(1))
folders_of = $(sort $(wildcard corpus/seeds/$(call seeds_of,$(1)) \
    $(addprefix corpus/regressions/,$(1) $(call seeds_of,$(1)))))
dict_of = corpus/dictionaries/$(call seeds_of,$(1)).dict

# A target of the pure floors is linked with the library alone; one that
# includes a header of a higher floor with the parts of the command as well.
HIGH := $(shell grep -lE '^.include "(net|run|server|report|cli)/' \
    harness/*.c 2>/dev/null)
link_with = $(if $(filter $<,$(HIGH)),$(COMMAND)) $(B)/libsmtpspec.a \
    $(if $(filter $<,$(HIGH)),$(UV_LIBS))
$(HIGH:harness/%.c=$(B)/%) $(HIGH:harness/fuzz_%.c=$(B)/replay_%) \
$(B)/none: $(COMMAND)

$(B)/replay_%: harness/fuzz_%.c harness/driver.c $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -o $@ \
	    $(filter %.c,$^) $(ALL_LDFLAGS) $(link_with)

$(B)/fuzz_%: harness/fuzz_%.c $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) $(ENGINE_$(PROFILE)) \
	    -MMD -MP -MF $@.d -o $@ $< $(ALL_LDFLAGS) $(link_with)

# A target without seeds is one whose folder was forgotten or misnamed; a
# folder without a target is one that nobody reads.
seeds: $(FUZZ:%=seeds-%)
	@for entry in corpus/seeds/* corpus/regressions/* \
	    corpus/dictionaries/* corpus/words/*; do name=$${entry##*/}; \
	    [ ! -e "$$entry" ] || [ -e "harness/fuzz_$${name%.dict}.c" ] || \
	        { echo "$$entry: there is no such target" >&2; exit 1; }; done
seeds-%:
	@test -n "$$(find corpus/seeds/$(call seeds_of,$*) -type f 2>/dev/null | \
	    head -n 1)" || { echo 'corpus/seeds/$(call seeds_of,$*) is' \
	    'missing or empty' >&2; exit 1; }
	@test -s $(call dict_of,$*) || \
	    { echo '$(call dict_of,$*) is missing' >&2; exit 1; }

regress-%: $(B)/replay_% seeds-%  ## replay the seeds of one target
	$(call replay,$*)

# libFuzzer writes what it finds into the first folder that it is given.
fuzz-%: seeds-%      ## libFuzzer on one target, TIME=60 seconds
	@$(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) \
	    build/fuzz/fuzz_$*
	@mkdir -p build/fuzz/found/$* build/fuzz/crashes/$*
	UBSAN_OPTIONS=print_stacktrace=1 build/fuzz/fuzz_$* \
	    -max_total_time=$(TIME) -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 -error_exitcode=1 -dict=$(call dict_of,$*) \
	    -artifact_prefix=build/fuzz/crashes/$*/ build/fuzz/found/$* \
	    $(call folders_of,$*)

AFL_ENV := AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_NO_COLOR=1
afl-%: seeds-%       ## AFL++, persistent mode, TIME=60 seconds
	@$(MAKE) --no-print-directory PROFILE=afl CC=$(AFL_CC) \
	    build/afl/fuzz_$*
	@rm -rf build/afl/out/$*
	@mkdir -p build/afl/out/$*
	$(AFL_ENV) $(AFL_FUZZ) -V $(TIME) -o build/afl/out/$* \
	    -i corpus/seeds/$(call seeds_of,$*) -x $(call dict_of,$*) \
	    -- build/afl/fuzz_$* > build/afl/out/$*/log 2>&1 || \
	    { tail -n 20 build/afl/out/$*/log; exit 1; }
	@grep -E '^(execs_done|execs_per_sec|corpus_count|saved_)' \
	    build/afl/out/$*/default/fuzzer_stats
	@! find build/afl/out/$*/default/crashes build/afl/out/$*/default/hangs \
	    -type f -name 'id:*' | grep .

smoke:               ## every target 20 s under libFuzzer and sanitizers
	@JOBS=1 MAKEFLAGS= tests/run build/smoke \
	    $(foreach t,$(FUZZ),'fuzz-$(t)=$(MAKE) fuzz-$(t) TIME=20')

smoke-afl:           ## every target 20 s under AFL++
	@JOBS=1 MAKEFLAGS= tests/run build/smoke-afl \
	    $(foreach t,$(FUZZ),'afl-$(t)=$(MAKE) afl-$(t) TIME=20')

.PHONY: seeds smoke smoke-afl
