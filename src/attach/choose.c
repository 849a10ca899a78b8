/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster says more than Kargo's own API and can be asked for rights, so it is preferred. */
#include "attach/choose.h"

#include <string.h>

#include "attach/kubernetes.h"
#include "attach/rest.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/glob.h"
#include "kube/config.h"

#define LOGIN "kargo"

enum { CONTEXTS_MAX = 500 };

void attach_contexts(struct arena *a, struct list *out)
{
	const char *current;
	struct err ignored;

	if (!kube_contexts(a, NULL, out, &current, &ignored))
		out->count = 0;
}

static bool choose_has(const struct list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static bool choose_is_context(const char *name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list names = { 0 };

	attach_contexts(a, &names);
	return choose_has(&names, name);
}

static bool choose_add_glob(struct arena *a, const char *glob, struct list *out, struct err *e)
{
	AUTO(buf) struct buf known;
	struct list names = { 0 };
	const char *current;
	bool any = false;

	buf_init(&known, CONTEXTS_MAX);
	if (!kube_contexts(a, NULL, &names, &current, e))
		return err_wrap(e, "finding the contexts that match \"%s\"", glob);
	for (size_t i = 0; i < names.count; i++) {
		buf_format(&known, "%s%s", i ? ", " : "", (const char *)names.items[i]);
		if (!glob_matches(glob, names.items[i]))
			continue;
		any = true;
		if (!choose_has(out, names.items[i]))
			list_add(a, out, names.items[i]);
	}
	return any || err_set(e, ERR_NAME, "no context of the kubeconfig matches \"%s\"; there are: %s",
			      glob, names.count ? buf_str(&known) : "none");
}

bool attach_places(struct arena *a, const struct list *named, struct list *out, struct err *e)
{
	for (size_t i = 0; i < named->count; i++) {
		const char *name = named->items[i];
		bool is_plain = glob_is_plain(name) || strstr(name, "://") || choose_is_context(name);

		if (is_plain && !choose_has(out, name))
			list_add(a, out, str_copy(a, name));
		if (!is_plain && !choose_add_glob(a, name, out, e))
			return false;
	}
	return true;
}

/* A context may have slashes, a project has none. */
bool attach_narrow(struct arena *a, const struct list *named, const char *context, struct list *out)
{
	for (size_t i = 0; i < named->count; i++) {
		const char *name = named->items[i], *slash = strrchr(name, '/');
		const char *of = slash ? str_copy_n(a, name, (size_t)(slash - name)) : context;

		if (strcmp(of, context) == 0 || glob_matches(of, context))
			list_add(a, out, slash ? slash + 1 : name);
	}
	return out->count || !named->count;
}

bool attach_choose(const char *where, struct attach_transport *out, struct err *e)
{
	struct err failed, ignored;

	if (has_prefix(where, "https://") || has_prefix(where, "http://"))
		return attach_rest_open(where, out, e);
	if (strcmp(where, LOGIN) == 0 && !choose_is_context(where))
		return attach_rest_open(NULL, out, e);
	if (attach_kubernetes_open(where, out, &failed))
		return true;
	/* Without any kubeconfig a login to Kargo is what can be meant. */
	if (!*where && failed.code == ERR_NOT_FOUND && attach_rest_open(NULL, out, &ignored))
		return true;
	*e = failed;
	return false;
}
