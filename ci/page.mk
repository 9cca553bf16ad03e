# SPDX-License-Identifier: MIT
#
# page.mk - style and script of the HTML report, and its test in a browser
#
# src/report/page*.css and page*.js, each kind joined in the order of names,
# without what only we read: blanks before a line, and lines of a comment.

$(B)/gen/page.css: $(sort $(wildcard src/report/page*.css))
$(B)/gen/page.js: $(sort $(wildcard src/report/page*.js))
$(B)/gen/page.css $(B)/gen/page.js: $(B)/sources
	@mkdir -p $(@D)
	$(call quiet,CAT) cat $(filter src/%,$^) | \
	    sed -e 's/^ *//' -e '/^\/\*.*\*\/$$/d' -e '/^\/\*/,/\*\/$$/d' \
	    -e '/^\/\//d' -e '/^$$/d' > $@.tmp && mv $@.tmp $@

sha256 = $$(sha256sum < $(1) | cut -c 1-64)
$(B)/gen/page.c: src/report/page.awk $(B)/gen/page.css $(B)/gen/page.js
	$(call quiet,AWK) awk -f $< -v css=$(call sha256,$(word 2,$^)) \
	    -v js=$(call sha256,$(word 3,$^)) $(wordlist 2,3,$^) > $@.tmp && \
	    mv $@.tmp $@

$(B)/gen/page.o: $(B)/gen/page.c src/report/html.h
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libcommand.a: $(B)/gen/page.o

check-page: all      ## the HTML report in headless Chromium, with axe-core
	@TEST_SECONDS=280 tests/run build/page-results \
	    'page=sh ci/check-page.sh $(B)/smtpspec build/page' \
	    'matrix=sh ci/check-matrix.sh $(B)/smtpspec build/page-matrix'

.PHONY: check-page
