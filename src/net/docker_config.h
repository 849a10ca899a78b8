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

struct docker_query {
	const char *folder;             /* of config.json; NULL: $DOCKER_CONFIG or ~/.docker */
	const char *host;               /* the registry's; "docker.io" for Docker Hub */
	const char *name;               /* the repository's: podman allows logins for host/name */
};

/*
 * Nothing found is success with all NULL. Fails when the file cannot be read (ERR_CONFIG) or a
 * helper that it names fails (ERR_AUTH). What is found is registered with log_redact.
 */
bool docker_login_find(struct arena *a, const struct docker_query *q, struct docker_login *out,
		       struct err *e) MUST_USE;

#endif
