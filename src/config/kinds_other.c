/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kubernetes' own kinds and Argo Rollouts' templates, as far as gantry reads them
 * (doc/kargo-rules.md 1.11, 1.12, 7.4).
 */
#include "config/kinds.h"

#include <stddef.h>

static const char *const methods[] = { "GET", "POST", "PUT", NULL };

static const struct field_def secret_fields[] = {
	{ .name = "data", .kind = FIELD_MAP, .help = "Values, each in base64." },
	{ .name = "stringData", .kind = FIELD_TEXTS,
	  .help = "Values as they are; they win over data." },
	{ .name = "type", .kind = FIELD_TEXT, .help = "Kubernetes' kind of secret.",
	  .otherwise = "Opaque" },
	{ .name = "immutable", .kind = FIELD_BOOL, .help = "May not change.",
	  .otherwise = "false" },
	{ .name = "sops", .kind = FIELD_ANY, .help = "What SOPS keeps of an encrypted file." },
	{ .name = NULL },
};

const struct kind_def kind_Secret = {
	.name = "Secret",
	.group = "v1",
	.help = "Credentials, told apart by the label kargo.akuity.io/cred-type: git, image, helm or "
		"generic.",
	.fields = secret_fields,
};

static const struct field_def config_map_fields[] = {
	{ .name = "data", .kind = FIELD_TEXTS,
	  .help = "Values, for configMap('name').key." },
	{ .name = "binaryData", .kind = FIELD_MAP, .help = "Values in base64." },
	{ .name = "immutable", .kind = FIELD_BOOL, .help = "May not change.",
	  .otherwise = "false" },
	{ .name = "sops", .kind = FIELD_ANY, .help = "What SOPS keeps of an encrypted file." },
	{ .name = NULL },
};

const struct kind_def kind_ConfigMap = {
	.name = "ConfigMap",
	.group = "v1",
	.help = "Values that expressions can read.",
	.fields = config_map_fields,
};

static const struct field_def key_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The secret." },
	{ .name = "key", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The key in it." },
	{ .name = NULL },
};

static const struct field_def path_fields[] = {
	{ .name = "fieldPath", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The field." },
	{ .name = NULL },
};

static const struct field_def value_from_fields[] = {
	{ .name = "secretKeyRef", .kind = FIELD_MAP, .help = "Out of a secret.",
	  .of = key_fields },
	{ .name = "fieldRef", .kind = FIELD_MAP, .help = "A field of the run.",
	  .of = path_fields },
	{ .name = NULL },
};

static const struct field_def argument_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Its name, for {{args.name}}." },
	{ .name = "value", .kind = FIELD_TEXT,
	  .help = "Its value, unless the stage gives another." },
	{ .name = "valueFrom", .kind = FIELD_MAP, .help = "Where its value is.",
	  .of = value_from_fields },
	{ .name = NULL },
};

static const struct field_def header_fields[] = {
	{ .name = "key", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The header." },
	{ .name = "value", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Its value." },
	{ .name = NULL },
};

static const struct field_def range_fields[] = {
	{ .name = "start", .kind = FIELD_TEXT, .help = "From when." },
	{ .name = "end", .kind = FIELD_TEXT, .help = "Until when." },
	{ .name = "step", .kind = FIELD_TEXT, .help = "How finely." },
	{ .name = NULL },
};

static const struct field_def prometheus_fields[] = {
	{ .name = "address", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "Where Prometheus is: http://…." },
	{ .name = "query", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What to ask, in PromQL." },
	{ .name = "timeout", .kind = FIELD_INT, .help = "Seconds to wait.",
	  .otherwise = "30", .least = 0, .most = 86400 },
	{ .name = "insecure", .kind = FIELD_BOOL, .help = "Accept any TLS certificate.",
	  .otherwise = "false" },
	{ .name = "headers", .kind = FIELD_LIST, .help = "Headers to send.",
	  .of = header_fields },
	{ .name = "rangeQuery", .kind = FIELD_MAP, .help = "Ask for a range of time.",
	  .of = range_fields },
	{ .name = "authentication", .kind = FIELD_MAP, .help = "How to log in." },
	{ .name = NULL },
};

static const struct field_def web_fields[] = {
	{ .name = "url", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What to ask." },
	{ .name = "method", .kind = FIELD_TEXT, .help = "How.", .otherwise = "GET",
	  .choices = methods },
	{ .name = "headers", .kind = FIELD_LIST, .help = "Headers to send.",
	  .of = header_fields },
	{ .name = "body", .kind = FIELD_TEXT, .help = "What to send." },
	{ .name = "jsonBody", .kind = FIELD_ANY, .help = "What to send, as JSON." },
	{ .name = "timeoutSeconds", .kind = FIELD_INT, .help = "Seconds to wait.",
	  .otherwise = "10", .least = 0, .most = 86400 },
	{ .name = "jsonPath", .kind = FIELD_TEXT,
	  .help = "Which part of the answer: {$.status}.", .otherwise = "all of it" },
	{ .name = "insecure", .kind = FIELD_BOOL, .help = "Accept any TLS certificate.",
	  .otherwise = "false" },
	{ .name = "authentication", .kind = FIELD_MAP, .help = "How to log in." },
	{ .name = NULL },
};

static const struct field_def job_fields[] = {
	{ .name = "metadata", .kind = FIELD_MAP,
	  .help = "The job's labels and annotations." },
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "A Kubernetes Job's spec." },
	{ .name = NULL },
};

#define FOREIGN(what) { .name = what, .kind = FIELD_MAP, .flags = FIELD_ONE_OF, \
	  .help = "Not done by gantry." }

static const struct field_def provider_fields[] = {
	{ .name = "prometheus", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Asks Prometheus.", .of = prometheus_fields },
	{ .name = "web", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Asks a web server.", .of = web_fields },
	{ .name = "job", .kind = FIELD_MAP, .flags = FIELD_ONE_OF,
	  .help = "Runs a Kubernetes Job.", .of = job_fields },
	FOREIGN("cloudWatch"), FOREIGN("datadog"), FOREIGN("graphite"), FOREIGN("influxdb"),
	FOREIGN("kayenta"), FOREIGN("newRelic"), FOREIGN("plugin"), FOREIGN("skywalking"),
	FOREIGN("wavefront"),
	{ .name = NULL },
};

static const struct field_def metric_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "What it is called." },
	{ .name = "interval", .kind = FIELD_ANALYSIS_DURATION, .help = "How often to measure: 30s.",
	  .otherwise = "once" },
	{ .name = "initialDelay", .kind = FIELD_ANALYSIS_DURATION,
	  .help = "How long to wait before the first time." },
	{ .name = "count", .kind = FIELD_ANY, .help = "How often in all.",
	  .otherwise = "1, or endless with an interval" },
	{ .name = "successCondition", .kind = FIELD_EXPRESSION,
	  .help = "What is good: result[0] < 0.01." },
	{ .name = "failureCondition", .kind = FIELD_EXPRESSION, .help = "What is bad." },
	{ .name = "failureLimit", .kind = FIELD_ANY, .help = "How many failed measurements are tolerated.",
	  .otherwise = "0" },
	{ .name = "inconclusiveLimit", .kind = FIELD_ANY,
	  .help = "How many inconclusive measurements are tolerated.", .otherwise = "0" },
	{ .name = "consecutiveErrorLimit", .kind = FIELD_ANY,
	  .help = "How many errors in a row.", .otherwise = "4" },
	{ .name = "consecutiveSuccessLimit", .kind = FIELD_ANY,
	  .help = "How many good ones in a row end it." },
	{ .name = "provider", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "Who measures.", .of = provider_fields },
	{ .name = NULL },
};

static const struct field_def dry_run_fields[] = {
	{ .name = "metricName", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The metric; it does not count." },
	{ .name = NULL },
};

static const struct field_def retention_fields[] = {
	{ .name = "metricName", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The metric." },
	{ .name = "limit", .kind = FIELD_INT, .flags = FIELD_REQUIRED,
	  .help = "How many measurements are kept.", .least = 1, .most = 1000000 },
	{ .name = NULL },
};

static const struct field_def nested_fields[] = {
	{ .name = "templateName", .kind = FIELD_NAME, .flags = FIELD_REQUIRED,
	  .help = "The template." },
	{ .name = "clusterScope", .kind = FIELD_BOOL, .help = "Of the cluster.",
	  .otherwise = "false" },
	{ .name = NULL },
};

static const struct field_def analysis_spec[] = {
	{ .name = "args", .kind = FIELD_LIST, .help = "What the stage gives it.",
	  .of = argument_fields },
	{ .name = "metrics", .kind = FIELD_LIST,
	  .help = "What is measured.", .of = metric_fields },
	{ .name = "dryRun", .kind = FIELD_LIST, .help = "Metrics that do not count.",
	  .of = dry_run_fields },
	{ .name = "measurementRetention", .kind = FIELD_LIST, .help = "What is kept.",
	  .of = retention_fields },
	{ .name = "templates", .kind = FIELD_LIST,
	  .help = "Other templates; Kargo leaves them out.", .of = nested_fields },
	{ .name = NULL },
};

static const struct field_def analysis_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED,
	  .help = "What is measured.", .of = analysis_spec },
	{ .name = NULL },
};

const struct kind_def kind_AnalysisTemplate = {
	.name = "AnalysisTemplate",
	.group = "argoproj.io/",
	.help = "How freight is verified: metrics, and what is good.",
	.fields = analysis_fields,
};

const struct kind_def kind_ClusterAnalysisTemplate = {
	.name = "ClusterAnalysisTemplate",
	.group = "argoproj.io/",
	.is_cluster = true,
	.help = "The same, for all projects.",
	.fields = analysis_fields,
};
