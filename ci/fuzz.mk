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

# "session=session": the mutator of src/mutate that the head comment names.
MUTATORS := $(shell awk '/^ \* mutator: / { name = FILENAME; \
    gsub(/^.*fuzz_|\.c$$/, "", name); print name "=" $$3 }' \
    harness/fuzz_*.c 2>/dev/null)
mutator_of = $(patsubst $(1)=%,%,$(filter $(1)=%,$(MUTATORS)))

# A target of the pure floors is linked with the library alone; one that
# includes a header of a higher floor with the parts of the command as well.
HIGH := $(shell grep -lE harness/*.c 2>/dev/null \
    -e '^.include "(case/embedded|(net|run|server|learn|report|cli)/)')
is_high   = $(filter harness/fuzz_$*.c,$(HIGH))
link_with = $(if $(is_high),$(COMMAND)) $(B)/libsmtpspec.a \
    $(if $(is_high),$(UV_LIBS))
$(HIGH:harness/fuzz_%.c=$(B)/fuzz_%) $(HIGH:harness/fuzz_%.c=$(B)/replay_%) \
$(B)/none: $(COMMAND)
$(HIGH:harness/%.c=$(B)/harness/%.o) $(B)/none: EXTRA_CFLAGS = $(UV_CFLAGS)

# Compiled apart from being linked, so that a cache of the compiler helps.
$(B)/harness/%.o: harness/%.c Makefile ci/fuzz.mk
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

# The driver of either engine comes by the same switch.
FUZZ_LD = $(CC) $(CFLAGS)
ENGINE  = -fsanitize=fuzzer
$(B)/replay_%: $(B)/harness/fuzz_%.o $(B)/harness/driver.o $(B)/libsmtpspec.a
	$(call quiet,LD) $(FUZZ_LD) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	    $(link_with)

$(B)/fuzz_%: $(B)/harness/fuzz_%.o $(B)/libsmtpspec.a
	$(call quiet,LD) $(FUZZ_LD) $(ALL_LDFLAGS) $(ENGINE) -o $@ \
	    $(filter %.o,$^) $(link_with)

# libFuzzer has the mutator linked in; AFL++ loads it, so that is built as the
# command is, without its instrumentation.
MUTATED := $(foreach pair,$(MUTATORS),$(firstword $(subst =, ,$(pair))))
MUTATOR_FLAGS = $(ALL_CFLAGS) -MMD -MP -MF $@.d \
    -DMUTATOR=smtpspec_mutator_$(call mutator_of,$*)
$(if $(filter fuzz oss,$(PROFILE)),$(foreach t,$(MUTATED),$(eval \
    $(B)/fuzz_$(t): $(B)/mutator_$(t).o)))
$(MUTATED:%=$(B)/mutator_%.o) $(B)/mutator_none.o: $(B)/mutator_%.o: \
        harness/mutator.c ci/fuzz.mk
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(MUTATOR_FLAGS) -c -o $@ $<
build/afl/mutator_%.so: harness/mutator.c $(B)/libsmtpspec.a ci/fuzz.mk
	@mkdir -p $(@D)
	$(call quiet,LD) $(CC) $(MUTATOR_FLAGS) $(ALL_LDFLAGS) -shared -o $@ \
	    $(filter %.c %.a,$^)

# A target without seeds is one whose folder was forgotten or misnamed; a
# folder without a target is one that nobody reads.
seeds: $(FUZZ:%=seeds-%)
	@for entry in corpus/seeds/* corpus/regressions/* \
	    corpus/dictionaries/* corpus/words/*; do name=$${entry##*/}; \
	    [ ! -e "$$entry" ] || [ -e "harness/fuzz_$${name%.dict}.c" ] || \
	        { echo "$$entry: there is no such target" >&2; exit 1; }; done
	@! find corpus/seeds corpus/regressions -type f 2>/dev/null | \
	    grep -E '/(crash-|id:.*)?[0-9a-f]{40}$$' || \
	    { echo 'a seed has a name that tells what it is' >&2; exit 1; }
seeds-%:
	@test -n "$$(find corpus/seeds/$(call seeds_of,$*) -type f 2>/dev/null | \
	    head -n 1)" || { echo 'corpus/seeds/$(call seeds_of,$*) is' \
	    'missing or empty' >&2; exit 1; }
	@test -s $(call dict_of,$*) || \
	    { echo '$(call dict_of,$*) is missing' >&2; exit 1; }

regress-%: $(B)/replay_% seeds-%  ## replay the seeds of one target
	$(call replay,$*)

# What an engine found is told with this command. Under the sanitizers.
replay-%:            ## one input again, INPUT=file
	@test -n '$(INPUT)' || { echo 'INPUT=file is missing' >&2; exit 2; }
	@$(MAKE) -s PROFILE=san build/san/replay_$*
	UBSAN_OPTIONS=print_stacktrace=1 build/san/replay_$* '$(INPUT)'

# --- engines ---------------------------------------------------------------

# engines-<profile> builds the binaries of TARGETS for one engine.
TARGETS ?= $(FUZZ)
CC_fuzz := $(CLANG)
CC_afl = $(AFL_CC)
CC_cmplog = $(AFL_CC)
CC_aflsan = $(AFL_CC)
ifeq ($(PROFILE),cmplog)
export AFL_LLVM_CMPLOG := 1
endif
engines-%:
	@$(MAKE) --no-print-directory PROFILE=$* CC='$(CC_$*)' \
	    $(TARGETS:%=build/$*/fuzz_%)
	@$(if $(and $(filter afl,$*),$(filter $(TARGETS),$(MUTATED))), \
	    $(MAKE) --no-print-directory PROFILE=release \
	    $(patsubst %,build/afl/mutator_%.so,$(filter $(TARGETS),$(MUTATED))))

run_engine = sh ci/fuzz-target.sh $(1) $(2) $(3) $(call dict_of,$(2)) \
    $(call folders_of,$(2))
fuzz-%: seeds-%      ## libFuzzer on one target, TIME=60 seconds
	@$(MAKE) --no-print-directory engines-fuzz TARGETS=$*
	@$(call run_engine,libfuzzer,$*,$(TIME))

afl-%: seeds-%       ## AFL++, persistent mode, TIME=60 seconds
	@$(MAKE) --no-print-directory engines-afl engines-cmplog TARGETS=$*
	@AFL_FUZZ='$(AFL_FUZZ)' $(call run_engine,afl,$*,$(TIME))

# For scripts: a line for each target, its name, whether it needs the library
# alone (core) or what the command needs (high), its words, its seeds.
list-targets:
	@printf '%s\n' $(foreach t,$(TARGETS),"$(t) $(if $(filter \
	    harness/fuzz_$(t).c,$(HIGH)),high,core) $(call dict_of,$(t)) \
	    $(call folders_of,$(t))") | tr -s ' '

# All is built before it is run, one run on each processor.
SMOKE_TIME     ?= 20
SMOKE_AFL_TIME ?= 10
JOBS           ?= $(shell nproc)
# A gate tells what a change did: the same seed each time. Campaigns and fuzz-%
# draw anew.
smoke smoke-afl: export FUZZ_SEED ?= 1

smoke: seeds         ## every target 20 s under libFuzzer and sanitizers
	@$(MAKE) -j$(JOBS) --no-print-directory engines-fuzz
	@JOBS=$(JOBS) MAKEFLAGS= tests/run build/smoke $(foreach t,$(FUZZ),\
	    'fuzz-$(t)=$(call run_engine,libfuzzer,$(t),$(SMOKE_TIME))')

smoke-afl: seeds     ## every target 10 s under AFL++
	@$(MAKE) -j$(JOBS) --no-print-directory engines-afl engines-cmplog
	@AFL_FUZZ='$(AFL_FUZZ)' JOBS=$(JOBS) MAKEFLAGS= \
	    tests/run build/smoke-afl $(foreach t,$(FUZZ),\
	    'afl-$(t)=$(call run_engine,afl,$(t),$(SMOKE_AFL_TIME))')

.PHONY: seeds list-targets smoke smoke-afl
