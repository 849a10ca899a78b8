/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fleet as its user's terminal sees it: of literal worlds, which shows what the screens cost,
 * and of manifests, which shows the whole program. usage: fleet GANTRY UI_PLAY FOLDER
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "feeder.h"
#include "measure.h"
#include "meter.h"

enum { STARTS = 5, STAGES = 10, APPLICATIONS = 10000, PATIENCE = 30000 };

static void check(bool good, const struct err *e)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static void fleet_begin(struct meter *m, const char *const *argv)
{
	struct err e;

	check(meter_start(m, argv, &e), &e);
}

static void measure_start(const char *const *argv, const char *sign, const char *what)
{
	double took[STARTS];

	for (size_t i = 0; i < STARTS; i++) {
		struct meter m;

		fleet_begin(&m, argv);
		took[i] = meter_until(&m, sign, m.started, PATIENCE);
		meter_close(&m);
	}
	double middle = at_share(took, STARTS, 0.5);

	printf("%-72s %7.1f ms, best %.1f\n", what, middle, took[0]);
}

/* What it costs to be looked at, and to be left alone. */
static void measure_life(const char *const *argv, const char *sign, const char *name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct meter_use before, after;
	struct meter m;
	size_t idle;

	fleet_begin(&m, argv);
	meter_until(&m, sign, m.started, PATIENCE);
	meter_drain(&m, 2000, 15000);
	before = meter_use(&m);
	idle = meter_drain(&m, 5000, 5000);
	after = meter_use(&m);
	printf("%-72s %7zu bytes, %.2f %% of a core; %ld KB resident, %ld KB private\n",
	       str_format(a, "%s: 5 s of nothing (budget 0 bytes, 0.2 %%)", name), idle,
	       (after.cpu - before.cpu) / 50, after.resident, after.private);
	measure_moves(&m, str_format(a, "%s: moving the cursor by a row (budget 40)", name),
		      "jjkjkjkk");
	measure_keys(&m, str_format(a, "%s: key to frame (budget 1)", name));
	meter_close(&m);
}

static void write_projects(const char *folder, unsigned projects, unsigned port)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf t;
	struct err e;

	buf_init(&t, 64 << 20);
	for (unsigned p = 0; p < projects; p++) {
		buf_format(&t,
			   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: "
			   "p-%04u}\n---\n"
			   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: "
			   "{name: w, namespace: "
			   "p-%04u}\nspec:\n  subscriptions: [{image: {repoURL: "
			   "\"127.0.0.1:%u/x\", constraint: "
			   "^1.0.0}}]\n---\n",
			   p, p, port);
		for (unsigned s = 0; s < STAGES; s++)
			buf_format(&t,
				   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: "
				   "{name: stage-%02u, "
				   "namespace: p-%04u}\nspec:\n  requestedFreight:\n  - origin: "
				   "{kind: Warehouse, "
				   "name: w}\n    sources: {%s}\n  promotionTemplate: {spec: "
				   "{steps: [{uses: "
				   "compose-output, config: {a: b}}]}}\n---\n",
				   s, p,
				   s ? str_format(a, "stages: [stage-%02u]", s - 1)
				     : "direct: true");
	}
	check(folder_make(folder, 0700, &e), &e);
	check(file_write(path_join(a, folder, "all.yaml"), buf_str(&t), t.len, 0644, &e), &e);
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *manifests, *ledger;
	struct feeder *f;
	struct err e;

	if (argc != 4) {
		fprintf(stderr, "usage: fleet GANTRY UI_PLAY FOLDER\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("GANTRY_NOW", "2026-11-24T21:14:07Z", 1);
	const char *const play_100[] = { argv[2], "fleet-100", NULL }, *const play_1000[] = {
		argv[2], "fleet-1000", NULL
	};

	measure_life(play_100, "team-0007", "100 projects of 10 stages");
	measure_life(play_1000, "team-0007", "1,000 projects of 10 stages");
	unsetenv("GANTRY_NOW");
	manifests = path_join(a, argv[3], "fleet");
	ledger = path_join(a, argv[3], "fleet.git");
	check(feeder_start(&f, APPLICATIONS, &e), &e);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", feeder_port(f)), 1);
	write_projects(manifests, 100, feeder_port(f));
	const char *const real[] = { argv[1], "-f", manifests, "--ledger", ledger, NULL };

	measure_start(real, "gantry",
		      "100 projects, 10,000 applications: start to the first frame (budget 40)");
	measure_start(real, "p-00",
		      "100 projects, 10,000 applications: start to the rows (budget 150)");
	measure_life(real, "p-00", "100 projects, 10,000 applications");
	feeder_stop(f);
	return 0;
}
