/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of what may stand beside a cluster, and nothing else. */
#include "attach/beside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/manifests.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/part.h"
#include "base/str.h"
#include "config/reading.h"
#include "data/value.h"
#include "tap.h"

#define EE "apiVersion: ee.kargo.akuity.io/v1alpha1\n"

static const char channels[] =
	"apiVersion: v1\nkind: Secret\nmetadata: {name: hook, namespace: shop}\nstringData: {bearerToken: t}\n---\n"
	EE "kind: MessageChannel\nmetadata: {name: hook, namespace: shop}\n"
	"spec: {secretRef: {name: hook}, http: {url: 'https://hook.example'}}\n---\n"
	EE "kind: EventRouter\nmetadata: {name: ends, namespace: shop}\n"
	"spec: {types: [PromotionFailed], channels: [{kind: MessageChannel, name: hook}]}\n---\n"
	EE "kind: EventRouter\nmetadata: {name: other, namespace: bank}\n"
	"spec: {types: [PromotionFailed], channels: [{kind: MessageChannel, name: hook}]}\n";

/* messages.yaml in a folder of its own. */
static const char *beside_file(struct arena *a, const char *text)
{
	static char folder[] = "beside-XXXXXX";
	const char *path;
	struct err e;

	memcpy(folder + sizeof("beside-") - 1, "XXXXXX", 6);
	if (!mkdtemp(folder))
		ok(false, "there is a folder");
	path = str_format(a, "%s/messages.yaml", folder);

	if (!file_replace(path, text, strlen(text), 0600, &e))
		ok(false, "%s", e.message);
	return path;
}

static void beside_scrap(struct arena *a, const char *path)
{
	unlink(path);
	rmdir(str_copy_n(a, path, strlen(path) - strlen("/messages.yaml")));
}

TEST(channels_routers_and_secrets_become_the_projects_own)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = beside_file(a, channels);
	struct attach_beside beside;
	struct attach_manifests *own = attach_manifests_new();
	const struct attach_sources from = { .project = "shop", .own = own, .beside = &beside };
	struct manifest_project *read;
	struct err e;

	ok(attach_beside_read(&beside, path, &e), "they may stand there");
	read = attach_manifests_read(&from);
	ok(read->project && value_get(read->project->channels, "hook"), "a channel");
	ok(read->project && value_get(read->project->secrets, "hook"), "its Secret");
	is_number(value_count(read->project->routers), 1, "and who is told: another project's router is not its own");
	part_release(read->part);
	attach_manifests_free(own);
	attach_beside_release(&beside);
	beside_scrap(a, path);
}

TEST(what_kargo_says_is_not_said_twice)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = beside_file(a,
		EE "kind: EventRouter\nmetadata: {name: ends, namespace: shop}\n---\n"
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: test, namespace: shop}\n");
	struct attach_beside beside;
	struct err e = { 0 };

	ok(!attach_beside_read(&beside, path, &e) && e.code == ERR_CONFIG, "a Stage is refused");
	ok(strstr(e.message, "messages.yaml:5: Stage: only MessageChannels, ClusterMessageChannels, EventRouters and "
		  "Secrets stand beside a cluster; Kargo has the rest"), "with its place and why: %s", e.message);
	attach_beside_release(&beside);
	beside_scrap(a, path);
}

TEST(a_router_that_does_not_read_is_told)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = beside_file(a,
		EE "kind: EventRouter\nmetadata: {name: ends, namespace: shop}\nspec: {tipes: [PromotionFailed]}\n");
	struct attach_beside beside;
	struct attach_manifests *own = attach_manifests_new();
	const struct attach_sources from = { .project = "shop", .own = own, .beside = &beside };
	struct manifest_project *read;
	struct err e;

	ok(attach_beside_read(&beside, path, &e), "it is of a kind that may stand there");
	read = attach_manifests_read(&from);
	ok(read->complaints.count > 0, "but what is wrong in it is told, as in manifests");
	part_release(read->part);
	attach_manifests_free(own);
	attach_beside_release(&beside);
	beside_scrap(a, path);
}
