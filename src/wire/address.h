/* SPDX-License-Identifier: MIT */
/*
 * address.h - the path that most paths are, read at once
 *
 * Floor 1, wire. Private: command.c looks for it before it reads a path by the
 * whole of the grammar.
 */
#ifndef SMTPSPEC_WIRE_ADDRESS_H
#define SMTPSPEC_WIRE_ADDRESS_H

#include <smtpspec/base.h>

/* How far "<" Dot-string "@" Domain ">" in ASCII reaches, as a reverse-path or
 * a forward-path, whatever stands behind it; 0 where `span` begins with
 * anything else. */
size_t smtpspec_plain_path(struct smtpspec_span span);

#endif
