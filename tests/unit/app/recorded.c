/* SPDX-License-Identifier: Apache-2.0 */
/* Which clusters are meant where only the ledger is read: by their names, each once. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "config/settings.h"
#include "tap.h"

static const char kubeconfig[] =
	"current-context: staging\n"
	"clusters: [{name: x, cluster: {server: 'http://127.0.0.1:1'}}]\n"
	"users: [{name: x, user: {token: abcdef}}]\n"
	"contexts: [{name: staging, context: {cluster: x, user: x}}, "
	"{name: prod, context: {cluster: x, user: x}}]\n";

/* What is said of an empty ledger, and what the ledger of shop is called, where these are attached. */
static void says(const char *first, const char *second, const char *none, const char *called)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder, *path, *name = NULL;
	struct settings *s = NULL;
	struct list found = { 0 };
	struct err e;

	ok(folder_temporary(a, "gantry-app-", &folder, &e), "a folder");
	path = path_join(a, folder, "kubeconfig");
	ok(file_write(path, kubeconfig, strlen(kubeconfig), 0600, &e) && !setenv("KUBECONFIG", path, 1),
	   "two contexts");
	ok(settings_load(a, NULL, &s, &e) &&
	   settings_set(a, s, "ledger", path_join(a, folder, "ledger"), &e) &&
	   settings_set(a, s, "attach", first, &e) &&
	   (!second || settings_set(a, s, "attach", second, &e)), "settings");
	ok(!app_recorded_projects(s, a, &found, &e) && e.code == ERR_NOT_FOUND, "nothing is recorded");
	is_text(e.message, str_format(a, "the ledger %s has no history of a project of Kargo at %s; gantry agent "
				      "--attach records one", s->ledger, none), "which names the clusters");
	is_text(app_ledger_name(s, a, "shop", &name, &e) ? name : e.message, called, "the project's ledger");
	ok(app_ledger_name(s, a, "prod/shop", &name, &e), "with its cluster it is always clear");
	is_text(name, "shop@prod", "which one it is");
	ok(!unsetenv("KUBECONFIG") && folder_remove(folder, &e), "cleared away");
}

TEST(clusters_are_called_by_their_contexts)
{
	says("", NULL, "staging", "shop@staging");
	says("prod", "staging", "prod or staging", "several clusters; say which with --project prod/shop");
	says("", "staging", "staging", "shop@staging");
}
