/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest follows from the file alone, so that its digest is known before anything is sent. */
#include "steps/oci_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "data/json.h"
#include "data/value.h"
#include "net/registry.h"
#include "steps/step.h"
#include "steps/workdir.h"

static const char manifest_type[] = "application/vnd.oci.image.manifest.v1+json";
static const char layer_type[] = "application/vnd.oci.image.layer.v1.tar+gzip";
static const char unknown_type[] = "application/vnd.unknown.artifact.v1";
static const char empty_type[] = "application/vnd.oci.empty.v1+json";
static const struct str empty_config = { "{}", 2 };

bool oci_file_check(const struct value *config, struct err *e)
{
	static const char *const only[] = { "mediaType", "artifactType" };
	const char *path = value_get_text(config, "srcPath");

	if ((value_get(config, "srcRef") != NULL) == (value_get(config, "srcPath") != NULL))
		return err_set(e, ERR_CONFIG, "give srcRef, an image to copy, or srcPath, a file to push");
	if (path[0] == '/')
		return err_set(e, ERR_CONFIG, "srcPath: \"%s\" leads out of the work directory: write it "
			       "relative to it", path);
	for (size_t i = 0; i < COUNTOF(only); i++) {
		const char *type = value_get_text(config, only[i]);

		if (*type && !*path)
			return err_set(e, ERR_CONFIG, "%s goes with srcPath only", only[i]);
		if (*type && (!strchr(type, '/') || strpbrk(type, " \t\r\n")))
			return err_set(e, ERR_CONFIG, "%s: \"%s\" is not a media type: write type/subtype",
				       only[i], type);
	}
	return true;
}

static struct value *oci_file_descriptor(struct arena *a, const char *type, const char *digest,
					 int64_t size)
{
	struct value *made = value_map(a);

	value_set(a, made, "mediaType", value_string(a, type));
	value_set(a, made, "digest", value_string(a, digest));
	value_set(a, made, "size", value_int(a, size));
	return made;
}

/* Those for manifests; there is no index that the others could be for. */
static struct value *file_annotations(struct step_run *r)
{
	const struct value *wanted = value_get(r->config, "annotations");
	struct value *made = value_map(r->arena);

	for (size_t i = 0; i < value_count(wanted); i++) {
		const char *key = wanted->map.members[i].key.at;

		if (!has_prefix(key, "index:"))
			value_set(r->arena, made,
				  key + (has_prefix(key, "manifest:") ? strlen("manifest:") : 0),
				  value_copy(r->arena, wanted->map.members[i].value));
	}
	return value_count(made) ? made : NULL;
}

static void write_manifest(struct step_run *r, struct oci_file *f)
{
	struct arena *a = r->arena;
	struct value *made = value_map(a), *layers = value_list(a), *annotations = file_annotations(r);
	char hex[65];

	hash_sha256(empty_config.at, empty_config.len, hex);
	value_set(a, made, "schemaVersion", value_int(a, 2));
	value_set(a, made, "mediaType", value_string(a, manifest_type));
	value_set(a, made, "artifactType", value_string(a, step_text(r, "artifactType", unknown_type)));
	value_set(a, made, "config",
		  oci_file_descriptor(a, empty_type, str_format(a, "sha256:%s", hex),
				      (int64_t)empty_config.len));
	value_append(
		a, layers,
		oci_file_descriptor(a, step_text(r, "mediaType", layer_type), f->digest, f->size));
	value_set(a, made, "layers", layers);
	if (annotations)
		value_set(a, made, "annotations", annotations);
	f->manifest = str_of(json_text(a, made, 0));
	hash_sha256(f->manifest.at, f->manifest.len, hex);
	f->manifest_digest = str_format(a, "sha256:%s", hex);
}

bool oci_file_open(struct step_run *r, struct oci_file *out, struct err *e)
{
	const char *path = step_text(r, "srcPath", "");
	struct oci_file f = { .fd = -1 };
	struct stat st;
	char hex[65];

	if (!workdir_open_file(r->work, path, O_RDONLY | O_NONBLOCK, &f.fd, e))
		return false;
	out->fd = f.fd;
	if (fstat(f.fd, &st) != 0)
		return err_errno(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "%s is not a file; the tar step makes one of a folder", path);
	if (!hash_sha256_fd(f.fd, hex, e))
		return err_wrap(e, "%s", path);
	f.size = st.st_size;
	f.digest = str_format(r->arena, "sha256:%s", hex);
	write_manifest(r, &f);
	*out = f;
	return true;
}

bool oci_file_send(struct step_run *r, const struct oci_file *f, struct registry *to, const char *tag,
		   struct err *e)
{
	struct registry_manifest m = { .type = manifest_type, .body = f->manifest };
	const char *config;
	bool there;

	if (!registry_has_blob(to, r->arena, f->digest, &there, e))
		return false;
	if (!there)
		step_report(r, "pushing %.19s, %lld bytes", f->digest, (long long)f->size);
	return (there || registry_put_blob_from(to, r->arena, f->digest, f->fd, e)) &&
	       registry_put_blob(to, r->arena, empty_config, &config, e) &&
	       registry_put_manifest(to, r->arena, tag, &m, e);
}
