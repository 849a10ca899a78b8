/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fleet as its user's terminal sees it: of literal worlds, which shows what the screens cost,
 * and of manifests, which shows the whole program. usage: fleet GANTRY UI_PLAY FOLDER
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "feeder.h"
#include "measure.h"
#include "meter.h"

enum { STARTS = 5, STAGES = 10, APPLICATIONS = 10000, PATIENCE = 30000, SMALL_MB = 64, LARGE_MB = 250 };

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

/* A figure beside its budget of the design: above 1 it is missed. */
static void fleet_tell(const char *what, double figure, double budget, const char *unit)
{
	printf("%-72s %9.2f %s: %.2f of %g\n", what, figure, unit, figure / budget, budget);
}

struct start_wish {
	const char *sign;               /* that it waits for on the screen */
	const char *what;
	double budget;                  /* ms */
};

/* The median of several starts. */
static void measure_start(const char *const *argv, const struct start_wish *wish)
{
	double took[STARTS];

	for (size_t i = 0; i < STARTS; i++) {
		struct meter m;

		fleet_begin(&m, argv);
		took[i] = meter_until(&m, wish->sign, m.started, PATIENCE);
		meter_close(&m);
	}
	fleet_tell(wish->what, at_share(took, STARTS, 0.5), wish->budget, "ms");
}

/* What it costs to be looked at, and to be left alone. MB that may be resident, a quarter of it private. */
static void measure_life(const char *const *argv, const char *sign, const char *name, double megabytes)
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
	printf("%-72s %9zu bytes (budget 0)\n", str_format(a, "%s: 5 s of nothing", name), idle);
	fleet_tell(str_format(a, "%s: its processor", name), (after.cpu - before.cpu) / 50, 0.2,
		   "% of a core");
	fleet_tell(str_format(a, "%s: resident", name), (double)after.resident / 1024, megabytes, "MB");
	fleet_tell(str_format(a, "%s: private", name), (double)after.private / 1024, megabytes / 4, "MB");
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

/* The whole program, with manifests and a ledger in the folder. */
static void measure_program(const char *gantry, const char *folder, unsigned projects, unsigned port)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *manifests = path_join(a, folder, "manifests");
	const char *const argv[] = { gantry, "-f", manifests, "--ledger", path_join(a, folder, "ledger.git"),
				     NULL };
	const char *name = str_format(a, "%u projects, %d applications", projects, APPLICATIONS);
	bool small = projects <= 100;
	const struct start_wish frame = { "gantry", str_format(a, "%s: start to the first frame", name), 40 },
				rows = { "p-00", str_format(a, "%s: start to the rows", name),
					 small ? 150 : 1000 };
	struct err e;

	check(folder_make(folder, 0700, &e), &e);
	write_projects(manifests, projects, port);
	measure_start(argv, &frame);
	measure_start(argv, &rows);
	measure_life(argv, "p-00", name, small ? SMALL_MB : LARGE_MB);
}

/* One scrape, as Prometheus makes it: bytes that came. */
static size_t agent_scrape(unsigned port)
{
	static const char ask[] = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n"
				  "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char bytes[65536];
	size_t all = 0;
	ssize_t n = 0;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    write(fd, ask, strlen(ask)) != (ssize_t)strlen(ask)) {
		perror("scraping");
		exit(1);
	}
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		all += (size_t)n;
	close(fd);
	return all;
}

/* Every project's messages go to a server. */
static void write_messages(const char *folder, unsigned projects, unsigned port)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf t;
	struct err e;

	buf_init(&t, 64 << 20);
	for (unsigned p = 0; p < projects; p++)
		buf_format(&t,
			   "apiVersion: ee.kargo.akuity.io/v1alpha1\nkind: MessageChannel\nmetadata: "
			   "{name: c, namespace: p-%04u}\n"
			   "spec: {http: {url: \"http://127.0.0.1:%u/hook\"}}\n---\n"
			   "apiVersion: ee.kargo.akuity.io/v1alpha1\nkind: EventRouter\nmetadata: {name: r, "
			   "namespace: p-%04u}\nspec: {types: [PromotionFailed], channels: "
			   "[{kind: MessageChannel, name: c}]}\n---\n",
			   p, port, p);
	check(file_write(path_join(a, folder, "messages.yaml"), buf_str(&t), t.len, 0644, &e), &e);
}

/* An agent with everything on and nothing to do, for a minute. */
static void measure_agent(const char *gantry, const char *folder, unsigned projects, unsigned port)
{
	static const char sign[] = "metrics on http://127.0.0.1:";
	AUTO(arena) struct arena *a = arena_new();
	const char *manifests = path_join(a, folder, "manifests");
	const char *const argv[] = { gantry, "agent", "-f", manifests, "--ledger",
				     path_join(a, folder, "ledger.git"), "--remote",
				     path_join(a, folder, "remote.git"), "--listen", "127.0.0.1:0",
				     "--log-format", "json", NULL };
	struct meter_use before, after;
	struct meter m;
	struct err e;
	unsigned listens;
	size_t bytes = 0;

	check(folder_make(folder, 0700, &e), &e);
	write_projects(manifests, projects, port);
	write_messages(manifests, projects, port);
	setenv("OTEL_EXPORTER_OTLP_ENDPOINT", str_format(a, "http://127.0.0.1:%u", port), 1);
	fleet_begin(&m, argv);
	if (meter_until(&m, sign, m.started, PATIENCE) < 0) {
		fprintf(stderr, "the agent does not serve: %s\n", buf_str(&m.seen));
		exit(1);
	}
	meter_drain(&m, 30000, 30000);
	listens = (unsigned)strtoul(strstr(buf_str(&m.seen), sign) + strlen(sign), NULL, 10);
	before = meter_use(&m);
	for (int i = 0; i < 4; i++) {
		bytes = agent_scrape(listens);
		meter_drain(&m, 15000, 15000);
	}
	after = meter_use(&m);
	fleet_tell(str_format(a, "agent of %u projects, scraped (%zu KB), traces, messages: idle", projects,
			      bytes / 1024),
		   (after.cpu - before.cpu) / 600, 0.5, "% of a core");
	meter_close(&m);
	unsetenv("OTEL_EXPORTER_OTLP_ENDPOINT");
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
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

	measure_life(play_100, "team-0007", "100 projects of 10 stages", SMALL_MB);
	measure_life(play_1000, "team-0007", "1,000 projects of 10 stages", LARGE_MB);
	unsetenv("GANTRY_NOW");
	check(feeder_start(&f, APPLICATIONS, &e), &e);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", feeder_port(f)), 1);
	measure_agent(argv[1], path_join(a, argv[3], "agent-10"), 10, feeder_port(f));
	measure_agent(argv[1], path_join(a, argv[3], "agent-100"), 100, feeder_port(f));
	measure_program(argv[1], path_join(a, argv[3], "fleet-100"), 100, feeder_port(f));
	measure_program(argv[1], path_join(a, argv[3], "fleet-1000"), 1000, feeder_port(f));
	feeder_stop(f);
	return 0;
}
