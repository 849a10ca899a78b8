/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind the last line end when the server hangs up is half an event, and is forgotten. */
#include "kube/watch.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

void kube_lines_init(struct kube_lines *l, size_t max, kube_heard *heard, void *context)
{
	*l = (struct kube_lines){ .a = arena_new(), .heard = heard, .context = context };
	buf_init(&l->line, max);
}

void kube_lines_release(struct kube_lines *l)
{
	arena_free(l->a);
	buf_release(&l->line);
}

static enum kube_event_kind watch_kind_of(const char *type)
{
	static const struct { const char *name; enum kube_event_kind kind; } known[] = {
		{ "ADDED", KUBE_EVENT_ADDED },       { "MODIFIED", KUBE_EVENT_MODIFIED },
		{ "DELETED", KUBE_EVENT_DELETED },   { "BOOKMARK", KUBE_EVENT_BOOKMARK },
		{ "ERROR", KUBE_EVENT_ERROR },
	};

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strcmp(type, known[i].name) == 0)
			return known[i].kind;
	return KUBE_EVENT_OTHER;
}

static bool watch_take_line(struct kube_lines *l, bool *ended, struct err *e)
{
	struct str text = str_trim((struct str){ buf_str(&l->line), l->line.len });
	struct kube_event event;
	struct value *v;
	const char *type;

	if (!text.len)
		return true;
	arena_reset(l->a);
	if (!json_parse(l->a, text.at, text.len, &v, e))
		return err_set(e, ERR_NET, "the watch sent a line that is not JSON: %s",
			       str_line(l->a, str_text(l->a, text), 80));
	type = value_path_text(v, "type", "");
	event.kind = watch_kind_of(type);
	event.object = value_get(v, "object");
	if (!*type || !value_is(event.object, VALUE_MAP))
		return err_set(e, ERR_NET, "the watch sent a line that is not an event: %s",
			       str_line(l->a, str_text(l->a, text), 80));
	event.version = value_path_text(event.object, "metadata.resourceVersion", "");
	*ended = !l->heard(l->context, &event);
	return true;
}

bool kube_lines_feed(struct kube_lines *l, const char *bytes, size_t len, bool *ended, struct err *e)
{
	*ended = false;
	while (len && !*ended) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end ? (size_t)(end - bytes) : len;

		buf_add(&l->line, bytes, part);
		if (!buf_ok(&l->line))
			return err_set(e, ERR_LIMIT, "the watch sent an object larger than %zu bytes",
				       l->line.max);
		if (!end)
			return true;
		if (!watch_take_line(l, ended, e))
			return false;
		buf_clear(&l->line);
		bytes += part + 1;
		len -= part + 1;
	}
	return true;
}
