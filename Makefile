# SPDX-License-Identifier: MIT
# smtpspec: every verb. `make help` lists them. Local overrides: .config.mk
-include .config.mk

VERSION   := 0.1.0
SOVERSION := 0

CC        ?= cc
CLANG     ?= clang
AR        ?= ar
PKG_CONFIG ?= pkg-config
PREFIX    ?= /usr/local
PROFILE   ?= release
B         := build/$(PROFILE)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wundef \
        -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
        -Woverride-init
FLAGS_release := -O2 -g
FLAGS_debug   := -O0 -g
FLAGS_san     := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
                 -fno-sanitize-recover=all
FLAGS_cov     := -O0 -g --coverage

ALL_CFLAGS = -std=c17 $(WARN) -Iinclude -Isrc -I$(B)/gen -fPIC \
             -fvisibility=hidden -DSMTPSPEC_VERSION='"$(VERSION)"' \
             $(FLAGS_$(PROFILE)) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(FLAGS_$(PROFILE)) $(LDFLAGS)

# Floors 0-3 are the library; 4-7 and the compiled-in cases are the command.
PURE := $(sort $(wildcard $(addsuffix /*.c,$(addprefix src/,base wire rules case judge))))
REST := $(sort $(wildcard $(addsuffix /*.c,$(addprefix src/,net run server fuzz report cli))))
CASES := $(sort $(wildcard tests/conformance/*.case))
OBJ  = $(patsubst src/%.c,$(B)/obj/%.o,$(1))

all: $(B)/smtpspec $(B)/libsmtpspec.a $(B)/libsmtpspec.so   ## the command and the library
ifeq ($(PROFILE),release)
	@ln -sf release/smtpspec release/libsmtpspec.a release/libsmtpspec.so build/
endif

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(if $(filter src/net/% src/run/% src/server/% src/report/% src/cli/% src/fuzz/%,$<),-D_GNU_SOURCE) -MMD -MP -c -o $@ $<

$(B)/gen/cases.c: src/case/embed.awk $(CASES)
	@mkdir -p $(@D)
	awk -f src/case/embed.awk $(CASES) > $@.tmp && mv $@.tmp $@

$(B)/obj/gen/cases.o: $(B)/gen/cases.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libsmtpspec.a: $(call OBJ,$(PURE))
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/libsmtpspec.so: $(call OBJ,$(PURE))
	$(CC) $(ALL_LDFLAGS) -shared -Wl,-soname,libsmtpspec.so.$(SOVERSION) -o $@ $^

LIBS := libuv jansson
$(B)/smtpspec: $(call OBJ,$(REST)) $(B)/obj/gen/cases.o $(B)/libsmtpspec.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs $(LIBS))

$(B)/tests/%: tests/unit/%.c $(B)/libsmtpspec.a $(B)/obj/gen/cases.o
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -Itests -MMD -MP -o $@ $(filter %.c %.o,$^) $(UNIT_WITH) $(B)/libsmtpspec.a $(ALL_LDFLAGS) -lcmocka $(shell $(PKG_CONFIG) --libs $(LIBS))

clean:                                                       ## remove what was built
	rm -rf build

help:                                                        ## list these verbs
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

.PHONY: all clean help
-include $(shell find $(B) -name '*.d' 2>/dev/null)
