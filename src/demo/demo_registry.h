/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry (OCI distribution, pull only) with one repository, demo/web, to which versions are
 * published as time goes by. Its own threads.
 */
#ifndef GANTRY_DEMO_DEMO_REGISTRY_H
#define GANTRY_DEMO_DEMO_REGISTRY_H

#include "base/base.h"

struct arena;
struct demo_registry;
struct err;

/*
 * Listens on loopback, on port (0: a free one), and publishes faster by speed. ERR_IO when the port is
 * taken.
 */
bool demo_registry_start(struct demo_registry **out, unsigned port, double speed,
			 struct err *e) MUST_USE;
void demo_registry_stop(struct demo_registry *r);

unsigned demo_registry_port(const struct demo_registry *r);

/* One of the versions, which are numbered from 0: the same in every registry. */
struct demo_version {
	const char *tag, *digest, *created;     /* "1.27.2", "sha256:…", RFC 3339 */
};

/* In the arena. Any thread. */
void demo_registry_version(struct arena *a, unsigned n, struct demo_version *out);

#endif
