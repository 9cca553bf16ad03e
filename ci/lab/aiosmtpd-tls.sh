#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# aiosmtpd-tls.sh - the lab's aiosmtpd, with STARTTLS and AUTH; see aiosmtpd.sh
. "$(dirname "$0")/aiosmtpd.sh"
