# SPDX-License-Identifier: MIT
#
# prove.mk - what is proved of the pure floors, not only tested
#
# harness/prove/finite_<what>.c goes through all of a finite set; it needs a C
# compiler alone and is part of make check. harness/prove/eva_<module>.c is the
# entry from which Frama-C's Eva follows a module for any octets, and
# harness/prove/cbmc_<what>.c what CBMC proves of all states.

FINITE := $(patsubst harness/prove/%.c,%,$(sort \
    $(wildcard harness/prove/finite_*.c)))
run_finite = $(foreach p,$(FINITE),'prove-$(p)=$(EMULATOR) $(B)/prove/$(p)')

# -O2 in every build: these count in millions.
$(B)/prove/%: harness/prove/%.c $(B)/libsmtpspec.a
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -O2 -D_DEFAULT_SOURCE -MMD -MP \
	    -MF $@.d -o $@ $< $(ALL_LDFLAGS) $(B)/libsmtpspec.a

$(B)/check $(B)/prove-finite: $(FINITE:%=$(B)/prove/%)
prove-finite: $(B)/prove-finite    ## complete enumerations of finite sets
$(B)/prove-finite: FORCE
	@$(RUN) $(run_finite)

.PHONY: prove-finite

prove-eva:           ## Frama-C's Eva over the pure modules
	@sh ci/prove-eva.sh

.PHONY: prove-eva

prove-cbmc:          ## what CBMC proves of the tokenizer and the session
	@sh ci/prove-cbmc.sh

.PHONY: prove-cbmc
