#!/bin/bash -eu
# SPDX-License-Identifier: MIT
#
# build.sh - the fuzz targets into $OUT, with the compilers, flags and engine
# of the environment. For ClusterFuzzLite and OSS-Fuzz alike; tried without
# either by ci/check-ossfuzz.sh.
cd "$SRC/smtpspec"
make -j"$(nproc)" fuzzers
