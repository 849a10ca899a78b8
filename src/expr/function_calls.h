/* SPDX-License-Identifier: Apache-2.0 */
/* What functions.c puts into its table, by the files that have them. This folder only. */
#ifndef GANTRY_EXPR_FUNCTION_CALLS_H
#define GANTRY_EXPR_FUNCTION_CALLS_H

#include "expr/type.h"

struct kargo_scope;

/* What the functions work on: the environment's ctx, for one evaluation of a step. */
struct functions {
	const struct kargo_scope *scope;
	struct expr_map *seen;          /* Secrets and ConfigMaps that were asked for */
};

extern const struct expr_type function_semver_type;     /* what semverParse gives */

/* functions_freight.c */
expr_function function_warehouse, function_commit_from, function_image_from, function_chart_from,
	function_artifact_from;

/* functions_object.c */
expr_function function_config_map, function_shared_config_map, function_secret, function_shared_secret,
	function_repo_credentials,
	function_freight_metadata, function_freight_status, function_stage_metadata;

/* functions_semver.c */
expr_function function_semver_diff, function_semver_parse;

/* functions_status.c */
expr_function function_always, function_failure, function_success, function_status;

#endif
