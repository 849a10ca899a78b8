/* SPDX-License-Identifier: Apache-2.0 */
/* Which contexts of a kubeconfig are meant, what is said when none is, and which projects there. */
#include "attach/choose.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "tap.h"

/* The places that a name means with such contexts, or else the error, as one text. */
static const char *choose_with(struct arena *a, const char *contexts, const char *name)
{
	char path[] = "kubeconfig-XXXXXX";
	const char *config = str_format(a, "apiVersion: v1\nkind: Config\ncontexts:%s\n", contexts);
	const char *said = "";
	struct list named = { 0 }, places = { 0 };
	struct err e;

	close(mkstemp(path));
	if (!file_write(path, config, strlen(config), 0600, &e))
		return str_copy(a, e.message);
	setenv("KUBECONFIG", path, 1);
	list_add(a, &named, unconst(name));
	if (!attach_places(a, &named, &places, &e))
		said = str_copy(a, e.message);
	for (size_t i = 0; i < places.count; i++)
		said = str_format(a, "%s%s%s", said, i ? ", " : "", (const char *)places.items[i]);
	unsetenv("KUBECONFIG");
	unlink(path);
	return said;
}

#define CONTEXT(name) "\n- {name: '" name "', context: {cluster: c, user: u}}"

TEST(a_glob_means_each_context_that_it_matches)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *contexts = CONTEXT("shop-a") CONTEXT("bank") CONTEXT("shop-b") CONTEXT("odd[1]");

	is_text(choose_with(a, contexts, "shop-*"), "shop-a, shop-b", "in the file's order");
	is_text(choose_with(a, contexts, "odd[1]"), "odd[1]", "a context that is called like a glob is itself");
	is_text(choose_with(a, contexts, "test-*"),
		"no context of the kubeconfig matches \"test-*\"; there are: shop-a, bank, shop-b, odd[1]", "or none");
	is_text(choose_with(a, " []", "test-*"),
		"no context of the kubeconfig matches \"test-*\"; there are: none", "where there are none");
}

TEST(a_glob_over_a_broken_kubeconfig_says_what_is_broken)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *said = choose_with(a, CONTEXT("twice") CONTEXT("twice"), "shop-*");

	ok(strstr(said, "finding the contexts that match \"shop-*\"") && strstr(said, ":5: context 'twice'"),
	   "with its line: %s", said);
	said = choose_with(a, " 3", "shop-*");
	ok(strstr(said, "contexts must be a list") != NULL, "and its field: %s", said);
}

/* The projects that are meant there, "shop, web"; "all"; or "none". */
static const char *meant_at(struct arena *a, const char *const *named, const char *context)
{
	struct list names = { 0 }, found = { 0 };
	const char *out = "";

	for (; *named; named++)
		list_add(a, &names, *named);
	if (!attach_narrow(a, &names, context, &found))
		return "none";
	for (size_t i = 0; i < found.count; i++)
		out = str_format(a, "%s%s%s", out, i ? ", " : "", (const char *)found.items[i]);
	return found.count ? out : "all";
}

TEST(a_project_is_meant_everywhere_or_with_its_context_there)
{
	static const char *const named[] = { "shop", "staging/web", "prod/bank-*", "stag*/api", NULL };
	static const char *const nothing[] = { NULL }, *const prod[] = { "prod/shop", NULL };
	AUTO(arena) struct arena *a = arena_new();

	is_text(meant_at(a, named, "staging"), "shop, web, api", "those of staging, by name and by glob");
	is_text(meant_at(a, named, "prod"), "shop, bank-*", "those of prod");
	is_text(meant_at(a, named, "test"), "shop", "elsewhere only what is meant everywhere");
	is_text(meant_at(a, nothing, "staging"), "all", "without a name all are meant");
	is_text(meant_at(a, prod, "staging"), "none", "a cluster of which none is meant has nothing to show");
}

TEST(a_context_may_have_slashes)
{
	static const char *const named[] = { "arn:aws:eks:eu-west-1:1:cluster/one/shop", NULL };
	AUTO(arena) struct arena *a = arena_new();

	is_text(meant_at(a, named, "arn:aws:eks:eu-west-1:1:cluster/one"), "shop", "the last one ends it");
	is_text(meant_at(a, named, "arn:aws:eks:eu-west-1:1:cluster/two"), "none", "of another it is nothing");
}
