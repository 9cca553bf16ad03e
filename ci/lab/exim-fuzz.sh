#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# exim-fuzz.sh - the lab's Exim 4, fast: for make fuzz-lab; see exim.sh
. "$(dirname "$0")/exim.sh"
