#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# courier-auth.sh - the lab's Courier, with AUTH; see courier.sh
. "$(dirname "$0")/courier.sh"
