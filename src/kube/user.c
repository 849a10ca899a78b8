/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What wins over what is kubectl's: data over files, a token's file over the token, both over a plugin. Old
 * "auth-provider" entries, which kubectl no longer runs, are refused with the way out.
 */
#include "kube/login.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/folder.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/percent.h"
#include "data/value.h"
#include "kube/access.h"
#include "kube/kubeconfig.h"
#include "net/http.h"

#define PLUGIN_V1 "client.authentication.k8s.io/v1"
#define PLUGIN_V1BETA1 "client.authentication.k8s.io/v1beta1"

enum { MOST_ELEMENTS = 1000 };

/* A list of texts under a field, or of maps whose texts are taken by the caller. */
static bool user_list(const struct kube_entry *at, const char *field, const struct value **out, struct err *e)
{
	const struct value *list = value_get(at->body, field);

	*out = NULL;
	if (!list || value_is(list, VALUE_NULL))
		return true;
	if (!value_is(list, VALUE_LIST))
		return kube_complain(at, list, e, "%s must be a list", field);
	if (value_count(list) > MOST_ELEMENTS)
		return kube_complain(at, list, e, "%s has more than %d elements", field, MOST_ELEMENTS);
	*out = list;
	return true;
}

static bool user_text_of(const struct kube_entry *at, const char *field, const struct value *v,
			   const char **out, struct err *e)
{
	if (!value_is(v, VALUE_STRING) || strlen(v->string.at) != v->string.len)
		return kube_complain(at, v, e, "each of %s must be a text; put it in quotes", field);
	*out = v->string.at;
	return true;
}

static bool user_asking(const struct kube_entry *at, struct kube_plugin *p, struct err *e)
{
	static const char *const words[] = { "Never", "IfAvailable", "Always" };
	const char *word = NULL;

	if (!kube_field_text(at, "interactiveMode", &word, e))
		return false;
	if (!word && strcmp(p->api_version, PLUGIN_V1) == 0)
		return kube_complain(at, NULL, e, "exec.interactiveMode is missing, which " PLUGIN_V1
				     " needs: Never, IfAvailable or Always");
	p->asking = KUBE_ASKS_IF_IT_CAN;
	if (!word)
		return true;
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (strcmp(word, words[i]) == 0) {
			p->asking = (enum kube_asking)i;
			return true;
		}
	}
	return kube_complain(at, value_get(at->body, "interactiveMode"), e,
			     "exec.interactiveMode must be Never, IfAvailable or Always, not '%s'", word);
}

static bool user_argv(struct arena *a, const struct kube_entry *at, struct kube_plugin *p, struct err *e)
{
	const struct value *args;
	const char *command = NULL, *text = NULL;
	struct list argv = { 0 };

	if (!kube_field_text(at, "command", &command, e) || !user_list(at, "args", &args, e))
		return false;
	if (!command)
		return kube_complain(at, NULL, e, "exec has no command; add the program that gives "
				     "credentials");
	/* A path is relative to the file; a name is looked up in PATH. */
	list_add(a, &argv, strchr(command, '/') ? path_join(a, at->folder, command) : command);
	for (size_t i = 0; i < value_count(args); i++) {
		if (!user_text_of(at, "exec.args", value_at(args, i), &text, e))
			return false;
		list_add(a, &argv, text);
	}
	list_add(a, &argv, NULL);
	p->argv = (const char *const *)argv.items;
	return true;
}

static bool user_environment(struct arena *a, const struct kube_entry *at, struct kube_plugin *p,
			       struct err *e)
{
	const struct value *env;
	struct list all = { 0 };

	if (!user_list(at, "env", &env, e))
		return false;
	for (size_t i = 0; i < value_count(env); i++) {
		const struct value *v = value_at(env, i);
		const char *name = value_path_text(v, "name", ""), *value = value_path_text(v, "value", "");

		if (!*name || strchr(name, '='))
			return kube_complain(at, v, e, "each of exec.env must have a name and a value, both "
					     "texts");
		list_add(a, &all, str_format(a, "%s=%s", name, value));
	}
	list_add(a, &all, NULL);
	p->env = (const char *const *)all.items;
	return true;
}

/* The settings that a cluster's entry has for plugins. */
static const struct value *user_plugin_settings(const struct kube_entry *cluster)
{
	const struct value *all = value_get(cluster->body, "extensions");

	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *one = value_at(all, i);

		if (strcmp(value_path_text(one, "name", ""), "client.authentication.k8s.io/exec") == 0)
			return value_get(one, "extension");
	}
	return NULL;
}

static bool user_plugin(struct arena *a, const struct kube_entry *user, const struct kube_entry *cluster,
			  const struct kube_plugin **out, struct err *e)
{
	const struct value *exec = value_get(user->body, "exec");
	struct kube_entry at = *user;
	struct kube_plugin *p = arena_alloc(a, sizeof(*p));

	if (!exec || value_is(exec, VALUE_NULL))
		return true;
	if (!value_is(exec, VALUE_MAP))
		return kube_complain(user, exec, e, "exec must be a map with apiVersion and command");
	at.body = exec;
	at.line = exec->line;
	p->api_version = "";
	p->settings = user_plugin_settings(cluster);
	if (!kube_field_text(&at, "apiVersion", &p->api_version, e))
		return false;
	if (strcmp(p->api_version, PLUGIN_V1) != 0 && strcmp(p->api_version, PLUGIN_V1BETA1) != 0)
		return kube_complain(&at, value_get(exec, "apiVersion"), e, "exec.apiVersion must be "
				     PLUGIN_V1 " or " PLUGIN_V1BETA1 ", not '%s'; update the kubeconfig with "
				     "the tool that wrote it", p->api_version);
	*out = p;
	return user_argv(a, &at, p, e) && user_environment(a, &at, p, e) && user_asking(&at, p, e) &&
	       kube_field_text(&at, "installHint", &p->hint, e) &&
	       kube_field_bool(&at, "provideClusterInfo", &p->wants_cluster, e);
}

/* Headers by which one user acts as another. */
struct user_headers {
	struct arena *a;
	const struct kube_entry *user;
	struct http_header *at;
	size_t count, room;
};

static void user_add_header(struct user_headers *h, const char *name, const char *value)
{
	if (h->count == h->room) {
		struct http_header *more;

		h->room = h->room ? h->room * 2 : 8;
		more = arena_array(h->a, h->room, sizeof(*more));
		if (h->count)
			memcpy(more, h->at, h->count * sizeof(*more));
		h->at = more;
	}
	h->at[h->count++] = (struct http_header){ name, value };
}

/* texts: a list. */
static bool user_add_texts(struct user_headers *h, const char *name, const struct value *texts, struct err *e)
{
	const char *text = NULL;

	for (size_t i = 0; i < value_count(texts); i++) {
		if (!user_text_of(h->user, "as-groups and as-user-extra", value_at(texts, i), &text, e))
			return false;
		user_add_header(h, name, text);
	}
	return true;
}

/* "as-user-extra": keys become part of a header's name, which is a token (RFC 9110, 5.6.2). */
static bool user_add_extra(struct user_headers *h, struct err *e)
{
	const struct value *extra = value_get(h->user->body, "as-user-extra");

	if (!extra || value_is(extra, VALUE_NULL))
		return true;
	if (!value_is(extra, VALUE_MAP))
		return kube_complain(h->user, extra, e, "as-user-extra must be a map of lists");
	for (size_t i = 0; i < value_count(extra); i++) {
		const struct value_member *m = &extra->map.members[i];
		const char *key = percent_encode(h->a, str_text(h->a, m->key), "!#$&'*+-.^_`|~");

		if (!value_is(m->value, VALUE_LIST))
			return kube_complain(h->user, m->value, e, "each of as-user-extra must be a list of "
					     "texts");
		if (!user_add_texts(h, str_format(h->a, "Impersonate-Extra-%s", key), m->value, e))
			return false;
	}
	return true;
}

static bool user_impersonation(struct arena *a, const struct kube_entry *user, struct kube_user *out,
			       struct err *e)
{
	struct user_headers h = { .a = a, .user = user };
	const char *as = NULL, *uid = NULL;
	const struct value *groups;

	if (!kube_field_text(user, "as", &as, e) || !kube_field_text(user, "as-uid", &uid, e) ||
	    !user_list(user, "as-groups", &groups, e))
		return false;
	if (as)
		user_add_header(&h, "Impersonate-User", as);
	if (uid)
		user_add_header(&h, "Impersonate-Uid", uid);
	if (!user_add_texts(&h, "Impersonate-Group", groups, e) || !user_add_extra(&h, e))
		return false;
	if (h.count && !as)
		return kube_complain(user, NULL, e, "as-uid, as-groups and as-user-extra need as: NAME, "
				     "the user to act for");
	out->impersonation = h.at;
	out->nimpersonation = h.count;
	return true;
}

static bool user_certificate(struct arena *a, const struct kube_entry *user, struct kube_user *out,
			     struct err *e)
{
	if (!kube_field_pem(a, user, "client-certificate", &out->certificate, e) ||
	    !kube_field_pem(a, user, "client-key", &out->key, e))
		return false;
	if (!out->certificate != !out->key)
		return kube_complain(user, NULL, e, "client-certificate and client-key belong together; add "
				     "the other one");
	/* A library that is to read one would ask for its password on the terminal. */
	if (out->key && strstr(out->key, "ENCRYPTED"))
		return kube_complain(user, NULL, e, "client-key is encrypted, and gantry can't ask for its "
				     "password; decrypt it with openssl pkey");
	if (out->key)
		log_redact(out->key);
	return true;
}

bool kube_user_read(struct arena *a, const struct kube_entry *user, const struct kube_entry *cluster,
		    struct kube_user *out, struct err *e)
{
	struct kube_user u = { .name = user->name };
	const struct value *old = value_get(user->body, "auth-provider");

	if (!kube_field_text(user, "token", &u.token, e) ||
	    !kube_field_path(a, user, "tokenFile", &u.token_file, e) ||
	    !kube_field_text(user, "username", &u.username, e) ||
	    !kube_field_text(user, "password", &u.password, e) || !user_certificate(a, user, &u, e) ||
	    !user_plugin(a, user, cluster, &u.plugin, e) || !user_impersonation(a, user, &u, e))
		return false;
	if (u.token)
		log_redact(u.token);
	if (u.password)
		log_redact(u.password);
	if ((u.token || u.token_file) && (u.username || u.password))
		return kube_complain(user, NULL, e, "it has both a token and a username; remove one "
				     "of them");
	if (old && !value_is(old, VALUE_NULL) && !u.plugin && !u.token && !u.token_file && !u.certificate)
		return kube_complain(user, old, e, "auth-provider was removed from Kubernetes; log in with "
				     "your provider's plugin, which writes exec instead");
	*out = u;
	return true;
}
