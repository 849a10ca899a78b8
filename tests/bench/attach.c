/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an attached Kargo of 1,000 stages and 10,000 freight costs: all of it in memory, and one change of one
 * object. Fails past 64 MB for the whole process. usage: attach
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/history.h"
#include "attach/manifests.h"
#include "attach/state.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/memory.h"
#include "base/part.h"
#include "base/str.h"
#include "config/reading.h"
#include "data/json.h"
#include "data/value.h"
#include "model/state.h"
#include "model/world.h"

enum { STAGES = 1000, FREIGHT = 10000, PROMOTIONS = 2, CHANGES = 1000, MOST_KB = 64 * 1024 };

struct bench {
	struct attach_state *state;
	struct attach_manifests *manifests;
	struct attach_history *history;
};

static void bench_take(struct bench *b, enum attach_kind kind, const char *text)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *object;
	struct err e;

	if (!json_parse(a, text, strlen(text), &object, &e) || !attach_state_put(b->state, kind, object, &e)) {
		fprintf(stderr, "%s\n", e.message);
		exit(1);
	}
	attach_manifests_put(b->manifests, kind, object);
	attach_history_learn(b->history, kind, object);
}

#define HEAD(kind) "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"%s\"," \
	"\"namespace\":\"shop\",\"uid\":\"6f1c\",\"resourceVersion\":\"812\",\"managedFields\":[{\"manager\":\"kargo\"}]," \
	"\"creationTimestamp\":\"2026-07-01T08:00:00Z\"}"
#define ARTIFACTS "\"images\":[{\"repoURL\":\"registry.test/team/service\",\"tag\":\"1.29.%zu\",\"digest\":\"sha256:" \
	"0123456789012345678901234567890123456789012345678901234567890123\"}],\"commits\":[{\"repoURL\":" \
	"\"https://git.test/team/service.git\",\"id\":\"7d21e08f7bcc80bc4b3580c4a35c3fbfa31d195b9\",\"branch\":\"main\"," \
	"\"message\":\"service: what it does now\",\"author\":\"Ada <ada@example.org>\"}]"

static const char *bench_name(struct arena *a, size_t i)
{
	return str_format(a, "%02zx%038zu", i % 256, i);
}

static void bench_freight(struct bench *b, size_t i)
{
	AUTO(arena) struct arena *a = arena_new();

	bench_take(b, ATTACH_FREIGHT, str_format(a, HEAD("Freight")
		",\"alias\":\"soft-squirrel-%zu\",\"origin\":{\"kind\":\"Warehouse\",\"name\":\"web-%zu\"}," ARTIFACTS
		",\"status\":{\"verifiedIn\":{\"s-%zu\":{\"verifiedAt\":\"2026-07-01T10:03:00Z\"}}}}",
		bench_name(a, i), i, i % STAGES, i, i % STAGES));
}

static void bench_stage(struct bench *b, size_t i, size_t turn)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *history = "";

	for (size_t h = 0; h < 10; h++)
		history = str_format(a, "%s%s{\"id\":\"c%zu\",\"items\":{\"Warehouse/web-%zu\":{\"name\":\"%s\",\"origin\":"
			"{\"kind\":\"Warehouse\",\"name\":\"web-%zu\"}," ARTIFACTS "}},\"verificationHistory\":[{\"id\":\"v\","
			"\"phase\":\"Successful\",\"finishTime\":\"2026-07-01T10:03:00Z\"}]}", history, h ? "," : "", h, i,
			bench_name(a, i + h * STAGES), i, h);
	bench_take(b, ATTACH_STAGE, str_format(a, HEAD("Stage")
		",\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"web-%zu\"},\"sources\":"
		"{\"direct\":true}}],\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"git-clone\",\"config\":{\"repoURL\":"
		"\"https://git.test/team/gitops.git\",\"checkout\":[{\"branch\":\"main\",\"path\":\"./src\"}]}},{\"uses\":"
		"\"git-commit\",\"config\":{\"path\":\"./src\"}},{\"uses\":\"git-push\",\"config\":{\"path\":\"./src\"}}]}}},"
		"\"status\":{\"health\":{\"status\":\"Healthy\"},\"lastHandledRefresh\":\"%zu\",\"freightHistory\":[%s]}}",
		str_format(a, "s-%zu", i), i, turn, history));
}

static void bench_promotions(struct bench *b, size_t i)
{
	AUTO(arena) struct arena *a = arena_new();

	for (size_t n = 0; n < PROMOTIONS; n++)
		bench_take(b, ATTACH_PROMOTION, str_format(a, HEAD("Promotion")
			",\"spec\":{\"stage\":\"s-%zu\",\"freight\":\"%s\",\"steps\":[{\"uses\":\"git-clone\",\"as\":\"a\"},"
			"{\"uses\":\"git-push\",\"as\":\"b\"}]},\"status\":{\"phase\":\"Succeeded\",\"stepExecutionMetadata\":[{"
			"\"alias\":\"a\",\"status\":\"Succeeded\"},{\"alias\":\"b\",\"status\":\"Succeeded\"}],\"state\":{\"b\":"
			"{\"commit\":\"7d21e08f7bcc80bc4b3580c4a35c3fbfa31d195b\"}}}}",
			str_format(a, "s-%zu.01jzz0000000000000000000%zu.d532e1f", i, n), i, bench_name(a, i)));
}

/* What the publisher does with each change. */
static double bench_change(struct bench *b)
{
	int64_t began = clock_ticks();

	for (size_t i = 0; i < CHANGES; i++) {
		struct part *part = part_new();

		bench_stage(b, i, i + 1);
		attach_state_make(b->state, part);
		part_release(part);
	}
	return (double)(clock_ticks() - began) / CHANGES;
}

/* Of this process, in KB. */
static int64_t bench_resident(void)
{
	long long pages = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lld %lld", &pages, &resident) != 2)
		exit(1);
	fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(void)
{
	struct bench b = { attach_state_new(), attach_manifests_new(), attach_history_new() };
	const struct attach_sources from = { .project = "shop", .own = b.manifests };
	struct manifest_project *read;
	struct part *part = part_new(), *own = part_new();
	struct world w = { .attachment = NULL };
	int64_t began = clock_ticks(), kb;
	struct err e;

	for (size_t i = 0; i < FREIGHT; i++)
		bench_freight(&b, i);
	for (size_t i = 0; i < STAGES; i++) {
		bench_stage(&b, i, 0);
		bench_promotions(&b, i);
	}
	read = attach_manifests_read(&from);
	if (!state_world(part_arena(own), attach_state_make(b.state, part), read->project, &w, &e)) {
		fprintf(stderr, "%s\n", e.message);
		return 1;
	}
	memory_give_back();
	kb = bench_resident();
	printf("%-72s %7lld ms\n", "an attached Kargo of 1,000 stages and 10,000 freight is taken in",
	       (long long)(clock_ticks() - began));
	printf("%-72s %7.2f ms\n", "one of its stages changes", bench_change(&b));
	printf("%-72s %7.1f MB\n", "all of it in memory (at most 64)", (double)kb / 1024);
	part_release(own);
	part_release(part);
	part_release(read->part);
	attach_state_free(b.state);
	attach_manifests_free(b.manifests);
	attach_history_free(b.history);
	return kb > MOST_KB;
}
