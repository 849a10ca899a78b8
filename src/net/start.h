/* SPDX-License-Identifier: Apache-2.0 */
/* Starting libcurl. Any thread. */
#ifndef GANTRY_NET_START_H
#define GANTRY_NET_START_H

/* Starts libcurl, once a process; it takes some milliseconds. */
void net_start(void);

#endif
