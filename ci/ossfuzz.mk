# SPDX-License-Identifier: MIT
#
# ossfuzz.mk - the fuzz targets as OSS-Fuzz and ClusterFuzzLite want them
#
# `make fuzzers` honours CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE SANITIZER
# OUT, and adds no flag of a sanitizer or an engine. Each target goes to OUT
# with its seeds, words and options. A target of the pure floors needs libc
# alone. One that needs the command's libraries has them linked in statically,
# for they are not where it runs; it is left out where a library is missing or
# older than Debian 12 has it, and under MemorySanitizer, which wants every
# library instrumented.
LIB_FUZZING_ENGINE ?= -fsanitize=fuzzer
SANITIZER ?= address
OUT       ?= build/oss/out

LIBS_AT_LEAST := 'libuv >= 1.44' 'jansson >= 2.14' 'openssl >= 3' \
    'libcares >= 1.18'

ifeq ($(PROFILE),oss)
# Compiled by CC, linked by CXX: the engine may be C++.
FUZZ_LD = $(CXX) $(CXXFLAGS)
ENGINE  = $(LIB_FUZZING_ENGINE)

# -lNAME as the archive libNAME.a or, as Debian calls libuv's, libNAME_a.a;
# nothing for one of libc's own, which the shared libc brings.
archive = $(firstword $(filter /%,$(foreach n,$(1).a $(1)_a.a,\
    $(shell $(CC) -print-file-name=lib$(n)))))
OSS_LIBS := $(patsubst -l%,%,$(filter -l%,$(filter-out -lpthread -ldl -lrt \
    -lm,$(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null))))
UV_LIBS = $(foreach l,$(OSS_LIBS),$(call archive,$(l))) -lpthread -ldl -lrt
OSS_HIGH := $(if $(filter memory,$(SANITIZER)),,$(if $(shell \
    $(PKG_CONFIG) --exists $(LIBS_AT_LEAST) 2>/dev/null && echo yes),\
    $(if $(filter $(words $(OSS_LIBS)),$(words $(foreach l,$(OSS_LIBS),\
    $(call archive,$(l))))),yes)))
OSS_TARGETS := $(if $(OSS_HIGH),$(FUZZ),\
    $(filter-out $(HIGH:harness/fuzz_%.c=%),$(FUZZ)))

oss-target-%: $(B)/fuzz_% seeds-%
	@mkdir -p '$(OUT)'
	@cp $< '$(OUT)/fuzz_$*'
	@cp $(call dict_of,$*) '$(OUT)/fuzz_$*.dict'
	@rm -f '$(OUT)/fuzz_$*_seed_corpus.zip'
	@zip -q -r -X '$(OUT)/fuzz_$*_seed_corpus.zip' $(call folders_of,$*)
	@find $(call folders_of,$*) -type f -exec wc -c {} + | sort -n | \
	    awk '$$2 != "total" && $$1 > most { most = $$1 } \
	    BEGIN { most = 4096 } END { print "[libfuzzer]"; \
	    print "max_len = " most; print "timeout = 25" }' \
	    > '$(OUT)/fuzz_$*.options'
oss-all: $(OSS_TARGETS:%=oss-target-%)
	@for t in $(filter-out $(OSS_TARGETS),$(FUZZ)); do \
	    echo "left out: fuzz_$$t needs more than libc"; done
.PHONY: oss-all
endif

fuzzers:             ## the targets with all that OSS-Fuzz wants, in OUT
	@$(MAKE) --no-print-directory PROFILE=oss B=build/oss/$(SANITIZER) \
	    SANITIZER=$(SANITIZER) OUT='$(OUT)' oss-all

.PHONY: fuzzers
