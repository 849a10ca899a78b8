/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refresh tokens are left to the kargo command, which alone may use them: a provider may let each be used
 * once. The file is read again when a token is refused (rest_client.c), for it may have been renewed.
 */
#include "attach/kargo_login.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "data/yaml.h"
#include "net/url.h"

enum { MAX_LOGIN = 1 << 20 };

static const char *login_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* $XDG_CONFIG_HOME/kargo/config; NULL without a home. */
static const char *login_path(struct arena *a)
{
	const char *config = login_environment("XDG_CONFIG_HOME"), *home = login_environment("HOME");

	if (config)
		return path_join(a, config, "kargo/config");
	return home ? path_join(a, home, ".config/kargo/config") : NULL;
}

static bool login_field(const char *path, const struct value *root, const char *field, const char **out,
			struct err *e)
{
	const struct value *v = value_get(root, field);

	if (!v || value_is(v, VALUE_NULL))
		return true;
	if (!value_is(v, VALUE_STRING) || strlen(v->string.at) != v->string.len)
		return err_set(e, ERR_CONFIG, "%s:%u: %s must be a text, not a %s; log in again with kargo "
			       "login", path, v->line, field, value_kind_name(v->kind));
	if (v->string.len)
		*out = v->string.at;
	return true;
}

/* A URL without what no API has; NULL: it is none. */
static const char *login_address(struct arena *a, const char *text)
{
	struct url u;
	struct err ignored;
	size_t len = strlen(text);

	if (!url_parse(a, text, &u, &ignored) || u.query || u.username || u.password)
		return NULL;
	while (len && text[len - 1] == '/')
		len--;
	return str_copy_n(a, text, len);
}

static bool login_read(struct arena *a, const char *path, struct kargo_login *out, struct err *e)
{
	struct kargo_login l = { .origin = path };
	struct list documents = { 0 };
	const struct value *root;
	struct str text;

	if (!file_read(a, path, MAX_LOGIN, &text, e)) {
		if (e->code != ERR_NOT_FOUND)
			e->code = ERR_CONFIG;
		return false;
	}
	if (!yaml_parse(a, path, text, &documents, e))
		return false;
	root = documents.count ? documents.items[0] : NULL;
	if (root && !value_is(root, VALUE_MAP) && !value_is(root, VALUE_NULL))
		return err_set(e, ERR_CONFIG, "%s:%u: it must be a map; log in again with kargo login", path,
			       root->line);
	if (!login_field(path, root, "apiAddress", &l.address, e) ||
	    !login_field(path, root, "bearerToken", &l.token, e) ||
	    !login_field(path, root, "project", &l.project, e))
		return false;
	l.insecure = value_truth(value_get(root, "insecureSkipTLSVerify"), false);
	if (l.address && !(l.address = login_address(a, l.address)))
		return err_set(e, ERR_CONFIG, "%s:%u: apiAddress is not a URL like "
			       "https://kargo.example.org; log in again with kargo login", path,
			       value_get(root, "apiAddress")->line);
	*out = l;
	return true;
}

/* What the file has is for its own address only. */
static void login_limit(struct kargo_login *l, const char *address)
{
	if (l->address && strcmp(l->address, address) == 0)
		return;
	l->token = l->project = NULL;
	l->insecure = false;
	l->address = address;
}

bool kargo_login_find(struct arena *a, const char *address, struct kargo_login *out, struct err *e)
{
	const char *path = login_path(a), *given = login_environment("KARGO_API_ADDRESS");
	const char *token = login_environment("KARGO_API_TOKEN"), *wanted = address ? address : given;
	struct kargo_login l = { 0 };
	struct err failed = { 0 };

	if (path && !login_read(a, path, &l, &failed) && failed.code != ERR_NOT_FOUND) {
		*e = failed;
		return false;
	}
	if (wanted) {
		const char *clean = login_address(a, wanted);

		if (!clean)
			return err_set(e, ERR_CONFIG, "%s is not a URL like https://kargo.example.org",
				       address ? "the address" : "KARGO_API_ADDRESS");
		login_limit(&l, clean);
		l.origin = address ? clean : "KARGO_API_ADDRESS";
	}
	if (!l.address)
		return err_set(e, ERR_NOT_FOUND, "nobody is logged in to Kargo's API; run kargo login, or "
			       "set KARGO_API_ADDRESS and KARGO_API_TOKEN");
	/* The environment's token is for the environment's address, or for the only one that there is. */
	if (token && (!address || !given || same_text(login_address(a, given), l.address))) {
		l.token = token;
		l.insecure = same_text(login_environment("KARGO_INSECURE_SKIP_TLS_VERIFY"), "true");
	}
	if (l.token)
		log_redact(l.token);
	*out = l;
	return true;
}
