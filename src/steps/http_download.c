/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http-download: a file from a web server (doc/kargo-rules.md 6.6). It takes its place whole or
 * not at all.
 */
#include "steps/step.h"

#include "base/err.h"
#include "data/value.h"
#include "net/http.h"
#include "steps/http_inner.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 300000, MAX_BODY = 100 << 20 };

static const struct step_param params[] = {
	{ .name = "url", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where from." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file to write, 100 MB at most." },
	{ .name = "allowOverwrite", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Replace a file that is there." },
	{ .name = "headers", .kind = PARAM_LIST, .of = http_pair_params, .help = "Headers to send." },
	{ .name = "queryParams", .kind = PARAM_LIST, .of = http_pair_params,
	  .help = "Parameters added to the URL's query." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the server's certificate." },
	{ .name = "timeout", .kind = PARAM_STRING, .otherwise = "5m",
	  .help = "Time limit for the whole download." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool http_download_check(const struct value *config, struct err *e)
{
	return http_ask_looks_like_duration(value_text(value_get(config, "timeout"), "1s")) ||
	       err_set(e, ERR_CONFIG, "timeout: is not a duration such as 90s or 5m");
}

static bool http_download_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = step_text(r, "outPath", "");
	struct http_request rq = { .max_reply = MAX_BODY };
	struct http_reply reply;

	if (!step_may_write(r, path, e) || !http_ask_fill(r, TIMEOUT_MS, &rq, e) ||
	    !http_ask_send(r, &rq, &reply, e))
		return false;
	if (reply.status < 200 || reply.status >= 300) {
		result->status = STEP_FAILED;
		return err_again(e, ERR_NET, "the server answers %d", reply.status);
	}
	step_report(r, "%zu bytes", reply.body.len);
	return workdir_write(r->work, path, reply.body.at, reply.body.len, e);
}

const struct step_def step_http_download = {
	.kind = "http-download",
	.summary = "Download a file.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP,
	.check = http_download_check,
	.reach = STEP_REACH_READS,
	.run = http_download_run,
};
