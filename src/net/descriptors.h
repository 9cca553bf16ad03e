/* SPDX-License-Identifier: MIT */
/*
 * descriptors.h - how many connections this process may hold
 *
 * Floor 4, net.
 */
#ifndef SMTPSPEC_DESCRIPTORS_H
#define SMTPSPEC_DESCRIPTORS_H

/* Have so many connections, and some more descriptors, as far as the system
 * lets this process; often it begins with 1024. No more than that, since
 * programs that it starts may go through all that there could be. */
void smtpspec_descriptors_want(unsigned connections);

#endif
