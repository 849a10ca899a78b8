/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-download: a layer of an OCI artifact as a file, packed as it is stored (doc/kargo-rules.md
 * 6.6): the first of the media type that is asked for, or the first of all.
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "net/registry.h"
#include "steps/oci_ref.h"
#include "steps/workdir.h"

enum { MAX_LAYER = 100 << 20 };

static const struct step_param params[] = {
	{ .name = "imageRef", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The artifact: repo:tag or repo@digest, with oci:// for a Helm repository." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file to write, 100 MB at most." },
	{ .name = "mediaType", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "Which layer; the first when not given." },
	{ .name = "allowOverwrite", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Replace a file that is there." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the registry's certificate." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool oci_download_check(const struct value *config, struct err *e)
{
	return oci_ref_check(config, "imageRef", true, e);
}

static bool choose_layer(struct step_run *r, const struct value *manifest, const char **digest,
			 struct err *e)
{
	const struct value *layers = value_get(manifest, "layers");
	const char *type = step_text(r, "mediaType", NULL);
	int64_t size = 0;

	for (size_t i = 0; i < value_count(layers); i++) {
		const struct value *l = value_at(layers, i);

		if (type && strcmp(value_text(value_get(l, "mediaType"), ""), type) != 0)
			continue;
		if (value_integer(value_get(l, "size"), &size) && size > MAX_LAYER)
			return err_set(e, ERR_LIMIT, "the layer has %lld bytes, more than the 100 MB that "
				       "oci-download takes", (long long)size);
		*digest = value_text(value_get(l, "digest"), "");
		return true;
	}
	if (type)
		return err_set(e, ERR_NOT_FOUND, "it has no layer of the media type %s", type);
	return err_set(e, ERR_NOT_FOUND, "it has no layers");
}

/* An index's image for linux/amd64, which is what Kargo's client takes; no platform counts as that one. */
static const char *choose_image(const struct value *index)
{
	const struct value *manifests = value_get(index, "manifests");

	for (size_t i = 0; i < value_count(manifests); i++) {
		const struct value *m = value_at(manifests, i);

		if (strcmp(value_path_text(m, "platform.os", "linux"), "linux") == 0 &&
		    strcmp(value_path_text(m, "platform.architecture", "amd64"), "amd64") == 0)
			return value_text(value_get(m, "digest"), NULL);
	}
	return NULL;
}

static bool read_manifest(struct step_run *r, struct registry *from, const char *reference,
			  struct value **out, struct err *e)
{
	struct registry_manifest m;

	return registry_manifest(from, r->arena, reference, &m, e) &&
	       json_parse(r->arena, m.body.at, m.body.len, out, e);
}

static bool find_layer(struct step_run *r, struct registry *from, const char *reference,
		       const char **digest, struct err *e)
{
	struct value *manifest;
	const char *image;

	if (!read_manifest(r, from, reference, &manifest, e))
		return false;
	if (value_is(value_get(manifest, "manifests"), VALUE_LIST)) {
		image = choose_image(manifest);
		if (!image)
			return err_set(e, ERR_NOT_FOUND, "it is an index without an image for linux/amd64");
		if (!read_manifest(r, from, image, &manifest, e))
			return false;
	}
	return choose_layer(r, manifest, digest, e);
}

/* Beside its place first, so that a layer that breaks off or lies leaves nothing there. */
static bool oci_download(struct step_run *r, struct registry *from, const char *digest,
			 const char *path, struct err *e)
{
	const struct registry_blob layer = { digest, MAX_LAYER };
	struct workdir_draft draft;

	if (!workdir_begin(r->work, r->arena, path, &draft, e))
		return false;
	return workdir_end(&draft, registry_blob_to(from, r->arena, &layer, draft.fd, e), e);
}

static bool oci_download_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *text = step_text(r, "imageRef", ""), *path = step_text(r, "outPath", "");
	const char *digest = NULL;
	AUTO(registry) struct registry *from = NULL;
	struct oci_ref ref;

	(void)result;
	if (!oci_ref_parse(r->arena, text, &ref, e) || !step_may_write(r, path, e) ||
	    !oci_ref_open(r, &ref, &from, e))
		return false;
	if (find_layer(r, from, ref.reference, &digest, e) &&
	    oci_download(r, from, digest, path, e))
		return true;
	return oci_ref_failed(e) || err_wrap(e, "downloading %s", text);
}

const struct step_def step_oci_download = {
	.kind = "oci-download",
	.summary = "Download a layer of an OCI artifact.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP | STEP_NEEDS_CREDENTIALS,
	.reach = STEP_REACH_READS,
	.check = oci_download_check,
	.run = oci_download_run,
};
