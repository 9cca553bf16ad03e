# SPDX-License-Identifier: MIT
#
# vectors.mk - corpus/vectors, other people's parsers over them (minefield)

VECTORS := corpus/vectors
vectors:             ## write corpus/vectors/replies.jsonl from replies.src
	@LC_ALL=C awk -v notes=$(VECTORS)/replies.notes.json \
	    -f $(VECTORS)/vectors.awk src/wire/defects.def \
	    $(VECTORS)/replies.src > $(VECTORS)/replies.jsonl
	@wc -l $(VECTORS)/replies.jsonl

.PHONY: vectors
