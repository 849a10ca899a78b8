/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "insecure" in the CLI's file means that the certificate is not checked; plain http is
 * "plain-text" there and --plaintext as a flag. ARGOCD_SERVER changes the host only: root path, TLS and
 * token stay the context's, as the CLI has it.
 */
#include "argocd/connect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"
#include "data/yaml.h"
#include "net/http.h"

#define MAX_FILE (1u << 20)
#define MAX_FLAGS 16384

/* What a base URL is made of. */
struct connect_place {
	const char *host, *root;
	bool plain;
};

/* PEM kept as base64 in the file. NULL when there is none; "" when it is not base64. */
static const char *pem_of(struct arena *a, const struct value *server, const char *key)
{
	const char *text = value_text(value_get(server, key), NULL);
	struct str pem;

	if (!text || !*text)
		return NULL;
	return base64_decode(a, text, strlen(text), &pem) ? pem.at : "";
}

static const struct value *connect_named(const struct value *list, const char *key,
					 const char *name)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (same_text(value_path_text(value_at(list, i), key, NULL), name))
			return value_at(list, i);
	return NULL;
}

static const char *trim_slashes(struct arena *a, const char *path)
{
	size_t len;

	path += strspn(path, "/");
	len = strlen(path);
	while (len && path[len - 1] == '/')
		len--;
	return str_copy_n(a, path, len);
}

static struct connect_place connect_place_of(struct arena *a, const char *base)
{
	struct connect_place p = { .host = "", .root = "" };
	const char *slash;

	if (!base)
		return p;
	p.plain = has_prefix(base, "http://");
	base = strstr(base, "://") + 3;
	slash = strchr(base, '/');
	p.host = slash ? str_copy_n(a, base, (size_t)(slash - base)) : base;
	p.root = slash ? trim_slashes(a, slash) : "";
	return p;
}

static void set_place(struct arena *a, struct argocd_settings *s, const struct connect_place *p)
{
	if (!*p->host)
		s->base = NULL;
	else
		s->base = str_format(a, "%s://%s%s%s", p->plain ? "http" : "https", p->host,
				     *p->root ? "/" : "", p->root);
}

/* "host:port", "https://host:port/root" or a root written behind the host. */
static void set_server(struct arena *a, struct argocd_settings *s, const char *server)
{
	struct connect_place p = connect_place_of(a, s->base), given;

	if (!strstr(server, "://"))
		server = str_format(a, "%s://%s", p.plain ? "http" : "https", server);
	given = connect_place_of(a, server);
	if (!*given.root)
		given.root = p.root;
	set_place(a, s, &given);
}

bool argocd_settings_read(struct arena *a, const struct argocd_login_file *f, struct argocd_settings *s,
			  struct err *e)
{
	const char *name = f->name, *context = f->context;
	const struct value *root, *c, *server, *user;
	struct list documents = { 0 };
	const char *host;

	assert(f->name && f->text.at);
	if (!yaml_parse(a, name, f->text, &documents, e))
		return false;
	root = documents.count ? documents.items[0] : NULL;
	if (!context || !*context)
		context = value_path_text(root, "current-context", "");
	if (!*context)
		return true;
	c = connect_named(value_get(root, "contexts"), "name", context);
	if (!c)
		return err_set(e, ERR_CONFIG, "%s: there is no context '%s'; log in with argocd login, or "
			       "choose one with argocd context", name, context);
	host = value_path_text(c, "server", "");
	server = connect_named(value_get(root, "servers"), "server", host);
	user = connect_named(value_get(root, "users"), "name", value_path_text(c, "user", ""));
	if (value_truth(value_get(server, "core"), false))
		return err_set(e, ERR_CONFIG, "%s: context '%s' is in core mode, which has no address; run "
			       "argocd admin dashboard and set ARGOCD_SERVER=localhost:8080 and "
			       "ARGOCD_OPTS=--plaintext", name, context);
	struct connect_place p = { .host = host,
				   .plain = value_truth(value_get(server, "plain-text"), false),
				   .root = trim_slashes(
					   a, value_path_text(server, "grpc-web-root-path", "")) };
	set_place(a, s, &p);
	s->origin = str_format(a, "context '%s' of %s", context, name);
	s->insecure = value_truth(value_get(server, "insecure"), false);
	s->token = value_path_text(user, "auth-token", NULL);
	s->ca = pem_of(a, server, "certificate-authority-data");
	s->certificate = pem_of(a, server, "client-certificate-data");
	s->key = pem_of(a, server, "client-certificate-key-data");
	if (same_text(s->ca, "") || same_text(s->certificate, "") || same_text(s->key, ""))
		return err_set(e, ERR_CONFIG, "%s: a certificate or key of server '%s' is not base64", name,
			       host);
	return true;
}

/* The next word of *p as a shell splits it, or NULL. */
static const char *connect_next_word(struct arena *a, const char **p)
{
	const char *from = *p + strspn(*p, " \t\r\n");
	char *out = arena_alloc(a, strlen(from) + 1), quote = 0;
	size_t len = 0;

	if (!*from)
		return NULL;
	for (; *from && (quote || !strchr(" \t\r\n", *from)); from++) {
		if (quote ? *from == quote : *from == '"' || *from == '\'') {
			quote = quote ? 0 : *from;
			continue;
		}
		if (*from == '\\' && quote != '\'' && from[1])
			from++;
		out[len++] = *from;
	}
	*p = from;
	return out;
}

/* "K: V", several separated by commas. */
static void add_headers(struct arena *a, struct argocd_settings *s, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, ",");
		struct str one = { text, len };
		const char *colon = memchr(text, ':', len);
		text += len + (text[len] == ',');
		if (!colon)
			continue;
		struct http_header *more = arena_array(a, s->nheaders + 1, sizeof(*more));
		if (s->nheaders)
			memcpy(more, s->headers, s->nheaders * sizeof(*more));
		size_t name_len = (size_t)(colon - one.at);
		more[s->nheaders].name = str_text(a, str_trim((struct str){ one.at, name_len }));
		more[s->nheaders].value = str_text(
			a, str_trim((struct str){ colon + 1, one.len - name_len - 1 }));
		log_redact(more[s->nheaders].value);
		s->headers = more;
		s->nheaders++;
	}
}

static bool read_pem(struct arena *a, const char *path, const char **out, struct err *e)
{
	struct str text;

	if (!file_read(a, path, MAX_FILE, &text, e))
		return err_wrap(e, "reading %s", path);
	*out = text.at;
	return true;
}

static bool apply_flag(struct arena *a, const char *flag, const char *value,
		       struct argocd_settings *s, struct err *e)
{
	if (strcmp(flag, "--server") == 0)
		set_server(a, s, value);
	else if (strcmp(flag, "--auth-token") == 0)
		s->token = value;
	else if (strcmp(flag, "--header") == 0 || strcmp(flag, "-H") == 0)
		add_headers(a, s, value);
	else if (strcmp(flag, "--grpc-web-root-path") == 0) {
		struct connect_place p = connect_place_of(a, s->base);
		p.root = trim_slashes(a, value);
		set_place(a, s, &p);
	} else if (strcmp(flag, "--server-crt") == 0)
		return read_pem(a, value, &s->ca, e);
	else if (strcmp(flag, "--client-crt") == 0)
		return read_pem(a, value, &s->certificate, e);
	else if (strcmp(flag, "--client-crt-key") == 0)
		return read_pem(a, value, &s->key, e);
	return true;
}

static bool takes_value(const char *flag)
{
	static const char *const flags[] = {
		"--server", "--auth-token", "--header", "-H", "--grpc-web-root-path", "--server-crt",
		"--client-crt", "--client-crt-key", "--config", "--argocd-context", "--logformat",
		"--loglevel", "--http-retry-max", "--kube-context", "--controller-name",
		"--port-forward-namespace", "--redis-name", "--repo-server-name", "--server-name",
	};

	for (size_t i = 0; i < COUNTOF(flags); i++)
		if (strcmp(flags[i], flag) == 0)
			return true;
	return false;
}

bool argocd_settings_apply_flags(struct arena *a, const char *flags, struct argocd_settings *s,
				 struct err *e)
{
	const char *word;

	if (strlen(flags) > MAX_FLAGS)
		return err_set(e, ERR_LIMIT, "ARGOCD_OPTS is longer than %d bytes", MAX_FLAGS);
	while ((word = connect_next_word(a, &flags)) != NULL) {
		const char *equals = strchr(word, '=');
		const char *flag = equals ? str_copy_n(a, word, (size_t)(equals - word)) : word;
		const char *value = equals ? equals + 1 : NULL;
		bool off = value && strcmp(value, "false") == 0;
		if (takes_value(flag)) {
			value = value ? value : connect_next_word(a, &flags);
			if (!value)
				return err_set(e, ERR_CONFIG, "ARGOCD_OPTS: %s has no value", flag);
			if (!apply_flag(a, flag, value, s, e))
				return err_wrap(e, "ARGOCD_OPTS");
		} else if (strcmp(flag, "--insecure") == 0) {
			s->insecure = !off;
		} else if (strcmp(flag, "--plaintext") == 0) {
			struct connect_place p = connect_place_of(a, s->base);
			p.plain = !off;
			set_place(a, s, &p);
		}
	}
	return true;
}

/* The value of one flag of ARGOCD_OPTS, for those that say which file to read. */
static const char *flag_value(struct arena *a, const char *flags, const char *name)
{
	const char *word, *found = NULL;

	while ((word = connect_next_word(a, &flags)) != NULL) {
		size_t len = strlen(name);
		if (strncmp(word, name, len) != 0)
			continue;
		if (word[len] == '=')
			found = word + len + 1;
		else if (!word[len])
			found = connect_next_word(a, &flags);
	}
	return found;
}

static const char *file_path(struct arena *a, const char *flags)
{
	const char *given = flag_value(a, flags, "--config"), *folder = getenv("ARGOCD_CONFIG_DIR");
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");

	if (given)
		return given;
	if (folder && *folder)
		return path_join(a, folder, "config");
	if (home && folder_exists(path_join(a, home, ".argocd")))
		return path_join(a, home, ".argocd/config");
	if (xdg && *xdg)
		return path_join(a, xdg, "argocd/config");
	return home ? path_join(a, home, ".config/argocd/config") : NULL;
}

static bool connect_read_file(struct arena *a, const char *path, const char *context,
			      struct argocd_settings *s, struct err *e)
{
	struct argocd_login_file f = { .name = path, .context = context };
	struct stat st;

	if (!path || stat(path, &st) != 0)
		return true;
	if (st.st_mode & 077)
		return err_set(e, ERR_CONFIG, "%s can be read by others; run chmod 600 %s", path, path);
	if (!file_read(a, path, MAX_FILE, &f.text, e))
		return err_wrap(e, "reading %s", path);
	return argocd_settings_read(a, &f, s, e);
}

bool argocd_settings_find(struct arena *a, struct argocd_settings *out, struct err *e)
{
	const char *flags = getenv("ARGOCD_OPTS"), *server = getenv("ARGOCD_SERVER");
	const char *token = getenv("ARGOCD_AUTH_TOKEN");
	struct argocd_settings s = { 0 };

	flags = flags ? flags : "";
	/* With the address in the environment a broken or alien file must not be in the way. */
	if (!connect_read_file(a, file_path(a, flags), flag_value(a, flags, "--argocd-context"), &s,
			       e)) {
		if (!server || !*server || !token || !*token)
			return false;
		s = (struct argocd_settings){ 0 };
	}
	if (server && *server) {
		set_server(a, &s, server);
		s.origin = "ARGOCD_SERVER";
	}
	if (token && *token)
		s.token = token;
	if (!argocd_settings_apply_flags(a, flags, &s, e))
		return false;
	if (s.token)
		log_redact(s.token);
	*out = s;
	return true;
}
