/* SPDX-License-Identifier: Apache-2.0 */
/* One table says what differs from project to project; the manifests are written from it. */
#include "demo/seed_inner.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "demo/seed.h"

enum { MAX_MANIFEST = 1 << 16, MOST_STAGES = 4, FREEZE_MS = 25 * 60 * 1000 };

/* What is wrong with a project, or in its way. */
enum trouble {
	FINE,
	UNSIGNED, /* its last stage refuses what comes */
	FROZEN,   /* a window over its last stage opens within the hour */
	LOST,     /* nobody serves its image */
	MISTYPED, /* a manifest has an error */
};

struct fleet_stage {
	const char *name;
	bool automatic;
	const char *soak; /* upstream, before freight may come; NULL: none */
};

static const struct fleet_project {
	const char *name, *team, *constraint;
	enum trouble trouble;
	bool fans_out; /* all stages after the first are side by side */
	struct fleet_stage stages[MOST_STAGES + 1];
} fleet[] = {
	{ "accounts",
	  "identity",
	  "^1.27.0",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "staging", true, NULL }, { "prod", true, NULL } } },
	{ "billing",
	  "money",
	  "~1.27.0",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "prod", false, NULL } } },
	{ "catalogue",
	  "shop",
	  "~1.27.0",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "staging", true, NULL }, { "prod", true, NULL } } },
	{ "checkout",
	  "shop",
	  "^1.27.0",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "staging", true, "15s" }, { "prod", false, NULL } } },
	{ "gateway",
	  "platform",
	  "1.27.3",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "prod", true, "10m" } } },
	{ "mail",
	  "shop",
	  "~1.27.0",
	  UNSIGNED,
	  false,
	  { { "test", true, NULL }, { "prod", true, NULL } } },
	{ "notify",
	  "platform",
	  "~1.27.0",
	  FROZEN,
	  false,
	  { { "test", true, NULL }, { "prod", false, NULL } } },
	{ "payments",
	  "money",
	  "^1.27.0",
	  FINE,
	  false,
	  { { "test", true, NULL }, { "staging", false, NULL }, { "prod", false, "1m" } } },
	{ "reports",
	  "money",
	  "^1.0.0",
	  LOST,
	  false,
	  { { "test", true, NULL }, { "prod", false, NULL } } },
	{ "search",
	  "shop",
	  "~1.28.0",
	  FINE,
	  true,
	  { { "test", true, NULL }, { "prod-eu", true, NULL }, { "prod-us", false, NULL } } },
	{ "tiles",
	  "shop",
	  "~1.27.0",
	  MISTYPED,
	  false,
	  { { "test", true, NULL }, { "prod", false, NULL } } },
};

/* %s: the project. */
static const char task[] =
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: PromotionTask\n"
	"metadata: {name: deploy, namespace: %s}\n"
	"spec:\n"
	"  vars:\n"
	"  - name: image\n"
	"  - name: repo\n"
	"  steps:\n"
	"  - uses: git-clone\n"
	"    config:\n"
	"      repoURL: ${{ vars.repo }}\n"
	"      checkout:\n"
	"      - {branch: main, path: ./src}\n"
	"      - {branch: 'stage/${{ ctx.project }}/${{ ctx.stage }}', path: ./out, create: true}\n"
	"  - uses: git-clear\n"
	"    config: {path: ./out}\n"
	"  - uses: copy\n"
	"    config: {inPath: ./src/base, outPath: ./out}\n"
	"  - uses: yaml-update\n"
	"    config:\n"
	"      path: ./out/deployment.yaml\n"
	"      updates:\n"
	"      - key: spec.template.spec.containers.0.image\n"
	"        value: ${{ vars.image }}:${{ imageFrom(vars.image).Tag }}\n"
	"  - uses: git-commit\n"
	"    as: commit\n"
	"    config:\n"
	"      path: ./out\n"
	"      message: ${{ ctx.project }} ${{ imageFrom(vars.image).Tag }} in ${{ ctx.stage }}\n"
	"  - uses: git-push\n"
	"    config: {path: ./out}\n"
	"  - uses: argocd-update\n"
	"    config:\n"
	"      apps:\n"
	"      - name: ${{ ctx.project }}-${{ ctx.stage }}\n"
	"        sources:\n"
	"        - repoURL: ${{ vars.repo }}\n"
	"          desiredRevision: ${{ task.outputs.commit.commit }}\n";

/* What ends a promotion into a stage that refuses it. */
static const char refusal[] =
	"      - uses: fail\n"
	"        as: signature\n"
	"        config: {message: the image is not signed by a key of the platform team}\n";

static void fleet_add_project(struct buf *b, const struct fleet_project *p)
{
	time_t end = (time_t)((clock_now() + FREEZE_MS) / 1000);
	char until[32] = "";
	struct tm tm;

	buf_format(b,
		   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata:\n  name: %s\n"
		   "  labels: {team: %s}\n---\n",
		   p->name, p->team);
	buf_format(b,
		   "apiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\nmetadata:\n"
		   "  name: %s\n  namespace: %s\nspec:\n  promotionPolicies:\n",
		   p->name, p->name);
	for (const struct fleet_stage *s = p->stages; s->name; s++)
		buf_format(b, "  - stageSelector: {name: %s}\n    autoPromotionEnabled: %s\n",
			   s->name, s->automatic ? "true" : "false");
	if (p->trouble == FROZEN && gmtime_r(&end, &tm) &&
	    strftime(until, sizeof(until), "%Y%m%dT%H%M%SZ", &tm))
		buf_format(b,
			   "  promotionWindows:\n  - name: freeze\n    kind: Deny\n    dtend: %s\n"
			   "    stageSelector: {name: prod}\n",
			   until);
	buf_text(b, "---\n");
}

static void fleet_add_warehouse(struct buf *b, const struct fleet_project *p,
				const struct seed_words *w)
{
	buf_format(
		b,
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata:\n"
		"  name: %s\n  namespace: %s\nspec:\n  interval: 15s\n  subscriptions:\n  - "
		"image:\n"
		"      repoURL: %s%s\n      imageSelectionStrategy: SemVer\n      constraint: %s\n"
		"      discoveryLimit: 5\n---\n",
		p->name, p->name, w->image, p->trouble == LOST ? "-reports" : "", p->constraint);
}

/* Upstream of a stage: the one before it, or of those side by side the first. */
static void fleet_add_stage(struct buf *b, const struct fleet_project *p, size_t index,
			    const struct seed_words *w)
{
	const struct fleet_stage *s = &p->stages[index];
	const char *before = index ? p->stages[p->fans_out ? 0 : index - 1].name : NULL;
	bool last = !p->stages[index + 1].name;

	buf_format(b,
		   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n"
		   "  name: %s\n  namespace: %s\nspec:\n  requestedFreight:\n"
		   "  - origin: {kind: Warehouse, name: %s}\n    sources:\n",
		   s->name, p->name, p->name);
	if (before)
		buf_format(b, "      stages: [%s]\n", before);
	else
		buf_text(b, "      direct: true\n");
	if (last && p->trouble == MISTYPED)
		buf_text(b, "      requiredSoakTime: a minute\n");
	else if (s->soak)
		buf_format(b, "      requiredSoakTime: %s\n", s->soak);
	buf_format(
		b,
		"  promotionTemplate:\n    spec:\n      vars:\n      - {name: image, value: '%s'}\n"
		"      - {name: repo, value: '%s'}\n      steps:\n",
		w->image, w->repository);
	if (last && p->trouble == UNSIGNED)
		buf_text(b, refusal);
	buf_text(b, "      - task: {name: deploy}\n        as: deploy\n---\n");
}

bool seed_fleet_manifests(const char *folder, const struct seed_words *w, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(fleet); i++) {
		const struct fleet_project *p = &fleet[i];
		AUTO(buf) struct buf b;
		bool fine;

		buf_init(&b, MAX_MANIFEST);
		fleet_add_project(&b, p);
		fleet_add_warehouse(&b, p, w);
		for (size_t j = 0; p->stages[j].name; j++)
			fleet_add_stage(&b, p, j, w);
		buf_format(&b, task, p->name);
		fine = file_write(path_join(a, folder, str_format(a, "%s.yaml", p->name)),
				  buf_str(&b), b.len, 0644, e);
		if (!fine)
			return err_wrap(e, "the manifests of %s", p->name);
	}
	return true;
}

const struct seed_place *seed_fleet_places(struct arena *a)
{
	struct seed_place *places =
		arena_array(a, COUNTOF(fleet) * MOST_STAGES + 1, sizeof(*places));
	size_t count = 0;

	for (size_t i = 0; i < COUNTOF(fleet); i++)
		for (size_t j = 0; fleet[i].stages[j].name; j++)
			places[count++] =
				(struct seed_place){ fleet[i].name, fleet[i].stages[j].name };
	return places;
}
