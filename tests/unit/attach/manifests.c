/* SPDX-License-Identifier: Apache-2.0 */
/* What a running Kargo was told shall be, read as manifests are. */
#include "attach/manifests.h"

#include "attach/warehouses.h"
#include "base/arena.h"
#include "base/part.h"
#include "cluster.h"
#include "config/reading.h"
#include "data/value.h"
#include "model/attachment.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "tap.h"

TEST(a_projects_objects_become_its_manifests)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_manifests *own = attach_manifests_new();
	const struct attach_sources from = { .project = "shop", .own = own };
	struct manifest_project *read;

	attach_manifests_put(own, ATTACH_STAGE, cluster_stage(a, "test", "{}"));
	attach_manifests_put(own, ATTACH_WAREHOUSE, cluster_warehouse(a));
	read = attach_manifests_read(&from);
	is_text(read->name, "shop", "the project, though there is no Project to be read");
	is_text(read->fault, NULL, "it can be used");
	is_number(read->complaints.count, 0, "nobody complains");
	is_text(read->project->stages[0]->name, "test", "its stage");
	is_number(read->project->stages[0]->nsteps, 1, "with its steps");
	is_text(read->project->warehouses[0]->subscriptions[0].repo_url, "nginx", "its warehouse");
	is_text(value_text(value_get(value_path(read->project->stages[0]->object, "metadata.annotations"),
				     "kargo.akuity.io/color"), ""), "red", "Kargo's annotations are kept");
	ok(!value_get(value_path(read->project->stages[0]->object, "metadata.annotations"),
		      "kubectl.kubernetes.io/last-applied-configuration"), "others' are not");
	part_release(read->part);
	attach_manifests_free(own);
}

TEST(a_status_that_moves_changes_no_manifest)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_manifests *own = attach_manifests_new();
	struct value *stage = cluster_stage(a, "test", "{'health':{'status':'Healthy'}}");

	ok(attach_manifests_put(own, ATTACH_STAGE, cluster_stage(a, "test", "{}")), "the first is news");
	ok(!attach_manifests_put(own, ATTACH_STAGE, stage), "another status is none");
	value_set(a, value_get(stage, "spec"), "shard", value_string(a, "eu"));
	ok(attach_manifests_put(own, ATTACH_STAGE, stage), "another spec is");
	ok(!attach_manifests_put(own, ATTACH_FREIGHT, cluster_freight(a)), "freight is no manifest");
	ok(attach_manifests_remove(own, ATTACH_STAGE, "test"), "that it goes is news, too");
	ok(!attach_manifests_remove(own, ATTACH_STAGE, "test"), "once");
	attach_manifests_free(own);
}

TEST(a_policy_makes_a_stage_promote_by_itself)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_manifests *own = attach_manifests_new(), *cluster = attach_manifests_new();
	const struct attach_sources from = { .project = "shop", .own = own, .cluster = cluster };
	struct manifest_project *read;

	attach_manifests_put(own, ATTACH_STAGE, cluster_stage(a, "test", "{}"));
	attach_manifests_put(own, ATTACH_PROJECT_CONFIG, cluster_json(a,
		"{'metadata':{'name':'shop','namespace':'shop'},'spec':{'promotionPolicies':["
		"{'stageSelector':{'name':'test'},'autoPromotionEnabled':true}]},"
		"'status':{'observedGeneration':1}}"));
	attach_manifests_put(cluster, ATTACH_CLUSTER_TASK, cluster_json(a,
		"{'metadata':{'name':'deploy'},'spec':{'steps':[{'uses':'fail'}]}}"));
	read = attach_manifests_read(&from);
	ok(project_auto_promotes(read->project, read->project->stages[0]), "the policy is known");
	ok(value_get(read->project->cluster_tasks, "deploy") != NULL, "the cluster's tasks are everybody's");
	part_release(read->part);
	attach_manifests_free(own);
	attach_manifests_free(cluster);
}

TEST(secrets_that_are_no_objects_are_passed_over)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_manifests *own = attach_manifests_new();
	struct attach_sources from = { .project = "shop", .own = own };
	struct manifest_project *read;

	attach_manifests_put(own, ATTACH_STAGE, cluster_stage(a, "test", "{}"));
	from.secrets = cluster_json(a, "['odd',null,7,{'metadata':{'name':'git','namespace':'shop'}}]");
	read = attach_manifests_read(&from);
	is_text(read->project->stages[0]->name, "test", "the project reads all the same");
	part_release(read->part);
	from.secrets = cluster_json(a, "{'items':'odd'}");
	read = attach_manifests_read(&from);
	is_text(read->project->stages[0]->name, "test", "also when there is no list of them");
	part_release(read->part);
	attach_manifests_free(own);
}

TEST(a_warehouse_says_what_it_found_and_what_fails)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_warehouses *w = attach_warehouses_new();
	struct part *part = part_new();
	struct warehouse read = { .name = "web" };
	const struct warehouse_view *views;
	size_t count;

	attach_warehouses_put(w, cluster_warehouse(a));
	views = attach_warehouses_make(w, part, &count);
	is_number(count, 1, "one");
	ok(views[0].looked_at == 1782907200000, "when Kargo looked last");
	is_text(views[0].error, NULL, "it works");
	read.discovered = views[0].discovered;
	is_text(warehouse_found(&read), CLUSTER_FREIGHT, "the freight that it makes");
	attach_warehouses_put(w, cluster_json(a,
		"{'metadata':{'name':'web'},'status':{'conditions':["
		"{'type':'Reconciling','status':'True'},{'type':'Healthy','status':'False',"
		"'message':'no route to registry','lastTransitionTime':"
		"'2026-07-01T12:05:00Z'}]}}"));
	views = attach_warehouses_make(w, part, &count);
	is_text(views[0].error, "no route to registry", "why it fails, in Kargo's words");
	ok(views[0].failing_since == 1782907500000, "since when");
	attach_warehouses_remove(w, "web");
	attach_warehouses_make(w, part, &count);
	is_number(count, 0, "and it goes");
	part_release(part);
	attach_warehouses_free(w);
}
