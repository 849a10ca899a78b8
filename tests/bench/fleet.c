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
#include "seed.h"

enum { STARTS = 5, STAGES = 10, APPLICATIONS = 10000, PATIENCE = 30000, SMALL_MB = 64, LARGE_MB = 250,
       REPOSITORIES = 50, INTERVAL_S = 20, USUAL_S = 300, IDLE_MS = 5500, IDLES = 6 };

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

/*
 * Until all projects can be gone to: the last line is asked for again and again, as soon as there is a first. The
 * median of several starts.
 */
static void measure_open(const char *const *argv, const char *last, const char *what)
{
	double took[STARTS];

	for (size_t i = 0; i < STARTS; i++) {
		struct meter m;

		fleet_begin(&m, argv);
		meter_until(&m, "p-00", m.started, PATIENCE);
		do
			meter_press(&m, "G");
		while (meter_until(&m, last, meter_now(), 30) < 0 && meter_now() < m.started + PATIENCE);
		took[i] = meter_now() - m.started;
		meter_close(&m);
	}
	fleet_tell(what, at_share(took, STARTS, 0.5), 1000, "ms");
}

struct life_wish {
	const char *sign, *name;
	double resident, private;       /* MB; private 0: no matter */
};

/*
 * What it costs to be left alone, for as long as it takes until all are told that Argo CD lives, and to be
 * looked at. The median of the bytes, since the header shows the minute.
 */
static void measure_life(struct meter *m, const struct life_wish *wish)
{
	AUTO(arena) struct arena *a = arena_new();
	struct meter_use before, after;
	double idle[IDLES];

	meter_until(m, wish->sign, m->started, PATIENCE);
	meter_drain(m, 2000, 15000);
	before = meter_use(m);
	for (size_t i = 0; i < IDLES; i++)
		idle[i] = (double)meter_drain(m, IDLE_MS, IDLE_MS);
	after = meter_use(m);
	printf("%-72s %9.0f bytes (budget 0)\n", str_format(a, "%s: 5 s of nothing", wish->name),
	       at_share(idle, IDLES, 0.5));
	fleet_tell(str_format(a, "%s: its processor", wish->name),
		   (after.cpu - before.cpu) * 100 / (IDLES * IDLE_MS), 0.2, "% of a core");
	fleet_tell(str_format(a, "%s: resident", wish->name), (double)after.resident / 1024, wish->resident,
		   "MB");
	if (wish->private > 0)
		fleet_tell(str_format(a, "%s: private", wish->name), (double)after.private / 1024,
			   wish->private, "MB");
	measure_moves(m, str_format(a, "%s: moving the cursor by a row (budget 40)", wish->name), "jjkjkjkk");
	measure_keys(m, str_format(a, "%s: key to frame (budget 1)", wish->name));
}

static void measure_play(const char *const *argv, const char *name, double megabytes)
{
	const struct life_wish wish = { "team-0007", name, megabytes, megabytes < LARGE_MB ? megabytes / 4 : 0 };
	struct meter m;

	fleet_begin(&m, argv);
	measure_life(&m, &wish);
	meter_close(&m);
}

/* interval: how often a warehouse looks, in s. */
static void write_projects(const char *folder, unsigned projects, unsigned port, unsigned interval)
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
			   "p-%04u}\nspec:\n  interval: %us\n  subscriptions: [{image: {repoURL: "
			   "\"127.0.0.1:%u/r%02u\", constraint: "
			   "^1.0.0}}]\n---\n",
			   p, p, interval, port, p % REPOSITORIES);
		for (unsigned s = 0; s < STAGES; s++)
			buf_format(&t,
				   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: "
				   "{name: stage-%04u, "
				   "namespace: p-%04u}\nspec:\n  requestedFreight:\n  - origin: "
				   "{kind: Warehouse, "
				   "name: w}\n    sources: {%s}\n  promotionTemplate: {spec: "
				   "{steps: [{uses: "
				   "compose-output, config: {a: b}}]}}\n---\n",
				   s, p,
				   s ? str_format(a, "stages: [stage-%04u]", s - 1)
				     : "direct: true");
	}
	check(folder_make(folder, 0700, &e), &e);
	check(file_write(path_join(a, folder, "all.yaml"), buf_str(&t), t.len, 0644, &e), &e);
}

/* Twenty warehouses ask each repository; within an interval one of them does, for all. */
static void measure_discovery(const char *const *argv, const char *manifests, unsigned projects,
			      const struct feeder *f)
{
	unsigned asked, unchanged, all, same;
	struct meter m;

	write_projects(manifests, projects, feeder_port(f), INTERVAL_S);
	fleet_begin(&m, argv);
	meter_until(&m, "p-00", m.started, PATIENCE);
	for (double end = meter_now() + INTERVAL_S * 1500; meter_now() < end;)
		meter_drain(&m, 1000, end - meter_now());       /* all were asked once */
	feeder_tags(f, &asked, &unchanged);
	for (double end = meter_now() + INTERVAL_S * 1000; meter_now() < end;)
		meter_drain(&m, 1000, end - meter_now());
	feeder_tags(f, &all, &same);
	meter_close(&m);
	fleet_tell("1,000 warehouses of 50 repositories: requests an interval", all - asked, REPOSITORIES, "");
	fleet_tell("1,000 warehouses of 50 repositories: of them answered that nothing has changed",
		   same - unchanged, REPOSITORIES, "");
}

/* The whole program, with manifests and a ledger in the folder. */
static void measure_program(const char *gantry, const char *folder, unsigned projects, struct feeder *f)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *manifests = path_join(a, folder, "manifests"), *ledger = path_join(a, folder, "ledger.git");
	const char *const argv[] = { gantry, "-f", manifests, "--ledger", ledger, NULL };
	const char *name = str_format(a, "%u projects, %d applications", projects, APPLICATIONS);
	bool small = projects <= 100;
	const struct start_wish frame = { "gantry", str_format(a, "%s: start to the first frame", name), 40 },
				rows = { "p-0030", str_format(a, "%s: start to rows that fill the screen", name),
					 small ? 150 : 1000 };
	const struct life_wish life = { "p-00", name, small ? SMALL_MB : LARGE_MB, small ? SMALL_MB / 4.0 : 0 };
	struct meter m;
	struct err e;

	check(folder_make(folder, 0700, &e), &e);
	write_projects(manifests, projects, feeder_port(f), USUAL_S);
	seed_ledger(ledger, "p-0000", 1);
	measure_start(argv, &frame);
	measure_start(argv, &rows);
	if (!small)
		measure_open(argv, str_format(a, "p-%04u", projects - 1),
			     str_format(a, "%s: start until the last can be gone to", name));
	fleet_begin(&m, argv);
	measure_life(&m, &life);
	if (small)
		measure_change(&m, f, 0, str_format(a, "%s: one that breaks", name));
	meter_close(&m);
	if (!small)
		measure_discovery(argv, manifests, projects, f);
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
	write_projects(manifests, projects, port, USUAL_S);
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

	measure_play(play_100, "100 projects of 10 stages", SMALL_MB);
	measure_play(play_1000, "1,000 projects of 10 stages", LARGE_MB);
	unsetenv("GANTRY_NOW");
	check(feeder_start(&f, APPLICATIONS, &e), &e);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", feeder_port(f)), 1);
	measure_agent(argv[1], path_join(a, argv[3], "agent-10"), 10, feeder_port(f));
	measure_agent(argv[1], path_join(a, argv[3], "agent-100"), 100, feeder_port(f));
	measure_program(argv[1], path_join(a, argv[3], "fleet-100"), 100, f);
	measure_program(argv[1], path_join(a, argv[3], "fleet-1000"), 1000, f);
	feeder_stop(f);
	return 0;
}
