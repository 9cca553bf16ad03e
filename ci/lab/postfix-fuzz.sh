#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# postfix-fuzz.sh - the lab's Postfix, unthrottled: for make fuzz-lab
. "$(dirname "$0")/postfix.sh"
