/* SPDX-License-Identifier: Apache-2.0 */
/* Channels and routers: what lint says of them, and what a project gets of them. */
#include "tap.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/field.h"
#include "config/lint.h"
#include "data/value.h"
#include "model/project.h"
#include "model/world.h"

static const char manifests[] =
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Project\n"
	"metadata: {name: demo}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Secret\n"
	"metadata: {name: slack, namespace: demo}\n"
	"stringData: {apiKey: <your token>}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Secret\n"
	"metadata: {name: mail, namespace: kargo-cluster-secrets}\n"
	"stringData: {username: gantry, password: <your password>}\n"
	"---\n"
	"apiVersion: ee.kargo.akuity.io/v1alpha1\n"
	"kind: MessageChannel\n"
	"metadata: {name: team, namespace: demo}\n"
	"spec:\n"
	"  secretRef: {name: slack}\n"
	"  slack: {channelID: C012345}\n"
	"---\n"
	"apiVersion: ee.kargo.akuity.io/v1alpha1\n"
	"kind: ClusterMessageChannel\n"
	"metadata: {name: post}\n"
	"spec:\n"
	"  secretRef: {name: mail}\n"
	"  smtp: {from: gantry@example.org, to: [ops@example.org], host: mail.example.org, port: 587}\n"
	"---\n"
	"apiVersion: ee.kargo.akuity.io/v1alpha1\n"
	"kind: EventRouter\n"
	"metadata: {name: failures, namespace: demo}\n"
	"spec:\n"
	"  types: [PromotionFailed, PromotionErrored]\n"
	"  when: event.stageName == 'prod'\n"
	"  groupingKey: ${{ event.freight.name }}\n"
	"  channels:\n"
	"  - {kind: MessageChannel, name: team}\n"
	"  - {kind: ClusterMessageChannel, name: post, output: 'subject: ${{ type }}', encodingType: yaml}\n";

/* What lint says once from has become to; "line:column severity: message", a line each. */
static const char *said(struct arena *a, const char *from, const char *to)
{
	static const struct field_def none[] = { { .name = NULL } };
	static const struct lint_steps steps = { .kinds = none, .outputs = none };
	const char *at = strstr(manifests, from);
	const char *text = str_format(a, "%.*s%s%s", (int)(at - manifests), manifests, to,
				      at + strlen(from));
	const struct config_file file = { .name = "k.yaml", .text = str_of(text) };
	struct lint_report report;
	const char *all = "";

	(void)!lint_files(a, &file, 1, &steps, &report);
	for (size_t i = 0; i < report.complaints.count; i++) {
		const struct complaint *c = report.complaints.items[i];

		all = str_format(a, "%s%s%u:%u %s: %s", all, i ? "\n" : "", c->line, c->column,
				 c->is_error ? "error" : "warning", c->message);
	}
	return all;
}

TEST(sound_channels_and_routers_pass)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(said(a, "", ""), "", "nothing to say");
}

TEST(a_channel_is_one_thing_and_has_what_it_needs)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(said(a, "slack: {channelID: C012345}",
		     "slack: {channelID: C012345}\n  smtp: {from: a@b.c, host: h, port: 25}"),
		"19:3 error: messageChannel team: spec: takes only one of slack, smtp, http\n"
		"19:21 error: messageChannel team: spec.secretRef: Secret slack has no username and password",
		"two kinds at once");
	is_text(said(a, "slack: {channelID: C012345}", "slack: {channel: C012345}"),
		"20:10 error: messageChannel team: spec.slack.channelID: is required: the channel's ID, C…; "
		"Slack shows it in the channel's details\n"
		"20:11 warning: messageChannel team: spec.slack.channel: no such field, so Kargo ignores it; did you mean channelID?",
		"a field misspelt");
	is_text(said(a, "port: 587", "port: 99999"),
		"27:89 error: clusterMessageChannel post: spec.smtp.port: must be from 1 to 65535, not 99999",
		"a port that is none");
	is_text(said(a, "to: [ops@example.org]", "to: [Ops <ops@example.org>]"),
		"27:41 error: clusterMessageChannel post: spec.smtp.to: \"Ops <ops@example.org>\" is not a mail "
		"address; write one as name@example.org, without a name before it", "an address with a name");
	is_text(said(a, "slack: {channelID: C012345}", "http: {url: ftp://example.org}"),
		"19:21 error: messageChannel team: spec.secretRef: Secret slack has no bearerToken, "
		"authorization, url or body.NAME\n"
		"20:15 error: messageChannel team: spec.http.url: must begin with https:// or http://",
		"a URL and a secret that do not fit");
}

TEST(a_channel_finds_its_secret)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(said(a, "  secretRef: {name: slack}\n", ""),
		"19:3 error: messageChannel team: spec.secretRef: is required: a Secret with apiKey (a bot's "
		"token) or webhookURL", "none");
	is_text(said(a, "apiKey: <your token>", "token: <your token>"),
		"19:21 error: messageChannel team: spec.secretRef: Secret slack has no apiKey (a bot's token) "
		"or webhookURL", "one without the key");
	is_text(said(a, "secretRef: {name: mail}", "secretRef: {name: post}"),
		"26:21 warning: clusterMessageChannel post: spec.secretRef: there is no secret \"post\" in the "
		"namespace kargo-cluster-secrets here", "one that is elsewhere, maybe");
}

TEST(a_router_names_channels_and_types_that_exist)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(said(a, "name: team}\n  - {kind: Cl", "name: tem}\n  - {kind: Cl"),
		"37:34 warning: eventRouter failures: there is no MessageChannel \"tem\" here, so its messages "
		"go nowhere", "a channel misspelt");
	ok(strstr(said(a, "types: [PromotionFailed", "types: [PromotionFaild"),
		  "33:11 error: eventRouter failures: spec.types[0]: must be one of PromotionCreated, ") != NULL,
	   "a type misspelt");
	is_text(said(a, "PromotionErrored]", "FreightCreated]"),
		"33:10 error: eventRouter failures: spec.types: promotions, freight and verifications need a "
		"router each, or spec.output that suits them all", "classes mixed without an output");
	ok(strstr(said(a, "when: event.stageName == 'prod'", "when: event.stageName ="), "34:9 error: ") != NULL,
	   "a condition that does not read");
	ok(strstr(said(a, "${{ event.freight.name }}", "${{ event.freight.name"), "does not end") != NULL,
	   "a template that does not end");
}

TEST(a_project_has_its_channels_and_steps_never_see_the_clusters_secrets)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct config_file file = { .name = "k.yaml", .text = str_of(manifests) };
	struct list complaints = { 0 };
	const struct project *p;
	struct config *c;

	ok(config_load(a, &file, 1, &c, &complaints), "the manifests load");
	p = config_project(c, "demo");
	ok(value_get(p->channels, "team") && value_get(p->cluster_channels, "post") &&
		   value_get(p->routers, "failures"), "channels and routers by name");
	ok(value_get(p->cluster_secrets, "mail") && !value_get(p->shared_secrets, "mail"),
	   "the cluster's secrets are not shared");
}
