/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets of the manifests, and tokens made of them. */
#include "discover/fetch.h"

#include "base/err.h"
#include "base/log.h"
#include "discover/cache.h"
#include "discover/discover.h"
#include "forge/app_token.h"
#include "forge/forge.h"
#include "model/credentials.h"

bool source_access_find(struct arena *a, const struct discover_context *c,
		 const struct credentials_query *q, struct credentials *out, struct err *e)
{
	const struct forge_options github = { .url = q->url,
					      .http = c->http,
					      .cancelled = c->cancelled };
	struct credentials found = { 0 };
	struct app_key key;
	const char *token;

	credentials_find(a, c->secrets, c->shared_secrets, q, &found);
	if (found.app) {
		log_redact(found.app_key);
		key = (struct app_key){ &github, found.app, found.app_installation, found.app_key };
		if (!app_tokens_get(cache_app_tokens(c->cache), a, &key, &token, e))
			return false;
		found = (struct credentials){ .username = "kargo", .password = token };
	}
	*out = found;
	return true;
}
