/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords and tokens in plain text. A Secret manifest is where they belong, if it is
 * kept out of git; anything else that holds one is a mistake.
 */
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/lint_scope.h"
#include "data/base64.h"
#include "data/value.h"

enum { DEEPEST = 40, SHORTEST = 6 };

/* What a name says when it holds something secret; compared in lower case, without - and _. */
static const char *const telling[] = { "password", "passwd", "secretkey", "apikey", "accesskey",
				       "accesstoken", "authtoken", "privatekey", "clientsecret",
				       "bearertoken" };

static const char *const prefixes[] = { "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-",
					"xoxp-", "AKIA", "-----BEGIN OPENSSH PRIVATE KEY",
					"-----BEGIN RSA PRIVATE KEY", "-----BEGIN PRIVATE KEY",
					"-----BEGIN EC PRIVATE KEY" };

/* What stands where a secret is to be put: "<your token>", "changeme". Compared in lower case. */
static bool is_placeholder(struct arena *a, const char *text)
{
	static const char *const words[] = { "changeme", "change-me", "change_me", "replace", "your-",
					     "your_", "your ", "example", "placeholder", "xxx", "todo",
					     "dummy", "..." };
	const char *lower = str_lower(a, text);

	if (*text == '<' || has_prefix(text, "${") || has_prefix(text, "{{") || !text[strspn(text, "*")])
		return true;
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (strstr(lower, words[i]))
			return true;
	return false;
}

static bool is_telling(const char *name)
{
	char plain[64];
	size_t n = 0;

	for (; *name && n + 1 < sizeof(plain); name++)
		if (*name != '-' && *name != '_')
			plain[n++] = letter_lower(*name);
	plain[n] = '\0';
	for (size_t i = 0; i < COUNTOF(telling); i++)
		if (has_suffix(plain, telling[i]))
			return true;
	return strcmp(plain, "token") == 0;
}

static bool is_secret_text(const char *text)
{
	for (size_t i = 0; i < COUNTOF(prefixes); i++)
		if (has_prefix(text, prefixes[i]))
			return true;
	return false;
}

/* https://user:password@host. */
static bool has_url_password(const char *text)
{
	const char *at = strstr(text, "://"), *host, *colon;

	if (!at)
		return false;
	at += strlen("://");
	host = strchr(at, '@');
	colon = strchr(at, ':');
	return host && colon && colon < host && host < at + strcspn(at, "/ \n") &&
	       host - colon > 1;
}

static void lint_secrets_look(struct lint *l, const struct gathered *g, const char *name,
			      const struct value *v)
{
	const char *text = v->string.at;

	if (text_has_template(text) || is_placeholder(l->a, text))
		return;
	if (has_url_password(text))
		complain_warning(&l->c, g->file, v, "%s: a password stands in a URL; put it into a Secret",
				 lint_subject(l, g));
	else if (is_secret_text(text) || (strlen(text) >= SHORTEST && is_telling(name)))
		complain_warning(&l->c, g->file, v,
				 "%s: %s looks like a secret in plain text; put it into a Secret and "
				 "write ${{ secret('name').key }}", lint_subject(l, g), name);
}

static void lint_secrets_walk(struct lint *l, const struct gathered *g, const char *name,
			      const struct value *v, int depth)
{
	if (depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING)
		lint_secrets_look(l, g, name, v);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++) {
		const struct value *item = v->list.items[i];
		const char *called = value_text(value_get(item, "name"), name);
		const struct value *value = value_get(item, "value");

		if (value_is(value, VALUE_STRING) && value_get(item, "name"))
			lint_secrets_look(l, g, called, value);
		else
			lint_secrets_walk(l, g, name, item, depth + 1);
	}
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		lint_secrets_walk(l, g, v->map.members[i].key.at, v->map.members[i].value,
				  depth + 1);
}

static bool is_sops(const char *text)
{
	return has_prefix(text, "ENC[");
}

/* The text of a value under data, which is base64, or stringData. */
static const char *plain_text(struct lint *l, const struct value *v, bool is_data)
{
	const char *text = value_text(v, "");
	struct str decoded;

	if (!is_data || is_sops(text) || !base64_decode(l->a, text, strlen(text), &decoded))
		return text;
	return str_text(l->a, decoded);
}

/* Whether something other than a placeholder or what SOPS encrypted is in it. */
static bool holds_plain(struct lint *l, const struct value *map, bool is_data)
{
	for (size_t i = 0; value_is(map, VALUE_MAP) && i < map->map.count; i++) {
		const char *key = map->map.members[i].key.at;
		const char *text = plain_text(l, map->map.members[i].value, is_data);

		if (*text && !is_sops(text) && !is_placeholder(l->a, text) && strcmp(key, "repoURL") != 0 &&
		    strcmp(key, "repoURLIsRegex") != 0 && strcmp(key, "username") != 0)
			return true;
	}
	return false;
}

static bool holds_sops(const struct value *map)
{
	for (size_t i = 0; value_is(map, VALUE_MAP) && i < map->map.count; i++)
		if (is_sops(value_text(map->map.members[i].value, "")))
			return true;
	return false;
}

/* A token is made of a GitHub App's key only with all of its fields. */
static const char *github_app_lacks(const struct value *map)
{
	if (!value_get(map, "githubAppPrivateKey") || value_get(map, "password"))
		return NULL;
	if (!value_get(map, "githubAppClientID") && !value_get(map, "githubAppID"))
		return "githubAppClientID";
	return value_get(map, "githubAppInstallationID") ? NULL : "githubAppInstallationID";
}

void lint_secrets(struct lint *l, const struct gathered *g)
{
	const char *lacks;

	if (strcmp(g->kind, "Secret") != 0) {
		lint_secrets_walk(l, g, "", g->object, 0);
		return;
	}
	lacks = github_app_lacks(value_get(g->object, "data"));
	if (!lacks)
		lacks = github_app_lacks(value_get(g->object, "stringData"));
	if (lacks)
		complain_warning(&l->c, g->file, g->object,
				 "%s: the GitHub App's key gives no token without %s",
				 lint_subject(l, g), lacks);
	if (holds_sops(value_get(g->object, "data")) || holds_sops(value_get(g->object, "stringData")))
		complain_warning(&l->c, g->file, g->object,
				 "%s: is encrypted with SOPS, so its values are unknown here; decrypt it "
				 "first (sops -d)", lint_subject(l, g));
	if (holds_plain(l, value_get(g->object, "data"), true) ||
	    holds_plain(l, value_get(g->object, "stringData"), false))
		complain_warning(&l->c, g->file, g->object,
				 "%s: whoever can read this file can read it; keep it out of "
				 "git, or encrypt it", lint_subject(l, g));
}
