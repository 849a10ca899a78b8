/* SPDX-License-Identifier: Apache-2.0 */
/* Counts of base/traffic.h under the names that metrics have for them. */
#include "metrics/metrics_inner.h"

#include "base/arena.h"
#include "base/traffic.h"
#include "metrics/exposition.h"

static const struct label no_label;

static const char *const targets[TRAFFIC_HTTP_KINDS] = {
	"other", "registry", "chart", "forge", "argocd", "verify", "step", "message", "trace", "kubernetes",
};

static const char *const operations[] = { "list", "fetch", "push" };

static const char *const results[TRAFFIC_RESULTS] = { "2xx", "3xx", "304", "4xx", "429", "5xx",
						      "failed", "ok", "lost_race" };

static bool outside_was_asked(const struct traffic_count *c)
{
	for (size_t i = 0; i < TRAFFIC_RESULTS; i++)
		if (c->results[i])
			return true;
	return false;
}

static void outside_results(const struct traffic_count *c, const char *labels, enum traffic_kind kind,
			    struct exposition *x)
{
	bool is_http = kind < TRAFFIC_HTTP_KINDS;
	size_t first = is_http ? TRAFFIC_2XX : TRAFFIC_FAILED;
	size_t last = is_http ? TRAFFIC_FAILED : TRAFFIC_LOST_RACE;

	for (size_t i = first; i <= last; i++)
		exposition_sample(x, labels, (struct label){ is_http ? "code" : "result", results[i] },
				  (double)c->results[i]);
}

static void outside_times(const struct traffic_count *c, const char *labels, struct exposition *x)
{
	struct buckets bounds = { .count = TRAFFIC_BOUNDS };
	struct histogram h = { .buckets = &bounds, .sum = (double)c->total / 1000 };

	for (size_t i = 0; i < TRAFFIC_BOUNDS; i++)
		bounds.bounds[i] = traffic_bounds[i] / 1000.0;
	for (size_t i = 0; i <= TRAFFIC_BOUNDS; i++)
		h.counts[i] = c->times[i];
	exposition_histogram(x, labels, no_label, &h);
}

void outside_write(struct arena *a, const struct traffic_count *counts, struct exposition *x)
{
	bool is_http = x->family == FAMILY_HTTP_REQUESTS || x->family == FAMILY_HTTP_DURATION;
	bool is_git = x->family == FAMILY_GIT_OPERATIONS || x->family == FAMILY_GIT_DURATION;

	for (int k = is_http ? 0 : TRAFFIC_HTTP_KINDS;
	     (is_http || is_git) && k < (is_http ? TRAFFIC_HTTP_KINDS : TRAFFIC_KINDS); k++) {
		const struct label target = { "target", is_http ? targets[k] : NULL };
		const struct label git[] = {
			{ "remote", k < TRAFFIC_LEDGER_LIST ? "repository" : "ledger" },
			{ "operation", operations[is_http ? 0 : (k - TRAFFIC_GIT_LIST) % 3] },
		};
		const char *labels;

		if (!outside_was_asked(&counts[k]))
			continue;
		labels = is_http ? exposition_labels(a, &target, 1) : exposition_labels(a, git, COUNTOF(git));
		if (x->family == FAMILY_HTTP_REQUESTS || x->family == FAMILY_GIT_OPERATIONS)
			outside_results(&counts[k], labels, (enum traffic_kind)k, x);
		else
			outside_times(&counts[k], labels, x);
	}
}
