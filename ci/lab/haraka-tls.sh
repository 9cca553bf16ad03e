#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# haraka-tls.sh - the lab's Haraka, with STARTTLS and, after it, AUTH;
# see haraka.sh
. "$(dirname "$0")/haraka.sh"
