/* SPDX-License-Identifier: MIT */
/*
 * peer_libetpan.c - libEtPan as a peer: nothing but its adapter
 *
 * needs:    libetpan
 */
#include "../../../harness/adapters/libetpan.c"
