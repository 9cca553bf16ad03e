# SPDX-License-Identifier: MIT
#
# extra.mk - verbs for now and then: lab, matrix, coverage, lint, format, fresh

lab: all             ## check the real servers; LAB_SERVERS="postfix exim"
	@ci/lab/run.sh

LAB_CI ?= postfix postfix-tls exim opensmtpd dovecot-lmtp aiosmtpd-tls sendmail
lab-ci: all          ## the same for a few that stand for all
	@LAB_SERVERS='$(LAB_CI)' ci/lab/run.sh

fuzz-lab: all        ## smtpspec fuzz on real servers; TIME=600 LAB_SERVERS=
	@ci/lab/fuzz.sh

bench-learn: all     ## suites and learnt machines of real servers; EXTRA=1
	@ci/lab/exhaustive.sh
	@ci/lab/learn.sh

matrix:              ## servers x cases of the last lab, in build/lab
	@ci/lab/matrix.sh

lab-update: all      ## the same, and write their baselines anew
	@ci/lab/run.sh --update-baseline

fresh:               ## the two README commands in new Debian roots
	@sh ci/check-fresh.sh

release-ids: all     ## put the ids of new cases on the list that only grows
	@SMTPSPEC=$(abspath $(B)/smtpspec) sh ci/check-cases.sh --release

caught: all          ## run all misdeeds, write which case catches which
	@sh ci/caught.sh $(abspath $(B)/smtpspec)

coverage:            ## lines that make check reaches, and the corpus alone
	@mkdir -p build
	@find build/cov -name '*.gcda' -delete 2>/dev/null || :
	@$(MAKE) --no-print-directory PROFILE=cov check > build/coverage.log || \
	    { grep '^FAIL' build/coverage.log; echo 'not all tests passed'; }
	@cd build/cov && find obj -name '*.gcda' -exec gcov -n {} + 2>/dev/null | \
	    awk -f ../../ci/coverage.awk
	@echo 'the corpus alone, in the floors without I/O:'
	@$(MAKE) --no-print-directory corpus-coverage

planted:             ## does each fuzz target find the bugs planted for it?
	@sh ci/planted.sh

map:                 ## write the map of src/README.md anew
	@sh ci/check-map.sh --write

SOURCES := $(wildcard src/*/*.[ch] include/smtpspec/*.h harness/*.[ch] \
    tests/*/*.[ch])

TIDY := -*,bugprone-*,-bugprone-easily-swappable-parameters,clang-analyzer-*
TIDY := $(TIDY),-clang-analyzer-security.insecureAPI.*
TIDY := $(TIDY),-clang-analyzer-optin.performance.*
# Checks that here have only ever cried wolf: char arithmetic, constants that
# multiply to a size, arrays of pointers; va_start() is lost on the analyzer.
TIDY := $(TIDY),-bugprone-narrowing-conversions,-bugprone-sizeof-expression
TIDY := $(TIDY),-bugprone-implicit-widening-of-multiplication-result
TIDY := $(TIDY),-bugprone-branch-clone,-clang-analyzer-valist.*
# What leaks is the sanitizers' to find; cppcheck does not follow a pointer
# into a struct.
lint:                ## cppcheck and clang-tidy, whichever there is
	@! command -v cppcheck >/dev/null || cppcheck -q --std=c11 \
	    --enable=warning,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppress=memleak -Iinclude -Isrc \
	    -DSMTPSPEC_VERSION='""' src
	@! command -v clang-tidy >/dev/null || clang-tidy --quiet \
	    --checks='$(TIDY)' $(PURE) $(REST) -- -std=c17 -Iinclude -Isrc \
	    -D_GNU_SOURCE -DSMTPSPEC_VERSION='""' 2>&1 | \
	    grep -v 'warnings generated\.$$' || :

format:              ## how clang-format would have it; advice, no gate
	@for file in $(SOURCES); do \
	    clang-format "$$file" | diff -u "$$file" - || :; done

.PHONY: lab lab-ci lab-update fuzz-lab bench-learn matrix fresh release-ids \
        caught coverage map planted lint format
