/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-download: a layer of an OCI artifact as a file, packed as it is stored (kargo-semantics
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
	{ .name = "mediaType", .kind = PARAM_STRING, .help = "Which layer; the first when not given." },
	{ .name = "allowOverwrite", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Replace a file that is there." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the registry's certificate." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool choose_layer(struct step_run *r, const struct value *manifest, const char **digest,
			 struct err *e)
{
	const struct value *layers = value_get(manifest, "layers");
	const char *type = step_text(r, "mediaType", NULL);

	for (size_t i = 0; i < value_count(layers); i++) {
		const struct value *l = value_at(layers, i);

		if (type && strcmp(value_text(value_get(l, "mediaType"), ""), type) != 0)
			continue;
		*digest = value_text(value_get(l, "digest"), "");
		return true;
	}
	if (type)
		return err_set(e, ERR_NOT_FOUND, "it has no layer of the media type %s", type);
	return err_set(e, ERR_NOT_FOUND, "it has no layers");
}

static bool download(struct step_run *r, struct registry *from, const char *reference,
		     struct str *out, struct err *e)
{
	struct registry_manifest m;
	struct value *manifest;
	const char *digest = NULL;

	return registry_manifest(from, r->arena, reference, &m, e) &&
	       json_parse(r->arena, m.body.at, m.body.len, &manifest, e) &&
	       choose_layer(r, manifest, &digest, e) &&
	       registry_blob(from, r->arena, digest, MAX_LAYER, out, e);
}

static bool run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *text = step_text(r, "imageRef", ""), *path = step_text(r, "outPath", "");
	AUTO(registry) struct registry *from = NULL;
	struct oci_ref ref;
	struct str layer;

	(void)result;
	if (!oci_ref_parse(r->arena, text, &ref, e) || !step_may_write(r, path, e))
		return false;
	if (!oci_ref_open(r, &ref, &from, e) || !download(r, from, ref.reference, &layer, e))
		return err_wrap(e, "downloading %s", text);
	step_say(r, "%zu bytes", layer.len);
	return workdir_write(r->work, path, layer.at, layer.len, e);
}

const struct step_def step_oci_download = {
	.kind = "oci-download",
	.summary = "Download a layer of an OCI artifact.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP | STEP_NEEDS_CREDENTIALS,
	.reach = STEP_REACH_READS,
	.run = run,
};
