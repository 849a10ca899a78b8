/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions are expressions over result. Prometheus answers NaN for 0/0, so isNaN and
 * its like are there as Argo Rollouts has them.
 */
#include "verify/condition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "expr/expr.h"

static const char *const names[] = {
	[OUTCOME_NONE] = "Running",
	[OUTCOME_SUCCESSFUL] = "Successful",
	[OUTCOME_FAILED] = "Failed",
	[OUTCOME_INCONCLUSIVE] = "Inconclusive",
	[OUTCOME_ERROR] = "Error",
};

const char *outcome_name(enum outcome outcome)
{
	return names[outcome];
}

enum outcome outcome_parse(const char *word)
{
	for (size_t i = 1; i < COUNTOF(names); i++)
		if (strcmp(names[i], word) == 0)
			return (enum outcome)i;
	return OUTCOME_NONE;
}

/* Any number, or a text that is one; false else. */
static bool condition_number_of(const struct expr_value *v, double *out)
{
	char *end;

	if (v->kind == EXPR_INT)
		*out = (double)v->integer;
	else if (v->kind == EXPR_FLOAT)
		*out = v->number;
	else if (v->kind == EXPR_STRING && v->string.len) {
		*out = strtod(v->string.at, &end);
		return *end == '\0';
	} else
		return false;
	return true;
}

static bool call_is_nan(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	double n = 0;

	(void)a, (void)e;
	*out = expr_bool(condition_number_of(&call->args[0], &n) && isnan(n));
	return true;
}

static bool call_is_inf(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	double n = 0;

	(void)a, (void)e;
	*out = expr_bool(condition_number_of(&call->args[0], &n) && isinf(n));
	return true;
}

static bool call_as_float(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	double n;

	(void)a;
	if (!condition_number_of(&call->args[0], &n))
		return err_set(e, ERR_CONFIG, "asFloat: this is no number");
	*out = expr_float(n);
	return true;
}

static bool call_as_int(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	double n;

	(void)a;
	if (!condition_number_of(&call->args[0], &n) || !(fabs(n) < 9e18))
		return err_set(e, ERR_CONFIG, "asInt: this is no whole number");
	*out = expr_int((int64_t)n);
	return true;
}

static bool call_default(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	(void)a, (void)e;
	*out = call->args[0].kind == EXPR_NIL ? call->args[1] : call->args[0];
	return true;
}

static bool call_is_nil(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	(void)a, (void)e;
	*out = expr_bool(call->args[0].kind == EXPR_NIL);
	return true;
}

#define ANY &expr_type_any

static const struct expr_method functions[] = {
	{ "isNaN", { &expr_type_bool, 1, false, { ANY } }, call_is_nan },
	{ "isInf", { &expr_type_bool, 1, false, { ANY } }, call_is_inf },
	{ "isNil", { &expr_type_bool, 1, false, { ANY } }, call_is_nil },
	{ "asFloat", { &expr_type_float, 1, false, { ANY } }, call_as_float },
	{ "asInt", { &expr_type_int64, 1, false, { ANY } }, call_as_int },
	{ "default", { ANY, 2, false, { ANY, ANY } }, call_default },
};

static bool condition_holds(struct arena *a, const char *condition, const struct value *result,
			    bool *out, struct err *e)
{
	struct value *variables = value_map(a);
	struct expr_env env = { .unknown = EXPR_UNKNOWN_FAILS, .variables = variables,
				.functions = functions, .nfunctions = COUNTOF(functions),
				.now_ms = clock_now(), .load_zone = zone_load };
	struct expr_value v;

	value_set(a, variables, "result", value_copy(a, result));
	if (!expr_eval(a, condition, &env, &v, e))
		return err_wrap(e, "condition %s", condition);
	if (v.kind != EXPR_BOOL)
		return err_set(e, ERR_CONFIG, "condition %s: is neither true nor false", condition);
	*out = v.boolean;
	return true;
}

bool condition_judge(struct arena *a, const struct value *metric, const struct value *result,
		     enum outcome *out, struct err *e)
{
	const char *success = value_text(value_get(metric, "successCondition"), "");
	const char *failure = value_text(value_get(metric, "failureCondition"), "");
	bool is_good = false, is_bad = false;

	if (*success && !condition_holds(a, success, result, &is_good, e))
		return false;
	if (*failure && !condition_holds(a, failure, result, &is_bad, e))
		return false;
	if (*failure && is_bad)
		*out = OUTCOME_FAILED;
	else if (*success && !is_good)
		*out = *failure ? OUTCOME_INCONCLUSIVE : OUTCOME_FAILED;
	else
		*out = OUTCOME_SUCCESSFUL;
	return true;
}
