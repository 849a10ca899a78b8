/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-push: an image or index under another name, with annotations added on the way, or a file as an
 * artifact (doc/kargo-rules.md 6.6). All manifests are read before the first byte is copied, so that
 * what is too large or no image leaves nothing behind. Blobs go through a file without a name, unless the
 * registry has them already or lends them from the other repository.
 */
#include "steps/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/registry.h"
#include "steps/oci_file.h"
#include "steps/oci_ref.h"
#include "steps/rehearse.h"

enum { MAX_CHILDREN = 1000, MAX_DEPTH = 3 };

#define DEFAULT_LIMIT (INT64_C(1) << 30)

static const struct step_param params[] = {
	{ .name = "srcRef", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "What to copy: repo:tag or repo@digest, with oci:// for a Helm repository." },
	{ .name = "srcPath", .kind = PARAM_PATH, .flags = PARAM_NOT_EMPTY,
	  .help = "Instead of srcRef: a file of the work directory, pushed as an artifact with one layer." },
	{ .name = "destRef", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where to: repo:tag, with oci:// for a Helm repository." },
	{ .name = "annotations", .kind = PARAM_MAP,
	  .help = "Annotations to add; a key may begin with index: or manifest:, which is removed." },
	{ .name = "mediaType", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .otherwise = "application/vnd.oci.image.layer.v1.tar+gzip",
	  .help = "With srcPath: what the file is." },
	{ .name = "artifactType", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .otherwise = "application/vnd.unknown.artifact.v1", .help = "With srcPath: what the artifact is." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the registries' certificates." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "image", "destRef, without oci://." },
	{ "digest", "The digest of what was pushed." },
	{ "tag", "The tag it was pushed under." },
	{ 0 },
};

static bool oci_push_check(const struct value *config, struct err *e)
{
	const struct value *annotations = value_get(config, "annotations");

	for (size_t i = 0; i < value_count(annotations); i++)
		if (!value_is(annotations->map.members[i].value, VALUE_STRING))
			return err_set(e, ERR_CONFIG, "annotations.%s: must be a text, not a %s; quote() "
				       "makes a text of an expression",
				       annotations->map.members[i].key.at,
				       value_kind_name(annotations->map.members[i].value->kind));
	return oci_file_check(config, e) &&
	       (!value_get(config, "srcRef") || oci_ref_check(config, "srcRef", true, e)) &&
	       oci_ref_check(config, "destRef", false, e);
}

/* A manifest or index with what it names, and what becomes of it. */
struct oci_artifact {
	struct registry_manifest m;
	struct value *object;
	struct oci_artifact *children;      /* of an index */
	size_t count;
	struct str new_body;            /* with its annotations, and its children's new digests */
	const char *new_digest;
};

struct oci_push_copying {
	struct step_run *r;
	struct registry *from, *to;
	bool same;                      /* one repository: every blob is there */
	int64_t size;                   /* of all blobs, as the manifests have it */
	int file;                       /* that blobs go through; -1: none yet */
	struct err *e;
};

static bool oci_push_is_index(const char *type)
{
	return strcmp(type, "application/vnd.oci.image.index.v1+json") == 0 ||
	       strcmp(type, "application/vnd.docker.distribution.manifest.list.v2+json") == 0;
}

static bool oci_push_is_image(const char *type)
{
	return strcmp(type, "application/vnd.oci.image.manifest.v1+json") == 0 ||
	       strcmp(type, "application/vnd.docker.distribution.manifest.v2+json") == 0;
}

/* Layers that stay where their maker keeps them. */
static bool is_elsewhere(const struct value *descriptor)
{
	const char *type = value_text(value_get(descriptor, "mediaType"), "");

	return strstr(type, ".foreign.") || strstr(type, ".nondistributable.");
}

static bool oci_push_weigh(struct oci_push_copying *c, const struct value *descriptor)
{
	int64_t size = -1;

	if (!value_text(value_get(descriptor, "digest"), NULL) ||
	    !value_integer(value_get(descriptor, "size"), &size) || size < 0 ||
	    size > INT64_MAX - c->size)
		return err_set(c->e, ERR_CONFIG, "its manifest has a blob without digest or size");
	c->size += size;
	return true;
}

static bool weigh_image(struct oci_push_copying *c, const struct oci_artifact *a)
{
	const struct value *layers = value_get(a->object, "layers");

	if (!oci_push_weigh(c, value_get(a->object, "config")))
		return false;
	for (size_t i = 0; i < value_count(layers); i++)
		if (!oci_push_weigh(c, value_at(layers, i)))
			return false;
	return true;
}

static bool read_artifact(struct oci_push_copying *c, const char *reference, int depth,
			  struct oci_artifact *out)
{
	struct arena *a = c->r->arena;
	const struct value *manifests;

	*out = (struct oci_artifact){ 0 };
	if (!registry_manifest(c->from, a, reference, &out->m, c->e) ||
	    !json_parse(a, out->m.body.at, out->m.body.len, &out->object, c->e))
		return false;
	if (oci_push_is_image(out->m.type))
		return weigh_image(c, out);
	if (!oci_push_is_index(out->m.type) || depth == MAX_DEPTH)
		return err_set(c->e, ERR_CONFIG, "'%s' is neither an image nor an index of images",
			       out->m.type);
	manifests = value_get(out->object, "manifests");
	out->count = value_count(manifests);
	if (out->count > MAX_CHILDREN)
		return err_set(c->e, ERR_LIMIT, "an index of more than %d manifests", MAX_CHILDREN);
	out->children = arena_array(a, out->count + 1, sizeof(*out->children));
	for (size_t i = 0; i < out->count; i++) {
		const char *digest = value_text(value_get(value_at(manifests, i), "digest"), "");

		if (!read_artifact(c, digest, depth + 1, &out->children[i]))
			return err_wrap(c->e, "%s", digest);
	}
	return true;
}

/* Kargo's own limit, from Kargo's own variable: 0 allows nothing, less than 0 any size. */
static bool check_limit(int64_t size, struct err *e)
{
	const char *text = getenv("MAX_OCI_PUSH_ARTIFACT_SIZE");
	int64_t limit = DEFAULT_LIMIT;

	if (text && *text) {
		char *end;

		limit = strtoll(text, &end, 10);
		if (*end)
			return err_set(e, ERR_CONFIG,
				       "MAX_OCI_PUSH_ARTIFACT_SIZE: '%s' is not a number of bytes", text);
	}
	if (limit < 0)
		return true;
	if (limit == 0)
		return err_set(e, ERR_REFUSED, "pushing to another repository is switched off "
			       "(MAX_OCI_PUSH_ARTIFACT_SIZE is 0)");
	return size <= limit ||
	       err_set(e, ERR_LIMIT, "it has %lld bytes, more than the %lld that "
		       "MAX_OCI_PUSH_ARTIFACT_SIZE allows", (long long)size, (long long)limit);
}

static bool copy_blob(struct oci_push_copying *c, const struct value *descriptor)
{
	const char *digest = value_text(value_get(descriptor, "digest"), "");
	const struct registry_loan loan = { c->from, digest };
	struct registry_blob blob = { .digest = digest, .max = 1 };
	struct arena *a = c->r->arena;
	int64_t size = 0;
	bool there;

	if (is_elsewhere(descriptor))
		return true;
	if (!registry_has_blob(c->to, a, digest, &there, c->e) ||
	    (!there && !registry_borrow(c->to, a, &loan, &there, c->e)))
		return false;
	if (there)
		return true;
	if (c->file < 0 && !file_temporary(&c->file, c->e))
		return false;
	value_integer(value_get(descriptor, "size"), &size);
	step_report(c->r, "copying %.19s, %lld bytes", digest, (long long)size);
	if (size)
		blob.max = (size_t)size;
	return registry_blob_to(c->from, a, &blob, c->file, c->e) &&
	       registry_put_blob_from(c->to, a, digest, c->file, c->e);
}

static bool copy_blobs(struct oci_push_copying *c, const struct oci_artifact *a)
{
	const struct value *layers = value_get(a->object, "layers");

	for (size_t i = 0; i < a->count; i++)
		if (!copy_blobs(c, &a->children[i]))
			return false;
	if (a->count || oci_push_is_index(a->m.type) || c->same)
		return true;
	if (!copy_blob(c, value_get(a->object, "config")))
		return false;
	for (size_t i = 0; i < value_count(layers); i++)
		if (!copy_blob(c, value_at(layers, i)))
			return false;
	return true;
}

/* Adds what is meant for an index or for manifests; says whether anything was. */
static bool oci_push_annotate(struct oci_push_copying *c, struct oci_artifact *to)
{
	const struct value *wanted = value_get(c->r->config, "annotations");
	bool index = oci_push_is_index(to->m.type), any = false;
	struct arena *a = c->r->arena;

	for (size_t i = 0; i < value_count(wanted); i++) {
		const char *key = wanted->map.members[i].key.at;
		bool for_index = has_prefix(key, "index:"), for_manifest = has_prefix(key, "manifest:");

		if (index != for_index)
			continue;
		if (!value_is(value_get(to->object, "annotations"), VALUE_MAP))
			value_set(a, to->object, "annotations", value_map(a));
		value_set(a, value_get(to->object, "annotations"),
			  key + (for_index ? strlen("index:") : for_manifest ? strlen("manifest:") : 0),
			  value_copy(a, wanted->map.members[i].value));
		any = true;
	}
	return any;
}

/* What will be pushed; without annotations it is what there is, byte for byte. */
static void oci_push_settle(struct oci_push_copying *c, struct oci_artifact *to)
{
	struct value *manifests = value_get(to->object, "manifests");
	struct arena *a = c->r->arena;
	bool changed = false;
	char hex[65];

	for (size_t i = 0; i < to->count; i++) {
		struct oci_artifact *child = &to->children[i];

		oci_push_settle(c, child);
		if (strcmp(child->new_digest, child->m.digest) == 0)
			continue;
		value_set(a, value_at(manifests, i), "digest", value_string(a, child->new_digest));
		value_set(a, value_at(manifests, i), "size",
			  value_int(a, (int64_t)child->new_body.len));
		changed = true;
	}
	changed = oci_push_annotate(c, to) || changed;
	to->new_body = changed ? str_of(json_text(a, to->object, 0)) : to->m.body;
	to->new_digest = to->m.digest;
	if (!changed)
		return;
	hash_sha256(to->new_body.at, to->new_body.len, hex);
	to->new_digest = str_format(a, "sha256:%s", hex);
}

/* Children first: a registry takes an index only when it has what it names. */
static bool oci_push_publish(struct oci_push_copying *c, const struct oci_artifact *a,
			     const char *tag)
{
	struct registry_manifest pushed = { .type = a->m.type, .body = a->new_body };

	for (size_t i = 0; i < a->count; i++)
		if (!oci_push_publish(c, &a->children[i], NULL))
			return false;
	if (c->same && !tag && strcmp(a->new_digest, a->m.digest) == 0)
		return true;
	return registry_put_manifest(c->to, c->r->arena, tag, &pushed, c->e);
}

struct oci_push_state {
	const char *from, *to;          /* as configured */
	struct oci_ref source, target;
	struct oci_artifact all;
};

/* Reads all that will be pushed; nothing is changed anywhere. */
static bool oci_push_prepare(struct oci_push_copying *c, struct oci_push_state *p)
{
	c->same = strcmp(registry_host(c->from), registry_host(c->to)) == 0 &&
		  strcmp(registry_repository(c->from), registry_repository(c->to)) == 0;
	if (!read_artifact(c, p->source.reference, 0, &p->all) || (!c->same && !check_limit(c->size, c->e)))
		return false;
	oci_push_settle(c, &p->all);
	return true;
}

static bool prepare_and_copy(struct oci_push_copying *c, struct oci_push_state *p,
			     bool is_rehearsal)
{
	bool fine = oci_push_prepare(c, p) &&
		    (is_rehearsal ||
		     (copy_blobs(c, &p->all) && oci_push_publish(c, &p->all, p->target.reference)));

	auto_fd(&c->file);
	return fine || oci_ref_failed(c->e) || err_wrap(c->e, "pushing %s as %s", p->from, p->to);
}

static void oci_push_tell(struct step_run *r, struct step_result *result,
			  const struct oci_push_state *p)
{
	const char *image = has_prefix(p->to, "oci://") ? p->to + strlen("oci://") : p->to;

	step_output(r, result, "image", value_string(r->arena, image));
	step_output(r, result, "digest", value_string(r->arena, p->all.new_digest));
	step_output(r, result, "tag", value_string(r->arena, p->target.reference));
}

static bool oci_push_send_file(struct step_run *r, struct oci_push_state *p, struct registry *to,
			       bool is_rehearsal, struct err *e)
{
	struct oci_file f = { .fd = -1 };
	bool fine = oci_file_open(r, &f, e) && check_limit(f.size, e) &&
		    (is_rehearsal || oci_file_send(r, &f, to, p->target.reference, e));

	auto_fd(&f.fd);
	p->all.new_digest = f.manifest_digest;
	return fine || oci_ref_failed(e) || err_wrap(e, "pushing %s as %s", p->from, p->to);
}

static bool oci_push_file(struct step_run *r, struct step_result *result, struct oci_push_state *p,
			  bool is_rehearsal, struct err *e)
{
	AUTO(registry) struct registry *to = NULL;

	*p = (struct oci_push_state){ .from = step_text(r, "srcPath", ""),
				      .to = step_text(r, "destRef", "") };
	if (!oci_ref_parse(r->arena, p->to, &p->target, e)) {
		result->status = STEP_FAILED;
		return false;
	}
	if (!oci_ref_open(r, &p->target, &to, e) || !oci_push_send_file(r, p, to, is_rehearsal, e))
		return false;
	oci_push_tell(r, result, p);
	return true;
}

static bool oci_push(struct step_run *r, struct step_result *result, struct oci_push_state *p,
		     bool is_rehearsal, struct err *e)
{
	AUTO(registry) struct registry *from = NULL;
	AUTO(registry) struct registry *to = NULL;
	struct oci_push_copying c = { .r = r, .file = -1, .e = e };

	if (value_get(r->config, "srcPath"))
		return oci_push_file(r, result, p, is_rehearsal, e);
	*p = (struct oci_push_state){ .from = step_text(r, "srcRef", ""),
				      .to = step_text(r, "destRef", "") };
	if (!oci_ref_parse(r->arena, p->from, &p->source, e) ||
	    !oci_ref_parse(r->arena, p->to, &p->target, e)) {
		result->status = STEP_FAILED;
		return false;
	}
	if (!oci_ref_open(r, &p->source, &from, e) || !oci_ref_open(r, &p->target, &to, e))
		return false;
	c.from = from;
	c.to = to;
	if (!prepare_and_copy(&c, p, is_rehearsal))
		return false;
	oci_push_tell(r, result, p);
	return true;
}

static bool oci_push_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct oci_push_state p;

	return oci_push(r, result, &p, false, e);
}

/* The digest is known before: it follows from the source and the annotations. */
static bool oci_push_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct oci_push_state p;
	bool fine = oci_push(r, result, &p, true, e);

	if (!fine && e->code != ERR_NOT_FOUND)
		return false;
	step_announce(r, result, "copy %s to %s", p.from, p.to);
	result->is_unforeseen = !fine;  /* the source may come with a step before this one */
	return true;
}

const struct step_def step_oci_push = {
	.kind = "oci-push",
	.summary = "Copy an image or index to another name or registry, or push a file.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP | STEP_NEEDS_CREDENTIALS,
	.is_effect = true,
	.reach = STEP_REACH_WRITES,
	.rehearse = oci_push_rehearse,
	.check = oci_push_check,
	.run = oci_push_run,
};
