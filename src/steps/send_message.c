/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send-message: a message from within a promotion, through a Slack or SMTP channel of Kargo Enterprise
 * (https://docs.kargo.io/user-guide/reference-docs/promotion-steps/send-message).
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/deliver.h"
#include "messages/router.h"
#include "steps/rehearse.h"

static const char *const kinds[] = { "MessageChannel", "ClusterMessageChannel", NULL };
static const char *const encodings[] = { "", "json", "yaml", NULL };

static const struct step_param channel_params[] = {
	{ .name = "kind", .kind = PARAM_STRING, .flags = PARAM_REQUIRED, .choices = kinds,
	  .help = "Whether the channel belongs to the project or the cluster." },
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The channel's name. Channels of kind http are for routers only: use the step http." },
	{ 0 },
};

static const struct step_param slack_params[] = {
	{ .name = "channelID", .kind = PARAM_STRING,
	  .help = "A Slack channel other than the one that the channel names." },
	{ .name = "threadTS", .kind = PARAM_STRING,
	  .help = "The thread to answer in, from an earlier step's output; put it in quote()." },
	{ 0 },
};

static const struct step_param smtp_params[] = {
	{ .name = "to", .kind = PARAM_ANY, .help = "Other recipients: an address, or a list." },
	{ .name = "subject", .kind = PARAM_STRING, .help = "The subject." },
	{ .name = "html", .kind = PARAM_BOOL, .otherwise = "false", .help = "The message is HTML." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "channel", .kind = PARAM_MAP, .flags = PARAM_REQUIRED, .of = channel_params,
	  .help = "Where to." },
	{ .name = "message", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "What to say." },
	{ .name = "encodingType", .kind = PARAM_STRING, .choices = encodings, .otherwise = "a plain text",
	  .help = "How to parse message as a structured one; slack and smtp are then ignored." },
	{ .name = "slack", .kind = PARAM_MAP, .of = slack_params, .help = "For a channel of Slack." },
	{ .name = "smtp", .kind = PARAM_MAP, .of = smtp_params, .help = "For mail." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "slack", "threadTS: the thread that the message starts or answers in." },
	{ 0 },
};

/* The text as each medium's own fields. */
static void send_message_fill(struct step_run *r, const struct channel *c, struct message *m)
{
	const struct value *slack = value_get(r->config, "slack"), *smtp = value_get(r->config, "smtp");
	struct value *body = value_map(r->arena);

	if (c->medium == CHANNEL_SMTP) {
		if (value_is(smtp, VALUE_MAP))
			body = value_copy(r->arena, smtp);
		value_set(r->arena, body, "body", value_string(r->arena, m->text));
	} else {
		value_set(r->arena, body, "text", value_string(r->arena, m->text));
		if (*value_get_text(slack, "channelID"))
			value_set(r->arena, body, "channel",
				  value_string(r->arena, value_get_text(slack, "channelID")));
	}
	m->body = body;
}

static bool send_message_make(struct step_run *r, const struct channel *c, struct message *m, struct err *e)
{
	const char *encoding = step_text(r, "encodingType", ""), *text = step_text(r, "message", "");

	*m = (struct message){ .subject = str_format(r->arena, "%s: %s", r->subject->stage,
						     r->subject->promotion),
			       .id = str_format(r->arena, "%s.%s", r->subject->promotion,
						r->subject->alias) };
	if (!message_decode(r->arena, text, encoding, m, e))
		return err_wrap(e, "message");
	if (!m->body)
		send_message_fill(r, c, m);
	return true;
}

static void send_message_keep(struct step_run *r, struct step_result *result, const char *thread)
{
	struct value *slack = value_map(r->arena);

	if (!thread)
		return;
	value_set(r->arena, slack, "threadTS", value_string(r->arena, thread));
	step_output(r, result, "slack", slack);
}

static bool send_message_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const struct value *to = value_get(r->config, "channel");
	const struct channel_name name = { value_get_text(to, "kind"), value_get_text(to, "name") };
	const char *answers = value_path_text(r->config, "slack.threadTS", ""), *thread;
	const char *sent = value_path_text(r->before, "slack.threadTS", NULL);
	struct channel c;
	struct message m;
	struct message_delivery d = { .channel = &c, .message = &m, .now = clock_now(),
				      .cancelled = r->cancelled };

	if (sent) {                     /* before a restart */
		send_message_keep(r, result, sent);
		return true;
	}
	if (!r->services->channel)
		return err_set(e, ERR_CONFIG, "there are no channels here");
	if (!r->services->channel(r->services->context, r->arena, &name, &c, e))
		return false;
	if (c.medium == CHANNEL_HTTP)
		return err_set(e, ERR_CONFIG, "%s %s is an http channel; use the step http", name.kind,
			       name.name);
	if (!send_message_make(r, &c, &m, e))
		return false;
	d.thread = *answers && !*step_text(r, "encodingType", "") ? answers : NULL;
	if (!deliver(r->services->http, r->arena, &d, &thread, e))
		return err_wrap(e, "%s", name.name);
	send_message_keep(r, result, thread);
	return true;
}

static bool send_message_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	const struct value *to = value_get(r->config, "channel");

	(void)e;
	step_announce(r, result, "send a message to %s", value_get_text(to, "name"));
	result->is_unforeseen = true;
	return true;
}

const struct step_def step_send_message = {
	.kind = "send-message",
	.summary = "Send a message through a Slack or SMTP channel.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP | STEP_NEEDS_CHANNELS,
	.is_effect = true,
	.reach = STEP_REACH_WRITES,
	.rehearse = send_message_rehearse,
	.run = send_message_run,
};
