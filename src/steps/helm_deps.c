/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helm gets repositories and credentials through the files that "helm repo add" and "helm registry
 * login" would write: those commands each ask the network, and a password would pass through one
 * more program.
 */
#include "steps/helm_deps.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml_tree.h"
#include "model/credentials.h"
#include "net/http.h"
#include "net/url.h"
#include "steps/step.h"
#include "steps/text_file.h"
#include "steps/tool.h"
#include "steps/workdir.h"

enum { PROBE_MS = 3000 };

static const char oci[] = "oci://", local[] = "file://";

struct fetching {
	struct step_run *r;
	const char *path;               /* the chart's folder, beneath the work directory */
	struct value *repositories;     /* of repositories.yaml */
	struct value *logins;           /* of registry/config.json, by host */
	size_t oci, plain;              /* dependencies from registries, and those without TLS */
	struct err *e;
};

const char *helm_deps_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *v = yaml_node_get(map, str_of(key));

	return v && v->kind == YAML_SCALAR ? v->text.at : "";
}

/* A chart in a folder of the work directory, that helm packs with all it links to. */
static bool check_local(struct fetching *f, const char *repository)
{
	const char *to = repository + strlen(local);
	struct arena *a = f->r->arena;

	if (*to == '/')
		return err_set(f->e, ERR_REFUSED, "%s: a local dependency must be relative",
			       repository);
	return tool_check_links(f->r, path_join(a, f->path, to), f->e) ||
	       err_wrap(f->e, "%s", repository);
}

/* On this machine a registry may do without TLS; elsewhere it may not. */
static bool helm_deps_is_plain(struct fetching *f, const char *host)
{
	struct arena *a = f->r->arena;
	struct http_request rq = { .kind = TRAFFIC_CHART, .timeout_ms = PROBE_MS, .insecure = true,
				   .cancelled = f->r->cancelled };
	struct http_reply reply;
	struct url u;
	struct err e;

	if (!url_parse(a, str_format(a, "https://%s/v2/", host), &u, &e) || !is_loopback_host(u.host))
		return false;
	rq.url = str_format(a, "https://%s/v2/", host);
	return !f->r->services->http || !http_send(f->r->services->http, a, &rq, &reply, &e);
}

static void add_registry(struct fetching *f, const char *repository, const struct credentials *who)
{
	struct arena *a = f->r->arena;
	const char *rest = repository + strlen(oci), *host = str_copy_n(a, rest, strcspn(rest, "/"));
	struct value *login = value_map(a);

	f->oci++;
	f->plain += helm_deps_is_plain(f, host);
	if (!who->username)
		return;
	value_set(a, login, "auth", value_string(a, base64_encode(a, str_of(str_format(a, "%s:%s",
						    who->username, who->password))).at));
	value_set(a, f->logins, strcmp(host, "docker.io") == 0 ? "https://index.docker.io/v1/" : host,
		  login);
}

static void add_repository(struct fetching *f, const char *url, const struct credentials *who)
{
	struct arena *a = f->r->arena;
	struct value *entry = value_map(a);

	value_set(a, entry, "name",
		  value_string(a, str_format(a, "repository-%zu", value_count(f->repositories))));
	value_set(a, entry, "url", value_string(a, url));
	if (who->username) {
		value_set(a, entry, "username", value_string(a, who->username));
		value_set(a, entry, "password", value_string(a, who->password));
	}
	value_append(a, f->repositories, entry);
}

static bool helm_deps_is_known(const struct yaml_node *dependencies, size_t at)
{
	const char *repository = helm_deps_text(dependencies->items[at], "repository");

	for (size_t i = 0; i < at; i++)
		if (strcmp(helm_deps_text(dependencies->items[i], "repository"), repository) == 0)
			return true;
	return false;
}

static bool helm_deps_add(struct fetching *f, const char *repository)
{
	const struct step_services *s = f->r->services;
	struct credentials who = { .username = NULL };

	if (has_prefix(repository, local))
		return check_local(f, repository);
	if (s->credentials &&
	    !s->credentials(s->context, f->r->arena,
			    &(struct credentials_query){ "helm", repository, NULL }, &who, f->e))
		return false;
	if (!who.password)
		who.username = NULL;
	if (has_prefix(repository, oci))
		add_registry(f, repository, &who);
	else if (has_prefix(repository, "https://") || has_prefix(repository, "http://"))
		add_repository(f, repository, &who);
	return true;
}

static bool write_config(struct fetching *f, struct tool *t, const char *name, const char *key,
			 struct value *v)
{
	struct arena *a = f->r->arena;
	const char *path = path_join(a, tool_config_folder(t), name), *text;
	struct value *all = value_map(a);

	value_set(a, all, "apiVersion", value_string(a, "v1"));
	value_set(a, all, key, v);
	text = json_text(a, all, 0);
	return folder_make(path_folder(a, path), 0700, f->e) &&
	       file_write(path, text, strlen(text), 0600, f->e);
}

static bool run_helm(struct fetching *f, struct tool *t, const char *verb)
{
	struct list argv = { 0 };
	const char *absolute;
	struct str unused;

	if (!workdir_resolve(f->r->work, f->r->arena, f->path, &absolute, f->e) ||
	    !write_config(f, t, "repositories.yaml", "repositories", f->repositories) ||
	    !write_config(f, t, "registry/config.json", "auths", f->logins))
		return false;
	tool_argument(t, &argv, "helm", "");
	tool_argument(t, &argv, "dependency", "");
	tool_argument(t, &argv, verb, "");
	if (f->oci && f->plain == f->oci)
		tool_argument(t, &argv, "--plain-http", "");
	tool_argument(t, &argv, "--", "");
	tool_argument(t, &argv, absolute, "");
	return tool_run(t, &argv, &unused, f->e);
}

bool helm_deps_fetch(struct step_run *r, const char *verb, const char *path,
		     const struct yaml_node *dependencies, struct err *e)
{
	struct fetching f = { .r = r, .path = path, .repositories = value_list(r->arena),
			      .logins = value_map(r->arena), .e = e };
	struct tool t;
	bool fine;

	for (size_t i = 0; dependencies && i < dependencies->count; i++)
		if (!helm_deps_is_known(dependencies, i) &&
		    !helm_deps_add(&f, helm_deps_text(dependencies->items[i], "repository")))
			return false;
	if (!tool_check_links(r, path, e) || !tool_begin(r, true, &t, e))
		return false;
	fine = run_helm(&f, &t, verb);
	tool_end(&t);
	return fine;
}
