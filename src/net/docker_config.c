/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of "auths" come as host, as URL, and as URL with /v1/ or /v2/; Docker Hub's is its old
 * index's URL. A helper for the host wins over the store for all, which wins over the file.
 */
#define _GNU_SOURCE
#include "net/docker_config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/process.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"

#define MAX_CONFIG (1u << 20)
#define HUB_KEY "https://index.docker.io/v1/"

/* The key without scheme and without /v1/ or /v2/ at its end. */
static struct str bare_key(struct str key)
{
	static const char *const schemes[] = { "https://", "http://" };
	static const char *const ends[] = { "/", "/v1", "/v2" };

	for (size_t i = 0; i < COUNTOF(schemes); i++) {
		size_t len = strlen(schemes[i]);
		if (key.len > len && memcmp(key.at, schemes[i], len) == 0)
			key = (struct str){ key.at + len, key.len - len };
	}
	for (size_t i = 0; i < COUNTOF(ends); i++) {
		size_t len = strlen(ends[i]);
		if (key.len > len && memcmp(key.at + key.len - len, ends[i], len) == 0)
			key.len -= len;
	}
	return key;
}

static bool is_key_for(struct str key, const char *host)
{
	struct str bare = bare_key(key);

	if (strcmp(host, "docker.io") == 0 &&
	    (str_is(bare, "index.docker.io") || str_is(bare, "registry-1.docker.io")))
		return true;
	return str_is(bare, host);
}

/* The entry for host/name, host/folder-of-name … or host; NULL: none. */
static const struct value_member *entry_for(struct arena *a, const struct value *table,
					    const char *host, const char *name)
{
	char *place = str_format(a, "%s/%s", host, name);

	for (;;) {
		for (size_t i = 0; i < value_count(table) && value_is(table, VALUE_MAP); i++)
			if (is_key_for(table->map.members[i].key, place))
				return &table->map.members[i];
		char *slash = strrchr(place, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
}

static void docker_config_keep(struct docker_login *out, const char *username, const char *password,
			       const char *token)
{
	out->username = username && *username ? username : NULL;
	out->password = password && *password ? password : NULL;
	out->identity_token = token && *token ? token : NULL;
	if (out->password)
		log_redact(out->password);
	if (out->identity_token)
		log_redact(out->identity_token);
}

/*
 * Helpers get our whole environment, as docker's do: each has variables of its own, be it for a
 * cloud's profile, the session bus or gpg.
 */
static const char *const *own_environment(struct arena *a)
{
	struct list all = { 0 };

	for (char **v = environ; v && *v; v++)
		list_add(a, &all, *v);
	list_add(a, &all, NULL);
	return (const char *const *)all.items;
}

static bool ask_helper(struct arena *a, const char *helper, const char *key,
		       struct docker_login *out, struct err *e)
{
	const char *program = str_format(a, "docker-credential-%s", helper);
	const char *const argv[] = { program, "get", NULL };
	struct process p = { .argv = argv, .env = own_environment(a), .input = str_of(key),
			     .timeout_ms = 20000 };
	struct process_result r;
	struct value *reply;
	const char *user;

	if (strchr(helper, '/'))
		return err_set(e, ERR_CONFIG, "credential helper '%s' is not a program name", helper);
	if (!process_run(a, &p, &r, e))
		return err_wrap(e, "asking %s for %s", program, key);
	if (r.status != 0) {
		struct str said = str_trim(r.out.len ? r.out : r.error);
		if (strstr(str_text(a, said), "not found"))
			return true;
		return err_set(e, ERR_AUTH, "%s get %s: exit status %d: %s", program, key, r.status,
			       str_clean(a, said.at, said.len, 200));
	}
	if (!json_parse(a, r.out.at, r.out.len, &reply, e))
		return err_wrap(e, "the answer of %s", program);
	user = value_path_text(reply, "Username", NULL);
	if (same_text(user, "<token>"))
		docker_config_keep(out, NULL, NULL, value_path_text(reply, "Secret", NULL));
	else
		docker_config_keep(out, user, value_path_text(reply, "Secret", NULL), NULL);
	return true;
}

static bool docker_config_read_entry(struct arena *a, const struct value_member *m,
				     struct docker_login *out, struct err *e)
{
	const char *packed = value_path_text(m->value, "auth", NULL);
	const char *user = value_path_text(m->value, "username", NULL);
	const char *password = value_path_text(m->value, "password", NULL);

	if (packed && *packed) {
		struct str text;
		const char *colon = base64_decode(a, packed, strlen(packed), &text)
					    ? strchr(text.at, ':') : NULL;
		if (!colon)
			return err_set(e, ERR_CONFIG, "the auth of '%s' is not base64 of user:password",
				       str_text(a, m->key));
		user = str_copy_n(a, text.at, (size_t)(colon - text.at));
		password = colon + 1;
	}
	docker_config_keep(out, user, password, value_path_text(m->value, "identitytoken", NULL));
	return true;
}

static bool docker_config_find_in(struct arena *a, const struct value *config,
				  const struct docker_query *q, struct docker_login *out, struct err *e)
{
	const struct value_member *m = entry_for(a, value_get(config, "credHelpers"), q->host, q->name);
	const char *key = strcmp(q->host, "docker.io") == 0 ? HUB_KEY : q->host;
	const char *store = value_path_text(config, "credsStore", NULL);

	if (m && value_text(m->value, NULL))
		return ask_helper(a, value_text(m->value, NULL), key, out, e);
	m = entry_for(a, value_get(config, "auths"), q->host, q->name);
	if (m && value_count(m->value) && !docker_config_read_entry(a, m, out, e))
		return false;
	if (!out->username && !out->identity_token && store && *store)
		return ask_helper(a, store, key, out, e);
	return true;
}

bool docker_login_find(struct arena *a, const struct docker_query *q, struct docker_login *out,
		       struct err *e)
{
	const char *home = getenv("HOME"), *folder = q->folder, *path;
	struct docker_login found = { 0 };
	struct value *config;
	struct str text;

	assert(q->host && q->name);
	if (!folder || !*folder)
		folder = getenv("DOCKER_CONFIG");
	if ((!folder || !*folder) && home)
		folder = path_join(a, home, ".docker");
	*out = found;
	path = folder ? path_join(a, folder, "config.json") : NULL;
	if (!path || !file_exists(path))
		return true;
	if (!file_read(a, path, MAX_CONFIG, &text, e) ||
	    !json_parse(a, text.at, text.len, &config, e))
		return err_wrap(e, "reading %s", path);
	if (!docker_config_find_in(a, config, q, &found, e))
		return err_wrap(e, "%s", path);
	*out = found;
	return true;
}
