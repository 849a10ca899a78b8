/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifests are what a user of Kargo would write, and use only steps that need no other program. They
 * are templates with words such as @IMAGE@ in them, since ports differ from run to run.
 */
#include "demo/seed.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "data/yaml.h"
#include "demo/demo_registry.h"
#include "demo/seed_inner.h"
#include "git/repo.h"
#include "git/tree.h"

#define MAX_FILE 65536

const char *const seed_stages[] = { "test", "uat", "qa", "prod", NULL };

struct seed_file {
	const char *path, *text;
};

static const char deployment[] =
	"# One small web server. The image's tag is written by promotions.\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata:\n"
	"  name: web\n"
	"spec:\n"
	"  replicas: 3\n"
	"  selector:\n"
	"    matchLabels: {app: web}\n"
	"  template:\n"
	"    metadata:\n"
	"      labels: {app: web}\n"
	"    spec:\n"
	"      containers:\n"
	"      - name: web\n"
	"        image: @IMAGE@:@TAG@\n"
	"        ports:\n"
	"        - containerPort: 8080\n";

static const char service[] =
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata:\n"
	"  name: web\n"
	"spec:\n"
	"  selector: {app: web}\n"
	"  ports:\n"
	"  - port: 80\n"
	"    targetPort: 8080\n";

static const char readme[] =
	"# GitOps repository of gantry demo\n\n"
	"`base/` is what every stage runs; a promotion copies it to the branch `stage/NAME`\n"
	"and writes the image there.\n";

static const char project[] =
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Project\n"
	"metadata:\n"
	"  name: " SEED_PROJECT "\n"
	"---\n"
	"# test, uat and qa take new freight by themselves; prod waits for a person.\n"
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: ProjectConfig\n"
	"metadata:\n"
	"  name: " SEED_PROJECT "\n"
	"  namespace: " SEED_PROJECT "\n"
	"spec:\n"
	"  promotionPolicies:\n"
	"  - stageSelector:\n"
	"      name: test\n"
	"    autoPromotionEnabled: true\n"
	"  - stageSelector:\n"
	"      name: regex:^(uat|qa)$\n"
	"    autoPromotionEnabled: true\n";

static const char warehouse[] =
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Warehouse\n"
	"metadata:\n"
	"  name: " SEED_WAREHOUSE "\n"
	"  namespace: " SEED_PROJECT "\n"
	"spec:\n"
	"  interval: 5s\n"
	"  subscriptions:\n"
	"  - image:\n"
	"      repoURL: @IMAGE@\n"
	"      imageSelectionStrategy: SemVer\n"
	"      constraint: ^1.27.0\n"
	"      discoveryLimit: 5\n";

#define TASK(name)                               \
	"apiVersion: kargo.akuity.io/v1alpha1\n" \
	"kind: PromotionTask\n"                  \
	"metadata:\n"                            \
	"  name: " name "\n"                     \
	"  namespace: " SEED_PROJECT "\n"        \
	"spec:\n"                                \
	"  vars:\n"                              \
	"  - name: image\n"                      \
	"  - name: repo\n"                       \
	"  steps:\n"

/* Up to the commit, which both ways into a stage begin with. */
#define RENDER                                                                    \
	"  - uses: git-clone\n"                                                       \
	"    config:\n"                                                               \
	"      repoURL: ${{ vars.repo }}\n"                                           \
	"      checkout:\n"                                                           \
	"      - branch: main\n"                                                      \
	"        path: ./src\n"                                                       \
	"      - branch: stage/${{ ctx.stage }}\n"                                    \
	"        path: ./out\n"                                                       \
	"        create: true\n"                                                      \
	"  - uses: git-clear\n"                                                       \
	"    config:\n"                                                               \
	"      path: ./out\n"                                                         \
	"  - uses: copy\n"                                                            \
	"    config:\n"                                                               \
	"      inPath: ./src/base\n"                                                  \
	"      outPath: ./out\n"                                                      \
	"  - uses: yaml-update\n"                                                     \
	"    config:\n"                                                               \
	"      path: ./out/deployment.yaml\n"                                         \
	"      updates:\n"                                                            \
	"      - key: spec.template.spec.containers.0.image\n"                        \
	"        value: ${{ vars.image }}:${{ imageFrom(vars.image).Tag }}\n"         \
	"  - uses: git-commit\n"                                                      \
	"    as: commit\n"                                                            \
	"    config:\n"                                                               \
	"      path: ./out\n"                                                         \
	"      message: web ${{ imageFrom(vars.image).Tag }} in ${{ ctx.stage }}\n"

#define UPDATE(commit)                                       \
	"  - uses: argocd-update\n"                              \
	"    config:\n"                                          \
	"      apps:\n"                                          \
	"      - name: ${{ ctx.project }}-${{ ctx.stage }}\n"    \
	"        sources:\n"                                     \
	"        - repoURL: ${{ vars.repo }}\n"                  \
	"          desiredRevision: ${{ " commit " }}\n"

static const char tasks[] =
	"# Straight to the stage's branch.\n"
	TASK("deploy")
	RENDER
	"  - uses: git-push\n"
	"    config:\n"
	"      path: ./out\n"
	UPDATE("task.outputs.commit.commit")
	"---\n"
	"# Through a pull request into it, which a person merges.\n"
	TASK("propose")
	RENDER
	"  - uses: git-push\n"
	"    as: push\n"
	"    config:\n"
	"      path: ./out\n"
	"      generateTargetBranch: true\n"
	"  - uses: git-open-pr\n"
	"    as: open\n"
	"    config:\n"
	"      repoURL: ${{ vars.repo }}\n"
	"      provider: gitea\n"
	"      sourceBranch: ${{ task.outputs.push.branch }}\n"
	"      targetBranch: stage/${{ ctx.stage }}\n"
	"  - uses: git-wait-for-pr\n"
	"    as: merge\n"
	"    config:\n"
	"      repoURL: ${{ vars.repo }}\n"
	"      provider: gitea\n"
	"      prNumber: ${{ task.outputs.open.pr.id }}\n"
	"      pollInterval: 10s\n"
	UPDATE("task.outputs.merge.commit");

/* What may open and merge pull requests on the forge. */
static const char secret[] =
	"apiVersion: v1\n"
	"kind: Secret\n"
	"metadata:\n"
	"  name: forge\n"
	"  namespace: " SEED_PROJECT "\n"
	"  labels:\n"
	"    kargo.akuity.io/cred-type: git\n"
	"stringData:\n"
	"  repoURL: \"@REPO@\"\n"
	"  username: demo\n"
	"  password: \"@TOKEN@\"\n";

#define STAGE(name, color, task, sources)                      \
	"apiVersion: kargo.akuity.io/v1alpha1\n"               \
	"kind: Stage\n"                                        \
	"metadata:\n"                                          \
	"  name: " name "\n"                                   \
	"  namespace: " SEED_PROJECT "\n"                      \
	"  annotations:\n"                                     \
	"    kargo.akuity.io/color: " color "\n"               \
	"spec:\n"                                              \
	"  requestedFreight:\n"                                \
	"  - origin:\n"                                        \
	"      kind: Warehouse\n"                              \
	"      name: web\n"                                    \
	"    sources:\n" sources                               \
	"  promotionTemplate:\n"                               \
	"    spec:\n"                                          \
	"      vars:\n"                                        \
	"      - name: image\n"                                \
	"        value: \"@IMAGE@\"\n"                         \
	"      - name: repo\n"                                 \
	"        value: \"@REPO@\"\n"                          \
	"      steps:\n"                                       \
	"      - task:\n"                                      \
	"          name: " task "\n"                            \
	"        as: " task "\n"

static const char stages[] =
	STAGE("test", "lime", "deploy", "      direct: true\n")
	"---\n"
	STAGE("uat", "sky", "deploy", "      stages:\n      - test\n")
	"---\n"
	STAGE("qa", "amber", "deploy", "      stages:\n      - test\n")
	"---\n"
	"# Freight must have run in uat and in qa for 15 s, or be approved. What is promoted here waits\n"
	"# until a person has merged its pull request.\n"
	STAGE("prod", "red", "propose", "      stages:\n      - uat\n      - qa\n"
	      "      availabilityStrategy: All\n      requiredSoakTime: 15s\n");

static const struct seed_file manifests[] = {
	{ "project.yaml", project },
	{ "secret.yaml", secret },
	{ "stages.yaml", stages },
	{ "task.yaml", tasks },
	{ "warehouse.yaml", warehouse },
};

/* What stands for one of the words that text begins with; NULL: it begins with none. */
static const char *seed_word_at(const char *text, const struct seed_words *w, size_t *len)
{
	const struct { const char *word, *is; } all[] = {
		{ "@IMAGE@", w->image }, { "@REPO@", w->repository }, { "@TOKEN@", w->token },
		{ "@TAG@", w->tag },
	};

	for (size_t i = 0; i < COUNTOF(all); i++) {
		*len = strlen(all[i].word);
		if (has_prefix(text, all[i].word))
			return all[i].is;
	}
	return NULL;
}

/* The template with its words replaced. */
static struct str fill_in(struct arena *a, const char *text, const struct seed_words *w)
{
	AUTO(buf) struct buf b;
	size_t len;

	buf_init(&b, MAX_FILE);
	while (*text) {
		const char *word = seed_word_at(text, w, &len);

		if (word) {
			buf_text(&b, word);
		} else {
			len = 1 + strcspn(text + 1, "@");
			buf_add(&b, text, len);
		}
		text += len;
	}
	return (struct str){ buf_copy(&b, a), b.len };
}

/* One commit on top of a branch, or its first. */
struct seed_commit {
	const char *branch, *message;
	const struct repo_edit *edits;
	size_t count;
	int64_t at;                     /* ms */
};

static bool commit_to(struct repo *r, const struct seed_commit *s, struct err *e)
{
	struct repo_person who = { .name = "gantry demo", .email = "demo@localhost",
				   .time = s->at };
	struct repo_commit c = { .author = who, .committer = who, .message = s->message };
	AUTO(arena) struct arena *a = arena_new();
	const char *ref = str_format(a, "refs/heads/%s", s->branch);
	struct oid id, parent = { "" };
	struct err ignored;

	if (repo_ref(r, ref, &parent, &ignored)) {
		c.parents = &parent;
		c.parent_count = 1;
	}
	return repo_edit(r, &(struct repo_edits){ NULL, s->edits, s->count }, &c.tree, e) &&
	       repo_commit(r, &c, &id, e) && repo_set_ref(r, ref, &id, &parent, e);
}

/* What a promotion of the past left in its stage's branch. */
static bool commit_promotion(struct repo *r, const struct seed_words *w, const struct past_promotion *p,
			     int64_t now, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct seed_words words = *w;
	struct demo_version version;
	struct seed_commit c = { .branch = str_format(a, "stage/%s", p->stage),
				 .at = now - p->minutes_ago * 60000 };

	demo_registry_version(a, p->version, &version);
	words.tag = version.tag;
	const struct repo_edit edits[] = {
		{ .path = "deployment.yaml", .content = fill_in(a, deployment, &words) },
		{ .path = "service.yaml", .content = str_of(service) },
	};
	c.edits = edits;
	c.count = COUNTOF(edits);
	c.message = str_format(a, "web %s in %s\n", version.tag, p->stage);
	return commit_to(r, &c, e);
}

static bool fill_repository(struct repo *r, const struct seed_words *w, int64_t now, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct seed_words words = *w;
	struct demo_version first;

	demo_registry_version(a, demo_past[0].version, &first);
	words.tag = first.tag;
	const struct repo_edit base[] = {
		{ .path = "README.md", .content = str_of(readme) },
		{ .path = "base/deployment.yaml", .content = fill_in(a, deployment, &words) },
		{ .path = "base/service.yaml", .content = str_of(service) },
	};
	struct seed_commit c = { "main", "what every stage runs\n", base, COUNTOF(base),
				 now - demo_past[0].minutes_ago * 60000 };

	if (!commit_to(r, &c, e))
		return false;
	for (const struct past_promotion *p = demo_past; p->stage; p++)
		if (!p->is_refused && !commit_promotion(r, w, p, now, e))
			return false;
	return true;
}

bool seed_repository(const char *path, const struct seed_words *w, int64_t now, struct err *e)
{
	AUTO(repo) struct repo *r = NULL;
	struct oid id;
	struct err ignored;

	if (!repo_init(path, true, "main", e) || !repo_open(path, &r, e))
		return err_wrap(e, "the GitOps repository");
	if (repo_resolve(r, "main", &id, &ignored))
		return true;
	return fill_repository(r, w, now, e) || err_wrap(e, "the GitOps repository");
}

/* A task's step as it stands in a Promotion: named after the task and its own name or place. */
static struct value *seed_step(struct arena *a, const char *task, const struct value *step, size_t index)
{
	struct value *v = value_map(a);
	const char *as = value_text(value_get(step, "as"), str_format(a, "step-%zu", index + 1));

	value_set(a, v, "uses", value_get(step, "uses"));
	value_set(a, v, "as", value_string(a, str_format(a, "%s::%s", task, as)));
	value_set(a, v, "config", value_get(step, "config"));
	return v;
}

bool seed_steps(struct arena *a, const char *stage, struct value **out, struct err *e)
{
	const char *task = strcmp(stage, "prod") == 0 ? "propose" : "deploy";
	struct list documents = { 0 };

	if (!yaml_parse(a, "task.yaml", str_of(tasks), &documents, e))
		return false;
	*out = value_list(a);
	for (size_t i = 0; i < documents.count; i++) {
		const struct value *steps = value_path(documents.items[i], "spec.steps");

		if (strcmp(value_path_text(documents.items[i], "metadata.name", ""), task) != 0)
			continue;
		for (size_t j = 0; j < value_count(steps); j++)
			value_append(a, *out, seed_step(a, task, value_at(steps, j), j));
	}
	return true;
}

bool seed_manifests(const char *folder, const struct seed_words *w, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(manifests); i++) {
		struct str text = fill_in(a, manifests[i].text, w);
		const char *path = path_join(a, folder, manifests[i].path);
		if (!file_write(path, text.at, text.len, 0644, e))
			return err_wrap(e, "the manifests");
	}
	return true;
}
