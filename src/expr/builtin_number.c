/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers: rounding, extremes, bits; conversion between types, JSON and base64. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/base64.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/arithmetic.h"
#include "expr/builtins.h"
#include "expr/go_number.h"
#include "expr/print.h"
#include "expr/run.h"
#include "expr/unicode.h"

enum { DEEPEST = 500, LARGEST_JSON = 32 << 20 };

static bool builtin_number_refuse(struct evaluation *r, const char *function,
				  const struct expr_value *v)
{
	return run_fail(r, "%s() does not take %s", function, expr_type_name(v));
}

static bool builtin_number_is_list(const struct expr_value *v)
{
	return v->kind == EXPR_LIST || v->kind == EXPR_BYTES;
}

/* Characters of a string, elements of lists and maps. */
bool builtin_len(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	(void)count;
	if (args[0].kind == EXPR_STRING) {
		*out = expr_int((int64_t)unicode_count(args[0].string));
		return run_charge(r, args[0].string.len / 16);
	}
	if (!builtin_number_is_list(&args[0]) && args[0].kind != EXPR_MAP)
		return builtin_number_refuse(r, "len", &args[0]);
	*out = expr_int((int64_t)expr_count(&args[0]));
	return true;
}

bool builtin_type(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	static const char *const names[] = {
		[EXPR_NIL] = "nil",	    [EXPR_BOOL] = "bool",     [EXPR_INT] = "int",
		[EXPR_FLOAT] = "float",	    [EXPR_STRING] = "string", [EXPR_BYTES] = "array",
		[EXPR_LIST] = "array",	    [EXPR_MAP] = "map",	      [EXPR_FUNCTION] = "func",
		[EXPR_OBJECT] = "struct",
	};
	const struct expr_value *v = &args[0];

	(void)r;
	(void)count;
	if (v->kind == EXPR_INT && v->form == EXPR_UINT8)
		*out = expr_text("uint");
	else if (v->kind == EXPR_TIME || v->kind == EXPR_DURATION || v->kind == EXPR_ZONE ||
		 v->form == EXPR_MONTH || v->form == EXPR_WEEKDAY)
		*out = expr_text(expr_type_name(v));
	else
		*out = expr_text(names[v->kind]);
	return true;
}

bool builtin_abs(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	(void)count;
	if (!is_number(&args[0]))
		return builtin_number_refuse(r, "abs", &args[0]);
	*out = args[0];
	if (out->kind == EXPR_FLOAT && out->number < 0)
		out->number = -out->number;
	else if (out->kind == EXPR_INT && out->integer < 0)
		out->integer = (int64_t)(0 - (uint64_t)out->integer);
	return true;
}

static bool number_round(struct evaluation *r, const char *name, const struct expr_value *arg,
			 double (*round_it)(double), struct expr_value *out)
{
	if (!is_number(arg))
		return builtin_number_refuse(r, name, arg);
	*out = expr_float(arg->kind == EXPR_FLOAT ? round_it(arg->number) : (double)arg->integer);
	return true;
}

bool builtin_ceil(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	(void)count;
	return number_round(r, "ceil", &args[0], ceil, out);
}

bool builtin_floor(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	(void)count;
	return number_round(r, "floor", &args[0], floor, out);
}

bool builtin_round(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	(void)count;
	return number_round(r, "round", &args[0], round, out);
}

bool builtin_int(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	int64_t integer;

	(void)count;
	switch (args[0].kind) {
	case EXPR_FLOAT:
	case EXPR_INT:
	case EXPR_DURATION:
		*out = expr_int(to_int(&args[0]));
		return true;
	case EXPR_STRING:
		if (!go_parse_int(args[0].string, &integer))
			return run_fail(r, "int() of a string that is not an int");
		*out = expr_int(integer);
		return true;
	default:
		return builtin_number_refuse(r, "int", &args[0]);
	}
}

bool builtin_float(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	double number;

	(void)count;
	if (is_number(&args[0])) {
		*out = expr_float(to_float(&args[0]));
		return true;
	}
	if (args[0].kind != EXPR_STRING)
		return builtin_number_refuse(r, "float", &args[0]);
	if (!go_float(args[0].string.at, args[0].string.len, &number))
		return run_fail(r, "float() of a string that is not a number");
	*out = expr_float(number);
	return true;
}

bool builtin_string(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	struct str text = expr_print(r->a, &args[0]);

	(void)count;
	*out = expr_string(text.at, text.len);
	return run_charge(r, text.len);
}

struct extreme {
	const char *name;
	enum operator replaces;         /* the best so far is replaced when it is this */
	struct expr_value best;
	bool any;
};

/* Durations and months count as numbers where Go asks for the kind, not for the type. */
static bool is_of_number_kind(const struct expr_value *v)
{
	return v->kind == EXPR_INT || v->kind == EXPR_FLOAT || v->kind == EXPR_DURATION;
}

static bool builtin_number_offer(struct evaluation *r, struct extreme *x,
				 const struct expr_value *v)
{
	bool worse = false;

	if (x->any && !order(x->replaces, &x->best, v, &worse))
		return run_fail(r, "%s() cannot compare %s and %s", x->name,
				expr_type_name(&x->best), expr_type_name(v));
	if (!x->any || worse)
		x->best = *v;
	x->any = true;
	return true;
}

static bool offer_list(struct evaluation *r, struct extreme *x, const struct expr_value *list,
		       unsigned depth)
{
	if (depth > DEEPEST || !run_charge(r, expr_count(list)))
		return run_fail(r, "%s() of lists nested too deeply", x->name);
	for (size_t i = 0; i < expr_count(list); i++) {
		struct expr_value item = expr_at(list, i);

		if (is_number(&item)) {
			if (!builtin_number_offer(r, x, &item))
				return false;
		} else if (!builtin_number_is_list(&item)) {
			return builtin_number_refuse(r, x->name, &item);
		} else if (!offer_list(r, x, &item, depth + 1)) {
			return false;
		}
	}
	return true;
}

/* A single argument that is neither number nor list is given back. */
static bool find_extreme(struct evaluation *r, struct extreme *x, const struct expr_value *args,
			 size_t count, struct expr_value *out)
{
	for (size_t i = 0; i < count; i++) {
		if (is_of_number_kind(&args[i])) {
			if (!builtin_number_offer(r, x, &args[i]))
				return false;
		} else if (builtin_number_is_list(&args[i])) {
			if (!offer_list(r, x, &args[i], 0))
				return false;
		} else if (count == 1) {
			*out = args[0];
			return true;
		} else {
			return builtin_number_refuse(r, x->name, &args[i]);
		}
	}
	*out = x->any ? x->best : expr_nil();
	return true;
}

bool builtin_max(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	struct extreme x = { .name = "max", .replaces = OP_LESS };

	return find_extreme(r, &x, args, count, out);
}

bool builtin_min(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	struct extreme x = { .name = "min", .replaces = OP_MORE };

	return find_extreme(r, &x, args, count, out);
}

struct numbers {
	double *at;
	size_t count, room;
};

static void number_add(struct evaluation *r, struct numbers *n, double number)
{
	if (n->count == n->room) {
		double *old = n->at;

		n->room = n->room ? n->room * 2 : 16;
		n->at = arena_array(r->a, n->room, sizeof(*n->at));
		if (n->count)
			memcpy(n->at, old, n->count * sizeof(*old));
	}
	n->at[n->count++] = number;
}

static bool builtin_number_gather(struct evaluation *r, struct numbers *n,
				  const struct expr_value *v, unsigned depth)
{
	if (is_of_number_kind(v)) {
		number_add(r, n, to_float(v));
		return true;
	}
	if (!builtin_number_is_list(v))
		return builtin_number_refuse(r, "median", v);
	if (depth > DEEPEST || !run_charge(r, expr_count(v)))
		return run_fail(r, "median() of lists nested too deeply");
	for (size_t i = 0; i < expr_count(v); i++) {
		struct expr_value item = expr_at(v, i);

		if (!builtin_number_gather(r, n, &item, depth + 1))
			return false;
	}
	return true;
}

static bool gather_all(struct evaluation *r, const struct expr_value *args, size_t count,
		       struct numbers *n)
{
	*n = (struct numbers){ 0 };
	for (size_t i = 0; i < count; i++)
		if (!builtin_number_gather(r, n, &args[i], 0))
			return false;
	return true;
}

struct total {
	double sum;
	size_t count;
};

static void add_to_total(struct total *total, double number)
{
	total->sum += number;
	total->count++;
}

static bool total_list(struct evaluation *r, const struct expr_value *list, struct total *total,
		       unsigned depth)
{
	if (!builtin_number_is_list(list))
		return builtin_number_refuse(r, "mean", list);
	if (depth > DEEPEST || !run_charge(r, expr_count(list)))
		return run_fail(r, "mean() of lists nested too deeply");
	for (size_t i = 0; i < expr_count(list); i++) {
		struct expr_value item = expr_at(list, i);
		struct total inner = { 0 };

		if (is_of_number_kind(&item)) {
			add_to_total(total, to_float(&item));
			continue;
		}
		if (!total_list(r, &item, &inner, depth + 1))
			return false;
		total->sum += inner.sum;
		total->count += inner.count;
	}
	return true;
}

/* What lists inside lists add up to is added as one number, which decides the last digit. */
static bool builtin_number_total(struct evaluation *r, const struct expr_value *args, size_t count,
				 struct total *total)
{
	for (size_t i = 0; i < count; i++) {
		if (is_of_number_kind(&args[i]))
			add_to_total(total, to_float(&args[i]));
		else if (!total_list(r, &args[i], total, 0))
			return false;
	}
	return true;
}

bool builtin_mean(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	struct total total = { 0 };

	if (!builtin_number_total(r, args, count, &total))
		return false;
	*out = expr_float(total.count ? total.sum / (double)total.count : 0);
	return true;
}

/* NaN before everything else, as Go sorts. */
static int by_size(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	if (isnan(x) || isnan(y))
		return !isnan(x) - !isnan(y);
	return (x > y) - (x < y);
}

bool builtin_median(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	struct numbers n;
	double middle = 0;

	if (!gather_all(r, args, count, &n))
		return false;
	if (n.count) {
		qsort(n.at, n.count, sizeof(*n.at), by_size);
		middle = n.at[n.count / 2];
		if (n.count % 2 == 0)
			middle = (n.at[n.count / 2 - 1] + middle) / 2;
	}
	*out = expr_float(middle);
	return true;
}

bool builtin_toJSON(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	AUTO(buf) struct buf b;
	struct value *tree;
	struct err e;

	(void)count;
	buf_init(&b, LARGEST_JSON);
	if (!expr_to_tree(r->a, &args[0], &tree, &e) ||
	    !json_write(&b, tree, JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_INDENT, &e))
		return run_fail(r, "%s", e.message);
	if (!buf_ok(&b))
		return run_fail(r, "JSON of more than %d bytes", LARGEST_JSON);
	*out = expr_string(buf_copy(&b, r->a), b.len);
	return run_charge(r, b.len * 2);
}

bool builtin_fromJSON(struct evaluation *r, const struct expr_value *args, size_t count,
		      struct expr_value *out)
{
	struct value *tree;
	struct err e;

	(void)count;
	if (args[0].kind != EXPR_STRING)
		return builtin_number_refuse(r, "fromJSON", &args[0]);
	if (!run_charge(r, args[0].string.len))
		return false;
	if (!json_parse(r->a, args[0].string.at, args[0].string.len, &tree, &e))
		return run_fail(r, "%s", e.message);
	*out = expr_tree(tree);
	return true;
}

bool builtin_toBase64(struct evaluation *r, const struct expr_value *args, size_t count,
		      struct expr_value *out)
{
	struct str text;

	(void)count;
	if (args[0].kind != EXPR_STRING)
		return builtin_number_refuse(r, "toBase64", &args[0]);
	text = base64_encode(r->a, args[0].string);
	*out = expr_string(text.at, text.len);
	return run_charge(r, text.len / 16);
}

bool builtin_fromBase64(struct evaluation *r, const struct expr_value *args, size_t count,
			struct expr_value *out)
{
	struct str bytes;

	(void)count;
	if (args[0].kind != EXPR_STRING)
		return builtin_number_refuse(r, "fromBase64", &args[0]);
	if (!base64_decode(r->a, args[0].string.at, args[0].string.len, &bytes))
		return run_fail(r, "fromBase64() of a string that is not base64");
	*out = expr_string(bytes.at, bytes.len);
	return run_charge(r, bytes.len / 16);
}

/* Both arguments as ints; shifts take no negative count. */
static bool number_bits(struct evaluation *r, const char *name, const struct expr_value *args,
			int64_t *x, int64_t *y)
{
	bool shift = strstr(name, "sh") != NULL;

	if (!is_integer(&args[0]) || !is_integer(&args[1]))
		return builtin_number_refuse(r, name, is_integer(&args[0]) ? &args[1] : &args[0]);
	*x = args[0].integer;
	*y = args[1].integer;
	if (shift && *y < 0)
		return run_fail(r, "%s() by a negative count", name);
	if (shift && *y > 63)
		*y = 64;
	return true;
}

#define BITS(name, expression)                                                                     \
	bool builtin_##name(struct evaluation *r, const struct expr_value *args, size_t count,     \
			    struct expr_value *out)                                                \
	{                                                                                          \
		int64_t x = 0, y = 0;                                                              \
                                                                                                   \
		(void)count;                                                                       \
		if (!number_bits(r, #name, args, &x, &y))                                          \
			return false;                                                              \
		*out = expr_int(expression);                                                       \
		return true;                                                                       \
	}

BITS(bitand, x &y)
BITS(bitor, x | y)
BITS(bitxor, x ^ y)
BITS(bitnand, x & ~y)
BITS(bitshl, y > 63 ? 0 : (int64_t)((uint64_t)x << y))
BITS(bitshr, y > 63 ? -(x < 0) : x >> y)
BITS(bitushr, y > 63 ? 0 : (int64_t)((uint64_t)x >> y))

bool builtin_bitnot(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	(void)count;
	if (!is_integer(&args[0]))
		return builtin_number_refuse(r, "bitnot", &args[0]);
	*out = expr_int(~args[0].integer);
	return true;
}
