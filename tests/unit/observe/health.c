/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage says of its health after a promotion that pushed and then did not succeed. */
#include "observe/health.h"

#include <string.h>

#include "argocd/decode.h"
#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "model/application.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

#define COMMIT "7d21e08aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct value *health_json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

static struct application *application(struct arena *a, const char *text)
{
	struct application *app = NULL;
	struct err e;

	if (!application_read(a, health_json(a, text), 0, &app, &e))
		note("%s", e.message);
	return app;
}

#define APPLICATION(name, stage) "{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"argocd\"," \
	"\"annotations\":{\"kargo.akuity.io/authorized-stage\":\"demo:" stage "\"}}," \
	"\"spec\":{\"source\":{\"repoURL\":\"x\"}},\"status\":{\"health\":{\"status\":\"Healthy\"}," \
	"\"sync\":{\"status\":\"Synced\",\"revision\":\"" COMMIT "\"}}}"

TEST(what_was_pushed_is_looked_for_in_argocd)
{
	AUTO(arena) struct arena *a = arena_new();
	struct application *apps[] = { application(a, APPLICATION("web", "test")),
				       application(a, APPLICATION("other", "prod")) };
	struct project project = { .name = "demo" };
	struct promotion pushed = { .phase = PHASE_ERRORED, .message = "", .object = health_json(a,
		"{\"spec\":{\"steps\":[{\"as\":\"push\",\"uses\":\"git-push\"}]},"
		"\"status\":{\"state\":{\"push\":{\"commit\":\"" COMMIT "\"}}}}") };
	struct stage s = { .name = "test", .unconfirmed = &pushed, .status = health_json(a,
		"{\"lastPromotion\":{\"name\":\"x\",\"status\":{\"phase\":\"Errored\"}}}") };
	struct application *const *const pages[] = { apps };
	struct world w = { .project = &project, .applications = { pages, 2 } };

	health_fill(a, &w, &s);
	is_number((int64_t)s.health, HEALTH_UNKNOWN, "its health is unknown");
	is_number((int64_t)s.nissues, 2, "for two reasons");
	is_text(s.issues[0], "the last promotion ended as Errored", "how it ended");
	is_text(s.issues[1], "pushed 7d21e08, not confirmed: application 'web' runs it, Healthy",
		"and what runs there: of the applications of this stage");
	w.applications.count = 0;
	s = (struct stage){ .name = "test", .unconfirmed = &pushed, .status = s.status };
	health_fill(a, &w, &s);
	is_text(s.issues[1], "pushed 7d21e08, not confirmed", "where no application is known, that alone");
}
