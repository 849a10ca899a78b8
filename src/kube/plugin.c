/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin that may talk to a person gets the terminal as its input and errors, and stays in our process
 * group, so that Ctrl-C ends it too. Without a terminal its errors are kept for the message.
 */
#define _GNU_SOURCE
#include "kube/login.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/process.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "kube/access.h"

enum { ALONE_MS = 60 * 1000, WITH_PERSON_MS = 5 * 60 * 1000 };

static void plugin_put(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

static struct value *plugin_cluster(struct arena *a, const struct kube_access *access)
{
	struct value *cluster = value_map(a);

	plugin_put(a, cluster, "server", access->server);
	plugin_put(a, cluster, "tls-server-name", access->tls_name);
	if (access->insecure)
		value_set(a, cluster, "insecure-skip-tls-verify", value_bool(a, true));
	if (access->ca)
		plugin_put(a, cluster, "certificate-authority-data", base64_encode(a, str_of(access->ca)).at);
	plugin_put(a, cluster, "proxy-url", access->proxy);
	if (access->user.plugin->settings)
		value_set(a, cluster, "config", value_copy(a, access->user.plugin->settings));
	return cluster;
}

/* KUBERNETES_EXEC_INFO: an ExecCredential without a status. */
static const char *plugin_info(struct arena *a, const struct kube_access *access, bool has_terminal)
{
	struct value *info = value_map(a), *spec = value_map(a);

	plugin_put(a, info, "kind", "ExecCredential");
	plugin_put(a, info, "apiVersion", access->user.plugin->api_version);
	value_set(a, spec, "interactive", value_bool(a, has_terminal));
	if (access->user.plugin->wants_cluster)
		value_set(a, spec, "cluster", plugin_cluster(a, access));
	value_set(a, info, "spec", spec);
	return json_text(a, info, 0);
}

static bool plugin_check_kind(const struct kube_plugin *plugin, const struct value *v, struct err *e)
{
	const char *kind = value_path_text(v, "kind", ""), *version = value_path_text(v, "apiVersion", "");

	if (strcmp(kind, "ExecCredential") != 0)
		return err_set(e, ERR_AUTH, "its output is not an ExecCredential");
	if (strcmp(version, plugin->api_version) != 0)
		return err_set(e, ERR_AUTH, "it answers in apiVersion '%.80s', and the kubeconfig asks for "
			       "%s; update one of them", version, plugin->api_version);
	return true;
}

static bool plugin_read(struct arena *a, const struct kube_plugin *plugin, struct str answer,
			struct kube_gift *out, struct err *e)
{
	struct kube_gift g = { 0 };
	const struct value *status;
	const char *expires;
	struct err ignored;
	struct value *v;

	if (!json_parse(a, answer.at, answer.len, &v, &ignored))
		return err_set(e, ERR_AUTH, "its output is not JSON");
	if (!plugin_check_kind(plugin, v, e))
		return false;
	status = value_get(v, "status");
	g.token = value_path_text(status, "token", NULL);
	g.certificate = value_path_text(status, "clientCertificateData", NULL);
	g.key = value_path_text(status, "clientKeyData", NULL);
	expires = value_path_text(status, "expirationTimestamp", NULL);
	/* Before any sentence, in which they might be. */
	if (g.token)
		log_redact(g.token);
	if (g.key)
		log_redact(g.key);
	if (!g.certificate != !g.key)
		return err_set(e, ERR_AUTH, "it gave a client certificate or its key, but not both");
	if (!g.token && !g.certificate)
		return err_set(e, ERR_AUTH, "it gave neither a token nor a client certificate");
	if ((g.token && strpbrk(g.token, "\r\n")) || (g.key && strstr(g.key, "ENCRYPTED")))
		return err_set(e, ERR_AUTH, "it gave a token of several lines, or a key with a password");
	if (expires && !clock_parse(expires, &g.expires))
		return err_set(e, ERR_AUTH, "its expirationTimestamp '%.80s' is not a time",
			       expires);
	*out = g;
	return true;
}

/* Plugins get our whole environment, as kubectl's do: each has variables of its own. */
static const char *const *plugin_environment(struct arena *a, const struct kube_plugin *plugin,
					     const char *info)
{
	struct list all = { 0 };

	for (char **v = environ; v && *v; v++)
		list_add(a, &all, *v);
	for (const char *const *v = plugin->env; v && *v; v++)
		list_add(a, &all, *v);
	list_add(a, &all, str_format(a, "KUBERNETES_EXEC_INFO=%s", info));
	list_add(a, &all, NULL);
	return (const char *const *)all.items;
}

static bool plugin_missing(const struct kube_plugin *plugin, struct err *e)
{
	return err_set(e, ERR_CONFIG, "the program '%s', which gives the credentials, is not "
		       "installed%s%.500s", plugin->argv[0], plugin->hint ? ": " : "",
		       plugin->hint ? plugin->hint : "");
}

/* What it said last before it gave up. */
static const char *plugin_said(struct arena *a, struct str error)
{
	struct str said = str_trim(error);

	if (!said.len)
		return "";
	if (said.len > 400)
		said = (struct str){ said.at + said.len - 400, 400 };
	return str_format(a, ": %s", str_line(a, str_clean(a, said.at, said.len, 400), 400));
}

bool kube_plugin_ask(struct arena *a, const struct kube_plugin_run *run, struct kube_gift *out,
		     struct err *e)
{
	const struct kube_plugin *plugin = run->access->user.plugin;
	struct process p = { .cancelled = run->cancelled };
	struct process_result r;
	bool talks;

	assert(plugin && plugin->argv && plugin->argv[0]);
	talks = run->has_terminal && plugin->asking != KUBE_ASKS_NEVER;
	if (plugin->asking == KUBE_ASKS_ALWAYS && !talks)
		return err_set(e, ERR_AUTH, "'%s' wants to ask you on the terminal, which it can't do here; "
			       "run kubectl get ns first, so that it remembers the login",
			       plugin->argv[0]);
	p.argv = plugin->argv;
	p.env = plugin_environment(a, plugin, plugin_info(a, run->access, talks));
	p.timeout_ms = talks ? WITH_PERSON_MS : ALONE_MS;
	p.terminal = talks;
	if (!process_run(a, &p, &r, e)) {
		if (e->code == ERR_NOT_FOUND)
			return plugin_missing(plugin, e);
		return err_wrap(e, "asking for credentials");
	}
	if (r.status != 0)
		return err_again(e, ERR_AUTH, "asking for credentials: %s ended with %d%s", plugin->argv[0],
				 r.status, plugin_said(a, r.error));
	return plugin_read(a, plugin, r.out, out, e) ||
	       err_wrap(e, "asking '%s' for credentials", plugin->argv[0]);
}
