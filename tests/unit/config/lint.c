/* SPDX-License-Identifier: Apache-2.0 */
/* What lint finds that loading does not: names, steps, secrets. */
#include "config/lint.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/field.h"
#include "model/world.h"
#include "tap.h"

static const struct field_def copy_fields[] = {
	{ .name = "inPath", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "From." },
	{ .name = "outPath", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "To." },
	{ .name = "force", .kind = FIELD_BOOL, .help = "Overwrite." },
	{ .name = NULL },
};

static const struct field_def kinds[] = {
	{ .name = "copy", .kind = FIELD_MAP, .help = "Copies.", .of = copy_fields },
	{ .name = "compose-output", .kind = FIELD_MAP, .help = "Composes.", .flags = FIELD_OPEN,
	  .of = kinds + 2 },
	{ .name = NULL },
};

static const struct field_def copy_outputs[] = { { .name = "count" }, { .name = NULL } };

static const struct field_def outputs[] = {
	{ .name = "copy", .kind = FIELD_MAP, .of = copy_outputs },
	{ .name = "compose-output", .kind = FIELD_MAP, .flags = FIELD_OPEN },
	{ .name = NULL },
};

static const struct lint_steps steps = { .kinds = kinds, .outputs = outputs };

#define KARGO "apiVersion: kargo.akuity.io/v1alpha1\n"

static const char pipeline[] =
	KARGO "kind: Project\nmetadata: {name: demo}\n---\n"
	KARGO "kind: Warehouse\nmetadata: {name: w, namespace: demo}\n"
	"spec: {subscriptions: [{image: {repoURL: nginx}}]}\n---\n"
	KARGO "kind: PromotionTask\nmetadata: {name: t, namespace: demo}\n"
	"spec:\n"
	"  vars: [{name: branch}]\n"
	"  steps: [{uses: copy, config: {inPath: a, outPath: b}}]\n---\n"
	KARGO "kind: Stage\nmetadata: {name: test, namespace: demo}\n"
	"spec:\n"
	"  requestedFreight:\n"
	"  - {origin: {kind: Warehouse, name: w}, sources: {direct: true}}\n"
	"  promotionTemplate:\n"
	"    spec:\n"
	"      steps:\n"
	"      - task: {name: t}\n"
	"        vars: [{name: branch, value: main}]\n"
	"      - uses: copy\n"
	"        config: {inPath: \"${{ ctx.project }}\", outPath: b, force: true}\n";

static const char *lint_text_of(struct arena *a, const char *text)
{
	const struct config_file file = { .name = "k.yaml", .text = str_of(text) };
	struct lint_report report;
	const char *all = "";

	if (lint_files(a, &file, 1, &steps, &report) && report.complaints.count == 0)
		return "";
	for (size_t i = 0; i < report.complaints.count; i++) {
		const struct complaint *c = report.complaints.items[i];

		all = str_format(a, "%s%s%u:%u %s: %s", all, i ? "\n" : "", c->line, c->column,
				 c->is_error ? "error" : "warning", c->message);
	}
	return all;
}

/* The pipeline with one text in the place of another. */
static const char *lint(struct arena *a, const char *from, const char *to)
{
	const char *at = strstr(pipeline, from);

	return lint_text_of(a, str_format(a, "%.*s%s%s", (int)(at - pipeline), pipeline, to,
					  at + strlen(from)));
}

/* "a", for what is about every project "*", for each complaint in turn. */
static const char *lint_projects_of(struct arena *a, const char *text)
{
	const struct config_file file = { .name = "k.yaml", .text = str_of(text) };
	struct lint_report report;
	const char *all = "";

	if (lint_files(a, &file, 1, &steps, &report))
		note("nothing is wrong");
	for (size_t i = 0; i < report.complaints.count; i++) {
		const struct complaint *c = report.complaints.items[i];

		all = str_format(a, "%s%s ", all, c->project ? c->project : "*");
	}
	return all;
}

TEST(what_lint_finds_is_about_the_project_of_its_object)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(lint_projects_of(a, str_format(a, "%s---\n" KARGO "kind: Project\nmetadata: {name: other}\n---\n"
					       KARGO "kind: Stage\nmetadata: {name: s, namespace: other}\n"
					       "spec:\n  requestedFreight:\n"
					       "  - {origin: {kind: Warehouse, name: w}, sources: {direct: true}}\n"
					       "  promotionTemplate: {spec: {steps: [{uses: cp}]}}\n", pipeline)),
		"other other ", "the one of a step that is not there, and of a missing warehouse");
	is_text(lint_projects_of(a, str_format(a, "%s---\napiVersion: v1\nkind: Secret\ntype: a\ntype: b\n"
					       "metadata: {name: mail, namespace: kargo-cluster-secrets}\n",
					       pipeline)),
		"* ", "what is the cluster's own is about every project");
}

TEST(a_sound_pipeline_passes)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(lint(a, "", ""), "", "nothing to say");
}

TEST(steps_are_held_against_their_kinds)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(lint(a, "uses: copy\n", "uses: copi\n"),
		"28:15 error: stage test: step step-2: there is no step \"copi\"; did you mean copy?",
		"a kind that is not there");
	is_text(lint(a, "outPath: b, force", "outpath: b, force"),
		"29:17 error: stage test: step step-2: config.outPath: is required: to\n"
		"29:48 error: stage test: step step-2: config.outpath: no such field; did you mean outPath?",
		"a field that is not there");
	is_text(lint(a, "        config: {inPath: \"${{ ctx.project }}\", outPath: b, force: true}\n", "        config:\n"),
		"28:9 error: stage test: step step-2: config.inPath: is required: from\n"
		"28:9 error: stage test: step step-2: config.outPath: is required: to",
		"an empty configuration is none, and stands where the step does");
	is_text(lint(a, "force: true", "force: \"${{ true }}\""), "", "an expression may be anything");
	is_text(lint(a, "force: true", "force: maybe"),
		"29:67 error: stage test: step step-2: config.force: is a string, must be true or false",
		"a text is no bool");
	is_text(lint(a, "${{ ctx.project }}", "${{ ctx.project }"),
		"29:26 error: stage test: step step-2: an expression begins with ${{ and does not end",
		"an expression without an end");
}

TEST(tags_that_become_numbers_are_noticed)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = lint(a, "${{ ctx.project }}", "${{ imageFrom('other').Tag }}");

	ok(strstr(text, "29:26 warning: stage test: step step-2: what looks like a number becomes one here "
			"(1.10 becomes 1.1): write ${{ quote(imageFrom('other').Tag) }}") != NULL, "%s", text);
	is_text(lint(a, "${{ ctx.project }}", "${{ imageFrom('nginx').Tag }}"), "",
		"three parts are no number");
	ok(!strstr(lint(a, "${{ ctx.project }}", "${{ quote(imageFrom('other').Tag) }}"), "number"), "with quote()");
	static const char *const forms[] = {
		"${{ imageFrom('other').Tag ?? 'none' }}", "${{ imageFrom('other')['Tag'] }}",
		"${{ ctx.stage == 'a' ? 'none' : imageFrom('other').Tag }}", "${{ imageFrom('other')?.Tag }}",
		"${{ trimPrefix(imageFrom('other').Tag, 'v') }}", "${{ imageFrom('other').Tag | trimPrefix('v') }}",
	};
	for (size_t i = 0; i < COUNTOF(forms); i++)
		ok(strstr(lint(a, "${{ ctx.project }}", forms[i]), "29:26 warning: stage test: step step-2: what looks "
			  "like a number becomes one here (1.10 becomes 1.1)") != NULL, "%s", forms[i]);
	ok(!strstr(lint(a, "${{ ctx.project }}", "${{ 'v' + imageFrom('other').Tag }}"), "number"), "a v before it");
	ok(!strstr(lint(a, "${{ ctx.project }}", "${{ imageFrom('other').Tag == 'a' ? 'b' : 'c' }}"), "number"),
	   "what only asks for it");
}

/* Of a task that uses the repository's tag, which a warehouse selects by that strategy. */
static const char *lint_git_tag(struct arena *a, const char *strategy)
{
	return lint_text_of(a, str_format(a, "%s---\n"
		KARGO "kind: Warehouse\nmetadata: {name: g, namespace: demo}\nspec: {subscriptions: "
		"[{git: {repoURL: 'https://x/y.git', commitSelectionStrategy: %s}}]}\n---\n"
		KARGO "kind: PromotionTask\nmetadata: {name: u, namespace: demo}\n"
		"spec: {steps: [{uses: copy, config: {inPath: \"${{ commitFrom('https://x/y').Tag }}\", outPath: b}}]}\n",
		pipeline, strategy));
}

TEST(tags_of_git_are_told_however_the_url_is_spelt)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(!strstr(lint_git_tag(a, "SemVer"), "number"), "three parts are no number: %s", lint_git_tag(a, "SemVer"));
	ok(strstr(lint_git_tag(a, "NewestTag"), "(1.10 becomes 1.1)") != NULL, "any tag may be one");
}

TEST(tags_that_become_numbers_in_variables_are_noticed)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = lint(a, "value: main}", "value: \"${{ imageFrom('other').Tag }}\"}");

	ok(strstr(text, "warning: stage test: step task-1: what looks like a number becomes one here "
			"(1.10 becomes 1.1): write ${{ quote(imageFrom('other').Tag) }}") != NULL, "a step's: %s", text);
	text = lint(a, "    spec:\n", "    spec:\n      vars: [{name: tag, value: \"${{ imageFrom('other').Tag }}\"}]\n");
	ok(strstr(text, "warning: stage test: vars: what looks like a number becomes one here ") != NULL,
	   "the template's: %s", text);
	text = lint(a, "- uses: copy\n        config: {inPath: \"${{ ctx.project }}\"",
		    "- uses: copy\n        vars: [{name: tag, value: \"${{ quote(imageFrom('other').Tag) }}\"}]\n"
		    "        config: {inPath: \"${{ vars.tag }}\"");
	ok(strstr(text, "30:26 warning: stage test: step step-2: what looks like a number becomes one here "
			"(1.10 becomes 1.1): write ${{ quote(vars.tag) }}") != NULL,
	   "one whose value is quoted becomes a number where it is used: %s", text);
	ok(!strstr(lint(a, "${{ ctx.project }}", "v${{ imageFrom('other').Tag }}"), "number"),
	   "with a letter before it");
	text = lint(a, "${{ ctx.project }}", "${{ commitFrom('r').ID[:7] }}");
	ok(strstr(text, "0123456 becomes 123456") != NULL, "%s", text);
}

TEST(tasks_get_what_they_need)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(lint(a, "        vars: [{name: branch, value: main}]\n", ""),
		"26:15 error: stage test: step task-1: vars: branch of task t is required",
		"a variable without a value");
	is_text(lint(a, "value: main}]", "value: main}, {name: brunch, value: x}]"),
		"27:45 warning: stage test: step task-1: vars: task t has no variable brunch",
		"a variable too many");
}

TEST(secrets_in_plain_text_are_noticed)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(strstr(lint(a, "value: main}", "value: ghp_0123456789abcdef}"), "looks like a secret") != NULL,
	   "a token by its beginning");
	ok(strstr(lint(a, KARGO "kind: Warehouse", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: "
		       "demo}\nstringData: {githubAppClientID: x, githubAppPrivateKey: y}\n---\n"
		       KARGO "kind: Warehouse"), "App's key gives no token without githubAppInstallationID") != NULL,
	   "a key that gives no token");
	ok(strstr(lint(a, "name: branch}", "name: branch}, {name: api_key, value: hunter22}"),
		  "api_key looks like a secret") != NULL, "a key by its name");
}

static const char *expression(struct arena *a, const char *text)
{
	return lint(a, "${{ ctx.project }}", text);
}

TEST(names_in_expressions_are_looked_up)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(expression(a, "${{ vars.brunch }}"),
		"29:26 warning: stage test: step step-2: there is no variable brunch", "a variable");
	is_text(expression(a, "${{ ctx.stages }}"),
		"29:26 warning: stage test: step step-2: ctx has no stages; did you mean stage?",
		"a member of ctx");
	is_text(expression(a, "${{ outputs['task-1'].x + outputs['step-2'].y }}"),
		"29:26 warning: stage test: step step-2: no earlier step is called step-2", "a step that comes later");
	is_text(expression(a, "${{ imageFrom('nginx').Tag + imageFrom('ngnix').Tag }}"),
		"29:26 warning: stage test: step step-2: no warehouse watches image ngnix",
		"a repository that is not watched");
	is_text(expression(a, "${{ status('task-1') == 'Skipped' && !failure() }}"), "",
		"functions of status are known in steps");
	is_text(expression(a, "${{ let x = [1, 2]; filter(x, # > 1) | len() }}"), "",
		"names of the language's own are none to look up");
}

TEST(expressions_that_cannot_work_are_errors)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(expression(a, "${{ imageForm('nginx').Tag }}"),
		"29:26 error: stage test: step step-2: there is no function imageForm", "a function");
	ok(strstr(expression(a, "${{ imageFrom('nginx').tag }}"), "error: stage test: step step-2: "
		  "expression imageFrom('nginx').tag:") != NULL, "a field that an image has not");
	ok(strstr(expression(a, "${{ 1 + }}"), "error: ") != NULL, "bad syntax");
	ok(strstr(expression(a, "${{ {'a': {'b': 1}} }}"), "error: ") != NULL,
	   "an expression ends at the first two braces");
}

TEST(providers_that_gantry_has_not_are_told)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(lint(a, "---\n" KARGO "kind: PromotionTask",
		     "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
		     "metadata: {name: x, namespace: demo}\n"
		     "spec: {metrics: [{name: m, provider: {datadog: {query: q}}}]}\n---\n" KARGO
		     "kind: PromotionTask"),
		"13:38 warning: analysisTemplate x: spec.metrics[0]: gantry does not measure with datadog; it "
		"does with prometheus, web and job", "by name");
}

/* A condition in place of none. */
static const char *condition(struct arena *a, const char *text)
{
	return lint(a, "      - uses: copy\n", str_format(a, "      - uses: copy\n        if: %s\n", text));
}

TEST(conditions_are_true_or_false)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(condition(a, "${{ failure() }}"), "", "an expression is one");
	is_text(condition(a, "' ${{ failure() }} '"), "", "so it is with blanks around it, which still give a bool");
	is_text(condition(a, "failure()"),
		"29:13 error: stage test: step step-2: if: \"failure()\" is a text, neither true nor false; write "
		"${{ failure() }}", "a bare one is a text");
	is_text(condition(a, "${{ 1 }}"), "29:13 error: stage test: step step-2: if: 1 is neither true nor false",
		"a number is none");
	is_text(condition(a, "${{ status('task-1') }}"),
		"29:13 error: stage test: step step-2: if: status('task-1') is neither true nor false",
		"nor is what a function returns as a text");
	is_text(condition(a, "not ${{ true }}"),
		"29:13 error: stage test: step step-2: if: text beside ${{ … }} makes a text of it, which is neither "
		"true nor false", "nor a text with an expression in it");
	ok(strstr(condition(a, "not ${% true %}"), "makes a text of it") != NULL, "of either kind");
}

TEST(names_are_told_once)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(expression(a, "${{ vars.a + vars.a + imageFrom('x').Tag + imageFrom('x').Tag }}"),
		"29:26 warning: stage test: step step-2: there is no variable a\n"
		"29:26 warning: stage test: step step-2: no warehouse watches image x", "not at each use");
	is_text(lint(a, "---\n" KARGO "kind: Stage\nmetadata: {name: test", "---\n" KARGO "kind: Stage\nmetadata: "
		     "{name: other, namespace: demo}\nspec: [\n---\n" KARGO "kind: Stage\nmetadata: {name: test"),
		"21:1 error: did not find expected node content", "and what may be in a broken document is not told");
}

TEST(what_people_try_first_is_answered)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(strstr(expression(a, "${{ freight.image.tag }}"), "imageFrom('repository').Tag, commitFrom('url').ID"),
	   "how the promoted image is named");
	is_text(expression(a, "{{ vars.branch }}"),
		"29:26 warning: stage test: step step-2: {{ … }} is not an expression; did you mean ${{ … }}?",
		"braces without a dollar");
	is_text(expression(a, "${{ ctx.targetFreight.displayID + ctx.meta.actor }}"),
		"29:26 warning: stage test: step step-2: ctx.targetFreight has no displayID\n"
		"29:26 warning: stage test: step step-2: ctx.meta has no actor", "members of members of ctx");
	is_text(lint(a, "steps: [{uses: copy, config: {inPath: a, outPath: b}}]", "steps: [{uses: copy, as: c, config: "
		     "{inPath: a, outPath: b}}, {uses: copy, config: {inPath: \"${{ outputs.c.count }}\", outPath: b}}]"),
		"15:95 warning: promotionTask t: step step-2: outputs.c is a step of the stage's; of this task it is "
		"task.outputs.c", "a task's own steps");
}

TEST(outputs_that_a_step_never_gives_are_told)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *after = "      - {uses: copy, as: c, config: {inPath: a, outPath: b}}\n"
			    "      - {uses: compose-output, as: o, config: {x: y}}\n      - uses: copy\n";

	is_text(lint(a, "      - uses: copy\n        config: {inPath: \"${{ ctx.project }}",
		     str_format(a, "%s        config: {inPath: \"${{ outputs.c.count + outputs.o.any + outputs.c.coun }}",
				after)),
		"31:26 warning: stage test: step step-4: step c (copy) gives no coun; did you mean count?",
		"by the step's own table");
}

TEST(what_kargo_refuses_is_refused)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(strstr(lint(a, "metadata: {name: test,", "metadata: {name: Test_1,"), "error: stage Test_1: metadata.name: "),
	   "a name");
	ok(strstr(lint(a, "metadata: {name: test,", "metadata: {labels: {a: '-b'}, name: test,"),
		  "error: stage test: metadata.labels.a: \"-b\" is not a label value"), "a label's value");
	ok(strstr(lint(a, "metadata: {name: test,", "metadata: {annotations: {c: 112233}, name: test,"),
		  "metadata.annotations.c: must be a text"), "an annotation that is a number");
	ok(strstr(lint(a, "image: {repoURL: nginx}", "git: {repoURL: 'ftp://x/y'}"), "error: warehouse w: "), "ftp");
	ok(strstr(lint(a, "image: {repoURL: nginx}", "git: {repoURL: /srv/git/x}"), "warning: warehouse w: "),
	   "a local path is only warned about");
	ok(strstr(lint(a, "image: {repoURL: nginx}", "git: {repoURL: 'https://x/y', branch: 'a b'}"), "is not a branch"),
	   "a branch");
	ok(strstr(lint(a, "uses: copy\n        config", "uses: copy\n        as: my copy\n        config"),
		  "holds blanks"), "an alias with blanks");
	ok(strstr(lint(a, "sources: {direct: true}", "sources: {stages: [a, b, a]}"),
		  "sources.stages: \"a\" is there already"), "a stage named twice");
	ok(strstr(lint(a, "---\n" KARGO "kind: PromotionTask",
		       "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
		       "metadata: {name: x, namespace: demo}\n"
		       "spec: {metrics: [{name: m, interval: 5 minutes, provider: {web: {url: u}}}, "
		       "{name: m, interval: '{{args.i}}', provider: {web: {url: u}}}]}\n---\n" KARGO
		       "kind: PromotionTask"), "spec.metrics[1].name: \"m\" is there already"), "two metrics of one name");
}

TEST(arguments_are_those_that_are_declared)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = lint(
		a, "---\n" KARGO "kind: Stage\nmetadata: {name: test, namespace: demo}\nspec:\n",
		"---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
		"metadata: {name: x, namespace: demo}\n"
		"spec: {args: [{name: need}], metrics: [{name: m, provider: {web: {url: u}}}]}\n---\n"
		KARGO "kind: Stage\nmetadata: {name: test, namespace: demo}\nspec:\n"
		"  verification: {analysisTemplates: [{name: x}], args: [{name: more, value: v}]}\n");

	ok(strstr(text, "error: stage test: spec.verification.args: need of x is required"), "one that is missing");
	ok(strstr(text, "warning: stage test: spec.verification.args: no template takes more"), "one too many");
}

TEST(what_a_stage_that_does_not_read_asks_for_is_unknown)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *all = lint(a, "config: {inPath: \"${{ ctx.project }}\", outPath: b, force: true}\n",
			       "config: {{x}}\n---\n" KARGO "kind: Stage\nmetadata: {name: uat, namespace: demo}\n"
			       "spec:\n  requestedFreight:\n"
			       "  - {origin: {kind: Warehouse, name: w}, sources: {stages: [test]}}\n");

	ok(strstr(all, "a key must be a text") != NULL, "what is wrong with it is told: %s", all);
	ok(!strstr(all, "stage uat"), "and nothing is said of the stage after it");
	ok(!strstr(all, "no stage uses it"), "nor of the task that it may use");
}

TEST(steps_of_the_paid_edition_are_named_as_such)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(strstr(lint(a, "uses: copy\n", "uses: tf-apply\n"),
		  "error: stage test: step step-2: tf-apply is a step of Kargo's paid edition, which gantry does "
		  "not have"), "rather than a name misspelt");
	ok(strstr(lint(a, "uses: copy\n", "uses: kyverno-validate\n"),
		  "there is no step \"kyverno-validate\"; gantry steps lists them, and custom steps do not run "
		  "here"), "and somebody's own");
}

TEST(freight_that_never_comes_is_no_error_of_kargo)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *all = lint(a, "force: true}\n", "force: true}\n---\n" KARGO "kind: Warehouse\n"
			       "metadata: {name: v, namespace: demo}\nspec: {subscriptions: [{image: {repoURL: a}}]}\n---\n"
			       KARGO "kind: Stage\nmetadata: {name: uat, namespace: demo}\nspec:\n  requestedFreight:\n"
			       "  - {origin: {kind: Warehouse, name: v}, sources: {stages: [test]}}\n");

	ok(strstr(all, "warning: stage uat: freight of warehouse v never comes from stage test"), "a warning: %s",
	   all);
	ok(!strstr(all, "error"), "which admits it");
}

TEST(tasks_without_any_stage_are_for_others)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *task = KARGO "kind: Project\nmetadata: {name: demo}\n---\n"
		KARGO "kind: PromotionTask\nmetadata: {name: t, namespace: demo}\n"
		"spec: {steps: [{uses: copy, config: {inPath: a, outPath: b}}]}\n";

	ok(!strstr(lint_text_of(a, task), "no stage uses it"), "a library of tasks");
}

TEST(placeholders_are_no_secrets)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char secret[] = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: demo}\n";

	is_text(lint(a, KARGO "kind: Warehouse", str_format(a, "%sstringData: {password: <your token>, other: changeme}\n"
							   "---\n" KARGO "kind: Warehouse", secret)), "", "as texts");
	ok(strstr(lint(a, KARGO "kind: Warehouse", str_format(a, "%sdata: {password: 'ENC[AES256_GCM,data:x]'}\nsops: {}\n"
							     "---\n" KARGO "kind: Warehouse", secret)),
		  "is encrypted with SOPS"), "what SOPS encrypted is named as such");
}

/* What is put in place of the warehouse's image, and what is said of it ("": nothing). */
static void lint_says(const char *from, const char *to, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *said = lint(a, from, to);

	ok(*want ? strstr(said, want) != NULL : !*said, "%s: %s", to, *said ? said : "nothing is said");
}

TEST(repositories_are_those_that_kargo_takes)
{
	static const char image[] = "image: {repoURL: nginx}";

	lint_says(image, "git: {repoURL: 'https://x/y'}", "");
	lint_says(image, "git: {repoURL: 'ssh://git@x:22/y'}", "");
	lint_says(image, "git: {repoURL: 'git@x:y.git'}", "");
	lint_says(image, "git: {repoURL: 'https://x'}", "error: warehouse w: spec.subscriptions[0].git.repoURL: ");
	lint_says(image, "git: {repoURL: 'git@x/y'}", "is not a git URL");
	lint_says(image, "git: {repoURL: 'HTTPS://x/y'}", "is not a git URL");
	lint_says(image, "git: {repoURL: '${REPO}'}", "; fill in ${REPO}");
	lint_says(image, "image: {repoURL: 'ghcr.io/<user>/shop'}", "; fill in <user>");
	lint_says(image, "chart: {repoURL: 'ftp://x', name: y}", "is not a chart repository");
	lint_says(image, "chart: {repoURL: 'oci://x/y', name: z}",
		  "spec.subscriptions[0].chart.name: an oci:// URL names the chart already");
	lint_says(image, "git: {repoURL: 'https://x/y', branch: 'a..b'}", "warning: warehouse w: "
		  "spec.subscriptions[0].git.branch: Kargo takes this, but git has no branch of such a name");
	lint_says(image, "git: {repoURL: 'https://x/y', branch: '${{ vars.b }}'}",
		  "Kargo evaluates no expression here");
}

TEST(names_and_labels_are_those_that_kubernetes_takes)
{
	static const char name[] = "metadata: {name: test,", project[] = "metadata: {name: demo}";

	lint_says(name, "metadata: {labels: {a.b/c_d: D.e}, annotations: {X.y/a: b c}, name: test,", "");
	lint_says(name, "metadata: {labels: {a/b/c: d}, name: test,", "metadata.labels: \"a/b/c\" is not a key");
	lint_says(name, "metadata: {labels: {X.y/c: d}, name: test,", "metadata.labels: \"X.y/c\" is not a key");
	lint_says(name, "metadata: {annotations: {a b: c}, name: test,", "metadata.annotations: \"a b\" is not a key");
	lint_says(name, "metadata: {labels: {a: null}, name: test,", "");
	lint_says(name, "metadata: {name: 7,", "19:18 error: Stage: metadata.name must be a text: put it in quotes");
	lint_says(name, "metadata: {name: te.st,", "");
	lint_says(project, "metadata: {name: de.mo}", "error: project de.mo: metadata.name: ");
	lint_says(project, "metadata: {name: x12345678901234567890123456789012345678901234567890123456789012345}",
		  "at most 63");
}

TEST(a_condition_says_how_to_write_it)
{
	static const char step[] = "uses: copy\n        config";

	lint_says(step, "uses: copy\n        if: ${{ success() }}\n        config", "");
	lint_says(step, "uses: copy\n        if: yes\n        config",
		  ".if: is a bool, must be an expression: ${{ true }}");
	lint_says(step, "uses: copy\n        if: '{{ success() }}'\n        config", "; write ${{ success() }}");
	lint_says(step, "uses: copy\n        if: ${{ imageFrom('nginx').Tag }}\n        config",
		  "if: imageFrom('nginx').Tag is neither true nor false");
	lint_says(step, "uses: copy\n        if: ${{ [] }}\n        config", "if: [] is neither true nor false");
	lint_says("]}\n---", "], freightCreationCriteria: {expression: \"1\"}}\n---",
		  "spec.freightCreationCriteria.expression: 1 is neither true nor false");
	lint_says("]}\n---", "], freightCreationCriteria: {expression: \"${{ true }}\"}}\n---",
		  "write it without ${{ }}");
}

TEST(a_dash_in_a_step_s_name_subtracts)
{
	static const char step[] = "${{ ctx.project }}";

	lint_says("- task: {name: t}", "- {uses: copy, as: my-copy, config: {inPath: a, outPath: b}}\n"
		  "      - {uses: copy, config: {inPath: \"${{ outputs.my-copy.count }}\", outPath: b}}\n"
		  "      - task: {name: t}", "a - subtracts here; write outputs['my-copy']");
	lint_says(step, "${{ outputs.step-1.x }}", "; write outputs['step-1']");
	lint_says(step, "${{ outputs['task-1'] }}", "");
	lint_says(step, "${{ imageFrom 'nginx' }}", "; write imageFrom('nginx')");
}

TEST(what_is_empty_beside_a_task_is_not_there)
{
	lint_says("task: {name: t}", "task: {name: t}\n        if: ''\n        config: null", "");
	lint_says("task: {name: t}", "task: {name: t}\n        if: ${{ true }}", "a step that is a task takes no if");
}

TEST(kinds_and_versions_are_kargo_s)
{
	static const char kind[] = "kind: Warehouse";

	lint_says(kind, "kinds: Warehouse", "error: kind: is required");
	lint_says(KARGO "kind: Warehouse", "apiVersion: kargo.akuity.io\nkind: Warehouse",
		  "apiVersion: \"kargo.akuity.io\" has no kind Warehouse; write kargo.akuity.io/v1alpha1");
	lint_says(KARGO "kind: Warehouse", "apiVersion: karg.akuity.io/v1alpha1\nkind: Warehouse",
		  "write kargo.akuity.io/v1alpha1");
}

static void analysis_says(const char *spec, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	lint_says("---\n" KARGO "kind: PromotionTask",
		  str_format(a, "---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
			     "metadata: {name: x, namespace: demo}\nspec: {%s}\n---\n" KARGO "kind: PromotionTask",
			     spec), want);
}

TEST(analysis_is_what_rollouts_takes)
{
	analysis_says("metrics: [{name: m, count: 3, interval: 1m, provider: {web: {url: u}}}]", "");
	analysis_says("metrics: [{name: m, count: 3, provider: {web: {url: u}}}]",
		      "spec.metrics[0].count: more than one needs an interval");
	analysis_says("metrics: [{name: m, count: 1, failureLimit: \"2\", provider: {web: {url: u}}}]",
		      "spec.metrics[0].failureLimit: must not be above count, 1");
	analysis_says("metrics: [{name: m, consecutiveErrorLimit: -1, provider: {web: {url: u}}}]",
		      "must not be negative");
	analysis_says("metrics: []", "spec.metrics: needs at least one metric");
	analysis_says("metrics: [{name: m, provider: {web: {url: 'http://{{args.host}}/'}}}]",
		      "warning: analysisTemplate x: spec.args: does not declare host, which is used here");
	analysis_says("args: [{name: host}], metrics: [{name: m, provider: {web: {url: '{{ args.host }}'}}}]", "");
	analysis_says("metrics: [{name: m, provider: {web: {url: '{{ args.host }}'}}}]}\n---\n"
		      "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
		      "metadata: {name: z, namespace: demo}\n"
		      "spec: {args: [{name: host}], metrics: [{name: other, provider: {web: {url: u}}}]", "");
}

/* A ClusterConfig with a generic receiver beside the pipeline; the Secret is where Kargo looks for it. */
static void receiver_says(const char *criterion, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	lint_says("---\n" KARGO "kind: PromotionTask",
		  str_format(a, "---\n" KARGO "kind: ClusterConfig\nmetadata: {name: cluster}\n"
			     "spec: {webhookReceivers: [{name: gen, generic: {secretRef: {name: hook}, "
			     "actions: [{action: Refresh, targetSelectionCriteria: [{kind: Warehouse%s}]}]}}]}\n"
			     "---\napiVersion: v1\nkind: Secret\n"
			     "metadata: {name: hook, namespace: kargo-cluster-secrets}\n"
			     "stringData: {secret: \"<yours>\"}\n---\n" KARGO "kind: PromotionTask", criterion), want);
}

TEST(other_braces_are_no_expressions)
{
	static const char step[] = "${{ ctx.project }}";

	lint_says(step, "{{ vars.x }}", "{{ … }} is not an expression; did you mean ${{ … }}?");
	lint_says(step, "${ vars.x }", "${ … } is not an expression; did you mean ${{ … }}?");
	lint_says(step, "$(ctx.stage)", "$( … ) is not an expression; did you mean ${{ … }}?");
	lint_says(step, "$(pwd) ${HOME} {{ .x }}", "");
}

TEST(a_shard_is_a_label_s_value)
{
	static const char spec[] = "spec: {subscriptions";

	lint_says(spec, "spec: {shard: eu-1, subscriptions", "");
	lint_says(spec, "spec: {shard: a b, subscriptions", "spec.shard: \"a b\" is not a label value");
	lint_says("metadata: {name: test, namespace: demo}", "name: test", "name stands beside metadata, not in it");
}

TEST(receivers_say_what_they_are_for)
{
	receiver_says(", name: w", "");
	receiver_says(", labelSelector: {matchLabels: {a: b}}", "");
	receiver_says("", "targetSelectionCriteria[0]: needs name, labelSelector or indexSelector");
	receiver_says(", labelSelector: {matchLabels: {}}", "needs name, labelSelector or indexSelector");
	receiver_says(", name: ''", "needs name, labelSelector or indexSelector");
}
