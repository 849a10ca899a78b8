/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard as its user's terminal sees it: when frames come, how many bytes they take, and what is
 * left of that while an Argo CD tells a thousand changes a second. usage: screen GANTRY FOLDER
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "feeder.h"
#include "measure.h"
#include "meter.h"
#include "seed.h"

enum { STARTS = 7, APPLICATIONS = 1000, STAGES = 1000, FEW_STAGES = 100, RUNNING = 100, RATE = 1000,
       PATIENCE = 20000 };

struct bench {
	struct arena *a;
	const char *gantry, *manifests, *ledger;
	unsigned port;                  /* of the feeder */
};

static void check(bool good, const struct err *e)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static void write_manifests(const struct bench *b, unsigned stages)
{
	struct buf t;
	struct err e;

	buf_init(&t, 16 << 20);
	buf_format(&t, "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: bench}\n---\n"
		       "apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: bench}\n"
		       "spec:\n  subscriptions: [{image: {repoURL: \"127.0.0.1:%u/x\", constraint: ^1.0.0}}]\n", b->port);
	for (unsigned i = 0; i < stages; i++) {
		const char *from = i % 10 ? str_format(b->a, "stages: [stage-%04u]", i - 1) : "direct: true";

		buf_format(&t, "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\n"
			       "metadata: {name: stage-%04u, namespace: bench}\nspec:\n  requestedFreight:\n"
			       "  - origin: {kind: Warehouse, name: w}\n    sources: {%s}\n"
			       "  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}\n", i, from);
	}
	check(folder_make(b->manifests, 0700, &e), &e);
	check(file_write(path_join(b->a, b->manifests, "all.yaml"), buf_str(&t), t.len, 0644, &e), &e);
	buf_release(&t);
}

static void start(const struct bench *b, struct meter *m)
{
	const char *const argv[] = { b->gantry, "-f", b->manifests, "--ledger", b->ledger, "--read-only", NULL };
	struct err e;

	check(meter_start(m, argv, &e), &e);
}

static void measure_start(const struct bench *b)
{
	static const struct {
		const char *sign, *what;
	} steps[] = {
		{ "gantry", "start to the first frame, which says what is not known yet (budget 30)" },
		{ "stage-0003", "start to the stages' rows, from the manifests" },
		{ "swift-otter", "start to what runs in them, from the ledger" },
	};

	for (size_t s = 0; s < COUNTOF(steps); s++) {
		double took[STARTS];

		for (size_t i = 0; i < STARTS; i++) {
			struct meter m;

			start(b, &m);
			took[i] = meter_until(&m, steps[s].sign, m.started, PATIENCE);
			meter_close(&m);
		}
		double middle = at_share(took, STARTS, 0.5);

		printf("%-72s %7.1f ms, best %.1f\n", steps[s].what, middle, took[0]);
	}
}

static void measure_life(const struct bench *b, struct feeder *f)
{
	struct meter_use before, after;
	struct meter m;
	size_t idle;
	unsigned sent;

	start(b, &m);
	meter_until(&m, "swift-otter", m.started, PATIENCE);
	meter_drain(&m, 1500, 10000);
	before = meter_use(&m);
	idle = meter_drain(&m, 5000, 5000);
	after = meter_use(&m);
	printf("%-72s %7zu bytes, %.2f %% of a core; %ld KB resident, %ld KB private\n",
	       "5 s of nothing (budget 0 bytes, 0.1 %)", idle, (after.cpu - before.cpu) / 50, after.resident,
	       after.private);
	measure_moves(&m, "moving the cursor by a row (budget 40)", "jjkjkjkk");
	measure_keys(&m, "key to frame, quiet (budget 1)");
	measure_change(&m, f, 3, "one stage that changed");
	sent = feeder_sent(f);
	feeder_rate(f, RATE);
	meter_drain(&m, 100, 1000);
	before = meter_use(&m);
	double begun = meter_now();
	measure_keys(&m, "key to frame, 1,000 events a second (budget 16 for 99 in 100)");
	after = meter_use(&m);
	printf("%-72s %7.0f events a second, %.0f %% of a core\n", "  meanwhile",
	       (feeder_sent(f) - sent) * 1000 / (meter_now() - begun + 1000),
	       (after.cpu - before.cpu) * 100 / (meter_now() - begun));
	feeder_rate(f, 0);
	meter_drain(&m, 500, 3000);
	printf("%-72s %7.0f ms (budget 50)\n", "exit when the terminal closes", meter_close(&m));
}

/* A hundred stages, and a thousand applications of which a hundred are theirs. */
static void measure_memory(const struct bench *b)
{
	struct meter_use use;
	struct meter m;

	start(b, &m);
	meter_until(&m, "swift-otter", m.started, PATIENCE);
	meter_drain(&m, 8000, 12000);
	use = meter_use(&m);
	printf("%-72s %7ld KB resident (budget 18,000), %ld KB private (6,000)\n",
	       "100 stages, 1,000 applications, nothing happens", use.resident, use.private);
	meter_close(&m);
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct bench b = { .a = a };
	struct feeder *f;
	struct err e;

	if (argc != 3) {
		fprintf(stderr, "usage: screen GANTRY FOLDER\n");
		return 2;
	}
	b.gantry = argv[1];
	b.manifests = path_join(a, argv[2], "manifests");
	b.ledger = path_join(a, argv[2], "ledger.git");
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	check(feeder_start(&f, APPLICATIONS, &e), &e);
	b.port = feeder_port(f);
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", b.port), 1);
	write_manifests(&b, FEW_STAGES);
	seed_ledger(b.ledger, "bench", RUNNING);
	measure_memory(&b);
	write_manifests(&b, STAGES);
	measure_start(&b);
	measure_life(&b, f);
	feeder_stop(f);
	return 0;
}
