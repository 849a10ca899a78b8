/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements of a provider that is down, is back, or stays away. */
#include "verify/patience.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/server.h"
#include "tap.h"
#include "verify/provider.h"

enum { NOW = 1000000 };

/* A provider that is a web server of this process, and the metric that asks it. */
struct outage_play {
	struct arena *a;
	struct server *server;
	struct http *http;
	struct metric metric;
	struct measurement one;
	unsigned asked;
	bool is_down;
};

static void outage_play_answer(void *context, struct arena *a, const struct server_request *rq,
			       struct server_reply *reply)
{
	struct outage_play *t = context;

	(void)a, (void)rq;
	t->asked++;
	reply->status = t->is_down ? 503 : 200;
	reply->type = "application/json";
	reply->body = str_of("{\"data\":1}");
}

static void outage_play_begin(struct outage_play *t)
{
	const struct server_options o = { .port = 0 };
	struct value *spec = NULL;
	struct err e;

	*t = (struct outage_play){ .a = arena_new(), .http = http_new(), .is_down = true };
	t->one = (struct measurement){ .phase = ANALYSIS_RUNNING, .started_at = NOW, .value = "", .message = "" };
	ok(server_start(&t->server, &o, outage_play_answer, t, &e), "a provider");
	const char *text = str_format(t->a, "{\"name\":\"rate\",\"successCondition\":\"result == 1\",\"provider\":{\"web\":"
				      "{\"url\":\"http://127.0.0.1:%u/\",\"jsonPath\":\"{$.data}\"}}}",
				      server_port(t->server));
	ok(json_parse(t->a, text, strlen(text), &spec, &e) && metric_init(&t->metric, spec, &e), "a metric");
}

static void outage_play_end(struct outage_play *t)
{
	server_stop(t->server);
	http_free(t->http);
	arena_free(t->a);
}

static void outage_play_measure(struct outage_play *t, enum measure_task task, int64_t now)
{
	struct provider_run run = { .http = t->http, .namespace = "demo", .name = "run", .uid = "0123", .now = now };

	patient_measure(&run, t->a, &t->metric, task, &t->one);
}

TEST(a_measurement_waits_for_a_provider_that_is_down)
{
	struct outage_play t;

	outage_play_begin(&t);
	outage_play_measure(&t, MEASURE_BEGIN, NOW);
	is_text(analysis_phase_name(t.one.phase), "Running", "it is not over");
	ok(has_prefix(t.one.message, "still waiting, because ") && strstr(t.one.message, "503"), "and says why: %s",
	   t.one.message);
	ok(t.one.resume_at > NOW && t.one.resume_at <= NOW + 60000, "it looks again soon");
	outage_play_measure(&t, MEASURE_GO_ON, NOW + 5000);
	is_text(analysis_phase_name(t.one.phase), "Running", "nor while the outage goes on");
	t.is_down = false;
	outage_play_measure(&t, MEASURE_GO_ON, NOW + 10000);
	is_text(analysis_phase_name(t.one.phase), "Successful", "once it answers, it is measured");
	is_text(t.one.value, "1", "again");
	is_text(t.one.message, "", "and the outage is forgotten");
	ok(!t.one.metadata, "with all notes of it");
	outage_play_end(&t);
}

TEST(a_provider_that_stays_away_is_an_error_in_the_end)
{
	struct outage_play t;

	outage_play_begin(&t);
	outage_play_measure(&t, MEASURE_BEGIN, NOW);
	outage_play_measure(&t, MEASURE_GO_ON, NOW + VERIFY_PATIENCE_MS);
	is_text(analysis_phase_name(t.one.phase), "Error", "after ten minutes");
	ok(strstr(t.one.message, "503") && !strstr(t.one.message, "waiting"), "that says what was wrong: %s", t.one.message);
	outage_play_end(&t);
}

TEST(a_measurement_that_waits_can_be_ended)
{
	struct outage_play t;

	outage_play_begin(&t);
	outage_play_measure(&t, MEASURE_BEGIN, NOW);
	outage_play_measure(&t, MEASURE_TERMINATE, NOW + 1000);
	is_text(analysis_phase_name(t.one.phase), "Error", "it is over");
	is_number(t.asked, 1, "without asking once more");
	ok(has_prefix(t.one.message, "terminated: still waiting, because "), "and says how it stood: %s", t.one.message);
	outage_play_end(&t);
}
