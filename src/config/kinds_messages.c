/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets which message, and where: Kargo Enterprise's channels and routers (doc/messages.md). */
#include "config/kinds.h"

#include <stddef.h>

static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", NULL };
static const char *const encodings[] = { "", "json", "yaml", NULL };
static const char *const channel_kinds[] = { "MessageChannel", "ClusterMessageChannel", NULL };
static const char *const event_types[] = {
	"PromotionCreated", "PromotionSucceeded", "PromotionFailed", "PromotionErrored",
	"PromotionAborted", "PromotionDiscarded", "FreightCreated", "FreightApproved",
	"FreightVerificationSucceeded", "FreightVerificationFailed", "FreightVerificationErrored",
	"FreightVerificationAborted", "FreightVerificationInconclusive", "FreightVerificationUnknown",
	"APITokenCreated", "APITokenDeleted", NULL
};

static const struct field_def secret_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED, .help = "The secret." },
	{ .name = NULL },
};

static const struct field_def pair_fields[] = {
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "Its name." },
	{ .name = "value", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "Its value." },
	{ .name = NULL },
};

static const struct field_def slack_fields[] = {
	{ .name = "channelID", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The channel's ID, C…; Slack shows it in the channel's details." },
	{ .name = NULL },
};

static const struct field_def smtp_fields[] = {
	{ .name = "from", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
	  .help = "The sender's address: gantry@example.org." },
	{ .name = "to", .kind = FIELD_LIST,
	  .help = "Addresses: the first is To, the others are Cc." },
	{ .name = "host", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "The mail server." },
	{ .name = "port", .kind = FIELD_INT, .flags = FIELD_REQUIRED, .least = 1, .most = 65535,
	  .help = "Its port: 465 speaks TLS from the start, others switch to it by STARTTLS." },
	{ .name = "useTLS", .kind = FIELD_BOOL, .otherwise = "true",
	  .help = "Send nothing unless the connection is encrypted." },
	{ .name = "insecureSkipVerify", .kind = FIELD_BOOL, .otherwise = "false",
	  .help = "Accept any TLS certificate." },
	{ .name = NULL },
};

static const struct field_def http_fields[] = {
	{ .name = "url", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .help = "Where to: https://…." },
	{ .name = "method", .kind = FIELD_TEXT, .otherwise = "POST", .choices = methods, .help = "How." },
	{ .name = "headers", .kind = FIELD_LIST, .of = pair_fields, .help = "Headers to send." },
	{ .name = "queryParams", .kind = FIELD_LIST, .of = pair_fields,
	  .help = "Parameters added to the URL's query." },
	{ .name = "timeout", .kind = FIELD_GO_DURATION, .otherwise = "10s",
	  .help = "How long one exchange may take." },
	{ .name = "insecureSkipTLSVerify", .kind = FIELD_BOOL, .otherwise = "false",
	  .help = "Accept any TLS certificate." },
	{ .name = "successExpression", .kind = FIELD_EXPRESSION, .otherwise = "a 2xx status",
	  .help = "True of a response that took the message." },
	{ .name = "failureExpression", .kind = FIELD_EXPRESSION,
	  .help = "True of a response that refused it; stronger than success." },
	{ .name = NULL },
};

static const struct field_def channel_spec[] = {
	{ .name = "secretRef", .kind = FIELD_MAP, .of = secret_fields,
	  .help = "Where the token or password is." },
	{ .name = "slack", .kind = FIELD_MAP, .flags = FIELD_ONE_OF, .of = slack_fields,
	  .help = "A channel of Slack." },
	{ .name = "smtp", .kind = FIELD_MAP, .flags = FIELD_ONE_OF, .of = smtp_fields, .help = "Mail." },
	{ .name = "http", .kind = FIELD_MAP, .flags = FIELD_ONE_OF, .of = http_fields,
	  .help = "Any web server." },
	{ .name = NULL },
};

static const struct field_def channel_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED | FIELD_ENTERPRISE,
	  .of = channel_spec, .help = "Where messages go." },
	{ .name = "status", .kind = FIELD_ANY, .help = "Kargo's." },
	{ .name = NULL },
};

const struct kind_def kind_MessageChannel = {
	.name = "MessageChannel",
	.group = "ee.kargo.akuity.io/",
	.help = "Where a project's messages go: Slack, mail or any web server.",
	.fields = channel_fields,
};

const struct kind_def kind_ClusterMessageChannel = {
	.name = "ClusterMessageChannel",
	.group = "ee.kargo.akuity.io/",
	.is_cluster = true,
	.help = "The same, for all projects; its secret is in the namespace kargo-cluster-secrets.",
	.fields = channel_fields,
};

#define MESSAGE_FIELDS \
	{ .name = "output", .kind = FIELD_TEMPLATE, .otherwise = "a sentence about the event", \
	  .help = "The message, with ${{ type }} and ${{ event.… }} in it." }, \
	{ .name = "encodingType", .kind = FIELD_TEXT, .otherwise = "a plain text", .choices = encodings, \
	  .help = "How to read output as a structured message." }

static const struct field_def target_fields[] = {
	{ .name = "name", .kind = FIELD_NAME, .flags = FIELD_REQUIRED, .help = "The channel." },
	{ .name = "kind", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .choices = channel_kinds,
	  .help = "Of the project, or of the cluster." },
	MESSAGE_FIELDS,
	{ .name = NULL },
};

static const struct field_def router_spec[] = {
	{ .name = "types", .kind = FIELD_LIST, .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY,
	  .choices = event_types, .help = "Which events." },
	{ .name = "channels", .kind = FIELD_LIST, .flags = FIELD_REQUIRED | FIELD_NOT_EMPTY,
	  .of = target_fields, .help = "Where to; output and encodingType replace the router's." },
	{ .name = "when", .kind = FIELD_EXPRESSION, .otherwise = "always",
	  .help = "Only events of which this is true: event.stageName == 'prod'." },
	{ .name = "groupingKey", .kind = FIELD_TEMPLATE, .otherwise = "no threads",
	  .help = "Messages with the same key share a thread in Slack." },
	MESSAGE_FIELDS,
	{ .name = NULL },
};

static const struct field_def router_fields[] = {
	{ .name = "spec", .kind = FIELD_MAP, .flags = FIELD_REQUIRED | FIELD_ENTERPRISE, .of = router_spec,
	  .help = "Which events go where." },
	{ .name = "status", .kind = FIELD_ANY, .help = "Kargo's." },
	{ .name = NULL },
};

const struct kind_def kind_EventRouter = {
	.name = "EventRouter",
	.group = "ee.kargo.akuity.io/",
	.help = "Which events become messages, and what those say.",
	.fields = router_fields,
};
