/* SPDX-License-Identifier: MIT */
/*
 * sources.h - the sources as an enum, made from sources.def
 *
 * Floor 2, rules. Private: the numbers change when a row is added, so the
 * public header knows a source only as a number with a name.
 */
#ifndef SMTPSPEC_SOURCES_H
#define SMTPSPEC_SOURCES_H

enum smtpspec_source_id {
    SMTPSPEC_SOURCE_NONE,
#define SOURCE(id, name, title) SMTPSPEC_SOURCE_##id,
#include "rules/sources.def"
#undef SOURCE
    SMTPSPEC_SOURCE_COUNT
};

#endif
