/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials where docker login leaves them: config.json's auths, credHelpers and credsStore
 * (docs.docker.com/reference/cli/docker/login). Workers: a helper is a child process.
 */
#ifndef GANTRY_NET_DOCKER_CONFIG_H
#define GANTRY_NET_DOCKER_CONFIG_H

#include "base/base.h"

struct arena;
struct err;

struct docker_login {
	const char *username, *password;        /* NULL when there is none */
	const char *identity_token;             /* an OAuth2 refresh token instead; NULL: none */
};

/*
 * Looks for the registry host ("docker.io" for Docker Hub), and for host/name, which podman allows.
 * folder: NULL for $DOCKER_CONFIG or ~/.docker. Nothing found is success with all NULL. Fails when the file
 * cannot be read (ERR_CONFIG) or a helper that it names fails (ERR_AUTH). What is found is registered
 * with log_redact.
 */
bool docker_login_find(struct arena *a, const char *folder, const char *host, const char *name,
		       struct docker_login *out, struct err *e) MUST_USE;

#endif
