/* SPDX-License-Identifier: Apache-2.0 */
/* What Kargo finds out when the first message is to be sent, which nobody notices then. */
#include "config/lint_checks.h"

#include <string.h>

#include "base/str.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/lint_scope.h"
#include "data/mail_address.h"
#include "data/value.h"

/* Any of these keys of a Secret will do. */
struct lint_secret_keys {
	const char *keys[5];            /* NULL-terminated; one that ends in a dot: any that begins so */
	const char *said;               /* for people */
};

static const struct lint_secret_keys slack_keys = { { "apiKey", "webhookURL" },
						    "apiKey (a bot's token) or webhookURL" };
static const struct lint_secret_keys smtp_keys = { { "password" }, "username and password" };
static const struct lint_secret_keys http_keys = { { "bearerToken", "authorization", "url", "body." },
						   "bearerToken, authorization, url or body.NAME" };

static bool lint_keys_fit(const struct value *data, const struct lint_secret_keys *any)
{
	for (size_t i = 0; value_is(data, VALUE_MAP) && i < value_count(data); i++)
		for (size_t j = 0; any->keys[j]; j++)
			if (strcmp(data->map.members[i].key.at, any->keys[j]) == 0 ||
			    (has_suffix(any->keys[j], ".") &&
			     has_prefix(data->map.members[i].key.at, any->keys[j])))
				return true;
	return false;
}

static bool lint_secret_has(const struct gathered *secret, const struct lint_secret_keys *any)
{
	return lint_keys_fit(value_get(secret->object, "data"), any) ||
	       lint_keys_fit(value_get(secret->object, "stringData"), any);
}

static void lint_channel_secret(struct lint *l, const struct gathered *g, bool is_required,
				const struct lint_secret_keys *keys)
{
	const struct value *name = value_path(g->object, "spec.secretRef.name");
	bool is_cluster = strcmp(g->kind, "ClusterMessageChannel") == 0;
	const char *namespace = is_cluster ? CLUSTER_SECRETS_NAMESPACE : g->namespace;
	const struct gathered *secret;

	if (!value_is(name, VALUE_STRING)) {
		if (is_required)
			complain_error(&l->c, g->file, value_get(g->object, "spec"),
				       "%s: spec.secretRef: is required: a Secret with %s",
				       lint_subject(l, g), keys->said);
		return;
	}
	secret = lint_find(l, "Secret", namespace, name->string.at);
	if (secret && !lint_secret_has(secret, keys))
		complain_error(&l->c, g->file, name, "%s: spec.secretRef: Secret %s has no %s",
			       lint_subject(l, g), name->string.at, keys->said);
	else if (!secret && lint_misses(l, namespace, "Secret", name->string.at))
		complain_warning(&l->c, g->file, name,
				 "%s: spec.secretRef: there is no secret \"%s\" in the namespace %s here",
				 lint_subject(l, g), name->string.at, namespace);
}

static void lint_address(struct lint *l, const struct gathered *g, const char *field,
			 const struct value *v)
{
	if (value_is(v, VALUE_STRING) && !mail_address_is(v->string.at))
		complain_error(&l->c, g->file, v, "%s: %s: \"%s\" is not a mail address; write one as "
			       "name@example.org, without a name before it", lint_subject(l, g), field,
			       v->string.at);
}

static void lint_smtp(struct lint *l, const struct gathered *g, const struct value *smtp)
{
	const struct value *to = value_get(smtp, "to");

	lint_address(l, g, "spec.smtp.from", value_get(smtp, "from"));
	for (size_t i = 0; i < value_count(to); i++)
		lint_address(l, g, "spec.smtp.to", value_at(to, i));
	if (!value_truth(value_get(smtp, "useTLS"), true) && value_path(g->object, "spec.secretRef.name"))
		complain_warning(&l->c, g->file, value_get(smtp, "useTLS"), "%s: spec.smtp.useTLS: the "
				 "password would cross the network in plain text, so it is not sent; leave "
				 "useTLS on", lint_subject(l, g));
	lint_channel_secret(l, g, false, &smtp_keys);
}

void lint_channel(struct lint *l, const struct gathered *g)
{
	const struct value *spec = value_get(g->object, "spec");
	const struct value *url = value_path(spec, "http.url");

	if (value_is(value_get(spec, "slack"), VALUE_MAP))
		lint_channel_secret(l, g, true, &slack_keys);
	if (value_is(value_get(spec, "smtp"), VALUE_MAP))
		lint_smtp(l, g, value_get(spec, "smtp"));
	if (value_is(value_get(spec, "http"), VALUE_MAP))
		lint_channel_secret(l, g, false, &http_keys);
	if (value_is(url, VALUE_STRING) && !has_prefix(url->string.at, "https://") &&
	    !has_prefix(url->string.at, "http://"))
		complain_error(&l->c, g->file, url, "%s: spec.http.url: must begin with https:// or http://",
			       lint_subject(l, g));
}

/* Kargo's default texts are one for each class of events. */
static const char *lint_event_class(const char *type)
{
	static const char *const classes[] = { "Promotion", "FreightVerification", "Freight", "APIToken" };

	for (size_t i = 0; i < COUNTOF(classes); i++)
		if (has_prefix(type, classes[i]))
			return classes[i];
	return "";
}

static bool lint_mixes_classes(const struct value *types)
{
	for (size_t i = 1; i < value_count(types); i++)
		if (strcmp(lint_event_class(value_text(value_at(types, 0), "")),
			   lint_event_class(value_text(value_at(types, i), ""))) != 0)
			return true;
	return false;
}

/* The channel that is named; NULL: none is, or it is not here, which is told then. */
static const struct gathered *lint_named_channel(struct lint *l, const struct gathered *g,
						 const char *subject, const struct value *ref)
{
	const char *kind = value_get_text(ref, "kind"), *name = value_get_text(ref, "name");
	bool is_cluster = strcmp(kind, "ClusterMessageChannel") == 0;
	const struct gathered *channel;

	if (!*name || text_has_template(name) || text_has_template(kind))
		return NULL;
	channel = lint_find(l, kind, is_cluster ? NULL : g->namespace, name);
	if (!channel && lint_misses(l, is_cluster ? "" : g->namespace, kind, name))
		complain_warning(&l->c, g->file, value_get(ref, "name"),
				 "%s: there is no %s \"%s\" here, so its messages go nowhere", subject, kind,
				 name);
	return channel;
}

void lint_router(struct lint *l, const struct gathered *g)
{
	const struct value *spec = value_get(g->object, "spec");
	const struct value *channels = value_get(spec, "channels");
	bool is_mixed = lint_mixes_classes(value_get(spec, "types"));

	for (size_t i = 0; i < value_count(channels); i++) {
		const struct value *ref = value_at(channels, i);

		lint_named_channel(l, g, lint_subject(l, g), ref);
		if (is_mixed && !value_get(spec, "output") && !value_get(ref, "output"))
			complain_error(&l->c, g->file, value_get(spec, "types"),
				       "%s: spec.types: promotions, freight and verifications need a router "
				       "each, or spec.output that suits them all", lint_subject(l, g));
	}
}

void lint_message_step(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *config)
{
	const struct value *ref = value_get(config, "channel");
	const struct gathered *channel = lint_named_channel(l, g, subject, ref);

	if (channel && value_path(channel->object, "spec.http"))
		complain_error(&l->c, g->file, ref, "%s: config.channel: %s is an http channel, which this "
			       "step does not take; use the step http", subject, channel->name);
}
