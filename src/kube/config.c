/* SPDX-License-Identifier: Apache-2.0 */
/* Only the chosen context is checked, so that a broken entry of another cluster does no harm. */
#include "kube/config.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "kube/kubeconfig.h"
#include "kube/login.h"
#include "net/url.h"

static bool config_server(struct arena *a, const struct kube_entry *cluster, struct kube_access *k,
			  struct err *e)
{
	const char *server = NULL;
	struct err failed = { 0 };
	struct url u;
	size_t len;

	if (!kube_field_text(cluster, "server", &server, e))
		return false;
	if (!server)
		return kube_complain(cluster, NULL, e, "it has no server; add its URL: server: "
				     "https://HOST:6443");
	if (!strstr(server, "://"))
		server = str_format(a, "https://%s", server);
	if (!url_parse(a, server, &u, &failed) || u.query || u.username || u.password)
		return kube_complain(cluster, value_get(cluster->body, "server"), e,
				     "server is not a URL like https://HOST:6443");
	len = strlen(server);
	while (len && server[len - 1] == '/')
		len--;
	k->server = str_copy_n(a, server, len);
	return true;
}

static bool config_proxy(const struct kube_entry *cluster, struct kube_access *k, struct err *e)
{
	static const char *const schemes[] = { "http://", "https://", "socks5://", "socks5h://" };

	if (!kube_field_text(cluster, "proxy-url", &k->proxy, e))
		return false;
	if (!k->proxy)
		return true;
	for (size_t i = 0; i < COUNTOF(schemes); i++)
		if (has_prefix(k->proxy, schemes[i]))
			return true;
	return kube_complain(cluster, value_get(cluster->body, "proxy-url"), e,
			     "proxy-url must begin with http://, https:// or socks5://");
}

static bool config_tls_name(const struct kube_entry *cluster, struct kube_access *k, struct err *e)
{
	if (!kube_field_text(cluster, "tls-server-name", &k->tls_name, e))
		return false;
	for (const char *p = k->tls_name; p && *p; p++)
		if (!is_letter(*p) && !is_digit(*p) && !strchr(".-_", *p))
			return kube_complain(cluster, value_get(cluster->body, "tls-server-name"), e,
					     "tls-server-name must be a host's name");
	return true;
}

static bool config_cluster(struct arena *a, const struct kube_entry *cluster, struct kube_access *k,
			   struct err *e)
{
	return config_server(a, cluster, k, e) && config_proxy(cluster, k, e) &&
	       config_tls_name(cluster, k, e) &&
	       kube_field_bool(cluster, "insecure-skip-tls-verify", &k->insecure, e) &&
	       kube_field_pem(a, cluster, "certificate-authority", &k->ca, e);
}

/* What is asked for by a name that no file has. */
static bool config_no_context(struct arena *a, const struct kubeconfig *c, const char *name, struct err *e)
{
	const char *known = "";

	for (size_t i = 0; i < c->contexts.count && i < 20; i++) {
		const struct kube_entry *one = c->contexts.items[i];

		known = str_format(a, "%s%s%s", known, i ? ", " : "", one->name);
	}
	if (!c->file)
		return err_set(e, ERR_NOT_FOUND, "there is no kubeconfig; set KUBECONFIG or write "
			       "~/.kube/config, as kubectl wants it");
	if (!*name)
		return err_set(e, ERR_CONFIG, "%s: there is no current-context; choose one with kubectl "
			       "config use-context NAME, or name it", c->file);
	return err_set(e, ERR_CONFIG, "%s: there is no context '%s'; there are: %s", c->file, name,
		       *known ? known : "none");
}

/* The entry that a context names. Without a user we are anonymous. */
static bool config_named(const struct kube_entry *context, const char *field, const struct list *entries,
			 const struct kube_entry **out, struct err *e)
{
	const char *name = NULL;

	*out = NULL;
	if (!kube_field_text(context, field, &name, e))
		return false;
	if (!name)
		return strcmp(field, "user") == 0 ||
		       kube_complain(context, NULL, e, "it names no %s; add %s: NAME", field, field);
	*out = kubeconfig_find(entries, name);
	return *out || kube_complain(context, value_get(context->body, field), e,
				     "there is no %s '%s' in the kubeconfig", field, name);
}

static bool config_context(struct arena *a, const struct kubeconfig *c, const struct kube_entry *context,
			   struct kube_access *out, struct err *e)
{
	struct kube_access k = { .context = context->name, .namespace = "default" };
	const struct kube_entry *cluster, *user;

	k.origin = str_format(a, "context '%s' of %s", context->name, context->file);
	if (!kube_field_text(context, "namespace", &k.namespace, e) ||
	    !config_named(context, "cluster", &c->clusters, &cluster, e) ||
	    !config_named(context, "user", &c->users, &user, e) || !config_cluster(a, cluster, &k, e))
		return false;
	k.user.name = user ? user->name : "";
	if (user && !kube_user_read(a, user, cluster, &k.user, e))
		return false;
	*out = k;
	return true;
}

bool kube_access_find(struct arena *a, const struct kube_search *search, struct kube_access *out,
		      struct err *e)
{
	const struct kube_entry *context;
	struct kubeconfig c;
	const char *name;

	if (!kubeconfig_read(a, search->paths, &c, e))
		return false;
	name = search->context && *search->context ? search->context : c.current;
	context = kubeconfig_find(&c.contexts, name);
	if (context)
		return config_context(a, &c, context, out, e);
	if (strcmp(name, KUBE_IN_CLUSTER) == 0 || (!*name && !c.contexts.count && kube_is_in_cluster()))
		return kube_in_cluster(a, NULL, out, e);
	return config_no_context(a, &c, name, e);
}

bool kube_contexts(struct arena *a, const char *paths, struct list *names, const char **current,
		   struct err *e)
{
	struct kubeconfig c;

	if (!kubeconfig_read(a, paths, &c, e))
		return false;
	for (size_t i = 0; i < c.contexts.count; i++)
		list_add(a, names, ((const struct kube_entry *)c.contexts.items[i])->name);
	*current = c.current;
	if (!c.contexts.count && kube_is_in_cluster()) {
		list_add(a, names, KUBE_IN_CLUSTER);
		*current = KUBE_IN_CLUSTER;
	}
	return true;
}
