# SPDX-License-Identifier: MIT
#
# home.mk - what makes it at home in a system: completion, man pages, packages
#
# Completion and smtpspec(1) are made of the rows of src/cli/options.def, which
# a program writes as lines of text.
H := $(B)/home
COMPLETION := $(addprefix $(H)/,smtpspec.bash _smtpspec smtpspec.fish)

$(H)/options_gen: src/gen/options_gen.c src/cli/option_rows.c \
                  src/cli/options.h src/cli/options.def src/report/writers.def
	@mkdir -p $(@D)
	$(call quiet,CC) $(BUILD_CC) -std=c17 -Iinclude -Isrc -o $(own) \
	    $(filter %.c,$^) $(done)

$(H)/options.tsv: $(H)/options_gen
	$(call quiet,GEN) $< > $(own) $(done)

$(H)/smtpspec.bash: ci/completion/bash.awk $(H)/options.tsv \
                    ci/completion/bash.in
	$(call quiet,AWK) awk -f $^ > $(own) $(done)

$(H)/_smtpspec: ci/completion/brief.awk ci/completion/zsh.awk \
                $(H)/options.tsv ci/completion/zsh.in
	$(call quiet,AWK) awk -f $< -f $(wordlist 2,9,$^) > $(own) $(done)

$(H)/smtpspec.fish: ci/completion/brief.awk ci/completion/fish.awk \
                    $(H)/options.tsv
	$(call quiet,AWK) awk -f $< -f $(wordlist 2,9,$^) > $(own) $(done)

MAN_PAGES := smtpspec.1 smtpspec-case.5 libsmtpspec.3
section = $(subst .,,$(suffix $(1)))
MAN := $(foreach page,$(MAN_PAGES),$(H)/man/man$(call section,$(page))/$(page))
MAN_AWK = awk -f ci/man/mdoc.awk -f
$(MAN): ci/man/mdoc.awk

$(H)/man/man1/smtpspec.1: ci/man/command.awk $(H)/options.tsv \
                          ci/man/smtpspec.1.in
	@mkdir -p $(@D)
	$(call quiet,MAN) $(MAN_AWK) $(filter-out %/mdoc.awk,$^) > $(own) $(done)

$(H)/man/man5/smtpspec-case.5: ci/man/case.awk tests/conformance/README.md
	@mkdir -p $(@D)
	$(call quiet,MAN) $(MAN_AWK) $(filter-out %/mdoc.awk,$^) > $(own) $(done)

$(H)/man/man3/libsmtpspec.3: ci/man/library.awk \
                             $(sort $(wildcard include/smtpspec/*.h))
	@mkdir -p $(@D)
	$(call quiet,MAN) $(MAN_AWK) $(filter-out %/mdoc.awk,$^) > $(own) $(done)

home: $(COMPLETION) $(MAN)  ## completion for shells and man pages, in build/
all: home

# Where a system looks: a packager says otherwise.
MAN_DIR  ?= $(PREFIX)/share/man
BASH_DIR ?= $(PREFIX)/share/bash-completion/completions
ZSH_DIR  ?= $(PREFIX)/share/zsh/site-functions
FISH_DIR ?= $(PREFIX)/share/fish/vendor_completions.d

install: all         ## into $(DESTDIR)$(PREFIX): bin include lib share
	install -d $(addprefix $(DESTDIR),$(PREFIX)/bin \
	    $(PREFIX)/include/smtpspec $(LIBDIR)/pkgconfig)
	install -m 755 $(B)/smtpspec $(DESTDIR)$(PREFIX)/bin/
	install -m 644 include/smtpspec/*.h \
	    $(DESTDIR)$(PREFIX)/include/smtpspec/
	install -m 644 $(B)/libsmtpspec.a $(DESTDIR)$(LIBDIR)/
	install -m 755 $(B)/$(SO).$(VERSION) $(DESTDIR)$(LIBDIR)/
	cp -P $(B)/$(SO) $(B)/$(SO).$(SOVERSION) $(DESTDIR)$(LIBDIR)/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|' \
	    ci/libsmtpspec.pc.in > \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/libsmtpspec.pc

install: install-home
install-home: home
	for page in $(MAN_PAGES); do s=man$${page##*.} && install -D -m 644 \
	    $(H)/man/$$s/$$page $(DESTDIR)$(MAN_DIR)/$$s/$$page || exit; done
	install -D -m 644 $(H)/smtpspec.bash $(DESTDIR)$(BASH_DIR)/smtpspec
	install -D -m 644 $(H)/_smtpspec $(DESTDIR)$(ZSH_DIR)/_smtpspec
	install -D -m 644 $(H)/smtpspec.fish $(DESTDIR)$(FISH_DIR)/smtpspec.fish

dist:                ## a tar file of the last commit
	@mkdir -p build
	git archive --prefix=smtpspec-$(VERSION)/ \
	    -o build/smtpspec-$(VERSION).tar.gz HEAD

deb:                 ## Debian packages of the last commit, built and tried
	@sh ci/check-deb.sh

.PHONY: home install install-home dist deb
