/* SPDX-License-Identifier: Apache-2.0 */
/* send-message against a Slack that is a web server of this process. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "messages/channel.h"
#include "model/plan.h"
#include "net/http.h"
#include "net/server.h"
#include "steps/params.h"
#include "steps/rehearse.h"
#include "steps/step.h"
#include "tap.h"

static const bool never;

struct slack_play {
	struct arena *a;
	struct server *server;
	struct http *http;
	enum channel_medium medium;     /* of the project's one channel, "team" */
	bool has_channels;
	const char *answer;             /* Slack's */
	const char *got;                /* the newest body that was posted */
	const char *before;             /* what the step output before a restart, or NULL */
	unsigned posts;
	struct step_result result;
	struct err e;
};

static void slack_play_answer(void *context, struct arena *a, const struct server_request *rq,
			      struct server_reply *reply)
{
	struct slack_play *t = context;

	(void)a;
	t->posts++;
	t->got = str_text(t->a, rq->body);
	reply->type = "application/json";
	reply->body = str_of(t->answer);
}

static struct value *slack_play_json(struct slack_play *t, const char *text)
{
	char *json = str_format(t->a, "%s", text);
	struct value *v = NULL;

	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (!json_parse(t->a, json, strlen(json), &v, &t->e))
		note("%s: %s", json, t->e.message);
	return v;
}

static bool slack_play_channel(void *context, struct arena *a, const struct channel_name *name,
			       struct channel *out, struct err *e)
{
	struct slack_play *t = context;

	if (strcmp(name->name, "team") != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no channel %s", name->name);
	*out = (struct channel){ .medium = t->medium, .kind = name->kind, .name = "team" };
	out->spec = slack_play_json(t, "{'channelID':'C1'}");
	out->secret = slack_play_json(t, str_format(a, "{'apiKey':'k-1','apiURL':'http://127.0.0.1:%u'}",
						    server_port(t->server)));
	return true;
}

static void slack_play_begin(struct slack_play *t)
{
	const struct server_options o = { .port = 0 };

	*t = (struct slack_play){ .a = arena_new(), .http = http_new(), .medium = CHANNEL_SLACK,
				  .has_channels = true, .got = "",
				  .answer = "{\"ok\":true,\"ts\":\"1503435956.000247\"}" };
	ok(server_start(&t->server, &o, slack_play_answer, t, &t->e), "a Slack");
}

static void slack_play_end(struct slack_play *t)
{
	server_stop(t->server);
	http_free(t->http);
	arena_free(t->a);
}

/* Runs the step, or rehearses it; config is JSON with ' for ". */
static bool slack_play_step(struct slack_play *t, const char *config, bool rehearses)
{
	const struct step_def *def = step_find("send-message");
	const struct step_subject subject = { .stage = "uat", .promotion = "uat.01.abc", .alias = "told" };
	const struct step_services services = { .http = t->http, .context = t,
						.channel = t->has_channels ? slack_play_channel : NULL };
	struct plan plan = { .arena = t->a };
	struct step_run r = { .arena = t->a, .subject = &subject, .services = &services, .cancelled = &never,
			      .plan = rehearses ? &plan : NULL };
	struct value *v = slack_play_json(t, config);

	t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	t->e = (struct err){ .message = "" };
	r.config = v;
	r.before = t->before ? slack_play_json(t, t->before) : NULL;
	if (!params_check(def, v, &t->e))
		return false;
	return rehearses ? step_rehearse(def, &r, &t->result, &t->e) : def->run(&r, &t->result, &t->e);
}

static bool slack_play_run(struct slack_play *t, const char *config)
{
	return slack_play_step(t, config, false);
}

#define TEAM "'channel':{'kind':'MessageChannel','name':'team'}"

TEST(a_message_begins_a_thread_and_answers_in_one)
{
	struct slack_play t;

	slack_play_begin(&t);
	ok(slack_play_run(&t, "{" TEAM ",'message':'uat begins'}"), "a message %s", t.e.message);
	is_text(t.got, "{\"channel\":\"C1\",\"text\":\"uat begins\"}", "goes to the channel's channel");
	is_text(value_path_text(t.result.output, "slack.threadTS", ""), "1503435956.000247", "whose thread is put out");
	ok(slack_play_run(&t, "{" TEAM ",'message':'uat ends','slack':{'channelID':'C9','threadTS':'77.5'}}"),
	   "another %s", t.e.message);
	is_text(t.got, "{\"channel\":\"C9\",\"text\":\"uat ends\",\"thread_ts\":\"77.5\"}",
		"answers in a thread of another channel");
	ok(slack_play_run(&t, "{" TEAM ",'encodingType':'yaml','message':'text: rich','slack':{'channelID':'C9'}}"),
	   "one that says what it is %s", t.e.message);
	is_text(t.got, "{\"channel\":\"C1\",\"text\":\"rich\"}", "ignores the field slack");
	slack_play_end(&t);
}

TEST(a_message_that_was_sent_before_a_restart_is_not_sent_again)
{
	struct slack_play t;

	slack_play_begin(&t);
	t.before = "{'slack':{'threadTS':'12.5'}}";
	ok(slack_play_run(&t, "{" TEAM ",'message':'uat begins'}"), "the step runs again %s", t.e.message);
	is_number(t.posts, 0, "and sends nothing");
	is_text(value_path_text(t.result.output, "slack.threadTS", ""), "12.5", "and its thread is still known");
	slack_play_end(&t);
}

TEST(a_message_that_cannot_go_out_says_why)
{
	struct slack_play t;

	slack_play_begin(&t);
	t.answer = "{\"ok\":false,\"error\":\"channel_not_found\"}";
	ok(!slack_play_run(&t, "{" TEAM ",'message':'x'}"), "Slack refuses");
	is_text(t.e.message, "team: Slack says channel_not_found", "in its own words");
	ok(!slack_play_run(&t, "{'channel':{'kind':'MessageChannel','name':'tem'},'message':'x'}"), "no such channel");
	is_text(t.e.message, "there is no channel tem", "is named");
	ok(!slack_play_run(&t, "{" TEAM ",'encodingType':'json','message':'{'}"), "what is no JSON is refused");
	ok(has_prefix(t.e.message, "message: "), "with the field: %s", t.e.message);
	t.medium = CHANNEL_HTTP;
	ok(!slack_play_run(&t, "{" TEAM ",'message':'x'}"), "a channel of the wrong kind is refused");
	is_text(t.e.message, "MessageChannel team is an http channel; use the step http", "with what to do");
	t.has_channels = false;
	ok(!slack_play_run(&t, "{" TEAM ",'message':'x'}"), "and so is any where there are none");
	is_number(t.posts, 1, "only the first was posted");
	slack_play_end(&t);
}

TEST(a_rehearsal_sends_no_message)
{
	struct slack_play t;

	slack_play_begin(&t);
	ok(slack_play_step(&t, "{" TEAM ",'message':'x'}", true) && t.result.is_unforeseen, "its thread is unknown");
	ok(strstr(t.result.message, "send a message to team") != NULL, "it says what it would do: %s", t.result.message);
	is_number(t.posts, 0, "and does not");
	slack_play_end(&t);
}
