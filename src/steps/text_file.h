/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text files of the work directory for steps that read or edit them. A ".." in a
 * path goes up to the work directory and no further, as Kargo's securejoin has it.
 * Failures are marked as worth trying again, as Kargo's are. A worker.
 */
#ifndef GANTRY_STEPS_TEXT_FILE_H
#define GANTRY_STEPS_TEXT_FILE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct step_run;

/* The path without ".", ".." and repeated slashes; "." for the work directory. */
const char *text_file_path(struct arena *a, const char *path);

/* The whole file, at most 64 MiB, in the run's arena. */
bool text_file_read(struct step_run *r, const char *path, struct str *out, struct err *e) MUST_USE;

/* Replaces the file's content, making folders. What equals old, which it held, is left alone. */
bool text_file_write(struct step_run *r, const char *path, struct str old, struct str text,
		     struct err *e) MUST_USE;

#endif
