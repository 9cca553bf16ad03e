#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# sendmail-tls.sh - the lab's Sendmail, with STARTTLS and AUTH; see sendmail.sh
. "$(dirname "$0")/sendmail.sh"
