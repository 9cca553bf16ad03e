# SPDX-License-Identifier: MIT
#
# mutants.mk - do the tests notice when the code is changed?
#
# Each source of the pure floors becomes a shared library of its own, once as it
# is and once counted by gcov, so that for a mutant one file is compiled and no
# test linked anew. FILES are those whose survivors were all looked at; of
# others (FILES=src/judge/line.c) a run tells what nobody has read yet.
#
# The tokenizer is that of SIMD=no: its byte machine and the form in plain C.
# What sets of instructions do as well is tied to these by finite_*.
#
# A test that has an event loop, or ends other processes, is not run: what hangs
# on time must not tell whether a mutant lives.
#
#   SAMPLE=N     N of the mutants, the same ones each time
#   FILES=...    these files and no others
#   REACH=kept   measures anew only what a changed test reaches; else that
#                is measured whenever the code has changed

M       := build/mutants
SAMPLE  ?=
FILES   ?= $(call floor,base) \
    $(patsubst %,src/wire/%.c,status base64 ehlo data command defect reply \
        reply_reference ends) \
    $(patsubst %,src/rules/%.c,session machine codeset rules lookups)

mutant_so = $(M)/$(1)/lib$(subst /,_,$(2)).so
MUTABLE  := $(PURE:src/%.c=%)
MUTANT_LIBS := $(foreach u,$(MUTABLE) gen/lookups,$(call mutant_so,lib,$(u)))
MUTANT_COVS := $(foreach u,$(MUTABLE) gen/lookups,$(call mutant_so,cov,$(u)))
MUTANT_TESTS := $(UNIT:%=$(M)/tests/%) \
    $(patsubst harness/prove/%.c,$(M)/tests/%,$(wildcard \
        harness/prove/finite_*.c))
MUTANT_CFLAGS = -std=c17 -w -I$(M)/include -Iinclude -Isrc -fPIC \
    -fno-semantic-interposition -DSMTPSPEC_SIMD=0
mutant_so_of  = -shared -Wl,-soname,$(@F) -o $@ $(@:.so=.o)

# What one file alone hides, it cannot hide from a library of its own.
$(M)/include/rules/lookups.h: src/rules/lookups.h
	@mkdir -p $(@D)
	@sed '/^#pragma GCC visibility/d' $< > $@

define mutant_rules
$(call mutant_so,lib,$(2)): $(1) $(M)/include/rules/lookups.h
	@mkdir -p $$(@D)
	$$(call quiet,CC) $$(CC) $$(MUTANT_CFLAGS) -O1 -MMD -MP -MF $$@.d -c \
	    -o $$(@:.so=.o) $(1) && $$(CC) $$(mutant_so_of)
$(call mutant_so,cov,$(2)): $(1) $(M)/include/rules/lookups.h
	@mkdir -p $$(@D)
	$$(call quiet,CC) $$(CC) $$(MUTANT_CFLAGS) -O0 --coverage -MMD -MP -MF \
	    $$@.d -c -o $$(@:.so=.o) $(abspath $(1)) && \
	    $$(CC) --coverage $$(mutant_so_of)
endef
$(foreach u,$(MUTABLE),$(eval $(call mutant_rules,src/$(u).c,$(u))))
$(eval $(call mutant_rules,$(B)/gen/lookups.c,gen/lookups))

mutant_link = $(CC) -std=c17 -w -I$(M)/include -Iinclude -Isrc -Itests \
    -D_DEFAULT_SOURCE -DSMTPSPEC_SIMD=0 -MMD -MP -MF $@.d -o $@ $<
$(M)/tests/test_%: tests/unit/test_%.c $(B)/libcommand.a $(MUTANT_LIBS)
	@mkdir -p $(@D)
	$(call quiet,CC) $(mutant_link) $(UV_CFLAGS) -O1 $(B)/libcommand.a \
	    -Wl,--no-as-needed $(MUTANT_LIBS) -lcmocka $(UV_LIBS)
$(M)/tests/finite_%: harness/prove/finite_%.c $(MUTANT_LIBS)
	@mkdir -p $(@D)
	$(call quiet,CC) $(mutant_link) -O2 -Wl,--no-as-needed $(MUTANT_LIBS)

mutants-built: $(B)/smtpspec $(MUTANT_TESTS) $(MUTANT_COVS)
	@echo $(MUTABLE:%=src/%.c) > $(M)/units
	@for test in $(MUTANT_TESTS); do \
	    nm -D $$test | grep -Eq ' U (uv_run|uv_loop_init|kill)@?' || \
	    basename $$test; done > $(M)/oracles

prove-mutants: mutants-built    ## do the tests notice when the code is changed?
	@CC='$(CC)' SAMPLE='$(SAMPLE)' /usr/bin/python3 ci/prove-mutants.py \
	    $(FILES)

.PHONY: mutants-built prove-mutants
-include $(wildcard $(M)/*/*.d)
