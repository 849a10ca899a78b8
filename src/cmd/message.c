/* SPDX-License-Identifier: Apache-2.0 */
/* gantry message: the channels of the manifests, and a message sent now to see whether one works. */
#include "cmd/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "config/settings.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/cursor.h"
#include "messages/deliver.h"
#include "messages/router.h"
#include "model/project.h"
#include "net/http.h"

static const struct option_def options[] = {
	{ "text", 0, OPTION_TEXT, "TEXT", "what the test says" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ "CHANNEL", "name" },   { "KIND", "kind" },   { "BY", "medium" }, { "TO", "to" },
	{ "ROUTERS", "routers" }, { "UP TO", "upTo" }, { "FAULT", "fault" }, { 0 },
};

static const char *message_medium(const struct channel *c)
{
	static const char *const names[] = { "slack", "slack webhook", "smtp", "http" };

	return names[c->medium];
}

/* Where it goes, without what may be secret. */
static const char *message_to(struct arena *a, const struct channel *c)
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

/* The routers that name it. */
static const char *message_routers(struct arena *a, const struct project *p, const struct channel_name *name)
{
	const char *all = "";

	for (size_t i = 0; i < value_count(p->routers); i++) {
		const struct value_member *m = &p->routers->map.members[i];
		const struct value *targets = value_path(m->value, "spec.channels");

		for (size_t j = 0; j < value_count(targets); j++)
			if (strcmp(value_get_text(value_at(targets, j), "kind"), name->kind) == 0 &&
			    strcmp(value_get_text(value_at(targets, j), "name"), name->name) == 0)
				all = str_format(a, "%s%s%s", all, *all ? ", " : "", m->key.at);
	}
	return all;
}

/* Up to which moment its messages were delivered, as the file beside the ledger says. */
static const char *message_up_to(struct command *c, const struct project *p, const struct channel_name *name)
{
	const struct cursor_place place = { c->settings->ledger, p->name, name->kind, name->name };
	struct cursor cursor;
	struct err unused;

	return c->settings->ledger && cursor_read(c->arena, &place, &cursor, &unused)
		       ? clock_rfc3339(c->arena, cursor.at / 1000 * 1000) : "";
}

static void message_add_row(struct command *c, const struct project *p, const struct channel_name *name,
			    struct value *rows)
{
	struct arena *a = c->arena;
	struct value *row = value_map(a);
	struct channel channel;
	struct err e;
	bool fine = channel_find(a, p, name, &channel, &e);

	value_set(a, row, "name", value_string(a, name->name));
	value_set(a, row, "kind", value_string(a, name->kind));
	value_set(a, row, "medium", value_string(a, fine ? message_medium(&channel) : ""));
	value_set(a, row, "to", value_string(a, fine ? message_to(a, &channel) : ""));
	value_set(a, row, "routers", value_string(a, message_routers(a, p, name)));
	value_set(a, row, "upTo", value_string(a, message_up_to(c, p, name)));
	value_set(a, row, "fault", value_string(a, fine ? "" : e.message));
	value_append(a, rows, row);
}

static bool message_list(struct command *c, const struct project *p, struct err *e)
{
	struct value *rows = value_list(c->arena);

	for (size_t i = 0; i < value_count(p->channels); i++) {
		const struct channel_name name = { "MessageChannel", p->channels->map.members[i].key.at };

		message_add_row(c, p, &name, rows);
	}
	for (size_t i = 0; i < value_count(p->cluster_channels); i++) {
		const struct channel_name name = { "ClusterMessageChannel",
						   p->cluster_channels->map.members[i].key.at };

		message_add_row(c, p, &name, rows);
	}
	return out_rows(c, rows, columns, "no channels", e);
}

/* The project's own before the cluster's. */
static struct channel_name message_name(const struct project *p, const char *word)
{
	bool is_own = value_get(p->channels, word) != NULL;

	return (struct channel_name){ is_own ? "MessageChannel" : "ClusterMessageChannel", word };
}

static bool message_test(struct command *c, const struct project *p, const char *word, struct err *e)
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

static bool cmd_message_run(struct command *c, struct err *e)
{
	bool lists = c->nwords == 1 && strcmp(c->words[0], "list") == 0;
	bool tests = c->nwords == 2 && strcmp(c->words[0], "test") == 0;
	struct project *p;

	if (!lists && !tests)
		return err_set(e, ERR_USAGE, "say list, or test and a channel's name");
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f)");
	if (!manifests_project(c, NULL, &p, e))
		return false;
	return lists ? message_list(c, p, e) : message_test(c, p, c->words[1], e);
}

const struct command_def command_message = {
	.name = "message",
	.summary = "List the channels of messages, or send a test through one.",
	.usage = "gantry message list | test CHANNEL [--text TEXT]",
	.completes = "list test",
	.options = options,
	.common = COMMON_READS,
	.run = cmd_message_run,
};
