/* SPDX-License-Identifier: Apache-2.0 */
/* The table of Kargo's functions. Those about the status of steps come last. */
#include "expr/functions.h"

#include "base/arena.h"
#include "expr/artifact.h"
#include "expr/function_calls.h"
#include "expr/scope.h"
#include "expr/values.h"

#define ORIGIN &artifact_origin
#define TEXT &expr_type_string

/* The result's type, then the parameters', of which the last optional ones may be absent. */
#define TAKES(result, count, optional, ...) { result, count, -(optional), { __VA_ARGS__ } }

static const struct expr_method table[] = {
	{ "warehouse", TAKES(ORIGIN, 1, 0, TEXT), function_warehouse },
	{ "commitFrom", TAKES(&artifact_commit, 2, 1, TEXT, ORIGIN), function_commit_from },
	{ "imageFrom", TAKES(&artifact_image, 2, 1, TEXT, ORIGIN), function_image_from },
	{ "chartFrom", TAKES(&artifact_chart, 3, 2, TEXT, &expr_type_any, ORIGIN),
	  function_chart_from },
	{ "artifactFrom", TAKES(&artifact_other, 2, 1, TEXT, ORIGIN), function_artifact_from },
	{ "freightMetadata", TAKES(&expr_type_map, 1, 0, TEXT), function_freight_metadata },
	{ "freightStatus", TAKES(&expr_type_map, 1, 0, TEXT), function_freight_status },
	{ "stageMetadata", TAKES(&expr_type_map, 1, 0, TEXT), function_stage_metadata },
	{ "configMap", TAKES(&expr_type_string_map, 1, 0, TEXT), function_config_map },
	{ "sharedConfigMap", TAKES(&expr_type_string_map, 1, 0, TEXT),
	  function_shared_config_map },
	{ "secret", TAKES(&expr_type_string_map, 1, 0, TEXT), function_secret },
	{ "sharedSecret", TAKES(&expr_type_string_map, 1, 0, TEXT), function_shared_secret },
	{ "repoCredentials", TAKES(&expr_type_string_map, 2, 0, TEXT, TEXT), function_repo_credentials },
	{ "semverDiff", TAKES(TEXT, 2, 0, TEXT, TEXT), function_semver_diff },
	{ "semverParse", TAKES(&function_semver_type, 1, 0, TEXT), function_semver_parse },
	{ "always", TAKES(&expr_type_bool, 0, 0, NULL), function_always },
	{ "failure", TAKES(&expr_type_bool, 0, 0, NULL), function_failure },
	{ "success", TAKES(&expr_type_bool, 0, 0, NULL), function_success },
	{ "status", TAKES(TEXT, 1, 0, TEXT), function_status },
};

enum { STATUS_FUNCTIONS = 4 };

struct functions *functions_new(struct arena *a, const struct kargo_scope *scope)
{
	struct functions *f = arena_alloc(a, sizeof(*f));

	f->scope = scope;
	f->seen = expr_map_new(a);
	return f;
}

struct expr_env functions_env(struct functions *f, bool with_status)
{
	return (struct expr_env){
		.unknown = EXPR_UNKNOWN_NIL,
		.functions = table,
		.nfunctions = COUNTOF(table) - (with_status ? 0 : STATUS_FUNCTIONS),
		.ctx = f,
		.now_ms = f->scope->now_ms,
		.load_zone = f->scope->load_zone,
	};
}
