/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain text is tried first on a small document of the same shape: "a: b" or "*x" would break
 * the file, "# x" would be a comment, and so they are quoted.
 */
#include "data/yaml_rewrite.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_tree.h"

enum { MAX_RESULT = 128 << 20 };

static bool looks_typed(struct arena *a, struct str text)
{
	struct value *parsed;
	struct err ignored;
	double number;
	bool truth;

	return go_float(text.at, text.len, &number) || go_bool(text.at, text.len, &truth) ||
	       json_parse(a, text.at, text.len, &parsed, &ignored);
}

const char *yaml_rendering(struct arena *a, const struct value *v)
{
	AUTO(buf) struct buf b = { 0 };
	const char *digits = value_long_digits(a, v);
	double number;
	char text[32];

	if (digits)
		return digits;
	buf_init(&b, MAX_RESULT);
	if (value_is(v, VALUE_STRING)) {
		if (looks_typed(a, v->string))
			go_quote(&b, v->string.at, v->string.len);
		else
			buf_add(&b, v->string.at, v->string.len);
	} else if (value_number(v, &number)) {
		go_number(number, text);
		buf_text(&b, text);
	} else if (value_is(v, VALUE_BOOL)) {
		buf_text(&b, v->boolean ? "true" : "false");
	} else {
		buf_text(&b, "null");
	}
	return buf_copy(&b, a);
}

/*
 * Whole numbers stay digits: the exponents that Kargo writes from a million on are what nobody
 * means. Where there must be one, YAML 1.1 wants a point before it.
 */
static struct str yaml_rewrite_number_text(struct arena *a, const struct value *v)
{
	char text[32];
	size_t digits;

	if (value_is(v, VALUE_INT))
		return str_of(str_format(a, "%lld", (long long)v->integer));
	if (v->digits.len)
		return v->digits;
	if (isnan(v->number))
		return str_of(".nan");
	if (isinf(v->number))
		return str_of(v->number > 0 ? ".inf" : "-.inf");
	if (fabs(v->number) < 1e6)
		go_number(v->number, text);
	else
		json_number(v->number, text);
	digits = strcspn(text, "e");
	if (!text[digits] || memchr(text, '.', digits))
		return str_of(str_copy(a, text));
	return str_of(str_format(a, "%.*s.0%s", (int)digits, text, text + digits));
}

/* Whether the text, without quotes, reads as itself in a place such as the scalar's. */
static bool reads_plainly(const struct yaml_node *scalar, const struct value *v)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct yaml_node *root;
	struct err ignored;

	buf_init(&b, MAX_RESULT);
	buf_text(&b, scalar->flow ? "{k: " : "k: ");
	buf_add(&b, v->string.at, v->string.len);
	buf_text(&b, scalar->flow ? ", z: 1}\n" : "\nz: 1\n");
	return yaml_tree_read(a, "", (struct str){ buf_str(&b), b.len }, &root, &ignored) && root &&
	       root->kind == YAML_MAP && root->count == 4 && yaml_reads_as(root->items[1], v);
}

/* Characters beyond the first plane, which yaml.v3 escapes and people don't. */
static bool has_astral(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 0xf0)
			return true;
	return false;
}

static enum yaml_style style_in_line(struct arena *a, const struct yaml_node *scalar,
				     const struct value *v)
{
	struct str text = v->string;
	enum yaml_style natural = yaml_style_of(text.at, text.len, true);

	if (scalar->style == YAML_DOUBLE)
		return YAML_DOUBLE;
	if (scalar->style == YAML_SINGLE)
		return yaml_fits_single(text.at, text.len) ? YAML_SINGLE : YAML_DOUBLE;
	if ((natural == YAML_PLAIN || has_astral(text)) && !looks_typed(a, text) &&
	    reads_plainly(scalar, v))
		return YAML_PLAIN;
	return natural == YAML_SINGLE ? YAML_SINGLE : YAML_DOUBLE;
}

/* The end of the scalar's first line, or its end when it has but one. */
static size_t first_line_end(struct str source, const struct yaml_node *scalar)
{
	size_t at = scalar->start;

	while (at < scalar->end && !memchr("\r\n", source.at[at], 2))
		at++;
	return at;
}

static bool yaml_rewrite_is_block(const struct yaml_node *scalar)
{
	return scalar->style == YAML_LITERAL || scalar->style == YAML_FOLDED;
}

/* Whether the text can be a block that needs no sign for its indentation or its end. */
static bool fits_block(struct str source, const struct yaml_node *scalar, struct str text)
{
	bool ends = text.len && text.at[text.len - 1] == '\n';

	return yaml_rewrite_is_block(scalar) && !scalar->flow && scalar->parent && text.len > 1 &&
	       memchr(text.at, '\n', text.len) && !memchr(text.at, '\r', text.len) &&
	       !memchr(" \n", text.at[0], 2) && !(ends && text.at[text.len - 2] == '\n') &&
	       !(ends && scalar->end == source.len) &&
	       yaml_style_of(text.at, text.len, false) == YAML_LITERAL;
}

/* The column of the block's lines, as its first one has it. */
static size_t block_indent(struct str source, const struct yaml_node *scalar)
{
	size_t at = first_line_end(source, scalar);
	size_t least = scalar->parent->column + 1;

	while (at < scalar->end && memchr("\r\n", source.at[at], 2)) {
		size_t from;

		at += source.at[at] == '\r' && source.at[at + 1] == '\n' ? 2 : 1;
		from = at;
		while (at < scalar->end && source.at[at] == ' ')
			at++;
		if (at < scalar->end && !memchr("\r\n", source.at[at], 2) && at - from >= least)
			return at - from;
	}
	return least + 1;
}

/* The comment behind "|" or ">", with the blank before it. */
static struct str header_comment(struct str source, const struct yaml_node *scalar)
{
	size_t end = first_line_end(source, scalar);

	for (size_t at = scalar->body; yaml_rewrite_is_block(scalar) && at + 1 < end; at++)
		if (memchr(" \t", source.at[at], 2) && source.at[at + 1] == '#')
			return (struct str){ source.at + at, end - at };
	return (struct str){ "", 0 };
}

static void add_block(struct buf *b, struct str source, const struct yaml_node *scalar, struct str text)
{
	struct str comment = header_comment(source, scalar);
	const char *newline = yaml_newline(source), *p;
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf block;

	buf_init(&block, MAX_RESULT);
	yaml_write_text(&block, text.at, text.len, YAML_LITERAL, block_indent(source, scalar));
	p = buf_copy(&block, a);
	buf_add(b, p, strcspn(p, "\n"));
	buf_add(b, comment.at, comment.len);
	for (p += strcspn(p, "\n"); *p; p++)
		buf_add(b, *p == '\n' ? newline : p, *p == '\n' ? strlen(newline) : 1);
}

struct str yaml_rewrite(struct arena *a, struct str source, const struct yaml_node *scalar,
			const struct value *v)
{
	AUTO(buf) struct buf b;
	struct str text, comment;

	assert(scalar->kind == YAML_SCALAR && v->kind != VALUE_LIST && v->kind != VALUE_MAP);
	buf_init(&b, MAX_RESULT);
	if (scalar->start == scalar->end && scalar->start > 0 &&
	    memchr(":-?", source.at[scalar->start - 1], 3))
		buf_char(&b, ' ');
	if (scalar->anchor)
		buf_format(&b, "&%s ", scalar->anchor);
	if (value_is(v, VALUE_STRING) && fits_block(source, scalar, v->string)) {
		add_block(&b, source, scalar, v->string);
		return (struct str){ buf_copy(&b, a), b.len };
	}
	if (value_is(v, VALUE_STRING)) {
		yaml_write_text(&b, v->string.at, v->string.len, style_in_line(a, scalar, v), 0);
	} else {
		text = v->kind == VALUE_INT || v->kind == VALUE_FLOAT
			       ? yaml_rewrite_number_text(a, v)
			       : str_of(yaml_rendering(a, v));
		buf_add(&b, text.at, text.len);
	}
	comment = header_comment(source, scalar);
	buf_add(&b, comment.at, comment.len);
	return (struct str){ buf_copy(&b, a), b.len };
}
