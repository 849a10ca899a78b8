/* SPDX-License-Identifier: Apache-2.0 */
/* One lock over all; a watch is a place in the list of events. */
#include "kube/api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/server.h"

struct api_object {
	const char *group;              /* "/apis/g/v1" */
	const char *plural, *namespace, *name;
	struct value *body;
};

struct api_event {
	const char *type;
	const struct api_object *of;
	unsigned long version;
	const char *text;               /* the whole line */
};

struct api {
	struct arena *a;
	struct server *server;
	pthread_mutex_t lock;
	struct list objects;            /* struct api_object * */
	struct list events;             /* struct api_event * */
	struct list forbidden;          /* "verb plural" */
	struct list served;             /* plurals; empty: all */
	unsigned long version, compacted;
	const char *rules;              /* a status; NULL: not asked about */
	const char *token, *stranger, *stranger_name;
	unsigned failing, expiring;
	bool repeats;                   /* the first page for each */
	int status;
	const char *retry_after;
	unsigned cuts;
	const char *rest;
	struct buf asked;
	unsigned watches;
	struct list headers;            /* struct http_header * of the newest request */
};

/* A request's path taken apart. */
struct api_place {
	const char *group, *namespace, *plural, *name, *subresource;
};

static bool api_place_of(struct arena *a, const char *path, struct api_place *out)
{
	const char *parts[8] = { 0 };
	size_t count = 0, i;

	*out = (struct api_place){ .namespace = "" };
	for (const char *p = path; *p == '/' && count < COUNTOF(parts); count++) {
		size_t len = strcspn(p + 1, "/");

		parts[count] = str_copy_n(a, p + 1, len);
		p += len + 1;
	}
	if (count < 3)
		return false;
	i = strcmp(parts[0], "api") == 0 ? 2 : 3;
	out->group = i == 2 ? "/api/v1" : str_format(a, "/apis/%s/%s", parts[1], parts[2]);
	if (i + 2 < count && strcmp(parts[i], "namespaces") == 0) {
		out->namespace = parts[i + 1];
		i += 2;
	}
	out->plural = parts[i];
	out->name = i + 1 < count ? parts[i + 1] : NULL;
	out->subresource = i + 2 < count ? parts[i + 2] : NULL;
	return out->plural != NULL;
}

/* As a cluster has it in messages: "things.example.org". */
static const char *api_qualified(struct arena *a, const struct api_place *p)
{
	const char *group = has_prefix(p->group, "/apis/") ? p->group + 6 : "";

	return *group ? str_format(a, "%s.%.*s", p->plural, (int)strcspn(group, "/"), group) : p->plural;
}

static void api_say(struct arena *a, struct server_reply *reply, int code, const char *reason,
		    const char *message)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_text(&b, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":");
	json_write_string(&b, message, strlen(message), 0);
	buf_format(&b, ",\"reason\":\"%s\",\"code\":%d}", reason, code);
	reply->status = code;
	reply->type = "application/json";
	reply->body = str_of(buf_copy(&b, a));
	buf_release(&b);
}

static struct api_object *api_find(struct api *api, const struct api_place *p, const char *name)
{
	for (size_t i = 0; i < api->objects.count; i++) {
		struct api_object *o = api->objects.items[i];

		if (o->body && strcmp(o->group, p->group) == 0 && strcmp(o->plural, p->plural) == 0 &&
		    strcmp(o->namespace, p->namespace) == 0 && strcmp(o->name, name) == 0)
			return o;
	}
	return NULL;
}

static void api_note(struct api *api, const char *type, const struct api_object *o)
{
	struct api_event *event = arena_alloc(api->a, sizeof(*event));
	const char *body;

	value_set(api->a, value_get(o->body, "metadata"), "resourceVersion",
		  value_string(api->a, str_format(api->a, "%lu", ++api->version)));
	body = json_text(api->a, o->body, 0);
	*event = (struct api_event){ type, o, api->version,
				     str_format(api->a, "{\"type\":\"%s\",\"object\":%s}\n", type, body) };
	list_add(api->a, &api->events, event);
}

static struct api_object *api_keep(struct api *api, const struct api_place *p, const struct value *body)
{
	const char *name = value_path_text(body, "metadata.name", "");
	struct api_object *o = api_find(api, p, name);
	bool is_new = !o;

	if (is_new) {
		o = arena_alloc(api->a, sizeof(*o));
		*o = (struct api_object){ str_copy(api->a, p->group), str_copy(api->a, p->plural),
					  str_copy(api->a, p->namespace), str_copy(api->a, name), NULL };
		list_add(api->a, &api->objects, o);
	}
	o->body = value_copy(api->a, body);
	if (*o->namespace)
		value_set(api->a, value_get(o->body, "metadata"), "namespace",
			  value_string(api->a, o->namespace));
	api_note(api, is_new ? "ADDED" : "MODIFIED", o);
	return o;
}

static bool api_forbids(struct api *api, struct arena *a, const char *verb, const char *plural)
{
	for (size_t i = 0; i < api->forbidden.count; i++)
		if (strcmp(api->forbidden.items[i], str_format(a, "%s %s", verb, plural)) == 0 ||
		    strcmp(api->forbidden.items[i], str_format(a, "%s *", verb)) == 0)
			return true;
	return false;
}

static bool api_is_stranger(struct api *api, struct arena *a, const struct server_request *rq)
{
	return api->stranger &&
	       same_text(server_header(rq, "Authorization"), str_format(a, "Bearer %s", api->stranger));
}

static bool api_is_in(const struct api_object *o, const struct api_place *p)
{
	return strcmp(o->group, p->group) == 0 && strcmp(o->plural, p->plural) == 0 &&
	       (!*p->namespace || strcmp(o->namespace, p->namespace) == 0);
}

/* "continue" is the list's version and how many were told. */
static void api_list(struct api *api, struct arena *a, const struct api_place *p,
		     const struct server_request *rq, struct server_reply *reply)
{
	const char *limit_text = server_parameter(a, rq, "limit"), *more = server_parameter(a, rq, "continue");
	unsigned long limit = limit_text ? strtoul(limit_text, NULL, 10) : 0, version = api->version, told = 0;
	unsigned long seen = 0, left = 0;
	struct buf b;
	char *end;

	if (more && !api->repeats) {
		version = strtoul(more, &end, 10);
		if (*end != ':') {
			api_say(a, reply, 400, "BadRequest", "continue key is not valid");
			return;
		}
		told = strtoul(end + 1, NULL, 10);
		if (version < api->compacted || api->expiring) {
			api->expiring -= api->expiring > 0;
			api_say(a, reply, 410, "Expired", "The provided continue parameter is too old to display a "
				"consistent list result.");
			return;
		}
	}
	buf_init(&b, 64u << 20);
	buf_text(&b, "{\"kind\":\"ThingList\",\"items\":[");
	for (size_t i = 0; i < api->objects.count; i++) {
		struct api_object *o = api->objects.items[i];

		if (!o->body || !api_is_in(o, p) || seen++ < told)
			continue;
		if (limit && seen > told + limit) {
			left++;
			continue;
		}
		buf_format(&b, "%s%s", seen == told + 1 ? "" : ",", json_text(a, o->body, 0));
	}
	buf_format(&b, "],\"metadata\":{\"resourceVersion\":\"%lu\"", version);
	if (left)
		buf_format(&b, ",\"continue\":\"%lu:%lu\",\"remainingItemCount\":%lu", version, told + limit, left);
	buf_text(&b, "}}\n");
	reply->type = "application/json";
	reply->body = (struct str){ buf_copy(&b, a), b.len };
	buf_release(&b);
}

struct api_watch {
	struct api *api;
	struct api_place place;
	size_t at;
	unsigned cuts;
	int64_t until;
	bool gone, bookmarks;
	unsigned long told;
};

static void api_watch_bookmark(struct api_watch *w, struct buf *out)
{
	if (!w->bookmarks || w->told == w->api->version)
		return;
	w->told = w->api->version;
	buf_format(out, "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Thing\",\"metadata\":{\"resourceVersion\":\"%lu\"}}}\n",
		   w->told);
}

static bool api_watch_next(void *watch, struct buf *out)
{
	struct api_watch *w = watch;
	struct api *api = w->api;
	bool goes_on = !w->gone && clock_ticks() < w->until;

	if (w->gone)
		buf_text(out, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
			      "\"status\":\"Failure\",\"message\":\"too old resource version: 1 (2)\",\"reason\":\"Expired\","
			      "\"code\":410}}\n");
	pthread_mutex_lock(&api->lock);
	for (; w->at < api->events.count && goes_on; w->at++) {
		const struct api_event *event = api->events.items[w->at];

		if (!api_is_in(event->of, &w->place))
			continue;
		buf_text(out, event->text);
		w->told = event->version;
	}
	if (goes_on)
		api_watch_bookmark(w, out);
	if (w->cuts != api->cuts) {
		goes_on = false;
		if (api->rest)
			buf_text(out, api->rest);
	}
	pthread_mutex_unlock(&api->lock);
	if (goes_on && !out->len)
		clock_sleep(5);
	return goes_on;
}

static void api_watch_done(void *watch)
{
	struct api_watch *w = watch;

	pthread_mutex_lock(&w->api->lock);
	w->api->watches--;
	pthread_mutex_unlock(&w->api->lock);
}

static void api_watch(struct api *api, struct arena *a, const struct api_place *p,
		      const struct server_request *rq, struct server_reply *reply)
{
	const char *version = server_parameter(a, rq, "resourceVersion");
	const char *seconds = server_parameter(a, rq, "timeoutSeconds");
	const char *bookmarks = server_parameter(a, rq, "allowWatchBookmarks");
	struct api_watch *w = arena_alloc(a, sizeof(*w));
	unsigned long from = version ? strtoul(version, NULL, 10) : 0;

	*w = (struct api_watch){ .api = api, .place = *p, .cuts = api->cuts, .gone = from < api->compacted,
				 .until = clock_ticks() + 1000 * (seconds ? strtol(seconds, NULL, 10) : 3600),
				 .bookmarks = same_text(bookmarks, "true"), .told = from };
	while (w->at < api->events.count &&
	       ((const struct api_event *)api->events.items[w->at])->version <= from)
		w->at++;
	api->watches++;
	reply->type = "application/json";
	reply->next = api_watch_next;
	reply->state = w;
	reply->done = api_watch_done;
}

/* RFC 7396. */
static void api_merge(struct arena *a, struct value *to, const struct value *patch)
{
	for (size_t i = 0; i < value_count(patch); i++) {
		const struct value_member *m = &patch->map.members[i];
		const char *key = str_text(a, m->key);

		if (value_is(m->value, VALUE_NULL))
			value_remove(to, key);
		else if (value_is(m->value, VALUE_MAP) && value_is(value_get(to, key), VALUE_MAP))
			api_merge(a, value_get(to, key), m->value);
		else
			value_set(a, to, key, value_copy(a, m->value));
	}
}

static void api_answer_object(struct arena *a, struct server_reply *reply, int status, const struct value *body)
{
	reply->status = status;
	reply->type = "application/json";
	reply->body = str_of(json_text(a, body, 0));
}

static void api_create(struct api *api, struct arena *a, const struct api_place *p,
		       const struct server_request *rq, struct server_reply *reply)
{
	struct value *v, *meta;
	struct err e;
	const char *name;

	if (!json_parse(a, rq->body.at, rq->body.len, &v, &e)) {
		api_say(a, reply, 400, "BadRequest", "the object provided is unrecognized");
		return;
	}
	if (strcmp(p->plural, "selfsubjectrulesreviews") == 0) {
		struct value *status;

		if (!json_parse(a, api->rules, strlen(api->rules), &status, &e))
			abort();
		value_set(a, v, "status", status);
		api_answer_object(a, reply, 201, v);
		return;
	}
	if (strcmp(p->plural, "selfsubjectaccessreviews") == 0) {
		const struct value *on = value_path(v, "spec.resourceAttributes");
		struct value *status = value_map(a);

		value_set(a, status, "allowed",
			  value_bool(a, !api_is_stranger(api, a, rq) &&
				     !api_forbids(api, a, value_path_text(on, "verb", ""),
						  value_path_text(on, "resource", ""))));
		value_set(a, v, "status", status);
		api_answer_object(a, reply, 201, v);
		return;
	}
	meta = value_get(v, "metadata");
	name = value_path_text(meta, "name", NULL);
	if (!name && value_get(meta, "generateName")) {
		name = str_format(a, "%s%lu", value_path_text(meta, "generateName", ""), 10000 + api->version);
		value_set(a, meta, "name", value_string(a, name));
	}
	if (!name) {
		api_say(a, reply, 422, "Invalid", "metadata.name: Required value: name or generateName is required");
		return;
	}
	if (api_find(api, p, name)) {
		api_say(a, reply, 409, "AlreadyExists",
			str_format(a, "%s \"%s\" already exists", api_qualified(a, p), name));
		return;
	}
	if (same_text(server_parameter(a, rq, "dryRun"), "All"))
		api_answer_object(a, reply, 201, v);
	else
		api_answer_object(a, reply, 201, api_keep(api, p, v)->body);
}

static void api_one(struct api *api, struct arena *a, const struct api_place *p, const struct server_request *rq,
		    struct server_reply *reply)
{
	struct api_object *o = api_find(api, p, p->name);
	struct value *patch;
	struct err e;

	if (!o) {
		api_say(a, reply, 404, "NotFound",
			str_format(a, "%s \"%s\" not found", api_qualified(a, p), p->name));
		return;
	}
	if (strcmp(rq->method, "PATCH") == 0) {
		if (!same_text(server_header(rq, "Content-Type"), "application/merge-patch+json") ||
		    !json_parse(a, rq->body.at, rq->body.len, &patch, &e)) {
			api_say(a, reply, 415, "UnsupportedMediaType", "the body of the request was in an unknown format");
			return;
		}
		api_merge(api->a, o->body, value_copy(api->a, patch));
		api_note(api, "MODIFIED", o);
	} else if (strcmp(rq->method, "DELETE") == 0) {
		api_note(api, "DELETED", o);
		o->body = NULL;
		api_say(a, reply, 200, "", "");
		return;
	}
	api_answer_object(a, reply, 200, o->body);
}

static const char *api_verb(struct arena *a, const struct api_place *p, const struct server_request *rq)
{
	if (strcmp(rq->method, "GET") != 0)
		return strcmp(rq->method, "POST") == 0 ? "create" : strcmp(rq->method, "PATCH") == 0 ? "patch" : "delete";
	if (p->name)
		return "get";
	return server_parameter(a, rq, "watch") ? "watch" : "list";
}

static bool api_serves(const struct api *api, const char *plural)
{
	if (strcmp(plural, "selfsubjectrulesreviews") == 0)
		return api->rules;
	for (size_t i = 0; i < api->served.count; i++)
		if (strcmp(api->served.items[i], plural) == 0)
			return true;
	return !api->served.count || strcmp(plural, "selfsubjectaccessreviews") == 0;
}

/* What is said before the objects are looked at; false: nothing. */
static bool api_refuses(struct api *api, struct arena *a, const struct api_place *p,
			const struct server_request *rq, struct server_reply *reply)
{
	const char *bearer = server_header(rq, "Authorization"), *verb = api_verb(a, p, rq), *group;
	bool stranger = api_is_stranger(api, a, rq);

	if (api->failing) {
		struct http_header *after = arena_alloc(a, sizeof(*after));

		api->failing--;
		api_say(a, reply, api->status, api->status == 429 ? "TooManyRequests" : "InternalError",
			"asked to fail");
		if (api->retry_after) {
			*after = (struct http_header){ "Retry-After", api->retry_after };
			reply->headers = after;
			reply->nheaders = 1;
		}
		return true;
	}
	if (api->token && !stranger && !same_text(bearer, str_format(a, "Bearer %s", api->token))) {
		api_say(a, reply, 401, "Unauthorized", "Unauthorized");
		return true;
	}
	if (!api_serves(api, p->plural)) {
		reply->status = 404;
		reply->type = "text/plain; charset=utf-8";
		reply->body = str_of("404 page not found\n");
		return true;
	}
	if (strcmp(p->plural, "selfsubjectaccessreviews") == 0 ||
	    strcmp(p->plural, "selfsubjectrulesreviews") == 0)
		return false;
	if (stranger || api_forbids(api, a, verb, p->plural)) {
		group = has_prefix(p->group, "/apis/") ? p->group + 6 : "";
		api_say(a, reply, 403, "Forbidden",
			str_format(a, "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%.*s\" %s%s%s",
				   api_qualified(a, p), stranger ? api->stranger_name : "bob", verb, p->plural,
				   (int)strcspn(group, "/"), group, *p->namespace ? "in the namespace \"" : "at the "
				   "cluster scope", p->namespace, *p->namespace ? "\"" : ""));
		return true;
	}
	return false;
}

static void api_log(struct api *api, struct arena *a, const struct server_request *rq)
{
	static const char *const kept[] = { "Authorization", "Impersonate-User", "Impersonate-Group", "Host",
					    "Impersonate-Extra-scopes" };
	const char *version = server_parameter(a, rq, "resourceVersion");

	if (version)
		buf_format(&api->asked, "%s %s watch\n", rq->method, rq->raw_path);
	else
		buf_format(&api->asked, "%s %s%s%s\n", rq->method, rq->raw_path, *rq->query ? "?" : "", rq->query);
	api->headers = (struct list){ 0 };
	for (size_t i = 0; i < COUNTOF(kept); i++) {
		struct http_header *h = arena_alloc(api->a, sizeof(*h));
		const char *value = server_header(rq, kept[i]);

		*h = (struct http_header){ kept[i], str_copy(api->a, value ? value : "") };
		list_add(api->a, &api->headers, h);
	}
}

static void api_answer(void *context, struct arena *a, const struct server_request *rq,
		       struct server_reply *reply)
{
	struct api *api = context;
	struct api_place p;

	pthread_mutex_lock(&api->lock);
	api_log(api, a, rq);
	if (!api_place_of(a, rq->path, &p))
		api_say(a, reply, 404, "NotFound", "the server could not find the requested resource");
	else if (api_refuses(api, a, &p, rq, reply))
		;
	else if (p.name)
		api_one(api, a, &p, rq, reply);
	else if (strcmp(rq->method, "POST") == 0)
		api_create(api, a, &p, rq, reply);
	else if (server_parameter(a, rq, "watch"))
		api_watch(api, a, &p, rq, reply);
	else
		api_list(api, a, &p, rq, reply);
	pthread_mutex_unlock(&api->lock);
}

struct api *api_start(void)
{
	struct api *api = xmalloc(sizeof(*api));
	struct server_options o = { .max_body = 8 << 20 };
	struct err e = { 0 };

	*api = (struct api){ .a = arena_new(), .version = 100 };
	buf_init(&api->asked, 16 << 20);
	pthread_mutex_init(&api->lock, NULL);
	if (!server_start(&api->server, &o, api_answer, api, &e))
		abort();
	return api;
}

void api_stop(struct api *api)
{
	server_stop(api->server);
	pthread_mutex_destroy(&api->lock);
	buf_release(&api->asked);
	arena_free(api->a);
	free(api);
}

unsigned api_port(const struct api *api)
{
	return server_port(api->server);
}

#define LOCKED(api, what)                         \
	do {                                      \
		pthread_mutex_lock(&(api)->lock); \
		what;                             \
		pthread_mutex_unlock(&(api)->lock); \
	} while (0)

void api_set_token(struct api *api, const char *token)
{
	LOCKED(api, api->token = str_copy(api->a, token));
}

void api_set_stranger(struct api *api, const char *token, const char *user)
{
	LOCKED(api, api->stranger = str_copy(api->a, token); api->stranger_name = str_copy(api->a, user));
}

void api_set_rules(struct api *api, const char *status)
{
	pthread_mutex_lock(&api->lock);
	api->rules = status;
	pthread_mutex_unlock(&api->lock);
}

void api_forbid(struct api *api, const char *verb, const char *plural)
{
	LOCKED(api, list_add(api->a, &api->forbidden, str_format(api->a, "%s %s", verb, plural)));
}

void api_allow_all(struct api *api)
{
	LOCKED(api, api->forbidden.count = 0);
}

void api_serve(struct api *api, const char *plural)
{
	LOCKED(api, if (plural) list_add(api->a, &api->served, str_copy(api->a, plural));
	       else api->served.count = 0);
}

void api_put(struct api *api, const char *collection, const char *json)
{
	struct api_place p;
	struct value *v;
	struct err e;

	pthread_mutex_lock(&api->lock);
	if (!api_place_of(api->a, collection, &p) || !json_parse(api->a, json, strlen(json), &v, &e))
		abort();
	api_keep(api, &p, v);
	pthread_mutex_unlock(&api->lock);
}

void api_remove(struct api *api, const char *collection, const char *name)
{
	struct api_object *o;
	struct api_place p;

	pthread_mutex_lock(&api->lock);
	if (!api_place_of(api->a, collection, &p) || !(o = api_find(api, &p, name)))
		abort();
	api_note(api, "DELETED", o);
	o->body = NULL;
	pthread_mutex_unlock(&api->lock);
}

void api_fail(struct api *api, unsigned count, int status, const char *retry_after)
{
	LOCKED(api, api->failing = count; api->status = status; api->retry_after = retry_after);
}

void api_cut(struct api *api, const char *rest)
{
	LOCKED(api, api->cuts++; api->rest = rest);
}

void api_expire_pages(struct api *api, unsigned count)
{
	LOCKED(api, api->expiring = count);
}

void api_repeat_pages(struct api *api)
{
	LOCKED(api, api->repeats = true);
}

void api_compact(struct api *api)
{
	LOCKED(api, api->compacted = ++api->version);
}

unsigned api_watches(struct api *api)
{
	unsigned count;

	LOCKED(api, count = api->watches);
	return count;
}

const char *api_asked(struct api *api, struct arena *a)
{
	const char *text;

	LOCKED(api, text = buf_copy(&api->asked, a); buf_clear(&api->asked));
	return text;
}

const char *api_header(struct api *api, struct arena *a, const char *name)
{
	const char *value = "";

	pthread_mutex_lock(&api->lock);
	for (size_t i = 0; i < api->headers.count; i++) {
		const struct http_header *h = api->headers.items[i];

		if (strcmp(h->name, name) == 0)
			value = str_copy(a, h->value);
	}
	pthread_mutex_unlock(&api->lock);
	return value;
}
