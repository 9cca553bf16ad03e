#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# smtp-sink-lmtp.sh - the lab's smtp-sink -L; see smtp-sink.sh
. "$(dirname "$0")/smtp-sink.sh"
