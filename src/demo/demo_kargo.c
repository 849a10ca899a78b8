/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's controllers, as far as their objects show them (doc/kargo-rules.md 1, 3). Each look reads what is
 * there and moves it on by one step; nothing else is remembered.
 */
#include "demo/demo_kargo.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/str.h"
#include "base/thread.h"
#include "demo/demo_analysis.h"
#include "demo/demo_cluster.h"
#include "demo/json_tree.h"
#include "demo/patch.h"

#define PROJECT "kargo-demo"
#define API "\"apiVersion\":\"kargo.akuity.io/v1alpha1\""
#define ORIGIN "{\"kind\":\"Warehouse\",\"name\":\"web\"}"

/* In ms, at usual speed: looks; between two pieces of freight; of a step; of a verification. */
enum { LOOK_MS = 150, FREIGHT_MS = 45000, STEP_MS = 1500, VERIFY_MS = 3000 };
/*
 * Promotions of a stage that are kept when they are over; one in so many into uat fails, as does one
 * verification; freight at first; what a stage ran that its status still has, as in Kargo.
 */
enum { PROMOTIONS_KEPT = 5, FAILS_EVERY = 5, FREIGHT_FIRST = 3, STEPS = 3, HISTORY_KEPT = 10 };

struct demo_kargo {
	struct demo_cluster *cluster;
	double speed;
	struct thread *thread;
	bool ending;                    /* a flag */
	pthread_mutex_t lock;           /* over what follows */
	unsigned freight;               /* how many were found */
	int64_t found_at;               /* ms */
	unsigned into_uat, verified;    /* how many there were */
};

static const char *const kargo_stages[] = { "test", "uat", "prod" };

static struct cJSON *kargo_json(struct arena *a, const char *text)
{
	return json_tree_parse(a, str_of(text));
}

static const char *kargo_now(struct arena *a)
{
	return clock_rfc3339(a, clock_now());
}

static bool kargo_is_over(const struct cJSON *promotion)
{
	const char *phase = json_tree_text(promotion, "status.phase", "");

	return *phase && strcmp(phase, "Pending") != 0 && strcmp(phase, "Running") != 0;
}

/* Whether so much of the demonstration's time has passed since what the object says. */
static bool kargo_is_due(const struct demo_kargo *k, const struct cJSON *object, const char *path, int64_t ms)
{
	int64_t at;

	return clock_parse(json_tree_text(object, path, ""), &at) &&
	       (double)(clock_now() - at) * k->speed >= (double)ms;
}

static struct cJSON *kargo_member(struct cJSON *object, const char *key)
{
	struct cJSON *m = cJSON_GetObjectItemCaseSensitive(object, key);

	return m ? m : cJSON_AddObjectToObject(object, key);
}

static void kargo_find_freight(struct demo_kargo *k)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char *const aliases[] = { "soft-squirrel", "brave-otter", "quiet-heron", "bold-lynx",
					       "kind-badger", "swift-ibis", "calm-marten", "wise-rook" };
	unsigned n = k->freight++;
	char name[41], digest[65];
	const char *tag = str_format(a, "1.29.%u", n), *alias = aliases[n % COUNTOF(aliases)];

	hash_sha1(tag, strlen(tag), name);
	hash_sha256(tag, strlen(tag), digest);
	if (n >= COUNTOF(aliases))
		alias = str_format(a, "%s-%u", alias, n / (unsigned)COUNTOF(aliases) + 1);
	k->found_at = clock_now();
	demo_cluster_put(k->cluster, "freights", kargo_json(a, str_format(a,
		"{" API ",\"kind\":\"Freight\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"" PROJECT "\","
		"\"creationTimestamp\":\"%s\",\"labels\":{\"kargo.akuity.io/alias\":\"%s\"}},"
		"\"alias\":\"%s\","
		"\"origin\":" ORIGIN ",\"images\":[{\"repoURL\":\"registry.example/web\",\"tag\":\"%s\","
		"\"digest\":\"sha256:%s\"}],\"status\":{}}", name, kargo_now(a), alias, alias, tag, digest)));
}

static void kargo_put_stage(struct demo_kargo *k, struct arena *a, const char *name, const char *upstream)
{
	const char *sources = upstream ? str_format(a, "{\"stages\":[\"%s\"]}", upstream)
				       : "{\"direct\":true}";

	demo_cluster_put(k->cluster, "stages", kargo_json(a, str_format(a,
		"{" API ",\"kind\":\"Stage\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"" PROJECT "\","
		"\"creationTimestamp\":\"%s\"},\"spec\":{\"requestedFreight\":[{\"origin\":" ORIGIN
		",\"sources\":%s}],%s\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"git-clone\","
		"\"config\":{\"repoURL\":\"https://git.example/web.git\",\"checkout\":[{\"branch\":\"main\","
		"\"path\":\"./out\"}]}},{\"uses\":\"git-push\",\"config\":{\"path\":\"./out\"}},{\"uses\":"
		"\"argocd-update\",\"config\":{\"apps\":[{\"name\":\"web-%s\"}]}}]}}},\"status\":{"
		"\"autoPromotionEnabled\":%s,\"health\":{\"status\":\"Healthy\"}}}", name, kargo_now(a),
		sources,
		upstream ? "" : "\"verification\":{\"analysisTemplates\":[{\"name\":\"smoke\"}]},", name,
		upstream ? "false" : "true")));
}

static void kargo_fill(struct demo_kargo *k)
{
	AUTO(arena) struct arena *a = arena_new();

	demo_cluster_put(k->cluster, "projects", kargo_json(a, "{" API ",\"kind\":\"Project\",\"metadata\":{"
		"\"name\":\"" PROJECT "\"}}"));
	demo_cluster_put(k->cluster, "projectconfigs", kargo_json(a, "{" API ",\"kind\":\"ProjectConfig\","
		"\"metadata\":{\"name\":\"" PROJECT "\",\"namespace\":\"" PROJECT "\"},\"spec\":{"
		"\"promotionPolicies\":[{\"stageSelector\":{\"name\":\"test\"},"
		"\"autoPromotionEnabled\":true}]}}"));
	demo_cluster_put(k->cluster, "warehouses", kargo_json(a, str_format(a, "{" API
		",\"kind\":\"Warehouse\",\"metadata\":{\"name\":\"web\",\"namespace\":\"" PROJECT "\","
		"\"creationTimestamp\":\"%s\"},\"spec\":{\"interval\":\"5m0s\","
		"\"subscriptions\":[{\"image\":{"
		"\"repoURL\":\"registry.example/web\",\"constraint\":\"^1.29.0\",\"imageSelectionStrategy\":"
		"\"SemVer\"}}]},\"status\":{\"discoveredArtifacts\":{\"discoveredAt\":\"%s\"}}}",
		kargo_now(a), kargo_now(a))));
	for (size_t i = 0; i < COUNTOF(kargo_stages); i++)
		kargo_put_stage(k, a, kargo_stages[i], i ? kargo_stages[i - 1] : NULL);
	for (int i = 0; i < FREIGHT_FIRST; i++)
		kargo_find_freight(k);
}

/* Available: straight from the warehouse, verified upstream, or approved (doc/kargo-rules.md 2). */
static bool kargo_is_available(const struct cJSON *freight, const char *stage)
{
	size_t i = 0;

	if (cJSON_GetObjectItemCaseSensitive(json_tree_at(freight, "status.approvedFor"), stage))
		return true;
	while (i < COUNTOF(kargo_stages) && strcmp(kargo_stages[i], stage) != 0)
		i++;
	return i == 0 || (i < COUNTOF(kargo_stages) &&
			  cJSON_GetObjectItemCaseSensitive(json_tree_at(freight, "status.verifiedIn"),
							   kargo_stages[i - 1]));
}

/* The newest; its name in the arena. */
static const char *kargo_candidate(struct demo_kargo *k, struct arena *a)
{
	int64_t version;
	AUTO(json_tree) struct cJSON *all = demo_cluster_list(k->cluster, "freights", &version);
	int count = cJSON_GetArraySize(all);

	if (!count)
		return "";
	return str_copy(a, json_tree_text(cJSON_GetArrayItem(all, count - 1), "metadata.name", ""));
}

static struct cJSON *kargo_promotion(struct arena *a, const char *stage, const char *freight,
				     const char *actor)
{
	unsigned char dice[10] = { 0 };
	const char *ulid;

	if (getrandom(dice, sizeof(dice), 0) < 0)
		dice[0] = 1;
	ulid = str_lower(a, ulid_make(a, clock_now(), dice, NULL));
	return kargo_json(a, str_format(a,
		"{" API ",\"kind\":\"Promotion\",\"metadata\":{\"name\":\"%s.%s.%.7s\","
		"\"namespace\":\"" PROJECT
		"\",\"creationTimestamp\":\"%s\",\"annotations\":{\"kargo.akuity.io/create-actor\":\"%s\"}},"
		"\"spec\":{\"stage\":\"%s\",\"freight\":\"%s\",\"steps\":["
		"{\"uses\":\"git-clone\",\"as\":\"step-1\"},"
		"{\"uses\":\"git-push\",\"as\":\"step-2\"},{\"uses\":\"argocd-update\",\"as\":\"step-3\"}]},"
		"\"status\":{}}", stage, ulid, freight, kargo_now(a), actor, stage, freight));
}

struct cJSON *demo_kargo_admit(struct demo_kargo *k, struct arena *a, const struct cJSON *wish,
			       const char *user, struct err *e)
{
	const char *stage = json_tree_text(wish, "spec.stage", "");
	const char *name = json_tree_text(wish, "spec.freight", NULL);
	AUTO(json_tree) struct cJSON *there = demo_cluster_get(k->cluster, "stages", stage);
	AUTO(json_tree) struct cJSON *freight = NULL;
	struct cJSON *made, *notes = json_tree_at(wish, "metadata.annotations"), *note;

	name = name ? name : kargo_candidate(k, a);
	freight = demo_cluster_get(k->cluster, "freights", name);
	if (!there || !freight) {
		err_set(e, ERR_REFUSED, "could not find %s \"%s\" in namespace \"" PROJECT "\"",
			there ? "Freight" : "Stage", there ? name : stage);
		return NULL;
	}
	if (!kargo_is_available(freight, stage)) {
		err_set(e, ERR_REFUSED, "Freight is not available to this Stage");
		return NULL;
	}
	made = kargo_promotion(a, stage, name, str_format(a, "kubernetes:%s", user));
	cJSON_ArrayForEach(note, notes)
		if (has_prefix(note->string, "gantry/") && cJSON_IsString(note))
			json_tree_set_text(json_tree_at(made, "metadata.annotations"), note->string,
					   note->valuestring);
	return made;
}

/* The Event that says who approved. */
static void kargo_approved(struct demo_kargo *k, struct arena *a, const char *freight, const char *stage,
			   const char *user)
{
	demo_cluster_put(k->cluster, "events", kargo_json(a, str_format(a,
		"{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"%.7s.%s.%" PRId64 "\","
		"\"namespace\":\"" PROJECT "\",\"annotations\":{"
		"\"event.kargo.akuity.io/actor\":\"kubernetes:%s\","
		"\"event.kargo.akuity.io/stage-name\":\"%s\",\"event.kargo.akuity.io/freight-name\":\"%s\"}},"
		"\"reason\":\"FreightApproved\",\"type\":\"Normal\",\"lastTimestamp\":\"%s\"}",
		freight, stage, clock_now(), user, stage, freight, kargo_now(a))));
}

struct cJSON *demo_kargo_patch(struct demo_kargo *k, struct arena *a, const struct demo_patch *patch)
{
	const struct cJSON *marks = json_tree_at(patch->body, "status.approvedFor"), *mark;
	const char *const abort = "kargo.akuity.io/abort";
	struct cJSON *object, *notes;

	pthread_mutex_lock(&k->lock);
	object = demo_cluster_get(k->cluster, patch->plural, patch->name);
	if (object) {
		patch_merge(object, patch->body);
		notes = json_tree_at(object, "metadata.annotations");
		if (cJSON_GetObjectItemCaseSensitive(notes, abort))
			json_tree_set_text(notes, abort,
					   str_format(a, "{\"action\":\"terminate\",\"actor\":"
						      "\"kubernetes:%s\"}", patch->user));
		cJSON_ArrayForEach(mark, marks)
			kargo_approved(k, a, patch->name, mark->string, patch->user);
		demo_cluster_put(k->cluster, patch->plural, cJSON_Duplicate(object, true));
	}
	pthread_mutex_unlock(&k->lock);
	return object;
}

/* status.<map>.<stage>.<key> of a Freight = now. */
static void kargo_mark(struct demo_kargo *k, struct arena *a, const char *freight, const char *const path[3])
{
	struct cJSON *f = demo_cluster_get(k->cluster, "freights", freight);

	if (!f)
		return;
	json_tree_set_text(kargo_member(kargo_member(kargo_member(f, "status"), path[0]), path[1]), path[2],
			   kargo_now(a));
	demo_cluster_put(k->cluster, "freights", f);
}

/* What ran here until now has left the stage. */
static void kargo_leave(struct demo_kargo *k, const char *stage)
{
	int64_t version;
	AUTO(json_tree) struct cJSON *all = demo_cluster_list(k->cluster, "freights", &version);
	struct cJSON *f;

	cJSON_ArrayForEach(f, all) {
		struct cJSON *copy = cJSON_Duplicate(f, true), *in = json_tree_at(copy, "status.currentlyIn");

		if (cJSON_GetObjectItemCaseSensitive(in, stage)) {
			cJSON_DeleteItemFromObjectCaseSensitive(in, stage);
			demo_cluster_put(k->cluster, "freights", copy);
		} else {
			cJSON_Delete(copy);
		}
	}
}

/* What the stage runs once the promotion has succeeded. */
static struct cJSON *kargo_collection(struct demo_kargo *k, struct arena *a, const struct cJSON *p)
{
	const char *freight = json_tree_text(p, "spec.freight", "");
	AUTO(json_tree) struct cJSON *f = demo_cluster_get(k->cluster, "freights", freight);
	struct cJSON *out = cJSON_CreateObject(), *item;
	char id[41];

	hash_sha1(freight, strlen(freight), id);
	json_tree_set_text(out, "id", id);
	item = cJSON_AddObjectToObject(cJSON_AddObjectToObject(out, "items"), "Warehouse/web");
	json_tree_set_text(item, "name", freight);
	json_tree_set(item, "origin", kargo_json(a, ORIGIN));
	json_tree_set(item, "images", cJSON_Duplicate(json_tree_at(f, "images"), true));
	return out;
}

/* The stage runs the promotion's freight from now on. */
static void kargo_arrive(struct demo_kargo *k, struct arena *a, struct cJSON *stage, const struct cJSON *p)
{
	const char *freight = json_tree_text(p, "spec.freight", "");
	const char *name = json_tree_text(p, "spec.stage", "");
	struct cJSON *status = kargo_member(stage, "status"), *history;
	struct cJSON *entry = cJSON_Duplicate(json_tree_at(p, "status.freightCollection"), true);
	const char *const in[] = { "currentlyIn", name, "since" };
	const char *const ok[] = { "verifiedIn", name, "verifiedAt" };

	history = cJSON_GetObjectItemCaseSensitive(status, "freightHistory");
	if (!history)
		history = cJSON_AddArrayToObject(status, "freightHistory");
	if (json_tree_at(stage, "spec.verification"))
		json_tree_set(entry, "verificationHistory",
			      demo_analysis_begin(k->cluster, a, json_tree_text(p, "metadata.name", ""),
						  k->verified++ % FAILS_EVERY == FAILS_EVERY - 1));
	cJSON_InsertItemInArray(history, 0, entry);
	while (cJSON_GetArraySize(history) > HISTORY_KEPT)
		cJSON_DeleteItemFromArray(history, HISTORY_KEPT);
	kargo_leave(k, name);
	kargo_mark(k, a, freight, in);
	if (!json_tree_at(stage, "spec.verification"))
		kargo_mark(k, a, freight, ok);
}

/* {name, freight, status, finishedAt} of it. */
static struct cJSON *kargo_reference(struct arena *a, const struct cJSON *p)
{
	struct cJSON *r = kargo_json(a, str_format(a, "{\"name\":\"%s\",\"freight\":{\"name\":\"%s\"}}",
						   json_tree_text(p, "metadata.name", ""),
						   json_tree_text(p, "spec.freight", "")));

	json_tree_set(r, "status", cJSON_Duplicate(json_tree_at(p, "status"), true));
	if (kargo_is_over(p))
		json_tree_set_text(r, "finishedAt", json_tree_text(p, "status.finishedAt", ""));
	return r;
}

static void kargo_finish(struct demo_kargo *k, struct arena *a, struct cJSON *p, const char *phase,
			 const char *message)
{
	struct cJSON *status = kargo_member(p, "status");
	struct cJSON *stage = demo_cluster_get(k->cluster, "stages", json_tree_text(p, "spec.stage", ""));
	struct cJSON *of = kargo_member(stage, "status");

	json_tree_set_text(status, "phase", phase);
	json_tree_set_text(status, "message", message);
	json_tree_set_text(status, "finishedAt", kargo_now(a));
	cJSON_DeleteItemFromObjectCaseSensitive(of, "currentPromotion");
	json_tree_set(of, "lastPromotion", kargo_reference(a, p));
	if (strcmp(phase, "Succeeded") == 0)
		kargo_arrive(k, a, stage, p);
	demo_cluster_put(k->cluster, "promotions", cJSON_Duplicate(p, true));
	demo_cluster_put(k->cluster, "stages", stage);
}

static void kargo_begin(struct demo_kargo *k, struct arena *a, struct cJSON *p)
{
	struct cJSON *status = kargo_member(p, "status"), *stage;

	stage = demo_cluster_get(k->cluster, "stages", json_tree_text(p, "spec.stage", ""));
	json_tree_set_text(status, "phase", "Running");
	json_tree_set_text(status, "startedAt", kargo_now(a));
	cJSON_DeleteItemFromObjectCaseSensitive(status, "currentStep");
	cJSON_AddNumberToObject(status, "currentStep", 0);
	json_tree_set(status, "freightCollection", kargo_collection(k, a, p));
	json_tree_set(kargo_member(stage, "status"), "currentPromotion", kargo_reference(a, p));
	if (strcmp(json_tree_text(p, "spec.stage", ""), "uat") == 0)
		k->into_uat++;
	demo_cluster_put(k->cluster, "promotions", cJSON_Duplicate(p, true));
	demo_cluster_put(k->cluster, "stages", stage);
}

/* One more step has begun or ended; true: they are all over. */
static bool kargo_step(struct demo_kargo *k, struct arena *a, struct cJSON *p)
{
	struct cJSON *status = kargo_member(p, "status"), *metas, *last;
	int count;

	metas = cJSON_GetObjectItemCaseSensitive(status, "stepExecutionMetadata");
	if (!metas)
		metas = cJSON_AddArrayToObject(status, "stepExecutionMetadata");
	count = cJSON_GetArraySize(metas);
	last = count ? cJSON_GetArrayItem(metas, count - 1) : NULL;
	if (last && !kargo_is_due(k, last, "startedAt", STEP_MS))
		return false;
	if (last) {
		json_tree_set_text(last, "status", "Succeeded");
		json_tree_set_text(last, "finishedAt", kargo_now(a));
	}
	if (count == STEPS)
		return true;
	cJSON_AddItemToArray(metas, kargo_json(a, str_format(a,
		"{\"alias\":\"step-%d\",\"startedAt\":\"%s\",\"status\":\"Running\"}", count + 1,
		kargo_now(a))));
	cJSON_DeleteItemFromObjectCaseSensitive(status, "currentStep");
	cJSON_AddNumberToObject(status, "currentStep", count);
	demo_cluster_put(k->cluster, "promotions", cJSON_Duplicate(p, true));
	return false;
}

static void kargo_fail(struct demo_kargo *k, struct arena *a, struct cJSON *p)
{
	static const char why[] = "Argo CD Application \"web-uat\" in namespace \"argocd\" is Degraded";
	struct cJSON *metas = json_tree_at(p, "status.stepExecutionMetadata");
	struct cJSON *last = cJSON_GetArrayItem(metas, cJSON_GetArraySize(metas) - 1);

	json_tree_set_text(last, "status", "Failed");
	json_tree_set_text(last, "message", why);
	kargo_finish(k, a, p, "Failed", str_format(a, "step \"step-3\" failed: %s", why));
}

static void kargo_move(struct demo_kargo *k, struct cJSON *p)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cJSON *notes = json_tree_at(p, "metadata.annotations");
	bool fails = strcmp(json_tree_text(p, "spec.stage", ""), "uat") == 0 &&
		     k->into_uat % FAILS_EVERY == 0;

	if (cJSON_GetObjectItemCaseSensitive(notes, "kargo.akuity.io/abort"))
		kargo_finish(k, a, p, "Aborted", "Promotion was aborted on request");
	else if (strcmp(json_tree_text(p, "status.phase", ""), "Running") != 0)
		kargo_begin(k, a, p);
	else if (!kargo_step(k, a, p))
		return;
	else if (fails)
		kargo_fail(k, a, p);
	else
		kargo_finish(k, a, p, "Succeeded", "");
}

/* Whether what the stage runs is being verified: until that is over no promotion begins there. */
static bool kargo_is_verifying(struct demo_kargo *k, const char *name)
{
	AUTO(json_tree) struct cJSON *stage = demo_cluster_get(k->cluster, "stages", name);
	struct cJSON *current = cJSON_GetArrayItem(json_tree_at(stage, "status.freightHistory"), 0);
	struct cJSON *info = cJSON_GetArrayItem(json_tree_at(current, "verificationHistory"), 0);

	return info && !json_tree_at(info, "finishTime");
}

/* Those of a stage, oldest first: the one under way, else the next; the oldest that are over go. */
static void kargo_move_stage(struct demo_kargo *k, const char *stage)
{
	int64_t version;
	AUTO(json_tree) struct cJSON *all = demo_cluster_list(k->cluster, "promotions", &version);
	struct cJSON *p, *next = NULL, *running = NULL;
	int over = 0;

	cJSON_ArrayForEach(p, all) {
		if (strcmp(json_tree_text(p, "spec.stage", ""), stage) != 0)
			continue;
		over += kargo_is_over(p);
		if (strcmp(json_tree_text(p, "status.phase", ""), "Running") == 0)
			running = p;
		else if (!kargo_is_over(p) && !next)
			next = p;
	}
	if (running)
		kargo_move(k, running);
	else if (next && !kargo_is_verifying(k, stage))
		kargo_move(k, next);
	cJSON_ArrayForEach(p, all)
		if (over > PROMOTIONS_KEPT && kargo_is_over(p) &&
		    strcmp(json_tree_text(p, "spec.stage", ""), stage) == 0) {
			demo_cluster_remove(k->cluster, "promotions", json_tree_text(p, "metadata.name", ""));
			over--;
		}
}

static void kargo_verify(struct demo_kargo *k, const char *name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cJSON *stage = demo_cluster_get(k->cluster, "stages", name);
	struct cJSON *current = cJSON_GetArrayItem(json_tree_at(stage, "status.freightHistory"), 0);
	struct cJSON *info = cJSON_GetArrayItem(json_tree_at(current, "verificationHistory"), 0);
	const char *const path[] = { "verifiedIn", name, "verifiedAt" };

	if (info && kargo_is_due(k, info, "startTime", VERIFY_MS / 2))
		demo_analysis_measure(k->cluster, a, info);
	if (!info || json_tree_at(info, "finishTime") || !kargo_is_due(k, info, "startTime", VERIFY_MS)) {
		cJSON_Delete(stage);
		return;
	}
	if (demo_analysis_end(k->cluster, a, info))
		kargo_mark(k, a, json_tree_text(cJSON_GetObjectItemCaseSensitive(
			json_tree_at(current, "items"), "Warehouse/web"), "name", ""), path);
	demo_cluster_put(k->cluster, "stages", stage);
}

/* What is newest goes to test by itself. */
static void kargo_promote_by_itself(struct demo_kargo *k)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t version;
	AUTO(json_tree) struct cJSON *all = demo_cluster_list(k->cluster, "promotions", &version);
	const char *freight = kargo_candidate(k, a);
	struct cJSON *p;

	cJSON_ArrayForEach(p, all)
		if (strcmp(json_tree_text(p, "spec.stage", ""), "test") == 0 &&
		    (!kargo_is_over(p) || strcmp(json_tree_text(p, "spec.freight", ""), freight) == 0))
			return;
	demo_cluster_put(k->cluster, "promotions",
			 kargo_promotion(a, "test", freight, "controller:stage-controller"));
}

static void kargo_run(void *context)
{
	struct demo_kargo *k = context;

	while (!flag_is_set(&k->ending)) {
		pthread_mutex_lock(&k->lock);
		if ((double)(clock_now() - k->found_at) * k->speed > FREIGHT_MS)
			kargo_find_freight(k);
		kargo_promote_by_itself(k);
		for (size_t i = 0; i < COUNTOF(kargo_stages); i++)
			kargo_move_stage(k, kargo_stages[i]);
		kargo_verify(k, kargo_stages[0]);
		pthread_mutex_unlock(&k->lock);
		clock_sleep(LOOK_MS);
	}
}

bool demo_kargo_start(struct demo_kargo **out, struct demo_cluster *c, double speed, struct err *e)
{
	struct demo_kargo *k = xmalloc(sizeof(*k));

	*k = (struct demo_kargo){ .cluster = c, .speed = speed > 0 ? speed : 1 };
	pthread_mutex_init(&k->lock, NULL);
	kargo_fill(k);
	*out = k;
	return thread_start(&k->thread, "demo-kargo", kargo_run, k, e);
}

void demo_kargo_stop(struct demo_kargo *k)
{
	if (!k)
		return;
	flag_set(&k->ending);
	thread_join(k->thread);
	pthread_mutex_destroy(&k->lock);
	free(k);
}
