/* SPDX-License-Identifier: Apache-2.0 */
/* The message goes the way that all go, but past cursors and bursts. */
#include "cmd/message_test.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/deliver.h"
#include "messages/router.h"
#include "model/project.h"
#include "net/http.h"

const char *message_medium(const struct channel *c)
{
	static const char *const names[] = { "slack", "slack webhook", "smtp", "http" };

	return names[c->medium];
}

const char *message_to(struct arena *a, const struct channel *c)
{
	const struct value *to = value_get(c->spec, "to");

	if (c->medium == CHANNEL_SMTP)
		return str_format(a, "%s%s", value_text(value_at(to, 0), "nobody"),
				  value_count(to) > 1 ? ", …" : "");
	if (c->medium == CHANNEL_HTTP)
		return str_copy_n(a, value_get_text(c->spec, "url"),
				  strcspn(value_get_text(c->spec, "url"), "?#"));
	return value_get_text(c->spec, "channelID");
}

/* The project's own before the cluster's. */
static struct channel_name message_name(const struct project *p, const char *word)
{
	bool is_own = value_get(p->channels, word) != NULL;

	return (struct channel_name){ is_own ? "MessageChannel" : "ClusterMessageChannel", word };
}

bool message_test(struct command *c, const struct project *p, const char *word, struct err *e)
{
	const struct channel_name name = message_name(p, word);
	const char *text = command_option(c, "text"), *thread;
	struct value *answer = value_map(c->arena);
	AUTO(http) struct http *http = http_new();
	struct channel channel;
	struct message m = { .subject = "A test of gantry's messages", .id = uuid_make(c->arena) };
	const struct message_delivery d = { .channel = &channel, .message = &m, .now = clock_now() };

	m.text = text ? text : str_format(c->arena, "A test of the channel %s of %s.", word, p->name);
	if (!value_get(p->channels, word) && !value_get(p->cluster_channels, word))
		return err_set(e, ERR_NOT_FOUND, "there is no channel \"%s\" that can be used; gantry "
			       "message list shows them", word);
	if (!channel_find(c->arena, p, &name, &channel, e))
		return false;
	if (!deliver(http, c->arena, &d, &thread, e))
		return err_wrap(e, "%s", word);
	value_set(c->arena, answer, "channel", value_string(c->arena, word));
	value_set(c->arena, answer, "taken", value_bool(c->arena, true));
	return out_value(c, answer, str_format(c->arena, "%s took the message (%s, %s)", word,
					       message_medium(&channel), message_to(c->arena, &channel)), e);
}
