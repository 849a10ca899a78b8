/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses what gantry does not do: somebody who asks for client certificates must not rely on them. */
#include "cmd/web_config.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "config/field.h"
#include "data/value.h"
#include "data/yaml.h"
#include "net/door.h"
#include "net/http.h"

enum { MAX_FILE = 1 << 20 };

static const struct field_def tls_fields[] = {
	{ .name = "cert_file" }, { .name = "key_file" }, { .name = "cert" }, { .name = "key" },
	{ .name = "client_auth_type" }, { .name = "min_version" }, { .name = "max_version" },
	{ .name = "prefer_server_cipher_suites" }, { .name = NULL },
};

static const struct field_def http_fields[] = { { .name = "http2" }, { .name = "headers" },
						{ .name = NULL } };

static const struct field_def root_fields[] = {
	{ .name = "tls_server_config" }, { .name = "http_server_config" }, { .name = "basic_auth_users" },
	{ .name = NULL },
};

/* A file, and the part of it that is read. */
struct web_read {
	struct arena *a;
	const char *path;
	const struct value *v;
};

static bool web_fields(const struct web_read *r, const struct field_def *fields, struct err *e)
{
	for (size_t i = 0; i < value_count(r->v); i++) {
		const struct value_member *m = &r->v->map.members[i];
		const char *nearest = field_nearest(fields, m->key.at);

		if (!field_find(fields, m->key.at))
			return err_set(e, ERR_CONFIG, "%s:%u: %s: gantry does not know this field%s%s%s",
				       r->path, m->line, m->key.at, nearest ? "; did you mean " : "",
				       nearest ? nearest : "", nearest ? "?" : "; remove it");
	}
	return true;
}

/* PEM in the file itself, or in the one that it names. */
static bool web_pem(const struct web_read *r, const char *inside, const char *named, const char **out,
		    struct err *e)
{
	const struct value *file = value_get(r->v, named);
	const char *path;
	struct str text;

	*out = value_text(value_get(r->v, inside), NULL);
	if (*out)
		return true;
	if (!value_is(file, VALUE_STRING))
		return err_set(e, ERR_CONFIG, "%s:%u: tls_server_config: needs %s", r->path, r->v->line,
			       named);
	path = path_join(r->a, path_folder(r->a, r->path), file->string.at);
	if (!file_read(r->a, path, MAX_FILE, &text, e))
		return err_wrap(e, "%s:%u: tls_server_config.%s", r->path, file->line, named);
	*out = text.at;
	return true;
}

static bool web_versions(const struct web_read *r, const char **out, struct err *e)
{
	const char *least = value_text(value_get(r->v, "min_version"), "TLS12");
	const char *most = value_text(value_get(r->v, "max_version"), "TLS13");

	if ((strcmp(least, "TLS12") != 0 && strcmp(least, "TLS13") != 0) ||
	    (strcmp(most, "TLS12") != 0 && strcmp(most, "TLS13") != 0) || strcmp(least, most) > 0)
		return err_set(e, ERR_CONFIG, "%s:%u: tls_server_config: min_version and max_version must be "
			       "TLS12 or TLS13, in this order", r->path, r->v->line);
	*out = str_format(r->a, "SECURE128:-VERS-ALL%s%s", strcmp(most, "TLS13") == 0 ? ":+VERS-TLS1.3" : "",
			  strcmp(least, "TLS12") == 0 ? ":+VERS-TLS1.2" : "");
	return true;
}

static bool web_tls(const struct web_read *r, struct web_config *out, struct err *e)
{
	const struct value *client = value_get(r->v, "client_auth_type");

	if (!value_count(r->v))
		return true;
	if (client && strcmp(value_text(client, ""), "NoClientCert") != 0)
		return err_set(e, ERR_CONFIG, "%s:%u: tls_server_config.client_auth_type: gantry asks for no "
			       "client certificates; use basic_auth_users, or a proxy that does", r->path,
			       client->line);
	return web_fields(r, tls_fields, e) && web_pem(r, "cert", "cert_file", &out->certificate, e) &&
	       web_pem(r, "key", "key_file", &out->key, e) && web_versions(r, &out->priorities, e);
}

static bool web_headers(const struct web_read *r, struct web_config *out, struct err *e)
{
	const struct value *map = value_get(r->v, "headers");
	struct http_header *headers = arena_array(r->a, value_count(map), sizeof(*headers));

	for (size_t i = 0; i < value_count(map); i++) {
		const struct value_member *m = &map->map.members[i];

		if (!value_is(m->value, VALUE_STRING) || strpbrk(m->value->string.at, "\r\n"))
			return err_set(e, ERR_CONFIG, "%s:%u: http_server_config.headers.%s: must be a "
				       "text of one line", r->path, m->line, m->key.at);
		headers[i] = (struct http_header){ m->key.at, m->value->string.at };
	}
	out->headers = headers;
	out->nheaders = value_count(map);
	return web_fields(r, http_fields, e);
}

static bool web_users(const struct web_read *r, struct web_config *out, struct err *e)
{
	for (size_t i = 0; i < value_count(r->v); i++) {
		const struct value_member *m = &r->v->map.members[i];

		if (!door_is_hash(value_text(m->value, "")))
			return err_set(e, ERR_CONFIG, "%s:%u: basic_auth_users.%s: must be a bcrypt "
				       "hash: htpasswd -nBC 10 %s prints one", r->path, m->line, m->key.at,
				       m->key.at);
	}
	out->users = value_count(r->v) ? r->v : NULL;
	return true;
}

bool web_config_read(struct arena *a, const char *path, struct web_config *out, struct err *e)
{
	struct list documents = { 0 };
	const struct value *root;
	struct str text;

	*out = (struct web_config){ .certificate = NULL };
	if (!file_read(a, path, MAX_FILE, &text, e) || !yaml_parse(a, path, text, &documents, e))
		return false;
	root = documents.count ? documents.items[0] : NULL;
	if (root && root->kind != VALUE_MAP && root->kind != VALUE_NULL)
		return err_set(e, ERR_CONFIG, "%s: must be a map with tls_server_config or basic_auth_users",
			       path);
	const struct web_read all = { a, path, root };
	const struct web_read tls = { a, path, value_get(root, "tls_server_config") };
	const struct web_read http = { a, path, value_get(root, "http_server_config") };
	const struct web_read users = { a, path, value_get(root, "basic_auth_users") };

	return web_fields(&all, root_fields, e) && web_tls(&tls, out, e) && web_headers(&http, out, e) &&
	       web_users(&users, out, e);
}
