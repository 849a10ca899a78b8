/* SPDX-License-Identifier: Apache-2.0 */
/* The events are those that an engine writes. */
#include "seed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/ledger.h"
#include "model/event.h"

struct seed {
	struct arena *a;
	const char *project;
	struct ledger *open;
	int64_t now;
};

static void seed_check(bool good, const struct err *e)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static void seed_append(struct seed *s, struct event ev, const char *data)
{
	struct value *v = NULL;
	struct err e;

	seed_check(json_parse(s->a, data, strlen(data), &v, &e), &e);
	ev.at = s->now += 1000;
	ev.data = v;
	seed_check(ledger_append(s->open, &ev, LEDGER_PUSH_NOW, &e), &e);
}

static void seed_promote(struct seed *s, const char *stage, const char *freight)
{
	struct arena *a = s->a;
	const char *name = str_format(a, "%s.01j%023lld.%.7s", stage, (long long)s->now, freight);
	struct event ev = { .stage = stage, .freight = freight, .promotion = name,
			    .kind = EVENT_PROMOTION_REQUESTED, .actor = "Ada <ada@example.org>",
			    .subject = str_format(a, "promote %s", stage) };

	seed_append(s, ev, str_format(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Promotion\",\"metadata\":{\"name\":"
			      "\"%s\",\"namespace\":\"%s\",\"creationTimestamp\":\"%s\"},\"spec\":{\"stage\":\"%s\",\"freight\":"
			      "\"%s\",\"steps\":[]},\"status\":{\"phase\":\"Pending\"}}", name, s->project,
			      clock_rfc3339(a, s->now), stage, freight));
	ev.kind = EVENT_PROMOTION_STARTED;
	seed_append(s, ev, str_format(a, "{\"freight\":{\"name\":\"%s\"},\"freightCollection\":{\"id\":\"c%s\",\"items\":{"
			      "\"Warehouse/w\":{\"name\":\"%s\",\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}}}}",
			      freight, freight, freight));
	ev.kind = EVENT_PROMOTION_FINISHED;
	seed_append(s, ev, str_format(a, "{\"phase\":\"Succeeded\",\"message\":\"\",\"status\":{\"healthChecks\":[{\"uses\":"
			      "\"argocd-update\",\"config\":{\"apps\":[{\"name\":\"app-%s\"}]}}]}}", stage));
	ev = (struct event){ .kind = EVENT_STAGE_VERIFIED, .stage = stage, .freight = freight,
			     .subject = str_format(a, "%s is verified", stage) };
	seed_append(s, ev, str_format(a, "{\"id\":\"%.8s-0000\",\"collection\":\"c%s\",\"startTime\":\"%s\",\"finishTime\":\"%s\","
			      "\"phase\":\"Successful\"}", freight, freight, clock_rfc3339(a, s->now),
			      clock_rfc3339(a, s->now)));
}

void seed_ledger(const char *path, const char *project, unsigned stages)
{
	const struct ledger_options o = { .path = path, .project = project, .host = "bench" };
	AUTO(arena) struct arena *a = arena_new();
	/* Ages of days, that do not change meanwhile. */
	struct seed s = { .a = a, .project = project, .now = clock_now() - 100000000 };
	char freight[41];
	struct err e;

	hash_sha1("freight", 7, freight);
	seed_check(ledger_open(&o, &s.open, &e), &e);
	seed_append(&s, (struct event){ .kind = EVENT_FREIGHT_DISCOVERED, .freight = freight, .warehouse = "w",
					.subject = "find freight swift-otter" },
		    str_format(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Freight\",\"alias\":"
			       "\"swift-otter\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\"},\"origin\":{"
			       "\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"127.0.0.1:1/x\","
			       "\"tag\":\"1.2.3\",\"digest\":\"sha256:%064d\"}],\"discoveredAt\":\"%s\"}", freight,
			       project, 1, clock_rfc3339(a, s.now)));
	for (unsigned i = 0; i < stages; i++)
		seed_promote(&s, str_format(a, "stage-%04u", i), freight);
	seed_check(ledger_pack(s.open, &e), &e);
	ledger_close(s.open);
}
