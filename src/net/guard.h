/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps requests whose URL somebody else chose away from this machine and from private
 * networks. It judges the address that is connected to, after look-up, so that a
 * name that resolves differently the second time gains nothing. Any thread.
 */
#ifndef GANTRY_NET_GUARD_H
#define GANTRY_NET_GUARD_H

#include "base/base.h"

struct sockaddr;

struct guard_visit {
	bool public_only;       /* otherwise only link-local addresses are refused */
	bool refused;           /* an address was none that may be reached */
};

/* easy is a CURL *: from now on its requests connect where they may; public_only without proxy. */
void guard_install(void *easy, struct guard_visit *visit, bool public_only);

/* The same for a host written as an address, which a proxy would reach for us. */
void guard_name(struct guard_visit *visit, bool public_only, const char *host);

/* 169.254.0.0/16, fe80::/10 and fd00:ec2::254, where clouds serve their machines' credentials. */
bool is_link_local_address(const struct sockaddr *address);

/* Loopback, private, link-local, shared, multicast, reserved (IANA's special-purpose registries). */
bool is_private_address(const struct sockaddr *address);

#endif
