#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# aiosmtpd-lmtp.sh - the lab's aiosmtpd's LMTP class; see aiosmtpd.sh
. "$(dirname "$0")/aiosmtpd.sh"
