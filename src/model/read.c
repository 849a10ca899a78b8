/* SPDX-License-Identifier: Apache-2.0 */
/* Reading fields of Kargo objects. An explicit null counts as absent, as in Kubernetes. */
#include "model/read.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"

bool read_complain(const struct value *v, const char *path, const char *what, struct err *e)
{
	if (v && v->line)
		return err_set(e, ERR_CONFIG, "line %u, column %u: %s: %s", v->line, v->column, path,
			       what);
	return err_set(e, ERR_CONFIG, "%s: %s", path, what);
}

/* The value, or NULL when absent or null. */
static const struct value *present(const struct value *object, const char *path)
{
	const struct value *v = value_path(object, path);

	return v && v->kind != VALUE_NULL ? v : NULL;
}

bool read_name(const struct value *object, const char **out, struct err *e)
{
	const struct value *v = present(object, "metadata.name");

	if (!v || v->kind != VALUE_STRING || !v->string.len)
		return read_complain(v ? v : object, "metadata.name", "is required, a text", e);
	*out = v->string.at;
	return true;
}

bool read_text(const struct value *object, const char *path, const char *otherwise,
	       const char **out, struct err *e)
{
	const struct value *v = present(object, path);

	if (v && v->kind != VALUE_STRING)
		return read_complain(v, path, "must be a text", e);
	*out = v ? v->string.at : otherwise;
	return true;
}

bool read_truth(const struct value *object, const char *path, bool otherwise, bool *out,
		struct err *e)
{
	const struct value *v = present(object, path);

	if (v && v->kind != VALUE_BOOL)
		return read_complain(v, path, "must be true or false", e);
	*out = v ? v->boolean : otherwise;
	return true;
}

bool read_duration(const struct value *object, const char *path, int64_t otherwise, int64_t *out,
		   struct err *e)
{
	const struct value *v = present(object, path);
	int64_t ns = otherwise;

	if (v && (v->kind != VALUE_STRING || !duration_parse(v->string.at, &ns)))
		return read_complain(v, path, "must be a duration such as 90s or 1h30m", e);
	*out = ns;
	return true;
}

bool read_time(const struct value *object, const char *path, int64_t *out, struct err *e)
{
	const struct value *v = present(object, path);
	int64_t ms = 0;

	if (v && (v->kind != VALUE_STRING || !clock_parse(v->string.at, &ms)))
		return read_complain(v, path, "must be a time such as 2026-01-31T09:00:00Z", e);
	*out = ms;
	return true;
}

bool read_list(const struct value *object, const char *path, const struct value **out,
	       struct err *e)
{
	const struct value *v = present(object, path);

	if (v && v->kind != VALUE_LIST)
		return read_complain(v, path, "must be a list", e);
	*out = v;
	return true;
}

bool read_texts(struct arena *a, const struct value *object, const char *path, struct read_texts *out,
		struct err *e)
{
	const struct value *list = NULL;
	const char **texts;

	if (!read_list(object, path, &list, e))
		return false;
	texts = arena_array(a, value_count(list), sizeof(*texts));
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *v = list->list.items[i];

		if (v->kind != VALUE_STRING)
			return read_complain(v, path, "must hold texts only", e);
		texts[i] = v->string.at;
	}
	*out = (struct read_texts){ texts, value_count(list) };
	return true;
}
