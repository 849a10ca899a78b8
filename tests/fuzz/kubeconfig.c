/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kubeconfig, by way of a file without a name: every context in it either leads to a whole cluster or to a
 * sentence that names the file.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/list.h"
#include "kube/config.h"

static void look(struct arena *a, const char *path, const char *context)
{
	const struct kube_search search = { .paths = path, .context = context };
	struct err e = { 0 };
	struct kube_access k;

	if (!kube_access_find(a, &search, &k, &e)) {
		FUZZ_CHECK(e.code != ERR_NONE && *e.message, "no reason");
		FUZZ_CHECK(strstr(e.message, path) || e.code == ERR_NOT_FOUND || e.code == ERR_LIMIT, e.message);
		return;
	}
	FUZZ_CHECK(k.server && strstr(k.server, "://") && k.namespace && k.origin && k.user.name, k.server);
	FUZZ_CHECK(!k.user.certificate == !k.user.key, k.server);
	FUZZ_CHECK(!k.user.plugin || (k.user.plugin->argv[0] && k.user.plugin->api_version), k.server);
	for (size_t i = 0; i < k.user.nimpersonation; i++)
		FUZZ_CHECK(k.user.impersonation, k.server);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	int fd = memfd_create("kubeconfig", 0);
	struct list names = { 0 };
	const char *path, *current;
	struct err e;

	unsetenv("KUBERNETES_SERVICE_HOST");
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	path = str_format(a, "/proc/self/fd/%d", fd);
	look(a, path, NULL);
	if (kube_contexts(a, path, &names, &current, &e))
		for (size_t i = 0; i < names.count && i < 20; i++)
			look(a, path, names.items[i]);
	close(fd);
	return 0;
}
