/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster says more than Kargo's own API and can be asked for rights, so it is preferred. */
#include "attach/choose.h"

#include <string.h>

#include "attach/kubernetes.h"
#include "attach/rest.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "kube/config.h"

#define LOGIN "kargo"

static bool choose_is_context(const char *name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list names = { 0 };
	const char *current;
	struct err ignored;
	bool found = false;

	if (!kube_contexts(a, NULL, &names, &current, &ignored))
		return false;
	for (size_t i = 0; i < names.count && !found; i++)
		found = strcmp(names.items[i], name) == 0;
	return found;
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
