#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# postfix-tls.sh - the lab's Postfix, with STARTTLS and AUTH; see postfix.sh
. "$(dirname "$0")/postfix.sh"
