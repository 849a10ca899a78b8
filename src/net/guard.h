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
	bool refused;           /* an address was private */
};

/* easy is a CURL *: from now on its requests connect to public addresses only, without proxy. */
void guard_install(void *easy, struct guard_visit *visit);

/* Loopback, private, link-local, shared, multicast, reserved (IANA's special-purpose registries). */
bool is_private_address(const struct sockaddr *address);

#endif
