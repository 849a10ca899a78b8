/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs taken apart and put together again as Go 1.26's net/url does, which decides
 * what Kargo considers the same repository. For requests see net/url.h. Any thread.
 */
#ifndef GANTRY_DATA_GO_URL_H
#define GANTRY_DATA_GO_URL_H

#include "base/base.h"

struct arena;

/* Texts are NUL-terminated and never NULL unless said so. */
struct go_url {
	const char *scheme, *opaque;
	const char *user, *password;    /* NULL: absent; decoded */
	const char *host;               /* with port; decoded */
	const char *path, *raw_path;    /* raw_path: as written, when the encoder differs; "" */
	const char *query;              /* as written */
	const char *fragment, *raw_fragment;
	bool force_query;               /* ended in "?" */
	bool omit_host;                 /* "scheme:/path" */
};

/* False: net/url would refuse it. */
bool go_url_parse(struct arena *a, const char *text, struct go_url *out) MUST_USE;

/* As URL.String() prints it. */
const char *go_url_text(struct arena *a, const struct go_url *u);

/* Whether the query holds any parameter that can be read. */
bool go_url_has_parameters(const struct go_url *u);

#endif
