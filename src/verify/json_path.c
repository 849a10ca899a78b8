/* SPDX-License-Identifier: Apache-2.0 */
/* JSONPath: a walk. Braces around and the $ before may be left out, as Kubernetes lets them. */
#include "verify/json_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"

struct json_path_walk {
	struct arena *a;
	const char *path;               /* the whole, for messages */
	const char *at;
	struct err *e;
};

static bool json_path_wrong(const struct json_path_walk *w)
{
	return err_set(w->e, ERR_CONFIG, "\"%s\" is no path such as {$.status.ok} at \"%s\"", w->path,
		       w->at);
}

static bool json_path_step(struct json_path_walk *w, const struct value *v,
			   const struct value **out);

/* Every element, each followed further; what is not there is left out. */
static bool every(struct json_path_walk *w, const struct value *v, const struct value **out)
{
	struct value *all = value_list(w->a);
	const char *rest = w->at;

	for (size_t i = 0; i < value_count(v); i++) {
		const struct value *item = v->kind == VALUE_LIST ? v->list.items[i]
			: v->kind == VALUE_MAP ? v->map.members[i].value : NULL;
		const struct value *found;
		struct err e;
		struct json_path_walk inner = { w->a, w->path, rest, &e };

		if (item && json_path_step(&inner, item, &found))
			value_append(w->a, all, value_copy(w->a, found));
		else if (item && e.code == ERR_CONFIG)
			return json_path_wrong(&inner) || json_path_wrong(w);
	}
	w->at = rest + strlen(rest);
	*out = all;
	return true;
}

static bool member(struct json_path_walk *w, const struct value *v, const char *name,
		   const struct value **out)
{
	const struct value *found = value_get(v, name);

	if (!found)
		return err_set(w->e, ERR_NOT_FOUND, "the answer has no %s (path %s)", name, w->path);
	return json_path_step(w, found, out);
}

static bool bracket(struct json_path_walk *w, const struct value *v, const struct value **out)
{
	const char *close = strchr(w->at, ']');
	char *end;
	long index;

	if (!close)
		return json_path_wrong(w);
	if (w->at[0] == '*') {
		w->at = close + 1;
		return every(w, v, out);
	}
	if (w->at[0] == '\'' || w->at[0] == '"') {
		const char *name = str_copy_n(w->a, w->at + 1, strcspn(w->at + 1, "'\"]"));

		w->at = close + 1;
		return member(w, v, name, out);
	}
	index = strtol(w->at, &end, 10);
	if (end != close)
		return json_path_wrong(w);
	if (index < 0)
		index += (long)value_count(v);
	w->at = close + 1;
	if (index < 0 || !value_at(v, (size_t)index))
		return err_set(w->e, ERR_NOT_FOUND, "the answer has no element %ld (path %s)", index,
			       w->path);
	return json_path_step(w, value_at(v, (size_t)index), out);
}

static bool json_path_step(struct json_path_walk *w, const struct value *v,
			   const struct value **out)
{
	size_t len;

	if (*w->at == '\0') {
		*out = v;
		return true;
	}
	if (*w->at == '[') {
		w->at++;
		return bracket(w, v, out);
	}
	if (*w->at != '.')
		return json_path_wrong(w);
	w->at++;
	len = strcspn(w->at, ".[");
	if (len == 0)
		return json_path_wrong(w);
	const char *name = str_copy_n(w->a, w->at, len);
	w->at += len;
	return strcmp(name, "*") == 0 ? every(w, v, out) : member(w, v, name, out);
}

bool json_path(struct arena *a, const char *path, const struct value *v, const struct value **out,
	       struct err *e)
{
	struct str inner = str_trim(str_of(path));
	struct json_path_walk w = { .a = a, .path = path, .e = e };

	if (inner.len >= 2 && inner.at[0] == '{' && inner.at[inner.len - 1] == '}')
		inner = str_trim((struct str){ inner.at + 1, inner.len - 2 });
	if (inner.len && inner.at[0] == '$')
		inner = (struct str){ inner.at + 1, inner.len - 1 };
	w.at = str_text(a, inner);
	if (*w.at && *w.at != '.' && *w.at != '[')
		w.at = str_format(a, ".%s", w.at);
	return json_path_step(&w, v, out);
}
