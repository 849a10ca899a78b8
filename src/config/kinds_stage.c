/* SPDX-License-Identifier: Apache-2.0 */
/* Stage and the tasks that its steps are made of (doc/kargo-rules.md 1.6 to 1.8, 7.1). */
#include "config/kinds.h"

#include <stddef.h>

static const char *const operators[] = { "In", "NotIn", "Exists", "DoesNotExist", NULL };
static const char *const origins[] = { "Warehouse", NULL };
static const char *const strategies[] = { "OneOf", "All", "", NULL };
static const char *const policies[] = { "NewestFreight", "MatchUpstream", NULL };
static const char *const task_kinds[] = { "PromotionTask", "ClusterPromotionTask", NULL };
static const char *const template_kinds[] = { "AnalysisTemplate", "ClusterAnalysisTemplate", NULL };

const struct field_def label_expression_fields[] = {
	{ .name = "key", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "The label." },
	{ .name = "operator", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What is asked of it.", .choices = operators },
	{ .name = "values", .kind = FIELD_LIST, .help = "With In and NotIn, the values." },
	{ .name = NULL },
};

static const struct field_def variable_fields[] = {
	{ .name = "name", .kind = FIELD_VARIABLE, .flags = FIELD_REQUIRED,
	  .help = "Its name, for ${{ vars.name }}." },
	{ .name = "value", .kind = FIELD_TEMPLATE, .help = "Its value; may hold ${{ … }}." },
	{ .name = NULL },
};

static const struct field_def retry_fields[] = {
	{ .name = "timeout", .kind = FIELD_GO_DURATION,
	  .help = "How long the step may take with all its attempts.",
	  .otherwise = "the step's own" },
	{ .name = "errorThreshold", .kind = FIELD_INT,
	  .help = "How many errors in a row end it.", .otherwise = "the step's own, or 1",
	  .least = 0, .most = 4294967295 },
	{ .name = NULL },
};

static const struct field_def task_reference_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED, .help = "The task." },
	{ .name = "kind", .kind = FIELD_TEXT, .help = "Of this project, or of the cluster.",
	  .otherwise = "PromotionTask", .choices = task_kinds },
	{ .name = NULL },
};

#define STEP_FIELDS \
	{ .name = "as", .kind = FIELD_ALIAS, .help = "Its name, for ${{ outputs.name }}.", \
	  .otherwise = "step-1, step-2, …" }, \
	{ .name = "if", .kind = FIELD_TEMPLATE, \
	  .help = "Run only if this is true: ${{ … }}.", \
	  .otherwise = "no earlier step has failed" }, \
	{ .name = "continueOnError", .kind = FIELD_BOOL, \
	  .help = "Its failure does not fail the promotion.", .otherwise = "false" }, \
	{ .name = "retry", .kind = FIELD_MAP, .help = "How long and how often to try.", \
	  .of = retry_fields }, \
	{ .name = "vars", .kind = FIELD_LIST, .help = "Variables for it alone.", \
	  .of = variable_fields }, \
	{ .name = "config", .kind = FIELD_MAP, \
	  .help = "What the step is to do: see `gantry steps`." }

static const struct field_def step_fields[] = {
	{ .name = "uses", .kind = FIELD_TEXT, .flags = FIELD_ONE_OF,
	  .help = "The kind of step: see `gantry steps`." },
	{ .name = "task", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "A task whose steps stand here.", .of = task_reference_fields },
	STEP_FIELDS,
	{ .name = NULL },
};

static const struct field_def task_step_fields[] = {
	{ .name = "uses", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The kind of step: see `gantry steps`." },
	{ .name = "task", .kind = FIELD_MAP, .flags = FIELD_REFUSED,
	  .help = "Tasks can't hold tasks: write its steps out.",
	  .of = task_reference_fields },
	STEP_FIELDS,
	{ .name = NULL },
};

static const struct field_def template_spec[] = {
	{ .name = "vars", .kind = FIELD_LIST, .help = "Variables for the steps.",
	  .of = variable_fields },
	{ .name = "steps", .kind = FIELD_LIST, .flags = FIELD_NOT_EMPTY,
	  .help = "What a promotion does, in order. Left out, the stage lets freight through.",
	  .of = step_fields },
	{ .name = NULL },
};

static const struct field_def template_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "What a promotion is made of.", .of = template_spec },
	{ .name = NULL },
};

static const struct field_def origin_fields[] = {
	{ .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What it comes from.", .choices = origins },
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The warehouse." },
	{ .name = NULL },
};

static const struct field_def auto_fields[] = {
	{ .name = "selectionPolicy", .kind = FIELD_TEXT,
	  .help = "The newest that is available, or what runs upstream.",
	  .otherwise = "NewestFreight", .choices = policies },
	{ .name = NULL },
};

static const struct field_def source_fields[] = {
	{ .name = "direct", .kind = FIELD_BOOL, .help = "Straight from the warehouse.",
	  .otherwise = "false" },
	{ .name = "stages", .kind = FIELD_LIST,
	  .help = "Stages where freight must be verified first.", .items = FIELD_NAME },
	{ .name = "requiredSoakTime", .kind = FIELD_DURATION,
	  .help = "How long it must have lived upstream." },
	{ .name = "availabilityStrategy", .kind = FIELD_TEXT,
	  .help = "Whether all stages must have it, or one.", .otherwise = "OneOf",
	  .choices = strategies },
	{ .name = "autoPromotionOptions", .kind = FIELD_MAP,
	  .help = "What auto-promotion picks.", .of = auto_fields },
	{ .name = NULL },
};

static const struct field_def request_fields[] = {
	{ .name = "origin", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "Whose freight.", .of = origin_fields },
	{ .name = "sources", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "How it gets here.", .of = source_fields },
	{ .name = NULL },
};

static const struct field_def analysis_reference_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The template." },
	{ .name = "kind", .kind = FIELD_TEXT, .help = "Of this project, or of the cluster.",
	  .otherwise = "AnalysisTemplate", .choices = template_kinds },
	{ .name = NULL },
};

static const struct field_def run_metadata_fields[] = {
	{ .name = "labels", .kind = FIELD_TEXTS, .help = "Labels." },
	{ .name = "annotations", .kind = FIELD_TEXTS, .help = "Annotations." },
	{ .name = NULL },
};

static const struct field_def argument_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The template's argument." },
	{ .name = "value", .kind = FIELD_TEMPLATE,
	  .help = "Its value, a text: wrap numbers in quote()." },
	{ .name = NULL },
};

static const struct field_def verification_fields[] = {
	{ .name = "analysisTemplates", .kind = FIELD_LIST, .help = "What is measured.",
	  .of = analysis_reference_fields },
	{ .name = "analysisRunMetadata", .kind = FIELD_MAP,
	  .help = "Labels and annotations for the runs.", .of = run_metadata_fields },
	{ .name = "args", .kind = FIELD_LIST, .help = "Arguments for the templates.",
	  .of = argument_fields },
	{ .name = NULL },
};

static const struct field_def selector_fields[] = { LABEL_SELECTOR_FIELDS, { .name = NULL } };

static const struct field_def target_fields[] = {
	{ .name = "selectors", .kind = FIELD_LIST, .help = "Which targets.",
	  .of = selector_fields },
	{ .name = NULL },
};

static const struct field_def stage_spec[] = {
	{ .name = "shard", .kind = FIELD_LABEL_VALUE,
	  .help = "Which of Kargo's controllers minds it; gantry has only one." },
	{ .name = "vars", .kind = FIELD_LIST,
	  .help = "Variables for steps and verification.", .of = variable_fields },
	{ .name = "requestedFreight", .kind = FIELD_LIST,
	  .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY,
	  .help = "What freight may come here, and how.", .of = request_fields },
	{ .name = "promotionTemplate", .kind = FIELD_MAP,
	  .help = "What a promotion does. Without steps the stage only lets freight through.",
	  .of = template_fields },
	{ .name = "verification", .kind = FIELD_MAP,
	  .help = "How freight is verified here.", .of = verification_fields },
	{ .name = "targets", .kind = FIELD_MAP, .flags = FIELD_ENTERPRISE,
	  .help = "Several places that it stands for.", .of = target_fields },
	{ .name = "subscriptions", .kind = FIELD_ANY, .flags = FIELD_REMOVED | FIELD_FIXED,
	  .help = "Write requestedFreight." },
	{ .name = "promotionMechanisms", .kind = FIELD_ANY, .flags = FIELD_REMOVED | FIELD_FIXED,
	  .help = "Write promotionTemplate with steps." },
	{ .name = NULL },
};

static const struct field_def stage_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "What is wanted.", .of = stage_spec },
	{ .name = "status", .kind = FIELD_ANY,
	  .help = "What Kargo recorded; gantry keeps its own." },
	{ .name = NULL },
};

const struct kind_def kind_Stage = {
	.name = "Stage",
	.group = "kargo.akuity.io/",
	.help = "A place that freight runs in, what may come there, and what a promotion does.",
	.fields = stage_fields,
};

static const struct field_def task_spec[] = {
	{ .name = "vars", .kind = FIELD_LIST,
	  .help = "Inputs: required without a value, else its default.",
	  .of = variable_fields },
	{ .name = "steps", .kind = FIELD_LIST, .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY,
	  .help = "What it does, in order.", .of = task_step_fields },
	{ .name = NULL },
};

static const struct field_def task_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "What it is made of.", .of = task_spec },
	{ .name = NULL },
};

const struct kind_def kind_PromotionTask = {
	.name = "PromotionTask",
	.group = "kargo.akuity.io/",
	.help = "Steps that several stages of a project share.",
	.fields = task_fields,
};

const struct kind_def kind_ClusterPromotionTask = {
	.name = "ClusterPromotionTask",
	.group = "kargo.akuity.io/",
	.is_cluster = true,
	.help = "Steps that stages of all projects share.",
	.fields = task_fields,
};
