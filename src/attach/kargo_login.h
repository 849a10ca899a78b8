/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Kargo's own API is, and our login there, as `kargo login` leaves it: its configuration
 * file, KARGO_API_ADDRESS, KARGO_API_TOKEN and KARGO_INSECURE_SKIP_TLS_VERIFY. Any thread; reads a
 * file.
 */
#ifndef GANTRY_ATTACH_KARGO_LOGIN_H
#define GANTRY_ATTACH_KARGO_LOGIN_H

#include "base/base.h"

struct arena;
struct err;

struct kargo_login {
	const char *address;            /* "https://kargo.example.org", without '/' at its end */
	const char *token;              /* NULL: none */
	const char *project;            /* the usual one; NULL: none */
	const char *origin;             /* where this was found, for messages */
	bool insecure;                  /* the certificate is not checked */
};

/*
 * The environment wins over the file. address: the API to use; NULL: the one of the login. A token
 * is only ever sent to the address it was issued for. ERR_NOT_FOUND: nobody logged in; ERR_CONFIG
 * names file, line, field and the fix. The token is registered with log_redact.
 */
bool kargo_login_find(struct arena *a, const char *address, struct kargo_login *out, struct err *e) MUST_USE;

#endif
