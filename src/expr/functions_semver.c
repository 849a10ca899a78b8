/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions in expressions. In Go, semverParse() gives a pointer and IncPatch() a
 * value, so the latter lacks Original() and the comparisons.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/semver.h"
#include "expr/function_calls.h"

static const struct semver *version_of(const struct expr_value *v)
{
	return v->object->data;
}

/* The canonical text is the only field, so that equal versions are equal objects. */
static struct expr_value version_value(struct arena *a, const struct expr_class *class,
				       const struct semver *v)
{
	struct expr_value *fields = arena_array(a, 2, sizeof(*fields));

	fields[0] = expr_text(semver_text(a, v));
	fields[1] = expr_text(v->original);
	return expr_object(a, class, fields, arena_copy(a, v, sizeof(*v)));
}

static struct str version_text(struct arena *a, const struct expr_object *o)
{
	return str_of(semver_text(a, o->data));
}

/* Go has uint64, which an int cannot always hold. */
static struct expr_value number_value(uint64_t n)
{
	return n <= INT64_MAX ? expr_int((int64_t)n) : expr_float((double)n);
}

#define CALL(function) \
	static bool function(struct arena *a, const struct expr_call *call, struct expr_value *out, \
			     struct err *e)
#define UNUSED (void)a, (void)call, (void)e

CALL(call_major)
{
	UNUSED;
	*out = number_value(version_of(call->self)->major);
	return true;
}

CALL(call_minor)
{
	UNUSED;
	*out = number_value(version_of(call->self)->minor);
	return true;
}

CALL(call_patch)
{
	UNUSED;
	*out = number_value(version_of(call->self)->patch);
	return true;
}

CALL(call_prerelease)
{
	UNUSED;
	*out = expr_text(str_text(a, version_of(call->self)->pre));
	return true;
}

CALL(call_metadata)
{
	UNUSED;
	*out = expr_text(str_text(a, version_of(call->self)->meta));
	return true;
}

CALL(call_string)
{
	UNUSED;
	*out = expr_text(semver_text(a, version_of(call->self)));
	return true;
}

CALL(call_original)
{
	UNUSED;
	*out = expr_text(version_of(call->self)->original);
	return true;
}

CALL(call_compare)
{
	UNUSED;
	*out = expr_int(semver_compare(version_of(call->self), version_of(&call->args[0])));
	return true;
}

CALL(call_equal)
{
	UNUSED;
	*out = expr_bool(semver_compare(version_of(call->self), version_of(&call->args[0])) == 0);
	return true;
}

CALL(call_less)
{
	UNUSED;
	*out = expr_bool(semver_compare(version_of(call->self), version_of(&call->args[0])) < 0);
	return true;
}

CALL(call_less_equal)
{
	UNUSED;
	*out = expr_bool(semver_compare(version_of(call->self), version_of(&call->args[0])) <= 0);
	return true;
}

CALL(call_greater)
{
	UNUSED;
	*out = expr_bool(semver_compare(version_of(call->self), version_of(&call->args[0])) > 0);
	return true;
}

CALL(call_greater_equal)
{
	UNUSED;
	*out = expr_bool(semver_compare(version_of(call->self), version_of(&call->args[0])) >= 0);
	return true;
}

static expr_function call_inc_major, call_inc_minor, call_inc_patch, call_set_prerelease,
	call_set_metadata;
static const struct expr_class value_class;
static const struct expr_type value_type = { .kind = EXPR_OBJECT, .class = &value_class };

#define METHOD(title, result, function) { title, { result, 0, false, { NULL } }, function }
#define SETTER(title, function) \
	{ title, { &value_type, 1, false, { &expr_type_string } }, function }
#define COMPARES(title, result, function) \
	{ title, { result, 1, false, { &function_semver_type } }, function }

/* The first ones are what a value has too. */
static const struct expr_method methods[] = {
	METHOD("Major", &expr_type_int, call_major),
	METHOD("Minor", &expr_type_int, call_minor),
	METHOD("Patch", &expr_type_int, call_patch),
	METHOD("Prerelease", &expr_type_string, call_prerelease),
	METHOD("Metadata", &expr_type_string, call_metadata),
	METHOD("String", &expr_type_string, call_string),
	METHOD("IncMajor", &value_type, call_inc_major),
	METHOD("IncMinor", &value_type, call_inc_minor),
	METHOD("IncPatch", &value_type, call_inc_patch),
	SETTER("SetPrerelease", call_set_prerelease),
	SETTER("SetMetadata", call_set_metadata),
	METHOD("Original", &expr_type_string, call_original),
	COMPARES("Compare", &expr_type_int, call_compare),
	COMPARES("Equal", &expr_type_bool, call_equal),
	COMPARES("LessThan", &expr_type_bool, call_less),
	COMPARES("LessThanEqual", &expr_type_bool, call_less_equal),
	COMPARES("GreaterThan", &expr_type_bool, call_greater),
	COMPARES("GreaterThanEqual", &expr_type_bool, call_greater_equal),
};

enum { VALUE_METHODS = 11 };

static const struct expr_field fields[] = {
	{ "", NULL, false, &expr_type_string },
	{ "", NULL, false, &expr_type_string },
};

static const struct expr_class pointer_class = { "Version", fields, COUNTOF(fields), methods,
						 COUNTOF(methods), version_text };
static const struct expr_class value_class = { "Version", fields, COUNTOF(fields), methods,
					       VALUE_METHODS, version_text };
const struct expr_type function_semver_type = { .kind = EXPR_OBJECT, .class = &pointer_class };

/* A version of these numbers alone. */
static bool give_release(struct arena *a, struct semver v, struct expr_value *out)
{
	v.pre = v.meta = (struct str){ "", 0 };
	v.original = semver_text(a, &v);
	*out = version_value(a, &value_class, &v);
	return true;
}

CALL(call_inc_major)
{
	UNUSED;
	return give_release(a, (struct semver){ .major = version_of(call->self)->major + 1 }, out);
}

CALL(call_inc_minor)
{
	struct semver v = *version_of(call->self);

	UNUSED;
	v.minor++;
	v.patch = 0;
	return give_release(a, v, out);
}

/* "1.2.3-rc.1" becomes 1.2.3, since that comes after it. */
CALL(call_inc_patch)
{
	struct semver v = *version_of(call->self);

	UNUSED;
	v.patch += !v.pre.len;
	return give_release(a, v, out);
}

static bool give_changed(struct arena *a, struct semver v, struct expr_value *out, struct err *e)
{
	const char *text = semver_text(a, &v);

	if (!semver_parse(text, &v))
		return err_set(e, ERR_CONFIG, "\"%s\" is not a version", text);
	*out = version_value(a, &value_class, &v);
	return true;
}

CALL(call_set_prerelease)
{
	struct semver v = *version_of(call->self);

	UNUSED;
	v.pre = call->args[0].string;
	return give_changed(a, v, out, e);
}

CALL(call_set_metadata)
{
	struct semver v = *version_of(call->self);

	UNUSED;
	v.meta = call->args[0].string;
	return give_changed(a, v, out, e);
}

bool function_semver_parse(struct arena *a, const struct expr_call *call, struct expr_value *out,
			   struct err *e)
{
	const char *text = str_text(a, call->args[0].string);
	struct semver v;

	UNUSED;
	if (!semver_parse(text, &v))
		return err_set(e, ERR_CONFIG, "\"%s\" is not a version", text);
	*out = version_value(a, &pointer_class, &v);
	return true;
}

bool function_semver_diff(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	const char *difference = "None";
	struct semver x, y;

	UNUSED;
	if (!semver_parse(str_text(a, call->args[0].string), &x) ||
	    !semver_parse(str_text(a, call->args[1].string), &y))
		difference = "Incomparable";
	else if (x.major != y.major)
		difference = "Major";
	else if (x.minor != y.minor)
		difference = "Minor";
	else if (x.patch != y.patch)
		difference = "Patch";
	else if (!str_equal(x.meta, y.meta))
		difference = "Metadata";
	*out = expr_text(difference);
	return true;
}
