# SPDX-License-Identifier: MIT
#
# corpus.mk - dictionaries and seeds: made of tables, cases and recordings
#
# What is made is committed; `make check` sees that the dictionaries are still
# those of the tables.

$(B)/words: harness/words.c harness/word_kinds.c $(B)/gen/cases.o \
            $(B)/libsmtpspec.a
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -D_POSIX_C_SOURCE=200809L -MMD -MP \
	    -MF $@.d -o $@ $(filter %.c %.o %.a,$^) $(ALL_LDFLAGS)

dictionaries: $(B)/words  ## make the fuzzers' words anew, from the tables
	@BUILD=$(B) sh ci/check-dictionaries.sh --write

.PHONY: dictionaries
