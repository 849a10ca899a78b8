/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of the work directory as an OCI artifact of one layer (the image specification's guidance for
 * artifacts, v1.1): what oci-push makes of srcPath. A worker.
 */
#ifndef GANTRY_STEPS_OCI_FILE_H
#define GANTRY_STEPS_OCI_FILE_H

#include "base/base.h"
#include "base/str.h"

struct err;
struct registry;
struct step_run;
struct value;

struct oci_file {
	int fd;                         /* the caller's to close; -1: none */
	int64_t size;                   /* bytes */
	const char *digest;             /* of the file */
	struct str manifest;
	const char *manifest_digest;
};

/* What the tables can't say of srcPath, mediaType and artifactType. */
bool oci_file_check(const struct value *config, struct err *e) MUST_USE;

/* Opens srcPath, measures it and writes its manifest; nothing is sent. ERR_CONFIG for what is not a file. */
bool oci_file_open(struct step_run *r, struct oci_file *out, struct err *e) MUST_USE;

/* Sends the file and the empty configuration, then the manifest under the tag. */
bool oci_file_send(struct step_run *r, const struct oci_file *f, struct registry *to, const char *tag,
		   struct err *e) MUST_USE;

#endif
