/* SPDX-License-Identifier: Apache-2.0 */
/* What is done through Kargo's own API: one request each. */
#include "attach/rest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "attach/kargo_login.h"
#include "attach/rest_client.h"
#include "attach/rest_follow.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "net/url.h"

static void *rest_open(void *it, const bool *cancelled)
{
	return rest_client_new(it, cancelled);
}

static void rest_wake(void *own)
{
	rest_client_wake(own);
}

static void rest_close(void *own)
{
	rest_client_free(own);
}

static void rest_follow_kind(void *own, enum attach_kind kind, const char *project,
			     const struct attach_listener *l)
{
	const struct rest_follow_options o = { .kind = kind, .project = project };

	assert(project || attach_kind_def(kind)->is_cluster);
	rest_follow(own, &o, l);
}

/* {"freight": name}, or {"origin": {"kind": "Warehouse", "name": name}} for its candidate. */
static struct value *rest_promotion(struct arena *a, const struct attach_call *call)
{
	struct value *body = value_map(a), *origin;

	if (call->freight) {
		value_set(a, body, "freight", value_string(a, call->freight));
		return body;
	}
	origin = value_map(a);
	value_set(a, origin, "kind", value_string(a, "Warehouse"));
	value_set(a, origin, "name", value_string(a, call->warehouse));
	value_set(a, body, "origin", origin);
	return body;
}

/* The path of what is refreshed, without "/refresh". */
static const char *rest_object(struct arena *a, const struct attach_call *call)
{
	const char *project = str_format(a, "/projects/%s", url_escape(a, call->project));

	if (call->kind == ATTACH_PROJECT_CONFIG)
		return str_format(a, "%s/config", project);
	return str_format(a, "%s/%s/%s", project, attach_kind_def(call->kind)->plural,
			  url_escape(a, call->name));
}

static struct rest_request rest_request(struct arena *a, const struct attach_call *call)
{
	const char *project = str_format(a, "/projects/%s", url_escape(a, call->project));
	struct rest_request rq = { .method = "POST" };

	switch (call->verb) {
	case ATTACH_CREATE:
		rq.path = str_format(a, "%s/stages/%s/promotions", project, url_escape(a, call->stage));
		rq.body = rest_promotion(a, call);
		break;
	case ATTACH_APPROVE:
		rq.path = str_format(a, "%s/freight/%s/approve?stage=%s", project,
				     url_escape(a, call->freight), url_escape(a, call->stage));
		break;
	case ATTACH_ABORT:
		rq.path = str_format(a, "%s/promotions/%s/abort", project, url_escape(a, call->name));
		break;
	case ATTACH_REFRESH:
		rq.path = str_format(a, "%s/refresh", rest_object(a, call));
		break;
	case ATTACH_REVERIFY:
		rq.path = str_format(a, "%s/stages/%s/verification", project, url_escape(a, call->name));
		break;
	}
	return rq;
}

static bool rest_call(void *own, struct arena *a, const struct attach_call *call, const struct value **out,
		      struct err *e)
{
	const struct rest_request rq = rest_request(a, call);
	struct value *answer;

	if (!rest_ask(own, a, &rq, &answer, e))
		return false;
	*out = answer;
	return true;
}

/* The API has no such question: it refuses what may not be. But it lists only project by project. */
static bool rest_may(void *own, const struct attach_right *right, struct attach_verdict *out, struct err *e)
{
	(void)own;
	(void)e;
	*out = (struct attach_verdict){ .allowed = right->project || strcmp(right->verb, "list") != 0 };
	return true;
}

static bool rest_secrets(void *own, struct arena *a, const char *project, const struct value **out,
			 struct err *e)
{
	(void)own;
	(void)a;
	(void)project;
	(void)out;
	return err_set(e, ERR_REFUSED, "Kargo's API does not give out repository credentials");
}

static bool rest_analysis_run(void *own, struct arena *a, const struct attach_object *which,
			      const struct value **out, struct err *e)
{
	const struct rest_request rq = {
		.path = str_format(a, "/projects/%s/analysis-runs/%s", url_escape(a, which->project),
				   url_escape(a, which->name)),
	};
	struct value *answer;

	if (!rest_ask(own, a, &rq, &answer, e))
		return false;
	*out = answer;
	return true;
}

static void rest_free(void *it)
{
	rest_server_free(it);
}

bool attach_rest_open(const char *address, struct attach_transport *out, struct err *e)
{
	struct rest_server *s;
	const struct kargo_login *login;

	if (!rest_server_open(address, &s, e))
		return false;
	login = rest_server_login(s);
	*out = (struct attach_transport){
		.it = s,
		.context = login->address,
		.server = login->address,
		.project = login->project,
		.open = rest_open,
		.wake = rest_wake,
		.close = rest_close,
		.follow = rest_follow_kind,
		.call = rest_call,
		.may = rest_may,
		.secrets = rest_secrets,
		.analysis_run = rest_analysis_run,
		.free = rest_free,
	};
	return true;
}
