#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# exim-tls.sh - the lab's Exim 4, with STARTTLS and AUTH; see exim.sh
. "$(dirname "$0")/exim.sh"
