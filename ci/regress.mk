# SPDX-License-Identifier: MIT
#
# regress.mk - what a change alters in how known inputs are read

regress: all         ## compare with a revision, OLD=REV; 1 if it differs
	@bash ci/regress.sh '$(OLD)' $(B)/smtpspec

.PHONY: regress
