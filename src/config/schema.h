/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests and steps' configuration against the tables. The same tables are what
 * `gantry explain` and the manual show. Any thread.
 */
#ifndef GANTRY_CONFIG_SCHEMA_H
#define GANTRY_CONFIG_SCHEMA_H

#include "config/field.h"

struct complaints;
struct kind_def;
struct value;

/* metadata's members, the same for every kind. */
extern const struct field_def metadata_fields[];

/*
 * Checks a step's config against def, a FIELD_MAP. Texts that hold ${{ … }} may become
 * anything and pass; unknown members are errors, as in Kargo's schemas of steps.
 */
void schema_check_config(const struct field_def *def, const char *file, const char *subject,
			 const struct value *config, struct complaints *c);

/*
 * Checks the object against its kind; complaints begin with "stage test: ". Errors
 * for what Kargo would refuse, warnings for what it would ignore.
 */
void schema_check(const struct kind_def *kind, const char *file, const struct value *object,
		  struct complaints *c);

#endif
