#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# chasquid-submission.sh - the lab's chasquid's submission port; see chasquid.sh
. "$(dirname "$0")/chasquid.sh"
