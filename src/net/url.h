/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs (RFC 3986) taken apart, joined, escaped, and shown without what may be
 * secret in them: user information, query and fragment. Any thread.
 */
#ifndef GANTRY_NET_URL_H
#define GANTRY_NET_URL_H

#include "base/base.h"

struct arena;
struct err;

struct url {
	const char *scheme;             /* "http" or "https" */
	const char *host;               /* lower case; IPv6 in its brackets */
	unsigned port;                  /* the scheme's own when none is written */
	const char *path;               /* begins with '/' */
	const char *query;              /* without '?'; NULL when absent */
	const char *username, *password; /* decoded; NULL when absent */
};

/* Takes an absolute http or https URL apart; ERR_CONFIG for anything else. */
bool url_parse(struct arena *a, const char *text, struct url *out, struct err *e) MUST_USE;

/* reference as seen from base, as in a Location or Link header. ERR_NET when it is not a URL. */
bool url_join(struct arena *a, const char *base, const char *reference, const char **out,
	      struct err *e) MUST_USE;

/* scheme://host[:port]/path for messages; a text that is not a URL becomes "(not a URL)". */
const char *url_shown(struct arena *a, const char *text);

/* text with everything but RFC 3986's unreserved characters written as %XX. */
const char *url_escape(struct arena *a, const char *text);

/* Same scheme, host and port: credentials for one may go to the other. */
bool url_same_origin(const struct url *a, const struct url *b);

/* localhost, 127.0.0.0/8 or ::1, as a name written in a URL; no look-up. */
bool is_loopback_host(const char *host);

#endif
