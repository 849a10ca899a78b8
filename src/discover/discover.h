/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New freight from registries, git and chart repositories; one file a kind of source.
 * May use base data net git model expr.
 *
 * discover.h   this table
 */
#ifndef GANTRY_DISCOVER_DISCOVER_H
#define GANTRY_DISCOVER_DISCOVER_H
#endif
