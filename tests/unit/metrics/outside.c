/* SPDX-License-Identifier: Apache-2.0 */
/* What was asked of the outside, on the page. */
#include "metrics/metrics_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/traffic.h"
#include "metrics/metrics.h"
#include "tap.h"

#define HTTP_TIME "gantry_http_client_request_duration_seconds_"
#define GIT_COUNT "gantry_git_operations_total"
#define GIT_TIME "gantry_git_operation_duration_seconds"

static const char *outside_page(struct arena *a, struct traffic *t)
{
	struct traffic_count counts[TRAFFIC_KINDS];
	const struct metrics_page page = { .version = "1", .now = 1000, .traffic = counts };
	const char *text;
	struct buf out;

	traffic_read(t, counts);
	buf_init(&out, 1 << 20);
	metrics_write(a, &out, &page);
	text = buf_copy(&out, a);
	buf_release(&out);
	return text;
}

TEST(http_is_told_by_target_and_code)
{
	AUTO(arena) struct arena *a = arena_new();
	struct traffic *t = traffic_new();
	const char *page;

	traffic_add(t, TRAFFIC_REGISTRY, traffic_status(200), 40);
	traffic_add(t, TRAFFIC_REGISTRY, traffic_status(304), 2600);
	traffic_add(t, TRAFFIC_REGISTRY, traffic_status(429), 0);
	traffic_add(t, TRAFFIC_REGISTRY, TRAFFIC_FAILED, 70000);
	page = outside_page(a, t);
	ok(strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"2xx\"} 1\n") &&
	   strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"3xx\"} 0\n") &&
	   strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"304\"} 1\n") &&
	   strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"4xx\"} 0\n") &&
	   strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"429\"} 1\n") &&
	   strstr(page, "gantry_http_client_requests_total{target=\"registry\",code=\"failed\"} 1\n"),
	   "each exchange is counted by its answer");
	ok(strstr(page, HTTP_TIME "bucket{target=\"registry\",le=\"0.1\"} 2\n") &&
	   strstr(page, HTTP_TIME "bucket{target=\"registry\",le=\"10.0\"} 3\n") &&
	   strstr(page, HTTP_TIME "bucket{target=\"registry\",le=\"+Inf\"} 4\n") &&
	   strstr(page, HTTP_TIME "sum{target=\"registry\"} 72.64\n"),
	   "and by the time that it took");
	ok(!strstr(page, "target=\"forge\"") && !strstr(page, "gantry_git_"),
	   "who was never asked is absent");
	traffic_free(t);
}

TEST(git_is_told_by_remote_and_operation)
{
	AUTO(arena) struct arena *a = arena_new();
	struct traffic *t = traffic_new();
	const char *page;

	traffic_add(t, TRAFFIC_GIT_FETCH, TRAFFIC_OK, 5);
	traffic_add(t, TRAFFIC_LEDGER_PUSH, TRAFFIC_LOST_RACE, 5);
	page = outside_page(a, t);
	ok(strstr(page, GIT_COUNT "{remote=\"repository\",operation=\"fetch\",result=\"ok\"} 1\n") &&
	   strstr(page, GIT_COUNT "{remote=\"repository\",operation=\"fetch\",result=\"failed\"} 0\n"),
	   "repositories have their own");
	ok(strstr(page, GIT_COUNT "{remote=\"ledger\",operation=\"push\",result=\"lost_race\"} 1\n") &&
	   strstr(page, GIT_TIME "_count{remote=\"ledger\",operation=\"push\"} 1\n"),
	   "and so has the ledger's remote");
	traffic_free(t);
}
