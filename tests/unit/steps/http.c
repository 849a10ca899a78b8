/* SPDX-License-Identifier: Apache-2.0 */
/* The http steps against a web server of this process. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "git/play.h"
#include "net/http.h"
#include "net/server.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

static const bool never;

struct http_play {
	struct play p;
	struct server *server;
	struct http *http;
	const char *folder;
	struct workdir *work;
	struct step_result result;
	struct err e;
	const char *said;               /* by the step, its last line */
	unsigned asked;                 /* how often /count was */
};

static void http_play_answer(void *context, struct arena *a, const struct server_request *rq,
			     struct server_reply *reply)
{
	struct http_play *t = context;
	const char *token = server_header(rq, "X-Token");

	reply->type = "application/json";
	if (strcmp(rq->path, "/echo") == 0) {
		reply->body = str_of(str_format(a, "{\"method\":\"%s\",\"query\":\"%s\",\"token\":\"%s\",\"body\":\"%.*s\"}",
						rq->method, rq->query, token ? token : "", (int)rq->body.len,
						rq->body.at ? rq->body.at : ""));
	} else if (strcmp(rq->path, "/count") == 0) {
		reply->body = str_of(str_format(a, "{\"done\":%s}", ++t->asked < 3 ? "false" : "true"));
	} else if (strcmp(rq->path, "/broken") == 0) {
		reply->body = str_of("{\"cut");
	} else if (strcmp(rq->path, "/file") == 0) {
		reply->type = "application/octet-stream";
		reply->body = str_of("a file");
	} else {
		reply->status = 500;
		reply->body = str_of("{\"error\":\"the disk is full\"}");
	}
}

static void http_play_begin(struct http_play *t)
{
	const struct server_options o = { .port = 0 };

	memset(t, 0, sizeof(*t));
	play_start(&t->p);
	t->folder = path_join(t->p.a, t->p.folder, "work");
	t->http = http_new();
	t->said = "";
	ok(folder_make(t->folder, 0700, &t->e) && workdir_open(t->p.a, t->folder, &t->work, &t->e) &&
	   server_start(&t->server, &o, http_play_answer, t, &t->e), "a server");
}

static void http_play_end(struct http_play *t)
{
	server_stop(t->server);
	http_free(t->http);
	workdir_close(t->work);
	play_stop(&t->p);
}

static void http_play_hears(void *context, const char *line)
{
	struct http_play *t = context;

	t->said = str_copy(t->p.a, line);
}

/* Runs a step; config is JSON with ' for ", and AT for the server's address. */
static bool http_play_run(struct http_play *t, const char *kind, const char *config)
{
	const struct step_def *def = step_find(kind);
	const struct step_subject subject = { .promotion = "uat.01.abc", .alias = kind };
	const struct step_services services = { .http = t->http };
	struct step_run r = { .arena = t->p.a, .work = t->work, .subject = &subject, .services = &services,
			      .cancelled = &never, .say = http_play_hears, .say_context = t };
	const char *at = strstr(config, "AT/");
	char *text = str_format(t->p.a, "%.*shttp://127.0.0.1:%u%s", (int)(at - config), config,
				server_port(t->server), at + 2);
	struct value *v;

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	t->e = (struct err){ .message = "" };
	if (!json_parse(t->p.a, text, strlen(text), &v, &t->e) || !params_check(def, v, &t->e) ||
	    !def->check(v, &t->e))
		return false;
	r.config = v;
	return def->run(&r, &t->result, &t->e);
}

static const char *http_play_output(struct http_play *t, const char *name)
{
	return value_path_text(t->result.output, name, "");
}

TEST(http_asks_and_keeps_what_outputs_name)
{
	struct http_play t;

	http_play_begin(&t);
	ok(http_play_run(&t, "http", "{'url':'AT/echo?b=2','method':'POST','body':'hello','headers':[{'name':'X-Token',"
			 "'value':'t-1'}],'queryParams':[{'name':'a','value':'x y'}],'outputs':[{'name':'all','fromExpression':"
			 "'response.body.method + response.body.token + response.body.body'},{'name':'query','fromExpression':"
			 "'response.body.query'},{'name':'status','fromExpression':'string(response.status)'}]}"),
	   "a POST %s", t.e.message);
	is_text(http_play_output(&t, "all"), "POSTt-1hello", "with header and body");
	is_text(http_play_output(&t, "query"), "a=x+y&b=2", "its query, sorted");
	is_text(http_play_output(&t, "status"), "200", "the status");
	is_text(t.said, "POST answers 200", "and says so");
	play_write(&t.p, t.folder, "body", "from a file");
	ok(http_play_run(&t, "http", "{'url':'AT/echo','method':'PUT','bodyFromFile':'body','outputs':[{'name':'body',"
			 "'fromExpression':'response.body.body'}]}"), "a PUT %s", t.e.message);
	is_text(http_play_output(&t, "body"), "from a file", "of a file");
	ok(!http_play_run(&t, "http", "{'url':'AT/echo','method':'PUT','bodyFromFile':'../etc'}"), "not from outside: %s",
	   t.e.message);
	http_play_end(&t);
}

TEST(http_judges_by_its_criteria)
{
	struct http_play t;

	http_play_begin(&t);
	ok(http_play_run(&t, "http", "{'url':'AT/nothing'}") && t.result.status == STEP_FAILED, "a 500 is a failure");
	ok(http_play_run(&t, "http", "{'url':'AT/nothing','successExpression':'response.status == 500'}") &&
	   t.result.status == STEP_SUCCEEDED, "unless it was wanted");
	ok(!http_play_run(&t, "http", "{'url':'AT/nothing','failureExpression':'response.status >= 500','errorExpression':"
			  "'response.body.error'}") && t.result.status == STEP_FAILED, "failure criteria fail it");
	ok(strstr(t.e.message, "the disk is full") != NULL, "in the server's words: %s", t.e.message);
	for (unsigned i = 0; i < 2; i++)
		ok(http_play_run(&t, "http", "{'url':'AT/count','successExpression':'response.body.done','pollInterval':'7s'}") &&
		   t.result.status == STEP_RUNNING && t.result.retry_after == 7000, "neither is asked again in 7 s");
	ok(http_play_run(&t, "http", "{'url':'AT/count','successExpression':'response.body.done'}") &&
	   t.result.status == STEP_SUCCEEDED, "until it is met");
	ok(!http_play_run(&t, "http", "{'url':'AT/echo','successExpression':'response.status'}"), "a number is no answer");
	ok(strstr(t.e.message, "neither true nor false") != NULL, "%s", t.e.message);
	http_play_end(&t);
}

TEST(http_refuses_what_makes_no_sense)
{
	static const char *const configs[] = {
		"{'url':'AT/echo','timeout':'soon'}", "{'url':'AT/echo','pollInterval':'x'}",
		"{'url':'AT/echo','proxy':'socks5://127.0.0.1:1'}", "{'url':'AT/echo','method':'STEAL'}",
		"{'url':'AT/echo','body':'x','bodyFromFile':'y'}",
	};
	static const char *const words[] = { "timeout", "pollInterval", "proxy", "method", "bodyFromFile" };
	struct http_play t;

	http_play_begin(&t);
	for (size_t i = 0; i < COUNTOF(configs); i++)
		ok(!http_play_run(&t, "http", configs[i]) && strstr(t.e.message, words[i]), "%s", t.e.message);
	ok(!http_play_run(&t, "http", "{'url':'AT/broken','outputs':[{'name':'x','fromExpression':'response.body.x.y'}]}"),
	   "nor can what is not there be kept: %s", t.e.message);
	http_play_end(&t);
}

TEST(downloads_take_their_place_whole)
{
	struct http_play t;

	http_play_begin(&t);
	ok(http_play_run(&t, "http-download", "{'url':'AT/file','outPath':'in/a'}"), "a file %s", t.e.message);
	is_text(play_read(&t.p, t.folder, "in/a"), "a file", "is there");
	is_text(t.said, "6 bytes", "and told");
	play_write(&t.p, t.folder, "in/a", "mine");
	ok(!http_play_run(&t, "http-download", "{'url':'AT/file','outPath':'in/a'}"), "it replaces none: %s", t.e.message);
	is_text(play_read(&t.p, t.folder, "in/a"), "mine", "which stays");
	ok(http_play_run(&t, "http-download", "{'url':'AT/file','outPath':'in/a','allowOverwrite':true}"), "unless it may");
	is_text(play_read(&t.p, t.folder, "in/a"), "a file", "then it does");
	ok(!http_play_run(&t, "http-download", "{'url':'AT/nothing','outPath':'in/a','allowOverwrite':true}") &&
	   t.result.status == STEP_FAILED && strstr(t.e.message, "500"), "an error is no file: %s", t.e.message);
	is_text(play_read(&t.p, t.folder, "in/a"), "a file", "what was there stays");
	ok(!http_play_run(&t, "http-download", "{'url':'AT/file','outPath':'../out'}"), "nothing is written outside: %s",
	   t.e.message);
	ok(!http_play_run(&t, "http-download", "{'url':'AT/file','outPath':'b','timeout':'never'}"), "%s", t.e.message);
	http_play_end(&t);
}
