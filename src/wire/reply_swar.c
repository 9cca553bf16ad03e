/* SPDX-License-Identifier: MIT */
/*
 * reply_swar.c - the fast reply tokenizer in plain C
 */
#define SMTPSPEC_BLOCKS BLOCKS_SWAR
#include "wire/reply_fast.h"
#include "wire/reply_variants.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_swar)
