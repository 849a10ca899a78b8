/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's default texts are not public: ours are a sentence, what it is about, and a link. */
#include "messages/router.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "expr/template.h"
#include "messages/kargo_event.h"

enum { MAX_TEXT = 256 << 10 };

static bool router_deref(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	(void)a;
	(void)e;
	*out = call->args[0];
	return true;
}

/* The text as it may stand between the quotes of a JSON string. */
static bool router_escape(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	AUTO(buf) struct buf b;

	(void)e;
	buf_init(&b, call->args[0].string.len * 6 + 16);
	json_write_string(&b, call->args[0].string.at, call->args[0].string.len, 0);
	*out = expr_string(str_copy_n(a, buf_str(&b) + 1, b.len - 2), b.len - 2);
	return true;
}

static const struct expr_method router_functions[] = {
	{ .name = "deref", .call = router_deref,
	  .signature = { .result = &expr_type_any, .nparams = 1, .params = { &expr_type_any } } },
	{ .name = "escape_json_string", .call = router_escape,
	  .signature = { .result = &expr_type_string, .nparams = 1, .params = { &expr_type_string } } },
};

/* The payload with something added to its message. */
static struct value *router_payload(struct arena *a, const struct kargo_event *ev, const char *more)
{
	struct value *payload = value_copy(a, ev->payload);

	if (more)
		value_set(a, payload, "message", value_string(a, str_format(a, "%s%s", ev->message, more)));
	return payload;
}

static struct expr_env router_env(struct arena *a, const struct router_wish *wish)
{
	const struct kargo_event *ev = wish->event;
	const struct router_scene *scene = wish->scene;
	static const size_t count = 4;
	struct expr_variable *named = arena_array(a, count, sizeof(*named));
	struct value *ctx = value_map(a);

	if (scene->ui_base_url)
		value_set(a, ctx, "uiBaseURL", value_string(a, scene->ui_base_url));
	named[0] = (struct expr_variable){ "type", expr_text(ev->type), &expr_type_string };
	named[1] = (struct expr_variable){ "event", expr_tree(router_payload(a, ev, wish->more)), NULL };
	named[2] = (struct expr_variable){ "data", expr_tree(ev->object ? ev->object : value_map(a)), NULL };
	named[3] = (struct expr_variable){ "ctx", expr_tree(ctx), NULL };
	return (struct expr_env){ .unknown = EXPR_UNKNOWN_NIL, .named = named, .nnamed = count,
				  .functions = router_functions, .nfunctions = COUNTOF(router_functions),
				  .now_ms = scene->now, .load_zone = zone_load };
}

bool router_matches(struct arena *a, const struct router_wish *wish, bool *matches, struct err *e)
{
	const struct value *spec = value_get(wish->router, "spec"), *types = value_get(spec, "types");
	const char *when = value_get_text(spec, "when");
	struct expr_env env;
	struct expr_value v;

	*matches = false;
	for (size_t i = 0; i < value_count(types) && !*matches; i++)
		*matches = strcmp(value_text(value_at(types, i), ""), wish->event->type) == 0;
	if (!*matches || !*when)
		return true;
	env = router_env(a, wish);
	if (!expr_eval(a, when, &env, &v, e))
		return err_wrap(e, "when: \"%s\"", when);
	if (v.kind != EXPR_BOOL)
		return err_set(e, ERR_CONFIG, "when: \"%s\" is neither true nor false", when);
	*matches = v.boolean;
	return true;
}

/* The template's result as text. */
static bool router_render(struct arena *a, const char *template, const struct expr_env *env,
			  const char **out, struct err *e)
{
	struct value *v;
	const char *text;

	if (!template_render(a, str_of(template), env, &v, e))
		return false;
	text = value_is(v, VALUE_STRING) ? v->string.at : json_text(a, v, 0);
	if (!text || strlen(text) > MAX_TEXT || !utf8_valid(text, strlen(text)))
		return err_set(e, ERR_LIMIT, "its result is not a text of at most %d "
					     "bytes", MAX_TEXT);
	*out = text;
	return true;
}

bool message_decode(struct arena *a, const char *text, const char *encoding, struct message *out,
		    struct err *e)
{
	struct list documents = { 0 };
	struct value *body = NULL;

	out->text = text;
	if (strcmp(encoding, "json") == 0) {
		if (!json_parse(a, text, strlen(text), &body, e))
			return err_wrap(e, "the message is said to be JSON");
	} else if (strcmp(encoding, "yaml") == 0) {
		if (!yaml_parse(a, "message", str_of(text), &documents, e))
			return err_wrap(e, "the message is said to be YAML");
		body = documents.count ? documents.items[0] : NULL;
	} else if (*encoding) {
		return err_set(e, ERR_CONFIG, "encodingType %s is not known; use json or yaml", encoding);
	}
	if (*encoding && !value_is(body, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "the message must be a map in %s; with quote({…}) an "
			       "expression gives one as text", encoding);
	out->body = body;
	return true;
}

/* "<", ">" and "&" begin something in Slack (https://api.slack.com/reference/surfaces/formatting). */
static const char *router_plain(struct arena *a, const char *text, bool marks)
{
	AUTO(buf) struct buf b;

	buf_init(&b, strlen(text) * 5 + 1);
	if (!marks || !strpbrk(text, "<>&"))
		return text;
	for (; *text; text++)
		buf_text(&b, *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '&' ? "&amp;"
					  : (const char[]){ *text, '\0' });
	return buf_copy(&b, a);
}

/* The freight by the name that people use. */
static const char *router_freight(const struct kargo_event *ev)
{
	const struct value *freight = ev->promotion ? value_get(ev->payload, "freight") : ev->payload;
	const char *alias = value_get_text(freight, "alias");

	return *alias ? alias : value_get_text(freight, "name");
}

static const char *router_link(struct arena *a, const struct kargo_event *ev, const char *base)
{
	const char *project = value_get_text(ev->payload, "project");

	if (ev->promotion)
		return str_format(a, "%s/project/%s/promotion/%s", base, project, ev->promotion);
	if (*ev->stage)
		return str_format(a, "%s/project/%s/stage/%s", base, project, ev->stage);
	return str_format(a, "%s/project/%s/freight/%s", base, project,
			  value_get_text(ev->payload, "name"));
}

static void router_default(struct arena *a, const struct router_wish *wish, struct message *out)
{
	const struct router_scene *scene = wish->scene;
	const struct kargo_event *ev = wish->event;
	const char *mark = !wish->marks ? "" : kargo_event_is_bad(ev) ? ":x: "
			   : has_suffix(ev->type, "Succeeded") ? ":white_check_mark: " : "";
	const char *where = str_format(a, "%s%s%s", value_get_text(ev->payload, "project"),
				       *ev->stage ? "/" : "", ev->stage);
	const char *said = str_format(a, "%s%s", ev->message, wish->more ? wish->more : "");
	const char *text;

	out->subject = str_format(a, "%s %s", ev->type, where);
	text = str_format(a, "%s%s: %s\nfreight %s, by %s", mark, router_plain(a, out->subject, wish->marks),
			  router_plain(a, said, wish->marks),
			  router_plain(a, router_freight(ev), wish->marks),
			  router_plain(a, value_get_text(ev->payload, "actor"), wish->marks));
	if (scene->ui_base_url)
		text = str_format(a, "%s\n%s", text, router_link(a, ev, scene->ui_base_url));
	out->text = text;
}

bool router_message(struct arena *a, const struct router_wish *wish, struct message *out, struct err *e)
{
	const struct value *spec = value_get(wish->router, "spec");
	const char *own = value_get_text(wish->target, "output"), *encoding;
	const char *output = *own ? own : value_get_text(spec, "output");
	const char *key = value_get_text(spec, "groupingKey"), *text;
	struct expr_env env = router_env(a, wish);

	*out = (struct message){ .id = str_format(a, "%s.%s.%s", wish->event->commit,
						  value_path_text(wish->router, "metadata.name", ""),
						  value_get_text(wish->event->payload, "name")) };
	if (*key && !router_render(a, key, &env, &out->group, e))
		return err_wrap(e, "groupingKey");
	router_default(a, wish, out);
	if (!*output)
		return true;
	encoding = value_text(value_get(wish->target, "encodingType"), value_get_text(spec, "encodingType"));
	if (!router_render(a, output, &env, &text, e) || !message_decode(a, text, encoding, out, e))
		return err_wrap(e, "output");
	if (wish->more && !out->body && !strstr(out->text, wish->more))
		out->text = str_format(a, "%s%s", out->text, wish->more);
	return true;
}
