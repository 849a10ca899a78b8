/* SPDX-License-Identifier: Apache-2.0 */
/* gantry message: the channels of the manifests, and a message sent now to see whether one works. */
#include "cmd/command.h"

#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/intents.h"
#include "cmd/manifests.h"
#include "cmd/message_test.h"
#include "cmd/out.h"
#include "config/settings.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/cursor.h"
#include "model/project.h"
#include "model/world.h"

static const struct option_def options[] = {
	{ "text", 0, OPTION_TEXT, "TEXT", "what the test says" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ "CHANNEL", "name" },   { "KIND", "kind" },   { "BY", "medium" }, { "TO", "to" },
	{ "ROUTERS", "routers" }, { "UP TO", "upTo" }, { "FAULT", "fault" }, { 0 },
};

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

/* Whose channels they are, and what its ledger is called. */
struct message_owner {
	const struct project *project;
	const char *branch;
};

/* Up to which moment its messages were delivered, as the file beside the ledger says. */
static const char *message_up_to(struct command *c, const char *branch, const struct channel_name *name)
{
	const struct cursor_place place = { c->settings->ledger, branch, name->kind, name->name };
	struct cursor cursor;
	struct err unused;

	return c->settings->ledger && cursor_read(c->arena, &place, &cursor, &unused)
		       ? clock_rfc3339(c->arena, cursor.at / 1000 * 1000) : "";
}

static void message_add_row(struct command *c, const struct message_owner *o, const struct channel_name *name,
			    struct value *rows)
{
	const struct project *p = o->project;
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
	value_set(a, row, "upTo", value_string(a, message_up_to(c, o->branch, name)));
	value_set(a, row, "fault", value_string(a, fine ? "" : e.message));
	value_append(a, rows, row);
}

static bool message_list(struct command *c, const struct message_owner *o, struct err *e)
{
	const struct project *p = o->project;
	struct value *rows = value_list(c->arena);

	for (size_t i = 0; i < value_count(p->channels); i++) {
		const struct channel_name name = { "MessageChannel", p->channels->map.members[i].key.at };

		message_add_row(c, o, &name, rows);
	}
	for (size_t i = 0; i < value_count(p->cluster_channels); i++) {
		const struct channel_name name = { "ClusterMessageChannel",
						   p->cluster_channels->map.members[i].key.at };

		message_add_row(c, o, &name, rows);
	}
	return out_rows(c, rows, columns, "no channels", e);
}

static bool message_do(struct command *c, const struct message_owner *o, struct err *e)
{
	return c->nwords == 1 ? message_list(c, o, e) : message_test(c, o->project, c->words[1], e);
}

/* Of a running Kargo; which of its projects is known from the cluster. */
static bool message_attached(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct message_owner owner = { w->project, NULL };

	(void)app;
	return app_ledger_name(c->settings, c->arena, world_name(w), &owner.branch, e) &&
	       message_do(c, &owner, e);
}

static bool cmd_message_run(struct command *c, struct err *e)
{
	bool lists = c->nwords == 1 && strcmp(c->words[0], "list") == 0;
	bool tests = c->nwords == 2 && strcmp(c->words[0], "test") == 0;
	struct message_owner owner;
	struct project *p;

	if (!lists && !tests)
		return err_set(e, ERR_USAGE, "say list, or test and a channel's name");
	if (c->settings->attach)
		return with_world(c, 0, message_attached, e);
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f)");
	if (!manifests_project(c, NULL, &p, e))
		return false;
	owner = (struct message_owner){ p, p->name };
	return message_do(c, &owner, e);
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
