/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to an http step as its expressions see it (doc/kargo-rules.md 6.6). */
#include "steps/http_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "expr/values.h"
#include "net/http.h"

/* Go's canonical form: "X-One" of "x-one". */
static const char *http_response_canonical(struct arena *a, const char *name)
{
	char *out = str_format(a, "%s", name);
	bool first = true;

	for (char *p = out; *p; p++) {
		if (first && *p >= 'a' && *p <= 'z')
			*p = (char)(*p - 32);
		first = *p == '-';
	}
	return out;
}

static bool http_response_header(struct arena *a, const struct expr_call *call,
				 struct expr_value *out, struct err *e)
{
	const struct http_response *r = call->ctx;
	const char *value = NULL;

	(void)e;
	value = http_header(r->reply, str_lower(a, str_text(a, call->args[0].string)));
	*out = expr_text(value ? value : "");
	return true;
}

static const struct expr_method header_method = {
	.name = "header",
	.signature = { .result = &expr_type_string, .nparams = 1, .params = { &expr_type_string } },
	.call = http_response_header,
};

static struct value *headers_of(struct arena *a, const struct http_reply *reply)
{
	struct value *map = value_map(a);

	for (size_t i = 0; i < reply->nheaders; i++) {
		const char *name = http_response_canonical(a, reply->headers[i].name);
		struct value *list = value_get(map, name);

		if (!list) {
			list = value_list(a);
			value_set(a, map, name, list);
		}
		value_append(a, list, value_string(a, reply->headers[i].value));
	}
	return map;
}

static bool is_yaml(const char *type)
{
	static const char *const types[] = { "application/yaml", "application/x-yaml", "text/yaml",
					     "text/x-yaml" };

	for (size_t i = 0; i < COUNTOF(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

/* "text/html; charset=utf-8" without what follows the semicolon, in lower case. */
static const char *media_type(struct arena *a, const char *header)
{
	return str_lower(a, str_text(a, str_trim((struct str){ header, strcspn(header, ";") })));
}

static bool read_yaml(struct arena *a, struct str text, struct value **out, struct err *e)
{
	struct list documents = { 0 };

	if (!yaml_parse(a, "body", text, &documents, e))
		return false;
	*out = documents.count ? documents.items[0] : value_null(a);
	return true;
}

/* Bytes that are not UTF-8 become U+FFFD, each of them, as when Go writes them as JSON. */
static struct value *as_utf8(struct arena *a, struct str text)
{
	AUTO(buf) struct buf b;
	uint32_t point;

	buf_init(&b, 3 * text.len + 1);
	for (size_t i = 0; i < text.len;) {
		size_t n = utf8_decode(text.at + i, text.len - i, &point);

		buf_add(&b, n ? text.at + i : "\xef\xbf\xbd", n ? n : 3);
		i += n ? n : 1;
	}
	return value_string_n(a, buf_str(&b), b.len);
}

static bool read_body(struct arena *a, const struct http_reply *reply, const char *forced,
		      struct value **out, struct err *e)
{
	const char *said = http_header(reply, "content-type");
	const char *type = media_type(a, forced ? forced : said ? said : "");
	struct err unused;

	*out = value_map(a);
	if (!reply->body.len)
		return true;
	if (strcmp(type, "application/json") == 0)
		return json_parse(a, reply->body.at, reply->body.len, out, e) ||
		       err_wrap(e, "the body is said to be JSON");
	if (is_yaml(type))
		return read_yaml(a, reply->body, out, e) || err_wrap(e, "the body is said to be YAML");
	if (strcmp(type, "text/plain") == 0) {
		*out = as_utf8(a, reply->body);
		return true;
	}
	if (!json_parse(a, reply->body.at, reply->body.len, out, &unused))
		*out = value_map(a);
	return true;
}

bool http_response_read(struct arena *a, const struct http_reply *reply, const char *type,
			struct http_response *out, struct err *e)
{
	struct expr_map *map = expr_map_new(a);
	struct expr_value status = expr_int(reply->status), function = { .kind = EXPR_FUNCTION };
	struct value *body;

	if (!read_body(a, reply, type, &body, e)) {
		e->again = true;
		return false;
	}
	status.form = EXPR_INT64;
	function.function.method = &header_method;
	expr_map_set(a, map, expr_text("status"), status);
	expr_map_set(a, map, expr_text("header"), function);
	expr_map_set(a, map, expr_text("headers"), expr_tree(headers_of(a, reply)));
	expr_map_set(a, map, expr_text("body"), expr_tree(body));
	out->reply = reply;
	out->variable = (struct expr_variable){ "response", expr_map(map, EXPR_PLAIN), NULL };
	out->env = (struct expr_env){ .unknown = EXPR_UNKNOWN_NIL, .named = &out->variable, .nnamed = 1,
				      .ctx = out, .now_ms = clock_now(), .load_zone = zone_load };
	return true;
}

bool http_response_eval(struct arena *a, const struct http_response *r, const char *text,
			struct expr_value *out, struct err *e)
{
	struct expr_program *program;

	if (!expr_compile(a, str_of(text), &r->env, &program, e)) {
		e->again = false;
		return err_wrap(e, "\"%s\"", text);
	}
	if (expr_run(a, program, &r->env, out, e))
		return true;
	e->again = true;
	return err_wrap(e, "\"%s\"", text);
}
