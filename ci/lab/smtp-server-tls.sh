#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# smtp-server-tls.sh - the lab's smtp-server, with STARTTLS and AUTH;
# see smtp-server.sh
. "$(dirname "$0")/smtp-server.sh"
