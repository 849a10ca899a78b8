/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Argo CD is and who we are, found where its own command line keeps it: ARGOCD_SERVER,
 * ARGOCD_AUTH_TOKEN, ARGOCD_OPTS and the file of `argocd login`.
 * Any thread; reads one file.
 */
#ifndef GANTRY_ARGOCD_CONNECT_H
#define GANTRY_ARGOCD_CONNECT_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct http_header;

struct argocd_settings {
	const char *base;               /* "https://host[:port][/root]"; NULL: none is configured */
	const char *token;              /* NULL: anonymous */
	const char *origin;             /* where this was found, for messages */
	bool insecure;                  /* the certificate is not checked */
	const char *ca, *certificate, *key; /* PEM; NULL: none */
	const struct http_header *headers; /* sent with every request: access proxies want them */
	size_t nheaders;
};

/*
 * Environment over file. Nothing configured is success with base NULL. ERR_CONFIG names the file and
 * the fix: unreadable, unknown context, core mode (which has no address). The token is registered
 * with log_redact.
 */
bool argocd_settings_find(struct arena *a, struct argocd_settings *out, struct err *e) MUST_USE;

/*
 * The flags of ARGOCD_OPTS, split as a shell would (quotes, backslashes), applied over *s. Pure.
 * Flags that REST has no use for are passed over.
 */
bool argocd_settings_apply_flags(struct arena *a, const char *flags, struct argocd_settings *s,
				 struct err *e) MUST_USE;

/* The file that argocd login writes. */
struct argocd_login_file {
	const char *name;               /* for messages */
	struct str text;                /* YAML */
	const char *context;            /* the one that is wanted; NULL or "": the current one */
};

/* What the file says, into *s. Pure. */
bool argocd_settings_read(struct arena *a, const struct argocd_login_file *f, struct argocd_settings *s,
			  struct err *e) MUST_USE;

#endif
