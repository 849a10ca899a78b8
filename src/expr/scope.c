/* SPDX-License-Identifier: Apache-2.0 */
/* What the scope says of the steps before. */
#include "expr/scope.h"

#include <string.h>

#include "data/value.h"

bool scope_has_failed(const struct kargo_scope *scope)
{
	const struct value *metas = scope->step_metas;

	for (size_t i = 0; i < value_count(metas); i++) {
		const struct value *meta = value_at(metas, i);
		const char *status = value_text(value_get(meta, "status"), "");

		if (!value_truth(value_get(meta, "continueOnError"), false) &&
		    (strcmp(status, "Failed") == 0 || strcmp(status, "Errored") == 0))
			return true;
	}
	return false;
}
