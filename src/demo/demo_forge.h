/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forge that speaks as much of Gitea's API as a pull request needs, with one repository,
 * demo/gitops. What it holds is read and pushed by the path of the bare repository. Its own threads.
 */
#ifndef GANTRY_DEMO_DEMO_FORGE_H
#define GANTRY_DEMO_DEMO_FORGE_H

#include "base/base.h"

struct demo_forge;
struct err;

struct demo_forge_options {
	const char *repository;         /* path of the bare repository */
	const char *file;               /* where pull requests are kept; NULL: nowhere */
	unsigned port;                  /* 0: a free one */
};

/* Listens on loopback. ERR_IO when the port is taken. */
bool demo_forge_start(struct demo_forge **out, const struct demo_forge_options *o,
		      struct err *e) MUST_USE;

/* NULL is fine. */
void demo_forge_stop(struct demo_forge *f);

/* The repository's address, as manifests have it: "http://127.0.0.1:PORT/demo/gitops". */
const char *demo_forge_url(const struct demo_forge *f);
unsigned demo_forge_port(const struct demo_forge *f);

/* What who opens and merges must send. */
const char *demo_forge_token(void);

#endif
