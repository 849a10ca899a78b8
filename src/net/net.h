/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What speaks HTTP: a client with retries and authentication, the OCI distribution
 * protocol, and the small HTTP server.
 * May use base data. Libraries: libcurl, libmicrohttpd.
 *
 * net.h   this table
 */
#ifndef GANTRY_NET_NET_H
#define GANTRY_NET_NET_H
#endif
