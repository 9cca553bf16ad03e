# SPDX-License-Identifier: MIT
#
# machine.mk - the picture of the state machine on the page
#
# Graphviz places what `list rules --format dot` writes of the rows; the places
# are kept in src/report/picture.plain, so that a build needs no Graphviz and
# the picture does not change with its version. A unit test wants all arrows of
# the rows in it, and no other.

DOT ?= dot

machine: all         ## place the state machine anew, by Graphviz
	{ printf '%s\n' '# SPDX-License-Identifier: MIT' '#' \
	    '# picture.plain - where Graphviz has placed the state machine' '#' \
	    '# Made by make machine; do not edit.' && \
	    $(B)/smtpspec list rules --format dot | $(DOT) -Tplain; \
	    } > src/report/picture.plain.tmp
	mv src/report/picture.plain.tmp src/report/picture.plain
.PHONY: machine

$(B)/gen/picture.c: src/report/picture.awk src/report/picture.plain
	@mkdir -p $(@D)
	$(call quiet,AWK) awk -f $^ > $@.tmp && mv $@.tmp $@

$(B)/gen/picture.o: $(B)/gen/picture.c src/report/picture_layout.h
	$(call quiet,CC) $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libcommand.a: $(B)/gen/picture.o

bench-page: all      ## how big the page of twelve servers is, how fast it opens
	@sh ci/bench-page.sh $(B)/smtpspec build/bench-page
.PHONY: bench-page
