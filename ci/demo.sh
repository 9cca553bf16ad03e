#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh - from a fresh machine to the first reports: set up, build, show
set -eu

cd "$(dirname "$0")/.."
sh ci/install-deps.sh
exec make -s -j"$(nproc)" demo
