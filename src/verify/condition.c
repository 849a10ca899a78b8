/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions are expressions over result, compiled with its type in sight, as Argo Rollouts does:
 * "result > 1" over a list is an error, not false. Prometheus answers NaN for 0/0, so isNaN and
 * its like are there.
 */
#include "verify/condition.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/go_number.h"
#include "expr/types.h"

enum { TEXT_MAX = 1 << 20, SHOWN = 200 };

static const struct expr_type numbers_type = { .kind = EXPR_LIST, .element = &expr_type_float };

struct metric_result result_of_json(struct arena *a, const struct value *v)
{
	struct metric_result out = { .value = expr_tree(v) };
	const char *text = json_text(a, v, JSON_SORT_KEYS);

	out.type = type_of_value(a, &out.value);
	out.text = text ? text : "";
	return out;
}

static void condition_add_number(struct buf *b, double number)
{
	if (isnan(number))
		buf_text(b, "NaN");
	else if (isinf(number))
		buf_text(b, number > 0 ? "+Inf" : "-Inf");
	else
		go_number_plain(b, number);
}

struct metric_result result_of_number(struct arena *a, double number)
{
	AUTO(buf) struct buf b;

	buf_init(&b, TEXT_MAX);
	condition_add_number(&b, number);
	return (struct metric_result){ expr_float(number), &expr_type_float,
				       str_copy(a, buf_str(&b)) };
}

struct metric_result result_of_numbers(struct arena *a, const double *numbers, size_t count)
{
	struct expr_value *items = arena_array(a, count, sizeof(*items));
	AUTO(buf) struct buf b;

	buf_init(&b, TEXT_MAX);
	buf_char(&b, '[');
	for (size_t i = 0; i < count; i++) {
		items[i] = expr_float(numbers[i]);
		if (i)
			buf_char(&b, ',');
		condition_add_number(&b, numbers[i]);
	}
	buf_char(&b, ']');
	return (struct metric_result){ expr_list(a, items, count), &numbers_type,
				       str_copy(a, buf_ok(&b) ? buf_str(&b) : "[…]") };
}

static bool number_of_value(const struct expr_value *v, double *out)
{
	if (v->kind == EXPR_INT)
		*out = (double)v->integer;
	else if (v->kind == EXPR_FLOAT)
		*out = v->number;
	else
		return false;
	return true;
}

/* Go's function takes a float64 and nothing else. */
static bool call_is_nan(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	const struct expr_value *v = &call->args[0];

	(void)a;
	if (v->kind != EXPR_FLOAT)
		return err_set(e, ERR_CONFIG, "isNaN: %s is not a float", expr_type_name(v));
	*out = expr_bool(isnan(v->number));
	return true;
}

static bool call_is_inf(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	const struct expr_value *v = &call->args[0];

	(void)a;
	if (v->kind != EXPR_FLOAT)
		return err_set(e, ERR_CONFIG, "isInf: %s is not a float", expr_type_name(v));
	*out = expr_bool(isinf(v->number));
	return true;
}

static bool call_as_float(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	const struct expr_value *v = &call->args[0];
	double n;

	(void)a;
	if (!number_of_value(v, &n) &&
	    !(v->kind == EXPR_STRING && go_float(v->string.at, v->string.len, &n)))
		return err_set(e, ERR_CONFIG, "asFloat: this is not a number");
	*out = expr_float(n);
	return true;
}

static bool call_as_int(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	const struct expr_value *v = &call->args[0];
	int64_t whole = 0;
	double n;

	(void)a;
	if (v->kind == EXPR_STRING && go_parse_int(v->string, &whole))
		*out = expr_int(whole);
	else if (number_of_value(v, &n))
		*out = expr_int(v->kind == EXPR_INT ? v->integer : go_int(n));
	else
		return err_set(e, ERR_CONFIG, "asInt: this is not a whole number");
	return true;
}

/* isNil() and default() are about the result, whatever they are given: so they are in Rollouts. */
static bool call_is_nil(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	const struct metric_result *result = call->ctx;

	(void)a, (void)e;
	*out = expr_bool(result->value.kind == EXPR_NIL);
	return true;
}

static bool call_default(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	const struct metric_result *result = call->ctx;

	(void)a, (void)e;
	*out = result->value.kind == EXPR_NIL ? call->args[1] : result->value;
	return true;
}

#define ANY &expr_type_any
#define FLOAT &expr_type_float

static const struct expr_method functions[] = {
	{ "isNaN", { &expr_type_bool, 1, false, { ANY } }, call_is_nan },
	{ "isInf", { &expr_type_bool, 1, false, { ANY } }, call_is_inf },
	{ "isNil", { &expr_type_bool, 1, false, { ANY } }, call_is_nil },
	{ "asFloat", { FLOAT, 1, false, { ANY } }, call_as_float },
	{ "asInt", { &expr_type_int64, 1, false, { ANY } }, call_as_int },
	{ "default", { ANY, 2, false, { ANY, ANY } }, call_default },
};

static bool condition_is_empty(const struct metric_result *result)
{
	return result->value.kind == EXPR_NIL ||
	       (result->value.kind == EXPR_LIST && expr_count(&result->value) == 0);
}

/* A condition and what it is asked of. */
struct condition {
	const char *name;               /* "successCondition" */
	const char *text;               /* "": there is none, and it does not hold */
	const struct metric_result *result;
};

static bool condition_run(struct arena *a, const struct condition *c, bool *out, struct err *e)
{
	const struct expr_variable variable = { "result", c->result->value, c->result->type };
	const struct expr_env env = { .unknown = EXPR_UNKNOWN_REFUSED, .named = &variable, .nnamed = 1,
				      .functions = functions, .nfunctions = COUNTOF(functions),
				      .ctx = (void *)(uintptr_t)c->result,
				      .now_ms = clock_now(), .load_zone = zone_load };
	struct expr_value v;

	if (!expr_eval(a, c->text, &env, &v, e))
		return false;
	if (v.kind != EXPR_BOOL)
		return err_set(e, ERR_CONFIG, "it is neither true nor false but a %s",
			       expr_type_name(&v));
	*out = v.boolean;
	return true;
}

static bool condition_holds(struct arena *a, const struct condition *c, bool *out, struct err *e)
{
	const char *shown;

	*out = false;
	if (!*c->text || condition_run(a, c, out, e))
		return true;
	if (condition_is_empty(c->result))
		return err_set(e, e->code, "%s: %s could not be judged: the provider answered no data",
			       c->name, c->text);
	shown = str_clean(a, c->result->text, strlen(c->result->text), SHOWN);
	return err_set(e, e->code, "%s: %s could not be judged of %s: %s", c->name, c->text, shown,
		       str_copy(a, e->message));
}

bool condition_judge(struct arena *a, const struct value *spec, const struct metric_result *result,
		     enum analysis_phase *out, struct err *e)
{
	const struct condition success = { "successCondition",
					   value_path_text(spec, "successCondition", ""), result };
	const struct condition failure = { "failureCondition",
					   value_path_text(spec, "failureCondition", ""), result };
	bool is_good, is_bad;

	assert(result);
	if (!condition_holds(a, &success, &is_good, e) || !condition_holds(a, &failure, &is_bad, e))
		return false;
	if (is_bad)
		*out = ANALYSIS_FAILED;
	else if (*success.text && !is_good)
		*out = *failure.text ? ANALYSIS_INCONCLUSIVE : ANALYSIS_FAILED;
	else
		*out = ANALYSIS_SUCCESSFUL;
	return true;
}
