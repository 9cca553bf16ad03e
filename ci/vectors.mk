# SPDX-License-Identifier: MIT
#
# vectors.mk - corpus/vectors, and other people's readers of replies over them
#
# An adapter is harness/adapters/<name>.<c|py|go|js>; ADAPTERS= chooses some.

VECTORS  := corpus/vectors
ADAPTERS ?= $(basename $(notdir $(sort $(wildcard harness/adapters/*.c \
    harness/adapters/*.py harness/adapters/*.go harness/adapters/*.js))))
ADAPTED  := $(ADAPTERS:%=$(B)/adapters/%)

vectors:             ## write corpus/vectors/replies.jsonl from replies.src
	@LC_ALL=C awk -v notes=$(VECTORS)/replies.notes.json \
	    -f $(VECTORS)/vectors.awk src/wire/defects.def \
	    $(VECTORS)/replies.src > $(VECTORS)/replies.jsonl
	@wc -l $(VECTORS)/replies.jsonl

# What is skipped is tried again the next time.
adapt = CC='$(CC)' VERSION=$(VERSION) LIBRARY=$(B)/libsmtpspec.a \
    CFLAGS_ADAPTER='-std=c17 $(WARN) -Iinclude $(FLAGS_$(PROFILE))' \
    ENGINE='$(if $(filter fuzz,$(PROFILE)),$(ENGINE),harness/driver.c)' \
    sh ci/adapter.sh $< $@
$(B)/adapters/%: harness/adapters/%.c harness/adapter.h \
        harness/adapter_worker.c $(B)/libsmtpspec.a ci/adapter.sh
	@$(adapt)
$(B)/adapters/%: harness/adapters/%.py ci/adapter.sh
	@$(adapt)
$(B)/adapters/%: harness/adapters/%.go ci/adapter.sh
	@$(adapt)
$(B)/adapters/%: harness/adapters/%.js ci/adapter.sh
	@$(adapt)

$(B)/minefield: harness/minefield.c harness/minefield_pages.c \
        harness/worker.c $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d -o $@ \
	    $(filter %.c,$^) $(ALL_LDFLAGS) $(B)/libsmtpspec.a \
	    $(shell $(PKG_CONFIG) --cflags --libs jansson)

minefield: $(B)/minefield $(ADAPTED)  ## who takes what: other readers, vectors
	@$(B)/minefield $(VECTORS)/replies.jsonl build/minefield \
	    $$(for a in $(ADAPTED); do [ ! -x $$a ] || echo $$a; done)

# An adapter against ours: with libFuzzer under PROFILE=fuzz, else with the
# driver that replays. One in another language is asked as a program.
adapter_file = $(firstword $(wildcard $(addprefix harness/adapters/$*., \
    c py go js)))
$(B)/differ_%: $(B)/libsmtpspec.a FORCE
	@$(subst $< $@,--differ '$(adapter_file)' $@,$(adapt))

REPLIES = corpus/seeds/reply $(wildcard corpus/regressions/reply)
try-%: $(B)/differ_% $(B)/adapters/%  ## seeds through an adapter and ours
	@[ ! -x $< ] || $< $(REPLIES)
try: $(ADAPTERS:%=try-%)               ## the same for every adapter

differ-%: $(B)/adapters/%  ## libFuzzer: an adapter against ours, TIME=60
	@$(MAKE) --no-print-directory PROFILE=fuzz CC=$(CLANG) build/fuzz/differ_$*
	@mkdir -p build/fuzz/found/differ_$* build/fuzz/crashes/differ_$*
	@[ ! -x build/fuzz/differ_$* ] || ASAN_OPTIONS=detect_leaks=0 \
	    build/fuzz/differ_$* -max_total_time=$(TIME) -timeout=10 \
	    -rss_limit_mb=2048 -max_len=1200 -dict=corpus/dictionaries/reply.dict \
	    -artifact_prefix=build/fuzz/crashes/differ_$*/ \
	    build/fuzz/found/differ_$* $(REPLIES)

.PHONY: vectors minefield try
