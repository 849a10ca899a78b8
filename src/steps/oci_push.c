/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-push: an image or index under another name, with annotations added on the way
 * (kargo-semantics 6.6). A digest that changes by annotations is the new one's.
 */
#include "steps/step.h"


#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/registry.h"
#include "steps/oci_ref.h"
#include "steps/rehearse.h"

enum { MAX_BLOB = 1 << 30, MAX_CHILDREN = 100 };

static const struct step_param params[] = {
	{ .name = "srcRef", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "What to copy: repo:tag or repo@digest." },
	{ .name = "destRef", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where to: repo:tag." },
	{ .name = "annotations", .kind = PARAM_MAP,
	  .help = "Annotations to add; a key may begin with index: or manifest:, which is taken off." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the registries' certificates." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "image", "The new reference, with its digest." },
	{ "digest", "The digest of what was pushed." },
	{ "tag", "The tag it was pushed under." },
	{ 0 },
};

struct copying {
	struct step_run *r;
	struct registry *from, *to;
	int64_t size;                   /* of blobs copied */
	struct err *e;
};

static bool is_index(const char *type)
{
	return strstr(type, "image.index") || strstr(type, "manifest.list");
}

static bool copy_blob(struct copying *c, const struct value *descriptor)
{
	const char *digest = value_text(value_get(descriptor, "digest"), ""), *pushed;
	struct str bytes;
	int64_t size = 0;

	value_integer(value_get(descriptor, "size"), &size);
	c->size += size;
	if (c->size > MAX_BLOB)
		return err_set(c->e, ERR_LIMIT, "it is larger than 1 GB");
	return registry_blob(c->from, c->r->arena, digest, MAX_BLOB, &bytes, c->e) &&
	       registry_put_blob(c->to, c->r->arena, bytes, &pushed, c->e);
}

/* Adds what is meant for an index or for manifests; says whether anything was. */
static bool annotate(struct copying *c, struct value *object, bool index)
{
	const struct value *wanted = value_get(c->r->config, "annotations");
	struct arena *a = c->r->arena;
	bool any = false;

	for (size_t i = 0; i < value_count(wanted); i++) {
		const char *key = wanted->map.members[i].key.at;
		bool for_index = has_prefix(key, "index:"), for_manifest = has_prefix(key, "manifest:");

		if (index ? !for_index : for_index)
			continue;
		if (!value_is(value_get(object, "annotations"), VALUE_MAP))
			value_set(a, object, "annotations", value_map(a));
		value_set(a, value_get(object, "annotations"),
			  key + (for_index ? strlen("index:") : for_manifest ? strlen("manifest:") : 0),
			  value_copy(a, wanted->map.members[i].value));
		any = true;
	}
	return any;
}

static bool put(struct copying *c, const struct registry_manifest *m, struct value *object,
		bool changed, const char *tag, const char **digest, size_t *size)
{
	struct str body = m->body;

	if (changed)
		body = str_of(json_text(c->r->arena, object, 0));
	*size = body.len;
	return registry_put_manifest(c->to, c->r->arena, tag, m->type, body, digest, c->e);
}

static bool copy_manifest(struct copying *c, const char *reference, const char *tag,
			  const char **digest, size_t *size)
{
	const struct value *layers;
	struct registry_manifest m;
	struct value *object;

	if (!registry_manifest(c->from, c->r->arena, reference, &m, c->e) ||
	    !json_parse(c->r->arena, m.body.at, m.body.len, &object, c->e))
		return false;
	layers = value_get(object, "layers");
	if (!value_get(object, "config") || !value_is(layers, VALUE_LIST))
		return err_set(c->e, ERR_CONFIG, "%s is neither an image nor an index", m.type);
	if (!copy_blob(c, value_get(object, "config")))
		return false;
	for (size_t i = 0; i < value_count(layers); i++)
		if (!copy_blob(c, value_at(layers, i)))
			return false;
	return put(c, &m, object, annotate(c, object, false), tag, digest, size);
}

/* Children first: a registry takes an index only when it has what it names. */
static bool copy_index(struct copying *c, const struct registry_manifest *m, struct value *object,
		       const char *tag, const char **digest)
{
	const struct value *children = value_get(object, "manifests");
	bool changed = false;
	size_t size;

	if (value_count(children) > MAX_CHILDREN)
		return err_set(c->e, ERR_LIMIT, "an index of more than %d manifests", MAX_CHILDREN);
	for (size_t i = 0; i < value_count(children); i++) {
		struct value *child = value_at(children, i);
		const char *old = value_text(value_get(child, "digest"), ""), *new;

		if (!copy_manifest(c, old, NULL, &new, &size))
			return err_wrap(c->e, "%s", old);
		if (strcmp(old, new) == 0)
			continue;
		value_set(c->r->arena, child, "digest", value_string(c->r->arena, new));
		value_set(c->r->arena, child, "size", value_int(c->r->arena, (int64_t)size));
		changed = true;
	}
	changed = annotate(c, object, true) || changed;
	return put(c, m, object, changed, tag, digest, &size);
}

static bool copy(struct copying *c, const char *reference, const char *tag, const char **digest)
{
	struct registry_manifest m;
	struct value *object;
	size_t size;

	if (!registry_manifest(c->from, c->r->arena, reference, &m, c->e))
		return false;
	if (!is_index(m.type))
		return copy_manifest(c, reference, tag, digest, &size);
	return json_parse(c->r->arena, m.body.at, m.body.len, &object, c->e) &&
	       copy_index(c, &m, object, tag, digest);
}

static bool run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *src = step_text(r, "srcRef", ""), *dest = step_text(r, "destRef", ""), *digest;
	AUTO(registry) struct registry *from = NULL;
	AUTO(registry) struct registry *to = NULL;
	struct copying c = { .r = r, .e = e };
	struct oci_ref source, target;

	if (!oci_ref_parse(r->arena, src, &source, e) || !oci_ref_parse(r->arena, dest, &target, e))
		return false;
	if (strchr(dest, '@'))
		return err_set(e, ERR_CONFIG, "destRef: must name a tag, not a digest");
	if (!oci_ref_open(r, &source, &from, e) || !oci_ref_open(r, &target, &to, e))
		return false;
	c.from = from;
	c.to = to;
	if (!copy(&c, source.reference, target.reference, &digest))
		return err_wrap(e, "pushing %s as %s", src, dest);
	step_output(r, result, "image",
		    value_string(r->arena, str_format(r->arena, "%s:%s@%s", target.repository,
						      target.reference, digest)));
	step_output(r, result, "digest", value_string(r->arena, digest));
	step_output(r, result, "tag", value_string(r->arena, target.reference));
	return true;
}

/* The digest is the source's own unless annotations change it, and is told by the registry. */
static bool rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *src = step_text(r, "srcRef", ""), *dest = step_text(r, "destRef", "");
	struct oci_ref source, target;

	if (!oci_ref_parse(r->arena, src, &source, e) || !oci_ref_parse(r->arena, dest, &target, e))
		return false;
	if (strchr(dest, '@'))
		return err_set(e, ERR_CONFIG, "destRef: must name a tag, not a digest");
	step_announce(r, result, "copy %s to %s", src, dest);
	result->is_unforeseen = true;
	return true;
}

const struct step_def step_oci_push = {
	.kind = "oci-push",
	.summary = "Copy an image or index to another name or registry.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP | STEP_NEEDS_CREDENTIALS,
	.is_effect = true,
	.reach = STEP_REACH_WRITES,
	.rehearse = rehearse,
	.run = run,
};
