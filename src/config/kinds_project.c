/* SPDX-License-Identifier: Apache-2.0 */
/* Project, ProjectConfig and ClusterConfig, field by field (doc/kargo-rules.md 1.1 to 1.3, 8.2). */
#include "config/kinds.h"

#include <stddef.h>

static const char *const window_kinds[] = { "Allow", "Deny", NULL };
static const char *const promotion_ends[] = { "Failed", "Errored", NULL };
static const char *const verification_ends[] = { "Failed", "Error", NULL };
static const char *const actions[] = { "Refresh", NULL };
static const char *const targets[] = { "Warehouse", NULL };
static const char *const index_keys[] = { "subscribedURLs", "receiverPaths", NULL };
static const char *const index_operators[] = { "Equals", "NotEquals", NULL };

static const struct field_def selector_fields[] = {
	{ .name = "name", .kind = FIELD_NAME_PATTERN, .help = "A name, glob:… or regex:….",
	  .otherwise = "every name" },
	LABEL_SELECTOR_FIELDS,
	{ .name = NULL },
};

static const struct field_def rollback_fields[] = {
	{ .name = "onPromotion", .kind = FIELD_LIST,
	  .help = "After which ends of a promotion.", .choices = promotion_ends },
	{ .name = "onVerification", .kind = FIELD_LIST,
	  .help = "After which ends of a verification.", .otherwise = "Failed",
	  .choices = verification_ends },
	{ .name = NULL },
};

static const struct field_def policy_fields[] = {
	{ .name = "stage", .kind = FIELD_NAME,
	  .flags = FIELD_DEPRECATED | FIELD_FIXED,
	  .help = "Write stageSelector: {name: …}." },
	{ .name = "stageSelector", .kind = FIELD_MAP,
	  .help = "Which stages; the first policy that fits a stage counts.",
	  .of = selector_fields },
	{ .name = "autoPromotionEnabled", .kind = FIELD_BOOL,
	  .help = "Promote new freight by itself.", .otherwise = "false" },
	{ .name = "autoRollback", .kind = FIELD_MAP, .flags = FIELD_ENTERPRISE,
	  .help = "Go back by itself after a failure.", .of = rollback_fields },
	{ .name = NULL },
};

#define WINDOW_FIELDS \
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED, \
	  .help = "What it is called." }, \
	{ .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, \
	  .help = "Promotions only while it is open, or none while it is.", \
	  .choices = window_kinds }, \
	{ .name = "stageSelector", .kind = FIELD_MAP, .help = "Which stages.", \
	  .otherwise = "all", .of = selector_fields }, \
	{ .name = "rrule", .kind = FIELD_TEXT, \
	  .help = "How it comes again, RFC 5545: FREQ=WEEKLY;BYDAY=MO,TU." }, \
	{ .name = "dtstart", .kind = FIELD_TEXT, \
	  .help = "When it begins: TZID=Europe/Zurich:20260105T090000." }, \
	{ .name = "dtend", .kind = FIELD_TEXT, .help = "When it ends, the same way." }

static const struct field_def window_fields[] = { WINDOW_FIELDS, { .name = NULL } };

static const struct field_def cluster_window_fields[] = {
	WINDOW_FIELDS,
	{ .name = "projectSelector", .kind = FIELD_MAP, .help = "Which projects.",
	  .otherwise = "all", .of = selector_fields },
	{ .name = NULL },
};

static const struct field_def link_fields[] = {
	{ .name = "title", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Its name." },
	{ .name = "url", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Where to; a Go template." },
	{ .name = "description", .kind = FIELD_TEXT, .help = "More about it." },
	{ .name = "if", .kind = FIELD_EXPRESSION,
	  .help = "Show it only while this is true." },
	{ .name = NULL },
};

static const struct field_def secret_reference_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The secret." },
	{ .name = NULL },
};

#define SECRET_FIELD \
	{ .name = "secretRef", .kind = FIELD_MAP, .flags = FIELD_REQUIRED, \
	  .help = "What proves who is calling.", .of = secret_reference_fields }

static const struct field_def receiver_secret_fields[] = { SECRET_FIELD, { .name = NULL } };

static const struct field_def artifactory_fields[] = {
	SECRET_FIELD,
	{ .name = "virtualRepoName", .kind = FIELD_TEXT,
	  .help = "The virtual repository that warehouses name." },
	{ .name = NULL },
};

static const struct field_def match_fields[] = {
	{ .name = "key", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What is looked at.", .choices = index_keys },
	{ .name = "operator", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "How.",
	  .choices = index_operators },
	{ .name = "value", .kind = FIELD_TEMPLATE, .flags = FIELD_REQUIRED,
	  .help = "With what." },
	{ .name = NULL },
};

static const struct field_def index_fields[] = {
	{ .name = "matchIndices", .kind = FIELD_LIST, .flags = FIELD_NOT_EMPTY,
	  .help = "Conditions, all of which must hold.", .of = match_fields },
	{ .name = NULL },
};

static const struct field_def labels_fields[] = { LABEL_SELECTOR_FIELDS, { .name = NULL } };

static const struct field_def criterion_fields[] = {
	{ .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What is looked at again.", .choices = targets },
	{ .name = "name", .kind = FIELD_TEMPLATE, .help = "Its name." },
	{ .name = "labelSelector", .kind = FIELD_MAP, .help = "Its labels.",
	  .of = labels_fields },
	{ .name = "indexSelector", .kind = FIELD_MAP, .help = "What it watches.",
	  .of = index_fields },
	{ .name = NULL },
};

static const struct field_def action_fields[] = {
	{ .name = "action", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What to do.", .choices = actions },
	{ .name = "whenExpression", .kind = FIELD_EXPRESSION,
	  .help = "Only while this is true.", .otherwise = "true" },
	{ .name = "parameters", .kind = FIELD_TEXTS, .help = "Values for the expressions." },
	{ .name = "targetSelectionCriteria", .kind = FIELD_LIST,
	  .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY, .help = "For what.",
	  .of = criterion_fields },
	{ .name = NULL },
};

static const struct field_def generic_fields[] = {
	SECRET_FIELD,
	{ .name = "actions", .kind = FIELD_LIST, .flags = FIELD_NOT_EMPTY,
	  .help = "What a call means.",
	  .of = action_fields },
	{ .name = NULL },
};

#define RECEIVER(what, from) \
	{ .name = what, .kind = FIELD_MAP, .flags = FIELD_ONE_OF, \
	  .help = "Calls from " from ".", .of = receiver_secret_fields }

static const struct field_def receiver_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "What it is called." },
	RECEIVER("azure", "Azure DevOps and container registry"),
	RECEIVER("bitbucket", "Bitbucket"),
	RECEIVER("dockerhub", "Docker Hub"),
	RECEIVER("gitea", "Gitea"),
	RECEIVER("github", "GitHub"),
	RECEIVER("gitlab", "GitLab"),
	RECEIVER("harbor", "Harbor"),
	RECEIVER("quay", "Quay"),
	{ .name = "artifactory", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Calls from Artifactory.", .of = artifactory_fields },
	{ .name = "generic", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Calls from anything else.", .of = generic_fields },
	{ .name = NULL },
};

#define CONFIG_FIELDS \
	{ .name = "webhookReceivers", .kind = FIELD_LIST, \
	  .help = "Who may say that there is something new.", \
	  .of = receiver_fields }, \
	{ .name = "freightLinks", .kind = FIELD_LIST, .help = "Links shown with freight.", \
	  .of = link_fields }, \
	{ .name = "stageLinks", .kind = FIELD_LIST, .help = "Links shown with stages.", \
	  .of = link_fields }

static const struct field_def project_config_spec[] = {
	{ .name = "promotionPolicies", .kind = FIELD_LIST,
	  .help = "Which stages promote by themselves.", .of = policy_fields },
	{ .name = "promotionWindows", .kind = FIELD_LIST, .flags = FIELD_ENTERPRISE,
	  .help = "When promotions may start.", .of = window_fields },
	CONFIG_FIELDS,
	{ .name = NULL },
};

static const struct field_def project_config_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .help = "What is wanted.",
	  .of = project_config_spec },
	{ .name = "status", .kind = FIELD_ANY, .help = "What Kargo recorded." },
	{ .name = NULL },
};

const struct kind_def kind_ProjectConfig = {
	.name = "ProjectConfig",
	.group = "kargo.akuity.io/",
	.help = "A project's policies, windows, links and webhooks. It is called as the project is.",
	.fields = project_config_fields,
};

static const struct field_def git_client_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The author of commits." },
	{ .name = "email", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The author's address." },
	{ .name = "signingKeySecret", .kind = FIELD_MAP,
	  .help = "The GPG key that signs them: data signingKey.",
	  .of = secret_reference_fields },
	{ .name = NULL },
};

static const struct field_def cluster_config_spec[] = {
	CONFIG_FIELDS,
	{ .name = "gitClient", .kind = FIELD_MAP, .help = "Who commits.",
	  .of = git_client_fields },
	{ .name = "promotionWindows", .kind = FIELD_LIST, .flags = FIELD_ENTERPRISE,
	  .help = "When promotions may start.", .of = cluster_window_fields },
	{ .name = NULL },
};

static const struct field_def cluster_config_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .help = "What is wanted.",
	  .of = cluster_config_spec },
	{ .name = "status", .kind = FIELD_ANY, .help = "What Kargo recorded." },
	{ .name = NULL },
};

const struct kind_def kind_ClusterConfig = {
	.name = "ClusterConfig",
	.group = "kargo.akuity.io/",
	.is_cluster = true,
	.help = "What holds for all projects. It is called cluster.",
	.fields = cluster_config_fields,
};

static const struct field_def project_spec[] = {
	{ .name = "promotionPolicies", .kind = FIELD_LIST,
	  .flags = FIELD_REMOVED | FIELD_FIXED, .removed_in = 7,
	  .help = "Write them in a ProjectConfig; Kargo ignores them here since 1.7.",
	  .of = policy_fields },
	{ .name = NULL },
};

static const struct field_def project_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .help = "Nothing, since Kargo 1.7.",
	  .of = project_spec },
	{ .name = "status", .kind = FIELD_ANY, .help = "What Kargo recorded." },
	{ .name = NULL },
};

const struct kind_def kind_Project = {
	.name = "Project",
	.group = "kargo.akuity.io/",
	.is_cluster = true,
	.help = "What belongs together: warehouses, stages and their freight.",
	.fields = project_fields,
};
