# SPDX-License-Identifier: MIT
#
# Every verb of the project; `make help` lists them. Nothing here names a
# module, a test, a case or a fuzz target: they are found by their folder.
# Local overrides: .config.mk, or the command line (make CC=clang).
#
#   PROFILE=release|debug|san|cov    build/PROFILE holds what is made
#   SIMD=no|sse2|sse4|avx2           the tokenizer for no more than that, in
#                                    build/PROFILE-SIMD
-include .config.mk

VERSION := 0.1.0
SOVERSION := $(firstword $(subst ., ,$(VERSION)))

CC         ?= cc
BUILD_CC   ?= $(CC)
AR         ?= ar
CLANG      ?= clang
AFL_CC     ?= afl-clang-fast
AFL_FUZZ   ?= afl-fuzz
PKG_CONFIG ?= pkg-config
PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
PROFILE    ?= release
TIME       ?= 60
SIMD       ?=
B          := build/$(PROFILE)$(SIMD:%=-%)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wundef \
        -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
        -Werror=override-init
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all \
       -fno-omit-frame-pointer
FLAGS_release := -O2 -g
FLAGS_debug   := -O0 -g
FLAGS_san     := -O1 -g $(SAN)
FLAGS_cov     := -O0 -g --coverage
FLAGS_fuzz    := -O2 -g $(SAN) -fsanitize=fuzzer-no-link \
                 -fno-sanitize-coverage=trace-cmp
FLAGS_afl     := -O2 -g
FLAGS_cmplog  := $(FLAGS_afl)
FLAGS_aflsan  := -O1 -g $(SAN)
FLAGS_oss     := -g
ifeq ($(FLAGS_$(PROFILE)),)
$(error PROFILE=$(PROFILE): none of release, debug, san, cov)
endif

# No program puts a function of its own in the place of the library's.
ALL_CFLAGS = -std=c17 $(WARN) -Iinclude -Isrc -fPIC -fvisibility=hidden \
             -fno-semantic-interposition \
             -DSMTPSPEC_VERSION='"$(VERSION)"' $(FLAGS_$(PROFILE)) \
             $(FLAGS_SIMD) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(FLAGS_$(PROFILE)) $(LDFLAGS)

# One short line for each step; V=1 shows the whole, make -s nothing.
quiet = $(if $(V),,@$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,\
        echo '  $(1) $@' &&))

# Written under a name of the shell's own, then renamed, so that two makes in
# one tree do not write into one file.
own  = $@.$$$$
done = && mv -f $(own) $@

# Floors 0-3 are the library and need nothing but a compiler. Floors 4-7 and
# the compiled-in cases are the command, which needs the packages of LIBS.
PURE_FLOORS := base wire rules case judge mutate
REST_FLOORS := net run server fuzz learn report cli
LIBS        := libuv jansson openssl libcares

floor  = $(sort $(wildcard $(1:%=src/%/*.c)))
object = $(1:src/%.c=$(B)/obj/%.o)
PURE  := $(call floor,$(PURE_FLOORS))
REST  := $(call floor,$(REST_FLOORS))
CASES := $(sort $(wildcard tests/conformance/*.case))
UNIT  := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZ  := $(patsubst harness/fuzz_%.c,%,$(sort $(wildcard harness/fuzz_*.c)))
SYSTEM := $(sort $(wildcard tests/system/*.t))
STYLE := $(addprefix ci/check-,floors.sh style.sh refs.sh cases.sh printed.sh top.sh \
            map.sh plants.sh dictionaries.sh)

SO := libsmtpspec.so
LIBRARY := libsmtpspec.a $(SO) $(SO).$(SOVERSION) $(SO).$(VERSION)

all: $(B)/smtpspec $(LIBRARY:%=$(B)/%)  ## the command and the library
	@$(if $(filter build/release,$(B)),\
	    ln -sf $(addprefix release/,smtpspec $(LIBRARY)) build/)

library: $(LIBRARY:%=$(B)/%)            ## the library alone; needs only cc

# --- objects ---------------------------------------------------------------

# Says what lies in the source folders, so that a file taken away is noticed.
$(B)/sources: FORCE
	@mkdir -p $(@D)
	@echo $(PURE) $(REST) $(CASES) | cmp -s - $@ || \
	    { echo $(PURE) $(REST) $(CASES) > $(own) $(done); }

$(B)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) $(EXTRA_CFLAGS) -MMD -MP -c -o $@ $<

UV_CFLAGS = -D_GNU_SOURCE $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
UV_LIBS   = $(shell $(PKG_CONFIG) --libs $(LIBS))
$(call object,$(REST)) $(B)/none: EXTRA_CFLAGS = $(UV_CFLAGS)
$(call object,$(REST)) $(B)/none: | need-libs

need-libs:
	@for lib in $(LIBS); do $(PKG_CONFIG) --exists $$lib || \
	    { echo "$$lib is missing: run ci/install-deps.sh" >&2; exit 1; }; done

$(B)/gen/cases.c: src/case/embed.awk $(CASES) $(B)/sources
	@mkdir -p $(@D)
	$(call quiet,AWK) awk -f src/case/embed.awk $(CASES) > $(own) $(done)

$(B)/gen/cases.o: $(B)/gen/cases.c src/case/embedded.h
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -c -o $@ $<

# Tables that a program writes of the rows, for the library. It runs here,
# whatever machine the library is for: BUILD_CC.
$(B)/gen/lookups_gen: src/gen/lookups_gen.c src/rules/vocabulary.c \
                      $(wildcard src/*/*.def include/smtpspec/*.h src/rules/*.h)
	@mkdir -p $(@D)
	$(call quiet,CC) $(BUILD_CC) -std=c17 -Iinclude -Isrc -o $(own) \
	    $(filter %.c,$^) $(done)

$(B)/gen/lookups.c: $(B)/gen/lookups_gen
	$(call quiet,GEN) $< > $(own) $(done)

$(B)/gen/lookups.o: $(B)/gen/lookups.c
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -c -o $@ $<

# --- library and command ---------------------------------------------------

LIBRARY_OBJECTS := $(call object,$(PURE)) $(B)/gen/lookups.o
$(B)/libsmtpspec.a: $(LIBRARY_OBJECTS) $(B)/sources
	$(call quiet,AR) $(AR) rcs $(own) $(filter %.o,$^) $(done)

$(B)/$(SO).$(VERSION): $(LIBRARY_OBJECTS) $(B)/sources src/libsmtpspec.map
	$(call quiet,LD) $(CC) $(ALL_LDFLAGS) -shared -Wl,-soname,$(SO).$(SOVERSION) -o $@ \
	    -Wl,--version-script=$(filter %.map,$^) $(filter %.o,$^)

$(B)/$(SO).$(SOVERSION): $(B)/$(SO).$(VERSION)
	@ln -sf $(<F) $@

$(B)/$(SO): $(B)/$(SO).$(SOVERSION)
	@ln -sf $(<F) $@

# All of the command but main, for whoever tests its parts.
MAIN := $(B)/obj/cli/main.o
$(B)/libcommand.a: $(filter-out $(MAIN),$(call object,$(REST))) \
                   $(B)/gen/cases.o $(B)/sources
	$(call quiet,AR) $(AR) rcs $(own) $(filter %.o,$^) $(done)

$(B)/smtpspec: $(MAIN) $(B)/libcommand.a $(B)/libsmtpspec.a
	$(call quiet,LD) $(CC) $(ALL_LDFLAGS) -o $@ $^ $(UV_LIBS)

# --- tests -----------------------------------------------------------------

# A unit test may use any module; the archives give it what it asks for.
# UNIT_WITH=objects takes the place of the command's, while those do not build.
COMMAND := $(if $(UNIT_WITH),$(UNIT_WITH),$(B)/libcommand.a)
$(B)/tests/%: tests/unit/%.c $(COMMAND) $(B)/libsmtpspec.a
	@mkdir -p $(@D)
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) $(UV_CFLAGS) -Itests -MMD -MP \
	    -MF $@.d -o $@ $< $(ALL_LDFLAGS) $(COMMAND) $(B)/libsmtpspec.a \
	    -lcmocka $(UV_LIBS)

# The user's own configuration is none of a test's.
# What a sanitizer finds must not pass for an exit status of the command, nor
# be lost with a server in the background: it goes to a file that tests/run
# looks for.
RUN = SMTPSPEC=$(abspath $(B)/smtpspec) CC='$(CC)' CMOCKA_MESSAGE_OUTPUT=TAP \
    BUILD=$(abspath $(B)) PROFILE=$(PROFILE) VERSION=$(VERSION) MAKEFLAGS= \
    XDG_CONFIG_HOME=/nonexistent \
    ASAN_OPTIONS=exitcode=99:log_path=$(abspath $@.d)/sanitizer \
    UBSAN_OPTIONS=exitcode=99:print_stacktrace=1 \
    LSAN_OPTIONS=exitcode=99 tests/run $@.results

run_unit    = $(foreach t,$(UNIT),'$(t)=$(B)/tests/$(t)')
run_regress = $(foreach t,$(FUZZ),'regress-$(t)=$(call replay,$(t))')
run_system  = $(foreach t,$(SYSTEM),'$(notdir $(t))=sh $(t)')
run_style   = $(foreach s,$(STYLE),'$(notdir $(s))=sh $(s)')
# Not in the recipe itself, where make would hand its job server to each test.
run_time    = 'corpus-time=$(MAKE) -s corpus-time'
replay      = $(EMULATOR) $(B)/replay_$(1) $(call folders_of,$(1))

check: $(B)/check    ## everything that a commit must pass
check-unit: $(B)/check-unit        ## unit tests, case proofs among them
check-cases: $(B)/check-cases      ## the proofs of the cases, their ids
check-regress: $(B)/check-regress  ## fuzz targets over seeds and past crashes
check-system: $(B)/check-system    ## the command against its own server
check-style: $(B)/check-style      ## floors, style, references, case ids

UNITS   := $(UNIT:%=$(B)/tests/%)
REPLAYS := $(FUZZ:%=$(B)/replay_%)
$(B)/check: all $(UNITS) $(REPLAYS) $(B)/words $(B)/export seeds \
            $(if $(filter san,$(PROFILE)),,san-replays) FORCE
	@$(RUN) $(run_style) $(run_system) $(run_unit) $(run_regress) \
	    $(run_time) $(run_finite)
$(B)/check-unit: $(UNITS) FORCE
	@$(RUN) $(run_unit)
$(B)/check-cases: $(B)/tests/test_proofs FORCE
	@$(RUN) 'check-cases.sh=sh ci/check-cases.sh' 'test_proofs=$<'
$(B)/check-regress: $(REPLAYS) seeds FORCE
	@$(RUN) $(run_regress)
$(B)/check-system: all $(B)/words $(B)/export FORCE
	@$(RUN) $(run_system)
$(B)/check-style: $(B)/words FORCE
	@$(RUN) $(run_style)

demo: all            ## the embedded server checked, a misdeed caught
	@sh ci/demo-steps.sh

include $(sort $(wildcard ci/*.mk))

# --- the rest --------------------------------------------------------------

clean:               ## remove what was built; the lab stays
	@mkdir -p build
	find build -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} +

help:                ## list these verbs
	@sed -n 's/^\([a-z%-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

FORCE:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all library need-libs check check-unit check-cases check-regress \
        check-system check-style demo clean help FORCE
-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)
