/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger of many events, as promotions of seven steps make them: how large, how fast
 * to append, open, read back and verify. usage: ledger [events] [stages]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"

struct bench {
	struct ledger *ledger;
	struct arena *arena;
	size_t events, stages;
	int64_t now;
	int64_t *took;                  /* microseconds, of each append */
	size_t room;
	int64_t slowest, starved;       /* microseconds: an append, and what of that it waited for a processor */
	unsigned serial;
};

static void check(bool good, const struct err *e)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static int64_t microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* How long this thread could have run and had no processor, in microseconds: a busy machine's share of a pause. */
static int64_t starved(void)
{
	unsigned long long ran, waited;
	FILE *f = fopen("/proc/thread-self/schedstat", "r");
	bool is_known = f && fscanf(f, "%llu %llu", &ran, &waited) == 2;

	if (f)
		fclose(f);
	return is_known ? (int64_t)(waited / 1000) : 0;
}

/* What the process has used of a processor, in ms: unlike time, it is nearly the same on a busy machine. */
static double used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	check(json_parse(a, text, strlen(text), &v, &e), &e);
	return v;
}

static void add(struct bench *b, struct event ev, const char *data)
{
	struct err e;

	ev.at = b->now += 1234;
	ev.data = data ? json(b->arena, data) : NULL;
	int64_t before = starved(), start = microseconds(), took;
	check(ledger_append(b->ledger, &ev, LEDGER_PUSH_NOW, &e), &e);
	took = microseconds() - start;
	if (took > b->slowest) {
		b->slowest = took;
		b->starved = starved() - before;
	}
	if (b->events == b->room) {
		b->room = 2 * b->room + 1000;
		b->took = xrealloc(b->took, b->room * sizeof(*b->took));
	}
	b->took[b->events++] = took;
}

static const char *steps =
	"[{\"uses\":\"git-clone\",\"as\":\"step-1\",\"config\":{\"repoURL\":\"https://github.com/example/gitops.git\","
	"\"checkout\":[{\"branch\":\"main\",\"path\":\"./src\"},{\"branch\":\"stage/${{ ctx.stage }}\",\"create\":true,"
	"\"path\":\"./out\"}]}},{\"uses\":\"git-clear\",\"as\":\"step-2\",\"config\":{\"path\":\"./out\"}},"
	"{\"uses\":\"kustomize-set-image\",\"as\":\"update\",\"config\":{\"path\":\"./src/base\",\"images\":[{\"image\":"
	"\"ghcr.io/example/app\",\"tag\":\"${{ imageFrom('ghcr.io/example/app').Tag }}\"}]}},{\"uses\":\"kustomize-build\","
	"\"as\":\"step-4\",\"config\":{\"path\":\"./src/stages/${{ ctx.stage }}\",\"outPath\":\"./out\"}},{\"uses\":"
	"\"git-commit\",\"as\":\"commit\",\"config\":{\"path\":\"./out\",\"message\":\"${{ outputs.update.commitMessage }}\"}},"
	"{\"uses\":\"git-push\",\"as\":\"push\",\"config\":{\"path\":\"./out\"}},{\"uses\":\"argocd-update\",\"as\":\"step-7\","
	"\"config\":{\"apps\":[{\"name\":\"app-${{ ctx.stage }}\",\"sources\":[{\"repoURL\":"
	"\"https://github.com/example/gitops.git\",\"desiredRevision\":\"${{ outputs.commit.commit }}\"}]}]}}]";

static const char *metas(struct arena *a, int from, int done, const char *at)
{
	static const char *const names[] = { "step-1", "step-2", "update", "step-4", "commit", "push", "step-7" };
	const char *out = "";

	for (int i = from; i < done; i++)
		out = str_format(a, "%s%s{\"alias\":\"%s\",\"startedAt\":\"%s\",\"finishedAt\":\"%s\",\"status\":"
				 "\"Succeeded\"}", out, i > from ? "," : "", names[i], at, at);
	return out;
}

static const char *freight_of(struct bench *b, char name[41])
{
	struct arena *a = b->arena;
	char digest[65];

	b->serial++;
	const char *seed = str_format(a, "freight %u", b->serial);
	hash_sha1(seed, strlen(seed), name);
	hash_sha256(seed, strlen(seed), digest);
	add(b, (struct event){ .kind = EVENT_FREIGHT_DISCOVERED, .freight = name, .warehouse = "app",
			       .subject = str_format(a, "find freight swift-otter-%u", b->serial) },
	    str_format(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Freight\",\"alias\":\"swift-otter-%u\","
		       "\"metadata\":{\"name\":\"%s\",\"namespace\":\"demo\"},\"origin\":{\"kind\":\"Warehouse\",\"name\":"
		       "\"app\"},\"images\":[{\"repoURL\":\"ghcr.io/example/app\",\"tag\":\"1.2.%u\",\"digest\":"
		       "\"sha256:%s\"}],\"discoveredAt\":\"%s\"}", b->serial, name, b->serial, digest,
		       clock_rfc3339(a, b->now)));
	return name;
}

/* Six events: asked for, begun, push announced, push reported, ended, verified. */
static void promote(struct bench *b, const char *stage, const char *freight)
{
	struct arena *a = b->arena;
	char commit[41], seed[64];

	snprintf(seed, sizeof(seed), "%s %s", stage, freight);
	hash_sha1(seed, strlen(seed), commit);
	const char *name = str_format(a, "%s.01j%023lld.%.7s", stage, (long long)b->now, freight);
	const char *at = clock_rfc3339(a, b->now);
	struct event ev = { .stage = stage, .freight = freight, .promotion = name };
	ev.kind = EVENT_PROMOTION_REQUESTED;
	ev.actor = "Ada Lovelace <ada@example.org>";
	ev.from = "ssh 198.51.100.7 on bastion-2";
	ev.seen = ledger_head(b->ledger);
	ev.reason = "Customer demo at 15:00, approved in the morning meeting.";
	ev.subject = str_format(a, "promote %s to swift-otter (1.2.3)", stage);
	add(b, ev, str_format(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Promotion\",\"metadata\":{\"name\":"
			      "\"%s\",\"namespace\":\"demo\",\"creationTimestamp\":\"%s\"},\"spec\":{\"stage\":\"%s\","
			      "\"freight\":\"%s\",\"steps\":%s},\"status\":{\"phase\":\"Pending\"}}", name, at, stage,
			      freight, steps));
	ev = (struct event){ .kind = EVENT_PROMOTION_STARTED, .stage = stage, .freight = freight,
			     .promotion = name, .subject = str_format(a, "begin to promote %s", stage) };
	add(b, ev, str_format(a, "{\"freight\":{\"name\":\"%s\"},\"freightCollection\":{\"id\":\"c%s\",\"items\":{"
			      "\"Warehouse/app\":{\"name\":\"%s\",\"origin\":{\"kind\":\"Warehouse\",\"name\":\"app\"}}}}}",
			      freight, freight, freight));
	ev.kind = EVENT_PROMOTION_STEP;
	ev.subject = str_format(a, "%s: git-push (step 6 of 7) begins", stage);
	add(b, ev, str_format(a, "{\"announces\":\"push\",\"status\":{\"currentStep\":5,\"steps\":[%s],"
			      "\"state\":{\"update\":{\"commitMessage\":\"Updated ./src/base to use new image\"},"
			      "\"commit\":{\"commit\":\"%s\"}}}}", metas(a, 0, 5, at), commit));
	ev.subject = str_format(a, "%s: git-push (step 6 of 7) is done", stage);
	add(b, ev, str_format(a, "{\"status\":{\"currentStep\":6,\"steps\":[%s],\"state\":{\"push\":"
			      "{\"branch\":\"stage/%s\",\"commit\":\"%s\"}}}}", metas(a, 5, 6, at), stage, commit));
	ev.kind = EVENT_PROMOTION_FINISHED;
	ev.subject = str_format(a, "%s runs swift-otter (1.2.3)", stage);
	add(b, ev, str_format(a, "{\"phase\":\"Succeeded\",\"message\":\"\",\"status\":{\"currentStep\":6,"
			      "\"steps\":[%s],\"healthChecks\":[{\"uses\":\"argocd-update\",\"config\":{"
			      "\"apps\":[{\"name\":\"app-%s\",\"desiredRevisions\":[\"%s\"]}]}}]}}", metas(a, 6, 7, at),
			      stage, commit));
	ev = (struct event){ .kind = EVENT_STAGE_VERIFIED, .stage = stage, .freight = freight,
			     .subject = str_format(a, "%s is verified", stage) };
	add(b, ev, str_format(a, "{\"id\":\"%.8s-0000\",\"collection\":\"c%s\",\"startTime\":\"%s\",\"finishTime\":\"%s\","
			      "\"phase\":\"Successful\"}", commit, freight, at, at));
}

/* What retention would drop: all but the newest twenty of each stage, freight that runs nowhere. */
static void prune(struct bench *b)
{
	struct arena *a = b->arena;
	const struct state *s = ledger_state(b->ledger);
	struct value *data = value_map(a), *promotions = value_map(a), *freight = value_list(a);

	for (size_t i = 0; i < s->nstages; i++) {
		struct value *names = value_list(a);
		for (size_t j = 0; j + 20 < s->stages[i]->npromotions; j++)
			value_append(a, names, value_string(a, s->stages[i]->promotions[j]->name));
		if (value_count(names))
			value_set(a, promotions, s->stages[i]->name, names);
	}
	for (size_t k = 0; k < 256; k++)
		for (size_t i = 0; s->freight[k] && i < s->freight[k]->count; i++)
			if (!value_count(value_path(s->freight[k]->items[i]->object, "status.currentlyIn")))
				value_append(a, freight, value_string(a, s->freight[k]->items[i]->name));
	value_set(a, data, "promotions", promotions);
	value_set(a, data, "freight", freight);
	struct event ev = { .kind = EVENT_LEDGER_PRUNED, .subject = "drop old promotions and freight" };
	add(b, ev, json_text(a, data, 0));
}

static double megabytes(struct arena *a, const char *path)
{
	const char *const argv[] = { "du", "-sk", path, NULL };
	struct process p = { .argv = argv };
	struct process_result r;
	struct err e;

	check(process_run(a, &p, &r, &e), &e);
	return strtod(r.out.at, NULL) / 1024;
}

static void limit(const char *what, double got, double most, const char *unit)
{
	printf("%-44s %9.2f %-3s limit %6.0f  %s\n", what, got, unit, most, got <= most ? "ok" : "TOO MUCH");
	fflush(stdout);
}

static int by_size(const void *left, const void *right)
{
	int64_t l = *(const int64_t *)left, r = *(const int64_t *)right;

	return (l > r) - (l < r);
}

static int64_t median(int64_t *of, size_t count)
{
	qsort(of, count, sizeof(*of), by_size);
	return of[count / 2];
}

static void measure(struct bench *b, struct arena *a, const struct ledger_options *o)
{
	struct ledger_filter f = { .max = 1000 };
	struct ledger_page page;
	struct ledger_verdict v;
	struct ledger *l;
	struct err e;

	if (getenv("OPEN_ONLY"))
		for (int i = 0; i < 50; i++) {
			check(ledger_open(o, &l, &e), &e);
			ledger_close(l);
		}
	int64_t took[9];
	double before = used();
	for (size_t i = 0; i < COUNTOF(took); i++) {
		took[i] = clock_ticks();
		check(ledger_open(o, &l, &e), &e);
		took[i] = clock_ticks() - took[i];
		if (i + 1 < COUNTOF(took))
			ledger_close(l);
	}
	double processor = (used() - before) / (double)COUNTOF(took);
	limit("open, median of 9, ms", (double)median(took, COUNTOF(took)), 15, "ms");
	printf("  of a processor, mean of 9: %.1f ms\n", processor);
	int64_t start = clock_ticks();
	before = used();
	check(ledger_history(l, a, &f, &page, &e), &e);
	limit("history: newest 1,000 of all, ms", (double)(clock_ticks() - start), 150, "ms");
	printf("  of a processor: %.1f ms\n", used() - before);
	f.stage = "stage-0";
	start = clock_ticks();
	check(ledger_history(l, a, &f, &page, &e), &e);
	limit("history: newest 1,000 of one stage, ms", (double)(clock_ticks() - start), 1500, "ms");
	start = clock_ticks();
	check(ledger_verify(l, a, &v, &e), &e);
	printf("verified %zu of %zu in %lld ms: %s%s\n", v.events, b->events, (long long)(clock_ticks() - start),
	       v.sound ? "sound" : "UNSOUND: ", v.sound ? "" : v.reason);
	ledger_close(l);
}

/* What this disk takes for what an append must wait for: three new files and two folders. */
static double flush(struct arena *a, const char *folder)
{
	int64_t took[25];

	for (size_t i = 0; i < COUNTOF(took); i++) {
		int64_t start = microseconds();
		for (size_t file = 0; file < 3; file++) {
			const char *path = str_format(a, "%s/flush-%zu-%zu", folder, i, file);
			AUTO(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
			if (fd < 0 || write(fd, path, strlen(path)) < 0 || fsync(fd) != 0)
				return 0;
		}
		AUTO(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fsync(dir) != 0 || fsync(dir) != 0)
			return 0;
		took[i] = microseconds() - start;
	}
	for (size_t i = 0; i < COUNTOF(took); i++)
		for (size_t file = 0; file < 3; file++)
			unlink(str_format(a, "%s/flush-%zu-%zu", folder, i, file));
	return (double)median(took, COUNTOF(took)) / 1000;
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct bench b = { .arena = arena_new(), .now = 1717236000000, .stages = 5 };
	size_t events = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	const char *folder = NULL;
	char name[41];
	struct err e;

	if (argc > 2)
		b.stages = strtoul(argv[2], NULL, 10);
	if (getenv("OPEN_ONLY"))
		folder = getenv("OPEN_ONLY");
	else
		check(folder_temporary(a, "gantry-bench-", &folder, &e), &e);
	struct ledger_options o = { .path = folder, .project = "demo", .host = "bench" };
	if (getenv("OPEN_ONLY")) {
		measure(&b, a, &o);
		return 0;
	}
	check(ledger_open(&o, &b.ledger, &e), &e);
	int64_t start = clock_ticks();
	for (size_t round = 0; b.events < events; round++) {
		freight_of(&b, name);
		for (size_t i = 0; i < b.stages; i++)
			promote(&b, str_format(b.arena, "stage-%zu", i), name);
		if (round % 40 == 39)
			prune(&b);
		arena_reset(b.arena);
	}
	double took = (double)(clock_ticks() - start), disk = flush(a, folder);
	double middle = (double)median(b.took, b.events) / 1000;
	printf("append: median %.2f ms, 99 of 100 below %.2f, slowest %.0f; all, with packing beside, %.2f ms each\n",
	       middle, (double)b.took[b.events * 99 / 100] / 1000, (double)b.took[b.events - 1] / 1000,
	       took / (double)b.events);
	printf("  the slowest waited %lld ms of that for a processor\n", (long long)b.starved / 1000);
	printf("this disk's own flush of three files and two folders: %.2f ms\n", disk);
	limit("append, median, less the flush, ms", middle > disk ? middle - disk : 0, 5, "ms");
	check(ledger_pack(b.ledger, &e), &e);
	ledger_close(b.ledger);
	limit("size on disk per 100,000 events", megabytes(a, folder) * 1e5 / (double)b.events, 60, "MB");
	measure(&b, a, &o);
	if (!getenv("KEEP"))
		check(folder_remove(folder, &e), &e);
	else
		puts(folder);
	arena_free(b.arena);
	return 0;
}
