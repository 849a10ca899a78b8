/* SPDX-License-Identifier: Apache-2.0 */
/* A project's channel has its secret in the project, a cluster's among the cluster's own. */
#include "messages/channel.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"

const char *channel_label(struct arena *a, const struct channel_name *name)
{
	return str_format(a, "%s/%s", name->kind, name->name);
}

/* The fields that the medium requires. */
static bool channel_check_secret(struct channel *c, struct err *e)
{
	if (c->medium != CHANNEL_SLACK)
		return true;
	if (*value_get_text(c->secret, "apiKey"))
		return true;
	if (!*value_get_text(c->secret, "webhookURL"))
		return err_set(e, ERR_CONFIG, "its secret needs apiKey, a bot's token, or webhookURL");
	c->medium = CHANNEL_SLACK_WEBHOOK;
	return true;
}

static bool channel_read(struct arena *a, const struct value *object, const struct value *secrets,
			 struct channel *out, struct err *e)
{
	static const struct {
		const char *key;
		enum channel_medium medium;
	} media[] = { { "slack", CHANNEL_SLACK }, { "smtp", CHANNEL_SMTP }, { "http", CHANNEL_HTTP } };
	const struct value *spec = value_get(object, "spec");
	const char *secret = value_path_text(spec, "secretRef.name", "");

	if (*secret && !value_get(secrets, secret))
		return err_set(e, ERR_CONFIG, "there is no Secret \"%s\"", secret);
	if (*secret)
		out->secret = value_copy(a, value_get(value_get(secrets, secret), "stringData"));
	for (size_t i = 0; i < COUNTOF(media); i++)
		if (value_is(value_get(spec, media[i].key), VALUE_MAP)) {
			out->medium = media[i].medium;
			out->spec = value_copy(a, value_get(spec, media[i].key));
		}
	if (!out->spec)
		return err_set(e, ERR_CONFIG, "it has neither slack nor smtp nor http");
	return channel_check_secret(out, e);
}

bool channel_find(struct arena *a, const struct project *p, const struct channel_name *name,
		  struct channel *out, struct err *e)
{
	bool is_cluster = strcmp(name->kind, "ClusterMessageChannel") == 0;
	const struct value *object = value_get(is_cluster ? p->cluster_channels : p->channels, name->name);
	struct channel c = { .kind = str_copy(a, name->kind), .name = str_copy(a, name->name) };

	if (!object)
		return err_set(e, ERR_NOT_FOUND, "there is no %s \"%s\" that can be used", name->kind,
			       name->name);
	if (!channel_read(a, object, is_cluster ? p->cluster_secrets : p->secrets, &c, e))
		return err_wrap(e, "%s %s", name->kind, name->name);
	*out = c;
	return true;
}
