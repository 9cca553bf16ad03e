#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test.sh - from a fresh machine to all tests passed: set up, build, check
set -eu

cd "$(dirname "$0")/.."
sh ci/install-deps.sh
exec make -s -j"$(nproc)" check
