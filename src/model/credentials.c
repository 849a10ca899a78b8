/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo Secrets as credentials: by label, in the order of names, first match wins (10.1). */
#include "model/credentials.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/pattern.h"
#include "data/url.h"
#include "data/value.h"

static const char *normal(struct arena *a, const char *type, const char *url)
{
	if (strcmp(type, "git") == 0)
		return url_normal_git(a, url);
	return strcmp(type, "image") == 0 ? url_normal_image(a, url) : url_normal_chart(a, url);
}

static bool credentials_fits(struct arena *a, const struct value *data, const char *type,
			     const char *url)
{
	const char *own = value_text(value_get(data, "repoURL"), "");
	struct pattern *p;
	struct err e;

	if (!*own)
		return false;
	if (strcmp(value_text(value_get(data, "repoURLIsRegex"), ""), "true") != 0)
		return strcmp(normal(a, type, own), normal(a, type, url)) == 0;
	return pattern_compile(a, own, &p, &e) &&
	       (pattern_matches(p, url) || pattern_matches(p, normal(a, type, url)));
}

/* Only for git over https, and with all three of its fields. */
static bool credentials_take_app(const struct value *data, struct credentials *out)
{
	const char *app = value_text(value_get(data, "githubAppClientID"), "");
	const char *installation = value_text(value_get(data, "githubAppInstallationID"), "");
	const char *key = value_text(value_get(data, "githubAppPrivateKey"), "");

	if (!*app)
		app = value_text(value_get(data, "githubAppID"), "");
	if (!*app || !*installation || !*key)
		return false;
	*out = (struct credentials){ .app = app, .app_installation = installation, .app_key = key };
	return true;
}

/* The annotation of a shared App says which of its repositories each project may use. */
static bool app_is_for(struct arena *a, const struct value *secret,
		       const struct credentials_query *q)
{
	const struct value *annotations = value_path(secret, "metadata.annotations");
	const char *text =
		value_text(value_get(annotations, "kargo.akuity.io/github-token-scopes"), "");
	const char *normal_url = url_normal_git(a, q->url), *name = strrchr(normal_url, '/');
	const struct value *names;
	struct value *scopes;
	struct err e;

	if (!*text || !q->project)
		return true;
	if (!name || !json_parse(a, text, strlen(text), &scopes, &e))
		return false;
	names = value_get(scopes, q->project);
	for (size_t i = 0; i < value_count(names); i++)
		if (same_but_case(value_text(value_at(names, i), ""), name + 1))
			return true;
	return false;
}

static bool credentials_take(const struct value *data, struct credentials *out)
{
	const char *user = value_text(value_get(data, "username"), "");
	const char *password = value_text(value_get(data, "password"), "");
	const char *key = value_text(value_get(data, "sshPrivateKey"), "");

	if (*user && *password)
		*out = (struct credentials){ .username = user, .password = password };
	else if (*key)
		*out = (struct credentials){ .ssh_key = key };
	else
		return false;
	return true;
}

static int credentials_by_name(const void *x, const void *y)
{
	const struct value_member *const *a = x, *const *b = y;

	return str_compare((*a)->key, (*b)->key);
}

static bool credentials_find_in(struct arena *a, const struct value *secrets,
				const struct credentials_query *q, struct credentials *out)
{
	size_t count = value_count(secrets);
	const struct value_member **order = arena_array(a, count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = &secrets->map.members[i];
	if (count)
		qsort(order, count, sizeof(*order), credentials_by_name);
	for (size_t i = 0; i < count; i++) {
		const struct value *labels = value_path(order[i]->value, "metadata.labels");
		const struct value *data = value_get(order[i]->value, "stringData");
		const char *own = value_text(value_get(labels, "kargo.akuity.io/cred-type"), "");

		if (strcmp(own, q->type) != 0 || !credentials_fits(a, data, q->type, q->url))
			continue;
		return credentials_take(data, out) ||
		       (strcmp(q->type, "git") == 0 && app_is_for(a, order[i]->value, q) &&
			credentials_take_app(data, out));
	}
	return false;
}

/* Plain http to anywhere but this machine: anybody on the way could read the password. */
static bool is_overheard(const char *url)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };

	if (!has_prefix(url, "http://"))
		return false;
	for (size_t i = 0; i < COUNTOF(hosts); i++) {
		const char *host = url + strlen("http://");
		size_t len = strlen(hosts[i]);

		if (has_prefix(host, hosts[i]) && strchr(":/", host[len]) && !strchr(host, '@'))
			return false;
	}
	return true;
}

bool credentials_find(struct arena *a, const struct value *secrets, const struct value *shared,
		      const struct credentials_query *q, struct credentials *out)
{
	assert(q->type && q->url);
	if (is_overheard(q->url))
		return false;
	return credentials_find_in(a, secrets, q, out) || credentials_find_in(a, shared, q, out);
}
