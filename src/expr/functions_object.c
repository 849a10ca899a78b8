/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other objects hold: Secrets and ConfigMaps, of which a missing one is empty,
 * and the metadata of Freight and Stages, which are nil when there are none.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/value.h"
#include "expr/function_calls.h"
#include "expr/scope.h"
#include "expr/values.h"

/* Asked for by the first argument. */
static struct kargo_wanted functions_object_wanted(struct arena *a, const struct expr_call *call,
						   const char *kind, bool shared)
{
	return (struct kargo_wanted){ .kind = kind, .name = str_text(a, call->args[0].string),
				      .shared = shared };
}

static bool functions_object_find(const struct functions *f, struct arena *a,
				  const struct kargo_wanted *w, const struct value **out,
				  struct err *e)
{
	*out = NULL;
	if (!*w->name)
		return err_set(e, ERR_CONFIG, "the name of a %s must not be empty", w->kind);
	if (!f->scope->find)
		return true;
	return f->scope->find(f->scope->context, a, w, out, e) ||
	       err_wrap(e, "looking for %s '%s'", w->kind, w->name);
}

static bool add_secret(struct arena *a, struct expr_map *m, const struct value_member *member,
		       struct err *e)
{
	struct str text;

	if (!value_is(member->value, VALUE_STRING) ||
	    !base64_decode(a, member->value->string.at, member->value->string.len, &text))
		return err_set(e, ERR_CONFIG, "data.%s is not base64", member->key.at);
	log_redact(text.at);
	expr_map_set(a, m, expr_string(member->key.at, member->key.len),
		     expr_string(text.at, text.len));
	return true;
}

/* stringData of a Secret, data of a ConfigMap. */
static void add_plain(struct arena *a, struct expr_map *m, const struct value *texts, bool is_secret)
{
	for (size_t i = 0; i < value_count(texts) && value_is(texts, VALUE_MAP); i++) {
		const struct value_member *member = &texts->map.members[i];

		if (!value_is(member->value, VALUE_STRING))
			continue;
		if (is_secret)
			log_redact(member->value->string.at);
		expr_map_set(a, m, expr_string(member->key.at, member->key.len),
			     expr_string(member->value->string.at, member->value->string.len));
	}
}

static bool functions_object_read_data(struct arena *a, const struct value *object, bool is_secret,
				       struct expr_map *m, struct err *e)
{
	const struct value *data = value_get(object, "data");

	if (!is_secret) {
		add_plain(a, m, data, false);
		return true;
	}
	for (size_t i = 0; i < value_count(data) && value_is(data, VALUE_MAP); i++) {
		if (!add_secret(a, m, &data->map.members[i], e))
			return false;
	}
	add_plain(a, m, value_get(object, "stringData"), true);
	return true;
}

/* Of the shared Secrets only those marked generic may be read. */
static bool is_hidden(const struct value *object, bool is_secret, bool shared)
{
	const struct value *labels = value_path(object, "metadata.labels");
	const char *type = value_text(value_get(labels, "kargo.akuity.io/cred-type"), "");

	return is_secret && shared && strcmp(type, "generic") != 0;
}

static bool data_of(struct functions *f, struct arena *a, const struct kargo_wanted *w,
		    struct expr_value *out, struct err *e)
{
	bool is_secret = strcmp(w->kind, "Secret") == 0;
	struct expr_value key = expr_text(str_format(a, "%s/%d/%s", w->kind, w->shared, w->name));
	const struct expr_member *seen = expr_map_find(f->seen, &key);
	struct expr_map *m = expr_map_new(a);
	const struct value *object;

	if (seen) {
		*out = seen->value;
		return true;
	}
	if (!functions_object_find(f, a, w, &object, e))
		return false;
	if (object && !is_hidden(object, is_secret, w->shared) &&
	    !functions_object_read_data(a, object, is_secret, m, e))
		return err_wrap(e, "%s '%s'", w->kind, w->name);
	*out = expr_map(m, EXPR_STRINGS);
	expr_map_set(a, f->seen, key, *out);
	return true;
}

bool function_config_map(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "ConfigMap", false);

	return data_of(call->ctx, a, &w, out, e);
}

bool function_shared_config_map(struct arena *a, const struct expr_call *call,
				struct expr_value *out, struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "ConfigMap", true);

	return data_of(call->ctx, a, &w, out, e);
}

bool function_secret(struct arena *a, const struct expr_call *call, struct expr_value *out,
		     struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "Secret", false);

	return data_of(call->ctx, a, &w, out, e);
}

bool function_shared_secret(struct arena *a, const struct expr_call *call, struct expr_value *out,
			    struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "Secret", true);

	return data_of(call->ctx, a, &w, out, e);
}

/* New in Kargo 1.12: all three keys are there, "" where the Secret has none; nil without a Secret. */
bool function_repo_credentials(struct arena *a, const struct expr_call *call, struct expr_value *out,
			       struct err *e)
{
	static const char *const keys[] = { "username", "password", "sshPrivateKey" };
	static const char *const types[] = { "git", "helm", "image" };
	struct kargo_wanted w = functions_object_wanted(a, call, "Credentials", false);
	struct expr_map *m = expr_map_new(a);
	const struct value *found;
	bool is_known = false;

	w.type = str_text(a, call->args[1].string);
	for (size_t i = 0; i < COUNTOF(types); i++)
		is_known = is_known || strcmp(w.type, types[i]) == 0;
	if (!is_known)
		return err_set(e, ERR_CONFIG,
			       "repoCredentials: the type must be git, helm or image, not '%s'", w.type);
	if (!functions_object_find(call->ctx, a, &w, &found, e))
		return false;
	if (!found) {
		*out = expr_text(NULL);
		return true;
	}
	for (size_t i = 0; i < COUNTOF(keys); i++) {
		const char *text = value_text(value_get(found, keys[i]), "");

		if (strcmp(keys[i], "username") != 0)
			log_redact(text);
		expr_map_set(a, m, expr_text(keys[i]), expr_text(text));
	}
	*out = expr_map(m, EXPR_STRINGS);
	return true;
}

/* status.metadata; a null in it cannot be read, as in Kargo. */
static bool metadata_of(struct functions *f, struct arena *a, const struct kargo_wanted *w,
			struct expr_value *out, struct err *e)
{
	const struct value *object, *metadata;

	if (!functions_object_find(f, a, w, &object, e))
		return false;
	metadata = value_path(object, "status.metadata");
	*out = value_count(metadata) ? expr_tree(metadata) : expr_nil();
	for (size_t i = 0; i < value_count(metadata) && value_is(metadata, VALUE_MAP); i++) {
		if (value_is(metadata->map.members[i].value, VALUE_NULL))
			return err_set(e, ERR_CONFIG, "the metadata of %s '%s' has no value at '%s'",
				       w->kind, w->name, metadata->map.members[i].key.at);
	}
	return true;
}

bool function_freight_metadata(struct arena *a, const struct expr_call *call,
			       struct expr_value *out, struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "Freight", false);

	return metadata_of(call->ctx, a, &w, out, e);
}

bool function_stage_metadata(struct arena *a, const struct expr_call *call,
			     struct expr_value *out, struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "Stage", false);

	return metadata_of(call->ctx, a, &w, out, e);
}

bool function_freight_status(struct arena *a, const struct expr_call *call,
			     struct expr_value *out, struct err *e)
{
	struct kargo_wanted w = functions_object_wanted(a, call, "Freight", false);
	const struct value *object, *status;

	if (!functions_object_find(call->ctx, a, &w, &object, e))
		return false;
	status = value_get(object, "status");
	*out = object ? expr_tree(value_is(status, VALUE_MAP) ? status : value_map(a)) : expr_nil();
	return true;
}
