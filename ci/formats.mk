# SPDX-License-Identifier: MIT
#
# formats.mk - the schemas of the reports, for those who read them
#
# report-line.schema.json refers to report.schema.json beside it.
SCHEMAS := $(sort $(wildcard src/report/*.schema.json src/report/*.xsd))

install: install-schemas
install-schemas:
	install -d $(DESTDIR)$(PREFIX)/share/smtpspec
	install -m 644 $(SCHEMAS) $(DESTDIR)$(PREFIX)/share/smtpspec/

.PHONY: install-schemas
