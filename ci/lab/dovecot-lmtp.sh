#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# dovecot-lmtp.sh - the lab's Dovecot's LMTP service; see dovecot-submission.sh
. "$(dirname "$0")/dovecot-submission.sh"
