/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A merge ("<<") takes effect where it stands, over keys before it and under keys
 * after it, as yaml.v2 has it, which sigs.k8s.io/yaml builds on.
 */
#include "data/yaml_json.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/base64.h"
#include "data/go_text.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_tree.h"

enum { MAX_DEPTH = 200, MAX_NODES = 1000000 };

struct yaml_json_reader {
	struct arena *a;
	const char *name;
	size_t nodes, depth;
	struct err *e;
};

static bool yaml_json_complain(struct yaml_json_reader *r, const struct yaml_node *at,
			       const char *what)
{
	return err_set(r->e, ERR_CONFIG, "%s:%u: %s", r->name, at->line, what);
}

static bool yaml_json_is_word(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

static bool yaml_json_has_tag(const struct yaml_node *node, const char *name)
{
	return node->tag && has_prefix(node->tag, "tag:yaml.org,2002:") &&
	       strcmp(node->tag + strlen("tag:yaml.org,2002:"), name) == 0;
}

static struct value *yaml_json_resolve(struct yaml_json_reader *r, struct str text)
{
	static const char *const truths[] = { "y",  "Y",  "yes", "Yes", "YES",
					      "on", "On", "ON",  NULL };
	static const char *const lies[] = { "n",   "N",   "no",  "No", "NO",
					    "off", "Off", "OFF", NULL };

	if (yaml_json_is_word(text, truths))
		return value_bool(r->a, true);
	if (yaml_json_is_word(text, lies))
		return value_bool(r->a, false);
	return yaml_resolve(r->a, text.at, text.len);
}

/* Whether a value is what its tag says; a tag that is none of YAML's own says nothing. */
static bool yaml_json_fits_tag(const struct yaml_node *node, const struct value *v)
{
	const bool is_whole = v->kind == VALUE_INT || value_digits(v).len > 0;

	if (yaml_json_has_tag(node, "int"))
		return is_whole;
	if (yaml_json_has_tag(node, "float"))
		return is_whole || v->kind == VALUE_FLOAT;
	if (yaml_json_has_tag(node, "bool"))
		return v->kind == VALUE_BOOL;
	return !yaml_json_has_tag(node, "null") || v->kind == VALUE_NULL;
}

static bool yaml_json_scalar_of(struct yaml_json_reader *r, const struct yaml_node *node,
				struct value **out)
{
	struct str bytes;

	if (yaml_json_has_tag(node, "binary")) {
		if (!base64_decode(r->a, node->text.at, node->text.len, &bytes))
			return yaml_json_complain(r, node, "!!binary is not base64");
		*out = value_string_n(r->a, bytes.at, bytes.len);
		return true;
	}
	if (yaml_json_has_tag(node, "str") || (node->style != YAML_PLAIN && !node->tag))
		*out = value_string_n(r->a, node->text.at, node->text.len);
	else
		*out = yaml_json_resolve(r, node->text);
	if (!yaml_json_fits_tag(node, *out))
		return yaml_json_complain(r, node, "the value is not what its tag says");
	if (value_is(*out, VALUE_FLOAT) && !isfinite((*out)->number))
		return yaml_json_complain(r, node, "JSON has no such number");
	return true;
}

/* A key's text: JSON knows no other keys. */
static bool yaml_json_key_of(struct yaml_json_reader *r, const struct yaml_node *node,
			     struct str *out)
{
	struct value *v;
	char number[32];

	if (node->kind == YAML_ALIAS)
		node = node->target;
	if (node->kind != YAML_SCALAR)
		return yaml_json_complain(r, node, "a list or map cannot be a key");
	if (!yaml_json_scalar_of(r, node, &v))
		return false;
	switch (v->kind) {
	case VALUE_NULL:
		return yaml_json_complain(r, node, "null cannot be a key");
	case VALUE_BOOL:
		*out = str_of(v->boolean ? "true" : "false");
		return true;
	case VALUE_INT:
		*out = str_of(str_format(r->a, "%lld", (long long)v->integer));
		return true;
	case VALUE_FLOAT:
		if (v->digits.len) {
			*out = v->digits;
			return true;
		}
		go_number(v->number, number);
		*out = str_of(str_copy(r->a, number));
		return true;
	default:
		*out = v->string;
		return true;
	}
}

static bool yaml_json_value_of(struct yaml_json_reader *r, const struct yaml_node *node,
			       struct value **out);

static bool fill_map(struct yaml_json_reader *r, const struct yaml_node *node, struct value *map);

/* What "<<" names: a map, or a list of maps of which the first wins. */
static bool yaml_json_merge(struct yaml_json_reader *r, const struct yaml_node *from,
			    struct value *map)
{
	if (from->kind == YAML_ALIAS)
		from = from->target;
	if (from->kind == YAML_MAP)
		return fill_map(r, from, map);
	if (from->kind != YAML_LIST)
		return yaml_json_complain(r, from, "only maps can be merged");
	for (size_t i = from->count; i-- > 0;) {
		const struct yaml_node *item = from->items[i];

		if (item->kind == YAML_ALIAS)
			item = item->target;
		if (item->kind != YAML_MAP)
			return yaml_json_complain(r, item, "only maps can be merged");
		if (!fill_map(r, item, map))
			return false;
	}
	return true;
}

static bool fill_members(struct yaml_json_reader *r, const struct yaml_node *node,
			 struct value *map)
{
	for (size_t i = 0; i + 1 < node->count; i += 2) {
		const struct yaml_node *key = node->items[i];
		struct value *v;
		struct str name;

		if (key->kind == YAML_SCALAR && key->style == YAML_PLAIN && !key->tag &&
		    str_is(key->text, "<<")) {
			if (!yaml_json_merge(r, node->items[i + 1], map))
				return false;
			continue;
		}
		if (!yaml_json_key_of(r, key, &name) ||
		    !yaml_json_value_of(r, node->items[i + 1], &v))
			return false;
		value_set_n(r->a, map, name, v);
	}
	return true;
}

static bool fill_map(struct yaml_json_reader *r, const struct yaml_node *node, struct value *map)
{
	bool fine;

	if (++r->depth > MAX_DEPTH)
		return yaml_json_complain(r, node, "nested too deeply");
	fine = fill_members(r, node, map);
	r->depth--;
	return fine;
}

static bool fill_list(struct yaml_json_reader *r, const struct yaml_node *node, struct value *list)
{
	if (++r->depth > MAX_DEPTH)
		return yaml_json_complain(r, node, "nested too deeply");
	for (size_t i = 0; i < node->count; i++) {
		struct value *item;

		if (!yaml_json_value_of(r, node->items[i], &item))
			return false;
		value_append(r->a, list, item);
	}
	r->depth--;
	return true;
}

static bool yaml_json_value_of(struct yaml_json_reader *r, const struct yaml_node *node,
			       struct value **out)
{
	if (node->kind == YAML_ALIAS)
		node = node->target;
	if (++r->nodes > MAX_NODES)
		return yaml_json_complain(r, node, "too many values");
	if (node->kind == YAML_SCALAR)
		return yaml_json_scalar_of(r, node, out);
	*out = node->kind == YAML_LIST ? value_list(r->a) : value_map(r->a);
	return node->kind == YAML_LIST ? fill_list(r, node, *out) : fill_map(r, node, *out);
}

bool yaml_json_parse(struct arena *a, const char *name, struct str text, struct value **out,
		     struct err *e)
{
	struct yaml_json_reader r = { .a = a, .name = name, .e = e };
	struct yaml_node *root;
	struct value *v = NULL;

	if (!yaml_tree_read(a, name, text, &root, e) || (root && !yaml_json_value_of(&r, root, &v)))
		return false;
	*out = v;
	return true;
}
